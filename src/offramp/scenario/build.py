"""From admitted tables to the fields of the frozen scenario."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from offramp.scenario import tables
from offramp.scenario.document import Document
from offramp.scenario.findings import Loc, key_path
from offramp.scenario.forms import NONNEGATIVE, Dirichlet
from offramp.scenario.quantities import Scalar, Shares
from offramp.scenario.settle import Settler
from offramp.scenario.tables import OUTCOMES
from offramp.scenario.values import check_values

Weights = tuple[tuple[str, float], ...]


def build(document: Document) -> dict[str, Any]:
    """The fields of a Scenario that come from tables; what is wrong with quantities is added to the findings.

    Tables are settled in the order of the schema, so that the order of inputs, and with it every draw, is the
    same for every order of keys in the file.
    """
    head = document.head
    start, days = (None, 1) if head is None else (head.start, head.days)
    settler = Settler(document.findings, lambda loc: key_path(loc, document.data), start, days)
    builder = _Builder(document, settler, days)
    groups = tuple(builder.group(item, loc) for loc, item in document.groups())
    routes = tuple(builder.route(item, loc) for loc, item in document.routes())
    programmes = tuple(builder.programme(item, loc) for loc, item in document.items("programme"))
    policies = tuple(tables.Policy(item.name, item.programmes) for _, item in document.items("policy"))
    fields: dict[str, Any] = {
        "groups": groups,
        "routes": routes,
        "programmes": programmes,
        "policies": policies or (tables.Policy("reference"),),
        "choice": builder.table("choice", tables.Choice),
        "units": builder.table("units", tables.Units),
        "force": builder.force(),
        "losses": builder.table("losses", tables.Losses),
        "war": builder.table("war", tables.War),
        "mobilisation": builder.mobilisation(),
        "correlations": tuple(
            tables.Correlation(item.inputs, item.rho) for _, item in document.items("correlation")
        ),
    }
    check_values(document, settler, fields, days)
    return {
        **fields,
        "inputs": tuple(settler.inputs),
        "shares": tuple(settler.shares),
        "evidence_ids": tuple(sorted(settler.evidence)),
    }


class _Builder:
    def __init__(self, document: Document, settler: Settler, days: int) -> None:
        self._document = document
        self._settler = settler
        self._days = days
        self._everybody = tuple(document.names["group"])

    def table(self, key: str, kind: Any) -> Any:
        stated = self._document.table(key)
        return None if stated is None else kind(**self._settler.fields(stated, (key,)))

    def group(self, item: Any, loc: Loc) -> tables.Group:
        stated = self._settler.fields(item, loc, skip=("squad_size",))
        return tables.Group(**stated, squad_size=self._document.squad_size(item))

    def route(self, item: Any, loc: Loc) -> tables.Route:
        stated = self._settler.fields(item, loc, skip=("outcome", "groups"))
        outcome = None
        if item.outcome is not None:
            outcome = self._settler.dirichlet(item.outcome, (*loc, "outcome"), OUTCOMES)
        return tables.Route(**stated, groups=self._ordered(item.groups), outcome=outcome)

    def _ordered(self, named: Sequence[str] | None) -> tuple[str, ...]:
        return self._everybody if named is None else tuple(name for name in self._everybody if name in named)

    def programme(self, item: Any, loc: Loc) -> tables.Programme:
        stated = self._settler.fields(item, loc, skip=("groups", "start", "end", "schedule"))
        route = self._document.route(item.route)
        schedule: list[tuple[int, Scalar]] = [
            (day, self._settler.scalar(amount, NONNEGATIVE, (*loc, "schedule", at)))
            for at, (day, amount) in enumerate(item.schedule)
        ]
        start = 0 if item.start is None else self._settler.day(item.start)
        end = self._days if item.end is None else self._settler.day(item.end) + 1
        return tables.Programme(
            **stated,
            groups=self._ordered(item.groups if item.groups is not None or route is None else route.groups),
            start_day=min(max(start, 0), self._days),
            end_day=min(max(end, 0), self._days),
            schedule=tuple(schedule),
        )

    def force(self) -> tables.Force | None:
        item = self._document.force
        if item is None:
            return None
        stated = self._settler.fields(item, ("force",), skip=("initial_shares", "inflow"))
        initial = self._shares(item.initial_shares, ("force", "initial_shares"))
        inflow = tuple(
            tables.Inflow(
                self._settler.day(row.from_), self._shares(row.shares, ("force", "inflow", at, "shares"))
            )
            for at, row in enumerate(item.inflow)
        )
        return tables.Force(**stated, initial_shares=initial, inflow=inflow)

    def _shares(self, form: Dirichlet | Mapping[str, float], loc: Loc) -> Shares | Weights:
        if isinstance(form, Dirichlet):
            return self._settler.dirichlet(form, loc, self._everybody) or ()
        # Shares that were rounded in the file are made to sum to 1 exactly.
        total = sum(form.values()) or 1.0
        return tuple((name, form[name] / total) for name in self._everybody if name in form)

    def mobilisation(self) -> tables.Mobilisation | None:
        item = self._document.mobilisation
        if item is None:
            return None
        stated = self._settler.fields(item, ("mobilisation",), skip=("from_", "until"))
        return tables.Mobilisation(
            **stated, from_day=self._settler.day(item.from_), until_day=self._settler.day(item.until) + 1
        )
