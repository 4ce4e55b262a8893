"""The exact continuous-time Markov chain of one squad of n identical soldiers under influence.

State (left, killed): how many have left by any route and how many were killed. From it one of the n - left -
killed who serve leaves by route k at rate w_k P_k(left / n) and is killed at rate mu. Solved by
uniformisation: a sum of non-negative terms, cut where the remaining Poisson weight is negligible.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tests.oracles import menu

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Squad:
    """n identical soldiers; one utility and one window rate per route."""

    size: int
    stay: float
    influence: float
    killed_per_day: float
    utility: tuple[float, ...]
    window_per_day: tuple[float, ...]


@dataclass(frozen=True)
class Outcome:
    """What the chain says of one squad at time T."""

    left: Floats
    """[n + 1] distribution of the number who have left by any route."""
    killed: Floats
    """[n + 1] distribution of the number killed."""
    by_route: Floats
    """[K] expected number who left by each route."""

    @property
    def mean_left(self) -> float:
        return float(self.left @ np.arange(self.left.size))

    @property
    def variance_left(self) -> float:
        return float(self.left @ (np.arange(self.left.size) - self.mean_left) ** 2)


def route_hazards(squad: Squad, left: int) -> list[float]:
    """Hazard per day of each route for one serving soldier when `left` mates are gone."""
    gain = squad.influence * left / squad.size
    return menu.hazards(squad.stay, [u + gain for u in squad.utility], squad.window_per_day)


def generator(squad: Squad) -> tuple[list[tuple[int, int]], Floats]:
    """The states (left, killed) and the matrix of rates between them."""
    states = [(left, killed) for left in range(squad.size + 1) for killed in range(squad.size + 1 - left)]
    number = {state: i for i, state in enumerate(states)}
    rates = np.zeros((len(states), len(states)))
    for (left, killed), i in number.items():
        serving = squad.size - left - killed
        if serving:
            rates[i, number[left + 1, killed]] = serving * sum(route_hazards(squad, left))
            rates[i, number[left, killed + 1]] = serving * squad.killed_per_day
        rates[i, i] = -rates[i].sum()
    return states, rates


def occupancy(rates: Floats, start: Floats, time: float) -> tuple[Floats, Floats]:
    """Distribution at `time` and expected days spent in each state until then, by uniformisation.

    With q the largest exit rate and P = I + Q / q: p(t) = sum_j Poisson(j; qt) p0 P^j, and its integral
    = (1 / q) sum_j Pr(Poisson(qt) > j) p0 P^j. Both are cut far beyond the mean.
    """
    q = float(-rates.diagonal().min())
    if q == 0.0 or time == 0.0:
        return start.copy(), start * time
    jump = np.eye(len(rates)) + rates / q
    here, at_time, days = start.copy(), np.zeros_like(start), np.zeros_like(start)
    beyond = 1.0
    for j in range(math.ceil(q * time + 14.0 * math.sqrt(q * time)) + 40):
        chance = math.exp(j * math.log(q * time) - q * time - math.lgamma(j + 1))
        beyond = max(beyond - chance, 0.0)
        at_time += chance * here
        days += beyond / q * here
        here = here @ jump
    return at_time, days


def solve(squad: Squad, time: float) -> Outcome:
    """Distribution of leavers and killed after `time` days, everybody serving at the start."""
    states, rates = generator(squad)
    start = np.zeros(len(states))
    start[states.index((0, 0))] = 1.0
    at_time, days = occupancy(rates, start, time)
    left, killed = np.zeros(squad.size + 1), np.zeros(squad.size + 1)
    by_route = np.zeros(len(squad.utility))
    for (gone, dead), chance, spent in zip(states, at_time, days, strict=True):
        left[gone] += chance
        killed[dead] += chance
        by_route += (squad.size - gone - dead) * spent * np.array(route_hazards(squad, gone))
    return Outcome(left, killed, by_route)
