"""Tests that speak of an event, and claims about what could happen."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from offramp.claims import judge
from offramp.claims.claim import Drawn, Given, Test
from offramp.claims.counting import count
from offramp.games.expressions import parse
from tests.claims.draws import MORE, NOTHING, OFFER, sample, verdict_of
from tests.claims.scene import asks, claim, claims


def given(test: Test, left: str, right: str) -> Test:
    """The test, asked only where `left` is at least `right`."""
    return replace(test, given=Given(parse(left, ""), "at least", parse(right, "")))


def test_only_draws_in_which_the_event_happened_are_asked() -> None:
    """More left in 40 of 60 draws with trust above a half, and in none of the others, which do not count."""
    trust = [0.0] * 40 + [1.0] * 60
    one = sample("main", 100.0, [100.0] * 60 + [200.0] * 40, trust)
    test = given(asks("a", "at least", "1.1 * b", a=OFFER, b=NOTHING, t=Drawn("trust")), "t", "0.5")
    counted = count(test, [one]).counts[0]
    assert (counted.worlds.holding, counted.worlds.draws, counted.worlds.undefined) == (40, 60, 40)
    assert counted.margin.q95 == pytest.approx(200 / 110)
    assert test.in_words() == "a at least 1.1 * b, where t at least 0.5"


def test_an_event_is_not_what_is_compared() -> None:
    """Where nobody left on either side there is nothing to compare, whatever else happened."""
    one = sample("main", 0.0, [0.0] * 40, [1.0] * 40)
    test = given(asks("a", "at most", "b", a=OFFER, b=NOTHING, t=Drawn("trust")), "t", "0.5")
    assert count(test, [one]).counts[0].worlds.undefined == 40


def test_an_event_that_never_happens_leaves_the_claim_untold() -> None:
    one = sample("main", 100.0, [200.0] * 40, [0.0] * 40)
    test = given(asks("a", "at least", "1.1 * b", a=OFFER, b=NOTHING, t=Drawn("trust")), "t", "0.5")
    found = verdict_of(test, one)
    assert found.verdict is None or found.verdict.word == "cannot be told from the evidence"


def test_a_claim_of_what_could_happen_holds_in_three_worlds_of_ten() -> None:
    rng = np.random.default_rng(3)
    one = sample("main", 100.0, 100.0 * rng.permutation([1.2] * 30 + [1.0] * 70) + 1e-9)
    sure, could = claim("x.1", MORE), replace(claim("x.2", MORE), could=True)
    words = [judge(each, claims([each], []), [one]).word for each in (sure, could)]
    assert words == ["cannot be told from the evidence", "holds"]
