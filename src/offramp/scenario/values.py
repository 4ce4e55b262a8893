"""Checks that need the values of quantities: sums, sizes, correlations, and evidence that exists."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from offramp.scenario.document import Document
from offramp.scenario.findings import Findings, Loc, suggestion
from offramp.scenario.quantities import Daily, evaluate
from offramp.scenario.schema import MAX_PERSONS
from offramp.scenario.settle import Settler, high, typical
from offramp.scenario.text import quoted

FAILURES = ("caught_probability", "killed_probability")
BROKEN = ("default_share", "refoulement_share")


def check_values(document: Document, settler: Settler, fields: Mapping[str, Any], days: int) -> None:
    """Add to the findings what is wrong with values, once every quantity has been settled."""
    _check_sizes(document, fields)
    _check_force(document, fields, {item.path: typical(item) for item in settler.inputs}, days)
    _check_quota(document, fields)
    highs = {item.path: high(item) for item in settler.inputs}
    for (loc, _), route in zip(document.routes(), fields["routes"], strict=True):
        _check_failures(document, loc, {key: getattr(route, key) for key in FAILURES}, highs, days)
    by_name = {route.name: route for route in fields["routes"]}
    for (loc, item), programme in zip(document.items("programme"), fields["programmes"], strict=True):
        route = by_name.get(item.route)
        stated = {key: getattr(programme, key) for key in FAILURES}
        if any(value is not None for value in stated.values()):
            # A programme overrides the route's probabilities one by one.
            kept = {
                key: getattr(route, key, None) if stated[key] is None else stated[key] for key in FAILURES
            }
            _check_failures(document, loc, kept, highs, days)
        broken = sum(high(getattr(programme, key)) for key in BROKEN)
        if broken > 1.0 + 1e-9 and not any(document.findings.at((*loc, key)) for key in BROKEN):
            what = f"promises not paid and people sent back may add up to {broken:.3g}, more than 1"
            document.say((*loc, BROKEN[0]), what, "Lower one of the two.")
    _check_correlations(document, settler)
    _check_evidence(settler, document.findings)


def _check_failures(
    document: Document, loc: Loc, stated: Mapping[str, Daily | None], highs: Mapping[str, float], days: int
) -> None:
    """Caught and killed are parts of one whole: at most 1 together, unknown ones at their 95 % quantile."""
    values = [evaluate(value, highs, days) for value in stated.values() if value is not None]
    if len(values) < 2 or any(document.findings.at((*loc, key)) for key in FAILURES):
        return
    most = float(np.max(values[0] + values[1]))
    if most > 1.0 + 1e-9:
        document.say(
            next((*loc, key) for key in FAILURES if stated[key] is not None),
            f"caught and killed may add up to {most:.3g}, more than 1",
            "Lower one of the two, or state both with `outcome`, a Dirichlet law.",
        )


def _check_sizes(document: Document, fields: Mapping[str, Any]) -> None:
    total = 0.0
    for (loc, _), group in zip(document.groups(), fields["groups"], strict=True):
        size = 1.0 if group.size is None else typical(group.size)
        if math.isnan(size) or document.findings.at((*loc, "size")):
            continue
        total += size
        if round(size) < 1:
            document.say((*loc, "size"), "is nobody", "Give at least one person, or take the group out.")
    if total > MAX_PERSONS:
        remedy = f"At most {MAX_PERSONS:,} are allowed."
        document.say(("group",), f"the groups hold {total:,.0f} persons together", remedy)


def _check_force(
    document: Document, fields: Mapping[str, Any], medians: Mapping[str, float], days: int
) -> None:
    force = fields["force"]
    if force is None or document.findings.at(("force",)):
        return
    most = float(np.max(evaluate(force.persons, medians, days + 1))) * typical(force.scale)
    if most > MAX_PERSONS:
        remedy = f"At most {MAX_PERSONS:,} are allowed."
        document.say(("force", "persons"), f"reaches {most:,.6g} persons", remedy)


def _check_quota(document: Document, fields: Mapping[str, Any]) -> None:
    called = fields["mobilisation"]
    group = None if called is None else next((g for g in fields["groups"] if g.name == called.group), None)
    if called is None or group is None or group.size is None:
        return
    quota, size = typical(called.quota), typical(group.size)
    if quota > size:
        what = f"{quota:,.6g} are to be called and {quoted(group.name)} has {size:,.6g}"
        document.say(("mobilisation", "quota"), what, "Lower the quota, or enlarge the group.")


def _check_correlations(document: Document, settler: Settler) -> None:
    known = {item.path for item in settler.inputs}
    parts = {path for shares in settler.shares for path in shares.paths}
    refused = document.refused_paths()
    taken: set[str] = set()
    for loc, item in document.items("correlation"):
        for at, path in enumerate(item.inputs):
            where = (*loc, "inputs", at)
            if path in parts:
                document.say(where, f"{quoted(path)} is a part of Dirichlet shares", "Leave it out.")
            elif path not in known and path not in refused:
                remedy = suggestion(path, sorted(known), "unknown numbers")
                document.say(where, f"there is no unknown number {quoted(path)}", remedy)
            if path in taken:
                document.say(
                    where, f"{quoted(path)} is correlated twice", "An input may stand in one place only."
                )
            taken.add(path)
        least = -1.0 / (len(item.inputs) - 1)
        if item.rho <= least:
            what = f"{len(item.inputs)} inputs cannot all have the correlation {item.rho:g} with each other"
            document.say((*loc, "rho"), what, f"With so many inputs it must be above {least:.3g}.")


def _check_evidence(settler: Settler, findings: Findings) -> None:
    if not settler.evidence:
        return
    from offramp import evidence

    known, barred = evidence.known_ids(), evidence.refused()
    for name, loc in settler.evidence.items():
        if name in barred:
            what = f"{quoted(name)} may not be evidence: {barred[name]}"
            findings.add(loc, what, "Cite another id, or state the number as judgement.")
        elif name not in known:
            near = suggestion(name, sorted(known), "ids")
            remedy = near if near.startswith("Did") else "`offramp evidence list` shows all ids."
            findings.add(loc, f"there is no evidence {quoted(name)}", remedy)
