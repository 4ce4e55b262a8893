"""The answer in three sentences, written from the numbers: who leaves anyway, what the best policy adds and at what
price, and who is harmed by it. Each can be read aloud in one breath; what they leave out stands in a line for every
policy, and in the table below.

Every number carries its interval. The wording keeps apart three things that are easily mixed up: the mean over
draws; the 90 % interval, which is what is not known about the world; and an effect that cannot be told from zero
because there are too few draws.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from offramp.analysis import CostPerDeparture, Effect, Spread, part_of
from offramp.analysis.compare import PREFIX, compare, in_force, outcome_samples, paired, spread
from offramp.analysis.cost import cost_per_net_departure
from offramp.analysis.outcomes import Unit
from offramp.show.events import event_sentences
from offramp.show.harms import after_line, deaths_line, emigrants_line, gravest, harm_line, harm_sentence
from offramp.show.layout import Table
from offramp.show.risk import change_sentence, level_sentence, price_sentences
from offramp.show.run import Run, messengers_of
from offramp.show.words import (
    PERCENT,
    amount,
    between,
    counted,
    more_or_fewer,
    precision,
    quoted,
    share,
    span_more_or_fewer,
)

if TYPE_CHECKING:
    import polars as pl

# A mean that lies further from the median than this, as a share of it, is not the middle of the worlds.
_FAR_FROM_MEDIAN = 0.1


@dataclass(frozen=True)
class Setting:
    """What every sentence needs to know. `until`: the last day in words. `uncertain`: any input varies
    over draws. `messengers`: by policy that makes an offer the one that broadcasts without any, see `messengers_of`.
    `named`: whether a sentence says what its interval is."""

    until: str
    uncertain: bool
    draws: int
    messengers: Mapping[str, str] = field(default_factory=dict[str, str])
    named: bool = True

    @property
    def interval(self) -> str:
        """What the interval is called, and a space: without uncertain inputs it shows chance alone."""
        if not self.named:
            return ""
        return f"90{PERCENT} interval " if self.uncertain else f"90{PERCENT} of the replicates: "


@dataclass(frozen=True)
class Line:
    """One policy in brief. `added`: departures and their price; `harm`: who is harmed, and all deaths; empty where
    neither was simulated. `beyond`: both against its broadcasts without an offer; empty where nothing has the same."""

    policy: str
    added: str
    harm: str
    beyond: str = ""


@dataclass(frozen=True)
class Answer:
    """Three sentences; what is rare and has a chance rather than a mean, a sentence each; a line for every policy,
    the reference first, where there is something to compare."""

    sentences: tuple[str, ...]
    chances: tuple[str, ...]
    lines: tuple[Line, ...]


def setting_of(run: Run) -> Setting:
    """Until when the run goes, whether anything is uncertain, how many draws there are."""
    scenario = run.scenario
    last = scenario.start + datetime.timedelta(days=scenario.days - 1)
    uncertain = bool(scenario.inputs or scenario.shares)
    until = f"{last.day} {last:%B %Y}"
    return Setting(until, uncertain, run.draws["draw"].n_unique(), messengers_of(run))


def answer(table: Table, draws: pl.DataFrame, setting: Setting) -> Answer:
    """Three sentences; one when the run has no departures at all."""
    if table.comparison.get(table.comparison.reference, "departures") is None:
        return Answer(("The run has no outcome called departures, so there is no answer to give.",), (), ())
    best = largest_adder(table)
    near = _not_told_apart(table, draws, best) if best else []
    harm = harm_sentence(table, best, setting.interval)
    sentences = _reference(table, draws, setting), _added(table, best, near, setting), harm
    chances = [
        *event_sentences(table, setting.draws),
        level_sentence(draws, table.comparison.reference),
        change_sentence(table),
        *price_sentences(table),
    ]
    return Answer(sentences, tuple(filter(None, chances)), _lines(table, draws, best, near, setting))


def line_lead(table: Table, setting: Setting) -> str:
    """What stands above the lines of the policies: against what they are compared, and what is in brackets."""
    lead = f"Policy by policy: under {quoted(table.comparison.reference)} as it is, under every other what it changes"
    if setting.draws == 1:
        return f"{lead}."
    return f"{lead}, draw by draw; in brackets the middle 90{PERCENT} of the draws."


def largest_adder(table: Table) -> str | None:
    """The policy with the largest mean of added departures that can be told from zero; None if there is
    none."""
    adders = [(e.difference.mean, p) for p, e in _effects(table).items() if _adds(e) and e.difference]
    return max(adders)[1] if adders else None


def _level(value: Spread, unit: Unit, setting: Setting) -> str:
    """`12,000 (90 % interval 8,000 to 17,000)`; one draw has no interval and says so."""
    mean = amount(value.mean, unit, digits=precision(value.q05, value.q95))
    if value.draws == 1:
        return f"{mean} (one draw, no interval)"
    if value.constant:
        return "none" if value.mean == 0.0 else f"{mean} (the same in every draw)"
    span = between(value.q05, value.q95, unit)
    return f"{mean} ({_median(value, unit)}{setting.interval}{span}{_skew(value)})"


def _difference(value: Spread, setting: Setting, verb: str = "leave") -> str:
    """`120 more leave (90 % interval 16 fewer to 340 more)`."""
    size = more_or_fewer(value.mean, "persons")
    mean = f"{size} {verb}" if size != "0" else f"no more {verb}"
    if value.draws == 1:
        return f"{mean} (one draw, no interval)"
    if value.constant:
        return f"{mean} (the same in every draw)"
    span = span_more_or_fewer(value.q05, value.q95, "persons")
    return f"{mean} ({_median(value, 'persons')}{setting.interval}{span}{_skew(value)})"


def _median(value: Spread, unit: Unit) -> str:
    if value.q50 == 0.0 or abs(value.mean - value.q50) <= _FAR_FROM_MEDIAN * abs(value.q50):
        return ""
    return f"median {amount(value.q50, unit)}; "


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
    """How many leave anyway, by which way most of them, and the gravest harm that comes with it."""
    comparison = table.comparison
    effect = comparison.get(comparison.reference, "departures")
    assert effect is not None  # answer() has looked
    lead = f"Under {quoted(effect.policy)}, "
    if effect.level.constant and effect.level.mean == 0.0:
        left = f"nobody leaves by {setting.until} in any draw"
    else:
        left = f"{_level(effect.level, 'persons', setting)} leave by {setting.until}"
        left += _main_route(table, draws)
    harm = gravest(table)
    return f"{lead}{left}{f', and {harm}' if harm else ''}."


def _main_route(table: Table, draws: pl.DataFrame) -> str:
    """The largest way out of the reference, as its share of the departures; empty where there is but one.

    The share is that of the means, so that it agrees with the table, which has both; the interval is that of the draws' shares.
    """
    comparison = table.comparison
    reference = comparison.reference
    every = comparison.get(reference, "departures")
    parts = [
        (effect.level.mean, name)
        for name in comparison.starting("departures")
        if (effect := comparison.get(reference, name)) and effect.level.mean > 0.0
    ]
    if every is None or len(parts) < 2:
        return ""
    most, name = max(parts)
    found = part_of(draws, reference, name, "departures")
    span = f" ({between(found.q05, found.q95, 'share')})" if found and found.draws > 1 else ""
    return f", {share(most / every.level.mean)} of them by {quoted(name.partition('.')[2])}{span}"


def _added(table: Table, best: str | None, near: list[str], setting: Setting) -> str:
    effects = _effects(table)
    if not effects:
        return "The run has one policy, so there is nothing to compare it with."
    if best is None:
        return _none_adds(effects, setting)
    d = effects[best].difference
    assert d is not None  # _effects keeps only those
    others = f"Of {len(effects)} other policies, {quoted(best)} adds most"
    lead = others if len(effects) > 1 else f"Under {quoted(best)}"
    text = f"{lead}: {_difference(d, setting)}{_price(table.costs.get(best), setting)}"
    if near:
        who = quoted(near[0]) if len(near) == 1 else f"{len(near)} others"
        text += f"; {who} may add as many"
    return f"{text}."


def _none_adds(effects: dict[str, Effect], setting: Setting) -> str:
    if len(effects) == 1:
        (effect,) = effects.values()
        return f"Under {quoted(effect.policy)}, {_line_added(effect, None, setting)}."
    lower = sum(e.resolved for e in effects.values())
    also = f"; {lower} {'lowers' if lower == 1 else 'lower'} them" if lower else ""
    draws = counted(setting.draws, "draw")
    return f"None of {len(effects)} other policies adds departures that {draws} can tell from zero{also}."


def _price(cost: CostPerDeparture | None, setting: Setting) -> str:
    """What a departure costs that would not have come without the policy. A ratio whose denominator may be nought has
    no upper end: then only what 19 draws of 20 exceed is told."""
    if cost is None:
        return ""
    if cost.ratio is None or not cost.determined:
        return ", at no price that can be given"
    text = f", at {amount(cost.ratio, 'usd')} each"
    if setting.draws == 1:
        return text
    low, _, high = cost.per_draw
    if low is not None and high is not None:
        return f"{text} ({between(low, high, 'usd')})"
    if low is not None:
        return f"{text} (over {amount(low, 'usd')} in 19 draws of 20)"
    return f"{text} (without an interval: {cost.reason})"


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
    return f" In {share(nobody / admitted.len())} of the draws it admits nobody."


def _lines(
    table: Table, draws: pl.DataFrame, best: str | None, near: list[str], setting: Setting
) -> tuple[Line, ...]:
    effects = _effects(table)
    if not effects:
        return ()
    # Their interval is named once, above the lines.
    bare = replace(setting, named=False)
    reference = table.comparison.reference
    base = table.comparison.get(reference, "departures")
    assert base is not None  # answer() has looked
    leave = f"{_level(base.level, 'persons', bare)} leave."
    found = [Line(reference, leave[:1].upper() + leave[1:], _harm(table, reference))]
    for policy, effect in effects.items():
        added = _line_added(effect, table.costs.get(policy), bare)
        tie = f" Cannot be told from {quoted(best)}." if best and policy in near else ""
        text = f"{added[:1].upper()}{added[1:]}.{_with_offramp(table, policy)}"
        text += f"{_on_top(table, policy)}{_shut(draws, policy)}{tie}{_emigrants(table, policy, bare)}"
        found.append(Line(policy, text, _harm(table, policy), _beyond_news(draws, policy, bare)))
    return tuple(found)


def _beyond_news(draws: pl.DataFrame, policy: str, setting: Setting) -> str:
    """What a policy adds to what its broadcasts do without an offer, at what price and with what harm. Where its offers fail, its
    broadcasts end with them and those of the other policy go on, so that draws in which they become law are compared."""
    import polars as pl

    messenger = setting.messengers.get(policy)
    if messenger is None:
        return ""
    ours, drawn, lead = in_force(draws, policy), draws.filter(pl.col("policy") == policy).height, "Against"
    if ours.height == 0:
        return ""
    if ours.height < drawn:
        lead = f"In {share(ours.height / drawn)} of the draws it becomes law: there, against"
    both = pl.concat([draws.filter(pl.col("policy") == messenger), ours])
    against = compare(both, reference=messenger)
    effect = against.get(policy, "departures")
    if effect is None or effect.difference is None:
        return ""
    added = _line_added(
        effect,
        cost_per_net_departure(both, policy, messenger),
        replace(setting, draws=effect.difference.draws),
    )
    harm = harm_line(against, policy, "Harm against that: ")
    return " ".join(filter(None, (f"{lead} {quoted(messenger)}, {added}.", harm)))


def _with_offramp(table: Table, policy: str) -> str:
    """That a price of departures holds what an off-ramp costs, which is offered for another end."""
    effect, cost = table.comparison.get(policy, "offramp_cost_usd.coalition"), table.costs.get(policy)
    if effect is None or effect.level.mean <= 0.0 or cost is None or not cost.determined:
        return ""
    return " That price holds what its off-ramp costs."


def _on_top(table: Table, policy: str) -> str:
    """How much of what a policy costs is spent on what carries its offers, beside any purse that they have."""
    whole = table.comparison.get(policy, "cost_usd")
    carried = table.comparison.get(policy, "paid_usd.channels and levers")
    if (
        whole is None
        or carried is None
        or not 0.1 * whole.level.mean < carried.level.mean < 0.9 * whole.level.mean
    ):
        return ""
    c = carried.level
    span = f" ({between(c.q05, c.q95, 'usd')})" if c.draws > 1 and not c.constant else ""
    spent = f"{amount(c.mean, 'usd')}{span}"
    return (
        f" Of what it costs, {spent} goes into channels and levers, on top of what is paid under its offers."
    )


def _harm(table: Table, policy: str) -> str:
    others = (line(table, policy) for line in (after_line, emigrants_line, deaths_line))
    return " ".join(filter(None, (harm_line(table.comparison, policy), *others)))


def _emigrants(table: Table, policy: str, setting: Setting) -> str:
    """How many more emigrate under a policy that spends on them, and at what price: they are no departures."""
    effect = table.comparison.get(policy, "emigrations")
    if policy not in table.emigrants or effect is None:
        return ""
    return f" From home, {_line_added(effect, table.emigrants[policy], setting, 'emigrate')}."


def _line_added(effect: Effect, cost: CostPerDeparture | None, setting: Setting, verb: str = "leave") -> str:
    """How many more leave than under the reference, and what each of them costs."""
    d = effect.difference
    assert d is not None  # no policy here is the reference
    if effect.identical:
        return f"as many {verb} in every draw"
    text = _difference(d, setting, verb)
    if d.draws > 1 and not effect.resolved:
        return f"{text}, which {counted(d.draws, 'draw')} cannot tell from none"
    return text + _price(cost, setting)


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
