"""The rule from numbers to a word: one function, the same for figures and for shares of simulated worlds.

Words are fixed. A claim holds where all of its tests do, so that the rule sees the tests together (`offramp.claims.joint`
makes the conjunction), once for each part: a reading of the figures, or a set of priors.

| parts | word |
| --- | --- |
| all hold | holds |
| all fail | contradicted by figures, or does not hold where worlds were simulated |
| some hold, and a set of priors does not answer: nothing to compare, or too fine | cannot be told from the evidence |
| some hold, and some of the others are known to differ from these | holds if one goes by those that hold |
| none holds, and a box of assumptions is known in which all tests do | holds if (the box in words) |
| anything else | cannot be told from the evidence |

A part that is a share of draws holds when the lower bound of the share is at least HOLDS, and fails when its upper
bound is at most FAILS; a share whose bounds straddle such a line is open because of its Monte Carlo error, and the
reason says so. Noise is no condition: where nothing else sets the other parts apart from those that hold, or that fail, the
word is that of these if the shares lie on their side of the line, and otherwise it cannot be told. A claim about what
could or may happen holds where the lower bound is above FAILS: a chance of more than one in ten is enough. A draw that is
known not to answer counts neither for nor against: the lower bound takes it for a failure and the upper bound for a
success. A draw in which there is nothing to compare is left out, and a part with more than
MOST_UNDEFINED of these is open.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from offramp.analysis.chance import Chance, chance
from offramp.claims.arithmetic import Settled

Word = Literal[
    "holds", "holds if", "cannot be told from the evidence", "does not hold", "contradicted by figures"
]

Untold = Literal[
    "the plausible worlds disagree",
    "the cited figures allow both",
    "nothing to compare",
    "too fine for the simulated people",
    "too few draws",
    "so few people that chance decides",
    "a fixed judgement answers it",
]
"""Why a claim cannot be told: for want of knowledge, the first two; for want of a run that could show it; by chance; or because
nothing that is drawn or cited answers it."""

UNTOLD: Final = "cannot be told from the evidence"
WORDS: Final[tuple[Word, ...]] = (
    "holds",
    "holds if",
    UNTOLD,
    "does not hold",
    "contradicted by figures",
)
"""From the best to the worst."""

HOLDS: Final = 0.9
"""A claim holds where it does in nine of ten plausible worlds."""
FAILS: Final = 0.1
"""It fails where it holds in one of ten."""
LEAST_BOX: Final = 0.1
"""A box that covers less of the worlds is an exception, not a condition."""
MOST_UNDEFINED: Final = 0.5
"""Where more of the worlds have nothing to compare, the others do not speak for the whole."""


@dataclass(frozen=True)
class Figures:
    """One reading of the figures, and whether the tests hold for all, for none or for a part of their ranges."""

    name: str
    settled: Settled


@dataclass(frozen=True)
class Worlds:
    """One set of priors: it holds in `holding` of `draws` draws.

    open: draws of these in which the cited figures leave it open; fine: in which less than one simulated person
    would turn the answer. They count neither for nor against it. undefined: draws beside these with nothing to compare.
    could: it is about what could happen, so that more than FAILS of the worlds are enough. reading: how the test was read,
    empty where there is one way only.
    """

    name: str
    holding: int
    draws: int
    open: int = 0
    fine: int = 0
    undefined: int = 0
    could: bool = False
    reading: str = ""

    @property
    def share(self) -> float:
        """Share of the draws with an answer in which it holds; NaN without any."""
        return self.holding / self.draws if self.draws else math.nan

    @property
    def chance(self) -> Chance:
        """The bounds of the share, each of which holds with 95 % confidence; 0 and 1 where no draw has anything to compare."""
        if self.draws == 0:
            return Chance(0, 0, 0.0, 1.0)
        surely, perhaps = self._ends
        return Chance(self.holding, self.draws, surely.low, perhaps.high)

    @property
    def settled(self) -> Settled:
        """Whether the share is settled against HOLDS and FAILS, or against FAILS alone."""
        if self.silent:
            return "open"
        if self.chance.low > FAILS if self.could else self.chance.low >= HOLDS:
            return "holds"
        return "fails" if self.chance.high <= FAILS else "open"

    @property
    def line(self) -> float:
        """Above it the claim holds."""
        return FAILS if self.could else HOLDS

    @property
    def silent(self) -> bool:
        """Too many draws have nothing to compare."""
        return self.undefined > MOST_UNDEFINED * (self.draws + self.undefined) or self.draws == 0

    @property
    def too_fine(self) -> bool:
        """So many draws are turned by less than one simulated person that these may be what leaves it open."""
        return (
            not self.silent
            and self.settled == "open"
            and self.fine / self.draws > 1.0 - HOLDS
            and not self.between
        )

    @property
    def between(self) -> bool:
        """It is known to lie between the lines, whatever the draws without an answer would say: finer ones settle nothing."""
        return not self.could and self.chance.low > FAILS and self.chance.high < HOLDS

    @property
    def undecided(self) -> bool:
        """Whether more draws could settle it: the bounds straddle a line by their Monte Carlo error."""
        if self.silent:
            return False
        surely, perhaps = self._ends
        if self.could:
            return surely.low <= FAILS < surely.high or perhaps.low <= FAILS < perhaps.high
        return surely.low < HOLDS <= surely.high or perhaps.low <= FAILS < perhaps.high

    @property
    def _ends(self) -> tuple[Chance, Chance]:
        """Were the draws without an answer to fail, and were they to hold."""
        return chance(self.holding, self.draws), chance(self.holding + self.open + self.fine, self.draws)

    def in_words(self) -> str:
        """`in 99% of 1,000 draws with the main priors (98% to 99%)`, with the share of those that do not answer."""
        if self.draws == 0:
            return f"in none of {self.undefined:,} draws with {self.name}, where there is nothing to compare"
        bounds, beside = self.chance, self.beside()
        told = f"in {self.share:.0%} of {self.draws:,} draws with {self.name} ({bounds.low:.0%} to {bounds.high:.0%}"
        return f"{told}; {'; '.join(beside)})" if beside else f"{told})"

    def beside(self) -> list[str]:
        """The draws that do not answer, in words."""
        told = [f"left open by the cited ranges in {_some(self.open, self.draws)}"] if self.open else []
        told += [f"too fine to tell in {_some(self.fine, self.draws)}"] if self.fine else []
        every = self.draws + self.undefined
        if self.undefined:
            told.append(f"beside {_some(self.undefined, every)} of all {every:,} with nothing to compare")
        return told


@dataclass(frozen=True)
class Box:
    """Assumptions under which all tests hold, in words, as counted in draws that did not find the box.

    holding of inside: draws in the box; of: draws counted altogether.
    """

    conditions: tuple[str, ...]
    holding: int
    inside: int
    of: int

    @property
    def holds(self) -> bool:
        """It holds inside, and the box is large enough to be a condition."""
        large = self.of > 0 and self.inside / self.of >= LEAST_BOX
        return large and Worlds("", self.holding, self.inside).settled == "holds"


@dataclass(frozen=True)
class Finding:
    """What came of the tests together: what they ask, their parts, which are of one kind, and boxes in which they hold."""

    test: str
    parts: tuple[Figures, ...] | tuple[Worlds, ...]
    boxes: tuple[Box, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """The word; `conditions` under which a claim holds, all of them together; `reason` in a sentence or some; `near`: some part
    is on that side of its line by its share, and its Monte Carlo error reaches over the line."""

    word: Word
    conditions: tuple[str, ...]
    reason: str
    near: bool = False

    def in_words(self) -> str:
        """`holds`, `holds if one goes by ... and trust is above 0.4`."""
        return f"{self.word} {' and '.join(self.conditions)}".rstrip()


def verdict(finding: Finding) -> Verdict:
    """The verdict on a claim from what came of all its tests together; ValueError without a part."""
    parts = finding.parts
    if not parts:
        raise ValueError("a verdict needs at least one part")
    simulated = isinstance(parts[0], Worlds)
    held = [part.name for part in parts if part.settled == "holds"]
    if len(held) == len(parts):
        return Verdict("holds", (), _told(finding))
    if all(part.settled == "fails" for part in parts):
        return Verdict("does not hold" if simulated else "contradicted by figures", (), _told(finding))
    if held and no_answer(parts):
        return Verdict(UNTOLD, (), _told(finding, _why_open(finding)))
    if near := _by_noise(finding):
        return near
    if held:
        return Verdict("holds if", _by_reading(parts), _told(finding))
    box = next((box for box in finding.boxes if box.holds), None)
    if box is not None:
        inside = f"Inside the box it holds in {box.holding:,} of {box.inside:,} draws."
        return Verdict("holds if", box.conditions, _told(finding, inside))
    return Verdict(UNTOLD, (), _told(finding, _why_open(finding)))


def _by_noise(finding: Finding) -> Verdict | None:
    """The verdict where Monte Carlo error alone sets the other parts apart from those that hold, or from those that fail; None
    elsewhere."""
    parts = finding.parts
    sides: tuple[tuple[Settled, Word], ...] = (("holds", "holds"), ("fails", "does not hold"))
    for settled, word in sides:
        others = [part for part in parts if part.settled != settled]
        if len(others) == len(parts) or not all(_near(part, settled) for part in others):
            continue
        if all(_leans(part, settled) for part in others):
            return Verdict(word, (), _told(finding, BOUND), near=True)
        return Verdict(UNTOLD, (), _told(finding, _why_open(finding)))
    return None


BOUND: Final = "Where a bound crosses the line, the share itself lies on the same side as the others: more draws settle it."


def _near(part: Figures | Worlds, settled: Settled) -> bool:
    """A share that is not known to differ from those that are settled so: its Monte Carlo error alone leaves it open."""
    if not isinstance(part, Worlds) or not part.undecided:
        return False
    return part.chance.high >= part.line if settled == "holds" else part.chance.low <= FAILS


def _leans(part: Figures | Worlds, settled: Settled) -> bool:
    """Whether the share itself lies on that side of the line, also were all draws without an answer against it."""
    if not isinstance(part, Worlds):
        return False
    if settled == "fails":
        return (part.holding + part.open + part.fine) / part.draws <= FAILS
    return part.share > FAILS if part.could else part.share >= HOLDS


def _by_reading(parts: Sequence[Figures | Worlds]) -> tuple[str, ...]:
    """By which parts a claim holds: sets of priors and readings apart where each of those sets agrees about each of those
    readings, readings alone where all sets do, and otherwise the parts one by one."""
    held = [part for part in parts if part.settled == "holds"]
    pairs = {(_set(part), part.reading) for part in held if isinstance(part, Worlds) and part.reading}
    sets, readings = (list(dict.fromkeys(one)) for one in zip(*pairs, strict=True)) if pairs else ([], [])
    if len(pairs) < len(held) or len(pairs) < len(sets) * len(readings):
        return (f"one goes by {_either([part.name for part in held])}",)
    order = [part for part in held if isinstance(part, Worlds)]
    by = f"one goes by {_either(list(dict.fromkeys(part.reading for part in order)))}"
    every = {_set(part) for part in parts if isinstance(part, Worlds)}
    return (by,) if set(sets) == every else (by, f"by {_either(list(dict.fromkeys(map(_set, order))))}")


def _set(part: Worlds) -> str:
    """The set of priors alone."""
    return part.name.removesuffix(f", {part.reading}")


def no_answer(parts: Sequence[Figures | Worlds]) -> str:
    """Why simulated worlds do not answer at all: nothing to compare, or a question that is too fine; empty where they do."""
    worlds = [part for part in parts if isinstance(part, Worlds)]
    if silent := [part.name for part in worlds if part.silent]:
        return f"In more than half of the draws with {_either(silent, 'and')} there is nothing to compare: too few to go by."
    if fine := [part for part in worlds if part.too_fine]:
        most = max(part.fine / part.draws for part in fine)
        return (
            f"The question is too fine for this number of simulated people: in up to {most:.0%} of the draws with"
            f" {_either([part.name for part in fine], 'and')} less than one of them would turn the answer. More --soldiers"
            " make it finer."
        )
    return ""


def untold_for(parts: Sequence[Figures | Worlds], few: bool = False) -> Untold:
    """Of a claim that cannot be told, why. few: what its weakest test counts are so few people that chance decides."""
    worlds = [part for part in parts if isinstance(part, Worlds)]
    if any(part.silent for part in worlds):
        return "nothing to compare"
    if any(part.too_fine for part in worlds):
        return "too fine for the simulated people"
    if worlds and few:
        return "so few people that chance decides"
    if worlds:
        return "too few draws" if noisy(parts) else "the plausible worlds disagree"
    return "the cited figures allow both"


def noisy(parts: Sequence[Figures | Worlds]) -> bool:
    """Whether Monte Carlo error alone keeps a word from a claim that has none: were each share exact, with its draws that do not
    answer either way, one of them would hold or all would fail."""
    worlds = [part for part in parts if isinstance(part, Worlds) and not part.silent]
    if len(worlds) < len(parts):
        return False
    return any(_leans(part, "holds") for part in worlds) or all(_leans(part, "fails") for part in worlds)


def within_reach(parts: Sequence[Figures | Worlds]) -> bool:
    """Whether more draws might yet give a word to a claim that has none: by their bounds one set may hold, or all may fail."""
    worlds = [part for part in parts if isinstance(part, Worlds) and not part.silent]
    return any(_near(part, "holds") for part in worlds) or (
        len(worlds) == len(parts) and all(part.settled == "fails" or _near(part, "fails") for part in worlds)
    )


def _why_open(finding: Finding) -> str:
    if told := no_answer(finding.parts):
        return told
    if noisy(finding.parts):
        return "The share lies too near a line for this number of draws: more may settle it."
    if isinstance(finding.parts[0], Worlds):
        return "The plausible worlds disagree, and no box of assumptions is known in which it holds."
    if all(part.settled == "open" for part in finding.parts):
        return "The known ranges of the figures allow both."
    return "No reading of the figures bears it out, and not all of them rule it out."


def _told(finding: Finding, last: str = "") -> str:
    """What the tests ask, their parts, and a last sentence."""
    told = [part.in_words() for part in finding.parts if isinstance(part, Worlds)]
    if told:
        parts = f"it holds {'; '.join(told)}"
    else:
        words = {"holds": "it holds by", "fails": "it fails by", "open": "it may hold or fail by"}
        by = {settled: [part.name for part in finding.parts if part.settled == settled] for settled in words}
        parts = "; ".join(
            f"{words[settled]} {_either(names, 'and')}" for settled, names in by.items() if names
        )
    return f"{finding.test}: {parts}. {last}".rstrip()


def _some(part: int, whole: int) -> str:
    """A share that is above nought: never told as none."""
    return f"{part / whole:.0%}" if part >= 0.005 * whole else "less than 1%"


def _either(names: Sequence[str], word: str = "or") -> str:
    """`a`, `a or b`, `a, b or c`."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {word} {names[-1]}"
