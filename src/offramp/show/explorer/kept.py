"""What is kept of a state: its draws, level by level, and what was carried over to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from offramp.show.explorer.batch import Batch, joined
from offramp.show.explorer.carried import Sample

LEVELS: Final = (8, 16, 64, 200)
"""Draws of a first picture that nothing can be carried over for, and of its refinements; the last are as many as in the
default run."""

BATCH: Final = 2
"""Draws that a worker does at a time where nobody waits for a first picture; of one it does one by one."""

STARTS: Final = (*range(LEVELS[0]), *range(LEVELS[0], LEVELS[-1], BATCH))
"""First draws of all batches."""


@dataclass
class Kept:
    """Batches of one state, by their first draw."""

    batches: dict[int, Batch] = field(default_factory=dict[int, Batch])
    whole: Batch | None = None
    """All of them as one, once they are complete; then it has taken their place."""
    carried: Sample | None = None
    """As many draws, of which some are simulated and the others carried over, until all are simulated."""

    @property
    def size(self) -> int:
        carried = self.carried and self.carried.batch
        return sum(one.nbytes for one in (self.whole, carried, *self.batches.values()) if one is not None)

    @property
    def held(self) -> int:
        """Draws of the highest level that is held complete, from the first on; 0 for none."""
        if self.whole is not None:
            return LEVELS[-1]
        return next((n for n in reversed(LEVELS) if not self.missing(range(n))), 0)

    def missing(self, draws: Sequence[int]) -> list[int]:
        """First draws of the batches of these draws that are not held."""
        if self.whole is not None:
            return []
        return [start for start in STARTS if start in draws and start not in self.batches]

    def of(self, draws: Sequence[int]) -> Batch:
        """These draws, which are held: some of the first picture, or all from the first on up to one of the levels."""
        if self.whole is None and len(draws) == LEVELS[-1]:
            self.whole, self.carried = joined(list(self.batches.values())), None
            self.batches.clear()
        if self.whole is not None:
            return self.whole if len(draws) == LEVELS[-1] else self.whole.some(draws)
        return joined([self.batches[start] for start in STARTS if start in draws])

    def base(self, few: int) -> Sample | None:
        """What a state of which `few` draws are simulated may be carried over from; None where that is no more than those."""
        if self.carried is not None and self.carried.simulated >= max(few, LEVELS[0]):
            return self.carried
        return Sample(self.of(range(self.held)), self.held) if self.held > few else None
