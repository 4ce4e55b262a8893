"""Mechanism M6, war relative to the reference: no defender army is simulated; exits move what the reference fixes.

Equations W1-W6 of the model's documentation. Hazards per day, strengths in persons.
"""

from __future__ import annotations

import math

from offramp.model.compiled import mechanism

FIRST_BELIEF_DAYS = 30
"""I5: days at the start over whose mean danger the first belief is formed. Judgement: it follows with a lag of about a month."""

LOSS_DAYS = 30
"""W6: days over which lost strength counts. A definition: b2 is stated for this span, and would have to change with it."""

ALL_LOST = 50.0
"""W6: log strength lost by a force of which nothing is left, which has no logarithm: e^-50 of any army is nobody."""


@mechanism
def belief_step(perceived: float, actual: float, optimism: float, rate: float) -> float:
    """I5 over one day, solved exactly: the perceived hazard of death follows optimism times the true one.

    perceived, actual and the result are per day; rate k_b per day. T39.
    """
    return perceived + (1.0 - math.exp(-rate)) * (optimism * actual - perceived)


@mechanism
def shift_log_odds(probability: float, shift: float) -> float:
    """W5: move a probability by `shift` in log-odds; stays in (0, 1), and 0 and 1 stay what they are."""
    if probability <= 0.0 or probability >= 1.0:
        return probability
    z = math.log(probability / (1.0 - probability)) + shift
    return 1.0 / (1.0 + math.exp(-z)) if z >= 0.0 else math.exp(z) / (1.0 + math.exp(z))


@mechanism
def win_probability(reference: float, elasticity: float, strength_ratio: float) -> float:
    """W5: logit p_win = logit p_ref + a1 ln(E / E_ref). A force with no strength left cannot win."""
    if strength_ratio <= 0.0:
        return 0.0
    return shift_log_odds(reference, elasticity * math.log(strength_ratio))


@mechanism
def strength_loss(before: float, now: float) -> float:
    """W6: ln(before / now), the log strength lost from `before` to `now`, persons; at most ALL_LOST, negative where it grew.

    A force that had none has none to lose.
    """
    if before <= 0.0:
        return 0.0
    return min(ALL_LOST, math.log(before / now)) if now > 0.0 else ALL_LOST


@mechanism
def collapse_probability(b0: float, b1: float, b2: float, share_broken: float, lost: float) -> float:
    """W6: probability that the front collapses within 60 days, sigma(b0 + b1 broken + b2 max(0, ln(E(t-30)/E(t)))).

    share_broken in [0, 1]; lost: see `strength_loss`, clipped at 0.
    """
    z = b0 + b1 * share_broken + b2 * max(0.0, lost)
    return 1.0 / (1.0 + math.exp(-z)) if z >= 0.0 else math.exp(z) / (1.0 + math.exp(z))


@mechanism
def deaths_per_day(reference: float, exponent: float, strength_ratio: float) -> float:
    """Defenders' or civilians' deaths, d_ref (E / E_ref)^g, persons per day. 0^0 is 1."""
    if strength_ratio <= 0.0:
        return reference if exponent == 0.0 else 0.0
    return reference * strength_ratio**exponent


@mechanism
def bombardment(strength_ratio: float, substitution: float) -> float:
    """Factor on civilians' deaths when the ground force weakens: 1 at E_ref, `substitution` at no strength, linear."""
    return 1.0 + (substitution - 1.0) * max(0.0, 1.0 - strength_ratio)
