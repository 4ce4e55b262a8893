"""Steps of the days after a run, each of which waits for the one before: compiled, because there are many and each is small."""

# pyright: reportArgumentType=false
# (NumPy's stubs take an element of an array for an array)

from __future__ import annotations

import numpy as np

from offramp.engine.inputs import Floats
from offramp.model.compiled import kernel
from offramp.model.elite import disarray_step
from offramp.model.information import support_shift, support_step
from offramp.model.regime import WEEK


def by_day(weekly: Floats, days: int) -> Floats:
    """What is so from the start of a week on each of its days, the last week's for ever, [..., days]. weekly: [..., w]."""
    return weekly[..., np.minimum(np.arange(days) // WEEK, weekly.shape[-1] - 1)]


def disarray_path(shocks: Floats, memory_days: float) -> Floats:
    """E2 from rest: disarray under each policy at the start of each day, [k, d]. shocks: of the day, [k, d]."""
    path = np.zeros(shocks.shape)
    _walk_disarray(np.ascontiguousarray(shocks), memory_days, path)
    return path


def support_path(
    start: Floats, seen: Floats, won: Floats, lost: Floats, others: Floats, rate: float
) -> Floats:
    """I6 from rest, a step at a time: shift of each class's mean support at the start of each step, [k, steps, classes].

    start: [classes]; lost where videos are seen, won by propaganda, lost by deaths, won by other things: [k, steps]; rate: per
    step.
    """
    path = np.zeros((*won.shape, start.size))
    whole = np.ascontiguousarray
    _walk_support(start, whole(seen), whole(won), whole(lost), whole(others), rate, path)
    return path


@kernel
def _walk_disarray(shocks: Floats, memory_days: float, path: Floats) -> None:
    for k in range(path.shape[0]):
        for d in range(1, path.shape[1]):
            path[k, d] = disarray_step(path[k, d - 1], memory_days, shocks[k, d - 1])


@kernel
def _walk_support(
    start: Floats, seen: Floats, won: Floats, lost: Floats, others: Floats, rate: float, path: Floats
) -> None:
    for k in range(path.shape[0]):
        for w in range(1, path.shape[1]):
            for c in range(path.shape[2]):
                target = support_shift(
                    start[c], seen[k, w - 1], won[k, w - 1], lost[k, w - 1], others[k, w - 1]
                )
                path[k, w, c] = support_step(path[k, w - 1, c], rate, target)
