"""From admitted tables to the fields of the frozen scenario."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any, cast

from offramp.scenario import tables, tables_endings, tables_world
from offramp.scenario.check_game import check_numbers, game_in
from offramp.scenario.check_posts import POST, apart
from offramp.scenario.check_studies import experiments_of, priors_of
from offramp.scenario.document import Document
from offramp.scenario.findings import Loc, key_path
from offramp.scenario.forms import NONNEGATIVE, REAL, Dirichlet
from offramp.scenario.quantities import Scalar, Shares
from offramp.scenario.settle import REFUSED, Settled, Settler, ends
from offramp.scenario.tables import OUTCOMES
from offramp.scenario.values import check_values

Weights = tuple[tuple[str, float], ...]


def settler_of(document: Document, known: Mapping[int, Settled]) -> Settler:
    """Who settles the quantities of a file. known: see `Settler`."""
    start, days = _run(document)
    return Settler(document.findings, lambda loc: key_path(loc, document.data), start, days, known)


def build(document: Document, settler: Settler) -> dict[str, Any]:
    """The fields of a Scenario that come from tables; what is wrong with quantities is added to the findings.

    Tables are settled in the order of the schema, so that the order of inputs, and with it every draw, is the
    same for every order of keys in the file.
    """
    start, days = _run(document)
    builder = _Builder(document, settler, days)
    groups = tuple(builder.group(item, loc) for loc, item in document.groups())
    routes = tuple(builder.route(item, loc) for loc, item in document.routes())
    programmes = tuple(builder.programme(item, loc) for loc, item in document.items("programme"))
    channels = tuple(builder.channel(item, loc) for loc, item in document.items("channel"))
    levers = tuple(builder.lever(item, loc) for loc, item in document.items("lever"))
    offramps = tuple(
        tables_endings.Offramp(**settler.fields(item, loc)) for loc, item in document.items("offramp")
    )
    policies = tuple(_policy(item, channels, start) for _, item in document.items("policy"))
    fields: dict[str, Any] = {
        "groups": groups,
        "routes": routes,
        "programmes": programmes,
        "channels": channels,
        "levers": levers,
        "offramps": offramps,
        "policies": policies or (tables.Policy("reference"),),
        "choice": builder.table("choice", tables.Choice),
        "units": builder.table("units", tables.Units),
        "force": builder.force(),
        "losses": builder.table("losses", tables.Losses),
        "war": builder.table("war", tables.War),
        "mobilisation": builder.mobilisation(),
        "information": builder.information(),
        "trust": builder.table("trust", tables_world.Trust),
        "support": builder.table("support", tables_world.Support),
        "regime": builder.table("regime", tables_world.Regime),
        "ledger": builder.table("ledger", tables_world.Ledger),
        "opinion": builder.opinion(),
        "leadership": builder.table("leadership", tables_endings.Leadership),
        "escalation": builder.escalation(),
        "game": builder.game(),
        "comparators": tuple(
            tables_world.Comparator(**settler.fields(item, loc)) for loc, item in document.items("comparator")
        ),
        "correlations": tuple(
            tables.Correlation(item.inputs, item.rho) for _, item in document.items("correlation")
        ),
    }
    fields |= {"priors": priors_of(document), "experiments": experiments_of(document)}
    check_values(document, settler, fields, days)
    front = apart(document, groups, routes, programmes)
    fields |= dict(zip(("groups", "routes", "programmes", "posts"), front, strict=True))
    return {
        **fields,
        "inputs": tuple(settler.inputs),
        "shares": tuple(settler.shares),
        "evidence_ids": tuple(sorted(settler.evidence)),
    }


def _run(document: Document) -> tuple[datetime.date | None, int]:
    """Start and days of the run; neither is known where the head was refused."""
    head = document.head
    return (None, 1) if head is None else (head.start, head.days)


def _policy(
    item: Any, channels: Sequence[tables_world.Channel], start: datetime.date | None
) -> tables.Policy:
    telling = (one.name for one in channels if set(one.programmes) & set(item.programmes))
    named = tuple(telling) if item.channels is None else item.channels
    speaks = item.broadcasts_from
    if speaks is not None and start is not None:
        speaks = max((speaks - start).days, 0)
    return tables.Policy(item.name, item.programmes, named, item.levers, item.offramp, speaks)


class _Builder:
    def __init__(self, document: Document, settler: Settler, days: int) -> None:
        self._document = document
        self._settler = settler
        self._days = days
        self._everybody = tuple(document.names["group"])
        posts = {item.name for _, item in document.groups() if item.place == POST}
        self._others = tuple(name for name in self._everybody if name not in posts)

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

    def _ordered(
        self, named: Sequence[str] | None, everybody: tuple[str, ...] | None = None
    ) -> tuple[str, ...]:
        """Names in the order of the file; without names those of `everybody`, who are all but those at posts."""
        everybody = self._others if everybody is None else everybody
        return everybody if named is None else tuple(name for name in self._everybody if name in named)

    def programme(self, item: Any, loc: Loc) -> tables.Programme:
        stated = self._settler.fields(item, loc, skip=("groups", "start", "end", "schedule", "cash_usd"))
        route = self._document.route(item.route)
        schedule: list[tuple[int, Scalar]] = [
            (day, self._settler.scalar(amount, NONNEGATIVE, (*loc, "schedule", at)))
            for at, (day, amount) in enumerate(item.schedule)
        ]
        start_day, end_day = self._period(item)
        return tables.Programme(
            **stated,
            groups=self._ordered(item.groups if item.groups is not None or route is None else route.groups),
            start_day=start_day,
            end_day=end_day,
            cash_usd=self._cash(item.cash_usd, (*loc, "cash_usd")),
            schedule=tuple(schedule),
        )

    def _period(self, item: Any) -> tuple[int, int]:
        """The half-open range of days between `start` and `end`, cut to the run."""
        start = 0 if item.start is None else self._settler.day(item.start)
        end = self._days if item.end is None else self._settler.day(item.end) + 1
        return min(max(start, 0), self._days), min(max(end, 0), self._days)

    def _cash(self, form: Any, loc: Loc) -> Scalar | tuple[tuple[str, Scalar], ...] | None:
        if form is None:
            return None
        if not isinstance(form, dict):
            return self._settler.scalar(form, NONNEGATIVE, loc)
        tiers = cast("dict[str, Any]", form)
        return tuple(
            (name, self._settler.scalar(tiers[name], NONNEGATIVE, (*loc, name)))
            for name in self._everybody
            if name in tiers
        )

    def channel(self, item: Any, loc: Loc) -> tables_world.Channel:
        stated = self._settler.fields(item, loc, skip=("groups", "programmes"))
        offered = self._document.names["programme"]
        told = offered if item.programmes is None else [name for name in offered if name in item.programmes]
        return tables_world.Channel(
            **stated, groups=self._ordered(item.groups, self._everybody), programmes=tuple(told)
        )

    def lever(self, item: Any, loc: Loc) -> tables_world.Lever:
        start_day, end_day = self._period(item)
        stated = self._settler.fields(item, loc, skip=("start", "end"))
        return tables_world.Lever(**stated, start_day=start_day, end_day=end_day)

    def information(self) -> tables_world.Information | None:
        """Channels act without [information] too: then its terms are neutral."""
        stated = self.table("information", tables_world.Information)
        return stated or (tables_world.Information() if self._document.names["channel"] else None)

    def opinion(self) -> tables_endings.Opinion | None:
        item = self._document.table("opinion")
        if item is None:
            return None
        classes = tuple(
            tables_endings.OpinionClass(**self._settler.fields(one, ("opinion", "class", at)))
            for at, one in enumerate(item.class_)
        )
        return tables_endings.Opinion(
            classes=classes, **self._settler.fields(item, ("opinion",), skip=("class_",))
        )

    def escalation(self) -> tables_endings.Escalation | None:
        item = self._document.table("escalation")
        if item is None:
            return None
        stated = self._settler.fields(item, ("escalation",), skip=("payoffs", "veto"))
        for key, kind in (("payoffs", tables_endings.Payoffs), ("veto", tables_endings.Veto)):
            inner = getattr(item, key)
            if inner is not None:
                stated[key] = kind(**self._settler.fields(inner, ("escalation", key)))
        return tables_endings.Escalation(**stated)

    def game(self) -> tables_endings.OwnGame | None:
        tree = game_in(self._document)
        if tree is None:
            return None
        stated: dict[str, Any] = self._document.table("game").parameters or {}
        parameters = tuple(
            (name, self._settler.scalar(stated[name], REAL, ("game", "parameters", name)))
            for name in sorted(stated)
        )
        if not any(value is REFUSED for _, value in parameters):
            check_numbers(self._document, tree, {name: ends(value) for name, value in parameters})
        return tables_endings.OwnGame(tree, parameters)

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
