"""Whether a test could come out either way: it is tried on values that its quantities may naturally take.

Shares lie in 0..1 and reach both ends, so that events happen or do not; what is counted, paid or waited for is never below
nought; the whole is at least its parts, and what was counted over a longer time at least what was counted within it. Beside
outcomes a figure has its cited range, so that a bound which can only refuse is found out; among figures alone it may have
any value, since all of them are known.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from offramp.analysis.outcomes import describe
from offramp.claims.bank import BETWEEN
from offramp.claims.claim import HARDLY, Cited, Drawn, Quantity, Reading, Relation, Simulated, Span, Test
from offramp.claims.quantities import known
from offramp.errors import InputError
from offramp.evidence import Figure, figure
from offramp.games.expressions import Expression

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

_TRIALS: Final = 4000
"""Sets of values that are put into the formulas."""
_FEWEST: Final = 20
"""Of these in which the event of a test happens, below which they tell nothing."""
_SIZES: Final = (-6.0, 12.0)
"""Powers of ten between which values lie that know no bound, from small probabilities to the cost of a war."""
_END: Final = 0.1
"""Part of the values that lie at an end of what is natural: at nought, and of a share at one. What is cited was counted, and is
not nought."""
_LONGER: Final = 1.001
"""A total is above what was counted within it, also where the rest is too small for a number to show."""
_UNBOUNDED: Final = 1e15
"""Stands for the end of a range that has none."""
_CORNERS: Final = 6
"""Figures with a range of which every combination of ends is tried; of more, all at their low or all at their high end."""
_SIGNED: Final = (
    "departures_net", "departures_displaced", "deaths_averted", "war_days_averted", "nuclear_change", "contributions_usd",
    "cost_usd.coalition_society", "cost_usd.everyone", "list_estimate", "poll_gap",
)  # fmt: skip
"""Outcomes, with their parts, that may be below nought: differences, and what is reckoned against a gain."""
_SIGNED_UNITS: Final = ("percent", "percentage points", "direction")


def empty(test: Test, reading: Reading) -> str:
    """Why a reading of a test tells nothing; empty where it may come out either way."""
    quantities = list(dict.fromkeys(reading.quantities.values()))
    values = _values(quantities)
    ranged = [one for one in quantities if test.simulated and isinstance(one, Cited | Span)]
    answers: list[BoolArray] = []
    happens: list[BoolArray] = []
    sides: list[FloatArray] = []
    for corner in _corners(ranged):
        named = {name: corner.get(one, values[one]) for name, one in reading.quantities.items()}
        event = () if test.given is None else (test.given.left, test.given.right)
        kept = _divisible((test.left, test.right, *event), named)
        if not kept.any():
            return "one of its sides has no value, whatever its names stand for"
        some = {name: each[kept] for name, each in named.items()}
        try:
            left, right = (
                np.broadcast_to(side.evaluate(some), kept.sum()) for side in (test.left, test.right)
            )
            near = [np.broadcast_to(side.evaluate(some), kept.sum()) for side in event]
        except InputError:
            return ""  # too large to be tried
        sides.append(left - right)
        answers.append(_spread(kept, _holds(left, test.relation, right)))
        happens.append(_spread(kept, _holds(near[0], test.given.relation, near[1])) if test.given else kept)
    if all(np.ptp(one) == 0.0 for one in sides):
        return "its two sides are as far apart whatever its names stand for"
    if (
        test.relation == "about"
    ):  # sides of any size seldom lie within a factor of each other: far more would have to be tried
        return ""
    asked = np.logical_and.reduce(happens)
    if not asked.any():
        return "the event of which it speaks cannot happen"
    if asked.sum() < _FEWEST:
        return ""
    return _one_way(np.array(answers)[:, asked], bool(ranged), test.given is not None)


def _one_way(answers: BoolArray, ranged: bool, event: bool) -> str:
    """answers: [corners, trials]. Why they tell nothing; empty where some hold and some fail."""
    holds, fails = answers.all(axis=0).any(), (~answers).all(axis=0).any()
    if holds and fails:
        return ""
    where = "wherever its event happens" if event else "whatever its names stand for"
    if ranged and not holds and not answers.any(axis=0).all() and answers.any():
        return f"a figure of which a bound alone is known leaves it open or refuses it, {where}"
    if ranged and not fails and answers.any(axis=0).all() and not answers.all():
        return f"a figure of which a bound alone is known leaves it open or bears it out, {where}"
    return f"it comes out the same {where}"


def _values(quantities: Sequence[Quantity]) -> dict[Quantity, FloatArray]:
    """Values that each may take, [trials]; a whole is what it has beside its parts, and these."""
    rng = np.random.default_rng(1)
    found: dict[Quantity, FloatArray] = {one: _natural(one, rng) for one in quantities}
    parts = {
        whole: [one for one in quantities if one != whole and _within(one, whole)] for whole in quantities
    }
    for whole in sorted(quantities, key=lambda one: len(parts[one])):
        for part in parts[whole]:
            found[whole] = found[whole] + found[part] * (_LONGER if isinstance(whole, Cited) else 1.0)
    return found


def _natural(quantity: Quantity, rng: np.random.Generator) -> FloatArray:
    unit, signed = _kind(quantity)
    at_end = rng.random(_TRIALS)
    if unit == "share" and not signed:
        values = rng.random(_TRIALS)
        return np.where(at_end < _END, 0.0, np.where(at_end < 2.0 * _END, 1.0, values))
    values = 10.0 ** rng.uniform(*_SIZES, _TRIALS)
    sign = rng.choice((-1.0, 1.0), _TRIALS)
    values = values * sign if signed else values
    return values if isinstance(quantity, Cited | Span) else np.where(at_end < _END, 0.0, values)


def _kind(quantity: Quantity) -> tuple[str, bool]:
    """Its unit, and whether it may be below nought."""
    match quantity:
        case Simulated():
            outcome = describe(quantity.outcome)
            below = any(quantity.outcome == one or quantity.outcome.startswith(f"{one}.") for one in _SIGNED)
            return outcome.unit, below
        case Drawn():
            share = quantity.input.endswith(("_share", "_probability"))
            return ("share" if share else "other"), not share
        case Cited():
            return "other", figure(quantity.id).unit in _SIGNED_UNITS
        case Span():
            return "other", False


def _within(part: Quantity, whole: Quantity) -> bool:
    """Whether one counts a part of what the other counts."""
    if isinstance(part, Cited) and isinstance(whole, Cited):
        return _total_within(figure(part.id), figure(whole.id))
    if not (isinstance(part, Simulated) and isinstance(whole, Simulated)) or part.policy != whole.policy:
        return False
    if {part.outcome, whole.outcome} & set(BETWEEN) or describe(part.outcome).unit not in (
        "persons",
        "families",
    ):
        return False
    if _kind(part)[1] or not (part.outcome == whole.outcome or part.outcome.startswith(f"{whole.outcome}.")):
        return False
    if whole.first is None or whole.last is None:
        return True
    return (
        part.first is not None
        and part.last is not None
        and whole.first <= part.first
        and part.last <= whole.last
    )


def _total_within(part: Figure, whole: Figure) -> bool:
    """Whether one figure counts what happened within the time of the other, of the same people."""
    if (
        part.topic != whole.topic
        or part.unit != whole.unit
        or " per " in part.unit
        or part.unit in _SIGNED_UNITS
    ):
        return False
    mine, other = set(part.population.split()), set(whole.population.split())
    if part.unit in ("ratio", "rank") or not (mine <= other or other <= mine):
        return False
    first, last, begins, ends_on = part.period.start, part.period.end, whole.period.start, whole.period.end
    if first is None or last is None or begins is None or ends_on is None:
        return False
    return begins <= first and last <= ends_on and (begins, ends_on) != (first, last)


def _corners(ranged: Sequence[Quantity]) -> list[dict[Quantity, FloatArray]]:
    """Every combination of the ends of figures; one without any where there are none."""
    ends = [_ends(one) for one in ranged]
    open_ended = sum(len(one) > 1 for one in ends)
    if open_ended > _CORNERS:
        choices = [tuple(one[0] for one in ends), tuple(one[-1] for one in ends)]
    else:
        choices = list(itertools.product(*ends))
    return [
        {one: np.full(_TRIALS, value) for one, value in zip(ranged, choice, strict=True)}
        for choice in choices
    ]


def _ends(quantity: Quantity) -> tuple[float, ...]:
    assert isinstance(quantity, Cited | Span)
    one = known(quantity)
    low, high = max(one.low, -_UNBOUNDED), min(one.high, _UNBOUNDED)
    return (low,) if low == high else (low, high)


def _divisible(formulas: Sequence[Expression], values: Mapping[str, FloatArray]) -> BoolArray:
    """Trials in which nothing is divided by nought, [trials]."""
    divisors = [one for formula in formulas for one in formula.divisors(values)]
    return np.logical_and.reduce(
        [np.broadcast_to(one != 0.0, _TRIALS) for one in divisors], initial=True
    ) & np.ones(_TRIALS, np.bool_)


def _holds(left: FloatArray, relation: Relation, right: FloatArray) -> BoolArray:
    match relation:
        case "above":
            return left > right
        case "at least" | "about":
            return left >= right
        case "at most":
            return left <= right
        case "below":
            return left < right
        case "clearly above":
            return left >= right + HARDLY * np.abs(right)
        case "hardly above":
            return left <= right + HARDLY * np.abs(right)
        case "hardly below":
            return left >= right - HARDLY * np.abs(right)
        case "clearly below":
            return left <= right - HARDLY * np.abs(right)


def _spread(kept: BoolArray, answers: BoolArray) -> BoolArray:
    found = np.zeros(kept.shape, np.bool_)
    found[kept] = answers
    return found
