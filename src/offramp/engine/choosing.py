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
    """D1: fill worth[r] with exp(V_r - V_0) and return the sum over the menu, staying included; variants form a nest, D2.

    Fills utility[j] as well, for `variant` and `success`, which ask for the soldier who has been weighed last.
    social: what comrades add to leaving, utils."""
    worth, utility = run.state.worth, run.state.utility
    start = run.menu.start
    row = np.uint64(i)
    q = run.state.kind[row, CLASS]
    total = 1.0
    for r in range(_ZERO, np.uint64(worth.shape[0])):
        worth[r] = 0.0
        nest = run.menu.nest[r]
        top = -NEVER
        spread = 0.0
        for j in range(np.uint64(start[r]), np.uint64(start[r + _ONE])):
            v = option_value(run, row, q, j, r)
            utility[j] = v
            if v <= -NEVER:
                continue
            if v > top:
                spread = 1.0 + (spread * math.exp((top - v) / nest) if spread > 0.0 else 0.0)
                top = v
            else:
                spread += math.exp((v - top) / nest)
        if spread <= 0.0:
            continue
        top += social
        if spread > 1.0:
            top += nest * math.log(spread)
        worth[r] = math.exp(min(top, LARGEST))
        total += worth[r]
    return total


@part
def variant(run: Run, r: int, u: float) -> int:
    """The option within route r by the nest's probabilities (D2) and the uniform u."""
    start, utility = run.menu.start, run.state.utility
    nest = run.menu.nest[r]
    top = -NEVER
    last = -1
    found = 0
    for j in range(start[r], start[r + 1]):
        v = utility[j]
        if v > -NEVER:
            top = max(top, v)
            found += 1
            last = j
    if found <= 1:
        return last
    spread = 0.0
    for j in range(start[r], start[r + 1]):
        v = utility[j]
        if v > -NEVER:
            spread += math.exp((v - top) / nest)
    target = u * spread
    for j in range(start[r], start[r + 1]):
        v = utility[j]
        if v > -NEVER:
            target -= math.exp((v - top) / nest)
            if target < 0.0:
                return j
    return last


@part
def success(run: Run, r: int) -> float:
    """Probability that an attempt by route r ends in departure, over the variants as he would take them who was weighed last."""
    menu, utility = run.menu, run.state.utility
    top = -NEVER
    for j in range(menu.start[r], menu.start[r + 1]):
        top = max(top, utility[j])
    spread = 0.0
    result = 0.0
    for j in range(menu.start[r], menu.start[r + 1]):
        v = utility[j]
        if v > -NEVER:
            taken = math.exp((v - top) / menu.nest[r])
            spread += taken
            result += taken * (1.0 - run.today.caught[j] - run.today.killed[j])
    return result / spread if spread > 0.0 else 0.0


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
