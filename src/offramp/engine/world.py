"""One draw before any policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from offramp.engine.inputs import Choice, Field, Mobilisation, Population, Regime, Support, Units, War


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
    politics: float
    error: float
    """Standard normal: the lasting error of the coalition's estimates of collapse."""
