"""The text of a scenario file as TOML: refusal of what would exhaust the parser, parsing, line numbers."""

from __future__ import annotations

import re
import tomllib
from array import array
from typing import Any, Final

from offramp.errors import InputError, Problem
from offramp.scenario.findings import Loc
from offramp.scenario.source import bounded

MAX_DEPTH: Final = 32
"""Deepest nesting of brackets and longest dotted key; the language needs 6."""

MAX_TABLES: Final = 5_000
MAX_STATEMENTS: Final = 100_000
MAX_VALUES: Final = 250_000
"""More than the limits of the language allow, and few enough for the parser's time and memory."""

MAX_WORD: Final = 1_000
"""Most characters of a number or bare key: the parser's time and memory grow with them."""

_TOLD_BETTER: Final = {"Cannot overwrite a value": "the key of this line stands in the table already"}
"""What the parser says, and what a person understands."""

_KEY: Final = r"""(?:[\w-]+|"[^"\n]*"|'[^'\n]*')"""
_TOKEN: Final = re.compile(
    # Every alternative takes what it can and never gives back: the scan is linear in the length of the text. Only sets of
    # characters are repeated so: Python 3.11.2 fails to match a repeated group that may not give back.
    r'''"""|\'\'\'|"|\'|\#[^\n]*+|\n\s*+|[\[{]++|[\]}]++|[^"\'\#\[\]{}\n]++'''
)
_INSIDE: Final = {
    '"""': re.compile(r'[^"\\]*+'),
    "'''": re.compile("[^']*+"),
    '"': re.compile(r'[^"\\\n]*+'),
    "'": re.compile(r"[^'\n]*+"),
}
"""What may stand within a string of each kind before a character that may end it or has a meaning there."""
_CLOSING: Final = re.compile("[\"']{1,5}")
_LONG_WORD: Final = re.compile(rf"(?<![^\s=,.])[^\s=,.]{{{MAX_WORD + 1}}}")
_END_OF_KEY: Final = re.compile("[=,]")
_TOO_DEEP: Final = f"is nested more than {MAX_DEPTH} deep"
_HEAD: Final = re.compile(rf"[ \t]*(\[{{0,2}})[ \t]*({_KEY}(?:[ \t]*\.[ \t]*{_KEY})*)")
_PART: Final = re.compile(_KEY)


def parse(text: str, file: str) -> tuple[dict[str, Any], array[int]]:
    """The parsed TOML, and the offsets at which its statements start. Raises InputError."""
    bounded(text, file)
    text = text.removeprefix("\ufeff")
    starts = _scan(text, file)
    try:
        return tomllib.loads(text), starts
    except tomllib.TOMLDecodeError as error:
        what, line = _in_words(str(error), text)
        where = f"{file}:{line}" if line else file
        raise InputError([Problem(where, what, "Mend the TOML; see https://toml.io.")]) from None
    except ValueError as error:
        # An integer of five thousand digits or a time of 25 hours: the parser passes Python's words on.
        what = "a number has too many digits" if "digits" in str(error) else f"a value is impossible: {error}"
        raise InputError([Problem(file, what, "Write an ordinary number, or a date that exists.")]) from None


def _in_words(message: str, text: str) -> tuple[str, int | None]:
    for told, plain in _TOLD_BETTER.items():
        message = message.replace(told, plain)
    found = re.search(r" \(at line (\d+), column (\d+)\)$", message)
    if found is not None:
        return f"is not TOML: {message[: found.start()][:200]} (column {found[2]})", int(found[1])
    end = " (at end of document)"
    line = text.count("\n") + 1 if message.endswith(end) else None
    return f"is not TOML: {message.removesuffix(end)[:200]}", line


class _Scan:
    """The state of one pass over a text."""

    def __init__(self) -> None:
        self.starts = array("q")
        self.depth = 0
        self.dots = 0
        self.headers = 0
        self.values = 0
        self.fresh = True

    def take(self, token: str, offset: int) -> str | None:
        """Follow one token; what is too much of the text so far, None when nothing is."""
        first = token[0]
        if first == "\n":
            self.dots, self.fresh = 0, self.depth == 0
            return None
        if first == "#" or token.isspace():
            return None
        if self.fresh:
            self.starts.append(offset)
            self.headers += first == "["
            self.fresh = False
        if first in "[{":
            self.depth += len(token)
            self.dots = 0
        elif first in "]}":
            self.depth = max(self.depth - len(token), 0)
            self.dots = 0
        elif first not in "\"'":
            return self._words(token)
        return self._excess()

    def _words(self, token: str) -> str | None:
        """Keys, numbers, dots, commas and equals signs."""
        self.values += token.count(",") + token.count("=")
        excess = self._excess()
        if excess is not None:
            return excess
        # A dotted key may go on after a quoted part; commas and equals signs end it.
        first, *others = (piece.count(".") for piece in _END_OF_KEY.split(token))
        longest = max([self.dots + first, *others])
        self.dots = others[-1] if others else longest
        if longest > MAX_DEPTH:
            return _TOO_DEEP
        if len(token) > MAX_WORD and _LONG_WORD.search(token):
            return f"holds a number or key of more than {MAX_WORD:,} characters"
        return None

    def _excess(self) -> str | None:
        if self.depth > MAX_DEPTH:
            return _TOO_DEEP
        if self.headers > MAX_TABLES:
            return f"has more than {MAX_TABLES:,} tables"
        if len(self.starts) > MAX_STATEMENTS or self.values > MAX_VALUES:
            return f"has more than {MAX_STATEMENTS:,} keys or {MAX_VALUES:,} values"
        return None


def _scan(text: str, file: str) -> array[int]:
    """Offsets of statements; refuses nesting and numbers of things that would exhaust the parser."""
    scan = _Scan()
    at = 0
    while (match := _TOKEN.match(text, at)) is not None:
        excess = scan.take(match[0], at)
        if excess is not None:
            line = text.count("\n", 0, at) + 1
            remedy = "A scenario has at most 200 groups, routes and programmes, and needs 6 levels."
            raise InputError([Problem(f"{file}:{line}", excess, remedy)])
        at = _end_of_string(text, match.end(), match[0]) if match[0] in _INSIDE else match.end()
    return scan.starts


def _end_of_string(text: str, at: int, quote: str) -> int:
    """The offset behind a string that `quote` opened before offset `at`; where it is never closed, behind what it could hold."""
    inside, long, literal = _INSIDE[quote], len(quote) == 3, quote[0] == "'"
    while True:
        found = inside.match(text, at)
        at = at if found is None else found.end()
        here = text[at : at + 1]
        if here in ("", "\n"):
            return at
        if here == "\\" and not literal:
            if not long and text[at + 1 : at + 2] in ("", "\n"):
                return at
            at = min(at + 2, len(text))
        elif not long:
            return at + 1
        else:
            closing = _CLOSING.match(text, at)
            width = 1 if closing is None else len(closing[0]) - len(closing[0].lstrip(quote[0]))
            at += width
            if width >= 3:
                return at


def line_numbers(text: str, statements: array[int]) -> dict[Loc, int]:
    """Line of every table and of every key at the start of a statement; for messages."""
    lines: dict[Loc, int] = {}
    counts: dict[Loc, int] = {}
    table: Loc = ()
    line, before = 1, 0
    for start in statements:
        line += text.count("\n", before, start)
        before = start
        head = _HEAD.match(text, start)
        if head is None:
            continue
        keys: Loc = tuple(part.strip("\"'") for part in _PART.findall(head[2]))
        if head[1] == "[[":
            path = (*_within(keys[:-1], counts), keys[-1])
            counts[path] = counts.get(path, -1) + 1
            table = (*path, counts[path])
            lines.setdefault(path, line)
            lines[table] = line
        elif head[1] == "[":
            table = _within(keys, counts)
            lines.setdefault(table, line)
        else:
            for length in range(1, len(keys) + 1):
                lines.setdefault((*table, *keys[:length]), line)
    return lines


def _within(keys: Loc, counts: dict[Loc, int]) -> Loc:
    """The place of a header: after each list on the way, the table of the list that was opened last."""
    path: Loc = ()
    for key in keys:
        path = (*path, key)
        if path in counts:
            path = (*path, counts[path])
    return path
