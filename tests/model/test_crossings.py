"""Where other branches of a quantal response cross the principal one, or nearly do."""

from __future__ import annotations

import math

import pytest

from offramp.model.quantal_response import solve
from tests.model.test_quantal_response import two_by_two


@pytest.mark.parametrize("precision", [0.5, 1.9, 2.0, 2.1, 2.5, 3.7, 4.0, 4.9, 5.0, 5.1, 8.0, 10.0, 25.0])
@pytest.mark.parametrize("large", [1.25, 2.0, 2.9])
def test_a_crossing_in_a_symmetric_game_is_gone_straight_through(large: float, precision: float) -> None:
    """By symmetry the principal branch mixes, whoever prefers what; the others cross it somewhere between two steps."""
    game = two_by_two(ss=(large, 1.0), sh=(0.0, 0.0), hs=(0.0, 0.0), hh=(1.0, large))
    found = solve(game, precision=precision)
    s, t = found.choices["row"]["s"], found.choices["column"]["s"]
    assert s == pytest.approx(1.0 - t, abs=1e-9)
    # At s the row's advantage of `s` is large x t - (1 - t).
    assert math.log(s / (1.0 - s)) == pytest.approx(precision * (large * t - (1.0 - t)), abs=1e-9)


@pytest.mark.parametrize("more", [1e-11, 1e-9, 1e-7, 1e-5, 1e-3])
@pytest.mark.parametrize("precision", [3.0, 7.0])
def test_a_branch_that_turns_off_just_before_another_is_not_left(more: float, precision: float) -> None:
    """Nearly symmetric, no branch crosses the principal one: it ends where both play what pays more, however little."""
    game = two_by_two(ss=(2.0, 1.0), sh=(0.0, 0.0), hs=(0.0, 0.0), hh=(1.0 + more, 2.0))
    found = solve(game, precision=precision)
    assert found.choices["row"]["h"] > 0.5
    assert found.choices["column"]["h"] > 0.5
