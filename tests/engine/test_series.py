"""Outcomes day by day: they begin with nothing, end with the outcome, and agree with the daily paths of persons."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from offramp.engine import prepare
from offramp.engine.model import DrawResult, medians
from offramp.scenario import changed, load, loads
from tests.engine.test_aftermath import CRISES, DAYS, LEADER, OFFER, WORLD

POLICIES = ("no offer", "100,000 USD and citizenship", "arms only")


@cache
def shipped() -> DrawResult:
    scenario = load("ukraine-2022")
    return prepare(scenario, soldiers=1_000, seed=1).run_draw(0, medians(scenario), POLICIES)


@pytest.mark.parametrize(
    "name",
    [
        "cost_usd",
        "families_harmed",
        "nuclear_change",
        "private_support",
        "poll",
        "list_estimate",
        "open_dissent",
    ],
)
def test_a_series_ends_with_its_outcome(name: str) -> None:
    result = shipped()
    path = result.series[name]
    assert path.shape == (len(POLICIES), load("ukraine-2022").days + 1)
    for row, outcome in zip(path, result.outcomes, strict=True):
        assert row[-1] == pytest.approx(outcome[name], rel=1e-5, abs=1e-6)


def test_money_is_kept_to_the_cent_with_its_payers() -> None:
    result = shipped()
    cost = result.money["cost_usd"]
    np.testing.assert_allclose(result.series["cost_usd"], cost, rtol=1e-6)
    paid = {name: path for name, path in result.money.items() if name != "cost_usd"}
    assert set(paid) == {name for name in result.outcomes[0] if name.startswith("paid_usd.")}
    np.testing.assert_allclose(sum(paid.values()), cost, rtol=0.0, atol=0.01)
    for name, path in result.money.items():
        assert (np.diff(path, axis=1) >= 0.0).all()
        for row, outcome in zip(path, result.outcomes, strict=True):
            assert row[-1] == pytest.approx(outcome[name], rel=0.0, abs=0.01)
    assert (cost[1, 1:] > 0.0).all()  # the law is paid for at the start
    assert not set(paid) & set(result.series)


def test_what_adds_up_never_falls_and_what_is_relative_begins_at_nothing() -> None:
    series = shipped().series
    assert (np.diff(series["families_harmed"], axis=1) >= 0.0).all()
    assert (series["families_harmed"][:, 0] == 0.0).all()
    assert (np.diff(series["cost_usd"][0]) == 0.0).all()  # no offer costs nothing on any day
    assert (series["nuclear_change"][:, 0] == 0.0).all()
    assert (series["nuclear_change"][0] == 0.0).all()  # the reference against itself


def test_families_are_harmed_on_the_days_of_departures_and_captures() -> None:
    """Where whoever is caught goes to prison, no household is harmed on a day on which nobody leaves and no prison fills."""
    scenario = changed(load("ukraine-2022"), {"choice.returned_share": 0.0})
    model = prepare(scenario, soldiers=1_000, seed=1)
    result = model.run_draw(0, medians(scenario), POLICIES)
    seen = [model.states.index(name) for name in (*(route.name for route in scenario.routes), "imprisoned")]
    quiet = (np.diff(result.paths[:, :, :, seen], axis=1) == 0.0).all(axis=(2, 3))
    harmed = np.diff(result.series["families_harmed"], axis=1)
    assert quiet.any()
    assert (harmed[quiet] == 0.0).all()
    assert (harmed[~quiet] > 0.0).any()


def test_opinion_changes_from_week_to_week_only() -> None:
    path = shipped().series["private_support"]
    changed = np.flatnonzero(np.diff(path[1]) != 0.0) + 1
    assert changed.size > 10
    assert (changed % 7 == 0).all()


def test_a_module_that_did_not_run_leaves_no_series() -> None:
    bare = loads(WORLD)
    assert prepare(bare, soldiers=100, seed=1).run_draw(0, {}, ("nothing",)).series == {}
    text = WORLD.replace("collapse_b2 = 5", "collapse_b2 = 5\nvictory_probability = 0.9\nvictory_days = 20")
    crises = loads(text.replace('"other"', '"other"\nofframp = "ramp"') + CRISES + LEADER + OFFER)
    found = prepare(crises, soldiers=100, seed=1).run_draw(0, medians(crises), ("nothing", "other"))
    assert set(found.series) == {"nuclear_change"}
    assert found.series["nuclear_change"].shape == (2, DAYS + 1)
