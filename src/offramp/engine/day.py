"""What happens once a day: arrivals, call-ups, the queues' places, the state of units and of the war."""

# pyright: reportArgumentType=false
# (NumPy's stubs take an element of an array for an array)

from __future__ import annotations

import numpy as np

from offramp.engine.choosing import success, weigh
from offramp.engine.comrades import comrades, find
from offramp.engine.events import attempt, found_out, move, pays_for, withdraw
from offramp.engine.inputs import (
    ABSENT,
    CALLED,
    CLASS,
    CLASSES,
    COMPANY,
    INDUCTED,
    INFLUENCE,
    SERVING,
    SQUAD,
    STATE,
    WAITING,
)
from offramp.engine.mates import follow
from offramp.engine.philox import AHEAD, BREAKPOINT, CALL_UP, SAMPLE, SERVED, address, prefetch
from offramp.engine.record import copy
from offramp.engine.state import FIGHTING, SAMPLE_SIZE, TIP_DAYS, Run
from offramp.model.compiled import part
from offramp.model.escalation import estimated, signalled_win
from offramp.model.offers import refill
from offramp.model.units import is_broken, reproduction_number
from offramp.model.war import (
    LOSS_DAYS,
    bombardment,
    collapse_probability,
    deaths_per_day,
    strength_loss,
    win_probability,
)

SAMPLE_DAYS = 7

_NOBODY = np.float32(0.0)  # what comrades add for one who stands alone


@part
def arrive(run: Run, first: int, last: int) -> None:
    """Soldiers population.arrivals[first:last] join their units."""
    state, population = run.state, run.population
    company, mustered = 0, 0
    for k in range(np.uint64(first), np.uint64(last)):
        n = np.uint64(population.arrivals[k])
        i = n
        if state.row_of.shape[0] > 0:
            i = np.uint64(state.present[0])
            state.present[0] += 1
            state.row_of[n] = i
            prefetch(population.words, 4 * (np.int64(n) + AHEAD))
            copy(population.words, n, state.words, i)
        state.kind[i, STATE] = SERVING
        joins = state.ids[i, COMPANY]
        if joins != company:
            muster(run, company, mustered)
            company = joins
            mustered = 0
        mustered += 1
    muster(run, company, mustered)


@part
def muster(run: Run, c: int, mustered: int) -> None:
    """`mustered` soldiers have joined company c."""
    state, population = run.state, run.population
    if mustered == 0:
        return
    g = population.company_group[c]
    state.counts[g, ABSENT] -= mustered
    state.counts[g, SERVING] += mustered
    state.company_strength[c] += mustered
    if not population.home[g]:
        state.force_size[0] += mustered * population.weight[g]


@part
def call_up(run: Run, position: int, d: int) -> int:
    """Call men of the home group, in their order, until the day's quota has complied; each chooses at once among
    complying and the routes open at a call-up. Returns how far the list has been called."""
    state, menu = run.state, run.menu
    g = run.mobilisation.group
    weight = run.population.weight[g]
    arrivals = run.population.arrivals
    routes = menu.on_call_up.shape[0]
    while (
        position < arrivals.shape[0]
        and (state.counts[g, INDUCTED] + 0.5) * weight < run.mobilisation.quota[d]
    ):
        n = arrivals[position]
        i = find(run, n)
        position += 1
        if i < 0 or state.kind[i, CLASS] // CLASSES != g or state.kind[i, STATE] != SERVING:
            continue
        state.kind[i, CLASS] |= CALLED
        u, _, _, _ = address(run.seed, run.draw, CALL_UP, n, 0)
        weigh(run, i, _NOBODY)
        total = 1.0
        for r in range(routes):
            if menu.on_call_up[r]:
                total += state.worth[r]
        taken = -1
        passed = 0.0
        for r in range(routes):
            if menu.on_call_up[r] and taken < 0:
                passed += state.worth[r]
                if u * total < passed:
                    taken = r
        if taken >= 0:
            attempt(run, i, menu.start[taken], float(d), d, CALL_UP, n, 1)
            i = find(run, n)
        if i >= 0:
            move(run, i, INDUCTED)
            state.company_strength[state.ids[i, COMPANY]] -= 1
            withdraw(run, i)
    return position


@part
def serve(run: Run, p: int, t: float, d: int) -> None:
    """Serve the queue of programme p, first in first out, as far as the places go; mates may follow."""
    state = run.state
    while state.first[p] >= 0 and not state.closed[p]:
        n = state.first[p]
        i = find(run, n)
        j = state.queue_of[n]
        squad = state.ids[i, SQUAD]
        weight = run.population.weight[state.kind[i, CLASS] // CLASSES]
        if state.tokens[p] < weight * (1.0 - 1e-9):
            return
        state.tokens[p] -= weight
        move(run, i, SERVING)
        gone = pays_for(run, i, j) and attempt(run, i, j, t, d, SERVED, n, d)
        if gone and run.units.group_exit > 0.0:
            follow(run, n, squad, run.menu.route[j], t, d)


@part
def dissolve(run: Run, p: int, t: float, d: int) -> None:
    """An offer that has ended or is spent sends those who wait for it back to where they are."""
    while run.state.first[p] >= 0:
        i = find(run, run.state.first[p])
        if not found_out(run, i, t, d) and run.state.kind[i, STATE] == WAITING:
            move(run, i, SERVING)


@part
def heaviest(run: Run, p: int) -> float:
    """Most persons that one simulated soldier stands for among the groups that programme p is open to."""
    menu, population = run.menu, run.population
    weight = 1e-9
    for j in range(menu.programme.shape[0]):
        if menu.programme[j] == p:
            for g in range(population.weight.shape[0]):
                if menu.eligible[g, j]:
                    weight = max(weight, population.weight[g])
    return weight


@part
def open_day(run: Run, d: int) -> None:
    """Refill the places of every programme and serve those who waited overnight."""
    state, offers = run.state, run.offers
    for p in range(offers.start.shape[0]):
        holds = offers.start[p] <= d < offers.end[p] and not state.closed[p] and offers.capacity[p, d] > 0.0
        if not holds:
            state.tokens[p] = 0.0
            dissolve(run, p, float(d), d)
            continue
        state.tokens[p] = refill(state.tokens[p], offers.capacity[p, d], heaviest(run, p))
        serve(run, p, float(d), d)
        if state.closed[p]:
            dissolve(run, p, float(d), d)


@part
def draw_breakpoint(run: Run, c: int, number: int) -> float:
    """B_u of unit c after its `number`-th refit, from the quantile table of the breakpoint law."""
    table = run.population.breakpoint_table
    u, _, _, _ = address(run.seed, run.draw, BREAKPOINT, c, number)
    position = u * (table.shape[0] - 1)
    k = int(position)
    return table[k] + (position - k) * (table[k + 1] - table[k])


@part
def close_units(run: Run, d: int) -> float:
    """End of day d for every company: losses remembered, units broken or back from refit, strength. Returns the share broken."""
    state, front, population = run.state, run.front, run.population
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
            front.breakpoint[c] = draw_breakpoint(run, c, front.redraws[c])
        if front.refit[c] < 0.0 and is_broken(front.loss_sum[c], size, front.breakpoint[c]):
            front.refit[c] = d + run.war.refit
        standing += size * population.weight[g]
        if front.refit[c] >= 0.0:
            broken += size * population.weight[g]
        else:
            strength += state.company_strength[c] * population.weight[g]
    run.outcome.strength[d] = strength * run.today.level[FIGHTING]
    return broken / standing if standing > 0.0 else 0.0


@part
def close_war(run: Run, broken: float, win: float, d: int) -> None:
    """End of day d for the war: risk of collapse, whether the front is lost, deaths on the other side."""
    front, war, outcome, reference = run.front, run.war, run.outcome, run.reference
    ratio = outcome.strength[d] / reference[d] if reference[d] > 0.0 else 1.0
    back = max(0, d - LOSS_DAYS)
    fall = strength_loss(outcome.strength[back], outcome.strength[d])
    outcome.collapse[d] = collapse_probability(war.b0, war.b1, war.b2, broken, fall)
    lost = outcome.strength[back] - outcome.strength[d]
    gone = front.departed[d] - front.departed[back]
    outcome.exit_share[d] = min(1.0, gone / lost) if lost > 0.0 else 0.0
    outcome.win[d] = win
    front.low_days[0] = front.low_days[0] + 1 if ratio < war.hold_ratio else 0
    if outcome.scalars[0] < 0.0 and (front.low_days[0] >= war.hold_days or broken >= war.hold_broken):
        outcome.scalars[0] = d + 1.0
    outcome.scalars[2] += deaths_per_day(war.defenders[d], war.defender_exponent, ratio)
    outcome.scalars[3] += deaths_per_day(war.civilians[d], war.civilian_exponent, ratio) * bombardment(
        ratio, war.substitution
    )


@part
def sample_cascade(run: Run, d: int) -> None:
    """R_c from a sample of soldiers of the force, every seventh day: how many departures one departure brings about.

    The sample is systematic: soldiers stand in the order of their units, and every so many of them one is looked at, from a start
    that is drawn. Up to SAMPLE_SIZE soldiers are all of them."""
    state, population, menu, units = run.state, run.population, run.menu, run.units
    weights = 0.0
    result = 0.0
    size = min(SAMPLE_SIZE, population.prefix[d])
    sampled = run.scratch.sampled[:size]
    start, _, _, _ = address(run.seed, run.draw, SAMPLE, 0, d)
    for n in range(size):  # their records lie anywhere in memory: ask for all of them first
        sampled[n] = int((n + start) / size * population.prefix[d])
        if state.row_of.shape[0] > 0:
            prefetch(state.row_of, sampled[n])
        else:
            prefetch(state.traits, 8 * sampled[n])
    for n in range(size):
        sampled[n] = find(run, sampled[n])
        prefetch(state.traits, 8 * max(sampled[n], 0))
    for i in sampled:
        if i < 0 or population.home[state.kind[i, CLASS] // CLASSES]:
            continue
        g = state.kind[i, CLASS] // CLASSES
        social = state.record[i, INFLUENCE] * comrades(run, i, d + 1.0)
        s = state.ids[i, SQUAD]
        mates = population.squad_start[s + 1] - population.squad_start[s] - 1.0
        others = units.squad * mates / (mates + 1.0) + units.company + units.force
        push = 0.0
        ends = 0.0
        opened = 0.0
        total = weigh(run, i, social)
        for r in range(menu.window.shape[0]):
            if menu.window[r, d] <= 0.0 or menu.start[r] == menu.start[r + 1]:  # closed, or no way to take it
                continue
            through = success(run, r)
            rate = run.today.window[g] * menu.window[r, d] * state.worth[r] / total
            push += rate * through / total * state.record[i, INFLUENCE] * others
            ends += rate * through * state.worth[r] / total
            opened += rate
        exits = ends / opened if opened > 0.0 else 0.0
        days = min(units.memory, population.prefix.shape[0] - d - 1.0)
        result += population.weight[g] * reproduction_number(push, days, units.group_exit, mates, exits)
        weights += population.weight[g]
    mean = result / weights if weights > 0.0 else 0.0
    scalars, front = run.outcome.scalars, run.front
    scalars[4] = max(scalars[4], mean)
    front.tip_days[0] = front.tip_days[0] + SAMPLE_DAYS if mean > 1.0 else 0
    if front.tip_days[0] >= TIP_DAYS and scalars[1] < 0.0:
        scalars[1] = d + 1.0


@part
def believed_win(run: Run, d: int) -> float:
    """Probability that the invader wins, as of the end of yesterday; as seen by those who wage none, and 0 where none is stated,
    so that it costs no trust."""
    war, reference = run.war, run.reference
    if not war.on:
        return war.reference_win[d]
    if d == 0 or reference[d - 1] <= 0.0:
        return war.reference_win[d]
    return win_probability(
        war.reference_win[d], war.elasticity, run.outcome.strength[d - 1] / reference[d - 1]
    )


@part
def signalled(run: Run, win: float, d: int) -> float:
    """N4: what soldiers make of it where an off-ramp stood yesterday: made early, it looks like weakness."""
    if d == 0 or not run.war.on:
        return win
    ramp, due, collapse = run.setting.offramp, run.standing.due, run.outcome.collapse[d - 1]
    if due[0] < 0 and estimated(collapse, ramp.factor) >= ramp.threshold:
        due[0] = d - 1
    stands = due[0] >= 0 and due[0] + ramp.lag <= d - 1 < due[0] + ramp.lag + ramp.days
    return signalled_win(win, ramp.strength if stands else 0.0, collapse, ramp.early, ramp.shift)
