"""What a run remembers of the top of the regime."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from offramp.engine.inputs import Floats


class Standing(NamedTuple):
    """Disarray, exits from posts as of yesterday, and the off-ramp as soldiers see it."""

    disarray: Floats  # [1]
    left: Floats  # [g] persons who had left
    seen: Floats  # [g] share of those in sight who have left, by rank
    purges: Floats  # [1] at all posts so far, as the front feels them
    due: NDArray[np.int64]  # [1] day on which the coalition first believed collapse near enough, else -1


def begin_standing(groups: int) -> Standing:
    """Nothing has happened yet."""
    return Standing(np.zeros(1), np.zeros(groups), np.zeros(groups), np.zeros(1), np.full(1, -1, np.int64))
