"""The inner loop: run along the candidate field and stop where something may happen.

Nine candidates in ten belong to somebody who has left, or are windows that he would never use; here they are passed over as
cheaply as memory allows. Arrays are held in local names and indices are unsigned, which is what makes it fast.
"""

# pyright: reportArgumentType=false
# (NumPy's stubs take an element of an array for an array)

from __future__ import annotations

import numpy as np

from offramp.engine.comrades import force_part, forget, next_forgotten
from offramp.engine.inputs import (
    CLASS,
    DEVIATION,
    FIRST_WINDOW,
    INFLUENCE,
    NUMBER,
    SQUAD,
    STATE,
    STAY,
    SUPPORT,
    WOUND,
)
from offramp.engine.philox import AHEAD, BLOCK, prefetch
from offramp.engine.state import Run
from offramp.model.compiled import part

NOTHING_TODAY, BLOCK_DONE, MISHAP, WINDOW = range(4)
"""Why `skim` stopped: the day is over, the block is used up, a candidate of death or wound, a window that passed the first
test."""

SLACK = np.float32(1e-3)
"""The first test is made in single precision; so much room makes it never reject what the exact rule accepts."""

_ZERO = np.float32(0.0)
_BLOCK, _AHEAD, _ONE, _SHIFT = np.uint64(BLOCK), np.uint64(AHEAD), np.uint64(1), np.uint64(32)
_WIDTH = np.uint64(3)  # a soldier's record has 2^3 places
_STAY, _SUPPORT, _INFLUENCE, _DEVIATION = (np.uint64(c) for c in (STAY, SUPPORT, INFLUENCE, DEVIATION))
_SQUAD, _NUMBER, _CLASS, _STATE = (np.uint64(c) for c in (SQUAD, NUMBER, CLASS, STATE))
_SERVING_OR_WAITING = np.uint32(1)


@part
def skim(run: Run, until: float, total: float, size: int, d: int) -> tuple[int, float, np.float32]:
    """Pass over candidates from place at[1] of the block until one may matter, the block or the day ends.

    until: what is left of day d in units of candidates; total: candidates expected on the whole day; size: rows covered, uint64.
    Returns why it stopped, the rest of the day, and what comrades add to leaving, utils; leaves the next place in at[1], the
    soldier's row in at[2] and the route in at[3].
    """
    state, scratch = run.state, run.scratch
    at = scratch.at
    gap, slot, mark, bound = scratch.gap, scratch.slot, scratch.mark, scratch.bound
    traits, marks, best_of, column = state.traits, state.marks, run.table.ceiling, run.menu.column
    squad, company, company_of = state.squad_share, state.company_share, run.population.squad_company
    threshold = run.field.threshold[d]
    opened = threshold[WOUND]
    routes = np.uint64(column.shape[0])
    last = np.uint64(FIRST_WINDOW) + routes - _ONE
    by_squad = run.units.squad > 0.0
    force_share = force_part(run)
    frozen = state.row_of.shape[0] == 0
    present = np.uint64(state.present[0])
    forgetting = (d + 1.0 - next_forgotten(run)) * total  # as a rest of the day
    k = np.uint64(at[1])
    while k < _BLOCK:
        prefetch(state.record, np.int64((np.uint64(slot[k + _AHEAD]) * size) >> _SHIFT))
        rest = until - gap[k]
        if rest < 0.0:
            gap[k] = np.float32(-rest)
            at[1] = k
            return NOTHING_TODAY, 0.0, _ZERO
        i = (np.uint64(slot[k]) * size) >> _SHIFT
        soldier = i << _WIDTH
        # he has left, or the row has fallen vacant
        if np.uint32(marks[soldier + _STATE] - 1) > _SERVING_OR_WAITING if frozen else i >= present:
            until = rest
            k += _ONE
            continue
        m = np.uint64(mark[k])
        if m < opened:
            at[1] = k + _ONE
            at[2] = i
            return MISHAP, rest, _ZERO
        n = np.uint64(FIRST_WINDOW)
        while n < last and m >= threshold[n]:
            n += _ONE
        r = n - np.uint64(FIRST_WINDOW)
        option = (np.uint64(marks[soldier + _CLASS]) * routes + r) << _ONE
        best = best_of[option] + best_of[option + _ONE] * traits[soldier + _SUPPORT] - traits[soldier + _STAY]
        social = _ZERO
        pull = traits[soldier + _INFLUENCE]
        if pull != _ZERO:
            while rest <= forgetting:
                forget(run)
                forgetting = (d + 1.0 - next_forgotten(run)) * total
            s = np.uint64(marks[soldier + _SQUAD])
            social = force_share + company[np.uint64(company_of[s])]
            if by_squad:
                social += squad[s]
            social *= pull
            best += social
        until = rest
        if column[r] == 0:
            best += traits[soldier + _DEVIATION]
        elif column[r] > 0:
            best += run.population.deviation[np.uint64(marks[soldier + _NUMBER]), np.uint64(column[r] - 1)]
        k += _ONE
        if best + SLACK >= bound[k - _ONE]:
            at[1] = k
            at[2] = i
            at[3] = r
            return WINDOW, rest, social
    at[1] = BLOCK
    return BLOCK_DONE, until, _ZERO
