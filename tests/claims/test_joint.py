"""All tests of a claim together: the conjunction draw by draw, its boxes, its readings, and what a draw cannot tell."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from offramp.claims import judge
from offramp.claims.answers import FAILS, FINE, HOLDS, OPEN, UNDEFINED, answers
from offramp.claims.claim import Cited, Reading, Relation, Simulated, Test
from offramp.claims.counting import count
from offramp.claims.grain import Grain, grain_of
from offramp.claims.joint import Worked, joint
from offramp.claims.judge import Judgement
from offramp.claims.plain import plain
from offramp.claims.sample import Sample
from offramp.claims.verdict import Worlds, verdict
from offramp.engine.posts import ONE_IN
from offramp.games.expressions import parse
from offramp.scenario import load
from tests.claims.scene import asks, claim, claims, outcome

A, B, C = (outcome(name, "offer") for name in ("departures", "killed", "resigned.officials"))


def sample(name: str = "main", *, grain: Grain | None = None, inputs: Any = None, **columns: Any) -> Sample:
    """Outcomes of one policy: a, b and c, draw by draw; the input `trust` runs from 0 to 1."""
    known = {"a": "departures", "b": "killed", "c": "resigned.officials"}
    outcomes = np.stack([np.asarray(one, float) for one in columns.values()], axis=1)
    x = np.linspace(0.0, 1.0, len(outcomes)) if inputs is None else np.asarray(inputs, float)
    return Sample(
        name, ("trust",), ("offer",), tuple(known[key] for key in columns), x[:, None], outcomes[:, None, :],
        Grain() if grain is None else grain,
    )  # fmt: skip


def judged(tests: list[Test], *samples: Sample) -> Judgement:
    one = claim("x.1", *tests)
    return judge(one, claims([one], []), samples)


def codes(test: Test, one: Sample) -> list[int]:
    return answers(test, test.readings[0], one).codes.tolist()


# The conjunction -------------------------------------------------------------------------------------------------------


def test_two_tests_that_hold_in_different_worlds_do_not_hold_together() -> None:
    """Each holds in 93 of 100 draws and would be borne out by more of them; both hold in 86."""
    a = [2.0] * 93 + [0.0] * 7
    tests = [asks("a", "above", "1", a=A), asks("b", "above", "1", b=B)]
    found = judged(tests, sample(a=a, b=a[::-1]))
    assert found.joint is not None
    assert [one.worlds for one in found.joint.parts] == [Worlds("the main priors", 86, 100)]
    row = plain(found, claims([found.claim], []))
    assert row["together"]["worlds"][0]["share"] == pytest.approx(0.86)
    assert "All tests together hold in 86% of 100 draws" in row["sentences"][1]


def test_parts_that_do_not_meet_do_not_bear_a_claim_out() -> None:
    """One test fails under the main priors alone, the other under the pessimist's alone: no set bears out both."""
    good, bad = [2.0] * 60, [0.0] * 60
    samples = [
        sample("main", a=bad, b=good),
        sample("pessimist", a=good, b=bad),
        sample("optimist", a=good, b=good),
    ]
    tests = [asks("a", "above", "1", a=A), asks("b", "above", "1", b=B)]
    assert judged(tests, *samples).word == "holds if one goes by the optimist priors"
    assert judged(tests, *samples[:2]).word == "does not hold"
    assert [judged([one], *samples[:2]).verdict is None for one in tests] == [False, False]


def test_boxes_that_exclude_each_other_are_no_condition() -> None:
    """One test holds where trust is above 0.5, the other where it is 0.3 or less: together they hold nowhere."""
    trust = np.tile(np.linspace(0.0, 1.0, 201), 2)
    tests = [asks("a", "above", "1", a=A), asks("b", "above", "1", b=B)]
    apart = sample(a=np.where(trust > 0.5, 2.0, 0.0), b=np.where(trust <= 0.3, 2.0, 0.0), inputs=trust)
    assert judged(tests, apart).word == "does not hold"
    alone = [judged([one], apart).word for one in tests]
    assert alone == ["holds if `trust` is above 0.5", "holds if `trust` is below 0.3"]


def test_a_box_is_counted_on_all_tests_together() -> None:
    trust = np.tile(np.linspace(0.0, 1.0, 201), 2)
    tests = [asks("a", "above", "1", a=A), asks("b", "above", "1", b=B)]
    both = sample(a=np.where(trust > 0.3, 2.0, 0.0), b=np.where(trust > 0.5, 2.0, 0.0), inputs=trust)
    assert judged(tests, both).word == "holds if `trust` is above 0.5"


def test_the_weakest_test_decides_and_is_told() -> None:
    tests = [asks("a", "above", "1", a=A), asks("b", "above", "1", b=B), asks("c", "above", "1", c=C)]
    a, b, c = ([2.0] * n + [0.0] * (100 - n) for n in (100, 60, 80))
    found = judged(tests, sample(a=a, b=b, c=c))
    assert found.joint is not None
    assert found.joint.weakest is tests[1]
    assert plain(found, claims([found.claim], []))["decided_by"] == 1


ANSWERS = st.lists(st.tuples(*[st.booleans()] * 3), min_size=1, max_size=60)


@given(ANSWERS)
def test_a_claim_holds_where_every_test_does(held: list[tuple[bool, ...]]) -> None:
    a, b, c = ([2.0 if row[at] else 0.0 for row in held] for at in range(3))
    one = sample(a=a, b=b, c=c)
    tests = [asks("a", "above", "1", a=A), asks("b", "above", "1", b=B), asks("c", "above", "1", c=C)]
    together = joint((), [count(test, [one]) for test in tests], [one])
    assert together.parts[0].worlds.holding == sum(all(row) for row in held)
    alone = [count(test, [one]).counts[0].worlds.share for test in tests]
    assert together.parts[0].worlds.share <= min(alone)
    assert count(together.weakest, [one]).counts[0].worlds.share == min(alone)


def test_of_undefined_and_failed_the_failure_decides() -> None:
    tests = [asks("a", "above", "1", a=A), asks("b", "above", "1", b=B)]
    one = sample(a=[0.0, 2.0, 2.0, math.nan], b=[math.nan, math.nan, 2.0, 2.0])
    together = joint((), [count(test, [one]) for test in tests], [one])
    assert together.parts[0].worlds == Worlds("the main priors", 1, 2, undefined=2)


# Readings --------------------------------------------------------------------------------------------------------------


def worked(**settled: Any) -> Worked:
    readings = tuple(Reading(name, {"a": Cited("B-001")}) for name in settled)
    return Worked(replace(asks("a", "above", "1", kind="figures", a="B-001"), readings=readings), settled)


def test_readings_of_the_same_names_are_one_choice() -> None:
    """A reading that bears out one test and contradicts the other bears out nothing."""
    crossed = joint([worked(x="holds", y="fails"), worked(x="fails", y="holds")], (), ())
    assert verdict(crossed.finding).word == "contradicted by figures"
    same = joint([worked(x="holds", y="fails"), worked(x="holds", y="fails")], (), ())
    assert verdict(same.finding).in_words() == "holds if one goes by x"


def test_other_readings_are_combined() -> None:
    crossed = joint([worked(x="holds", y="fails"), worked(u="fails", v="holds")], (), ())
    assert verdict(crossed.finding).in_words() == "holds if one goes by x and v"


def test_a_choice_that_changes_nothing_is_not_named() -> None:
    found = joint([worked(x="holds", y="fails"), worked(u="holds", v="holds")], (), ())
    assert verdict(found.finding).in_words() == "holds if one goes by x"


def test_figures_are_the_same_in_every_world() -> None:
    """A reading that fails leaves no world in which the claim holds; one that is open settles none."""
    one = sample(a=[2.0] * 60)
    counted = [count(asks("a", "above", "1", a=A), [one])]
    found = joint([worked(x="holds", y="fails", z="open")], counted, [one])
    assert [(part.reading, part.worlds.holding, part.worlds.open) for part in found.parts] == [
        ("x", 60, 0),
        ("y", 0, 0),
        ("z", 0, 60),
    ]
    assert verdict(found.finding).in_words() == "holds if one goes by x"


# What a draw cannot tell -------------------------------------------------------------------------------------------------


def test_nothing_against_nothing_tells_nothing() -> None:
    test = asks("b", "at least", "a", a=A, b=B)
    assert codes(test, sample(a=[0.0, 1.0, 0.0, 1.0], b=[0.0, 1.0, 1.0, 0.0])) == [
        UNDEFINED,
        HOLDS,
        HOLDS,
        FAILS,
    ]
    found = judged([test], sample(a=[0.0] * 60, b=[0.0] * 60))
    assert found.word == "cannot be told from the evidence"
    row = plain(found, claims([found.claim], []))
    assert row["tests"][0]["worlds"][0]["share"] is None
    assert "nothing to compare" in row["sentences"][2]


def test_that_nothing_happened_is_an_answer_to_a_number() -> None:
    assert codes(asks("a", "above", "1", a=A), sample(a=[0.0, 2.0])) == [FAILS, HOLDS]


def test_less_than_one_simulated_person_is_too_fine() -> None:
    """One stands for 20: from 20 on a difference is seen, below it neither sign is."""
    above = asks("a", "above", "b", a=A, b=B)
    one = sample(grain=Grain(front=20.0), a=[100.0] * 5, b=[100.0, 90.0, 80.0, 120.0, 110.0])
    assert codes(above, one) == [FINE, FINE, HOLDS, FAILS, FINE]
    assert codes(above, replace(one, grain=Grain())) == [FAILS, HOLDS, HOLDS, FAILS, FAILS]


def test_a_factor_makes_one_person_weigh_more() -> None:
    """1.5 b moves by 30 where one person more stands for 20."""
    test = asks("a", "at least", "1.5 * b", a=A, b=B)
    one = sample(grain=Grain(front=20.0), a=[179.0, 180.0, 121.0, 120.0], b=[100.0] * 4)
    assert codes(test, one) == [FINE, HOLDS, FINE, FAILS]


def test_an_outcome_that_counts_nobody_has_no_grain() -> None:
    test = asks("a", "above", "b", a=outcome("poll", "offer"), b=outcome("cost_usd", "offer"))
    outcomes = np.array([[[0.5, 0.4]], [[0.4, 0.5]]])
    one = Sample(
        "main", ("trust",), ("offer",), ("poll", "cost_usd"), np.zeros((2, 1)), outcomes, Grain(50.0, 50.0)
    )
    assert codes(test, one) == [HOLDS, FAILS]


def test_a_range_of_figures_leaves_a_draw_open() -> None:
    test = asks("a", "above", "cited", a=A, cited="CH-006")  # 125, at most 150
    assert codes(test, sample(a=[160.0, 130.0])) == [HOLDS, OPEN]


@given(
    st.floats(0.0, 1e5),
    st.floats(0.0, 1e5),
    st.floats(1.001, 1e3),
    st.sampled_from(["above", "at least", "at most", "below"]),
)
def test_what_is_told_stands_with_one_person_more_or_fewer(
    a: float, b: float, grain: float, relation: Relation
) -> None:
    """Closed form for `a relation b`: told where the sides differ by one simulated person or more."""
    test = Test("contrast", parse("a", ""), relation, parse("b", ""), None, (Reading("r", {"a": A, "b": B}),))
    (code,) = codes(test, sample(grain=Grain(front=grain), a=[a], b=[b]))
    if a == b == 0.0:
        assert code == UNDEFINED
    elif abs(a - b) >= grain:
        assert code == (HOLDS if (a > b) == (relation in ("above", "at least")) else FAILS)
    elif abs(a - b) < 0.999 * grain:
        assert code == FINE


def test_a_coarse_run_cannot_tell_what_a_fine_one_does() -> None:
    more = np.linspace(104.0, 106.0, 60)
    test = asks("a", "above", "b", a=A, b=B)
    coarse = judged([test], sample(grain=Grain(front=20.0), a=more, b=[100.0] * 60))
    assert coarse.word == "cannot be told from the evidence"
    assert coarse.verdict is not None
    assert "too fine for this number of simulated people: in up to 100% of the draws" in coarse.verdict.reason
    told = plain(coarse, claims([coarse.claim], []))["sentences"][-1]
    assert told.endswith("by these draws about 8 times as many would do, in 8 times the time.")
    assert judged([test], sample(grain=Grain(front=4.0), a=more, b=[100.0] * 60)).word.startswith("holds")


def test_weights_are_those_of_a_run() -> None:
    """At posts each group has the same number of simulated people: they stand for 700,000 of the security services and for
    2,000 officials."""
    scenario = load("ukraine-2022")
    weights = {"mobilised": 22.0, "officers": 20.0, "mobilisable men": 3300.0}

    def of(name: str, soldiers: int = 40 * ONE_IN) -> float:
        return grain_of(scenario, soldiers, weights).of(Simulated(name, "p", None, None))

    assert of("resigned.security") == pytest.approx(700_000 / 40)
    assert of("resigned.officials") == pytest.approx(2_000 / 40)
    assert of("resigned") == pytest.approx(700_000 / 40)
    assert of("departures.surrender") == 22.0
    assert of("emigrations") == 3300.0
    assert of("families_harmed") == 0.0
    assert of("resigned.officials", 2_000 * ONE_IN) == 0.0  # everybody is simulated
