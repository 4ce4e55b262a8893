"""Processes that simulate: each by its number, so that a draw can go where its worlds are remembered.

One that dies or hangs is replaced. Each has a flag in memory that is shared with it; it goes up when nobody waits any
more for what it does, and the engine gives up at once.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from offramp.ensemble.executors import follow_parent
from offramp.errors import OfframpError
from offramp.scenario.tables import Scenario
from offramp.show.explorer.batch import Batch, Task, simulate, warm

if TYPE_CHECKING:
    from offramp.engine.inputs import Flag

SECONDS_MOST: Final = 10.0
"""What a task may take, two hundred times what it does for the shipped scenario: so long a page waits where a worker hangs."""
FRESH: Final = 3.0
"""How many times as long a process may take for its first task, for which it loads the model."""
LOOK_SECONDS: Final = 0.5
"""After which it is looked whether a worker is still there."""

Work = Callable[[Task, "Flag"], Batch]


class Lost(OfframpError):
    """A worker has ended in the midst of a task; another has taken its place."""


class TooSlow(Lost):
    """A worker has not ended a task in time."""


class Workers:
    """Processes 0, 1, ... size - 1."""

    def __init__(
        self,
        size: int,
        *,
        seconds_most: float = SECONDS_MOST,
        work: Work = simulate,
        begin: Callable[[Scenario], None] = warm,
    ) -> None:
        """seconds_most: what a task may take, see also `FRESH`. work, begin: what a worker does with a task until its flag is
        up, and first of all."""
        self._seconds_most = seconds_most
        self._work = work
        self._begin = begin
        # Forking a process that runs threads can lock up; spawned workers start clean.
        self._context = multiprocessing.get_context("spawn")
        self._flags = self._context.RawArray("B", size)
        self._pools = [self._new() for _ in range(size)]
        self._loaded: set[ProcessPoolExecutor] = set()

    async def prepare(self, scenario: Scenario, ready: Callable[[], None]) -> None:
        """Compile, or load what was compiled, in one worker first: two would compile the same twice.

        ready: called as soon as that one can work. Raises Lost.
        """
        loop = asyncio.get_running_loop()
        for some in (self._pools[:1], self._pools[1:]):
            done = (loop.run_in_executor(pool, self._begin, scenario) for pool in some)
            for found, pool in zip(await asyncio.gather(*done, return_exceptions=True), some, strict=True):
                if isinstance(found, BrokenProcessPool):
                    self._replace(self._pools.index(pool))
                    raise Lost("A worker ended while it prepared the model; another has taken its place.")
                if found is not None:
                    raise found
                self._loaded.add(pool)
            ready()

    async def do(self, worker: int, task: Task) -> Batch:
        """Have a worker do a task, its flag down. Raises Lost, TooSlow, and whatever the work raises."""
        self._flags[worker] = 0
        answer = asyncio.wrap_future(self._submit(worker, task))
        # Of one that was too slow nobody asks any more how it ended.
        answer.add_done_callback(lambda done: done.cancelled() or done.exception())
        pool = self._pools[worker]
        seconds = self._seconds_most * (1.0 if pool in self._loaded else FRESH)
        until = time.monotonic() + seconds
        try:
            while (left := until - time.monotonic()) > 0.0:
                done, _ = await asyncio.wait([answer], timeout=min(left, LOOK_SECONDS))
                if done:
                    self._loaded.add(pool)
                    return answer.result()
                if wait([process.sentinel for process in _processes(pool)], timeout=0.0):
                    _cut(pool)
        except BrokenProcessPool:
            self._replace(worker)
            raise Lost("A worker ended unexpectedly; another has taken its place.") from None
        self._replace(worker)
        raise TooSlow(
            f"A worker took more than {seconds:.0f} s for {len(task.values)} draws and was stopped."
        )

    def give_up(self, worker: int) -> None:
        """Whatever the worker does, nobody waits for it."""
        self._flags[worker] = 1

    def ids(self) -> list[int]:
        """Ids of the processes that have begun."""
        return [process.pid for pool in self._pools for process in _processes(pool)]

    def close(self) -> None:
        """End them."""
        for pool in self._pools:
            _end(pool)

    def _submit(self, worker: int, task: Task) -> Future[Batch]:
        try:
            return self._pools[worker].submit(_do, self._work, task, worker)
        except BrokenProcessPool:  # it ended while it had nothing to do, which is no fault of the task's
            self._replace(worker)
            return self._pools[worker].submit(_do, self._work, task, worker)

    def _replace(self, worker: int) -> None:
        self._loaded.discard(self._pools[worker])
        _end(self._pools[worker])
        self._pools[worker] = self._new()

    def _new(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(1, self._context, _start, (self._flags,))


def _processes(pool: ProcessPoolExecutor) -> list[Any]:
    return list((pool._processes or {}).values())  # pyright: ignore[reportPrivateUsage]


def _cut(pool: ProcessPoolExecutor) -> None:
    """End the wait for the rest of an answer whose sender is gone: as long as this process holds the sending end of the pipe
    too, the reader that the pool has for it would wait for ever."""
    queue: Any = pool._result_queue  # pyright: ignore[reportPrivateUsage]
    if queue is not None:
        queue._writer.close()


def _end(pool: ProcessPoolExecutor) -> None:
    for process in _processes(pool):
        process.kill()  # one that is stopped heeds nothing less
    _cut(pool)
    pool.shutdown(wait=False, cancel_futures=True)


class _Worker:
    """What a worker process knows from its start."""

    flags: Flag


def _do(work: Work, task: Task, flag: int) -> Batch:
    """One task in a worker, until its flag is up."""
    return work(task, _Worker.flags[flag : flag + 1])


def _start(flags: Any) -> None:
    """flags: memory shared with the parent."""
    _Worker.flags = np.frombuffer(flags, np.uint8)
    follow_parent()
