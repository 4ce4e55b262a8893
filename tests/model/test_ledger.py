"""The ledger, K1 to K5, and the arithmetic of hazards, T28."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from offramp.model import hazard_from_probability, mean_hazard
from offramp.model.ledger import admission_price, contribution, discount_factor, everyone_cost, society_cost

DOLLARS = st.floats(0.0, 1e6)
SHARES = st.floats(0.0, 1.0)


def test_k1_a_year_later() -> None:
    assert discount_factor(0.03, 365.0) == pytest.approx(1.0 / 1.03, rel=1e-12)
    assert discount_factor(0.0, 1000.0) == discount_factor(0.05, 0.0) == 1.0


def test_k2_by_hand() -> None:
    """Five false claimants in a hundred of whom four in five are found: one per cent more is paid, five more are screened."""
    price = admission_price(100_000.0, 24_000.0, 1_000.0, 0.0, 0.05, 0.8)
    assert price == pytest.approx(101_000.0 + 24_000.0 + 1_050.0)
    assert admission_price(100_000.0, 0.0, 0.0, 0.1, 0.0, 0.0) == pytest.approx(90_000.0)


@given(DOLLARS, DOLLARS, DOLLARS, SHARES, SHARES, SHARES)
def test_k2_screening_pays_back_in_what_is_not_paid(
    payments: float, reception: float, screening: float, unpaid: float, fraud: float, found: float
) -> None:
    price = admission_price(payments, reception, screening, unpaid, fraud, found)
    honest = admission_price(payments, reception, screening, unpaid, 0.0, found)
    assert price >= honest - 1e-6
    assert admission_price(payments, reception, screening, unpaid, fraud, 1.0) <= price + 1e-6


@given(st.floats(-5e4, 5e4), st.floats(0.0, 40.0), st.floats(0.0, 0.2))
def test_k3_is_an_integral(usd: float, years: float, rate: float) -> None:
    nodes, weights = np.polynomial.legendre.leggauss(40)
    values = usd * (1.0 + rate) ** (-0.5 * years * (nodes + 1.0))
    expected = 0.5 * years * float(weights @ values)
    assert contribution(usd, years, rate) == pytest.approx(expected, rel=1e-9, abs=1e-6)


def test_k4_k5_by_hand() -> None:
    society = society_cost(1e6, 2e5, 3.0, 1e4, 2.0, 1e6)
    assert society == pytest.approx(1e6 - 2e5 + 3e4 + 2e6)
    assert everyone_cost(society, 5e5, 4.0, 1e6) == pytest.approx(society - 5e5 + 4e6)


@given(DOLLARS)
def test_perspectives_agree_where_nothing_tells_them_apart(budget: float) -> None:
    assert society_cost(budget, 0.0, 5.0, 0.0, 7.0, 0.0) == budget
    assert everyone_cost(budget, 0.0, 9.0, 0.0) == budget


# T28: what counts and forecasts come to as hazards ------------------------------------------------------------


@pytest.mark.parametrize(
    ("cases", "persons", "days", "expected"),
    [(17_000, 350_000, 615, 7.898e-5), (70_000, 700_000, 365, 2.740e-4)],
)
def test_t28_hazards_of_counts(cases: float, persons: float, days: float, expected: float) -> None:
    assert mean_hazard(cases, persons * days) == pytest.approx(expected, rel=2e-4)


@pytest.mark.parametrize(
    ("probability", "days", "expected"),
    [(0.09, 195, 4.836e-4), (0.0035, 282, 1.243e-5), (700_000 / 25_000_000, 14, 2.029e-3)],
)
def test_t28_hazards_of_forecasts(probability: float, days: float, expected: float) -> None:
    assert hazard_from_probability(probability, days) == pytest.approx(expected, rel=4e-4)


def test_hazards_refuse_what_has_no_meaning() -> None:
    with pytest.raises(ValueError, match="person_days"):
        mean_hazard(1.0, 0.0)
    with pytest.raises(ValueError, match="below 1"):
        hazard_from_probability(1.0, 10.0)
