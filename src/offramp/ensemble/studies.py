"""What is run beside the main comparison: the other prior sets of a scenario, and its experiments.

A study goes through the same chunks as the main run, so that it resumes, extends and is the same bit for bit on any
number of workers. Its draws are the first draws of the main run: the same worlds, soldiers and chances. A prior set
takes other values at the same points of the unit cube; an experiment runs its policies, and the reference, in each of
its cells on the same values but for the numbers that it sets.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from offramp.ensemble.chunks import Chunk
from offramp.ensemble.draws import Sampler, SobolSampler
from offramp.ensemble.files import told
from offramp.ensemble.filling import Filling
from offramp.ensemble.finish import Run, Study
from offramp.ensemble.options import Options
from offramp.ensemble.store import CHUNKS, Store, file_name
from offramp.ensemble.tables import Labels, draw_frames, write_frames
from offramp.ensemble.work import Comparable, Flag, Job, Model, Prepare, PrepareComparable
from offramp.scenario.override import cells, under
from offramp.scenario.tables import Scenario
from offramp.scenario.tables_studies import Experiment

if TYPE_CHECKING:
    import polars as pl

PRIOR: Final = "prior"
EXPERIMENT: Final = "experiment"
SET: Final = "set."
"""Before the key path of a varied number, in the columns of an experiment."""


@dataclass(frozen=True)
class CellsResult:
    """One draw of several cells: outcomes by policy, or by cell and policy, without paths."""

    policies: tuple[str, ...]
    outcomes: tuple[Mapping[str, float], ...]
    paths: NDArray[np.float32] = field(default_factory=lambda: np.empty((0, 0, 0, 0), np.float32))
    money: Mapping[str, NDArray[np.float64]] = field(default_factory=dict[str, NDArray[np.float64]])


class Cells(ABC):
    """Several scenarios that differ in some numbers, as one model."""

    @property
    @abstractmethod
    def first(self) -> Comparable:
        """The cell after which groups and states are named; they are the same in all."""

    @property
    def groups(self) -> tuple[str, ...]:
        return self.first.groups

    @property
    def places(self) -> tuple[str, ...]:
        return self.first.places

    @property
    def states(self) -> tuple[str, ...]:
        return self.first.states

    @property
    def stands_for(self) -> Mapping[str, float]:
        return self.first.stands_for


@dataclass(frozen=True)
class Grid(Cells):
    """The cells of an experiment as one model, whose policies are pairs of cell and policy.

    chosen: the policies of a cell, the reference first. spared: whether what is varied leaves the reference as it is, so that
    it is run in the first cell only.
    """

    cells: tuple[Comparable, ...]
    chosen: tuple[str, ...]
    spared: bool

    @property
    def first(self) -> Comparable:
        return self.cells[0]

    def run_draw(
        self, draw: int, values: Mapping[str, float], policies: Sequence[str], stop: Flag
    ) -> CellsResult:
        """Every cell in turn. values: those of the unvaried scenario; a number that a cell knows is not looked up."""
        first = self.first.run_draw(draw, values, self.chosen, stop)
        outcomes = list(first.outcomes)
        for model in self.cells[1:]:
            if self.spared:
                outcomes.append(first.outcomes[0])
                outcomes += model.run_draw(draw, values, self.chosen[1:], stop, first.baseline).outcomes
            else:
                outcomes += model.run_draw(draw, values, self.chosen, stop).outcomes
        return CellsResult(tuple(policies), tuple(outcomes))


@dataclass(frozen=True)
class PrepareGrid:
    """Prepares the cells of an experiment; small, so that it travels to workers."""

    prepare: PrepareComparable
    experiment: str
    chosen: tuple[str, ...]

    def __call__(self, scenario: Scenario, *, soldiers: int, seed: int) -> Grid:
        """A model of every cell."""
        varied = cells(scenario, self.experiment)
        models = tuple(self.prepare(cell, soldiers=soldiers, seed=seed) for cell in varied)
        return Grid(models, self.chosen, _spares(scenario, self.experiment, self.chosen[0]))


def _spares(scenario: Scenario, experiment: str, reference: str) -> bool:
    """Whether an experiment varies terms of offers only, and of none that the reference makes."""
    made = scenario.policy(reference).programmes
    others = [f"programme.{one.name}." for one in scenario.programmes if one.name not in made]
    terms = (*others, *(() if made else ("trust.",)))
    one = next(one for one in scenario.experiments if one.name == experiment)
    return all(vary.key.startswith(terms) for vary in one.vary)


@dataclass(frozen=True)
class Prepared:
    """A study that is ready to be filled."""

    study: Study
    run: Run
    sampler: Sampler
    job: Job
    model: Model
    experiment: Experiment | None

    @property
    def options(self) -> Options:
        """How it is run."""
        return self.run.options

    @property
    def labels(self) -> Labels:
        """Names along its axes."""
        return self.run.labels

    def filling(self, chunk: int | None) -> Filling:
        """What is missing of it. chunk: draws in a chunk, by measured time when None."""
        return Filling(self.store(), self.run, self.sampler, self.job, self.model, chunk, self.write)

    def store(self) -> Store:
        """Its chunks, in a folder within that of the run, whose lock covers them."""
        folder = self.run.out / CHUNKS / f"{self.study.kind}-{_stem(self.study.name)}"
        store = Store(folder, self.run.identity)
        with told(folder):
            store.chunks.mkdir(parents=True, exist_ok=True)
        return store

    def write(self, chunks: Sequence[Chunk]) -> None:
        """Write its table into the folder of the run."""
        path = self.run.out / self.study.file
        frames = draw_frames(chunks, self.labels, self.options.draws)
        if self.experiment is not None:
            frames = _by_cell(frames, self.experiment, self.job)
        with told(path.parent):
            path.parent.mkdir(exist_ok=True)
        write_frames(path, frames, self.run.out / CHUNKS)


def studies_of(scenario: Scenario, options: Options) -> list[Study]:
    """What a run is accompanied by.

    Prior sets go with a run of the main one that samples it; an experiment goes with every run that has its policies.
    One that varies nothing asks of the main run's own draws, and needs no others.
    """
    priors = scenario.priors if not scenario.prior and options.draws_from is None else ()
    asked = [one for one in scenario.experiments if one.vary and set(one.policies) <= set(options.policies)]
    return [
        *(study_of(PRIOR, one.name, min(one.draws, options.draws)) for one in priors),
        *(study_of(EXPERIMENT, one.name, min(one.draws, options.draws)) for one in asked),
    ]


def runs_a_draw(scenario: Scenario, options: Options, study: Study) -> int:
    """Runs of the kernel in one draw of a study."""
    if study.kind == PRIOR:
        return len(options.policies)
    one, chosen = _chosen(scenario, options, study)
    rest = len(chosen) - 1 if _spares(scenario, study.name, chosen[0]) else len(chosen)
    return len(chosen) + (len(one.cells) - 1) * rest


def prepare_studies(main: Run, sampler: Sampler, prepare: PrepareComparable) -> list[Prepared]:
    """Every study of a run, checked and prepared before anything is simulated."""
    return [
        prior_study(main, study, prepare)
        if study.kind == PRIOR
        else _experiment(main, study, sampler, prepare)
        for study in studies_of(main.scenario, main.options)
    ]


def study_of(kind: str, name: str, draws: int) -> Study:
    """A study with the file of its table."""
    return Study(kind, name, draws, f"{kind}s/{_stem(name)}.parquet")


def _stem(name: str) -> str:
    # Two names may have the same plain form, and some file systems ignore capitals.
    plain = file_name(name)
    if plain.replace("-", " ") == name == name.casefold():
        return plain
    return f"{plain.casefold()}-{sha256(name.encode()).hexdigest()[:6]}"


def prior_study(main: Run, study: Study, prepare: Prepare) -> Prepared:
    """Another prior set of the run's scenario, checked and prepared."""
    scenario = under(main.scenario, study.name)
    sampler = SobolSampler(scenario, main.options.seed)
    run = _run_of(main, study, scenario, prior=study.name)
    options = main.options
    job = Job(
        run.identity.digest, scenario, options.soldiers, options.seed, options.policies, sampler.names, prepare
    )  # fmt: skip
    return Prepared(study, run, sampler, job, job.model(), None)


def _experiment(main: Run, study: Study, sampler: Sampler, prepare: PrepareComparable) -> Prepared:
    scenario, options = main.scenario, main.options
    one, chosen = _chosen(scenario, options, study)
    columns = tuple(f"{cell}: {name}" for cell in range(len(one.cells)) for name in chosen)
    run = _run_of(main, study, scenario, experiment=study.name)
    run = replace(run, labels=replace(main.labels, policies=columns))
    grid = PrepareGrid(prepare, study.name, chosen)
    job = Job(run.identity.digest, scenario, options.soldiers, options.seed, columns, sampler.names, grid)
    return Prepared(study, run, sampler, job, job.model(), one)


def _chosen(scenario: Scenario, options: Options, study: Study) -> tuple[Experiment, tuple[str, ...]]:
    """The experiment of a study, and the policies of each of its cells, the reference first."""
    one = next(one for one in scenario.experiments if one.name == study.name)
    reference = options.policies[0]
    return one, (reference, *(name for name in one.policies if name != reference))


def _run_of(main: Run, study: Study, scenario: Scenario, *, prior: str = "", experiment: str = "") -> Run:
    return replace(
        main,
        scenario=scenario,
        options=replace(main.options, draws=study.draws, keep_paths=False),
        identity=replace(main.identity, prior=prior or main.identity.prior, experiment=experiment),
        seconds={},
        paths=False,
    )


def _by_cell(frames: Iterator[pl.DataFrame], experiment: Experiment, job: Job) -> Iterator[pl.DataFrame]:
    """Rows with the policy and the varied numbers in columns, in place of the pair of both."""
    import polars as pl

    varied = [one.key for one in experiment.vary]
    policy = {column: column.partition(": ")[2] for column in job.policies}
    cell = {column: experiment.cells[int(column.partition(": ")[0])] for column in job.policies}
    for frame in frames:
        pair = frame.get_column("policy")
        numbers = [
            pair.replace_strict({column: cell[column][at] for column in job.policies}, return_dtype=pl.Float64)
            .alias(f"{SET}{key}")
            for at, key in enumerate(varied)
        ]  # fmt: skip
        rest = [
            frame.get_column(name)
            for name in frame.columns
            if name != "policy" and name not in {f"input.{key}" for key in varied}
        ]
        yield pl.DataFrame([pair.replace_strict(policy, return_dtype=pl.String), *numbers, *rest])
