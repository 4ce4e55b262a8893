"""Which figures rest on so few simulated soldiers that chance within a draw makes them.

One simulated soldier stands for many persons. Where a typical draw has only a few of them behind a figure, its
spread over draws is partly the luck of single soldiers: it looks like ignorance about the world and is not.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from offramp.analysis import Effect, Spread
from offramp.scenario.numbers import number
from offramp.scenario.tables import Scenario
from offramp.show.layout import Table
from offramp.show.run import Run
from offramp.show.words import listed, quoted

# Counts of simulated soldiers, in words; what is summed as an expectation (families harmed, deaths elsewhere) is not
# coarse.
_COUNTED = {
    "departures": "departures",
    "departures_net": "net departures",
    "departures_displaced": "displaced",
    "caught": "caught",
    "imprisoned": "imprisoned",
    "killed_trying": "killed while trying to leave",
    "admitted": "admitted",
    "evasions": "call-ups evaded",
    "emigrations": "emigrants",
}
# Money that hangs on how many come, in words.
_MONEY = {
    "contributions_usd": "contributions of newcomers",
    "cost_usd.coalition_society": "the account of societies",
    "cost_usd.everyone": "the account of everyone",
}
_BY_ROUTE = ("departures", "evasions", "emigrations")
_AT = {"theatre": "in the theatre", "home": "at home"}
FEWEST = 10
"""Simulated soldiers behind the median below which a figure is called coarse: their chance alone is a third of it."""


_PERSONS = ("departures_displaced", "caught", "imprisoned", "killed_trying", "admitted")
# Their changes against the reference are told, so that those are looked at too.
_CHANGES = ("caught", "imprisoned", "killed_trying", "evasions", "emigrations")


@dataclass(frozen=True)
class Coarse:
    """Figures with too few simulated soldiers behind them, each as (policy, outcome).

    soldiers: soldiers behind the median of the figure itself. changes: where it is the difference to the reference
    that rests on few. weights: persons that one soldier stands for, the most of any group concerned, by place.
    short: policies of few places under which people wait to the end: those admitted err low there.
    """

    soldiers: Mapping[tuple[str, str], float]
    changes: tuple[tuple[str, str], ...]
    weights: Mapping[str, float]
    short: tuple[str, ...] = ()

    def sentence(self) -> str:
        """The warning in plain words; empty when nothing is coarse."""
        policies: dict[str, list[str]] = {}
        for policy, outcome in self.soldiers:
            policies.setdefault(_name(outcome), []).append(policy)
        for policy, outcome in self.changes:
            policies.setdefault(f"the change in {_name(outcome)}", []).append(policy)
        low = ""
        if self.short:
            low = (
                f"Those admitted under {_under(list(self.short))} err low, by up to one simulated soldier's weight for each"
                " programme: a place serves a whole soldier, so places that have not come to his weight by the end serve nobody."
            )
        if not policies:
            return low
        told = listed([f"{name} under {_under(names)}" for name, names in policies.items()])
        return (
            f"Few simulated soldiers: one stands for {self._persons()}, and in a typical draw fewer than"
            f" {FEWEST} of them stand behind {told}. Part of the spread of these figures is chance within a draw, not"
            f" ignorance about the world; more --soldiers make them finer. {low}".rstrip()
        )

    def _persons(self) -> str:
        """`110 persons in the theatre and 13,000 at home`; without the place where only one is concerned."""
        (first, weight), *more = self.weights.items()
        if not more:
            return f"{number(weight)} persons"
        others = [f"{number(weight)} {_AT[place]}" for place, weight in more]
        return listed([f"{number(weight)} persons {_AT[first]}", *others])


def coarse(run: Run, table: Table) -> Coarse:
    """The coarse figures of a run. A run in which a simulated soldier stands for one person has none."""
    weights: Any = run.manifest.get("stands_for")
    if not isinstance(weights, Mapping):
        return Coarse({}, (), {})
    return coarse_among(run.scenario, cast("Mapping[str, float]", weights), table)


def coarse_among(scenario: Scenario, weights: Mapping[str, float], table: Table) -> Coarse:
    """The coarse figures of a table. weights: persons that one simulated soldier stands for, by group."""
    home = {group.name for group in scenario.groups if group.place == "home"}
    heaviest = {"theatre": 1.0, "home": 1.0}
    for group, weight in weights.items():
        place = "home" if group in home else "theatre"
        heaviest[place] = max(heaviest[place], float(weight))
    found: dict[tuple[str, str], float] = {}
    changes: list[tuple[str, str]] = []
    places = {
        name: "home" if name.startswith(("evasions", "emigrations")) else "theatre"
        for name in _counted(table)
    }
    for name, place in places.items():
        weight = heaviest[place]
        for policy in table.comparison.policies:
            effect = table.comparison.get(policy, name)
            if effect is None or weight <= 1.0:
                continue
            level, change = effect.level, effect.difference
            if _few(abs(level.q50), level, weight):
                found[policy, name] = abs(level.q50) / weight
            elif name in _CHANGES and change is not None and _few(_typical(change), change, weight):
                changes.append((policy, name))
    by_money = _money_of_few(table, heaviest["home"])
    found |= by_money
    concerned = {places.get(name, "home") for _, name in (*found, *changes)}
    short = _short_of_places(scenario, table, heaviest["theatre"])
    return Coarse(found, tuple(changes), {p: w for p, w in heaviest.items() if p in concerned}, short)


def _short_of_places(scenario: Scenario, table: Table, weight: float) -> tuple[str, ...]:
    """Policies with so few places that the rest of them at the end is a part of those admitted that counts: some wait for one."""
    limited = {one.name for one in scenario.programmes if one.capacity_per_day is not None}
    found: list[str] = []
    for policy in scenario.policies if weight > 1.0 else ():
        admitted, waiting = (table.comparison.get(policy.name, name) for name in ("admitted", "waiting_end"))
        if admitted is None or waiting is None or not limited & set(policy.programmes):
            continue
        if waiting.level.mean > 0.0 and admitted.level.mean < FEWEST * weight:
            found.append(policy.name)
    return tuple(found)


def _counted(table: Table) -> list[str]:
    """The counted outcomes, with departures, evasions and emigrations by route; parts of other counts are left to the table."""
    known = [(name, *name.partition(".")) for name in table.comparison.outcomes]
    return [n for n, stem, _, part in known if stem in _COUNTED and (not part or stem in _BY_ROUTE)]


def _money_of_few(table: Table, weight: float) -> dict[tuple[str, str], float]:
    """Contributions that hang on few simulated people at home, and the accounts whose spread is mostly theirs."""
    found: dict[tuple[str, str], float] = {}
    get = table.comparison.get
    for policy in table.others if weight > 1.0 else ():
        effect, paid = get(policy, "emigrations"), get(policy, "contributions_usd")
        if effect is None or effect.difference is None or paid is None or not paid.level.mc_error:
            continue
        change = effect.difference
        if not _few(_typical(change), change, weight):
            continue
        for name in _MONEY:
            account = get(policy, name)
            if account is not None and paid.level.mc_error > 0.5 * _error_of_change(account):
                found[policy, name] = _typical(change) / weight
    return found


def _error_of_change(account: Effect) -> float:
    return math.inf if account.difference is None else account.difference.mc_error or math.inf


def _few(size: float, value: Spread, weight: float) -> bool:
    if value.constant or value.draws == 1:
        return False
    # Nobody in most draws and many in the others, as where an offer is not always enacted: not the luck of single soldiers.
    never_or_many = value.q50 == 0.0 and abs(value.mean) >= FEWEST * weight
    return size < FEWEST * weight and not never_or_many


def _typical(change: Spread) -> float:
    """The size of a change in a typical draw: the median, or a quartile where draws differ in sign."""
    if change.q25 * change.q75 >= 0.0:
        return abs(change.q50)
    return max(abs(change.q25), abs(change.q75))


def _under(policies: list[str]) -> str:
    """By name where they are two at most; the table marks which the others are."""
    return listed([quoted(p) for p in policies]) if len(policies) <= 2 else f"{len(policies)} policies"


def _name(outcome: str) -> str:
    if outcome in _MONEY:
        return _MONEY[outcome]
    stem, _, part = outcome.partition(".")
    label = _COUNTED[stem]
    if part:
        return f"{label} by {quoted(part)}"
    return f"those {label}" if stem in _PERSONS else label
