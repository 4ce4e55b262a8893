"""Checks of groups, routes and units against the rest of the file."""

from __future__ import annotations

import math
from typing import Final

from offramp.scenario.document import Document
from offramp.scenario.findings import Loc, suggestion
from offramp.scenario.forms import Dirichlet
from offramp.scenario.schema_people import GroupTable, RouteTable, UnitsTable
from offramp.scenario.tables import OUTCOMES, STATES
from offramp.scenario.text import quoted

MODEL_TERMS: Final = (
    "distaste",
    "loyalty_share",
    "exchange_probability",
    "reprisal_probability",
    "identified_share",
)
"""Keys of a route that build its value from [choice]."""


def check_group(document: Document, group: GroupTable, loc: Loc) -> None:
    """Squads where they are needed, numbers from one place, and something that moves the group."""
    squad = document.squad_size(group)
    post = group.place == "post"
    if group.influence is not None and group.cohesion is not None:
        document.say(
            (*loc, "influence"), "stands beside `cohesion`, which says the same", "Give one of the two."
        )
    for key in ("influence", "cohesion"):
        if (
            getattr(group, key) is not None
            and squad is None
            and not post
            and not document.findings.at(("squad_size",))
        ):
            document.lacks(loc, f"has `{key}` but no squads", "Add `squad_size`, the members of a squad.")
    if group.cohesion is not None and not document.states("units"):
        document.say(
            (*loc, "cohesion"), "needs [units]", "Add [units] with contagion and loyalty, or use `influence`."
        )
    if squad is not None and document.units is not None and document.units.company_size % squad:
        document.say(
            (*loc, "squad_size") if group.squad_size is not None else ("units", "company_size"),
            f"squads of {squad} do not fill a company of {document.units.company_size}{_unsaid(document.units)}",
            f"Make company_size a multiple of every squad size: write `company_size = {_filled(document, squad)}` in [units].",
        )
    _check_numbers(document, group, loc)
    _check_wealth(document, group, loc)
    _check_moved(document, group, loc)


def _unsaid(units: UnitsTable) -> str:
    return (
        ""
        if "company_size" in units.model_fields_set
        else ", the default that holds because the file states none"
    )


def _filled(document: Document, squad: int) -> int:
    """The size nearest to the one in force that every squad divides; one company holds at least one squad."""
    sizes = {size for _, group in document.groups() if (size := document.squad_size(group)) is not None}
    step = math.lcm(squad, *sizes)
    assert document.units is not None  # the caller has looked
    return max(1, round(document.units.company_size / step)) * step


def _check_wealth(document: Document, group: GroupTable, loc: Loc) -> None:
    """Money is weighed against what a man has; there is no neutral wealth."""
    choice = document.table("choice")
    if choice is None or group.wealth_usd is not None or group.place == "home":
        return
    for key in ("money_weight", "compensation_weight"):
        if getattr(choice, key) is not None:
            document.lacks(
                loc, f"has no `wealth_usd`, against which choice.{key} weighs money", "Add `wealth_usd`."
            )
            return


def groups_of_force(document: Document) -> set[str]:
    """Groups whose numbers [force] gives; all of them when [force] was refused."""
    if document.force is None:
        return set(document.names["group"]) if document.states("force") else set()
    tables = [document.force.initial_shares, *(inflow.shares for inflow in document.force.inflow)]
    return {name for table in tables for name in (table.dirichlet if isinstance(table, Dirichlet) else table)}


def _check_numbers(document: Document, group: GroupTable, loc: Loc) -> None:
    by_force = group.place == "theatre" and group.name in groups_of_force(document)
    if group.size is None and not by_force:
        document.lacks(loc, "has no size", "Add `size`, or name the group in force.initial_shares.")
    if group.size is not None and by_force and document.force is not None:
        document.say(
            (*loc, "size"), "is given although [force] gives the group's numbers", "Leave out one of the two."
        )


def _check_moved(document: Document, group: GroupTable, loc: Loc) -> None:
    if not document.routes() or document.incomplete("route") or group.name in groups_of_force(document):
        return
    named = [name for _, route in document.routes() for name in route.groups or ()]
    if not set(named) <= set(document.names["group"]):
        return  # A name that was misspelt may have been meant for this group: that is said already.
    called = document.mobilisation is not None and document.mobilisation.group == group.name
    unnamed = group.place != "post" and any(route.groups is None for _, route in document.routes())
    routed = group.name in named or unnamed
    if not called and not routed:
        remedy = "Name it in the `groups` of a route, or take it out."
        document.lacks(loc, "no route and no module uses this group", remedy)


def check_route(document: Document, route: RouteTable, loc: Loc) -> None:
    """A value from one place, a way to open, and outcomes that are probabilities."""
    if route.name.casefold() in STATES:
        remedy = f"Choose another name than {', '.join(STATES)}."
        document.say((*loc, "name"), f"{quoted(route.name)} is the name of a state", remedy)
    if route.groups is not None:
        document.all_known("group", route.groups, (*loc, "groups"))
        if not route.groups:
            document.say(
                (*loc, "groups"), "is empty: nobody could take the route", "Name a group, or leave it out."
            )
    _check_value(document, route, loc)
    if route.outcome is not None:
        _check_outcome(document, route, route.outcome, loc)
    if route.window_per_day is None and not route.on_call_up:
        document.lacks(loc, "never opens", "Add `window_per_day`, the rate at which chances come.")
    if route.on_call_up:
        _check_call_up(document, route, loc)
    offered = any(programme.route == route.name for _, programme in document.items("programme"))
    if route.needs_programme and not offered and not document.incomplete("programme"):
        document.say(
            (*loc, "needs_programme"),
            "no programme offers this route",
            f'Add a [[programme]] with route = "{route.name}", or leave the key out.',
        )


def _check_value(document: Document, route: RouteTable, loc: Loc) -> None:
    terms = [term for term in MODEL_TERMS if getattr(route, term) is not None]
    if route.utility is not None:
        for term in terms:
            document.say(
                (*loc, term),
                "stands beside `utility`, which gives the value outright",
                "Leave out `utility` to build the value from [choice], or leave out this key.",
            )
    elif not document.states("choice"):
        if terms:
            document.say((*loc, terms[0]), "needs [choice]", "Add [choice], or give `utility` outright.")
        else:
            document.lacks(
                loc,
                "has no value: neither `utility` nor a [choice] to build it from",
                "Add `utility`, in utils; at 0 the route is as good as a stay_utility of 0.",
            )


def _check_outcome(document: Document, route: RouteTable, outcome: Dirichlet, loc: Loc) -> None:
    for name in outcome.dirichlet:
        if name not in OUTCOMES:
            at = (*loc, "outcome", "dirichlet", name)
            document.say(at, "is no outcome of an attempt", suggestion(name, OUTCOMES, "outcomes"))
    for name in OUTCOMES:
        if name not in outcome.dirichlet:
            remedy = f"Add `{name}`, or leave `outcome` out and give the two probabilities."
            document.say((*loc, "outcome", "dirichlet"), f"lacks `{name}`", remedy)
    for key in ("caught_probability", "killed_probability"):
        if getattr(route, key) is not None:
            document.say((*loc, key), "stands beside `outcome`, which says the same", "Give one of the two.")


def _check_call_up(document: Document, route: RouteTable, loc: Loc) -> None:
    if not document.states("mobilisation"):
        document.say(
            (*loc, "on_call_up"), "needs [mobilisation]", "Add [mobilisation], or leave the key out."
        )
    called = document.mobilisation
    if called is not None and route.groups is not None and called.group not in route.groups:
        remedy = "Add the group to `groups`, or leave on_call_up out."
        document.say(
            (*loc, "on_call_up"), f"is not open to {quoted(called.group)}, who are called up", remedy
        )


def check_units(document: Document) -> None:
    """The size of squads is said once for the whole file."""
    of_file = None if document.head is None else document.head.squad_size
    if document.units is None or of_file is None or document.units.squad_size in (None, of_file):
        return
    document.say(("units", "squad_size"), f"is not the {of_file} at the top of the file", "Say it once.")
