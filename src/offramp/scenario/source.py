"""A scenario file as bytes and text: bounded reading, and refusal of what is no text before it is parsed."""

from __future__ import annotations

import os
import re
import stat
import tomllib
from array import array
from pathlib import Path
from typing import Any, Final

from offramp.errors import InputError, Problem
from offramp.scenario.findings import Loc, suggestion
from offramp.scenario.text import quoted

MAX_BYTES: Final = 5_000_000
MAX_DEPTH: Final = 32
"""Deepest nesting of brackets and longest dotted key; the language needs 6."""
MAX_TABLES: Final = 5_000
MAX_STATEMENTS: Final = 100_000
"""Most table headers and statements: more than the language allows, few enough for the parser."""

MAX_WORD: Final = 1_000
"""Most characters of a number or bare key; the parser's time and memory grow with them."""

PRESETS: Final = Path(__file__).parent / "presets"

_KEY = r"""(?:[\w-]+|"[^"\n]*"|'[^'\n]*')"""
_TOKEN: Final = re.compile(
    # Every alternative takes what it can and never gives back: the scan is linear in the length of the text.
    r'''"""(?:[^"\\]++|\\.|"(?!""))*+(?:"{3,5}|\Z|\\)'''
    r"""|'''(?:[^']++|'(?!''))*+(?:'{3,5}|\Z)"""
    r"""|"(?:[^"\\\n]++|\\[^\n])*+"?"""
    r"""|'[^'\n]*+'?"""
    r"""|\#[^\n]*+|\n|[ \t\r]++|[\[{]|[\]}]|\.|[=,]|[^"'\#\[\]{}.\n=, \t\r]++""",
    re.DOTALL,
)
_HEAD: Final = re.compile(rf"[ \t]*(\[{{0,2}})[ \t]*({_KEY}(?:[ \t]*\.[ \t]*{_KEY})*)")
_PART: Final = re.compile(_KEY)


def shipped() -> tuple[str, ...]:
    """Names of the scenarios that come with the package."""
    return tuple(sorted(path.stem for path in PRESETS.glob("*.toml")))


def read(name_or_path: str | os.PathLike[str]) -> tuple[str, str]:
    """The name of a file for messages, and its text. A bare word may name a shipped scenario."""
    wanted = os.fsdecode(name_or_path)
    names = shipped()
    if wanted in names:
        return f"{wanted}.toml", decode((PRESETS / f"{wanted}.toml").read_bytes(), f"{wanted}.toml")
    shown = quoted(wanted, 200).strip("`")
    try:
        data = _bounded(wanted)
    except (FileNotFoundError, NotADirectoryError):
        remedy = suggestion(Path(wanted).name.removesuffix(".toml"), names, "shipped scenarios")
        raise _refused(shown, "there is no such file and no such scenario", remedy) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise _refused(shown, f"cannot be read: {reason}", "Name a TOML file that you may read.") from None
    if data is None:
        raise _refused(shown, "is not a file", "Name a TOML file, not a folder or a device.")
    return shown, decode(data, shown)


def _bounded(path: str) -> bytes | None:
    """At most MAX_BYTES + 1 bytes of a regular file; None when it is something else."""
    # O_NONBLOCK: opening a pipe must not wait for its writer. What was opened is examined, not the name.
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return None
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return file.read(MAX_BYTES + 1)
    finally:
        os.close(descriptor)


def decode(data: bytes, file: str) -> str:
    """The text of a file in UTF-8, with or without a byte-order mark."""
    if len(data) > MAX_BYTES:
        raise _refused(
            file,
            f"is larger than {MAX_BYTES // 1_000_000} MB",
            "A scenario is a short text; name another file.",
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _refused(f"{file}:{line}", "is not text in UTF-8", "Save the file as UTF-8.") from None


def parse(text: str, file: str) -> tuple[dict[str, Any], array[int]]:
    """The parsed TOML, and the offsets at which its statements start."""
    if len(text) > MAX_BYTES:
        raise _refused(
            file,
            f"is larger than {MAX_BYTES // 1_000_000} MB",
            "A scenario is a short text; name another file.",
        )
    text = text.removeprefix("\ufeff")
    starts = _scan(text, file)
    try:
        return tomllib.loads(text), starts
    except tomllib.TOMLDecodeError as error:
        what, line = _syntax(str(error), text)
        raise _refused(
            f"{file}:{line}" if line else file, what, "Mend the TOML; see https://toml.io."
        ) from None
    except (ValueError, OverflowError) as error:
        # A date such as 2022-02-30 or an integer of five thousand digits: tomllib passes Python's words on.
        reason = (
            "a number has too many digits" if "digits" in str(error) else f"a value is impossible: {error}"
        )
        raise _refused(file, reason, "Write an ordinary number, or a date that exists.") from None


def _syntax(message: str, text: str) -> tuple[str, int | None]:
    found = re.search(r" \(at line (\d+), column (\d+)\)$", message)
    if found is None:
        end = " (at end of document)"
        line = text.count("\n") + 1 if message.endswith(end) else None
        return f"is not TOML: {message.removesuffix(end)[:200]}", line
    return f"is not TOML: {message[: found.start()][:200]} (column {found[2]})", int(found[1])


def _scan(text: str, file: str) -> array[int]:
    """Offsets of statements; refuses nesting and numbers of statements that would exhaust the parser."""
    starts = array("q")
    depth = dots = headers = 0
    fresh = True
    for match in _TOKEN.finditer(text):
        token = match[0]
        first = token[0]
        if first == "\n":
            dots = 0
            fresh = depth == 0
            continue
        if first in "# \t\r":
            continue
        if fresh:
            starts.append(match.start())
            headers += first == "["
            fresh = False
        if first in "[{":
            depth, dots = depth + 1, 0
        elif first in "]}":
            depth, dots = max(depth - 1, 0), 0
        elif first in "=,":
            dots = 0
        elif first == ".":
            dots += 1
        if len(token) > MAX_WORD and first not in "\"'":
            what = f"holds a number or key of {len(token):,} characters"
            raise _at(text, match.start(), file, what, f"At most {MAX_WORD:,} are allowed.")
        if depth > MAX_DEPTH or dots > MAX_DEPTH:
            raise _at(
                text,
                match.start(),
                file,
                f"is nested more than {MAX_DEPTH} deep",
                "Six are enough.",
            )
        if headers > MAX_TABLES or len(starts) > MAX_STATEMENTS:
            what = f"has more than {MAX_TABLES:,} tables or {MAX_STATEMENTS:,} keys"
            raise _at(
                text, match.start(), file, what, "At most 200 groups, routes and programmes are allowed."
            )
    return starts


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
            counts[keys] = counts.get(keys, -1) + 1
            table = (*keys, counts[keys])
            lines.setdefault(keys, line)
            lines[table] = line
        elif head[1] == "[":
            table = keys
            lines.setdefault(table, line)
        else:
            for length in range(1, len(keys) + 1):
                lines.setdefault((*table, *keys[:length]), line)
    return lines


def _at(text: str, offset: int, file: str, what: str, remedy: str) -> InputError:
    line = text.count("\n", 0, offset) + 1
    return _refused(f"{file}:{line}", what, remedy)


def _refused(place: str, what: str, remedy: str) -> InputError:
    return InputError([Problem(place, what, remedy)])
