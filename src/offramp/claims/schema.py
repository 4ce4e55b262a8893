"""The tables of a file of claims, as they stand in TOML. Names and formulas are examined by the loader."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, Field, Strict

from offramp.claims.claim import Kind, Relation, TestKind
from offramp.scenario.forms import Date, Flag, Float, Table
from offramp.scenario.text import printable_line, printable_text

MAX_BYTES: Final = 1_000_000
MAX_CLAIMS: Final = 500
MAX_TESTS: Final = 10
MAX_READINGS: Final = 12
MAX_CHOICES: Final = 144
MAX_NAMES: Final = 20
MAX_LISTED: Final = 200

Line = Annotated[str, Strict(), Field(min_length=1, max_length=300), AfterValidator(printable_line)]
Word = Annotated[str, Strict(), Field(min_length=1, max_length=60), AfterValidator(printable_line)]
Said = Annotated[str, Strict(), Field(min_length=1, max_length=600), AfterValidator(printable_text)]
Maybe = Annotated[str, Strict(), Field(max_length=600), AfterValidator(printable_text)]
Inner = dict[str, Any]
Tables = Annotated[tuple[Inner, ...], Field(max_length=MAX_LISTED)]
Words = Annotated[tuple[Word, ...], Field(max_length=MAX_LISTED)]


class ArticleTable(Table):
    """`[article]`: where the claims were made."""

    key: Word = Field(description="A short name; claims of the shipped articles begin with it.")
    title: Line = Field(description="The title.")
    author: Maybe = Field("", description="The author, where one is named.")
    outlet: Maybe = Field("", description="Where it appeared.")
    date: Maybe = Field("", description="As much of the date as is known.")
    address: Maybe = Field("", description="The address.")
    source: Maybe = Field("", description="Key of the source in the evidence table.")
    note: Maybe = Field("", description="A remark.")


class ClaimTable(Table):
    """`[[claim]]`: one claim."""

    id: Word = Field(description="A short name of its own.")
    says: Said = Field(description="The claim in one sentence, in your own words.")
    kind: Kind = Field(description="figure, mechanism, prediction or value judgement.")
    could: Flag = Field(
        False, description="It says that something could or may happen: more than one world in ten is enough."
    )
    headline: Annotated[str, Strict(), Field(max_length=200), AfterValidator(printable_line)] = Field(
        "",
        description="A question of the debate that it answers, for the top of the page; claims may share one.",
    )
    refuted_by: Maybe = Field("", description="What would refute it; not for a value judgement.")
    untested: Maybe = Field("", description="A part of the claim that no test touches.")
    why_this_test: Maybe = Field("", description="Why the test is a fair one of the wording.")
    missing: Maybe = Field(
        "",
        description="What is missing for a test to be run, where none is or it speaks of what no run has; no full stop.",
    )
    rests_on: Maybe = Field(
        "",
        description="The one judged number, or the assumption of the model, from which what its tests find follows.",
    )
    beside: Inner | None = Field(None, description="Numbers shown with it, on which no verdict rests.")
    decomposition: Inner | None = Field(
        None, description="What each of several changes adds to an outcome, shown with it."
    )
    silent: Maybe = Field("", description="What the model cannot say about it.")
    evidence: Words = Field((), description="Ids of figures that bear on it beside those of its tests.")
    test: Tables = Field((), description="Its tests, all of which must hold.")
    trade_off: Inner | None = Field(None, description="What a value judgement rests on.")


class TestTable(Table):
    """`[[claim.test]]`: `left relation right` must hold."""

    __test__ = False  # not a test of pytest

    kind: TestKind = Field(description="figures, history, ablation, contrast, threshold or pattern.")
    left: Line = Field(description="A formula of the names.")
    relation: Relation = Field(
        description="clearly above, hardly above, hardly below, clearly below; above, at least, about, at most or below."
    )
    right: Line = Field(description="A formula of the names, or a number in quotes.")
    factor: Annotated[Float, Field(gt=1.0, le=1e6)] | None = Field(
        None, description="For `about`: the sides' ratio lies between 1 / factor and factor."
    )
    given: Inner | None = Field(
        None, description="The event of which the test speaks: draws without it have nothing to compare."
    )
    names: Inner = Field({}, description="What the names of the formulas stand for, under every reading.")
    reading: Tables = Field((), description="Readings, where there are several.")


class GivenTable(Table):
    """`given = { left, relation, right }`: only draws in which it holds are asked."""

    left: Line = Field(description="A formula of the names.")
    relation: Literal["above", "at least", "at most", "below"] = Field(
        description="above, at least, at most or below."
    )
    right: Line = Field(description="A formula of the names, or a number in quotes.")


class ReadingTable(Table):
    """`[[claim.test.reading]]`: one way to read the names."""

    name: Line = Field(description="What this reading takes the figures to be.")
    names: Inner = Field({}, description="Names that stand for something of their own in this reading.")


class SimulatedTable(Table):
    """`{ outcome, policy }`: an outcome of a run."""

    outcome: Word = Field(description="The outcome.")
    policy: Word = Field(description="A policy of the scenario, or a variant.")
    from_: Date | None = Field(None, alias="from", description="Count from the end of this day.")
    until: Date | None = Field(None, description="Count to the end of this day.")


class SpanTable(Table):
    """`{ series, from, until }`: least and greatest value of a daily series."""

    series: Word = Field(description="The name of a shipped series.")
    from_: Date = Field(alias="from", description="First day.")
    until: Date = Field(description="Last day.")


class DrawnTable(Table):
    """`{ input }`: an input of the scenario. One that no draw varies earns no word."""

    input: Line = Field(description="Its key path.")


class TradeOffTable(Table):
    """`[claim.trade_off]`: what a value judgement rests on."""

    what: Said = Field(description="What pulls against what.")
    outcomes: Words = Field(description="The outcomes that pull against one another.")
    policies: Words = Field(description="The policies between which.")


class BesideTable(Table):
    """`beside = { outcomes, policies }`: numbers on which no verdict rests."""

    outcomes: Words = Field(description="Outcomes, also of the policies that its tests compare.")
    policies: Words = Field((), description="Policies beside those.")


class DecompositionTable(Table):
    """`decomposition = { outcome, base, parts }`: what each part adds to the outcome of the base."""

    outcome: Word = Field(description="The outcome.")
    base: Word = Field(description="The policy or variant without any of the changes.")
    parts: Words = Field(description="Policies or variants with one change each, or with several.")
    by_sign_of: Annotated[str, Strict(), Field(max_length=300), AfterValidator(printable_line)] = Field(
        "", description="An input by whose sign the draws are told apart."
    )
    why: Maybe = Field("", description="How to read it, in a sentence.")


class VariantTable(Table):
    """`[[variant]]`: a policy of the scenario with something changed, for tests only."""

    name: Word = Field(description="A name of its own.")
    of: Word = Field(description="The policy of the scenario that it changes.")
    programmes: Words = Field((), description="Programmes added to it.")
    levers: Words = Field((), description="Levers added to it.")
    offramp: Annotated[str, Strict(), Field(max_length=60), AfterValidator(printable_line)] = Field(
        "", description="The off-ramp that it has, in place of that of the policy."
    )
    settings: Inner = Field({}, description="Key paths of the scenario with their values under this policy.")


class WaitingTable(Table):
    """An outcome, policy or input that no run has yet. Shipped with the package only."""

    name: Line = Field(description="Its name.")
    module: Word = Field(description="The module that will bring it.")
    meaning: Said = Field(description="What it is.")
