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

from offramp.engine.comrades import rushed
from offramp.engine.day import (
    SAMPLE_DAYS,
    arrive,
    believed_win,
    call_up,
    close_units,
    close_war,
    draw_breakpoint,
    open_day,
    sample_cascade,
    signalled,
)
from offramp.engine.events import watch
from offramp.engine.inputs import (
    Choice,
    Field,
    Flag,
    Floats,
    Menu,
    Mobilisation,
    Offers,
    Outcome,
    Population,
    Setting,
    Units,
    War,
)
from offramp.engine.philox import BLOCK, fill_block
from offramp.engine.plan import build_table
from offramp.engine.skim import skim
from offramp.engine.society import open_society
from offramp.engine.state import Run, begin_run
from offramp.engine.windows import react
from offramp.errors import Stopped
from offramp.model.compiled import kernel, part
from offramp.model.reference import by_reference


@part
def run_day(run: Run, win: float, d: int) -> None:
    """All candidates of day d in order of time; the place in the field is carried over to the next day."""
    state, scratch = run.state, run.scratch
    at = scratch.at
    rate = run.field.rate[d]
    frozen = state.row_of.shape[0] == 0
    # The frozen field covers everybody who ever arrived, so that it is the same under every policy; else the rows that were
    # taken when the block began, so that a departure changes neither rate nor addresses.
    size = run.population.prefix[d] if frozen else state.present[0]
    # Time runs down in units of candidates, so that no division stands between one candidate and the next.
    until = rate * size
    while size > 0 and rate > 0.0:
        if at[1] == BLOCK:
            fill_block(
                run.seed, run.draw, at[0] * BLOCK, scratch.gap, scratch.slot, scratch.mark, scratch.bound, scratch.uniform
            )  # fmt: skip
            at[0] += 1
            at[1] = 0
            if not frozen:
                until *= state.present[0] / size
                size = state.present[0]
                continue
        until = skim(run, until, rate * size, np.uint64(size), win, d)
        if at[1] < BLOCK:
            return


@part
def note(run: Run, row: int) -> None:
    """Write the counts of all groups and states into row `row` of the paths."""
    counts = run.state.counts
    for g in range(counts.shape[0]):
        for s in range(counts.shape[1]):
            run.outcome.paths[row, g, s] = counts[g, s]


@part
def close_day(run: Run, win: float, d: int) -> None:
    """End of day d: who was found out waiting, the state of units and of the war, whether the run has tipped."""
    scalars = run.outcome.scalars
    watch(run, d)
    run.front.departed[d] = run.state.force_left[0]
    if run.war.on:
        close_war(run, close_units(run, d), win, d)
    if scalars[1] < 0.0 and rushed(run):
        scalars[1] = d + 1.0
    if run.units.on and d % SAMPLE_DAYS == SAMPLE_DAYS - 1:
        sample_cascade(run, d)
    note(run, d + 1)


@kernel
def run_days(whole: Run) -> None:
    """The day loop."""
    run = by_reference(whole)
    arrivals_start = run.population.arrivals_start
    called = 0
    if run.war.on:
        for c in range(run.population.company_group.shape[0]):
            run.front.breakpoint[c] = draw_breakpoint(run, c, 0)
    arrive(run, 0, arrivals_start[0])
    note(run, 0)
    for d in range(run.population.prefix.shape[0]):
        if run.stop[0] != 0:
            return
        arrive(run, arrivals_start[d], arrivals_start[d + 1])
        win = believed_win(run, d)
        believed = signalled(run, win, d) if run.setting.offramp.shift != 0.0 else win
        open_society(run, d)
        if d == 0 or run.choice.rebuild[d] or run.state.changed[0]:
            run.state.changed[0] = False
            build_table(run, believed, d)
        open_day(run, d)
        if run.state.changed[0]:
            react(run, believed, float(d), d)
        if run.mobilisation.group >= 0:
            called = call_up(run, called, d)
        run_day(run, believed, d)
        close_day(run, win, d)


def simulate(
    population: Population, field: Field, menu: Menu, offers: Offers, choice: Choice, units: Units, war: War,
    mobilisation: Mobilisation, setting: Setting, reference: Floats | None, seed: int, draw: int, frozen: bool, stop: Flag,
) -> Outcome:  # fmt: skip
    """Run one draw under one policy. Raises Stopped as soon as the flag `stop` is up, which is looked at every day.

    reference: strength of the reference policy in the same draw, persons [d]; None when this run is the reference itself.
    frozen: the candidate field is the same for every policy. Where one policy is run alone and compared with nothing,
    False draws candidates for those present only, which is as exact and faster.
    """
    run = begin_run(
        population,
        field,
        menu,
        offers,
        choice,
        units,
        war,
        mobilisation,
        setting,
        reference,
        seed,
        draw,
        frozen,
        stop,
    )
    run_days(run)
    if stop[0]:
        raise Stopped("The draw was given up.")
    return run.outcome
