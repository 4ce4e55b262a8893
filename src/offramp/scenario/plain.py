"""A scenario as plain dictionaries and lists, for JSON."""

from __future__ import annotations

import dataclasses
import datetime
import math
from collections.abc import Mapping, Sequence
from typing import Any, cast

from offramp.scenario.laws import Law
from offramp.scenario.quantities import Uncertain
from offramp.scenario.tables import Scenario


def plain(scenario: Scenario) -> dict[str, Any]:
    """Everything that the scenario says, without its text; absent keys are left out.

    Quantities keep their parts; unknown ones gain `median`, `q05` and `q95`. Daily values of a series that
    ships with the package are left out: its name stands for them.
    """
    whole = cast("dict[str, Any]", _plain(scenario))
    del whole["text"]
    return whole


def _plain(value: Any) -> Any:
    match value:
        case Law():
            return {"family": value.family, "arguments": list(value.arguments)}
        case float():
            return value if math.isfinite(value) else None
        case datetime.date():
            return value.isoformat()
        case Mapping():
            return {key: _plain(inner) for key, inner in cast("Mapping[str, Any]", value).items()}
        case _ if dataclasses.is_dataclass(value):
            return _fields(value)
        case _ if isinstance(value, Sequence) and not isinstance(value, str):
            return [_plain(inner) for inner in cast("Sequence[Any]", value)]
        case _:
            return value


def _fields(value: Any) -> dict[str, Any]:
    stated = ((field.name, getattr(value, field.name)) for field in dataclasses.fields(value) if field.repr)
    told = {name: _plain(inner) for name, inner in stated if inner is not None and inner not in ((), "")}
    if isinstance(value, Uncertain):
        low, high = value.law.interval()
        told |= {"median": value.law.median(), "q05": low, "q95": high}
    return told
