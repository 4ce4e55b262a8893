"""What a run is made of: its inputs and what changes, allocated before it; the kernel itself allocates nothing."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from offramp.engine.inputs import (
    CLASSES,
    FIRST_ROUTE,
    NEVER,
    SCALARS,
    Choice,
    Field,
    Flag,
    Floats,
    Information,
    Ints,
    Menu,
    Mobilisation,
    Offers,
    Outcome,
    Population,
    Setting,
    Units,
    War,
)
from offramp.engine.philox import AHEAD, BLOCK
from offramp.engine.record import aligned
from offramp.engine.standing import Standing, begin_standing
from offramp.model.information import known_danger
from offramp.model.offers import affordable
from offramp.model.war import FIRST_BELIEF_DAYS

SAMPLE_SIZE = 256
"""Soldiers looked at for the reproduction number."""

TIP_DAYS = 14
"""A run tips when one departure brings about more than one other for so long, or a company loses half to exits within it."""

SMALLEST_COMPANY = 10
"""A remnant of fewer soldiers than a squad says nothing about mass desertion when half of it leaves."""


class State(NamedTuple):
    """What changes during a run."""

    record: NDArray[
        np.float32
    ]  # [row, 8] this policy's copy; with a frozen field a soldier's row is his number
    ids: NDArray[np.int32]  # [row, 8] the same memory
    kind: NDArray[np.int16]  # [row, 16] the same memory
    counts: NDArray[np.int64]  # [g, state]
    traits: NDArray[np.float32]  # the same memory as one row
    marks: NDArray[np.int32]  # the same memory as one row
    kinds: NDArray[np.int16]  # the same memory as one row
    words: Ints  # [row, 4] the same memory in fewer pieces, for moving a soldier
    squad_left: NDArray[np.int32]  # [s] members who left within memory
    squad_step: NDArray[
        np.float32
    ]  # [s] what one of them counts: the weight of squads over the established size
    squad_share: NDArray[np.float32]  # [s] what all of them count
    company_left: NDArray[np.int32]  # [c] the same of the company
    company_step: NDArray[np.float32]  # [c]
    company_share: NDArray[np.float32]  # [c]
    company_half: NDArray[np.int32]  # [c] half of its established size; of a remnant more than it can lose
    company_strength: NDArray[np.int32]  # [c] serving or waiting
    company_losses: NDArray[np.int32]  # [c] today
    log_time: NDArray[np.float64]  # departures of the force in order of time, days
    log_unit: NDArray[np.int32]  # [., 2] their companies and squads
    log: NDArray[np.int64]  # [4] departures logged, forgotten, older than TIP_DAYS, and looked at for a rush
    company_recent: NDArray[np.int32]  # [c] departures of the last TIP_DAYS, as of the last looked at
    suspect: NDArray[np.bool_]  # [1] whether a company may have lost half to exits within TIP_DAYS
    force_left: NDArray[np.float64]  # [1] persons of the force who left, [0]
    force_size: NDArray[np.float64]  # [1] persons of the force who ever arrived
    before: NDArray[np.int32]  # [i] neighbours in a queue
    after: NDArray[np.int32]  # [i]
    queue_of: NDArray[np.int32]  # [i] option waited for
    hidden: Floats  # [i] hazard that one who waits can still bear before he is found out, as of the morning
    first: NDArray[np.int64]  # [p] head of the queue, -1 when empty
    last: NDArray[np.int64]  # [p]
    tokens: NDArray[np.float64]  # [p] places left today, persons
    closed: NDArray[np.bool_]  # [p] budget spent
    changed: NDArray[np.bool_]  # [1] whether the menu changed within the day
    worth: NDArray[np.float64]  # [r] scratch: exp of the value of each route
    utility: Floats  # [j] scratch: value of each option to him who weighs them, comrades apart; -NEVER where it is not his
    row_of: NDArray[np.int32]  # [i] row of who serves or waits, else -1; empty when the field is frozen
    present: NDArray[np.int64]  # [1] rows taken, where the field is not frozen


class Table(NamedTuple):
    """Values of today relative to staying; utils over the logit scale."""

    value: Floats  # [class, j], -NEVER where the option is not on the menu
    slope: Floats  # [class, r] change per unit of support
    belief: Floats  # [j] in the promise of the option's programme
    fear: Floats  # [j] family term of D4 for an exposed household, utils
    leave: Floats  # [j] value of leaving, utils, for those whose rows are being filled; -NEVER where not on the menu
    ceiling: NDArray[
        np.float32
    ]  # [class x r x 2] worth no option of the route exceeds without comrades; slope


class Front(NamedTuple):
    """Daily memory of units and of the war."""

    losses: NDArray[np.uint16]  # [c, memory] ring
    loss_sum: NDArray[np.int32]  # [c]
    refit: NDArray[np.float64]  # [c] day on which a broken unit returns, -1 when it fights
    redraws: NDArray[np.int32]  # [c]
    breakpoint: NDArray[np.float64]  # [c]
    departed: NDArray[np.float64]  # [d] persons of the force who left, cumulative
    low_days: NDArray[np.int64]  # [1] days in a row below the ratio at which the front is lost
    tip_days: NDArray[np.int64]  # [1] days in a row with a reproduction number above one


class Scratch(NamedTuple):
    """The current block of the candidate field, and mates whose exit is to be followed."""

    gap: NDArray[np.float32]
    slot: NDArray[np.uint32]
    mark: NDArray[np.uint32]
    bound: NDArray[np.float32]
    uniform: NDArray[np.float32]
    at: NDArray[np.int64]  # [2] blocks made, place in the block
    own: NDArray[np.float32]  # [r] 1 where the deviation in a soldier's record is his of this route, else 0
    pending: NDArray[np.int64]  # [largest squad + 1]
    sampled: NDArray[np.int64]  # rows looked at for the reproduction number, -1 for who is not there
    perceived: NDArray[np.float64]  # [g] believed hazard of death, per day


class Today(NamedTuple):
    """What the programme's world makes of the inputs on the day; the inputs themselves where it is silent."""

    passing: Floats  # [k] share of contacts that passed yesterday's cordon
    trust: Floats  # [p]
    aware: Floats  # [p, g]
    passage: Floats  # [p] share of exposed households that may expect to be brought out
    detection: Floats  # [p] hazard of being found out while waiting
    caught: Floats  # [j]
    killed: Floats  # [j]
    reprisal: Floats  # [j]
    window: Floats  # [g] share of windows that barriers leave
    hazard: Floats  # [g] factor on the hazard of death and wounds
    grievance: Floats  # [g]
    shift: Floats  # [g] of support
    level: Floats  # see Levels


CRACKDOWN, CORDON, PROPAGANDA, SENTENCE, PAY, HARDSHIP, FIGHTING = range(7)
"""Levels of the day: crackdown R, cordon, propaganda, sentence in days, pay and hardship in utils, share of strength left."""


class Memory(NamedTuple):
    """What the programme's world remembers, and what has happened since the morning; persons."""

    outside: Floats  # [g] share who know of the world outside
    counts: Floats  # [p, 2] good and bad cases
    stock: Floats  # [1] videos in circulation
    week: Floats  # [2] departures from the theatre since the crackdown moved, and captures
    events: Floats  # [g] jailed, killed in attempts and families harmed
    videos: Floats  # [p] times the weight of who speaks
    admitted: Floats  # [p] up to the morning
    asked: Floats  # [p] households for whom passage was asked
    places: Floats  # [p] households that can still be brought out today
    places_left: Floats  # [p] and ever


class Run(NamedTuple):
    """One draw under one policy: everything that its functions read or change, handed over by its address."""

    population: Population
    field: Field
    menu: Menu
    offers: Offers
    choice: Choice
    units: Units
    war: War
    mobilisation: Mobilisation
    setting: Setting
    today: Today
    memory: Memory
    standing: Standing
    reference: Floats  # [d] strength of the reference policy, persons; its own where this is the reference
    state: State
    front: Front
    table: Table
    scratch: Scratch
    outcome: Outcome
    seed: int
    draw: int
    stop: Flag


def begin(population: Population, menu: Menu, offers: Offers, units: Units, frozen: bool) -> State:
    """The state before the first day: everybody absent. Without a frozen field the rows of those present lie together."""
    n = len(population.record)
    groups, routes, programmes = len(population.weight), len(menu.start) - 1, len(offers.start)
    options = len(menu.route)
    companies, squads = len(population.company_group), len(population.squad_start) - 1
    sizes = np.diff(population.company_start)
    record = aligned(population.record.shape)
    if frozen:
        record[:] = population.record
    ids = record.view(np.int32)
    counts = np.zeros((groups, FIRST_ROUTE + routes), np.int64)
    np.add.at(counts[:, 0], population.company_group, sizes)
    remembered = n if units.on else 1
    queued = n if programmes else 1
    return State(
        record=record,
        ids=ids,
        kind=record.view(np.int16),
        counts=counts,
        traits=record.reshape(-1),
        marks=ids.reshape(-1),
        kinds=record.view(np.int16).reshape(-1),
        words=record.view(np.int64),
        squad_left=np.zeros(squads, np.int32),
        squad_step=(units.squad / np.diff(population.squad_start)).astype(np.float32),
        squad_share=np.zeros(squads, np.float32),
        company_left=np.zeros(companies, np.int32),
        company_step=(units.company / sizes).astype(np.float32),
        company_share=np.zeros(companies, np.float32),
        company_half=np.where(sizes >= SMALLEST_COMPANY, (sizes + 1) // 2, sizes + 1).astype(np.int32),
        company_strength=np.zeros(companies, np.int32),
        company_losses=np.zeros(companies, np.int32),
        log_time=np.empty(remembered, np.float64),
        log_unit=np.empty((remembered, 2), np.int32),
        log=np.zeros(4, np.int64),
        company_recent=np.zeros(companies, np.int32),
        suspect=np.zeros(1, np.bool_),
        force_left=np.zeros(1),
        force_size=np.zeros(1),
        before=np.empty(queued, np.int32),
        after=np.empty(queued, np.int32),
        queue_of=np.empty(queued, np.int32),
        hidden=np.empty(queued),
        first=np.full(programmes, -1, np.int64),
        last=np.full(programmes, -1, np.int64),
        tokens=np.zeros(programmes),
        # a budget that pays for nobody is spent from the start, so that it equals no programme exactly
        closed=np.array(
            [affordable(*p) < 1.0 for p in zip(offers.budget, offers.cheapest, strict=True)], np.bool_
        ),
        changed=np.zeros(1, np.bool_),
        worth=np.zeros(routes),
        utility=np.zeros(options),
        row_of=np.full(0 if frozen else n, -1, np.int32),
        present=np.zeros(1, np.int64),
    )


def begin_front(population: Population, war: War, days: int) -> Front:
    """Memory of units and war before the first day."""
    companies = len(population.company_group)
    return Front(
        losses=np.zeros((companies if war.on else 1, max(war.memory, 1)), np.uint16),
        loss_sum=np.zeros(companies, np.int32),
        refit=np.full(companies, -1.0),
        redraws=np.zeros(companies, np.int32),
        breakpoint=np.ones(companies),
        departed=np.zeros(days),
        low_days=np.zeros(1, np.int64),
        tip_days=np.zeros(1, np.int64),
    )


def begin_table(groups: int, options: int, routes: int) -> Table:
    """A menu on which nothing stands yet."""
    return Table(
        value=np.full((groups * CLASSES, options), -NEVER),
        slope=np.zeros((groups * CLASSES, routes)),
        belief=np.zeros(options),
        fear=np.zeros(options),
        leave=np.full(options, -NEVER),
        ceiling=np.full(groups * CLASSES * routes * 2, -NEVER, np.float32),
    )


def begin_scratch(population: Population, menu: Menu, choice: Choice, information: Information) -> Scratch:
    """An empty block; beliefs start at what is heard of the first month, or of the first day where they follow at once."""
    heard = np.array([known_danger(float(bias), information.outside) for bias in information.bias])
    first = FIRST_BELIEF_DAYS if np.isfinite(choice.belief_rate) else 1
    width = BLOCK + AHEAD
    largest = int(np.diff(population.squad_start).max(initial=1))
    return Scratch(
        gap=np.zeros(width, np.float32),
        slot=np.zeros(width, np.uint32),
        mark=np.zeros(width, np.uint32),
        bound=np.zeros(width, np.float32),
        uniform=np.zeros(width, np.float32),
        at=np.array([0, BLOCK], np.int64),
        own=(menu.column == 0).astype(np.float32),
        pending=np.empty(largest + 1, np.int64),
        sampled=np.empty(SAMPLE_SIZE, np.int64),
        perceived=choice.optimism * choice.hazard[:, :first].mean(axis=1) * heard,
    )


def begin_today(groups: int, options: int, programmes: int, channels: int) -> Today:
    """Room for a day."""
    return Today(
        passing=np.zeros(channels),
        trust=np.zeros(programmes),
        aware=np.zeros((programmes, groups)),
        passage=np.zeros(programmes),
        detection=np.zeros(programmes),
        caught=np.zeros(options),
        killed=np.zeros(options),
        reprisal=np.zeros(options),
        window=np.ones(groups),
        hazard=np.ones(groups),
        grievance=np.zeros(groups),
        shift=np.zeros(groups),
        level=np.zeros(7),
    )


def begin_memory(groups: int, offers: Offers, setting: Setting) -> Memory:
    """Nothing has happened yet; trust is what it was before."""
    trust, programmes = setting.trust, len(offers.start)
    return Memory(
        outside=np.full(groups, setting.information.outside),
        counts=np.stack([trust.mean * trust.weight, (1.0 - trust.mean) * trust.weight], axis=1),
        stock=np.zeros(1),
        week=np.zeros(2),
        events=np.zeros(groups),
        videos=np.zeros(programmes),
        admitted=np.zeros(programmes),
        asked=np.zeros(programmes),
        places=np.zeros(programmes),
        places_left=offers.family_places.copy(),
    )


def begin_run(
    population: Population, field: Field, menu: Menu, offers: Offers, choice: Choice, units: Units, war: War,
    mobilisation: Mobilisation, setting: Setting, reference: Floats | None, seed: int, draw: int, frozen: bool, stop: Flag,
) -> Run:  # fmt: skip
    """A run before its first day. Arguments as for `offramp.engine.kernel.simulate`."""
    days, groups = len(population.prefix), len(population.weight)
    options, routes, programmes = len(menu.route), len(menu.start) - 1, len(offers.start)
    outcome = begin_outcome(days, groups, routes, options, programmes)
    return Run(
        population, field, menu, offers, choice, units, war, mobilisation, setting,
        today=begin_today(groups, options, programmes, len(setting.information.reach)),
        memory=begin_memory(groups, offers, setting),
        standing=begin_standing(groups),
        reference=outcome.strength if reference is None else reference,
        state=begin(population, menu, offers, units, frozen),
        front=begin_front(population, war, days),
        table=begin_table(groups, options, routes),
        scratch=begin_scratch(population, menu, choice, setting.information),
        outcome=outcome,
        seed=seed,
        draw=draw,
        stop=stop,
    )  # fmt: skip


def begin_outcome(days: int, groups: int, routes: int, options: int, programmes: int) -> Outcome:
    """Empty tallies."""

    def tally() -> NDArray[np.int64]:
        return np.zeros((groups, options), np.int64)

    scalars = np.zeros(len(SCALARS))
    scalars[:2] = -1.0  # no day yet on which the front collapsed or the run tipped
    return Outcome(
        paths=np.zeros((days + 1, groups, FIRST_ROUTE + routes), np.int32),
        attempts=tally(),
        completed=tally(),
        caught=tally(),
        killed_trying=tally(),
        imprisoned=tally(),
        detected=np.zeros(groups, np.int64),
        exchanged=np.zeros((groups, options)),
        videos=np.zeros(programmes),
        paid=np.zeros((days, programmes)),
        transfers=np.zeros(days),
        crackdown=np.zeros(days),
        testimony=np.zeros(days),
        families_harmed=np.zeros((days, groups)),
        families_evacuated=np.zeros(groups),
        admitted=np.zeros(programmes),
        spent=np.zeros(programmes),
        open_days=np.zeros(programmes, np.int64),
        strength=np.zeros(days),
        collapse=np.zeros(days),
        exit_share=np.zeros(days),
        win=np.zeros(days),
        disarray=np.zeros(days),
        scalars=scalars,
    )
