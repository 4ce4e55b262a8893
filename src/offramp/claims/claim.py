"""What a claim of the debate is: a sentence in our words, its tests as formulas, and what they are formulas of."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Final, Literal

from offramp.errors import InputError, Problem
from offramp.evidence.figure import number_text
from offramp.games.expressions import Expression

Kind = Literal["figure", "mechanism", "prediction", "value judgement"]
TestKind = Literal["figures", "history", "ablation", "contrast", "threshold", "pattern"]
Sided = Literal["clearly above", "hardly above", "hardly below", "clearly below"]
"""Against the other side by HARDLY of it: at least so much above, less than so much above, and likewise below."""
Relation = Literal["above", "at least", "about", "at most", "below", Sided]

HARDLY: Final = 0.05
"""The one size of *hardly more* and *hardly less*, for every claim whose wording names none: a twentieth."""

TEST_KIND_MEANING: dict[TestKind, str] = {
    "figures": "a figure against cited evidence",
    "history": "comparison with what was counted in other wars",
    "ablation": "a policy with one part removed",
    "contrast": "one policy against another, draw by draw",
    "threshold": "a sign or a threshold over the ensemble",
    "pattern": "a pattern over time",
}


@dataclass(frozen=True)
class Cited:
    """A figure of the evidence table, by its id."""

    id: str


@dataclass(frozen=True)
class Span:
    """The least and greatest value of a daily series from one date to another, both included."""

    series: str
    first: datetime.date
    last: datetime.date


@dataclass(frozen=True)
class Simulated:
    """An outcome of a policy, draw by draw. With dates: what was added to it from one day's end to another's."""

    outcome: str
    policy: str
    first: datetime.date | None
    last: datetime.date | None


@dataclass(frozen=True)
class Drawn:
    """An input of the scenario by its key path: drawn, or a number that it states."""

    input: str


Quantity = Cited | Span | Simulated | Drawn


@dataclass(frozen=True)
class Reading:
    """One way to read a test: which quantity each name of its formulas stands for."""

    name: str
    quantities: Mapping[str, Quantity]

    @property
    def policies(self) -> tuple[str, ...]:
        """Policies that it compares."""
        return tuple(
            dict.fromkeys(one.policy for one in self.quantities.values() if isinstance(one, Simulated))
        )


@dataclass(frozen=True)
class Given:
    """`left relation right`: only draws in which it holds are asked."""

    left: Expression
    relation: Relation
    right: Expression

    def in_words(self) -> str:
        """`near at least 0.5`."""
        return f"{self.left.text} {self.relation} {self.right.text}"


@dataclass(frozen=True)
class Test:
    """`left relation right` must hold for the claim to hold, under every reading.

    factor: for `about` only, how far the sides may lie apart: their ratio is between 1 / factor and factor. given: the
    event of which the test speaks; draws without it have nothing to compare. None where it speaks of all.
    """

    __test__ = False  # not a test of pytest

    kind: TestKind
    left: Expression
    relation: Relation
    right: Expression
    factor: float | None
    readings: tuple[Reading, ...]
    given: Given | None = None

    @property
    def formulas(self) -> tuple[Expression, ...]:
        """Both sides, and those of the event."""
        event = () if self.given is None else (self.given.left, self.given.right)
        return (self.left, self.right, *event)

    @property
    def quantities(self) -> tuple[Quantity, ...]:
        """Everything that the test speaks of, each once."""
        return tuple(dict.fromkeys(q for reading in self.readings for q in reading.quantities.values()))

    @property
    def simulated(self) -> bool:
        """Whether it needs draws."""
        return any(isinstance(one, Simulated | Drawn) for one in self.quantities)

    @property
    def evidence(self) -> tuple[str, ...]:
        """Ids of the figures that it uses."""
        return tuple(one.id for one in self.quantities if isinstance(one, Cited))

    @property
    def policies(self) -> tuple[str, ...]:
        """Policies that it compares."""
        return tuple(dict.fromkeys(one.policy for one in self.quantities if isinstance(one, Simulated)))

    @property
    def outcomes(self) -> tuple[str, ...]:
        """Outcomes that it looks at."""
        return tuple(dict.fromkeys(one.outcome for one in self.quantities if isinstance(one, Simulated)))

    def in_words(self) -> str:
        """The relation with its factor: `17 / 400 * 100 about (within a factor of 1.02) 4.25`."""
        within = "" if self.factor is None else f" (within a factor of {self.factor:g})"
        bare = [step for step in self.right.steps if not isinstance(step, str)]
        right = number_text(bare[0]) if len(self.right.steps) == len(bare) == 1 else self.right.text
        where = "" if self.given is None else f", where {self.given.in_words()}"
        return f"{self.left.text} {self.relation}{within} {right}{where}"


@dataclass(frozen=True)
class TradeOff:
    """What a value judgement rests on: the outcomes that pull against one another, and the policies between which."""

    what: str
    outcomes: tuple[str, ...]
    policies: tuple[str, ...]


@dataclass(frozen=True)
class Beside:
    """Numbers shown with a claim on which no verdict rests: outcomes of policies, beside those that its tests compare."""

    outcomes: tuple[str, ...]
    policies: tuple[str, ...]


@dataclass(frozen=True)
class Decomposition:
    """What each of several changes adds to an outcome, draw by draw: that of each of `parts` less that of `base`.

    by_sign_of: an input by whose sign the draws are told apart; empty where they are not. why: how to read it.
    """

    outcome: str
    base: str
    parts: tuple[str, ...]
    by_sign_of: str = ""
    why: str = ""


@dataclass(frozen=True)
class Claim:
    """One claim. says: a sentence in our words. untested: a part of it that no test touches, so that a verdict covers
    the rest. silent: what the model cannot say about it.

    why_this_test: why it is a fair test of the wording, where that is in doubt. rests_on: the one judged number, or the
    assumption of the model, from which what its tests find follows. missing: what a test that cannot be run would need.

    headline: a question of the debate that it answers, for the top of the page. could: it says what could or may happen.

    tests: all must hold; empty for a value judgement, which has a trade-off in their place, and where no test can be run.
    evidence: figures that bear on it beside those of its tests.
    """

    id: str
    article: str
    says: str
    kind: Kind
    refuted_by: str
    untested: str
    silent: str
    evidence: tuple[str, ...]
    tests: tuple[Test, ...]
    trade_off: TradeOff | None
    headline: str = ""
    why_this_test: str = ""
    missing: str = ""
    could: bool = False
    rests_on: str = ""
    beside: Beside = Beside((), ())
    decomposition: Decomposition | None = None

    @property
    def cited(self) -> tuple[str, ...]:
        """Ids of every figure that the claim uses, those of its tests first."""
        return tuple(dict.fromkeys([id for test in self.tests for id in test.evidence] + list(self.evidence)))

    @property
    def policies(self) -> tuple[str, ...]:
        """Policies that its tests or its trade-off compare, and those that are shown beside."""
        shown = [*(self.trade_off.policies if self.trade_off is not None else ()), *self.beside.policies]
        if self.decomposition is not None:
            shown += [self.decomposition.base, *self.decomposition.parts]
        return tuple(dict.fromkeys([*(p for test in self.tests for p in test.policies), *shown]))

    @property
    def outcomes(self) -> tuple[str, ...]:
        """Outcomes that its tests or its trade-off look at."""
        beside = self.trade_off.outcomes if self.trade_off is not None else ()
        return tuple(dict.fromkeys([*(o for test in self.tests for o in test.outcomes), *beside]))


@dataclass(frozen=True)
class Article:
    """Where claims were made. Empty where it is not known; `date` is as much of it as is known."""

    key: str
    title: str
    author: str
    outlet: str
    date: str
    address: str
    source: str
    """Key of the source in the evidence table."""
    note: str

    def citation(self) -> str:
        """One line: author (date). Title. Outlet. Address."""
        by = self.author or self.outlet
        parts = [f"{by} ({self.date or 'n.d.'})", self.title] if by else [self.title]
        parts += [self.outlet] if self.author and self.outlet else []
        sentences = [part if part.endswith(("?", "!", ".")) else f"{part}." for part in parts]
        return " ".join([*sentences, self.address]).rstrip()


Setting = float | str | bool | tuple[float | tuple[float, ...], ...]
"""A value of a scenario: one, or a list such as the schedule of a payment."""


@dataclass(frozen=True)
class Variant:
    """A policy that only tests of claims need: a policy of the scenario, with programmes, levers or values changed.

    offramp: the off-ramp that it has, empty for that of the policy. settings: key path of the scenario -> value under
    this policy.
    """

    name: str
    of: str
    programmes: tuple[str, ...]
    levers: tuple[str, ...]
    offramp: str
    settings: Mapping[str, Setting] = field(hash=False)


@dataclass(frozen=True)
class Waiting:
    """Something that tests speak of and that no run has yet, because its module is not part of a run."""

    name: str
    what: Literal["outcome", "policy", "input"]
    module: str
    meaning: str


@dataclass(frozen=True)
class Claims:
    """Claims with the articles, variants and waiting names that they speak of. scenario: of which they speak."""

    scenario: str
    articles: tuple[Article, ...]
    claims: tuple[Claim, ...]
    variants: tuple[Variant, ...]
    waiting: tuple[Waiting, ...]

    def claim(self, id: str) -> Claim:
        """The claim of this id. Raises InputError with the nearest id when there is none."""
        ids = [one.id for one in self.claims]
        if id in ids:
            return self.claims[ids.index(id)]
        near = get_close_matches(id, ids, n=1)
        remedy = f"Did you mean {near[0]}? " if near else ""
        remedy += "`offramp claims list` shows all."
        raise InputError([Problem("claims", f"there is no claim {id!r}", remedy)])

    def article(self, key: str) -> Article:
        """The article of this key."""
        return next(one for one in self.articles if one.key == key)

    def waits_for(self, claim: Claim) -> tuple[Waiting, ...]:
        """What the claim speaks of and no run has yet."""
        inputs = [q.input for test in claim.tests for q in test.quantities if isinstance(q, Drawn)]
        names = {"outcome": claim.outcomes, "policy": claim.policies, "input": inputs}
        return tuple(one for one in self.waiting if one.name in names[one.what])
