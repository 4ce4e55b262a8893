"""What is known of a quantity without simulating: cited figures and spans of daily series, as ranges."""

from __future__ import annotations

import datetime
import math

from offramp.claims.arithmetic import Range
from offramp.claims.bank import BETWEEN
from offramp.claims.claim import Cited, Drawn, Quantity, Simulated, Span
from offramp.evidence import Figure, figure, series, series_card
from offramp.evidence.figure import number_text

# Only these may be below zero; what is counted, paid or waited for may not.
_SIGNED = ("percent", "percentage points", "direction")


def known(quantity: Cited | Span) -> Range:
    """Its range. A figure of which only one bound is known is open on the other side."""
    if isinstance(quantity, Span):
        start, values = series(quantity.series)
        part = values[(quantity.first - start).days : (quantity.last - start).days + 1]
        low, high = float(part.min()), float(part.max())
        return Range(low, low if low == high else None, high)
    return range_of(figure(quantity.id))


def range_of(one: Figure) -> Range:
    """The range of a figure; a printed number without a range is taken as exact."""
    if one.low is None and one.high is None:
        assert one.central is not None  # the schema refuses a figure without any value
        return Range(one.central, one.central, one.central)
    least = -math.inf if one.unit in _SIGNED else 0.0
    return Range(
        least if one.low is None else one.low, one.central, math.inf if one.high is None else one.high
    )


def in_words(quantity: Quantity) -> str:
    """What it is and, where it is known, its value: `B-024, deserters ..., 17,000 persons (grade C)`."""
    match quantity:
        case Cited():
            one = figure(quantity.id)
            return f"{one.id}, {one.measure}: {one.value_text()} ({one.period.text}; grade {one.grade})"
        case Span():
            return f"{series_card(quantity.series).title}, {_dates(quantity.first, quantity.last)}: {_ends(quantity)}"
        case Simulated():
            when = ""
            if quantity.first is not None and quantity.last is not None:
                how = "mean" if quantity.outcome in BETWEEN else "added"
                when = f", {how} from {quantity.first} to {quantity.last}"
            return f"outcome {quantity.outcome} under `{quantity.policy}`{when}"
        case Drawn():
            return f"input {quantity.input}"


def range_text(one: Range) -> str:
    """`104.4`, `33,333 to 50,000`, `at least 7,000`; a central value within its range is named too."""
    if one.low == one.high:
        return number_text(float(f"{one.low:.6g}"))
    low, high = (number_text(float(f"{end:.6g}")) for end in (one.low, one.high))
    central = "" if one.central is None else f"{number_text(float(f'{one.central:.6g}'))}, "
    if math.isinf(one.low) and math.isinf(one.high):
        return f"{central}any number"
    if math.isinf(one.high):
        return f"{central}0 or more" if one.low == 0.0 else f"{central}at least {low}"
    return f"{central}at most {high}" if math.isinf(one.low) else f"{central}{low} to {high}"


def _dates(first: datetime.date, last: datetime.date) -> str:
    return f"{first}" if first == last else f"{first} to {last}"


def _ends(quantity: Span) -> str:
    return f"{range_text(known(quantity))} {series_card(quantity.series).unit}"
