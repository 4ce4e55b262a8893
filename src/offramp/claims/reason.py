"""The reason for a verdict in at most three sentences, made from the numbers: what came out, how often, what decides it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from offramp.analysis.chance import chance
from offramp.analysis.outcomes import describe
from offramp.claims.arithmetic import Range, exactly
from offramp.claims.claim import Claim, Drawn, Simulated, Test
from offramp.claims.counting import Count, Counted, Spread
from offramp.claims.joint import CITED, Joint
from offramp.claims.judge import Judgement, Sum
from offramp.claims.quantities import range_text
from offramp.claims.sample import FloatArray, Sample
from offramp.claims.telling import told as asks
from offramp.claims.units import unit_in_words
from offramp.claims.verdict import BOUND, Box, Untold, Worlds, no_answer, within_reach
from offramp.claims.words import spoken
from offramp.scenario.labels import input_in_words
from offramp.scenario.numbers import number, rounded

RANGED: Final = {"nuclear_probability": "nuclear_change", "order_carried_out": ""}
"""Outcomes, with their parts, that are never told without their range: their level is not known within a factor of forty.
Each with what a table shows in its place, its change against the reference; nothing where that would be as little known."""
_FEW: Final = 4
"""Numbers beside a claim that can be read in a sentence; more stand in its table alone."""
_SENTENCES: Final = 3
"""The most that a reason has."""
_MOST: Final = 0.5
"""Part of the draws above which it is told that the sides lie the other way round."""
PERCENT: Final = "\N{NO-BREAK SPACE}%"

_SETTLED = {
    "holds": "which bears it out",
    "fails": "which does not bear it out",
    "open": "which settles nothing",
}


def decisive(judgement: Judgement) -> Test | None:
    """The test that decides: the weakest, see `offramp.claims.joint`. None where none was worked out."""
    return None if judgement.joint is None else judgement.joint.weakest


def sentences(judgement: Judgement) -> tuple[str, ...]:
    """About the test that decides, and all tests together; empty for a claim without a verdict."""
    if judgement.verdict is None or judgement.joint is None:
        return ()
    test = judgement.joint.weakest
    for counted in judgement.counts:
        if counted.test is test:
            rest = [one for one in judgement.counts if one is not counted]
            told = [*_by_draws(counted, rest, judgement.joint, judgement.untold_for, judgement.verdict.near)]
            if len(told) < _SENTENCES:  # a half of the claim that figures answer
                told += [_in_one(*one) for one in judgement.sums]
            return tuple(told[:_SENTENCES])
    if len(judgement.sums) == 1:
        return tuple(_by_figures(*judgement.sums[0]))
    weakest_first = sorted(judgement.sums, key=lambda one: one[0] is not test)
    return tuple(_in_one(*one) for one in weakest_first[:_SENTENCES])


def _by_draws(
    counted: Counted, rest: Sequence[Counted], together: Joint, untold: Untold | None, near: bool
) -> Iterator[str]:
    """rest: the other tests over draws. untold: why it cannot be told. near: see `Verdict`."""
    main = counted.counts[0]
    yield f"{_values(counted, main)}."
    if counted.unmoved:
        yield f"{_unmoved(counted)}."
        return
    could = _COULD if main.worlds.could else ""
    yield f"{_often(counted, together)}{could}{_others(counted, rest)}{_other_way(counted)}."
    told = no_answer(together.finding.parts)
    decides = _decides(together)
    if told:
        told = told.replace(". More", ": more").replace("--soldiers", "`--soldiers`")
        yield f"{told.rstrip('.')}{_finer(counted)}."
    elif untold is not None:
        disagree = untold == "the plausible worlds disagree"
        why = _HARDLY if disagree and within_reach(together.finding.parts) else _WHY[untold]
        yield f"{why}: {decides[:1].lower()}{decides[1:]}." if decides else f"{why}{_BY_NONE}."
    elif near:
        yield BOUND
    elif decides:
        yield f"{decides}."


def _finer(counted: Counted) -> str:
    """How many more people would have to be simulated, where the weakest test is too fine."""
    times = max(one.finer for one in counted.counts)
    if times == 1:
        return ""
    often = "twice" if times == 2 else f"{times} times"
    return f"; by these draws about {often} as many would do, in {often} the time"


_COULD: Final = " (for what could happen more than one world in ten is enough)"
_BY_NONE: Final = ", and no input by itself is seen to turn the answer"
_HARDLY: Final = "More draws would hardly settle it, though a bound reaches the line, because the plausible worlds disagree"
_WHY: Final[Mapping[Untold, str]] = {
    "the plausible worlds disagree": "More draws would not settle it, because the plausible worlds disagree",
    "too few draws": "More draws may settle it, because a share is near a line",
    "so few people that chance decides": "More draws would not settle it, because so few people are counted that chance decides",
}


def _values(counted: Counted, main: Count) -> str:
    """`Departures (median): 5,400 under `A` and 5,200 under `B`; Deaths in the force ...`."""
    grouped: dict[str, list[str]] = {}
    for name, quantity in counted.test.readings[0].quantities.items():
        if name not in main.values:
            continue
        if isinstance(quantity, Drawn):
            words = input_in_words(quantity.input)
            bare = words == quantity.input  # a key path tells less than its name
            shown, called = (spoken(name), "") if bare else (words, _called(counted, name))
            told = f"`{shown}` {number(main.values[name].q50, 3)}{called}"
            stated = main.values[name].q05 == main.values[name].q95
            grouped.setdefault("Stated" if stated else "The input", []).append(told)
        elif isinstance(quantity, Simulated):
            happens = name in main.events and describe(quantity.outcome).unit == "share"
            label = (
                f"{describe(quantity.outcome).label}, share of draws"
                if happens
                else describe(quantity.outcome).label
            )
            when = f" from {quantity.first} to {quantity.last}" if quantity.first is not None else ""
            value = _of_draws(main.events[name]) if happens else _told(quantity.outcome, main.values[name])
            told = f"{value} under `{quantity.policy}`{_called(counted, name)}"
            grouped.setdefault(f"{label}{when}", []).append(told)
    of = "median of the worlds compared" if main.worlds.undefined else "median"
    told = "; ".join(
        f"{label}{'' if label == 'Stated' or label.endswith('share of draws') else f' ({of})'}: {_listed(told)}"
        for label, told in grouped.items()
    )
    return told + _quotients(counted, main)


def _quotients(counted: Counted, main: Count) -> str:
    """`; leader removed per day of war expected (median): 0.0131 % against 0.0048 %`, where each side divides two outcomes."""
    sides = (counted.test.left, counted.test.right)
    if any(len(side.steps) != len(("a", "b", "/")) or side.steps[-1] != "/" for side in sides):
        return ""
    quantities = counted.test.readings[0].quantities
    above, below = ([quantities.get(str(side.steps[at])) for side in sides] for at in (0, 1))
    if not all(isinstance(one, Simulated) for one in (*above, *below)):
        return ""
    whole, part = (describe(one.outcome) for one in (above[0], below[0]) if isinstance(one, Simulated))
    share = whole.unit == "share"
    days = part.label.lower().removeprefix("days")
    per = f"per day{days}" if days != part.label.lower() else f"divided by {part.label.lower()}"
    told = [
        f"{number(100.0 * one.q50 if share else one.q50, 3)}{PERCENT if share else ''}"
        for one in (main.left, main.right)
    ]
    return f"; {whole.label.lower()} {per} (median): {told[0]} against {told[1]}"


def _unmoved(counted: Counted) -> str:
    """For a test that comes out alike in every draw: which way, and why that earns no word."""
    words = {"holds": "holds", "fails": "does not hold"}
    told = " or ".join(sorted({words.get(one.worlds.settled, "holds or not") for one in counted.counts}))
    return (
        f"The test {_formula(counted.test)} {told}, in every world alike: no input that is drawn moves it, so that it repeats"
        " what the scenario states by judgement, and earns no word"
    )


def _formula(test: Test) -> str:
    return f"that {asks(test)}{'' if test.given is None else ','}"


def beside_in_words(claim: Claim, sample: Sample) -> str:
    """The numbers that a claim shows beside its tests, where they are few enough to be read in a sentence: medians over the
    draws in which there are any."""
    policies = claim.beside.policies or claim.policies
    values = {
        (outcome, policy): sample.outcome(outcome, policy)
        for outcome in claim.beside.outcomes
        for policy in policies
    }
    known = {key: found[np.isfinite(found)] for key, found in values.items() if found is not None}
    if not known or len(values) > _FEW:
        return ""
    several = len({policy for _, policy in known}) > 1
    told = [
        f"{describe(outcome).label.lower() if several else describe(outcome).label} {_between(outcome, found)}"
        + (f" under `{policy}`" if several else "")
        for (outcome, policy), found in known.items()
    ]
    under = "" if several else f" under `{next(iter(known))[1]}`"
    return f"Beside the tests, in the model{under} (median, 5 to 95{PERCENT} of draws): {_listed(told)}."


def _between(outcome: str, found: FloatArray) -> str:
    if describe(outcome).unit == "share" and np.isin(found, (0.0, 1.0)).all():
        happened = chance(int(found.sum()), found.size)
        ends = f"{100.0 * happened.low:.0f} to {100.0 * happened.high:.0f}{PERCENT}"
        return f"in {_of_draws(float(found.mean()))} of draws ({ends})"
    low, middle, high = (_one(outcome, float(q)) for q in np.quantile(found, (0.05, 0.5, 0.95)))
    return middle if low == high else f"{middle} ({low} to {high})"


def _of_draws(share: float) -> str:
    """In whole per cent; what was seen at all is not nought."""
    return f"<1{PERCENT}" if 0.0 < share < 0.005 else f"{100.0 * share:.0f}{PERCENT}"


def _called(counted: Counted, name: str) -> str:
    """The name that the formula has for it; nothing where there is but one."""
    several = len(counted.test.left.names | counted.test.right.names) > 1
    return f" ({spoken(name)})" if several else ""


def _told(outcome: str, spread: Spread) -> str:
    """The median; with the whole range where that may never be left out."""
    if outcome.partition(".")[0] in RANGED:
        return f"{_one(outcome, spread.q50)} (anywhere from {_one(outcome, spread.least)} to {_one(outcome, spread.most)})"
    return _one(outcome, spread.q50)


def _one(outcome: str, value: float) -> str:
    unit = describe(outcome).unit
    if unit == "share":
        return f"{number(100.0 * value, 3)}{PERCENT}"
    if unit == "relative":
        return f"{value:+.1%}"
    return f"{number(value, 3)}{' dollars' if unit == 'usd' else ''}"


def _often(counted: Counted, together: Joint) -> str:
    """How often all tests hold; of several tests also how often the weakest does."""
    alone = counts_in_words([(one.reading, one.worlds) for one in counted.counts])
    if together.finding.test == counted.test.in_words():
        return f"The test {_formula(counted.test)} holds {alone}"
    every = counts_in_words([(part.reading, part.worlds) for part in together.parts])
    if every == alone:
        return f"All tests together hold as often as the weakest alone, {_formula(counted.test).rstrip(',')}: {alone}"
    return f"All tests together hold {every}; the weakest, {_formula(counted.test).rstrip(',')}, {alone}"


def _others(counted: Counted, rest: Sequence[Counted]) -> str:
    """How often each of the other tests holds by itself: a claim of several halves is told in all of them."""
    told = [
        f"{_formula(one.test)} holds in {_listed([_bare(each.worlds) for each in one.counts])}"
        for one in rest
        if len(one.test.readings) == 1
    ]
    if not told:
        return ""
    sets = "" if len(counted.counts) == 1 else f" ({', '.join(one.set for one in rest[0].counts)})"
    return f"; by itself {_listed(told)}{sets}"


def _bare(one: Worlds) -> str:
    if one.draws == 0:
        return "none that can be compared"
    fine = f" (too fine to tell in {one.fine / one.draws:.0%})" if one.too_fine else ""
    return f"{one.share:.0%}{fine}"


def _other_way(counted: Counted) -> str:
    """That the sides lie the other way round in most worlds of a set of priors, where they do: a reader wants to know."""
    told: list[str] = []
    for one in counted.counts if len(counted.test.readings) == 1 else ():
        found = one.mirrored
        if found is not None and found.share >= _MOST:
            clearly = "" if found.clearly == found.share else f", clearly so in {found.clearly:.0%}"
            told.append(f"in {found.share:.0%} of the draws with the {one.set} priors{clearly}")
    if not told:
        return ""
    relation = next(one.mirrored.relation for one in counted.counts if one.mirrored is not None)
    other = replace(counted.test, relation=relation, given=None)
    return f"; it is the other way round, {asks(other)}, {_listed(told)}"


def counts_in_words(worlds: Sequence[tuple[str, Worlds]]) -> str:
    """In how many draws of each set of priors; where there are several readings, one after the other, each told once."""
    readings = dict.fromkeys(reading for reading, _ in worlds)
    if len(readings) == 1:
        return _listed([one.in_words() for _, one in worlds])
    told: list[str] = []
    for reading in readings:
        some = [one for name, one in worlds if name == reading]
        shares = {"" if one.beside() else f"{one.share:.0%}" for one in some}
        every = (
            f"in {shares.pop()} of the draws of every set of priors"
            if len(shares) == 1 and "" not in shares
            else ""
        )
        bare = [one.in_words().replace(f", {reading}", "") for one in some]
        told.append(f"by {reading} {every or _listed(bare)}")
    return "; ".join(told)


def _decides(together: Joint) -> str:
    held, failed = together.decided.holds_in, together.decided.fails_in
    told: list[str] = []
    if held is not None and held.holds:
        told.append(f"it holds where {_box(held)}")
    if failed is not None and failed.holds:
        told.append(f"it fails where {_box(failed)}")
    if not told and together.decided.lessons:
        one = together.decided.lessons[0]
        told.append(
            f"most turns on `{input_in_words(one.index.input)}`: it holds in {one.lowest:.0%} of the draws in its lowest"
            f" third and in {one.highest:.0%} in its highest"
        )
    text = " and ".join(told)
    return text[:1].upper() + text[1:]


def _box(box: Box) -> str:
    return f"{' and '.join(box.conditions)} ({box.holding:,} of {box.inside:,} draws that did not find this)"


def _by_figures(test: Test, sums: Sequence[Sum]) -> Iterator[str]:
    """The readings, those together that settle it alike: three sentences at most."""
    asked = f"The test {_formula(test)}: "
    for told in _groups(test, sums):
        yield f"{asked}{told}." if asked else f"{told[:1].upper()}{told[1:]}."
        asked = ""


def _in_one(test: Test, sums: Sequence[Sum]) -> str:
    """The same in one sentence, where a claim has several tests."""
    return f"The test {_formula(test)}: {'; '.join(_groups(test, sums))}."


def _groups(test: Test, sums: Sequence[Sum]) -> Iterator[str]:
    """`29 against 3 percent by A and 39 against 3 percent by B, which bears it out`."""
    for settled in ("fails", "open", "holds"):
        told = [
            " ".join(
                filter(
                    None,
                    (
                        _range(one.left),
                        "against",
                        _range(one.right),
                        unit_in_words(test, one.reading),
                        "" if one.reading.name == CITED else f"by {one.reading.name}",
                    ),
                )
            )
            for one in sums
            if one.settled == settled
        ]
        if told:
            yield f"{_listed(told)}, {_SETTLED[settled]}"


def _range(one: Range) -> str:
    """Four digits are enough for a sentence; the test shows more. `700,000 (600,000 to 1,000,000)`, `at most 120,000`."""
    low, high = rounded(one.low, 4), rounded(one.high, 4)
    if one.central is not None and low != high:
        central = rounded(one.central, 4)
        return f"{range_text(exactly(central))} ({range_text(Range(low, None, high))})"
    if one.low == 0.0 and math.isfinite(one.high) and one.high > 0.0:
        return f"at most {range_text(exactly(high))}"
    return range_text(Range(low, None, high))


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
