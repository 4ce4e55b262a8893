"""The bank of runs: every policy or variant that any test asks for, simulated once a draw, in the same worlds.

A variant may change values of the scenario, so that it needs a scenario of its own, a *cell*; variants that change the
same values to the same share one. The first cell holds the policies of the scenario as it stands, the reference
first. The reference is not simulated again in the other cells: their policies are compared with that of the first.
"""

from __future__ import annotations

import datetime
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

import numpy as np
from numpy.typing import NDArray

from offramp.claims.claim import Claim, Simulated, Variant
from offramp.claims.variants import with_variants
from offramp.engine import Baseline
from offramp.ensemble.studies import Cells, CellsResult
from offramp.ensemble.work import Comparable, Flag, PrepareComparable
from offramp.errors import InputError
from offramp.scenario import Scenario

BY_DAY: Final = ("departures", "evasions", "emigrations", "killed", "wounded", "imprisoned")
"""Outcomes that can be counted between two dates, with their parts: what is counted in persons day by day."""
BETWEEN: Final = ("serving",)
"""What has a value between two dates only: persons in the theatre's force, those who wait included, as a mean over the days."""


@dataclass(frozen=True)
class Window:
    """What is added to an outcome from the end of one day to the end of another, or, for what is BETWEEN dates, its mean.

    `column`: its name in the tables."""

    outcome: str
    first: datetime.date
    last: datetime.date

    @property
    def column(self) -> str:
        return f"{self.outcome} from {self.first} to {self.last}"


@dataclass(frozen=True)
class Bank:
    """What is simulated. policies: of the scenario, the reference first; then the variants.

    unfit: variants that were asked for and that the scenario cannot have, with the reason.
    """

    policies: tuple[str, ...]
    variants: tuple[Variant, ...]
    windows: tuple[Window, ...]
    unfit: Mapping[str, str] = field(default_factory=dict[str, str], hash=False)

    @property
    def columns(self) -> tuple[str, ...]:
        """Policies and variants: each is simulated once a draw."""
        return (*self.policies, *(one.name for one in self.variants))

    def cells(self, scenario: Scenario) -> tuple[tuple[Scenario, tuple[str, ...]], ...]:
        """The scenarios that are run, with the policies of each; no policy stands in two."""
        by_settings: dict[str, list[Variant]] = {}
        for one in self.variants:
            by_settings.setdefault(json.dumps(dict(one.settings), sort_keys=True), []).append(one)
        plain = by_settings.pop("{}", [])
        first = with_variants(plain, scenario) if plain else scenario
        names = (*self.policies, *(one.name for one in plain))
        others = (
            (with_variants(some, scenario), tuple(one.name for one in some)) for some in by_settings.values()
        )
        return ((first, names), *others)

    def digest(self, scenario: Scenario) -> str:
        """SHA-256 of everything beside the scenario that decides what the tables hold."""
        cells = [[cell.hash, names] for cell, names in self.cells(scenario)]
        windows = [one.column for one in self.windows]
        return sha256(json.dumps([cells, windows]).encode()).hexdigest()


def bank_of(claims: Iterable[Claim], variants: Sequence[Variant], scenario: Scenario, made_for: str) -> Bank:
    """Everything that the tests and trade-offs of these claims compare, as far as the scenario has it. made_for: name of the
    scenario of which the claims speak; whether another has what the variants change is tried.
    """
    chosen = list(claims)
    asked = {name for claim in chosen for name in claim.policies}
    known = [one.name for one in scenario.policies]
    windows = {
        Window(one.outcome, one.first, one.last)
        for claim in chosen
        for test in claim.tests
        for one in test.quantities
        if isinstance(one, Simulated) and one.first is not None and one.last is not None
    }
    last = scenario.start + datetime.timedelta(days=scenario.days - 1)
    wanted = [one for one in variants if one.name in asked]
    unfit = {one.name: f"there is no policy `{one.of}`" for one in wanted if one.of not in known}
    if scenario.name != made_for:
        for one in wanted:
            if one.name not in unfit and (why := _unfit(one, scenario)):
                unfit[one.name] = why
    return Bank(
        (known[0], *(name for name in known[1:] if name in asked)),
        tuple(one for one in wanted if one.name not in unfit),
        tuple(
            sorted(
                (one for one in windows if scenario.start <= one.first and one.last <= last),
                key=lambda one: one.column,
            )
        ),
        unfit,
    )


def _unfit(variant: Variant, scenario: Scenario) -> str:
    """Why the scenario cannot have a variant; empty where it can."""
    try:
        with_variants((variant,), scenario)
    except InputError as error:
        return error.problems[0].what
    return ""


@dataclass(frozen=True)
class BankModel(Cells):
    """The cells as one model."""

    models: tuple[tuple[Comparable, tuple[str, ...]], ...]
    windows: tuple[Window, ...]
    start: datetime.date
    evading: frozenset[str]
    """Routes that open at a call-up: at home, who takes another emigrates."""

    @property
    def first(self) -> Comparable:
        return self.models[0][0]

    def run_draw(
        self, draw: int, values: Mapping[str, float], policies: Sequence[str], stop: Flag
    ) -> CellsResult:
        """Every policy once. values: those of the scenario as it stands; a number that a cell knows is not looked up."""
        found: dict[str, dict[str, float]] = {}
        baseline: Baseline | None = None
        for model, names in self.models:
            result = model.run_draw(draw, values, names, stop, baseline)
            baseline = result.baseline if baseline is None else baseline
            for at, name in enumerate(names):
                added = {one.column: self._added(one, result.paths[at]) for one in self.windows}
                found[name] = result.outcomes[at] | added
        # Where a value is changed to nothing its outcome may go; a table has the same columns for all.
        columns = dict.fromkeys(column for outcomes in found.values() for column in outcomes)
        rows = tuple({column: found[name].get(column, math.nan) for column in columns} for name in policies)
        return CellsResult(tuple(policies), rows)

    def _added(self, window: Window, paths: NDArray[np.float32]) -> float:
        """paths: persons [days + 1, groups, states]; row d is the end of the d-th day."""
        stem, _, part = window.outcome.partition(".")
        place = "home" if stem in _AT_HOME else "theatre"
        if place not in self.places:  # a scenario of men at home alone counts them as the force
            place = "home"
        here = [at for at, one in enumerate(self.places) if one == place]
        ends = [(day - self.start).days + 1 for day in (window.first, window.last)]
        if stem in BETWEEN:
            there = [self.states.index(one) for one in ("serving", "waiting") if one in self.states]
            some = paths[ends[0] : ends[1] + 1, here][:, :, there]
            return float(some.sum(axis=(1, 2), dtype=np.float64).mean())
        routes = [one for one in self.states if one not in _NO_ROUTE]
        if stem in _AT_HOME:
            routes = [one for one in routes if (one in self.evading) == (stem == "evasions")]
        taken = [one for one in routes if part in ("", one)] if stem in ("departures", *_AT_HOME) else [stem]
        columns = [self.states.index(one) for one in taken]
        before, after = (float(paths[end][np.ix_(here, columns)].sum(dtype=np.float64)) for end in ends)
        return after - before


_AT_HOME: Final = ("evasions", "emigrations")
_NO_ROUTE: Final = ("serving", "waiting", "killed", "wounded", "imprisoned", "inducted")


@dataclass(frozen=True)
class PrepareBank:
    """Prepares the cells of a bank; small, so that it travels to workers."""

    prepare: PrepareComparable
    bank: Bank

    def __call__(self, scenario: Scenario, *, soldiers: int, seed: int) -> BankModel:
        """A model of every cell."""
        models = tuple(
            (self.prepare(cell, soldiers=soldiers, seed=seed), names)
            for cell, names in self.bank.cells(scenario)
        )
        evading = frozenset(route.name for route in scenario.routes if route.on_call_up)
        return BankModel(models, self.bank.windows, scenario.start, evading)
