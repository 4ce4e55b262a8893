"""What pydantic refuses, said to a person: what is wrong, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, cast

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from offramp.scenario import forms
from offramp.scenario.findings import Loc, nearest, step_into, suggestion
from offramp.scenario.schema import HeadTable, ScenarioFile
from offramp.scenario.schema_endings import OpinionClassTable, PayoffsTable, VetoTable
from offramp.scenario.schema_game import GameEndTable, GameNodeTable
from offramp.scenario.schema_war import InflowTable
from offramp.scenario.text import quoted

Sentence = tuple[str, str]
"""What is wrong, and the remedy; empty when it has been said already."""

_PLAIN: Final = {
    "string_too_short": ("is empty", "Write a line of text."),
    "date_type": ("must be a date, is {given}", "Write a TOML date without quotes, such as 2022-02-24."),
    "finite_number": ("must be a finite number, is {given}", "Write an ordinary number."),
    "int_type": ("must be a whole number, is {given}", "Write a number without a decimal point or quotes."),
    "bool_type": ("must be true or false, is {given}", "Write true or false without quotes."),
    "string_type": ("must be text, is {given}", "Put it in double quotes."),
    "tuple_type": ("must be a list, is {given}", "Write it in square brackets."),
    "dict_type": ("must be a table, is {given}", "Write {{ key = value }}."),
    "model_type": ("must be a table, is {given}", "Write {{ key = value }}."),
    forms.NOT_A_FORMULA: (
        "must be a number or a formula, is {given}",
        'Write a number, or a formula in quotes such as "1 - p".',
    ),
    forms.NOT_SHARES: (
        "must be a table of shares, is {given}",
        'Write {{ "first group" = 0.4, "second group" = 0.6 }}.',
    ),
}
_WITHIN: Final[dict[object, type[BaseModel]]] = {
    "inflow": InflowTable,
    "class": OpinionClassTable,
    "payoffs": PayoffsTable,
    "veto": VetoTable,
    "node": GameNodeTable,
    "end": GameEndTable,
}
"""Tables within tables."""
_NUMBER: Final = "Write a number, or { between = [low, high] } for an unknown one."


def place_in(error: ErrorDetails) -> Loc:
    """The place of an error in its table, without the tags that tell forms apart."""
    return tuple(step for step in error["loc"] if step not in forms.FORM_TAGS)


def keys_of(model: type[BaseModel]) -> list[str]:
    """Keys of a table as they stand in the file; for the head those of the whole top level."""
    fields = (ScenarioFile if model is HeadTable else model).model_fields
    return [field.alias or name for name, field in fields.items()]


def sentence(error: ErrorDetails, model: type[BaseModel], table: Mapping[str, Any]) -> Sentence:
    """One error of pydantic in words. model, table: what was expected, and what was given."""
    given = error["input"]
    context = error.get("ctx", {})
    inner = place_in(error)
    if error["type"] in _PLAIN:
        what, remedy = _PLAIN[error["type"]]
        return what.format(given=quoted(given)), remedy.format()
    match error["type"]:
        case "extra_forbidden":
            known = keys_of(model) if len(inner) == 1 else _keys_beside(inner, table)
            return "there is no such key", suggestion(str(inner[-1]), known, "keys here")
        case "missing":
            return _missing(model, inner)
        case forms.NOT_A_QUANTITY:
            return _not_a_quantity(given, error["msg"].split(","))
        case "float_type":
            return f"must be a number, is {quoted(given)}", _number_remedy(given)
        case "too_short" | "too_long":
            return _wrong_length(given, context)
        case "string_too_long":
            return f"is longer than {context['max_length']:,} characters", "Shorten it."
        case "value_error":
            plain = isinstance(given, str)
            return str(context["error"]), "Use plain printable characters." if plain else "Check the year."
        case "literal_error":
            return _not_one_of(given, str(context["expected"]))
        case "greater_than" | "greater_than_equal" | "less_than" | "less_than_equal":
            return _out_of_bounds(given, context)
        case _:
            return error["msg"][:1].lower() + error["msg"][1:], "See `offramp scenario schema`."


def _missing(model: type[BaseModel], inner: Loc) -> Sentence:
    key = inner[-1]
    if isinstance(key, int):
        return f"has {key} entries", f"Give at least {key + 1}."
    info = model.model_fields.get(key) if len(inner) == 1 else None
    meaning = f": {info.description.rstrip('.')}" if info is not None and info.description else ""
    return "is missing", f"Add the key `{key}`{meaning}."


def _not_one_of(given: object, expected: str) -> Sentence:
    words = [word.strip("'") for word in expected.replace(" or ", ", ").split(", ")]
    near = nearest(given, words) if isinstance(given, str) else None
    listed = ", ".join(f'"{word}"' for word in words)
    return f"is {quoted(given)}", f'Did you mean "{near}"?' if near else f"Write one of {listed}."


def _out_of_bounds(given: object, context: Mapping[str, Any]) -> Sentence:
    sign = {"gt": "above", "ge": "at least", "lt": "below", "le": "at most"}
    bounds = " and ".join(f"{sign[key]} {limit:,g}" for key, limit in context.items() if key in sign)
    return f"must be {bounds}, is {quoted(given)}", f"Write a number {bounds}."


def _wrong_length(given: object, context: Mapping[str, Any]) -> Sentence:
    size = len(cast("list[object]", given)) if isinstance(given, list | dict) else 0
    least, most = context.get("min_length"), context.get("max_length")
    if (least is None or size >= least) and (most is None or size <= most):
        return "", ""  # Entries that were refused themselves are not counted by pydantic: already said.
    wanted = f"at least {least}" if most is None else f"at most {most:,}"
    return f"has {size:,} entries", f"Give {wanted}."


def _number_remedy(given: object) -> str:
    if isinstance(given, str):
        return "Write the number without quotes."
    if isinstance(given, int) and not isinstance(given, bool):
        return "No number of a scenario is that large."
    return _NUMBER


def _keys_beside(inner: Loc, table: Mapping[str, Any]) -> list[str]:
    """Known keys of the form in which the unknown one stands."""
    here: Any = table
    for step in inner[:-1]:
        here = step_into(here, step)
    model = forms.BY_TAG.get(forms.form_of(here) or "")
    if model is not None:
        return list(model.model_fields)
    if inner[-2:-1] == ("people",):
        return list(forms.SPREADS)
    return [key for step in inner[:-1] if step in _WITHIN for key in keys_of(_WITHIN[step])]


def _not_a_quantity(given: object, allowed: list[str]) -> Sentence:
    if not isinstance(given, dict):
        return f"must be a number or a quantity, is {quoted(given)}", _number_remedy(given)
    table = cast("dict[str, object]", given)
    barred = next((key for key in table if key in forms.FORM_KEYS), None)
    if barred in ("points", "series"):
        return "cannot change with time: a path of dates is not allowed here", _NUMBER
    if barred == "people":
        return "cannot differ between persons here", _NUMBER
    for key in table:
        near = nearest(key, allowed)
        if near is not None:
            return f"is no quantity: there is no form {quoted(key)}", f"Did you mean `{near}`?"
    return "is no quantity", f"Write a number, or a table with one of {', '.join(allowed)}."
