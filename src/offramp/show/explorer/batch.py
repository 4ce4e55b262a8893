"""One batch: a few draws of a changed scenario, simulated in a worker process and thinned for the page.

A batch needs nothing but its arguments, so that any worker can do it, or do it again.
"""

from __future__ import annotations

import gc
import pickle
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from offramp.errors import Stopped
from offramp.scenario.tables import Scenario

if TYPE_CHECKING:
    from offramp.engine.inputs import Flag
    from offramp.engine.model import Model
    from offramp.show.explorer.remembered import Remembered

FORCE: Final = "force"
HOME: Final = "home"
POINTS_MOST: Final = 53
"""Most dates of a chart: two years by the fortnight. More cost the hand time and the eye sees no difference."""

Line = tuple[str, str]
"""Scope (force or home) and state."""


@dataclass(frozen=True)
class Task:
    """Draws start, start + 1, ... with the values [draws, names] of their inputs.

    packed: the scenario as bytes, see `packed`: it goes to workers many times. remembered: runs may be taken from, and
    are kept in, the memory of the worker.
    """

    packed: bytes
    policies: tuple[str, ...]
    soldiers: int
    seed: int
    start: int
    names: tuple[str, ...]
    values: NDArray[np.float64]
    remembered: bool = False


@dataclass(frozen=True)
class Batch:
    """What came of it. outcomes: [draws, policies, names]; paths: persons [draws, policies, lines, days].

    series: outcomes up to each day, [draws, policies, followed, days]. stands_for: persons that one simulated
    soldier of each group stands for.
    """

    start: int
    names: tuple[str, ...]
    outcomes: NDArray[np.float64]
    lines: tuple[Line, ...]
    days: tuple[int, ...]
    paths: NDArray[np.float32]
    followed: tuple[str, ...]
    series: NDArray[np.float32]
    stands_for: Mapping[str, float]

    @property
    def nbytes(self) -> int:
        """Bytes of its numbers."""
        return self.outcomes.nbytes + self.paths.nbytes + self.series.nbytes

    def some(self, draws: Sequence[int]) -> Batch:
        """Some of its draws, by their place in it."""
        at = list(draws)
        return replace(self, outcomes=self.outcomes[at], paths=self.paths[at], series=self.series[at])


def packed(scenario: Scenario) -> bytes:
    """A scenario as a task carries it."""
    return pickle.dumps(scenario, pickle.HIGHEST_PROTOCOL)


def simulate(task: Task, stop: Flag) -> Batch:
    """Simulate the draws of a task under each of its policies. Raises Stopped soon after the flag `stop` is up."""
    model, stands_for = _model(task.packed, task.soldiers, task.seed, task.remembered)
    days = chart_days(model.scenario.days)
    at = np.array(days)
    theatre = np.array([place != "home" for place in model.places])
    scopes = [(scope, where) for scope, where in ((FORCE, theatre), (HOME, ~theatre)) if where.any()]
    names: tuple[str, ...] = ()
    rows: list[list[list[float]]] = []
    paths: list[NDArray[np.float32]] = []
    followed: tuple[str, ...] = ()
    series: list[NDArray[np.float32]] = []
    for row, values in enumerate(task.values.tolist()):
        if stop[0]:
            raise Stopped("The draw was given up.")
        inputs = dict(zip(task.names, values, strict=True))
        result = model.run_draw(task.start + row, inputs, task.policies, stop)
        names = tuple(result.outcomes[0])
        rows.append([[float(outcome[name]) for name in names] for outcome in result.outcomes])
        kept = result.paths[:, at]
        by_scope = [kept[:, :, where].sum(axis=2).transpose(0, 2, 1) for _, where in scopes]
        paths.append(np.concatenate(by_scope, axis=1).astype(np.float32))
        followed = tuple(result.series)
        empty = np.empty((len(task.policies), 0, len(days)), np.float32)
        daily = [each[:, None, at] for each in result.series.values()]
        series.append(np.concatenate([empty, *daily], axis=1))
    lines = tuple((scope, state) for scope, _ in scopes for state in model.states)
    return Batch(
        task.start, names, np.array(rows), lines, days, np.stack(paths), followed, np.stack(series),
        stands_for,
    )  # fmt: skip


@lru_cache(maxsize=2)
def _model(packed: bytes, soldiers: int, seed: int, remembered: bool) -> tuple[Model, dict[str, float]]:
    """The model of the state that is worked on, and how many persons its soldiers stand for."""
    from offramp.engine import prepare

    # Written by this program for its own workers, never taken from outside.
    scenario = pickle.loads(packed)
    model = prepare(scenario, soldiers=soldiers, seed=seed)
    if remembered:
        model = replace(model, kernel=_memory(), worlds=_memory().worlds)
    return model, dict(model.stands_for)


@cache
def _memory() -> Remembered:
    """The one memory of this process."""
    from offramp.show.explorer.remembered import Remembered

    return Remembered()


def chart_days(days: int) -> tuple[int, ...]:
    """Days at which a chart has a point: every day of a short run, else equal steps; first and last always."""
    step = -(-days // (POINTS_MOST - 1))
    return tuple(sorted({*range(0, days + 1, step), days}))


def joined(batches: Sequence[Batch]) -> Batch:
    """Batches of one run as one, in the order of their draws."""
    ordered = sorted(batches, key=lambda batch: batch.start)
    first = ordered[0]
    return Batch(
        first.start,
        first.names,
        np.concatenate([batch.outcomes for batch in ordered]),
        first.lines,
        first.days,
        np.concatenate([batch.paths for batch in ordered]),
        first.followed,
        np.concatenate([batch.series for batch in ordered]),
        first.stands_for,
    )


def warm(scenario: Scenario) -> None:
    """Compile the kernel, or load it from its cache: simulate one draw of a few soldiers."""
    from offramp.engine import medians
    from offramp.engine.inputs import down

    values = medians(scenario)
    names = tuple(values)
    policies = (scenario.policies[0].name, scenario.policies[-1].name)
    at = np.array([[values[name] for name in names]])
    simulate(Task(packed(scenario), tuple(dict.fromkeys(policies)), 200, 1, 0, names, at), down())
    collect_seldom()


def collect_seldom() -> None:
    """Have this process look for garbage seldom, and not in what is loaded by now, which stays: to look through it all takes a
    tenth of a second, and a hand waits that long."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
