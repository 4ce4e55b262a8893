"""The chance of an event from the draws in which it happened: never zero because it was not seen."""

from __future__ import annotations

import math
from dataclasses import dataclass

from offramp.analysis.shares import share_interval

CONFIDENCE = 0.95
"""Of each of the two bounds."""

QUANTILE = 1.6448536269514722
"""Standard errors beyond which a normal estimate lies in one case of twenty, to either side."""


@dataclass(frozen=True)
class Chance:
    """An event that happened in `count` of `draws` draws.

    low, high: Clopper and Pearson's exact bounds (1934, Biometrika 26:404), each of which holds with 95 %
    confidence, so that the two together are a 90 % interval. After no event in n draws `high` is close to the
    rule of three, 3 / n. They are for independent draws; quasi-random draws err less.
    """

    count: int
    draws: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """Share of the draws."""
        return self.count / self.draws


def chance(count: int, draws: int) -> Chance:
    """Bounds of the chance of an event seen `count` times in `draws` draws; ValueError unless 0 <= count <= draws."""
    if draws < 1 or not 0 <= count <= draws:
        raise ValueError(f"{count} of {draws} draws")
    low, high = share_interval(count, draws, level=2.0 * CONFIDENCE - 1.0)
    return Chance(count, draws, float(low), float(high))


def change_of_chance(more: int, less: int, draws: int) -> tuple[float, float]:
    """Bounds of how much a chance changes between two policies in the same draws; each holds with about 95 % confidence.

    more, less: draws in which the event happens under the one alone, under the other alone. Agresti and Min's interval for
    matched pairs (2005, Statistics in Medicine 24:729): Wald's, after half a draw was added to each of the four cells, so that
    it has a width also where no draw differs. ValueError unless 0 <= more, 0 <= less and more + less <= draws.
    """
    if draws < 1 or more < 0 or less < 0 or more + less > draws:
        raise ValueError(f"{more} and {less} of {draws} draws")
    up, down = (more + 0.5) / (draws + 2.0), (less + 0.5) / (draws + 2.0)
    change = up - down
    room = QUANTILE * math.sqrt((up + down - change**2) / (draws + 2.0))
    return max(-1.0, change - room), min(1.0, change + room)
