"""Numbers for people, the one way in which every page and summary writes them: significant digits, thousands
apart, words from a million up, no exponent where it can be avoided."""

from __future__ import annotations

import math
from typing import Final

MINUS: Final = "\N{MINUS SIGN}"
NOT_DEFINED: Final = "\N{EN DASH}"

_LARGE: Final = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))
# A word stands for zeros: a number that needs more digits than these is written out.
_DIGITS_BEFORE_A_WORD: Final = 4
# Every digit of a whole number of persons or dollars, and none of what binary fractions add.
_EXACT: Final = 12


def rounded(value: float, digits: int = 2) -> float:
    """Rounded to so many significant digits; 0 and values that are not finite are returned as they are."""
    if value == 0.0 or not math.isfinite(value):
        return value
    near = float(f"{value:.{digits - 1}e}")
    return near if math.isfinite(near) else value


def number(value: float, digits: int = 2) -> str:
    """`12,000`, `0.035`, `1.2 million`, `−300`: two significant digits unless told otherwise."""
    if not math.isfinite(value):
        return NOT_DEFINED
    value = rounded(value, digits)
    sign, size = (MINUS if value < 0 else ""), abs(value)
    for scale, word in _LARGE:
        if size >= scale and rounded(size, _DIGITS_BEFORE_A_WORD) == size:
            return f"{sign}{unsigned(size / scale, digits)} {word}"
    return sign + unsigned(size, digits)


def stated(value: float) -> str:
    """A number as somebody stated it: `935,308`, `25 million`, `0.35`; four digits of what is below a thousand."""
    return number(value, _EXACT if abs(value) >= 1000.0 else 4)


def unsigned(size: float, digits: int) -> str:
    """A non-negative number, already rounded, without an exponent or a needless zero."""
    if size == 0.0:
        return "0"
    if size >= 1e15 or size < 1e-6:
        return f"{size:.{digits}g}"
    places = max(0, digits - 1 - math.floor(math.log10(size)))
    text = f"{size:,.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
