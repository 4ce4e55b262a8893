"""Checks of groups at posts: their ways out and offers are their own, and no term of the front applies to them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from offramp.scenario.document import Document
from offramp.scenario.findings import Loc
from offramp.scenario.schema_people import GroupTable
from offramp.scenario.tables import Group, Posts, Programme, Route
from offramp.scenario.text import quoted

POST: Final = "post"
_OF_POSTS: Final = (
    "corps",
    "known_exits",
    "justice_disutility",
    "purge_hazard_per_day",
    "dependence_utility",
)
_OF_OTHERS: Final = ("influence", "squad_size", "relative_risk", "casualty_per_day", "information_bias_share")
_NEEDS: Final = (
    ("justice_disutility", "leadership", "belief_days"),
    ("purge_hazard_per_day", "leadership", "purge_disutility"),
    ("dependence_utility", "opinion", "integrity_weight"),
)
"""Key of a group at a post, and the table and key through which it acts."""
_LEVERS: Final = (
    ("disarray_per_day", "disarray_memory_days"),
    ("decay_shift", "decay_weight"),
    ("purge_factor", "purge_disutility"),
)
"""Key of a lever, and the key of [leadership] through which it acts."""


def check_posts(document: Document) -> None:
    """Everything about groups at posts, and about what moves the top."""
    for loc, group in document.groups():
        _check_group(document, group, loc)
    at_posts = {group.name for _, group in document.groups() if group.place == POST}
    for loc, route in document.routes():
        named = set(route.groups or ())
        if named & at_posts and named - at_posts:
            what = "is open to people at posts and to others, who are simulated apart"
            document.say((*loc, "groups"), what, "Give those at posts a route of their own.")
        elif named & at_posts and route.on_call_up:
            document.say((*loc, "on_call_up"), "nobody at a post is called up", "Leave it out.")
    if at_posts and not document.states("choice"):
        loc = next(loc for loc, group in document.groups() if group.place == POST)
        document.lacks(
            (*loc, "place"), "a post needs [choice]: what it is worth is built from it", "Add [choice]."
        )
    for loc, lever in document.items("lever"):
        _say_unless(document, lever, loc, (("leadership", *pair) for pair in _LEVERS))


def _check_group(document: Document, group: GroupTable, loc: Loc) -> None:
    post = group.place == POST
    for key in _OF_OTHERS if post else _OF_POSTS:
        if getattr(group, key) is not None:
            what = f"is for groups {'of the front' if post else 'at posts'} only"
            remedy = "Leave it out." if post else 'Leave it out, or give the group place = "post".'
            document.say((*loc, key), what, remedy)
    if post:
        _say_unless(document, group, loc, ((table, key, needed) for key, table, needed in _NEEDS))
        if group.known_exits is not None and group.rank_weight is None:
            what = "says nothing without `rank_weight`"
            document.say((*loc, "known_exits"), what, "Add `rank_weight`, or leave it out.")


def _say_unless(document: Document, stated: Any, loc: Loc, pairs: Iterable[tuple[str, str, str]]) -> None:
    for table, key, needed in pairs:
        if getattr(stated, key) is not None and not document.has(table, needed):
            remedy = f"Add `{needed}` to [{table}], or leave it out."
            document.say((*loc, key), f"says nothing without {table}.{needed}", remedy)


def apart(
    document: Document,
    groups: tuple[Group, ...],
    routes: tuple[Route, ...],
    programmes: tuple[Programme, ...],
) -> tuple[tuple[Group, ...], tuple[Route, ...], tuple[Programme, ...], Posts]:
    """The tables of the front and of those at home, and those of posts. A front without anybody is refused."""
    posts = {group.name for group in groups if group.place == POST}
    ways = {route.name for route in routes if posts & set(route.groups)}
    front = tuple(group for group in groups if group.name not in posts)
    if groups and not front and not document.incomplete("group"):
        names = ", ".join(quoted(name) for name in sorted(posts))
        what = f"everybody is at a post ({names}): there is no front"
        document.lacks(("group",), what, "Add a group of the theatre or at home.")
    return (
        front,
        tuple(route for route in routes if route.name not in ways),
        tuple(one for one in programmes if one.route not in ways),
        Posts(
            tuple(group for group in groups if group.name in posts),
            tuple(route for route in routes if route.name in ways),
            tuple(one for one in programmes if one.route in ways),
        ),
    )
