"""From a policy to the kernel's menu: a route with a programme and a testimony variant is one option."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from offramp.engine.bind import daily, groups_of, number, shares
from offramp.engine.inputs import Menu
from offramp.engine.population import personal_routes
from offramp.scenario.quantities import People
from offramp.scenario.tables import Choice as ChoiceTable
from offramp.scenario.tables import Policy, Programme, Route, Scenario

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


def _outcome(
    route: Route, programme: Programme | None, kind: str, values: Values, days: int
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    own = getattr(programme, f"{kind}_probability") if programme else None
    if own is not None:
        return daily(own, values, days)
    if route.outcome is not None:
        return np.full(days, shares(route.outcome, values)[kind])
    return daily(getattr(route, f"{kind}_probability"), values, days)


def _sent_back(
    route: Route, programme: Programme | None, values: Values, days: int
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    own = programme.exchange_probability if programme else None
    return daily(own if own is not None else route.exchange_probability, values, days)


def menu(scenario: Scenario, policy: Policy, values: Values) -> Menu:
    """The policy's menu in this draw."""
    days, routes = scenario.days, scenario.routes
    programmes = programmes_of(scenario, policy)
    options = tuple(options_of(routes, programmes))
    columns = personal_routes(routes)
    table = scenario.choice or ChoiceTable()
    chosen = [(routes[o.route], programmes[o.programme] if o.programme >= 0 else None) for o in options]

    def matrix(
        rows: list[np.ndarray[tuple[int], np.dtype[np.float64]]],
    ) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
        return np.array(rows, dtype=np.float64).reshape(len(options), days)

    def stated(route: Route) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        if isinstance(route.utility, People):
            return np.zeros(days)
        return daily(route.utility, values, days, math.nan)

    own = [route.nest_dissimilarity for route in routes]
    nests = [table.nest_dissimilarity if one is None else one for one in own]
    eligible = [
        groups_of(scenario, route.groups) & (groups_of(scenario, offer.groups) if offer else True)
        for route, offer in chosen
    ]
    return Menu(
        route=np.array([o.route for o in options], np.int64),
        programme=np.array([o.programme for o in options], np.int64),
        video=np.array([o.video for o in options], np.bool_),
        eligible=np.array(eligible, np.bool_).reshape(len(options), len(scenario.groups)).T.copy(),
        start=np.searchsorted([o.route for o in options], np.arange(len(routes) + 1)).astype(np.int64),
        window=np.array([daily(route.window_per_day, values, days) for route in routes]),
        on_call_up=np.array([route.on_call_up for route in routes], np.bool_),
        outright=matrix([stated(route) for route, _ in chosen]),
        deviation=np.array([columns.index(o.route) if o.route in columns else -1 for o in options], np.int64),
        distaste=np.array([number(route.distaste, values) for route, _ in chosen]),
        loyalty=np.array([number(route.loyalty_share, values) for route in routes]),
        caught=matrix([_outcome(route, offer, "caught", values, days) for route, offer in chosen]),
        killed=matrix([_outcome(route, offer, "killed", values, days) for route, offer in chosen]),
        exchange=matrix([_sent_back(route, offer, values, days) for route, offer in chosen]),
        reprisal=matrix([daily(route.reprisal_probability, values, days) for route, _ in chosen]),
        identified=np.array([number(route.identified_share, values, 1.0) for route, _ in chosen]),
        safer=np.array(
            [number(offer.safe_passage_log_odds, values) if offer else 0.0 for _, offer in chosen]
        ),
        column=np.array([columns.index(r) if r in columns else -1 for r in range(len(routes))], np.int64),
        nest=np.array([number(nest, values) for nest in nests]),
    )
