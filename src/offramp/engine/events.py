"""Events of one soldier: attempting, leaving, dying, waiting in a queue and being found out there.

i is the soldier's row. It is his until he leaves the strength of his unit; the queues know him by his number.
"""

# pyright: reportArgumentType=false
# (NumPy's stubs take an element of an array for an array)

from __future__ import annotations

import math

import numpy as np

from offramp.engine.comrades import find, remember
from offramp.engine.inputs import (
    CLASS,
    COMPANY,
    EXPOSED,
    FIRST_ROUTE,
    IMPRISONED,
    KILLED,
    NUMBER,
    RETURNED,
    SERVING,
    SQUAD,
    STATE,
    WAITING,
)
from offramp.engine.philox import AHEAD, BUDGET, DETECTED, address, prefetch
from offramp.engine.plan import harm
from offramp.engine.record import copy, group_of
from offramp.engine.state import Run
from offramp.model.compiled import hot, part
from offramp.model.offers import affordable


@hot
def move(run: Run, i: int, target: int) -> None:
    """Put soldier i into another state, out of the queue where he stood in one."""
    state, row = run.state, np.uint64(i)
    source = state.kind[row, STATE]
    if source == WAITING:
        unlink(run, state.ids[row, NUMBER])
    g = group_of(state.kind[row, CLASS])
    state.counts[g, np.uint64(source)] -= 1
    state.counts[g, np.uint64(target)] += 1
    state.kind[row, STATE] = target


@part
def unlink(run: Run, n: int) -> None:
    """Take waiting soldier number n out of his queue."""
    state = run.state
    p = run.menu.programme[state.queue_of[n]]
    left = state.before[n]
    right = state.after[n]
    if left >= 0:
        state.after[left] = right
    else:
        state.first[p] = right
    if right >= 0:
        state.before[right] = left
    else:
        state.last[p] = left


@part
def join(run: Run, i: int, j: int, t: float, d: int) -> None:
    """Soldier i begins to wait for option j, last in line. How much hazard he can bear before he is found out is drawn now."""
    state = run.state
    p = run.menu.programme[j]
    move(run, i, WAITING)
    n = state.ids[i, NUMBER]
    state.queue_of[n] = j
    state.before[n] = state.last[p]
    state.after[n] = -1
    if state.last[p] >= 0:
        state.after[state.last[p]] = n
    else:
        state.first[p] = n
    state.last[p] = n
    u, _, _, _ = address(run.seed, run.draw, DETECTED, n, d)
    state.hidden[n] = run.today.detection[p] * (t - d) - math.log(u)


@hot
def found_out(run: Run, i: int, t: float, d: int) -> bool:
    """Whether soldier i has been found out waiting, at some time of day d up to t, and is gone; if he was, it happens now."""
    return run.state.kind[np.uint64(i), STATE] == WAITING and _found_waiting(run, i, t, d)


@part
def _found_waiting(run: Run, i: int, t: float, d: int) -> bool:
    state = run.state
    n = state.ids[i, NUMBER]
    p = run.menu.programme[state.queue_of[n]]
    if state.hidden[n] > run.today.detection[p] * (t - d):
        return False
    _, u, _, _ = address(run.seed, run.draw, DETECTED, n, d)
    run.outcome.detected[group_of(state.kind[i, CLASS])] += 1
    return capture(run, i, state.queue_of[n], u, d)


@part
def watch(run: Run, d: int) -> None:
    """End of day d for those who wait: who was found out is captured, the others have borne another day."""
    state = run.state
    for p in range(run.offers.start.shape[0]):
        n = state.first[p]
        while n >= 0:
            after = state.after[n]
            i = find(run, n)
            if not found_out(run, i, d + 1.0, d) and state.kind[i, STATE] == WAITING:
                state.hidden[n] -= run.today.detection[p]
            n = after


@hot
def lose(run: Run, i: int, target: int) -> None:
    """Soldier i leaves the strength of his unit for `target`: death, wound, prison or a completed exit."""
    state = run.state
    c = np.uint64(state.ids[np.uint64(i), COMPANY])
    state.company_strength[c] -= 1
    state.company_losses[c] += 1
    move(run, i, target)
    withdraw(run, i)


@hot
def withdraw(run: Run, i: int) -> None:
    """Free row i, where the rows of those present lie together: the last of them moves there."""
    state, row = run.state, np.uint64(i)
    if state.row_of.shape[0] > 0:
        state.present[0] -= 1
        last = np.uint64(state.present[0])
        state.row_of[np.uint64(state.ids[row, NUMBER])] = -1
        prefetch(state.traits, 8 * max(state.present[0] - AHEAD, 0))  # who will move soon
        if last != row:
            copy(state.words, last, state.words, row)
            state.row_of[np.uint64(state.ids[row, NUMBER])] = i


@hot
def depart(run: Run, i: int, r: int, t: float) -> None:
    """A completed exit by route r: his comrades see it."""
    ids, row = run.state.ids, np.uint64(i)
    s, c = ids[row, SQUAD], ids[row, COMPANY]
    g = group_of(run.state.kind[row, CLASS])
    lose(run, i, FIRST_ROUTE + r)
    if not run.population.home[g]:
        run.memory.week[0] += run.population.weight[g]
        remember(run, s, c, t)


@part
def capture(run: Run, i: int, j: int, u: float, d: int) -> bool:
    """A man who was caught on his way out by option j goes back to his unit, with a grievance, or to prison. Returns whether to
    prison. He is known, and nobody of his household has been brought out: it suffers the reprisals against those identified."""
    state = run.state
    q = state.kind[i, CLASS]
    g = group_of(q)
    weight = run.population.weight[g]
    if (q & EXPOSED) != 0:
        harmed = weight * run.choice.family_units * run.today.reprisal[j]
        run.outcome.families_harmed[d, g] += harmed
        run.memory.events[g] += harmed
    if not run.population.home[g]:
        run.memory.week[1] += weight
    if u < run.choice.returned[d]:
        if state.kind[i, STATE] == WAITING:
            move(run, i, SERVING)
        state.kind[i, CLASS] |= RETURNED
        return False
    lose(run, i, IMPRISONED)
    run.memory.events[g] += weight
    return True


@part
def pay(run: Run, weight: float, cost: float, p: int) -> bool:
    """Whether the budget still pays for this simulated soldier.

    With one person per soldier the stop is exact. Where a soldier stands for more persons than the rest pays for, a lottery held
    once per programme decides, so that departures are right in expectation; the rest is spent either way and never exceeded.
    """
    persons = affordable(run.offers.budget[p] - run.outcome.spent[p], cost)
    if persons >= weight:
        return True
    u, _, _, _ = address(run.seed, run.draw, BUDGET, p, 0)
    if u * weight < persons:
        return True
    run.outcome.spent[p] += persons * cost
    run.state.closed[p] = True
    run.state.changed[0] = True
    return False


@part
def passage(run: Run, p: int, households: float) -> float:
    """Share of a leaver's exposed households that is brought out: the promise, as far as places go."""
    share = run.offers.passage[p]
    wanted = share * households
    places = max(run.memory.places[p], 0.0)  # rounding may leave less than nothing of the last one
    return share if wanted <= places else share * places / wanted


@part
def admit(run: Run, g: int, j: int, weight: float, households: float, brought_out: float, d: int) -> None:
    """Book one leaver of group g by a programme's option j: persons, places, money, testimony."""
    offers, outcome, memory = run.offers, run.outcome, run.memory
    p = run.menu.programme[j]
    video = run.menu.video[j]
    cost = price(run, g, j, households / weight * brought_out)
    paid = min(weight, affordable(offers.budget[p] - outcome.spent[p], cost))
    outcome.admitted[p] += weight
    outcome.spent[p] += cost * paid
    outcome.paid[d, p] += cost * paid
    transfer = offers.transfer[g, p] + (offers.video_transfer[p] if video else 0.0)
    outcome.transfers[d] += transfer * paid
    if video:
        outcome.videos[p] += weight
        memory.videos[p] += weight * run.setting.information.testimony_weight[g]
    memory.asked[p] += offers.passage[p] * households
    memory.places[p] -= brought_out * households
    memory.places_left[p] -= brought_out * households
    outcome.families_evacuated[g] += brought_out * households
    if affordable(offers.budget[p] - outcome.spent[p], offers.cheapest[p]) < 1.0:
        run.state.closed[p] = True
        run.state.changed[0] = True


@part
def price(run: Run, g: int, j: int, households: float) -> float:
    """Dollars that one admitted person of group g costs by option j. households: those of his that are brought out."""
    offers, menu = run.offers, run.menu
    p = menu.programme[j]
    testimony = offers.video_cost[p] if menu.video[j] else 0.0
    return offers.cost[g, p] + testimony + households * offers.family_cost[p]


@part
def pays_for(run: Run, i: int, j: int) -> bool:
    """Whether the programme of option j has the money to take the soldier in row i; see `pay`."""
    p, q = run.menu.programme[j], run.state.kind[np.uint64(i), CLASS]
    if run.state.closed[p]:
        return False
    weight = run.population.weight[group_of(q)]
    households = weight * run.choice.family_units if (q & EXPOSED) != 0 else 0.0
    brought_out = households / weight * passage(run, p, households)
    return pay(run, weight, price(run, group_of(q), j, brought_out), p)


@hot
def attempt(run: Run, i: int, j: int, t: float, d: int, purpose: int, index: int, other: int) -> bool:
    """The soldier in row i tries option j now, which has a place and the money for him; the address (purpose, index, other)
    settles how it ends. Returns whether he left, and with him his row.

    The outcome is categorical (success, caught, killed): D4.
    """
    menu, outcome, option = run.menu, run.outcome, np.uint64(j)
    p = menu.programme[option]
    caught = run.today.caught[option]
    stopped = caught + run.today.killed[option]
    u_end, u_return = 0.5, 0.5
    if p >= 0 or stopped > 0.0:  # else he gets through for certain
        u_end, u_return, _, _ = address(run.seed, run.draw, purpose, index, other)
    q = run.state.kind[np.uint64(i), CLASS]
    g = group_of(q)
    weight = run.population.weight[g]
    households = weight * run.choice.family_units if (q & EXPOSED) != 0 else 0.0
    brought_out = 0.0
    if p >= 0:
        brought_out = passage(run, p, households)
    outcome.attempts[g, option] += 1
    if u_end < caught:
        outcome.caught[g, option] += 1
        if capture(run, i, j, u_return, d):
            outcome.imprisoned[g, option] += 1
        return False
    if u_end < stopped:
        outcome.killed_trying[g, option] += 1
        run.memory.events[g] += weight
        lose(run, i, KILLED)
        return False
    outcome.completed[g, option] += 1
    depart(run, i, menu.route[option], t)
    outcome.exchanged[g, option] += weight * menu.exchange[option, np.uint64(d)]
    if p >= 0:
        admit(run, g, j, weight, households, brought_out, d)
    if households > 0.0:
        harmed = households * harm(run, j, brought_out, 1.0)
        outcome.families_harmed[d, g] += harmed
        run.memory.events[g] += harmed
    return True
