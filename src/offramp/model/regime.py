"""Mechanism M4, the regime's answer: one crackdown R in [0, 1] that rises with departures and acts on everything.

Equations R1-R4 of the model's documentation. Probabilities move in log-odds, so they stay probabilities. Sources: coercion
keeps soldiers at the price of lives and fighting power, Lyall and Zhukov (2025); executions breed absences, Chen (2017).
"""

from __future__ import annotations

import math

import numpy as np

from offramp.model.compiled import mechanism

WEEK = 7
"""Days between two answers of the regime, R1, for which its gain and decay are stated; opinion at home moves as often, O1."""


@mechanism
def crackdown_step(
    crackdown: float, gain: float, decay: float, seen_per_day: float, tolerance: float, ceiling: float
) -> float:
    """R1 over one week: R (1 - d) + eta ln(1 + seen / tolerance), within [0, ceiling].

    gain eta per week; decay d in [0, 1], share lost in a week; seen_per_day: departures and arrests that the regime sees,
    persons per day of that week; tolerance > 0, persons per day; ceiling in [0, 1], what the regime can afford.
    """
    risen = crackdown * (1.0 - decay) + gain * math.log1p(seen_per_day / tolerance)
    return min(ceiling, max(0.0, risen))


@mechanism
def enforced_ceiling(ceiling: float, left: float, exponent: float) -> float:
    """R5: the ceiling of the crackdown that those who enforce it still carry, c (1 - x)^n. Arrays work as well.

    ceiling c in [0, 1]; left x: share of them who have left, in [0, 1]; exponent n >= 0: 1 in proportion, 2 where who stays looks
    over his shoulder.
    """
    return ceiling * (1.0 - left) ** exponent


@mechanism
def risen(level: float, increase: float, crackdown: float) -> float:
    """R2, R3: a hazard, rate or sentence under the crackdown, level (1 + increase R)."""
    return level * (1.0 + increase * crackdown)


@mechanism
def remaining(level: float, share: float, crackdown: float) -> float:
    """R2: what barrier troops leave of windows, and coercion of fighting strength, level (1 - share R)."""
    return level * (1.0 - share * crackdown)


@mechanism
def propaganda(start: float, increase: float, crackdown: float) -> float:
    """R3: propaganda pi_0 + increase R, at most 1. Arrays work as well."""
    return np.minimum(1.0, start + increase * crackdown)


@mechanism
def grievance_step(
    grievance: float, decay: float, per_thousand: float, backfire: float, events: float, persons: float
) -> float:
    """R4 over one day: G e^{-decay} + psi backfire events per 1,000 of the group.

    decay per day; per_thousand psi: grievance of one event per 1,000; backfire: the group's own multiple; events: men jailed
    or killed in attempts and families harmed, persons; persons: the group's size, nobody is aggrieved where there is nobody.
    """
    bred = per_thousand * backfire * 1000.0 * events / persons if persons > 0.0 else 0.0
    return grievance * math.exp(-decay) + bred
