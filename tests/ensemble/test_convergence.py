"""Monte Carlo errors, and what the run says about its own draws."""

from __future__ import annotations

import math

import numpy as np
import pytest

from offramp.ensemble.convergence import draws_needed, estimate, estimate_ratio, judge, suffices


def test_estimate() -> None:
    sample = np.array([1.0, 2.0, 3.0, 4.0])
    found = estimate(sample)
    assert found.mean == 2.5
    assert found.mc_error == pytest.approx(np.std(sample, ddof=1) / 2)
    assert found.q50 == 2.5
    assert found.draws == 4


def test_one_draw_has_no_error_and_no_draw_has_nothing() -> None:
    one = estimate(np.array([3.0]))
    assert (one.mean, one.mc_error, one.q05, one.q95) == (3.0, None, 3.0, 3.0)
    assert estimate(np.array([math.nan, math.inf])).mean is None


def test_a_price_is_a_ratio_of_means() -> None:
    """One draw in which hardly anybody more leaves makes the mean of the draws' own prices, and not the price."""
    extra, more = np.array([10.0, 10.0, 10.0, 10.0]), np.array([1.0, 2.0, 3.0, 1e-9])
    found = estimate_ratio(extra, more)
    assert found.mean == pytest.approx(40.0 / 6.0)
    assert found.q05 == pytest.approx(5.0)
    assert estimate(extra / more).mean == pytest.approx(2.5e9, rel=1e-6)
    dear = estimate_ratio(extra, np.array([1.0, 2.0, 3.0, -1.0]))
    assert (dear.mean, dear.draws, dear.q95) == (8.0, 4, None)  # no price buys anybody in the fourth
    assert estimate_ratio(extra, -more).mean is None
    assert estimate_ratio(-extra, more).mean is None
    one = estimate_ratio(np.array([6.0, math.nan]), np.array([2.0, 1.0]))
    assert (one.mean, one.mc_error, one.draws) == (3.0, None, 1)


def test_the_error_of_a_price() -> None:
    """90 % intervals cover the ratio of the true means in 90 % of 2,000 samples of 100; false alarm 1e-5."""
    rng = np.random.default_rng(5)
    inside = 0
    for _ in range(2000):
        more = rng.gamma(4.0, 5.0, 100)
        found = estimate_ratio(3.0 * more + rng.gamma(2.0, 20.0, 100), more)
        assert found.mean is not None
        assert found.mc_error is not None
        inside += abs(found.mean - 5.0) <= 1.645 * found.mc_error
    assert 0.86 < inside / 2000 < 0.93


def test_undefined_draws_are_left_out_and_counted() -> None:
    found = estimate(np.array([1.0, math.nan, 3.0]))
    assert (found.draws, found.mean) == (2, 2.0)


def test_error_of_paired_differences_is_that_of_the_differences() -> None:
    rng = np.random.default_rng(0)
    common = rng.normal(0, 1000, 500)
    verdict = judge({"none": common, "offer": common + rng.normal(100, 1, 500)}, uncertain=True)
    assert verdict.error == pytest.approx(1 / math.sqrt(500), rel=0.1)
    assert verdict.enough


def test_coverage_of_the_error() -> None:
    """For independent draws the mean lies within two errors in about 95 % of repetitions."""
    rng = np.random.default_rng(1)
    hits = 0
    for _ in range(2000):
        found = estimate(rng.normal(5.0, 2.0, 40))
        assert found.mean is not None
        assert found.mc_error is not None
        hits += abs(found.mean - 5.0) <= 2.0 * found.mc_error
    assert 0.93 <= hits / 2000 <= 0.965


def test_rule() -> None:
    rng = np.random.default_rng(2)
    narrow = estimate(rng.normal(100.0, 10.0, 10))  # error 3 % of the mean
    wide = estimate(rng.normal(1.0, 10.0, 200))
    assert suffices(narrow) is True
    assert suffices(wide) is False
    assert suffices(estimate(rng.normal(0.0, 1.0, 400))) is True
    assert draws_needed(wide) == 400
    assert draws_needed(estimate(np.full(5, 7.0))) == 2


def test_sentences() -> None:
    rng = np.random.default_rng(3)
    base = rng.normal(1000.0, 100.0, 200)
    few = judge({"none": base, "offer": base + rng.normal(5.0, 50.0, 200)}, uncertain=True)
    assert few.enough is False
    assert (
        "above 5% of the mean and of the spread. About 400 draws would bring it below one of them."
        in few.sentence
    )
    assert "Each end of a 90 % interval has 10 draws beyond it." in few.sentence
    assert "under `offer` against `none`" in few.sentence
    one = judge({"none": base[:1], "offer": base[1:2]}, uncertain=True)
    assert one.enough is None
    assert "One draw has no Monte Carlo error" in one.sentence
    alone = judge({"none": base}, uncertain=False)
    assert "against" not in alone.sentence
    assert "replicates and differ by chance alone" in alone.sentence
    same = judge({"none": base, "offer": base.copy()}, uncertain=True)
    assert same.enough is True
    assert "No draw lies beyond" in judge({"a": base[:10]}, uncertain=True).sentence


def test_the_policy_furthest_from_enough_decides() -> None:
    rng = np.random.default_rng(4)
    base = np.zeros(100)
    samples = {"none": base, "sure": base + 10.0, "unsure": rng.normal(0.0, 5.0, 100)}
    assert judge(samples, uncertain=True).policy == "unsure"
