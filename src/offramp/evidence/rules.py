"""The door of the evidence table: every rule a figure must keep. One broken rule blocks the whole table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from functools import lru_cache
from typing import Annotated, Any, TypeVar, cast

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from offramp.errors import Problem
from offramp.evidence.figure import DIRECTIONS, Checked, Figure, Grade, Source
from offramp.evidence.period import parse_period
from offramp.evidence.topics import TOPICS
from offramp.evidence.units import UNITS

Record = Mapping[str, str]
Row = TypeVar("Row", bound=BaseModel)

# Shares of change and differences of shares may fall; counts, money, ratios and times may not.
_SIGNED = ("percent", "percentage points", "direction")
_ID = r"^[A-Z]{1,4}-?\d{2,3}$"


def _number(text: object) -> object:
    if text == "":
        return None
    if isinstance(text, str) and "_" in text:
        raise ValueError("underscores are not allowed in a number")
    return text


def _words(text: object) -> object:
    return tuple(text.split()) if isinstance(text, str) else text


Value = Annotated[Annotated[float, Field(allow_inf_nan=False)] | None, BeforeValidator(_number)]
Ids = Annotated[tuple[Annotated[str, Field(pattern=_ID)], ...], BeforeValidator(_words)]
Line = Annotated[str, Field(max_length=600)]
Said = Annotated[str, Field(min_length=3, max_length=300)]


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    @field_validator("*", mode="before")
    @classmethod
    def _printable(cls, value: object) -> object:
        if isinstance(value, str):
            if not value.isprintable():
                raise ValueError("it contains a control character or another that cannot be printed")
            if value != value.strip():
                raise ValueError("it begins or ends with a space")
        return value


class SourceRow(_Row):
    """One line of sources.csv as text."""

    key: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{2,60}$")]
    author: Annotated[str, Field(max_length=120)]
    title: Said
    publisher: Said
    year: Annotated[Annotated[int, Field(ge=1800, le=2100)] | None, BeforeValidator(_number)]
    locator: Annotated[str, Field(pattern=r"^(https?://\S+|article)$", max_length=300)]


class FigureRow(_Row):
    """One line of figures.csv as text."""

    id: Annotated[str, Field(pattern=_ID)]
    aliases: Ids
    topic: str
    measure: Said
    low: Value
    central: Value
    high: Value
    unit: str
    period: Annotated[str, Field(min_length=2, max_length=120)]
    population: Annotated[str, Field(min_length=2, max_length=120)]
    source: str
    grade: Grade
    checked: Checked
    arithmetic: Line
    rivals: Ids
    note: Line
    mended: Line

    @field_validator("topic")
    @classmethod
    def _topic(cls, value: str) -> str:
        return _listed(value, TOPICS, "topic")

    @field_validator("unit")
    @classmethod
    def _unit(cls, value: str) -> str:
        return _listed(value, UNITS, "unit")

    @field_validator("period")
    @classmethod
    def _period(cls, value: str) -> str:
        parse_period(value)
        return value

    @model_validator(mode="after")
    def _ordered(self) -> FigureRow:
        given = [value for value in (self.low, self.central, self.high) if value is not None]
        if not given:
            raise ValueError("it has no value: give low, central or high")
        if given != sorted(given):
            raise ValueError(f"its values {given} do not rise from low over central to high")
        if given[0] < 0 and self.unit not in _SIGNED:
            raise ValueError(f"it is negative, and {self.unit} cannot be")
        if self.id in self.rivals:
            raise ValueError("it is its own rival")
        return self

    @model_validator(mode="after")
    def _coded(self) -> FigureRow:
        given = [value for value in (self.low, self.central, self.high) if value is not None]
        if self.unit == "direction" and (given != [self.central] or self.central not in DIRECTIONS):
            raise ValueError("a direction is one central value: 1, 0 or -1")
        if self.unit == "rank" and any(value < 1 or value != int(value) for value in given):
            raise ValueError("a rank is a whole number from 1")
        return self


def read_sources(records: Iterable[Record], file: str) -> tuple[dict[str, Source], list[Problem]]:
    """Sources by key, and every problem found. `file` names the table in the problems."""
    sources: dict[str, Source] = {}
    problems: list[Problem] = []
    for line, record in enumerate(records, start=2):
        row = _validated(SourceRow, record, f"{file}:{line}", record.get("key", ""), problems)
        if row is None:
            continue
        if row.key in sources:
            what = f"the source key {row.key!r} is used twice"
            problems.append(Problem(f"{file}:{line}", what, "Rename one."))
        sources[row.key] = Source(row.key, row.author, row.title, row.publisher, row.year, row.locator)
    return sources, problems


def read_figures(
    records: Iterable[Record], sources: Mapping[str, Source], refused: Mapping[str, str], file: str
) -> tuple[list[Figure], list[Problem]]:
    """Figures in the order of the table, and every problem found, those between rows included.

    `refused` maps ids that may not be evidence to the reason.
    """
    figures: list[Figure] = []
    problems: list[Problem] = []
    for line, record in enumerate(records, start=2):
        place = f"{file}:{line}"
        row = _validated(FigureRow, record, place, record.get("id", ""), problems)
        if row is None:
            continue
        source = sources.get(row.source)
        if source is None:
            near = get_close_matches(row.source, sources, n=1)
            remedy = f"Did you mean {near[0]!r}?" if near else "Add it to the table of sources."
            problems.append(Problem(place, f"{row.id} cites the unknown source {row.source!r}", remedy))
            continue
        if row.checked == "article" and source.locator != "article":
            what = f"{row.id} is checked against an article but its source is at {source.locator}"
            problems.append(Problem(place, what, "Say `stored page`, or `article` as the source's locator."))
        figures.append(_figure(row, source))
    problems += _between_rows(figures, refused, file)
    return figures, problems


def _figure(row: FigureRow, source: Source) -> Figure:
    return Figure(
        id=row.id,
        aliases=row.aliases,
        topic=row.topic,
        measure=row.measure,
        low=row.low,
        central=row.central,
        high=row.high,
        unit=row.unit,
        period=parse_period(row.period),
        population=row.population,
        source=source,
        grade=row.grade,
        checked=row.checked,
        arithmetic=row.arithmetic,
        rivals=row.rivals,
        note=row.note,
        mended=row.mended,
    )


def _between_rows(figures: Sequence[Figure], refused: Mapping[str, str], file: str) -> list[Problem]:
    problems: list[Problem] = []
    by_id = {figure.id: figure for figure in figures}
    names = Counter(name for figure in figures for name in (figure.id, *figure.aliases))
    for name, count in names.items():
        if count > 1:
            problems.append(Problem(file, f"the id {name} stands {count} times", "One id names one figure."))
        if name in refused:
            problems.append(Problem(file, f"{name} may not be evidence: {refused[name]}", "Remove the row."))
    for figure in figures:
        for rival in figure.rivals:
            if rival not in by_id:
                what = f"{figure.id} names the rival {rival}, which is not in the table"
                problems.append(Problem(file, what, "Add the rival or remove the mention."))
            elif figure.id not in by_id[rival].rivals:
                what = f"{figure.id} names {rival} as its rival, but not the other way round"
                problems.append(Problem(file, what, f"Add {figure.id} to the rivals of {rival}."))
    return problems


def _listed(value: str, allowed: Iterable[str], kind: str) -> str:
    known = list(allowed)
    if value in known:
        return value
    near = get_close_matches(value, known, n=1)
    raise ValueError(f"{value!r} is not a known {kind}" + (f"; did you mean {near[0]!r}?" if near else ""))


@lru_cache
def _columns(model: type[BaseModel]) -> tuple[str, ...]:
    return tuple(model.model_fields)


def _validated(
    model: type[Row], record: Record, place: str, name: str, problems: list[Problem]
) -> Row | None:
    try:
        return model.model_validate(dict(record))
    except ValidationError as error:
        found = cast(Sequence[Mapping[str, Any]], error.errors(include_url=False))
        problems.extend(_problem(one, place, name, model) for one in found)
        return None


def _problem(found: Mapping[str, Any], place: str, name: str, model: type[BaseModel]) -> Problem:
    column = ".".join(str(part) for part in found["loc"]) or "the row"
    what = str(found["msg"]).removeprefix("Value error, ")
    remedy = "Correct the row; the rules stand at the head of docs/evidence.md."
    if found["type"] == "extra_forbidden":
        what, remedy = "it is no column of this table", f"The columns are {', '.join(_columns(model))}."
    elif found["type"] == "literal_error" and str(found["input"]) == "recalled":
        remedy = "A recalled figure is a lead, not evidence: state it as judgement in the scenario."
    return Problem(f"{place} {name} {column}".strip(), what, remedy)
