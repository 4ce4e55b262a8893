"""Mechanism M2, offers: what a promise is worth to the one who hears it, and what the coalition can serve and pay.

Equation D5 of the model's documentation, and the present value of money T10. Money is US dollars of the scenario's
start year; times are days; a month has 30 days.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

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
def belief(
    trust: float,
    win_loss: float,
    win_probability: float,
    exchange: float,
    settlement_loss: float = 0.0,
    settlement: float = 0.0,
) -> float:
    """Believed probability that an offer is honoured: trust times the guarantor's ability, in [0, 1].

    win_loss: share of the guarantor's ability lost if the invader wins (0.8 for the defender, 0 for others);
    win_probability: believed probability that the invader wins; exchange: probability of being handed back, however the war ends;
    settlement_loss: share of the ability lost in a settlement, which ends a share `settlement` of wars that are not won.
    """
    lost = win_loss * win_probability + settlement_loss * settlement * (1.0 - win_probability)
    return trust * max(0.0, 1.0 - lost - exchange)


@mechanism
def believed(trust: float, promised: float, without: float) -> float:
    """What somebody expects of a probability that an offer promises to change: without + theta (promised - without).

    promised, without: the probability under the offer and by the ordinary way, in [0, 1]; trust theta in [0, 1].
    """
    return without + trust * (promised - without)


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


def price_for_share(
    share: ArrayLike,
    *,
    stay: ArrayLike,
    leave: ArrayLike,
    wealth_usd: ArrayLike,
    money_weight: ArrayLike,
    trust: ArrayLike = 1.0,
    success: ArrayLike = 1.0,
    paid_weight: ArrayLike = 1.0,
    scale: float = 1.0,
) -> NDArray[np.float64]:
    """T35: the smallest cash that brings the probability of taking an offer to `share`, US dollars.

    M* = (W / w) [ exp( (tau logit P + V_0 - V_1) / (theta q_s a_m) ) - 1 ], and 0 where no cash is needed. Infinite where no
    sum of money would do. One entry for each group gives a schedule of prices; arguments broadcast against each other.

    share P in (0, 1); stay V_0: value of everything but the offer, utils, which for several options is tau ln sum exp(V / tau);
    leave V_1: value of the offer without cash; wealth_usd W > 0; money_weight a_m; trust theta: believed probability that it is
    paid; success q_s; paid_weight w: present value of a promised dollar (present bias for later cash); scale tau > 0.
    """
    wanted = np.asarray(share, dtype=np.float64)
    if not ((wanted > 0) & (wanted < 1)).all() or scale <= 0:
        raise ValueError("share must lie within 0 and 1, and scale above 0")
    wealth, weight = (np.asarray(one, dtype=np.float64) for one in (wealth_usd, paid_weight))
    if (wealth <= 0).any() or (weight <= 0).any():
        raise ValueError("wealth_usd and paid_weight must be above 0")
    felt = np.prod(np.broadcast_arrays(money_weight, trust, success), axis=0, dtype=np.float64)
    if (felt < 0).any():
        raise ValueError("money_weight, trust and success must not be negative")
    missing = scale * np.log(wanted / (1.0 - wanted)) + np.subtract(stay, leave)
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        price = wealth / weight * np.expm1(missing / felt)
    return np.where(missing <= 0.0, 0.0, np.where(felt > 0.0, price, np.inf))


@mechanism
def passage_in_prospect(share: float, places: float, asked: float) -> float:
    """Share of exposed households that may expect to be brought out: `share`, or less when places fell short.

    places: households that can be brought out today; asked: households for whom it was asked on the last day. Where no place
    is left nobody counts on one, asked for or not.
    """
    if places < 1e-9:  # what rounding leaves of the last place is none
        return 0.0
    return share if asked <= places else share * places / asked


@mechanism
def attempt_risks(
    caught: float, killed: float, safer: float, caught_shift: float, killed_shift: float
) -> tuple[float, float]:
    """D4: probabilities of arrest and death in an attempt, each moved in log-odds against success.

    safer: taken from both by safe passage, so that they fall in proportion to each other; caught_shift, killed_shift: added by
    the crackdown. Success, arrest and death stay one whole; what cannot happen still cannot.
    """
    success = max(0.0, 1.0 - caught - killed) * math.exp(safer)
    arrest = caught * math.exp(caught_shift)
    death = killed * math.exp(killed_shift)
    total = success + arrest + death
    return arrest / total, death / total


@mechanism
def refill(tokens: float, capacity: float, largest_weight: float) -> float:
    """Places left after a day's refill: unused places lapse, save one that took longer than a day to come, and the fraction of a
    simulated soldier's weight.

    tokens, capacity: persons; largest_weight > 0: persons that one simulated soldier stands for. A programme that serves
    one person a day serves a soldier who stands for ten on every tenth day, or on any later one.
    """
    fraction = tokens - largest_weight * math.floor(tokens / largest_weight + 1e-9)
    return max(capacity + max(0.0, fraction), min(tokens + capacity, largest_weight))


@mechanism
def affordable(budget_left: float, unit_cost: float) -> float:
    """Whole persons that the rest of the budget pays for; unlimited where nothing is paid."""
    if unit_cost <= 0.0 or budget_left == math.inf:
        return math.inf
    return float(math.floor(budget_left / unit_cost + 1e-9))
