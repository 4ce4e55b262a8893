"""The door: parsed TOML becomes pydantic models, and everything that pydantic refuses becomes a sentence."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from offramp.scenario.findings import ENOUGH, Findings, Loc, nearest, step_into
from offramp.scenario.schema import LISTS, MAX_ITEMS, TABLES, HeadTable
from offramp.scenario.sentences import keys_of, place_in, sentence
from offramp.scenario.text import quoted

MAX_KEYS: Final = 256
MAX_LIST: Final = 10_000
NOTHING: Final[Mapping[int, Any]] = {}


@dataclass
class Admitted:
    """The tables that passed the door. An item that could not be read is None in its place."""

    head: HeadTable | None = None
    lists: dict[str, list[Any]] = field(default_factory=dict[str, list[Any]])
    tables: dict[str, Any] = field(default_factory=dict[str, Any])


def admit(data: Mapping[str, Any], findings: Findings, known: Mapping[int, Any] = NOTHING) -> Admitted | None:
    """Validate every table by itself, so that one bad table does not hide the faults of another.

    known: tables that were admitted without a fault before, by the identity of their content, which nobody has written into
    since. None when tables or lists are larger than those of any scenario: then nothing else is examined.
    """
    _bound(data, (), findings, known)
    if len(findings):
        return None
    admitted = Admitted()
    for key in LISTS:
        admitted.lists[key] = _admit_list(key, data, findings, known)
    for key, model in TABLES.items():
        if key in data:
            admitted.tables[key] = _known_table(model, data[key], (key,), findings, known)
    head = {key: value for key, value in data.items() if key not in LISTS and key not in TABLES}
    admitted.head = cast("HeadTable | None", admit_table(HeadTable, head, (), findings))
    return admitted


def _bound(value: object, loc: Loc, findings: Findings, known: Mapping[int, Any]) -> None:
    """Refuse tables and lists of a size that no scenario has, before anything walks through them twice."""
    if len(findings) > ENOUGH or id(value) in known:
        return
    if isinstance(value, dict):
        table = cast("dict[str, Any]", value)
        if len(table) > MAX_KEYS:
            findings.add(loc, f"has {len(table):,} keys", f"No table has more than {MAX_KEYS}.")
            return
        for key, inner in table.items():
            if type(inner) in (dict, list):
                _bound(inner, (*loc, key), findings, known)
    elif isinstance(value, list):
        items = cast("list[Any]", value)
        most = MAX_ITEMS.get(str(loc[0]), MAX_LIST) if len(loc) == 1 else MAX_LIST
        if len(items) > most:
            findings.add(loc, f"has {len(items):,} entries", f"At most {most:,} are allowed.")
            return
        for position, inner in enumerate(items):
            if type(inner) in (dict, list):
                _bound(inner, (*loc, position), findings, known)


def _known_table(
    model: type[BaseModel], value: object, loc: Loc, findings: Findings, known: Mapping[int, Any]
) -> Any:
    """See `admit_table`, and `known` of `admit`."""
    return known[id(value)] if id(value) in known else admit_table(model, value, loc, findings)


def _admit_list(key: str, data: Mapping[str, Any], findings: Findings, known: Mapping[int, Any]) -> list[Any]:
    items = data.get(key)
    if items is None or items == []:
        if key in ("group", "route"):
            findings.add((key,), f"the file has no {key}", f"Add a table [[{key}]].")
        return []
    if not isinstance(items, list):
        findings.add((key,), "must be a list of tables", f"Write [[{key}]] with double brackets.")
        return []
    return [
        _known_table(LISTS[key], item, (key, position), findings, known)
        for position, item in enumerate(cast(list[object], items))
    ]


def admit_table(model: type[BaseModel], value: object, loc: Loc, findings: Findings) -> Any:
    """One table as its model, without the parts at fault, each of which is noted; None when nothing is left of it."""
    if len(findings) > ENOUGH:
        return None
    if not isinstance(value, dict):
        header = f"[[{loc[0]}]]" if isinstance(loc[-1], int) else f"[{loc[0]}]"
        findings.add(loc, f"must be a table, is {quoted(value)}", f"Write {header} and its keys below it.")
        return None
    try:
        return model.model_validate(value)
    except ValidationError as refused:
        errors = refused.errors(include_url=False)
    table = cast(dict[str, Any], value)
    known = keys_of(model)
    meant = {nearest(key, known) for key in table if key not in known}
    for error in errors[: ENOUGH + 1]:
        if error["type"] != "missing" or place_in(error)[-1] not in meant:
            what, remedy = sentence(error, model, table)
            if what:
                findings.add((*loc, *place_in(error)), what, remedy)
    return _second_look(model, table, errors)


def _second_look(model: type[BaseModel], table: dict[str, Any], errors: list[ErrorDetails]) -> Any:
    """What is left of a table without the parts at fault: it still takes part in the checks across tables."""
    kept = copy.deepcopy(table)
    for error in errors:
        inner = place_in(error)
        holder: Any = kept
        if error["type"] == "extra_forbidden":
            # Only the unknown key goes, so that the rest of its quantity is still examined.
            for step in inner[:-1]:
                holder = step_into(holder, step)
            _drop(holder, inner[-1])
        else:
            _drop(holder, inner[0])
    try:
        return model.model_validate(kept)
    except ValidationError:
        return None


def _drop(holder: Any, key: str | int) -> None:
    if isinstance(holder, dict):
        cast("dict[Any, Any]", holder).pop(key, None)
