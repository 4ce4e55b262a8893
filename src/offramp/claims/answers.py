"""What each draw answers to a test. The codes are in the order of strength: of several tests the least answer is that of all.

| code | a draw in which |
| --- | --- |
| FAILS | the test fails |
| UNDEFINED | there is nothing to compare: no value, nothing happened on either side, or its event did not happen |
| FINE | less than one simulated person, more or fewer, behind any outcome would turn the answer |
| OPEN | the ranges of the cited figures allow both |
| HOLDS | the test holds |
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from offramp.claims.arithmetic import Range, Settled, evaluate, exactly, settled
from offramp.claims.claim import Cited, Drawn, Reading, Simulated, Span, Test
from offramp.claims.quantities import known
from offramp.claims.sample import Sample
from offramp.claims.verdict import Worlds

FloatArray = NDArray[np.float64]
Codes = NDArray[np.int8]

FAILS, UNDEFINED, FINE, OPEN, HOLDS = range(5)
CODE: Final[dict[Settled, int]] = {"fails": FAILS, "open": OPEN, "holds": HOLDS}

_LESS: Final = 1.0 - 1e-6
"""Part of a simulated person by which an answer must stand: less than one, so that a whole one is told."""


@dataclass(frozen=True)
class Answers:
    """codes: [draws]. sides: both sides of the test in the draws that have something to compare, in order."""

    codes: Codes
    sides: tuple[tuple[Range, Range], ...]


def answers(test: Test, reading: Reading, sample: Sample) -> Answers:
    """The test in every draw by one reading; nothing that it speaks of may be missing."""
    fixed = {name: known(q) for name, q in reading.quantities.items() if isinstance(q, Cited | Span)}
    moving = moving_of(reading, sample)
    grains = {
        name: grain
        for name, quantity in reading.quantities.items()
        if isinstance(quantity, Simulated) and (grain := sample.grain.of(quantity)) > 0.0
    }
    codes = np.full(sample.draws, UNDEFINED, np.int8)
    sides: list[tuple[Range, Range]] = []
    for draw in np.flatnonzero(defined_in(moving) & happened(test, reading, moving)):
        values = {name: float(column[draw]) for name, column in moving.items()}
        ranges = fixed | {name: exactly(value) for name, value in values.items()}
        event = test.given
        if (
            event is not None
            and settled(evaluate(event.left, ranges), event.relation, evaluate(event.right, ranges))
            != "holds"
        ):
            continue
        left, right = evaluate(test.left, ranges), evaluate(test.right, ranges)
        sides.append((left, right))
        codes[draw] = _code(test, ranges, sides[-1], grains, values)
    return Answers(codes, tuple(sides))


def _code(
    test: Test,
    ranges: Mapping[str, Range],
    sides: tuple[Range, Range],
    grains: Mapping[str, float],
    values: Mapping[str, float],
) -> int:
    answer = settled(sides[0], test.relation, sides[1], test.factor)
    for name, grain in grains.items():
        for moved in (values[name] - _LESS * grain, values[name] + _LESS * grain):
            near = {**ranges, name: exactly(moved)}
            if _asked(test, near) != answer:
                return FINE
    return CODE[answer]


def _asked(test: Test, ranges: Mapping[str, Range]) -> Settled:
    return settled(evaluate(test.left, ranges), test.relation, evaluate(test.right, ranges), test.factor)


def moving_of(reading: Reading, sample: Sample) -> dict[str, FloatArray]:
    """What differs from draw to draw, by its name in the formulas, [draws] each."""
    asked = {name: q for name, q in reading.quantities.items() if isinstance(q, Simulated | Drawn)}
    found = {name: sample.values(quantity) for name, quantity in asked.items()}
    return {name: values for name, values in found.items() if values is not None}


def defined_in(moving: Mapping[str, FloatArray]) -> NDArray[np.bool_]:
    """Draws in which all that moves has a value, [draws]."""
    return np.logical_and.reduce([np.isfinite(one) for one in moving.values()])


def happened(test: Test, reading: Reading, moving: Mapping[str, FloatArray]) -> NDArray[np.bool_]:
    """Draws in which what the test compares happened at all, [draws]: nothing against nothing tells nothing.

    Always where an outcome is compared with a number: that nothing happened is an answer then.
    """
    outcomes = {name for name, quantity in reading.quantities.items() if isinstance(quantity, Simulated)}
    if not (outcomes & test.left.names and outcomes & test.right.names):
        return np.ones(len(next(iter(moving.values()))), np.bool_)
    compared = outcomes & (test.left.names | test.right.names)
    return np.logical_or.reduce([moving[name] != 0.0 for name in compared])


def worlds_of(name: str, codes: Codes, could: bool = False) -> Worlds:
    """The draws counted. could: the claim is about what could happen."""
    counts = np.bincount(codes, minlength=HOLDS + 1)
    return Worlds(
        name,
        int(counts[HOLDS]),
        int(codes.size - counts[UNDEFINED]),
        int(counts[OPEN]),
        int(counts[FINE]),
        int(counts[UNDEFINED]),
        could,
    )
