"""The chart of a claim: what was found, row by row, against what the claim asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from offramp.show.charts import TABLE, Width, finish, row_labels, vega
from offramp.show.palette import LIGHT, Theme

if TYPE_CHECKING:
    import altair as alt
    import polars as pl

_ROW = 46
_LABELS = (
    "datum.value == 0 ? '0' : abs(datum.value) < 1 ? format(datum.value, '~g')"
    " : replace(format(datum.value, '~s'), 'G', 'B')"
)


def strips(table: pl.DataFrame, *, theme: Theme = LIGHT, width: Width = 320) -> alt.LayerChart:
    """A row a set of priors or a reading: middle 90 % as a line, middle 50 % as a bar, median as a dot; a band or tick in
    the colour of alarm where the claim begins or ceases to hold. The name of the row stands above it.

    table: row, q05, q25, q50, q75, q95, asked_low, asked_high, told (what the pointer reads), dot (whether there is a middle).
    """
    alt = vega()
    order = table["row"].to_list()
    base = alt.Chart(alt.NamedData(name=TABLE))
    axis = alt.Axis(labelExpr=_LABELS, tickCount=5, title=None, grid=True, domain=False)

    def x(name: str) -> Any:
        return alt.X(f"{name}:Q", axis=axis, scale=alt.Scale(zero=False, nice=True, padding=8))

    y = alt.Y("row:N", sort=order, axis=None, scale=alt.Scale(paddingInner=0, paddingOuter=0))
    down = 10
    tips = [alt.Tooltip("row:N", title=" "), alt.Tooltip("told:N", title="found")]
    layers: list[Any] = [
        base.mark_rule(color=theme.alarm, strokeWidth=16, opacity=0.35, yOffset=down).encode(
            x=x("asked_low"), x2=alt.X2("asked_high:Q"), y=y
        ),
        base.mark_tick(color=theme.alarm, thickness=2.5, height=20, yOffset=down).encode(x=x("asked_low"), y=y),
        base.mark_tick(color=theme.alarm, thickness=2.5, height=20, yOffset=down).encode(x=x("asked_high"), y=y),
        base.mark_rule(color=theme.accent, strokeWidth=2, yOffset=down).encode(
            x=x("q05"), x2=alt.X2("q95:Q"), y=y
        ),
        base.mark_rule(color=theme.accent, strokeWidth=8, opacity=0.45, yOffset=down).encode(
            x=x("q25"), x2=alt.X2("q75:Q"), y=y
        ),
        base.mark_point(filled=True, size=70, color=theme.accent, stroke=theme.paper, strokeWidth=1, yOffset=down).encode(
            x=x("q50"), y=y, tooltip=tips, opacity=alt.condition("datum.dot", alt.value(1), alt.value(0))
        ),
        *row_labels(base, y, "row:N", theme),
    ]  # fmt: skip
    return finish(layers, {TABLE: table}, theme, width, _ROW * max(1, len(order)))
