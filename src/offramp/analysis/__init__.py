"""What a run says: effects on the reference, costs, and the spread. Takes tables, not simulators."""

from __future__ import annotations

from offramp.analysis.compare import Comparison, Effect, Spread, compare
from offramp.analysis.cost import CostPerDeparture, cost_per_net_departure
from offramp.analysis.outcomes import Outcome, describe
from offramp.analysis.sensitivity import Index, Sensitivity, first_order

__all__ = [
    "Comparison",
    "CostPerDeparture",
    "Effect",
    "Index",
    "Outcome",
    "Sensitivity",
    "Spread",
    "compare",
    "cost_per_net_departure",
    "describe",
    "first_order",
]
