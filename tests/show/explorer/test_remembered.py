"""A worker's memory of runs: what it gives is what would have been simulated, and it does not grow."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from offramp.engine import prepare
from offramp.engine.model import DrawResult
from offramp.engine.stage import stage_of
from offramp.engine.world import World
from offramp.scenario import load
from offramp.show.explorer.base import Base
from offramp.show.explorer.changes import apply
from offramp.show.explorer.remembered import WORLDS_MOST, Remembered

BASE = Base.of("ukraine-2022", load("ukraine-2022"))
POLICIES = ("no offer", "100,000 USD and citizenship")
OFFER = "programme.cash and citizenship.cash_usd"
SOLDIERS = 300


def drawn(changes: dict[str, Any], draw: int, memory: Remembered | None = None) -> DrawResult:
    scenario = BASE.changed(BASE.state({"changes": changes}))
    values = dict(zip(BASE.names(scenario), BASE.values(scenario, draw, draw + 1)[0].tolist(), strict=True))
    model = prepare(scenario, soldiers=SOLDIERS, seed=1)
    if memory is not None:
        model = replace(model, kernel=memory, worlds=memory.worlds)
    return model.run_draw(draw, values, POLICIES)


def same(one: DrawResult, other: DrawResult) -> None:
    assert [list(each) for each in one.outcomes] == [list(each) for each in other.outcomes]
    for a, b in zip(one.outcomes, other.outcomes, strict=True):
        np.testing.assert_array_equal(list(a.values()), list(b.values()))
    np.testing.assert_array_equal(one.paths, other.paths)
    for name, path in one.series.items():
        np.testing.assert_array_equal(path, other.series[name])


def test_what_is_remembered_is_what_would_have_been_simulated() -> None:
    """One number after the other over every kind of table, in two draws, against runs without a memory."""
    memory = Remembered()
    paths = [path for path, handle in BASE.handles.items() if handle.interval is not None]
    for at, path in enumerate(["", *paths[:: max(1, len(paths) // 25)], OFFER, ""]):
        handle = BASE.handles.get(path)
        changes = {} if handle is None else {path: 0.5 * (float(handle.value) + handle.high)}
        same(drawn(changes, at % 2, memory), drawn(changes, at % 2))
    assert memory.found > 10


@pytest.mark.parametrize(
    ("path", "value", "least", "most"),
    [
        (OFFER, 90_000.0, 1, 1),  # the reference has no such offer, and nobody else is offered it
        ("opinion.list_deflation_share", 0.05, 0, 0),  # follows from a run, changes none
        ("choice.obedience", 0.4, 2, 99),  # everybody's decision, under either policy
    ],
)
def test_only_what_a_hand_leaves_as_it_was_is_taken_from_memory(
    path: str, value: float, least: int, most: int
) -> None:
    memory = Remembered()
    drawn({}, 0, memory)
    runs = memory.done
    assert runs >= len(POLICIES)
    assert memory.found == 0
    drawn({path: value}, 0, memory)
    assert least <= memory.done - runs <= most
    assert memory.found + memory.done == 2 * runs
    found = memory.found
    drawn({}, 1, memory)
    assert memory.found == found  # another draw is another run


def test_worlds_are_kept_where_nothing_of_theirs_has_moved() -> None:
    memory = Remembered()
    first = world(memory, {})
    assert world(memory, {OFFER: 90_000.0}) is first
    assert world(memory, {"opinion.list_deflation_share": 0.05}) is not first
    assert world(memory, {}) is first
    for draw in range(1, 1 + WORLDS_MOST):
        assert world(memory, {}, draw) is not first
    assert world(memory, {}) is not first  # too many draws ago


def world(memory: Remembered, changes: dict[str, Any], draw: int = 0) -> World:
    scenario = BASE.changed(BASE.state({"changes": changes}))
    values = dict(zip(BASE.names(scenario), BASE.values(scenario, 0, 1)[0].tolist(), strict=True))
    return memory.worlds(stage_of(scenario, SOLDIERS, 1), draw, values).front


def test_the_oldest_runs_are_forgotten() -> None:
    memory, all_of_a_draw = Remembered(bytes_most=1), Remembered()
    drawn({}, 0, all_of_a_draw)
    for draw in (0, 1, 0, 1):  # the last run stays, and no other
        drawn({}, draw, memory)
        assert 0 < memory.bytes < all_of_a_draw.bytes
    assert memory.found == 0


def test_a_change_shares_what_it_does_not_touch_and_touches_nothing_else() -> None:
    before = copy.deepcopy(BASE.data)
    for path, handle in BASE.handles.items():
        value = next(w for w in handle.options if w != handle.value) if handle.options else handle.high
        state = BASE.state({"changes": {path: value}, "programmes": []})
        changed = apply(BASE.data, state, BASE.handles)
        assert BASE.data == before, path
        assert changed != before, path
        shared = [key for key in before if changed[key] is BASE.data[key]]
        assert len(shared) >= len(before) - 4, path
