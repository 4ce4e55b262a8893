"""A user's claims: read whole, or refused whole, with place, reason, remedy and the nearest right name."""

from __future__ import annotations

import datetime
import time
from pathlib import Path

import pytest

from offramp import claims
from offramp.claims.claim import Cited, Drawn, Simulated, Span
from offramp.claims.schema import MAX_BYTES, MAX_CLAIMS, MAX_NAMES, MAX_READINGS, MAX_TESTS
from offramp.errors import InputError
from offramp.scenario import loads as scenario_of

ARTICLE = '[article]\nkey = "mine"\ntitle = "A test"\n'
CLAIM = '[[claim]]\nid = "mine.1"\nsays = "Some left."\nkind = "figure"\nrefuted_by = "Nobody left."\n'
FIGURES = '[[claim.test]]\nkind = "figures"\nleft = "gone"\nrelation = "above"\nright = "1000"\n'
NAMES = 'names = { gone = "B-024" }\n'
GOOD = ARTICLE + CLAIM + FIGURES + NAMES
THRESHOLD = FIGURES.replace('"figures"', '"threshold"')
PAID = "100,000 USD and citizenship"


def named(text: str) -> str:
    """The good file with other names."""
    return ARTICLE + CLAIM + FIGURES + f"names = {{ gone = {text} }}\n"


def simulated(text: str) -> str:
    """The good file with an outcome in place of a figure."""
    return ARTICLE + CLAIM + THRESHOLD + f"names = {{ gone = {text} }}\n"


def lines(text: str) -> list[str]:
    """What is wrong with a file, which must be something."""
    with pytest.raises(InputError) as refused:
        claims.loads(text, "mine.toml")
    assert refused.value.problems
    return [str(problem) for problem in refused.value.problems]


def test_a_file_becomes_claims() -> None:
    own = claims.loads(GOOD)
    (claim,) = own.claims
    assert (claim.id, claim.article, claim.says, claim.cited) == ("mine.1", "mine", "Some left.", ("B-024",))
    assert own.scenario == "ukraine-2022"
    assert [one.key for one in own.articles] == ["mine"]
    assert claims.judge(claim, own).word == "holds"


def test_names_stand_for_what_is_known_of() -> None:
    quantities = {
        '"B-024"': Cited("B-024"),
        '{ series = "usd-rub", from = 2022-03-01, until = 2022-03-05 }': Span(
            "usd-rub", datetime.date(2022, 3, 1), datetime.date(2022, 3, 5)
        ),
    }
    for text, expected in quantities.items():
        assert claims.loads(named(text)).claims[0].tests[0].quantities == (expected,)
    drawn: dict[str, Simulated | Drawn] = {
        f'{{ outcome = "departures.desert", policy = "{PAID}" }}': Simulated(
            "departures.desert", PAID, None, None
        ),
        '{ input = "trust.mean" }': Drawn("trust.mean"),
    }
    for text, one in drawn.items():
        assert claims.loads(simulated(text)).claims[0].tests[0].quantities == (one,)


def test_readings_add_to_what_holds_for_all() -> None:
    reading = '[[claim.test.reading]]\nname = "another"\nnames = { gone = "B-247" }\n'
    (test,) = (
        claims.loads(GOOD + reading + reading.replace("another", "a third").replace("247", "250"))
        .claims[0]
        .tests
    )
    assert [one.quantities["gone"] for one in test.readings] == [Cited("B-247"), Cited("B-250")]


def test_a_variant_may_be_used_and_is_built() -> None:
    variant = f'[[variant]]\nname = "cheap"\nof = "{PAID}"\nsettings = {{ "programme.cash and citizenship.cash_usd" = 1 }}\n'
    own = claims.loads(simulated('{ outcome = "departures", policy = "cheap" }') + variant)
    assert own.claims[0].policies == ("cheap",)
    (problem,) = lines(GOOD + variant.replace(" = 1 ", " = -1 "))
    assert problem.startswith("mine.toml: variant.cheap:")
    assert "-1" in problem


WRONG = {
    "an unknown figure": (named('"B-02"'), "there is no figure of the evidence table `B-02`. Did you mean"),
    "a refused figure": (named('"A12"'), "may not be evidence"),
    "an unknown series": (
        named('{ series = "usd-rup", from = 2022-03-01, until = 2022-03-05 }'),
        "there is no series `usd-rup`. Did you mean `usd-rub`?",
    ),
    "dates in disorder": (
        named('{ series = "usd-rub", from = 2022-03-05, until = 2022-03-01 }'),
        "ends on 2022-03-01, before it begins on 2022-03-05. Swap the dates.",
    ),
    "dates beyond the series": (
        named('{ series = "usd-rub", from = 2022-03-05, until = 2030-03-01 }'),
        "beyond what is known. Stay within 2021-12-31 and 2023-11-30.",
    ),
    "dates beyond the run": (
        simulated('{ outcome = "departures", policy = "no offer", from = 2021-01-01, until = 2022-03-01 }'),
        "beyond what is known",
    ),
    "one date": (
        simulated('{ outcome = "departures", policy = "no offer", from = 2022-03-01 }'),
        "has one date. Give both `from` and `until`, or neither.",
    ),
    "an unknown outcome": (
        simulated('{ outcome = "departure", policy = "no offer" }'),
        "mine.toml:14: claim.mine.1.test.0.names.gone.outcome: there is no outcome `departure`. "
        "Did you mean `departures`?",
    ),
    "an unknown policy": (
        simulated('{ outcome = "departures", policy = "no ofer" }'),
        "Did you mean `no offer`?",
    ),
    "an unknown input": (simulated('{ input = "trust.mea" }'), "Did you mean `trust.mean`?"),
    "an unknown key of a quantity": (
        simulated('{ outcome = "departures", polcy = "no offer" }'),
        "there is no such key. Did you mean `policy`?",
    ),
    "a name for nothing": (named("3"), "stands for nothing that is known"),
    "a name that no formula has": (GOOD.replace("{ gone", '{ extra = "B-025", gone'), "is in no formula"),
    "a name without a meaning": (GOOD.replace('"gone"', '"gone + more"'), "`more` stands for nothing"),
    "a name that stands twice": (GOOD.replace('"gone"', '"gone / gone"'), "the name `gone` stands 2 times"),
    "a name that is no name": (
        GOOD.replace("{ gone", '{ "a b" = "B-025", gone'),
        "cannot stand in a formula",
    ),
    "a formula that is none": (GOOD.replace('"gone"', '"gone +"'), "`gone +` ends too early"),
    "code": (GOOD.replace('"gone"', "\"__import__('os')\""), "cannot be read"),
    "a formula without names": (GOOD.replace('"gone"', '"1"'), "is in no formula"),
    "figures that are simulated": (
        simulated('{ outcome = "departures", policy = "no offer" }').replace('"threshold"', '"figures"'),
        "cites figures and series only",
    ),
    "a contrast of figures": (GOOD.replace('"figures"', '"contrast"'), "needs an outcome"),
    "about without a factor": (GOOD.replace('"above"', '"about"'), "does not fit the relation `about`"),
    "a factor without about": (
        GOOD.replace('right = "1000"', 'right = "1000"\nfactor = 2.0'),
        "Give `factor` with `about`",
    ),
    "an unknown relation": (GOOD.replace('"above"', '"abov"'), 'Did you mean "above"?'),
    "no relation": (GOOD.replace('"above"', '"bigger"'), "relation: is `bigger`. Write one of"),
    "an unknown kind": (GOOD.replace('"figure"', '"figur"'), 'Did you mean "figure"?'),
    "an unknown key": (GOOD.replace("says", "say"), "there is no such key. Did you mean `says`?"),
    "an unknown key at the top": ("artikle = 1\n" + GOOD, "Did you mean `article`?"),
    "no test": (ARTICLE + CLAIM, "has no test"),
    "nothing that refutes": (GOOD.replace("Nobody left.", " "), "does not say what would refute it"),
    "a value judgement with a test": (
        GOOD.replace('kind = "figure"\n', 'kind = "value judgement"\n'),
        "a value judgement has no test",
    ),
    "a value judgement without a trade-off": (
        ARTICLE + CLAIM.replace('"figure"', '"value judgement"'),
        "has no trade-off",
    ),
    "a trade-off of a figure": (
        GOOD + '[claim.trade_off]\nwhat = "x"\noutcomes = ["killed"]\npolicies = ["no offer"]\n',
        "only a value judgement has a trade-off",
    ),
    "no claim": (ARTICLE, "the file has no claim"),
    "no article": (CLAIM + FIGURES + NAMES, "article: is missing"),
    "an article that is there": (GOOD.replace('"mine"', '"001"'), "the key `001` is used already"),
    "an id that is there": (GOOD.replace('"mine.1"', '"001.7"'), "the id 001.7 is used twice"),
    "an id used twice": (GOOD + CLAIM + FIGURES + NAMES, "the id mine.1 is used twice"),
    "an id with spaces": (GOOD.replace('"mine.1"', '"mine 1"'), "Use 1 to 20 letters"),
    "an unknown scenario": ('scenario = "ukraine-2021"\n' + GOOD, "Did you mean `ukraine-2022`?"),
    "a path as scenario": ('scenario = "../../secret.toml"\n' + GOOD, "there is no shipped scenario"),
    "a scenario that is a list": ("scenario = []\n" + GOOD, "there is no shipped scenario a list"),
    "a variant of nothing": (
        GOOD + '[[variant]]\nname = "v"\nof = "no ofer"\nsettings = { "trust.mean" = 0.5 }\n',
        "there is no policy `no ofer`. Did you mean `no offer`?",
    ),
    "a variant that changes nothing": (
        GOOD + '[[variant]]\nname = "v"\nof = "no offer"\n',
        "changes nothing",
    ),
    "a variant with an unknown key path": (
        GOOD + '[[variant]]\nname = "v"\nof = "no offer"\nsettings = { "trust.meen" = 0.5 }\n',
        "there is no key of trust `meen`. Did you mean `mean`?",
    ),
    "a variant with a path to nowhere": (
        GOOD + '[[variant]]\nname = "v"\nof = "no offer"\nsettings = { "programme.x.cash_usd" = 0.5 }\n',
        "leads to nothing in the file",
    ),
    "a variant with a date": (
        GOOD + '[[variant]]\nname = "v"\nof = "no offer"\nsettings = { "trust.mean" = 2022-01-01 }\n',
        "is no plain value",
    ),
    "a variant with an unknown off-ramp": (
        GOOD + '[[variant]]\nname = "v"\nof = "no offer"\nofframp = "a bridge"\n',
        "there is no off-ramp `a bridge`",
    ),
    "an outcome that is not counted by day": (
        GOOD.replace(
            '"B-024"',
            '{ outcome = "nuclear_probability", policy = "no offer", from = 2022-03-01, until = 2022-04-01 }',
        ).replace('"figures"', '"pattern"'),
        "is not counted between two dates",
    ),
    "an event of figures": (
        GOOD.replace(
            "relation = ", 'given = { left = "gone", relation = "above", right = "0" }\nrelation = '
        ),
        "a test of the kind `figures` has no draws",
    ),
    "an event without a side": (
        GOOD.replace("relation = ", 'given = { left = "gone", relation = "above" }\nrelation = '),
        "given.right: is missing",
    ),
    "an event that is about": (
        GOOD.replace(
            "relation = ", 'given = { left = "gone", relation = "about", right = "1" }\nrelation = '
        ),
        "given.relation",
    ),
    "a force without its dates": (
        GOOD.replace('"B-024"', '{ outcome = "serving", policy = "no offer" }').replace(
            '"figures"', '"pattern"'
        ),
        "has a value between two dates only. Give both `from` and `until`.",
    ),
    "a variant with an unknown programme": (
        GOOD + '[[variant]]\nname = "v"\nof = "no offer"\nprogrammes = ["asylu"]\n',
        "Did you mean `asylum`?",
    ),
    "claims that are a table": (ARTICLE + "[claim]\nid = 1\n", "must be a list of tables"),
    "a claim that is a number": ("claim = [3]\n" + ARTICLE, "must be a table"),
    "names that are a list": (GOOD.replace(NAMES, "names = []\n"), "must be a table"),
    "control characters": (
        GOOD.replace("Some left.", "Some\\u001b[2J left."),
        "control or invisible character",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_refused(case: str) -> None:
    text, expected = WRONG[case]
    found = lines(text)
    assert any(expected in line for line in found), found
    assert all(line.startswith("mine.toml") for line in found)
    assert all(line.isprintable() for line in found)


def test_everything_is_told_at_once() -> None:
    text = GOOD.replace("Nobody left.", "").replace("B-024", "B-02").replace('"above"', '"abov"')
    assert len(lines(text)) >= 2


LARGE = {
    "a long file": "#" + "x" * MAX_BYTES,
    "many claims": ARTICLE + "[[claim]]\n" * (MAX_CLAIMS + 1),
    "many tests": ARTICLE + CLAIM + (FIGURES + NAMES) * (MAX_TESTS + 1),
    "many readings": GOOD + '[[claim.test.reading]]\nname = "r"\n' * (MAX_READINGS + 1),
    "many names": GOOD.replace(
        "{ gone", "{ " + "".join(f'n{i} = "B-024", ' for i in range(MAX_NAMES)) + "gone"
    ),
    "a long sentence": GOOD.replace("Some left.", "x" * 700),
    "a long formula": GOOD.replace('"gone"', f'"{"1 + " * 100}gone"'),
    "deep brackets": GOOD.replace('"gone"', f'"{"(" * 60}gone{")" * 60}"'),
    "many unknown names": ARTICLE + CLAIM + "".join(f"k{i} = 1\n" for i in range(20_000)),
    "nested lists": GOOD
    + '[[variant]]\nname = "v"\nof = "no offer"\nsettings = { "trust.mean" = '
    + "[" * 20
    + "]" * 20
    + " }\n",
    "deep lists": "a = " + "[" * 10_000,
}


@pytest.mark.parametrize("case", LARGE)
def test_too_large_is_refused_quickly(case: str) -> None:
    claims.shipped()
    before = time.process_time()
    found = lines(LARGE[case])
    # Far more than any of them takes; a parser that backtracks would take hours.
    assert time.process_time() - before < 20.0
    assert sum(map(len, found)) < 20_000


def test_files(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(GOOD, "utf-8")
    assert [one.id for one in claims.load(path).claims] == ["mine.1"]
    with pytest.raises(InputError, match="there is no such file"):
        claims.load(tmp_path / "none.toml")
    with pytest.raises(InputError, match="is not a file"):
        claims.load(tmp_path)
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match="UTF-8"):
        claims.load(path)


@pytest.mark.parametrize("size", [1_000_001, 6_000_000])
def test_a_file_that_is_too_large_is_refused_as_one_of_claims(tmp_path: Path, size: int) -> None:
    """Above the limit of claims, and above that of a scenario, which is larger."""
    path = tmp_path / "mine.toml"
    path.write_text(GOOD + "#" * (size - len(GOOD)), "utf-8")
    with pytest.raises(InputError) as refused:
        claims.load(path)
    (problem,) = refused.value.problems
    assert (problem.place, problem.what) == (str(path), "is larger than 1 MB")
    assert "Claims are a short text" in problem.remedy


OWN_SCENARIO = scenario_of(
    """
title = "Velsk"
start = 2031-04-01
days = 30
[[group]]
name = "soldiers"
size = 100
stay_utility = 0.0
[[route]]
name = "leave"
window_per_day = { between = [0.01, 0.1], note = "n" }
utility = 0.0
[[policy]]
name = "nothing"
[[policy]]
name = "exile"
""",
    name="velsk",
)


def test_claims_may_speak_of_a_scenario_of_ones_own() -> None:
    text = simulated('{ outcome = "departures", policy = "exile" }')
    own = claims.loads(text, "mine.toml", OWN_SCENARIO)
    assert (own.scenario, own.claims[0].policies) == ("velsk", ("exile",))
    assert "there is no policy `exile`" in lines(text)[0]
    with pytest.raises(
        InputError, match=r"there is no policy `no offer`\. The policies are `nothing`, `exile`"
    ):
        claims.loads(simulated('{ outcome = "departures", policy = "no offer" }'), "mine.toml", OWN_SCENARIO)


def test_variants_of_other_scenarios_are_not_known_there() -> None:
    """All shipped ones change policies that this scenario does not have."""
    name = claims.shipped().variants[0].name
    with pytest.raises(InputError, match="there is no policy"):
        claims.loads(simulated(f'{{ outcome = "departures", policy = "{name}" }}'), "mine.toml", OWN_SCENARIO)


def test_an_input_that_is_known_is_told_from_one_that_is_not_there() -> None:
    """A test may speak of what is known, and earns no word by it; draws cannot be told apart by it."""
    known = simulated('{ input = "opinion.class.0.persons" }')
    assert claims.loads(known, "mine.toml").claims[0].tests
    parts = 'outcome = "departures", base = "no offer", parts = ["asylum only"]'
    apart = f'decomposition = {{ {parts}, by_sign_of = "opinion.class.0.persons" }}\n'
    told = lines(known.replace(CLAIM, CLAIM + apart))
    assert "is a known number of ukraine-2022: no draw varies it" in told[0]
    near = lines(simulated('{ input = "escalation.interception_probabilit" }'))
    assert "there is no input" in near[0]
    assert "Did you mean `escalation.interception_probability`" not in near[0]


KINDS = {
    "history": ('"B-024"', "history", "cites no figure of a time before the scenario"),
    "pattern": (
        f'{{ outcome = "departures", policy = "{PAID}" }}',
        "pattern",
        "counts nothing between two dates",
    ),
    "ablation": (f'{{ outcome = "departures", policy = "{PAID}" }}', "ablation", "names one policy"),
    "contrast": (f'{{ outcome = "departures", policy = "{PAID}" }}', "contrast", "Call it `threshold`"),
}


@pytest.mark.parametrize("case", KINDS)
def test_a_test_is_of_the_kind_that_it_says(case: str) -> None:
    quantity, kind, told = KINDS[case]
    (one,) = lines(named(quantity).replace('kind = "figures"', f'kind = "{kind}"'))
    assert told in one


def test_choices_of_readings_are_limited_together() -> None:
    reading = '[[claim.test.reading]]\nname = "{}"\nnames = {{ gone = "{}" }}\n'

    def test(at: str, ids: list[str]) -> str:
        return FIGURES + "".join(reading.format(f"{at}{i}", id) for i, id in enumerate(ids))

    ids = ["B-024"] * 6
    within = ARTICLE + CLAIM + test("a", ids) + test("b", ids)
    assert len(claims.loads(within).claims[0].tests) == 2
    (told,) = lines(within + test("c", ids))
    assert "its tests can be read in 216 ways together. At most 144 are allowed" in told
    assert len(claims.loads(within + test("a", ids)).claims[0].tests) == 3  # read alike
