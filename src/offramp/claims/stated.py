"""Numbers that a scenario states and no draw varies: a test of these alone repeats what was put in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from offramp.claims.claim import Claim, Drawn
from offramp.errors import InputError
from offramp.scenario import Scenario
from offramp.scenario.places import loc_of
from offramp.scenario.syntax import parse


def stated_number(file: Mapping[str, Any], path: str) -> float | None:
    """The known number at a key path of a parsed scenario; None where there is none, or something else stands there."""
    try:
        here: Any = file
        for step in loc_of(file, path):
            here = here[step]
    except (InputError, KeyError, IndexError, TypeError):
        return None
    if isinstance(here, dict):
        here = cast("dict[str, Any]", here).get("value")
    return float(here) if isinstance(here, int | float) and not isinstance(here, bool) else None


def stated_in(scenario: Scenario, claims: Iterable[Claim]) -> dict[str, float]:
    """The known numbers of a scenario of which tests speak, by key path."""
    drawn = {one.path for one in scenario.inputs}
    asked = [q.input for one in claims for test in one.tests for q in test.quantities if isinstance(q, Drawn)]
    file = parse(scenario.text, scenario.name)[0]
    found = {path: stated_number(file, path) for path in dict.fromkeys(asked) if path not in drawn}
    return {path: value for path, value in found.items() if value is not None}
