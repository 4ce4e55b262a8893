"""Checks of single words and dates in a scenario file, and how they are shown in messages."""

from __future__ import annotations

import datetime
from typing import Final

NAME_LENGTH: Final = 60
YEARS: Final = (1800, 2200)
_FORBIDDEN_IN_NAMES: Final = frozenset(".\"'\\`")


def printable_line(text: str) -> str:
    """The text, when it is one line of printable characters; ValueError otherwise."""
    if not text.isprintable():
        raise ValueError("holds a control or invisible character")
    return text


def printable_text(text: str) -> str:
    """The text, when it is printable but for line ends and tabs; ValueError otherwise."""
    if not text.replace("\n", "").replace("\r", "").replace("\t", "").isprintable():
        raise ValueError("holds a control or invisible character")
    return text


def name(text: str) -> str:
    """The text, when it can name a group, route, programme or policy; ValueError otherwise."""
    if not 1 <= len(text) <= NAME_LENGTH:
        raise ValueError(f"is {len(text)} characters long; a name has 1 to {NAME_LENGTH}")
    if text != text.strip():
        raise ValueError("begins or ends with a space")
    if not text.isprintable():
        raise ValueError("holds a control or invisible character")
    bad = sorted(_FORBIDDEN_IN_NAMES & set(text))
    if bad:
        raise ValueError(f"holds {' '.join(bad)}, which a name may not: names are parts of key paths")
    return text


def date_in_range(date: datetime.date) -> datetime.date:
    """The date, when it can belong to a war of which figures are known; ValueError otherwise."""
    if not YEARS[0] <= date.year <= YEARS[1]:
        raise ValueError(f"is {date}; years run from {YEARS[0]} to {YEARS[1]}")
    return date


def quoted(value: object, length: int = 60) -> str:
    """A value from the file for a message: printable, and never longer than `length` characters."""
    if isinstance(value, str):
        # Cut before escaping: a string of five million control characters must not become thirty million.
        shown = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in value[: length + 1])
        return f"`{shown[:length]}{'...' if len(shown) > length else ''}`"
    if isinstance(value, bool):
        return "`true`" if value else "`false`"
    if isinstance(value, int) and abs(value) >= 10**18:
        return "an integer of more than 18 digits"
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list | tuple):
        return "a list"
    return f"`{str(value)[:length]}`"
