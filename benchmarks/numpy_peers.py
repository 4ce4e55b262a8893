"""The reference workload in NumPy, day by day: plain, tuned, and tuned as far as we know how.

`plain`    what a careful scientist writes first: whole arrays of float64 every day
`tuned`    float32, one uniform per serving soldier, the decision only for those whose window
           opens, the dead and gone compacted away every ten days
`thinned`  the event engine's own idea in NumPy: only the openings themselves are drawn, none of the other
           soldiers is touched; influence stands still within a day. The strongest NumPy that we know of here
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmarks.workload import (
    COMPANY,
    COMPANY_WEIGHT,
    FORCE_WEIGHT,
    KILLED_PER_DAY,
    MEMORY_DAYS,
    SECOND_UTILITY,
    WINDOWS,
    Counts,
    Population,
    Rule,
)

COMPACT_EVERY = 10


class Gone:
    """Departures remembered per company for MEMORY_DAYS, and of all for good."""

    def __init__(self, soldiers: int) -> None:
        self.soldiers = soldiers
        companies = -(-soldiers // COMPANY)
        self.size = np.bincount(np.arange(soldiers) // COMPANY)
        self.ring = np.zeros((MEMORY_DAYS, companies), np.int32)
        self.recent = np.zeros(companies, np.int32)
        self.counts = np.array([soldiers, 0, 0, 0])

    def pressure(self) -> NDArray[np.float64]:
        """s of each company."""
        everywhere = FORCE_WEIGHT * (self.counts[1] + self.counts[2]) / self.soldiers
        return COMPANY_WEIGHT * self.recent / self.size + everywhere

    def record(self, day: int, company: NDArray[np.integer], state: NDArray[np.integer]) -> Counts:
        """Take note of the day's exits (their companies and new states); the counts at its end."""
        today = np.bincount(company[state != 3], minlength=self.recent.size)
        slot = day % MEMORY_DAYS
        self.recent += today - self.ring[slot]
        self.ring[slot] = today
        exits = np.bincount(state, minlength=4)
        self.counts = self.counts + exits
        self.counts[0] -= exits[1:].sum()
        return self.counts


def chances(rule: Rule, a: NDArray, first: NDArray, push: NDArray) -> tuple[NDArray, NDArray]:
    """Probability of taking each of the two routes when its window opens; push = b s."""
    if rule == "two_option":
        return 1.0 / (1.0 + np.exp(a - first - push)), 1.0 / (1.0 + np.exp(a - SECOND_UTILITY - push))
    one, two = np.exp(first + push), np.exp(SECOND_UTILITY + push)
    everything = np.exp(a) + one + two
    return one / everything, two / everything


def plain(people: Population, days: int, rule: Rule, seed: int) -> Counts:
    rng = np.random.default_rng(seed)
    n = people.a.size
    company = np.arange(n) // COMPANY
    state = np.zeros(n, np.int8)
    gone = Gone(n)
    path = np.empty((days, 4), np.int64)
    for day in range(days):
        p1, p2 = chances(rule, people.a, people.first, people.b * gone.pressure()[company])
        h1, h2 = WINDOWS[0] * p1, WINDOWS[1] * p2
        total = h1 + h2 + KILLED_PER_DAY
        leaves = (state == 0) & (rng.random(n) < 1.0 - np.exp(-total))
        h1, h2, total = h1[leaves], h2[leaves], total[leaves]
        cause = rng.random(total.size) * total
        state[leaves] = np.where(cause < h1, 1, np.where(cause < h1 + h2, 2, 3))
        path[day] = gone.record(day, company[leaves], state[leaves])
    return path


def tuned(people: Population, days: int, rule: Rule, seed: int) -> Counts:
    rng = np.random.Generator(np.random.SFC64(seed))
    n = people.a.size
    a, b, first = (x.astype(np.float32) for x in (people.a, people.b, people.first))
    company = (np.arange(n) // COMPANY).astype(np.int32)
    state = np.zeros(n, np.int8)
    serving = np.arange(n, dtype=np.int32)
    gone = Gone(n)
    path = np.empty((days, 4), np.int64)
    ceiling = np.float32(-np.expm1(-(sum(WINDOWS) + KILLED_PER_DAY)))
    for day in range(days):
        if day % COMPACT_EVERY == 0:
            serving = serving[state[serving] == 0]
        u = rng.random(serving.size, dtype=np.float32)
        at = np.flatnonzero(u < ceiling)
        i, u = serving[at], u[at]
        still = state[i] == 0
        i, u = i[still], u[still]
        push = b[i] * gone.pressure().astype(np.float32)[company[i]]
        p1, p2 = chances(rule, a[i], first[i], push)
        h1, h2 = np.float32(WINDOWS[0]) * p1, np.float32(WINDOWS[1]) * p2
        total = h1 + h2 + np.float32(KILLED_PER_DAY)
        leave = -np.expm1(-total)
        leaves = u < leave
        cause = (u * total / leave)[leaves]
        i, h1, h2 = i[leaves], h1[leaves], h2[leaves]
        after = np.where(cause < h1, 1, np.where(cause < h1 + h2, 2, 3)).astype(np.int8)
        state[i] = after
        path[day] = gone.record(day, company[i], after)
    return path


def thinned(people: Population, days: int, rule: Rule, seed: int) -> Counts:
    rng = np.random.Generator(np.random.SFC64(seed))
    n = people.a.size
    a, b, first = (x.astype(np.float32) for x in (people.a, people.b, people.first))
    state = np.zeros(n, np.int8)
    serving = np.arange(n, dtype=np.int32)
    gone = Gone(n)
    path = np.empty((days, 4), np.int64)
    rate = sum(WINDOWS) + KILLED_PER_DAY
    for day in range(days):
        if day % COMPACT_EVERY == 0:
            serving = serving[state[serving] == 0]
        openings = int(rng.poisson(rate * serving.size))
        i = serving[rng.integers(0, serving.size, openings, dtype=np.int32)]
        i = i[state[i] == 0]
        kind = rng.random(i.size, dtype=np.float32) * np.float32(rate)
        push = b[i] * gone.pressure().astype(np.float32)[i // COMPANY]
        p1, p2 = chances(rule, a[i], first[i], push)
        one, two = kind < WINDOWS[0], kind >= WINDOWS[0] + KILLED_PER_DAY
        u = rng.random(i.size, dtype=np.float32)
        taken = u < np.where(one, p1, np.where(two, p2, np.float32(1.0)))
        # A soldier with two openings in a day acts on the first that he accepts.
        i, place = np.unique(i[taken], return_index=True)
        after = np.where(one[taken][place], 1, np.where(two[taken][place], 2, 3)).astype(np.int8)
        state[i] = after
        path[day] = gone.record(day, i // COMPANY, after)
    return path
