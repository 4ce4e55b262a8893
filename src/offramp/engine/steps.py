"""The daily order of a run, as a list that can be read: what happens, by which equation, and whether it is on."""

from __future__ import annotations

from dataclasses import dataclass

from offramp.scenario.tables import Scenario
from offramp.scenario.tables_world import ZERO


@dataclass(frozen=True)
class Step:
    """One step of the day, in the order in which the kernel takes them."""

    name: str
    what: str
    equation: str
    active: bool


def daily_plan(scenario: Scenario) -> tuple[Step, ...]:
    """The steps of every simulated day of `scenario`, in order; those of modules it does not state are inactive."""
    queue = any(p.capacity_per_day is not None or p.budget_usd is not None for p in scenario.programmes)
    coupled = any(g.cohesion is not None or g.influence is not None for g in scenario.groups)
    lossy = scenario.losses is not None or any(g.casualty_per_day is not None for g in scenario.groups)
    choice = scenario.choice is not None
    war = scenario.war is not None
    return (
        Step(
            "arrivals",
            "newcomers join their units as the reference force prescribes",
            "W2",
            scenario.force is not None,
        ),
        Step(
            "prospects",
            "the invader's chance of victory, from yesterday's strength over the reference's",
            "W5",
            war,
        ),
        Step("beliefs", "the believed risk of death follows the true one", "I5", choice),
        Step(
            "word",
            "who knows of each offer and of the world outside; videos in circulation",
            "I1-I2",
            bool(scenario.channels),
        ),
        Step(
            "trust",
            "promises kept and broken, videos and counter-messages enter the counts",
            "I3-I4",
            scenario.trust is not None and bool(scenario.programmes),
        ),
        Step(
            "grievance",
            "arrests, deaths in attempts and families harmed embitter each group",
            "R4",
            scenario.regime is not None and scenario.regime.grievance_per_thousand != ZERO,
        ),
        Step(
            "support",
            "it follows testimony, propaganda, known losses, offers and sanctions",
            "I6",
            scenario.support is not None,
        ),
        Step(
            "crackdown",
            "once a week the regime answers what it saw, or a given path holds",
            "R1",
            scenario.regime is not None,
        ),
        Step(
            "terms",
            "crackdown and levers set risks, windows, sentences, pay and hardship of the day",
            "R2-R3",
            scenario.regime is not None or bool(scenario.levers),
        ),
        Step(
            "values",
            "what staying and each way of leaving is worth to each class of soldier",
            "D2-D5",
            choice,
        ),
        Step("queues", "places of each programme are refilled; those who waited attempt first", "M2", queue),
        Step(
            "call-ups",
            "men are called until the day's quota has complied",
            "D1",
            scenario.mobilisation is not None,
        ),
        Step(
            "windows",
            "opportunities open; the soldier weighs the whole menu and may attempt",
            "D1",
            bool(scenario.routes),
        ),
        Step(
            "comrades",
            "a departure is seen by squad and company, and may open windows for mates",
            "D6",
            coupled,
        ),
        Step(
            "attempts",
            "success, capture or death; capture means prison or return",
            "D4",
            bool(scenario.routes),
        ),
        Step("losses", "deaths and wounds at the dated hazard", "W1", lossy),
        Step("units", "units whose losses pass their breakpoint are out until refit", "W3-W4", war),
        Step("front", "risk of collapse, loss of the front, deaths on the other side", "W6-W7", war),
        Step("cascade", "how many departures one departure brings about, every seventh day", "D6", coupled),
        Step(
            "ledger",
            "payments, places and families of the day's departures",
            "M10",
            bool(scenario.programmes or scenario.levers or scenario.channels),
        ),
    )
