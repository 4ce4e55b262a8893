"""What decides a test: boxes that are there are found and counted elsewhere; where there is nothing, nothing is claimed."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import qmc  # pyright: ignore[reportMissingTypeStubs]

from offramp.claims.discovery import box, lessons

NAMES = [f"x{i}" for i in range(12)]


def cube(seed: int, draws: int = 512) -> np.ndarray:
    return qmc.Sobol(len(NAMES), rng=np.random.default_rng(seed)).random(draws)


def test_a_single_cut_is_found_and_counted_in_the_other_half() -> None:
    x = cube(1)
    found = box(x, NAMES, x[:, 3] > 0.4)
    assert found is not None
    assert found.conditions == ("`x3` is above 0.4",)
    assert found.of == 256
    assert (found.holding, found.inside) == (int((x[256:, 3] > 0.4).sum()),) * 2
    assert found.holds


def test_where_it_fails_is_the_box_of_the_complement() -> None:
    x = cube(2)
    found = box(x, NAMES, ~(x[:, 3] > 0.4))
    assert found is not None
    assert found.conditions == ("`x3` is below 0.4",)


def test_two_cuts_are_found_where_one_is_not_enough() -> None:
    x = cube(3)
    found = box(x, NAMES, (x[:, 2] > 0.3) & (x[:, 7] <= 0.7))
    assert found is not None
    assert len(found.conditions) == 2
    assert {one.split()[0] for one in found.conditions} == {"`x2`", "`x7`"}
    assert found.holds


def test_two_ends_of_one_input_may_be_cut() -> None:
    x = cube(4)
    found = box(x, NAMES, (x[:, 5] > 0.2) & (x[:, 5] <= 0.8))
    assert found is not None
    assert found.conditions == ("`x5` is below 0.8", "`x5` is above 0.2") or found.conditions == (
        "`x5` is above 0.2",
        "`x5` is below 0.8",
    )


def test_a_test_that_holds_everywhere_has_no_box() -> None:
    assert box(cube(5), NAMES, np.ones(512, dtype=np.bool_)) is None
    assert box(cube(5), NAMES, np.zeros(512, dtype=np.bool_)) is None


def test_chance_alone_is_seldom_confirmed() -> None:
    """A coin that lands heads in 8 of 10 draws whatever the inputs: the other half refuses what the first half finds.

    A box of 26 draws or more is confirmed only if all, or nearly all, of its draws hold: at most 0.8^29 < 0.2 % of cases
    for each box that is proposed. 40 runs would show three with a chance below 1e-4.
    """
    confirmed = 0
    for seed in range(40):
        rng = np.random.default_rng(1000 + seed)
        found = box(cube(seed), NAMES, rng.random(512) < 0.8)
        confirmed += found is not None and found.holds
    assert confirmed <= 2


def test_too_few_draws_claim_nothing() -> None:
    x = cube(6, 32)
    assert box(x, NAMES, x[:, 0] > 0.5) is None
    assert lessons(x, NAMES, x[:, 0] > 0.5) == ()


def test_the_input_that_decides_is_the_lesson() -> None:
    x = cube(7)
    first, *others = lessons(x, NAMES, x[:, 9] + 0.2 * x[:, 1] > 0.5)
    assert first.index.input == "x9"
    assert first.index.index > 0.5
    assert first.lowest == pytest.approx(0.0, abs=0.05)
    assert first.highest == pytest.approx(1.0, abs=0.05)
    assert all(one.index.above_noise for one in others)


def test_no_lesson_where_nothing_is_to_be_learned() -> None:
    x = cube(8)
    assert lessons(x, NAMES, np.ones(512, dtype=np.bool_)) == ()
    assert lessons(np.zeros((512, 2)), ["a", "b"], x[:, 0] > 0.5) == ()


def test_chance_teaches_nothing() -> None:
    """A coin for each of 256 draws of a net of sixty dimensions. The floor lets one run in twenty pass, and both halves must
    agree beside: 40 runs would show six lessons with a chance below 2 %, were it one in twenty still."""
    names = [f"x{i}" for i in range(60)]
    taught = 0
    for seed in range(40):
        x = qmc.Sobol(60, rng=np.random.default_rng(seed)).random(256)
        taught += bool(lessons(x, names, np.random.default_rng(1000 + seed).random(256) < 0.5))
    assert taught <= 5


def test_what_one_half_of_the_draws_shows_is_no_lesson() -> None:
    x = cube(9)
    rng = np.random.default_rng(1)
    first = np.where(np.arange(512) < 256, x[:, 4] > 0.5, rng.random(512) < 0.5)
    assert "x4" not in [one.index.input for one in lessons(x, NAMES, first)]
    assert [one.index.input for one in lessons(x, NAMES, x[:, 4] > 0.5)] == ["x4"]
