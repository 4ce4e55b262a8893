"""Places of a parsed file by key path, and values put there.

A key path is what inputs, refusals and tables of assumptions show: `trust.mean`,
`programme.cash and citizenship.cash_usd`, `route.flee.window_per_day.points.1`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from offramp.errors import InputError, Problem
from offramp.scenario.findings import Loc, step_into, suggestion


def write(document: Any, changes: Mapping[str, float | Mapping[str, Any]], note: str) -> None:
    """Put values into a parsed file, or into a document of TOML that keeps its comments. Raises InputError."""
    fixed: set[str] = set()
    for path, value in changes.items():
        known = not isinstance(value, Mapping)
        put(document, loc_of(document, path), {"value": float(value), "note": note} if known else dict(value))
        if known or "value" in value:
            fixed.add(path)
    uncouple(document, fixed)


def put(document: Any, loc: Loc, form: Any) -> None:
    """Put a value at a place of a parsed file."""
    here = document
    for step in loc[:-1]:
        here = here[step]
    last = loc[-1]
    if len(loc) > 1 and loc[-2] == "points" and isinstance(last, int):
        here[last][1] = form  # a point is a pair of date and value
    else:
        here[last] = form


def replace_law(data: dict[str, Any], loc: Loc, form: Mapping[str, Any]) -> None:
    """Put what a prior set says in the place of an unknown number: a third of its law, or another law."""
    stated, other = _plain(_at(data, loc)), _plain(form)
    put(data, loc, {**stated, **other} if set(other) <= {"third", "note", "evidence"} else dict(other))


def _plain(value: Any) -> Any:
    """Without what a document of TOML remembers of its spaces and comments, which fit in one place only."""
    return value.unwrap() if hasattr(value, "unwrap") else value


def uncouple(document: Any, fixed: set[str]) -> None:
    """Take numbers that became known out of correlations and prior sets: nobody can believe otherwise of them."""
    for at in reversed(range(len(document.get("prior", [])))):
        believed = document["prior"][at]["inputs"]
        for path in [path for path in believed if path in fixed]:
            del believed[path]
        if not believed:
            del document["prior"][at]
    groups = document.get("correlation", [])
    for at in reversed(range(len(groups))):
        left = [str(path) for path in groups[at]["inputs"] if path not in fixed]
        if len(left) < 2:
            del groups[at]
        elif len(left) < len(groups[at]["inputs"]):
            groups[at]["inputs"] = left
    for key in ("correlation", "prior"):
        if key in document and not document[key]:
            del document[key]


def loc_of(data: Mapping[str, Any], path: str) -> Loc:
    """The place in a parsed file that a key path names. The last step may be absent, if its table is there.

    Raises InputError with the nearest path of the file.
    """
    found = next(_walk(data, path, ()), None)
    if found is None:
        remedy = suggestion(path, _paths(data), "key paths of the file")
        raise InputError([Problem(path[:80], "leads to nothing in the file", remedy)])
    return found


def _at(data: Any, loc: Loc) -> Any:
    here = data
    for step in loc:
        here = here[step]
    return here[1] if len(loc) > 1 and loc[-2] == "points" else here


def _walk(here: Any, rest: str, loc: Loc) -> Iterator[Loc]:
    """Places to which the rest of a path may lead; names may hold dots, so every split is tried."""
    if isinstance(here, Mapping):
        table = cast("Mapping[str, Any]", here)
        for key, inner in table.items():
            if rest == key and loc:
                yield (*loc, key)
            elif rest.startswith(f"{key}."):
                yield from _walk(inner, rest[len(key) + 1 :], (*loc, key))
        if rest not in table and "." not in rest and _is_table(loc):
            yield (*loc, rest)
    elif isinstance(here, list):
        dated = loc[-1:] == ("points",)
        for at, inner in enumerate(cast("list[Any]", here)):
            name = str(step_into(inner, "name") or at) if len(loc) == 1 else str(at)
            if rest == name and len(loc) > 1:
                yield (*loc, at)
            elif rest.startswith(f"{name}."):
                yield from _walk(inner[1] if dated else inner, rest[len(name) + 1 :], (*loc, at))


def _is_table(loc: Loc) -> bool:
    """Whether this is the place of a table of the file, to which a key may be added."""
    return len(loc) == 1 or (len(loc) == 2 and isinstance(loc[1], int))


def _paths(data: Mapping[str, Any]) -> list[str]:
    """Key paths of the quantities that the file states, for a suggestion."""
    found: list[str] = []
    for key, value in data.items():
        if isinstance(value, Mapping):
            found += [f"{key}.{inner}" for inner in cast("Mapping[str, Any]", value)]
        elif isinstance(value, list):
            for item in cast("list[Any]", value):
                if isinstance(item, Mapping) and "name" in item:
                    table = cast("Mapping[str, Any]", item)
                    found += [f"{key}.{table['name']}.{inner}" for inner in table if inner != "name"]
    return found
