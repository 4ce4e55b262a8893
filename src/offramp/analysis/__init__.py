"""What a run says: effects on the reference, costs, decisions, and the spread. Takes tables, not simulators."""

from __future__ import annotations

from offramp.analysis.chance import Chance, chance, change_of_chance
from offramp.analysis.comparators import Comparator, comparators
from offramp.analysis.compare import Comparison, Effect, Spread, compare, part_of
from offramp.analysis.components import Contribution, ablation, contributions, shapley, values_of_subsets
from offramp.analysis.cost import CostPerDeparture, cost_per_net_departure
from offramp.analysis.economics import (
    Acceptability,
    AcceptabilityFrontier,
    CostEffect,
    Frontier,
    Step,
    ceac,
    ceaf,
    cost_effect,
    icer_frontier,
    net_benefit,
)
from offramp.analysis.matched import Matched, matched
from offramp.analysis.outcomes import Outcome, describe
from offramp.analysis.regret import Regret, Satisficing, Threshold, minimax_regret, satisficing
from offramp.analysis.sensitivity import Index, Sensitivity, first_order, thirds
from offramp.analysis.shares import share_interval
from offramp.analysis.value_of_information import (
    Information,
    conditional_mean,
    evpi,
    evppi,
    evppi_by_input,
)

__all__ = [
    "Acceptability",
    "AcceptabilityFrontier",
    "Chance",
    "Comparator",
    "Comparison",
    "Contribution",
    "CostEffect",
    "CostPerDeparture",
    "Effect",
    "Frontier",
    "Index",
    "Information",
    "Matched",
    "Outcome",
    "Regret",
    "Satisficing",
    "Sensitivity",
    "Spread",
    "Step",
    "Threshold",
    "ablation",
    "ceac",
    "ceaf",
    "chance",
    "change_of_chance",
    "comparators",
    "compare",
    "conditional_mean",
    "contributions",
    "cost_effect",
    "cost_per_net_departure",
    "describe",
    "evpi",
    "evppi",
    "evppi_by_input",
    "first_order",
    "icer_frontier",
    "matched",
    "minimax_regret",
    "net_benefit",
    "part_of",
    "satisficing",
    "shapley",
    "share_interval",
    "thirds",
    "values_of_subsets",
]
