"""One task: simulate consecutive draws under all policies and return them as the bytes of a chunk.

A task needs nothing but its arguments, touches no file and may run in a thread, in a process or on another
machine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from time import perf_counter
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from offramp.ensemble.chunks import Shape, encode
from offramp.errors import OfframpError, Stopped
from offramp.scenario.tables import Scenario

if TYPE_CHECKING:
    from offramp import engine

FloatArray = NDArray[np.float64]
Flag = NDArray[np.uint8]
"""[1] Up when it is not 0; see `offramp.engine.Model.run`."""


def down() -> Flag:
    """A flag that is down."""
    return np.zeros(1, np.uint8)


class DrawResult(Protocol):
    """What the engine leaves behind of one draw."""

    @property
    def policies(self) -> tuple[str, ...]: ...
    @property
    def outcomes(self) -> tuple[Mapping[str, float], ...]: ...
    @property
    def paths(self) -> NDArray[np.float32]:
        """Persons, [policies, days + 1, groups, states]."""
        ...

    @property
    def money(self) -> Mapping[str, FloatArray]:
        """Dollars up to each day by account, [policies, days + 1] each."""
        ...


class Model(Protocol):
    """A prepared scenario; `run_draw` may be called from several threads at once."""

    @property
    def groups(self) -> tuple[str, ...]: ...
    @property
    def places(self) -> tuple[str, ...]: ...
    @property
    def states(self) -> tuple[str, ...]: ...
    @property
    def stands_for(self) -> Mapping[str, float]: ...
    def run_draw(
        self, draw: int, values: Mapping[str, float], policies: Sequence[str], stop: Flag
    ) -> DrawResult:
        """Raises Stopped once the flag `stop` is up."""
        ...


class Prepare(Protocol):
    """Makes a model of a scenario."""

    def __call__(self, scenario: Scenario, *, soldiers: int, seed: int) -> Model: ...


class Comparable(Model, Protocol):
    """A prepared scenario whose policies can be compared with a baseline. `offramp.engine.Model` is the one."""

    def run_draw(
        self,
        draw: int,
        values: Mapping[str, float],
        policies: Sequence[str],
        stop: Flag | None = None,
        baseline: engine.Baseline | None = None,
    ) -> engine.DrawResult: ...


class PrepareComparable(Protocol):
    """Makes a model of a scenario. `offramp.engine.prepare` is the one."""

    def __call__(self, scenario: Scenario, *, soldiers: int, seed: int) -> Comparable: ...


@dataclass(frozen=True)
class Job:
    """What all tasks of a run have in common. Small: a worker prepares its own model from it."""

    run: str
    """Identity of the run."""
    scenario: Scenario
    soldiers: int
    seed: int
    policies: tuple[str, ...]
    inputs: tuple[str, ...]
    prepare: Prepare

    def model(self) -> Model:
        """The scenario, prepared."""
        return self.prepare(self.scenario, soldiers=self.soldiers, seed=self.seed)


@dataclass(frozen=True)
class Task:
    """Draws start, start + 1, ... with their input values [draws, inputs]; paths are kept or not."""

    start: int
    values: FloatArray
    paths: bool


@dataclass(frozen=True)
class Done:
    """A computed chunk. Fewer draws than asked for after a stop; `content` is empty when none."""

    start: int
    stop: int
    content: bytes
    draw_seconds: tuple[float, ...]
    pack_seconds: float


def compute(model: Model, job: Job, task: Task, stop: Flag) -> Done:
    """Simulate the draws of a task until the flag `stop` is up; the draw that it is at is given up then."""
    shape = shape_of(model, job)
    results: list[DrawResult] = []
    seconds: list[float] = []
    for row, values in enumerate(task.values.tolist()):
        began = perf_counter()
        named = dict(zip(job.inputs, values, strict=True))
        try:
            results.append(model.run_draw(task.start + row, named, job.policies, stop))
        except Stopped:
            break
        seconds.append(perf_counter() - began)
    began = perf_counter()
    content = _encoded(job, task, results, shape) if results else b""
    return Done(task.start, task.start + len(results), content, tuple(seconds), perf_counter() - began)


def compute_apart(job: Job, task: Task, stop: Flag | None = None) -> Done:
    """The same where the model is not at hand: in another process, which keeps the last few that it prepared."""
    return compute(_prepared(job), job, task, down() if stop is None else stop)


@lru_cache(maxsize=4)
def _prepared(job: Job) -> Model:
    return job.model()


def shape_of(model: Model, job: Job) -> Shape:
    """Shape of the paths of one draw."""
    return Shape(len(job.policies), job.scenario.days + 1, len(model.groups), len(model.states))


def _encoded(job: Job, task: Task, results: Sequence[DrawResult], shape: Shape) -> bytes:
    names = tuple(results[0].outcomes[0])
    accounts = tuple(results[0].money)
    if any(tuple(each.money) != accounts for each in results):
        raise OfframpError("The accounts differ between draws; a defect of the model, please report it.")
    outcomes = np.array([[_row(each, names) for each in result.outcomes] for result in results])
    return encode(
        job.run,
        task.start,
        task.values[: len(results)],
        outcomes,
        names,
        shape,
        [result.paths for result in results] if task.paths else (),
        [result.money for result in results] if task.paths else (),
    )


def _row(outcomes: Mapping[str, float], names: Sequence[str]) -> list[float]:
    if tuple(outcomes) != tuple(names):
        raise OfframpError("The outcomes differ between policies; a defect of the model, please report it.")
    return [float(value) for value in outcomes.values()]
