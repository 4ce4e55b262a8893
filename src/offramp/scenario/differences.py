"""What differs between two scenarios, key by key."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from typing import Any, cast

from offramp.scenario.document import NAMED, named
from offramp.scenario.load import canonical
from offramp.scenario.syntax import parse
from offramp.scenario.tables import Scenario

Row = tuple[str, Any, Any]


def differences(a: Scenario, b: Scenario) -> list[Row]:
    """Key path, value in `a`, value in `b`, for every key in which they differ; None where a key is absent.

    Values are those of the files: a quantity is one value, in whatever form it is written. Groups, routes,
    programmes and policies are matched by name; their order is a value of its own, as the first policy is the
    reference. Notes count as content.
    """
    left, right = _content(a), _content(b)
    paths = [*left, *(path for path in right if path not in left)]
    return [
        (path, left.get(path), right.get(path))
        for path in paths
        if canonical(left.get(path)) != canonical(right.get(path))
    ]


def _content(scenario: Scenario) -> dict[str, Any]:
    """Every key of the file by its path, in the order of the file."""
    data, _ = parse(scenario.text, scenario.name)
    flat: dict[str, Any] = {}
    for key, value in data.items():
        if key in NAMED:
            flat[f"{key} (order)"] = [name for _, name in named(data, key)]
            for item in cast("list[dict[str, Any]]", value):
                _flatten(f"{key}.{item['name']}", {k: v for k, v in item.items() if k != "name"}, flat)
        elif isinstance(value, dict):
            _flatten(key, cast("dict[str, Any]", value), flat)
        else:
            flat[key] = value
    return flat


def _flatten(path: str, table: Mapping[str, Any], flat: dict[str, Any]) -> None:
    for key, value in table.items():
        flat[f"{path}.{key}"] = value


def as_toml(value: Any) -> str:
    """A value of a scenario file on one line, as it could stand in the file; empty for an absent one."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        # A JSON string is a TOML string, but for one control character that JSON lets stand.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        pairs = cast("Mapping[str, Any]", value).items()
        return "{ " + ", ".join(f"{_key(key)} = {as_toml(inner)}" for key, inner in pairs) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(as_toml(inner) for inner in cast("list[Any]", value)) + "]"
    return repr(value)


def _key(key: str) -> str:
    return key if key.replace("_", "").replace("-", "").isalnum() and key.isascii() else as_toml(key)
