"""What a run says about money: plane, acceptability and frontier as tables, charts and numbers.

Everything is against the reference and paired by draw. The price put on a net departure is that of fighting
on: the first comparator that the scenario states, or else what allied military aid comes to for each loss
that the defender claims (`analysis.comparators`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from offramp.analysis import (
    Acceptability,
    AcceptabilityFrontier,
    Comparator,
    Frontier,
    Information,
    ceac,
    ceaf,
    comparators,
    cost_effect,
    evpi,
    icer_frontier,
    net_benefit,
    share_interval,
)
from offramp.analysis.compare import PREFIX
from offramp.evidence import figure
from offramp.scenario.quantities import Number
from offramp.show import charts_economics as drawn
from offramp.show.charts import Width
from offramp.show.palette import LIGHT, Theme
from offramp.show.run import Run
from offramp.show.words import share

if TYPE_CHECKING:
    import altair as alt
    import polars as pl

    from offramp.scenario.tables import Scenario

FloatArray = NDArray[np.float64]

COST = "cost_usd"
EFFECT = "departures"
# Curves run to so many times the price of fighting on, in so many steps.
_PRICES_TO = 2.5
_STEPS = 125
# A cloud of more points than this is a blot, and the page would carry them all.
MOST_POINTS = 400
_CORNERS = {"ne": (1, 1), "nw": (-1, 1), "se": (1, -1), "sw": (-1, -1)}
_QUADRANT_WORDS = {
    "ne": "dearer, more leave",
    "nw": "dearer, not more leave",
    "se": "not dearer, more leave",
    "sw": "not dearer, not more leave",
}


@dataclass(frozen=True)
class Economics:
    """Costs and departures of all policies over the reference, the first.

    cost, effect: [draws, policies], zero for the reference. price: that of the first of `others`. at_price:
    the choice at that price. cheaper, cheaper_low, cheaper_high: share of draws in which the policy's net
    benefit at that price is above zero, that is, in which a net departure costs less, with its 90 %
    interval [policies]. column: the cost column that was used.
    """

    column: str
    policies: tuple[str, ...]
    cost: FloatArray
    effect: FloatArray
    frontier: Frontier
    price: float
    others: tuple[Comparator, ...]
    at_price: AcceptabilityFrontier
    chances: Acceptability
    curves: Acceptability
    best: AcceptabilityFrontier
    cheaper: FloatArray
    cheaper_low: FloatArray
    cheaper_high: FloatArray

    @property
    def reference(self) -> str:
        return self.policies[0]

    @property
    def draws(self) -> int:
        return self.cost.shape[0]

    def knowing(self) -> Information:
        """What it would be worth to know the draw before choosing, at the price of fighting on."""
        return evpi(net_benefit(self.cost, self.effect, self.price))


def cost_columns(draws: pl.DataFrame) -> tuple[str, ...]:
    """Names of the cost outcomes of a run: `cost_usd`, and `cost_usd.<perspective>` where there are any."""
    names = [c.removeprefix(PREFIX) for c in draws.columns if c.startswith(PREFIX)]
    return tuple(n for n in names if n == COST or n.startswith(f"{COST}."))


def compared_with(scenario: Scenario) -> tuple[Comparator, ...]:
    """The comparators that a scenario states, an uncertain one at its median; the cited ones where it states none.

    What is to be known of one, and the scenario leaves out, is what the first figure says that it cites.
    """
    stated = [
        Comparator(
            f"{one.name} per {one.per}",
            one.cost_usd.value if isinstance(one.cost_usd, Number) else float(one.cost_usd.law.quantile(0.5)),
            one.cost_usd.evidence,
            one.cost_usd.note or next((figure(cited).note for cited in one.cost_usd.evidence), ""),
        )
        for one in scenario.comparators
    ]
    return tuple(stated) or comparators()


def economics_of(run: Run, *, cost: str = COST, effect: str = EFFECT) -> Economics | None:
    """The economics of a run against its reference, beside what its scenario compares with."""
    return economics(run.draws, run.policies[0], compared_with(run.scenario), cost=cost, effect=effect)


def economics(
    draws: pl.DataFrame,
    reference: str,
    others: tuple[Comparator, ...],
    *,
    cost: str = COST,
    effect: str = EFFECT,
) -> Economics | None:
    """The economics of a run; None where there is one policy only, or no cost or effect, or nothing was paid.

    draws: the table of draws.parquet. others: amounts to compare with, the first being the price of fighting
    on. cost, effect: names of outcomes.
    """
    names = [str(p) for p in draws["policy"].unique(maintain_order=True).to_list()]
    missing = {PREFIX + cost, PREFIX + effect} - set(draws.columns)
    if missing or len(names) < 2:
        return None
    ordered = [reference, *(p for p in names if p != reference)]
    levels = cost_effect(draws, effect=effect, cost=cost, policies=ordered)
    extra_cost = levels.cost - levels.cost[:, :1]
    extra_effect = levels.effect - levels.effect[:, :1]
    if not extra_cost.any():
        return None
    price = others[0].usd
    prices = np.linspace(0.0, _PRICES_TO * price, _STEPS + 1)
    above = (net_benefit(extra_cost, extra_effect, price) > 0.0).sum(axis=0)
    n = extra_cost.shape[0]
    low, high = share_interval(above, n)
    return Economics(
        column=cost,
        policies=levels.policies,
        cost=extra_cost,
        effect=extra_effect,
        frontier=icer_frontier(extra_cost, extra_effect, levels.policies),
        price=price,
        others=others,
        at_price=ceaf(extra_cost, extra_effect, price, levels.policies),
        chances=ceac(extra_cost, extra_effect, price, levels.policies),
        curves=ceac(extra_cost, extra_effect, prices, levels.policies),
        best=ceaf(extra_cost, extra_effect, prices, levels.policies),
        cheaper=above / n,
        cheaper_low=low,
        cheaper_high=high,
    )


def plane_tables(found: Economics, policy: str) -> dict[str, pl.DataFrame]:
    """The tables of `charts_economics.plane` for one policy, by name of data set."""
    import polars as pl

    i = found.policies.index(policy)
    effect, cost = found.effect[:, i], found.cost[:, i]
    ends = _price_line(effect, cost, found.price)
    more = np.asarray(effect > 0.0, dtype=np.bool_)
    dearer = np.asarray(cost > 0.0, dtype=np.bool_)
    rows: list[dict[str, str]] = []
    for corner, (right, up) in _CORNERS.items():
        inside = float(((more == (right > 0)) & (dearer == (up > 0))).mean())
        if inside > 0.0:
            rows.append({"corner": corner, "text": f"{_QUADRANT_WORDS[corner]}: {share(inside)}"})
    shown = slice(0, MOST_POINTS)
    return {
        drawn.TABLE: pl.DataFrame({"effect": effect[shown], "cost": cost[shown]}),
        drawn.MEAN: pl.DataFrame({"effect": [effect.mean()], "cost": [cost.mean()]}),
        drawn.PRICE: pl.DataFrame({"effect": ends, "cost": [found.price * x for x in ends]}),
        drawn.QUADRANTS: pl.DataFrame(rows, schema={"corner": pl.String, "text": pl.String}),
    }


def acceptability_tables(found: Economics) -> dict[str, pl.DataFrame]:
    """The tables of `charts_economics.acceptability`, by name of data set."""
    import polars as pl

    curves, best = found.curves, found.best.best
    rows = [
        {
            "policy": policy,
            "price": float(price),
            "probability": float(curves.probability[j, i]),
            "low": float(curves.low[j, i]),
            "high": float(curves.high[j, i]),
            "best": bool(best[j] == i),
        }
        for i, policy in enumerate(found.policies)
        for j, price in enumerate(curves.willingness_to_pay)
    ]
    first = found.others[0]
    return {
        drawn.TABLE: pl.DataFrame(rows),
        drawn.RULES: pl.DataFrame({"price": [first.usd], "label": [first.what]}),
    }


_ONE_PLACE = 0.02
"""Policies nearer to each other than this part of the chart's width, and of their cost, are drawn upon each other."""

_BETWEEN = 30
"""Points between two neighbours on the frontier."""


def frontier_tables(found: Economics) -> dict[str, pl.DataFrame]:
    """The tables of `charts_economics.frontier`, by name of data set."""
    import polars as pl

    low_e, high_e = np.quantile(found.effect, (0.05, 0.95), axis=0)
    low_c, high_c = np.quantile(found.cost, (0.05, 0.95), axis=0)
    labels = _labels(found)
    rows = [
        {
            "policy": step.policy,
            "label": labels[i],
            "effect": step.effect,
            "cost": step.cost,
            "effect_low": float(low_e[i]),
            "effect_high": float(high_e[i]),
            "cost_low": float(low_c[i]),
            "cost_high": float(high_c[i]),
            "status": step.status,
        }
        for i, step in enumerate(found.frontier.steps)
    ]
    along = [found.frontier[p] for p in found.frontier.path]
    # Mixtures of two neighbours lie on a straight line of dollars and persons, which is none on a scale of magnitudes.
    at = np.linspace(0.0, len(along) - 1.0, _BETWEEN * (len(along) - 1) + 1)
    ends = np.arange(len(along))
    path = {
        "effect": np.interp(at, ends, [s.effect for s in along]),
        "cost": np.interp(at, ends, [s.cost for s in along]),
        "order": np.arange(len(at)),
    }
    return {drawn.TABLE: pl.DataFrame(rows), drawn.PATH: pl.DataFrame(path)}


def _labels(found: Economics) -> list[str]:
    """The number of each policy, in the order of the scenario; where several stand in one place the first bears them all."""
    steps = found.frontier.steps
    width = max(abs(one.effect) for one in steps) or 1.0
    labels, left = [""] * len(steps), list(range(len(steps)))
    while left:
        one = steps[left[0]]
        same = [
            i
            for i in left
            if abs(steps[i].effect - one.effect) <= _ONE_PLACE * width
            and abs(steps[i].cost - one.cost) <= _ONE_PLACE * max(abs(one.cost), abs(steps[i].cost))
        ]
        labels[left[0]] = ", ".join(str(found.policies.index(steps[i].policy) + 1) for i in same)
        left = [i for i in left if i not in same]
    return labels


def cost_effectiveness_plane(
    run: Run, policy: str, *, theme: Theme = LIGHT, width: Width = 320
) -> alt.LayerChart | None:
    """Plane of one policy of a run; None where the run has no economics."""
    found = economics_of(run)
    if found is None:
        return None
    t = plane_tables(found, policy)
    return drawn.plane(
        t[drawn.TABLE], t[drawn.MEAN], t[drawn.PRICE], t[drawn.QUADRANTS], theme=theme, width=width
    )


def acceptability_curves(run: Run, *, theme: Theme = LIGHT, width: Width = 640) -> alt.LayerChart | None:
    """Acceptability curves of a run; None where the run has no economics."""
    found = economics_of(run)
    if found is None:
        return None
    t = acceptability_tables(found)
    return drawn.acceptability(t[drawn.TABLE], t[drawn.RULES], found.policies, theme=theme, width=width)


def cost_frontier(run: Run, *, theme: Theme = LIGHT, width: Width = 640) -> alt.LayerChart | None:
    """Frontier of a run; None where the run has no economics."""
    found = economics_of(run)
    if found is None:
        return None
    t = frontier_tables(found)
    return drawn.frontier(t[drawn.TABLE], t[drawn.PATH], found.policies, theme=theme, width=width)


def _price_line(effect: FloatArray, cost: FloatArray, price: float) -> list[float]:
    """Ends of the line cost = price x effect, on the effect axis, inside the view of the cloud and the origin.

    A line drawn farther would stretch the axes and press the cloud together.
    """
    left, right = min(0.0, float(effect.min())), max(0.0, float(effect.max()))
    bottom, top = min(0.0, float(cost.min())), max(0.0, float(cost.max()))
    # A twentieth of the view shows the line's slope even where the cloud lies wholly on one side of it.
    aside_x, aside_y = 0.05 * (right - left), 0.05 * (top - bottom)
    return [
        max(left - aside_x, (bottom - aside_y) / price),
        min(right + aside_x, (top + aside_y) / price),
    ]
