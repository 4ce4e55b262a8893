"""What the second chart can follow from day to day, and in which unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from offramp.analysis.outcomes import Unit
from offramp.scenario.tables import Scenario

STRENGTH: Final = "in the force"


@dataclass(frozen=True)
class Followed:
    """One choice of the second chart.

    series: its lines by name, each a daily series of a draw under the name of its outcome; none for a state, of which
    persons are counted.
    """

    name: str
    label: str
    unit: Unit
    series: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def lines(self) -> tuple[str, ...]:
        """Names of its lines."""
        return tuple(self.series) or (self.name,)


def followed(scenario: Scenario) -> tuple[Followed, ...]:
    """What a scenario has to follow; a module that does not run has nothing."""
    paid = scenario.programmes or scenario.levers or scenario.channels
    found = (
        (True, Followed(STRENGTH, "Strength of the force", "persons")),
        (paid, _one("cost_usd", "Cost so far", "usd")),
        (scenario.choice, _one("families_harmed", "Families harmed so far", "families")),
        (scenario.escalation, _one("nuclear_change", "Risk of nuclear use, relative", "relative")),
        (scenario.opinion, Followed("opinion", "Opinion: private, poll, list", "share", {
            "private support": "private_support",
            "told to a pollster": "poll",
            "found by a list experiment": "list_estimate",
        })),
        (True, Followed("killed", "Killed, in all", "persons")),
        (scenario.losses, Followed("wounded", "Badly wounded, in all", "persons")),
        (True, Followed("imprisoned", "In prison", "persons")),
        (scenario.programmes, Followed("waiting", "Waiting for a place", "persons")),
    )  # fmt: skip
    return tuple(one for runs, one in found if runs)


def _one(name: str, label: str, unit: Unit) -> Followed:
    return Followed(name, label, unit, {name: name})
