"""Awareness, testimony, trust and support, I1 to I6: T13, T14, and each equation against another way to it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

from offramp.model import bass_awareness, trust_after, video_likelihood_ratio
from offramp.model.information import (
    awareness_after,
    awareness_step,
    bad_cases,
    effective_reach,
    good_cases,
    known_danger,
    log_likelihood_ratio,
    permeability,
    saturation,
    support_shift,
    support_step,
    videos_in_circulation,
)

SHARES = st.floats(0.0, 1.0)
RATES = st.floats(0.0, 2.0)
CASES = st.floats(0.0, 1e6)


# I1, T13: awareness ------------------------------------------------------------------------------------------


def test_t13_bass() -> None:
    heard = bass_awareness([10, 30, 60], external=0.01, word_of_mouth=0.10)
    assert heard == pytest.approx([0.154117228, 0.703605017, 0.985236786], abs=5e-10)
    half = brentq(
        lambda day: float(bass_awareness(day, external=0.01, word_of_mouth=0.10)) - 0.5, 1, 60, xtol=1e-10
    )
    assert half == pytest.approx(22.590060, abs=5e-7)


def test_t13_the_peak_is_where_most_hear_of_it() -> None:
    days = np.linspace(20.0, 22.0, 200_001)
    new = np.diff(bass_awareness(days, external=0.01, word_of_mouth=0.10))
    assert days[int(np.argmax(new))] == pytest.approx(20.932592, abs=0.002)


def test_t13_without_word_of_mouth_it_is_a_clock() -> None:
    heard = bass_awareness([0, 30], external=0.01, word_of_mouth=0.0)
    assert heard == pytest.approx([0.0, 0.259181779], abs=5e-10)


@given(st.floats(0.0, 0.95), st.floats(1e-6, 0.5), st.floats(0.0, 0.5))
def test_i1_solves_its_equation(start: float, external: float, word: float) -> None:
    path = solve_ivp(
        lambda _, aware: (external + word * aware) * (1.0 - aware),
        (0.0, 40.0),
        [start],
        rtol=1e-10,
        atol=1e-12,
    )
    assert awareness_after(start, external, word, 40.0) == pytest.approx(path.y[0, -1], abs=1e-7)


@given(SHARES, RATES, RATES, st.integers(1, 30))
def test_i1_days_add_up(start: float, external: float, word: float, days: int) -> None:
    aware = start
    for _ in range(days):
        aware = awareness_step(aware, external, word)
    assert aware == pytest.approx(awareness_after(start, external, word, days), rel=1e-9, abs=1e-12)


@given(SHARES, RATES, RATES, RATES, st.floats(0.0, 1e4))
def test_i1_grows_with_reach_and_stays_a_share(
    start: float, external: float, more: float, word: float, days: float
) -> None:
    less = awareness_after(start, external, word, days)
    assert start <= less + 1e-12
    assert less <= 1.0
    assert awareness_after(start, external + more, word, days) >= less - 1e-12
    assert awareness_after(start, external, word + more, days) >= less - 1e-12


@given(SHARES, st.floats(0.0, 1e4))
def test_i1_nobody_tells_nobody_learns(start: float, days: float) -> None:
    assert awareness_after(start, 0.0, 0.0, days) == start
    assert awareness_after(0.0, 0.0, 0.3, days) == 0.0  # word of mouth needs a first who knows


@pytest.mark.parametrize(
    ("external", "word", "start", "days"),
    [(-0.1, 0.1, 0.0, 1.0), (0.1, -0.1, 0.0, 1.0), (0.1, 0.1, 1.5, 1.0), (0.1, 0.1, 0.0, -1.0)],
)
def test_i1_refuses_what_has_no_meaning(external: float, word: float, start: float, days: float) -> None:
    with pytest.raises(ValueError, match="must"):
        bass_awareness(days, external=external, word_of_mouth=word, start=start)


@given(st.floats(0.0, 10.0), st.floats(1e-3, 10.0), st.floats(0.0, 1.0))
def test_reach_saturates(contacts: float, ceiling: float, more: float) -> None:
    reach = effective_reach(contacts, ceiling)
    assert reach <= min(contacts, ceiling) * (1.0 + 1e-12) + 1e-300
    assert reach <= effective_reach(contacts + more, ceiling) <= ceiling
    assert effective_reach(contacts, math.inf) == contacts
    assert effective_reach(1e-9, ceiling) == pytest.approx(1e-9, rel=1e-5)  # a first contact counts in full


@given(st.floats(0.0, 5.0), st.floats(0.0, 5.0), st.floats(0.0, 5.0))
def test_a_cordon_lets_less_through(sensitivity: float, cordon: float, more: float) -> None:
    assert 0.0 < permeability(sensitivity, cordon + more) <= permeability(sensitivity, cordon) <= 1.0
    assert permeability(0.0, cordon) == permeability(sensitivity, 0.0) == 1.0


# I2: testimony -----------------------------------------------------------------------------------------------


@given(st.floats(1e-4, 1.0), st.floats(0.0, 100.0))
def test_i2_videos_settle_where_as_many_come_as_go(decay: float, videos: float) -> None:
    settled = videos / -math.expm1(-decay)
    assert videos_in_circulation(settled, decay, videos) == pytest.approx(settled, rel=1e-9)
    assert videos_in_circulation(0.0, decay, videos) == videos


def test_testimony_is_everywhere_in_the_limit() -> None:
    assert saturation(0.0, 50.0) == 0.0
    assert saturation(50.0, 50.0) == 0.5
    assert saturation(1e12, 50.0) == pytest.approx(1.0)


# I3, I4, T14: trust ------------------------------------------------------------------------------------------


def test_t14_counts() -> None:
    assert trust_after(0.2, 10, kept=10) == pytest.approx(0.6, abs=1e-12)
    assert trust_after(0.2, 10, kept=10, broken=2) == pytest.approx(0.545454545, abs=5e-10)
    assert trust_after(0.2, 10, kept=10, seen=0.5) == pytest.approx(0.466666667, abs=5e-10)


def test_t14_testimony() -> None:
    optional, mandatory = video_likelihood_ratio(0.6, 0.15, 0.0), video_likelihood_ratio(0.6, 0.15, 0.7)
    assert optional == pytest.approx(4.0)
    assert mandatory == pytest.approx(1.9)
    assert video_likelihood_ratio(0.6, 0.15, 1.0) == 1.0  # known to be mandatory: it tells nothing
    assert log_likelihood_ratio(0.6, 0.15, 0.0) == pytest.approx(1.386294, abs=5e-7)
    assert log_likelihood_ratio(0.6, 0.15, 0.7) == pytest.approx(0.641854, abs=5e-7)
    odds = 0.3 / 0.7 * optional
    assert odds / (1.0 + odds) == pytest.approx(0.631579, abs=5e-7)


@given(st.floats(0.01, 1.0), st.floats(0.01, 1.0), SHARES, SHARES)
def test_i4_discovery_draws_the_ratio_towards_1(
    sincere: float, insincere: float, discovery: float, more: float
) -> None:
    found = video_likelihood_ratio(sincere, insincere, discovery)
    surer = video_likelihood_ratio(sincere, insincere, discovery + more * (1.0 - discovery))
    assert abs(surer - 1.0) <= abs(found - 1.0) + 1e-12
    assert log_likelihood_ratio(sincere, insincere, discovery) >= 0.0


@given(SHARES, st.floats(0.1, 1e4), CASES, CASES, CASES, st.floats(0.0, 5.0))
def test_i3_trust_is_a_share_that_follows_its_cases(
    mean: float, weight: float, kept: float, broken: float, videos: float, loss: float
) -> None:
    def trust(kept: float, broken: float, videos: float) -> float:
        return trust_after(
            mean, weight, kept=kept, broken=broken, videos=videos, likelihood_ratio=4.0, loss_weight=loss
        )

    now = trust(kept, broken, videos)
    assert 0.0 <= now <= 1.0
    assert trust(kept + 1.0, broken, videos) >= now - 1e-12
    assert trust(kept, broken + 1.0, videos) <= now + 1e-12
    assert trust(kept, broken, videos + 1.0) >= now - 1e-12
    assert trust_after(mean, weight) == pytest.approx(mean, abs=1e-12)


@given(SHARES, st.floats(0.1, 100.0), st.lists(st.tuples(st.floats(0, 50), st.floats(0, 50)), max_size=8))
def test_i3_cases_add_up_whatever_their_order(
    mean: float, weight: float, days: list[tuple[float, float]]
) -> None:
    good, bad = mean * weight, (1.0 - mean) * weight
    for kept, broken in reversed(days):
        good += good_cases(0.5, 0.0, 0.0, 1.0, kept)
        bad += bad_cases(0.5, 2.0, broken, 0.0, 0.0)
    kept, broken = (math.fsum(day[at] for day in days) for at in (0, 1))
    expected = trust_after(mean, weight, kept=kept, broken=broken, seen=0.5, loss_weight=2.0)
    assert good / (good + bad) == pytest.approx(expected, rel=1e-9)


def test_i3_by_hand() -> None:
    assert good_cases(0.02, 1.5, 40.0, 0.5, 10.0) == pytest.approx(0.02 * (60.0 + 5.0))
    assert bad_cases(0.02, 3.0, 4.0, 0.5, 0.8) == pytest.approx(0.24 + 0.4)


@pytest.mark.parametrize(("mean", "weight", "ratio"), [(1.2, 1.0, 1.0), (0.2, 0.0, 1.0), (0.2, 1.0, 0.0)])
def test_i3_refuses_what_has_no_meaning(mean: float, weight: float, ratio: float) -> None:
    with pytest.raises(ValueError, match="mean must be a share"):
        trust_after(mean, weight, likelihood_ratio=ratio)


# I5, I6: danger that is known, support -----------------------------------------------------------------------


def test_i5_the_province_hears_half() -> None:
    assert known_danger(0.5, 0.0) == 0.5
    assert known_danger(0.5, 1.0) == known_danger(0.0, 0.3) == 1.0


@given(SHARES, SHARES, SHARES)
def test_i5_news_from_outside_never_hides_danger(bias: float, outside: float, more: float) -> None:
    assert 0.0 <= known_danger(bias, outside) <= known_danger(bias, max(outside, more)) <= 1.0


EFFECTS = st.floats(0.0, 3.0)


@given(st.floats(-1.0, 1.0), EFFECTS, EFFECTS, EFFECTS, st.floats(-3.0, 3.0))
def test_i6_support_stays_support(
    start: float, testimony: float, propaganda: float, losses: float, others: float
) -> None:
    shift = support_shift(start, testimony, propaganda, losses, others)
    assert -1.0 <= start + shift <= 1.0
    assert support_shift(start, testimony + 0.1, propaganda, losses, others) <= shift
    assert support_shift(start, testimony, propaganda + 0.1, losses, others) >= shift
    assert support_shift(start, testimony, propaganda, losses + 0.1, others) <= shift
    assert support_shift(start, 0.0, 0.0, 0.0, 0.0) == 0.0


@given(st.floats(-2.0, 2.0), st.floats(1e-4, 0.5), st.floats(-2.0, 2.0), st.integers(1, 50))
def test_i6_the_gap_closes_at_its_rate(shift: float, rate: float, target: float, days: int) -> None:
    now = shift
    for _ in range(days):
        now = support_step(now, rate, target)
    assert target - now == pytest.approx((target - shift) * math.exp(-rate * days), rel=1e-6, abs=1e-9)
