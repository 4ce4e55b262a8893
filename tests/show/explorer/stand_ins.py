"""Stand-ins for the work of a worker: quick, slow, or deadly."""

from __future__ import annotations

import os
import pickle
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from offramp.engine.inputs import Flag
from offramp.errors import Stopped
from offramp.scenario import load
from offramp.scenario.tables import Scenario
from offramp.show.explorer.batch import Batch, Task


def quick(task: Task, stop: Flag) -> Batch:
    """A batch whose only outcome is the number of the draw."""
    draws, policies = len(task.values), len(task.policies)
    numbers = np.arange(task.start, task.start + draws, dtype=np.float64)
    outcomes = np.repeat(numbers[:, None, None], policies, axis=1)
    paths = np.zeros((draws, policies, 1, 2), dtype=np.float32)
    series = np.zeros((draws, policies, 0, 2), dtype=np.float32)
    return Batch(
        task.start, ("departures",), outcomes, (("force", "serving"),), (0, 1), paths, (), series, {}
    )


def far_where_changed(task: Task, stop: Flag) -> Batch:
    """A batch whose draws are another world altogether where anything was changed."""
    batch = quick(task, stop)
    scenario = pickle.loads(task.packed)
    return (
        batch
        if scenario.hash == load(scenario.name).hash
        else replace(batch, outcomes=-batch.outcomes - 300.0)
    )


def vast(task: Task, stop: Flag) -> Batch:
    """A batch of 200 MB, which takes a while to hand over."""
    batch = quick(task, stop)
    return replace(batch, paths=np.zeros((1, 1, 1, 50_000_000), np.float32))


def slow(task: Task, stop: Flag) -> Batch:
    """A batch that takes a tenth of a second."""
    time.sleep(0.1)
    return quick(task, stop)


def hanging(task: Task, stop: Flag) -> Batch:
    """A batch that takes a minute."""
    time.sleep(60.0)
    return quick(task, stop)


def refining_until_stopped(task: Task, stop: Flag) -> Batch:
    """A batch of a first picture comes at once, one of a refinement only ends when its flag is up."""
    for _ in range(0 if task.remembered else 6_000):
        if stop[0]:
            raise Stopped("The draw was given up.")
        time.sleep(0.01)
    return quick(task, stop)


def changed_until_stopped(task: Task, stop: Flag) -> Batch:
    """A batch of a scenario as it ships comes at once, one of a changed scenario only ends when its flag is up."""
    scenario = pickle.loads(task.packed)
    for _ in range(0 if scenario.hash == load(scenario.name).hash else 6_000):
        if stop[0]:
            raise Stopped("The draw was given up.")
        time.sleep(0.01)
    return quick(task, stop)


def dying(task: Task, stop: Flag) -> Batch:
    """A batch that kills its worker, always."""
    os._exit(9)


def dying_once(task: Task, stop: Flag) -> Batch:
    """A batch that kills the first worker that meets it."""
    mark = Path(os.environ["OFFRAMP_TEST_MARK"])
    if not mark.exists():
        mark.touch()
        os._exit(9)
    return quick(task, stop)


def nothing(scenario: Scenario) -> None:
    """No preparation."""
