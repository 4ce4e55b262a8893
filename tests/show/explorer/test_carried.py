"""Draws carried over from a state before: exact where a change is the same in every draw, honest about its error else, and
none at all where the state before is too far."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from offramp.show.explorer.batch import Batch
from offramp.show.explorer.carried import NOT_YET, Sample, carried, typical
from offramp.show.explorer.frames import table
from offramp.show.layout import tabulate

NAMES = ("departures", "killed", "tipped", "open_dissent", "departures_net")
HEADLINES = ("departures", "killed", "tipped")
POLICIES = ("reference", "offer")
DRAWS = 200
ALONE = 8
"""Draws that would be simulated in place of what is carried over."""


def before(seed: int = 1) -> Batch:
    """Draws of two policies: counts, an event, a share, and an outcome that draws may leave undefined."""
    rng = np.random.default_rng(seed)
    base = rng.lognormal(6.0, 1.0, (DRAWS, 1))
    departures = base * [1.0, 1.2]
    tipped = rng.random((DRAWS, 2)) < 0.3
    share = rng.uniform(0.2, 0.9, (DRAWS, 2))
    net = departures - departures[:, :1]
    net[::3] = math.nan
    outcomes = np.stack([departures, 2.0 * departures + 50.0, tipped, share, net], axis=2)
    paths = rng.uniform(10.0, 20.0, (DRAWS, 2, 3, 4)).astype(np.float32)
    series = rng.normal(0.0, 1.0, (DRAWS, 2, 1, 4)).astype(np.float32)
    lines = (("force", "serving"), ("force", "waiting"), ("force", "flee"))
    return Batch(0, NAMES, outcomes, lines, (0, 1, 2, 3), paths, ("poll",), series, {})


def moved(batch: Batch, by: float) -> Batch:
    """Another state, in which every draw has `by` more of everything that is counted."""
    shift = by * np.array([1.0, 1.0, 0.0, 0.0, 1.0])
    return replace(
        batch,
        outcomes=batch.outcomes + shift,
        paths=batch.paths + np.float32(by),
        series=batch.series + np.float32(by),
    )


def carry(old: Batch, new: Batch, twins: int = 1, apart: float = 0.0) -> Sample | None:
    at = range(1, 1 + twins)  # the first defines every outcome
    return carried(Sample(old, len(old.outcomes)), new.some(at), at, HEADLINES, ALONE, apart)


@given(st.floats(0.0, 20.0))
def test_a_change_that_is_the_same_in_every_draw_is_carried_exactly(by: float) -> None:
    old = before()
    new = moved(old, by)
    found = carry(old, new)
    assert found is not None
    assert found.simulated == 1
    np.testing.assert_allclose(found.batch.outcomes, new.outcomes, atol=1e-9)
    np.testing.assert_allclose(found.batch.paths, new.paths, atol=1e-4)
    np.testing.assert_allclose(found.batch.series, new.series, atol=1e-4)


def test_the_mean_is_that_before_plus_the_mean_difference_of_the_twins() -> None:
    old = before()
    rng = np.random.default_rng(2)
    new = replace(old, outcomes=old.outcomes + rng.normal(30.0, 10.0, old.outcomes.shape) * [1, 1, 0, 0, 1])
    for twins in (1, 2, 8, 64):
        found = carry(old, new, twins)
        assert found is not None
        difference = (new.outcomes - old.outcomes)[1 : 1 + twins, :, 0].mean(axis=0)
        expected = old.outcomes[:, :, 0].mean(axis=0) + difference
        np.testing.assert_allclose(found.batch.outcomes[:, :, 0].mean(axis=0), expected)
        np.testing.assert_array_equal(found.batch.outcomes[1 : 1 + twins], new.outcomes[1 : 1 + twins])


def test_nothing_falls_below_nought_and_an_event_happens_or_not() -> None:
    old = before()
    found = carry(old, moved(old, -60.0))
    assert found is not None
    assert found.batch.outcomes[2:, :, :2].min() == 0.0
    assert np.nanmin(found.batch.outcomes[2:, :, 4]) < 0.0  # a difference may
    assert set(found.batch.outcomes[:, :, 2].reshape(-1)) == {0.0, 1.0}
    assert found.batch.outcomes[:, :, 3].max() <= 1.0
    assert found.batch.paths[2:].min() == 0.0
    assert found.batch.series.min() < 0.0  # what may be below nought may stay so
    np.testing.assert_array_equal(np.isnan(found.batch.outcomes), np.isnan(old.outcomes))


@pytest.mark.parametrize("twins", [1, 2, 4])
def test_a_state_is_too_far_where_so_many_draws_by_themselves_are_surer(twins: int) -> None:
    """Everything moves by the same, which is most beside the narrower spread of the reference; root mean square over the two
    headlines that are counted."""
    old = before()
    spread = float(old.outcomes[:, 0, 0].std())
    both = old.outcomes[:, 0, :2].std(axis=0)
    limit = math.sqrt(twins / ALONE) * spread / math.sqrt(np.mean((spread / both) ** 2))
    assert carry(old, moved(old, 1.001 * limit), twins) is None
    assert carry(old, moved(old, 0.999 * limit), twins) is not None


def test_a_state_of_another_shape_is_not_carried() -> None:
    old = before()
    assert carry(old, replace(old, names=(*NAMES[:-1], "another"))) is None
    assert carry(old, replace(old, days=(0, 1, 2, 4))) is None
    of_one_policy = replace(old.some([0, 1]), outcomes=old.outcomes[:2, :1])
    assert carried(Sample(old, DRAWS), of_one_policy, [0, 1], HEADLINES, ALONE, 0.0) is None


def test_the_draws_nearest_to_the_means_are_simulated_first() -> None:
    old = before()
    outcomes = old.outcomes.copy()
    means, spreads = outcomes[:, :, :3].mean(axis=0), outcomes[:, :, :3].std(axis=0)
    for draw, off in enumerate((3.0, -0.5, 0.1, 2.0, -1.0)):
        outcomes[draw, :, :3] = means + off * spreads
    assert typical(replace(old, outcomes=outcomes), HEADLINES, 5) == [2, 1, 4, 3, 0]
    outcomes[:, :, 1] = 7.0  # what does not vary tells nothing
    assert typical(replace(old, outcomes=outcomes), HEADLINES, 5) == [2, 1, 4, 3, 0]


@pytest.mark.parametrize("twins", [1, 4, 8, 64])
@pytest.mark.parametrize("shift", [0.0, 40.0])
def test_the_refined_mean_lies_within_the_stated_error_as_often_as_it_says(twins: int, shift: float) -> None:
    """Normal differences, 400 states: within one stated error in 68 % or more, within two in 95 % or more, each but for a
    fluctuation that comes less than once in a thousand (three standard errors)."""
    old = before()
    rng = np.random.default_rng(3)
    inside = np.zeros((400, 2))
    for row in inside:
        changes = rng.normal(shift, 40.0, (DRAWS, 1))
        new = replace(old, outcomes=old.outcomes + changes[:, :, None] * [1, 1, 0, 0, 0])
        found = carry(old, new, twins)
        assert found is not None
        assert found.errors is not None
        off = abs(found.batch.outcomes[:, 1, 0].mean() - new.outcomes[:, 1, 0].mean())
        own = new.outcomes[:, 1, 0].std(ddof=1) / math.sqrt(DRAWS)
        error = math.hypot(own, found.errors[0][1, 0])
        row[:] = off <= error, off <= 2.0 * error
    assert inside[:, 0].mean() >= 0.683 - 3.0 * math.sqrt(0.683 * 0.317 / 400)
    assert inside[:, 1].mean() >= 0.954 - 3.0 * math.sqrt(0.954 * 0.046 / 400)


def test_what_begins_from_nothing_is_not_carried() -> None:
    """A figure that was the same in every draw, or the same as under the reference, has no spread that could be moved."""
    old = before()
    flat = replace(old, outcomes=old.outcomes.copy())
    flat.outcomes[:, 1, 1] = 0.0
    assert carry(flat, flat, 8) is not None
    begun = replace(flat, outcomes=flat.outcomes.copy())
    begun.outcomes[:, 1, 1] = 1.0
    assert carry(flat, begun, 8) is None
    alike = replace(old, outcomes=old.outcomes[:, [0, 0]].copy())
    begun = replace(alike, outcomes=alike.outcomes.copy())
    begun.outcomes[:, 1, 0] += 1.0
    assert carry(alike, alike, 8) is not None
    assert carry(alike, begun, 8) is None


def test_how_far_a_state_is_goes_by_the_policy_that_moves_most() -> None:
    old = before()
    by = 0.6 / math.sqrt(ALONE) * old.outcomes[:, 1, :2].std(axis=0)
    new = replace(old, outcomes=old.outcomes.copy())
    new.outcomes[:, 1, :2] += by
    assert carry(old, new) is not None
    new.outcomes[:, 1, :2] += by  # 1.2 of the limit; with the reference, which stays, it would be 0.85
    assert carry(old, new) is None


def test_draws_in_which_the_offer_is_law_are_simulated_first() -> None:
    old = before()
    law = np.ones((DRAWS, 2, 1))
    law[:2, 1] = 0.0
    held = replace(old, names=(*NAMES, "enacted"), outcomes=np.concatenate([old.outcomes, law], axis=2))
    plain = typical(old, HEADLINES, 8)
    assert typical(held, HEADLINES, 8) == [draw for draw in plain if draw > 1] + [
        draw for draw in plain if draw <= 1
    ]


def test_tables_show_the_error_with_what_carrying_over_adds_and_neither_prices_nor_shares_of_draws() -> None:
    old = before()
    cost = old.outcomes[:, :, :1] * [[[0.0], [3.0]]]
    old = replace(old, names=(*NAMES, "cost_usd"), outcomes=np.concatenate([old.outcomes, cost], axis=2))
    noise = np.random.default_rng(4).normal(0.0, 60.0, (DRAWS, 2, 1))
    new = replace(old, outcomes=old.outcomes + noise * [1, 1, 0, 0, 0, 0])
    found = carry(old, new)
    assert found is not None
    assert found.errors is not None
    plain = tabulate(table(found.batch, POLICIES), "reference")
    told = found.table(POLICIES, old.names)
    one, other = (
        plain.comparison.effects["offer", "departures"],
        told.comparison.effects["offer", "departures"],
    )
    assert one.level.mc_error is not None
    assert other.level.mc_error == pytest.approx(math.hypot(one.level.mc_error, found.errors[0][1, 0]))
    assert one.difference is not None
    assert other.difference is not None
    assert one.difference.mc_error is not None
    assert other.difference.mc_error == pytest.approx(
        math.hypot(one.difference.mc_error, found.errors[1][1, 0])
    )
    assert other.level.mean == one.level.mean
    assert one.better is not None
    assert (other.more, other.less, other.better) == (None, None, None)
    assert plain.costs["offer"].ratio is not None
    assert (told.costs["offer"].ratio, told.costs["offer"].reason) == (None, NOT_YET)
    assert Sample(found.batch, DRAWS).table(POLICIES, old.names) == plain


@pytest.mark.parametrize("twins", [1, 4])
def test_a_twin_that_shows_nothing_of_a_long_way_is_not_believed(twins: int) -> None:
    """The error holds what the policy does, in proportion to the way, as the spread of one twin; the reference does nothing."""
    old = before()
    near, far = carry(old, moved(old, 0.0), twins), carry(old, moved(old, 0.0), twins, 0.2)
    assert near is not None
    assert near.errors is not None
    assert far is not None
    assert far.errors is not None
    effect = old.outcomes[:, 1] - old.outcomes[:, 0]
    expected = 0.2 * np.abs(np.nanmean(effect, axis=0)) / math.sqrt(twins)
    for close, wide in zip(near.errors, far.errors, strict=True):
        assert not close.any()
        np.testing.assert_allclose(wide[1], expected)
        assert not wide[0].any()
    np.testing.assert_array_equal(near.batch.outcomes, far.batch.outcomes)


def test_what_was_carried_over_is_carried_on_and_leaves_its_error() -> None:
    """Two ways, one after the other: the shifts add up, and the errors as independent ones do."""
    old, rng = before(), np.random.default_rng(5)
    step = rng.normal(30.0, 10.0, old.outcomes.shape) * [1, 1, 0, 0, 1]
    middle, end = (replace(old, outcomes=old.outcomes + steps * step) for steps in (1, 2))
    first = carry(old, middle, 16, 0.1)
    assert first is not None
    at = [3, 7]
    second = carried(first, end.some(at), at, HEADLINES, ALONE, 0.05)
    alone = carried(Sample(first.batch, DRAWS), end.some(at), at, HEADLINES, ALONE, 0.05)
    assert second is not None
    assert second.errors is not None
    assert first.errors is not None
    assert alone is not None
    assert alone.errors is not None
    assert second.simulated == 2
    np.testing.assert_array_equal(second.batch.outcomes, alone.batch.outcomes)
    shift = step[1:17, :, 0].mean(axis=0) + step[at, :, 0].mean(axis=0)
    others = np.delete(np.arange(DRAWS), [*range(1, 17), *at])
    np.testing.assert_allclose((second.batch.outcomes - old.outcomes)[others, :, 0].mean(axis=0), shift)
    for both, here, there in zip(second.errors, alone.errors, first.errors, strict=True):
        np.testing.assert_allclose(both, np.hypot(here, there))
