"""Results for people: units, differences, intervals and shares in words. No false precision.

How a bare number is written is the business of `offramp.scenario.numbers`.

All functions return plain text; escaping is the business of the page.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from offramp.analysis.outcomes import Unit
from offramp.scenario.numbers import MINUS, NOT_DEFINED, number, rounded, unsigned

_PERCENT: tuple[Unit, ...] = ("share", "relative")
COUNTS: tuple[Unit, ...] = ("persons", "families")
PERCENT = "\N{NO-BREAK SPACE}%"

_SHORT = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k"))


def short(value: float, digits: int = 2) -> str:
    """The same for narrow tables: `12k`, `1.2M`, `340`."""
    if not math.isfinite(value):
        return NOT_DEFINED
    value = rounded(value, digits)
    sign, size = (MINUS if value < 0 else ""), abs(value)
    for scale, letter in _SHORT:
        if size >= scale:
            return f"{sign}{unsigned(size / scale, digits)}{letter}"
    return sign + unsigned(size, digits)


def signed(value: float, digits: int = 2) -> str:
    """`number` with a plus before what is above zero, for differences."""
    text = number(value, digits)
    return f"+{text}" if value > 0 and math.isfinite(value) else text


def amount(value: float, unit: Unit, *, difference: bool = False, digits: int = 2) -> str:
    """A value with its unit: persons and families bare, money as `$17 million`, shares as `12 %`.

    A difference of shares is in percentage points (`+3 points`), a relative change in per cent of what it changes.
    """
    if not math.isfinite(value):
        return NOT_DEFINED
    if unit in COUNTS and abs(value) < 10.0:
        value = float(round(value))  # nobody leaves by a tenth of a person
    if unit == "relative":
        value = (
            round(value, 5) + 0.0
        )  # a change below a thousandth of a per cent is none; no minus before nought
    text = (signed if difference else number)(value * 100.0 if unit in _PERCENT else value, digits)
    if unit == "usd":
        mark = text[0] if text[0] in f"+{MINUS}" else ""
        return f"{mark}${text.removeprefix(mark)}"
    if unit in _PERCENT:
        return f"{text} points" if difference and unit == "share" else f"{text}{PERCENT}"
    return text


def precision(low: float, high: float) -> int:
    """Digits worth showing of a number known to lie in an interval: 2, or up to 4 where the interval is
    narrow."""
    size, width = max(abs(low), abs(high)), high - low
    if width <= 0.0 or not math.isfinite(size) or not math.isfinite(width):
        return 2
    # A tenth of the width or so is resolved by this many digits of the larger end.
    return min(4, 2 + max(0, math.floor(math.log10(size / width))))


def from_to(before: float, after: float, unit: Unit) -> str:
    """`from 4,490 to 4,530`: two values with as many digits, up to four, as it takes to tell them apart."""
    for digits in (2, 3, 4):
        texts = [amount(value, unit, digits=digits) for value in (before, after)]
        if texts[0] != texts[1]:
            break
    return f"from {texts[0]} to {texts[1]}"


def between(low: float, high: float, unit: Unit, *, difference: bool = False) -> str:
    """`8,000 to 17,000`; a single value when both ends read the same.

    An interval of differences bears signs only where it holds zero or lies below it.
    """
    digits = precision(low, high)
    if difference and low > 0.0 and unit not in _PERCENT:
        difference = False
    a = amount(low, unit, difference=difference, digits=digits)
    b = amount(high, unit, difference=difference, digits=digits)
    if a == b:
        return a
    if unit in _PERCENT:
        tail = " points" if difference and unit == "share" else PERCENT
        a = a.removesuffix(tail)
    return f"{a} to {b}"


def more_or_fewer(value: float, unit: Unit) -> str:
    """A difference in words: `340 more`, `16 fewer`, `$3 million less`, `0`."""
    size = amount(abs(value), unit)
    if value == 0.0 or size == "0":
        return size
    if unit == "share":
        size = size.replace(PERCENT, " points")
    fewer = "fewer" if unit in COUNTS else "less"
    return f"{size} {'more' if value > 0.0 else fewer}"


def span_more_or_fewer(low: float, high: float, unit: Unit) -> str:
    """An interval of differences: `16 fewer to 340 more`, `490 to 2,100 fewer` (the smaller change first)."""
    if (low > 0.0) == (high > 0.0) and low * high > 0.0:
        near, far = (low, high) if low > 0.0 else (high, low)
        if amount(abs(near), unit) != amount(abs(far), unit):
            return f"{amount(abs(near), unit)} to {more_or_fewer(far, unit)}"
        return more_or_fewer(far, unit)
    a, b = more_or_fewer(low, unit), more_or_fewer(high, unit)
    return a if a == b else f"{a} to {b}"


def error(value: float | None, unit: Unit) -> str:
    """A Monte Carlo error at one significant digit: `±400`; empty when there is none."""
    if value is None:
        return ""
    if unit in COUNTS and 0.0 < value < 1.0:
        return "±<1"
    if unit in _PERCENT and 0.0 < value < 1e-5:
        return f"±<0.001{PERCENT}"
    return f"±{amount(value, unit, digits=error_digits(value))}"


def error_digits(value: float) -> int:
    """One digit, or two where the first is a 1 and one digit would be off by up to a half."""
    return 2 if f"{value:.0e}".startswith("1") else 1


def share(value: float) -> str:
    """A share of draws in per cent, never rounded to certainty: `<1 %`, `>99 %`, `83 %`, `5.5 %`."""
    if 0.0 < value < 0.01:
        return f"<1{PERCENT}"
    if 0.99 < value < 1.0:
        return f">99{PERCENT}"
    return f"{number(value * 100.0)}{PERCENT}"


def times(ratio: float) -> str:
    """How many times: `3.1 times`, `12 times`."""
    return f"{unsigned(rounded(ratio), 2)} times"


def listed(items: Sequence[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(items) <= 1:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def quoted(name: str) -> str:
    """A scenario's own name, set off from our words."""
    return f"\N{LEFT DOUBLE QUOTATION MARK}{name}\N{RIGHT DOUBLE QUOTATION MARK}"


def counted(count: int, one: str, many: str | None = None) -> str:
    """`1 draw`, `200 draws`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
