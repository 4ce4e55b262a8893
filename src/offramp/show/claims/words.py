"""Numbers of judged claims in words, the same in a terminal and on a page."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from offramp.analysis.outcome import Unit
from offramp.analysis.outcomes import describe
from offramp.claims.arithmetic import Range
from offramp.scenario.numbers import number
from offramp.show.words import PERCENT, amount, listed

Row = Mapping[str, Any]


def share_text(one: Row) -> str:
    """`main priors: holds in 63 % of 500 draws (59 to 66 %)`."""
    reading = "" if one["reading"] == "the cited figures" else f", {one['reading']}"
    if one["share"] is None:
        return f"{one['set']} priors{reading}: nothing to compare in any of {one['undefined']:,} draws"
    text = f"{one['set']} priors{reading}: holds in {one['share']:.0%} of {one['draws']:,} draws"
    return "; ".join([f"{text} ({one['low']:.0%} to {one['high']:.0%})", *one["beside"]])


def margin_text(margin: Row) -> str:
    """How the two sides of a test compare over draws."""
    low, middle, high = (number(_or_infinite(margin[key]), 3) for key in ("q05", "q50", "q95"))
    if margin["of"] == "ratio":
        asked = _asked(margin["asked"], 1.0)
        return f"the left side is {middle} times the right one (5 to 95 %: {low} to {high}{asked})"
    asked = _asked(margin["asked"], 0.0)
    return f"the left side less the right one is {middle} (5 to 95 %: {low} to {high}{asked})"


def _asked(one: Row, plain: float) -> str:
    """At which margin the test turns, where that is not what words without a size ask for."""
    low, middle, high = (_or_infinite(one[key]) for key in ("q05", "q50", "q95"))
    if low == high == plain:
        return ""
    ends = "" if low == high else f" ({number(low, 3)} to {number(high, 3)})"
    return f"; asked {number(middle, 3)}{ends}"


def added_text(row: Row) -> list[str]:
    """What each change adds to an outcome, a sentence for each half of the draws; empty for a claim that takes nothing apart."""
    found = row["adds"]
    if found is None:
        return []
    unit = describe(found["outcome"]).unit
    lines: list[str] = []
    for half in found["halves"] or [found]:
        where = f" {half['where']}" if "where" in half else ""
        added = [f"{middle_text(one, unit, True)} under `{one['policy']}`" for one in half["parts"]]
        base = f"{middle_text(half['base'], unit, False)} under `{half['base']['policy']}`"
        of = f"median, middle 90{PERCENT} of draws"
        lines.append(
            f"{found['label']}{where} ({of}): {base}; each change adds, draw by draw, {listed(added)}."
        )
    return [*lines, *([found["why"]] if found["why"] else [])]


def middle_text(one: Row, unit: Unit, difference: bool) -> str:
    """`2,640 (1,100 to 5,000)`: the median, with the middle nine tenths of the draws."""
    low, middle, high = (amount(one[key], unit, difference=difference) for key in ("q05", "q50", "q95"))
    return f"{middle} ({low} to {high})"


def box_text(box: Row) -> str:
    """The assumptions, and the draws in which they were checked."""
    checked = f"{box['right']:,} of {box['inside']:,} draws that did not find this"
    return f"{' and '.join(box['conditions'])}: {checked}{'' if box['confirmed'] else ', too few to go by'}"


def ends(one: Row) -> Range:
    """A range from plain data, in which an open end is null."""
    low = -math.inf if one["low"] is None else one["low"]
    return Range(low, one["central"], math.inf if one["high"] is None else one["high"])


def _or_infinite(value: float | None) -> float:
    return math.nan if value is None else value
