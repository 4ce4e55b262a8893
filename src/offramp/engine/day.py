"""What happens once a day: arrivals, call-ups, the queues' places, the state of units and of the war."""

# pyright: reportArgumentType=false
# (NumPy's stubs take an element of an array for an array)

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from offramp.engine.choosing import weigh_for
from offramp.engine.events import (
    attempt_apart,
    comrades,
    move,
    unlink,
    withdraw,
)
from offramp.engine.inputs import (
    ABSENT,
    CALLED,
    CLASS,
    CLASSES,
    COMPANY,
    INDUCTED,
    INFLUENCE,
    PLACE,
    SERVING,
    SQUAD,
    STATE,
    WAITING,
    Choice,
    Menu,
    Mobilisation,
    Offers,
    Outcome,
    Population,
    Units,
    War,
)
from offramp.engine.mates import follow
from offramp.engine.philox import BREAKPOINT, CALL_UP, SAMPLE, SERVED, address
from offramp.engine.plan import Table
from offramp.engine.state import TIP_DAYS, Front, State
from offramp.model.compiled import part
from offramp.model.offers import refill
from offramp.model.units import is_broken, reproduction_number
from offramp.model.war import bombardment, collapse_probability, deaths_per_day, win_probability

SAMPLE_DAYS, SAMPLE_SIZE = 7, 256


@part
def arrive(state: State, population: Population, first: int, last: int) -> None:
    """Soldiers population.arrivals[first:last] join their units."""
    for n in range(first, last):
        i = population.arrivals[n]
        c = state.ids[i, COMPANY]
        g = population.company_group[c]
        state.ids[i, STATE] = SERVING
        state.counts[g, ABSENT] -= 1
        state.counts[g, SERVING] += 1
        state.company_strength[c] += 1
        if state.active.shape[0] > 0:
            state.ids[i, PLACE] = state.present[0]
            state.active[state.present[0]] = i
            state.present[0] += 1
        if not population.home[g]:
            state.force_size[0] += population.weight[g]


@part
def call_up(
    state: State, table: Table, population: Population, menu: Menu, offers: Offers, choice: Choice, units: Units,
    mobilisation: Mobilisation, outcome: Outcome, seed: int, draw: int, position: int, d: int,
) -> int:  # fmt: skip
    """Call men of the home group, in their order, until the day's quota has complied; each chooses at once among
    complying and the routes open at a call-up. Returns how far the list has been called."""
    g = mobilisation.group
    weight = population.weight[g]
    routes = menu.start.shape[0] - 1
    last = population.arrivals.shape[0]
    while position < last and (state.counts[g, INDUCTED] + 0.5) * weight < mobilisation.quota[d]:
        i = population.arrivals[position]
        position += 1
        if state.ids[i, CLASS] // CLASSES != g or state.ids[i, STATE] != SERVING:
            continue
        state.ids[i, CLASS] |= CALLED
        u, _, _, _ = address(seed, draw, CALL_UP, i, 0)
        taken = -1
        passed = 0.0
        total = 1.0
        for r in range(routes):
            if menu.on_call_up[r]:
                weigh_for(state, table, population, menu, offers, i, r, 0.0, d)
                break
        for r in range(routes):
            if menu.on_call_up[r]:
                total += state.worth[r]
        for r in range(routes):
            if menu.on_call_up[r] and taken < 0:
                passed += state.worth[r]
                if u * total < passed:
                    taken = r
        left = False
        if taken >= 0:
            j = menu.start[taken]
            left = attempt_apart(
                state, population, menu, offers, choice, units, outcome, seed, draw, i, j, float(d), d, CALL_UP, i, 1
            )  # fmt: skip
        if not left and state.ids[i, STATE] == SERVING:
            move(state, i, g, INDUCTED)
            state.company_strength[state.ids[i, COMPANY]] -= 1
            withdraw(state, i)
    return position


@part
def serve(
    state: State, table: Table, population: Population, menu: Menu, offers: Offers, choice: Choice, units: Units,
    outcome: Outcome, pending: NDArray[np.int64], seed: int, draw: int, p: int, t: float, d: int,
) -> None:  # fmt: skip
    """Serve the queue of programme p, first in first out, as far as the places go; mates may follow."""
    while state.first[p] >= 0 and not state.closed[p]:
        i = state.first[p]
        j = state.queue_of[i]
        g = state.ids[i, CLASS] // CLASSES
        weight = population.weight[g]
        if state.tokens[p] < weight * (1.0 - 1e-9):
            return
        state.tokens[p] -= weight
        unlink(state, menu, i)
        move(state, i, g, SERVING)
        gone = attempt_apart(
            state, population, menu, offers, choice, units, outcome, seed, draw, i, j, t, d, SERVED, i, d
        )  # fmt: skip
        if gone and units.group_exit > 0.0:
            r = menu.route[j]
            follow(
                state,
                table,
                population,
                menu,
                offers,
                choice,
                units,
                outcome,
                pending,
                seed,
                draw,
                i,
                r,
                t,
                d,
            )


@part
def dissolve(state: State, population: Population, menu: Menu, p: int) -> None:
    """An offer that has ended or is spent sends those who wait for it back to where they are."""
    while state.first[p] >= 0:
        i = state.first[p]
        unlink(state, menu, i)
        move(state, i, state.ids[i, CLASS] // CLASSES, SERVING)


@part
def heaviest(population: Population, menu: Menu, p: int) -> float:
    """Most persons that one simulated soldier stands for among the groups that programme p is open to."""
    weight = 1e-9
    for j in range(menu.programme.shape[0]):
        if menu.programme[j] == p:
            for g in range(population.weight.shape[0]):
                if menu.eligible[g, j]:
                    weight = max(weight, population.weight[g])
    return weight


@part
def open_day(
    state: State, table: Table, population: Population, menu: Menu, offers: Offers, choice: Choice, units: Units,
    outcome: Outcome, pending: NDArray[np.int64], seed: int, draw: int, d: int,
) -> None:  # fmt: skip
    """Refill the places of every programme and serve those who waited overnight."""
    for p in range(offers.start.shape[0]):
        holds = offers.start[p] <= d < offers.end[p] and not state.closed[p] and offers.capacity[p, d] > 0.0
        if not holds:
            state.tokens[p] = 0.0
            dissolve(state, population, menu, p)
            continue
        state.tokens[p] = refill(state.tokens[p], offers.capacity[p, d], heaviest(population, menu, p))
        serve(
            state,
            table,
            population,
            menu,
            offers,
            choice,
            units,
            outcome,
            pending,
            seed,
            draw,
            p,
            float(d),
            d,
        )
        if state.closed[p]:
            dissolve(state, population, menu, p)


@part
def draw_breakpoint(population: Population, seed: int, draw: int, c: int, number: int) -> float:
    """B_u of unit c after its `number`-th refit, from the quantile table of the breakpoint law."""
    u, _, _, _ = address(seed, draw, BREAKPOINT, c, number)
    position = u * (population.breakpoint_table.shape[0] - 1)
    k = int(position)
    low = population.breakpoint_table[k]
    return low + (position - k) * (population.breakpoint_table[k + 1] - low)


@part
def close_units(
    state: State, front: Front, population: Population, war: War, outcome: Outcome, seed: int, draw: int, d: int,
) -> float:  # fmt: skip
    """End of day d for every company: losses remembered, units broken or back from refit, strength. Returns the share broken."""
    slot = d % front.losses.shape[1]
    standing = 0.0
    broken = 0.0
    strength = 0.0
    for c in range(population.company_group.shape[0]):
        g = population.company_group[c]
        size = population.company_start[c + 1] - population.company_start[c]
        if population.company_start[c] >= population.prefix[d]:
            break
        if population.home[g]:
            continue
        front.loss_sum[c] += state.company_losses[c] - front.losses[c, slot]
        front.losses[c, slot] = state.company_losses[c]
        state.company_losses[c] = 0
        if front.refit[c] >= 0.0 and d >= front.refit[c]:
            front.refit[c] = -1.0
            front.loss_sum[c] = 0
            for n in range(front.losses.shape[1]):
                front.losses[c, n] = 0
            front.redraws[c] += 1
            front.breakpoint[c] = draw_breakpoint(population, seed, draw, c, front.redraws[c])
        if front.refit[c] < 0.0 and is_broken(front.loss_sum[c], size, front.breakpoint[c]):
            front.refit[c] = d + war.refit
        standing += size * population.weight[g]
        if front.refit[c] >= 0.0:
            broken += size * population.weight[g]
        else:
            strength += state.company_strength[c] * population.weight[g]
    outcome.strength[d] = strength
    return broken / standing if standing > 0.0 else 0.0


@part
def close_war(
    front: Front,
    war: War,
    outcome: Outcome,
    reference: NDArray[np.float64],
    broken: float,
    win: float,
    d: int,
) -> None:
    """End of day d for the war: risk of collapse, whether the front is lost, deaths on the other side."""
    ratio = outcome.strength[d] / reference[d] if reference[d] > 0.0 else 1.0
    back = max(0, d - 30)
    fall = 0.0
    if outcome.strength[d] > 0.0:
        fall = math.log(max(outcome.strength[back], 1e-9) / outcome.strength[d])
    elif outcome.strength[back] > 0.0:
        fall = 50.0
    risk = collapse_probability(war.b0, war.b1, war.b2, broken, fall)
    if risk > outcome.scalars[2]:
        outcome.scalars[2] = risk
        lost = outcome.strength[back] - outcome.strength[d]
        gone = front.departed[d] - front.departed[back]
        outcome.scalars[7] = min(1.0, gone / lost) if lost > 0.0 else 0.0
    front.low_days[0] = front.low_days[0] + 1 if ratio < war.hold_ratio else 0
    if outcome.scalars[0] < 0.0 and (front.low_days[0] >= war.hold_days or broken >= 0.5):
        outcome.scalars[0] = d + 1.0
    outcome.scalars[3] = win
    outcome.scalars[4] += deaths_per_day(war.defenders[d], war.defender_exponent, ratio)
    outcome.scalars[5] += deaths_per_day(war.civilians[d], war.civilian_exponent, ratio) * bombardment(
        ratio, war.substitution
    )


@part
def sample_cascade(
    state: State, front: Front, table: Table, population: Population, menu: Menu, offers: Offers, units: Units,
    outcome: Outcome, seed: int, draw: int, d: int,
) -> None:  # fmt: skip
    """R_c from a sample of soldiers of the force, every seventh day: how many departures one departure brings about."""
    routes = menu.start.shape[0] - 1
    weights = 0.0
    result = 0.0
    for n in range(SAMPLE_SIZE):
        u, _, _, _ = address(seed, draw, SAMPLE, n, d)
        i = int(u * population.prefix[d])
        g = state.ids[i, CLASS] // CLASSES
        if population.home[g] or (state.ids[i, STATE] != SERVING and state.ids[i, STATE] != WAITING):
            continue
        social = state.record[i, INFLUENCE] * comrades(state, units, i, d + 1.0)
        s = state.ids[i, SQUAD]
        size = population.squad_start[s + 1] - population.squad_start[s]
        others = units.squad * (size - 1.0) / size + units.company + units.force
        push = 0.0
        ends = 0.0
        opened = 0.0
        for r in range(routes):
            if menu.window[r, d] <= 0.0 or menu.start[r] == menu.start[r + 1]:  # closed, or no way to take it
                continue
            total = weigh_for(state, table, population, menu, offers, i, r, social, d)
            j = menu.start[r]
            success = 1.0 - menu.caught[j, d] - menu.killed[j, d]
            rate = menu.window[r, d] * state.worth[r] / total
            push += rate * success / total * state.record[i, INFLUENCE] * others
            ends += rate * success * state.worth[r] / total
            opened += rate
        exits = ends / opened if opened > 0.0 else 0.0
        days = min(units.memory, population.prefix.shape[0] - d - 1.0)
        result += population.weight[g] * reproduction_number(push, days, units.group_exit, size - 1.0, exits)
        weights += population.weight[g]
    mean = result / weights if weights > 0.0 else 0.0
    outcome.scalars[6] = max(outcome.scalars[6], mean)
    front.tip_days[0] = front.tip_days[0] + SAMPLE_DAYS if mean > 1.0 else 0
    if front.tip_days[0] >= TIP_DAYS and outcome.scalars[1] < 0.0:
        outcome.scalars[1] = d + 1.0


@part
def believed_win(war: War, outcome: Outcome, reference: NDArray[np.float64], d: int) -> float:
    """Probability that the invader wins, as of the end of yesterday; 0 where no war is stated, so that it costs no trust."""
    if not war.on:
        return 0.0
    if d == 0 or reference[d - 1] <= 0.0:
        return war.reference_win[d]
    return win_probability(war.reference_win[d], war.elasticity, outcome.strength[d - 1] / reference[d - 1])
