"""The chance of an event from the draws in which it happened: never zero because it was not seen."""

from __future__ import annotations

from dataclasses import dataclass

from offramp.analysis.shares import share_interval

CONFIDENCE = 0.95
"""Of each of the two bounds."""


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
