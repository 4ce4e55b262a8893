"""What a cited figure is: one number of the world with its unit, period, population, source and grade."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Grade = Literal["A", "B", "C"]
Checked = Literal["stored page", "article"]

GRADE_MEANING: dict[Grade, str] = {
    "A": "peer-reviewed or a primary count",
    "B": "official or reputable report",
    "C": "press, claim or contested",
}


DIRECTIONS = {1.0: "raises it", 0.0: "no effect found", -1.0: "lowers it"}
"""What the values of the unit `direction` say."""


@dataclass(frozen=True)
class Period:
    """When a figure holds. `text` is as cited; `start` and `end` are None where it names no date."""

    text: str
    start: date | None
    end: date | None


@dataclass(frozen=True)
class Source:
    """Where a figure was printed.

    `locator` is an address, or `article` for a text that is cited by its title. `author` is empty where the
    publisher speaks for itself.
    """

    key: str
    author: str
    title: str
    publisher: str
    year: int | None
    locator: str

    @property
    def by(self) -> str:
        """Who speaks: the author, or the publisher where no author is named."""
        return self.author or self.publisher

    @property
    def address(self) -> str:
        """The address, empty for a text that is cited by its title."""
        return self.locator if self.locator.startswith("http") else ""

    def citation(self) -> str:
        """One line: `Author (year). Title. Publisher. Address`."""
        parts = (f"{self.by} ({self.year or 'n.d.'})", self.title, self.publisher if self.author else "")
        sentences = [part if part.endswith(("?", "!", ".")) else f"{part}." for part in parts if part]
        return " ".join([*sentences, self.address]).rstrip()


@dataclass(frozen=True)
class Figure:
    """One cited figure. At least one of low, central and high is given, in `unit`.

    A figure with only `low` is a lower bound, one with only `high` an upper bound. `arithmetic` says in words
    how a figure was computed that no source prints; it is empty for a printed one. `rivals` are the ids of
    figures that contradict this one: they stand side by side and are never averaged. `mended` records what
    was changed between the collected row and this one.
    """

    id: str
    aliases: tuple[str, ...]
    topic: str
    measure: str
    low: float | None
    central: float | None
    high: float | None
    unit: str
    period: Period
    population: str
    source: Source
    grade: Grade
    checked: Checked
    arithmetic: str
    rivals: tuple[str, ...]
    note: str
    mended: str

    @property
    def computed(self) -> bool:
        """True where no source prints the figure and it was derived, judged or read from words."""
        return bool(self.arithmetic)

    def value_text(self) -> str:
        """The values in words: `47,000 (40,000 to 55,000) persons`, `at least 220 persons`, `rank 2`, `raises it`."""
        if self.unit == "direction" and self.central is not None:
            return DIRECTIONS[self.central]
        if self.unit in ("rank", "ratio"):
            return f"{self.unit} {self._numbers()}"
        last = next(value for value in (self.central, self.high, self.low) if value is not None)
        unit = self.unit.removesuffix("s") if last == 1 else self.unit
        return f"{self._numbers()} {unit}"

    def _numbers(self) -> str:
        if self.central is not None:
            return f"{number_text(self.central)}{_span(self.low, self.high)}"
        if self.low is not None and self.high is not None:
            return f"{number_text(self.low)} to {number_text(self.high)}"
        if self.low is not None:
            return f"at least {number_text(self.low)}"
        assert self.high is not None  # the schema refuses a figure without any value
        return f"at most {number_text(self.high)}"

    def label(self) -> str:
        """One line for a report: `B-291: Russian troops ..., 190,000 persons — grade B`."""
        return f"{self.id}: {self.measure}, {self.value_text()} — grade {self.grade}"


def number_text(value: float) -> str:
    """A number for people: thousands separated, no trailing zeros; from a billion up in billions."""
    if abs(value) >= 1e9:
        return f"{value / 1e9:,.6g} billion"
    if value == int(value):
        return f"{int(value):,}"
    return f"{value:,.6g}"


def _span(low: float | None, high: float | None) -> str:
    if low is not None and high is not None:
        return f" ({number_text(low)} to {number_text(high)})"
    if low is not None:
        return f" (at least {number_text(low)})"
    if high is not None:
        return f" (at most {number_text(high)})"
    return ""
