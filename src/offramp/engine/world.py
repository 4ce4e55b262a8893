"""One draw before any policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from offramp.engine.inputs import Choice, Field, Mobilisation, Population, Regime, Support, Units, War

if TYPE_CHECKING:
    from offramp.engine.protest import Planned


@dataclass(frozen=True)
class World:
    """One draw before any policy: its soldiers, its field of candidates and its parameters."""

    draw: int
    values: Mapping[str, float]
    population: Population
    field: Field
    choice: Choice
    units: Units
    war: War
    mobilisation: Mobilisation
    support: Support
    regime: Regime
    planned: Planned
    politics: float
    error: float
    """Standard normal: the lasting error of the coalition's estimates of collapse."""
