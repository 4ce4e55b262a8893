"""Agent frameworks on the reference workload, where they are installed. They are no dependency of Offramp.

Mesa runs the same model, agent by agent, with the two-option rule. Starsim runs an epidemic of its own on a
random network of four contacts: another model, so only its agent-days per second are of interest.
"""

from __future__ import annotations

import importlib.util
import math
from dataclasses import dataclass
from typing import Any

from benchmarks import workload
from benchmarks.measure import Contender

SOLDIERS, DAYS = 20_000, 60


@dataclass(frozen=True)
class Framework:
    """A contender, or None where the package is not installed."""

    name: str
    run: Contender | None


def _installed(package: str) -> bool:
    return importlib.util.find_spec(package) is not None


def all_of_them() -> list[Framework]:
    return [
        Framework("Mesa (same model)", _mesa if _installed("mesa") else None),
        Framework("Starsim (SIR on a network)", _starsim if _installed("starsim") else None),
    ]


def _mesa(seed: int) -> object:
    import mesa  # pyright: ignore[reportMissingImports]

    people = workload.population(SOLDIERS, seed)
    first_window, second_window = workload.WINDOWS

    class Company:
        def __init__(self) -> None:
            self.ring, self.recent, self.today, self.pressure = [0] * workload.MEMORY_DAYS, 0, 0, 0.0

    class Soldier(mesa.Agent):
        def __init__(self, model: Any, i: int, company: Company) -> None:
            super().__init__(model)
            self.a, self.b, self.first = float(people.a[i]), float(people.b[i]), float(people.first[i])
            self.company, self.state = company, 0

        def step(self) -> None:
            if self.state:
                return
            u = self.random.random()
            if u < workload.KILLED_PER_DAY:
                self.state = 3
                return
            u -= workload.KILLED_PER_DAY
            if u >= first_window + second_window:
                return
            route, worth = (1, self.first) if u < first_window else (2, workload.SECOND_UTILITY)
            if self.random.random() < 1.0 / (1.0 + math.exp(self.a - worth - self.b * self.company.pressure)):
                self.state = route
                self.company.today += 1
                self.model.gone += 1

    class Army(mesa.Model):
        def __init__(self) -> None:
            super().__init__(rng=seed)
            self.gone = 0
            self.companies = [Company() for _ in range(SOLDIERS // workload.COMPANY)]
            for i in range(SOLDIERS):
                Soldier(self, i, self.companies[i // workload.COMPANY])

        def run_day(self, day: int) -> None:
            everywhere = workload.FORCE_WEIGHT * self.gone / SOLDIERS
            for company in self.companies:
                company.pressure = workload.COMPANY_WEIGHT * company.recent / workload.COMPANY + everywhere
                company.today = 0
            self.agents.do("step")
            slot = day % workload.MEMORY_DAYS
            for company in self.companies:
                company.recent += company.today - company.ring[slot]
                company.ring[slot] = company.today

    army = Army()
    for day in range(DAYS):
        army.run_day(day)
    return army.gone


def _starsim(seed: int) -> object:
    import starsim  # pyright: ignore[reportMissingImports]

    sim = starsim.Sim(
        n_agents=SOLDIERS,
        diseases=starsim.SIR(),
        networks=starsim.RandomNet(n_contacts=4),
        start=starsim.date("2020-01-01"),
        dur=starsim.days(DAYS),
        dt=starsim.days(1),
        rand_seed=seed,
        verbose=0,
    )
    return sim.run()
