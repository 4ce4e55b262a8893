"""Chart definitions: valid Vega-Lite, colours with a second cue, and contrast on both grounds."""

from __future__ import annotations

import datetime
import json

import polars as pl
import pytest
import vl_convert

from offramp.show import charts, charts_drivers
from offramp.show.palette import DARK, LIGHT, Theme, custom_properties, line_styles, page_theme

DAYS = [datetime.date(2022, 2, 24), datetime.date(2022, 3, 24), datetime.date(2022, 4, 24)]


def paths(policies: tuple[str, ...] = ("none", "offer")) -> pl.DataFrame:
    rows = [
        {"policy": p, "line": line, "date": d}
        | {q: 10.0 * i + k for k, q in enumerate(("q05", "q25", "q50", "q75", "q95"))}
        for p in policies
        for line in ("desert", "hide")
        for i, d in enumerate(DAYS)
    ]
    return pl.DataFrame(rows)


FAN = paths().filter(pl.col("line") == "desert")
POINTS = pl.DataFrame({"date": DAYS[:1], "value": [3.0], "low": [2.0], "high": [4.0], "label": ["3"]})
BARS = pl.DataFrame(
    {"policy": ["a", "b"], "mean": [1.0, -2.0], "q05": [0.0, -3.0], "q25": [0.5, -2.5]}
    | {"q50": [1.0, -2.0], "q75": [1.5, -1.0], "q95": [2.0, 0.5]}
)
DOTS = pl.DataFrame(
    {"input": ["x", "y"], "index": [0.4, 0.0], "low": [0.3, 0.0], "high": [0.5, 0.1]}
    | {"noise_floor": [0.1, 0.1], "direction": ["rises", "mixed"]}
)
CHARTS = {
    "fan": lambda theme: charts.fan(FAN, policy="offer", reference="none", theme=theme),
    "menu": lambda theme: charts.fan(FAN, policy="offer", reference="none", theme=theme, selectable=True),
    "lines": lambda theme: charts.fans_by_line(paths(), ("desert", "hide"), policy="offer", theme=theme),
    "strength": lambda theme: charts.strength(FAN, POINTS, policy="offer", reference="none", theme=theme),
    "no points": lambda theme: charts.strength(
        FAN, POINTS.head(0), policy="offer", reference="none", theme=theme
    ),
    "intervals": lambda theme: charts.intervals(BARS, theme=theme),
    "money": lambda theme: charts.intervals(BARS, theme=theme, unit="usd"),
    "indices": lambda theme: charts_drivers.indices(DOTS, theme=theme),
}


@pytest.mark.parametrize("name", CHARTS)
def test_draws(name: str) -> None:
    """Valid against the schema (altair checks) and drawn by Vega with the rows in it."""
    spec = CHARTS[name](LIGHT).to_dict()
    assert spec["datasets"]["table"]
    svg = vl_convert.vegalite_to_svg(json.dumps(spec))
    assert svg.count("<path") > 5


def test_page_theme_leaves_every_colour_to_the_page() -> None:
    for make in CHARTS.values():
        text = json.dumps(make(page_theme()).to_dict(validate=False))
        assert not any(colour in text for colour in (LIGHT.ink, LIGHT.accent, LIGHT.paper, *LIGHT.series))
        assert "var(--" in text


def test_lines_never_look_alike() -> None:
    colours, dashes = line_styles(30, LIGHT)
    assert len({(c, tuple(d)) for c, d in zip(colours, dashes, strict=True)}) == 30


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str) -> float:
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_contrast(theme: Theme) -> None:
    """WCAG AA: 4.5 for text, 3 for graphics, on paper and on raised surfaces."""
    for ground in (theme.paper, theme.surface):
        assert all(
            contrast(c, ground) >= 4.5 for c in (theme.ink, theme.soft, theme.link, theme.alarm, theme.good)
        )
        assert all(contrast(c, ground) >= 3.0 for c in (theme.accent, *theme.series))


def test_both_themes_set_the_same_properties() -> None:
    def names(theme: Theme) -> list[str]:
        return [part.split(":")[0].strip() for part in custom_properties(theme).split(";")]

    assert names(LIGHT) == names(DARK)
