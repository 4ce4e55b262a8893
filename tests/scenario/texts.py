"""Pieces of scenario files from which the tests are put together."""

from __future__ import annotations

import json

import pytest

from offramp.errors import InputError, Problem
from offramp.scenario import loads

HEAD = 'title = "A test"\nstart = 2022-02-24\ndays = 60\n'
GROUP = '[[group]]\nname = "soldiers"\nsize = 1000\n'
ROUTE = '[[route]]\nname = "desert"\nwindow_per_day = 0.02\nutility = 0.5\n'
BARE = HEAD + GROUP + ROUTE
CHOICE = "[choice]\npresent_bias = 0.7\n"
FORCE = '[force]\npersons = 1000\ninitial_shares = { "soldiers" = 1.0 }\n'
PROGRAMME = '[[programme]]\nname = "cash"\nroute = "desert"\n'
OFFICERS = GROUP.replace("soldiers", "officers")
HOME = '[[group]]\nname = "men"\nplace = "home"\nsize = 100\n'
CALL = '[mobilisation]\ngroup = "men"\nquota = 10\nfrom = 2022-03-01\nuntil = 2022-03-31\n'


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


def quantity(key: str, value: str) -> str:
    """The bare file with one more key in its group."""
    return with_group(f"{key} = {value}")


def correlated(*inputs: str, rho: float) -> str:
    """A table that joins inputs."""
    return f"[[correlation]]\ninputs = {json.dumps(inputs)}\nrho = {rho}\n"
