"""From simulated draws to what a page shows: lines with their bands, the table of outcomes, the summary."""

from __future__ import annotations

import datetime
import math
from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from offramp.analysis import share_interval
from offramp.analysis.outcomes import describe, is_event
from offramp.scenario.tables import Scenario
from offramp.show.coarse import Coarse, coarse_among
from offramp.show.explorer.batch import FORCE, HOME, Batch
from offramp.show.explorer.carried import Sample
from offramp.show.explorer.followed import STRENGTH, followed
from offramp.show.report.cells import Block, blocks
from offramp.show.words import listed

if TYPE_CHECKING:
    import polars as pl

QUANTILES: Final = {"q05": 0.05, "q25": 0.25, "q50": 0.5, "q75": 0.75, "q95": 0.95}
ALL_ROUTES: Final = "all routes"
OUTCOME: Final = "outcome:"
"""What the second chart shows begins so where it is an outcome at the end, not a line by date."""
_ALWAYS: Final = ("departures", "evasions", "emigrations")
BY_CHANCE_MOST: Final = 0.5
"""Share of a variance from which on chance within a draw is told to make it."""
# What stands beside the charts, harms among it; nothing of it can be taken away.
HEADLINES: Final = (
    "departures", "departures_gross", "departures_displaced", "departures_net", "families_harmed", "attempts_failed",
    "killed_trying", "returned", "killed", "nuclear_change", "concession_days", "occupied_person_days",
    "offramp_cost_usd.coalition", "offramp_cost_usd.defender", "cost_usd", "front_collapsed", "tipped", "evasions", "emigrations",
    "departures_cost_usd", "emigrants_cost_usd", "posts_cost_usd",
)  # fmt: skip


def frame(
    sample: Sample, scenario: Scenario, policies: tuple[str, ...], scope: str, line: str, brief: bool
) -> dict[str, Any]:
    """Everything that a page shows of some policies, as JSON.

    The lines of every policy (quantiles by date): those of the first chart, all of `scope`, and those of what
    the second one follows, `line`. Outcomes as the report's table has them, and their plain numbers; where
    it is to be `brief` the headlines only, and the numbers that a first picture shows. What is undefined is None.
    `simulated`: how many of the `draws`; the others are carried over from a state before.
    """
    batch = sample.batch
    compared = sample.table(policies, HEADLINES if brief else batch.names)
    few = coarse_among(scenario, batch.stands_for, compared)
    return {
        "draws": batch.outcomes.shape[0],
        "simulated": sample.simulated,
        "policies": list(policies),
        "dates": [_date(scenario, day) for day in batch.days],
        "lines": _lines(batch, scenario, policies, scope, line),
        "blocks": [_told(block) for block in blocks(compared, few)],
        "few": " ".join(sentence for sentence in (_few(few), _by_chance(batch, scenario)) if sentence),
        "outcomes": _outcomes(
            sample, policies, {*_ALWAYS, line.removeprefix(OUTCOME)} if brief else batch.names
        ),
    }


def _told(block: Block) -> dict[str, Any]:
    """A block as JSON; `dataclasses.asdict` copies every text in it, which takes several times as long."""
    rows = [{**vars(row), "cells": [vars(cell) for cell in row.cells]} for row in block.rows]
    return {**vars(block), "rows": rows}


def _few(few: Coarse) -> str:
    return few.sentence().replace("; more --soldiers make them finer", "; a full run makes them finer")


def _by_chance(batch: Batch, scenario: Scenario) -> str:
    """Which of those who leave spread over the draws by chance more than by what is not known; empty for none.

    By chance alone the variance of a number of simulated persons is at most that number (Poisson).
    """
    home = {group.name for group in scenario.groups if group.place == "home"}
    found: list[str] = []
    for name in _ALWAYS:
        weights = [w for group, w in batch.stands_for.items() if (group in home) == (name != "departures")]
        if name not in batch.names or not weights or max(weights) <= 1.0:
            continue
        values = batch.outcomes[:, :, batch.names.index(name)]
        if (values.mean(axis=0) * max(weights) > BY_CHANCE_MOST * values.var(axis=0)).any():
            found.append(describe(name).label.lower())
    if not found:
        return ""
    return f"Most of the spread of {listed(found)} is such chance: read their bands in a full run, which has far less of it."


def table(batch: Batch, policies: tuple[str, ...]) -> pl.DataFrame:
    """The outcomes as in draws.parquet: policy, draw, outcome.<name>."""
    import polars as pl

    draws = batch.outcomes.shape[0]
    columns: dict[str, Any] = {
        "policy": np.repeat(np.array(policies), draws),
        "draw": np.tile(np.arange(batch.start, batch.start + draws, dtype=np.int64), len(policies)),
    }
    columns |= {
        f"outcome.{name}": batch.outcomes[:, :, i].T.reshape(-1) for i, name in enumerate(batch.names)
    }
    return pl.DataFrame(columns)


def line_names(scenario: Scenario) -> dict[str, list[str]]:
    """Names of the lines of the first chart by scope: the sum over routes, then the routes of the scope."""
    found: dict[str, list[str]] = {}
    for scope in (FORCE, HOME):
        inside = {group.name for group in scenario.groups if (group.place == "home") == (scope == HOME)}
        routes = [route.name for route in scenario.routes if inside & set(route.groups)]
        if routes:
            found[scope] = [ALL_ROUTES, *routes]
    return found


def _lines(
    batch: Batch, scenario: Scenario, policies: tuple[str, ...], scope: str, line: str
) -> dict[str, dict[str, dict[str, list[float | None]]]]:
    """Line -> policy -> quantile -> value by date. Lines that nobody is on under any policy are left out.

    The routes of a scope in persons, and the lines of what the second chart follows in its unit; undefined is None.
    """
    place = {state: i for i, (where, state) in enumerate(batch.lines) if where == scope}
    routes = line_names(scenario)[scope][1:]
    made = {
        ALL_ROUTES: [place[route] for route in routes],
        **{route: [place[route]] for route in routes},
        STRENGTH: [place["serving"], place["waiting"]],
    }
    shown = next((one for one in followed(scenario) if one.name == line), None)
    paths = {
        name: batch.paths[:, :, made.get(name) or [place[name]]].sum(axis=2)
        for name in dict.fromkeys((ALL_ROUTES, *routes, line))
        if name in made or name in place
    }
    series = dict(shown.series) if shown else dict[str, str]()
    paths |= {name: batch.series[:, :, batch.followed.index(of)] for name, of in series.items()}
    always = {ALL_ROUTES, line, *series}
    # One call for all lines: [quantiles, lines, policies, days]; of draws that stand side by side in memory it is quicker.
    stacked = np.stack(list(paths.values()), axis=0).transpose(0, 2, 3, 1)
    quantiles = _brief(np.quantile(np.ascontiguousarray(stacked), list(QUANTILES.values()), axis=-1))
    return {
        name: {
            policy: {q: _listed(quantiles[k, i, p]) for k, q in enumerate(QUANTILES)}
            for p, policy in enumerate(policies)
        }
        for i, (name, path) in enumerate(paths.items())
        if name in always or path.any()
    }


def _listed(values: NDArray[np.float64]) -> list[float | None]:
    return [x if math.isfinite(x) else None for x in values.tolist()]


def _brief(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Four significant digits."""
    safe = np.where(values == 0.0, 1.0, np.abs(values))
    digits = 10.0 ** (3 - np.floor(np.log10(safe)))
    return np.round(values * digits) / digits


def _outcomes(sample: Sample, policies: tuple[str, ...], names: Collection[str]) -> dict[str, Any]:
    """Outcome -> policy -> mean, its error and quantiles; None where a draw does not define the outcome. Of an event, of which
    draws have no quantiles, the outer ones are the bounds of its chance."""
    batch = sample.batch
    at = [i for i, name in enumerate(batch.names) if name in names]
    values = batch.outcomes[:, :, at]
    with np.errstate(invalid="ignore"):
        quantiles = np.quantile(values, list(QUANTILES.values()), axis=0)
        means, deviations = values.mean(axis=0), values.std(axis=0, ddof=1)
    errors = deviations / np.sqrt(len(values))
    if sample.errors is not None:
        errors = np.hypot(errors, sample.errors[0][:, at])
    for i in (i for i, each in enumerate(at) if is_event(batch.names[each])):
        low, high = share_interval(np.nan_to_num(values[:, :, i].sum(axis=0)), len(values))
        unknown = np.full(low.shape, np.nan)
        quantiles[:, :, i] = np.where(
            np.isfinite(means[:, i]), [low, unknown, unknown, unknown, high], unknown
        )
    return {
        batch.names[each]: {
            policy: {
                "mean": _json(means[p, i]),
                "error": _json(errors[p, i]),
                **{q: _json(quantiles[k, p, i]) for k, q in enumerate(QUANTILES)},
            }
            for p, policy in enumerate(policies)
        }
        for i, each in enumerate(at)
    }


def _json(value: float) -> float | None:
    return float(f"{value:.6g}") if np.isfinite(value) else None


def _date(scenario: Scenario, day: int) -> str:
    """The date at whose end a day stands; the initial state is the end of the day before the start."""
    return (scenario.start + datetime.timedelta(days=day - 1)).isoformat()
