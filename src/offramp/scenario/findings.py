"""What is wrong with a file, collected while it is read, and where: places become key paths with names."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from offramp.errors import InputError, Problem
from offramp.scenario.text import quoted

Loc = tuple[str | int, ...]
"""A place in the parsed file: keys and list positions."""

MOST_SHOWN: Final = 50
ENOUGH: Final = 1_000
"""Findings after which the rest is not examined closely: the file is not a scenario."""
_LONGEST_MATCHED: Final = 60
_MOST_MATCHED: Final = 1000


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, at a place of the parsed file."""

    loc: Loc
    what: str
    remedy: str


class Findings:
    """The list of what is wrong with one file; the same thing is not said twice of one place."""

    def __init__(self) -> None:
        self._found: dict[tuple[Loc, str], Finding] = {}
        self._beyond = 0

    def add(self, loc: Loc, what: str, remedy: str) -> None:
        """Note one thing; `remedy` is a full sentence with its stop. After ENOUGH they are only counted."""
        if len(self._found) < ENOUGH:
            self._found.setdefault((loc, what), Finding(loc, what, remedy))
        else:
            self._beyond += 1

    def __len__(self) -> int:
        return len(self._found) + self._beyond

    def places(self) -> list[Loc]:
        """Places at which something was found."""
        return [loc for loc, _ in self._found]

    def at(self, loc: Loc) -> bool:
        """Whether something was found at this place or below it."""
        return any(found[: len(loc)] == loc for found, _ in self._found)

    def refusal(self, file: str, data: Mapping[str, Any], lines: Mapping[Loc, int]) -> InputError:
        """The error that tells everything found, in the order of the file."""
        found = sorted(self._found.values(), key=lambda finding: _line(finding.loc, lines) or 0)
        problems = [
            Problem(place(file, finding.loc, data, lines), finding.what, finding.remedy)
            for finding in found[:MOST_SHOWN]
        ]
        if len(found) > MOST_SHOWN:
            more = len(self) - MOST_SHOWN
            problems.append(Problem(file, f"there are {more} more problems", "Mend these first."))
        return InputError(problems)


def place(file: str, loc: Loc, data: Mapping[str, Any], lines: Mapping[Loc, int]) -> str:
    """`file:line: key path`, without the line when it is not known."""
    line = _line(loc, lines)
    at = file if line is None else f"{file}:{line}"
    return f"{at}: {key_path(loc, data)}" if loc else at


def _line(loc: Loc, lines: Mapping[Loc, int]) -> int | None:
    for length in range(len(loc), 0, -1):
        if loc[:length] in lines:
            return lines[loc[:length]]
    return None


def key_path(loc: Loc, data: Mapping[str, Any]) -> str:
    """The key path with names in place of list positions: group.contract soldiers.support."""
    parts: list[str] = []
    here: Any = data
    for step in loc:
        here = step_into(here, step)
        if isinstance(step, str):
            parts.append(step if step.isprintable() and len(step) <= 60 else quoted(step))
            continue
        named = _name_of(cast(dict[str, Any], here)) if isinstance(here, dict) and len(parts) <= 2 else None
        usable = isinstance(named, str) and 0 < len(named) <= 60 and named.isprintable()
        parts.append(str(named) if usable else str(step))
    return ".".join(parts)


def _name_of(table: Mapping[str, Any]) -> Any:
    """What a table of a list is called; claims are called by their ids."""
    return table.get("name", table.get("id"))


def step_into(here: Any, step: str | int) -> Any:
    """One step down into parsed data, None when there is nothing."""
    try:
        return here[step]
    except (KeyError, IndexError, TypeError):
        return None


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that the user most likely meant, None when none is near."""
    if len(word) > _LONGEST_MATCHED:
        return None
    # Bounded: the matcher takes quadratic time in the length of words, and looks at each of them.
    words = [
        name for _, name in zip(range(_MOST_MATCHED), known, strict=False) if len(name) <= _LONGEST_MATCHED
    ]
    folded = {name.casefold(): name for name in reversed(words)}  # of two spellings, the first
    if word.casefold() in folded:
        return folded[word.casefold()]
    close = difflib.get_close_matches(word.casefold(), folded, n=1, cutoff=0.6)
    return folded[close[0]] if close else None


def suggestion(word: str, known: Iterable[str], listed: str) -> str:
    """'Did you mean ...?', or the sentence that lists what exists."""
    names = list(dict.fromkeys(known))
    near = nearest(word, names)
    if near is not None:
        return f"Did you mean `{near}`?"
    if not names:
        return f"There are no {listed}."
    shown = ", ".join(quoted(name) for name in names[:12])
    return f"The {listed} are {shown}{' ...' if len(names) > 12 else ''}."
