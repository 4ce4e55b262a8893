"""What a page must know of a scenario before anything is simulated: handles, evidence, charts, names."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any, Final

from offramp.analysis.outcomes import KNOWN, Outcome, describe, is_event
from offramp.engine import prepare
from offramp.evidence import GRADE_MEANING, figure
from offramp.scenario.override import under
from offramp.scenario.tables import Scenario
from offramp.scenario.tables_studies import Prior
from offramp.show import charts
from offramp.show.assumptions import law_text
from offramp.show.explorer import files
from offramp.show.explorer.base import SEED, Base
from offramp.show.explorer.desk import SOLDIERS
from offramp.show.explorer.followed import Followed, followed
from offramp.show.explorer.frames import ALL_ROUTES, HEADLINES, line_names
from offramp.show.explorer.handles import GROUPS, Handle, words_of
from offramp.show.explorer.kept import LEVELS
from offramp.show.layout import NEVER_ALONE
from offramp.show.limits import not_modelled
from offramp.show.palette import page_theme
from offramp.show.report.panels import specification

VIEW: Final = "in view"
"""Name of the policy in view in the tables of a chart."""
ROWS: Final = ("Reference", "In view", "Pinned")
_UNITS: Final = ("persons", "usd", "share", "families", "days", "relative", "other")


def description(base: Base) -> dict[str, Any]:
    """Everything of an open scenario that a page shows, as JSON."""
    scenario = base.scenario
    last = scenario.start + datetime.timedelta(days=scenario.days - 1)
    laws = {unknown.path: law_text(unknown.law) for unknown in scenario.inputs}
    every = list(base.handles.values())
    return {
        "key": base.key,
        "name": scenario.name,
        "title": scenario.title,
        "description": scenario.description,
        "start": scenario.start.isoformat(),
        "end": last.isoformat(),
        "uncertain": len(scenario.inputs) + len(scenario.shares),
        "policies": [
            {
                "name": policy.name,
                "parts": [
                    *(f"programme:{name}" for name in policy.programmes),
                    *(f"lever:{name}" for name in policy.levers),
                    *(f"offramp:{name}" for name in (policy.offramp,) if name is not None),
                ],
            }
            for policy in scenario.policies
        ],
        "parts": [
            *(f"programme:{programme.name}" for programme in scenario.offers),
            *(f"lever:{lever.name}" for lever in scenario.levers),
            *(f"offramp:{offramp.name}" for offramp in scenario.offramps),
        ],
        "priors": [_prior(scenario, prior) for prior in scenario.priors],
        "experiments": [
            asdict(experiment) | {"outcome": experiment.outcomes[0] if experiment.outcomes else ""}
            for experiment in scenario.experiments
        ],
        "groups": [group for group in GROUPS if any(handle.group == group for handle in every)],
        "handles": [_handle(handle, laws) for handle in every],
        "shares": [
            {
                "label": words_of(shares.path),
                "parts": [
                    {"name": name, "mean": float(mean)}
                    for name, mean in zip(shares.names, shares.mean(), strict=True)
                ],
                "evidence": list(shares.evidence),
                "note": shares.note,
            }
            for shares in scenario.shares
        ],
        "evidence": _evidence(id for handle in every for id in handle.evidence)
        | _evidence(scenario.evidence_ids),
        "grades": GRADE_MEANING,
        "lines": line_names(scenario),
        "followed": [
            {"name": one.name, "label": one.label, "unit": one.unit, "lines": one.lines, "chart": _chart(one)}
            for one in followed(scenario)
        ],
        "outcomes": [
            {
                "name": known.name,
                "label": known.label,
                "unit": known.unit,
                "kind": known.kind,
                "event": is_event(known.name),
            }
            for known in at_the_end().values()
        ],
        "headlines": list(HEADLINES),
        "charts": specifications(base),
        "styles": files.STYLES,
        "levels": list(LEVELS),
        "soldiers": _soldiers(scenario),
        "missing": [gap.sentence for gap in not_modelled(scenario)],
    }


def _soldiers(scenario: Scenario) -> int:
    """Simulated soldiers of a draw, without the few that rounding to groups adds or takes."""
    people = prepare(scenario, soldiers=SOLDIERS, seed=SEED).simulated
    return SOLDIERS if abs(people - SOLDIERS) < len(scenario.groups) else people


def _prior(scenario: Scenario, prior: Prior) -> dict[str, Any]:
    """A prior set: what it says of each number that it speaks of."""
    laws = {unknown.path: unknown.law for unknown in under(scenario, prior.name).inputs}
    return {
        "name": prior.name,
        "note": prior.note,
        "inputs": {
            one.path: {
                "value": laws[one.path].median(),
                "interval": laws[one.path].interval(),
                "law": law_text(laws[one.path]),
                "note": one.note,
                "evidence": list(one.evidence),
            }
            for one in prior.inputs
        },
    }


def at_the_end() -> dict[str, Outcome]:
    """What the second chart can show over the draws at the end, by name."""
    every = (*KNOWN, *(describe(name) for name in HEADLINES))
    return {one.name: one for one in every if one.name not in NEVER_ALONE}


def specifications(base: Base) -> dict[str, Any]:
    """The charts of the page by name; they are those of the report, and the page fills in the rows."""
    import polars as pl

    theme = page_theme()
    text = {"policy": pl.String, "date": pl.Date}
    fan = pl.DataFrame(schema=text | dict.fromkeys(("q05", "q25", "q50", "q75", "q95"), pl.Float64))
    band = pl.DataFrame(schema=text | {"line": pl.String} | dict.fromkeys(("q05", "q50", "q95"), pl.Float64))
    rows = pl.DataFrame(
        {"policy": ROWS} | dict.fromkeys(("mean", "q05", "q25", "q50", "q75", "q95"), [0.0] * 3)
    )
    found: dict[str, Any] = {
        f"routes {scope}": specification(
            charts.fans_by_line(
                band,
                lines,
                policy=VIEW,
                theme=theme,
                width="container",
                height=300,
                legend=False,
                compared=True,
                whole=ALL_ROUTES,
            )
        )
        for scope, lines in line_names(base.scenario).items()
    }
    for one in followed(base.scenario):
        found[_chart(one)] = specification(
            charts.fan(
                fan,
                policy=VIEW,
                reference="",
                theme=theme,
                width="container",
                height=300,
                compared=True,
                unit=one.unit,
            )
            if len(one.lines) == 1
            else charts.fans_by_line(
                band,
                one.lines,
                policy=VIEW,
                theme=theme,
                width="container",
                height=300,
                legend=False,
                compared=True,
                unit=one.unit,
            )
        )
    for unit in _UNITS:
        chart = charts.intervals(rows, theme=theme, width="container", unit=unit)
        found[f"outcome {unit}"] = specification(chart)
    chances = (("mean", "share of draws"), ("q05", "chance, from"), ("q95", "to"))
    found["outcome event"] = specification(
        charts.intervals(rows, theme=theme, width="container", unit="share", told=chances)
    )
    for name, spec in found.items():
        # To a screen reader a chart is one picture with a label and a table; no words are made for each of its marks.
        spec["config"]["aria"] = False
        # What the page fills in must exist before it does.
        spec["datasets"] = {charts.TABLE: [], charts.REFERENCE: [], charts.PINNED: []}
        if not name.startswith("outcome"):
            # As tall as the page gives it room.
            spec["height"] = "container"
            spec["autosize"] = {"type": "fit", "contains": "padding"}
    return found


def _chart(one: Followed) -> str:
    """Name of the chart of what is followed; charts of one line differ by their unit alone."""
    return f"line {one.unit}" if len(one.lines) == 1 else f"lines {one.name}"


def _handle(handle: Handle, laws: dict[str, str]) -> dict[str, Any]:
    return {
        "path": handle.path,
        "group": handle.group,
        "owner": handle.owner,
        "part_of": handle.part_of,
        "optional": handle.optional,
        "label": handle.label,
        "help": handle.help,
        "unit": handle.unit,
        "value": handle.value,
        "interval": handle.interval,
        "low": handle.low,
        "high": handle.high,
        "least": _end(handle.least),
        "most": _end(handle.most),
        "scale": handle.scale,
        "options": list(handle.options),
        "law": laws.get(handle.path, ""),
        "evidence": list(handle.evidence),
        "note": handle.note,
    }


def _end(value: float) -> float | None:
    """The end of what may be set; None where there is none, for JSON has no infinity."""
    return value if math.isfinite(value) else None


def _evidence(ids: Iterable[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for id in dict.fromkeys(ids):
        one = figure(id)
        found[id] = {
            "measure": one.measure,
            "value": one.value_text(),
            "population": one.population,
            "period": one.period.text,
            "grade": one.grade,
            "computed": one.arithmetic,
            "source": one.source.citation(),
            "rivals": [f"{figure(rival).label()}" for rival in one.rivals],
        }
    return found
