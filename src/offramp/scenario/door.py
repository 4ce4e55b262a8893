"""The door: parsed TOML becomes pydantic models, and everything that pydantic refuses becomes a sentence."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from offramp.scenario import forms
from offramp.scenario.findings import ENOUGH, Findings, Loc, nearest, step_into, suggestion
from offramp.scenario.schema import LISTS, MAX_ITEMS, TABLES, HeadTable, ScenarioFile
from offramp.scenario.text import quoted

MAX_KEYS: Final = 256
MAX_LIST: Final = 10_000


@dataclass
class Admitted:
    """The tables that passed the door. An item that could not be read is None in its place."""

    head: HeadTable | None = None
    lists: dict[str, list[Any]] = field(default_factory=dict[str, list[Any]])
    tables: dict[str, Any] = field(default_factory=dict[str, Any])


def admit(data: Mapping[str, Any], findings: Findings) -> Admitted | None:
    """Validate every table by itself, so that one bad table does not hide the faults of another.

    None when tables or lists are larger than those of any scenario: then nothing else is examined.
    """
    _bound(data, (), findings)
    if len(findings):
        return None
    admitted = Admitted()
    for key in LISTS:
        admitted.lists[key] = _admit_list(key, data, findings)
    for key, model in TABLES.items():
        if key in data:
            admitted.tables[key] = _admit_table(model, data[key], (key,), findings)
    head = {key: value for key, value in data.items() if key not in LISTS and key not in TABLES}
    admitted.head = cast("HeadTable | None", _admit_table(HeadTable, head, (), findings))
    return admitted


def _bound(value: object, loc: Loc, findings: Findings) -> None:
    """Refuse tables and lists of a size that no scenario has, before anything walks through them twice."""
    if len(findings) > ENOUGH:
        return
    if isinstance(value, dict):
        table = cast("dict[str, Any]", value)
        if len(table) > MAX_KEYS:
            findings.add(loc, f"has {len(table):,} keys", f"No table has more than {MAX_KEYS}.")
            return
        for key, inner in table.items():
            _bound(inner, (*loc, key), findings)
    elif isinstance(value, list):
        items = cast("list[Any]", value)
        most = MAX_ITEMS.get(str(loc[0]), MAX_LIST) if len(loc) == 1 else MAX_LIST
        if len(items) > most:
            findings.add(loc, f"has {len(items):,} entries", f"At most {most:,} are allowed.")
            return
        for position, inner in enumerate(items):
            if type(inner) in (dict, list):
                _bound(inner, (*loc, position), findings)


def _admit_list(key: str, data: Mapping[str, Any], findings: Findings) -> list[Any]:
    items = data.get(key)
    if items is None or items == []:
        if key in ("group", "route"):
            findings.add((key,), f"the file has no {key}", f"Add a table [[{key}]].")
        return []
    if not isinstance(items, list):
        findings.add((key,), "must be a list of tables", f"Write [[{key}]] with double brackets.")
        return []
    return [
        _admit_table(LISTS[key], item, (key, position), findings)
        for position, item in enumerate(cast(list[object], items))
    ]


def _admit_table(model: type[BaseModel], value: object, loc: Loc, findings: Findings) -> Any:
    if len(findings) > ENOUGH:
        return None
    if not isinstance(value, dict):
        findings.add(loc, f"must be a table, is {quoted(value)}", f"Write [{loc[0]}] and its keys below it.")
        return None
    try:
        return model.model_validate(value)
    except ValidationError as refused:
        errors = refused.errors(include_url=False)
    table = cast(dict[str, Any], value)
    known = _keys_of(model)
    meant = {nearest(key, known) for key in table if key not in known}
    for error in errors[: ENOUGH + 1]:
        if error["type"] != "missing" or _inner(error)[-1] not in meant:
            _explain(error, model, table, loc, findings)
    return _second_look(model, table, errors)


def _second_look(model: type[BaseModel], table: dict[str, Any], errors: list[ErrorDetails]) -> Any:
    """What is left of a table without the parts at fault: it still takes part in the checks across tables."""
    kept = copy.deepcopy(table)
    for error in errors:
        inner = _inner(error)
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


def _inner(error: ErrorDetails) -> Loc:
    """The place of an error in its table, without the tags that tell forms apart."""
    return tuple(step for step in error["loc"] if step not in forms.FORM_TAGS)


def _explain(
    error: ErrorDetails, model: type[BaseModel], table: Mapping[str, Any], loc: Loc, findings: Findings
) -> None:
    inner = _inner(error)
    what, remedy = _sentence(error, model, inner, table)
    if what:
        findings.add((*loc, *inner), what, remedy)


def _sentence(
    error: ErrorDetails, model: type[BaseModel], inner: Loc, table: Mapping[str, Any]
) -> tuple[str, str]:
    given = error["input"]
    context = error.get("ctx", {})
    match error["type"]:
        case "extra_forbidden":
            key = str(inner[-1])
            known = _keys_of(model) if len(inner) == 1 else _keys_beside(inner, table)
            return "there is no such key", _unknown(key, known)
        case "missing" if isinstance(inner[-1], int):
            return f"has {inner[-1]} entries", f"Give at least {inner[-1] + 1}."
        case "missing":
            return "is missing", f"Add the key `{inner[-1]}`{_described(model, inner)}."
        case forms.NOT_A_QUANTITY:
            return _not_a_quantity(given, error["msg"].split(","))
        case forms.NOT_SHARES:
            return "must be a table of shares", 'Write { "first group" = 0.4, "second group" = 0.6 }.'
        case "too_short" | "too_long":
            return _wrong_length(given, context)
        case "string_too_long":
            return f"is longer than {context['max_length']} characters", "Shorten it."
        case "string_too_short":
            return "is empty", "Write a line of text."
        case "value_error":
            return str(context["error"]), _value_remedy(given)
        case "literal_error":
            words = [word.strip("'") for word in str(context["expected"]).replace(" or ", ", ").split(", ")]
            near = nearest(given, words) if isinstance(given, str) else None
            listed = ", ".join(f'"{word}"' for word in words)
            return f"is {quoted(given)}", f'Did you mean "{near}"?' if near else f"Write one of {listed}."
        case "date_type":
            return (
                f"must be a date, is {quoted(given)}",
                "Write a TOML date without quotes, such as 2022-02-24.",
            )
        case "finite_number":
            return f"must be a finite number, is {given}", "Write an ordinary number."
        case "float_type":
            return f"must be a number, is {quoted(given)}", _number_remedy(given)
        case "int_type":
            return (
                f"must be a whole number, is {quoted(given)}",
                "Write it without a decimal point or quotes.",
            )
        case "bool_type":
            return f"must be true or false, is {quoted(given)}", "Write true or false without quotes."
        case "string_type":
            return f"must be text in quotes, is {quoted(given)}", "Put it in double quotes."
        case "tuple_type":
            return f"must be a list, is {quoted(given)}", "Write it in square brackets."
        case "dict_type" | "model_type" | "model_attributes_type":
            return f"must be a table, is {quoted(given)}", "Write { key = value }."
        case "greater_than" | "greater_than_equal" | "less_than" | "less_than_equal":
            sign = {"gt": "above", "ge": "at least", "lt": "below", "le": "at most"}
            bounds = " and ".join(f"{sign[key]} {limit:,g}" for key, limit in context.items() if key in sign)
            return f"must be {bounds}, is {quoted(given)}", f"Write a number {bounds}."
        case _:
            return error["msg"][:1].lower() + error["msg"][1:], "See `offramp scenario schema`."


def _value_remedy(given: object) -> str:
    return "Use plain printable characters." if isinstance(given, str) else "Check the year."


def _number_remedy(given: object) -> str:
    if isinstance(given, str):
        return "Write the number without quotes."
    if isinstance(given, int) and not isinstance(given, bool):
        return "No number of a scenario is that large."
    return "Write an ordinary number."


def _unknown(key: str, known: Any) -> str:
    return suggestion(key, known, "keys here")


def _keys_of(model: type[BaseModel]) -> list[str]:
    fields = (ScenarioFile if model is HeadTable else model).model_fields
    return [field.alias or name for name, field in fields.items()]


def _keys_beside(inner: Loc, table: Mapping[str, Any]) -> list[str]:
    """Known keys of the form in which the unknown one stands."""
    here: Any = table
    for step in inner[:-1]:
        here = step_into(here, step)
    tag = forms.form_of(here)
    model = forms.BY_TAG.get(tag or "")
    if model is not None:
        return list(model.model_fields)
    return list(forms.SPREADS) if inner[-2:-1] == ("people",) else ["from", "shares"]


def _described(model: type[BaseModel], inner: Loc) -> str:
    info = model.model_fields.get(str(inner[-1])) if len(inner) == 1 else None
    return f": {info.description.rstrip('.')}" if info is not None and info.description else ""


def _wrong_length(given: object, context: Mapping[str, Any]) -> tuple[str, str]:
    size = len(cast(list[object], given)) if isinstance(given, list | dict | tuple) else 0
    least, most = context.get("min_length"), context.get("max_length")
    if (least is None or size >= least) and (most is None or size <= most):
        return "", ""  # Entries that were refused themselves are missing here too: already said.
    wanted = f"at least {least}" if most is None else f"at most {most}"
    return f"has {size} entries", f"Give {wanted}."


def _not_a_quantity(given: object, allowed: list[str]) -> tuple[str, str]:
    short = "Write a number, or { between = [low, high] } for an unknown one."
    if not isinstance(given, dict):
        return f"must be a number or a quantity, is {quoted(given)}", _number_remedy(given) if isinstance(
            given, str
        ) else short
    table = cast(dict[str, object], given)
    barred = next((key for key in table if key in forms.FORM_KEYS), None)
    if barred in ("points", "series"):
        return "cannot change with time: a path of dates is not allowed here", short
    if barred == "people":
        return "cannot differ between persons here", short
    for key in table:
        near = nearest(key, allowed)
        if near is not None:
            return f"is no quantity: there is no form {quoted(key)}", f"Did you mean `{near}`?"
    return "is no quantity", f"Write a number, or a table with one of {', '.join(allowed)}."
