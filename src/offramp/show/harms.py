"""Who is harmed, in words: the gravest harm beside the reference's departures, the harm beside what the best policy
adds, and for every policy a line.

No policy is left out: a policy whose harms are not named looks better than it is. What waits for those who take an offer
(a queue, an exchange, a broken promise, a video) is named where a policy changes it.
"""

from __future__ import annotations

from offramp.analysis import Comparison, Effect, Spread
from offramp.analysis.outcomes import Unit
from offramp.show.layout import Table
from offramp.show.risk import change_of, price_of
from offramp.show.words import amount, between, listed, more_or_fewer, precision, quoted, span_more_or_fewer

# What is said of how many: the gravest first. The imprisoned are among the caught.
_SAID: tuple[tuple[str, str, Unit], ...] = (
    ("killed_trying", "are killed trying", "persons"),
    ("caught", "are caught", "persons"),
    ("families_harmed", "families are harmed", "families"),
    ("imprisoned", "are imprisoned", "persons"),
)
_SENTENCE_MOST = 3
_LINE: tuple[tuple[str, str, Unit], ...] = (
    ("killed_trying", "killed while trying to leave", "persons"),
    ("caught", "caught", "persons"),
    ("imprisoned", "imprisoned", "persons"),
    ("families_harmed", "families harmed", "families"),
)
_AFTER: tuple[tuple[str, str, Unit], ...] = (
    ("waiting_end", "still waiting", "persons"),
    ("exchanged_back", "exchanged back", "persons"),
    ("refouled", "sent back to danger", "persons"),
    ("defrauded", "not paid", "persons"),
    ("videos", "shown on video", "persons"),
)
_EMIGRANTS: tuple[tuple[str, str, Unit], ...] = (
    ("emigrations_failed", "caught or killed", "persons"),
    ("refouled.emigrants", "sent back to danger", "persons"),
    ("host_incidents.emigrants", "incidents with hosts", "other"),
)
_DEATHS: tuple[tuple[str, str, Unit], ...] = (
    ("killed", "invading force", "persons"),
    ("defender_deaths", "defending force", "persons"),
    ("civilian_deaths", "civilians", "persons"),
)


def gravest(table: Table) -> str:
    """`1,400 are killed trying (220 to 4,200)` under the reference; empty where nobody is harmed in any draw."""
    said = [] if _harmless(table) else _levels(table, "")
    return said[0] if said else ""


def harm_sentence(table: Table, best: str | None, interval: str) -> str:
    """The third sentence: what the policy that adds most does to each harm; without one, the reference's harms.

    best: a policy, or None. interval: what the interval is called, and a space.
    """
    levels = _levels(table, interval)
    if not levels:
        return (
            "Harm to those who try and to families was not simulated, because the scenario does not state it."
        )
    if _harmless(table):
        return "In no draw is anybody caught or killed trying; a danger that a scenario does not state is not simulated."
    if best is None:
        # The first of them stands in the first sentence already, unless it is the only one.
        said = _levels(table, interval, start=1)[:_SENTENCE_MOST] or levels
        return f"Under {quoted(table.comparison.reference)}, {listed(said)}."
    clauses: list[str] = []
    for outcome, verb, unit in _SAID:
        effect = table.comparison.get(best, outcome)
        if effect is not None and effect.difference is not None and len(clauses) < _SENTENCE_MOST:
            told, spread_told = _changed(effect, effect.difference, verb, unit, interval)
            clauses.append(told)
            interval = "" if spread_told else interval
    return f"With it, {listed(clauses)}."


def harm_line(comparison: Comparison, policy: str, lead: str = "") -> str:
    """Harms of those who try and of families: levels of the reference, changes of any other policy. Empty where neither was
    simulated. lead: what stands before them."""
    clauses = ", ".join(_clauses(comparison, policy, _LINE))
    return _line(f"{lead}{clauses}") if clauses else ""


def after_line(table: Table, policy: str) -> str:
    """What becomes of those who take an offer, and of prisoners; what the policy does not change is left out."""
    wanted: list[tuple[str, str, Unit]] = [
        # Emigrants have a line of their own.
        (
            f"{outcome}.soldiers" if table.comparison.get(policy, f"{outcome}.soldiers") else outcome,
            noun,
            unit,
        )
        for outcome, noun, unit in _AFTER
    ]
    there = tuple(one for one in wanted if _moved(table, policy, one[0]))
    clauses = _clauses(table.comparison, policy, there)
    return f"Besides: {', '.join(clauses)}." if clauses else ""


def emigrants_line(table: Table, policy: str) -> str:
    """Harms of those who emigrate, under a policy that spends on them."""
    clauses = _clauses(table.comparison, policy, _EMIGRANTS) if policy in table.emigrants else []
    return f"Emigrants: {', '.join(clauses)}." if clauses else ""


def deaths_line(table: Table, policy: str) -> str:
    """All deaths on every side, and the risk of nuclear use: levels of the reference, changes of any other policy."""
    clauses = _clauses(table.comparison, policy, _DEATHS)
    risk = change_of(table, policy)
    told = f"all deaths: {', '.join(clauses)}" if clauses else ""
    price = price_of(table, policy)
    said = (_line("; ".join(filter(None, (told, risk)))), f"Its off-ramp costs {price}." if price else "")
    return " ".join(filter(None, said))


def _moved(table: Table, policy: str, outcome: str) -> bool:
    """The policy changes the outcome in some draw; of the reference, somebody is concerned in some draw."""
    effect = table.comparison.get(policy, outcome)
    if effect is None or effect.difference is not None:
        return effect is not None and not effect.identical
    return not (effect.level.constant and effect.level.mean == 0.0)


def _harmless(table: Table) -> bool:
    """No harm to those who try or to families in any draw under any policy."""
    found = [table.comparison.get(p, name) for p in table.comparison.policies for name, _, _ in _SAID]
    return all(e.level.mean == 0.0 and e.level.q95 == 0.0 for e in found if e is not None)


def _line(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def _levels(table: Table, interval: str, start: int = 0) -> list[str]:
    """Harms under the reference in words, the gravest first; the interval is named once."""
    comparison = table.comparison
    found: list[str] = []
    effects: list[tuple[Effect, str, Unit]] = [
        (effect, verb, unit)
        for outcome, verb, unit in _SAID
        if (effect := comparison.get(comparison.reference, outcome)) is not None
    ]
    for effect, verb, unit in effects[start:]:
        level = effect.level
        mean = amount(level.mean, unit, digits=precision(level.q05, level.q95))
        if level.constant:
            none = level.mean == 0.0
            found.append(f"none {verb}" if none and unit == "persons" else f"no {verb}" if none
                         else f"{mean} {verb} (the same in every draw)")  # fmt: skip
        elif level.draws == 1:
            found.append(f"{mean} {verb} (one draw)")
        else:
            found.append(f"{mean} {verb} ({interval}{between(level.q05, level.q95, unit)})")
            interval = ""
    return found


def _changed(effect: Effect, value: Spread, verb: str, unit: Unit, interval: str) -> tuple[str, bool]:
    """`1,800 more are caught (90 % interval 0 to 8,700 more)`, and whether an interval was told."""
    if effect.identical and value.draws > 1:
        return f"as many {verb} in every draw", False
    mean = more_or_fewer(value.mean, unit)
    mean = f"{mean if mean != '0' else 'no more'} {verb}"
    if value.draws == 1:
        return f"{mean} (one draw)", False
    if value.constant:
        return f"{mean} (the same in every draw)", False
    skew = "; a few draws carry the mean" if value.skewed else ""
    return f"{mean} ({interval}{span_more_or_fewer(value.q05, value.q95, unit)}{skew})", True


def _clauses(comparison: Comparison, policy: str, wanted: tuple[tuple[str, str, Unit], ...]) -> list[str]:
    """`caught +830 (0 to 3,500)`; of the reference `caught 23,000 (2,800 to 67,000)`. What never differs comes last."""
    found: list[str] = []
    same: list[str] = []
    none: list[str] = []
    for outcome, noun, unit in wanted:
        effect = comparison.get(policy, outcome)
        if effect is None:
            continue
        if effect.identical:
            same.append(noun)
        elif effect.difference is not None:
            found.append(f"{noun} {_value(effect.difference, unit, difference=True)}")
        elif policy == comparison.reference and effect.level.constant and effect.level.mean == 0.0:
            none.append(noun)
        elif policy == comparison.reference:
            found.append(f"{noun} {_value(effect.level, unit, difference=False)}")
    found += [f"unchanged in every draw: {listed(same)}"] if same else []
    return found + ([f"{listed(none)} 0 in every draw"] if none else [])


def _value(value: Spread, unit: Unit, *, difference: bool) -> str:
    mean = amount(value.mean, unit, difference=difference, digits=precision(value.q05, value.q95))
    if value.draws == 1:
        return f"{mean} (one draw)"
    if value.constant:
        return f"{mean} (the same in every draw)"
    skew = "; a few draws carry the mean" if value.skewed else ""
    return f"{mean} ({between(value.q05, value.q95, unit, difference=difference)}{skew})"
