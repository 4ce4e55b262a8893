"""What is rare, in words: in how many draws it happens, and the bounds of its chance."""

from __future__ import annotations

from offramp.analysis import Chance, Effect, chance, change_of_chance
from offramp.analysis.chance import QUANTILE
from offramp.show.layout import Table
from offramp.show.words import PERCENT, between, counted, listed, quoted, share

_EVENTS = (("front_collapsed", "the front collapses"), ("tipped", "departures tip into mass desertion"))


def event_chance(effect: Effect) -> Chance:
    """The chance of an event that an outcome of zeros and ones tells of."""
    level = effect.level
    return chance(round(level.mean * level.draws), level.draws)


def event_change(effect: Effect) -> tuple[float, float] | None:
    """The 90 % interval of how much the chance of an event differs from that under the reference; None where nothing tells."""
    d = effect.difference
    if d is None or d.mc_error is None:
        return None
    if effect.more is None or effect.less is None:  # not counted draw by draw
        return d.mean - QUANTILE * d.mc_error, d.mean + QUANTILE * d.mc_error
    return change_of_chance(round(effect.more * d.draws), round(effect.less * d.draws), d.draws)


def event_sentences(table: Table, draws: int) -> list[str]:
    """How often the front collapses and departures tip into mass desertion: the reference, and where it is most often."""
    return [
        _event({p: e for p in table.comparison.policies if (e := table.comparison.get(p, name))}, what, draws)
        for name, what in _EVENTS
        if table.comparison.get(table.comparison.reference, name)
    ]


def _event(effects: dict[str, Effect], what: str, draws: int) -> str:
    if draws == 1:
        seen = [quoted(p) for p, e in effects.items() if e.level.mean > 0.0]
        return f"In this one draw {what} under {listed(seen) if seen else 'no policy'}."
    what = what[:1].upper() + what[1:]
    chances = {p: event_chance(e) for p, e in effects.items()}
    reference, *others = chances
    of = f"of {counted(draws, 'draw')}"
    base = f"{what} in {_count(chances[reference])} {of}"
    bounds = _bounds(chances[reference], f"90{PERCENT} interval ")
    if len(set(chances.values())) == 1:
        return f"{base} under {'every policy' if others else quoted(reference)} ({bounds})."
    base += f" under {quoted(reference)} ({bounds})"
    most = max(chances.values(), key=lambda c: c.count)
    if most.count == chances[reference].count:
        return f"{base}, under no other policy more often."
    first, *more = [p for p in others if chances[p].count == most.count]
    who = quoted(first) + (f" and {counted(len(more), 'other')}" if more else "")
    return f"{base}, most often in {_count(most)} under {who} ({_bounds(most, '')})."


def _count(found: Chance) -> str:
    return "none" if found.count == 0 else "all" if found.count == found.draws else f"{found.count:,}"


def _bounds(found: Chance, interval: str) -> str:
    """The bounds of a chance; an event that was not seen still has a chance."""
    if found.count == 0:
        return f"a chance below {share(found.high)}, with 95{PERCENT} confidence"
    if found.count == found.draws:
        return f"a chance above {share(found.low)}, with 95{PERCENT} confidence"
    return f"{interval}{between(found.low, found.high, 'share')}"
