"""Bringing the missing draws of runs into their stores, by workers that may be stopped at any moment."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ALL_COMPLETED, FIRST_COMPLETED, BrokenExecutor, Future, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Final

from offramp.ensemble.chunks import Chunk
from offramp.ensemble.draws import Sampler
from offramp.ensemble.executors import Pool, open_pool
from offramp.ensemble.finish import Run
from offramp.ensemble.schedule import Portions, missing
from offramp.ensemble.store import NOTICES, Store
from offramp.ensemble.work import Done, Job, Model, Task
from offramp.errors import OfframpError

if TYPE_CHECKING:
    from collections.abc import Generator

Progress = Callable[[int, int, float | None], None]
"""Called with draws done, draws in all, and seconds left (None while unknown)."""

WAIT_SECONDS: Final = 0.2
GRACE_SECONDS: Final = 5.0
"""How long a draw may go on after Ctrl-C: as much work as a kill may lose."""


@dataclass
class Filling:
    """The missing draws of one store: which are still to be handed out, and which have come back."""

    store: Store
    run: Run
    sampler: Sampler
    job: Job
    model: Model
    chunk: int | None
    ended: Callable[[list[Chunk]], None]
    """What is to be done with the chunks once they cover all draws of the run."""
    new_draws: int = 0
    """Draws that were computed for this call."""
    over: bool = False
    """Whether `ended` has been called."""
    _found: int = 0
    _first_draws: list[float] = field(default_factory=list[float])
    _usual_draws: list[float] = field(default_factory=list[float])

    def __post_init__(self) -> None:
        options, labels = self.run.options, self.run.labels
        there = self.store.scan()
        if there and there[-1].header.stop > options.draws:
            self.store.note(
                f"{self.run.out} holds {there[-1].header.stop:,} draws; the results are those of the first "
                f"{options.draws:,}. The others are kept."
            )
        gaps = missing(there, options.draws, self.run.path_draws)
        self._found = options.draws - sum(gap.stop - gap.start for gap in gaps)
        self.portions = Portions(
            gaps,
            draws=options.draws,
            jobs=options.jobs,
            path_bytes=labels.shape.path_bytes(),
            # About forty outcomes a policy: only the order of magnitude matters.
            table_bytes=8 * (len(labels.inputs) + 40 * len(labels.policies)),
            chunk=self.chunk,
        )

    @property
    def kept(self) -> int:
        """Draws of the run that are on disk."""
        return self._found + self.new_draws

    @property
    def left(self) -> int:
        """Draws of the run that are not on disk."""
        return self.run.options.draws - self.kept

    def next(self) -> Task | None:
        """The next portion of what is missing, None when all are handed out."""
        portion = self.portions.next()
        if portion is None:
            return None
        with timed(self.run.seconds, "sampling"):
            return Task(portion.start, self.sampler.values(portion.start, portion.stop), portion.paths)

    def keep(self, done: Done) -> None:
        """Store a computed chunk."""
        if done.stop == done.start:
            return
        with timed(self.run.seconds, "store"):
            self.store.write(done.start, done.stop, done.content)
        self.new_draws += done.stop - done.start
        self.portions.learn(done.draw_seconds)
        if len(self._first_draws) < self.run.options.jobs:
            self._first_draws.append(done.draw_seconds[0])
        self._usual_draws += done.draw_seconds[1:] or done.draw_seconds
        del self._usual_draws[:-1000]
        seconds = self.run.seconds
        seconds["kernel"] = seconds.get("kernel", 0.0) + sum(done.draw_seconds)
        seconds["pack"] = seconds.get("pack", 0.0) + done.pack_seconds

    def end(self) -> None:
        """Hand the chunks over, which cover all draws of the run."""
        self.over = True
        self._note_compilation()
        valid = [each for each in self.store.scan() if each.header.start < self.run.options.draws]
        if missing(valid, self.run.options.draws, self.run.path_draws):
            raise OfframpError(
                f"Chunks in {self.store.chunks} were lost during the run. Give the same command again."
            )
        self.ended(valid)

    def _note_compilation(self) -> None:
        """The first draw of a process waits for the compiler, or for its cache: what it took beyond a usual
        draw.
        """
        if self._usual_draws:
            usual = median(self._usual_draws)
            waits = [max(0.0, first - usual) for first in self._first_draws]
            seconds = self.run.seconds
            seconds["compile"] = max(waits)
            seconds["kernel"] = max(0.0, seconds["kernel"] - sum(waits))


@dataclass
class Crew:
    """Workers that fill one store after the other: nobody waits for the last draw of one before he begins the next."""

    fillings: Sequence[Filling]
    progress: Progress | None
    meanwhile: Callable[[], None] | None = None
    """What is to be done while the workers are at their first draws."""
    running: bool = False
    """Whether threads were left at work."""
    _tasks: int = 0
    _warm: tuple[float, int] = (0.0, 0)

    @property
    def draws(self) -> int:
        """Draws of all runs."""
        return sum(each.run.options.draws for each in self.fillings)

    @property
    def kept(self) -> int:
        """Draws of all runs that are on disk."""
        return sum(each.kept for each in self.fillings)

    def fill(self) -> None:
        """Compute what is missing. Raises KeyboardInterrupt after Ctrl-C, with finished chunks stored."""
        first = self.fillings[0].run.options
        self._tell()
        if any(each.left for each in self.fillings):
            with open_pool(first.executor, first.jobs) as pool:
                self._work_off(pool, first.jobs)
        self._end()

    def _work_off(self, pool: Pool, jobs: int) -> None:
        pending: dict[Future[Done], Filling] = {}
        try:
            while True:
                # One task a worker until a draw has been timed, then one more each, so that none ever waits.
                room = jobs * (2 if self._tasks else 1)
                while len(pending) < room and (given := self._next()) is not None:
                    filling, task = given
                    pending[pool.submit(filling.model, filling.job, task)] = filling
                if not pending:
                    return
                if not self._tasks and self.meanwhile is not None:
                    self.meanwhile()
                self._end()
                for future in _wait(set(pending), return_when=FIRST_COMPLETED)[0]:
                    done = future.result()
                    self._keep(pending.pop(future), done)
        except BrokenExecutor as error:
            self._collect(pending, pool)
            raise OfframpError(
                f"A worker process ended unexpectedly (killed, or out of memory). {self.kept:,} of "
                f"{self.draws:,} draws are kept in {self.fillings[0].run.out}; "
                "the same command goes on from there. Fewer --jobs need less memory."
            ) from error
        except MemoryError as error:
            self._collect(pending, pool)
            raise OfframpError(
                f"The memory of the machine ran out. {self.kept:,} of {self.draws:,} draws are "
                f"kept in {self.fillings[0].run.out}. Fewer --soldiers or fewer --jobs need less."
            ) from error
        except KeyboardInterrupt:
            self._collect(pending, pool, GRACE_SECONDS)
            raise
        except BaseException:
            self._collect(pending, pool)
            raise

    def _next(self) -> tuple[Filling, Task] | None:
        tasks = ((each, task) for each in self.fillings if (task := each.next()) is not None)
        return next(tasks, None)

    def _end(self) -> None:
        """What is filled is handed over, while the workers are at the next."""
        for each in self.fillings:
            if not each.left and not each.over:
                each.end()

    def _keep(self, filling: Filling, done: Done) -> None:
        filling.keep(done)
        self._tasks += 1
        if self._tasks == self.fillings[0].run.options.jobs:
            self._warm = perf_counter(), self._runs_left()
        self._tell()

    def _runs_left(self) -> int:
        """Runs of the kernel that are still to be made: a draw has one for each policy."""
        return sum(each.left * len(each.run.labels.policies) for each in self.fillings)

    def _collect(
        self, pending: Mapping[Future[Done], Filling], pool: Pool, patience: float | None = None
    ) -> None:
        """After a stop: keep what ends within `patience` seconds (None: whatever it takes), drop the rest.

        Ctrl-C while waiting ends the patience.
        """
        pool.stop()
        running = {future: filling for future, filling in pending.items() if not future.cancel()}
        try:
            if patience is not None and _wait(set(running), 0.5)[1]:
                NOTICES.warning(
                    f"Stopping. Draws under way have {patience:g} s to end; Ctrl-C again leaves them at once."
                )
            _wait(set(running), patience)
        except KeyboardInterrupt:
            pass
        for future, filling in running.items():
            if future.done() and future.exception() is None:
                self._keep(filling, future.result())
        if not all(future.done() for future in running):
            self.running = pool.abandon()

    def _tell(self) -> None:
        """Report progress. The time left follows from the draws since each worker has done its first task:
        before that, workers wait for the compiler.
        """
        if self.progress is None:
            return
        left = self._runs_left()
        since = self._warm[1] - left
        seconds: float | None = None
        if left == 0:
            seconds = 0.0
        elif self._tasks > self.fillings[0].run.options.jobs and since > 0:
            seconds = (perf_counter() - self._warm[0]) / since * left
        self.progress(self.kept, self.draws, seconds)


def _wait(
    futures: set[Future[Done]], timeout: float | None = None, return_when: str = ALL_COMPLETED
) -> tuple[set[Future[Done]], set[Future[Done]]]:
    """`concurrent.futures.wait` that Ctrl-C ends: polars, once imported, lets a signal no longer end a wait, so none is long.

    Returns those that are done, and the others.
    """
    end = math.inf if timeout is None else perf_counter() + timeout
    while True:
        done, others = wait(futures, min(WAIT_SECONDS, max(0.0, end - perf_counter())), return_when)
        if not others or (done and return_when == FIRST_COMPLETED) or perf_counter() >= end:
            return done, others


@contextmanager
def timed(seconds: dict[str, float], stage: str) -> Generator[None]:
    began = perf_counter()
    try:
        yield
    finally:
        seconds[stage] = seconds.get(stage, 0.0) + perf_counter() - began
