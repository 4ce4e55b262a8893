"""Who is served next: the latest wish of every page, first pictures before all else, workers off the loop.

Every page has at most one wish; a newer one takes its place and what was still waiting for the older one is
dropped. Draws are handed out in small batches, so that a first picture never waits for longer than one.
Workers are processes: one that dies or hangs is replaced, and its batch is done again once. Every batch
has a flag in memory that is shared with the workers; it goes up when nobody waits for the batch any more, and
the engine gives up at once, so that a new key never waits for the picture of an older one.

While a hand rests on a slider, the first pictures of the two states that its next key leads to are made ahead, after
all first pictures that are asked for and before any refinement. A batch that several wait for is done once.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import multiprocessing
import os
import signal
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from offramp.ensemble.options import cores
from offramp.errors import OfframpError
from offramp.scenario.tables import Scenario
from offramp.show.explorer.base import SEED, Base
from offramp.show.explorer.batch import Batch, Task, joined, packed, simulate, warm
from offramp.show.explorer.changes import State

if TYPE_CHECKING:
    from offramp.engine.inputs import Flag

SOLDIERS: Final = 20_000
"""Simulated soldiers of a draw, half of those of `offramp run`. Measured on `ukraine-2022`, 200 draws each: errors of
means in the force grow by up to a tenth, of emigrants by half, where one simulated person stands for thousands. With
5,000 soldiers the offer of cash and citizenship takes in a tenth less than with 40,000, with 20,000 3 % less."""

LEVELS: Final = (8, 64, 200)
"""Draws of the first picture, and of its refinements; the last are as many as in the default run."""

BATCH: Final = 2
BATCH_SECONDS_MOST: Final = 30.0
WAITING_MOST: Final = 64
"""Pages that may wait at once; more are told to come back."""

MEMORY_MOST: Final = 32 * 2**20
"""Bytes of simulated draws that are kept for states that a page may come back to."""

KEPT_MOST: Final = 400
"""States of which anything is kept."""

AHEAD: Final = 1
"""Rank of what is made ahead; a first picture has 0, the refinements come behind."""

Key = tuple[Any, ...]
"""A state: its scenario and the policies in view."""


class Superseded(OfframpError):
    """The page has asked for something newer."""


class Busy(OfframpError):
    """Too many pages wait."""


@dataclass
class _Kept:
    """Batches of one state, and how many draws they hold from the first on."""

    batches: dict[int, Batch] = field(default_factory=dict[int, Batch])

    @property
    def size(self) -> int:
        return sum(batch.nbytes for batch in self.batches.values())


@dataclass(order=True)
class _Wish:
    """One batch that somebody waits for."""

    rank: tuple[int, int]
    task: Task = field(compare=False)
    done: asyncio.Future[Batch] = field(compare=False)
    holders: int = field(default=0, compare=False)
    """How many wait for it; without any it is dropped."""
    tried: int = field(default=0, compare=False)
    flag: int | None = field(default=None, compare=False)
    """Place of its flag while a worker has it."""


class Desk:
    """Takes wishes on the server's loop and has them worked off by processes."""

    def __init__(
        self,
        workers: int | None = None,
        *,
        seconds_most: float = BATCH_SECONDS_MOST,
        work: Callable[[Task, Flag], Batch] = simulate,
        begin: Callable[[Scenario], None] = warm,
    ) -> None:
        """workers: processes, all processors when None. seconds_most: what a batch may take. work, begin: what
        a worker does with a batch until its flag is up, and first of all."""
        self._size = workers or cores()
        self._seconds_most = seconds_most
        self._work = work
        self._begin = begin
        self._context = multiprocessing.get_context("spawn")
        self._flags = self._context.RawArray("B", self._size)
        self._free = list(range(len(self._flags)))
        self._pool = self._new_pool()
        self._queue: list[_Wish] = []
        self._open: dict[tuple[Key, int], _Wish] = {}
        self._order = itertools.count()
        self._latest: dict[str, asyncio.Task[Any]] = {}
        self._ahead: dict[str, asyncio.Task[None]] = {}
        self._kept: OrderedDict[Key, _Kept] = OrderedDict()
        self._serials: OrderedDict[str, int] = OrderedDict()
        self._following: set[asyncio.Task[None]] = set()
        self.ready = asyncio.Event()
        self.notice = ""

    async def prepare(self, scenario: Scenario) -> None:
        """Compile, or load what was compiled, in one worker first: two would compile the same twice."""
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(self._pool, self._begin, scenario)
            self.ready.set()
            # The others load from the cache that the first has written.
            await asyncio.gather(
                *(loop.run_in_executor(self._pool, self._begin, scenario) for _ in range(self._size))
            )
        except BrokenProcessPool:
            self.notice = "A worker ended while it prepared the model; another has taken its place."
            self._replace_pool(self._pool)
        finally:
            # A scenario that cannot be simulated says so when its first picture is asked for.
            self.ready.set()

    def workers(self) -> list[int]:
        """Process ids of the workers."""
        return [process.pid for process in _processes(self._pool) if process.pid is not None]

    async def draws(
        self,
        page: str,
        base: Base,
        scenario: Scenario,
        policies: tuple[str, ...],
        level: int,
        serial: int | None = None,
    ) -> Batch:
        """The draws of a level of refinement. Raises Superseded when the page meanwhile wants something else.

        page: who asks; only its newest wish is worked on. serial: the number of the wish, rising; requests may
        overtake each other on their way, and an older one must not push a newer one out. None: as it comes.
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
        before = self._latest.get(page)
        if before is not None:
            before.cancel()
        ahead = self._ahead.get(page) if level == 0 else None
        rank = level if level == 0 else AHEAD + level
        work = asyncio.ensure_future(self._draws(base, scenario, policies, level, rank, ahead))
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

    def ahead(self, page: str, base: Base, states: Sequence[State]) -> None:
        """Begin with the first pictures of states that the page may ask for next, in place of those begun before for it.

        A state that cannot be simulated is passed over: it is refused when it is asked for.
        """
        before = self._ahead.pop(page, None)
        if before is not None:
            before.cancel()
        elif len(self._ahead) >= WAITING_MOST:
            return
        work = self._ahead[page] = asyncio.ensure_future(self._work_ahead(base, states))
        work.add_done_callback(lambda _: self._ahead.get(page) is work and self._ahead.pop(page))

    async def _work_ahead(self, base: Base, states: Sequence[State]) -> None:
        for state in states:
            with suppress(OfframpError):
                scenario = await asyncio.to_thread(base.changed, state)
                await self._draws(base, scenario, in_view(scenario, state), 0, AHEAD)

    async def _draws(
        self,
        base: Base,
        scenario: Scenario,
        policies: tuple[str, ...],
        level: int,
        rank: int,
        instead_of: asyncio.Task[None] | None = None,
    ) -> Batch:
        """See `draws`. instead_of: what is given up as soon as that of it which is wanted here is held."""
        await self.ready.wait()
        key = (base.key, scenario.hash, policies)
        kept = self._kept.setdefault(key, _Kept())
        self._kept.move_to_end(key)
        starts = range(0, LEVELS[level], BATCH)
        missing = [start for start in starts if start not in kept.batches]
        if missing:
            values = await asyncio.to_thread(base.values, scenario, 0, LEVELS[level])
            names, content = base.names(scenario), packed(scenario)
            wishes = [
                self._wish(
                    key,
                    rank,
                    Task(
                        content,
                        policies,
                        SOLDIERS,
                        SEED,
                        start,
                        names,
                        values[start : start + BATCH],
                        remembered=start < LEVELS[0],
                    ),
                )
                for start in missing
            ]
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
            return joined([*done, *(kept.batches[start] for start in starts if start not in missing)])
        return joined([kept.batches[start] for start in starts])

    def _wish(self, key: Key, rank: int, task: Task) -> _Wish:
        """The wish for a batch, one for all who wait for it, at the best of their ranks. Whoever gets it holds it."""
        wish = self._open.get((key, task.start))
        if wish is None or wish.done.done():
            wish = _Wish((rank, next(self._order)), task, asyncio.get_running_loop().create_future())
            self._open[key, task.start] = wish
            wish.done.add_done_callback(lambda _: self._close(key, wish))
            heapq.heappush(self._queue, wish)
        elif rank < wish.rank[0]:
            wish.rank = (rank, next(self._order))
            heapq.heapify(self._queue)
        wish.holders += 1
        self._pump()
        return wish

    def _close(self, key: Key, wish: _Wish) -> None:
        """Keep what came of a wish. Where nobody waits for it any more and a worker still has it, that need not go on."""
        if self._open.get((key, wish.task.start)) is wish:
            del self._open[key, wish.task.start]
        if wish.flag is not None:
            self._flags[wish.flag] = 1
        if key in self._kept and not wish.done.cancelled() and wish.done.exception() is None:
            self._kept[key].batches[wish.task.start] = wish.done.result()

    def _pump(self) -> None:
        while self._queue and self._free:
            wish = heapq.heappop(self._queue)
            if wish.done.done():
                continue
            wish.flag = flag = self._free.pop()
            self._flags[flag] = 0
            following = asyncio.ensure_future(self._follow(wish, flag))
            self._following.add(following)
            following.add_done_callback(self._following.discard)

    async def _follow(self, wish: _Wish, flag: int) -> None:
        """See one batch through; a worker that died or hangs is replaced and the batch is tried once more."""
        pool = self._pool
        try:
            future = asyncio.wrap_future(pool.submit(_do, self._work, wish.task, flag))
            batch = await asyncio.wait_for(future, self._seconds_most)
            if not wish.done.done():
                wish.done.set_result(batch)
        except (BrokenProcessPool, TimeoutError, RuntimeError) as error:
            slow = isinstance(error, TimeoutError)
            self._replace_pool(pool)
            self.notice = (
                f"A worker took more than {self._seconds_most:.0f} s for {BATCH} draws and was stopped."
                if slow
                else "A worker ended unexpectedly; another has taken its place."
            )
            wish.tried += 1
            if wish.done.done():
                pass
            elif slow or wish.tried > 1:
                wish.done.set_exception(OfframpError(f"{self.notice} Use “Run in full” for this scenario."))
            else:
                heapq.heappush(self._queue, wish)
        except Exception as error:
            if not wish.done.done():
                wish.done.set_exception(error)
        finally:
            wish.flag = None
            self._free.append(flag)
            self._pump()

    def _forget(self) -> None:
        """Drop the states longest not looked at, until what is kept fits."""
        size = sum(kept.size for kept in self._kept.values())
        while (size > MEMORY_MOST or len(self._kept) > KEPT_MOST) and len(self._kept) > 1:
            _, dropped = self._kept.popitem(last=False)
            size -= dropped.size

    def _new_pool(self) -> ProcessPoolExecutor:
        # Forking a process that runs threads can lock up; spawned workers start clean.
        return ProcessPoolExecutor(
            self._size, mp_context=self._context, initializer=_begin, initargs=(self._flags,)
        )

    def _replace_pool(self, broken: ProcessPoolExecutor) -> None:
        """Another pool in place of a broken or hanging one; whoever comes second finds it replaced."""
        if self._pool is not broken:
            return
        self._pool = self._new_pool()
        _end(broken)

    def close(self) -> None:
        """End the workers."""
        for task in (*self._following, *self._ahead.values()):
            task.cancel()
        _end(self._pool)


def in_view(scenario: Scenario, state: State) -> tuple[str, ...]:
    """Policies of which a page shows lines: the reference, and the one it looks at."""
    return tuple(dict.fromkeys((scenario.policies[0].name, state.shown)))


def _processes(pool: ProcessPoolExecutor) -> list[Any]:
    return list((pool._processes or {}).values())  # pyright: ignore[reportPrivateUsage]


def _end(pool: ProcessPoolExecutor) -> None:
    processes = _processes(pool)
    pool.shutdown(wait=False, cancel_futures=True)
    for process in processes:
        process.terminate()


class _Worker:
    """What a worker process knows from its start."""

    flags: Flag


def _do(work: Callable[[Task, Flag], Batch], task: Task, flag: int) -> Batch:
    """One batch in a worker, until its flag is up."""
    return work(task, _Worker.flags[flag : flag + 1])


def _begin(flags: Any) -> None:
    """A worker leaves Ctrl-C to its parent, and ends with it. flags: memory shared with the parent."""
    _Worker.flags = np.frombuffer(flags, np.uint8)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
