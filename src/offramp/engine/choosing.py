"""Weighing the menu and choosing from it: D1 and D2 for one soldier at one moment."""

# pyright: reportArgumentType=false
# (NumPy's stubs take an element of an array for an array)

from __future__ import annotations

import math

import numpy as np

from offramp.engine.inputs import CLASS, DEVIATION, NEVER, NUMBER, STATE, STAY, SUPPORT, WAITING
from offramp.engine.record import group_of
from offramp.engine.state import Run
from offramp.model.compiled import inlined, part

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


@part
def weigh(run: Run, i: int, social: float) -> float:
    """D1: fill worth[r] with exp(V_r - V_0) and return the sum over the menu, staying included.

    D2: of the ways to leave in silence, or in public, only the best counts, as they are one act under several promises; the two
    acts form a nest. Fills utility[j] as well, for `variant`, `success` and `anyway`, which ask for the soldier who has been
    weighed last. social: what comrades add to leaving, utils."""
    worth, utility, video = run.state.worth, run.state.utility, run.menu.video
    start = run.menu.start
    row = np.uint64(i)
    q = run.state.kind[row, CLASS]
    total = 1.0
    for r in range(_ZERO, np.uint64(worth.shape[0])):
        worth[r] = 0.0
        silent = public = -NEVER
        for j in range(np.uint64(start[r]), np.uint64(start[r + _ONE])):
            v = option_value(run, row, q, j, r)
            utility[j] = v
            if video[j]:
                public = max(public, v)
            else:
                silent = max(silent, v)
        top = max(silent, public)
        if top <= -NEVER:
            continue
        other = min(silent, public)
        if other > -NEVER:
            nest = run.menu.nest[r]
            top += nest * math.log(1.0 + math.exp((other - top) / nest))
        worth[r] = math.exp(min(top + social, LARGEST))
        total += worth[r]
    return total


@part
def _best(run: Run, r: int, public: bool) -> int:
    """The best way of route r with public testimony, or without, to him weighed last; of equals the first. -1: there is none."""
    menu, utility = run.menu, run.state.utility
    best = -1
    top = -NEVER
    for j in range(menu.start[r], menu.start[r + 1]):
        if menu.video[j] == public and utility[j] > top:
            top = utility[j]
            best = j
    return best


@part
def _speaks(run: Run, r: int, silent: int, public: int) -> float:
    """D2: probability of testimony among those who take route r, if `silent` and `public` are the best ways to do so."""
    if public < 0 or silent < 0:
        return 0.0 if public < 0 else 1.0
    utility = run.state.utility
    return 1.0 / (1.0 + math.exp(min((utility[silent] - utility[public]) / run.menu.nest[r], LARGEST)))


@part
def variant(run: Run, r: int, u: float) -> int:
    """The option within route r (D2), by the uniform u."""
    silent, public = _best(run, r, False), _best(run, r, True)
    return public if u < _speaks(run, r, silent, public) else silent


@part
def success(run: Run, r: int) -> float:
    """Probability that an attempt by route r ends in departure, over the ways as he would take them who was weighed last."""
    silent, public = _best(run, r, False), _best(run, r, True)
    speaks = _speaks(run, r, silent, public)
    today = run.today
    result = 0.0
    if silent >= 0:
        result += (1.0 - speaks) * (1.0 - today.caught[silent] - today.killed[silent])
    if public >= 0:
        result += speaks * (1.0 - today.caught[public] - today.killed[public])
    return result


@part
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
def anyway(run: Run, r: int, u: float, social: float) -> int:
    """The ordinary way of route r, if he who was weighed last would take it now were nothing offered there; else -1."""
    first = run.menu.start[r]
    if run.menu.programme[first] >= 0 or run.state.utility[first] <= -NEVER:
        return -1
    others = 1.0
    for k in range(run.state.worth.shape[0]):
        others += run.state.worth[k] if k != r else 0.0
    own = math.exp(min(run.state.utility[first] + social, LARGEST))
    return first if u * (others + own) < own else -1
