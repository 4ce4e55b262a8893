"""Answers known in closed form, against which the engine is tested and which the documentation lets a reader recompute."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from offramp.model.choice import choice_probabilities


class CompetingRisks(NamedTuple):
    """Survival [times] and cumulative incidence [times, risks] at the times asked for."""

    survival: NDArray[np.float64]
    incidence: NDArray[np.float64]


def competing_risks(hazards: ArrayLike, days: ArrayLike) -> CompetingRisks:
    """T01, T02: survival and cumulative incidence under constant hazards.

    hazards: per day, shape [risks], not negative; days: scalar or [times].
    """
    h = np.atleast_1d(np.asarray(hazards, dtype=np.float64))
    t = np.atleast_1d(np.asarray(days, dtype=np.float64))
    if (h < 0).any():
        raise ValueError("a hazard is negative")
    total = float(h.sum())
    survival = np.exp(-total * t)
    share = h / total if total > 0 else np.zeros_like(h)
    return CompetingRisks(survival, -np.expm1(-total * t)[:, None] * share[None, :])


def window_hazards(
    stay: float, utilities: Sequence[float], windows_per_day: Sequence[float], scale: float = 1.0
) -> NDArray[np.float64]:
    """D1, T03: hazard of each route, h_k = w_k P_k, per day, the menu being staying and every route."""
    if len(utilities) != len(windows_per_day):
        raise ValueError("one window rate is needed for each route")
    probabilities = choice_probabilities([stay, *utilities], scale)
    return np.asarray(windows_per_day, dtype=np.float64) * probabilities[1:]


def mean_hazard(cases: float, person_days: float) -> float:
    """T28: constant hazard that a count stands for, cases per person and day; person_days > 0."""
    if cases < 0 or person_days <= 0:
        raise ValueError("cases must not be negative, and person_days above 0")
    return cases / person_days


def hazard_from_probability(probability: float, days: float) -> float:
    """T28: constant hazard per day under which an event happens within `days` with this probability, in [0, 1)."""
    if not 0 <= probability < 1 or days <= 0:
        raise ValueError("probability must lie from 0 to below 1, and days above 0")
    return -math.log1p(-probability) / days


def granovetter_equilibrium(
    thresholds: ArrayLike | None = None, *, mean: float = 25.0, sd: float = 0.0
) -> float:
    """T06: where a crowd with thresholds settles, from nobody active: the least r with F(r) = r.

    thresholds: number of active others each person asks for; returns the number active. Without them: normal thresholds in
    percent of an infinite crowd with `mean` and `sd` > 0; returns percent. Source: Granovetter (1978).
    """
    if thresholds is not None:
        asked = np.sort(np.asarray(thresholds, dtype=np.float64))
        active = 0
        while (reached := int(np.searchsorted(asked, active, side="right"))) > active:
            active = reached
        return float(active)
    if sd <= 0:
        raise ValueError("normal thresholds need sd > 0")
    root2 = math.sqrt(2.0) * sd

    def gap(r: float) -> float:
        return 50.0 * math.erfc((mean - r) / root2) - r

    # The iteration r <- F(r) climbs to the least fixed point, slowly near a fold: step along a grid to the first sign
    # change, then bisect.
    grid = np.linspace(0.0, 100.0, 200_001)
    values = np.array([gap(float(r)) for r in grid])
    first = int(np.argmax(values <= 0.0)) if (values <= 0.0).any() else len(grid) - 1
    if first == 0 or values[first] > 0:
        return float(grid[first])
    return _bisect(gap, float(grid[first - 1]), float(grid[first]))


def _bisect(function: Callable[[float], float], low: float, high: float) -> float:
    rising = function(low) < 0
    for _ in range(200):
        middle = 0.5 * (low + high)
        if (function(middle) < 0) == rising:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


def social_logit_folds(influence: float) -> tuple[float, float] | None:
    """T08: the two values of a at which x = sigma(a + g x) changes from one to three solutions; None when g <= 4.

    Returned as (jump down, jump up), the lower first. At a fold g x (1 - x) = 1.
    """
    if influence <= 4:
        return None
    root = math.sqrt(1.0 - 4.0 / influence)
    folds = [math.log(x / (1 - x)) - influence * x for x in ((1 + root) / 2, (1 - root) / 2)]
    return folds[0], folds[1]


def social_logit_fixed_points(attraction: float, influence: float) -> tuple[float, ...]:
    """T08: all x in (0, 1) with x = sigma(a + g x), ascending: one, or three between the folds.

    attraction a and influence g in units of the logit scale. Source: Brock and Durlauf (2001), 0/1 coding.
    """

    def gap(x: float) -> float:
        z = attraction + influence * x
        return (1.0 / (1.0 + math.exp(-z)) if z >= 0.0 else math.exp(z) / (1.0 + math.exp(z))) - x

    turning = [0.0, 1.0]
    if influence > 4:
        # gap' = 0 where g p (1 - p) = 1 with p = sigma(a + g x): at most two interior turning points.
        root = math.sqrt(1.0 - 4.0 / influence)
        for p in ((1 - root) / 2, (1 + root) / 2):
            x = (math.log(p / (1 - p)) - attraction) / influence
            if 0.0 < x < 1.0:
                turning.insert(-1, x)
    points = [
        _bisect(gap, low, high)
        for low, high in pairwise(turning)
        if gap(low) > 0.0 >= gap(high) or gap(low) < 0.0 <= gap(high)
    ]
    points += [x for x in turning[1:-1] if abs(gap(x)) < 1e-15]
    return tuple(sorted(points))
