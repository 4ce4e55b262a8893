"""N1-N5: hazards of use, what the leader sees, the off-ramp and its date, and what a change of risk is due to."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offramp.model import nuclear_risk, shipped_game, toy_best_date
from offramp.model.escalation import (
    best_date,
    change_by_cause,
    crisis,
    crisis_rate,
    date_losses,
    estimated_collapse,
    executed_order,
    nuclear_hazard,
    offer_path,
    perceived_collapse,
    signalled_win,
)
from offramp.model.war import shift_log_odds

G3 = shipped_game("escalation")
SHARES = st.floats(0.0, 1.0)
HAZARDS = st.floats(0.0, 0.2)


# N2: what the leader sees --------------------------------------------------------------------------------------------


def test_n2_by_hand() -> None:
    assert perceived_collapse(0.5, 0.4, 0.5, 0.2) == pytest.approx(0.8 * (0.3 + 0.5 * 0.2), rel=1e-12)
    assert perceived_collapse(0.5, 0.0, 9.0, 0.0) == 0.5  # no exits: their weight does not matter
    assert (
        perceived_collapse(0.9, 1.0, 1.5, 0.0) == 1.0
    )  # exits may weigh more than battle, certainty is the most
    path = perceived_collapse(np.array([0.1, 0.5]), np.array([1.0, 0.5]), 1.5, 0.1)  # type: ignore[arg-type]
    np.testing.assert_allclose(path, [0.135, 0.5625], rtol=1e-12)


@given(SHARES, SHARES, st.floats(0.0, 1.5), SHARES, st.floats(0.0, 1.5))
def test_n2_is_a_probability_and_rises_with_the_weight_of_exits(
    p: float, x: float, xi: float, delta: float, more: float
) -> None:
    seen = perceived_collapse(p, x, xi, delta)
    assert 0.0 <= seen <= 1.0
    assert perceived_collapse(p, x, xi + more, delta) >= seen
    assert perceived_collapse(p, x, xi, 1.0) == 0.0


# N1 and N3: hazards --------------------------------------------------------------------------------------------------


def test_n3_the_upper_end_of_the_reference() -> None:
    """A37 with sure execution: 0.0228 crises a day, 8.3 a year."""
    found = crisis(G3, {"p": 0.25}, precision=0.5, reliability=1.0, interception=0.0)
    rate = crisis_rate(4.836e-4, found.executed)
    assert rate == pytest.approx(0.0228, abs=5e-5)
    assert rate * 365.25 == pytest.approx(8.3, abs=0.05)


@given(st.floats(1.2e-5, 4.8e-4), st.floats(0.0, 1e-5), st.floats(0.01, 1.0))
def test_n3_the_reference_is_met(reference: float, accident: float, executed: float) -> None:
    rate = float(crisis_rate(reference, executed, accident))
    assert nuclear_hazard(rate, executed, accident) == pytest.approx(reference, rel=1e-12)


def test_n3_accidents_beyond_the_reference_leave_no_crises() -> None:
    assert crisis_rate(1e-5, 0.2, 2e-5) == 0.0
    with pytest.raises(ValueError, match="executed"):
        crisis_rate(1e-5, 0.0)


def test_a_crisis_adds_up() -> None:
    p = np.linspace(0.0, 1.0, 11)
    found = crisis(G3, {"p": p, "o": 1.0}, precision=0.5, reliability=0.9, interception=0.01)
    np.testing.assert_allclose(found.settle + found.fight_on + found.order, 1.0, rtol=1e-12)
    np.testing.assert_allclose(found.executed, found.order * (1 - found.veto) * 0.9 * 0.99, rtol=1e-12)
    vetoed = crisis(G3, {"p": p}, precision=0.5, reliability=0.9, interception=0.01, veto=1.0)
    np.testing.assert_array_equal(vetoed.executed, 0.0)
    assert executed_order(0.5, 0.2, 0.9, 0.1) == pytest.approx(0.5 * 0.8 * 0.9 * 0.9, rel=1e-12)


def test_a_surer_veto_means_fewer_orders() -> None:
    """An order that is refused is worth less to the leader than one that is carried out, at these payoffs."""
    veto = np.linspace(0.0, 1.0, 21)
    found = crisis(G3, {"p": 0.5}, precision=0.5, reliability=1.0, interception=0.0, veto=veto)
    assert (np.diff(found.order) < 0).all()
    assert (np.diff(found.executed) < 0).all()


def test_ten_thousand_states_in_one_call() -> None:
    p = np.linspace(0.0, 1.0, 10_000)
    found = crisis(G3, {"p": p, "o": 1.0}, precision=0.5, reliability=1.0, interception=0.0)
    assert found.executed.shape == (10_000,)
    for i in (0, 777, 9_999):
        alone = crisis(G3, {"p": p[i], "o": 1.0}, precision=0.5, reliability=1.0, interception=0.0)
        assert found.executed[i] == pytest.approx(alone.executed, rel=1e-13)


# N1: the risk over time ----------------------------------------------------------------------------------------------


@given(HAZARDS, HAZARDS, st.integers(1, 400))
def test_n1_constant_hazards(use: float, end: float, days: int) -> None:
    """h / (h + e) (1 - e^{-(h + e) T})."""
    total = use + end
    expected = use / total * -math.expm1(-total * days) if total > 0 else 0.0
    path = nuclear_risk(np.full(days, use), np.full(days, end))
    assert path.shape == (days + 1,)
    assert path[0] == 0.0
    assert path[-1] == pytest.approx(expected, rel=1e-9, abs=1e-14)


@given(st.lists(st.tuples(HAZARDS, HAZARDS), min_size=1, max_size=12), st.floats(0.0, 5.0))
def test_n1_is_monotone_in_the_rate_of_crises(path: list[tuple[float, float]], factor: float) -> None:
    executed, end = np.array(path).T
    rates = np.array([1.0, 1.0 + factor])[:, None]
    risk = nuclear_risk(nuclear_hazard(rates, executed, 1e-6), end)  # type: ignore[arg-type]
    assert (np.diff(risk, axis=0) >= -1e-12).all()
    assert (np.diff(risk, axis=1) >= 0).all()
    assert (risk <= 1.0 + 1e-12).all()


def test_n1_a_fiercer_but_shorter_war_can_be_safer() -> None:
    """Hazard times r with exposure divided by more than r lowers the risk, by less than r raises it."""
    days, h, r = 20_000, 1e-5, 2.0
    before = nuclear_risk(np.full(days, h), np.full(days, 0.001))[-1]
    for divide, safer in ((2.5, True), (1.5, False)):
        after = nuclear_risk(np.full(days, h * r), np.full(days, 0.001 * divide))[-1]
        assert (after < before) == safer


def test_n1_nothing_happens_after_the_end() -> None:
    hazard = np.array([0.01, 0.01, 0.0, 0.0])
    path = nuclear_risk(hazard, np.array([0.0, 0.3, 0.0, 0.0]))
    assert path[2] == path[3] == path[4]


def test_negative_hazards_are_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        nuclear_risk([-0.1], [0.1])


# N4: the off-ramp ----------------------------------------------------------------------------------------------------


def test_n4_the_offer_opens_late_and_lapses() -> None:
    estimate = np.array([0.0, 0.2, 0.4, 0.1, 0.5, 0.5, 0.5, 0.5])
    assert offer_path(estimate, 0.3, lag_days=1, valid_days=3).tolist() == [0, 0, 0, 1, 1, 1, 0, 0]
    assert offer_path(estimate, 0.0, lag_days=0, valid_days=99, strength=0.5).tolist() == [0.5] * 8
    assert offer_path(estimate, 2.0, lag_days=0, valid_days=99).tolist() == [0] * 8  # never
    assert offer_path(estimate, 0.3, lag_days=6, valid_days=99).tolist() == [0] * 8  # known too late
    assert offer_path(estimate, 0.3, lag_days=30, valid_days=99).tolist() == [0] * 8


def test_n4_thresholds_and_draws_side_by_side() -> None:
    estimate = np.linspace(0.0, 0.9, 10)[None, :] * np.array([[1.0], [0.5]])
    grid = np.array([0.05, 0.4])
    both = offer_path(estimate, grid, lag_days=0, valid_days=100)
    for i in range(2):
        alone = offer_path(estimate[i], grid[i], lag_days=0, valid_days=100)
        np.testing.assert_array_equal(both[i], alone)
    with pytest.raises(ValueError, match="negative"):
        offer_path(estimate, 0.1, lag_days=-1, valid_days=5)


@given(SHARES, st.floats(-4.0, 4.0))
def test_n4_estimates_err_in_log_odds(p: float, error: float) -> None:
    assert estimated_collapse(p, error) == pytest.approx(shift_log_odds(p, error), rel=1e-9, abs=1e-12)


@given(st.floats(0.01, 0.99), SHARES, SHARES, st.floats(0.0, 1.0))
def test_n4_an_early_offer_encourages_the_invader(win: float, offered: float, p: float, shift: float) -> None:
    moved = signalled_win(win, offered, p, 0.1, shift)
    assert moved == pytest.approx(shift_log_odds(win, shift * offered if p < 0.1 else 0.0), rel=1e-9)
    assert signalled_win(win, 0.0, p, 0.1, shift) == pytest.approx(win, rel=1e-12)


# N5: its date --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("h0", "k", "loss", "w"), [(1e-7, 0.01, 1e3, 0.003), (1e-8, 0.02, 5e4, 0.02)])
def test_n5_the_grid_finds_the_closed_form(h0: float, k: float, loss: float, w: float) -> None:
    """With a small hazard h0 e^{kt} that an offer ends, and nothing else ending the war, t* = ln(w / (h0 L)) / k."""
    days = 600
    middle = np.arange(days) + 0.5
    hazard = h0 * np.exp(k * middle)
    dates = np.arange(days + 1)
    losses = date_losses(hazard, np.zeros(days), np.zeros(days), dates, loss=loss, waiting_value=w)
    assert abs(int(dates[losses.argmin()]) - toy_best_date(h0, k, loss, w)) <= 1.0


@given(st.floats(1e-6, 1e-4), st.floats(0.005, 0.03), st.floats(1.05, 20.0))
@settings(max_examples=40)
def test_t25_the_grid_finds_the_best_date(h0: float, k: float, ratio: float) -> None:
    """With a hazard h0 e^{kt} that an offer ends: both sides of the balance count only while the war lasts."""
    loss, days = 100.0, 1000
    expected = toy_best_date(h0, k, loss, ratio * h0 * loss)
    hazard = h0 * np.exp(k * (np.arange(days) + 0.5))
    found = best_date(hazard, np.zeros(days), np.zeros(days), loss=loss, waiting_value=ratio * h0 * loss)
    assert abs(found - expected) <= 1.5


def test_n5_an_offer_that_changes_nothing_and_one_that_cannot_wait() -> None:
    same = np.full(30, 1e-3)
    # waiting is worth something and an offer nothing: never
    assert best_date(same, same, np.zeros(30), loss=10.0, waiting_value=0.5) == 30
    assert best_date(same, np.zeros(30), np.zeros(30), loss=10.0, waiting_value=0.0) == 0
    assert best_date(same, same, np.zeros(30), loss=10.0, waiting_value=0.0) == 0  # of equals, the first


def test_n5_by_hand() -> None:
    assert toy_best_date(1e-5, 0.01, 1e3, 0.05) == pytest.approx(math.log(5.0) / 0.01, rel=1e-12)
    assert toy_best_date(1e-3, 0.01, 1e3, 0.05) == 0.0  # already too dangerous to wait
    with pytest.raises(ValueError, match="positive"):
        toy_best_date(0.0, 0.01, 1.0, 1.0)


def test_n5_waiting_counts_only_while_the_war_lasts() -> None:
    ending = np.full(50, 0.1)
    losses = date_losses(np.zeros(50), np.zeros(50), ending, [0, 10, 50], loss=1.0, waiting_value=2.0)
    expected = [-2.0 * (1 - math.exp(-0.1 * t)) / 0.1 for t in (0, 10, 50)]
    np.testing.assert_allclose(losses, expected, rtol=1e-12, atol=1e-15)


# What a change is due to ---------------------------------------------------------------------------------------------


def risk_of(causes: Mapping[str, np.ndarray]) -> np.ndarray:
    found = crisis(
        G3,
        {"p": causes["collapse"], "o": causes["off-ramp"]},
        precision=0.5,
        reliability=0.9,
        interception=0.01,
    )
    return nuclear_risk(0.02 * found.executed, causes["ending"] + causes["removal"])[..., -1]


def test_the_parts_add_up_and_a_cause_that_did_not_change_has_none() -> None:
    days = np.ones(300)
    before = {"collapse": 0.1 * days, "off-ramp": 0.0 * days, "ending": 0.001 * days, "removal": 3e-5 * days}
    after = before | {"collapse": 0.4 * days, "off-ramp": days, "ending": 0.003 * days}
    parts = change_by_cause(risk_of, before, after)
    assert sum(parts.values()) == pytest.approx(risk_of(after) - risk_of(before), rel=1e-12)
    assert parts["removal"] == 0.0
    assert parts["collapse"] > 0 > parts["ending"]
    assert parts["off-ramp"] < 0
    with pytest.raises(ValueError, match="same causes"):
        change_by_cause(risk_of, before, {"collapse": days})


def test_two_causes_share_their_joint_effect() -> None:
    """x y from (1, 1) to (3, 2): x alone adds 2, y alone 1, both 5; the joint 2 is shared equally."""
    parts = change_by_cause(lambda c: np.asarray(c["x"] * c["y"]), {"x": 1.0, "y": 1.0}, {"x": 3.0, "y": 2.0})
    assert parts == {"x": 3.0, "y": 2.0}
