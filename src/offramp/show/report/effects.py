"""Charts without time: each policy against the reference, and what the spread follows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from offramp.analysis import Effect, Index, Sensitivity, describe, first_order, thirds
from offramp.analysis.compare import PREFIX, in_force
from offramp.scenario.numbers import number
from offramp.show import charts, charts_drivers
from offramp.show.layout import Table
from offramp.show.palette import page_theme
from offramp.show.report.panels import Grid, Panel, by_column, specification
from offramp.show.run import Run
from offramp.show.words import amount, between, quoted, share

if TYPE_CHECKING:
    import polars as pl

# Benefit and harms side by side; outcomes that the run lacks are left out.
_COMPARED = (
    "departures",
    "attempts_failed",
    "killed_trying",
    "families_harmed",
    "killed",
    "cost_usd",
)
_INPUTS_SHOWN = 10
_STEADY = 0.1


@dataclass(frozen=True)
class Spread:
    """What one outcome's spread follows: a chart, or the reason why there is none. `drawn`: all draws of the policy, of which
    those count in which its offers become law."""

    title: str
    result: Sensitivity
    panel: Panel | None
    drawn: int


def effects(table: Table) -> tuple[tuple[Panel, ...], dict[str, dict[str, Any]]]:
    """One panel an outcome with the paired differences of every other policy; and their specifications."""
    panels: list[Panel] = []
    specs: dict[str, dict[str, Any]] = {}
    for name in _COMPARED:
        found = [e for p in table.others if (e := table.comparison.get(p, name)) is not None and e.difference]
        if len(found) < len(table.others) or not found:
            continue
        panel, frame = _effect(name, found, table)
        panels.append(panel)
        if panel.spec not in specs:
            chart = charts.intervals(frame, theme=page_theme(), width="container", unit=describe(name).unit)
            specs[panel.spec] = specification(chart)
    return tuple(panels), specs


def spreads(run: Run, table: Table, first: str) -> tuple[tuple[Spread, ...], dict[str, dict[str, Any]]]:
    """What departures under the reference follow, and what those net of it follow under the policy in view, in the draws in
    which its offers become law: where they admit nobody no input can show what they do."""
    wanted = [(run.policies[0], "departures", f"Departures under {quoted(run.policies[0])}")]
    net = "departures_net" if f"{PREFIX}departures_net" in run.draws.columns else "departures"
    if first != run.policies[0]:
        what = "Net departures" if net == "departures_net" else "Departures"
        wanted.append((first, net, f"{what} under {quoted(first)}"))
    found: list[Spread] = []
    specs: dict[str, dict[str, Any]] = {}
    for i, (policy, outcome, title) in enumerate(wanted):
        if f"{PREFIX}{outcome}" not in run.draws.columns:
            continue
        rows = in_force(run.draws, policy)
        drawn = int((run.draws["policy"] == policy).sum())
        if rows.height == 0:
            rows = run.draws
        result = first_order(rows, outcome, policy, ranked=True)
        if not result.indices:
            found.append(Spread(title, result, None, drawn))
            continue
        panel, frame = _spread(i, title, result, rows)
        found.append(Spread(title, result, panel, drawn))
        chart = charts_drivers.indices(frame, theme=page_theme(), width="container")
        specs[panel.spec] = specification(chart)
    return tuple(found), specs


def _effect(name: str, found: list[Effect], table: Table) -> tuple[Panel, pl.DataFrame]:
    import polars as pl

    outcome = describe(name)
    keys = ("mean", "q05", "q25", "q50", "q75", "q95")
    frame = pl.DataFrame(
        [{"policy": e.policy} | {k: getattr(e.difference, k) for k in keys} for e in found],
        schema={"policy": pl.String} | dict.fromkeys(keys, pl.Float64),
    )
    body = tuple((e.policy, *_difference_cells(e)) for e in found)
    said = "; ".join(f"{quoted(row[0])} {row[1]}{f' ({row[2]})' if row[2] else ''}" for row in body)
    against = quoted(table.comparison.reference)
    panel = Panel(
        id=f"effect-{name.replace('_', '-')}",
        title=outcome.label,
        subtitle=f"difference to {against}",
        spec=f"intervals-{outcome.unit}",
        tables={charts.TABLE: by_column(frame)},
        alternative=f"{outcome.label}: mean difference to {against} and 90 % interval. {said}.",
        grid=Grid(f"{outcome.label}: difference to {against}", ("Policy", "Mean", "90 % interval"), body),
        follows=False,
    )
    return panel, frame


def _difference_cells(effect: Effect) -> tuple[str, str]:
    d, unit = effect.difference, describe(effect.outcome).unit
    assert d is not None  # the caller keeps only effects with a difference
    span = "" if d.draws == 1 else between(d.q05, d.q95, unit, difference=True)
    return amount(d.mean, unit, difference=True), span


def _direction(index: Index) -> str:
    """Where it cannot be told from noise that an input acts at all, no direction is told either."""
    if not index.above_noise or abs(index.direction) < _STEADY:
        return "mixed"
    return "rises" if index.direction > 0 else "falls"


def _spread(index: int, title: str, result: Sensitivity, draws: pl.DataFrame) -> tuple[Panel, pl.DataFrame]:
    import polars as pl

    shown = result.indices[:_INPUTS_SHOWN]
    rows = [
        {
            "input": i.input,
            "index": max(0.0, i.index),
            "low": i.low,
            "high": i.high,
            "noise_floor": i.noise_floor,
            "direction": _direction(i),
        }
        for i in shown
    ]
    frame = pl.DataFrame(rows)
    unit = describe(result.outcome).unit
    means = thirds(draws, result.outcome, result.policy, [i.input for i in result.indices])
    body = tuple(
        (
            i.input,
            share(max(0.0, i.index)),
            f"{share(i.low)} to {share(i.high)}",
            share(max(0.0, i.noise_floor)),
            f"{number(i.direction)}",
            amount(float(low), unit),
            amount(float(high), unit),
        )
        for i, (low, high) in zip(result.indices, means, strict=True)
    )
    clear = [f"{i.input} {share(i.index)}" for i in shown if i.above_noise]
    said = f"Above the noise: {', '.join(clear)}." if clear else "No input stands out from the noise."
    panel = Panel(
        id=f"spread-{index}",
        title=title,
        subtitle=f"share of the variance of ranks that one input alone explains, {result.draws:,} draws",
        spec=f"spread-{index}",
        tables={charts.TABLE: by_column(frame)},
        alternative=f"Dot plot of first-order indices for {title}. {said}",
        grid=Grid(
            f"{title}: every input that varies, and the mean in the draws where it lies in its lowest and highest third",
            (
                "Input",
                "Share of variance",
                "90 % interval",
                "Noise floor",
                "Rank correlation",
                "Mean, lowest third",
                "Mean, highest third",
            ),
            body,
        ),
        follows=False,
    )
    return panel, frame
