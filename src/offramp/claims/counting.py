"""A test counted over draws: in how many worlds it holds, by how much, and what decides it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from offramp.analysis.outcomes import describe
from offramp.claims.answers import (
    FAILS,
    HOLDS,
    UNDEFINED,
    Answers,
    Codes,
    answers,
    defined_in,
    moving_of,
    worlds_of,
)
from offramp.claims.arithmetic import Range, asked, settled
from offramp.claims.claim import Drawn, Reading, Relation, Simulated, Test
from offramp.claims.discovery import Lesson, box, lessons
from offramp.claims.sample import Sample, column_of
from offramp.claims.verdict import Box, Finding, Worlds

FloatArray = NDArray[np.float64]

NOTHING: Final[Mapping[str, str]] = {}
_QUANTILES: Final = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)
_MOSTLY: Final = 0.9
"""Share of draws in which the right side must be above zero for its sides to be told as a ratio."""
_MIRROR: Final[Mapping[Relation, tuple[Relation, Relation]]] = {
    "above": ("below", "clearly below"),
    "clearly above": ("below", "clearly below"),
    "below": ("above", "clearly above"),
    "clearly below": ("above", "clearly above"),
}
"""What is the other way round, and what is clearly so."""
_FEW: Final = 10.0
"""People below which, in three of four draws of each set of priors, two counts differ by chance more than by their cause."""
_FIXED: Final = 0.05
"""Spread of a margin over draws below which nothing drawn moves it, as a part of its distance from where the test turns."""


@dataclass(frozen=True)
class Spread:
    """Quantiles over draws, and the least and the most of them."""

    least: float
    q05: float
    q25: float
    q50: float
    q75: float
    q95: float
    most: float


NOWHERE: Final = Spread(*[math.nan] * 7)
"""Of no draw."""


@dataclass(frozen=True)
class Mirrored:
    """Shares of the draws compared in which the sides lie the other way round, and clearly so."""

    relation: Relation
    share: float
    clearly: float


@dataclass(frozen=True)
class Count:
    """One test under one set of priors and one reading.

    values: what each name stood for, over draws; events: of those that happen or do not, in which share of them. margin: the
    left side over the right one where, under every set of priors and reading, it is never below zero and the right one above
    zero in nearly all draws (`ratio`; infinite in the others), otherwise the left side less the right one.
    asked: the margin at which the test turns: 1 of a ratio and 0 of a difference, or what words such as `clearly above` ask
    for, which of a difference is not the same in every draw. beyond: the margin less what is asked.
    codes: what each draw answers, [draws], see `offramp.claims.answers`. drawn: whether any input differs from draw to draw.
    mirrored: how often it is the other way round; None where the relation has no other way. finer: where it is too fine, how
    many times as many simulated people these draws would need not to be. left, right: both sides.
    """

    worlds: Worlds
    set: str
    reading: str
    values: Mapping[str, Spread]
    margin: Spread
    ratio: bool
    asked: Spread
    beyond: Spread
    codes: Codes = field(compare=False)
    drawn: bool = True
    mirrored: Mirrored | None = None
    events: Mapping[str, float] = field(default_factory=dict[str, float])
    finer: int = 1
    left: Spread = NOWHERE
    right: Spread = NOWHERE

    @property
    def fixed(self) -> bool:
        """Whether no drawn input moves it: it comes out alike in every draw, so that a share of draws says nothing.

        Events, which happen or do not, move by chance alone and are left out.
        """
        if not self.drawn or all({one.q05, one.q95} <= {0.0, 1.0} for one in self.values.values()):
            return False
        if self.ratio and self.margin.q05 > 0.0:
            spread, away = (
                math.log(self.margin.q95 / self.margin.q05),
                abs(math.log(self.margin.q50 / self.asked.q50)),
            )
        else:
            spread, away = self.beyond.q95 - self.beyond.q05, abs(self.beyond.q50)
        return spread < _FIXED * away


@dataclass(frozen=True)
class Decided:
    """What decides it in the first set of priors. holds_in, fails_in: boxes of assumptions; lessons: what tells most."""

    holds_in: Box | None
    fails_in: Box | None
    lessons: tuple[Lesson, ...]


@dataclass(frozen=True)
class Counted:
    """A test over all sets of priors. decided: by what it turns in the first set."""

    test: Test
    counts: tuple[Count, ...]
    decided: Decided

    @property
    def few(self) -> bool:
        """Whether all that it counts are a few people in most draws."""
        counted = [one for one in self.test.quantities if isinstance(one, Simulated)]
        if not counted or not all(describe(one.outcome).unit == "persons" for one in counted):
            return False
        return all(values.q75 < _FEW for one in self.counts for values in one.values.values())

    @property
    def unmoved(self) -> bool:
        """Whether it is answered, and nothing that is drawn moves the answer, by any reading: sets of priors that answer
        differently were moved by what sets them apart."""
        answers = {(one.reading, one.worlds.settled) for one in self.counts}
        answered = all(one.worlds.settled != "open" for one in self.counts)
        return answered and all(one.fixed for one in self.counts) and len(answers) == len(self.test.readings)

    @property
    def finding(self) -> Finding:
        """For the rule that gives the verdict, were this the only test."""
        held = self.decided.holds_in
        return Finding(
            self.test.in_words(), tuple(one.worlds for one in self.counts), () if held is None else (held,)
        )


def missing(
    test: Test, samples: Sequence[Sample], place: str, unfit: Mapping[str, str] = NOTHING
) -> tuple[str, ...]:
    """What the test speaks of and the runs do not have, in words.

    place: the scenario that was run, as messages name it. unfit: variants that it cannot have, with the reason.
    """
    asked = [one for one in test.quantities if isinstance(one, Simulated | Drawn)]
    lacks = [
        _lack(one, sample, place, unfit) for sample in samples for one in asked if sample.values(one) is None
    ]
    if not lacks:
        lacks = [
            f"no draw has all that `{test.in_words()}` speaks of"
            for sample in samples
            for reading in test.readings
            if not defined_in(moving_of(reading, sample)).any()
        ]
    if samples and not lacks:
        pairs = [pair for reading in test.readings for pair in combinations(reading.policies, 2)]
        lacks = [
            f"nothing that a run counts differs between `{a}` and `{b}`, in any draw"
            for a, b in dict.fromkeys(pairs)
            if all(one.alike(a, b) for one in samples)
        ]
    return tuple(dict.fromkeys(lacks))


def count(test: Test, samples: Sequence[Sample], could: bool = False) -> Counted:
    """The test in every draw of every set of priors; nothing that it speaks of may be missing."""
    found = [(one, reading, answers(test, reading, one)) for one in samples for reading in test.readings]
    ratio = all(_as_ratio(each.sides) for _, _, each in found)
    counts = tuple(_count(test, reading, one, could, each, ratio) for one, reading, each in found)
    first = [one.codes for one in counts if one.set == samples[0].name]
    return Counted(test, counts, decided(samples[0], first))


def decided(sample: Sample, codes: Sequence[Codes]) -> Decided:
    """What decides whether all of these hold at once in a set of priors: tests, or one test by each of its readings."""
    least = np.minimum.reduce(codes)
    kept = least != UNDEFINED
    x, names, least = sample.inputs[kept], sample.input_names, least[kept]
    if not least.size:
        return Decided(None, None, ())
    holds, fails = least == HOLDS, least == FAILS
    return Decided(box(x, names, holds), box(x, names, fails), lessons(x, names, holds))


def _count(test: Test, reading: Reading, sample: Sample, could: bool, found: Answers, ratio: bool) -> Count:
    name = f"the {sample.name} priors"
    worlds = worlds_of(name if len(test.readings) == 1 else f"{name}, {reading.name}", found.codes, could)
    margin, turns, beyond = _margin(test.relation, found.sides, ratio)
    compared = found.codes != UNDEFINED
    moving = {key: one[compared] for key, one in moving_of(reading, sample).items()}
    values = {key: spread(one) for key, one in moving.items()}
    events = {
        key: float(one.mean()) for key, one in moving.items() if one.size and np.isin(one, (0.0, 1.0)).all()
    }
    drawn = bool(np.ptp(sample.inputs, axis=0).any())
    mirrored = _mirrored(test, found.sides)
    finer = _finer(test, reading, sample, could) if worlds.too_fine else 1
    return Count(
        worlds, sample.name, reading.name, values, margin, ratio, turns, beyond, found.codes, drawn, mirrored, events,
        finer, *map(spread, _middles(found.sides)),
    )  # fmt: skip


def _finer(test: Test, reading: Reading, sample: Sample, could: bool) -> int:
    """A power of two; the first with which the test would not be too fine, were all else as in these draws."""
    times = 2
    while True:
        finer = replace(sample, grain=sample.grain.finer(times))
        if not worlds_of("", answers(test, reading, finer).codes, could).too_fine:
            return times
        times *= 2


def _mirrored(test: Test, sides: Sequence[tuple[Range, Range]]) -> Mirrored | None:
    if test.relation not in _MIRROR or not sides:
        return None
    other, clearly = _MIRROR[test.relation]
    shares = [
        sum(settled(left, relation, right) == "holds" for left, right in sides) / len(sides)
        for relation in (other, clearly)
    ]
    return Mirrored(other, *shares)


def _as_ratio(sides: Sequence[tuple[Range, Range]]) -> bool:
    """Whether the left side is never below zero, and the right one above it in nearly all draws."""
    left, right = _middles(sides)
    return bool((left >= 0.0).all() and right.size and (right > 0.0).mean() >= _MOSTLY)


def _margin(
    relation: Relation, sides: Sequence[tuple[Range, Range]], ratio: bool
) -> tuple[Spread, Spread, Spread]:
    """The margin, at which margin the test turns, and the one less the other."""
    left, right = _middles(sides)
    needed = np.array([_middle(asked(relation, pair[1])[1]) for pair in sides])
    with np.errstate(invalid="ignore"):  # two sides without bound are no distance apart that could be told
        if ratio:
            # Where the right side is nought or below, the left one is as far above it as can be.
            margin = np.divide(left, right, out=np.full_like(left, math.inf), where=right > 0.0)
            turns = np.full_like(left, asked(relation, Range(1.0, 1.0, 1.0))[1].low)
            beyond = margin - turns
        else:
            margin, turns, beyond = left - right, needed - right, left - needed
    known = ~np.isnan(margin)
    return spread(margin[known]), spread(turns[known & ~np.isnan(turns)]), spread(beyond[~np.isnan(beyond)])


def _middles(sides: Sequence[tuple[Range, Range]]) -> tuple[FloatArray, FloatArray]:
    """Both sides by their best values, [draws] each."""
    left, right = (np.array([_middle(pair[at]) for pair in sides]) for at in (0, 1))
    return left, right


def _middle(one: Range) -> float:
    """The best value, or the end that is known: of what is at most so much its most."""
    if one.central is not None:
        return one.central
    return one.high if one.low == 0.0 and math.isfinite(one.high) else one.low


def spread(values: FloatArray) -> Spread:
    """Quantiles of a sample, linear between order statistics; NaN of an empty one."""
    if not values.size:
        return NOWHERE
    method = "linear" if np.isfinite(values).all() else "lower"  # nothing lies between a number and infinity
    return Spread(*(float(q) for q in np.quantile(values, _QUANTILES, method=method)))


def _lack(quantity: Simulated | Drawn, sample: Sample, place: str, unfit: Mapping[str, str]) -> str:
    if isinstance(quantity, Drawn):
        return f"{place} draws no input {quantity.input}, and states none"
    if quantity.policy in sample.policies:
        return f"no run of {place} has the outcome {column_of(quantity)} under `{quantity.policy}`"
    if quantity.policy in unfit:
        return f"{place} cannot have the variant `{quantity.policy}`: {unfit[quantity.policy]}"
    return f"{place} has no policy `{quantity.policy}`"
