"""E1-E7 and T24: the leader's mortality, disarray and removal, and what posts are worth."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from offramp.model import leader_mortality, removal_hazard
from offramp.model.choice import choice_probabilities
from offramp.model.elite import (
    believed_survival,
    competence,
    disarray_step,
    public_stance,
    purge_hazard,
    value_of_post,
    visible_decay,
    weighted_exits,
)

T24 = {"at_70_per_year": 0.03, "growth_per_year": 0.09}


def test_t24_leader_mortality() -> None:
    first_day = leader_mortality(69.38, 1e-6, **T24) / 1e-6
    assert first_day == pytest.approx(7.76779e-5, rel=1e-6)
    survival = np.exp(-leader_mortality(69.38, 365.25 * np.array([1.0, 2.0, 4.0]), **T24))
    np.testing.assert_allclose(survival, [0.970748592, 0.939721857, 0.872315631], rtol=0, atol=1e-9)


@given(st.floats(40.0, 90.0), st.floats(0.0, 0.1), st.floats(0.01, 0.2), st.floats(0.1, 5.0))
def test_e1_is_the_integral_of_gompertz(age: float, level: float, growth: float, health: float) -> None:
    days = 700
    middle = (np.arange(days * 4) + 0.5) / 4
    hazard = level * health * np.exp(growth * (age + middle / 365.25 - 70.0)) / 365.25
    found = leader_mortality(age, days, at_70_per_year=level, growth_per_year=growth, health=health)
    assert found == pytest.approx(hazard.sum() / 4, rel=1e-7, abs=1e-15)


def test_e1_takes_draws_and_days() -> None:
    level = np.array([[0.02], [0.04]])
    path = leader_mortality(69.38, np.arange(11), at_70_per_year=level, growth_per_year=0.09)
    assert path.shape == (2, 11)
    assert (path[:, 0] == 0).all()
    np.testing.assert_allclose(path[1], 2 * path[0], rtol=1e-12)


def test_e2_disarray_fades_and_decay_grows() -> None:
    q = disarray_step(1.0, 60.0, 0.0)
    assert q == pytest.approx(math.exp(-1 / 60), rel=1e-12)
    assert disarray_step(0.0, 60.0, 0.25) == 0.25
    level = 0.0
    for _ in range(3_000):
        level = disarray_step(level, 60.0, 0.01)
    assert level == pytest.approx(0.01 / (1 - math.exp(-1 / 60)), rel=1e-9)
    decay = visible_decay(0.2, 0.1, [0.0, 365.25, 730.5], [0.0, 0.05, 0.0])
    assert decay == pytest.approx([0.2, 0.35, 0.4], rel=1e-12)
    assert weighted_exits([[3, 1], [0, 2]], [1, 10]).tolist() == [13, 20]


def test_e3_by_hand() -> None:
    weights = (1.0, 1.5, 0.5, 5.0, 1.0)
    at_rest = removal_hazard(3e-5, 0.0, 1.0, 0.0, 0.0, 0.0, *weights)
    assert at_rest == pytest.approx(3e-5, rel=1e-12)
    z = 0.4 + 1.5 * 0.7 + 0.5 * 0.2 + 5 * 0.1 - 0.6
    assert removal_hazard(3e-5, 0.4, 0.3, 0.2, 0.1, 0.6, *weights) == pytest.approx(
        3e-5 * math.exp(z), rel=1e-12
    )
    path = removal_hazard(3e-5, np.array([0.0, 1.0]), 1.0, 0.0, 0.0, 0.0, *weights)  # type: ignore[arg-type]
    np.testing.assert_allclose(path, [3e-5, 3e-5 * math.e], rtol=1e-12)


@given(*[st.floats(0.0, 1.0)] * 6)
def test_e3_signs(q: float, win: float, decay: float, exits: float, poll: float, more: float) -> None:
    def hazard(q: float, win: float, decay: float, exits: float, poll: float) -> float:
        return removal_hazard(3e-5, q, win, decay, exits, poll, 1.0, 1.5, 0.5, 5.0, 1.0)

    here = hazard(q, win, decay, exits, poll)
    assert hazard(q + more, win, decay, exits, poll) >= here
    assert hazard(q, win + more, decay, exits, poll) <= here
    assert hazard(q, win, decay + more, exits, poll) >= here
    assert hazard(q, win, decay, exits + more, poll) >= here
    assert hazard(q, win, decay, exits, poll + more) <= here


def test_e4_two_years_at_one_per_cent_a_year() -> None:
    assert believed_survival(3e-5, 730.0) == pytest.approx(math.exp(-0.0219), rel=1e-12)
    assert believed_survival(0.0, 730.0) == 1.0


def test_e5_purges() -> None:
    assert purge_hazard(1e-4, 2.0, 0.5) == pytest.approx(2e-4, rel=1e-12)
    assert competence(3.0, 0.02) == pytest.approx(0.98**3, rel=1e-12)


@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0), st.floats(0.0, 6.0))
def test_e6_a_post_is_worth_less_the_shakier_the_regime(survival: float, less: float, justice: float) -> None:
    here = value_of_post(survival, 0.5, 1.2, justice, 3.0, 0.1)
    assert value_of_post(survival * (1 - less), 0.5, 1.2, justice, 3.0, 0.1) <= here + 1e-12
    assert value_of_post(1.0, 0.5, 1.2, justice, 3.0, 0.1) == pytest.approx(0.3, abs=1e-12)
    assert value_of_post(0.0, 0.5, 1.2, justice, 0.0, 0.1) == pytest.approx(-justice, abs=1e-12)


@given(st.floats(-1.0, 1.0), st.floats(0.0, 8.0))
def test_e7_dependence_silences(support: float, dependence: float) -> None:
    levels = [0.0, 0.5, 1.0]
    stance = public_stance(support, integrity=2.0, dependence=dependence, levels=levels, scale=1.0)
    drive = -2.0 * support - dependence
    np.testing.assert_allclose(stance, choice_probabilities([drive * x for x in levels]), rtol=1e-12)
    more = public_stance(support, integrity=2.0, dependence=dependence + 1, levels=levels, scale=1.0)
    assert more[0] >= stance[0]
    assert public_stance(np.zeros((2, 3)), integrity=2.0, dependence=4.0, levels=levels, scale=1.0).shape == (
        2,
        3,
        3,
    )
