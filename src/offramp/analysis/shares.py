"""How far a share counted in a finite number of draws may be off."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from offramp.errors import OfframpError


def share_interval(
    successes: ArrayLike, trials: int, *, level: float = 0.9
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Clopper and Pearson's interval of a binomial share, exact also at none and at all of the trials.

    successes: any shape, 0 to `trials`; where ties were divided they need not be whole. level: probability
    that the interval holds the true share, at least. Returns the lower and the upper ends, of that shape.
    """
    from scipy.special import betaincinv  # pyright: ignore[reportUnknownVariableType]

    x = np.asarray(successes, dtype=np.float64)
    if trials < 1 or not 0.0 < level < 1.0:
        raise OfframpError("an interval of a share needs at least one trial and a level between 0 and 1")
    if (x < 0.0).any() or (x > trials * (1.0 + 1e-12)).any():
        raise OfframpError("successes must lie between 0 and the number of trials")
    x = np.minimum(x, trials)
    tail = (1.0 - level) / 2.0
    # The beta quantiles are undefined at the ends, where the interval is closed by the end itself.
    low = np.where(x > 0.0, betaincinv(np.maximum(x, 1e-300), trials - x + 1.0, tail), 0.0)
    high = np.where(x < trials, betaincinv(x + 1.0, np.maximum(trials - x, 1e-300), 1.0 - tail), 1.0)
    return low, high
