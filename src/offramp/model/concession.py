"""Mechanism M9, what an accepted off-ramp costs: for how long its concession stands, and what follows from that.

Equation N9 of the model's documentation. Daily arrays have days as their last axis.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def concession_days(lasts: ArrayLike, renewal_hazard: ArrayLike, discount_per_day: ArrayLike = 0.0) -> Floats:
    """N9: days for which a concession is expected to stand, (1 - e^{-(h + r) D}) / (h + r). Any common shape.

    lasts D >= 0: days agreed; renewal_hazard h: N7, per day, at which a renewed war ends it before; discount_per_day r: where
    days are paid for, each counts at its value on the first (K1). With neither it is D itself.
    """
    total: Any = np.asarray(renewal_hazard, dtype=np.float64) + np.asarray(discount_per_day, dtype=np.float64)
    days, total = np.broadcast_arrays(np.asarray(lasts, dtype=np.float64), total)
    fallen: Any = total * days
    falls = fallen > 1e-300  # a quotient of smaller numbers has no digits left, and is D to the last
    return np.where(falls, -np.expm1(-fallen) / np.where(falls, total, 1.0), days)


def expected_cost(accepted: ArrayLike, cost: ArrayLike) -> Floats:
    """N9: cost expected of what is accepted up to each day, [..., days + 1], from 0 at the start.

    accepted: probability that it has been accepted by each day, [..., days + 1]; cost: of one accepted on each day, [..., days].
    """
    due: Any = np.diff(np.asarray(accepted, dtype=np.float64), axis=-1) * np.asarray(cost, dtype=np.float64)
    return np.concatenate([np.zeros((*due.shape[:-1], 1)), np.cumsum(due, axis=-1)], axis=-1)
