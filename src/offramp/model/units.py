"""Mechanism M5, units: squads and companies that hold their members early and pull them along late.

Equation D6 and the breakpoints W3. Sources: cohesion that changes sign after Bearman (1991) and McLauchlin (2015);
breakpoints as a distribution, not a number, after Clark (1954) and Helmbold (1971).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from offramp.model.compiled import mechanism


def social_utility(share_left: float, cohesion: float, contagion: float, loyalty: float) -> float:
    """D6: c [(gam + kap) x - kap], utils, for share_left x in [0, 1]. Negative at 0, zero at kap / (gam + kap)."""
    return cohesion * ((contagion + loyalty) * share_left - loyalty)


@mechanism
def reproduction_number(
    push: float, memory_days: float, group_exit: float, mates: float, exits: float
) -> float:
    """Departures that one departure brings about: influence over the remembered time, and mates who go at once.

    push: sum over routes of w_k P_k P_0 q_s times the soldier's influence, per day; as every route rises by the same
    utility, dP_k/dSoc = P_k P_0. memory_days: how long an exit is remembered; group_exit: probability that a window opens
    for a mate; mates: soldiers in the squad less one; exits: probability that an opened window ends in a departure.
    """
    return push * memory_days + group_exit * mates * exits


@mechanism
def is_broken(losses: float, established: float, breakpoint: float) -> bool:
    """W3: a unit is broken when its losses and departures over the memory exceed its breakpoint share."""
    return losses > breakpoint * established


def breakpoint_share(loss: ArrayLike, a: float = 3.0, b: float = 7.0) -> NDArray[np.float64]:
    """Share of units broken at a loss share, P(B < loss) with B ~ Beta(a, b). Loss in [0, 1], any shape. T36."""
    from scipy.special import betainc

    return np.asarray(betainc(a, b, np.asarray(loss, dtype=np.float64)), dtype=np.float64)


def effective_strength(loss: ArrayLike, a: float = 3.0, b: float = 7.0) -> NDArray[np.float64]:
    """Share of the established strength that still fights, (1 - loss)(1 - share broken). T36."""
    x = np.asarray(loss, dtype=np.float64)
    return (1.0 - x) * (1.0 - breakpoint_share(x, a, b))
