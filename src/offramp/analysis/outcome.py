"""How one outcome of a run is labelled and judged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["departures", "harm", "money", "war", "other"]
Better = Literal["more", "less"]
Unit = Literal["persons", "usd", "share", "families", "days", "relative", "other"]


@dataclass(frozen=True)
class Outcome:
    """How one outcome is labelled and judged.

    `better` is None where the direction is not for a model to judge, or is not known.
    """

    name: str
    label: str
    unit: Unit
    kind: Kind
    better: Better | None
    meaning: str
