"""What must hold between the tables of a file: names that exist, things said once, limits kept."""

from __future__ import annotations

from offramp.scenario.check_endings import check_endings, check_offramp
from offramp.scenario.check_game import check_game
from offramp.scenario.check_offers import check_policy, check_programme
from offramp.scenario.check_people import check_group, check_route, check_units
from offramp.scenario.check_posts import check_posts
from offramp.scenario.check_war import check_war
from offramp.scenario.check_world import check_channel, check_lever, check_means, check_promise, check_world
from offramp.scenario.document import NAMED, Document, named
from offramp.scenario.schema import MAX_CELLS
from offramp.scenario.text import folded, quoted


def check(document: Document) -> None:
    """Add to the findings everything that does not fit together."""
    for key in NAMED:
        _check_unique(document, key)
    for loc, group in document.groups():
        check_group(document, group, loc)
    for loc, route in document.routes():
        check_route(document, route, loc)
    for loc, programme in document.items("programme"):
        check_programme(document, programme, loc)
        check_promise(document, programme, loc)
    for loc, channel in document.items("channel"):
        check_channel(document, channel, loc)
    for loc, lever in document.items("lever"):
        check_lever(document, lever, loc)
    for loc, policy in document.items("policy"):
        check_policy(document, policy, loc)
        check_means(document, policy, loc)
        check_offramp(document, policy, loc)
    check_units(document)
    check_war(document)
    check_world(document)
    check_endings(document)
    check_game(document)
    check_posts(document)
    _check_size(document)


def _check_unique(document: Document, key: str) -> None:
    seen: dict[str, str] = {}
    for at, name in named(document.data, key):
        first = seen.get(folded(name))
        if first is None:
            seen[folded(name)] = name
            continue
        remedy = "Give each its own name; capitals make no difference."
        document.say((key, at, "name"), f"there is already a {key} {quoted(first)}", remedy)


def _check_size(document: Document) -> None:
    if document.head is None:
        return
    groups, routes, days = len(document.names["group"]), len(document.names["route"]), document.head.days
    cells = groups * (routes + 6) * (days + 1)
    if cells > MAX_CELLS:
        what = f"{groups} groups, {routes} routes and {days:,} days make {cells:,} numbers for one path"
        document.say(("days",), what, f"Stay within {MAX_CELLS:,}: fewer groups, routes or days.")
