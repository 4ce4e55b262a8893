"""All tests of a claim together, draw by draw: the claim holds where every one of them does."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from offramp.claims.answers import CODE, Codes, worlds_of
from offramp.claims.arithmetic import Settled
from offramp.claims.claim import Test
from offramp.claims.counting import Counted, Decided, decided
from offramp.claims.sample import Sample
from offramp.claims.verdict import WORDS, Figures, Finding, Worlds, verdict

CITED: Final = "the cited figures"
"""Name of the only reading of a test that has one."""


@dataclass(frozen=True)
class Worked:
    """A test by figures, settled by each of its readings."""

    test: Test
    settled: Mapping[str, Settled]

    @property
    def finding(self) -> Finding:
        """For the rule that gives the verdict, were this the only test."""
        return Finding(self.test.in_words(), tuple(Figures(*one) for one in self.settled.items()))


@dataclass(frozen=True)
class Part:
    """All tests under one set of priors and one choice of readings; `reading` is CITED where there is no choice."""

    set: str
    reading: str
    worlds: Worlds


@dataclass(frozen=True)
class Joint:
    """What came of all tests together. parts: over draws, empty where figures alone were asked. weakest: the test that
    decides.
    """

    finding: Finding
    weakest: Test
    parts: tuple[Part, ...]
    decided: Decided


def joint(
    worked: Sequence[Worked], counted: Sequence[Counted], samples: Sequence[Sample], could: bool = False
) -> Joint:
    """The conjunction of tests, of which there is at least one.

    A choice of readings is one for all tests whose readings have the same names; others are combined, each with each. A
    choice that changes no answer is not named.
    """
    axes = _axes([one.test for one in (*worked, *counted)])
    sets = [one.name for one in samples] if counted else [""]
    choices = list(itertools.product(*axes))
    least = {
        (name, choice): _least(worked, counted, name, dict(zip(axes, choice, strict=True)))
        for name in sets
        for choice in choices
    }
    kept = [at for at in range(len(axes)) if _matters(at, axes, least)]
    if len(axes) == 1 and not counted:
        kept = [0]  # a verdict by figures names its readings, also where they agree
    shown: dict[tuple[str, str], Codes] = {}
    for (name, choice), codes in least.items():
        shown.setdefault((name, " and ".join(choice[at] for at in kept) or CITED), codes)
    tests = [one.test for one in (*counted, *worked)]
    weakest = min([*counted, *worked], key=_strength).test
    asks = tests[0].in_words()
    if len(tests) > 1:
        asks = f"all {len(tests)} tests together, of which `{weakest.in_words()}` is the weakest"
    if not counted:
        words: dict[int, Settled] = {code: word for word, code in CODE.items()}
        figures = tuple(Figures(reading, words[int(codes[0])]) for (_, reading), codes in shown.items())
        return Joint(Finding(asks, figures), weakest, (), Decided(None, None, ()))
    parts = tuple(
        Part(name, reading, replace(worlds_of(_name(name, reading), codes, could), reading=_of(reading)))
        for (name, reading), codes in shown.items()
    )
    first = [codes for (name, _), codes in least.items() if name == samples[0].name]
    by = counted[0].decided if len(tests) == 1 else decided(samples[0], first)
    boxes = () if by.holds_in is None else (by.holds_in,)
    return Joint(Finding(asks, tuple(one.worlds for one in parts), boxes), weakest, parts, by)


def choices_of(tests: Sequence[Test]) -> int:
    """Number of choices of readings that tests have together."""
    return int(np.prod([len(axis) for axis in _axes(tests)], dtype=np.int64))


def _axes(tests: Sequence[Test]) -> list[tuple[str, ...]]:
    """The choices of readings: names of the readings of a test that has several."""
    named = (tuple(reading.name for reading in test.readings) for test in tests)
    return list(dict.fromkeys(names for names in named if len(names) > 1))


def _least(
    worked: Sequence[Worked],
    counted: Sequence[Counted],
    name: str,
    chosen: Mapping[tuple[str, ...], str],
) -> Codes:
    """What the draws of a set of priors answer to all tests by the chosen readings, [draws]; [1] for figures alone."""
    codes: list[Codes] = []
    for one in counted:
        reading = _reading(one.test, chosen)
        codes += [each.codes for each in one.counts if (each.set, each.reading) == (name, reading)]
    size = len(codes[0]) if codes else 1
    codes += [np.full(size, CODE[one.settled[_reading(one.test, chosen)]], np.int8) for one in worked]
    return np.minimum.reduce(codes)


def _reading(test: Test, chosen: Mapping[tuple[str, ...], str]) -> str:
    names = tuple(reading.name for reading in test.readings)
    return chosen.get(names, names[0])


def _matters(
    at: int,
    axes: Sequence[tuple[str, ...]],
    least: Mapping[tuple[str, tuple[str, ...]], Codes],
) -> bool:
    """Whether another choice of readings on one axis changes any answer."""
    return any(
        not np.array_equal(codes, least[name, (*choice[:at], axes[at][0], *choice[at + 1 :])])
        for (name, choice), codes in least.items()
    )


def _of(reading: str) -> str:
    """Nothing to name where there is one reading only."""
    return "" if reading == CITED else reading


def _name(name: str, reading: str) -> str:
    return f"the {name} priors" if reading == CITED else f"the {name} priors, {reading}"


def _strength(one: Counted | Worked) -> tuple[int, float]:
    """The less, the weaker: by the word that the test would have alone, then by the least share of worlds in which it holds."""
    word = WORDS.index(verdict(one.finding).word)
    if isinstance(one, Worked):
        return -word, 1.0
    shares = [part.worlds.share for part in one.counts]
    return -word, min((share for share in shares if share == share), default=0.0)
