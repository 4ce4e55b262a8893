"""What a departure costs: the ratio of means, its interval, and what to say where there is no such ratio.

A ratio of extra cost to extra departures means something in one quadrant of the cost-effectiveness plane
only: dearer and more leave. Elsewhere the policy is labelled by its quadrant and no number is given: a
negative ratio cannot be ranked (it confuses "saves money and adds departures" with "costs money and loses
them").
"""

from __future__ import annotations

import math
from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from offramp.analysis.compare import PREFIX, PolicySamples, Sample, Spread, outcome_samples, paired, spread

if TYPE_CHECKING:
    import polars as pl

COST, DEPARTURES_COST = "cost_usd", "departures_cost_usd"
EMIGRANTS_COST, POSTS_COST = "emigrants_cost_usd", "posts_cost_usd"

Quadrant = Literal[
    "dearer, more leave", "dearer, not more leave", "not dearer, more leave", "not dearer, not more leave"
]

# Standard normal quantile of a two-sided 90 % interval.
Z90 = 1.6448536269514722


@dataclass(frozen=True)
class CostPerDeparture:
    """Extra cost per extra departure of one policy against the reference, US dollars of the start year.

    ratio: mean extra cost / mean extra departures over draws; None outside the quadrant "dearer, more leave".
    low, high: Fieller's 90 % interval of that ratio: Monte Carlo error only, not what is unknown about the
    world. None when the mean of the extra departures cannot be told from zero: the interval is unbounded.
    per_draw: q05, q50, q95 over draws of the draw's own ratio, which is what is unknown about the world. A
    draw that costs more and adds no departure counts as dearer than any price, so a quantile that falls
    among such draws is None.
    quadrants: share of the draws in each quadrant. reason: why a number is missing; "" when none is.
    """

    policy: str
    cost: Spread
    net: Spread
    quadrant: Quadrant
    ratio: float | None
    low: float | None
    high: float | None
    per_draw: tuple[float | None, float | None, float | None]
    quadrants: dict[Quadrant, float]
    reason: str

    @property
    def determined(self) -> bool:
        """The ratio exists and these draws bound it; with one draw nothing can be said about bounds."""
        return self.ratio is not None and (self.net.draws == 1 or self.high is not None)


def cost_per_net_departure(
    draws: pl.DataFrame, policy: str, reference: str, *, effect: str = "departures", cost: str = "cost_usd"
) -> CostPerDeparture | None:
    """Cost per net departure of `policy` against `reference`, paired by draw.

    effect, cost: outcome names; their paired differences are the extra departures and the extra cost, which
    leaves out what is spent on emigrants and at posts (`for_departures`).
    Returns None when the run has no such outcome (nothing was paid for) or no draw in which both are defined.
    """
    columns = [PREFIX + name for name in (effect, cost, DEPARTURES_COST) if PREFIX + name in draws.columns]
    samples = outcome_samples(draws.select("policy", "draw", *dict.fromkeys(columns)))
    return price(samples, policy, reference, effect=effect, cost=cost)


def price(
    samples: Mapping[str, PolicySamples],
    policy: str,
    reference: str,
    *,
    effect: str = "departures",
    cost: str = COST,
    untold: str = "",
) -> CostPerDeparture | None:
    """`cost_per_net_departure` of what a table of draws holds. untold: why no price can be told of these draws."""
    held = samples[policy].values
    if policy == reference or not {effect, cost} <= set(held):
        return None
    cost = _of_departures(cost, effect, held)
    here, there = paired(samples, policy, reference, effect)
    net = here - there
    here, there = paired(samples, policy, reference, cost)
    extra = here - there
    defined = np.isfinite(net) & np.isfinite(extra)
    return _ratio(policy, extra[defined], net[defined], untold)


def _of_departures(cost: str, effect: str, names: Container[str]) -> str:
    """The outcome that holds what departures cost, among the names of a run; see `for_departures`."""
    bought = cost == COST and effect.startswith("departures") and DEPARTURES_COST in names
    return DEPARTURES_COST if bought else cost


def for_departures(draws: pl.DataFrame, effect: str, cost: str) -> pl.DataFrame:
    """The table of draws with `departures_cost_usd` in the place of `cost_usd`, for a price of departures.

    What is spent on emigrants and at posts buys none. Other costs and effects are left as they are, and so is a run
    that spends nothing there. effect, cost: names of outcomes.
    """
    import polars as pl

    names = {column.removeprefix(PREFIX) for column in draws.columns}
    found = _of_departures(cost, effect, names)
    return draws if found == cost else draws.with_columns(pl.col(PREFIX + found).alias(PREFIX + cost))


def fieller(numerator: Sample, denominator: Sample, z: float = Z90) -> tuple[float, float] | None:
    """Fieller's interval for a ratio of means of paired samples [n]; None when it is unbounded.

    The interval holds every R for which mean(numerator) - R mean(denominator) is within z standard errors
    of zero (Fieller 1954, J. R. Stat. Soc. B 16:175; for cost-effectiveness ratios: Willan & O'Brien 1996,
    Health Econ. 5:297).
    """
    n = numerator.size
    if n < 2:
        return None
    c, e = float(numerator.mean()), float(denominator.mean())
    moments = np.cov(numerator, denominator, ddof=1) / n
    vcc, vce, vee = float(moments[0, 0]), float(moments[0, 1]), float(moments[1, 1])
    a = e * e - z * z * vee
    if a <= 0.0:
        return None
    b = c * e - z * z * vce
    root = math.sqrt(max(0.0, b * b - a * (c * c - z * z * vcc)))
    return (b - root) / a, (b + root) / a


def _ratio(policy: str, extra: Sample, net: Sample, untold: str) -> CostPerDeparture | None:
    cost, gain = spread(extra), spread(net)
    if cost is None or gain is None:
        return None
    where, none = quadrant(cost.mean, gain.mean), (None, None, None)
    if untold:
        return CostPerDeparture(policy, cost, gain, where, None, None, None, none, {}, untold)
    shares = _quadrant_shares(extra, net)
    if where != "dearer, more leave":
        reason = _UNCLEAR if _near_zero(gain) else _REASONS[where]
        return CostPerDeparture(policy, cost, gain, where, None, None, None, none, shares, reason)
    interval = fieller(extra, net)
    per_draw, why = _per_draw(extra, net)
    reasons = [why]
    if interval is None and gain.draws > 1:
        reasons.append(_UNCLEAR)
    low, high = interval or (None, None)
    text = "; ".join(reason for reason in reasons if reason)
    return CostPerDeparture(
        policy, cost, gain, where, cost.mean / gain.mean, low, high, per_draw, shares, text
    )


_UNCLEAR = (
    "net departures cannot be told from zero with these draws, so no cost per net departure can be given"
)


def _near_zero(gain: Spread) -> bool:
    """The mean lies within the Monte Carlo error that Fieller's interval allows for, and is not zero throughout."""
    return bool(gain.mc_error) and abs(gain.mean) <= Z90 * (gain.mc_error or 0.0)


_REASONS: dict[Quadrant, str] = {
    "dearer, more leave": "",
    "dearer, not more leave": "costs more and adds no departures: there is no cost per net departure",
    "not dearer, more leave": "adds departures at no extra cost: a ratio could not be ranked",
    "not dearer, not more leave": "costs no more and adds no departures: a ratio would mislead",
}


def quadrant(cost: float, net: float) -> Quadrant:
    """Quadrant of the cost-effectiveness plane of an extra cost and extra departures; zero counts as not above."""
    if cost > 0.0:
        return "dearer, more leave" if net > 0.0 else "dearer, not more leave"
    return "not dearer, more leave" if net > 0.0 else "not dearer, not more leave"


def _quadrant_shares(extra: Sample, net: Sample) -> dict[Quadrant, float]:
    dearer, more = extra > 0.0, net > 0.0
    return {
        "dearer, more leave": float(np.mean(dearer & more)),
        "dearer, not more leave": float(np.mean(dearer & ~more)),
        "not dearer, more leave": float(np.mean(~dearer & more)),
        "not dearer, not more leave": float(np.mean(~dearer & ~more)),
    }


def _per_draw(extra: Sample, net: Sample) -> tuple[tuple[float | None, float | None, float | None], str]:
    """Quantiles of the draw's own ratio, with draws that add no departure above any price."""
    if np.any(extra <= 0.0):
        return (
            None,
            None,
            None,
        ), "some draws cost nothing extra, so the draws' own ratios cannot be put in order"
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        ratios = np.where(net > 0.0, extra / net, np.inf)
    # The observed value at or above the quantile: interpolation towards an infinite one has no meaning.
    ordered = np.sort(ratios)
    places = [math.ceil(q * (ratios.size - 1)) for q in (0.05, 0.5, 0.95)]
    low, middle, high = (float(ordered[i]) if np.isfinite(ordered[i]) else None for i in places)
    share = float(np.mean(net <= 0.0))
    why = f"in {share * 100.0:.2g} % of the draws no departure is added at any price" if share > 0.0 else ""
    return (low, middle, high), why
