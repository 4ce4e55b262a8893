"""The reason for a verdict in at most three sentences, made from the numbers: what came out, how often, what decides it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from offramp.analysis.outcomes import describe
from offramp.claims.arithmetic import Range
from offramp.claims.claim import Drawn, Simulated, Test
from offramp.claims.counting import Count, Counted, Spread
from offramp.claims.joint import Joint
from offramp.claims.judge import Judgement, Sum
from offramp.claims.quantities import range_text
from offramp.claims.verdict import Box, no_answer
from offramp.scenario.numbers import number, rounded

RANGED: Final = ("nuclear_probability",)
"""Outcomes that are never told without their range: their level is not known within a factor of forty."""
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
            return tuple(_by_draws(counted, judgement.joint))
    return tuple(_by_figures(next(worked for each, worked in judgement.sums if each is test)))


def _by_draws(counted: Counted, together: Joint) -> Iterator[str]:
    main = counted.counts[0]
    yield f"{_values(counted, main)}."
    yield f"{_often(counted, together)}."
    told = no_answer(together.finding.parts)
    decides = _decides(together)
    if told:
        yield told.replace(". More", ": more").replace("--soldiers", "`--soldiers`")
    elif decides:
        yield f"{decides}."


def _values(counted: Counted, main: Count) -> str:
    """`Departures (median): 5,400 under `A` and 5,200 under `B`; Deaths in the force ...`."""
    grouped: dict[str, list[str]] = {}
    for name, quantity in counted.test.readings[0].quantities.items():
        if name not in main.values:
            continue
        if isinstance(quantity, Drawn):
            told = f"{quantity.input} {number(main.values[name].q50, 3)}{_called(counted, name)}"
            grouped.setdefault("The input", []).append(told)
        elif isinstance(quantity, Simulated):
            label = describe(quantity.outcome).label
            when = f" from {quantity.first} to {quantity.last}" if quantity.first is not None else ""
            told = f"{_told(quantity.outcome, main.values[name])} under `{quantity.policy}`{_called(counted, name)}"
            grouped.setdefault(f"{label}{when}", []).append(told)
    return "; ".join(f"{label} (median): {_listed(told)}" for label, told in grouped.items())


def _called(counted: Counted, name: str) -> str:
    """The name that the formula has for it; nothing where there is but one."""
    several = len(counted.test.left.names | counted.test.right.names) > 1
    return f" ({name})" if several else ""


def _told(outcome: str, spread: Spread) -> str:
    """The median; with the range where that may never be left out."""
    if outcome in RANGED:
        return f"{_one(outcome, spread.q50)} (5 to 95{PERCENT}: {_one(outcome, spread.q05)} to {_one(outcome, spread.q95)})"
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
    formula = counted.test.in_words().replace("*", "\N{MULTIPLICATION SIGN}")
    alone = _listed([one.worlds.in_words() for one in counted.counts])
    if together.finding.test == counted.test.in_words():
        return f"The test `{formula}` holds {alone}"
    every = _listed([part.worlds.in_words() for part in together.parts])
    return f"All tests together hold {every}; the weakest, `{formula}`, {alone}"


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
            f"most turns on {one.index.input}: it holds in {one.lowest:.0%} of the draws in its lowest third and in"
            f" {one.highest:.0%} in its highest"
        )
    text = " and ".join(told)
    return text[:1].upper() + text[1:]


def _box(box: Box) -> str:
    return f"{' and '.join(box.conditions)} ({box.holding:,} of {box.inside:,} draws that did not find this)"


def _by_figures(sums: Sequence[Sum]) -> Iterator[str]:
    """The readings, the decisive ones first: at most three."""
    order = sorted(sums, key=lambda one: ("fails", "open", "holds").index(one.settled))
    for one in order[:3]:
        yield (
            f"By {one.reading.name} it is {_range(one.left)} against {_range(one.right)},"
            f" {_SETTLED[one.settled]}."
        )


def _range(one: Range) -> str:
    """Four digits are enough for a sentence; the test shows more."""
    central = None if one.central is None else rounded(one.central, 4)
    return range_text(Range(rounded(one.low, 4), central, rounded(one.high, 4)))


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
