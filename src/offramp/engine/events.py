"""Events of one soldier: weighing the menu, attempting, leaving, dying, waiting in a queue."""

# pyright: reportArgumentType=false
# (NumPy's stubs take an element of an array for an array)

from __future__ import annotations

import numpy as np

from offramp.engine.inputs import (
    CLASS,
    CLASSES,
    COMPANY,
    EXPOSED,
    FIRST_ROUTE,
    IMPRISONED,
    KILLED,
    PLACE,
    RETURNED,
    SERVING,
    SQUAD,
    STATE,
    WAITING,
    Choice,
    Menu,
    Offers,
    Outcome,
    Population,
    Units,
)
from offramp.engine.philox import BUDGET, address
from offramp.engine.plan import harm
from offramp.engine.state import TIP_DAYS, State
from offramp.model.compiled import inlined, part
from offramp.model.offers import affordable

SMALLEST_COMPANY = 10
"""A remnant of fewer soldiers than a squad says nothing about mass desertion when half of it leaves."""


@part
def comrades(state: State, units: Units, i: int, t: float) -> float:
    """Weighted share of comrades who left within memory, in [0, sum of weights]: x of D6."""
    while state.log[1] < state.log[0] and state.log_time[state.log[1]] + units.memory <= t:
        state.company[state.log_unit[state.log[1], 0], 0] -= np.float32(1.0)
        if units.squad > 0.0:
            state.squad[state.log_unit[state.log[1], 1], 0] -= np.float32(1.0)
        state.log[1] += 1
    c = state.ids[i, COMPANY]
    s = state.ids[i, SQUAD]
    return (
        state.squad[s, 0] * state.squad[s, 1]
        + state.company[c, 0] * state.company[c, 1]
        + units.force * state.force_left[0] / max(state.force_size[0], 1.0)
    )


@inlined
def move(state: State, i: int, g: int, target: int) -> None:
    """Put soldier i into another state, leaving the queue where he stood in one."""
    source = state.ids[i, STATE]
    state.counts[g, source] -= 1
    state.counts[g, target] += 1
    state.ids[i, STATE] = target


@part
def unlink(state: State, menu: Menu, i: int) -> None:
    """Take a waiting soldier out of his queue."""
    p = menu.programme[state.queue_of[i]]
    left = state.before[i]
    right = state.after[i]
    if left >= 0:
        state.after[left] = right
    else:
        state.first[p] = right
    if right >= 0:
        state.before[right] = left
    else:
        state.last[p] = left


@part
def join(state: State, menu: Menu, i: int, g: int, j: int) -> None:
    """Soldier i begins to wait for option j, last in line."""
    p = menu.programme[j]
    state.queue_of[i] = j
    state.before[i] = state.last[p]
    state.after[i] = -1
    if state.last[p] >= 0:
        state.after[state.last[p]] = i
    else:
        state.first[p] = i
    state.last[p] = i
    move(state, i, g, WAITING)


@inlined
def lose(state: State, menu: Menu, i: int, g: int, target: int) -> None:
    """Soldier i leaves the strength of his unit for `target`: death, wound, prison or a completed exit."""
    if state.ids[i, STATE] == WAITING:
        unlink(state, menu, i)
    move(state, i, g, target)
    c = state.ids[i, COMPANY]
    state.company_strength[c] -= 1
    state.company_losses[c] += 1
    withdraw(state, i)


@inlined
def withdraw(state: State, i: int) -> None:
    """Take soldier i off the list of those present, where such a list is kept: the last takes his place."""
    if state.active.shape[0] > 0:
        state.present[0] -= 1
        last = state.active[state.present[0]]
        place = state.ids[i, PLACE]
        state.active[place] = last
        state.ids[last, PLACE] = place


@inlined
def depart(
    state: State, population: Population, menu: Menu, units: Units, i: int, g: int, r: int, t: float
) -> None:
    """A completed exit by route r: his comrades see it."""
    lose(state, menu, i, g, FIRST_ROUTE + r)
    if population.home[g]:
        return
    state.force_left[0] += population.weight[g]
    if not units.on:
        return
    c = state.ids[i, COMPANY]
    s = state.ids[i, SQUAD]
    state.company[c, 0] += np.float32(1.0)
    if units.squad > 0.0:
        state.squad[s, 0] += np.float32(1.0)
    n = state.log[0]
    state.log_time[n] = t
    state.log_unit[n, 0] = c
    state.log_unit[n, 1] = s
    state.log[0] = n + 1
    state.company_recent[c] += 1
    while t - state.log_time[state.log[2]] > TIP_DAYS:
        state.company_recent[state.log_unit[state.log[2], 0]] -= 1
        state.log[2] += 1
    size = population.company_start[c + 1] - population.company_start[c]
    if size >= SMALLEST_COMPANY and 2 * state.company_recent[c] >= size:
        state.rushed[0] = True


@part
def capture(state: State, menu: Menu, choice: Choice, i: int, g: int, u: float, d: int, called: bool) -> bool:
    """A man who was caught goes back to his unit, with a grievance, or to prison. Returns whether to prison."""
    if u < choice.returned[d]:
        if state.ids[i, STATE] == WAITING:
            unlink(state, menu, i)
            move(state, i, g, SERVING)
        if not called:
            state.ids[i, CLASS] |= RETURNED
        return False
    lose(state, menu, i, g, IMPRISONED)
    return True


@part
def pay(
    state: State, offers: Offers, outcome: Outcome, weight: float, cost: float, seed: int, draw: int, p: int
) -> bool:
    """Whether the budget still pays for this simulated soldier.

    With one person per soldier the stop is exact. Where a soldier stands for more persons than the rest pays for, a lottery held
    once per programme decides, so that departures are right in expectation; the rest is spent either way and never exceeded.
    """
    persons = affordable(offers.budget[p] - outcome.spent[p], cost)
    if persons >= weight:
        return True
    u, _, _, _ = address(seed, draw, BUDGET, p, 0)
    if u * weight < persons:
        return True
    outcome.spent[p] += persons * cost
    state.closed[p] = True
    state.changed[0] = True
    return False


@inlined
def attempt(
    state: State,
    population: Population,
    menu: Menu,
    offers: Offers,
    choice: Choice,
    units: Units,
    outcome: Outcome,
    seed: int,
    draw: int,
    i: int,
    j: int,
    t: float,
    d: int,
    purpose: int,
    index: int,
    other: int,
) -> bool:
    """Soldier i tries option j now; the address (purpose, index, other) settles how it ends. Returns whether he left.

    The outcome is categorical (success, caught, killed): D4.
    """
    p = menu.programme[j]
    u_end, u_return = 0.5, 0.5
    if p >= 0 or menu.caught[j, d] + menu.killed[j, d] > 0.0:  # else he gets through for certain
        u_end, u_return, _, _ = address(seed, draw, purpose, index, other)
    q = state.ids[i, CLASS]
    g = q // CLASSES
    weight = population.weight[g]
    exposed = (q & EXPOSED) != 0
    cost = 0.0
    if p >= 0:
        cost = offers.unit_cost[p]
        if menu.video[j]:
            cost += offers.bonus[p]
        if exposed:
            cost += offers.passage[p] * choice.family_units * offers.family_cost[p]
        if state.closed[p]:  # a mate whom he follows took the last of it
            return False
        if not pay(state, offers, outcome, weight, cost, seed, draw, p):
            return False
    outcome.attempts[g, j] += 1
    if u_end < menu.caught[j, d]:
        outcome.caught[g, j] += 1
        if capture(state, menu, choice, i, g, u_return, d, False):
            outcome.imprisoned[g, j] += 1
        return False
    if u_end < menu.caught[j, d] + menu.killed[j, d]:
        outcome.killed_trying[g, j] += 1
        lose(state, menu, i, g, KILLED)
        return False
    outcome.completed[g, j] += 1
    depart(state, population, menu, units, i, g, menu.route[j], t)
    if p >= 0:
        outcome.admitted[p] += weight
        outcome.spent[p] += cost * min(weight, affordable(offers.budget[p] - outcome.spent[p], cost))
        if affordable(offers.budget[p] - outcome.spent[p], offers.unit_cost[p]) < 1.0:
            state.closed[p] = True
            state.changed[0] = True
    if exposed:
        households = weight * choice.family_units
        outcome.families_harmed[g] += households * harm(choice, menu, offers, j, d)
        if p >= 0:
            outcome.families_evacuated[g] += households * offers.passage[p]
    return True


@part
def attempt_apart(
    state: State, population: Population, menu: Menu, offers: Offers, choice: Choice, units: Units, outcome: Outcome,
    seed: int, draw: int, i: int, j: int, t: float, d: int, purpose: int, index: int, other: int,
) -> bool:  # fmt: skip
    """`attempt` for the rarer callers: compiled once, where the event loop has a copy of its own."""
    return attempt(
        state, population, menu, offers, choice, units, outcome, seed, draw, i, j, t, d, purpose, index, other
    )
