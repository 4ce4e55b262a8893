"""Who is served next: the latest wish of every page, first pictures before all else, workers off the loop.

Every page has at most one wish; a newer one takes its place and what was still waiting for the older one is
dropped. Draws are handed out in small batches, so that a first picture never waits for longer than one, and a batch
goes to the worker that had these draws before, if it is free: it remembers their worlds. A worker that is lost is
replaced, and its batch is done again once; one whose work nobody waits for any more is told so, so that a new key
never waits for the picture of an older one.

While a hand rests on a slider, the first pictures of the two states that its next key leads to are made ahead, after
all first pictures that are asked for and before any refinement. A batch that several wait for is done once.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from offramp.ensemble.options import cores
from offramp.errors import OfframpError
from offramp.scenario.tables import Policy, Scenario
from offramp.show.explorer.base import SEED, Base
from offramp.show.explorer.batch import Batch, Task, packed
from offramp.show.explorer.carried import TWINS, UNSURE, Sample, carried, typical
from offramp.show.explorer.changes import State
from offramp.show.explorer.frames import HEADLINES
from offramp.show.explorer.kept import LEVELS, STARTS, Kept
from offramp.show.explorer.workers import Lost, Workers

SOLDIERS: Final = 20_000
"""Simulated soldiers of a draw, half of those of `offramp run`. Measured on `ukraine-2022`, 200 draws each: errors of
means in the force grow by up to a tenth, of emigrants by half, where one simulated person stands for thousands. With
5,000 soldiers the offer of cash and citizenship takes in a tenth less than with 40,000, with 20,000 3 % less."""

WAITING_MOST: Final = 64
"""Pages that may wait at once; more are told to come back."""

MEMORY_MOST: Final = 96 * 2**20
"""Bytes of simulated draws that are kept for states that a page may come back to."""

KEPT_MOST: Final = 400
"""States of which anything is kept."""

AHEAD_MOST: Final = 16
"""Pages for which work is done ahead at once; others get their pictures when they ask."""

AHEAD: Final = 1
"""Rank of what is made ahead; a first picture has 0, the refinements come behind."""

AHEAD_TURNS: Final = 3
"""Batches made ahead after which a refinement that waits has its turn: hands that rest on one page must not starve another."""

Key = tuple[Any, ...]
"""A state: open scenario, hash of what hands made of it, policies in view with all they use (mixes share a name)."""


class Superseded(OfframpError):
    """The page has asked for something newer."""


class Busy(OfframpError):
    """Too many pages wait."""


@dataclass
class _Wish:
    """One batch that somebody waits for."""

    rank: int
    order: int
    task: Task
    done: asyncio.Future[Batch]
    holders: int = 0
    """How many wait for it; without any it is dropped."""
    tried: int = 0
    worker: int | None = None
    """Who is at it."""


class Desk:
    """Takes wishes on the server's loop and has them worked off by processes."""

    def __init__(self, workers: int | None = None, **options: Any) -> None:
        """workers: processes, all processors when None. options: of `Workers`."""
        self._size = workers or cores()
        self._workers = Workers(self._size, **options)
        self._free = list(range(self._size))
        self._queue: list[_Wish] = []
        self._open: dict[tuple[Key, int], _Wish] = {}
        self._order = itertools.count()
        self._turns = 0
        self._latest: dict[str, asyncio.Task[Any]] = {}
        self._ahead: dict[str, asyncio.Task[None]] = {}
        self._kept: OrderedDict[Key, Kept] = OrderedDict()
        self._serials: OrderedDict[str, int] = OrderedDict()
        self._following: set[asyncio.Task[None]] = set()
        self.ready = asyncio.Event()
        self.notice = ""

    async def prepare(self, scenario: Scenario) -> None:
        """Have the workers load what they need."""
        try:
            await self._workers.prepare(scenario, self.ready.set)
        except Lost as lost:
            self.notice = str(lost)
        finally:
            # A scenario that cannot be simulated says so when its first picture is asked for.
            self.ready.set()

    def workers(self) -> list[int]:
        """Process ids of the workers."""
        return self._workers.ids()

    async def draws(
        self,
        page: str,
        base: Base,
        scenario: Scenario,
        policies: tuple[str, ...],
        level: int,
        serial: int | None = None,
        before: Sequence[str] = (),
    ) -> Sample:
        """The draws of a level of refinement. Raises Superseded when the page meanwhile wants something else.

        page: who asks; only its newest wish is worked on. serial: the number of the wish, rising; requests may
        overtake each other on their way, and an older one must not push a newer one out. None: as it comes.
        before: hashes of states that the page comes from; what is held of them may be carried over, except at the last level.
        """
        if page not in self._latest and len(self._latest) >= WAITING_MOST:
            raise Busy("Too many pages are waiting for this server. Close some, or try again in a moment.")
        if serial is not None:
            if serial < self._serials.get(page, serial):
                raise Superseded("The page has asked for something newer.")
            self._serials[page] = serial
            self._serials.move_to_end(page)
            if len(self._serials) > KEPT_MOST:
                self._serials.popitem(last=False)
        older = self._latest.get(page)
        if older is not None:
            older.cancel()
        ahead = self._ahead.get(page) if level == 0 else None
        rank = level if level == 0 else AHEAD + level
        work = asyncio.ensure_future(self._draws(base, scenario, policies, level, rank, before, ahead))
        self._latest[page] = work
        try:
            return await work
        except asyncio.CancelledError:
            if self._latest.get(page) is not work:
                raise Superseded("The page has asked for something newer.") from None
            work.cancel()
            raise
        finally:
            if self._latest.get(page) is work:
                del self._latest[page]

    def ahead(self, page: str, base: Base, states: Sequence[State], before: Sequence[str] = ()) -> None:
        """Begin with the first pictures of states that the page may ask for next, in place of those begun before for it.

        A state that cannot be simulated is passed over: it is refused when it is asked for. before: see `draws`.
        """
        older = self._ahead.pop(page, None)
        if older is not None:
            older.cancel()
        elif len(self._ahead) >= AHEAD_MOST:
            return
        work = self._ahead[page] = asyncio.ensure_future(self._work_ahead(base, states, before))
        work.add_done_callback(lambda _: self._ahead.get(page) is work and self._ahead.pop(page))

    async def _work_ahead(self, base: Base, states: Sequence[State], before: Sequence[str]) -> None:
        for state in states:
            with suppress(OfframpError):
                scenario = await asyncio.to_thread(base.changed, state)
                await self._draws(base, scenario, in_view(scenario, state), 0, AHEAD, before)

    async def _draws(
        self,
        base: Base,
        scenario: Scenario,
        policies: tuple[str, ...],
        level: int,
        rank: int,
        before: Sequence[str],
        instead_of: asyncio.Task[None] | None = None,
    ) -> Sample:
        """See `draws`. instead_of: what is given up as soon as that of it which is wanted here is held."""
        await self.ready.wait()
        seen = tuple(scenario.policy(name) for name in policies)
        key = (base.key, scenario.hash, seen)
        held = self._held(key).held
        wanted = max(LEVELS[level], held)
        for few in (max(held, twins) for twins in (TWINS if level == 0 else (wanted,))):
            for other, apart in self._from(base, scenario, seen, before, few):
                first = few < LEVELS[0]
                at = sorted(typical(other.batch, HEADLINES, LEVELS[0])[:few]) if first else range(few)
                twins = await self._simulated(key, base, scenario, at, rank, instead_of)
                least = wanted if level else UNSURE
                found = await asyncio.to_thread(carried, other, twins, at, HEADLINES, least, apart)
                if found is not None:
                    kept = self._held(key)
                    kept.carried = found if kept.whole is None and not first else kept.carried
                    return found
        batch = await self._simulated(key, base, scenario, range(wanted), rank, instead_of)
        return Sample(batch, wanted)

    def _from(
        self, base: Base, scenario: Scenario, seen: tuple[Policy, ...], before: Sequence[str], few: int
    ) -> list[tuple[Sample, float]]:
        """What may be carried over of the states that a page comes from, and how far each is: the most draws first, then the
        nearest."""
        places = {one: (base.key, one, seen) for one in before if (base.key, one, seen) in self._kept}
        known = [
            (self._held(place).base(few), base.apart(one, scenario.hash)) for one, place in places.items()
        ]
        found = [(sample, apart) for sample, apart in known if sample is not None]
        return sorted(found, key=lambda each: (-len(each[0].batch.outcomes), each[1]))

    def _held(self, key: Key) -> Kept:
        """What is kept of a state, which is looked at now."""
        kept = self._kept.setdefault(key, Kept())
        self._kept.move_to_end(key)
        return kept

    async def _simulated(
        self,
        key: Key,
        base: Base,
        scenario: Scenario,
        draws: Sequence[int],
        rank: int,
        instead_of: asyncio.Task[None] | None,
    ) -> Batch:
        """These draws of a state, see `Kept.of`; what is held of them is not made again. instead_of: see `_draws`."""
        kept = self._held(key)
        missing = kept.missing(draws)
        if not missing:
            return kept.of(draws)
        values = await asyncio.to_thread(base.values, scenario, 0, max(draws) + 1)
        names, content = base.names(scenario), packed(scenario)
        policies = tuple(policy.name for policy in key[-1])
        ends = dict(zip(STARTS, (*STARTS[1:], LEVELS[-1]), strict=True))
        wishes = [
            self._wish(
                key,
                rank,
                Task(
                    content, policies, SOLDIERS, SEED, start, names, values[start : ends[start]],
                    remembered=start < LEVELS[0],
                ),
            )
            for start in missing
        ]  # fmt: skip
        if instead_of is not None:
            instead_of.cancel()
        try:
            done = await asyncio.gather(*(asyncio.shield(wish.done) for wish in wishes))
        finally:
            for wish in wishes:
                wish.holders -= 1
                if not wish.holders:
                    wish.done.cancel()
            self._forget()
        # They are kept from now on, unless what is kept was full meanwhile.
        kept.batches.update({batch.start: batch for batch in done} if kept.whole is None else {})
        return kept.of(draws)

    def _wish(self, key: Key, rank: int, task: Task) -> _Wish:
        """The wish for a batch, one for all who wait for it, at the best of their ranks. Whoever gets it holds it."""
        wish = self._open.get((key, task.start))
        if wish is None or wish.done.done():
            wish = _Wish(rank, next(self._order), task, asyncio.get_running_loop().create_future())
            self._open[key, task.start] = wish
            wish.done.add_done_callback(lambda _: self._close(key, wish))
            self._queue.append(wish)
        wish.rank = min(rank, wish.rank)
        wish.holders += 1
        self._pump()
        return wish

    def _close(self, key: Key, wish: _Wish) -> None:
        """Keep what came of a wish. Where nobody waits for it any more and a worker still has it, that need not go on."""
        if self._open.get((key, wish.task.start)) is wish:
            del self._open[key, wish.task.start]
        if wish.worker is not None:
            self._workers.give_up(wish.worker)
        kept = self._kept.get(key)
        if (
            kept is not None
            and kept.whole is None
            and not wish.done.cancelled()
            and wish.done.exception() is None
        ):
            kept.batches[wish.task.start] = wish.done.result()

    def _pump(self) -> None:
        self._queue = [wish for wish in self._queue if not wish.done.done()]
        while self._queue and self._free:
            wish = min(self._queue, key=lambda one: (one.rank, self._home(one) not in self._free, one.order))
            if wish.rank == AHEAD:
                waiting = [one for one in self._queue if one.rank > AHEAD]
                self._turns = self._turns + 1 if waiting else 0
                if self._turns > AHEAD_TURNS:
                    wish, self._turns = min(waiting, key=lambda one: one.order), 0
            self._queue.remove(wish)
            home = self._home(wish)
            wish.worker = home if home in self._free else self._free[0]
            self._free.remove(wish.worker)
            following = asyncio.ensure_future(self._follow(wish, wish.worker))
            self._following.add(following)
            following.add_done_callback(self._following.discard)

    def _home(self, wish: _Wish) -> int:
        """The worker that has done the same draws of other states."""
        return STARTS.index(wish.task.start) % self._size

    async def _follow(self, wish: _Wish, worker: int) -> None:
        """See one batch through."""
        try:
            if wish.done.done():  # given up before it began
                return
            batch = await self._workers.do(worker, wish.task)
            if not wish.done.done():
                wish.done.set_result(batch)
        except Lost as lost:
            self.notice = str(lost)
            wish.tried += 1
            if wish.tried > 1:
                if not wish.done.done():
                    wish.done.set_exception(OfframpError(f"{lost} Use “Run in full” for this scenario."))
            else:
                self._queue.append(wish)
        except Exception as error:
            if not wish.done.done():
                wish.done.set_exception(error)
        finally:
            wish.worker = None
            self._free.append(worker)
            self._pump()

    def _forget(self) -> None:
        """Drop the states longest not looked at, until what is kept fits."""
        size = sum(kept.size for kept in self._kept.values())
        # What was carried over goes first: it only makes pictures on the way surer.
        for kept in self._kept.values():
            if size > MEMORY_MOST and kept.carried is not None:
                size -= kept.carried.batch.nbytes
                kept.carried = None
        while (size > MEMORY_MOST or len(self._kept) > KEPT_MOST) and len(self._kept) > 1:
            _, dropped = self._kept.popitem(last=False)
            size -= dropped.size

    def close(self) -> None:
        """End the workers."""
        for task in (*self._following, *self._ahead.values()):
            task.cancel()
        self._workers.close()


def in_view(scenario: Scenario, state: State) -> tuple[str, ...]:
    """Policies of which a page shows lines: the reference, and the one it looks at."""
    return tuple(dict.fromkeys((scenario.policies[0].name, state.shown)))
