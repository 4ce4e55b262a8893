"""The risk of nuclear use in words: its change, and how little is known of its level.

The level is never told alone: the hazard that it rests on spans a factor of forty.
"""

from __future__ import annotations

from typing import Final

from offramp.show.layout import Table
from offramp.show.words import PERCENT, amount, between, listed, precision, quoted, times

CHANGE: Final = "nuclear_change"
LEVEL: Final = "nuclear_probability"


def level_sentence(table: Table) -> str:
    """How far the level of the risk spreads under the reference; empty where it was not simulated."""
    effect = table.comparison.get(table.comparison.reference, LEVEL)
    if effect is None or effect.level.draws < 2 or effect.level.q05 <= 0.0:
        return ""
    low, high = effect.level.q05, effect.level.q95
    return (
        f"The probability of nuclear use under {quoted(table.comparison.reference)} lies anywhere between"
        f" {between(low, high, 'share').replace(' to ', ' and ')} in nine draws of ten, a factor of"
        f" {times(high / low).removesuffix(' times')}: read its change, not its level."
    )


def change_sentence(table: Table) -> str:
    """Under which policy the risk falls most and under which it rises most, of those that these draws tell from none."""
    changes = [
        (effect.level.mean, policy, effect.level)
        for policy in table.others
        if (effect := table.comparison.get(policy, CHANGE)) is not None and effect.resolved
    ]
    clauses: list[str] = []
    for end, verb in ((min(changes, default=None), "falls"), (max(changes, default=None), "rises")):
        if end is None or (end[0] < 0.0) != (verb == "falls"):
            continue
        mean, policy, level = end
        name = "" if clauses else f"90{PERCENT} interval "
        digits = precision(level.q05, level.q95)
        clauses.append(
            f"{verb} {'most ' if len(table.others) > 1 else ''}under {quoted(policy)}"
            f" ({amount(mean, 'relative', difference=True, digits=digits)},"
            f" {name}{between(level.q05, level.q95, 'relative', difference=True)})"
        )
    return f"The risk of nuclear use {listed(clauses)}." if clauses else ""


def change_of(table: Table, policy: str) -> str:
    """What a policy does to the risk of nuclear use; empty for the reference and where it was not simulated.

    What the change is due to stands in the table.
    """
    effect = table.comparison.get(policy, CHANGE)
    if effect is None or policy == table.comparison.reference:
        return ""
    if effect.identical:
        return "risk of nuclear use the same in every draw"
    level = effect.level
    mean = amount(level.mean, "relative", difference=True, digits=precision(level.q05, level.q95))
    if level.draws == 1:
        return f"risk of nuclear use {mean} (one draw)"
    return f"risk of nuclear use {mean} ({between(level.q05, level.q95, 'relative', difference=True)})"
