"""A scenario in which a variant is one of the policies, and the values that it changes are changed."""

from __future__ import annotations

from typing import Any, Final

from offramp.claims.claim import Setting, Variant
from offramp.scenario import Scenario
from offramp.scenario.load import from_data
from offramp.scenario.places import loc_of, put, uncouple
from offramp.scenario.syntax import parse

_NOTE: Final = "set for the test of a claim"


def with_variant(variant: Variant, scenario: Scenario) -> Scenario:
    """The scenario with the variant's values, which are then known, and with a policy of the variant's name.

    Values hold under every policy of the scenario that is returned: compare the variant with policies of the one
    that was given, draw by draw. Raises InputError for everything that a file would be refused for.
    """
    data, _ = parse(scenario.text, scenario.name)
    for path, setting in variant.settings.items():
        put(data, loc_of(data, path), _form(setting))
    uncouple(data, set(variant.settings))
    base: dict[str, Any] = next(one for one in data["policy"] if one["name"] == variant.of)
    added = {
        "name": variant.name,
        "programmes": [*base.get("programmes", []), *variant.programmes],
        "levers": [*base.get("levers", []), *variant.levers],
    }
    data["policy"].append({**base, **added})
    return from_data(data, scenario.name)


def _form(setting: Setting) -> Any:
    """As it would stand in a file: a number with the word why, a list of lists, or the value itself."""
    if isinstance(setting, tuple):
        return [list(row) if isinstance(row, tuple) else row for row in setting]
    if isinstance(setting, str | bool):
        return setting
    return {"value": float(setting), "note": _NOTE}
