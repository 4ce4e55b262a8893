"""Weighing the menu and choosing from it: D1 and D2 for one soldier at one moment."""

# pyright: reportArgumentType=false
# (NumPy's stubs take an element of an array for an array)

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from offramp.engine.inputs import AWARE, CLASS, NEVER, STATE, STAY, SUPPORT, WAITING, Menu, Offers, Population
from offramp.engine.plan import Table
from offramp.engine.state import State
from offramp.model.compiled import inlined, part

LARGEST = 600.0
"""Utilities are clipped here, so that a menu of 200 routes stays a finite sum."""


@part
def option_value(
    value: NDArray[np.float64], slope: NDArray[np.float64], programme: NDArray[np.int64], column: NDArray[np.int64],
    aware: NDArray[np.float64], deviation: NDArray[np.float32], record: NDArray[np.float32], traits: NDArray[np.float32],
    waiting: bool,
    i: int, q: int, j: int, r: int, d: int,
) -> float:  # fmt: skip
    """V_j - V_0 of soldier i without comrades, or -NEVER where the option is not on his menu: he is not eligible, it is not on
    offer, he does not know of it, or he waits already."""
    v = value[q, j]
    if v <= -NEVER:
        return -NEVER
    p = programme[j]
    if p >= 0 and (waiting or aware[p, d] < traits[i, AWARE]):
        return -NEVER
    v += slope[q, r] * record[i, SUPPORT] - record[i, STAY]
    if column[j] >= 0:
        v += deviation[i, column[j]]
    return v


@part
def weigh(
    worth: NDArray[np.float64], value: NDArray[np.float64], slope: NDArray[np.float64], start: NDArray[np.int64],
    weighed: NDArray[np.bool_], nest: float, programme: NDArray[np.int64], column: NDArray[np.int64],
    aware: NDArray[np.float64], deviation: NDArray[np.float32], record: NDArray[np.float32], traits: NDArray[np.float32],
    waiting: bool,
    i: int, q: int, window: int, social: float, d: int,
) -> float:  # fmt: skip
    """D1: fill worth[r] with exp(V_r - V_0) and return the sum over the menu, staying included.

    window: the route whose window opened; only routes weighed with it count. Variants form a nest, D2.
    """
    total = 1.0
    for r in range(worth.shape[0]):
        worth[r] = 0.0
        if not weighed[window, r]:
            continue
        top = -NEVER
        spread = 0.0
        for j in range(start[r], start[r + 1]):
            v = option_value(
                value, slope, programme, column, aware, deviation, record, traits, waiting, i, q, j, r, d
            )
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
def variant(
    value: NDArray[np.float64], slope: NDArray[np.float64], start: NDArray[np.int64], nest: float,
    programme: NDArray[np.int64], column: NDArray[np.int64], aware: NDArray[np.float64],
    deviation: NDArray[np.float32], record: NDArray[np.float32], traits: NDArray[np.float32],
    waiting: bool,
    i: int, q: int, r: int, u: float, d: int,
) -> int:  # fmt: skip
    """The option within route r by the nest's probabilities (D2) and the uniform u."""
    top = -NEVER
    last = -1
    found = 0
    for j in range(start[r], start[r + 1]):
        v = option_value(
            value, slope, programme, column, aware, deviation, record, traits, waiting, i, q, j, r, d
        )
        if v > -NEVER:
            top = max(top, v)
            found += 1
            last = j
    if found <= 1:
        return last
    spread = 0.0
    for j in range(start[r], start[r + 1]):
        v = option_value(
            value, slope, programme, column, aware, deviation, record, traits, waiting, i, q, j, r, d
        )
        if v > -NEVER:
            spread += math.exp((v - top) / nest)
    target = u * spread
    for j in range(start[r], start[r + 1]):
        v = option_value(
            value, slope, programme, column, aware, deviation, record, traits, waiting, i, q, j, r, d
        )
        if v > -NEVER:
            target -= math.exp((v - top) / nest)
            if target < 0.0:
                return j
    return last


@inlined
def weigh_for(
    state: State, table: Table, population: Population, menu: Menu, offers: Offers, i: int, window: int, social: float,
    d: int,
) -> float:  # fmt: skip
    """`weigh` for soldier i as he stands."""
    return weigh(
        state.worth, table.value, table.slope, menu.start, menu.weighed, menu.nest, menu.programme, menu.deviation,
        offers.aware, population.deviation, state.record, population.record, state.ids[i, STATE] == WAITING,
        i, state.ids[i, CLASS], window, social, d,
    )  # fmt: skip


@inlined
def choose(
    state: State, table: Table, population: Population, menu: Menu, offers: Offers, i: int, window: int, u: float,
    social: float, d: int,
) -> int:  # fmt: skip
    """The option taken when a window for route `window` opens, or -1: accept iff u sum exp(V_j) < exp(V_k)."""
    total = weigh_for(state, table, population, menu, offers, i, window, social, d)
    chosen = state.worth[window]
    taken = -1
    if u * total < chosen:
        taken = menu.start[window]
        if menu.start[window + 1] > taken + 1:
            # given acceptance u is uniform below P_k, so its place there picks the variant
            taken = variant(
                table.value, table.slope, menu.start, menu.nest, menu.programme, menu.deviation, offers.aware,
                population.deviation, state.record, population.record, state.ids[i, STATE] == WAITING, i, state.ids[i, CLASS],
                window, u * total / chosen, d,
            )  # fmt: skip
    return taken
