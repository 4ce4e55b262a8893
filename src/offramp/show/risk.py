"""The risk of nuclear use in words: its change, and how little is known of its level.

The level is never told alone: the hazard that it rests on spans a factor of forty.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from offramp.analysis.compare import PREFIX
from offramp.analysis.outcomes import Unit
from offramp.show.layout import Table
from offramp.show.words import PERCENT, amount, between, listed, precision, quoted, times

if TYPE_CHECKING:
    import polars as pl

CHANGE: Final = "nuclear_change"
LEVEL: Final = "nuclear_probability"
_PRICES: Final[tuple[tuple[str, Unit, str], ...]] = (
    ("concession_days", "days", "days of concession"),
    ("occupied_person_days", "other", "person-days under occupation"),
    ("offramp_cost_usd.defender", "usd", "to the defender"),
    ("offramp_cost_usd.coalition", "usd", "to the coalition"),
)
"""What an off-ramp costs: told wherever the change of the risk is, the gravest in persons before money."""


def level_sentence(draws: pl.DataFrame, reference: str) -> str:
    """How far the level of the risk spreads over all draws of the reference; empty where it was not simulated."""
    import polars as pl

    if PREFIX + LEVEL not in draws.columns:
        return ""
    levels = draws.filter(pl.col("policy") == reference)[PREFIX + LEVEL].to_numpy()
    low, high = float(np.min(levels, initial=np.inf)), float(np.max(levels, initial=0.0))
    if len(levels) < 2 or not 0.0 < low < high:
        return ""
    return (
        f"The probability of nuclear use under {quoted(reference)} lies anywhere between"
        f" {between(low, high, 'share').replace(' to ', ' and ')} in these draws, a factor of"
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
            f" {name}{between(level.q05, level.q95, 'relative', difference=True)}"
            f"{'; a few draws carry the mean' if level.skewed else ''})"
        )
    return f"The risk of nuclear use {listed(clauses)}." if clauses else ""


def price_sentences(table: Table) -> list[str]:
    """What each policy's off-ramp costs, to stand beside what it does to the risk."""
    prices = {policy: price_of(table, policy) for policy in table.others}
    return [
        f"Under {quoted(policy)} the off-ramp costs {price}." for policy, price in prices.items() if price
    ]


def change_of(table: Table, policy: str) -> str:
    """What a policy does to the risk of nuclear use; empty for the reference and where it was not simulated.

    What the change is due to stands in the table.
    """
    effect = table.comparison.get(policy, CHANGE)
    if effect is None or policy == table.comparison.reference:
        return ""
    if effect.identical:
        return "risk of nuclear use unchanged in every draw"
    level = effect.level
    mean = amount(level.mean, "relative", difference=True, digits=precision(level.q05, level.q95))
    if level.draws == 1:
        return f"risk of nuclear use {mean} (one draw)"
    skew = "; a few draws carry the mean" if level.skewed else ""
    return f"risk of nuclear use {mean} ({between(level.q05, level.q95, 'relative', difference=True)}{skew})"


def price_of(table: Table, policy: str) -> str:
    """What the policy's off-ramp costs, expected over the chance that it is accepted; empty where it costs nothing."""
    found: list[str] = []
    for name, unit, words in _PRICES:
        effect = table.comparison.get(policy, name)
        if effect is None or (effect.level.mean == 0.0 and effect.level.q95 == 0.0):
            continue
        level = effect.level
        said = f"{amount(level.mean, unit, digits=precision(level.q05, level.q95))} {words}"
        spread = "" if level.constant else f" ({between(level.q05, level.q95, unit)})"
        found.append(f"{said} (one draw)" if level.draws == 1 else said + spread)
    return f"{listed(found)} expected" if found else ""
