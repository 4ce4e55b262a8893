"""Checks of single words and dates in a scenario file, and how they are shown in messages."""

from __future__ import annotations

import datetime
import re
import unicodedata
from functools import lru_cache
from typing import Final

NAME_LENGTH: Final = 60
YEARS: Final = (1800, 2200)
_FORBIDDEN_IN_NAMES: Final = frozenset(".\"'\\`")
_WORD: Final = re.compile(r"[^\W\d_]+")
_ALIKE: Final = frozenset({"LATIN", "CYRILLIC", "GREEK"})
"""Alphabets with letters that look the same."""


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
    odd = _odd_letter(text)
    if odd is not None:
        raise ValueError(f"holds letters of two alphabets in one word, which look the same: {odd}")
    if bad:
        raise ValueError(f"holds {' '.join(bad)}, which a name may not: names are parts of key paths")
    return text


def folded(name: str) -> str:
    """The name as it is compared with others: capitals, and how a letter with an accent is coded, make no difference."""
    return unicodedata.normalize("NFKC", name).casefold()


@lru_cache(maxsize=1024)  # the same names are met at every place that speaks of them
def _odd_letter(text: str) -> str | None:
    """A letter that does not belong to the alphabet in which its word begins but looks as if it might; None when all do."""
    for word in _WORD.findall(text):
        letters = [(c, unicodedata.name(c, "").partition(" ")[0]) for c in word]
        first = next((alphabet for _, alphabet in letters if alphabet in _ALIKE), None)
        for letter, alphabet in letters:
            if alphabet in _ALIKE and alphabet != first:
                return f"`{letter}` is {unicodedata.name(letter).capitalize()}"
    return None


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
