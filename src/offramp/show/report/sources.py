"""Cited figures and their sources as pages show them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from offramp.evidence import bibliography, figure


@dataclass(frozen=True)
class Cited:
    """A cited figure as a link text: where its source stands on the page, its grade, what it says."""

    anchor: str
    grade: str
    label: str


@dataclass(frozen=True)
class Source:
    """One entry of the bibliography. `stop` ends the title, empty where the title ends a sentence itself; `publisher` is a
    sentence or empty; `address` is empty unless it is a web address."""

    anchor: str
    who: str
    year: str
    title: str
    stop: str
    publisher: str
    address: str
    figures: tuple[str, ...]


def cited(ids: Iterable[str]) -> dict[str, Cited]:
    """How each figure is cited on a page."""
    found: dict[str, Cited] = {}
    for id in ids:
        one = figure(id)
        found[id] = Cited(f"source-{one.source.key}", one.grade, one.label())
    return found


def sources(ids: Iterable[str]) -> tuple[Source, ...]:
    """The bibliography of these figures."""
    found: list[Source] = []
    for reference in bibliography(ids):
        one = reference.source
        address = one.locator if one.locator.startswith(("https://", "http://")) else ""
        found.append(
            Source(
                anchor=f"source-{one.key}",
                who=one.author or one.publisher,
                year=str(one.year) if one.year else "no date",
                title=one.title,
                stop=_stop(one.title),
                publisher=f"{one.publisher}{_stop(one.publisher)}" if one.author and one.publisher else "",
                address=address,
                figures=tuple(_figure_text(id) for id in reference.figures),
            )
        )
    return tuple(found)


def _stop(text: str) -> str:
    """A full stop, but for a text that ends a sentence itself."""
    return "" if text.endswith(("?", "!", ".")) else "."


def _figure_text(id: str) -> str:
    """What a figure says, and how it came about where no source prints it."""
    one = figure(id)
    return f"{one.label()}; computed: {one.arithmetic}" if one.arithmetic else one.label()
