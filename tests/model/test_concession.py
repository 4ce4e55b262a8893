"""N8, N9: the strength of an off-ramp, how long its concession stands, and what an acceptance costs."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from offramp.model.concession import concession_days, expected_cost
from offramp.model.escalation import offer_strength
from offramp.model.ledger import contribution, discount_per_day

HAZARD = st.floats(0.0, 5.0)
LASTS = st.floats(0.0, 10_000.0)


def test_a_guarantee_adds_to_what_is_conceded() -> None:
    assert offer_strength(0.5, 0.25) == 0.75
    assert offer_strength(0.5, 0.0) == 0.5


def test_days_by_hand() -> None:
    # a peace that holds, undiscounted: what was agreed; one that breaks at 1 % a day: a hundred days if nothing ends it before
    assert concession_days(3650.0, 0.0) == 3650.0
    assert concession_days(1e6, 0.01) == pytest.approx(100.0, rel=1e-12)
    assert concession_days(100.0, 0.01) == pytest.approx(100.0 * (1.0 - math.exp(-1.0)), rel=1e-12)
    # discounted it is an annuity, as an entrant's contribution (K3)
    rate = 0.03
    assert concession_days(3650.0, 0.0, discount_per_day(rate)) == pytest.approx(
        365.0 * contribution(1.0, 10.0, rate), rel=1e-12
    )


def test_days_are_an_integral_of_what_still_stands() -> None:
    """The mean of the earlier of the agreed end and a renewal, days apart."""
    lasts, hazard = 400.0, 0.004
    u = (np.arange(400_000) + 0.5) / 1000.0
    assert concession_days(lasts, hazard) == pytest.approx(
        float(np.exp(-hazard * u).sum() / 1000.0), rel=1e-9
    )


@given(LASTS, HAZARD, HAZARD, st.floats(0.0, 100.0))
def test_longer_is_not_less_and_a_looser_peace_not_more(
    lasts: float, hazard: float, rate: float, more: float
) -> None:
    days = float(concession_days(lasts, hazard, rate))
    assert 0.0 <= days <= lasts * (1.0 + 1e-12)
    assert float(concession_days(lasts + more, hazard, rate)) >= days * (1.0 - 1e-12)
    assert float(concession_days(lasts, hazard + more, rate)) <= days * (1.0 + 1e-12)
    # a renewal and a discount end it alike
    assert float(concession_days(lasts, rate, hazard)) == days


@given(st.lists(st.tuples(st.floats(0.0, 1.0), st.floats(0.0, 1e9)), min_size=1, max_size=10))
def test_what_is_accepted_never_is_paid_for_never(path: list[tuple[float, float]]) -> None:
    gains, cost = np.array(path).T
    accepted = np.concatenate([[0.0], np.cumsum(gains / len(path))])
    found = expected_cost(accepted, cost)
    assert found[0] == 0.0
    assert (np.diff(found) >= 0.0).all()
    assert found[-1] <= accepted[-1] * cost.max() * (1.0 + 1e-9) + 1e-9
    np.testing.assert_allclose(expected_cost(accepted, 2.0 * cost), 2.0 * found, atol=1e-300)
    np.testing.assert_array_equal(expected_cost(np.zeros(4), np.ones(3)), 0.0)


def test_a_sure_acceptance_costs_what_its_day_costs() -> None:
    accepted = np.array([[0.0, 0.0, 1.0, 1.0], [0.0, 0.5, 0.5, 1.0]])
    np.testing.assert_array_equal(
        expected_cost(accepted, [10.0, 20.0, 40.0]), [[0, 0, 20, 20], [0, 5, 5, 25]]
    )
