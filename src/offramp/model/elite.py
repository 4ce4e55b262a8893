"""Mechanism M8, the top: how long the leader lasts, what shakes his rule, and what a post under him is worth.

Equations E1-E7 of the model's documentation. Scalar steps run in the engine as well, because disarray and the fear of
a fall feed back on the decisions of officials; on arrays they do the same elementwise. How the war ends is in
`endings`. Sources: mortality after Gompertz (1825); removal after Goemans (2000) and Debs and Goemans (2010).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from offramp.model.compiled import mechanism

Floats = NDArray[np.float64]

YEAR_DAYS = 365.25
_REFERENCE_AGE = 70.0  # the age at which mortality is stated


# The leader ------------------------------------------------------------------------------------------------------


def leader_mortality(
    age: ArrayLike,
    days: ArrayLike,
    *,
    at_70_per_year: ArrayLike,
    growth_per_year: ArrayLike,
    health: ArrayLike = 1.0,
) -> Floats:
    """E1: cumulated hazard of natural death, integral of mu70 exp(b (age - 70)) health over `days`. T24.

    age: years at the start; days from the start, any shape; at_70_per_year mu70 >= 0, growth_per_year b > 0; health:
    multiplier. Survival is exp(-result); hazards of single days are differences of the result. A year has 365.25
    days.
    """
    growth = np.asarray(growth_per_year, dtype=np.float64)
    level = (
        np.asarray(at_70_per_year) * np.asarray(health) * np.exp(growth * (np.asarray(age) - _REFERENCE_AGE))
    )
    return np.asarray(level / growth * np.expm1(growth * np.asarray(days, dtype=np.float64) / YEAR_DAYS))


def visible_decay(start: float, drift_per_year: float, days: ArrayLike, shift: ArrayLike) -> Floats:
    """E2: the leader's visible decay H_L after `days`, which grows by `drift_per_year`, with the day's `shift` on top.

    days and shift: any shapes that fit, which the result has.
    """
    return start + drift_per_year / YEAR_DAYS * np.asarray(days) + np.asarray(shift, dtype=np.float64)


@mechanism
def disarray_step(disarray: float, memory_days: float, shocks: float) -> float:
    """E2: disarray Q after a day: what is remembered of it, plus the day's shocks. Arrays work as well.

    shocks: rank-weighted exits of the elite times `disarray_per_exit`, purges, public quarrels, surprises of dissent,
    in units of Q.
    """
    return disarray * np.exp(-1.0 / memory_days) + shocks


@mechanism
def removal_hazard(
    base: float,
    disarray: float,
    win_probability: float,
    visible_decay: float,
    military_exits: float,
    poll: float,
    disarray_weight: float,
    war_weight: float,
    decay_weight: float,
    exits_weight: float,
    popularity_weight: float,
) -> float:
    """E3: h0 exp( c_Q Q + c_w (1 - p_win) + c_H H_L + c_X x_mil - c_pop poll ), per day. Arrays work as well.

    base h0 per day; military_exits x_mil: share of the force that has left; poll: measured support, 0 to 1.
    """
    return base * np.exp(
        disarray_weight * disarray
        + war_weight * (1.0 - win_probability)
        + decay_weight * visible_decay
        + exits_weight * military_exits
        - popularity_weight * poll
    )


# The elite ---------------------------------------------------------------------------------------------------------


@mechanism
def believed_survival(removal_hazard: float, days: float) -> float:
    """E4: probability, as the elite sees it, that the regime lasts `days` (730) at today's hazard. Arrays work as well."""
    return np.exp(-removal_hazard * days)


@mechanism
def value_of_post(
    survival: float,
    pay_weight: float,
    log_income_ratio: float,
    justice: float,
    purge_disutility: float,
    purged: float,
) -> float:
    """E6: what a post is worth, utils, in place of pay and danger in D3. Arrays work as well.

    survival: E4; log_income_ratio: ln(income of the post / income outside); justice: utils lost after a fall of the regime;
    purge_disutility times `purged`, the discounted probability of a purge while in post (`choice.death_ahead` of the
    purge hazard).
    """
    return survival * pay_weight * log_income_ratio - (1.0 - survival) * justice - purge_disutility * purged


@mechanism
def purge_hazard(base: float, setback_factor: float, setbacks: float) -> float:
    """E5: hazard that a senior official is purged, h_p0 (1 + a setbacks), per day; setbacks from 0 to 1. Arrays work
    as well.
    """
    return base * (1.0 + setback_factor * setbacks)


@mechanism
def competence(purges: float, loss_per_purge: float) -> float:
    """E5: competence left after a number of purges, (1 - loss)^purges. Arrays work as well."""
    return (1.0 - loss_per_purge) ** purges


def weighted_exits(exits: ArrayLike, rank_weights: ArrayLike) -> Floats:
    """E2: exits of the elite, each counted by rank. exits [..., groups], persons; rank_weights [groups] >= 0.
    Returns [...].
    """
    return np.asarray(exits, dtype=np.float64) @ np.asarray(rank_weights, dtype=np.float64)


def public_stance(
    support: ArrayLike, *, integrity: ArrayLike, dependence: ArrayLike, levels: ArrayLike, scale: ArrayLike
) -> Floats:
    """E7: how openly a dependent member of the elite speaks: logit over levels l with V_l = l (eta_I (-b) - w_dep).

    support b in [-1, 1], any shape; levels: 0 silence to 1 open criticism of the leader, [levels]; scale > 0, utils.
    Returns probabilities [..., levels].
    """
    drive = np.asarray(integrity) * -np.asarray(support, dtype=np.float64) - np.asarray(dependence)
    logits = (drive / np.asarray(scale))[..., None] * np.asarray(levels, dtype=np.float64)
    weight = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return weight / weight.sum(axis=-1, keepdims=True)
