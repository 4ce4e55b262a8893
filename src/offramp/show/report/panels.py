"""The charts of a report: which there are, their thinned rows, their text alternative and the table behind
them.

A panel is one chart in a grid of the page's own making, so that a phone shows panels below each other.
Panels of a kind share one Vega-Lite specification and differ in their rows, which are stored by column.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from offramp.scenario.numbers import number
from offramp.show import charts
from offramp.show.answer import largest_adder
from offramp.show.layout import Table
from offramp.show.palette import page_theme
from offramp.show.run import Run
from offramp.show.targets import Persons, targets
from offramp.show.words import between, quoted

if TYPE_CHECKING:
    import altair as alt
    import polars as pl

# A week between points; more where there are so many groups and policies that the page would grow heavy.
_STEP_DAYS = 7
_ROWS_MOST = 40_000
_POLICIES_MOST = 16
_GROUPS_MOST = 12
_ROUTES_MOST = 8
_DATES_IN_TABLE = 5
_FAN = ("q05", "q25", "q50", "q75", "q95")
_BAND = ("q05", "q50", "q95")

Columns = dict[str, list[Any]]


@dataclass(frozen=True)
class Grid:
    """A table of text behind a chart."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Panel:
    """One chart. `spec` names the shared specification; `tables` are its data sets by name, each by column.

    follows: the chart changes with the policy in view.
    """

    id: str
    title: str
    subtitle: str
    spec: str
    tables: dict[str, Columns]
    alternative: str
    grid: Grid
    follows: bool = True


@dataclass(frozen=True)
class Figures:
    """The charts over time. `specs`: by name; `lines`: the routes told apart by colour and dash, in order;
    `left_out`: what is in the results folder and not drawn, as sentences."""

    policies: tuple[str, ...]
    first: str
    specs: dict[str, dict[str, Any]]
    routes: tuple[Panel, ...]
    groups: tuple[Panel, ...]
    strength: tuple[Panel, ...]
    lines: tuple[str, ...]
    left_out: tuple[str, ...]

    @property
    def panels(self) -> tuple[Panel, ...]:
        return (*self.routes, *self.groups, *self.strength)


@dataclass(frozen=True)
class View:
    """What is drawn of a run: the policies, the days kept, the policy shown first."""

    run: Run
    policies: tuple[str, ...]
    days: tuple[int, ...]
    first: str

    @property
    def reference(self) -> str:
        return self.run.policies[0]

    @property
    def table_days(self) -> tuple[int, ...]:
        """A few of the days, the last among them."""
        last = len(self.days) - 1
        count = min(_DATES_IN_TABLE, last + 1)
        return tuple(self.days[round(last * (i + 1) / count)] for i in range(count))

    def date(self, day: int) -> datetime.date:
        """The date at whose end day `day` stands: the initial state is the end of the day before the
        start."""
        return self.run.scenario.start + datetime.timedelta(days=day - 1)


def figures(run: Run, table: Table) -> Figures:
    """All charts over time of a run."""
    routes = _routes_taken(run)
    lines = tuple(dict.fromkeys(route for _, route in routes))[:_ROUTES_MOST]
    groups = tuple(g.name for g in run.scenario.groups)[:_GROUPS_MOST]
    view = _view(run, table, len(routes) + len(groups) * len(lines) + 1)
    by_route = tuple(
        _route(view, i, scope, route) for i, (scope, route) in enumerate(routes[: 2 * _ROUTES_MOST])
    )
    # With one group the charts by route say it all.
    several = groups if len(run.scenario.groups) > 1 else ()
    by_group = tuple(p for i, g in enumerate(several) if (p := _group(view, i, g, lines)) is not None)
    strength = _strength(view)
    panels = (*by_route, *by_group, *strength)
    return Figures(
        view.policies,
        view.first,
        _specifications(view, panels, lines),
        by_route,
        by_group,
        strength,
        lines,
        _left_out(run, view, lines, groups),
    )


def specification(chart: alt.LayerChart) -> dict[str, Any]:
    """A chart as the page embeds it: its rows travel by column beside it."""
    spec: dict[str, Any] = chart.to_dict(validate=False)
    spec.pop("datasets", None)
    return spec


def by_column(frame: pl.DataFrame) -> Columns:
    """Columns as lists for a page: numbers at four significant digits, dates as text."""
    import polars as pl

    found: Columns = {}
    for name, kind in frame.schema.items():
        column = frame[name]
        if kind == pl.Date:
            found[name] = column.dt.to_string("%Y-%m-%d").to_list()
        elif kind.is_float():
            found[name] = [None if v is None or not math.isfinite(v) else _brief(v) for v in column.to_list()]
        else:
            found[name] = column.to_list()
    return found


def _brief(value: float) -> float | int:
    near = float(f"{value:.4g}")
    return int(near) if near == int(near) else near


def _view(run: Run, table: Table, panels: int) -> View:
    policies = (run.policies[0], *drawn_first(table, _POLICIES_MOST - 1))
    step = _STEP_DAYS if run.scenario.days > 10 * _STEP_DAYS else 1
    days = run.scenario.days
    while panels * len(policies) * (days // step + 2) > _ROWS_MOST and step < days:
        step *= 2
    kept = sorted({*range(0, days + 1, step), days})
    best = largest_adder(table)
    first = best if best in policies else policies[min(1, len(policies) - 1)]
    return View(run, policies, tuple(kept), first)


def drawn_first(table: Table, most: int, *named: str) -> tuple[str, ...]:
    """Which policies beside the reference are drawn where more than `most` are: the named ones, then those with the largest mean
    of departures, among which is every one that adds most in the answer. In the order of the run."""

    def mean(policy: str) -> float:
        effect = table.comparison.get(policy, "departures")
        return -math.inf if effect is None else effect.level.mean

    kept = set(sorted(table.others, key=lambda p: (p not in named, -mean(p)))[:most])
    return tuple(policy for policy in table.others if policy in kept)


def _routes_taken(run: Run) -> list[tuple[str, str]]:
    """(scope, route) of every route that anybody takes under any policy, the force first."""
    import polars as pl

    ends = run.totals.filter((pl.col("day") == run.scenario.days) & (pl.col("q95") > 0.0))
    taken = set(zip(ends["scope"].to_list(), ends["state"].to_list(), strict=True))
    names = [route.name for route in run.scenario.routes]
    return [(scope, name) for scope in ("force", "home") for name in names if (scope, name) in taken]


def _kept(view: View, frame: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """Rows of the policies and days in view, with dates in place of days."""
    import polars as pl

    dates = {day: view.date(day) for day in view.days}
    order = {policy: i for i, policy in enumerate(view.policies)}
    return (
        frame.filter(pl.col("policy").is_in(list(view.policies)) & pl.col("day").is_in(list(view.days)))
        .with_columns(
            pl.col("day").cast(pl.Int64).replace_strict(dates, return_dtype=pl.Date).alias("date"),
            pl.col("policy").replace_strict(order, return_dtype=pl.Int64).alias("order"),
        )
        .sort("order", "day", maintain_order=True)
        .select("policy", "day", "date", *columns)
    )


def _route(view: View, index: int, scope: str, route: str) -> Panel:
    import polars as pl

    rows = view.run.totals.filter((pl.col("scope") == scope) & (pl.col("state") == route))
    rows = _kept(view, rows, _FAN)
    whom = "soldiers of the force" if scope == "force" else "people at home"
    return Panel(
        id=f"route-{index}",
        title=route,
        subtitle=f"{whom}, gone by then",
        spec="fan",
        tables={charts.TABLE: by_column(rows.drop("day"))},
        alternative=f"Fan chart of {whom} gone by {quoted(route)}. {_ends(view, rows)}",
        grid=_over_time(view, rows, f"Gone by {quoted(route)}: median (90 % interval)"),
    )


def _group(view: View, index: int, group: str, lines: tuple[str, ...]) -> Panel | None:
    import polars as pl

    daily = view.run.daily.filter((pl.col("group") == group) & pl.col("state").is_in(list(lines)))
    used = daily.filter(pl.col("q95") > 0.0)["state"].unique().to_list()
    if not used:
        return None
    rows = _kept(view, daily.filter(pl.col("state").is_in(used)), ("state", *_BAND)).rename({"state": "line"})
    last = rows.filter(pl.col("day") == view.days[-1])
    taken = [line for line in lines if line in used]
    head = ("Route", *view.policies)
    body = tuple(
        (
            line,
            *(
                _median(last.filter((pl.col("policy") == p) & (pl.col("line") == line)))
                for p in view.policies
            ),
        )
        for line in taken
    )
    shown = "; ".join(f"{row[0]} {row[1 + view.policies.index(view.first)]}" for row in body)
    return Panel(
        id=f"group-{index}",
        title=group,
        subtitle="gone by then, by route",
        spec="lines",
        tables={charts.TABLE: by_column(rows.drop("day"))},
        alternative=(
            f"Fan chart of those of {quoted(group)} who are gone, by route. On the last day under "
            f"{quoted(view.first)}: {shown}."
        ),
        grid=Grid(f"{group}: gone on the last day by route, median (90 % interval)", head, body),
    )


def _strength(view: View) -> tuple[Panel, ...]:
    import polars as pl

    if view.run.scenario.force is None:
        return ()
    rows = view.run.totals.filter((pl.col("scope") == "force") & (pl.col("state") == "strength"))
    rows = _kept(view, rows, _FAN)
    points = [
        {"date": t.quantity.date, "value": t.central, "low": t.ends[0], "high": t.ends[1], "label": t.counted}
        for t in targets(view.run.scenario.name)
        if isinstance(t.quantity, Persons) and t.quantity.state == "strength" and t.central is not None
    ]
    schema = {"date": pl.Date, "value": pl.Float64, "low": pl.Float64, "high": pl.Float64, "label": pl.String}
    counted = pl.DataFrame(points, schema=schema)
    said = (
        f" Diamonds: {len(points)} counted strengths, listed in the table of what was counted."
        if points
        else ""
    )
    return (
        Panel(
            id="strength",
            title="Strength of the force",
            subtitle="soldiers serving or waiting for a programme",
            spec="strength",
            tables={charts.TABLE: by_column(rows.drop("day")), charts.POINTS: by_column(counted)},
            alternative=f"Fan chart of soldiers serving or waiting. {_ends(view, rows)}{said}",
            grid=_over_time(view, rows, "Soldiers serving or waiting: median (90 % interval)"),
        ),
    )


def _specifications(view: View, panels: Sequence[Panel], lines: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    """One specification a kind, made from an empty table: building one from rows costs a tenth of a
    second."""
    import polars as pl

    text = {"policy": pl.String, "date": pl.Date}
    fan = pl.DataFrame(schema=text | dict.fromkeys(_FAN, pl.Float64))
    band = pl.DataFrame(schema=text | {"line": pl.String} | dict.fromkeys(_BAND, pl.Float64))
    # One point, since a chart of strength without any has no marks for them; the rows travel apart.
    points = pl.DataFrame(
        {"date": [view.date(0)], "label": [""], "value": [0.0], "low": [0.0], "high": [0.0]}
    )
    theme = page_theme()
    make = {
        "fan": lambda: charts.fan(
            fan, policy=view.first, reference=view.reference, theme=theme, width="container"
        ),
        "lines": lambda: charts.fans_by_line(
            band, lines, policy=view.first, theme=theme, width="container", legend=False
        ),
        "strength": lambda: charts.strength(
            fan, points, policy=view.first, reference=view.reference, theme=theme, width="container"
        ),
    }
    kinds = dict.fromkeys(panel.spec for panel in panels)
    return {kind: specification(make[kind]()) for kind in kinds}


def _over_time(view: View, rows: pl.DataFrame, caption: str) -> Grid:
    import polars as pl

    body: list[tuple[str, ...]] = []
    for day in view.table_days:
        at = rows.filter(pl.col("day") == day)
        cells = [_median(at.filter(pl.col("policy") == p)) for p in view.policies]
        body.append((_day_text(view.date(day)), *cells))
    return Grid(caption, ("End of", *view.policies), tuple(body))


def _ends(view: View, rows: pl.DataFrame) -> str:
    """Median and interval of every policy on the last day, for the text alternative."""
    import polars as pl

    last = rows.filter(pl.col("day") == view.days[-1])
    parts = [f"{quoted(p)} {_median(last.filter(pl.col('policy') == p))}" for p in view.policies]
    return f"Median and 90 % interval on {_day_text(view.date(view.days[-1]))}: {'; '.join(parts)}."


def _median(row: pl.DataFrame) -> str:
    if row.height == 0:
        return "none"
    middle, low, high = (float(row[name][0]) for name in ("q50", "q05", "q95"))
    if low == high:
        return number(middle)
    return f"{number(middle)} ({between(low, high, 'persons')})"


def _day_text(date: datetime.date) -> str:
    return f"{date.day} {date:%B %Y}"


def _left_out(run: Run, view: View, lines: tuple[str, ...], groups: tuple[str, ...]) -> tuple[str, ...]:
    found: list[str] = []
    if len(view.policies) < len(run.policies):
        found.append(
            f"Of {len(run.policies) - 1} policies beside the reference the {len(view.policies) - 1} under which most leave on"
            " average are drawn; all are in daily.parquet."
        )
    for drawn, there, what in (
        (len(groups), len(run.scenario.groups), "groups"),
        (len(lines), len({r for _, r in _routes_taken(run)}), "routes"),
    ):
        if drawn < there:
            found.append(f"The first {drawn} of {there} {what} are drawn; all are in daily.parquet.")
    return tuple(found)
