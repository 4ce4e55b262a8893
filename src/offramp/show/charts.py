"""Every chart once: a function of a table that returns an Altair chart, for report, notebook and explorer.

Tables are plain polars frames with the columns that each function names. Bands are quantiles over draws:
the dark band holds the middle 50 %, the light one the middle 90 %. Charts carry no title of their own
unless told; a page sets titles in its own type. Colours come from a Theme; `palette.page_theme()` makes
the chart follow a page's CSS.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, cast

from offramp.analysis.outcomes import Unit
from offramp.show.palette import LIGHT, Theme, line_styles

if TYPE_CHECKING:
    import altair as alt
    import polars as pl

Width = int | Literal["container"]

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
# Labels of an axis by unit: 0, 10k, 1.5M; the format's own letter for a billion is G, which nobody reads so.
_LABELS: dict[str, str] = {
    "usd": "datum.value == 0 ? '$0' : replace(format(datum.value, '$~s'), 'G', 'B')",
    "share": "format(datum.value, '.3~%')",
    "relative": "datum.value == 0 ? '0%' : format(datum.value, '+~%')",
}
_COUNT = "datum.value == 0 ? '0' : replace(format(datum.value, '~s'), 'G', 'B')"
_TOOLTIP = ",.2r"
ROW = 44
"""Height of a row of a dot plot, pixels."""
TABLE = "table"
POINTS = "points"
# Lines to compare with, each a data set of its own: the reference over all lines, and one that was pinned.
REFERENCE = "reference"
PINNED = "pinned"


def fan(
    table: pl.DataFrame,
    *,
    policy: str,
    reference: str,
    theme: Theme = LIGHT,
    width: Width = 320,
    height: int = 190,
    selectable: bool = False,
    compared: bool = False,
    unit: Unit = "persons",
) -> alt.LayerChart:
    """Fan of one policy over time, with the reference's median as a dashed line.

    table: policy, date, q05, q25, q50, q75, q95 in `unit`. policy: the one in view; the chart has a parameter
    `policy` that changes it, bound to a menu if `selectable`. compared: leave room for the lines of the data
    sets `reference` (date, q50) and `pinned` (date, q05, q50, q95), which a page fills.
    """
    alt = vega()
    chosen = _policy_parameter(table, policy, selectable)
    view = _chart().transform_filter(alt.datum.policy == chosen)
    layers: list[Any] = [
        *(_pinned_band(theme, unit) if compared else ()),
        *_bands(view, theme, unit),
        _dashed_reference(_chart(), reference, theme, unit),
        view.mark_line(color=theme.accent, strokeWidth=2.25).encode(x=_time(), y=_level("q50", unit)),
        *(_compared(theme, unit) if compared else ()),
        *_readout(view, theme, unit),
    ]
    return finish(layers, {TABLE: table}, theme, width, height, chosen)


def fans_by_line(
    table: pl.DataFrame,
    lines: Sequence[str],
    *,
    policy: str,
    theme: Theme = LIGHT,
    width: Width = 320,
    height: int = 190,
    selectable: bool = False,
    legend: bool = True,
    compared: bool = False,
    whole: str | None = None,
    unit: Unit = "persons",
) -> alt.LayerChart:
    """Several fans in one view (median and 90 % band), told apart by colour and dash.

    table: policy, line, date, q05, q50, q95 in `unit`. lines: all lines in order, so that a line keeps its
    colour from chart to chart, whether it is in the table or not. compared: as for `fan`.
    whole: the line that is the sum of the others; its band is stronger than theirs.
    """
    alt = vega()
    chosen = _policy_parameter(table, policy, selectable)
    view = _chart().transform_filter(alt.datum.policy == chosen)
    colours, dashes = line_styles(len(lines), theme)
    symbol = {"symbolType": "stroke", "symbolOpacity": 1, "symbolStrokeWidth": 2.5, "symbolSize": 320}
    key = alt.Legend(orient="top", title=None, labelFontSize=12, **symbol) if legend else None
    colour = alt.Color("line:N", scale=alt.Scale(domain=list(lines), range=colours), legend=key)
    dash = alt.StrokeDash("line:N", scale=alt.Scale(domain=list(lines), range=dashes), legend=key)
    stronger = alt.condition(alt.datum.line == whole, alt.value(0.2), alt.value(0.07 if whole else 0.16))
    band = view.mark_area().encode(
        x=_time(), y=_level("q05", unit), y2=alt.Y2("q95:Q"), color=colour, opacity=stronger
    )
    line = view.mark_line(strokeWidth=2).encode(
        x=_time(), y=_level("q50", unit), color=colour, strokeDash=dash
    )
    point = view.mark_point(size=160, opacity=0).encode(
        x=_time(), y=_level("q50", unit), tooltip=[alt.Tooltip("line:N"), *_tooltip(unit)]
    )
    others = [*_pinned_band(theme, unit), *_compared(theme, unit)] if compared else []
    return finish([band, *others, line, point], {TABLE: table}, theme, width, height, chosen)


def strength(
    table: pl.DataFrame,
    points: pl.DataFrame,
    *,
    policy: str,
    reference: str,
    theme: Theme = LIGHT,
    width: Width = 640,
    height: int = 260,
    selectable: bool = False,
) -> alt.LayerChart:
    """Fan of the force's strength, with what was counted as diamonds.

    table: as for `fan`. points: date, value (persons), low, high (null where not stated), label.
    """
    alt = vega()
    chosen = _policy_parameter(table, policy, selectable)
    view = _chart().transform_filter(alt.datum.policy == chosen)
    layers: list[Any] = [
        *_bands(view, theme),
        _dashed_reference(_chart(), reference, theme),
        view.mark_line(color=theme.accent, strokeWidth=2.25).encode(x=_time(), y=_level("q50")),
        *_readout(view, theme),
    ]
    if points.height:
        counted = _chart(POINTS)
        tips = [alt.Tooltip("label:N", title="counted"), alt.Tooltip("value:Q", format=_TOOLTIP)]
        layers += [
            counted.mark_rule(color=theme.ink, strokeWidth=1.5).encode(
                x=_time(), y=_level("low"), y2=alt.Y2("high:Q")
            ),
            counted.mark_point(
                shape="diamond", size=90, filled=True, color=theme.ink, stroke=theme.paper, opacity=1
            ).encode(x=_time(), y=_level("value"), tooltip=[*tips, _date_tip()]),
        ]
    return finish(layers, {TABLE: table, POINTS: points}, theme, width, height, chosen)


def intervals(
    table: pl.DataFrame,
    *,
    theme: Theme = LIGHT,
    width: Width = 320,
    unit: Unit = "persons",
    zero: bool = True,
    told: Sequence[tuple[str, str]] = (),
) -> alt.LayerChart:
    """One row a policy: mean as a dot, middle 50 % as a bar, middle 90 % as a line. The name stands above.

    table: policy, mean, q05, q25, q75, q95, in the order of rows. told: columns that a pointer reads out, each with its name;
    those of `_STATISTICS` when empty.
    """
    alt = vega()

    order = table["policy"].to_list()
    base = _chart()
    axis = alt.Axis(
        labelExpr=labels_of(unit),
        tickCount=5,
        title=None,
        grid=True,
        domain=False,
        labelOverlap=True,
        labelSeparation=8,
    )

    def x(name: str) -> Any:
        return alt.X(f"{name}:Q", axis=axis, scale=alt.Scale(zero=zero, nice=True))

    y = alt.Y("policy:N", sort=order, axis=None, scale=alt.Scale(paddingInner=0, paddingOuter=0))
    down = 9
    tips = [
        alt.Tooltip("policy:N"),
        *(
            alt.Tooltip(f"{c}:Q", title=t, format=_TOOLTIP)
            for c, t in told or _STATISTICS
            if c in table.columns
        ),
    ]
    layers: list[Any] = [
        base.mark_rule(color=theme.accent, strokeWidth=1.5, yOffset=down).encode(
            x=x("q05"), x2=alt.X2("q95:Q"), y=y
        ),
        base.mark_rule(color=theme.accent, strokeWidth=7, opacity=0.45, yOffset=down).encode(
            x=x("q25"), x2=alt.X2("q75:Q"), y=y
        ),
        base.mark_point(
            filled=True,
            size=70,
            color=theme.accent,
            stroke=theme.paper,
            strokeWidth=1,
            opacity=1,
            yOffset=down,
        ).encode(x=x("mean"), y=y, tooltip=tips),
        *row_labels(base, y, "policy:N", theme),
    ]
    if zero:
        layers.insert(0, zero_line(base, theme))
    return finish(layers, {TABLE: table}, theme, width, ROW * max(1, len(order)))


_STATISTICS = (("mean", "mean"), ("q05", "5 %"), ("q50", "median"), ("q95", "95 %"))


def vega() -> Any:
    """Altair, imported when a chart is made, and without types: its generated signatures are only partly
    known to a strict checker, so what comes from it is Any inside this file and a LayerChart outside.

    Channels are named (`alt.Text("policy:N")`): what Altair must make of a bare text costs milliseconds each."""
    import altair

    return altair


def labels_of(unit: Unit) -> str:
    """Vega expression of an axis' labels in this unit."""
    return _LABELS.get(unit, _COUNT)


def _chart(name: str = TABLE) -> Any:
    """A chart on a data set by name; `finish` puts the rows beside the chart, once for all its layers."""
    alt = vega()
    return alt.Chart(alt.NamedData(name=name))


def _rows(table: pl.DataFrame) -> list[dict[str, Any]]:
    """Rows of a table with dates as ISO text."""
    import polars as pl

    dates = [name for name, kind in table.schema.items() if kind == pl.Date]
    return table.with_columns(pl.col(name).dt.to_string("%Y-%m-%d") for name in dates).to_dicts()


def _policy_parameter(table: pl.DataFrame, policy: str, selectable: bool) -> Any:
    alt = vega()
    names = table["policy"].unique(maintain_order=True).to_list()
    if selectable:
        return alt.param(name="policy", value=policy, bind=alt.binding_select(options=names, name="Policy "))
    return alt.param(name="policy", value=policy)


def _time() -> Any:
    alt = vega()
    # Dates without a clock: UTC throughout, so that no reader's time zone moves them by a day.
    axis = alt.Axis(format="%b %Y", tickCount=4, title=None, grid=False, labelFlush=True, labelOverlap=True)
    return alt.X("date:T", scale=alt.Scale(type="utc"), axis=axis)


def _level(name: str, unit: Unit = "persons") -> Any:
    alt = vega()
    axis = alt.Axis(
        labelExpr=labels_of(unit), tickCount=4, title=None, domain=False, ticks=False, labelPadding=4
    )
    return alt.Y(f"{name}:Q", axis=axis, scale=alt.Scale(zero=True, nice=True))


def _bands(view: Any, theme: Theme, unit: Unit = "persons") -> Any:
    alt = vega()
    return [
        view.mark_area(color=theme.accent, opacity=opacity).encode(
            x=_time(), y=_level(low, unit), y2=alt.Y2(f"{high}:Q")
        )
        for low, high, opacity in (("q05", "q95", 0.18), ("q25", "q75", 0.30))
    ]


def _dashed_reference(base: Any, reference: str, theme: Theme, unit: Unit = "persons") -> Any:
    alt = vega()
    return (
        base.transform_filter(alt.FieldEqualPredicate(field="policy", equal=reference))
        .mark_line(color=theme.ink, strokeWidth=1.5, strokeDash=[5, 4])
        .encode(x=_time(), y=_level("q50", unit))
    )


def _compared(theme: Theme, unit: Unit) -> list[Any]:
    """Medians of what the view is compared with: the reference dashed, what was pinned dotted and heavier."""
    return [
        _chart(name)
        .mark_line(color=theme.ink, strokeWidth=width, strokeDash=dash)
        .encode(x=_time(), y=_level("q50", unit))
        for name, width, dash in ((REFERENCE, 1.5, [5, 4]), (PINNED, 2.25, [1.5, 3]))
    ]


def _pinned_band(theme: Theme, unit: Unit) -> list[Any]:
    """90 % of the draws of what was pinned, grey with a dotted edge."""
    alt = vega()
    edge = {"stroke": theme.ink, "strokeOpacity": 0.5, "strokeWidth": 1, "strokeDash": [1.5, 3]}
    return [
        _chart(PINNED)
        .mark_area(fill=theme.ink, fillOpacity=0.09, **edge)
        .encode(x=_time(), y=_level("q05", unit), y2=alt.Y2("q95:Q"))
    ]


def _readout(view: Any, theme: Theme, unit: Unit = "persons") -> list[Any]:
    """A hairline at the date nearest to the pointer, which reads the quantiles out."""
    alt = vega()
    near = alt.selection_point(
        name="near", fields=["date"], nearest=True, on="pointermove", clear="pointerout", empty=False
    )
    hair = (
        view.mark_rule(color=theme.soft, strokeWidth=1)
        .encode(
            x=_time(),
            opacity=alt.condition(near, alt.value(0.8), alt.value(0)),
            tooltip=[_date_tip(), *_tooltip(unit)],
        )
        .add_params(near)
    )
    return [hair]


def _tooltip(unit: Unit) -> Any:
    alt = vega()
    form = {"share": ".0%", "relative": "+.0%", "usd": "$,.2r"}.get(unit, _TOOLTIP)
    return [alt.Tooltip(f"{c}:Q", title=t, format=form) for c, t in _STATISTICS if c != "mean"]


def _date_tip() -> Any:
    alt = vega()
    return alt.Tooltip("utcyearmonthdate(date):T", title="date", format="%e %b %Y")


def row_labels(base: Any, y: Any, name: str, theme: Theme) -> list[Any]:
    """The name of a row above its marks, with a halo where lines cross it."""
    alt = vega()
    kind = {"align": "left", "baseline": "middle", "yOffset": -10, "fontSize": 13, "limit": alt.expr("width")}
    halo = base.mark_text(**kind, color=theme.paper, stroke=theme.paper, strokeWidth=4, strokeJoin="round")
    return [
        mark.encode(x=alt.XValue(6), y=y, text=alt.Text(name))
        for mark in (halo, base.mark_text(**kind, color=theme.ink))
    ]


def zero_line(base: Any, theme: Theme) -> Any:
    alt = vega()
    return base.mark_rule(color=theme.soft, strokeWidth=1).encode(x=alt.XDatum(0, type="quantitative"))


def finish(
    layers: Sequence[Any],
    tables: Mapping[str, pl.DataFrame],
    theme: Theme,
    width: Width,
    height: int,
    *parameters: Any,
) -> alt.LayerChart:
    """Layers in one view. All is said at once and the rows come last: Altair copies a chart whenever it is changed."""
    alt = vega()
    label = {"labelColor": theme.soft, "labelFont": FONT}
    axis = {
        **label,
        "tickColor": theme.line,
        "domainColor": theme.line,
        "gridColor": theme.grid,
        "labelFontSize": 12,
        "titleColor": theme.soft,
        "titleFont": FONT,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
    }
    view = {"view": {"stroke": None}, "text": {"font": FONT}, "axis": axis, "legend": label}
    chart = alt.layer(
        *layers,
        params=[parameter.param for parameter in parameters],
        width=width,
        height=height,
        config={"background": "transparent", **view},
    )
    chart.datasets = {name: _rows(table) for name, table in tables.items()}
    return cast("alt.LayerChart", chart)
