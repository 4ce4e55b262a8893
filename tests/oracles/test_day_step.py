"""The day-step oracle against the closed forms T01, T02, T03 and T03b, and its error in the step.

Simulations use fixed seeds and bounds of 5 standard errors (false alarm below 6e-7 a comparison).
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.oracles import day_step

N = 100_000


def one_group(
    utility: list[float], window: list[float], killed: float = 0.0, stay: float = 0.0, n: int = N
) -> day_step.Soldiers:
    return day_step.Soldiers(
        group=np.zeros(n, np.int64),
        squad=np.arange(n) // 10,
        stay=np.full(n, stay),
        influence=np.zeros(n),
        killed_per_day=np.full(n, killed),
        utility=np.tile(np.array(utility), (n, 1)),
        window_per_day=np.array(window),
        squad_size=10,
    )


def assert_shares(counts: np.ndarray, expected: list[float]) -> None:
    """Shares of N soldiers within 5 binomial standard errors."""
    for count, share in zip(counts, expected, strict=True):
        assert abs(count / N - share) <= 5 * math.sqrt(share * (1 - share) / N), (count / N, share)


def run(soldiers: day_step.Soldiers, days: int, seed: int = 1, steps_per_day: int = 1) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return day_step.simulate(soldiers, days=days, steps_per_day=steps_per_day, rng=rng)[:, 0]


def test_t01_exponential() -> None:
    counts = run(one_group([0.0], [0.01], stay=-800.0), 100)
    assert counts[0].tolist() == [N, 0, 0]
    assert_shares(counts[30], [0.7408182207, 1 - 0.7408182207, 0.0])
    assert_shares(counts[100], [0.3678794412, 1 - 0.3678794412, 0.0])


def test_t02_competing_risks() -> None:
    """Three routes of equal value, nobody wants to stay: each hazard is a third of its window."""
    soldiers = one_group([0.0] * 3, [0.006, 0.009, 0.0015], killed=0.001, stay=-800.0)
    counts = run(soldiers, 180)
    assert_shares(counts[180], [0.310366941, 0.212194787, 0.318292181, 0.053048697, 0.106097394])


def test_t03_window_times_logit() -> None:
    counts = run(one_group([-1.0, 0.5], [0.05, 0.02]), 60)
    assert_shares(counts[60], [0.359977330, 0.229179022, 0.410843648, 0.0])


def test_t03b_common_clock() -> None:
    assert run(one_group([-1.0, 0.5], [0.03, 0.03]), 60)[60, 0] / N == pytest.approx(0.300201347, abs=0.0075)


def test_persons_are_conserved_and_absent_routes_unused() -> None:
    soldiers = one_group([-1.0, -math.inf], [0.05, 0.02], killed=0.01, n=1000)
    counts = run(soldiers, 20)
    assert (counts.sum(axis=1) == 1000).all()
    assert (counts[:, 2] == 0).all()
    assert (np.diff(counts[:, 0]) <= 0).all()


def test_hazards_are_the_menu_rule() -> None:
    soldiers = one_group([-1.0, 0.5], [0.05, 0.02], killed=0.001, n=1)
    assert day_step.hazards(soldiers, np.zeros(1), soldiers.window_per_day)[0] == pytest.approx(
        [0.006097582615, 0.010930987745, 0.001], abs=1e-12
    )
