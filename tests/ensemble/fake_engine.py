"""An engine of a few lines: a deterministic function of seed, draw and input values, with the engine's face.

Importable by name, so that worker processes find it too.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from offramp.errors import OfframpError
from offramp.scenario.tables import Scenario

SCENARIO = """
title = "A test bench"
start = 2022-02-24
days = 20

[[group]]
name = "front"
size = 1000
stay_utility = { between = [-1.0, 1.0] }
relative_risk = { between = [0.5, 2.0] }

[[group]]
name = "rear"
place = "home"
size = 500

[[route]]
name = "desert"
window_per_day = { uniform = [0.01, 0.05] }
utility = -1.0

[[programme]]
name = "passage"
route = "desert"

[[policy]]
name = "nothing"

[[policy]]
name = "offer"
programmes = ["passage"]

[[policy]]
name = "second offer"
programmes = ["passage"]
"""

CERTAIN = """
title = "Nothing uncertain"
start = 2022-02-24
days = 5
[[group]]
name = "front"
size = 1000
[[route]]
name = "desert"
window_per_day = 0.02
utility = -1.0
"""

STATES = ("serving", "desert", "killed")


@dataclass(frozen=True)
class Result:
    policies: tuple[str, ...]
    outcomes: tuple[dict[str, float], ...]
    paths: NDArray[np.float32]
    money: dict[str, NDArray[np.float64]]


@dataclass(frozen=True)
class FakeModel:
    scenario: Scenario
    seed: int
    soldiers: int
    seconds: float = 0.0
    fails_in: int | None = None
    dies_in: int | None = None

    states = STATES

    @property
    def groups(self) -> tuple[str, ...]:
        return tuple(group.name for group in self.scenario.groups)

    @property
    def places(self) -> tuple[str, ...]:
        return tuple(group.place for group in self.scenario.groups)

    @property
    def stands_for(self) -> dict[str, float]:
        return dict.fromkeys(self.groups, 2.5)

    def run_draw(
        self, draw: int, values: Mapping[str, float], policies: Sequence[str], stop: NDArray[np.uint8]
    ) -> Result:
        if self.fails_in == draw:
            raise OfframpError(f"draw {draw} cannot be simulated")
        if self.dies_in == draw:
            os.kill(os.getpid(), signal.SIGKILL)
        if self.seconds:
            time.sleep(self.seconds)
        shape = (self.scenario.days + 1, len(self.groups), len(STATES))
        common = np.random.default_rng([self.seed, draw]).poisson(3.0, shape)
        paths = np.empty((len(policies), *shape), np.float32)
        outcomes: list[dict[str, float]] = []
        by_day = np.empty((len(policies), self.scenario.days + 1))
        for p in range(len(policies)):
            left = np.cumsum(common, axis=0) * (1.0 + 0.5 * p) * (1.0 + sum(values.values()))
            left[0] = 0.0
            paths[p] = left
            by_day[p] = 1e9 * left[:, :, 1].sum(axis=1) / 7.0
            departures = float(left[-1, :, 1].sum())
            outcomes.append(
                {
                    "departures": departures,
                    "killed": float(left[-1, :, 2].sum()),
                    "cost_usd": 1e6 * p,
                    "cost_per_net_departure_usd": float("nan") if p == 0 else 1e6 / departures,
                }
            )
        money = {"cost_usd": by_day, "paid_usd.alliance": 0.25 * by_day, "paid_usd.private": 0.75 * by_day}
        return Result(tuple(policies), tuple(outcomes), paths, money)


def prepare(scenario: Scenario, *, soldiers: int, seed: int) -> FakeModel:
    return FakeModel(scenario, seed, soldiers)


def prepare_slow(scenario: Scenario, *, soldiers: int, seed: int) -> FakeModel:
    return FakeModel(scenario, seed, soldiers, seconds=0.02)


def prepare_failing(scenario: Scenario, *, soldiers: int, seed: int) -> FakeModel:
    return FakeModel(scenario, seed, soldiers, fails_in=7)


def prepare_deadly(scenario: Scenario, *, soldiers: int, seed: int) -> FakeModel:
    return FakeModel(scenario, seed, soldiers, dies_in=7)
