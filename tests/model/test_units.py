"""Units, D6, W3, T09 and T36: cohesion that changes its sign, breakpoints as a law, the reproduction number."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from offramp.model import breakpoint_share, effective_strength, social_utility
from offramp.model.units import is_broken, reproduction_number

LOSS = np.array([0.05, 0.1, 0.2, 0.3, 0.4, 0.5])


def test_t09_cohesion() -> None:
    for cohesion, at_rest, at_half in ((1.0, -1.0, 0.5), (0.5, -0.5, 0.25)):
        assert social_utility(0.0, cohesion, 2.0, 1.0) == pytest.approx(at_rest, abs=1e-12)
        assert social_utility(0.5, cohesion, 2.0, 1.0) == pytest.approx(at_half, abs=1e-12)
        assert social_utility(1 / 3, cohesion, 2.0, 1.0) == pytest.approx(0.0, abs=1e-12)


@given(st.floats(0.0, 10.0), st.floats(0.01, 10.0), st.floats(0.01, 10.0), st.floats(0.0, 1.0))
def test_d6_holds_early_and_pulls_late(
    cohesion: float, contagion: float, loyalty: float, share: float
) -> None:
    turn = loyalty / (contagion + loyalty)
    value = social_utility(share, cohesion, contagion, loyalty)
    assert value * (share - turn) >= -1e-9
    assert social_utility(0.0, cohesion, contagion, loyalty) == -cohesion * loyalty
    assert social_utility(1.0, cohesion, contagion, loyalty) == pytest.approx(
        cohesion * contagion, rel=1e-9, abs=1e-12
    )


def binomial_tail(loss: float) -> float:
    """Beta(3, 7) below x is the chance of three or more successes in nine trials of probability x."""
    return math.fsum(math.comb(9, k) * loss**k * (1.0 - loss) ** (9 - k) for k in range(3, 10))


def test_t36_units_broken() -> None:
    broken = breakpoint_share(LOSS)
    assert broken == pytest.approx([0.008361, 0.052972, 0.261802, 0.537169, 0.768213, 0.910156], abs=5e-7)
    assert broken == pytest.approx([binomial_tail(float(x)) for x in LOSS], abs=1e-12)


def test_t36_effective_strength_and_its_elasticity() -> None:
    strength = effective_strength(LOSS)
    assert strength == pytest.approx([0.942057, 0.852325, 0.590558, 0.323982, 0.139072, 0.044922], abs=5e-7)
    step = 1e-5
    up, down = np.log(effective_strength(LOSS - step)), np.log(effective_strength(LOSS + step))
    elasticity = (up - down) / (np.log(1.0 - LOSS + step) - np.log(1.0 - LOSS - step))
    assert elasticity == pytest.approx([1.444, 2.273, 3.864, 5.036, 5.870, 6.478], abs=5e-4)
    density = 252.0 * LOSS**2 * (1.0 - LOSS) ** 6
    assert elasticity == pytest.approx(
        1.0 + (1.0 - LOSS) * density / (1.0 - breakpoint_share(LOSS)), abs=1e-6
    )


@given(st.floats(0.5, 20.0), st.floats(0.5, 20.0), st.lists(st.floats(0.0, 1.0), min_size=2, max_size=20))
def test_w3_more_losses_break_more_units(a: float, b: float, losses: list[float]) -> None:
    broken = breakpoint_share(sorted(losses), a, b)
    assert (np.diff(broken) >= -1e-12).all()
    assert ((broken >= 0.0) & (broken <= 1.0)).all()
    assert (effective_strength(losses, a, b) <= 1.0 - np.array(losses) + 1e-12).all()


def test_w3_ends() -> None:
    assert breakpoint_share([0.0, 1.0]).tolist() == [0.0, 1.0]
    assert effective_strength([0.0, 1.0]).tolist() == [1.0, 0.0]
    assert breakpoint_share(0.5, 4.0, 4.0) == pytest.approx(0.5, abs=1e-12)


def test_w3_a_unit_breaks_above_its_breakpoint() -> None:
    assert not is_broken(30, 100, 0.3)
    assert is_broken(31, 100, 0.3)


def test_reproduction_number_at_the_medians() -> None:
    """0.006 x 0.0122 x 0.988 x 1.8 x 60: about 0.008, no cascade of itself."""
    push = 0.006 * 0.0122 * 0.988 * 1.8
    assert reproduction_number(push, 60.0, 0.0, 9.0, 0.1) == pytest.approx(0.0078, abs=1e-4)


def test_reproduction_number_by_hand() -> None:
    """Influence over the days remembered, and nine mates of whom a fifth see a window, a tenth of them going."""
    assert reproduction_number(0.001, 60.0, 0.2, 9.0, 0.1) == pytest.approx(0.06 + 0.18, rel=1e-12)
    assert reproduction_number(0.0, 60.0, 0.0, 9.0, 0.1) == 0.0
