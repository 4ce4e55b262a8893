"""Weighing the menu and choosing from it: D1 and D2 for one soldier at one moment."""

# pyright: reportArgumentType=false
# (NumPy's stubs take an element of an array for an array)

from __future__ import annotations

import math

import numpy as np

from offramp.engine.inputs import CLASS, DEVIATION, NEVER, NUMBER, STATE, STAY, SUPPORT, WAITING
from offramp.engine.record import group_of
from offramp.engine.state import Run
from offramp.model.compiled import hot, inlined, part

_ZERO, _ONE = np.uint64(0), np.uint64(1)

LARGEST = 600.0
"""Utilities are clipped here, so that a menu of 200 routes stays a finite sum."""


@inlined
def option_value(run: Run, i: int, q: int, j: int, r: int) -> float:
    """V_j - V_0 of the soldier in row i, of class q, without comrades, or -NEVER where it is not on his menu: he is not eligible,
    it is not on offer, he does not know of it, his conduct excludes him, or he waits already."""
    soldier = np.uint64(q)
    v = run.table.value[soldier, j]
    if v <= -NEVER:
        return -NEVER
    ids, kind, record = run.state.ids, run.state.kind, run.state.record
    p = run.menu.programme[j]
    if p >= 0:
        n = ids[i, NUMBER]
        unaware = run.today.aware[p, group_of(q)] < run.population.aware[n]
        if kind[i, STATE] == WAITING or unaware or run.population.conduct[n] < run.offers.excluded[p]:
            return -NEVER
    v += run.table.slope[soldier, r] * record[i, SUPPORT] - record[i, STAY]
    k = run.menu.deviation[j]
    if k == 0:
        v += record[i, DEVIATION]
    elif k > 0:
        v += run.population.deviation[ids[i, NUMBER], k - 1]
    return v


@hot
def weigh(run: Run, i: int, social: float) -> float:
    """D1: fill worth[r] with exp(V_r - V_0) and return the sum over the menu, staying included. D2: of a route's options the best
    counts. Fills utility[j] as well, for what is asked of the soldier who has been weighed last.

    social: what comrades add to leaving, utils."""
    worth, utility = run.state.worth, run.state.utility
    start = run.menu.start
    row = np.uint64(i)
    q = run.state.kind[row, CLASS]
    total = 1.0
    for r in range(_ZERO, np.uint64(worth.shape[0])):
        worth[r] = 0.0
        top = -NEVER
        for j in range(np.uint64(start[r]), np.uint64(start[r + _ONE])):
            utility[j] = option_value(run, row, q, j, r)
            top = max(top, utility[j])
        if top <= -NEVER:
            continue
        worth[r] = math.exp(min(top + social, LARGEST))
        total += worth[r]
    return total


@part
def best_of(run: Run, r: int) -> int:
    """The best option of route r to him who was weighed last, of equals the first; -1 where there is none."""
    start, utility = run.menu.start, run.state.utility
    best = -1
    top = -NEVER
    for j in range(start[r], start[r + 1]):
        if utility[j] > top:
            top = utility[j]
            best = j
    return best


@part
def _twin(run: Run, j: int) -> int:
    """The same programme with the other answer to whether he speaks, where that is left to him who was weighed last; else -1."""
    menu, utility = run.menu, run.state.utility
    for k in range(max(j - 1, 0), min(j + 2, utility.shape[0])):
        if k != j and menu.programme[k] == menu.programme[j] >= 0 and utility[k] > -NEVER:
            return k
    return -1


@part
def _prefers(run: Run, j: int, k: int) -> float:
    """D2: probability of j among those who may take j or k of one programme."""
    utility, nest = run.state.utility, run.menu.nest[run.menu.route[j]]
    return 1.0 / (1.0 + math.exp(min((utility[k] - utility[j]) / nest, LARGEST)))


@part
def variant(run: Run, r: int, u: float) -> int:
    """The option within route r (D2): the best, and where it leaves open whether he speaks, one of the two by the uniform u."""
    best = best_of(run, r)
    twin = _twin(run, best)
    if twin < 0:
        return best
    public, silent = (best, twin) if run.menu.video[best] else (twin, best)
    return public if u < _prefers(run, public, silent) else silent


@part
def success(run: Run, r: int) -> float:
    """Probability that an attempt by route r ends in departure, over the ways as he would take them who was weighed last."""
    best = best_of(run, r)
    if best < 0:
        return 0.0
    today, twin = run.today, _twin(run, best)
    through = 1.0 - today.caught[best] - today.killed[best]
    if twin < 0:
        return through
    share = _prefers(run, best, twin)
    return share * through + (1.0 - share) * (1.0 - today.caught[twin] - today.killed[twin])


@hot
def choose(run: Run, i: int, r: int, u: float, social: float) -> int:
    """The option taken when a window for route r opens, or -1: accept iff u sum exp(V_j) < exp(V_r)."""
    total = weigh(run, i, social)
    chosen = run.state.worth[np.uint64(r)]
    if u * total >= chosen:
        return -1
    first = run.menu.start[np.uint64(r)]
    if run.menu.start[np.uint64(r) + _ONE] == first + 1:
        return first
    # given acceptance u is uniform below P_r, so its place there picks the variant
    return variant(run, r, u * total / chosen)


@part
def takes(run: Run, r: int, j: int, u: float, social: float) -> bool:
    """Whether he who was weighed last would take option j at this window of route r if it were the only one of the route.

    u, social: as for `choose`."""
    others = 1.0
    for k in range(run.state.worth.shape[0]):
        others += run.state.worth[k] if k != r else 0.0
    own = math.exp(min(run.state.utility[j] + social, LARGEST))
    return u * (others + own) < own
