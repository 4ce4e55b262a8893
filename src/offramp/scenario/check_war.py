"""Checks of the force, its losses, the war and the call-up against the rest of the file."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from offramp.scenario.document import Document
from offramp.scenario.findings import Loc
from offramp.scenario.forms import Dirichlet
from offramp.scenario.text import quoted

NEEDED: Final = (
    ("hold_days", "hold_ratio"),
    ("hold_ratio", "hold_days"),
    ("breakpoint_a", "breakpoint_b"),
    ("breakpoint_b", "breakpoint_a"),
    ("strength_elasticity", "win_probability"),
    ("settlement_share", "win_probability"),
    ("defender_exponent", "defender_deaths_per_day"),
    ("civilian_exponent", "civilian_deaths_per_day"),
    ("bombardment_substitution", "civilian_deaths_per_day"),
)
"""Keys of [war] that say nothing without another one."""

SUM_TOLERANCE: Final = 1e-6
"""Shares written with six digits may miss 1 by this much."""


def check_war(document: Document) -> None:
    """Everything about the war that can be checked without the values of quantities."""
    for key in ("losses", "war"):
        if document.states(key) and not document.states("force"):
            document.say((key,), "needs [force]", "Add [force], or take the table out.")
    war = document.table("war")
    for key, other in NEEDED:
        if war is not None and getattr(war, key) is not None and not document.has("war", other):
            document.say(("war", key), f"says nothing without `{other}`", f"Add `{other}`, or leave it out.")
    _check_force(document)
    _check_mobilisation(document)


def _check_force(document: Document) -> None:
    force = document.force
    if force is None:
        return
    _check_shares(document, force.initial_shares, ("force", "initial_shares"))
    for at, inflow in enumerate(force.inflow):
        _check_shares(document, inflow.shares, ("force", "inflow", at, "shares"))
        before = force.inflow[at - 1].from_ if at else None
        if before is not None and inflow.from_ <= before:
            remedy = "Give the tables in the order of their dates."
            document.say(("force", "inflow", at, "from"), f"{inflow.from_} is not after {before}", remedy)


def _check_shares(document: Document, table: Dirichlet | Mapping[str, float], loc: Loc) -> None:
    if isinstance(table, Dirichlet):
        loc, parts = (*loc, "dirichlet"), table.dirichlet
    else:
        parts = table
        for name, value in parts.items():
            if not 0.0 <= value <= 1.0:
                document.say(
                    (*loc, name), f"must be between 0 and 1, is {value:g}", "Give a share of 0 to 1."
                )
        total = math.fsum(parts.values())
        if abs(total - 1.0) > SUM_TOLERANCE:
            document.say(loc, f"the shares sum to {total:.9g}, not to 1", "Mend the shares.")
    places = {group.name: group.place for _, group in document.groups()}
    for name in parts:
        if document.known("group", name, (*loc, name)) and places.get(name, "theatre") != "theatre":
            what = f"is at {'home' if places[name] == 'home' else 'a post'}, not in the theatre"
            document.say((*loc, name), what, "Name groups of the theatre only.")


def _check_mobilisation(document: Document) -> None:
    called = document.mobilisation
    if called is None:
        return
    loc = ("mobilisation",)
    document.known("group", called.group, (*loc, "group"))
    group = next((group for _, group in document.groups() if group.name == called.group), None)
    if group is not None and group.place != "home":
        remedy = f'Give the group {quoted(group.name)} place = "home".'
        where = (
            "in the theatre already" if group.place == "theatre" else "at a post, where nobody is called up"
        )
        document.say((*loc, "group"), f"is {where}", remedy)
    if called.serves_as is not None and document.known("group", called.serves_as, (*loc, "serves_as")):
        serves = next((group for _, group in document.groups() if group.name == called.serves_as), None)
        if serves is not None and serves.place != "theatre":
            document.say((*loc, "serves_as"), "is not in the theatre", "Name a group of the theatre.")
    document.period(called.from_, called.until, loc, ("from", "until"))
