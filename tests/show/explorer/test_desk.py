"""The desk: latest wins, first pictures first, nothing computed twice, and workers that die or hang."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from offramp.errors import InputError, OfframpError
from offramp.scenario import load
from offramp.scenario.tables import Scenario
from offramp.show.explorer import desk as module
from offramp.show.explorer.base import Base
from offramp.show.explorer.batch import Batch
from offramp.show.explorer.carried import TWINS
from offramp.show.explorer.changes import OWN_POLICY, State
from offramp.show.explorer.desk import Busy, Desk, Superseded
from offramp.show.explorer.kept import LEVELS
from tests.show.explorer import stand_ins

BASE = Base.of("minimal", load("minimal"))
POLICIES = ("reference",)
FIRST = LEVELS[0]
FULL = len(LEVELS) - 1
"""Batches of a first picture."""


def at_desk(story: Callable[[Desk], Awaitable[Any]], **options: Any) -> Any:
    """Run a story at a desk of two workers."""

    async def whole() -> Any:
        desk = Desk(2, begin=stand_ins.nothing, **options)
        try:
            await desk.prepare(BASE.scenario)
            return await asyncio.wait_for(story(desk), 60.0)
        finally:
            desk.close()

    return asyncio.run(whole())


def hand(hazard: float) -> State:
    return BASE.state({"changes": {"group.soldiers.casualty_per_day": hazard}})


def state(hazard: float) -> Scenario:
    return BASE.changed(hand(hazard))


async def ask(desk: Desk, page: str, level: int, scenario: Scenario = BASE.scenario) -> Batch:
    return (await desk.draws(page, BASE, scenario, POLICIES, level)).batch


def test_draws_come_in_their_order_and_are_kept() -> None:
    async def story(desk: Desk) -> None:
        first = await ask(desk, "a", 0)
        whole = await ask(desk, "a", FULL)
        for batch, level in ((first, 0), (whole, FULL)):
            np.testing.assert_array_equal(batch.outcomes[:, 0, 0], np.arange(LEVELS[level]))
        began = time.perf_counter()
        again = await ask(desk, "b", FULL)
        assert time.perf_counter() - began < 3.0  # a hundred batches of a tenth of a second would take more
        np.testing.assert_array_equal(again.outcomes, whole.outcomes)

    at_desk(story, work=stand_ins.slow)


def test_the_latest_wish_of_a_page_wins() -> None:
    async def story(desk: Desk) -> None:
        older = asyncio.ensure_future(ask(desk, "a", FULL, state(0.002)))
        await asyncio.sleep(0.15)
        newer = await ask(desk, "a", 0, state(0.003))
        assert len(newer.outcomes) == LEVELS[0]
        with pytest.raises(Superseded):
            await older

    at_desk(story, work=stand_ins.slow)


def test_what_was_overtaken_gives_its_workers_up_at_once() -> None:
    async def story(desk: Desk) -> None:
        older = asyncio.ensure_future(ask(desk, "a", 1, state(0.002)))
        await asyncio.sleep(0.5)  # both workers are at a refinement that ends only when it is told to
        began = time.perf_counter()
        for turn in range(5):
            newer = await ask(desk, "a", 0, state(0.003 + 0.001 * turn))
            assert len(newer.outcomes) == LEVELS[0]
        assert time.perf_counter() - began < 5.0  # the refinement would hold them for a minute
        with pytest.raises(Superseded):
            await older
        assert not desk.notice  # and no worker was replaced for it

    at_desk(story, work=stand_ins.refining_until_stopped)


def test_an_older_wish_that_comes_late_pushes_nothing_out() -> None:
    async def story(desk: Desk) -> None:
        newer = asyncio.ensure_future(desk.draws("a", BASE, state(0.003), POLICIES, 0, serial=2))
        await asyncio.sleep(0.05)
        with pytest.raises(Superseded):
            await desk.draws("a", BASE, state(0.002), POLICIES, 1, serial=1)
        assert (await newer).simulated == LEVELS[0]
        # A refinement of the same wish bears the same number.
        assert (await desk.draws("a", BASE, state(0.003), POLICIES, 1, serial=2)).simulated == LEVELS[1]

    at_desk(story, work=stand_ins.slow)


def test_a_first_picture_overtakes_refinements() -> None:
    async def story(desk: Desk) -> None:
        finished: list[str] = []

        async def wait(page: str, level: int, scenario: Scenario) -> None:
            await ask(desk, page, level, scenario)
            finished.append(page)

        refining = [asyncio.ensure_future(wait(f"r{i}", FULL, state(0.001 * (i + 2)))) for i in range(2)]
        await asyncio.sleep(0.15)
        await wait("first", 0, state(0.02))
        # The batches at work, then its own: far from the hundred that each of the others waits for.
        assert finished == ["first"]
        for each in refining:
            each.cancel()

    at_desk(story, work=stand_ins.slow)


async def step(desk: Desk, level: int, scenario: Scenario, *before: str) -> tuple[int, int]:
    """Draws of a state that a page comes to from others: all, and simulated ones."""
    sample = await desk.draws("a", BASE, scenario, POLICIES, level, before=before)
    return len(sample.batch.outcomes), sample.simulated


def test_draws_of_the_state_before_are_carried_over_until_all_are_simulated() -> None:
    async def story(desk: Desk) -> None:
        whole, first = LEVELS[-1], LEVELS[0]
        assert await step(desk, 0, state(0.002)) == (first, first)  # from nowhere
        assert await step(desk, 0, state(0.003), "unknown") == (first, first)
        assert await step(desk, 0, state(0.004), state(0.002).hash) == (first, TWINS[0])
        await ask(desk, "a", FULL)
        before = state(0.002).hash, BASE.scenario.hash
        assert await step(desk, 0, state(0.005), *before) == (
            whole,
            TWINS[0],
        )  # the one of which more is held
        assert await step(desk, 1, state(0.005), *before) == (whole, LEVELS[1])
        refined = await desk.draws("a", BASE, state(0.005), POLICIES, FULL, before=before)
        assert (refined.simulated, refined.errors) == (whole, None)
        assert await step(desk, 0, state(0.005), *before) == (whole, whole)  # come back to

    at_desk(story, work=stand_ins.quick)


def test_nothing_is_carried_over_from_another_mix_of_the_same_name() -> None:
    base = Base.of("ukraine-2022", load("ukraine-2022"))
    offers = [programme.name for programme in base.scenario.offers][:2]

    def mix(*programmes: str, share: float = 0.5) -> Scenario:
        asked = {"programmes": list(programmes), "changes": {"losses.kill_share": share}}
        return base.changed(base.state(asked))

    async def story(desk: Desk) -> None:
        seen = (base.scenario.policies[0].name, OWN_POLICY)

        async def come(scenario: Scenario, level: int, *before: str) -> int:
            return (await desk.draws("a", base, scenario, seen, level, before=before)).simulated

        before = mix(offers[0])
        assert await come(before, FULL) == LEVELS[-1]
        assert await come(mix(offers[0], share=0.4), 0, before.hash) == TWINS[0]
        assert await come(mix(offers[1]), 0, before.hash) == LEVELS[0]
        assert await come(mix(*offers), 1, before.hash) == LEVELS[1]

    at_desk(story, work=stand_ins.quick)


def test_what_is_refined_does_not_hang_on_the_way_to_it() -> None:
    async def story(desk: Desk) -> None:
        await ask(desk, "a", FULL)
        for level in (0, 1):
            await step(desk, level, state(0.004), BASE.scenario.hash)
        carried = await desk.draws("a", BASE, state(0.004), POLICIES, FULL, before=[BASE.scenario.hash])
        plain = await desk.draws("b", BASE, state(0.005), POLICIES, FULL)
        np.testing.assert_array_equal(carried.batch.outcomes, plain.batch.outcomes)

    at_desk(story, work=stand_ins.quick)


def test_on_a_long_way_the_next_picture_comes_from_the_nearest_state_that_was_refined_a_little() -> None:
    async def story(desk: Desk) -> None:
        await ask(desk, "a", FULL)
        near, refined = state(0.004), BASE.scenario.hash
        before = await desk.draws("a", BASE, near, POLICIES, 1, before=[refined])
        assert (before.simulated, len(before.batch.outcomes)) == (LEVELS[1], LEVELS[-1])
        after = await desk.draws("a", BASE, state(0.0041), POLICIES, 0, before=[refined, near.hash])
        assert after.simulated == TWINS[0]
        assert len(after.batch.outcomes) == LEVELS[-1]
        deeper = await desk.draws("a", BASE, state(0.0041), POLICIES, 2, before=[near.hash, refined])
        assert (deeper.simulated, len(deeper.batch.outcomes)) == (LEVELS[2], LEVELS[-1])

    at_desk(story, work=stand_ins.quick)


def test_from_too_far_away_nothing_is_carried_over() -> None:
    async def story(desk: Desk) -> None:
        await ask(desk, "a", FULL)
        far = await step(desk, 0, state(0.004), BASE.scenario.hash)
        assert far == (LEVELS[0], LEVELS[0])

    at_desk(story, work=stand_ins.far_where_changed)


def test_hands_that_rest_do_not_starve_the_refinement_of_another_page() -> None:
    async def story(desk: Desk) -> None:
        refining = asyncio.ensure_future(ask(desk, "r", 1, state(0.01)))
        await asyncio.sleep(0.05)
        rest = 0
        while not refining.done():
            for page in range(4):
                rest += 1
                if f"p{page}" not in desk._ahead:
                    desk.ahead(f"p{page}", BASE, [hand(0.02 + 1e-5 * rest)])
            await asyncio.sleep(0.01)
        assert len((await refining).outcomes) == LEVELS[1]

    # 8 draws and 28 batches in a tenth of a second each on two workers, every fourth batch theirs: some seven seconds.
    at_desk(story, work=stand_ins.slow)


def test_what_was_made_ahead_is_not_made_again() -> None:
    async def story(desk: Desk) -> None:
        desk.ahead("a", BASE, [hand(0.002), hand(0.003)])
        while desk._ahead:
            await asyncio.sleep(0.02)
        begun = next(desk._order)
        assert begun == 2 * FIRST
        for hazard in (0.002, 0.003):
            assert len((await ask(desk, "a", 0, state(hazard))).outcomes) == LEVELS[0]
        assert next(desk._order) == begun + 1  # no further batch

    at_desk(story, work=stand_ins.quick)


def test_a_wish_for_what_is_being_made_ahead_takes_it_over() -> None:
    async def story(desk: Desk) -> None:
        desk.ahead("a", BASE, [hand(0.002), hand(0.003)])
        while not any(kept.batches for kept in desk._kept.values()):
            await asyncio.sleep(0.01)
        (kept,) = desk._kept.values()
        before = next(iter(kept.batches.items()))
        assert len((await ask(desk, "a", 0, state(0.002))).outcomes) == LEVELS[0]
        assert kept.batches[before[0]] is before[1]  # what was done is not done again
        await asyncio.sleep(0.0)
        assert not desk._ahead  # the hand went there: the second state is given up
        assert len(desk._kept) == 1
        assert len((await ask(desk, "a", 0, state(0.003))).outcomes) == LEVELS[0]

    at_desk(story, work=stand_ins.slow)


def test_a_hand_that_goes_elsewhere_does_not_wait_for_what_is_made_ahead() -> None:
    async def story(desk: Desk) -> None:
        desk.ahead("a", BASE, [hand(0.002), hand(0.003)])
        await asyncio.sleep(0.5)  # both workers are at it, and end only when they are told to
        began = time.perf_counter()
        assert len((await ask(desk, "a", 0)).outcomes) == LEVELS[0]
        assert time.perf_counter() - began < 5.0
        assert not desk._ahead
        assert not desk.notice

    at_desk(story, work=stand_ins.changed_until_stopped)


def test_first_pictures_come_before_what_is_made_ahead_and_that_before_refinements() -> None:
    async def story(desk: Desk) -> None:
        refining = asyncio.ensure_future(ask(desk, "r", FULL, state(0.01)))
        await asyncio.sleep(0.05)
        desk.ahead("a", BASE, [hand(0.002)])
        await ask(desk, "b", 0, state(0.004))
        assert desk._ahead
        while desk._ahead:
            await asyncio.sleep(0.02)
        assert not refining.done()
        refining.cancel()

    at_desk(story, work=stand_ins.slow)


def test_a_state_that_cannot_be_is_passed_over_ahead() -> None:
    both = {"route.leave.caught_probability": 0.8, "route.leave.killed_probability": 0.8}
    squad = Base.of("one-squad", load("one-squad"))
    impossible = State(squad.policies[0], None, (), (), tuple((path, value) for path, value in both.items()))

    async def story(desk: Desk) -> None:
        with pytest.raises(InputError):
            squad.changed(impossible)
        desk.ahead("a", squad, [impossible, squad.state({})])
        while desk._ahead:
            await asyncio.sleep(0.02)
        assert next(desk._order) == FIRST

    at_desk(story, work=stand_ins.quick)


def test_a_worker_that_dies_is_replaced_and_its_batch_done_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OFFRAMP_TEST_MARK", str(tmp_path / "died"))

    async def story(desk: Desk) -> None:
        batch = await ask(desk, "a", 0)
        np.testing.assert_array_equal(batch.outcomes[:, 0, 0], np.arange(LEVELS[0]))
        assert "another has taken its place" in desk.notice

    at_desk(story, work=stand_ins.dying_once)


def test_a_batch_that_kills_every_worker_is_given_up_with_a_sentence() -> None:
    async def story(desk: Desk) -> None:
        with pytest.raises(OfframpError, match="Run in full"):
            await ask(desk, "a", 0)

    at_desk(story, work=stand_ins.dying)


def test_a_worker_that_hangs_is_stopped() -> None:
    async def story(desk: Desk) -> None:
        before = set(desk.workers())
        with pytest.raises(OfframpError, match="took more than"):
            await ask(desk, "a", 0)
        assert not before & set(desk.workers())

    at_desk(story, work=stand_ins.hanging, seconds_most=1.0)


def test_too_many_pages_are_told_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WAITING_MOST", 3)

    async def story(desk: Desk) -> None:
        waiting = [asyncio.ensure_future(ask(desk, f"p{i}", FULL)) for i in range(3)]
        await asyncio.sleep(0.05)
        with pytest.raises(Busy):
            await ask(desk, "one more", 0)
        for each in waiting:
            each.cancel()

    at_desk(story, work=stand_ins.slow)


def test_what_is_kept_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    size = sum(x.nbytes for x in (np.zeros((LEVELS[0], 1, 1)), np.zeros((LEVELS[0], 1, 1, 2), np.float32)))
    monkeypatch.setattr(module, "MEMORY_MOST", 5 * size)

    async def story(desk: Desk) -> None:
        for i in range(40):
            await ask(desk, "a", 0, state(0.001 * (i + 2)))
        assert len(desk._kept) == 5

    at_desk(story, work=stand_ins.quick)
