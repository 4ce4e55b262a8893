"""Bringing the missing draws of a run into its store, by workers that may be stopped at any moment."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from concurrent.futures import ALL_COMPLETED, FIRST_COMPLETED, BrokenExecutor, Future, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Final

from offramp.ensemble.chunks import Chunk
from offramp.ensemble.draws import Sampler
from offramp.ensemble.executors import Pool, open_pool
from offramp.ensemble.finish import Run
from offramp.ensemble.results import Results
from offramp.ensemble.schedule import Gap, Portions, missing
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


class Stages:
    """Progress over several fillings as one: draws of all of them, and the time that all have left."""

    def __init__(self, progress: Progress | None, sizes: Sequence[tuple[int, int]]) -> None:
        """sizes: draws of each stage, and runs of the kernel in one of its draws."""
        self._progress = progress
        self._sizes = sizes
        self._run_seconds: float | None = None
        self.draws = sum(draws for draws, _ in sizes)
        """Draws of all stages."""

    def progress(self, stage: int) -> Progress | None:
        """What the filling of one stage is to call."""
        if self._progress is None:
            return None
        tell, runs = self._progress, self._sizes[stage][1]
        before = sum(draws for draws, _ in self._sizes[:stage])
        after = sum(draws * each for draws, each in self._sizes[stage + 1 :])

        def report(done: int, draws: int, seconds: float | None) -> None:
            if seconds:
                self._run_seconds = seconds / ((draws - done) * runs)
            left = seconds
            if after and seconds is not None:
                left = None if self._run_seconds is None else seconds + after * self._run_seconds
            tell(before + done, self.draws, left)

        return report


@dataclass
class Filling:
    """Bringing the missing draws into the store."""

    store: Store
    run: Run
    sampler: Sampler
    progress: Progress | None
    chunk: int | None
    new_draws: int = 0
    """Draws that were computed for this call."""
    running: bool = False
    """Whether threads were left at work."""
    _found: int = 0
    _tasks: int = 0
    _warm_at: float = 0.0
    _warm_draws: int = 0
    _first_draws: list[float] = field(default_factory=list[float])
    _usual_draws: list[float] = field(default_factory=list[float])

    def chunks(self) -> list[Chunk]:
        """Chunks of the run, which must cover all its draws."""
        valid = [each for each in self.store.scan() if each.header.start < self.run.options.draws]
        if missing(valid, self.run.options.draws, self.run.path_draws):
            raise OfframpError(
                f"Chunks in {self.store.chunks} were lost during the run. Give the same command again."
            )
        return valid

    def kept(self) -> int:
        """Draws of the run that are on disk."""
        return self._found + self.new_draws

    def fill(self, job: Job, model: Model) -> None:
        """Compute what is missing. Raises KeyboardInterrupt after Ctrl-C, with finished chunks stored."""
        options, labels = self.run.options, self.run.labels
        there = self.store.scan()
        if there and there[-1].header.stop > options.draws:
            self.store.note(
                f"{self.run.out} holds {there[-1].header.stop:,} draws; the results are those of the first "
                f"{options.draws:,}. The others are kept."
            )
        gaps = missing(there, options.draws, self.run.path_draws)
        self._found = options.draws - sum(gap.stop - gap.start for gap in gaps)
        portions = Portions(
            gaps,
            draws=options.draws,
            jobs=options.jobs,
            path_bytes=labels.shape.path_bytes(),
            # About forty outcomes a policy: only the order of magnitude matters.
            table_bytes=8 * (len(labels.inputs) + 40 * len(labels.policies)),
            chunk=self.chunk,
        )
        self._tell()
        if gaps:
            with open_pool(options.executor, options.jobs, job, model) as pool:
                self._work_off(portions, pool)
        self._note_compilation()

    def _work_off(self, portions: Portions, pool: Pool) -> None:
        pending: set[Future[Done]] = set()
        ready: set[Future[Done]] = set()
        try:
            while True:
                # One task a worker until a draw has been timed, then one more each, so that none ever waits.
                room = self.run.options.jobs * (2 if portions.measured else 1)
                while len(pending) < room and (portion := portions.next()) is not None:
                    pending.add(pool.submit(self._task(portion)))
                if not pending:
                    return
                if not self._tasks:
                    # Half a second of imports, while the workers are at their first draws.
                    for name in Results.report_modules:
                        import_module(name)
                ready, pending = _wait(pending, return_when=FIRST_COMPLETED)
                while ready:
                    done = ready.pop().result()
                    self._keep(done)
                    portions.learn(done.draw_seconds)
        except BrokenExecutor as error:
            self._collect(pending | ready, pool)
            raise OfframpError(
                f"A worker process ended unexpectedly (killed, or out of memory). {self.kept():,} of "
                f"{self.run.options.draws:,} draws are kept in {self.run.out}; "
                "the same command goes on from there. Fewer --jobs need less memory."
            ) from error
        except MemoryError as error:
            self._collect(pending | ready, pool)
            raise OfframpError(
                f"The memory of the machine ran out. {self.kept():,} of {self.run.options.draws:,} draws are "
                f"kept in {self.run.out}. Fewer --soldiers or fewer --jobs need less."
            ) from error
        except KeyboardInterrupt:
            self._collect(pending | ready, pool, GRACE_SECONDS)
            raise
        except BaseException:
            self._collect(pending | ready, pool)
            raise

    def _task(self, portion: Gap) -> Task:
        with timed(self.run.seconds, "sampling"):
            return Task(portion.start, self.sampler.values(portion.start, portion.stop), portion.paths)

    def _keep(self, done: Done) -> None:
        if done.stop == done.start:
            return
        with timed(self.run.seconds, "store"):
            self.store.write(done.start, done.stop, done.content)
        self.new_draws += done.stop - done.start
        self._tasks += 1
        if self._tasks <= self.run.options.jobs:
            self._first_draws.append(done.draw_seconds[0])
        self._usual_draws += done.draw_seconds[1:] or done.draw_seconds
        del self._usual_draws[:-1000]
        seconds = self.run.seconds
        seconds["kernel"] = seconds.get("kernel", 0.0) + sum(done.draw_seconds)
        seconds["pack"] = seconds.get("pack", 0.0) + done.pack_seconds
        self._tell()

    def _collect(self, pending: set[Future[Done]], pool: Pool, patience: float | None = None) -> None:
        """After a stop: keep what ends within `patience` seconds (None: whatever it takes), drop the rest.

        Ctrl-C while waiting ends the patience.
        """
        pool.stop()
        running = {future for future in pending if not future.cancel()}
        try:
            if patience is not None and _wait(running, 0.5)[1]:
                NOTICES.warning(
                    f"Stopping. Draws under way have {patience:g} s to end; Ctrl-C again leaves them at once."
                )
            _wait(running, patience)
        except KeyboardInterrupt:
            pass
        for future in running:
            if future.done() and future.exception() is None:
                self._keep(future.result())
        if not all(future.done() for future in running):
            self.running = pool.abandon()

    def _tell(self) -> None:
        """Report progress. The time left follows from the draws since each worker has done its first task:
        before that, workers wait for the compiler.
        """
        if self.progress is None:
            return
        left = self.run.options.draws - self.kept()
        if self._tasks == self.run.options.jobs:
            self._warm_at, self._warm_draws = perf_counter(), self.new_draws
        since = self.new_draws - self._warm_draws
        seconds: float | None = None
        if left == 0:
            seconds = 0.0
        elif self._tasks > self.run.options.jobs:
            seconds = (perf_counter() - self._warm_at) / since * left
        self.progress(self.kept(), self.run.options.draws, seconds)

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
