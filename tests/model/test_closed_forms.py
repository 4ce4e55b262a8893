"""Answers in closed form, T01 to T08: the numbers of the model's page, and roots and integrals found another way."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import integrate, optimize, stats

import offramp.model
from offramp.model import (
    choice_probabilities,
    competing_risks,
    granovetter_equilibrium,
    social_logit_fixed_points,
    social_logit_folds,
    window_hazards,
)

# T01, T02: competing risks -----------------------------------------------------------------------------------


def test_t01_exponential() -> None:
    survival, incidence = competing_risks([0.01], [30.0, 100.0])
    assert survival == pytest.approx([0.7408182207, 0.3678794412], abs=1e-10)
    assert incidence[:, 0] == pytest.approx(1.0 - survival, abs=1e-12)
    assert 1000 * float(incidence[0, 0]) == pytest.approx(259.1818, abs=1e-4)
    assert float(competing_risks(0.01, 69.3147180560).survival[0]) == pytest.approx(0.5, abs=1e-11)
    mean, _ = integrate.quad(lambda t: float(competing_risks(0.01, t).survival[0]), 0.0, math.inf)
    assert mean == pytest.approx(100.0, abs=1e-6)


def test_t02_competing_risks() -> None:
    survival, incidence = competing_risks([0.002, 0.003, 0.0005, 0.001], 180.0)
    assert survival == pytest.approx([0.310366941], abs=1e-9)
    assert incidence[0] == pytest.approx([0.212194787, 0.318292181, 0.053048697, 0.106097394], abs=1e-9)
    shares = incidence[0] / incidence[0].sum()
    assert shares == pytest.approx(np.array([4, 6, 1, 2]) / 13, abs=1e-9)


HAZARDS = st.lists(st.floats(0.0, 2.0), min_size=1, max_size=6)


@given(HAZARDS, st.floats(0.0, 2000.0))
def test_everybody_stays_or_leaves_by_one_risk(hazards: list[float], days: float) -> None:
    survival, incidence = competing_risks(hazards, days)
    assert float(survival[0] + incidence.sum()) == pytest.approx(1.0, abs=1e-12)
    assert (incidence >= 0.0).all()


@given(HAZARDS, st.floats(0.1, 100.0), st.floats(0.1, 100.0))
def test_survival_has_no_memory(hazards: list[float], first: float, second: float) -> None:
    survival = competing_risks(hazards, [first, second, first + second]).survival
    assert float(survival[0] * survival[1]) == pytest.approx(float(survival[2]), rel=1e-9, abs=1e-300)


def test_incidence_is_the_integral_of_hazard_and_survival() -> None:
    hazards = [0.004, 0.0, 0.01]
    for risk, hazard in enumerate(hazards):
        expected, _ = integrate.quad(lambda t, h=hazard: h * math.exp(-sum(hazards) * t), 0.0, 90.0)
        assert float(competing_risks(hazards, 90.0).incidence[0, risk]) == pytest.approx(expected, abs=1e-12)


def test_without_hazard_nobody_leaves() -> None:
    survival, incidence = competing_risks([0.0, 0.0], [0.0, 1e6])
    assert survival.tolist() == [1.0, 1.0]
    assert incidence.tolist() == [[0.0, 0.0], [0.0, 0.0]]


def test_a_negative_hazard_is_refused() -> None:
    with pytest.raises(ValueError, match="a hazard is negative"):
        competing_risks([0.01, -1e-9], 30.0)


# T03: windows and logit --------------------------------------------------------------------------------------


def test_t03_window_times_logit() -> None:
    hazards = window_hazards(0.0, (-1.0, 0.5), (0.05, 0.02))
    assert hazards == pytest.approx([0.006097582615, 0.010930987745], abs=1e-12)
    assert float(hazards.sum()) == pytest.approx(0.017028570361, abs=1e-12)
    survival, incidence = competing_risks(hazards, 60.0)
    assert survival == pytest.approx([0.359977330], abs=1e-9)
    assert incidence[0] == pytest.approx([0.229179022, 0.410843648], abs=1e-9)
    day_step = (1.0 - float(hazards.sum())) ** 60
    assert day_step == pytest.approx(0.356823712, abs=1e-9)  # what a step of a day without 1 - e^-H gives
    assert abs(day_step - float(survival[0])) > 0.003


def test_t03b_common_clock() -> None:
    hazards = window_hazards(0.0, (-1.0, 0.5), (0.03, 0.03))
    assert float(hazards.sum()) == pytest.approx(0.020055031187, abs=1e-12)
    assert competing_risks(hazards, 60.0).survival == pytest.approx([0.300201347], abs=1e-9)


@given(
    st.floats(-20.0, 20.0),
    st.lists(st.tuples(st.floats(-20.0, 20.0), st.floats(0.0, 2.0)), min_size=1, max_size=6),
    st.floats(0.05, 20.0),
)
def test_hazards_lie_below_the_windows(stay: float, routes: list[tuple[float, float]], scale: float) -> None:
    utilities, windows = zip(*routes, strict=True)
    hazards = window_hazards(stay, utilities, windows, scale)
    assert (hazards <= np.array(windows) * (1.0 + 1e-12)).all()
    assert (hazards >= 0.0).all()
    # with one clock for all routes the total is the clock times the chance of leaving
    common = window_hazards(stay, utilities, [0.03] * len(utilities), scale)
    stays = choice_probabilities([stay, *utilities], scale)[0]
    assert float(common.sum()) == pytest.approx(0.03 * (1.0 - float(stays)), rel=1e-6, abs=1e-15)


def test_a_window_for_each_route() -> None:
    with pytest.raises(ValueError, match="one window rate is needed for each route"):
        window_hazards(0.0, (1.0, 2.0), (0.1,))


# T06: Granovetter --------------------------------------------------------------------------------------------


def test_t06_ten_by_ten() -> None:
    crowd = list(range(100))
    assert granovetter_equilibrium(crowd) == 100.0
    crowd[1] = 2
    assert granovetter_equilibrium(crowd) == 1.0


@given(st.lists(st.integers(0, 40), max_size=40))
def test_t06_is_where_a_crowd_stops(thresholds: list[int]) -> None:
    """Against the story: everybody whose threshold is reached joins, until nobody more does."""
    active = 0
    while (joined := sum(asked <= active for asked in thresholds)) > active:
        active = joined
    assert granovetter_equilibrium(thresholds) == active
    assert granovetter_equilibrium(thresholds[::-1]) == active


@pytest.mark.parametrize(
    ("sd", "expected"),
    [(12, 4.0211), (12.2, 5.4792), (12.3, 100.0), (13, 100.0), (20, 99.9911), (50, 90.4852), (100, 65.8574)],
)
def test_t06_normal_thresholds(sd: float, expected: float) -> None:
    settled = granovetter_equilibrium(mean=25.0, sd=sd)
    assert settled == pytest.approx(expected, abs=5e-5)
    # the limit of the story itself, r <- F(r) from nobody
    r = 0.0
    for _ in range(20_000):
        r = (
            100.0 * float(stats.norm.cdf(r, 25.0, sd))
            if r < 1e-9
            else 50.0 * math.erfc((25.0 - r) / sd / 2**0.5)
        )
    assert settled == pytest.approx(r, abs=1e-9)


def test_t06_critical_spread() -> None:
    """Where F touches the diagonal: F(r) = r and F'(r) = 1, solved apart."""

    def touching(x: np.ndarray) -> list[float]:
        r, sd = x
        return [100.0 * stats.norm.cdf(r, 25.0, sd) - r, 100.0 * stats.norm.pdf(r, 25.0, sd) - 1.0]

    r, sd = optimize.fsolve(touching, [6.0, 12.0], xtol=1e-13)
    assert sd == pytest.approx(12.22208683, abs=1e-8)
    assert r == pytest.approx(6.20033, abs=1e-5)
    assert granovetter_equilibrium(mean=25.0, sd=sd - 1e-4) == pytest.approx(r, abs=0.1)
    assert granovetter_equilibrium(mean=25.0, sd=sd - 1e-4) < r
    assert granovetter_equilibrium(mean=25.0, sd=sd + 1e-4) > 99.99


@pytest.mark.parametrize("sd", [0.0, -1.0])
def test_t06_refuses_no_spread(sd: float) -> None:
    with pytest.raises(ValueError, match="sd > 0"):
        granovetter_equilibrium(mean=25.0, sd=sd)


# T08: social logit -------------------------------------------------------------------------------------------


def test_t08_fixed_points() -> None:
    assert social_logit_fixed_points(-3.0, 6.0) == pytest.approx((0.0707201817, 0.5, 0.9292798183), abs=1e-9)
    assert social_logit_fixed_points(-4.0, 6.0) == pytest.approx((0.0202644786,), abs=1e-9)
    assert social_logit_fixed_points(-2.5, 6.0) == pytest.approx((0.9638430066,), abs=1e-9)


def test_t08_folds() -> None:
    folds = social_logit_folds(6.0)
    assert folds is not None
    assert folds == pytest.approx((-3.4150929106, -2.5849070894), abs=1e-9)
    # at a fold two solutions meet: x (1 - x) = 1 / g
    for attraction, x in zip(folds, (0.7886751346, 0.2113248654), strict=True):
        assert 1.0 / (1.0 + math.exp(-(attraction + 6.0 * x))) == pytest.approx(x, abs=1e-9)
        assert 6.0 * x * (1.0 - x) == pytest.approx(1.0, abs=1e-9)


@given(st.floats(0.0, 4.0), st.floats(-10.0, 10.0))
def test_t08_up_to_4_there_is_one_state(influence: float, attraction: float) -> None:
    assert social_logit_folds(influence) is None
    assert len(social_logit_fixed_points(attraction, influence)) == 1


@given(st.floats(-15.0, 15.0), st.floats(-15.0, 15.0))
def test_t08_every_state_maps_to_itself(attraction: float, influence: float) -> None:
    states = social_logit_fixed_points(attraction, influence)
    assert states
    assert list(states) == sorted(states)
    for x in states:
        assert 0.0 < x < 1.0
        assert 1.0 / (1.0 + math.exp(-(attraction + influence * x))) == pytest.approx(x, abs=1e-9)


@given(st.floats(4.05, 20.0), st.floats(-25.0, 5.0))
def test_t08_three_states_between_the_folds_and_one_outside(influence: float, attraction: float) -> None:
    folds = social_logit_folds(influence)
    assert folds is not None
    down, up = folds
    assert down < up
    assume(min(abs(attraction - down), abs(attraction - up)) > 1e-6)
    assert len(social_logit_fixed_points(attraction, influence)) == (3 if down < attraction < up else 1)


@given(st.floats(4.5, 20.0), st.floats(0.05, 0.95))
def test_t08_states_against_a_fine_grid(influence: float, place: float) -> None:
    folds = social_logit_folds(influence)
    assert folds is not None
    attraction = folds[0] + place * (folds[1] - folds[0])
    x = np.linspace(0.0, 1.0, 20_001)
    gap = 1.0 / (1.0 + np.exp(-(attraction + influence * x))) - x
    crossings = x[:-1][np.diff(np.signbit(gap))]
    assert len(crossings) == 3
    assert social_logit_fixed_points(attraction, influence) == pytest.approx(crossings, abs=1e-4)


# The public face of the room ---------------------------------------------------------------------------------


def test_every_public_name_is_there() -> None:
    for name in offramp.model.__all__:
        assert callable(getattr(offramp.model, name))
        assert getattr(offramp.model, name).__doc__


def test_a_name_that_is_not_there() -> None:
    with pytest.raises(AttributeError, match="no attribute 'choise_probabilities'"):
        offramp.model.choise_probabilities  # noqa: B018
