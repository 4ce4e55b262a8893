"""The answer in three sentences, written from the numbers: who leaves anyway, what the policies add and at what
price, and who is harmed under each of them.

Every number carries its interval. The wording keeps apart three things that are easily mixed up: the mean over
draws; the 90 % interval, which is what is not known about the world; and an effect that cannot be told from zero
because there are too few draws.
"""

from __future__ import annotations

import datetime
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from offramp.analysis import Chance, CostPerDeparture, Effect, Spread, chance, part_of
from offramp.analysis.compare import PREFIX, outcome_samples, paired, spread
from offramp.analysis.outcomes import Unit
from offramp.show.harms import harm_sentence, harms_of
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

# More of them are in the table; a sentence that names ten cannot be read.
_ROUTES_MOST = 4
# A mean that lies further from the median than this, as a share of it, is not the middle of the worlds.
_FAR_FROM_MEDIAN = 0.1
_EVENTS = (("front_collapsed", "the front collapses"), ("tipped", "departures tip into mass desertion"))


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


@dataclass(frozen=True)
class Line:
    """One policy: departures and their price, then harms, in words."""

    policy: str
    added: str
    harm: str


@dataclass(frozen=True)
class Answer:
    """Three sentences, and to the third a line for every other policy: what it adds, and the harm that goes with it."""

    sentences: tuple[str, ...]
    lines: tuple[Line, ...]


def setting_of(run: Run) -> Setting:
    """Until when the run goes, whether anything is uncertain, how many draws there are."""
    scenario = run.scenario
    last = scenario.start + datetime.timedelta(days=scenario.days - 1)
    uncertain = bool(scenario.inputs or scenario.shares)
    return Setting(f"{last.day} {last:%B %Y}", uncertain, run.draws["draw"].n_unique())


def answer(table: Table, draws: pl.DataFrame, setting: Setting) -> Answer:
    """Three sentences; one when the run has no departures at all."""
    if table.comparison.get(table.comparison.reference, "departures") is None:
        return Answer(("The run has no outcome called departures, so there is no answer to give.",), ())
    harm, lines = harm_sentence(table, setting.interval), _lines(table, draws, setting)
    return Answer((_reference(table, draws, setting), _added(table, draws, setting), harm), lines)


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
    return f"about {mean} ({_median(value, unit)}{setting.interval} {between(value.q05, value.q95, unit)}{_skew(value)})"


def difference_text(value: Spread, noun: str, unit: Unit, setting: Setting) -> str:
    """`about 120 more failed attempts (90 % interval 16 fewer to 340 more)`."""
    size, _, word = more_or_fewer(value.mean, unit).rpartition(" ")
    mean = f"{size} {word} {noun}".rstrip() if size else f"no more {noun}".rstrip()
    if value.draws == 1:
        return f"{mean} (one draw, no interval)"
    if value.constant:
        return f"{mean} (the same in every draw)"
    span = span_more_or_fewer(value.q05, value.q95, unit)
    about = "about " if size else ""
    return f"{about}{mean} ({_median(value, unit)}{setting.interval} {span}{_skew(value)})"


def chance_text(found: Chance) -> str:
    """`in 4 of 400 draws (1 %, 90 % interval 0.34 to 2.3 %)`; an event that was not seen still has a chance."""
    of = f"of {counted(found.draws, 'draw')}"
    if found.count == 0:
        return f"in none {of} (a chance below {share(found.high)}, with 95{PERCENT} confidence)"
    if found.count == found.draws:
        return f"in all {of} (a chance above {share(found.low)}, with 95{PERCENT} confidence)"
    span = between(found.low, found.high, "share")
    return f"in {found.count:,} {of} ({amount(found.share, 'share')}, 90{PERCENT} interval {span})"


def event_chance(effect: Effect) -> Chance:
    """The chance of an event that an outcome of zeros and ones tells of."""
    level = effect.level
    return chance(round(level.mean * level.draws), level.draws)


def _median(value: Spread, unit: Unit) -> str:
    if value.q50 == 0.0 or abs(value.mean - value.q50) <= _FAR_FROM_MEDIAN * abs(value.q50):
        return ""
    return f"median {amount(value.q50, unit)}, "


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


def _reference(table: Table, draws: pl.DataFrame, setting: Setting) -> str:
    comparison = table.comparison
    effect = comparison.get(comparison.reference, "departures")
    assert effect is not None  # answer() has looked
    level = level_text(effect.level, "persons", "persons", setting)
    routes = _by_route(table, draws, setting)
    return f"Under {quoted(effect.policy)}, {level} leave by {setting.until}{routes}."


def _by_route(table: Table, draws: pl.DataFrame, setting: Setting) -> str:
    """The share of each way out in the departures of the reference, the largest first."""
    comparison = table.comparison
    parts = [
        (found.mean, name.partition(".")[2], found)
        for name in comparison.starting("departures")
        if (found := part_of(draws, comparison.reference, name, "departures")) and found.mean > 0.0
    ]
    if len(parts) < 2:
        return ""
    said: list[str] = []
    for _, route, found in sorted(parts, key=lambda part: -part[0])[:_ROUTES_MOST]:
        span = "" if found.draws == 1 else between(found.q05, found.q95, "share")
        name = "" if said else f"{setting.interval} "
        said.append(f"{share(found.mean)}{f' ({name}{span})' if span else ''} by {quoted(route)}")
    return f"; of them {listed(said)}"


def _added(table: Table, draws: pl.DataFrame, setting: Setting) -> str:
    effects = _effects(table)
    events = _events(table, setting)
    if not effects:
        return f"The run has one policy, so there is nothing to compare it with{events}."
    best = largest_adder(table)
    if best is None:
        clauses = ["No other policy adds departures that can be told from zero"]
    else:
        lead = "adds" if len(effects) == 1 else "adds most"
        others = counted(len(effects), "other policy", "other policies")
        clauses = [f"Of {others}, {quoted(best)} {lead}: {_added_by(effects[best], table, setting)}"]
        near = _not_told_apart(table, draws, best)
        if near:
            clauses.append(f"it cannot be told from {listed([quoted(p) for p in near])}")
    rest = [(p, e) for p, e in effects.items() if p != best and e.difference is not None]
    lower = [quoted(p) for p, e in rest if e.resolved and e.difference and e.difference.mean < 0.0]
    unclear = [quoted(p) for p, e in rest if not e.resolved and not e.identical]
    same = [quoted(p) for p, e in rest if e.identical]
    if lower:
        clauses.append(f"{listed(lower)} {'lowers' if len(lower) == 1 else 'lower'} departures")
    if unclear and setting.draws > 1:
        draws_text = counted(setting.draws, "draw")
        clauses.append(f"{listed(unclear)} cannot be told from no effect with {draws_text}")
    if same:
        clauses.append(f"{listed(same)} {'makes' if len(same) == 1 else 'make'} no difference in any draw")
    return f"{'; '.join(clauses)}{events}."


def _added_by(effect: Effect, table: Table, setting: Setting) -> str:
    """How many more leave than under the reference, and what each of them costs."""
    d = effect.difference
    assert d is not None  # _effects keeps only those
    text = difference_text(d, "departures than the reference", "persons", setting)
    if d.draws > 1 and not effect.sign_settled:
        text += f", more in {share(effect.more or 0.0)} of the draws"
    return text + _price(table.costs.get(effect.policy), setting)


def _price(cost: CostPerDeparture | None, setting: Setting) -> str:
    """What a net departure costs. A ratio whose denominator may be nought has no upper end, and says so."""
    if cost is None:
        return ""
    if cost.ratio is None or not cost.determined:
        return f", at no price that can be given ({cost.reason})"
    text = f", at {amount(cost.ratio, 'usd')} per net departure"
    if setting.draws == 1:
        return text
    low, _, high = cost.per_draw
    if low is not None and high is not None:
        also = f"; {cost.reason}" if cost.reason else ""
        return f"{text} ({setting.interval} {between(low, high, 'usd')}{also})"
    if low is not None:
        return f"{text} (19 draws in 20 cost over {amount(low, 'usd')}, and there is no upper end: {cost.reason})"
    return f"{text} (without an interval: {cost.reason})"


def _events(table: Table, setting: Setting) -> str:
    """How often the front collapses and departures tip into mass desertion, under all policies."""
    clauses = [
        _event(
            {p: e for p in table.comparison.policies if (e := table.comparison.get(p, name))}, what, setting
        )
        for name, what in _EVENTS
        if table.comparison.get(table.comparison.reference, name)
    ]
    return f"; {listed(clauses)}" if clauses else ""


def _event(effects: dict[str, Effect], what: str, setting: Setting) -> str:
    if setting.draws == 1:
        seen = [quoted(p) for p, e in effects.items() if e.level.mean > 0.0]
        return f"in this one draw {what} under {listed(seen) if seen else 'no policy'}"
    chances = {p: event_chance(e) for p, e in effects.items()}
    if len(set(chances.values())) == 1:
        everywhere = " under every policy" if len(chances) > 1 else ""
        return f"{what} {chance_text(next(iter(chances.values())))}{everywhere}"
    common, count = Counter(chances.values()).most_common(1)[0]
    told = {quoted(p): c for p, c in chances.items() if c != common or count == 1}
    clauses = [f"{chance_text(c)} under {p}" for p, c in told.items()]
    if count > 1:
        clauses.append(f"{chance_text(common)} under every other policy")
    return f"{what} {listed(clauses)}"


def _gross(table: Table, policy: str) -> str:
    """How many leave by an offer, and how many of them would have left without it."""
    gross, displaced = (table.comparison.get(policy, f"departures_{part}") for part in ("gross", "displaced"))
    if gross is None or displaced is None or gross.level.mean <= 0.0:
        return ""
    leave = _with_interval(gross.level)
    if displaced.level.mean < 0.0:
        return f"; {leave} leave by the offer, and others are drawn along: {_with_interval(displaced.level, -1.0)}"
    return (
        f"; {leave} leave by the offer, of whom {_with_interval(displaced.level)} would have left without it"
    )


def _with_interval(value: Spread, sign: float = 1.0) -> str:
    """`340 (12 to 780)` persons, or of the opposite sign."""
    low, high = sorted((sign * value.q05, sign * value.q95))
    mean = amount(sign * value.mean, "persons", digits=precision(low, high))
    return mean if value.draws == 1 or value.constant else f"{mean} ({between(low, high, 'persons')})"


def _shut(draws: pl.DataFrame, policy: str) -> str:
    """In how many draws an offer admits nobody, because its terms never become real, or nobody comes."""
    import polars as pl

    column = f"{PREFIX}admitted"
    if column not in draws.columns:
        return ""
    admitted = draws.filter(pl.col("policy") == policy)[column]
    nobody = int((admitted == 0.0).sum())
    if nobody in (0, admitted.len()):
        return ""
    return f"; in {share(nobody / admitted.len())} of the draws it admits nobody"


def _lines(table: Table, draws: pl.DataFrame, setting: Setting) -> tuple[Line, ...]:
    effects = _effects(table)
    return tuple(
        Line(
            policy,
            _line_added(effects[policy], table, setting) + _gross(table, policy) + _shut(draws, policy),
            harms_of(table, policy, setting.interval),
        )
        for policy in table.others
        if policy in effects
    )


def _line_added(effect: Effect, table: Table, setting: Setting) -> str:
    return "as many leave in every draw" if effect.identical else _added_by(effect, table, setting)


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
