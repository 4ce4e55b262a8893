"""What is asked: scenario files, their schema, and the quantities they state."""

from __future__ import annotations

from typing import Any

from offramp.scenario.load import load, loads, template
from offramp.scenario.override import changed, under
from offramp.scenario.source import shipped
from offramp.scenario.tables import Scenario

__all__ = ["Scenario", "changed", "diff", "json_schema", "load", "loads", "shipped", "template", "under"]


def diff(a: Scenario, b: Scenario) -> list[tuple[str, Any, Any]]:
    """Key path, value in `a`, value in `b`, wherever two scenarios differ; None where a key is absent."""
    from offramp.scenario.differences import differences

    return differences(a, b)


def json_schema() -> dict[str, Any]:
    """JSON Schema of a scenario file, for editors that complete and check TOML."""
    from offramp.scenario.schema import json_schema

    return json_schema()
