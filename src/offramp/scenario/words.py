"""Quantities in words, short enough for a cell of a table."""

from __future__ import annotations

import datetime
from typing import Final

from offramp.scenario.laws import Law
from offramp.scenario.numbers import number, stated
from offramp.scenario.quantities import Dated, Number, People, Quantity, Scalar, Series, Shares, Uncertain

_MOST_POINTS: Final = 3


def range_in_words(law: Law) -> str:
    """The 90 % interval of a law; rivals by their values."""
    if law.family == "rivals":
        return " or ".join(stated(value) for value in law.arguments[0::2])
    # More than three digits would be false precision in a quantile.
    low, high = law.interval()
    return f"{number(low, 3)} to {number(high, 3)}"


def in_words(quantity: Quantity | Shares | None, start: datetime.date) -> str:
    """Any quantity on one line; a dash for an absent one. `start` turns days of a path into dates."""
    match quantity:
        case None:
            return "-"
        case Number():
            return stated(quantity.value)
        case Uncertain():
            return range_in_words(quantity.law)
        case People():
            arguments = ", ".join(_bare(argument) for argument in quantity.arguments)
            return f"between persons: {quantity.family} {arguments}"
        case Dated():
            return _path(quantity, start) + _times(quantity.scale)
        case Series():
            return f"series {quantity.name}" + _times(quantity.scale)
        case Shares():
            parts = zip(quantity.names, quantity.mean(), strict=True)
            return "about " + ", ".join(f"{name} {mean:.0%}" for name, mean in parts)


def _bare(scalar: Scalar) -> str:
    return stated(scalar.value) if isinstance(scalar, Number) else f"({range_in_words(scalar.law)})"


def _times(scale: Scalar | None) -> str:
    return "" if scale is None else f" x {_bare(scale)}"


def _path(dated: Dated, start: datetime.date) -> str:
    points = [f"{_bare(level)} on {start + datetime.timedelta(days=day)}" for day, level in dated.points]
    if len(points) > _MOST_POINTS:
        points = [points[0], f"{len(points) - 2} more", points[-1]]
    return ", ".join(points)
