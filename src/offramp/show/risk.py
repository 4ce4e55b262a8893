"""The risk of nuclear use in words: its change, what the change is due to, and how little is known of its level.

The level is never told alone: the hazard that it rests on spans a factor of forty.
"""

from __future__ import annotations

from typing import Final

from offramp.analysis import Spread
from offramp.show.layout import Table
from offramp.show.words import amount, between, listed, precision, quoted, times

CHANGE: Final = "nuclear_change"
LEVEL: Final = "nuclear_probability"


def level_sentence(table: Table) -> str:
    """How far the level of the risk spreads under the reference; empty where it was not simulated."""
    effect = table.comparison.get(table.comparison.reference, LEVEL)
    if effect is None or effect.level.draws < 2 or effect.level.q05 <= 0.0:
        return ""
    low, high = effect.level.q05, effect.level.q95
    return (
        f"The probability of nuclear use under {quoted(table.comparison.reference)} lies anywhere from"
        f" {between(low, high, 'share')} in nine draws of ten, {times(high / low)} from end to end: read its change,"
        " not its level."
    )


def change_of(table: Table, policy: str, interval: str) -> str:
    """What a policy does to the risk of nuclear use, and the largest causes; empty where it was not simulated."""
    effect = table.comparison.get(policy, CHANGE)
    if effect is None:
        return ""
    if effect.identical:
        return "risk of nuclear use the same in every draw"
    level = effect.level
    mean = amount(level.mean, "relative", difference=True, digits=precision(level.q05, level.q95))
    text = f"risk of nuclear use {mean} of the reference's"
    if level.draws > 1:
        span = between(level.q05, level.q95, "relative", difference=True)
        text += f" ({f'{interval} ' if interval else ''}{span})"
    causes = [
        (name.removeprefix(f"{CHANGE}."), part.level)
        for name in table.comparison.starting(CHANGE)
        if (part := table.comparison.get(policy, name)) is not None and part.level.mean != 0.0
    ]
    causes.sort(key=lambda cause: -abs(cause[1].mean))
    if len(causes) > 1:
        text += f", of it by {listed([f'{name} {_part(part)}' for name, part in causes])}"
    return text


def _part(part: Spread) -> str:
    mean = amount(part.mean, "relative", difference=True)
    return f"{mean} ({between(part.q05, part.q95, 'relative', difference=True)})" if part.draws > 1 else mean
