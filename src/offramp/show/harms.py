"""The third sentence: who is harmed under the reference, and what every other policy does to each harm.

No policy is left out, and no harm that was simulated: a policy whose harms are not named looks better than it is.
"""

from __future__ import annotations

from offramp.analysis import Effect, Spread
from offramp.analysis.outcomes import Unit
from offramp.show.layout import Table
from offramp.show.risk import CHANGE, change_of, level_sentence
from offramp.show.words import amount, between, listed, precision, quoted

_HARMS: tuple[tuple[str, str, Unit], ...] = (
    ("families_harmed", "families harmed", "families"),
    ("caught", "caught", "persons"),
    ("imprisoned", "imprisoned", "persons"),
    ("killed_trying", "killed while trying to leave", "persons"),
)
# What may come after a departure: of people who were promised something, and of those who promised it.
_AFTERWARDS: tuple[tuple[str, str, Unit], ...] = (
    ("exchanged_back", "exchanged back", "persons"),
    ("refouled", "sent back to danger", "persons"),
    ("defrauded", "not paid what was promised", "persons"),
    ("videos", "shown on video", "persons"),
    ("host_incidents", "security incidents with the host", "other"),
    ("false_claims_paid", "false claims paid", "persons"),
)
_DEATHS: tuple[tuple[str, str, Unit], ...] = (
    ("killed", "in the invading force", "persons"),
    ("defender_deaths", "in the defending force", "persons"),
    ("civilian_deaths", "of civilians", "persons"),
)

_LEAD = "what each other policy changes follows, draw by draw"


def harm_sentence(table: Table, interval: str) -> str:
    """Harms under the reference. interval: what the interval is called."""
    reference = table.comparison.reference
    levels = _clauses(table, reference, _HARMS, interval, difference=False)
    if not levels:
        return (
            "Harm to those who try and to families was not simulated, because the scenario does not state it."
        )
    levels += _clauses(table, reference, _AFTERWARDS, "", difference=False)
    deaths = _clauses(table, reference, _DEATHS, "", difference=False)
    text = f"The harm under {quoted(reference)}: {listed(levels)}"
    if deaths:
        text += f"; all deaths {listed(deaths)}"
    text = f"{text}; {_LEAD}." if table.others else f"{text}."
    return " ".join(part for part in (text, level_sentence(table)) if part)


def harms_of(table: Table, policy: str, interval: str) -> str:
    """What a policy does to each harm, draw by draw against the reference; empty where no harm was simulated."""
    harmed = _clauses(table, policy, _HARMS, interval, difference=True)
    after = _clauses(table, policy, _AFTERWARDS, "" if harmed else interval, difference=True)
    deaths = _clauses(table, policy, _DEATHS, "" if harmed or after else interval, difference=True)
    risk = change_of(table, policy, "" if harmed or after or deaths else interval)
    parts = [
        ", ".join(harmed),
        f"afterwards {', '.join(after)}" if after else "",
        f"all deaths {', '.join(deaths)}" if deaths else "",
        risk,
    ]
    unclear = [
        f"deaths {name}" if kind is _DEATHS else name
        for kind in (_HARMS, _AFTERWARDS, _DEATHS)
        for outcome, name, _ in kind
        if (effect := table.comparison.get(policy, outcome)) and _unclear(effect)
    ]
    change = table.comparison.get(policy, CHANGE)
    if change is not None and _unclear(change):
        unclear.append("risk of nuclear use")
    if unclear:
        parts.append(f"too small to tell from no change with these draws: {listed(unclear)}")
    return "; ".join(part for part in parts if part)


def _impossible(effect: Effect) -> bool:
    """Nobody is harmed so in any draw, under the policy and the reference alike: it promises nothing of the kind."""
    level, change = effect.level, effect.difference
    return level.constant and level.mean == 0.0 and (change is None or effect.identical)


def _unclear(effect: Effect) -> bool:
    d = effect.difference
    return d is not None and d.draws > 1 and not effect.identical and not effect.resolved


def _clauses(
    table: Table, policy: str, wanted: tuple[tuple[str, str, Unit], ...], interval: str, *, difference: bool
) -> list[str]:
    """`caught 23,000 (90 % interval 2,800 to 67,000)`; the interval is named once, in the first."""
    found: list[str] = []
    for outcome, noun, unit in wanted:
        effect = table.comparison.get(policy, outcome)
        value = None if effect is None else effect.difference if difference else effect.level
        if effect is None or value is None or (wanted is _AFTERWARDS and _impossible(effect)):
            continue
        if difference and effect.identical:
            found.append(f"{noun} 0 (the same in every draw)")
        else:
            found.append(f"{noun} {_value(value, unit, interval, difference=difference)}")
            interval = ""
    return found


def _value(value: Spread, unit: Unit, interval: str, *, difference: bool) -> str:
    mean = amount(value.mean, unit, difference=difference, digits=precision(value.q05, value.q95))
    if value.draws == 1:
        return f"{mean} (one draw)"
    if value.constant:
        return f"{mean} (the same in every draw)"
    span = between(value.q05, value.q95, unit, difference=difference)
    return f"{mean} ({f'{interval} ' if interval else ''}{span})"
