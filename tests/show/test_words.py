"""Numbers for people."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offramp.show import words


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (12_345.0, "12,000"),
        (999.6, "1,000"),
        (0.03456, "0.035"),
        (1_234_567.0, "1.2 million"),
        (999_999.0, "1 million"),
        (-317.0, "−320"),
        (2.0, "2"),
        (47.4, "47"),
        (3.2e9, "3.2 billion"),
        (math.nan, "–"),
        (math.inf, "–"),
    ],
)
def test_two_significant_digits(value: float, text: str) -> None:
    assert words.number(value) == text


def test_units() -> None:
    assert words.amount(17_400_000.0, "usd") == "$17 million"
    assert words.amount(-5_000.0, "usd") == "−$5,000"
    assert words.amount(5_000.0, "usd", difference=True) == "+$5,000"
    assert words.amount(0.125, "share") == "12\N{NO-BREAK SPACE}%"
    assert words.amount(0.031, "share", difference=True) == "+3.1 points"


def test_intervals() -> None:
    assert words.between(8_041.0, 17_300.0, "persons") == "8,000 to 17,000"
    assert words.between(-300.0, 4_200.0, "persons", difference=True) == "−300 to +4,200"
    assert words.between(5.0, 5.0, "persons") == "5"
    assert words.between(0.01, 0.2, "share") == "1 to 20\N{NO-BREAK SPACE}%"


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0 %"), (1.0, "100 %"), (0.004, "<1 %"), (0.996, ">99 %"), (0.83, "83 %"), (0.055, "5.5 %")],
)
def test_shares_never_round_to_certainty(value: float, text: str) -> None:
    assert words.share(value).replace("\N{NO-BREAK SPACE}", " ") == text


def test_lists_and_counts() -> None:
    assert words.listed([]) == ""
    assert words.listed(["a", "b", "c"]) == "a, b and c"
    assert words.counted(1, "draw") == "1 draw"
    assert words.counted(2_000, "draw") == "2,000 draws"
    assert words.counted(2, "policy", "policies") == "2 policies"


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_never_an_exponent_or_crash_within_reason(value: float) -> None:
    text = words.number(value)
    assert text
    if 1e-6 <= abs(value) < 1e14:
        assert "e" not in text.replace("million", "").replace("billion", "").replace("trillion", "")


@pytest.mark.parametrize(
    ("low", "high", "digits"),
    [(8_000.0, 17_000.0, 2), (62_390.0, 62_440.0, 4), (62_000.0, 62_900.0, 3), (0.0, 0.0, 2), (-3.0, 4.0, 2)],
)
def test_narrow_intervals_keep_their_digits(low: float, high: float, digits: int) -> None:
    assert words.precision(low, high) == digits


def test_an_interval_that_begins_near_nothing_keeps_its_lower_end() -> None:
    assert words.span_more_or_fewer(0.2, 1_300.0, "families") == "0 to 1,300 more"
    assert words.span_more_or_fewer(-1_300.0, -0.2, "families") == "0 to 1,300 fewer"


def test_two_values_are_told_apart() -> None:
    assert words.from_to(4_490.0, 4_531.0, "persons") == "from 4,490 to 4,530"
    assert words.from_to(100.0, 250.0, "persons") == "from 100 to 250"
    assert words.from_to(0.12, 0.12, "share") == f"from 12{words.PERCENT} to 12{words.PERCENT}"
