"""The charts of cost-effectiveness: plane, acceptability curves, frontier. Colours, tables and rules as in `charts`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from offramp.show.charts import FONT, TABLE, Width, finish, labels_of, vega
from offramp.show.palette import LIGHT, Theme, line_styles

if TYPE_CHECKING:
    import altair as alt
    import polars as pl

MEAN = "mean"
PRICE = "price"
QUADRANTS = "quadrants"
PATH = "path"
RULES = "rules"
_SMALL = 11


def plane(
    cloud: pl.DataFrame,
    mean: pl.DataFrame,
    price: pl.DataFrame,
    quadrants: pl.DataFrame,
    *,
    theme: Theme = LIGHT,
    width: Width = 320,
    height: int = 260,
) -> alt.LayerChart:
    """Cost-effectiveness plane of one policy: a point a draw, the mean as a diamond, the price as a dashed line.

    cloud: effect, cost (differences to the reference). mean: effect, cost (one row). price: effect, cost (the
    two ends of the line cost = price x effect). quadrants: corner ("ne", "nw", "se", "sw"), text.
    """
    alt = vega()
    cloud_at, mean_at, price_at = (_data(name) for name in (TABLE, MEAN, PRICE))
    # Room above and below for the words of the quadrants, which would hide points.
    x, y = _effect("effect"), _money("cost", room=32)
    tips = [
        alt.Tooltip("effect:Q", title="net departures", format=",.3r"),
        alt.Tooltip("cost:Q", title="extra cost, $", format=",.3r"),
    ]
    layers: list[Any] = [
        mean_at.mark_rule(color=theme.soft, strokeWidth=1).encode(x=alt.XDatum(0, type="quantitative")),
        mean_at.mark_rule(color=theme.soft, strokeWidth=1).encode(y=alt.YDatum(0, type="quantitative")),
        cloud_at.mark_circle(color=theme.accent, size=22, opacity=0.4).encode(x=x, y=y, tooltip=tips),
        price_at.mark_line(color=theme.alarm, strokeWidth=1.75, strokeDash=[6, 4]).encode(x=x, y=y),
        mean_at.mark_point(
            shape="diamond", size=110, filled=True, color=theme.ink, stroke=theme.paper, opacity=1
        ).encode(x=x, y=y, tooltip=tips),
        *(mark for corner in _CORNERS for mark in _quadrant(corner, theme)),
    ]
    tables = {TABLE: cloud, MEAN: mean, PRICE: price, QUADRANTS: quadrants}
    return finish(layers, tables, theme, width, height)


def acceptability(
    curves: pl.DataFrame,
    rules: pl.DataFrame,
    policies: Sequence[str],
    *,
    theme: Theme = LIGHT,
    width: Width = 640,
    height: int = 280,
    legend: bool = True,
) -> alt.LayerChart:
    """How often each policy has the highest net benefit, by the price put on a net departure.

    curves: policy, price, probability, low, high, best (true where the policy's expected net benefit is the
    highest: drawn broad). rules: price, label, one vertical line each. policies: all in order, so that a policy
    keeps its colour.
    """
    alt = vega()
    base = _data(TABLE)
    colour, dash = _lines(policies, theme, legend)
    axis = alt.Axis(labelExpr=labels_of("usd"), tickCount=5, title="price put on a net departure", grid=False)
    x = alt.X("price:Q", axis=axis, scale=alt.Scale(nice=False))
    y = alt.Y(
        "probability:Q",
        axis=alt.Axis(format=".0%", tickCount=5, title=None, domain=False, ticks=False, labelPadding=4),
        scale=alt.Scale(domain=[0, 1]),
    )
    tips = [
        alt.Tooltip("policy:N"),
        alt.Tooltip("price:Q", title="price, $", format=",.2r"),
        alt.Tooltip("probability:Q", title="best in", format=".0%"),
        alt.Tooltip("low:Q", title="from", format=".0%"),
        alt.Tooltip("high:Q", title="to", format=".0%"),
    ]
    layers: list[Any] = [
        _data(RULES)
        .mark_rule(color=theme.alarm, strokeWidth=1.75, strokeDash=[6, 4])
        .encode(x=x, tooltip=[alt.Tooltip("label:N", title="price"), alt.Tooltip("price:Q", format=",.3r")]),
        base.transform_filter(alt.datum.best)
        .mark_line(strokeWidth=9, opacity=0.28, strokeCap="round")
        .encode(x=x, y=y, color=colour),
        base.mark_line(strokeWidth=2).encode(x=x, y=y, color=colour, strokeDash=dash),
        base.mark_point(size=120, opacity=0).encode(x=x, y=y, tooltip=tips),
    ]
    return finish(layers, {TABLE: curves, RULES: rules}, theme, width, height)


def frontier(
    points: pl.DataFrame,
    path: pl.DataFrame,
    policies: Sequence[str],
    *,
    theme: Theme = LIGHT,
    width: Width = 640,
    height: int = 300,
    legend: bool = True,
) -> alt.LayerChart:
    """Mean extra cost and mean net departures of every policy, and the frontier through those that nothing dominates.

    points: policy, label (its number; of policies in one place the first bears them all), effect, cost, effect_low,
    effect_high, cost_low, cost_high (middle 90 % of draws), status. path: effect, cost in order. Filled: on the frontier; hollow:
    dominated or extendedly dominated. Costs differ by orders of magnitude and some are nought: the scale is logarithmic beyond
    the least of them (symmetric log).
    """
    alt = vega()
    base = _data(TABLE)
    colour, _ = _lines(policies, theme, legend)
    on = alt.datum.status == "on the frontier"
    tips = [
        alt.Tooltip("policy:N"),
        alt.Tooltip("effect:Q", title="net departures", format=",.3r"),
        alt.Tooltip("cost:Q", title="extra cost, $", format=",.3r"),
        alt.Tooltip("status:N"),
    ]
    money = partial(_money_by_magnitude, points)
    x, y = _effect("effect"), money("cost")
    thin = {"strokeWidth": 1.25, "opacity": 0.6}
    layers: list[Any] = [
        base.mark_rule(**thin).encode(x=_effect("effect_low"), x2=alt.X2("effect_high:Q"), y=y, color=colour),
        base.mark_rule(**thin).encode(x=x, y=money("cost_low"), y2=alt.Y2("cost_high:Q"), color=colour),
        _data(PATH).mark_line(color=theme.ink, strokeWidth=1.75).encode(x=x, y=y, order=alt.Order("order:Q")),
        base.transform_filter(on)
        .mark_circle(size=130, opacity=1, stroke=theme.paper, strokeWidth=1.5)
        .encode(x=x, y=y, color=colour, tooltip=tips),
        base.transform_filter(~on)
        .mark_point(size=120, opacity=1, fill=theme.paper, strokeWidth=2.5)
        .encode(x=x, y=y, color=colour, tooltip=tips),
        *(
            mark.encode(x=x, y=y, text=alt.Text("label:N"))
            for mark in _haloed(base, theme, align="left", dx=8, dy=-9, fontSize=12, fontWeight=600)
        ),
    ]
    return finish(layers, {TABLE: points, PATH: path}, theme, width, height)


# Where the text of a quadrant stands: horizontal and vertical place, alignment. Left ones a line further in,
# so that two of them have room on a phone.
_CORNERS = {
    "ne": ("width - 4", "10", "right"),
    "nw": ("4", "26", "left"),
    "se": ("width - 4", "height - 8", "right"),
    "sw": ("4", "height - 24", "left"),
}


def _quadrant(corner: str, theme: Theme) -> list[Any]:
    alt = vega()
    x, y, align = _CORNERS[corner]
    base = _data(QUADRANTS).transform_filter(alt.FieldEqualPredicate(field="corner", equal=corner))
    return [
        mark.encode(x=alt.XValue(alt.expr(x)), y=alt.YValue(alt.expr(y)), text=alt.Text("text:N"))
        for mark in _haloed(base, theme, align=align, baseline="middle", fontSize=_SMALL)
    ]


def _haloed(base: Any, theme: Theme, **kind: Any) -> tuple[Any, Any]:
    """Words on a chart, and beneath them the same in the colour of the paper, so that they are read over marks."""
    halo = base.mark_text(
        **kind, font=FONT, color=theme.paper, stroke=theme.paper, strokeWidth=4, strokeJoin="round"
    )
    return halo, base.mark_text(**kind, font=FONT, color=theme.ink)


def _lines(policies: Sequence[str], theme: Theme, legend: bool) -> tuple[Any, Any]:
    alt = vega()
    colours, dashes = line_styles(len(policies), theme)
    key = alt.Legend(orient="top", title=None, symbolType="stroke", columns=2) if legend else None
    colour = alt.Color("policy:N", scale=alt.Scale(domain=list(policies), range=colours), legend=key)
    dash = alt.StrokeDash("policy:N", scale=alt.Scale(domain=list(policies), range=dashes), legend=key)
    return colour, dash


def _data(name: str) -> Any:
    alt = vega()
    return alt.Chart(alt.NamedData(name=name))


def _effect(name: str) -> Any:
    alt = vega()
    axis = alt.Axis(
        labelExpr=labels_of("persons"), tickCount=4, title="net departures", grid=True, domain=False
    )
    return alt.X(f"{name}:Q", axis=axis, scale=alt.Scale(zero=True, nice=True))


def _money(name: str, room: int = 0) -> Any:
    alt = vega()
    axis = alt.Axis(
        labelExpr=labels_of("usd"), tickCount=4, title="extra cost", domain=False, ticks=False, labelPadding=4
    )
    return alt.Y(f"{name}:Q", axis=axis, scale=alt.Scale(zero=True, nice=not room, padding=room))


def _money_by_magnitude(points: pl.DataFrame, name: str) -> Any:
    """Costs on a symmetric log scale, straight below the least mean that is not nought, with a tick at every power of ten."""
    import polars as pl

    alt = vega()
    costs = points.select(pl.col("cost", "cost_low", "cost_high")).to_numpy()
    means = np.abs(points["cost"].to_numpy())
    least = float(10.0 ** np.floor(np.log10(means[means > 0.0].min(initial=1e12))))
    powers = [least * 10.0**k for k in range(16) if least * 10.0**k <= np.abs(costs).max() * 1.001] or [least]
    ticks = [0.0, *powers, *(-power for power in powers if costs.min() < -least)]
    axis = alt.Axis(
        labelExpr=labels_of("usd"),
        values=ticks,
        title="extra cost, by orders of magnitude",
        domain=False,
        ticks=False,
        labelPadding=4,
    )
    return alt.Y(
        f"{name}:Q", axis=axis, scale=alt.Scale(type="symlog", constant=least, zero=True, nice=False)
    )
