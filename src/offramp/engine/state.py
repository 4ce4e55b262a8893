"""What changes during a run, allocated before it: the kernel itself allocates nothing and counts no references."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from offramp.engine.inputs import (
    CLASS,
    CLASSES,
    FIRST_ROUTE,
    NEVER,
    SCALARS,
    Choice,
    Menu,
    Offers,
    Outcome,
    Population,
    Units,
    War,
)
from offramp.engine.philox import AHEAD, BLOCK
from offramp.engine.plan import Table
from offramp.model.offers import affordable

TIP_DAYS = 14
"""A run tips when one departure brings about more than one other for so long, or a company loses half to exits within it."""


class State(NamedTuple):
    """What changes during a run."""

    record: NDArray[np.float32]  # [i, 8] this policy's copy
    ids: NDArray[np.int32]  # the same memory
    counts: NDArray[np.int64]  # [g, state]
    squad: NDArray[
        np.float32
    ]  # [s, 2] members who left within memory; weight of the squad over its established size
    company: NDArray[np.float32]  # [c, 2] the same of the company
    company_strength: NDArray[np.int32]  # [c] serving or waiting
    company_losses: NDArray[np.int32]  # [c] today
    log_time: NDArray[np.float64]  # departures of the force in order of time, days
    log_unit: NDArray[np.int32]  # [., 2] their companies and squads
    log: NDArray[np.int64]  # [3] departures logged, forgotten, and older than TIP_DAYS
    company_recent: NDArray[np.int32]  # [c] departures of the last TIP_DAYS, as of the last departure
    force_left: NDArray[np.float64]  # [1] persons of the force who left, [0]
    force_size: NDArray[np.float64]  # [1] persons of the force who ever arrived
    before: NDArray[np.int32]  # [i] neighbours in a queue
    after: NDArray[np.int32]  # [i]
    queue_of: NDArray[np.int32]  # [i] option waited for
    first: NDArray[np.int64]  # [p] head of the queue, -1 when empty
    last: NDArray[np.int64]  # [p]
    tokens: NDArray[np.float64]  # [p] places left today, persons
    closed: NDArray[np.bool_]  # [p] budget spent
    changed: NDArray[np.bool_]  # [1] whether the menu changed within the day
    worth: NDArray[np.float64]  # [r] scratch: exp of the value of each route
    active: NDArray[np.int32]  # [i] soldiers serving or waiting, in any order; empty when the field is frozen
    present: NDArray[np.int64]  # [1] how many are active
    rushed: NDArray[np.bool_]  # [1] whether a company of the force has lost half to exits within TIP_DAYS


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
    at: NDArray[np.int64]  # [4] blocks made, place in the block, soldier and route of the candidate at hand
    pending: NDArray[np.int64]  # [largest squad + 1]
    perceived: NDArray[np.float64]  # [g] believed hazard of death, per day


def begin(population: Population, menu: Menu, offers: Offers, units: Units, frozen: bool) -> State:
    """The state before the first day: everybody absent. Without a frozen field those present are kept in a list."""
    n = len(population.record)
    groups, routes, programmes = len(population.weight), len(menu.start) - 1, len(offers.start)
    companies = len(population.company_group)
    record = population.record.copy()
    ids = record.view(np.int32)
    counts = np.zeros((groups, FIRST_ROUTE + routes), np.int64)
    counts[:, 0] = np.bincount(ids[:, CLASS] // CLASSES, minlength=groups)
    remembered = n if units.on else 1
    queued = n if programmes else 1
    return State(
        record=record,
        ids=ids,
        counts=counts,
        squad=_shares(units.squad, population.squad_start),
        company=_shares(units.company, population.company_start),
        company_strength=np.zeros(companies, np.int32),
        company_losses=np.zeros(companies, np.int32),
        log_time=np.empty(remembered, np.float64),
        log_unit=np.empty((remembered, 2), np.int32),
        log=np.zeros(3, np.int64),
        company_recent=np.zeros(companies, np.int32),
        force_left=np.zeros(1),
        force_size=np.zeros(1),
        before=np.empty(queued, np.int32),
        after=np.empty(queued, np.int32),
        queue_of=np.empty(queued, np.int32),
        first=np.full(programmes, -1, np.int64),
        last=np.full(programmes, -1, np.int64),
        tokens=np.zeros(programmes),
        # a budget that pays for nobody is spent from the start, so that it equals no programme exactly
        closed=np.array(
            [affordable(*p) < 1.0 for p in zip(offers.budget, offers.unit_cost, strict=True)], np.bool_
        ),
        changed=np.zeros(1, np.bool_),
        worth=np.zeros(routes),
        active=np.empty(0 if frozen else n, np.int32),
        present=np.zeros(1, np.int64),
        rushed=np.zeros(1, np.bool_),
    )


def _shares(weight: float, start: NDArray[np.int32]) -> NDArray[np.float32]:
    """Nobody has left yet; each departure will add weight over the established size of the unit."""
    shares = np.zeros((len(start) - 1, 2), np.float32)
    shares[:, 1] = weight / np.diff(start)
    return shares


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
        ceiling=np.full((groups * CLASSES, routes), -NEVER, np.float32),
    )


def begin_scratch(population: Population, choice: Choice) -> Scratch:
    """An empty block; beliefs start at what the first month bears out, or at the first day's where they follow at once."""
    width = BLOCK + 2 * AHEAD
    largest = int(np.diff(population.squad_start).max(initial=1))
    return Scratch(
        gap=np.zeros(width, np.float32),
        slot=np.zeros(width, np.uint32),
        mark=np.zeros(width, np.uint32),
        bound=np.zeros(width, np.float32),
        uniform=np.zeros(width, np.float32),
        at=np.array([0, BLOCK, 0, 0], np.int64),
        pending=np.empty(largest + 1, np.int64),
        perceived=choice.optimism
        * choice.hazard[:, : 30 if np.isfinite(choice.belief_rate) else 1].mean(axis=1),
    )


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
        families_harmed=np.zeros(groups),
        families_evacuated=np.zeros(groups),
        admitted=np.zeros(programmes),
        spent=np.zeros(programmes),
        strength=np.zeros(days),
        scalars=scalars,
    )
