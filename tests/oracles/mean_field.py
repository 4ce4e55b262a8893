"""Cohorts instead of persons: Gauss-Hermite nodes over the utility of staying, and only the average squad.

The share of mates gone is replaced by its expectation over the whole group. That is right as squads grow and
wrong where squads are small and depend strongly on each other: there a squad either holds or goes, and no
squad is average.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Cohort:
    """One group: stay ~ Normal(stay_mean, stay_sd) between persons, K routes."""

    stay_mean: float
    stay_sd: float
    influence: float
    killed_per_day: float
    utility: Floats
    """[K] utility of each route with nobody gone."""
    window_per_day: Floats
    """[K] rate of chances."""


def shares(cohort: Cohort, *, days: int, nodes: int = 40, steps_per_day: int = 20) -> Floats:
    """Expected shares by day: [days + 1, K + 2], states serving, routes, killed. Classical Runge-Kutta."""
    points, weights = np.polynomial.hermite_e.hermegauss(nodes)
    weights = weights / weights.sum()
    stay = cohort.stay_mean + cohort.stay_sd * points
    routes = cohort.utility.size

    def flow(y: Floats) -> Floats:
        """y: [nodes serving | routes | killed], serving as a share of all, in total one."""
        serving, left = y[:nodes], y[nodes : nodes + routes].sum()
        value = cohort.utility + cohort.influence * left
        chance = np.exp(value) / (np.exp(stay)[:, None] + np.exp(value).sum())
        out = serving[:, None] * chance * cohort.window_per_day
        dead = serving * cohort.killed_per_day
        return np.concatenate([-out.sum(axis=1) - dead, out.sum(axis=0), [dead.sum()]])

    y = np.concatenate([weights, np.zeros(routes + 1)])
    path = np.empty((days + 1, routes + 2))
    h = 1.0 / steps_per_day
    for day in range(days + 1):
        path[day] = [y[:nodes].sum(), *y[nodes:]]
        for _ in range(steps_per_day):
            k1 = flow(y)
            k2 = flow(y + h / 2 * k1)
            k3 = flow(y + h / 2 * k2)
            k4 = flow(y + h * k3)
            y = y + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    return path
