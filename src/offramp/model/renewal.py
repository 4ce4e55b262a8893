"""Mechanism M9, the peace after an off-ramp: it may break, the sooner the more was conceded and the more the invader rearmed.

Equation N7 of the model's documentation. Both sides rearm in a ceasefire; a concession teaches that war pays (moral hazard).
Daily arrays have days as their last axis.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from offramp.model.compiled import kernel, mechanism
from offramp.model.endings import Endings

Floats = NDArray[np.float64]


@mechanism
def renewal_hazard(
    base: float, moral_hazard: float, strength: float, invader: float, defender: float, elasticity: float
) -> float:
    """N7: hazard that the war is renewed, h_r m^o ( (1 + r_a) / (1 + r_d) )^a1, per day. Arrays work as well.

    base h_r per day; moral_hazard m: multiple for a full concession, o = 1; invader r_a, defender r_d >= 0: strength gained in
    the ceasefire, as shares of each side's own; elasticity a1: of the odds of victory in relative strength, W5.
    """
    return base * moral_hazard**strength * ((1.0 + invader) / (1.0 + defender)) ** elasticity


def renewed(ends: Endings, settled: str, hazard: ArrayLike, nuclear: ArrayLike) -> Endings:
    """E8 where a war that ended in `settled` may be renewed, and then goes on to the last day or to nuclear use.

    hazard: N7, nuclear: N1, both per day, [..., days], constant within each day, not negative; what is settled on a day may be
    renewed from the next. The endings and `war_on` still add to one; `renewed` is the chance that it has happened by each day.
    """
    ended = ends.probability[settled]
    shape = (*ended.shape[:-1], ended.shape[-1] - 1)
    again, use = (
        np.ascontiguousarray(np.broadcast_to(np.asarray(x, dtype=np.float64), shape)).reshape(-1, shape[-1])
        for x in (hazard, nuclear)
    )
    if (again < 0).any() or (use < 0).any():
        raise ValueError("a hazard is negative")
    paths = np.zeros((2, len(again), shape[-1] + 1))
    _follow_peace(np.diff(ended, axis=-1).reshape(-1, shape[-1]), again, use, paths)
    broken, used = (path.reshape(ended.shape) for path in paths)
    probability = {
        **ends.probability,
        settled: ended - broken,
        "nuclear": ends.probability["nuclear"] + used,
    }
    return Endings(probability, ends.war_on + broken - used, ends.leader, broken)


@kernel
def _follow_peace(settled: Floats, again: Floats, use: Floats, paths: Floats) -> None:
    """The chain peace -> renewed war -> nuclear use, day by day; settled, again, use [n, d]. Fills paths [2, n, d + 1]: that the
    war has been renewed, and that a weapon has been used in it.
    """
    for n in range(settled.shape[0]):
        peace = 0.0
        war = 0.0
        for d in range(settled.shape[1]):
            breaks = -np.expm1(-again[n, d]) * peace
            ends = -np.expm1(-use[n, d]) * war
            peace += settled[n, d] - breaks
            war += breaks - ends
            paths[0, n, d + 1] = paths[0, n, d] + breaks
            paths[1, n, d + 1] = paths[1, n, d] + ends
