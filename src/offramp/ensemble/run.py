"""The main job: every policy of a scenario over an ensemble of draws, resumable, into a results folder."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from offramp.ensemble.draws import Sampler, SobolSampler
from offramp.ensemble.filling import Crew, Filling, Progress, timed
from offramp.ensemble.finish import Run, finish, finished, write_tables
from offramp.ensemble.given import GivenSampler
from offramp.ensemble.options import Options, check_options
from offramp.ensemble.results import Results
from offramp.ensemble.store import Identity, code_digest, default_folder, opened
from offramp.ensemble.studies import prepare_studies, studies_of
from offramp.ensemble.tables import Labels
from offramp.ensemble.work import Job, Model, PrepareComparable
from offramp.errors import InputError, OfframpError, Problem
from offramp.scenario.tables import Scenario

DRAW_BYTES_MOST: Final = 2**31
"""Most bytes of the paths of one draw under all policies."""


class Interrupted(OfframpError):
    """The run was stopped with Ctrl-C; what is done is kept.

    running: threads still work at draws that nobody waits for, because they did not end in time.
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
    prior: str | None = None,
    keep_paths: bool = False,
    executor: str | Executor = "threads",
    draws_from: str | Path | None = None,
    progress: Progress | None = None,
) -> Results:
    """Simulate every policy of a scenario over an ensemble of draws and write a results folder.

    scenario: one that was loaded, or the name or path of a file. draws: sampled worlds, 1 to 10 million,
    shared by all policies. seed: 0 to 2^32 - 1. soldiers: simulated persons per draw, standing for all. jobs:
    draws at a time, all processors when None. out: the folder, `results/<scenario>-<short hash>` when None.
    policies: a choice of names; the reference (the first) is always kept. prior: name of a prior set of the
    scenario, its main set when None. keep_paths: write every draw's
    daily path to paths.parquet. executor: "threads", "processes", "auto" (processes where the run is long),
    or any `concurrent.futures` executor. draws_from: a table of input values to use instead of sampling.
    progress: called with draws done, draws in all and seconds left; draws of prior sets and experiments are
    among them.

    A run of the main set also runs the scenario's other prior sets, and every run its experiments, on the smaller
    number of draws that each states; they have files of their own in the folder.

    The same call resumes an interrupted run, and with more draws extends it; values are the same bit for bit
    whatever the executor, the number of jobs and the interruptions. With processes, a script needs the usual
    `if __name__ == "__main__":`.

    Raises InputError when the input is wrong, Interrupted after Ctrl-C, OfframpError when the run fails.
    """
    from offramp.engine import prepare
    from offramp.ensemble.limits import check_load
    from offramp.scenario import load, under

    asked = scenario if isinstance(scenario, Scenario) else load(scenario)
    asked = asked if prior is None else under(asked, prior)
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
    prepare: PrepareComparable,
    progress: Progress | None = None,
    chunk: int | None = None,
) -> Results:
    """`run` with checked options and a given engine. chunk: draws in a chunk, by measured time when None."""
    sampler, digest = sampler_for(scenario, options)
    identity = identify(scenario, options, digest)
    out = options.out or default_folder(scenario.name, identity)
    with opened(out, identity) as store:
        done = finished(out, options, studies_of(scenario, options))
        if done is not None:
            return done
        seconds: dict[str, float] = {}
        with timed(seconds, "prepare"):
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
            this = Run(
                scenario, options, identity, label(model, job), dict(model.stands_for), sampler.source, out, seconds
            )  # fmt: skip
            studies = prepare_studies(this, sampler, prepare)
        main = Filling(
            store, this, sampler, job, model, chunk, lambda chunks: write_tables(this, store, chunks)
        )
        crew = Crew([main, *(study.filling(chunk) for study in studies)], progress, Results.prepare_report)
        with interruptible(crew, out):
            crew.fill()
            return finish(this, store, main.new_draws, [study.study for study in studies])


@contextmanager
def interruptible(crew: Crew, out: Path) -> Generator[None]:
    """Ctrl-C becomes Interrupted, which says how much is kept in the folder `out`."""
    try:
        yield
    except KeyboardInterrupt:
        raise Interrupted(crew.kept, crew.draws, out, crew.running) from None


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
        prior=scenario.prior,
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
