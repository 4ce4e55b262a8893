"""The report's sections on other prior sets and on small experiments."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from offramp.analysis import Spread, describe
from offramp.analysis.outcomes import is_difference
from offramp.scenario.numbers import number
from offramp.scenario.words import range_in_words
from offramp.show.charts import TABLE
from offramp.show.charts_studies import groups
from offramp.show.palette import page_theme
from offramp.show.report.panels import Grid, Panel, by_column, specification
from offramp.show.run import Run
from offramp.show.studies import (
    HARM,
    Found,
    beliefs,
    beliefs_in_words,
    experiments,
    in_words,
    label_of,
    rests_on,
    rests_on_priors,
)
from offramp.show.words import NOT_DEFINED, PERCENT, amount, between, counted, listed, quoted

if TYPE_CHECKING:
    pass

# Benefit and harms beside each other.
_BELIEVED = ("departures_net", HARM, "attempts_failed")

Row = tuple[str, str, Spread]
"""Group, series, and the spread of a difference to the reference."""


@dataclass(frozen=True)
class Belief:
    """The section on prior sets. `series`: their names in the order of colours; `inputs`: what each set holds."""

    sentence: str
    note: str
    series: tuple[str, ...]
    panels: tuple[Panel, ...]
    inputs: Grid
    specs: dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Small:
    """One experiment. `priors`: money is what moves people in it; `text`: its paragraph."""

    question: str
    text: str
    priors: bool
    draws: int
    series: tuple[str, ...]
    panels: tuple[Panel, ...]
    specs: dict[str, dict[str, Any]]


def believed(run: Run) -> Belief | None:
    """The section on prior sets; None when none was run beside the main one."""
    sets = beliefs(run, _BELIEVED)
    if not sets:
        return None
    panels: list[Panel] = []
    specs: dict[str, dict[str, Any]] = {}
    for outcome in _BELIEVED:
        rows = [
            (policy, one.name, s)
            for policy in run.policies[1:]
            for one in sets
            if (s := one.at(policy, outcome)) is not None
        ]
        if rows:
            panel, spec = _panel(
                f"belief-{outcome.replace('_', '-')}", "prior sets", outcome, rows, ("Policy", "Prior set")
            )
            panels.append(panel)
            specs[panel.spec] = spec
    notes = [f"{quoted(one.name)}: {one.note}" for one in run.scenario.priors if one.note]
    return Belief(
        beliefs_in_words(sets, "departures_net"),
        f"{'; '.join(notes)}." if notes else "",
        tuple(f"{one.name} ({counted(one.draws, 'draw')})" for one in sets),
        tuple(panels),
        _inputs(run),
        specs,
    )


def _inputs(run: Run) -> Grid:
    main = {one.path: range_in_words(one.law) for one in run.scenario.inputs}
    rows: list[tuple[str, ...]] = []
    for prior in run.scenario.priors:
        for one in prior.inputs:
            part = f"{one.third} third" if one.third else "another law"
            rows.append((one.path, prior.name, part, main[one.path], one.note))
    head = ("Input", "Prior set", "Holds", f"Main prior, 90{PERCENT}", "Why")
    return Grid("Inputs that prior sets replace", head, tuple(rows))


def experimented(run: Run) -> tuple[Small, ...]:
    """Every experiment that was run, in the order of the file."""
    return tuple(_small(run, i, found) for i, found in enumerate(experiments(run)))


def _small(run: Run, index: int, found: Found) -> Small:
    panels: list[Panel] = []
    specs: dict[str, dict[str, Any]] = {}
    head = _heads(found)
    rows: list[Row] = []
    # What is asked about, and the harm beside it.
    for outcome in dict.fromkeys((found.outcomes[0], *(o for o in found.outcomes if o == HARM))):
        rows = list(_rows(found, outcome))
        id = f"experiment-{index}-{outcome.replace('_', '-')}"
        panel, spec = _panel(id, f"experiment {quoted(found.experiment.name)}", outcome, rows, head)
        panels.append(panel)
        specs[panel.spec] = spec
    series = tuple(dict.fromkeys(row[1] for row in rows))
    return Small(
        found.experiment.question,
        " ".join((*in_words(found), rests_on(found, run.draws["draw"].n_unique()))),
        rests_on_priors(run.scenario, found.experiment),
        found.draws,
        series,
        tuple(panels),
        specs,
    )


def _heads(found: Found) -> tuple[str, str]:
    match len(found.experiment.vary):
        case 0:
            return "Policy", "Experiment"
        case 1:
            return label_of(found.experiment, 0), "Policy"
        case _:
            return label_of(found.experiment, 0), label_of(found.experiment, 1)


def _rows(found: Found, outcome: str) -> Iterable[Row]:
    """Groups are values of the first number, series those of the second, or the policies."""
    several = len(found.policies) > 1
    for cell in found.experiment.cells:
        for policy in found.policies:
            level = found.at(cell, policy, outcome)
            if level is None:
                continue
            # What the ends of a scale mean stands in the head of the table; here the value must not be cut off on a phone.
            short = (label_of(found.experiment, i).split(" (")[0] for i in range(len(cell)))
            names = [f"{label}: {number(x, 6)}" for label, x in zip(short, cell, strict=True)]
            if len(names) < 2:
                yield (names[0], policy, level) if names else (policy, "all draws", level)
            else:
                yield names[0], f"{policy}, {names[1]}" if several else names[1], level


def _panel(
    id: str, about: str, outcome: str, rows: list[Row], head: tuple[str, str]
) -> tuple[Panel, dict[str, Any]]:
    """One chart. about: what tells its table from those of other studies with the same outcome."""
    import polars as pl

    shown = describe(outcome)
    frame = pl.DataFrame(
        [{"group": g, "series": s, "mean": v.mean, "q05": v.q05, "q95": v.q95} for g, s, v in rows],
        schema={
            "group": pl.String,
            "series": pl.String,
            "mean": pl.Float64,
            "q05": pl.Float64,
            "q95": pl.Float64,
        },
    )
    body = tuple((group, series, *_cells(value, outcome)) for group, series, value in rows)
    said = listed([f"{row[0]}, {row[1]}: {row[2]}" for row in body])
    title = shown.label if is_difference(outcome) else f"{shown.label}, beyond the reference"
    panel = Panel(
        id=id,
        title=title,
        subtitle="difference to the reference, draw by draw",
        spec=id,
        tables={TABLE: by_column(frame)},
        alternative=f"Dot plot of {title}, means: {said}.",
        grid=Grid(f"{title}: {about}", (*head, "Mean", f"90{PERCENT} interval"), body),
        follows=False,
    )
    return panel, specification(groups(frame, theme=page_theme(), width="container", unit=shown.unit))


def _cells(value: Spread, outcome: str) -> tuple[str, str]:
    unit = describe(outcome).unit
    span = NOT_DEFINED if value.draws == 1 else between(value.q05, value.q95, unit, difference=True)
    return amount(
        value.mean, unit, difference=True
    ), f"{span}; a few draws carry the mean" if value.skewed else span
