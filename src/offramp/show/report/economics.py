"""The report's section on money: what a departure costs against what fighting on costs, and how sure the choice is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from offramp.analysis import Information
from offramp.analysis.cost import POSTS_COST
from offramp.show import charts_economics as drawn
from offramp.show.economics import (
    MOST_POINTS,
    Economics,
    acceptability_tables,
    cost_columns,
    economics_of,
    frontier_tables,
    plane_tables,
)
from offramp.show.layout import Table
from offramp.show.palette import page_theme
from offramp.show.report.ladder import harms, ladder, quantiles
from offramp.show.report.newcomers import newcomers
from offramp.show.report.panels import Grid, Panel, by_column, drawn_first, specification
from offramp.show.run import Run
from offramp.show.words import (
    NOT_DEFINED,
    PERCENT,
    amount,
    between,
    counted,
    quoted,
    share,
)

if TYPE_CHECKING:
    import polars as pl

FloatArray = NDArray[np.float64]

_PLANES_MOST = 16
_PRICES_IN_TABLE = 6


@dataclass(frozen=True)
class Section:
    """Everything that the section shows. `ladders`: the table of the frontier, one for each cost column."""

    sentences: tuple[str, ...]
    knowing: str
    beside: Grid
    comparators: tuple[tuple[str, str, tuple[str, ...]], ...]
    ladders: tuple[Grid, ...]
    planes: tuple[Panel, ...]
    curves: Panel
    frontier: Panel
    policies: tuple[str, ...]
    newcomers: tuple[str, ...]
    left_out: str
    evidence: tuple[str, ...]
    specs: dict[str, dict[str, Any]]

    @property
    def panels(self) -> tuple[Panel, ...]:
        return (*self.planes, self.frontier, self.curves)


def section(run: Run, table: Table) -> Section | None:
    """The section of a run; None where nothing was paid or there is nothing to compare."""
    found = economics_of(run)
    if found is None:
        return None
    best = found.policies[int(found.at_price.best[0])]
    shown = drawn_first(table, _PLANES_MOST, *({best} - {found.reference}))
    planes = tuple(_plane(found, policy, i) for i, policy in enumerate(shown))
    ladders = [ladder(found, table)]
    for column in cost_columns(run.draws):
        other = economics_of(run, cost=column) if column != found.column else None
        if other is not None and not np.array_equal(other.cost, found.cost):  # the same account is told once
            ladders.append(ladder(other, table))
    return Section(
        sentences=_sentences(found, table),
        knowing=_knowing(found.knowing(), found),
        beside=_beside(found, table),
        comparators=tuple((c.what, amount(c.usd, "usd", digits=3), c.evidence) for c in found.others),
        ladders=tuple(ladders),
        planes=planes,
        curves=_curves(found),
        frontier=_frontier(found),
        policies=found.policies,
        newcomers=newcomers(run.scenario, table),
        left_out=_left_out(found, table),
        evidence=tuple(id for c in found.others for id in c.evidence),
        specs=_specifications(found),
    )


def _sentences(found: Economics, table: Table) -> tuple[str, ...]:
    first, at, n = found.others[0], found.at_price, found.draws
    i = int(at.best[0])
    best = found.policies[i]
    price = amount(found.price, "usd")
    caveat = f" {first.caveat[0].upper()}{first.caveat[1:]}." if first.caveat else ""
    chance = _chance(found.chances.probability[0, i], found.chances.low[0, i], found.chances.high[0, i], n)
    said = [
        f"Fighting on has a price too: {first.what} comes to about {price}.{caveat}"
        " A soldier who left is not a soldier killed or wounded: the price is a yardstick, not like for like."
    ]
    if i == 0:
        said.append(
            f"At that price of a net departure none of the policies pays on average: {quoted(best)} has the"
            f" highest expected net benefit. It is the best of all in {chance}."
        )
    else:
        said.append(
            f"At that price of a net departure {quoted(best)} has the highest expected net benefit. It is the"
            f" best of all in {chance}. Harms under it, against the reference: {harms(best, table)}."
        )
    if n > 1 and not at.settled[0]:
        said.append(
            "Its lead over the next policy is within two Monte Carlo errors: these draws do not settle the choice."
        )
    return tuple(said)


def _knowing(known: Information, found: Economics) -> str:
    if known.error is None:
        return ""
    price = amount(found.price, "usd")
    if known.value <= 2.0 * known.error:
        return (
            f"Would it pay to know more before choosing at {price}? These draws cannot tell: the expected value of"
            f" perfect information is {amount(known.value, 'usd')} (±{amount(known.error, 'usd', digits=1)}),"
            " within two Monte Carlo errors of nothing."
        )
    return (
        f"Would it pay to know more before choosing at {price}? At most {amount(known.value, 'usd')}"
        f" (±{amount(known.error, 'usd', digits=1)}) for this one decision: the expected value of perfect"
        " information. It counts chance within a world as if it could be known, so it is an upper bound."
    )


def _chance(value: float, low: float, high: float, draws: int) -> str:
    """`83 % of draws (78 to 87 %)`; with one draw there is no share."""
    if draws == 1:
        return "the one draw there is" if value == 1.0 else "not even the one draw there is"
    return f"{share(value)} of draws ({between(low, high, 'share')})"


def _beside(found: Economics, table: Table) -> Grid:
    """Cost per net departure of each policy, and how often it is below the price of fighting on."""
    rows: list[tuple[str, ...]] = []
    for i, policy in enumerate(found.policies[1:], start=1):
        cost = table.costs.get(policy)
        if cost is None:
            value = interval = NOT_DEFINED
        elif cost.ratio is None or not cost.determined:
            value, interval = "none given", cost.reason
        else:
            value = amount(cost.ratio, "usd")
            low, _, high = cost.per_draw
            if low is None:
                interval = cost.reason or NOT_DEFINED
            elif high is None:
                interval = f"from {amount(low, 'usd')}, no upper limit"
            else:
                interval = between(low, high, "usd")
        below = _chance(found.cheaper[i], found.cheaper_low[i], found.cheaper_high[i], found.draws)
        rows.append(
            (policy, value, interval, below if found.draws > 1 else NOT_DEFINED, harms(policy, table))
        )
    price = amount(found.price, "usd")
    head = ("Policy", "Cost per net departure", f"Middle 90{PERCENT} of draws", f"Below {price} in", "Harms")
    return Grid("Cost per net departure beside the price of fighting on", head, tuple(rows))


def _plane(found: Economics, policy: str, index: int) -> Panel:
    tables = plane_tables(found, policy)
    i = found.policies.index(policy)
    e, c = found.effect[:, i], found.cost[:, i]
    quadrants = tables[drawn.QUADRANTS]["text"].to_list()
    price = amount(found.price, "usd")
    rows = (
        ("Mean", amount(float(e.mean()), "persons"), amount(float(c.mean()), "usd")),
        *(
            (f"{name} of draws", amount(float(x), "persons"), amount(float(y), "usd"))
            for name, x, y in zip(("5 %", "50 %", "95 %"), quantiles(e), quantiles(c), strict=True)
        ),
        *((*text.split(": "), "") for text in quadrants),
    )
    below = _chance(found.cheaper[i], found.cheaper_low[i], found.cheaper_high[i], found.draws)
    return Panel(
        id=f"plane-{index}",
        title=policy,
        subtitle=f"against {quoted(found.reference)}, one point a draw",
        spec="plane",
        tables={name: by_column(frame) for name, frame in tables.items()},
        alternative=(
            f"Cost-effectiveness plane of {quoted(policy)} against {quoted(found.reference)}: net departures"
            f" across, extra cost upwards. Mean {rows[0][1]} net departures at {rows[0][2]}."
            f" Draws: {'; '.join(quadrants)}. Below the line of {price} a departure: {below}."
        ),
        grid=Grid(f"{policy}: plane in numbers", ("", "Net departures, or share", "Extra cost"), rows),
        follows=False,
    )


def _curves(found: Economics) -> Panel:
    tables = acceptability_tables(found)
    prices = found.curves.willingness_to_pay
    last = len(prices) - 1
    picked = [round(last * j / (_PRICES_IN_TABLE - 1)) for j in range(_PRICES_IN_TABLE)]
    rows = tuple(
        (
            amount(float(prices[j]), "usd"),
            *(
                f"{share(float(found.curves.probability[j, i]))}"
                f" ({between(float(found.curves.low[j, i]), float(found.curves.high[j, i]), 'share')})"
                for i in range(len(found.policies))
            ),
            found.best.choice[j] + ("" if found.best.settled[j] else " (not settled by these draws)"),
        )
        for j in picked
    )
    turns = [
        f"from {amount(float(prices[j]), 'usd')} {quoted(found.best.choice[j])}"
        for j in range(last + 1)
        if j == 0 or found.best.best[j] != found.best.best[j - 1]
    ]
    return Panel(
        id="acceptability",
        title="Which policy is best, by the price put on a net departure",
        subtitle="share of draws in which each has the highest net benefit; broad where it is best on average",
        spec="acceptability",
        tables={name: by_column(frame) for name, frame in tables.items()},
        alternative=(
            "Acceptability curves: share of draws in which each policy has the highest net benefit, by price of a"
            f" net departure. Best on average: {'; '.join(turns)}."
        ),
        grid=Grid(
            f"Share of draws in which each policy is best (90{PERCENT} interval for the number of draws)",
            ("Price", *found.policies, "Best on average"),
            rows,
        ),
        follows=False,
    )


def _frontier(found: Economics) -> Panel:
    tables = frontier_tables(found)
    rows = tuple(
        (
            str(row["policy"]),
            f"{amount(row['effect'], 'persons')} ({between(row['effect_low'], row['effect_high'], 'persons')})",
            f"{amount(row['cost'], 'usd')} ({between(row['cost_low'], row['cost_high'], 'usd')})",
            str(row["status"]),
        )
        for row in tables[drawn.TABLE].to_dicts()
    )
    said = "; ".join(f"{quoted(row[0])} {row[1]} net departures for {row[2]}, {row[3]}" for row in rows)
    return Panel(
        id="frontier",
        title="The frontier",
        subtitle=(
            f"means against {quoted(found.reference)}, numbered as above; thin lines hold the middle 90 % of draws; costs by"
            " orders of magnitude, so that the mixtures along the frontier lie on a curve"
        ),
        spec="frontier",
        tables={name: by_column(frame) for name, frame in tables.items()},
        alternative=f"Mean net departures across, mean extra cost upwards, and the frontier. {said}.",
        grid=Grid(
            f"Mean net departures and extra cost (middle 90{PERCENT} of draws)",
            ("Policy", "Net departures", "Extra cost", "Status"),
            rows,
        ),
        follows=False,
    )


def _specifications(found: Economics) -> dict[str, dict[str, Any]]:
    """One specification a kind; the rows travel apart."""
    theme = page_theme()
    t = plane_tables(found, found.policies[1])
    plane = drawn.plane(
        *(_few(t[name]) for name in (drawn.TABLE, drawn.MEAN, drawn.PRICE, drawn.QUADRANTS)),
        theme=theme,
        width="container",
    )
    a, f = acceptability_tables(found), frontier_tables(found)
    curves = drawn.acceptability(
        _few(a[drawn.TABLE]), a[drawn.RULES], found.policies, theme=theme, width="container", legend=False
    )
    path = drawn.frontier(
        f[drawn.TABLE], f[drawn.PATH], found.policies, theme=theme, width="container", legend=False
    )
    named = {"plane": plane, "acceptability": curves, "frontier": path}
    return {name: specification(chart) for name, chart in named.items()}


def _few(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.head(1)


def _left_out(found: Economics, table: Table) -> str:
    said: list[str] = []
    at_posts = (table.comparison.get(policy, POSTS_COST) for policy in table.others)
    if table.emigrants or any(effect is not None and effect.level.mean > 0.0 for effect in at_posts):
        said.append(
            "What programmes for emigrants and for people at posts cost buys no departure and is left out of these prices,"
            " planes and curves; the accounts of budgets, societies and everyone hold it."
        )
    if found.draws > MOST_POINTS:
        said.append(
            f"The planes draw the first {counted(MOST_POINTS, 'draw')} of {found.draws:,}; the numbers use all."
        )
    if len(found.policies) - 1 > _PLANES_MOST:
        said.append(
            f"Of {len(found.policies) - 1} policies planes are drawn for {_PLANES_MOST}: the one with the highest expected net"
            " benefit and those under which most leave on average."
        )
    return " ".join(said)
