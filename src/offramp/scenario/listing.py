"""The tables that a scenario states, with their key paths, for whoever goes through all of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from offramp.scenario.tables import Scenario

NAMED: Final = ("groups", "routes", "programmes", "channels", "levers", "offramps", "comparators")
"""Tables of which a file may have several, each with a name."""

SINGLE: Final = (
    "choice",
    "units",
    "force",
    "losses",
    "war",
    "mobilisation",
    "information",
    "trust",
    "support",
    "regime",
    "ledger",
    "opinion",
    "leadership",
    "escalation",
    "game",
)
"""Tables of which a file has one at most."""


def named_tables(scenario: Scenario) -> Iterator[tuple[str, Any]]:
    """`group.conscripts` and the like, kind by kind in the order of the file."""
    for kind in NAMED:
        for one in (*getattr(scenario, kind), *getattr(scenario.posts, kind, ())):
            yield f"{kind.removesuffix('s')}.{one.name}", one


def single_tables(scenario: Scenario) -> Iterator[tuple[str, Any]]:
    """`war` and the like, as far as the file states them."""
    for key in SINGLE:
        table = getattr(scenario, key)
        if table is not None:
            yield key, table
