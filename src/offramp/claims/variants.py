"""A scenario in which variants are policies, and the values that they change are changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from offramp.claims.claim import Setting, Variant
from offramp.scenario import Scenario
from offramp.scenario.load import from_data
from offramp.scenario.override import data_of
from offramp.scenario.places import loc_of, put, uncouple

_NOTE: Final = "set for the test of a claim"


def with_variant(variant: Variant, scenario: Scenario) -> Scenario:
    """The scenario with the variant's values, which are then known, and with a policy of the variant's name.

    Values hold under every policy of the scenario that is returned: compare the variant with policies of the one
    that was given, draw by draw. Raises InputError for everything that a file would be refused for.
    """
    return with_variants((variant,), scenario)


def with_variants(variants: Sequence[Variant], scenario: Scenario) -> Scenario:
    """The same for several variants, which change the same values to the same. A prior set in force stays in force."""
    data = data_of(scenario, scenario.prior)
    _write(data, variants)
    return from_data(data, scenario.name)


def variant_text(variant: Variant, scenario: Scenario) -> str:
    """The file of `with_variant`, with the comments of the scenario's own."""
    import tomlkit

    document: Any = tomlkit.parse(scenario.text.removeprefix("\ufeff"))
    _write(document, (variant,))
    return tomlkit.dumps(document)


def _write(data: Any, variants: Sequence[Variant]) -> None:
    """Into a parsed file, or into a document of TOML that keeps its comments."""
    for path, setting in variants[0].settings.items():
        put(data, loc_of(data, path), _form(setting))
    uncouple(data, set(variants[0].settings))
    bases: dict[str, dict[str, Any]] = {str(one["name"]): one for one in data["policy"]}
    for variant in variants:
        base = bases[variant.of]
        added: dict[str, Any] = {
            "name": variant.name,
            "programmes": [*base.get("programmes", []), *variant.programmes],
            "levers": [*base.get("levers", []), *variant.levers],
        }
        if variant.offramp:
            added["offramp"] = variant.offramp
        data["policy"].append({**base, **added})


def _form(setting: Setting) -> Any:
    """As it would stand in a file: a number with the word why, a list of lists, or the value itself."""
    if isinstance(setting, tuple):
        return [list(row) if isinstance(row, tuple) else row for row in setting]
    if isinstance(setting, str | bool):
        return setting
    return {"value": float(setting), "note": _NOTE}
