"""Every uncertain input of a scenario as a row of the documentation: why it is uncertain, on what its prior rests."""

from __future__ import annotations

import re

from offramp.evidence import Figure, figure
from offramp.scenario import Scenario
from offramp.show.assumptions import Assumption, uncertain

COLUMNS = ("input", "why it is uncertain", "prior rests on", "90 % interval", "family")

_JUDGEMENT = "judgement"
# What a note begins with that gives no reason: `judgement: `, `judgement on the range: `.
_OPENING = re.compile(r"judgement(?: on the \w+)?[:;,]? *")


def rows(scenario: Scenario) -> list[tuple[str, ...]]:
    """One row an input, in the order of the file, under `COLUMNS`; sets of shares last."""
    families = {one.path: one.law.family for one in scenario.inputs}
    return [
        (f"`{row.path}`", why(row), rests_on(row), row.interval, families.get(row.path, "Dirichlet"))
        for row in uncertain(scenario)
    ]


def why(row: Assumption) -> str:
    """What the author says in the note; then the pairs of rivals among the cited figures and beside them.

    Where the note says no more than that it is judgement, that nothing was measured; where there is none, that
    the cited figures leave a range.
    """
    said = _OPENING.sub("", row.note, count=1) if row.note.startswith(_JUDGEMENT) else row.note
    if not said:
        said = "the cited figures leave a range" if row.evidence else "nothing that measures it was found"
    sentence = f"{said[:1].upper()}{said[1:].rstrip('.')}."
    pairs = {" and ".join(sorted((one.id, rival))) for one in _cited(row) for rival in one.rivals}
    if pairs:
        sentence += f" Rivals: {'; '.join(sorted(pairs))}."
    return sentence


def rests_on(row: Assumption) -> str:
    """The cited figures with their grades, and *judgement* where the author says so or cites nothing."""
    parts = [f"{one.id} ({one.grade})" for one in _cited(row)]
    if row.judged or row.note.startswith(_JUDGEMENT):
        parts.append(f"*{_JUDGEMENT}*")
    return ", ".join(parts)


def _cited(row: Assumption) -> list[Figure]:
    return list(dict.fromkeys(figure(id) for id in row.evidence))
