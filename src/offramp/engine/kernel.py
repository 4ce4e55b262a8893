"""One run: one draw under one policy, exact and event-driven, compiled as a whole.

A frozen field of candidates (time, soldier, kind, mark) is drawn at declared ceilings and thinned: a candidate becomes a death, a
wound or an opened window with the ratio of the true rate to its ceiling, and whoever is offered a window chooses from the whole
menu. No hazard is integrated and no time step errs; queues, budgets and units change in the order of events. Within a day the
values of the options stand still; at its start they are made anew from the state of units and war.
"""

# pyright: reportArgumentType=false
# (NumPy's stubs take an element of an array for an array)

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from offramp.engine.choosing import choose
from offramp.engine.day import (
    SAMPLE_DAYS,
    arrive,
    believed_win,
    call_up,
    close_units,
    close_war,
    dissolve,
    draw_breakpoint,
    open_day,
    sample_cascade,
)
from offramp.engine.events import attempt, capture, lose
from offramp.engine.inputs import (
    CLASS,
    CLASSES,
    DEATH,
    KILLED,
    STATE,
    WAITING,
    WOUND,
    WOUNDED,
    Choice,
    Field,
    Menu,
    Mobilisation,
    Offers,
    Outcome,
    Population,
    Units,
    War,
)
from offramp.engine.mates import follow, queues
from offramp.engine.philox import BLOCK, FIELD, OUTCOME, address, fill_block
from offramp.engine.plan import Table, build_table
from offramp.engine.skim import BLOCK_DONE, MISHAP, NOTHING_TODAY, skim
from offramp.engine.state import (
    Front,
    Scratch,
    State,
    begin,
    begin_front,
    begin_outcome,
    begin_scratch,
    begin_table,
)
from offramp.model.compiled import kernel, part
from offramp.model.war import belief_step


@part
def run_day(
    state: State, table: Table, population: Population, field: Field, menu: Menu, offers: Offers, choice: Choice,
    units: Units, mobilisation: Mobilisation, outcome: Outcome, scratch: Scratch, win: float, seed: int, draw: int, d: int,
) -> None:  # fmt: skip
    """All candidates of day d in order of time; the place in the field is carried over to the next day."""
    at = scratch.at
    frozen = state.active.shape[0] == 0
    # The frozen field covers everybody who ever arrived, so that it is the same under every policy; else those present only.
    size = population.prefix[d] if frozen else state.present[0]
    total = field.rate[d] * size
    # Time runs down in units of candidates, so that no division stands between one candidate and the next.
    until = total
    threshold = field.threshold[d]
    while total > 0.0:
        if at[1] == BLOCK:
            fill_block(
                seed,
                draw,
                at[0] * BLOCK,
                scratch.gap,
                scratch.slot,
                scratch.mark,
                scratch.bound,
                scratch.uniform,
            )
            at[0] += 1
            at[1] = 0
        force_share = np.float32(units.force * state.force_left[0] / max(state.force_size[0], 1.0))
        found, until, social = skim(
            at, until, d + 1.0, 1.0 / total, np.uint64(size), force_share, units.squad > 0.0,
            scratch.gap, scratch.slot, scratch.mark, scratch.bound, state.record, state.ids, state.active,
            threshold, table.ceiling, table.slope, menu.column, population.deviation, state.squad,
            state.company, state.log, state.log_time, state.log_unit, units.memory,
        )  # fmt: skip
        if found == NOTHING_TODAY:
            break
        if found == BLOCK_DONE:
            continue
        i = at[2]
        t = d + 1.0 - until / total
        number = (at[0] - 1) * BLOCK + at[1]
        u = scratch.uniform[at[1] - 1]
        if found == MISHAP:
            befall(
                state, population, menu, offers, choice, outcome, field, seed, draw, i,
                np.uint64(scratch.mark[at[1] - 1]), u, number, d,
            )  # fmt: skip
        else:
            r = at[3]
            j = choose(state, table, population, menu, offers, i, r, u, social, d)
            if j < 0 or (menu.programme[j] >= 0 and queues(state, population, menu, offers, i, j, d)):
                continue
            gone = attempt(
                state, population, menu, offers, choice, units, outcome, seed, draw, i, j, t, d, OUTCOME, number, 0
            )  # fmt: skip
            if gone and units.group_exit > 0.0:
                follow(
                    state,
                    table,
                    population,
                    menu,
                    offers,
                    choice,
                    units,
                    outcome,
                    scratch.pending,
                    seed,
                    draw,
                    i,
                    r,
                    t,
                    d,
                )
            if state.changed[0]:
                react(
                    state,
                    table,
                    population,
                    menu,
                    offers,
                    choice,
                    units,
                    mobilisation,
                    scratch.perceived,
                    win,
                    d,
                )
        if not frozen and state.present[0] != size:
            size = state.present[0]
            total = field.rate[d] * size
            until = (d + 1.0 - t) * total


@part
def befall(
    state: State, population: Population, menu: Menu, offers: Offers, choice: Choice, outcome: Outcome, field: Field,
    seed: int, draw: int, i: int, m: int, u: float, number: int, d: int,
) -> None:  # fmt: skip
    """A candidate that is no window: death, a wound, or detection of one who waits, each with the ratio of rate to ceiling."""
    g = state.ids[i, CLASS] // CLASSES
    if m < field.threshold[d, DEATH]:
        if u < field.death[g, d]:
            lose(state, menu, i, g, KILLED)
    elif m < field.threshold[d, WOUND]:
        if u < field.wound[g, d]:
            lose(state, menu, i, g, WOUNDED)
    elif state.ids[i, STATE] == WAITING:
        p = menu.programme[state.queue_of[i]]
        if u * field.detection < offers.detection[p]:
            _, u_return, _, _ = address(seed, draw, FIELD, number, 1)
            outcome.detected[g] += 1
            capture(state, menu, choice, i, g, u_return, d, False)


@part
def react(
    state: State, table: Table, population: Population, menu: Menu, offers: Offers, choice: Choice, units: Units,
    mobilisation: Mobilisation, perceived: NDArray[np.float64], win: float, d: int,
) -> None:  # fmt: skip
    """A programme has just spent its budget: it leaves the menu at once, and its queue goes home."""
    state.changed[0] = False
    for p in range(offers.start.shape[0]):
        if state.closed[p]:
            dissolve(state, population, menu, p)
    build_table(table, menu, offers, choice, units, mobilisation, perceived, state.closed, win, d)


@part
def note(outcome: Outcome, state: State, row: int) -> None:
    """Write the counts of all groups and states into row `row` of the paths."""
    for g in range(state.counts.shape[0]):
        for s in range(state.counts.shape[1]):
            outcome.paths[row, g, s] = state.counts[g, s]


@kernel
def run_days(
    population: Population, field: Field, menu: Menu, offers: Offers, choice: Choice, units: Units, war: War,
    mobilisation: Mobilisation, strength: NDArray[np.float64], state: State, front: Front, table: Table,
    scratch: Scratch, outcome: Outcome, seed: int, draw: int,
) -> None:  # fmt: skip
    """The day loop. strength: that of the reference policy, persons [d]; outcome.strength itself when this is the reference."""
    days = population.prefix.shape[0]
    perceived = scratch.perceived
    called = 0
    if war.on:
        for c in range(population.company_group.shape[0]):
            front.breakpoint[c] = draw_breakpoint(population, seed, draw, c, 0)
    arrive(state, population, 0, population.arrivals_start[0])
    note(outcome, state, 0)
    for d in range(days):
        arrive(state, population, population.arrivals_start[d], population.arrivals_start[d + 1])
        win = believed_win(war, outcome, strength, d)
        if d > 0:
            for g in range(perceived.shape[0]):
                perceived[g] = belief_step(
                    perceived[g], choice.hazard[g, d - 1], choice.optimism, choice.belief_rate
                )
        if d == 0 or choice.rebuild[d] or state.changed[0]:
            state.changed[0] = False
            build_table(table, menu, offers, choice, units, mobilisation, perceived, state.closed, win, d)
        open_day(
            state, table, population, menu, offers, choice, units, outcome, scratch.pending, seed, draw, d
        )
        if state.changed[0]:
            react(state, table, population, menu, offers, choice, units, mobilisation, perceived, win, d)
        if mobilisation.group >= 0:
            called = call_up(
                state,
                table,
                population,
                menu,
                offers,
                choice,
                units,
                mobilisation,
                outcome,
                seed,
                draw,
                called,
                d,
            )
        run_day(
            state,
            table,
            population,
            field,
            menu,
            offers,
            choice,
            units,
            mobilisation,
            outcome,
            scratch,
            win,
            seed,
            draw,
            d,
        )
        front.departed[d] = state.force_left[0]
        if war.on:
            broken = close_units(state, front, population, war, outcome, seed, draw, d)
            close_war(front, war, outcome, strength, broken, win, d)
        if state.rushed[0] and outcome.scalars[1] < 0.0:
            outcome.scalars[1] = d + 1.0
        if units.on and d % SAMPLE_DAYS == SAMPLE_DAYS - 1:
            sample_cascade(state, front, table, population, menu, offers, units, outcome, seed, draw, d)
        note(outcome, state, d + 1)


def simulate(
    population: Population, field: Field, menu: Menu, offers: Offers, choice: Choice, units: Units, war: War,
    mobilisation: Mobilisation, reference: NDArray[np.float64] | None, seed: int, draw: int, frozen: bool = True,
) -> Outcome:  # fmt: skip
    """Run one draw under one policy.

    reference: strength of the reference policy in the same draw, persons [d]; None when this run is the reference itself.
    frozen: the candidate field is the same for every policy. Where one policy is run alone and compared with nothing,
    False draws candidates for those present only, which is as exact and two to three times faster.
    """
    days, groups = len(population.prefix), len(population.weight)
    options, routes, programmes = len(menu.route), len(menu.start) - 1, len(offers.start)
    outcome = begin_outcome(days, groups, routes, options, programmes)
    state = begin(population, menu, offers, units, frozen)
    run_days(
        population, field, menu, offers, choice, units, war, mobilisation,
        outcome.strength if reference is None else reference,
        state, begin_front(population, war, days), begin_table(groups, options, routes),
        begin_scratch(population, choice), outcome, seed, draw,
    )  # fmt: skip
    return outcome
