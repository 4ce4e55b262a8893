"""Bounds of a chance, against the closed form for events that were not seen, and by brute force."""

from __future__ import annotations

import math

import pytest

from offramp.analysis import chance


@pytest.mark.parametrize("draws", [1, 20, 200, 1_000])
def test_never_seen_is_the_rule_of_three(draws: int) -> None:
    found = chance(0, draws)
    assert found.low == 0.0
    assert found.high == pytest.approx(1.0 - 0.05 ** (1.0 / draws))
    assert found.high < 3.0 / draws
    always = chance(draws, draws)
    assert (always.low, always.high) == pytest.approx((1.0 - found.high, 1.0))


def at_most(count: int, draws: int, p: float) -> float:
    return sum(math.comb(draws, k) * p**k * (1.0 - p) ** (draws - k) for k in range(count + 1))


@pytest.mark.parametrize(("count", "draws"), [(1, 10), (4, 400), (37, 60)])
def test_each_bound_leaves_a_twentieth(count: int, draws: int) -> None:
    """Clopper and Pearson's own definition: at a bound, so few or so many happen in one case of twenty."""
    found = chance(count, draws)
    assert at_most(count, draws, found.high) == pytest.approx(0.05, rel=1e-9)
    assert 1.0 - at_most(count - 1, draws, found.low) == pytest.approx(0.05, rel=1e-9)
    assert found.low < found.share < found.high


@pytest.mark.parametrize(("count", "draws"), [(-1, 5), (6, 5), (0, 0)])
def test_impossible_counts_are_refused(count: int, draws: int) -> None:
    with pytest.raises(ValueError, match="draws"):
        chance(count, draws)
