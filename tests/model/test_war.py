"""The war relative to the reference, I5 and W5 to W7, T39: limits, inverses and numbers by hand."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offramp.model.war import (
    ALL_LOST,
    belief_step,
    bombardment,
    collapse_probability,
    deaths_per_day,
    shift_log_odds,
    strength_loss,
    win_probability,
)

PROBABILITIES = st.floats(1e-6, 1.0 - 1e-6)
SHIFTS = st.floats(-20.0, 20.0)
RATIOS = st.floats(0.01, 5.0)


def sigma(z: float) -> float:
    return 1.0 / (1.0 + math.exp(-z))


# I5, T39: beliefs --------------------------------------------------------------------------------------------


def test_t39_lag() -> None:
    """From half of the truth at 0.02 a day: 0.849403 of it after 60 days, half of the gap in 34.66 days."""
    perceived, path = 0.5, [0.5]
    for _ in range(60):
        perceived = belief_step(perceived, 1.0, 1.0, 0.02)
        path.append(perceived)
    assert perceived == pytest.approx(1.0 - 0.5 * math.exp(-1.2), abs=1e-12)
    assert perceived == pytest.approx(0.849403, abs=5e-7)
    half = math.log(2.0) / 0.02
    assert half == pytest.approx(34.657359, abs=5e-7)
    assert path[34] < 0.75 < path[35]
    # the step is exact, so within a day the gap falls by the same law
    assert belief_step(path[34], 1.0, 1.0, 0.02 * (half - 34.0)) == pytest.approx(0.75, abs=1e-12)


@given(
    st.floats(0.0, 1.0), st.floats(0.0, 1.0), st.floats(0.0, 2.0), st.floats(0.0, 5.0), st.floats(0.0, 5.0)
)
def test_i5_two_steps_are_one_longer_step(
    start: float, actual: float, optimism: float, first: float, second: float
) -> None:
    twice = belief_step(belief_step(start, actual, optimism, first), actual, optimism, second)
    assert twice == pytest.approx(belief_step(start, actual, optimism, first + second), abs=1e-12)


def test_i5_limits() -> None:
    assert belief_step(0.3, 0.9, 0.6, 0.0) == 0.3  # nobody learns
    assert belief_step(0.3, 0.9, 0.6, math.inf) == pytest.approx(0.54, rel=1e-12)  # everybody knows
    assert belief_step(0.54, 0.9, 0.6, 0.02) == pytest.approx(0.54, rel=1e-12)


# W5: the chance of victory -----------------------------------------------------------------------------------


@given(PROBABILITIES, SHIFTS)
def test_w5_is_the_logistic(probability: float, shift: float) -> None:
    z = math.log(probability / (1.0 - probability)) + shift
    assert shift_log_odds(probability, shift) == pytest.approx(sigma(z), rel=1e-9)


@given(PROBABILITIES, SHIFTS)
def test_w5_a_shift_back_undoes_a_shift(probability: float, shift: float) -> None:
    there = shift_log_odds(probability, shift)
    assert 0.0 < there <= 1.0
    if there < 1.0 - 1e-9:
        assert shift_log_odds(there, -shift) == pytest.approx(probability, rel=1e-5)
    mirrored = 1.0 - shift_log_odds(1.0 - probability, -shift)
    assert mirrored == pytest.approx(there, abs=1e-9)


@given(PROBABILITIES, SHIFTS, st.floats(0.0, 5.0))
def test_w5_rises_with_the_shift(probability: float, shift: float, more: float) -> None:
    assert shift_log_odds(probability, shift + more) >= shift_log_odds(probability, shift)


def test_w5_certainty_stays_certain() -> None:
    assert shift_log_odds(0.0, 5.0) == 0.0
    assert shift_log_odds(1.0, -5.0) == 1.0
    assert shift_log_odds(0.5, 800.0) == 1.0
    assert shift_log_odds(0.5, -800.0) == pytest.approx(0.0, abs=1e-300)


@given(PROBABILITIES, st.floats(-3.0, 3.0), RATIOS)
def test_w5_odds_are_multiplied_by_a_power_of_the_ratio(p: float, elasticity: float, ratio: float) -> None:
    after = win_probability(p, elasticity, ratio)
    odds = p / (1.0 - p) * ratio**elasticity
    assert after == pytest.approx(odds / (1.0 + odds), rel=1e-8)


@given(PROBABILITIES, st.floats(0.0, 5.0))
def test_w5_at_the_reference_nothing_moves(p: float, elasticity: float) -> None:
    assert win_probability(p, elasticity, 1.0) == pytest.approx(p, rel=1e-9)
    assert win_probability(p, 0.0, 0.3) == pytest.approx(p, rel=1e-9)
    assert win_probability(p, elasticity, 0.0) == 0.0


# W6: collapse ------------------------------------------------------------------------------------------------


def test_w6_at_rest_two_per_cent() -> None:
    assert collapse_probability(-4.0, 6.0, 20.0, 0.0, 0.0) == pytest.approx(0.01798620996209156, abs=1e-12)


def test_w6_by_hand() -> None:
    assert collapse_probability(-4.0, 6.0, 20.0, 0.25, 0.1) == pytest.approx(
        sigma(-4.0 + 1.5 + 2.0), rel=1e-12
    )
    # strength that grew back does not lower the risk
    assert collapse_probability(-4.0, 6.0, 20.0, 0.25, -0.1) == pytest.approx(sigma(-2.5), rel=1e-12)
    assert collapse_probability(-4.0, 6.0, 20.0, 1.0, 50.0) == 1.0
    assert collapse_probability(-800.0, 0.0, 0.0, 0.0, 0.0) == pytest.approx(0.0, abs=1e-300)


@given(st.floats(0.0, 1.0), st.floats(0.0, 2.0), st.floats(0.0, 0.5))
def test_w6_rises_with_broken_units_and_lost_strength(broken: float, loss: float, more: float) -> None:
    risk = collapse_probability(-4.0, 6.0, 20.0, broken, loss)
    assert 0.0 < risk <= 1.0
    assert collapse_probability(-4.0, 6.0, 20.0, broken + more, loss) >= risk
    assert collapse_probability(-4.0, 6.0, 20.0, broken, loss + more) >= risk


@given(st.floats(1e-3, 1e8), st.floats(1e-3, 1e8), st.floats(1e-3, 1e8))
def test_w6_losses_of_strength_add_up_in_logs(before: float, between: float, now: float) -> None:
    whole = strength_loss(before, between) + strength_loss(between, now)
    assert whole == pytest.approx(strength_loss(before, now), abs=1e-9)
    assert strength_loss(before, before / math.e) == pytest.approx(1.0, abs=1e-12)
    assert strength_loss(before, 0.0) == ALL_LOST > strength_loss(before, now)
    assert strength_loss(0.0, now) == strength_loss(0.0, 0.0) == 0.0


# Deaths on the other side ------------------------------------------------------------------------------------


@given(st.floats(0.0, 500.0), st.floats(0.0, 3.0), RATIOS)
def test_deaths_follow_a_power_of_strength(reference: float, exponent: float, ratio: float) -> None:
    expected = reference * math.exp(exponent * math.log(ratio))
    assert deaths_per_day(reference, exponent, ratio) == pytest.approx(expected, rel=1e-9)
    assert deaths_per_day(reference, exponent, 1.0) == reference


def test_deaths_at_no_strength() -> None:
    assert deaths_per_day(44.0, 1.0, 0.0) == 0.0
    assert deaths_per_day(44.0, 0.0, 0.0) == 44.0
    assert deaths_per_day(44.0, 0.0, 0.5) == 44.0


def test_bombardment_takes_the_place_of_ground_attack() -> None:
    assert bombardment(1.0, 1.2) == 1.0
    assert bombardment(0.0, 1.2) == pytest.approx(1.2, rel=1e-12)
    assert bombardment(0.5, 1.2) == pytest.approx(1.1, rel=1e-12)
    assert bombardment(1.4, 1.2) == 1.0  # a stronger force bombards no less
    assert bombardment(0.5, 1.0) == 1.0
