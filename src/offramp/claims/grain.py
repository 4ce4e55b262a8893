"""How many persons one simulated person stands for behind an outcome: a difference below that is not seen by a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from offramp.claims.claim import Simulated
from offramp.engine.model import medians
from offramp.engine.posts import stand_for
from offramp.scenario import Scenario

# Outcomes that count simulated people; what is summed as an expectation (families harmed, deaths elsewhere) is not coarse.
_AT_HOME: Final = ("evasions", "evasions_failed", "emigrations", "emigrations_failed", "mobilisable_end")
_AT_THE_FRONT: Final = (
    "departures", "departures_net", "departures_gross", "departures_displaced", "attempts", "attempts_failed", "caught",
    "killed_trying", "imprisoned", "returned", "admitted", "killed", "wounded", "serving_end", "waiting_end", "strength_end",
)  # fmt: skip
_AT_POSTS: Final = ("resigned", "resignations_failed")


@dataclass(frozen=True)
class Grain:
    """Persons that one simulated person stands for, the most of any group concerned: at the front, at home, in a corps at
    posts.
    """

    front: float = 1.0
    home: float = 1.0
    corps: Mapping[str, float] = field(default_factory=dict[str, float])

    def finer(self, times: int) -> Grain:
        """With so many times as many simulated people; nobody stands for less than one."""
        corps = {name: max(1.0, one / times) for name, one in self.corps.items()}
        return Grain(max(1.0, self.front / times), max(1.0, self.home / times), corps)

    def of(self, quantity: Simulated) -> float:
        """Behind an outcome; 0 where it does not count simulated people, or where each stands for one person."""
        stem, _, part = quantity.outcome.partition(".")
        weight = 0.0
        if stem in _AT_HOME:
            weight = self.home
        elif stem in _AT_THE_FRONT or quantity.outcome == "deaths_averted.invader":
            weight = self.front
        elif stem in _AT_POSTS:
            weight = max((each for name, each in self.corps.items() if part in ("", name)), default=0.0)
        return weight if weight > 1.0 else 0.0


NONE: Final = Grain()
"""Everybody is simulated."""


def grain_of(scenario: Scenario, soldiers: int, stands_for: Mapping[str, float]) -> Grain:
    """Of a run. stands_for: persons that one simulated soldier of each group stands for, see `offramp.engine.Model`."""
    home = {group.name for group in scenario.groups if group.place == "home"}
    # In a scenario of men at home alone they are the force.
    front = [weight for name, weight in stands_for.items() if name not in home]
    pool = [weight for name, weight in stands_for.items() if name in home]
    corps: dict[str, float] = {}
    weights = stand_for(scenario, medians(scenario), soldiers)
    for group, weight in zip(scenario.posts.groups, weights, strict=True):
        name = group.corps or group.name
        corps[name] = max(corps.get(name, 0.0), weight)
    return Grain(max(front or pool, default=1.0), max(pool, default=1.0), corps)
