"""A claim judged: its figures worked out, its tests counted over draws where there are any, and its verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from offramp.claims.arithmetic import Range, Settled, evaluate, settled
from offramp.claims.claim import Cited, Claim, Claims, Reading, Span, Test, Waiting
from offramp.claims.counting import NOTHING, Counted, count, missing
from offramp.claims.joint import Joint, Worked, joint
from offramp.claims.quantities import known
from offramp.claims.sample import Sample
from offramp.claims.standing import REPEATS, RESTS, Standing, earned, standing
from offramp.claims.verdict import UNTOLD, WORDS, Untold, Verdict, untold_for, verdict
from offramp.evidence import Figure, figure


@dataclass(frozen=True)
class Sum:
    """One reading worked out: both sides of the test, and whether it is settled.

    rivals: figures that contradict one of the reading's, and that it does not use itself.
    """

    reading: Reading
    left: Range
    right: Range
    settled: Settled
    rivals: tuple[Figure, ...]


@dataclass(frozen=True)
class Judgement:
    """What is known of a claim. verdict: None for a value judgement, and while a test waits that could change it.

    sums: the tests by figures, worked out. counts: those over draws. joint: all of these together; None without any.
    waits: tests that were not run. lacks: why not, where a run was made and had not what they ask for. needs: names that
    no run has yet, with their modules. standing: what the word is worth, see `offramp.claims.standing`.
    """

    claim: Claim
    sums: tuple[tuple[Test, tuple[Sum, ...]], ...]
    counts: tuple[Counted, ...]
    joint: Joint | None
    waits: tuple[Test, ...]
    lacks: tuple[str, ...]
    needs: tuple[Waiting, ...]
    verdict: Verdict | None
    standing: Standing

    @property
    def word(self) -> str:
        """The verdict with its conditions, or why there is none."""
        if self.verdict is not None:
            beside = ["in part: see what is not tested"] if self.claim.untested else []
            beside += [self.standing] if self.standing in (RESTS, REPEATS) else []
            return self.verdict.in_words() + (f" ({'; '.join(beside)})" if beside else "")
        if self.claim.kind == "value judgement":
            return "no verdict: a value judgement"
        if self.claim.missing and (self.needs or not self.claim.tests):
            return f"cannot be run: {self.claim.missing}"
        if self.needs:
            return f"cannot be run yet: needs the module {' and '.join(self.modules)}"
        if self.lacks:
            return f"cannot be run: {'; '.join(self.lacks)}"
        return "not run yet: needs a run"

    @property
    def untold_for(self) -> Untold | None:
        """Why it cannot be told; None for a claim that has another word, or none."""
        if self.verdict is None or self.joint is None or self.verdict.word != UNTOLD:
            return None
        if self.standing == REPEATS:
            return "a fixed judgement answers it"
        few = any(one.test is self.joint.weakest and one.few for one in self.counts)
        return untold_for(self.joint.finding.parts, few)

    @property
    def modules(self) -> tuple[str, ...]:
        """Modules that the tests need and that no run has yet."""
        return tuple(dict.fromkeys(one.module for one in self.needs))


def judge(
    claim: Claim,
    claims: Claims,
    samples: Sequence[Sample] = (),
    place: str = "the scenario",
    unfit: Mapping[str, str] = NOTHING,
) -> Judgement:
    """The claim with its figures worked out, its other tests counted, and its verdict where no test is left to run.

    samples: draws of the bank by set of priors, the main one first; none before a run. place: the scenario that was run, as
    messages name it; unfit: variants that it cannot have, with the reason. Tests that rule the claim out decide even while
    others wait: nothing can mend it.
    """
    sums_of = [(test, sums(test)) for test in claim.tests if not test.simulated]
    counted: list[Counted] = []
    waits: list[Test] = []
    lacks: list[str] = []
    for test in claim.tests:
        if not test.simulated:
            continue
        lack = missing(test, samples, place, unfit)
        if samples and not lack:
            counted.append(count(test, samples, claim.could))
        else:
            waits.append(test)
            lacks += lack
    together, found = _together([worked(*one) for one in sums_of], counted, samples, claim.could)
    stands = standing(found, _unmoved(together, counted), claim.rests_on if counted else "")
    found = earned(found, stands)
    if waits and found is not None and found.word not in WORDS[WORDS.index("does not hold") :]:
        found = None
    return Judgement(
        claim,
        tuple(sums_of),
        tuple(counted),
        together,
        tuple(waits),
        tuple(dict.fromkeys(lacks)),
        claims.waits_for(claim),
        found,
        "no word" if found is None else stands,
    )


def _unmoved(together: Joint | None, counted: Sequence[Counted]) -> bool:
    """Whether nothing that is drawn moves the test that decides, by any set of priors or reading."""
    weakest = None if together is None else together.weakest
    return any(one.test is weakest and one.unmoved for one in counted)


def _together(
    figures: Sequence[Worked], counted: Sequence[Counted], samples: Sequence[Sample], could: bool
) -> tuple[Joint | None, Verdict | None]:
    """The tests together, and the verdict; figures that rule a claim out by themselves leave nothing to draws."""
    if figures:
        alone = joint(figures, (), ())
        found = verdict(alone.finding)
        if not counted or found.word == "contradicted by figures":
            return alone, found
    if not counted:
        return None, None
    together = joint(figures, counted, samples, could)
    return together, verdict(together.finding)


def sums(test: Test) -> tuple[Sum, ...]:
    """Every reading of a test by figures, worked out."""
    return tuple(_sum(test, reading) for reading in test.readings)


def worked(test: Test, each: Sequence[Sum]) -> Worked:
    """A test by figures, for the conjunction of tests."""
    return Worked(test, {one.reading.name: one.settled for one in each})


def _sum(test: Test, reading: Reading) -> Sum:
    ranges = {name: known(q) for name, q in reading.quantities.items() if isinstance(q, Cited | Span)}
    left, right = evaluate(test.left, ranges), evaluate(test.right, ranges)
    used = {figure(id).id for id in _cited(reading)}
    rivals = dict.fromkeys(rival for id in used for rival in figure(id).rivals if rival not in used)
    return Sum(
        reading,
        left,
        right,
        settled(left, test.relation, right, test.factor),
        tuple(figure(rival) for rival in sorted(rivals)),
    )


def _cited(reading: Reading) -> list[str]:
    return [q.id for q in reading.quantities.values() if isinstance(q, Cited)]
