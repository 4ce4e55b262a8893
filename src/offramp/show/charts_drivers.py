"""The chart of what the spread follows: how much of it each uncertain input explains."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from offramp.show.charts import ROW, TABLE, Width, finish, row_labels, vega, zero_line
from offramp.show.palette import LIGHT, Theme

if TYPE_CHECKING:
    import altair as alt
    import polars as pl


def indices(table: pl.DataFrame, *, theme: Theme = LIGHT, width: Width = 640) -> alt.LayerChart:
    """Dot plot of first-order indices: dot, 90 % interval, and a tick where the noise ends.

    table: input, index, low, high, noise_floor, direction ("rises", "falls" or "mixed"), in the order of
    rows.
    """
    alt = vega()

    base = alt.Chart(alt.NamedData(name=TABLE))
    order = table["input"].to_list()
    axis = alt.Axis(format="%", tickCount=5, title=None, grid=True, domain=False)

    def x(name: str) -> Any:
        return alt.X(f"{name}:Q", axis=axis, scale=alt.Scale(zero=True, nice=True))

    y = alt.Y("input:N", sort=order, axis=None, scale=alt.Scale(paddingInner=0, paddingOuter=0))
    shape = alt.Shape(
        "direction:N",
        scale=alt.Scale(domain=["rises", "falls", "mixed"], range=["triangle-up", "triangle-down", "circle"]),
        legend=None,
    )
    tips = [
        alt.Tooltip("input:N"),
        alt.Tooltip("index:Q", title="share of variance", format=".0%"),
        alt.Tooltip("noise_floor:Q", title="noise floor", format=".0%"),
        alt.Tooltip("direction:N", title="outcome"),
    ]
    down = 9
    layers: list[Any] = [
        zero_line(base, theme),
        base.mark_rule(color=theme.accent, strokeWidth=1.5, yOffset=down).encode(
            x=x("low"), x2=alt.X2("high:Q"), y=y
        ),
        base.mark_tick(color=theme.alarm, thickness=2, height=16, yOffset=down).encode(
            x=x("noise_floor"), y=y
        ),
        base.mark_point(filled=True, size=80, color=theme.accent, opacity=1, yOffset=down).encode(
            x=x("index"), y=y, shape=shape, tooltip=tips
        ),
        *row_labels(base, y, "input:N", theme),
    ]
    return finish(layers, {TABLE: table}, theme, width, ROW * max(1, len(order)))
