"""A test counted over draws: in how many worlds it holds, by how much, and what decides it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from offramp.claims.arithmetic import Range, evaluate, exactly, settled
from offramp.claims.claim import Cited, Drawn, Reading, Simulated, Span, Test
from offramp.claims.discovery import Lesson, box, lessons
from offramp.claims.quantities import known
from offramp.claims.sample import Sample, column_of
from offramp.claims.verdict import Box, Finding, Worlds

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

_QUANTILES: Final = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True)
class Spread:
    """Quantiles over draws."""

    q05: float
    q25: float
    q50: float
    q75: float
    q95: float


@dataclass(frozen=True)
class Count:
    """One test under one set of priors and one reading.

    values: what each name stood for, over draws. margin: the left side over the right one where both are never below zero
    and the right one never zero (`ratio`), otherwise the left side less the right one. asked: the margin at which the test
    turns, 1 or 0. undefined: draws left out because an outcome had no value there.
    """

    worlds: Worlds
    set: str
    reading: str
    values: Mapping[str, Spread]
    margin: Spread
    ratio: bool
    undefined: int

    @property
    def asked(self) -> float:
        return 1.0 if self.ratio else 0.0


@dataclass(frozen=True)
class Counted:
    """A test over all sets of priors. holds_in, fails_in: boxes of assumptions of the first set; lessons: what tells most
    about it there."""

    test: Test
    counts: tuple[Count, ...]
    holds_in: Box | None
    fails_in: Box | None
    lessons: tuple[Lesson, ...]

    @property
    def finding(self) -> Finding:
        """For the rule that gives the verdict."""
        boxes = (self.holds_in,) if self.holds_in is not None else ()
        return Finding(self.test.in_words(), tuple(one.worlds for one in self.counts), boxes)


def missing(test: Test, samples: Sequence[Sample]) -> tuple[str, ...]:
    """What the test speaks of and the runs do not have, in words."""
    asked = [one for one in test.quantities if isinstance(one, Simulated | Drawn)]
    lacks = [_lack(one, sample) for sample in samples for one in asked if sample.values(one) is None]
    if not lacks:
        lacks = [
            f"no draw has all that `{test.in_words()}` speaks of"
            for sample in samples
            for reading in test.readings
            if not _defined(_moving(reading, sample)).any()
        ]
    return tuple(dict.fromkeys(lacks))


def count(test: Test, samples: Sequence[Sample]) -> Counted:
    """The test in every draw of every set of priors; nothing that it speaks of may be missing."""
    counts: list[Count] = []
    outcomes: list[tuple[BoolArray, BoolArray]] = []
    for one in samples:
        for reading in test.readings:
            counted, holds = _count(test, reading, one)
            counts.append(counted)
            if one is samples[0]:
                outcomes.append(holds)
    # A test with several readings holds in a world where it does by each of them.
    kept = np.logical_and.reduce([defined for defined, _ in outcomes])
    holds = np.logical_and.reduce([each for _, each in outcomes])[kept]
    x, names = samples[0].inputs[kept], samples[0].input_names
    return Counted(test, tuple(counts), box(x, names, holds), box(x, names, ~holds), lessons(x, names, holds))


def _count(test: Test, reading: Reading, sample: Sample) -> tuple[Count, tuple[BoolArray, BoolArray]]:
    """The count, and which draws have a value and in which of them the test holds, [draws] each."""
    fixed = {name: known(q) for name, q in reading.quantities.items() if isinstance(q, Cited | Span)}
    moving = _moving(reading, sample)
    defined = _defined(moving)
    sides: list[tuple[Range, Range]] = []
    answers: list[str] = []
    for draw in np.flatnonzero(defined):
        ranges = fixed | {name: exactly(float(values[draw])) for name, values in moving.items()}
        left, right = evaluate(test.left, ranges), evaluate(test.right, ranges)
        sides.append((left, right))
        answers.append(settled(left, test.relation, right, test.factor))
    holds = np.zeros(sample.draws, dtype=np.bool_)
    holds[defined] = [one == "holds" for one in answers]
    name = f"the {sample.name} priors"
    worlds = Worlds(
        name if len(test.readings) == 1 else f"{name}, {reading.name}",
        answers.count("holds"),
        len(answers),
        answers.count("open"),
    )
    margin, ratio = _margin(sides)
    values = {key: spread(one[defined]) for key, one in moving.items()}
    undefined = int((~defined).sum())
    return Count(worlds, sample.name, reading.name, values, margin, ratio, undefined), (defined, holds)


def _moving(reading: Reading, sample: Sample) -> dict[str, FloatArray]:
    """What differs from draw to draw, by its name in the formulas, [draws] each."""
    asked = {name: q for name, q in reading.quantities.items() if isinstance(q, Simulated | Drawn)}
    found = {name: sample.values(quantity) for name, quantity in asked.items()}
    return {name: values for name, values in found.items() if values is not None}


def _defined(moving: Mapping[str, FloatArray]) -> BoolArray:
    return np.logical_and.reduce([np.isfinite(one) for one in moving.values()])


def _margin(sides: Sequence[tuple[Range, Range]]) -> tuple[Spread, bool]:
    left, right = (np.array([_middle(pair[at]) for pair in sides]) for at in (0, 1))
    ratio = bool((left >= 0.0).all() and (right > 0.0).all())
    with np.errstate(all="ignore"):
        return spread(left / right if ratio else left - right), ratio


def _middle(one: Range) -> float:
    return one.low if one.central is None else one.central


def spread(values: FloatArray) -> Spread:
    """Quantiles of a sample, linear between order statistics."""
    return Spread(*(float(q) for q in np.quantile(values, _QUANTILES)))


def _lack(quantity: Simulated | Drawn, sample: Sample) -> str:
    if isinstance(quantity, Drawn):
        return f"the scenario draws no input {quantity.input}"
    if quantity.policy not in sample.policies:
        return f"the scenario has no policy `{quantity.policy}`"
    return f"no run has the outcome {column_of(quantity)} under `{quantity.policy}`"
