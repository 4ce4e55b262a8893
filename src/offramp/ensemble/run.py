"""The main job: every policy of a scenario over an ensemble of draws, resumable, into a results folder."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from concurrent.futures import ALL_COMPLETED, FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Final

from offramp.ensemble.chunks import Chunk
from offramp.ensemble.draws import Sampler, SobolSampler
from offramp.ensemble.executors import Pool, open_pool
from offramp.ensemble.finish import Run, finish, finished
from offramp.ensemble.given import GivenSampler
from offramp.ensemble.options import Options, check_options
from offramp.ensemble.results import Results
from offramp.ensemble.schedule import Gap, Portions, missing
from offramp.ensemble.store import NOTICES, Identity, Store, code_digest, default_folder, opened
from offramp.ensemble.tables import Labels
from offramp.ensemble.work import Done, Job, Model, Prepare, Task
from offramp.errors import InputError, OfframpError, Problem
from offramp.scenario.tables import Scenario

if TYPE_CHECKING:
    from collections.abc import Generator

Progress = Callable[[int, int, float | None], None]
"""Called with draws done, draws in all, and seconds left (None while unknown)."""

DRAW_BYTES_MOST: Final = 2**31
"""Most bytes of the paths of one draw under all policies."""


WAIT_SECONDS: Final = 0.2
GRACE_SECONDS: Final = 5.0
"""How long a draw may go on after Ctrl-C: as much work as a kill may lose."""


class Interrupted(OfframpError):
    """The run was stopped with Ctrl-C; what is done is kept.

    running: threads still work at draws that nobody waits for, because the kernel cannot be stopped within one.
    """

    def __init__(self, done: int, draws: int, out: Path, running: bool = False) -> None:
        self.done = done
        self.draws = draws
        self.out = out
        self.running = running
        super().__init__(
            f"Stopped with {done:,} of {draws:,} draws done; they are kept in {out}. "
            "The same command goes on from there."
        )

    def __reduce__(self) -> tuple[type[Interrupted], tuple[int, int, Path, bool]]:
        return Interrupted, (self.done, self.draws, self.out, self.running)


def run(
    scenario: str | Path | Scenario,
    *,
    draws: int = 200,
    seed: int = 1,
    soldiers: int = 40_000,
    jobs: int | None = None,
    out: str | Path | None = None,
    policies: Sequence[str] | None = None,
    keep_paths: bool = False,
    executor: str | Executor = "threads",
    draws_from: str | Path | None = None,
    progress: Progress | None = None,
) -> Results:
    """Simulate every policy of a scenario over an ensemble of draws and write a results folder.

    scenario: one that was loaded, or the name or path of a file. draws: sampled worlds, 1 to 10 million,
    shared by all policies. seed: 0 to 2^32 - 1. soldiers: simulated persons per draw, standing for all. jobs:
    draws at a time, all processors when None. out: the folder, `results/<scenario>-<short hash>` when None.
    policies: a choice of names; the reference (the first) is always kept. keep_paths: write every draw's
    daily path to paths.parquet. executor: "threads", "processes" or any `concurrent.futures` executor.
    draws_from: a table of input values to use instead of sampling. progress: called with draws done, draws in
    all and seconds left.

    The same call resumes an interrupted run, and with more draws extends it; values are the same bit for bit
    whatever the executor, the number of jobs and the interruptions. With processes, a script needs the usual
    `if __name__ == "__main__":`.

    Raises InputError when the input is wrong, Interrupted after Ctrl-C, OfframpError when the run fails.
    """
    from offramp.engine import prepare
    from offramp.ensemble.limits import check_load
    from offramp.scenario import load

    asked = scenario if isinstance(scenario, Scenario) else load(scenario)
    options = check_options(
        asked,
        draws=draws,
        seed=seed,
        soldiers=soldiers,
        jobs=jobs,
        policies=policies,
        keep_paths=keep_paths,
        executor=executor,
        draws_from=draws_from,
        out=out,
    )
    check_load(asked, options)
    return execute(asked, options, prepare=prepare, progress=progress)


def execute(
    scenario: Scenario,
    options: Options,
    *,
    prepare: Prepare,
    progress: Progress | None = None,
    chunk: int | None = None,
) -> Results:
    """`run` with checked options and a given engine. chunk: draws in a chunk, by measured time when None."""
    sampler, digest = sampler_for(scenario, options)
    identity = identify(scenario, options, digest)
    out = options.out or default_folder(scenario.name, identity)
    with opened(out, identity) as store:
        done = finished(out, options)
        if done is not None:
            return done
        seconds: dict[str, float] = {}
        with _timed(seconds, "prepare"):
            job = Job(
                identity.digest,
                scenario,
                options.soldiers,
                options.seed,
                options.policies,
                sampler.names,
                prepare,
            )
            model = job.model()
            labels = label(model, job)
        this = Run(scenario, options, identity, labels, dict(model.stands_for), sampler.source, out, seconds)
        filling = _Filling(store, this, sampler, progress, chunk)
        try:
            filling.fill(job, model)
            return finish(this, store, filling.new_draws, filling.chunks())
        except KeyboardInterrupt:
            raise Interrupted(filling.kept(), options.draws, out, filling.running) from None


def sampler_for(scenario: Scenario, options: Options) -> tuple[Sampler, str | None]:
    """Where the values of the inputs come from, and the checksum of the file if it is one."""
    if options.draws_from is None:
        return SobolSampler(scenario, options.seed), None
    given = GivenSampler(scenario, options.draws_from, options.draws)
    return given, given.digest


def identify(scenario: Scenario, options: Options, draws_from: str | None) -> Identity:
    """Everything that decides the values of a draw."""
    from offramp import __version__

    return Identity(
        scenario=scenario.hash,
        version=__version__,
        code=code_digest(),
        seed=options.seed,
        soldiers=options.soldiers,
        policies=options.policies,
        draws_from=draws_from,
    )


def label(model: Model, job: Job) -> Labels:
    """Names along the axes. Raises InputError when one draw alone would fill the memory."""
    labels = Labels(job.policies, model.groups, model.places, model.states, job.inputs, job.scenario.days)
    needed = labels.shape.path_bytes()
    if needed > DRAW_BYTES_MOST:
        what = (
            f"the daily paths of one draw take {needed / 2**30:,.1f} GiB "
            f"({len(labels.policies)} policies, {labels.days:,} days, {len(labels.groups)} groups, "
            f"{len(labels.states)} states)"
        )
        raise InputError(
            [Problem("scenario", what, f"Have fewer of them; {DRAW_BYTES_MOST / 2**30:g} GiB is most")]
        )
    return labels


@dataclass
class _Filling:
    """Bringing the missing draws into the store."""

    store: Store
    run: Run
    sampler: Sampler
    progress: Progress | None
    chunk: int | None
    new_draws: int = 0
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
        with _timed(self.run.seconds, "sampling"):
            return Task(portion.start, self.sampler.values(portion.start, portion.stop), portion.paths)

    def _keep(self, done: Done) -> None:
        if done.stop == done.start:
            return
        with _timed(self.run.seconds, "store"):
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
def _timed(seconds: dict[str, float], stage: str) -> Generator[None]:
    began = perf_counter()
    try:
        yield
    finally:
        seconds[stage] = seconds.get(stage, 0.0) + perf_counter() - began
