"""Lanchester's square law: T16, its invariant, and a fine day step."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offramp.model import lanchester_end, lanchester_square


def test_t16_to_the_last_man() -> None:
    end = lanchester_end(1000, 800, 0.01, 0.01)
    assert end == pytest.approx((109.861229, 600.0, 0.0), abs=1e-6)
    assert lanchester_square(1000, 800, 0.01, 0.01, 109.861228867) == pytest.approx((600.0, 0.0), abs=1e-5)
    assert lanchester_square(1000, 800, 0.01, 0.01, 500.0) == pytest.approx((600.0, 0.0))


def test_t16_a_side_that_breaks() -> None:
    end = lanchester_end(1000, 800, 0.01, 0.01, breaks_at=0.4)
    assert end == pytest.approx((36.594403, 768.374908, 480.0), abs=1e-6)
    assert lanchester_square(1000, 800, 0.01, 0.01, end.day) == pytest.approx((end.first, 480.0))


def test_t16_deserters_before_the_battle() -> None:
    """100 of the first desert: 412 are left; 250: the second side wins; parity at 200."""
    assert lanchester_end(900, 800, 0.01, 0.01).first == pytest.approx(412.310563, abs=1e-6)
    assert lanchester_end(750, 800, 0.01, 0.01)[1:] == pytest.approx((0.0, 278.388218), abs=1e-6)
    assert lanchester_end(800, 800, 0.01, 0.01) == (math.inf, 0.0, 0.0)


sizes, rates = st.floats(1.0, 5000.0), st.floats(1e-3, 0.2)


@given(sizes, sizes, rates, rates, st.floats(0.0, 1.0))
def test_the_square_law_holds_until_the_end(a: float, b: float, ka: float, kb: float, part: float) -> None:
    end = lanchester_end(a, b, ka, kb)
    day = part * min(end.day, 1000.0)
    left = lanchester_square(a, b, ka, kb, day)
    scale = ka * a**2 + kb * b**2
    assert ka * left.first**2 - kb * left.second**2 == pytest.approx(ka * a**2 - kb * b**2, abs=1e-6 * scale)
    assert 0.0 <= left.first <= a * (1 + 1e-12)
    assert 0.0 <= left.second <= b * (1 + 1e-12)
    # Whoever is called first changes nothing.
    turned = lanchester_square(b, a, kb, ka, day)
    assert (turned.second, turned.first) == pytest.approx(left, rel=1e-9, abs=1e-6)


def test_against_small_steps() -> None:
    a, b, step = 700.0, 900.0, 1e-3
    for _ in range(10_000):
        half_a, half_b = a - step / 2 * 0.02 * b, b - step / 2 * 0.03 * a
        a, b = a - step * 0.02 * half_b, b - step * 0.03 * half_a
    assert lanchester_square(700, 900, 0.03, 0.02, 10.0) == pytest.approx((a, b), rel=1e-6)


@pytest.mark.parametrize(
    "wrong", [(-1, 1, 0.1, 0.1, 1), (1, 1, 0, 0.1, 1), (1, 1, 0.1, 0.1, 0), (1, 1, 0.1, 0.1, 1.1)]
)
def test_bad_input_is_refused(wrong: tuple[float, float, float, float, float]) -> None:
    with pytest.raises(ValueError, match=r"must|share"):
        lanchester_end(*wrong)
