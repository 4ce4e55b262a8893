"""Mechanism M10, the ledger: what a policy costs, and to whom.

Three perspectives. The coalition's budget counts what is paid. The coalition's society counts against it what entrants
contribute who would not have come anyway, and adds what it forgoes itself, incidents and, where they are given a value, the
lives of defenders and civilians. Everyone's account takes out what merely changes hands and adds the lives of invaders. Money
is US dollars of the start year.
"""

from __future__ import annotations

import math

from offramp.model.compiled import mechanism

YEAR_DAYS = 365.0


@mechanism
def discount_factor(rate_per_year: float, day: float) -> float:
    """K1: value on day 0 of a dollar due on `day`, (1 + r)^(-day / 365)."""
    return math.exp(-math.log1p(rate_per_year) * day / YEAR_DAYS)


def discount_per_day(rate_per_year: float) -> float:
    """K1 as a rate per day, ln(1 + r) / 365: what is paid d days after an admission counts e^{-rate d} of it then."""
    return math.log1p(rate_per_year) / YEAR_DAYS


@mechanism
def admission_price(
    payments: float,
    reception: float,
    screening: float,
    unpaid: float,
    fraud: float,
    sensitivity: float,
) -> float:
    """K2: cost of one person admitted, payments (1 - unpaid + f (1 - s)) + reception + screening (1 + f), dollars. Arrays work as
    well.

    payments: cash and bonus, later payments and stipend at their value on the day of admission (K1); reception: admission,
    legal status, the family's evacuation and the handling of testimony; screening: per claimant; unpaid: share of those
    admitted who are never paid; fraud f: false claimants per person admitted; sensitivity s: share of them who are found.
    """
    return payments * (1.0 - unpaid + fraud * (1.0 - sensitivity)) + reception + screening * (1.0 + fraud)


@mechanism
def contribution(usd_per_year: float, years: float, rate_per_year: float) -> float:
    """K3: present value of an entrant's net contribution over `years`, paid evenly, c (1 - (1 + r)^-n) / ln(1 + r)."""
    growth = math.log1p(rate_per_year)
    if growth < 1e-12:  # the limit without discount, while the quotient still has its digits
        return usd_per_year * years
    return -usd_per_year * math.expm1(-growth * years) / growth


@mechanism
def society_cost(
    cost: float, contributions: float, incidents: float, incident_cost: float, deaths: float, life: float
) -> float:
    """K4: cost to the coalition's society, dollars.

    cost: what the policy costs, whether budgets pay it or the society itself forgoes it; contributions: of entrants who would
    not have come under the reference, present value; incidents times incident_cost;
    deaths: defenders and civilians, persons, times the value of a life (0: deaths are shown as deaths only).
    """
    return cost - contributions + incidents * incident_cost + deaths * life


@mechanism
def everyone_cost(society: float, transfers: float, invader_deaths: float, life: float) -> float:
    """K5: cost to everyone, dollars: payments to leavers change hands and cost nobody; invaders' lives count."""
    return society - transfers + invader_deaths * life
