"""A claim judged as far as it can be without simulating: its figures, its verdict, and what it still waits for."""

from __future__ import annotations

from dataclasses import dataclass

from offramp.claims.arithmetic import Range, Settled, evaluate, settled
from offramp.claims.claim import Cited, Claim, Claims, Reading, Span, Test, Waiting
from offramp.claims.quantities import known
from offramp.claims.verdict import WORDS, Figures, Finding, Verdict, verdict
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
    """What is known of a claim. verdict: None for a value judgement, and while a test waits for a run.

    sums: the tests by figures, worked out. waits: tests that need draws. needs: what they speak of and no run
    has yet.
    """

    claim: Claim
    sums: tuple[tuple[Test, tuple[Sum, ...]], ...]
    waits: tuple[Test, ...]
    needs: tuple[Waiting, ...]
    verdict: Verdict | None

    @property
    def word(self) -> str:
        """The verdict with its conditions, or why there is none."""
        if self.verdict is not None:
            return self.verdict.in_words() + (
                " (in part: see what is not tested)" if self.claim.untested else ""
            )
        if self.claim.kind == "value judgement":
            return "no verdict: a value judgement"
        return "not run yet: needs a run" + (
            f" with the module {' and '.join(self.modules)}" if self.needs else ""
        )

    @property
    def modules(self) -> tuple[str, ...]:
        """Modules that the tests need and that no run has yet."""
        return tuple(dict.fromkeys(one.module for one in self.needs))


def judge(claim: Claim, claims: Claims) -> Judgement:
    """The claim with its figures worked out, and its verdict where no test is left to run.

    A test by figures that contradicts the claim decides even while others wait: nothing can mend it.
    """
    done = [(test, sums(test)) for test in claim.tests if not test.simulated]
    waits = tuple(test for test in claim.tests if test.simulated)
    found: Verdict | None = None
    if done:
        findings = [
            Finding(test.in_words(), tuple(Figures(one.reading.name, one.settled) for one in worked))
            for test, worked in done
        ]
        found = verdict(findings)
        if waits and found.word != WORDS[-1]:
            found = None
    return Judgement(claim, tuple(done), waits, claims.waits_for(claim), found)


def sums(test: Test) -> tuple[Sum, ...]:
    """Every reading of a test by figures, worked out."""
    return tuple(_sum(test, reading) for reading in test.readings)


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
