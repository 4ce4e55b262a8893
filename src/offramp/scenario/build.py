"""From admitted tables to the frozen scenario."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping, Sequence
from typing import Any

from offramp.scenario import tables
from offramp.scenario.door import Admitted
from offramp.scenario.findings import Findings, Loc, key_path, suggestion
from offramp.scenario.forms import NONNEGATIVE, Dirichlet
from offramp.scenario.quantities import Scalar, Shares, Uncertain
from offramp.scenario.schema import MAX_PERSONS
from offramp.scenario.settle import Settler, typical
from offramp.scenario.text import quoted

Weights = tuple[tuple[str, float], ...]


def build(data: Mapping[str, Any], admitted: Admitted, findings: Findings) -> dict[str, Any] | None:
    """The fields of a Scenario, or None when tables are missing; adds what is wrong with quantities.

    Tables are settled in the order of the schema, so that the order of inputs does not hang on the order of keys.
    """
    head = admitted.head
    start, days = (head.start, head.days) if head is not None else (datetime.date(2000, 1, 1), 1)
    settler = Settler(findings, lambda loc: key_path(loc, data), start, days)
    builder = _Builder(admitted, settler, findings, start, days)
    fields = builder.fields()
    _check_inputs(settler, findings, fields["correlations"])
    _check_sizes(fields["groups"], admitted, findings)
    _check_evidence(settler, findings)
    if head is None:
        return None
    return {
        "title": head.title,
        "description": head.description,
        "start": head.start,
        "days": head.days,
        "squad_size": head.squad_size,
        **fields,
        "inputs": tuple(settler.inputs),
        "shares": tuple(settler.shares),
        "evidence_ids": tuple(sorted(settler.evidence)),
    }


class _Builder:
    def __init__(
        self, admitted: Admitted, settler: Settler, findings: Findings, start: datetime.date, days: int
    ) -> None:
        self.admitted = admitted
        self.settler = settler
        self.findings = findings
        self.start = start
        self.days = days
        self.group_names = tuple(group.name for _, group in self._items("group"))

    def _items(self, key: str) -> list[tuple[int, Any]]:
        items = self.admitted.lists.get(key, [])
        return [(position, item) for position, item in enumerate(items) if item is not None]

    def fields(self) -> dict[str, Any]:
        """Every table of the scenario by field name."""
        groups = tuple(self.group(item, ("group", position)) for position, item in self._items("group"))
        routes = tuple(self.route(item, ("route", position)) for position, item in self._items("route"))
        open_to = {route.name: route.groups for route in routes}
        programmes = tuple(
            self.programme(item, ("programme", position), open_to)
            for position, item in self._items("programme")
        )
        policies = tuple(tables.Policy(item.name, item.programmes) for _, item in self._items("policy"))
        return {
            "groups": groups,
            "routes": routes,
            "programmes": programmes,
            "policies": policies or (tables.Policy("reference"),),
            "choice": self.table("choice", tables.Choice),
            "units": self.table("units", tables.Units),
            "force": self.force(),
            "losses": self.table("losses", tables.Losses),
            "war": self.table("war", tables.War),
            "mobilisation": self.mobilisation(),
            "correlations": tuple(
                tables.Correlation(item.inputs, item.rho) for _, item in self._items("correlation")
            ),
        }

    def day(self, date: datetime.date) -> int:
        return (date - self.start).days

    def table(self, key: str, kind: Any) -> Any:
        stated = self.admitted.tables.get(key)
        return None if stated is None else kind(**self.settler.fields(stated, (key,)))

    def group(self, item: Any, loc: Loc) -> tables.Group:
        stated = self.settler.fields(item, loc)
        units, head = self.admitted.tables.get("units"), self.admitted.head
        of_units = None if units is None else units.squad_size
        of_file = None if head is None else head.squad_size
        stated.setdefault("squad_size", of_units if of_units is not None else of_file)
        return tables.Group(**stated)

    def route(self, item: Any, loc: Loc) -> tables.Route:
        stated = self.settler.fields(item, loc, skip=("outcome", "groups"))
        outcome = None
        if item.outcome is not None:
            outcome = self.settler.dirichlet(item.outcome, (*loc, "outcome"), ("success", "caught", "killed"))
        self.sum_of_failures(stated, loc)
        return tables.Route(**stated, groups=self.in_order(item.groups, self.group_names), outcome=outcome)

    def in_order(self, named: Sequence[str] | None, everybody: tuple[str, ...]) -> tuple[str, ...]:
        return everybody if named is None else tuple(name for name in everybody if name in named)

    def sum_of_failures(self, stated: Mapping[str, Any], loc: Loc) -> None:
        """Caught and killed are parts of one whole; what is unknown is judged at its median."""
        from offramp.scenario.quantities import evaluate

        keys = [key for key in ("caught_probability", "killed_probability") if key in stated]
        if len(keys) < 2 or any(self.findings.at((*loc, key)) for key in keys):
            return
        medians = {item.path: item.law.median() for item in self.settler.inputs}
        values = [evaluate(stated[key], medians, self.days) for key in keys]
        most = max(float(x) for x in _flat(values[0] + values[1]))
        if most > 1.0 + 1e-12:
            self.findings.add(
                (*loc, keys[0]), f"caught and killed add up to {most:.3g}, more than 1",
                "Lower one of the two: what is left is success.",
            )  # fmt: skip

    def programme(self, item: Any, loc: Loc, open_to: Mapping[str, tuple[str, ...]]) -> tables.Programme:
        stated = self.settler.fields(item, loc, skip=("groups", "start", "end", "schedule"))
        schedule: list[tuple[int, Scalar]] = []
        for position, (day, amount) in enumerate(item.schedule):
            schedule.append((day, self.settler.scalar(amount, NONNEGATIVE, (*loc, "schedule", position))))
        self.sum_of_failures(stated, loc)
        start = 0 if item.start is None else self.day(item.start)
        end = self.days if item.end is None else self.day(item.end) + 1
        return tables.Programme(
            **stated,
            groups=self.in_order(item.groups, open_to.get(item.route, self.group_names)),
            start_day=min(max(start, 0), self.days),
            end_day=min(max(end, 0), self.days),
            schedule=tuple(schedule),
        )

    def force(self) -> tables.Force | None:
        item = self.admitted.tables.get("force")
        if item is None:
            return None
        stated = self.settler.fields(item, ("force",), skip=("initial_shares", "inflow"))
        inflow = tuple(
            tables.Inflow(
                self.day(row.from_), self.shares(row.shares, ("force", "inflow", position, "shares"))
            )
            for position, row in enumerate(item.inflow)
        )
        initial = self.shares(item.initial_shares, ("force", "initial_shares"))
        return tables.Force(**stated, initial_shares=initial, inflow=inflow)

    def shares(self, form: Dirichlet | Mapping[str, float], loc: Loc) -> Shares | Weights:
        if isinstance(form, Dirichlet):
            return self.settler.dirichlet(form, loc, self.group_names)
        return tuple((name, form[name]) for name in self.group_names if name in form)

    def mobilisation(self) -> tables.Mobilisation | None:
        item = self.admitted.tables.get("mobilisation")
        if item is None:
            return None
        quota = self.settler.scalar(item.quota, NONNEGATIVE, ("mobilisation", "quota"))
        return tables.Mobilisation(item.group, quota, self.day(item.from_), self.day(item.until) + 1)


def _flat(value: Any) -> list[float]:
    return [float(value)] if isinstance(value, float | int) else list(value)


def _check_sizes(groups: Sequence[tables.Group], admitted: Admitted, findings: Findings) -> None:
    items = [position for position, item in enumerate(admitted.lists.get("group", [])) if item is not None]
    total = 0.0
    for position, group in zip(items, groups, strict=True):
        if group.size is None or math.isnan(typical(group.size)):
            continue
        size = typical(group.size)
        total += size
        if round(size) < 1:
            findings.add(("group", position, "size"), "nobody is in the group", "Give at least one person.")
        if size > MAX_PERSONS:
            findings.add(
                ("group", position, "size"),
                f"is {size:,.0f} persons",
                f"At most {MAX_PERSONS:,} are allowed.",
            )
    if total > MAX_PERSONS:
        findings.add(
            ("group",),
            f"the groups hold {total:,.0f} persons together",
            f"At most {MAX_PERSONS:,} are allowed.",
        )


def _check_inputs(settler: Settler, findings: Findings, correlations: Sequence[tables.Correlation]) -> None:
    known = {item.path: item for item in settler.inputs}
    parts = {path for shares in settler.shares for path in shares.paths}
    taken: dict[str, int] = {}
    for position, correlation in enumerate(correlations):
        loc = ("correlation", position)
        for at, path in enumerate(correlation.inputs):
            where = (*loc, "inputs", at)
            if path in parts:
                findings.add(where, f"{quoted(path)} is a part of Dirichlet shares", "Leave it out.")
            elif path not in known:
                findings.add(
                    where,
                    f"there is no unknown number {quoted(path)}",
                    suggestion(path, known, "unknown numbers"),
                )
            if path in taken:
                findings.add(
                    where, f"{quoted(path)} is correlated twice", "An input may stand in one table only."
                )
            taken[path] = position
        size = len(correlation.inputs)
        if correlation.rho <= -1.0 / (size - 1):
            findings.add(
                (*loc, "rho"), f"{size} inputs cannot all have correlation {correlation.rho:g}",
                f"With {size} inputs rho must be above {-1.0 / (size - 1):.3g}.",
            )  # fmt: skip


def _check_evidence(settler: Settler, findings: Findings) -> None:
    if not settler.evidence:
        return
    from offramp import evidence

    known = evidence.known_ids()
    for name, loc in settler.evidence.items():
        if name not in known:
            findings.add(
                loc, f"there is no evidence {quoted(name)}",
                suggestion(name, sorted(known), "ids") if len(name) < 40 else "See `offramp evidence list`.",
            )  # fmt: skip


def uncertain_in(inputs: Sequence[Uncertain]) -> dict[str, float]:
    """Medians of unknown numbers by path."""
    return {item.path: item.law.median() for item in inputs}
