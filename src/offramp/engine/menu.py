"""From a policy to the kernel's menu: a route with a programme and a testimony variant is one option."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from offramp.engine.bind import number, rows, shares
from offramp.engine.inputs import Menu
from offramp.engine.population import personal_routes
from offramp.scenario.quantities import Number, People, Quantity
from offramp.scenario.tables import Choice as ChoiceTable
from offramp.scenario.tables import Policy, Programme, Route, Scenario
from offramp.scenario.tables_world import ZERO

Values = Mapping[str, float]


@dataclass(frozen=True)
class Option:
    """One way of taking a route."""

    route: int
    programme: int
    video: bool


def programmes_of(scenario: Scenario, policy: Policy) -> tuple[Programme, ...]:
    """The programmes of a policy, in the order of the file."""
    return tuple(p for p in scenario.programmes if p.name in policy.programmes)


def options_of(routes: tuple[Route, ...], programmes: tuple[Programme, ...]) -> Iterator[Option]:
    """All options, by route: the ordinary way unless it needs a programme, then each programme's testimony variants."""
    for r, route in enumerate(routes):
        if not route.needs_programme:
            yield Option(r, -1, False)
        for p, programme in enumerate(programmes):
            if programme.route == route.name:
                if programme.testimony != "mandatory":
                    yield Option(r, p, False)
                if programme.testimony != "none":
                    yield Option(r, p, True)


def _outcome(route: Route, programme: Programme | None, kind: str, values: Values) -> Quantity | None:
    own = getattr(programme, f"{kind}_probability") if programme else None
    if own is not None:
        return own
    if route.outcome is not None:
        return Number(shares(route.outcome, values)[kind])
    return getattr(route, f"{kind}_probability")


def _sent_back(route: Route, programme: Programme | None) -> Quantity | None:
    own = programme.exchange_probability if programme else None
    return own if own is not None else route.exchange_probability


def menu(scenario: Scenario, policy: Policy, values: Values) -> Menu:
    """The policy's menu in this draw."""
    days, routes = scenario.days, scenario.routes
    programmes = programmes_of(scenario, policy)
    options = tuple(options_of(routes, programmes))
    columns = personal_routes(routes)
    table = scenario.choice or ChoiceTable()
    chosen = [(routes[o.route], programmes[o.programme] if o.programme >= 0 else None) for o in options]
    outright = [ZERO if isinstance(route.utility, People) else route.utility for route, _ in chosen]
    own = [route.nest_dissimilarity for route in routes]
    nests = [table.nest_dissimilarity if one is None else one for one in own]
    eligible = [
        [
            group.name in route.groups and (offer is None or group.name in offer.groups)
            for route, offer in chosen
        ]
        for group in scenario.groups
    ]
    open_to = np.zeros((len(scenario.groups), len(routes)), np.bool_)
    for option, own_groups in zip(options, zip(*eligible, strict=True), strict=True):
        open_to[:, option.route] |= own_groups
    return Menu(
        route=np.array([o.route for o in options], np.int64),
        programme=np.array([o.programme for o in options], np.int64),
        video=np.array([o.video for o in options], np.bool_),
        eligible=np.array(eligible, np.bool_),
        open_to=open_to,
        start=np.searchsorted([o.route for o in options], np.arange(len(routes) + 1)).astype(np.int64),
        window=rows([route.window_per_day for route in routes], values, days),
        on_call_up=np.array([route.on_call_up for route in routes], np.bool_),
        outright=rows(outright, values, days, math.nan),
        deviation=np.array([columns.index(o.route) if o.route in columns else -1 for o in options], np.int64),
        distaste=np.array([number(route.distaste, values) for route, _ in chosen]),
        loyalty=np.array([number(route.loyalty_share, values) for route in routes]),
        caught=rows([_outcome(*way, "caught", values) for way in chosen], values, days),
        killed=rows([_outcome(*way, "killed", values) for way in chosen], values, days),
        exchange=rows([_sent_back(*way) for way in chosen], values, days),
        reprisal=rows([route.reprisal_probability for route, _ in chosen], values, days),
        identified=np.array([number(route.identified_share, values, 1.0) for route, _ in chosen]),
        safer=np.array(
            [number(offer.safe_passage_log_odds, values) if offer else 0.0 for _, offer in chosen]
        ),
        column=np.array([columns.index(r) if r in columns else -1 for r in range(len(routes))], np.int64),
        nest=np.array([number(nest, values) for nest in nests]),
    )
