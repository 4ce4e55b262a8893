"""The answer in three sentences, written from the numbers: who leaves anyway, what the policies add, who
is harmed.

The wording keeps apart three things that are easily mixed up: the mean over draws; the 90 % interval,
which is what is not known about the world; and an effect that cannot be told from zero because there are
too few draws.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

from offramp.analysis import CostPerDeparture, Effect, Spread
from offramp.analysis.compare import PREFIX, outcome_samples, paired, spread
from offramp.analysis.outcomes import Unit
from offramp.scenario.numbers import number
from offramp.show.layout import Table
from offramp.show.run import Run
from offramp.show.words import (
    PERCENT,
    amount,
    between,
    counted,
    listed,
    more_or_fewer,
    precision,
    quoted,
    share,
    span_more_or_fewer,
)

if TYPE_CHECKING:
    import polars as pl

_HARMS: tuple[tuple[str, str, Unit], ...] = (
    ("attempts_failed", "failed attempts", "persons"),
    ("killed_trying", "deaths among those who try", "persons"),
    ("families_harmed", "families harmed", "families"),
)


@dataclass(frozen=True)
class Setting:
    """What every sentence needs to know. `until`: the last day in words. `uncertain`: any input varies
    over draws."""

    until: str
    uncertain: bool
    draws: int

    @property
    def interval(self) -> str:
        """What the interval is called: without uncertain inputs it shows chance alone."""
        return f"90{PERCENT} interval" if self.uncertain else f"90{PERCENT} of the replicates:"


def setting_of(run: Run) -> Setting:
    """Until when the run goes, whether anything is uncertain, how many draws there are."""
    scenario = run.scenario
    last = scenario.start + datetime.timedelta(days=scenario.days - 1)
    uncertain = bool(scenario.inputs or scenario.shares)
    return Setting(f"{last.day} {last:%B %Y}", uncertain, run.draws["draw"].n_unique())


def answer(table: Table, draws: pl.DataFrame, setting: Setting) -> tuple[str, ...]:
    """Three sentences; fewer when the run has no departures at all."""
    if table.comparison.get(table.comparison.reference, "departures") is None:
        return ("The run has no outcome called departures, so there is no answer to give.",)
    best = largest_adder(table)
    return (_reference(table, setting), _added(table, draws, best, setting), _harmed(table, best, setting))


def largest_adder(table: Table) -> str | None:
    """The policy with the largest mean of added departures that can be told from zero; None if there is
    none."""
    adders = [(e.difference.mean, p) for p, e in _effects(table).items() if _adds(e) and e.difference]
    return max(adders)[1] if adders else None


def level_text(value: Spread, noun: str, unit: Unit, setting: Setting) -> str:
    """`about 12,000 persons (90 % interval 8,000 to 17,000)`; one draw has no interval and says so."""
    mean = f"{amount(value.mean, unit, digits=precision(value.q05, value.q95))} {noun}".strip()
    if value.draws == 1:
        return f"{mean} (one draw, no interval)"
    if value.constant and value.mean == 0.0:
        return f"no {noun}"
    if value.constant:
        return f"{mean} (the same in every draw)"
    return f"about {mean} ({setting.interval} {between(value.q05, value.q95, unit)}{_skew(value)})"


def difference_text(value: Spread, noun: str, unit: Unit, setting: Setting) -> str:
    """`about 120 more failed attempts (90 % interval 16 fewer to 340 more)`."""
    size, _, word = more_or_fewer(value.mean, unit).rpartition(" ")
    mean = f"{size} {word} {noun}" if size else f"no more {noun}"
    if value.draws == 1:
        return f"{mean} (one draw, no interval)"
    if value.constant:
        return f"{mean} (the same in every draw)"
    span = span_more_or_fewer(value.q05, value.q95, unit)
    return f"{'about ' if size else ''}{mean} ({setting.interval} {span}{_skew(value)})"


def _skew(value: Spread) -> str:
    return "; a few draws carry the mean" if value.skewed else ""


def _effects(table: Table) -> dict[str, Effect]:
    found = {p: table.comparison.get(p, "departures") for p in table.others}
    return {p: e for p, e in found.items() if e is not None and e.difference is not None}


def _adds(effect: Effect) -> bool:
    d = effect.difference
    if d is None or d.mean <= 0.0:
        return False
    # One draw has no Monte Carlo error: then the sign alone is reported.
    return effect.resolved or d.draws == 1


def _reference(table: Table, setting: Setting) -> str:
    comparison = table.comparison
    effect = comparison.get(comparison.reference, "departures")
    assert effect is not None  # answer() has looked
    text = (
        f"Under {quoted(comparison.reference)}, "
        f"{level_text(effect.level, 'persons', 'persons', setting)} leave by {setting.until}"
    )
    by_route = [
        (e.level.mean, n)
        for n in comparison.starting("departures")
        if (e := comparison.get(effect.policy, n))
    ]
    by_route = [(mean, name) for mean, name in by_route if mean > 0.0]
    if len(by_route) > 1 and effect.level.mean > 0.0:
        mean, name = max(by_route)
        part = "most of them" if mean > 0.5 * effect.level.mean else "the largest part"
        text += f", {part} by {quoted(name.partition('.')[2])} (about {number(mean)})"
    return text + "."


def _added(table: Table, draws: pl.DataFrame, best: str | None, setting: Setting) -> str:
    effects = _effects(table)
    if not effects:
        return "The run has one policy, so there is nothing to compare it with."
    unclear = [quoted(p) for p, e in effects.items() if not e.resolved and not e.identical and p != best]
    same = [quoted(p) for p, e in effects.items() if e.identical]
    lower = [quoted(p) for p, e in effects.items() if e.resolved and e.difference and e.difference.mean < 0.0]
    rest: list[str] = []
    if lower:
        rest.append(f"{listed(lower)} {'lowers' if len(lower) == 1 else 'lower'} departures")
    if unclear and setting.draws > 1:
        rest.append(f"{listed(unclear)} cannot be told from no effect with {counted(setting.draws, 'draw')}")
    if same:
        rest.append(f"{listed(same)} {'makes' if len(same) == 1 else 'make'} no difference in any draw")
    tail = "".join(f"; {clause}" for clause in rest)
    if best is None:
        return f"No other policy adds departures that can be told from zero{tail}."
    effect = effects[best]
    assert effect.difference is not None  # _effects keeps only those
    lead = "adds" if len(effects) == 1 else "adds most"
    added = difference_text(effect.difference, "departures than the reference", "persons", setting)
    text = f"Of {counted(len(effects), 'other policy', 'other policies')}, {quoted(best)} {lead}: {added}"
    if effect.difference.draws > 1 and not effect.sign_settled:
        text += f", more in {share(effect.more or 0.0)} of the draws"
    text += _price(table.costs.get(best), setting)
    near = _not_told_apart(table, draws, best)
    if near:
        rest.insert(0, f"it cannot be told from {listed([quoted(p) for p in near])}")
        tail = "".join(f"; {clause}" for clause in rest)
    return f"{text}{tail}."


def _price(cost: CostPerDeparture | None, setting: Setting) -> str:
    if cost is None:
        return ""
    if cost.ratio is None or not cost.determined:
        return f" ({cost.reason})"
    text = f", at {amount(cost.ratio, 'usd')} per net departure"
    low, _, high = cost.per_draw
    if setting.draws == 1:
        return text
    if low is not None and high is not None:
        return f"{text} ({setting.interval} {between(low, high, 'usd')})"
    return f"{text} ({cost.reason})"


def _not_told_apart(table: Table, draws: pl.DataFrame, best: str) -> list[str]:
    """Adders whose paired difference to the best is within two Monte Carlo errors of zero."""
    samples = outcome_samples(draws.select("policy", "draw", f"{PREFIX}departures"))
    near: list[str] = []
    for policy, effect in _effects(table).items():
        if policy == best or not _adds(effect):
            continue
        ours, theirs = paired(samples, best, policy, "departures")
        gap = spread(ours - theirs)
        if gap is not None and gap.mc_error is not None and abs(gap.mean) <= 2.0 * gap.mc_error:
            near.append(policy)
    return near


def _harmed(table: Table, best: str | None, setting: Setting) -> str:
    comparison = table.comparison
    policy = best or comparison.reference
    clauses: list[str] = []
    for name, noun, unit in _HARMS:
        effect = comparison.get(policy, name)
        if effect is not None:
            clauses.append(_harm(effect, noun, unit, setting))
    if not clauses:
        text = (
            "Harm to those who try and to families was not simulated, because the scenario does not state it"
        )
    elif best is None:
        text = f"Under {quoted(policy)} there are {listed(clauses)}"
    else:
        text = f"Compared with the reference, {quoted(best)} goes with {listed(clauses)}"
    return f"{text}{_front(table, policy)}."


def _harm(effect: Effect, noun: str, unit: Unit, setting: Setting) -> str:
    if effect.difference is None:
        return level_text(effect.level, noun, unit, setting)
    if effect.identical:
        return f"no difference in {noun}"
    if setting.draws > 1 and not effect.resolved:
        return f"no difference in {noun} that can be told from zero"
    return difference_text(effect.difference, noun, unit, setting)


def _front(table: Table, policy: str) -> str:
    comparison = table.comparison
    here = comparison.get(policy, "front_collapsed")
    there = comparison.get(comparison.reference, "front_collapsed")
    if here is None or there is None:
        return ""
    text = f"; the front collapses in {share(here.level.mean)} of the draws"
    if here.difference is None:
        return text
    text += f", against {share(there.level.mean)}"
    if here.identical:
        return f"{text}: the same draws"
    return text if here.resolved else f"{text}: too small a difference to tell from zero"
