"""What a soldier sees of comrades who left: shares of his squad, his company and the whole force, within memory (D6)."""

# pyright: reportArgumentType=false, reportReturnType=false
# (NumPy's stubs take an element of an array for an array)

from __future__ import annotations

import numpy as np

from offramp.engine.inputs import COMPANY, NEVER, SERVING, SQUAD, STATE, WAITING
from offramp.engine.state import TIP_DAYS, Run
from offramp.model.compiled import hot, part


@part
def find(run: Run, n: int) -> int:
    """Row of soldier number n, or -1 when he neither serves nor waits."""
    state = run.state
    if state.row_of.shape[0] > 0:
        return state.row_of[n]
    standing = state.kind[n, STATE]
    return n if SERVING <= standing <= WAITING else -1


@hot
def force_part(run: Run) -> np.float32:
    """What everybody sees: the share of the force that left, times its weight."""
    state = run.state
    return np.float32(run.units.force * state.force_left[0] / max(state.force_size[0], 1.0))


@hot
def next_forgotten(run: Run) -> float:
    """When the oldest departure that is still remembered will be forgotten, days; NEVER when there is none."""
    log = run.state.log
    return run.state.log_time[np.uint64(log[1])] + run.units.memory if log[1] < log[0] else NEVER


@hot
def count(run: Run, c: int, s: int, change: int) -> None:
    """`change` more remembered departures from company c and squad s."""
    state, company, squad = run.state, np.uint64(c), np.uint64(s)
    state.company_left[company] += change
    state.company_share[company] = state.company_step[company] * state.company_left[company]
    if run.units.squad > 0.0:
        state.squad_left[squad] += change
        state.squad_share[squad] = state.squad_step[squad] * state.squad_left[squad]


@hot
def forget(run: Run) -> None:
    """The oldest departure that is still remembered passes out of memory."""
    state = run.state
    n = np.uint64(state.log[1])
    state.log[1] += 1
    count(run, state.log_unit[n, 0], state.log_unit[n, 1], -1)


@hot
def comrades(run: Run, i: int, t: float) -> float:
    """Weighted share of comrades of the soldier in row i who left within memory, in [0, sum of weights]: x of D6."""
    while next_forgotten(run) <= t:
        forget(run)
    state = run.state
    row = np.uint64(i)
    seen = state.company_share[np.uint64(state.ids[row, COMPANY])]
    if run.units.squad > 0.0:
        seen += state.squad_share[np.uint64(state.ids[row, SQUAD])]
    return seen + force_part(run)


@hot
def remember(run: Run, s: int, c: int, t: float) -> None:
    """Somebody of squad s and company c has left the force at time t."""
    state, population = run.state, run.population
    state.force_left[0] += population.weight[np.uint64(population.company_group[np.uint64(c)])]
    if not run.units.on:
        return
    count(run, c, s, 1)
    if state.company_left[np.uint64(c)] >= state.company_half[np.uint64(c)]:
        state.suspect[0] = True
    log = state.log
    n = np.uint64(log[0])
    state.log_time[n] = t
    state.log_unit[n, 0] = c
    state.log_unit[n, 1] = s
    log[0] += 1


@part
def rushed(run: Run) -> bool:
    """Whether a company lost half to exits within TIP_DAYS at one of the departures since this was looked for last.

    It is looked for only when one has lost half within memory, which is seldom; a shorter memory than that says nothing of it.
    """
    state = run.state
    if run.units.memory >= TIP_DAYS and not state.suspect[0]:
        return False
    state.suspect[0] = False
    log, time, unit, recent = state.log, state.log_time, state.log_unit, state.company_recent
    found = False
    for n in range(np.uint64(log[3]), np.uint64(log[0])):
        company = np.uint64(unit[n, 0])
        recent[company] += 1
        while time[n] - time[np.uint64(log[2])] > TIP_DAYS:
            recent[np.uint64(unit[np.uint64(log[2]), 0])] -= 1
            log[2] += 1
        found |= recent[company] >= state.company_half[company]
    log[3] = log[0]
    return found
