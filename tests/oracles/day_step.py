"""Soldiers in NumPy arrays, one small time step after another.

Within a step of length dt every serving soldier leaves with probability 1 - exp(-H dt), H being the sum of
his hazards at the start of the step, and takes cause k with probability h_k / H. Weak error O(dt): halving
the step halves it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Soldiers:
    """A bare scenario, written out person by person: n soldiers, K routes."""

    group: Ints
    """[n] number of the soldier's group."""
    squad: Ints
    """[n] number of the soldier's squad; squads do not cross groups."""
    stay: Floats
    """[n] utility of staying."""
    influence: Floats
    """[n] utility added to every route when the whole squad has left."""
    killed_per_day: Floats
    """[n] casualty hazard."""
    utility: Floats
    """[n, K] utility of each route with no mate gone; minus infinity where the route is not on the menu."""
    window_per_day: Floats
    """[days, K] or [K] rate at which a chance for the route comes."""
    squad_size: Ints | int
    """[n] or one number: established size of the squad, the denominator of the share that has left."""


def hazards(soldiers: Soldiers, share_left: Floats, window: Floats) -> Floats:
    """[n, K + 1] hazards per day of the routes and, last, of death.

    share_left: [n] share of each soldier's squad that has left; window: [K] rates of chances now.
    """
    value = soldiers.utility + (soldiers.influence * share_left)[:, None]
    top = np.maximum(soldiers.stay, value.max(axis=1))
    weight = np.exp(value - top[:, None])
    chance = weight / (np.exp(soldiers.stay - top) + weight.sum(axis=1))[:, None]
    return np.column_stack([window * chance, soldiers.killed_per_day])


def simulate(soldiers: Soldiers, *, days: int, steps_per_day: int, rng: np.random.Generator) -> Ints:
    """Persons by day, group and state: [days + 1, groups, K + 2], states serving, routes, killed."""
    n, routes = soldiers.utility.shape
    groups = int(soldiers.group.max()) + 1
    squads = int(soldiers.squad.max()) + 1
    step = 1.0 / steps_per_day
    window = np.broadcast_to(soldiers.window_per_day, (days, routes))
    state = np.zeros(n, np.int64)
    left_in_squad = np.zeros(squads)
    counts = np.empty((days + 1, groups, routes + 2), np.int64)

    def count(day: int) -> None:
        for group in range(groups):
            counts[day, group] = np.bincount(state[soldiers.group == group], minlength=routes + 2)

    count(0)
    for day in range(1, days + 1):
        for _ in range(steps_per_day):
            rates = hazards(soldiers, left_in_squad[soldiers.squad] / soldiers.squad_size, window[day - 1])
            total = rates.sum(axis=1)
            goes = (state == 0) & (rng.random(n) < -np.expm1(-total * step))
            where = np.flatnonzero(goes)
            threshold = rng.random(where.size) * total[where]
            cause = (np.cumsum(rates[where], axis=1) < threshold[:, None]).sum(axis=1)
            state[where] = 1 + np.minimum(cause, routes)
            left_by_route = where[cause < routes]
            left_in_squad += np.bincount(soldiers.squad[left_by_route], minlength=squads)
        count(day)
    return counts
