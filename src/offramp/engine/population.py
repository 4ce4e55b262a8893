"""Who is simulated: groups of a draw as soldiers in squads and companies, in order of their arrival.

One simulated soldier stands for `weight` persons of his group. Soldiers in theatre share one weight, as far as whole soldiers
allow; groups at home, which are far larger and not coupled to units, get a fifth of the simulated soldiers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

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
from offramp.engine.philox import LOW, PERSON, philox, uniform
from offramp.model.compiled import kernel
from offramp.scenario.laws import Law
from offramp.scenario.quantities import People, Personal, Quantity, evaluate
from offramp.scenario.tables import Group, Route, Scenario

HOME_SHARE = 0.2
PIECE = 1 << 14

_32 = np.uint64(32)


@dataclass(frozen=True)
class Sizes:
    """Persons of each group [g]: at the start, and arriving on each day [g, d]."""

    initial: Floats
    arriving: Floats

    @property
    def ever(self) -> Floats:
        """Persons who ever belong to each group, [g]."""
        return self.initial + self.arriving.sum(axis=1)


def simulated(
    ever: Floats, home: NDArray[np.bool_], soldiers: int, each: int | None = None
) -> NDArray[np.int64]:
    """Number of simulated soldiers of each group, at most one for each person. ever: persons [g]; each: the most of a group,
    in place of a division of `soldiers` by size.
    """
    if each is not None:
        return np.minimum(np.ceil(ever), each).astype(np.int64)
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
def fill_traits(a: Floats, b: Floats, c: Floats, e: Floats, seed: int, draw: int, part: int) -> None:
    """Four uniform numbers for each soldier, each [i]; `part` numbers further sets of four."""
    k0, k1 = np.uint64(seed), np.uint64(draw)
    for i in range(a.shape[0]):  # as `address` makes them, but many at once
        index = np.uint64(i)
        x0, x1, x2, x3 = philox(index & LOW, index >> _32, np.uint64(PERSON), np.uint64(part), k0, k1)
        a[i], b[i], c[i], e[i] = uniform(x0), uniform(x1), uniform(x2), uniform(x3)


def uniforms(traits: Floats, seed: int, draw: int, part: int) -> Floats:
    """Fill traits [4, i] with four uniform numbers for each soldier; they are returned as well."""
    fill_traits(traits[0], traits[1], traits[2], traits[3], seed, draw, part)
    return traits


def quantiles(law: Law, u: Floats) -> Floats:
    """`Law.quantile` piece by piece, so that what it makes on the way stays in the processor's cache."""
    result = np.empty(len(u))
    for start in range(0, len(u), PIECE):
        result[start : start + PIECE] = law.quantile(u[start : start + PIECE])
    return result


@lru_cache(maxsize=256)
def _supports(law: Law) -> Floats:
    result = np.clip(law.quantile((np.arange(512) + 0.5) / 512), -1.0, 1.0)
    result.flags.writeable = False
    return result


def supports(quantity: Personal, values: Mapping[str, float]) -> Floats | float:
    """Support of 512 persons at even ranks, to be read only; one number where all have the same."""
    if isinstance(quantity, People):
        return _supports(quantity.law(values))  # in most scenarios the same law in every draw
    return float(np.clip(evaluate(quantity, values, 1), -1.0, 1.0))


def spread(quantity: Quantity, values: Mapping[str, float], u: Floats) -> Floats | float:
    """Personal values: one a soldier where the quantity differs between persons, one number where it does not."""
    if isinstance(quantity, People):
        return quantiles(quantity.law(values), u)
    return float(np.asarray(evaluate(quantity, values, 1)).reshape(-1)[0])


@dataclass(frozen=True)
class Layout:
    """Where everybody stands: soldiers in companies in order of arrival."""

    group: NDArray[np.int16]  # [i]
    day: NDArray[np.int64]  # [i] day of arrival, -1 for the initial force
    squad: NDArray[np.int32]  # [i]
    company: NDArray[np.int32]  # [i]
    squad_start: NDArray[np.int32]
    squad_company: NDArray[np.int32]
    company_start: NDArray[np.int32]
    company_group: NDArray[np.int32]
    weight: Floats  # [g]


def lay_out(
    groups: tuple[Group, ...],
    sizes: Sizes,
    home: NDArray[np.bool_],
    soldiers: int,
    company: int,
    each: int | None = None,
) -> Layout:
    """Chunk each group's soldiers, as they arrive, into companies and squads; order the companies by first arrival."""
    ever = sizes.ever
    counts = simulated(ever, home, soldiers, each)
    weight = np.where(counts > 0, ever / np.maximum(counts, 1), 1.0)
    initial, days = sizes.initial[:, None], sizes.arriving.shape[1]
    due = np.hstack([initial, initial + np.cumsum(sizes.arriving, axis=1)]) / weight[:, None]
    # soldier k arrives when at least k + 1/2 are due; the last day absorbs what rounding leaves
    arrived: Ints = np.minimum(np.floor(due - 0.5) + 1.0, counts[:, None]).astype(np.int64)
    arrived[:, -1] = counts
    mornings: Ints = np.tile(np.arange(-1, days, dtype=np.int64), len(counts))
    day = np.repeat(mornings, np.diff(arrived, prepend=0).reshape(-1))
    full, rest = np.divmod(counts, company)
    chunks = full + (rest > 0)
    owner = np.repeat(np.arange(len(counts)), chunks)
    lengths = np.full(len(owner), company)
    lengths[(np.cumsum(chunks) - 1)[rest > 0]] = rest[rest > 0]
    start = np.cumsum(lengths) - lengths
    order = np.argsort(day[start], kind="stable")
    lengths, owner = lengths[order], owner[order]
    company_start = np.concatenate(([0], np.cumsum(lengths)))
    if (order[1:] < order[:-1]).any():
        day = day[np.repeat(start[order] - company_start[:-1], lengths) + np.arange(len(day))]
    size = np.array([group.squad_size or company for group in groups])[owner]
    full, rest = np.divmod(lengths, size)
    per_company = full + (rest > 0)
    squads = np.repeat(size, per_company)
    squads[(np.cumsum(per_company) - 1)[rest > 0]] = rest[rest > 0]
    return Layout(
        group=np.repeat(owner.astype(np.int16), lengths),
        day=day,
        squad=np.repeat(np.arange(len(squads), dtype=np.int32), squads),
        company=np.repeat(np.arange(len(lengths), dtype=np.int32), lengths),
        squad_start=np.concatenate(([0], np.cumsum(squads))).astype(np.int32),
        squad_company=np.repeat(np.arange(len(lengths), dtype=np.int32), per_company),
        company_start=company_start.astype(np.int32),
        company_group=owner.astype(np.int32),
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
    each: int | None = None,
) -> Population:
    """Everybody of one draw, with his traits; what he carries in utils is divided by the logit scale, as the menu's values are.

    pull: utils per unit share of comrades who left, [g], for groups without an influence of their own; each: as for
    `simulated`.
    """
    groups = scenario.groups
    home = np.array([group.place == "home" for group in groups])
    company = scenario.units.company_size if scenario.units else _company_size(groups)
    layout = lay_out(groups, sizes, home, soldiers, company, each)
    n = len(layout.group)
    # Column by column first, each in one piece; the soldiers' records are cut across them at the end.
    columns = np.zeros((8, n), np.float32)
    ids, kind = columns.view(np.int32), columns.view(np.int16).reshape(8, n, 2)
    ids[SQUAD], ids[NUMBER], ids[COMPANY] = layout.squad, np.arange(n), layout.company
    flags = kind[CLASS // 2, :, CLASS % 2]
    flags[:] = layout.group * np.int16(CLASSES)
    rows_of = [
        np.flatnonzero(layout.group == g) if len(groups) > 1 else slice(None) for g in range(len(groups))
    ]
    traits = uniforms(np.empty((4, n)), seed, draw, 0)
    columns[INFLUENCE] = (pull / scale)[layout.group]
    for g, group in enumerate(groups):
        rows = rows_of[g]
        if isinstance(group.stay_utility, People):
            columns[STAY, rows] = spread(group.stay_utility, values, traits[0, rows]) / scale
        if group.support is not None:
            columns[SUPPORT, rows] = np.clip(spread(group.support, values, traits[1, rows]), -1.0, 1.0)
        if group.influence is not None:
            columns[INFLUENCE, rows] = spread(group.influence, values, traits[2, rows]) / scale
    aware = np.maximum(traits[3], 1e-7).astype(np.float32)
    exposed, given, _, _ = uniforms(traits, seed, draw, 1)
    conduct = given.astype(np.float32)
    share = np.array([evaluate(group.family_exposed_share, values, 1) for group in groups])
    flags |= (exposed < share[layout.group]) * np.int16(EXPOSED)
    deviation = _deviations(scenario.routes, values, traits, seed, draw, scale)
    if len(deviation):
        columns[DEVIATION] = deviation[0]
    record = np.ascontiguousarray(columns.T)
    days = sizes.arriving.shape[1]
    arrivals = np.argsort(layout.day.astype(np.int16), kind="stable").astype(
        np.int32
    )  # short ones are sorted fast
    arrivals_start: Ints = np.cumsum(np.bincount(layout.day + 1, minlength=days + 1))
    first_day = layout.day[layout.company_start[:-1]] if n else np.zeros(0, np.int64)
    companies: Ints = np.searchsorted(first_day, np.arange(days, dtype=np.int64), side="right")
    return Population(
        record=record,
        words=record.view(np.int64),
        deviation=np.ascontiguousarray(deviation[1:].T),
        aware=aware,
        conduct=conduct,
        squad_start=layout.squad_start,
        squad_company=layout.squad_company,
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
    routes: tuple[Route, ...], values: Mapping[str, float], traits: Floats, seed: int, draw: int, scale: float
) -> NDArray[np.float32]:
    """Personal parts of the routes' utilities over the logit scale, [k, i]. traits: room for the uniforms."""
    columns = personal_routes(routes)
    deviation = np.zeros((len(columns), traits.shape[1]), np.float32)
    for k, r in enumerate(columns):
        utility = routes[r].utility
        assert isinstance(utility, People)
        deviation[k] = quantiles(utility.law(values), uniforms(traits, seed, draw, 2 + k)[0])
    return deviation / np.float32(scale)
