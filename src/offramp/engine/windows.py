"""What a candidate of the field comes to: a window that opens for a soldier, a death or a wound."""

# pyright: reportArgumentType=false
# (NumPy's stubs take an element of an array for an array)

from __future__ import annotations

import numpy as np

from offramp.engine.day import dissolve
from offramp.engine.events import attempt, found_out, lose
from offramp.engine.inputs import CLASS, DEATH, KILLED, NUMBER, SQUAD, WOUNDED
from offramp.engine.mates import decide, follow
from offramp.engine.philox import OUTCOME
from offramp.engine.plan import build_table
from offramp.engine.record import group_of
from offramp.engine.state import Run
from offramp.model.compiled import hot, part


@hot
def leave(run: Run, i: int, r: int, k: int, index: int, social: float, t: float, d: int) -> None:
    """A window of route r opens for the soldier in row i: he weighs the menu and may attempt, queue or pass.

    k, index: place of the candidate in its block and in the field."""
    ids, kind, row = run.state.ids, run.state.kind, np.uint64(i)
    if found_out(run, i, t, d):
        return
    u = run.scratch.uniform[np.uint64(k)]
    left = run.today.window[group_of(kind[row, CLASS])]
    if u >= left:  # barred; else u / left is uniform again
        return
    j = decide(run, i, r, u / left, social, t, d)
    if j < 0:
        return
    n, squad = ids[row, NUMBER], ids[row, SQUAD]
    gone = attempt(run, i, j, t, d, OUTCOME, index, 0)
    if gone and run.units.group_exit > 0.0:
        follow(run, n, squad, r, t, d)


@hot
def befall(run: Run, i: int, k: int, t: float, d: int) -> None:
    """A candidate that is no window: death or a wound, each with the ratio of its rate to the ceiling."""
    g = group_of(run.state.kind[np.uint64(i), CLASS])
    dies = np.uint64(run.scratch.mark[np.uint64(k)]) < run.field.threshold[d, DEATH]
    ratio = run.field.death[g, d] if dies else run.field.wound[g, d]
    ratio *= run.today.hazard[g] / run.field.worst[d] if not run.population.home[g] else 1.0
    if run.scratch.uniform[np.uint64(k)] < ratio and not found_out(run, i, t, d):
        lose(run, i, KILLED if dies else WOUNDED)


@part
def react(run: Run, win: float, t: float, d: int) -> None:
    """A programme has just spent its budget: it leaves the menu at once, and its queue goes home."""
    run.state.changed[0] = False
    for p in range(run.offers.start.shape[0]):
        if run.state.closed[p]:
            dissolve(run, p, t, d)
    build_table(run, win, d)
