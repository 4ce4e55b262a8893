"""Every assumption of a scenario as a row: its law or value, its 90 % interval, and what it rests on."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from offramp.scenario.laws import Law
from offramp.scenario.listing import named_tables, single_tables
from offramp.scenario.numbers import number, stated
from offramp.scenario.quantities import Dated, Number, People, Series, Shares, Uncertain
from offramp.scenario.tables import Scenario
from offramp.scenario.tables_endings import OpinionClass, Payoffs, Veto
from offramp.show.words import between

# Longest run of dated values that a row spells out.
_POINTS_SHOWN = 8


@dataclass(frozen=True)
class Assumption:
    """One row. `law`: the law or value in words; `interval`: the middle 90 %, empty for what is fixed.

    evidence: ids of cited figures. note: what the author of the scenario says; where there is neither
    evidence nor a note, `judged` is True and nothing else can be said.
    """

    path: str
    law: str
    interval: str
    evidence: tuple[str, ...]
    note: str

    @property
    def judged(self) -> bool:
        """It rests on judgement, not on a cited figure."""
        return not self.evidence


def uncertain(scenario: Scenario) -> list[Assumption]:
    """Every uncertain input, sets of shares last."""
    rows = [
        Assumption(u.path, law_text(u.law), between(*u.law.interval(), "other"), u.evidence, u.note)
        for u in scenario.inputs
    ]
    return rows + [row for shares in scenario.shares for row in _shares(shares)]


def fixed(scenario: Scenario) -> list[Assumption]:
    """Every stated number that is not uncertain: values, dated paths and series, by key path.

    Neutral values that the file does not state are not assumptions of the scenario and are left out.
    """
    rows: list[Assumption] = []
    for path, table in (*named_tables(scenario), *single_tables(scenario)):
        rows += _of_table(path, table, scenario.start)
    return rows


def law_text(law: Law) -> str:
    """A law in words, with its median: `lognormal, median 0.03`."""
    if law.family == "rivals":
        values, weights = law.arguments[0::2], law.arguments[1::2]
        pairs = zip(values, weights, strict=True)
        return "one of " + ", ".join(f"{number(v, 3)} (weight {number(w)})" for v, w in pairs)
    if law.family == "beta":
        a, b = law.arguments
        return f"beta ({number(a, 3)}, {number(b, 3)}), median {number(law.median())}"
    return f"{law.family}, median {number(law.median())}"


def _shares(shares: Shares) -> Iterator[Assumption]:
    total = sum(shares.concentrations)
    for path, name, a in zip(shares.paths, shares.names, shares.concentrations, strict=True):
        part = Law("beta", (a, total - a), 0.0, 1.0)
        law = f"part of Dirichlet shares, mean {number(a / total)}"
        yield Assumption(path or name, law, between(*part.interval(), "other"), shares.evidence, shares.note)


def _of_table(path: str, table: Any, start: datetime.date) -> Iterator[Assumption]:
    for field in dataclasses.fields(table):
        value = getattr(table, field.name)
        if value is not field.default:
            yield from _of_value(f"{path}.{field.name}", value, start)


def _of_value(path: str, value: Any, start: datetime.date) -> Iterator[Assumption]:
    match value:
        case Number():
            yield Assumption(path, stated(value.value), "", value.evidence, value.note)
        case Dated():
            yield Assumption(path, _dated(value, start), "", value.evidence, value.note)
            for day, level in value.points:
                if isinstance(level, Number) and level.evidence and level.evidence != value.evidence:
                    yield Assumption(
                        f"{path}, {_date(day, start)}", stated(level.value), "", level.evidence, level.note
                    )
        case Series():
            yield Assumption(path, f"daily series {value.name}", "", value.evidence, value.note)
        case People():
            law = f"differs between persons: {value.family} ({', '.join(map(_argument, value.arguments))})"
            yield Assumption(path, law, "", value.evidence, value.note)
        case Payoffs() | Veto():
            for field in dataclasses.fields(value):
                yield from _of_value(f"{path}.{field.name}", getattr(value, field.name), start)
        case (OpinionClass(), *_):
            for one in value:
                for field in dataclasses.fields(one):
                    yield from _of_value(
                        f"opinion.class.{one.name}.{field.name}", getattr(one, field.name), start
                    )
        case ((str(), float()), *_):
            parts = ", ".join(f"{name} {stated(part)}" for name, part in value)
            yield Assumption(path, f"shares: {parts}", "", (), "")
        case ((str(), Number() | Uncertain()), *_):
            for name, amount in value:
                yield from _of_value(f"{path}.{name}", amount, start)
        case _:
            return


def _argument(value: Any) -> str:
    return stated(value.value) if isinstance(value, Number) else "uncertain"


def _dated(value: Dated, start: datetime.date) -> str:
    parts = [f"{_date(day, start)}: {_argument(level)}" for day, level in value.points[:_POINTS_SHOWN]]
    more = len(value.points) - _POINTS_SHOWN
    tail = f" and {more} more points" if more > 0 else ""
    return f"by date ({value.interpolation}): {'; '.join(parts)}{tail}"


def _date(day: int, start: datetime.date) -> str:
    return (start + datetime.timedelta(days=day)).isoformat()
