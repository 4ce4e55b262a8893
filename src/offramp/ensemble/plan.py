"""What a run would cost, measured on a few draws that are thrown away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import Final

from offramp.ensemble.options import Options
from offramp.ensemble.run import identify, label, sampler_for
from offramp.ensemble.store import default_folder
from offramp.ensemble.studies import runs_a_draw, studies_of
from offramp.ensemble.tables import daily_draws_most
from offramp.ensemble.work import Job, Prepare, Task, compute, down
from offramp.scenario.tables import Scenario

TRIAL: Final = 3
"""Draws that are simulated for the measurement; the first also waits for the compiler and is not averaged."""

DAILY_ROW_BYTES: Final = 12
"""Bytes of a row of daily.parquet and totals.parquet after compression, roughly."""


@dataclass(frozen=True)
class Costs:
    """Measured seconds, and what they come to for the whole run."""

    draws: int
    policies: int
    jobs: int
    out: str
    prepare_seconds: float
    compile_seconds: float
    """Compiling the kernel, or loading it from its cache."""
    sampling_seconds: float
    draw_seconds: float
    """One draw under all policies, one thread."""
    pack_seconds: float
    """Packing one draw's paths."""
    studies: int
    """Prior sets and experiments beside the main comparison."""
    study_draws: int
    """Their draws, all together."""
    study_runs: int
    """How often a war is simulated for them: a draw under one policy, in one cell of an experiment."""
    run_seconds: float
    """The whole run with its studies: an estimate that takes for granted that workers do not slow each other."""
    disk_bytes: int
    """The results folder: an estimate."""
    path_bytes: int
    """Paths of one draw in memory."""


def measure(scenario: Scenario, options: Options, *, prepare: Prepare) -> Costs:
    """Prepare the scenario, simulate up to three draws, and estimate the rest. Writes nothing."""
    sampler, digest = sampler_for(scenario, options)
    identity = identify(scenario, options, digest)
    seconds: dict[str, float] = {}
    began = perf_counter()
    job = Job(
        identity.digest, scenario, options.soldiers, options.seed, options.policies, sampler.names, prepare
    )
    model = job.model()
    labels = label(model, job)
    seconds["prepare"] = perf_counter() - began
    began = perf_counter()
    trial = min(TRIAL, options.draws)
    values = sampler.values(0, trial)
    seconds["sampling"] = perf_counter() - began
    done = compute(model, job, Task(0, values, paths=True), down())
    usual = median(done.draw_seconds[1:] or done.draw_seconds)
    seconds["compile"] = max(0.0, done.draw_seconds[0] - usual)
    seconds["draw"] = usual
    seconds["pack"] = done.pack_seconds / trial
    shape = labels.shape
    with_paths = options.draws if options.keep_paths else min(options.draws, daily_draws_most(shape))
    daily_rows = shape.policies * shape.rows * shape.states * (shape.groups + 3)
    chunk_bytes = len(done.content) // trial
    studies = studies_of(scenario, options)
    beside = sum(study.draws * runs_a_draw(scenario, options, study) for study in studies)
    return Costs(
        draws=options.draws,
        policies=len(options.policies),
        jobs=options.jobs,
        out=str(options.out or default_folder(scenario.name, identity)),
        prepare_seconds=seconds["prepare"],
        compile_seconds=seconds["compile"],
        sampling_seconds=seconds["sampling"],
        draw_seconds=seconds["draw"],
        pack_seconds=seconds["pack"],
        studies=len(studies),
        study_draws=sum(study.draws for study in studies),
        study_runs=beside,
        run_seconds=_whole_run(seconds, options, beside),
        disk_bytes=with_paths * chunk_bytes + daily_rows * DAILY_ROW_BYTES,
        path_bytes=shape.path_bytes(),
    )


def _whole_run(seconds: Mapping[str, float], options: Options, beside: int) -> float:
    """beside: runs of the kernel for studies; each is taken to cost what one policy of a draw does."""
    once = seconds["prepare"] + seconds["compile"] + seconds["sampling"]
    each = (seconds["draw"] + seconds["pack"]) * options.draws
    studies = seconds["draw"] / len(options.policies) * beside
    return once + each / min(options.jobs, options.draws) + studies / options.jobs
