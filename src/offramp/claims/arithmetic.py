"""Formulas of figures that are only known within ranges, and when one side of a claim is settled against the other."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from offramp.claims.claim import HARDLY, Relation
from offramp.games.expressions import Expression

Settled = Literal["holds", "fails", "open"]


@dataclass(frozen=True)
class Range:
    """From low to high, either of which may be infinite; central is None where no best value is known."""

    low: float
    central: float | None
    high: float


def exactly(value: float) -> Range:
    """A number that is known."""
    return Range(value, value, value)


def evaluate(formula: Expression, values: Mapping[str, Range]) -> Range:
    """The range of a formula when each name may lie anywhere in its own range.

    By the corners of every step (Moore 1966), which is exact as long as each name stands once: the loader sees
    to that. A divisor that may be zero gives a range without ends.
    """
    stack: list[Range] = []
    for step in formula.steps:
        if not isinstance(step, str):
            stack.append(exactly(step))
        elif step == "negate":
            one = stack.pop()
            stack.append(Range(-one.high, None if one.central is None else -one.central, -one.low))
        elif step in ("+", "-", "*", "/"):
            right, left = stack.pop(), stack.pop()
            stack.append(_combined(step, left, right))
        else:
            stack.append(values[step])
    return stack[0]


def settled(left: Range, relation: Relation, right: Range, factor: float | None = None) -> Settled:
    """Whether `left relation right` holds everywhere in the ranges, nowhere, or only in a part of them.

    factor: for `about`, the sides' ratio lies between 1 / factor and factor.
    """
    relation, right = asked(relation, right)
    if relation == "about":
        assert factor is not None  # the schema asks for it
        ratio = _combined("/", left, right)
        if 1.0 / factor <= ratio.low and ratio.high <= factor:
            return "holds"
        return "fails" if ratio.high < 1.0 / factor or ratio.low > factor else "open"
    if relation in ("below", "at most"):
        return settled(right, "above" if relation == "below" else "at least", left)
    # Where both are the same infinity the difference is no number, and settles nothing.
    least, most = left.low - right.high, left.high - right.low
    if relation == "above":
        return "holds" if least > 0.0 else "fails" if most <= 0.0 else "open"
    return "holds" if least >= 0.0 else "fails" if most < 0.0 else "open"


def asked(relation: Relation, right: Range) -> tuple[Relation, Range]:
    """The relation without the size that its words have, and the right side with it: `clearly above 100` is at least 105.

    The size is a part of how far the right side is from nought, so that `clearly above` is above also where that is below
    nought.
    """
    if relation in ("clearly above", "hardly above"):
        return "at least" if relation == "clearly above" else "at most", _moved(right, HARDLY)
    if relation in ("clearly below", "hardly below"):
        return "at most" if relation == "clearly below" else "at least", _moved(right, -HARDLY)
    return relation, right


def _moved(one: Range, by: float) -> Range:
    def moved(value: float) -> float:
        return value + by * abs(value)

    return Range(moved(one.low), None if one.central is None else moved(one.central), moved(one.high))


def _combined(sign: str, left: Range, right: Range) -> Range:
    central = None
    if left.central is not None and right.central is not None and not (sign == "/" and right.central == 0.0):
        central = _one(sign, left.central, right.central)
    if sign == "+":
        return Range(left.low + right.low, central, left.high + right.high)
    if sign == "-":
        return Range(left.low - right.high, central, left.high - right.low)
    if sign == "/" and right.low <= 0.0 <= right.high:
        return Range(-math.inf, central, math.inf)
    corners = [_one(sign, a, b) for a in (left.low, left.high) for b in (right.low, right.high)]
    return Range(min(corners), central, max(corners))


def _one(sign: str, a: float, b: float) -> float:
    if sign == "+":
        return a + b
    if sign == "-":
        return a - b
    if sign == "/":
        if math.isinf(a) and math.isinf(b):
            return math.copysign(math.inf, a) * math.copysign(1.0, b)  # the other corner reaches down to zero
        return a / b
    return 0.0 if a == 0.0 or b == 0.0 else a * b
