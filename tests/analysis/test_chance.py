"""Bounds of a chance, against the closed form for events that were not seen, and by brute force."""

from __future__ import annotations

import math

import pytest

from offramp.analysis import chance, change_of_chance


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


def test_a_change_that_nobody_saw_has_a_width_and_no_side() -> None:
    """With no draw that differs: half a draw each way of n + 2, hence 1.645 / sqrt(n + 2) standard errors of a sum of one."""
    low, high = change_of_chance(0, 0, 198)
    assert (low, high) == pytest.approx((-1.6449 / 200.0, 1.6449 / 200.0), rel=1e-4)
    assert change_of_chance(3, 7, 50) == pytest.approx(
        tuple(-x for x in reversed(change_of_chance(7, 3, 50)))
    )


@pytest.mark.parametrize(("up", "down"), [(0.01, 0.0), (0.05, 0.02), (0.3, 0.25), (0.002, 0.002)])
def test_the_interval_of_a_change_holds_the_truth_nine_times_in_ten(up: float, down: float) -> None:
    """Exact, over all counts that 100 draws can give; nearly so where few differ (at least 87 %)."""
    n, held = 100, 0.0
    for more in range(n + 1):
        for less in range(n + 1 - more):
            ways = math.comb(n, more) * math.comb(n - more, less)
            chances = ways * up**more * down**less * (1.0 - up - down) ** (n - more - less)
            low, high = change_of_chance(more, less, n)
            held += chances * (low <= up - down <= high)
    assert held >= 0.87


@pytest.mark.parametrize(("more", "less", "draws"), [(-1, 0, 5), (0, -1, 5), (3, 3, 5), (0, 0, 0)])
def test_impossible_changes_are_refused(more: int, less: int, draws: int) -> None:
    with pytest.raises(ValueError, match="draws"):
        change_of_chance(more, less, draws)
