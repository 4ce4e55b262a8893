"""Worlds are made of no more of a scenario than their stage, and of no other inputs."""

from __future__ import annotations

import numpy as np
import pytest

from offramp.engine import medians
from offramp.engine.stage import Drawn, drawn, stage_of
from offramp.scenario import load, loads
from offramp.scenario.tables import Scenario

SOLDIERS, SEED, DRAW = 500, 3, 2
UKRAINE = load("ukraine-2022")

BARE = """
title = "A test"
start = 2022-02-24
days = 30
[[group]]
name = "soldiers"
size = 2000
[[route]]
name = "leave"
window_per_day = 0.05
utility = 0.0
[[programme]]
name = "offer"
route = "leave"
start = 2022-03-01
"""


def made(scenario: Scenario) -> Drawn:
    """With the values of the stage's inputs and no others."""
    stage, values = stage_of(scenario, SOLDIERS, SEED), medians(scenario)
    return drawn(stage, DRAW, {path: values[path] for path in stage.paths})


def arrays(found: Drawn) -> list[np.ndarray[tuple[int, ...], np.dtype[np.float64]]]:
    worlds = [world for world in (found.front, found.posts) if world is not None]
    parts = [part for world in worlds for part in (world.population, world.field, world.choice, world.regime)]
    return [np.asarray(value) for part in parts for value in part]


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("cash_usd = { value = 100_000", "cash_usd = { value = 90_000", True),
        ("legal_cost_usd = { value = 22_000", "legal_cost_usd = { value = 23_000", True),
        ("contribution_years = { value = 10", "contribution_years = { value = 11", True),
        ("perceived_call_share = { value = 0.16", "perceived_call_share = { value = 0.17", False),
        ("death_hazard_factor = { value = 1.1", "death_hazard_factor = { value = 1.2", False),
        ("propaganda_share = { value = 0.5", "propaganda_share = { value = 0.6", False),
    ],
)
def test_a_stage_says_whether_worlds_are_the_same(old: str, new: str, same: bool) -> None:
    assert UKRAINE.text.count(old) >= 1
    other = loads(UKRAINE.text.replace(old, new))
    one, another = (stage_of(scenario, SOLDIERS, SEED) for scenario in (UKRAINE, other))
    assert (one.digest == another.digest) is same
    if same:
        for a, b in zip(arrays(made(UKRAINE)), arrays(made(other)), strict=True):
            np.testing.assert_array_equal(a, b)


def test_seed_and_soldiers_are_part_of_it() -> None:
    digests = {stage_of(UKRAINE, *given).digest for given in ((500, 1), (500, 2), (600, 1))}
    assert len(digests) == 3


def test_inputs_of_offers_are_none_of_a_worlds() -> None:
    paths = set(stage_of(UKRAINE, SOLDIERS, SEED).paths)
    every = set(medians(UKRAINE))
    assert paths < every
    assert "force.scale" in paths
    assert {path.partition(".")[0] for path in every - paths} >= {"programme", "trust", "escalation"}


def test_where_nobody_reacts_offers_are_of_the_world_because_they_say_when_values_change() -> None:
    early, late = loads(BARE), loads(BARE.replace("2022-03-01", "2022-03-05"))
    assert made(early).front.choice.rebuild[5]
    assert not made(late).front.choice.rebuild[5]
    assert made(late).front.choice.rebuild[9]
