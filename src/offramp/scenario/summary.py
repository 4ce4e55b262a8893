"""A scenario as a few tables that a person can read: what is there, and what is unknown."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from offramp.scenario.listing import named_tables, single_tables
from offramp.scenario.numbers import number
from offramp.scenario.quantities import Dated, Number, People, Quantity, Series, Shares, Uncertain
from offramp.scenario.tables import Policy, Programme, Route, Scenario
from offramp.scenario.tables_world import ZERO, Lever
from offramp.scenario.words import in_words, range_in_words

Section = tuple[str, Sequence[str], list[tuple[str, ...]]]
"""A heading, the columns of its table, the rows; a heading without rows is a line of text."""


def summary(scenario: Scenario) -> list[Section]:
    """The sections of the summary, in the order of the file."""
    end = scenario.start + datetime.timedelta(days=scenario.days - 1)
    head = f"{scenario.title}\n{scenario.start} to {end}, {scenario.days:,} days. Hash {scenario.hash[:12]}."
    if scenario.description:
        head += f"\n{scenario.description}"
    sections: list[Section] = [
        (head, (), []),
        ("Groups", ("group", "place", "persons", "squad"), _groups(scenario)),
        ("Routes", ("route", "windows a day", "value", "open to", "note"), _routes(scenario)),
        ("Programmes", ("programme", "route", "from", "to", "offer"), _programmes(scenario)),
        ("Channels", ("channel", "kind", "reach a day", "intensity", "tells of"), _channels(scenario)),
        ("Levers", ("lever", "kind", "from", "to", "cost a day", "deaths at the front"), _levers(scenario)),
        (
            "Policies, the first is the reference",
            ("policy", "programmes, channels, levers and off-ramp"),
            _policies(scenario),
        ),
        ("Known numbers", ("key", "value"), _known(scenario)),
        ("Unknown numbers", ("input", "median", "90 % interval", "rests on"), _inputs(scenario)),
        ("Unknown shares, with their means", ("shares", "parts", "rests on"), _shares(scenario)),
    ]
    return [section for section in sections if section[2] or not section[1]]


def _groups(scenario: Scenario) -> list[tuple[str, ...]]:
    return [
        (
            group.name,
            group.place,
            "from [force]" if group.size is None else in_words(group.size, scenario.start),
            "-" if group.squad_size is None else f"{group.squad_size}",
        )
        for group in (*scenario.groups, *scenario.posts.groups)
    ]


def _routes(scenario: Scenario) -> list[tuple[str, ...]]:
    return [
        (
            route.name,
            in_words(route.window_per_day, scenario.start),
            "from [choice]" if route.utility is None else in_words(route.utility, scenario.start),
            _open_to(scenario, route),
            _notes(route),
        )
        for route in (*scenario.routes, *scenario.posts.routes)
    ]


def _open_to(scenario: Scenario, route: Route) -> str:
    everybody = tuple(group.name for group in scenario.groups)
    theatre = tuple(group.name for group in scenario.groups if group.place == "theatre")
    whole = {theatre: "all in the theatre", everybody: "all groups"}
    return whole.get(route.groups) or ", ".join(route.groups)


def _notes(route: Route) -> str:
    notes = (("needs a programme", route.needs_programme), ("when called up", route.on_call_up))
    return ", ".join(words for words, holds in notes if holds)


def _programmes(scenario: Scenario) -> list[tuple[str, ...]]:
    offered = {name for policy in scenario.policies for name in policy.programmes}
    rows: list[tuple[str, ...]] = []
    for programme in scenario.offers:
        first, last = (scenario.start + datetime.timedelta(days=day) for day in _days(programme))
        unused = "" if programme.name in offered else " (in no policy)"
        offer = ", ".join(_offer(programme, scenario.start)) or "-"
        rows.append((programme.name + unused, programme.route, f"{first}", f"{last}", offer))
    return rows


def _days(stated: Programme | Lever) -> tuple[int, int]:
    return stated.start_day, stated.end_day - 1


def _offer(programme: Programme, start: datetime.date) -> list[str]:
    parts: list[str] = []
    if isinstance(programme.cash_usd, tuple):
        parts += [f"{in_words(sum_usd, start)} USD to {name}" for name, sum_usd in programme.cash_usd]
    elif programme.cash_usd is not None:
        parts.append(f"{in_words(programme.cash_usd, start)} USD")
    if programme.legal_status != "none":
        parts.append(programme.legal_status)
    labels = (
        ("family_passage_share", "family passage"),
        ("capacity_per_day", "capacity a day"),
        ("budget_usd", "budget USD"),
        ("trust", "trust"),
    )
    for key, label in labels:
        quantity = getattr(programme, key)
        if quantity is not None:
            parts.append(f"{label} {in_words(quantity, start)}")
    if programme.testimony != "none":
        parts.append(f"testimony {programme.testimony}")
    return parts


def _levers(scenario: Scenario) -> list[tuple[str, ...]]:
    used = {name for policy in scenario.policies for name in policy.levers}
    rows: list[tuple[str, ...]] = []
    for lever in scenario.levers:
        first, last = (scenario.start + datetime.timedelta(days=day) for day in _days(lever))
        cost, forgone, factor = (
            in_words(one, scenario.start)
            for one in (lever.cost_usd_per_day, lever.forgone_usd_per_day, lever.death_hazard_factor)
        )
        trade = f", {forgone} USD forgone" if lever.forgone_usd_per_day != ZERO else ""
        unused = "" if lever.name in used else " (in no policy)"
        rows.append(
            (lever.name + unused, lever.kind, f"{first}", f"{last}", f"{cost} USD{trade}", f"x {factor}")
        )
    return rows


def _channels(scenario: Scenario) -> list[tuple[str, ...]]:
    everything = {one.name for one in scenario.offers}
    used = {name for policy in scenario.policies for name in policy.channels}
    return [
        (
            channel.name + ("" if channel.name in used else " (in no policy)"),
            channel.kind,
            in_words(channel.reach_per_day, scenario.start),
            in_words(channel.intensity, scenario.start),
            "all"
            if set(channel.programmes) == everything
            else ", ".join(channel.programmes) or "the outside only",
        )
        for channel in scenario.channels
    ]


def _policies(scenario: Scenario) -> list[tuple[str, ...]]:
    return [(policy.name, ", ".join(_means(scenario, policy)) or "none") for policy in scenario.policies]


def _means(scenario: Scenario, policy: Policy) -> tuple[str, ...]:
    offramp = () if policy.offramp is None else (policy.offramp,)
    since: tuple[str, ...] = ()
    if policy.broadcasts_day is not None:
        since = (f"broadcasts from {scenario.start + datetime.timedelta(days=policy.broadcasts_day)}",)
    return (*policy.programmes, *policy.channels, *policy.levers, *offramp, *since)


def _known(scenario: Scenario) -> list[tuple[str, ...]]:
    """Quantities that are no input by themselves and stand in no table above."""
    shown = {
        "size",
        "window_per_day",
        "utility",
        "cash_usd",
        "family_passage_share",
        "capacity_per_day",
        "reach_per_day",
        "intensity",
        "death_hazard_factor",
    }
    rows: list[tuple[str, ...]] = []
    for name, value in () if scenario.game is None else scenario.game.parameters:
        if isinstance(value, Number):
            rows.append((f"game.parameters.{name}", in_words(value, scenario.start)))
    for path, table in _tables(scenario):
        for field in fields(table):
            value: Any = getattr(table, field.name)
            neutral = value is field.default
            known = isinstance(value, Number | Dated | Series | People)
            if known and not neutral and field.name not in shown:
                rows.append((f"{path}.{field.name}", in_words(value, scenario.start)))
    return rows


def _tables(scenario: Scenario) -> list[tuple[str, Any]]:
    nested: list[tuple[str, Any]] = []
    if scenario.opinion is not None:
        nested += ((f"opinion.class.{one.name}", one) for one in scenario.opinion.classes)
    if scenario.escalation is not None:
        nested += (
            ("escalation.payoffs", scenario.escalation.payoffs),
            ("escalation.veto", scenario.escalation.veto),
        )
    return [
        *named_tables(scenario),
        *((key, one) for key, one in nested if one is not None),
        *single_tables(scenario),
    ]


def _inputs(scenario: Scenario) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for one in scenario.inputs:
        median = "-" if one.law.family == "rivals" else number(one.law.median(), 3)
        rows.append((one.path, median, f"{range_in_words(one.law)} {_family(one)}", _basis(one)))
    return rows


def _family(one: Uncertain) -> str:
    return "" if one.law.family == "rivals" else f"({one.law.family})"


def _shares(scenario: Scenario) -> list[tuple[str, ...]]:
    return [(one.path, in_words(one, scenario.start), _basis(one)) for one in scenario.shares]


def _basis(quantity: Quantity | Shares | Uncertain) -> str:
    return "; ".join(part for part in (", ".join(quantity.evidence), quantity.note) if part) or "-"
