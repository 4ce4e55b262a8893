"""Loading: what a good file becomes."""

from __future__ import annotations

import datetime
import pickle
import tomllib
from pathlib import Path

import pytest

import offramp.scenario
from offramp.errors import InputError
from offramp.scenario import load, loads, shipped, template
from offramp.scenario.laws import Law
from offramp.scenario.load import Unchanged, from_data
from offramp.scenario.quantities import Dated, Number, People, Shares, Uncertain
from offramp.scenario.tables import ONE, ZERO, Choice, Policy, Units
from tests.scenario.texts import BARE, CHOICE, FORCE, GROUP, HEAD, ROUTE, with_group


def test_the_bare_file() -> None:
    scenario = load("minimal")
    assert (scenario.name, scenario.title, scenario.days) == ("minimal", "One group, two doors", 60)
    assert scenario.start == datetime.date(2022, 2, 24)
    (group,) = scenario.groups
    assert (group.name, group.place, group.size, group.stay_utility) == (
        "soldiers",
        "theatre",
        Number(1e5),
        ZERO,
    )
    assert group.casualty_per_day == Number(0.001)
    assert [(route.name, route.groups, route.utility) for route in scenario.routes] == [
        ("surrender", ("soldiers",), Number(-1.0)),
        ("desert", ("soldiers",), Number(0.5)),
    ]
    assert scenario.policies == (Policy("reference"),)
    assert (scenario.choice, scenario.units, scenario.force, scenario.war) == (None, None, None, None)
    assert scenario.inputs == scenario.shares == scenario.evidence_ids == ()


def test_one_squad() -> None:
    (group,) = load("one-squad").groups
    assert (group.size, group.squad_size, group.influence) == (Number(10.0), 10, Number(6.0))


@pytest.mark.parametrize("name", shipped())
def test_shipped_scenarios_load_and_travel(name: str) -> None:
    scenario = load(name)
    assert pickle.loads(pickle.dumps(scenario)) == scenario
    assert scenario == loads(scenario.text, name)


@pytest.mark.parametrize("name", shipped())
def test_shipped_unknown_numbers_rest_on_evidence_or_say_judgement(name: str) -> None:
    scenario = load(name)
    bare = [
        one
        for one in (*scenario.inputs, *scenario.shares)
        if not one.evidence and not one.note.startswith("judgement")
    ]
    assert not bare


def test_the_template_is_a_scenario() -> None:
    scenario = loads(template())
    assert len(scenario.policies) == 2
    assert scenario.inputs


def test_a_path_is_a_file_and_its_name_the_scenario(tmp_path: Path) -> None:
    path = tmp_path / "my war.toml"
    path.write_text("\ufeff" + BARE.replace("\n", "\r\n"), "utf-8")
    assert load(path).name == "my war"
    assert load(str(path)).hash == loads(BARE).hash


def test_inputs_bear_their_key_paths_in_the_order_of_the_schema() -> None:
    text = (
        HEAD
        + CHOICE
        + "money_weight = { lognormal = [1.0, 0.5] }\nasylum_utility = { between = [1, 2] }\n"
        + "sentence_days = { points = [[2022-02-24, 10], [2022-09-24, { between = [100, 900] }]], "
        + "scale = { beta = [2, 2] } }\n"
        + GROUP.replace("soldiers", "contract soldiers")
        + "support = { people = { normal = [{ between = [0.1, 0.4] }, 0.5] } }\n"
        + "wealth_usd = 10_000\n"
        + ROUTE
        + "[[programme]]\nname = 'p'\nroute = 'desert'\n"
        + "schedule = [[30, 100], [60, { between = [10, 20] }]]\n"
    )
    scenario = loads(text)
    assert [one.path for one in scenario.inputs] == [
        "group.contract soldiers.support.people.normal.0",
        "programme.p.schedule.1",
        "choice.sentence_days.points.1",
        "choice.sentence_days.scale",
        "choice.money_weight",
        "choice.asylum_utility",
    ]


def test_every_form_becomes_its_law() -> None:
    forms = {
        "{ between = [0.02, 0.15] }": "logit-normal",
        "{ between = [0.02, 0.15], family = 'uniform' }": "uniform",
        "{ normal = [0.1, 0.1] }": "normal",
        "{ lognormal = [0.1, 0.1] }": "lognormal",
        "{ beta = [2, 3] }": "beta",
        "{ uniform = [0.1, 0.2] }": "uniform",
        "{ loguniform = [0.1, 0.2] }": "log-uniform",
        "{ rivals = [0.2, 0.1], weights = [1, 3] }": "rivals",
    }
    for form, family in forms.items():
        (one,) = loads(with_group(f"family_exposed_share = {form}")).inputs
        assert one.law.family == family
        assert one.path == "group.soldiers.family_exposed_share"
    assert one.law.arguments == (0.1, 0.75, 0.2, 0.25)


@pytest.mark.parametrize(
    ("key", "family"),
    [("family_exposed_share", "logit-normal"), ("relative_risk", "lognormal"), ("stay_utility", "normal")],
)
def test_the_family_of_an_interval_follows_the_kind(key: str, family: str) -> None:
    (one,) = loads(with_group(f"{key} = {{ between = [0.1, 0.4] }}")).inputs
    assert one.law.family == family


def test_laws_are_cut_at_the_range_of_the_quantity() -> None:
    scenario = loads(with_group("support = { people = { normal = [0.9, 0.5] } }"))
    assert scenario.groups[0].support == People("normal", (Number(0.9), Number(0.5)), -1.0, 1.0)
    (one,) = loads(with_group("family_exposed_share = { normal = [0.5, 0.4] }")).inputs
    assert one.law == Law("normal", (0.5, 0.4), 0.0, 1.0)


def test_evidence_and_notes_travel(monkeypatch: pytest.MonkeyPatch) -> None:
    from offramp import evidence

    monkeypatch.setattr(evidence, "known_ids", lambda: frozenset({"A1", "A2"}))
    text = with_group("relative_risk = { between = [1, 2], evidence = ['A2', 'A1'], note = 'why' }")
    scenario = loads(text)
    assert scenario.evidence_ids == ("A1", "A2")
    assert (scenario.inputs[0].evidence, scenario.inputs[0].note) == (("A2", "A1"), "why")


def test_dirichlet_shares() -> None:
    two = GROUP.replace("size = 1000\n", "") + GROUP.replace("size = 1000\n", "").replace(
        "soldiers", "officers"
    )
    shares = "{ dirichlet = { officers = 30, soldiers = 10 }, concentration = 8 }"
    scenario = loads(HEAD + two + ROUTE + f"[force]\npersons = 100\ninitial_shares = {shares}\n")
    paths = ("force.initial_shares.soldiers", "force.initial_shares.officers")
    expected = Shares("force.initial_shares", paths, ("soldiers", "officers"), (2.0, 6.0))
    assert scenario.shares == (expected,)
    assert scenario.force is not None
    assert scenario.force.initial_shares == expected
    assert scenario.inputs == ()


def test_known_shares_are_made_to_sum_to_one() -> None:
    two = GROUP.replace("size = 1000\n", "") + GROUP.replace("size = 1000\n", "").replace(
        "soldiers", "officers"
    )
    table = "{ soldiers = 0.333333, officers = 0.666667 }"
    force = loads(HEAD + two + ROUTE + f"[force]\npersons = 100\ninitial_shares = {table}\n").force
    assert force is not None
    assert sum(dict(force.initial_shares).values()) == pytest.approx(1.0, abs=1e-15)


def test_outcome_of_a_route() -> None:
    text = BARE + "outcome = { dirichlet = { killed = 6, success = 38, caught = 5 } }\n"
    (shares,) = loads(text).shares
    assert shares.paths == tuple(f"route.desert.outcome.{name}" for name in ("success", "caught", "killed"))
    assert shares.concentrations == (38.0, 5.0, 6.0)


def test_squad_size_is_the_nearest_statement() -> None:
    groups = "".join(GROUP.replace("soldiers", name) for name in ("a", "b"))
    text = HEAD + "squad_size = 5\n" + groups + "squad_size = 20\n" + ROUTE
    assert [group.squad_size for group in loads(text).groups] == [5, 20]
    text = HEAD + groups + "squad_size = 20\n" + ROUTE + "[units]\nsquad_size = 10\n"
    assert [group.squad_size for group in loads(text).groups] == [10, 20]


def test_periods_are_days_of_the_run_with_both_ends_in() -> None:
    programme = "[[programme]]\nname = 'p'\nroute = 'desert'\n"
    (one,) = loads(BARE + programme + "start = 2022-02-26\nend = 2022-02-28\n").programmes
    assert (one.start_day, one.end_day) == (2, 5)
    (one,) = loads(BARE + programme + "start = 2021-01-01\nend = 2029-01-01\n").programmes
    assert (one.start_day, one.end_day) == (0, 60)
    (one,) = loads(BARE + programme).programmes
    assert (one.start_day, one.end_day, one.groups) == (0, 60, ("soldiers",))


def test_mobilisation_and_inflow_dates() -> None:
    home = "[[group]]\nname = 'men'\nplace = 'home'\nsize = 500\n"
    text = (
        HEAD
        + GROUP.replace("size = 1000\n", "")
        + home
        + ROUTE
        + "on_call_up = true\n"
        + FORCE
        + "[[force.inflow]]\nfrom = 2022-03-01\nshares = { soldiers = 1 }\n"
        + "[mobilisation]\ngroup = 'men'\nquota = 100\nfrom = 2022-03-01\nuntil = 2022-03-10\n"
    )
    scenario = loads(text)
    assert scenario.mobilisation is not None
    assert (scenario.mobilisation.from_day, scenario.mobilisation.until_day) == (5, 15)
    assert scenario.force is not None
    assert [(inflow.from_day, inflow.shares) for inflow in scenario.force.inflow] == [
        (5, (("soldiers", 1.0),))
    ]


def test_absent_terms_are_neutral() -> None:
    assert Choice().present_bias == ONE
    assert Choice().money_weight == ZERO
    assert Choice().war_end_per_day is None
    assert (Units().squad_weight, Units().company_weight, Units().memory_days) == (ONE, ZERO, None)


def test_long_form_of_a_number() -> None:
    scenario = loads(with_group("relative_risk = { value = 2, note = 'judgement' }"))
    assert scenario.groups[0].relative_risk == Number(2.0, (), "judgement")
    assert isinstance(scenario.groups[0].relative_risk.value, float)


def test_hash_is_of_the_content() -> None:
    scenario = loads(BARE)
    same = (
        "# a comment\ntitle='A test'\ndays=0x3c\nstart = 2022-02-24\n"
        + "[[group]]\nsize = 1e3\nname = 'soldiers'\n\n"
        + "[[route]]\nutility=5e-1\nname='desert'\nwindow_per_day=0.020\n"
    )
    assert loads(same).hash == scenario.hash
    for changed in (
        BARE.replace("0.02", "0.0200000001"),
        BARE.replace("60", "61"),
        BARE.replace("soldiers", "soldier"),
        BARE + "needs_programme = false\n",
        BARE.replace("02-24", "02-25"),
    ):
        assert loads(changed).hash != scenario.hash


def test_hash_tells_order_of_policies() -> None:
    policies = ["[[policy]]\nname = 'a'\n", "[[policy]]\nname = 'b'\n"]
    assert loads(BARE + "".join(policies)).hash != loads(BARE + "".join(policies[::-1])).hash


def test_unknown_numbers_are_the_same_object_everywhere() -> None:
    scenario = loads(with_group("relative_risk = { between = [1, 2] }"))
    (one,) = scenario.inputs
    assert scenario.groups[0].relative_risk is one
    assert isinstance(one, Uncertain)


def test_dated_route_value_and_spread() -> None:
    text = BARE.replace("utility = 0.5", "utility = { points = [[2022-03-01, -1], [2022-04-01, 1]] }")
    assert isinstance(loads(text).routes[0].utility, Dated)
    text = BARE.replace("utility = 0.5", "utility = { people = { bernoulli = [0.5, -1, 1] } }")
    assert isinstance(loads(text).routes[0].utility, People)


def test_names_of_shipped_scenarios() -> None:
    assert {"minimal", "one-squad"} <= set(shipped())
    with pytest.raises(InputError, match="Did you mean `minimal`"):
        load("minimul")


def test_the_public_names() -> None:
    for name in offramp.scenario.__all__:
        assert getattr(offramp.scenario, name)


def test_an_edit_that_shares_what_it_leaves_is_read_as_if_it_stood_alone() -> None:
    """The same scenario, the same hash, the same refusals; what is known of the rest is not looked at again."""
    data = tomllib.loads(load("ukraine-2022").text)
    unchanged = Unchanged(data)
    edits = (
        ("choice", {"obedience": {"value": 0.3}}),
        ("title", "Another"),
        ("days", data["days"] - 7),
        ("start", data["start"] + datetime.timedelta(days=3)),
        ("group", data["group"][::-1]),
        ("programme", data["programme"][1:]),
        ("group", [{**data["group"][0], "name": "renamed"}, *data["group"][1:]]),
        ("choice", {"obedience": "much"}),
        ("route", [{**data["route"][0], "window_per_day": -1.0}, *data["route"][1:]]),
    )
    for key, part in edits:
        edited = {**data, key: {**data[key], **part} if isinstance(part, dict) else part}
        found: list[object] = []
        for known in (None, unchanged):
            try:
                found.append(from_data(edited, "edited", known))
            except InputError as error:
                found.append(error.problems)
        assert found[0] == found[1]
    assert from_data(data, "ukraine-2022", unchanged).hash == load("ukraine-2022").hash
