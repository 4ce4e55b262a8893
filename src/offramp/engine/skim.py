"""The inner loop: run along the candidate field and stop where something may happen.

Nine candidates in ten belong to somebody who has left, or are windows that he would never use; here they are passed over as
cheaply as memory allows. The function takes bare arrays and unsigned indices, which is what makes it fast.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from offramp.engine.inputs import (
    CLASS,
    COMPANY,
    DETECTION,
    FIRST_WINDOW,
    INFLUENCE,
    NEVER,
    SQUAD,
    STATE,
    STAY,
    SUPPORT,
)
from offramp.engine.philox import AHEAD, BLOCK, prefetch
from offramp.model.compiled import part

NOTHING_TODAY, BLOCK_DONE, MISHAP, WINDOW = range(4)
"""Why `skim` stopped: the day is over, the block is used up, a candidate of death, wound or detection, a window that
passed the first test."""

OFF = np.float32(-1e29)
SLACK = np.float32(1e-3)
"""The first test is made in single precision; so much room makes it never reject what the exact rule accepts."""

_ZERO, _GONE = np.float32(0.0), np.float32(1.0)
_BLOCK, _AHEAD, _ONE, _SHIFT = np.uint64(BLOCK), np.uint64(AHEAD), np.uint64(1), np.uint64(32)
_SERVING_OR_WAITING = np.uint32(1)


@part
def skim(
    at: NDArray[np.int64], until: float, end: float, inverse: float, size: int, force_share: float, by_squad: bool,
    gap: NDArray[np.float32], slot: NDArray[np.uint32], mark: NDArray[np.uint32], bound: NDArray[np.float32],
    record: NDArray[np.float32], ids: NDArray[np.int32], active: NDArray[np.int32], threshold: NDArray[np.uint64],
    ceiling: NDArray[np.float32], slope: NDArray[np.float64], column: NDArray[np.int64],
    deviation: NDArray[np.float32], squad: NDArray[np.float32], company: NDArray[np.float32],
    log: NDArray[np.int64], log_time: NDArray[np.float64], log_unit: NDArray[np.int32], memory: float,
) -> tuple[int, float, np.float32]:  # fmt: skip
    """Pass over candidates from place at[1] of the block until one may matter, the block or the day ends.

    until: what is left of the day in units of candidates; inverse: days per such unit; size: soldiers covered, uint64.
    Returns why it stopped, the rest of the day, and what comrades add to leaving, utils; leaves the next place in at[1],
    the soldier in at[2] and the route in at[3].
    """
    k = np.uint64(at[1])
    opened = threshold[DETECTION]
    routes = np.uint64(threshold.shape[0] - FIRST_WINDOW)
    listed = active.shape[0] > 0
    logged = np.uint64(log[0])
    forgotten = np.uint64(log[1])
    expiry = log_time[forgotten] + memory if forgotten < logged else NEVER
    while k < _BLOCK:
        ahead = (np.uint64(slot[k + _AHEAD]) * size) >> _SHIFT
        if listed:
            further = (np.uint64(slot[k + _AHEAD + _AHEAD]) * size) >> _SHIFT
            prefetch(active, np.int64(further))
            prefetch(record, np.int64(active[ahead]))
        else:
            prefetch(record, np.int64(ahead))
        rest = until - gap[k]
        if rest < 0.0:
            gap[k] = np.float32(-rest)
            at[1] = k
            return NOTHING_TODAY, 0.0, _ZERO
        i = (np.uint64(slot[k]) * size) >> _SHIFT
        if listed:
            i = np.uint64(active[i])
        if np.uint32(ids[i, STATE] - 1) > _SERVING_OR_WAITING:
            until = rest
            k += _ONE
            continue
        m = np.uint64(mark[k])
        if m < opened:
            at[1] = k + _ONE
            at[2] = i
            return MISHAP, rest, _ZERO
        r = np.uint64(0)
        while r + _ONE < routes and m >= threshold[r + np.uint64(FIRST_WINDOW)]:
            r += _ONE
        q = np.uint64(ids[i, CLASS])
        best = ceiling[q, r]
        social = _ZERO
        pull = record[i, INFLUENCE]
        if pull != _ZERO and best > OFF:
            while expiry <= end - rest * inverse:
                company[np.uint64(log_unit[forgotten, 0]), 0] -= _GONE
                if by_squad:
                    squad[np.uint64(log_unit[forgotten, 1]), 0] -= _GONE
                forgotten += _ONE
                log[1] = forgotten
                expiry = log_time[forgotten] + memory if forgotten < logged else NEVER
            c = np.uint64(ids[i, COMPANY])
            social = force_share + company[c, 0] * company[c, 1]
            if by_squad:
                s = np.uint64(ids[i, SQUAD])
                social += squad[s, 0] * squad[s, 1]
            social *= pull
        until = rest
        best += np.float32(slope[q, r]) * record[i, SUPPORT] - record[i, STAY] + social
        if column[r] >= 0:
            best += deviation[i, np.uint64(column[r])]
        k += _ONE
        if best + SLACK >= bound[k - _ONE]:
            at[1] = k
            at[2] = i
            at[3] = r
            return WINDOW, rest, social
    at[1] = BLOCK
    return BLOCK_DONE, until, _ZERO
