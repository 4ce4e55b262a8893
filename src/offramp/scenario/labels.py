"""Names of quantities in words, from the descriptions of the schema: for sliders, and for what decides a claim."""

from __future__ import annotations

import re
from typing import get_args

from offramp.scenario.forms import Table
from offramp.scenario.schema import LISTS, TABLES

_NO_NAME = re.compile(r"\bthis\b|^(?:Multiplies|Added)\b")
"""A description that says what is done with a number is no name of it: its key is."""


def clause(key: str, help: str, part: str = "") -> str:
    """The first clause of a key's description, and what part of the quantity this is."""
    # Before a colon may stand only of whom or of what it is said: `Leader: what a full off-ramp adds.`
    whom = re.match(r"\w+( \w+)?: ", help)
    said = re.split(r"[,;:(]|\.(?:\s|$)", help[whom.end() if whom else 0 :], maxsplit=1)[0].strip()
    found = f"{whom[0] if whom else ''}{said}" or key.replace("_", " ")
    return f"{found}, {part}" if part else found


def input_in_words(path: str) -> str:
    """What the number at a key path is: `disutility of one's own death`, `distaste for the route (surrender)`.

    A path that leads to no key of the schema stands for itself.
    """
    table, *rest = path.split(".")
    if table in LISTS:
        model = LISTS[table]
        # Names may hold dots: the first step that is a key of the table ends the name.
        at = next((at for at, step in enumerate(rest) if at > 0 and step in model.model_fields), 0)
        owner, rest = ".".join(rest[:at]), rest[at:]
    elif table in TABLES:
        model, owner = TABLES[table], ""
    else:
        return path
    if not rest or rest[0] not in model.model_fields:
        return path
    field = model.model_fields[rest[0]]
    inner = _table_in(field.annotation)
    if inner is not None and len(rest) > 1 and rest[1] in inner.model_fields:
        field, rest = inner.model_fields[rest[1]], rest[1:]
    said = clause(rest[0], field.description or "")
    if _NO_NAME.search(said):
        said, owner = rest[0].replace("_", " "), owner or table
    words = f"{said[:1].lower()}{said[1:]}" if said[1:2].islower() or said[:2] == "A " else said
    if len(rest) > 1 and rest[1] not in ("points", "scale"):
        owner = ", ".join(one for one in (owner, ".".join(rest[1:])) if one)
    return f"{words} ({owner})" if owner else words


def _table_in(annotation: object) -> type[Table] | None:
    """The table that a key holds; None where it holds a value."""
    if isinstance(annotation, type) and issubclass(annotation, Table):
        return annotation
    found = (_table_in(part) for part in get_args(annotation))
    return next((one for one in found if one is not None), None)
