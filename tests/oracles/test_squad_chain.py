"""The chain of one squad against closed forms, a matrix exponential and the day-step oracle."""

from __future__ import annotations

import math

import numpy as np
import pytest
import scipy.linalg

from tests.oracles import day_step, squad_chain
from tests.oracles.squad_chain import Squad

STRONG = Squad(
    size=10, stay=4.0, influence=8.0, killed_per_day=0.001, utility=(-0.5, 0.2), window_per_day=(0.05, 0.03)
)


def test_without_influence_it_is_binomial() -> None:
    """Nobody matters to anybody: the number left is Binomial(n, CIF) with CIF of T03."""
    squad = Squad(7, 0.0, 0.0, 0.0, (-1.0, 0.5), (0.05, 0.02))
    solved = squad_chain.solve(squad, 60.0)
    gone = 0.229179022 + 0.410843648
    binomial = [math.comb(7, k) * gone**k * (1 - gone) ** (7 - k) for k in range(8)]
    assert solved.left == pytest.approx(binomial, abs=1e-8)
    assert solved.by_route == pytest.approx([7 * 0.229179022, 7 * 0.410843648], abs=1e-7)
    assert solved.killed == pytest.approx([1.0] + [0.0] * 7, abs=1e-12)


def test_one_soldier_under_competing_risks() -> None:
    """T02 with a squad of one."""
    squad = Squad(1, -800.0, 0.0, 0.001, (0.0, 0.0, 0.0), (0.006, 0.009, 0.0015))
    solved = squad_chain.solve(squad, 180.0)
    assert solved.by_route == pytest.approx([0.212194787, 0.318292181, 0.053048697], abs=1e-9)
    assert solved.killed[1] == pytest.approx(0.106097394, abs=1e-9)


@pytest.mark.parametrize("size", [1, 2, 5, 10])
def test_against_a_matrix_exponential(size: int) -> None:
    squad = Squad(
        size, STRONG.stay, STRONG.influence, STRONG.killed_per_day, STRONG.utility, STRONG.window_per_day
    )
    states, rates = squad_chain.generator(squad)
    start = np.zeros(len(states))
    start[0] = 1.0
    assert states[0] == (0, 0)
    assert np.abs(rates.sum(axis=1)).max() < 1e-12
    at_time, days = squad_chain.occupancy(rates, start, 120.0)
    assert at_time == pytest.approx(start @ scipy.linalg.expm(rates * 120.0), abs=1e-10)
    assert days.sum() == pytest.approx(120.0, abs=1e-10)
    solved = squad_chain.solve(squad, 120.0)
    assert solved.left.sum() == pytest.approx(1.0, abs=1e-12)
    assert solved.by_route.sum() == pytest.approx(solved.mean_left, abs=1e-10)


def test_day_step_tends_to_the_chain() -> None:
    """4,000 squads of 5 under strong influence; 20 steps a day; 5 standard errors (false alarm < 6e-7)."""
    squads, size = 4000, 5
    squad = Squad(
        size, STRONG.stay, STRONG.influence, STRONG.killed_per_day, STRONG.utility, STRONG.window_per_day
    )
    soldiers = day_step.Soldiers(
        group=np.zeros(squads * size, np.int64),
        squad=np.arange(squads * size) // size,
        stay=np.full(squads * size, squad.stay),
        influence=np.full(squads * size, squad.influence),
        killed_per_day=np.full(squads * size, squad.killed_per_day),
        utility=np.tile(np.array(squad.utility), (squads * size, 1)),
        window_per_day=np.array(squad.window_per_day),
        squad_size=size,
    )
    counts = day_step.simulate(soldiers, days=60, steps_per_day=20, rng=np.random.default_rng(2))[60, 0]
    exact = squad_chain.solve(squad, 60.0)
    error = math.sqrt(exact.variance_left * squads)
    assert abs(counts[1:3].sum() - exact.mean_left * squads) < 5 * error
