"""The references behind a set of figures, as plain text, BibTeX or CSL-JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from offramp.evidence.figure import Source
from offramp.evidence.table import figure


@dataclass(frozen=True)
class Reference:
    """One source and the ids of the figures that were taken from it."""

    source: Source
    figures: tuple[str, ...]


def bibliography(ids: Iterable[str]) -> list[Reference]:
    """The sources of these figures, each once, sorted by author or publisher and year.

    Raises InputError for an unknown id.
    """
    cited: dict[str, tuple[Source, list[str]]] = {}
    for found in dict.fromkeys(figure(id) for id in ids):
        cited.setdefault(found.source.key, (found.source, []))[1].append(found.id)
    references = [Reference(source, tuple(sorted(of))) for source, of in cited.values()]
    return sorted(references, key=_order)


def to_text(references: Sequence[Reference]) -> str:
    """One paragraph a reference, with the ids it supports."""
    return "\n".join(_line(reference) for reference in references)


def to_bibtex(references: Sequence[Reference]) -> str:
    """BibTeX entries of type misc; the note holds the ids."""
    return "\n\n".join(_bibtex(reference) for reference in references)


def to_csl_json(references: Sequence[Reference]) -> str:
    """A CSL-JSON array, as read by Zotero and pandoc."""
    return json.dumps([_csl(reference) for reference in references], indent=2, ensure_ascii=False)


def _order(reference: Reference) -> tuple[str, int, str]:
    source = reference.source
    return source.by.casefold(), source.year or 0, source.title


def _line(reference: Reference) -> str:
    return f"{reference.source.citation()} [{', '.join(reference.figures)}]"


def _bibtex(reference: Reference) -> str:
    source = reference.source
    fields = {
        "author": f"{{{_escaped(source.by)}}}",
        "title": f"{{{_escaped(source.title)}}}",
        "publisher": _escaped(source.publisher),
        "year": str(source.year) if source.year else "",
        "url": source.address,
        "note": _escaped(f"Figures {', '.join(reference.figures)}"),
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    return f"@misc{{{source.key},\n" + ",\n".join(lines) + "\n}"


def _escaped(text: str) -> str:
    for letter in "\\&%$#_{}":
        text = text.replace(letter, "\\textbackslash " if letter == "\\" else f"\\{letter}")
    return text


def _csl(reference: Reference) -> dict[str, Any]:
    source = reference.source
    item: dict[str, Any] = {
        "id": source.key,
        "type": "document",
        "author": [{"literal": source.by}],
        "title": source.title,
        "publisher": source.publisher,
        "note": f"Figures {', '.join(reference.figures)}",
    }
    if source.year:
        item["issued"] = {"date-parts": [[source.year]]}
    if source.address:
        item["URL"] = source.address
    return item
