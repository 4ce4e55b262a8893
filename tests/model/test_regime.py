"""The regime's answer, R1 to R4, and what it does to an attempt."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offramp.model.offers import attempt_risks
from offramp.model.regime import (
    crackdown_step,
    enforced_ceiling,
    grievance_step,
    propaganda,
    remaining,
    risen,
)
from offramp.model.war import shift_log_odds

SHARES = st.floats(0.0, 1.0)
SEEN = st.floats(0.0, 1e5)


def test_r1_by_hand() -> None:
    """Thirty departures a day against a tolerance of thirty: half a crackdown fades by a tenth and gains 0.05 ln 2."""
    assert crackdown_step(0.5, 0.05, 0.1, 30.0, 30.0, 0.7) == pytest.approx(0.45 + 0.05 * math.log(2.0))


@given(SHARES, st.floats(0.0, 2.0), SHARES, SEEN, st.floats(0.1, 1e4), SHARES, SEEN)
def test_r1_rises_with_what_is_seen_and_stays_within_its_means(
    start: float, gain: float, decay: float, seen: float, tolerance: float, ceiling: float, more: float
) -> None:
    now = crackdown_step(start, gain, decay, seen, tolerance, ceiling)
    assert 0.0 <= now <= ceiling
    assert crackdown_step(start, gain, decay, seen + more, tolerance, ceiling) >= now
    assert crackdown_step(start, gain, decay, seen, tolerance * 2.0, ceiling) <= now


@given(st.floats(0.001, 0.05), st.floats(0.2, 1.0), st.floats(0.0, 100.0))
def test_r1_settles_where_gain_and_decay_meet(gain: float, decay: float, seen: float) -> None:
    settled = gain * math.log1p(seen / 30.0) / decay
    level = 0.3
    for _ in range(400):
        level = crackdown_step(level, gain, decay, seen, 30.0, 1.0)
    assert level == pytest.approx(min(1.0, settled), abs=1e-9)


@given(SHARES, SEEN)
def test_r1_without_gain_nothing_starts(decay: float, seen: float) -> None:
    assert crackdown_step(0.0, 0.0, decay, seen, 30.0, 1.0) == 0.0


@given(st.floats(0.0, 10.0), st.floats(0.0, 3.0))
def test_without_crackdown_nothing_moves(level: float, effect: float) -> None:
    assert risen(level, effect, 0.0) == level
    assert remaining(level, min(1.0, effect), 0.0) == level
    assert propaganda(0.4, effect, 0.0) == 0.4


@given(st.floats(0.0, 10.0), SHARES, SHARES)
def test_what_remains_is_never_negative(level: float, share: float, crackdown: float) -> None:
    assert 0.0 <= remaining(level, share, crackdown) <= level
    assert risen(level, share, crackdown) >= level
    assert 0.0 <= propaganda(share, 5.0, crackdown) <= 1.0


def test_r4_by_hand() -> None:
    """Two in a thousand jailed breed twice 0.02, twice as much among those for whom it backfires twice."""
    assert grievance_step(0.0, 0.0, 0.02, 1.0, 20.0, 10_000.0) == pytest.approx(0.04)
    assert grievance_step(0.0, 0.0, 0.02, 2.0, 20.0, 10_000.0) == pytest.approx(0.08)
    assert grievance_step(1.0, 0.1, 0.02, 1.0, 0.0, 10_000.0) == pytest.approx(math.exp(-0.1))
    assert grievance_step(1.0, 0.0, 0.02, 1.0, 5.0, 0.0) == 1.0


# attempts under a crackdown and under safe passage -------------------------------------------------------------

SHIFTS = st.floats(-20.0, 20.0)


@st.composite
def risks(draw: st.DrawFn) -> tuple[float, float]:
    """Chances of arrest and death that leave some of success."""
    caught = draw(st.just(0.0) | st.floats(1e-9, 0.9))
    return caught, draw(st.just(0.0) | st.floats(1e-9, 0.99 - caught))


@given(risks())
def test_attempts_stay_as_they_are_without_shifts(pair: tuple[float, float]) -> None:
    assert attempt_risks(*pair, 0.0, 0.0, 0.0) == pytest.approx(pair, abs=1e-12)


@given(risks(), SHIFTS, SHIFTS, SHIFTS)
def test_attempts_stay_one_whole(
    pair: tuple[float, float], safer: float, caught_shift: float, killed_shift: float
) -> None:
    caught, killed = attempt_risks(*pair, safer, caught_shift, killed_shift)
    assert caught >= 0.0
    assert killed >= 0.0
    assert caught + killed <= 1.0 + 1e-12
    assert (caught == 0.0) == (pair[0] == 0.0)
    assert (killed == 0.0) == (pair[1] == 0.0)


@given(st.floats(0.01, 0.98), SHIFTS)
def test_with_one_danger_the_shift_is_of_its_log_odds(caught: float, shift: float) -> None:
    moved, killed = attempt_risks(caught, 0.0, 0.0, shift, 0.0)
    assert killed == 0.0
    assert moved == pytest.approx(shift_log_odds(caught, shift), rel=1e-9)


@given(risks(), st.floats(0.0, 5.0))
def test_safe_passage_lowers_failure_in_log_odds_and_in_proportion(
    pair: tuple[float, float], safer: float
) -> None:
    caught, killed = attempt_risks(*pair, safer, 0.0, 0.0)
    assert caught + killed == pytest.approx(shift_log_odds(sum(pair), -safer), rel=1e-9, abs=1e-12)
    assert caught * pair[1] == pytest.approx(killed * pair[0], rel=1e-9, abs=1e-12)


def test_r5_the_ceiling_falls_with_those_who_carry_it() -> None:
    """Nobody gone, or exponent 0: as it was; a tenth gone at power 2: 0.81; everybody: none. Never rises with who leaves."""
    assert enforced_ceiling(0.7, 0.0, 2.0) == enforced_ceiling(0.7, 0.4, 0.0) == 0.7
    assert enforced_ceiling(0.7, 0.1, 2.0) == pytest.approx(0.7 * 0.81)
    assert enforced_ceiling(0.7, 1.0, 2.0) == 0.0
    falling = [enforced_ceiling(0.7, left / 20, 1.5) for left in range(21)]
    assert falling == sorted(falling, reverse=True)
