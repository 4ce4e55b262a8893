"""Pieces of scenario files from which the tests are put together."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from offramp.errors import InputError, Problem
from offramp.scenario import loads

HEAD = 'title = "A test"\nstart = 2022-02-24\ndays = 60\n'
GROUP = '[[group]]\nname = "soldiers"\nsize = 1000\n'
ROUTE = '[[route]]\nname = "desert"\nwindow_per_day = 0.02\nutility = 0.5\n'
BARE = HEAD + GROUP + ROUTE
CHOICE = "[choice]\npresent_bias = 0.7\n"
FORCE = '[force]\npersons = 1000\ninitial_shares = { "soldiers" = 1.0 }\n'


def problems(text: str, name: str = "file.toml") -> tuple[Problem, ...]:
    """Everything that is wrong with a file, which must be something."""
    with pytest.raises(InputError) as refused:
        loads(text, name)
    assert refused.value.problems
    return refused.value.problems


def lines(text: str) -> list[str]:
    """The problems of a file as the sentences that a person reads."""
    return [str(problem) for problem in problems(text)]


def only(text: str) -> str:
    """The one problem of a file."""
    found = lines(text)
    assert len(found) == 1, found
    return found[0]


def with_group(keys: str) -> str:
    """The bare file with more keys in its group."""
    return HEAD + GROUP + keys + "\n" + ROUTE


def with_route(keys: str, tables: Sequence[str] = ()) -> str:
    """The bare file with more keys in its route, and more tables."""
    return BARE + keys + "\n" + "\n".join(tables)
