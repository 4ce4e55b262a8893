"""Checks of programmes and policies against the rest of the file."""

from __future__ import annotations

from itertools import pairwise

from offramp.scenario.document import Document
from offramp.scenario.findings import Loc
from offramp.scenario.schema_offers import PolicyTable, ProgrammeTable
from offramp.scenario.text import quoted


def check_programme(document: Document, programme: ProgrammeTable, loc: Loc) -> None:
    """A route that exists, groups that may take it, a period within the run, payments in order."""
    document.known("route", programme.route, (*loc, "route"))
    _check_route(document, programme, loc)
    if programme.groups is not None:
        document.all_known("group", programme.groups, (*loc, "groups"))
        if not programme.groups:
            document.say((*loc, "groups"), "is empty: it is open to nobody", "Name a group, or leave it out.")
        _check_open_to(document, programme, programme.groups, loc)
    document.period(programme.start, programme.end, loc, ("start", "end"))
    days = [day for day, _ in programme.schedule]
    for at, (before, after) in enumerate(pairwise(days), start=1):
        if after <= before:
            document.say((*loc, "schedule", at), f"day {after} is not after day {before}", "Order by days.")
    for key, other in (
        ("stipend_usd_per_month", "stipend_months"),
        ("stipend_months", "stipend_usd_per_month"),
    ):
        if getattr(programme, key) is not None and getattr(programme, other) is None:
            document.lacks(loc, f"has `{key}` without `{other}`", f"Add `{other}`.")
    if programme.legal_status == "none" and programme.legal_probability is not None:
        remedy = 'Add legal_status = "asylum" or "citizenship".'
        document.say((*loc, "legal_probability"), "stands without a legal status to grant", remedy)
    if programme.testimony == "none" and programme.testimony_bonus_usd is not None:
        remedy = 'Add testimony = "optional" or "mandatory".'
        document.say((*loc, "testimony_bonus_usd"), "stands without testimony to pay for", remedy)


def _check_route(document: Document, programme: ProgrammeTable, loc: Loc) -> None:
    route = document.route(programme.route)
    if route is not None and route.on_call_up:
        document.say(
            (*loc, "route"),
            f"the route {quoted(route.name)} is taken at a call-up, where no programme serves",
            "Give the programme a route of its own.",
        )


def _check_open_to(document: Document, programme: ProgrammeTable, groups: tuple[str, ...], loc: Loc) -> None:
    route = document.route(programme.route)
    if route is None or route.groups is None:
        return
    for at, name in enumerate(groups):
        if name not in route.groups and name in document.names["group"]:
            document.say(
                (*loc, "groups", at),
                f"the route {quoted(route.name)} is not open to {quoted(name)}",
                "Add the group to the route, or leave it out here.",
            )


def check_policy(document: Document, policy: PolicyTable, loc: Loc) -> None:
    """Programmes that exist, each named once."""
    document.all_known("programme", policy.programmes, (*loc, "programmes"))
