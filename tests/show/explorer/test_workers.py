"""Workers that end or stop at the worst moments: nobody waits for them for ever, and none is left behind."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from offramp.show.explorer.batch import Task
from offramp.show.explorer.workers import Lost, TooSlow, Workers
from tests.show.explorer import stand_ins

TASK = Task(b"", ("reference",), 1, 1, 0, (), np.zeros((2, 0)))


def workers(work: Callable[..., object]) -> Workers:
    return Workers(1, work=work, begin=stand_ins.nothing, seconds_most=30.0)  # pyright: ignore[reportArgumentType]


def begun(at: Workers) -> int:
    """The process of the one worker, once it has done something."""
    (process,) = at.ids()
    return process


def gone(process: int) -> bool:
    """Whether a process ends within ten seconds; one that has ended and was not asked for yet has ended."""
    for _ in range(1_000):
        try:
            if Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except OSError:
            return True
        time.sleep(0.01)
    return False


def at_last(at: Workers) -> None:
    """Close, and see that nothing is waited for when the program ends."""
    threads = [pool._executor_manager_thread for pool in at._pools]
    at.close()
    for thread in threads:
        if thread is not None:
            thread.join(10.0)
            assert not thread.is_alive()


async def in_the_midst() -> None:
    """Until the first part of an answer has come and the rest has not."""
    while not any("_recv" in _names(frame) for frame in sys._current_frames().values()):
        await asyncio.sleep(0.0005)


def _names(frame: object) -> list[str]:
    found = []
    while frame is not None:
        found.append(frame.f_code.co_name)  # pyright: ignore[reportAttributeAccessIssue]
        frame = frame.f_back  # pyright: ignore[reportAttributeAccessIssue]
    return found


def test_a_worker_that_ends_in_the_midst_of_its_answer_is_missed_at_once() -> None:
    async def story(at: Workers) -> None:
        for _ in range(10):  # an answer that came whole after all is tried again
            doing = asyncio.ensure_future(at.do(0, TASK))
            await in_the_midst()
            os.kill(begun(at), signal.SIGKILL)
            began = time.monotonic()
            (found,) = await asyncio.gather(doing, return_exceptions=True)
            if isinstance(found, Lost):
                break
        assert type(found) is Lost  # not too slow
        assert time.monotonic() - began < 10.0

    at = workers(stand_ins.vast)
    asyncio.run(story(at))
    at_last(at)


def test_closing_in_the_midst_of_an_answer_ends() -> None:
    async def story(at: Workers) -> None:
        doing = asyncio.ensure_future(at.do(0, TASK))
        await in_the_midst()
        at_last(at)
        doing.cancel()

    asyncio.run(story(workers(stand_ins.vast)))


@pytest.mark.parametrize("busy", [False, True])
def test_a_worker_that_was_stopped_is_ended_with_the_others(busy: bool) -> None:
    async def story(at: Workers) -> None:
        await at.do(0, TASK)
        process = begun(at)
        os.kill(process, signal.SIGSTOP)
        doing = asyncio.ensure_future(at.do(0, TASK)) if busy else None
        await asyncio.sleep(0.1)
        at_last(at)
        assert gone(process)
        if doing is not None:
            doing.cancel()

    asyncio.run(story(workers(stand_ins.quick)))


def test_who_waits_for_a_stopped_worker_is_told_and_another_takes_its_place() -> None:
    async def story(at: Workers) -> None:
        await at.do(0, TASK)
        process = begun(at)
        os.kill(process, signal.SIGSTOP)
        with pytest.raises(TooSlow, match="took more than"):
            await at.do(0, TASK)
        assert gone(process)
        assert len((await at.do(0, TASK)).outcomes) == 2
        assert begun(at) != process

    at = Workers(1, work=stand_ins.quick, begin=stand_ins.nothing, seconds_most=2.0)
    asyncio.run(story(at))
    at_last(at)
