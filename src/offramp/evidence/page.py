"""The page docs/evidence.md, written from the tables. `python -m offramp.evidence.page FILE` writes it."""

from __future__ import annotations

import sys
from pathlib import Path

from offramp.evidence.bibliography import bibliography, to_text
from offramp.evidence.figure import GRADE_MEANING, Figure
from offramp.evidence.series import SeriesCard, series_card, series_names
from offramp.evidence.table import figures, refused
from offramp.evidence.topics import TOPICS
from offramp.evidence.units import UNITS

_READ_ON = {"stored page": "page", "article": "article"}

_HEAD = """# Evidence

<!-- Written by `python -m offramp.evidence.page docs/evidence.md` from src/offramp/evidence/data. -->

The {count} figures that scenarios and priors may cite, from {sources} sources. `offramp evidence show ID`
prints one, `offramp evidence bibliography ukraine-2022` the references of a scenario.

## The rules

A figure that breaks one of these blocks the whole table, in the tests and whenever it is read.

- It has at least one of low, central and high, and they rise in that order. Only a low is a lower bound. A
  printed range keeps its ends; no middle is put in.
- Its unit and topic come from closed lists. Money is of its period and is not deflated. What can only be
  counted is never negative; a direction is 1, 0 or -1.
- It names its period, its population and its source, and the source has an address or is cited by its title
  (`article`).
- It was read on a stored copy of the page or in a cited article. What was only recalled is a lead, not
  evidence.
- What no source prints is marked *computed* and carries its arithmetic in words.
- Figures that contradict one another stand side by side as rivals, each naming the other; they are never
  averaged.
- Its measure is in our words.

Grades: {grades}. Beside the grade stands where the figure was read: *page* a stored copy of the page, *article*
one of the cited articles.

Topics, in this order and each under a heading of its own, with the number of figures: {contents}.
"""


def page() -> str:
    """The whole page as Markdown."""
    table = figures()
    references = bibliography(one.id for one in table)
    grades = "; ".join(f"**{grade}** {meaning}" for grade, meaning in GRADE_MEANING.items())
    by_topic = {topic: [one for one in table if one.topic == topic] for topic in TOPICS}
    contents = "; ".join(f"{topic} ({len(of_topic)})" for topic, of_topic in by_topic.items())
    counts = {"count": len(table), "sources": len(references)}
    parts = [_HEAD.format(**counts, grades=grades, contents=contents)]
    parts += [_topic(topic, of_topic) for topic, of_topic in by_topic.items()]
    parts.append("## Daily series\n\n" + "\n".join(_series(series_card(name)) for name in series_names()))
    parts.append(_refused())
    units = "\n".join(f"- `{unit}`: {meaning}" for unit, meaning in UNITS.items())
    parts.append(f"## Units\n\n{units}\n")
    lines = [f"- {_plain(line)}" for line in to_text(references).splitlines()]
    parts.append("## References\n\n" + "\n".join(lines) + "\n")
    return "\n".join(parts)


def _topic(topic: str, of_topic: list[Figure]) -> str:
    columns = ("id", "what", "value", "when", "who", "grade, read on", "source", "remarks")
    head = [f"| {' | '.join(columns)} |", "| --- " * len(columns) + "|"]
    lines = [f"## {topic[:1].upper()}{topic[1:]}", "", *head, *(_row(one) for one in of_topic)]
    return "\n".join(lines) + "\n"


def _row(one: Figure) -> str:
    names = one.id + (f" ({', '.join(one.aliases)})" if one.aliases else "")
    source = one.source
    printed = f"{source.by}{f', {source.year}' if source.year else ''}"
    value, when = one.value_text(), one.period.text
    grade = f"{one.grade}, {_READ_ON[one.checked]}"
    cells = (names, one.measure, value, when, one.population, grade, printed, _remarks(one))
    return "| " + " | ".join(_plain(cell) for cell in cells) + " |"


def _remarks(one: Figure) -> str:
    parts = [
        f"Rivals: {', '.join(one.rivals)}." if one.rivals else "",
        f"Computed: {one.arithmetic}." if one.arithmetic else "",
        f"{one.note}." if one.note else "",
        f"Mended: {one.mended}." if one.mended else "",
    ]
    return " ".join(part for part in parts if part)


def _series(card: SeriesCard) -> str:
    cautions = "\n".join(f"- {caution}" for caution in card.cautions)
    return (
        f"### `{card.name}`\n\n{card.title}; {card.unit}; {card.start} to {card.end}. "
        f"Origin: {_plain(card.origin)}, commit {card.commit}; licence {card.licence}, its text beside "
        f"the data.\n\n{cautions}\n"
    )


def _refused() -> str:
    lines = "\n".join(f"- {id}: {_plain(reason)}" for id, reason in refused().items())
    what = (
        "Collected, looked at, and not evidence. A scenario that cites one is refused. What was only recalled is "
        "given with its value, so that a scenario may state it as judgement."
    )
    return f"## Refused\n\n{what}\n\n{lines}\n"


def _plain(text: str) -> str:
    """Text that Markdown shows as it is, also inside a table."""
    return text.replace("|", "\\|").replace("*", "\\*").replace("<", "&lt;")


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), encoding="utf-8")
