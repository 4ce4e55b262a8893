"""Who is simulated: groups of a draw as soldiers in squads and companies, in order of their arrival.

One simulated soldier stands for `weight` persons of his group. Soldiers in theatre share one weight, as far as whole soldiers
allow; groups at home, which are far larger and not coupled to units, get a fifth of the simulated soldiers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from offramp.engine.inputs import (
    CLASS,
    CLASSES,
    COMPANY,
    DEVIATION,
    EXPOSED,
    INFLUENCE,
    NUMBER,
    SQUAD,
    STAY,
    SUPPORT,
    Floats,
    Ints,
    Population,
)
from offramp.engine.philox import PERSON, address
from offramp.model.compiled import kernel
from offramp.scenario.quantities import People, Quantity, evaluate
from offramp.scenario.tables import Group, Route, Scenario

HOME_SHARE = 0.2


@dataclass(frozen=True)
class Sizes:
    """Persons of each group [g]: at the start, and arriving on each day [g, d]."""

    initial: Floats
    arriving: Floats

    @property
    def ever(self) -> Floats:
        """Persons who ever belong to each group, [g]."""
        return self.initial + self.arriving.sum(axis=1)


def simulated(ever: Floats, home: NDArray[np.bool_], soldiers: int) -> NDArray[np.int64]:
    """Number of simulated soldiers of each group, at most one for each person. ever: persons [g]."""
    counts = np.zeros(len(ever), np.int64)
    both = bool((ever[home] > 0).any() and (ever[~home] > 0).any())
    for place, share in ((home, HOME_SHARE), (~home, 1.0 - HOME_SHARE)):
        total = float(ever[place].sum())
        if total <= 0:
            continue
        budget = min(total, max(1.0, soldiers * (share if both else 1.0)))
        counts[place] = np.maximum(np.round(ever[place] * budget / total), (ever[place] > 0).astype(float))
    return counts


@kernel
def fill_traits(traits: NDArray[np.float64], seed: int, draw: int, part: int) -> None:
    """Four uniform numbers for each soldier, traits [i, 4]; `part` numbers further sets of four."""
    for i in range(traits.shape[0]):
        a, b, c, e = address(seed, draw, PERSON, i, part)
        traits[i, 0] = a
        traits[i, 1] = b
        traits[i, 2] = c
        traits[i, 3] = e


def uniforms(n: int, seed: int, draw: int, part: int) -> Floats:
    """Traits of `fill_traits` in a new array [n, 4]."""
    traits = np.empty((n, 4))
    fill_traits(traits, seed, draw, part)
    return traits


def spread(quantity: Quantity, values: Mapping[str, float], u: Floats) -> Floats | float:
    """Personal values: one a soldier where the quantity differs between persons, one number where it does not."""
    if isinstance(quantity, People):
        return quantity.law(values).quantile(u)
    return float(np.asarray(evaluate(quantity, values, 1)).reshape(-1)[0])


@dataclass(frozen=True)
class Layout:
    """Where everybody stands: soldiers in companies in order of arrival."""

    group: NDArray[np.int32]  # [i]
    day: NDArray[np.int64]  # [i] day of arrival, -1 for the initial force
    squad: NDArray[np.int32]  # [i]
    company: NDArray[np.int32]  # [i]
    squad_start: NDArray[np.int32]
    company_start: NDArray[np.int32]
    company_group: NDArray[np.int32]
    weight: Floats  # [g]


def lay_out(
    groups: tuple[Group, ...], sizes: Sizes, home: NDArray[np.bool_], soldiers: int, company: int
) -> Layout:
    """Chunk each group's soldiers, as they arrive, into companies and squads; order the companies by first arrival."""
    ever = sizes.ever
    counts = simulated(ever, home, soldiers)
    weight = np.where(counts > 0, ever / np.maximum(counts, 1), 1.0)
    days: list[NDArray[np.int64]] = []
    owner: list[int] = []
    for g, n in enumerate(counts):
        present = (
            np.concatenate(([sizes.initial[g]], sizes.initial[g] + np.cumsum(sizes.arriving[g]))) / weight[g]
        )
        # soldier k arrives when more than k + 1/2 are due; the last absorbs what rounding leaves
        due: Ints = np.searchsorted(present, np.arange(float(n)) + 0.5, side="left")
        arrival = np.minimum(due, sizes.arriving.shape[1]) - 1
        for first in range(0, int(n), company):
            days.append(arrival[first : first + company])
            owner.append(g)
    order = sorted(range(len(days)), key=lambda c: (int(days[c][0]), c))
    members = [days[c] for c in order]
    company_group = np.array([owner[c] for c in order], np.int32)
    lengths = np.array([len(m) for m in members], np.int64)
    squad_sizes: list[int] = []
    for c, length in zip(order, lengths, strict=True):
        size = groups[owner[c]].squad_size or company
        squad_sizes.extend([size] * (int(length) // size) + ([int(length) % size] if length % size else []))
    squads = np.array(squad_sizes, np.int64)
    return Layout(
        group=np.repeat(company_group, lengths),
        day=np.concatenate(members) if members else np.zeros(0, np.int64),
        squad=np.repeat(np.arange(len(squads), dtype=np.int32), squads),
        company=np.repeat(np.arange(len(lengths), dtype=np.int32), lengths),
        squad_start=np.concatenate(([0], np.cumsum(squads))).astype(np.int32),
        company_start=np.concatenate(([0], np.cumsum(lengths))).astype(np.int32),
        company_group=company_group,
        weight=weight,
    )


def populate(
    scenario: Scenario,
    values: Mapping[str, float],
    sizes: Sizes,
    pull: Floats,
    breakpoint_table: Floats,
    scale: float,
    *,
    soldiers: int,
    seed: int,
    draw: int,
) -> Population:
    """Everybody of one draw, with his traits; what he carries in utils is divided by the logit scale, as the menu's values are.

    pull: utils per unit share of comrades who left, [g], for groups without an influence of their own.
    """
    groups = scenario.groups
    home = np.array([group.place == "home" for group in groups])
    company = scenario.units.company_size if scenario.units else _company_size(groups)
    layout = lay_out(groups, sizes, home, soldiers, company)
    n = len(layout.group)
    record = np.zeros((n, 8), np.float32)
    ids = record.view(np.int32)
    kind = record.view(np.int16)
    ids[:, SQUAD], ids[:, NUMBER], ids[:, COMPANY] = layout.squad, np.arange(n), layout.company
    kind[:, CLASS] = layout.group * CLASSES
    first = uniforms(n, seed, draw, 0)
    second = uniforms(n, seed, draw, 1)
    exposed = second[:, 0]
    deviation = _deviations(scenario.routes, values, n, seed, draw) / np.float32(scale)
    if deviation.shape[1]:
        record[:, DEVIATION] = deviation[:, 0]
    for g, group in enumerate(groups):
        rows = np.flatnonzero(layout.group == g)
        if isinstance(group.stay_utility, People):
            record[rows, STAY] = spread(group.stay_utility, values, first[rows, 0]) / scale
        if group.support is not None:
            record[rows, SUPPORT] = np.clip(spread(group.support, values, first[rows, 1]), -1.0, 1.0)
        if group.influence is not None:
            record[rows, INFLUENCE] = spread(group.influence, values, first[rows, 2]) / scale
        else:
            record[rows, INFLUENCE] = pull[g] / scale
        share = float(np.asarray(evaluate(group.family_exposed_share, values, 1)))
        kind[rows, CLASS] |= np.where(exposed[rows] < share, EXPOSED, 0).astype(np.int16)
    days = sizes.arriving.shape[1]
    arrivals = np.argsort(layout.day, kind="stable").astype(np.int32)
    every_day: Ints = np.arange(-1, days, dtype=np.int64)
    arrivals_start: Ints = np.searchsorted(layout.day[arrivals], every_day, side="right")
    first_day = layout.day[layout.company_start[:-1]] if n else np.zeros(0, np.int64)
    companies: Ints = np.searchsorted(first_day, every_day[1:], side="right")
    return Population(
        record=record,
        words=record.view(np.int64),
        deviation=deviation[:, 1:].copy(),
        aware=np.maximum(first[:, 3], 1e-7).astype(np.float32),
        conduct=second[:, 1].astype(np.float32),
        squad_start=layout.squad_start,
        squad_company=layout.company[layout.squad_start[:-1]],
        company_start=layout.company_start,
        company_group=layout.company_group,
        arrivals=arrivals,
        arrivals_start=arrivals_start,
        prefix=layout.company_start[companies].astype(np.int64),
        weight=layout.weight,
        breakpoint_table=breakpoint_table,
        home=home,
    )


def _company_size(groups: tuple[Group, ...]) -> int:
    """A hundred, or the multiple of every squad size next above it, where a file has squads but no [units]."""
    together = int(np.lcm.reduce([group.squad_size or 1 for group in groups]))
    return together * -(-100 // together)


def personal_routes(routes: tuple[Route, ...]) -> tuple[int, ...]:
    """Routes whose stated utility differs between persons: the columns of the deviations."""
    return tuple(r for r, route in enumerate(routes) if isinstance(route.utility, People))


def _deviations(
    routes: tuple[Route, ...], values: Mapping[str, float], n: int, seed: int, draw: int
) -> NDArray[np.float32]:
    columns = personal_routes(routes)
    deviation = np.zeros((n, len(columns)), np.float32)
    for k, r in enumerate(columns):
        utility = routes[r].utility
        assert isinstance(utility, People)
        deviation[:, k] = utility.law(values).quantile(uniforms(n, seed, draw, 2 + k)[:, 0])
    return deviation
