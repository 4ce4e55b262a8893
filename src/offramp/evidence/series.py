"""Daily series that ship with the package: where they come from, and one value for every day."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING

from offramp.errors import InputError, Problem
from offramp.evidence.table import data_folder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class SeriesCard:
    """What a reader must know of a series before using it. `start` and `end` are its first and last day."""

    name: str
    title: str
    unit: str
    start: date
    end: date
    origin: str
    commit: str
    licence: str
    licence_text: str
    cautions: tuple[str, ...]


@dataclass(frozen=True)
class _Facts:
    title: str
    unit: str
    start: date
    origin: str
    commit: str
    cautions: tuple[str, ...]


_FACTS = {
    "claimed-losses": _Facts(
        title="Russian personnel losses claimed by the Ukrainian General Staff, a day",
        unit="persons per day",
        start=date(2022, 2, 24),
        origin="P. Ivaniuk, 2022 Russia Ukraine War dataset, https://github.com/PetroIvaniuk/2022-Ukraine-Russia-War-Dataset",
        commit="37655f8b",
        cautions=(
            "A claim of one belligerent. Whether it counts the killed alone or the killed and badly wounded "
            "is disputed: scale it before reading it as deaths.",
            "The source counts cumulatively from 2022-02-25. Its first count, 2,800, covers 24 and "
            "25 February; half of it is put on each day.",
            "From 7 to 14 March 2022 the claim stood still on seven of eight days: the zeros say that it was "
            "not renewed, not that nobody fell.",
            "Early figures are rounded to hundreds, later ones to tens.",
        ),
    ),
    "usd-rub": _Facts(
        title="Official exchange rate of the Bank of Russia, roubles for one US dollar",
        unit="RUB per USD",
        start=date(2021, 12, 31),
        origin="K. Murashev, sberindex, https://github.com/Kirill-Murashev/sberindex",
        commit="3d9c4a6b",
        cautions=(
            "No rate is set on weekends and holidays: the last one is carried forward.",
            "While capital controls held in 2022 few people could buy dollars at the official rate.",
            "The source ends on 2023-11-30.",
        ),
    ),
}


def series_names() -> tuple[str, ...]:
    """The names that `series` knows."""
    return tuple(_FACTS)


@cache
def series(name: str) -> tuple[date, NDArray[np.float64]]:
    """First day and one value a day from that day on, without gaps; float64 [days], read-only.

    Units stand in `series_card(name).unit`. Raises InputError for an unknown name.
    """
    import numpy as np

    facts = _facts(name)
    dates, values = _read(name)
    counted = name == "claimed-losses"
    daily = _daily_from_cumulative(facts.start, dates, values) if counted else _carried_forward(dates, values)
    result = np.array(daily, dtype=np.float64)
    result.setflags(write=False)
    return facts.start, result


def series_card(name: str) -> SeriesCard:
    """Origin, licence, span and cautions of a series. Raises InputError for an unknown name."""
    facts = _facts(name)
    dates, _ = _read(name)
    text = (data_folder() / "series" / f"{name}.LICENSE").read_text(encoding="utf-8")
    return SeriesCard(
        name,
        facts.title,
        facts.unit,
        facts.start,
        dates[-1],
        facts.origin,
        facts.commit,
        "MIT",
        text,
        facts.cautions,
    )


def _daily_from_cumulative(start: date, dates: list[date], counts: list[float]) -> list[float]:
    """Day differences; the first count is spread evenly over the days from `start` to its own date."""
    opening = (dates[0] - start).days + 1
    daily = [counts[0] / opening] * opening
    for before, after, earlier, later in zip(counts, counts[1:], dates, dates[1:], strict=False):
        if (later - earlier).days != 1 or after < before:
            raise InputError(
                [Problem(f"claimed-losses {later}", "a day is missing or the count falls", "Mend the file.")]
            )
        daily.append(after - before)
    return daily


def _carried_forward(dates: list[date], values: list[float]) -> list[float]:
    daily: list[float] = []
    for value, day, following in zip(values, dates, [*dates[1:], dates[-1] + timedelta(days=1)], strict=True):
        daily += [value] * (following - day).days
    return daily


@cache
def _read(name: str) -> tuple[list[date], list[float]]:
    text = (data_folder() / "series" / f"{name}.csv").read_text(encoding="utf-8")
    rows = list(csv.reader(text.splitlines()))[1:]
    return [date.fromisoformat(row[0]) for row in rows], [float(row[1]) for row in rows]


def _facts(name: str) -> _Facts:
    if name in _FACTS:
        return _FACTS[name]
    near = get_close_matches(name, _FACTS, n=1)
    remedy = f"Did you mean {near[0]!r}? " if near else ""
    raise InputError(
        [Problem("series", f"there is no series {name!r}", f"{remedy}Known: {', '.join(_FACTS)}.")]
    )
