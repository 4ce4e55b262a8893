"""The chart of one claim, from plain data: the test that decides it, in every set of priors or reading."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from offramp.claims.claim import HARDLY
from offramp.claims.plain import deciding
from offramp.claims.quantities import range_text
from offramp.claims.standing import REPEATS
from offramp.claims.words import spoken
from offramp.scenario.numbers import NOT_DEFINED, number
from offramp.show.claims.words import ends
from offramp.show.report.panels import Columns, Grid, Panel
from offramp.show.words import PERCENT

Row = Mapping[str, Any]

_SIDES = {
    "above": "above", "at least": "at or above", "clearly above": "at or above", "hardly below": "at or above",
    "below": "below", "at most": "at or below", "clearly below": "at or below", "hardly above": "at or below",
}  # fmt: skip
_COLUMNS = ("row", "q05", "q25", "q50", "q75", "q95", "asked_low", "asked_high", "told", "dot")


def panel_of(row: Row) -> Panel | None:
    """None where the claim has nothing to draw."""
    test = deciding(row)
    if test is None:
        return None
    rows = _worlds(test, row["standing"] == REPEATS) if test["worlds"] else _readings(test)
    _close(rows)
    columns: Columns = {name: [one[name] for one in rows] for name in _COLUMNS}
    title, subtitle = _titles(test)
    return Panel(
        id=f"chart-{row['id'].replace('.', '-')}",
        title=title,
        subtitle=subtitle,
        spec=f"strips-{len(rows)}",
        tables={"table": columns},
        alternative=". ".join(f"{one['row']}: {one['told']}" for one in rows),
        grid=Grid(
            f"{row['id']}: what the chart draws", ("", "found", "asked"), tuple(_texts(one) for one in rows)
        ),
        follows=False,
    )


def _titles(test: Row) -> tuple[str, str]:
    left, right = (spoken(test[side]) for side in ("left", "right"))
    if not test["worlds"]:
        return left, f"Each reading of the figures; in red what the claim asks: {test['relation']} {right}"
    ratio = test["worlds"][0]["margin"]["of"] == "ratio"
    title = f"{_whole(left)} {'relative to' if ratio else 'less'} {_whole(right)}"
    subtitle = f"Median, middle half and middle 90{PERCENT} of draws; in red the value that the claim must be {_side(test)}"
    if not ratio and test["relation"].startswith(("clearly", "hardly")):
        word = test["relation"].split()[0]
        subtitle += f": {HARDLY:.0%} of the right side, as “{word}” asks, from world to world"
    return title, subtitle


def _whole(formula: str) -> str:
    """In brackets where it has several parts, so that it reads as one."""
    return (
        f"({formula})"
        if " " in formula and any(sign in formula for sign in "+-/\N{MULTIPLICATION SIGN}")
        else formula
    )


def _side(test: Row) -> str:
    return _SIDES.get(test["relation"], "near")


def _worlds(test: Row, repeats: bool) -> list[dict[str, Any]]:
    """repeats: nothing drawn moves the test, so that a share of worlds would say what it did not earn."""
    several = len(test["readings"]) > 1
    rows: list[dict[str, Any]] = []
    for one in test["worlds"]:
        margin = one["margin"]
        name = f"{one['set'].capitalize()} priors" + (f", {one['reading']}" if several else "")
        low, high = _asked(test, margin["asked"])
        found = NOT_DEFINED if one["share"] is None else f"holds in {one['share']:.0%}"
        told = f"{found} of {one['draws']:,} draws ({one['low']:.0%} to {one['high']:.0%})"
        if repeats:
            found, told = "alike in every world", f"comes out alike in all {one['draws']:,} draws"
        told = "; ".join([f"{told}, median {number(_number(margin['q50']), 3)}", *one["beside"]])
        rows.append(
            {
                "row": f"{found[:1].upper()}{found[1:]}: {name[:1].lower()}{name[1:]}",
                **{key: margin[key] for key in ("q05", "q25", "q50", "q75", "q95")},
                "asked_low": low,
                "asked_high": high,
                "told": told,
                "dot": True,
            }
        )
    return rows


def _asked(test: Row, asked: Row) -> tuple[float | None, float | None]:
    factor = test["factor"]
    return (asked["q05"], asked["q95"]) if factor is None else (1.0 / factor, factor)


def _readings(test: Row) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    words = {"holds": "Holds", "fails": "Does not hold", "open": "Open"}
    for one in test["readings"]:
        left, right = one["left"], one["right"]
        factor = test["factor"] or 1.0
        rows.append(
            {
                "row": f"{words[one['settled']]}: {one['name']}",  # what is cut where a page is narrow stands last
                "q05": left["low"],
                "q25": None,
                "q50": left["central"],
                "q75": None,
                "q95": left["high"],
                "asked_low": None if right["low"] is None else right["low"] / factor,
                "asked_high": None if right["high"] is None else right["high"] * factor,
                "told": f"{range_text(ends(left))} against {range_text(ends(right))}",
                "dot": left["central"] is not None,
            }
        )
    return rows


def _close(rows: Sequence[dict[str, Any]]) -> None:
    """An end that is open is drawn to the edge of what is known, and a bit beyond."""
    ends_of = ("q05", "q50", "q95", "asked_low", "asked_high")
    known = [one[key] for one in rows for key in ends_of if one[key] is not None]
    least, most = min(known, default=0.0), max(known, default=1.0)
    beyond = 0.15 * (most - least) or 0.15 * abs(most) or 1.0
    for one in rows:
        for low, high in (("q05", "q95"), ("asked_low", "asked_high")):
            one[low] = least - beyond if one[low] is None else one[low]
            one[high] = most + beyond if one[high] is None else one[high]
        for key in ("q25", "q50", "q75"):
            if one[key] is None:  # nothing is drawn there
                one[key] = one["q05"]


def _texts(one: Mapping[str, Any]) -> tuple[str, ...]:
    low, high = one["asked_low"], one["asked_high"]
    asked = number(low, 4) if low == high else f"{number(low, 4)} to {number(high, 4)}"
    return (one["row"], one["told"], asked)


def _number(value: float | None) -> float:
    return math.nan if value is None else value
