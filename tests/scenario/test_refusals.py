"""Refusals: every fault of a file at once, each with its place, what is wrong, and what to do."""

from __future__ import annotations

import json

import pytest

from offramp.scenario import loads
from tests.scenario.texts import BARE, CHOICE, FORCE, GROUP, HEAD, ROUTE, lines, only, problems, with_group

PROGRAMME = '[[programme]]\nname = "cash"\nroute = "desert"\n'
OFFICERS = GROUP.replace("soldiers", "officers")
HOME = '[[group]]\nname = "men"\nplace = "home"\nsize = 100\n'
CALL = '[mobilisation]\ngroup = "men"\nquota = 10\nfrom = 2022-03-01\nuntil = 2022-03-31\n'


def group(key: str, value: str) -> str:
    """The bare file with one more key in its group."""
    return with_group(f"{key} = {value}")


def correlated(*inputs: str, rho: float) -> str:
    """A table that joins inputs."""
    return f"[[correlation]]\ninputs = {json.dumps(inputs)}\nrho = {rho}\n"


# The file, the place that must be named after the line, and words of the sentence.
REFUSED = {
    # keys and shapes
    "unknown key": (HEAD.replace("days", "dayz") + GROUP + ROUTE, "dayz", "Did you mean `days`?"),
    "unknown unit": (
        with_group("casualty_per_week = 1"),
        "group.soldiers.casualty_per_week",
        "`casualty_per_day`",
    ),
    "window per week": (BARE + "window_per_week = 1\n", "route.desert.window_per_week", "`window_per_day`"),
    "unknown table": (BARE + "[regime]\n", "regime", "there is no such key"),
    "unknown form": (
        group("relative_risk", "{ betwen = [1, 2] }"),
        "group.soldiers.relative_risk",
        "`between`",
    ),
    "unknown key in a form": (
        group("relative_risk", "{ between = [1, 2], famly = 'normal' }"),
        "group.soldiers.relative_risk.famly",
        "`family`",
    ),
    "unknown family": (
        group("relative_risk", "{ between = [1, 2], family = 'lognorm' }"),
        "group.soldiers.relative_risk.family",
        'Did you mean "lognormal"?',
    ),
    "unknown place": (group("place", "'hme'"), "group.soldiers.place", '"home"'),
    "text for a number": (group("relative_risk", "'1'"), "group.soldiers.relative_risk", "without quotes"),
    "truth for a number": (group("relative_risk", "true"), "group.soldiers.relative_risk", "is `true`"),
    "truth in an interval": (
        group("relative_risk", "{ between = [true, 2] }"),
        "group.soldiers.relative_risk.between.0",
        "must be a number",
    ),
    "three ends": (
        group("relative_risk", "{ between = [1, 2, 3] }"),
        "group.soldiers.relative_risk.between",
        "3 entries",
    ),
    "one end": (
        group("relative_risk", "{ between = [1] }"),
        "group.soldiers.relative_risk.between.1",
        "at least 2",
    ),
    "date with a time": (
        HEAD.replace("02-24", "02-24T10:00:00") + GROUP + ROUTE,
        "start",
        "must be a date",
    ),
    "quoted date": (HEAD.replace("2022-02-24", "'2022-02-24'") + GROUP + ROUTE, "start", "without quotes"),
    "a date long ago": (HEAD.replace("2022-", "0001-") + GROUP + ROUTE, "start", "1800"),
    "a broken day": (HEAD.replace("60", "60.5") + GROUP + ROUTE, "days", "whole number"),
    "too many days": (HEAD.replace("60", "10001") + GROUP + ROUTE, "days", "10,000"),
    "no days": (HEAD.replace("60", "0") + GROUP + ROUTE, "days", "at least 1"),
    "single brackets": (HEAD + GROUP.replace("[[group]]", "[group]") + ROUTE, "group", "double brackets"),
    "double brackets": (BARE + "[[choice]]\n", "choice", "must be a table"),
    "missing key": (HEAD.replace("days = 60\n", "") + GROUP + ROUTE, "days", "Length of the run in days"),
    "people where none": (
        group("family_exposed_share", "{ people = { normal = [0, 1] } }"),
        "group.soldiers.family_exposed_share",
        "cannot differ between persons",
    ),
    "path where none": (
        group("relative_risk", "{ points = [[2022-03-01, 1]] }"),
        "group.soldiers.relative_risk",
        "cannot change with time",
    ),
    # names
    "empty name": (BARE.replace('"soldiers"', '""'), "group.0.name", "1 to 60"),
    "long name": (BARE.replace("soldiers", "s" * 61), "group.0.name", "61 characters"),
    "dot in a name": (BARE.replace("soldiers", "sold.iers"), "group.sold.iers.name", "holds ."),
    "control in a name": (BARE.replace("soldiers", "sol\\u0007"), "group.0.name", "control"),
    "escape in a title": (BARE.replace("A test", "\\u001b[31mA test"), "title", "control"),
    "twice the same name": (
        HEAD + GROUP + GROUP.replace("sol", "SOL") + ROUTE,
        "group.SOLdiers.name",
        "already",
    ),
    "name of a state": (BARE.replace("desert", "Killed"), "route.Killed.name", "name of a state"),
    # ranges and laws
    "share above one": (
        group("family_exposed_share", "1.2"),
        "group.soldiers.family_exposed_share",
        "between 0 and 1",
    ),
    "negative size": (BARE.replace("1000", "-1000"), "group.soldiers.size", "0 or more"),
    "nobody": (BARE.replace("1000", "0.2"), "group.soldiers.size", "nobody"),
    "not a number": (group("relative_risk", "nan"), "group.soldiers.relative_risk", "finite"),
    "infinite": (group("relative_risk", "inf"), "group.soldiers.relative_risk", "finite"),
    "beyond double": (group("relative_risk", "1e999"), "group.soldiers.relative_risk", "finite"),
    "huge": (BARE.replace("1000", "1e308"), "group.soldiers.size", "1e+15"),
    "huge integer": (BARE.replace("1000", "1" + "0" * 400), "group.soldiers.size", "that large"),
    "support": (group("support", "-1.5"), "group.soldiers.support", "between -1 and 1"),
    "wealth of nothing": (group("wealth_usd", "0"), "group.soldiers.wealth_usd", "greater than 0"),
    "interval reversed": (
        group("relative_risk", "{ between = [2, 1] }"),
        "group.soldiers.relative_risk.between",
        "smaller number first",
    ),
    "interval of nothing": (
        group("relative_risk", "{ between = [1, 1] }"),
        "group.soldiers.relative_risk.between",
        "empty",
    ),
    "interval from 0": (
        group("relative_risk", "{ between = [0, 1] }"),
        "group.soldiers.relative_risk.between.0",
        "uniform",
    ),
    "share up to 1": (
        group("family_exposed_share", "{ between = [0.5, 1] }"),
        "group.soldiers.family_exposed_share.between",
        "uniform",
    ),
    "interval outside": (
        group("family_exposed_share", "{ uniform = [0.5, 2] }"),
        "group.soldiers.family_exposed_share.uniform.1",
        "between 0 and 1",
    ),
    "interval too wide for its family": (
        group("family_exposed_share", "{ between = [0.02, 0.98], family = 'normal' }"),
        "group.soldiers.family_exposed_share.between",
        "no normal law",
    ),
    "law elsewhere": (
        group("family_exposed_share", "{ normal = [5, 0.1] }"),
        "group.soldiers.family_exposed_share",
        "almost none",
    ),
    "people elsewhere": (
        group("support", "{ people = { normal = [9, 0.1] } }"),
        "group.soldiers.support.people.normal",
        "hardly anybody",
    ),
    "no spread": (
        group("relative_risk", "{ normal = [1, 0] }"),
        "group.soldiers.relative_risk.normal.1",
        "plain number",
    ),
    "two families of people": (
        group("support", "{ people = { normal = [0, 1], uniform = [0, 1] } }"),
        "group.soldiers.support.people",
        "names 2",
    ),
    "rivals without weights": (
        group("relative_risk", "{ rivals = [1, 2], weights = [1] }"),
        "group.soldiers.relative_risk.weights",
        "2 rivals and 1 weights",
    ),
    "one rival": (
        group("relative_risk", "{ rivals = [1] }"),
        "group.soldiers.relative_risk.rivals",
        "at least 2",
    ),
    "rival twice": (
        group("relative_risk", "{ rivals = [1, 1] }"),
        "group.soldiers.relative_risk.rivals",
        "twice",
    ),
    "dates out of order": (
        group("wealth_usd", "{ points = [[2022-03-02, 1], [2022-03-01, 2]] }"),
        "group.soldiers.wealth_usd.points.1",
        "2022-03-01 is not after 2022-03-02",
    ),
    "no dates": (
        group("wealth_usd", "{ points = [] }"),
        "group.soldiers.wealth_usd.points",
        "at least 1",
    ),
    "log of nothing": (
        group("casualty_per_day", "{ points = [[2022-03-02, 0]], interpolation = 'log' }"),
        "group.soldiers.casualty_per_day.interpolation",
        "above 0",
    ),
    "unknown series": (
        group("casualty_per_day", "{ series = 'claimed-loses' }"),
        "group.soldiers.casualty_per_day.series",
        "claimed-losses",
    ),
    "series of other days": (
        group("casualty_per_day", "{ series = 'claimed-losses' }").replace("2022-02-24", "2021-02-24"),
        "group.soldiers.casualty_per_day.series",
        "2022-02-24",
    ),
    "unknown evidence": (
        group("relative_risk", "{ value = 1, evidence = ['NO-1'] }"),
        "group.soldiers.relative_risk.evidence.0",
        "there is no evidence `NO-1`",
    ),
    # groups and units
    "unused group": (
        HEAD + GROUP + OFFICERS + ROUTE + 'groups = ["soldiers"]\n',
        "group.officers",
        "no route and no module",
    ),
    "no size": (BARE.replace("size = 1000\n", ""), "group.soldiers", "has no size"),
    "influence without squads": (group("influence", "6"), "group.soldiers", "squad_size"),
    "influence and cohesion": (
        with_group("influence = 6\ncohesion = 1\nsquad_size = 10") + "[units]\n",
        "group.soldiers.influence",
        "one of the two",
    ),
    "cohesion without units": (
        with_group("cohesion = 1\nsquad_size = 10"),
        "group.soldiers.cohesion",
        "needs [units]",
    ),
    "broken company": (
        BARE + "[units]\nsquad_size = 7\n",
        "units.company_size",
        "squads of 7 do not fill a company of 100",
    ),
    "two sizes of squads": (
        BARE.replace("days", "squad_size = 5\ndays") + "[units]\nsquad_size = 10\n",
        "units.squad_size",
        "the 5 at the top",
    ),
    "everybody": (BARE.replace("1000", "50_000_001"), "group", "50,000,000"),
    # routes
    "unknown group": (BARE + 'groups = ["soldirs"]\n', "route.desert.groups.0", "`soldiers`"),
    "group twice": (BARE + 'groups = ["soldiers", "soldiers"]\n', "route.desert.groups.1", "twice"),
    "no value": (BARE.replace("utility = 0.5\n", ""), "route.desert", "has no value"),
    "two values": (BARE + "distaste = 1\n" + CHOICE, "route.desert.distaste", "outright"),
    "terms without choice": (
        BARE.replace("utility = 0.5", "distaste = 1"),
        "route.desert.distaste",
        "needs [choice]",
    ),
    "never opens": (BARE.replace("window_per_day = 0.02\n", ""), "route.desert", "never opens"),
    "more than all": (
        BARE + "caught_probability = 0.7\nkilled_probability = 0.4\n",
        "route.desert.caught_probability",
        "1.1",
    ),
    "outcome twice": (
        BARE
        + "killed_probability = 0.1\noutcome = { dirichlet = { success = 2, caught = 1, killed = 1 } }\n",
        "route.desert.killed_probability",
        "one of the two",
    ),
    "unknown outcome": (
        BARE + "outcome = { dirichlet = { success = 2, caught = 1, killed = 1, lost = 1 } }\n",
        "route.desert.outcome.dirichlet.lost",
        "no outcome",
    ),
    "no outcome": (
        BARE + "outcome = { dirichlet = { success = 2, caught = 1 } }\n",
        "route.desert.outcome.dirichlet",
        "lacks `killed`",
    ),
    "no programme": (BARE + "needs_programme = true\n", "route.desert.needs_programme", "no programme"),
    "no call-up": (BARE + "on_call_up = true\n", "route.desert.on_call_up", "needs [mobilisation]"),
    # programmes and policies
    "unknown route": (
        BARE + PROGRAMME.replace("desert", "desrt"),
        "programme.cash.route",
        "`desert`",
    ),
    "end before start": (
        BARE + PROGRAMME + "start = 2022-03-02\nend = 2022-03-01\n",
        "programme.cash.end",
        "2022-03-01 is before",
    ),
    "after the run": (
        BARE + PROGRAMME + "start = 2023-03-02\n",
        "programme.cash.start",
        "after the last day",
    ),
    "closed to the group": (
        HEAD + GROUP + OFFICERS + ROUTE + 'groups = ["soldiers"]\n'
        '[[route]]\nname = "surrender"\nwindow_per_day = 1\nutility = 0\n'
        + PROGRAMME
        + 'groups = ["officers"]\n',
        "programme.cash.groups.0",
        "not open to `officers`",
    ),
    "payments out of order": (
        BARE + PROGRAMME + "schedule = [[30, 1], [30, 1]]\n",
        "programme.cash.schedule.1",
        "Order",
    ),
    "stipend for ever": (
        BARE + PROGRAMME + "stipend_usd_per_month = 5\n",
        "programme.cash",
        "stipend_months",
    ),
    "unknown programme": (
        BARE + PROGRAMME + '[[policy]]\nname = "p"\nprogrammes = ["cahs"]\n',
        "policy.p.programmes.0",
        "`cash`",
    ),
    # force, war, call-up
    "losses without force": (BARE + "[losses]\nclaimed_per_day = 1\n", "losses", "needs [force]"),
    "war without force": (BARE + "[war]\n", "war", "needs [force]"),
    "size twice": (BARE + FORCE, "group.soldiers.size", "one of the two"),
    "shares of more than all": (
        (BARE + FORCE).replace("size = 1000\n", "").replace("1.0 }", "0.9 }"),
        "force.initial_shares",
        "sum to 0.9",
    ),
    "half a rule of holding": (
        (BARE + FORCE).replace("size = 1000\n", "") + "[war]\nhold_ratio = 0.5\n",
        "war.hold_ratio",
        "`hold_days`",
    ),
    "called from the theatre": (
        BARE + CALL.replace("men", "soldiers"),
        "mobilisation.group",
        "theatre already",
    ),
    "inflow of men at home": (
        HEAD
        + GROUP.replace("size = 1000\n", "")
        + HOME
        + ROUTE
        + FORCE
        + '[[force.inflow]]\nfrom = 2022-03-01\nshares = { "soldiers" = 0.5, "men" = 0.5 }\n',
        "force.inflow.0.shares.men",
        "at home",
    ),
    "more than there are": (
        BARE + HOME + CALL.replace("quota = 10", "quota = 101"),
        "mobilisation.quota",
        "101 are to be called and `men` has 100",
    ),
    "a force of millions": (
        (BARE + FORCE).replace("size = 1000\n", "").replace("= 1000", "= 40_000_000\nscale = 2"),
        "force.persons",
        "50,000,000",
    ),
    # correlations
    "unknown input": (
        group("relative_risk", "{ between = [1, 2] }")
        + correlated("group.soldiers.relative_risk", "group.soldiers.relative_rsk", rho=0.5),
        "correlation.0.inputs.1",
        "`group.soldiers.relative_risk`",
    ),
    "not positive definite": (
        with_group(
            "relative_risk = { between = [1, 2] }\nstay_utility = { between = [1, 2] }\n"
            "support = { between = [0.1, 0.2] }"
        )
        + correlated(
            "group.soldiers.relative_risk", "group.soldiers.stay_utility", "group.soldiers.support", rho=-0.5
        ),
        "correlation.0.rho",
        "above -0.5",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refusal(case: str) -> None:
    text, place, words = REFUSED[case]
    sentence = only(text)
    assert f": {place}: " in sentence
    assert words in sentence


def test_everything_at_once() -> None:
    text = (
        HEAD.replace("title", "titel")
        + GROUP.replace("1000", "-5")
        + OFFICERS
        + ROUTE.replace("0.02", "{ between = [3, 2], famly = 'normal' }")
        + 'groups = ["soldiers"]\nneeds_programme = true\n'
        + '[[policy]]\nname = "p"\nprogrammes = ["none"]\n[losses]\nclaimed_per_day = -1\n'
    )
    places = {problem.place.split(": ", 1)[1] for problem in problems(text)}
    assert places == {
        "titel",
        "group.soldiers.size",
        "group.officers",
        "route.desert.window_per_day.famly",
        "route.desert.window_per_day.between",
        "route.desert.needs_programme",
        "policy.p.programmes.0",
        "losses",
        "losses.claimed_per_day",
    }


def test_places_name_the_line() -> None:
    text = "# first line\n" + BARE + "\n# a comment\ndistaste = { value = 'x' }\nnonsense = 1\n"
    assert [problem.place for problem in problems(text, "war.toml")] == [
        "war.toml:14: route.desert.distaste.value",
        "war.toml:15: route.desert.nonsense",
    ]


def test_lines_are_counted_over_long_values() -> None:
    text = 'description = """\n[[group]]\nname = 1\n"""\n' + group(
        "wealth_usd", "{ points = [\n  [2022-02-24, 1],\n  [2022-02-25, 2],\n] }\nnonsense = 1"
    )
    (problem,) = problems(text, "f")
    assert problem.place == f"f:{text[: text.index('nonsense')].count(chr(10)) + 1}: group.soldiers.nonsense"


def test_syntax_errors_name_the_line() -> None:
    (problem,) = problems(BARE + "a = = 1\n", "f.toml")
    assert problem.place == f"f.toml:{BARE.count(chr(10)) + 1}"
    assert "not TOML" in problem.what
    (problem,) = problems(BARE + 'a = "', "f.toml")
    assert problem.place.startswith("f.toml")


def test_a_refused_quantity_is_not_missed_elsewhere() -> None:
    twice = correlated("group.soldiers.relative_risk", "group.soldiers.relative_risk", rho=0.5)
    text = group("relative_risk", "{ between = [2, 1] }") + twice
    assert [line for line in lines(text) if "there is no unknown number" in line] == []


def test_a_refused_table_does_not_make_others_wrong() -> None:
    text = HEAD + GROUP.replace("size = 1000", "size = 'x'") + ROUTE + PROGRAMME.replace('"desert"', "3")
    assert len(lines(text)) == 2


def test_parts_of_dirichlet_shares_are_not_correlated_by_hand() -> None:
    outcome = "outcome = { dirichlet = { success = 2, caught = 1, killed = 1 } }\n"
    text = BARE + outcome + correlated("route.desert.outcome.success", "route.desert.outcome.caught", rho=0.5)
    assert all("part of Dirichlet shares" in line for line in lines(text))


def test_more_problems_than_anybody_reads() -> None:
    text = BARE + "".join(f"nonsense{i} = 1\n" for i in range(200))
    found = problems(text)
    assert len(found) == 51
    assert "150 more" in found[-1].what


def test_size_of_a_path() -> None:
    groups = "".join(GROUP.replace("soldiers", f"g{i}") for i in range(100))
    routes = "".join(ROUTE.replace("desert", f"r{i}") for i in range(50))
    text = HEAD.replace("60", "10000") + groups + routes
    assert "56,005,600 numbers" in only(text)


def test_what_looks_odd_and_is_right() -> None:
    loads(BARE + PROGRAMME + "cash_usd = 5\ncapacity_per_day = 0\n")
    loads(BARE + PROGRAMME + "start = 2020-01-01\nend = 2030-01-01\n")
    loads(group("wealth_usd", "{ points = [[1990-01-01, 1], [2100-01-01, 2]] }"))
    loads(group("support", "0.3"))
    loads(BARE.replace("0.02", "0.0"))
