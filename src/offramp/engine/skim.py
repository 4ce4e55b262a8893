"""The inner loop: run along the candidate field, from one candidate that matters to the next.

Nine candidates in ten belong to somebody who has left, or are windows that he would never use; here they are passed over as
cheaply as memory allows. Arrays are held in local names and indices are unsigned, which is what makes it fast.
"""

# pyright: reportArgumentType=false
# (NumPy's stubs take an element of an array for an array)

from __future__ import annotations

import numpy as np

from offramp.engine.comrades import comrades, force_part
from offramp.engine.inputs import (
    CLASS,
    COMPANY,
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
from offramp.engine.windows import befall, leave, react
from offramp.model.compiled import part

SLACK = np.float32(1e-3)
"""The first test is made in single precision, against rough logarithms; so much room makes it never reject what the exact rule
accepts."""

_ZERO = np.float32(0.0)
_BLOCK, _AHEAD, _ONE, _SHIFT = np.uint64(BLOCK), np.uint64(AHEAD), np.uint64(1), np.uint64(32)
_WIDTH, _HALVES = np.uint64(3), np.uint64(4)  # a soldier's record has 2^3 places, or 2^4 half as wide
_FIRST_WINDOW = np.uint64(FIRST_WINDOW)
_SERVING_OR_WAITING = np.uint64(1)


@part
def skim(run: Run, until: float, total: float, size: int, win: float, d: int) -> float:
    """Let the candidates happen from place at[1] of the block on, until the block or the day ends; at[1] is left at the next.

    until: what is left of day d in units of candidates, which is also returned; total: candidates expected on the whole day;
    size: rows covered, uint64; win: as for `react`.
    """
    state, scratch = run.state, run.scratch
    at = scratch.at
    gap, slot, mark, bound = scratch.gap, scratch.slot, scratch.mark, scratch.bound
    traits, marks, kinds = state.traits, state.marks, state.kinds
    best_of = run.table.ceiling
    column, own = run.menu.column, scratch.own
    deviation = run.population.deviation
    squad, company = state.squad_share, state.company_share
    threshold = run.field.threshold[d]
    opened = threshold[WOUND]
    routes = np.uint64(column.shape[0])
    last = _FIRST_WINDOW + routes - _ONE
    by_squad = run.units.squad > 0.0
    several = deviation.shape[1] > 0
    force_share = force_part(run)
    frozen = state.row_of.shape[0] == 0
    present = np.uint64(state.present[0])
    tomorrow = d + 1.0
    first = (at[0] - 1) * BLOCK + 1
    k = np.uint64(at[1])
    while k < _BLOCK:
        prefetch(traits, np.int64((np.uint64(slot[k + _AHEAD]) * size) >> _SHIFT << _WIDTH))
        rest = until - gap[k]
        if rest < 0.0:
            gap[k] = np.float32(-rest)
            break
        until = rest
        i = (np.uint64(slot[k]) * size) >> _SHIFT
        soldier = i << _WIDTH
        # he has left, or the row has fallen vacant
        if np.uint64(kinds[(i << _HALVES) + STATE] - 1) > _SERVING_OR_WAITING if frozen else i >= present:
            k += _ONE
            continue
        m = np.uint64(mark[k])
        if m < opened:
            befall(run, np.int64(i), np.int64(k), tomorrow - rest / total, d)
        else:
            # counted, not searched for: a branch on what kind it is would be guessed wrong as often as not
            r = np.uint64(0)
            for n in range(_FIRST_WINDOW, last):
                r += np.uint64(m >= threshold[n])
            option = (np.uint64(kinds[(i << _HALVES) + CLASS]) * routes + r) << _ONE
            need = bound[k] - SLACK + traits[soldier + STAY] - best_of[option]
            need -= best_of[option + _ONE] * traits[soldier + SUPPORT] + own[r] * traits[soldier + DEVIATION]
            if several and column[r] > 0:
                need -= deviation[np.uint64(marks[soldier + NUMBER]), np.uint64(column[r] - 1)]
            pull = traits[soldier + INFLUENCE]
            social = _ZERO
            if pull > _ZERO:
                # departures to be forgotten are still in it, and can only make it larger than it is
                social = force_share + company[np.uint64(marks[soldier + COMPANY])]
                if by_squad:
                    social += squad[np.uint64(marks[soldier + SQUAD])]
                social *= pull
            if social < need:
                k += _ONE
                continue
            t = tomorrow - rest / total
            social = pull * comrades(run, i, t)
            leave(run, np.int64(i), np.int64(r), np.int64(k), first + np.int64(k), social, t, d)
            if state.changed[0]:
                react(run, win, t, d)
            force_share = force_part(run)
        # an event may have moved what the loop holds in local names
        present = np.uint64(state.present[0])
        k += _ONE
    at[1] = np.int64(k)
    return until
