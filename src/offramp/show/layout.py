"""Which outcomes a comparison shows, in which order: harms always stand right after the departures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from offramp.analysis import Comparison, CostPerDeparture, Outcome, describe
from offramp.analysis.compare import PolicySamples, compared, outcome_samples
from offramp.analysis.cost import COST, EMIGRANTS_COST, price

if TYPE_CHECKING:
    import polars as pl

# A name that ends in "." stands for all outcomes of that stem. What is not listed here is shown last.
_ORDER: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "Who leaves",
        (
            "departures",
            "departures.",
            "departures_gross",
            "departures_displaced",
            "departures_net",
            "enacted",
            "evasions",
            "evasions.",
            "emigrations",
            "emigrations.",
            "mobilisable_end",
            "resigned",
            "resigned.",
        ),
    ),
    (
        "Who is harmed",
        (
            "attempts_failed",
            "caught",
            "imprisoned",
            "imprisoned.",
            "returned",
            "killed_trying",
            "families_harmed",
            "families_evacuated",
            "waiting_end",
            "exchanged_back",
            "refouled",
            "refouled.",
            "defrauded",
            "videos",
            "host_incidents",
            "host_incidents.",
            "false_claims_paid",
            "crackdown_mean",
            "evasions_failed",
            "emigrations_failed",
            "resignations_failed",
            "killed",
            "nuclear_change",
            "nuclear_change.",
            "concession_days",
            "occupied_person_days",
            "offramp_cost_usd.",
        ),
    ),
    (
        "What it costs",
        (
            "cost_usd",
            "departures_cost_usd",
            "emigrants_cost_usd",
            "posts_cost_usd",
            "contributions_usd",
            "paid_usd.",
            "cost_usd.",
        ),
    ),
    (
        "What it does to the war",
        (
            "front_collapsed",
            "tipped",
            "deaths_averted.invader",
            "deaths_averted.defender",
            "deaths_averted.civilians",
            "deaths_averted.",
            "war_days_averted",
        ),
    ),
    (
        "What it does at the top",
        ("leader_removed", "avalanche.", "broken_with_leader.", "disarray_max"),
    ),
)
# Shown as the ratio of means with its own rules, never as a mean of ratios.
_RATIO = "cost_per_net_departure_usd"
# Told in a sentence with its whole range, never as one number in a cell.
NEVER_ALONE = ("nuclear_probability",)


@dataclass(frozen=True)
class Section:
    """Outcomes that belong together. `more`: details that a page may fold away."""

    title: str
    outcomes: tuple[Outcome, ...]
    more: bool = False


@dataclass(frozen=True)
class Table:
    """Everything that a comparison table shows. `costs`: by policy; empty when nothing was paid for. `emigrants`: what an
    emigrant costs, of the policies that spend on them."""

    comparison: Comparison
    sections: tuple[Section, ...]
    costs: dict[str, CostPerDeparture]
    emigrants: dict[str, CostPerDeparture]

    @property
    def others(self) -> tuple[str, ...]:
        """The policies that are compared with the reference."""
        return tuple(p for p in self.comparison.policies if p != self.comparison.reference)


def tabulate(draws: pl.DataFrame, reference: str) -> Table:
    """Compare all policies of a run with the reference."""
    return tabulated(outcome_samples(draws), reference)


def tabulated(samples: Mapping[str, PolicySamples], reference: str, untold: str = "") -> Table:
    """`tabulate` of what a table of draws holds. untold: why no prices are told; empty where they are."""
    comparison = compared(samples, reference)
    costs, emigrants = (
        {
            policy: found
            for policy in comparison.policies
            if (found := price(samples, policy, reference, effect=effect, cost=cost, untold=untold))
        }
        for effect, cost in (("departures", COST), ("emigrations", EMIGRANTS_COST))
    )
    paid = {policy: found for policy, found in emigrants.items() if found.cost.mean > 0.0}
    return Table(comparison, sections(comparison), costs, paid)


def sections(comparison: Comparison) -> tuple[Section, ...]:
    """The outcomes of the run in the order of the page; sections without any are left out."""
    left = [
        name
        for name in comparison.outcomes
        if name not in (_RATIO, *NEVER_ALONE) and _defined(comparison, name)
    ]
    found: list[Section] = []
    for title, wanted in _ORDER:
        names: list[str] = []
        for want in wanted:
            names += [n for n in left if (n.startswith(want) if want.endswith(".") else n == want)]
            left = [n for n in left if n not in names]
        if names:
            found.append(Section(title, tuple(describe(n) for n in names)))
    if left:
        found.append(Section("More outcomes", tuple(describe(n) for n in left), more=True))
    return tuple(found)


def _defined(comparison: Comparison, name: str) -> bool:
    return any(comparison.get(policy, name) is not None for policy in comparison.policies)
