"""The table of cited figures: read once, when first asked for, and looked up by id or words."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from offramp.errors import InputError, Problem
from offramp.evidence.figure import Figure
from offramp.evidence.topics import TOPICS


def data_folder() -> Traversable:
    """The folder with the tables and series that ship with the package."""
    return files("offramp.evidence") / "data"


def figures() -> tuple[Figure, ...]:
    """Every figure, in the order of the table. Raises InputError with all problems of a bad table."""
    return _table()


def known_ids() -> frozenset[str]:
    """Every id that resolves, aliases included."""
    return frozenset(_by_name())


def figure(id: str) -> Figure:
    """The figure with this id or alias. Raises InputError with the nearest id when there is none."""
    found = _by_name().get(id)
    if found is not None:
        return found
    reason = refused().get(id)
    if reason is not None:
        what, remedy = (
            f"{id} may not be evidence: {reason}",
            "State the value as judgement or cite another figure.",
        )
    else:
        near = get_close_matches(id.upper(), _by_name(), n=1, cutoff=0.4)
        what = f"there is no figure {id!r}"
        remedy = f"Did you mean {near[0]}? " if near else ""
        remedy += "`offramp evidence list` shows all."
    raise InputError([Problem("evidence", what, remedy)])


def search(words: str | Sequence[str]) -> list[Figure]:
    """Figures that contain every word, also inside a longer one, in the order of the table; case is ignored.

    Without a word nothing is found.
    """
    given = words.split() if isinstance(words, str) else words
    wanted = [word.casefold() for word in given if word.strip()]
    if not wanted:
        return []
    return [found for found, text in _search_texts() if all(word in text for word in wanted)]


def topics() -> tuple[str, ...]:
    """Every topic, in the order in which tables show them."""
    return TOPICS


def check() -> list[Problem]:
    """Every problem of the shipped table; empty when it is valid."""
    return _read()[1]


@cache
def refused() -> dict[str, str]:
    """Ids that were collected and may not be evidence, each with the reason."""
    return {row["id"]: row["reason"] for row in _records("refused.csv")}


@cache
def _read() -> tuple[tuple[Figure, ...], list[Problem]]:
    from offramp.evidence.rules import read_figures, read_sources  # pydantic is not needed to import offramp

    sources, problems = read_sources(_records("sources.csv"), "sources.csv")
    found, more = read_figures(_records("figures.csv"), sources, refused(), "figures.csv")
    cited = {one.source.key for one in found}
    unused = [
        Problem("sources.csv", f"no figure cites the source {key!r}", "Remove it or cite it.")
        for key in sources
        if key not in cited and not more
    ]
    return tuple(found), [*problems, *more, *unused]


@cache
def _table() -> tuple[Figure, ...]:
    found, problems = _read()
    if problems:
        raise InputError(problems)
    return found


@cache
def _by_name() -> dict[str, Figure]:
    return {name: one for one in figures() for name in (one.id, *one.aliases)}


@cache
def _search_texts() -> tuple[tuple[Figure, str], ...]:
    def text(one: Figure) -> str:
        source = one.source
        names = (one.id, *one.aliases, one.topic)
        words = (one.measure, one.unit, one.period.text, one.population, one.note)
        printed = (source.author, source.title, source.publisher, str(source.year or ""))
        return " ".join((*names, *words, *printed)).casefold()

    return tuple((one, text(one)) for one in figures())


def _records(name: str) -> list[dict[str, str]]:
    text = (data_folder() / name).read_text(encoding="utf-8")
    reader = csv.DictReader(text.splitlines(), restkey="too many columns", restval="missing")
    return [dict(row) for row in reader]
