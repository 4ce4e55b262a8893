"""The cohort oracle: right in large or weakly coupled squads, failing in small, strongly coupled ones."""

from __future__ import annotations

import numpy as np
import pytest

from tests.oracles import mean_field, squad_chain
from tests.oracles.mean_field import Cohort
from tests.oracles.squad_chain import Squad

UTILITY, WINDOW = (-0.5, 0.2), (0.05, 0.03)


def mean_field_left(stay: float, influence: float, days: int) -> float:
    cohort = Cohort(stay, 0.0, influence, 0.001, np.array(UTILITY), np.array(WINDOW))
    return float(mean_field.shares(cohort, days=days)[days, 1:-1].sum())


def chain_left(size: int, stay: float, influence: float, days: int) -> float:
    squad = Squad(size, stay, influence, 0.001, UTILITY, WINDOW)
    return squad_chain.solve(squad, float(days)).mean_left / size


def test_t03_without_spread_and_influence() -> None:
    cohort = Cohort(0.0, 0.0, 0.0, 0.0, np.array([-1.0, 0.5]), np.array([0.05, 0.02]))
    path = mean_field.shares(cohort, days=60, nodes=1)
    assert path[60] == pytest.approx([0.359977330, 0.229179022, 0.410843648, 0.0], abs=1e-9)


def test_spread_between_persons_by_quadrature() -> None:
    """Survival averaged over stay ~ Normal(1, 0.8), against a fine grid of quantiles."""
    from scipy.stats import norm

    cohort = Cohort(1.0, 0.8, 0.0, 0.0, np.array([0.5]), np.array([0.05]))
    stay = 1.0 + 0.8 * norm.ppf((np.arange(200_000) + 0.5) / 200_000)
    survival = np.exp(-60 * 0.05 / (1.0 + np.exp(stay - 0.5))).mean()
    assert mean_field.shares(cohort, days=60)[60, 0] == pytest.approx(survival, abs=1e-6)


def test_right_as_squads_grow() -> None:
    """Weak coupling: the error falls as one over the size of the squad."""
    expected = mean_field_left(2.0, 2.0, 60)
    errors = [expected - chain_left(size, 2.0, 2.0, 60) for size in (10, 20, 40)]
    assert 0 < errors[2] < 0.004
    assert errors[0] / errors[1] == pytest.approx(2.0, abs=0.2)
    assert errors[1] / errors[2] == pytest.approx(2.0, abs=0.2)


def test_seen_to_fail_in_small_strongly_coupled_squads() -> None:
    """Influence 12 in squads of 5: cohorts run away together, real squads tip one by one.

    After 120 days the cohorts say 72 %, the truth is 34 %. Early on the error has the other sign: some
    squads have tipped, and the average squad does not know it.
    """
    assert mean_field_left(4.0, 12.0, 120) - chain_left(5, 4.0, 12.0, 120) > 0.35
    assert chain_left(5, 4.0, 12.0, 60) - mean_field_left(4.0, 12.0, 60) > 0.02
