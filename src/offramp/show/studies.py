"""Prior sets and experiments of a run as differences to the reference, and what they say in words.

Every sentence is made of the numbers: nothing here knows which policy, number or finding it speaks of.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from offramp.analysis import Spread, describe
from offramp.analysis.compare import in_force, outcome_samples, paired, spread
from offramp.analysis.outcomes import is_difference
from offramp.scenario.numbers import number
from offramp.scenario.tables import Scenario
from offramp.scenario.tables_studies import Experiment
from offramp.show.run import Run
from offramp.show.words import (
    COUNTS,
    amount,
    between,
    counted,
    listed,
    more_or_fewer,
    quoted,
    span_more_or_fewer,
)

if TYPE_CHECKING:
    import polars as pl

Sample = NDArray[np.float64]
HARM = "families_harmed"
_MONEY = ("cash_usd", "schedule", "stipend_usd_per_month", "testimony_bonus_usd", "money_weight")


@dataclass(frozen=True)
class Found:
    """What an experiment found: differences to the reference, draw by draw.

    samples: (cell, policy, outcome) -> [draws]; a cell is a combination of varied values. law: draws in which the offers of a
    policy become law.
    """

    experiment: Experiment
    policies: tuple[str, ...]
    outcomes: tuple[str, ...]
    samples: Mapping[tuple[tuple[float, ...], str, str], Sample]
    law: Mapping[str, int]

    @property
    def draws(self) -> int:
        """Draws behind each figure."""
        return next(iter(self.samples.values())).size

    def at(self, cell: tuple[float, ...], policy: str, outcome: str) -> Spread | None:
        """Mean and spread in one cell; None where no draw defines the outcome."""
        return spread(self.samples[cell, policy, outcome])


@dataclass(frozen=True)
class Believed:
    """A prior set of a run: differences to the reference by (policy, outcome), [draws] each."""

    name: str
    draws: int
    samples: Mapping[tuple[str, str], Sample]

    def at(self, policy: str, outcome: str) -> Spread | None:
        """Mean and spread; None where the run has no such outcome."""
        sample = self.samples.get((policy, outcome))
        return None if sample is None else spread(sample)


def table_of(run: Run, kind: str, name: str) -> pl.DataFrame | None:
    """The table of a study in the folder of the run; None when the run has none of it."""
    import polars as pl

    studies: Sequence[Mapping[str, Any]] = run.manifest.get("studies", ())
    for study in studies:
        if (study["kind"], study["name"]) == (kind, name):
            return pl.read_parquet(run.out / study["file"], glob=False)
    return None


def experiments(run: Run) -> tuple[Found, ...]:
    """The experiments that ran beside the main comparison and asked for something that came out of it."""
    tables = ((one, _asked(run, one)) for one in run.scenario.experiments)
    found = [found_in(one, table, run.policies[0]) for one, table in tables if table is not None]
    return tuple(one for one in found if one.outcomes)


def _asked(run: Run, experiment: Experiment) -> pl.DataFrame | None:
    """The draws that an experiment asks of: those of the run where nothing is varied."""
    if experiment.vary:
        return table_of(run, "experiment", experiment.name)
    return run.draws if set(experiment.policies) <= set(run.policies) else None


def found_in(experiment: Experiment, table: pl.DataFrame, reference: str) -> Found:
    """Differences to the reference in every cell of an experiment's table."""
    there = [o for o in experiment.outcomes if f"outcome.{o}" in table.columns]
    if HARM not in there and f"outcome.{HARM}" in table.columns:
        there.append(HARM)
    policies = tuple(name for name in experiment.policies if name != reference) or experiment.policies
    samples: dict[tuple[tuple[float, ...], str, str], Sample] = {}
    for cell in experiment.cells:
        rows = rows_of(table, experiment, cell)
        for (policy, outcome), sample in _differences(rows, policies, there, reference).items():
            samples[cell, policy, outcome] = sample
    first = rows_of(table, experiment, experiment.cells[0])
    law = {policy: in_force(first, policy).height for policy in policies}
    return Found(experiment, policies, tuple(there), samples, law)


def rows_of(table: pl.DataFrame, experiment: Experiment, cell: tuple[float, ...]) -> pl.DataFrame:
    """The rows of one cell of an experiment's table."""
    import polars as pl

    for one, value in zip(experiment.vary, cell, strict=True):
        table = table.filter(pl.col(f"set.{one.key}") == value)
    return table


def beliefs(run: Run, outcomes: Sequence[str]) -> tuple[Believed, ...]:
    """The main set and the others beside it, the pessimist's order of the file with the main set in the middle."""
    reference, others = run.policies[0], run.policies[1:]
    found: list[Believed] = []
    for prior in run.scenario.priors:
        table = table_of(run, "prior", prior.name)
        if table is not None:
            samples = _differences(table, others, outcomes, reference)
            found.append(Believed(prior.name, table["draw"].n_unique(), samples))
    if not found or not others:
        return ()
    main = _differences(run.draws, others, outcomes, reference)
    middle = (len(found) + 1) // 2
    return (
        *found[:middle],
        Believed(run.scenario.prior or "main", run.draws["draw"].n_unique(), main),
        *found[middle:],
    )


def _differences(
    table: pl.DataFrame, policies: Sequence[str], outcomes: Sequence[str], reference: str
) -> dict[tuple[str, str], Sample]:
    columns = [f"outcome.{o}" for o in outcomes if f"outcome.{o}" in table.columns]
    by_policy = outcome_samples(table.select("policy", "draw", *columns))
    found: dict[tuple[str, str], Sample] = {}
    for policy in policies:
        for outcome in outcomes:
            if outcome in by_policy[policy].values:
                here, there = paired(by_policy, policy, reference, outcome)
                found[policy, outcome] = here if is_difference(outcome) else here - there
    return found


def beliefs_in_words(sets: Sequence[Believed], outcome: str) -> str:
    """Which policy leads under each prior set, with the harm it does, and whether the order stands."""
    leaders: list[str] = []
    sentences: list[str] = []
    unit = describe(outcome).unit
    for one in sets:
        means = {policy: s.mean for policy, o in one.samples if o == outcome and (s := one.at(policy, o))}
        if not means:
            continue
        best = max(means, key=lambda policy: means[policy])
        leaders.append(best)
        level, harm = one.at(best, outcome), one.at(best, HARM)
        assert level is not None  # it has a mean
        text = f"{quoted(one.name)} ({one.draws:,} draws): {quoted(best)} with {_level(level, unit)}"
        sentences.append(text + (f", and {_change(harm, HARM)} families harmed" if harm else ""))
    if not sentences:
        return ""
    stands = (
        "The same policy leads under every set."
        if len(set(leaders)) == 1
        else "Which policy leads depends on what one believes."
    )
    return f"Most {_lower(outcome)}, by prior set: {'; '.join(sentences)}. {stands}"


def rests_on(found: Found, draws: int) -> str:
    """On how many draws the numbers of an experiment rest, and why they are not those of the answer. draws: of the run."""
    together: dict[int, list[str]] = {}
    for policy, law in found.law.items():
        if law < found.draws:
            together.setdefault(law, []).append(quoted(policy))
    barred = [
        f" In {law:,} of these draws what {listed(names)} {'offers' if len(names) == 1 else 'offer'} becomes law; in the"
        " others it admits nobody, while what carries it, and whatever else the policy does, acts and counts all the same."
        for law, names in together.items()
    ]
    if found.draws < draws:
        text = (
            f"These numbers rest on the first {found.draws:,} of {draws:,} draws, those of the answer on all: where both tell"
            " of the same policy, they differ by the draws that are left out."
        )
    else:
        text = f"These numbers rest on {'the one draw' if draws == 1 else f'all {draws:,} draws'} of the run."
    return text + "".join(barred)


def in_words(found: Found) -> tuple[str, ...]:
    """The paragraph of an experiment, sentence by sentence."""
    vary = found.experiment.vary
    outcome = found.outcomes[0]
    if not vary:
        said = _policies_compared(found, outcome)
    elif len(vary) == 1:
        said = [sentence for policy in found.policies for sentence in _one_key(found, policy, outcome)]
    else:
        said = [sentence for policy in found.policies for sentence in _two_keys(found, policy, outcome)]
    return tuple(said)


def rests_on_priors(scenario: Scenario, experiment: Experiment) -> bool:
    """Whether money is what moves people here: how strongly it does is not identified by any data."""
    if any(one.key.rpartition(".")[2] in _MONEY or ".cash_usd." in one.key for one in experiment.vary):
        return True
    named = {name for p in scenario.policies if p.name in experiment.policies for name in p.programmes}
    return not experiment.vary and any(
        p.name in named and (p.cash_usd or p.schedule or p.stipend_usd_per_month) for p in scenario.programmes
    )


def label_of(experiment: Experiment, at: int) -> str:
    """What a varied number is called."""
    return experiment.vary[at].label or experiment.vary[at].key


def _policies_compared(found: Found, outcome: str) -> list[str]:
    first, *others = found.policies
    cell: tuple[float, ...] = ()
    said = [
        f"{_title(outcome)}: "
        + "; ".join(f"{quoted(p)} {_text(found.at(cell, p, outcome), outcome)}" for p in found.policies)
        + "."
    ]
    for other in others:
        changes = [
            f"{_change(gap, name)} {_noun(name)}"
            for name in found.outcomes
            if (gap := spread(found.samples[cell, other, name] - found.samples[cell, first, name]))
        ]
        said.append(f"{quoted(other)} against {quoted(first)}, draw by draw: {listed(changes)}.")
    return said


def _one_key(found: Found, policy: str, outcome: str) -> list[str]:
    cells, what = found.experiment.cells, label_of(found.experiment, 0)
    levels = [f"{number(c[0], 6)}: {_text(found.at(c, policy, outcome), outcome)}" for c in cells]
    low, high = cells[0], cells[-1]
    changes = [
        f"{_change(gap, name)} {_noun(name)}"
        for name in found.outcomes
        if (gap := _gap(found, policy, name, low, high))
    ]
    return [
        f"{_title(outcome)} under {quoted(policy)}, by {what}: {'; '.join(levels)}."
        f"{_turning(found, policy, outcome, cells)}",
        f"From {number(low[0], 6)} to {number(high[0], 6)}, draw by draw: {listed(changes)}.",
    ]


def _two_keys(found: Found, policy: str, outcome: str) -> list[str]:
    one, two = found.experiment.vary
    name_one, name_two = label_of(found.experiment, 0), label_of(found.experiment, 1)
    low, high = one.values[0], one.values[-1]
    by_second: list[str] = []
    for value in two.values:
        gap = _gap(found, policy, outcome, (low, value), (high, value))
        if gap is not None:
            start = _text(found.at((low, value), policy, outcome), outcome)
            by_second.append(f"{number(value, 6)}: {start}, then {_change(gap, outcome)}")
    unit = describe(outcome).unit
    middle_one, middle_two = one.values[len(one.values) // 2], two.values[len(two.values) // 2]
    along_one = _paired(found, policy, outcome, (low, middle_two), (high, middle_two))
    along_two = _paired(found, policy, outcome, (middle_one, two.values[0]), (middle_one, two.values[-1]))
    said = [
        f"{_title(outcome)} under {quoted(policy)} with {name_one} at {number(low, 6)}, and what"
        f" {number(high, 6)} adds to that. By {name_two}: {'; '.join(by_second)}."
    ]
    a, b = spread(along_one), spread(along_two)
    if a and b:
        said.append(
            f"The whole range of {name_two}, with {name_one} at {number(middle_one, 6)}, moves it by"
            f" {_level(b, unit, difference=True)}; the whole range of {name_one}, with {name_two} at"
            f" {number(middle_two, 6)}, by {_level(a, unit, difference=True)}."
            f" {_which_does_more((name_one, along_one), (name_two, along_two))}"
        )
    cells = found.experiment.cells if HARM in found.outcomes else ()
    harms = {cell: s.mean for cell in cells if (s := found.at(cell, policy, HARM))}
    if harms and outcome != HARM:
        worst = max(harms, key=lambda cell: harms[cell])
        level = found.at(worst, policy, HARM)
        assert level is not None  # it has a mean
        said.append(
            f"Families harmed beyond the reference: most with {name_one} at {number(worst[0], 6)} and {name_two}"
            f" at {number(worst[1], 6)}, {_level(level, 'families')}."
        )
    return said


def _which_does_more(one: tuple[str, Sample], two: tuple[str, Sample]) -> str:
    """Which of two numbers moves an outcome further, draw by draw: a few draws may carry the means, not the count."""
    further = np.sign(np.abs(two[1]) - np.abs(one[1]))
    wins = {one[0]: int(np.sum(further < 0.0)), two[0]: int(np.sum(further > 0.0))}
    (less, few), (more, many) = sorted(wins.items(), key=lambda item: item[1])
    neither = further.size - many - few
    counts = f"it moves more with {more} in {many} of {counted(further.size, 'draw')}, with {less} in {few}"
    if neither:
        counts += f", and in {neither} as much with either, or with none"
    # two standard errors of a fair coin
    told = many - few > 2.0 * math.sqrt(many + few)
    return (
        f"More is done by {more}: {counts}."
        if told
        else f"These draws cannot tell which does more: {counts}."
    )


def _turning(found: Found, policy: str, outcome: str, cells: Sequence[tuple[float, ...]]) -> str:
    """Said where the outcome does not move one way, beyond what chance may do."""
    steps = [_gap(found, policy, outcome, a, b) for a, b in pairwise(cells)]
    ways = {step.mean > 0.0 for step in steps if step is not None and _told(step)}
    return " It does not move one way all along." if len(ways) > 1 else ""


def _paired(found: Found, policy: str, outcome: str, a: tuple[float, ...], b: tuple[float, ...]) -> Sample:
    return found.samples[b, policy, outcome] - found.samples[a, policy, outcome]


def _gap(
    found: Found, policy: str, outcome: str, a: tuple[float, ...], b: tuple[float, ...]
) -> Spread | None:
    return spread(_paired(found, policy, outcome, a, b))


def _told(gap: Spread) -> bool:
    """Whether a mean difference can be told from zero with these draws: two Monte Carlo errors."""
    return gap.mc_error is not None and abs(gap.mean) > 2.0 * gap.mc_error


def _change(gap: Spread, outcome: str) -> str:
    """A mean change with its interval, and a word where these draws cannot tell it from none."""
    unit = describe(outcome).unit
    if gap.constant and gap.mean == 0.0:
        return "in every draw as many" if unit in COUNTS else "in every draw the same"
    if gap.constant:
        return f"{more_or_fewer(gap.mean, unit)} (the same in every draw)"
    text = more_or_fewer(gap.mean, unit)
    if gap.draws == 1:
        return text
    skew = f"; a few draws carry the mean, the median is {more_or_fewer(gap.q50, unit)}" if gap.skewed else ""
    # The mean may be unsure where nearly every draw moves one way.
    what = "it" if gap.q05 <= 0.0 <= gap.q95 else "the mean"
    doubt = "" if _told(gap) else f"; these draws cannot tell {what} from no change"
    return f"{text} ({span_more_or_fewer(gap.q05, gap.q95, unit)}{skew}{doubt})"


def _text(level: Spread | None, outcome: str) -> str:
    return "not defined" if level is None else _level(level, describe(outcome).unit)


def _level(level: Spread, unit: Any, *, difference: bool = False) -> str:
    text = amount(level.mean, unit, difference=difference)
    if level.draws == 1 or level.constant:
        return text
    return f"{text} ({between(level.q05, level.q95, unit, difference=difference)})"


def _title(outcome: str) -> str:
    return describe(outcome).label


def _lower(outcome: str) -> str:
    label = _title(outcome)
    return (label[:1].lower() + label[1:]).removesuffix(", change")


def _noun(outcome: str) -> str:
    return "in cost" if outcome == "cost_usd" else _lower(outcome)
