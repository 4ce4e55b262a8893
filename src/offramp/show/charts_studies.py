"""Charts of prior sets and experiments: intervals in groups of rows, one row a series."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from offramp.analysis.outcomes import Unit
from offramp.show.charts import TABLE, Width, finish, labels_of, vega
from offramp.show.palette import LIGHT, Theme, line_styles

if TYPE_CHECKING:
    import altair as alt
    import polars as pl

_ABOVE = 26
_ROW = 17
_TOOLTIP = ",.2r"


def groups(
    table: pl.DataFrame, *, theme: Theme = LIGHT, width: Width = 320, unit: Unit = "persons"
) -> alt.LayerChart:
    """Rows in groups: mean as a dot, middle 90 % as a line. The group's name stands above its rows.

    table: group, series, mean, q05, q95, in the order of groups and of series within them. A series keeps colour and
    dash from group to group.
    """
    alt = vega()
    order = table["group"].unique(maintain_order=True).to_list()
    names = table["series"].unique(maintain_order=True).to_list()
    colours, dashes = line_styles(len(names), theme)
    height = _ABOVE + _ROW * len(names)
    base = alt.Chart(alt.NamedData(name=TABLE))
    axis = alt.Axis(labelExpr=labels_of(unit), tickCount=4, title=None, grid=True, domain=False)
    y = alt.Y("group:N", sort=order, axis=None, scale=alt.Scale(paddingInner=0, paddingOuter=0))

    def x(name: str) -> Any:
        return alt.X(f"{name}:Q", axis=axis, scale=alt.Scale(zero=True, nice=True))

    tips = [
        alt.Tooltip("group:N", title="row"),
        alt.Tooltip("series:N", title="line"),
        *(
            alt.Tooltip(f"{column}:Q", title=title, format=_TOOLTIP)
            for column, title in (("mean", "mean"), ("q05", "5 %"), ("q95", "95 %"))
        ),
    ]
    layers: list[Any] = [
        base.mark_rule(color=theme.soft, strokeWidth=1).encode(x=alt.XDatum(0, type="quantitative"))
    ]
    for at, (name, colour, dash) in enumerate(zip(names, colours, dashes, strict=True)):
        down = -height / 2 + _ABOVE + _ROW * (at + 0.4)
        rows = base.transform_filter(alt.FieldEqualPredicate(field="series", equal=name))
        layers += [
            rows.mark_rule(color=colour, strokeWidth=2, strokeDash=dash, yOffset=down).encode(
                x=x("q05"), x2=alt.X2("q95:Q"), y=y
            ),
            rows.mark_point(
                filled=True, size=70, color=colour, stroke=theme.paper, strokeWidth=1, opacity=1, yOffset=down
            ).encode(x=x("mean"), y=y, tooltip=tips),
        ]
    first = base.transform_filter(alt.FieldEqualPredicate(field="series", equal=names[0]))
    kind = {"align": "left", "baseline": "middle", "fontSize": 13, "limit": alt.expr("width")}
    kind["yOffset"] = -height / 2 + 14
    halo = first.mark_text(**kind, color=theme.paper, stroke=theme.paper, strokeWidth=4, strokeJoin="round")
    for mark in (halo, first.mark_text(**kind, color=theme.ink)):
        layers.append(mark.encode(x=alt.XValue(6), y=y, text=alt.Text("group:N")))
    return finish(layers, {TABLE: table}, theme, width, height * len(order))
