"""The rule from numbers to a word: one function, the same for figures and for shares of simulated worlds.

Words are fixed. A claim has one or several tests, each with parts that must agree: readings of the figures, or
sets of priors. The weakest test decides.

| parts of a test | word |
| --- | --- |
| all hold | holds |
| all fail | contradicted by figures, or does not hold where worlds were simulated |
| some hold, others fail or stay open | holds if one goes by those parts |
| none holds, and a box of assumptions is known in which it does | holds if (the box in words) |
| anything else | cannot be told from the evidence |

A part that is a share of draws holds when the lower bound of the share is at least HOLDS, and fails when its upper
bound is at most FAILS; a share whose bounds straddle such a line is open because of its Monte Carlo error, and the
reason says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from offramp.analysis.chance import Chance, chance
from offramp.claims.arithmetic import Settled

Word = Literal[
    "holds", "holds if", "cannot be told from the evidence", "does not hold", "contradicted by figures"
]

WORDS: Final[tuple[Word, ...]] = (
    "holds",
    "holds if",
    "cannot be told from the evidence",
    "does not hold",
    "contradicted by figures",
)
"""From the best to the worst: of several tests the one furthest down decides."""

HOLDS: Final = 0.9
"""A claim holds where it does in nine of ten plausible worlds."""
FAILS: Final = 0.1
"""It fails where it holds in one of ten."""
LEAST_BOX: Final = 0.1
"""A box that covers less of the worlds is an exception, not a condition."""


@dataclass(frozen=True)
class Figures:
    """One reading of the figures, and whether the test holds for all, for none or for a part of their ranges."""

    name: str
    settled: Settled


@dataclass(frozen=True)
class Worlds:
    """One set of priors: the test holds in `holding` of `draws` draws.

    open: draws in which the cited figures of the test leave it open; they count neither for nor against it.
    """

    name: str
    holding: int
    draws: int
    open: int = 0

    @property
    def chance(self) -> Chance:
        """The share with its bounds, each of which holds with 95 % confidence."""
        surely = chance(self.holding, self.draws)
        return (
            replace(surely, high=chance(self.holding + self.open, self.draws).high) if self.open else surely
        )

    @property
    def settled(self) -> Settled:
        """Whether the share is settled against HOLDS and FAILS."""
        if self.chance.low >= HOLDS:
            return "holds"
        return "fails" if self.chance.high <= FAILS else "open"

    @property
    def undecided(self) -> bool:
        """Whether more draws could settle it: the bounds straddle a line."""
        bounds = self.chance
        return bounds.low < HOLDS <= bounds.high or bounds.low <= FAILS < bounds.high


@dataclass(frozen=True)
class Box:
    """Assumptions under which the test holds, in words, as counted in draws that did not find the box.

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
    """What came of one test: what it asks, its parts, which are of one kind, and boxes in which it holds."""

    test: str
    parts: tuple[Figures, ...] | tuple[Worlds, ...]
    boxes: tuple[Box, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """The word; `conditions` under which a claim holds, all of them together; `reason` in a sentence or some."""

    word: Word
    conditions: tuple[str, ...]
    reason: str

    def in_words(self) -> str:
        """`holds`, `holds if one goes by ... and trust is above 0.4`."""
        return f"{self.word} {' and '.join(self.conditions)}".rstrip()


def verdict(findings: Sequence[Finding]) -> Verdict:
    """The verdict on a claim from what came of all its tests; ValueError without a test or a part."""
    if not findings or any(not finding.parts for finding in findings):
        raise ValueError("a verdict needs at least one test with at least one part")
    each = [_of_one(finding) for finding in findings]
    worst = WORDS[max(WORDS.index(one.word) for one in each)]
    deciding = [one for one in each if one.word == worst]
    conditions = tuple(dict.fromkeys(condition for one in deciding for condition in one.conditions))
    return Verdict(worst, conditions, " ".join(one.reason for one in deciding))


def _of_one(finding: Finding) -> Verdict:
    parts = finding.parts
    simulated = isinstance(parts[0], Worlds)
    held = [part.name for part in parts if part.settled == "holds"]
    if len(held) == len(parts):
        return Verdict("holds", (), _told(finding))
    if all(part.settled == "fails" for part in parts):
        return Verdict("does not hold" if simulated else "contradicted by figures", (), _told(finding))
    if held:
        near = all(_near(part) for part in parts if part.settled != "holds")
        more = " (the others need more draws to tell)" if near else ""
        return Verdict("holds if", (f"one goes by {_either(held)}{more}",), _told(finding))
    box = next((box for box in finding.boxes if box.holds), None)
    if box is not None:
        inside = f"Inside the box it holds in {box.holding:,} of {box.inside:,} draws."
        return Verdict("holds if", box.conditions, _told(finding, inside))
    return Verdict("cannot be told from the evidence", (), _told(finding, _why_open(finding)))


def _near(part: Figures | Worlds) -> bool:
    """A share that may well hold too: it is not known to differ from those that do."""
    return isinstance(part, Worlds) and part.chance.high >= HOLDS


def _why_open(finding: Finding) -> str:
    if any(isinstance(part, Worlds) and part.undecided for part in finding.parts):
        return "The share lies too near a line for this number of draws: more may settle it."
    if isinstance(finding.parts[0], Worlds):
        return "The plausible worlds disagree, and no box of assumptions is known in which it holds."
    if all(part.settled == "open" for part in finding.parts):
        return "The known ranges of the figures allow both."
    return "No reading of the figures bears it out, and not all of them rule it out."


def _told(finding: Finding, last: str = "") -> str:
    """What the test asks, its parts, and a last sentence."""
    told: list[str] = []
    for part in finding.parts:
        if isinstance(part, Worlds):
            found = part.chance
            told.append(
                f"in {found.share:.0%} of {part.draws:,} draws with {part.name} ({found.low:.0%} to {found.high:.0%})"
            )
    if told:
        parts = f"it holds {'; '.join(told)}"
    else:
        words = {"holds": "it holds by", "fails": "it fails by", "open": "it may hold or fail by"}
        by = {settled: [part.name for part in finding.parts if part.settled == settled] for settled in words}
        parts = "; ".join(
            f"{words[settled]} {_either(names, 'and')}" for settled, names in by.items() if names
        )
    return f"{finding.test}: {parts}. {last}".rstrip()


def _either(names: Sequence[str], word: str = "or") -> str:
    """`a`, `a or b`, `a, b or c`."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {word} {names[-1]}"
