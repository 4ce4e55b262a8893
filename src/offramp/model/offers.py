"""Mechanism M2, offers: what a promise is worth to the one who hears it, and what the coalition can serve and pay.

Equation D5 of the model's documentation, and the present value of money T10. Money is US dollars of the scenario's
start year; times are days; a month has 30 days.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from offramp.model.compiled import mechanism

MONTH_DAYS = 30


def present_value(
    schedule: Sequence[tuple[float, float]] = (),
    *,
    present_bias: float,
    discount_per_day: float,
    now: float = 0.0,
    stipend_per_month: float = 0.0,
    stipend_months: float = 0.0,
) -> float:
    """Quasi-hyperbolic present value, US dollars: M0 + beta sum M_j e^{-rho t_j} + beta sum of daily stipends.

    schedule: (days from now, dollars); a payment at day 0 counts as now. The stipend is paid daily, on days 1 to
    30 x stipend_months, a thirtieth of the month's sum each. present_bias beta in [0, 1], discount_per_day rho >= 0.
    Source: Laibson (1997); the daily sum is the closed form of a geometric series.
    """
    if any(days < 0 for days, _ in schedule):
        raise ValueError("a payment lies in the past: days must not be negative")
    total = now
    for days, dollars in schedule:
        total += dollars if days == 0 else present_bias * dollars * math.exp(-discount_per_day * days)
    last = round(MONTH_DAYS * stipend_months)
    if last > 0:
        # the geometric series of e^{-rho}; expm1 keeps its digits however small rho is
        rho = discount_per_day
        annuity = math.exp(-rho) * math.expm1(-rho * last) / math.expm1(-rho) if rho > 0 else float(last)
        total += present_bias * stipend_per_month / MONTH_DAYS * annuity
    return total


@mechanism
def belief(trust: float, win_loss: float, win_probability: float, exchange: float) -> float:
    """Believed probability that an offer is honoured: trust times the guarantor's ability, in [0, 1].

    win_loss: share of the guarantor's ability lost if the invader wins (0.8 for the defender, 0 for others);
    win_probability: believed probability that the invader wins; exchange: probability of being sent back in a settlement.
    """
    return trust * max(0.0, 1.0 - win_loss * win_probability - exchange)


@mechanism
def benefit_of_offer(
    base_safety: float,
    belief: float,
    money_weight: float,
    present_value: float,
    wealth: float,
    legal: float,
    family: float,
    safety: float,
) -> float:
    """D5: a_safe + theta [a_m ln(1 + PV / W) + legal + family + safety], utils.

    belief theta in [0, 1]; present_value and wealth in dollars, wealth > 0; legal, family and safety are utils if certain.
    """
    return base_safety + belief * (
        money_weight * math.log(1.0 + present_value / wealth) + legal + family + safety
    )


@mechanism
def refill(tokens: float, capacity: float, largest_weight: float) -> float:
    """Places left after a day's refill: unused places lapse, save the fraction of a simulated soldier's weight.

    tokens, capacity: persons; largest_weight > 0: persons that one simulated soldier stands for. A programme that serves
    one person a day serves a soldier who stands for ten on every tenth day.
    """
    whole = largest_weight * math.floor(tokens / largest_weight + 1e-9)
    return capacity + max(0.0, tokens - whole)


@mechanism
def affordable(budget_left: float, unit_cost: float) -> float:
    """Whole persons that the rest of the budget pays for; unlimited where nothing is paid."""
    if unit_cost <= 0.0 or budget_left == math.inf:
        return math.inf
    return float(math.floor(budget_left / unit_cost + 1e-9))
