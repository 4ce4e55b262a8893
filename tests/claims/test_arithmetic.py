"""Ranges of formulas: by hand, against brute force, and what is settled where ends are open."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offramp.claims.arithmetic import Range, Settled, evaluate, exactly, settled
from offramp.claims.claim import Relation
from offramp.games.expressions import parse

INF = math.inf


def ranged(text: str, **values: Range) -> Range:
    return evaluate(parse(text, "test"), values)


def test_by_hand() -> None:
    a, b = Range(1.0, 2.0, 3.0), Range(-2.0, 1.0, 4.0)
    assert ranged("a + b", a=a, b=b) == Range(-1.0, 3.0, 7.0)
    assert ranged("a - b", a=a, b=b) == Range(-3.0, 1.0, 5.0)
    assert ranged("a * b", a=a, b=b) == Range(-6.0, 2.0, 12.0)
    assert ranged("b / a", a=a, b=b) == Range(-2.0, 0.5, 4.0)
    assert ranged("-a * 2 + 10", a=a) == Range(4.0, 6.0, 8.0)


def test_a_divisor_that_may_be_zero_gives_a_range_without_ends() -> None:
    assert ranged("1 / b", b=Range(-2.0, 1.0, 4.0)) == Range(-INF, 1.0, INF)
    assert ranged("1 / b", b=Range(0.0, 0.0, 4.0)) == Range(-INF, None, INF)


def test_open_ends() -> None:
    least = Range(300.0, None, INF)
    assert ranged("a / 2", a=least) == Range(150.0, None, INF)
    assert ranged("600 / a", a=least) == Range(0.0, None, 2.0)
    assert ranged("a / b", a=least, b=Range(30.0, None, INF)) == Range(0.0, None, INF)
    assert ranged("0 * a", a=least) == Range(0.0, None, 0.0)


def test_without_a_central_value_there_is_none() -> None:
    assert ranged("a + b", a=exactly(1.0), b=Range(1.0, None, 2.0)).central is None


ends = st.floats(-100.0, 100.0).map(lambda x: round(x, 3))
inner = st.floats(0.0, 1.0)
FORMULAS = ("a + b * c", "a - b / c", "(a - b) * c", "a * b - c", "-a / (b + 200) + c")


@given(
    st.sampled_from(FORMULAS),
    st.lists(st.tuples(ends, ends), min_size=3, max_size=3),
    st.lists(inner, min_size=3),
)
def test_every_point_lies_within(text: str, pairs: list[tuple[float, float]], at: list[float]) -> None:
    """Any values within their ranges give a value within the range of the formula, and corners reach its ends."""
    if text == "a - b / c":
        pairs[2] = (abs(pairs[2][0]) + 1.0, abs(pairs[2][1]) + 1.0)
    ranges = [Range(min(pair), None, max(pair)) for pair in pairs]
    found = ranged(text, **dict(zip("abc", ranges, strict=True)))
    formula = parse(text, "test")

    def value(points: tuple[float, ...]) -> float:
        return float(formula.evaluate(dict(zip("abc", points, strict=True))))

    point = tuple(one.low + share * (one.high - one.low) for one, share in zip(ranges, at, strict=False))
    assert found.low - 1e-6 <= value(point) <= found.high + 1e-6
    corners = [value(corner) for corner in itertools.product(*((one.low, one.high) for one in ranges))]
    assert (min(corners), max(corners)) == pytest.approx((found.low, found.high), abs=1e-6)


@pytest.mark.parametrize(
    ("left", "relation", "right", "expected"),
    [
        (exactly(2.0), "above", exactly(1.0), "holds"),
        (exactly(1.0), "above", exactly(1.0), "fails"),
        (exactly(1.0), "at least", exactly(1.0), "holds"),
        (exactly(1.0), "at most", exactly(1.0), "holds"),
        (exactly(1.0), "below", exactly(1.0), "fails"),
        (Range(1.0, None, 3.0), "below", exactly(2.0), "open"),
        (Range(1.0, None, 3.0), "below", exactly(3.5), "holds"),
        (Range(1.0, None, 3.0), "at most", exactly(3.0), "holds"),
        (Range(1.0, None, 3.0), "at most", exactly(0.5), "fails"),
        (Range(7.0, None, INF), "at least", exactly(5.0), "holds"),
        (Range(7.0, None, INF), "at least", exactly(9.0), "open"),
        (Range(7.0, None, INF), "below", exactly(5.0), "fails"),
        (Range(7.0, None, INF), "above", Range(7.0, None, INF), "open"),
        (Range(-INF, None, INF), "above", exactly(0.0), "open"),
    ],
)
def test_settled(left: Range, relation: Relation, right: Range, expected: Settled) -> None:
    assert settled(left, relation, right) == expected


@pytest.mark.parametrize(
    ("left", "right", "words"),
    [
        (106.0, 100.0, "clearly above, hardly below"),
        (105.0, 100.0, "clearly above, hardly above, hardly below"),
        (104.0, 100.0, "hardly above, hardly below"),
        (96.0, 100.0, "hardly above, hardly below"),
        (95.0, 100.0, "hardly above, hardly below, clearly below"),
        (94.0, 100.0, "hardly above, clearly below"),
        # Below nought above is still above: a twentieth of how far the right side is from nought.
        (-104.0, -100.0, "hardly above, hardly below"),
        (-94.0, -100.0, "clearly above, hardly below"),
        (-106.0, -100.0, "hardly above, clearly below"),
    ],
)
def test_clearly_and_hardly_are_one_size(left: float, right: float, words: str) -> None:
    relations: tuple[Relation, ...] = ("clearly above", "hardly above", "hardly below", "clearly below")
    held = [one for one in relations if settled(exactly(left), one, exactly(right)) == "holds"]
    assert held == words.split(", ")


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.floats(0.0, 1e6))
def test_what_is_clearly_so_is_so(left: float, right: float, width: float) -> None:
    one, other = exactly(left), Range(right, None, right + width)
    if settled(one, "clearly above", other) == "holds":
        assert settled(one, "at least", other) == "holds"
        assert settled(one, "clearly below", other) != "holds" or left == 0.0
    if settled(one, "below", other) == "holds":
        assert settled(one, "clearly above", other) == "fails"


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        (exactly(80.0), "holds"),
        (exactly(125.0), "holds"),
        (exactly(79.9), "fails"),
        (exactly(125.1), "fails"),
        (Range(90.0, 100.0, 130.0), "open"),
        (Range(90.0, 100.0, 120.0), "holds"),
        (Range(130.0, None, INF), "fails"),
        (Range(90.0, None, INF), "open"),
    ],
)
def test_about_is_a_factor_either_way(left: Range, expected: Settled) -> None:
    assert settled(left, "about", exactly(100.0), 1.25) == expected
    assert settled(exactly(100.0), "about", left, 1.25) == expected
