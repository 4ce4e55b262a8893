"""E8: endings as competing risks, alone and with a leader who may be followed by a successor."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.linalg import expm

from offramp.model import Succession, competing_endings, competing_risks, nuclear_risk, war_endings

HAZARD = st.floats(0.0, 0.3)
DAYS = st.lists(st.tuples(HAZARD, HAZARD, HAZARD, HAZARD, HAZARD), min_size=1, max_size=15)
SUCCESSION = Succession(
    end_probability=0.6, within_days=180.0, worse_share=0.2, worse_factor=3.0, worse_days=90.0
)


def test_constant_hazards_are_t02() -> None:
    hazards = {"surrender": 0.002, "desert": 0.003, "hide": 0.0005, "killed": 0.001}
    found = competing_endings({name: np.full(180, h) for name, h in hazards.items()})
    expected = competing_risks(list(hazards.values()), 180)
    assert found.war_on[-1] == pytest.approx(0.310366941, abs=1e-9)
    np.testing.assert_allclose([p[-1] for p in found.probability.values()], expected.incidence[0], rtol=1e-11)


@given(DAYS)
def test_endings_and_the_war_add_to_one(path: list[tuple[float, ...]]) -> None:
    collapse, settled, removal, death, nuclear = np.array(path).T
    plain = competing_endings({"collapse": collapse, "settled": settled, "removal": removal})
    full = war_endings(
        {"collapse": collapse, "settled": settled},
        removal=removal,
        death=death,
        nuclear=nuclear * 0.01,
        succession=SUCCESSION,
    )
    for found in (plain, full):
        total = sum(found.probability.values()) + found.war_on
        np.testing.assert_allclose(total, 1.0, rtol=0, atol=1e-12)
        assert all((np.diff(p) >= -1e-15).all() and p[0] == 0.0 for p in found.probability.values())
        assert (np.diff(found.war_on) <= 1e-15).all()
        assert (found.leader <= found.war_on + 1e-12).all()
    lost = removal + death + collapse + settled + nuclear * 0.01
    np.testing.assert_allclose(full.leader[1:], np.exp(-np.cumsum(lost)), rtol=1e-11)


@given(DAYS)
def test_against_the_matrix_exponential(path: list[tuple[float, ...]]) -> None:
    """The same chain written out in full, absorbing states and all, by scipy's expm day by day."""
    collapse, _, removal, death, nuclear = np.array(path).T
    found = war_endings(
        {"collapse": collapse}, removal=removal, death=death, nuclear=nuclear, succession=SUCCESSION
    )
    stop, leave = -math.log(0.4) / 180.0, 1 / 90.0
    # leader, worse and other after removal, worse and other after death; collapse, removal, death, nuclear
    state = np.eye(9)[0]
    for c, r, d, n in zip(collapse, removal, death, nuclear, strict=True):
        rate = np.zeros((9, 9))
        for fresh, lost, sink in ((1, r, 6), (3, d, 7)):
            rate[0, fresh], rate[0, fresh + 1] = 0.2 * lost, 0.8 * lost
            rate[fresh, fresh + 1] = leave
            rate[fresh, sink] = rate[fresh + 1, sink] = stop
            rate[fresh, 8], rate[fresh + 1, 8] = 3.0 * n, n
        rate[0, 8] = n
        rate[:5, 5] = c
        rate -= np.diag(rate.sum(axis=1))
        state = state @ expm(rate)
    ours = [found.probability[name][-1] for name in ("collapse", "removal", "natural death", "nuclear")]
    np.testing.assert_allclose(ours, state[5:], rtol=1e-10, atol=1e-14)
    assert found.leader[-1] == pytest.approx(state[0], rel=1e-10)


def test_within_the_days_stated_the_successor_ends_as_many_wars_as_stated() -> None:
    days = 181
    removal = np.zeros(days)
    removal[0] = 200.0  # lost on the first day, at its beginning
    nothing = np.zeros(days)
    found = war_endings({}, removal=removal, death=nothing, nuclear=nothing, succession=SUCCESSION)
    assert found.leader[1] == pytest.approx(0.0, abs=1e-80)
    assert found.probability["removal"][180] == pytest.approx(0.6, abs=2e-5)
    assert found.probability["natural death"][-1] == 0.0


def test_a_worse_successor_is_dangerous_for_a_while() -> None:
    """Extra risk = n (f - 1) worse_share times the mean days under a fresh worse successor, to first order in n."""
    days = 3_000
    removal, nuclear, nothing = np.zeros(days), np.full(days, 1e-9), np.zeros(days)
    removal[0] = 500.0
    mild = Succession(0.6, 180.0, 0.2, 1.0, 90.0)
    extra = [
        war_endings({}, removal=removal, death=nothing, nuclear=nuclear, succession=s).probability["nuclear"][
            -1
        ]
        for s in (mild, SUCCESSION)
    ]
    stop = -math.log(0.4) / 180.0
    fresh_days = 1.0 / (1 / 90.0 + stop)
    assert extra[1] - extra[0] == pytest.approx(1e-9 * 2.0 * 0.2 * fresh_days, rel=1e-3)


def test_without_losses_of_the_leader_both_agree_and_use_is_n1() -> None:
    days = 400
    collapse, nuclear, nothing = np.linspace(0, 0.01, days), np.linspace(1e-4, 1e-3, days), np.zeros(days)
    full = war_endings(
        {"collapse": collapse}, removal=nothing, death=nothing, nuclear=nuclear, succession=SUCCESSION
    )
    plain = competing_endings({"collapse": collapse, "nuclear": nuclear})
    for name in ("collapse", "nuclear"):
        np.testing.assert_allclose(full.probability[name], plain.probability[name], rtol=1e-10, atol=1e-16)
    np.testing.assert_allclose(
        full.probability["nuclear"], nuclear_risk(nuclear, collapse), rtol=1e-10, atol=1e-16
    )


def test_draws_side_by_side() -> None:
    random = np.random.default_rng(7)
    hazards = random.uniform(0, 0.02, (4, 3, 25))  # risks, draws, days
    succession = Succession(np.array([0.2, 0.6, 0.9]), 180.0, np.array([0.1, 0.2, 0.3]), 3.0, 90.0)
    collapse, removal, death, nuclear = hazards
    both = war_endings(
        {"collapse": collapse}, removal=removal, death=death, nuclear=nuclear, succession=succession
    )
    for i in range(3):
        alone = war_endings(
            {"collapse": collapse[i]},
            removal=removal[i],
            death=death[i],
            nuclear=nuclear[i],
            succession=Succession((0.2, 0.6, 0.9)[i], 180.0, (0.1, 0.2, 0.3)[i], 3.0, 90.0),
        )
        for name, path in alone.probability.items():
            np.testing.assert_allclose(both.probability[name][i], path, rtol=1e-12)


def test_wrong_hazards_are_refused() -> None:
    zero = np.zeros(3)
    with pytest.raises(ValueError, match="negative"):
        competing_endings({"collapse": [-0.1, 0.0]})
    with pytest.raises(ValueError, match="negative"):
        war_endings({}, removal=zero - 1, death=zero, nuclear=zero, succession=SUCCESSION)
    with pytest.raises(ValueError, match="of their own"):
        war_endings({"removal": zero}, removal=zero, death=zero, nuclear=zero, succession=SUCCESSION)
