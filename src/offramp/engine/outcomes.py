"""What came of a run, in persons, dollars and probabilities: benefits, and every harm beside them."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from offramp.engine import bind
from offramp.engine.accounts import Aside, money_of, up_to
from offramp.engine.inputs import (
    FIRST_ROUTE,
    IMPRISONED,
    KILLED,
    SCALARS,
    SERVING,
    WAITING,
    WOUNDED,
    Floats,
    Outcome,
)
from offramp.engine.menu import options_of, programmes_of
from offramp.engine.world import World
from offramp.scenario.tables import Policy, Programme, Scenario
from offramp.scenario.tables_world import ONE, ZERO


def outcomes(
    scenario: Scenario,
    policy: str,
    outcome: Outcome,
    persons: NDArray[np.float64],
    world: World,
    came: Floats,
    aside: Aside | None,
) -> tuple[dict[str, float], dict[str, Floats]]:
    """Outcomes of one policy in persons, dollars and probabilities, and some of them up to each day, [d + 1]. A module that did
    not run leaves none. persons: [d + 1, g, state]; came, aside: see `money_of`."""
    end = persons[-1]
    home = world.population.home
    weight = world.population.weight

    def tally(counts: NDArray[np.int64], place: NDArray[np.bool_]) -> float:
        return float((weight * place) @ counts.sum(axis=1))

    result: dict[str, float] = {}
    ways = ways_out(scenario, home)
    for label, place, taken in ways:
        gone: list[float] = end[place, FIRST_ROUTE:].sum(axis=0).tolist()
        by_route = {
            route.name: left for route, left in zip(scenario.routes, gone, strict=True) if route.name in taken
        }
        result[label] = sum(by_route.values())
        result.update({f"{label}.{name}": value for name, value in by_route.items()})
    front, out = (~home, ("departures",)) if (~home).any() else (home, ("evasions", "emigrations"))
    detected = float((weight * front) @ outcome.detected)
    caught = tally(outcome.caught, front) + detected
    # Who was found out while he waited for a place has set out as well: no failure without an attempt.
    result["attempts"] = tally(outcome.attempts, front) + detected
    result["killed_trying"] = tally(outcome.killed_trying, front)
    result["caught"] = caught
    result["imprisoned"] = float(end[front, IMPRISONED].sum())
    chosen = scenario.policy(policy)
    options = tuple(options_of(scenario.routes, programmes_of(scenario, chosen)))
    route_of = np.array([o.route for o in options], np.int64)
    held = np.bincount(route_of, (weight * front) @ outcome.imprisoned, len(scenario.routes)).tolist()
    for route, prisoners in zip(scenario.routes, held, strict=True):
        if any(f"{label}.{route.name}" in result for label in out):
            result[f"imprisoned.{route.name}"] = prisoners
    if scenario.programmes:
        if "departures" in result:
            by_offer = np.array([o.programme >= 0 for o in options], np.bool_)
            result["departures_gross"] = tally(outcome.completed[:, by_offer], front)
        # Counted in soldiers: a difference of sums of persons would leave rests of rounding for nobody.
        jailed = np.rint(end[:, IMPRISONED] / weight).astype(np.int64)
        waiting = (jailed - outcome.imprisoned.sum(axis=1)) * weight
        result["imprisoned.waiting"] = float(waiting[front].sum())
    result["returned"] = caught - result["imprisoned"]
    result["attempts_failed"] = caught + result["killed_trying"]
    result["killed"] = float(end[front, KILLED].sum())
    if scenario.losses is not None:
        result["wounded"] = float(end[front, WOUNDED].sum())
    if home.any() and (~home).any():
        lost = outcome.caught + outcome.killed_trying
        for label, place, taken in ways[1:]:
            by_them = np.array([scenario.routes[o.route].name in taken for o in options], np.bool_)
            result[f"{label}_failed"] = tally(lost[:, by_them], place)
    if scenario.mobilisation is not None:
        pool = [group.name for group in scenario.groups].index(scenario.mobilisation.group)
        result["mobilisable_end"] = float(end[pool, SERVING] + end[pool, WAITING])
    result["serving_end"] = float(end[front, SERVING].sum() + end[front, WAITING].sum())
    daily: dict[str, Floats] = {}
    if scenario.choice is not None:
        daily["families_harmed"] = up_to(0.0, outcome.families_harmed.sum(axis=1))
        result["families_harmed"] = float(outcome.families_harmed.sum())
        result["families_evacuated"] = float(outcome.families_evacuated.sum())
    result.update(_world(scenario, outcome, world))
    result.update(_promises(scenario, chosen, outcome, world))
    if scenario.programmes:
        result["waiting_end"] = float(end[:, WAITING].sum())
    if scenario.programmes or scenario.levers or scenario.channels:
        paths, money = money_of(scenario, chosen, outcome, world, came, result, aside)
        daily.update(paths)
        result.update(money)
    return result, daily


def ways_out(
    scenario: Scenario, home: NDArray[np.bool_]
) -> tuple[tuple[str, NDArray[np.bool_], frozenset[str]], ...]:
    """Under which name those who are gone are counted: the outcome, the groups [g] and the routes that count there.

    Who leaves the force departs. At home, who takes a route that opens at a call-up evades it, and who leaves by any other way
    emigrates. home: [g].
    """
    result: list[tuple[str, NDArray[np.bool_], frozenset[str]]] = []
    for label, place in (("departures", ~home), ("evasions", home), ("emigrations", home)):
        here = {group.name for group, stands in zip(scenario.groups, place, strict=True) if stands}
        taken = frozenset(
            route.name
            for route in scenario.routes
            if here & set(route.groups)
            and (label == "departures" or route.on_call_up == (label == "evasions"))
        )
        if here and (label == "departures" or taken):
            result.append((label, place, taken))
    return tuple(result)


def _promises(scenario: Scenario, policy: Policy, outcome: Outcome, world: World) -> dict[str, float]:
    """What became of those admitted, in persons; who is expected to be harmed later, by the stated shares."""
    result: dict[str, float] = {}
    stated = [r.exchange_probability for r in scenario.routes]
    if any(x is not None for x in stated) or any(p.exchange_probability for p in scenario.programmes):
        result["exchanged_back"] = float(outcome.exchanged.sum())
    if not scenario.programmes:
        return result
    programmes, values = programmes_of(scenario, policy), world.values
    by_group = _admitted(scenario, programmes, outcome, world)
    parts = {"": by_group.sum(axis=0)}
    home = world.population.home
    at_home = {group.name for group, stands in zip(scenario.groups, home, strict=True) if stands}
    if not home.all() and any(at_home & set(one.groups) for one in scenario.programmes):
        parts |= {".soldiers": by_group[~home].sum(axis=0), ".emigrants": by_group[home].sum(axis=0)}

    def expected(key: str, admitted: Floats) -> float:
        return float(np.dot([bind.number(getattr(p, key), values) for p in programmes], admitted))

    for part, admitted in parts.items():
        result[f"admitted{part}"] = float(admitted.sum())
        if any(p.refoulement_share != ZERO for p in scenario.programmes):
            result[f"refouled{part}"] = expected("refoulement_share", admitted)
        if scenario.ledger is not None and scenario.ledger.incident_probability != ZERO:
            chance = bind.number(scenario.ledger.incident_probability, values)
            result[f"host_incidents{part}"] = float(admitted.sum()) * chance
    if any(p.enactment_probability != ONE for p in scenario.programmes):
        chances = [bind.number(p.enactment_probability, values) for p in programmes]
        result["enacted"] = float(min(chances) > world.politics) if chances else math.nan
    if any(p.testimony != "none" for p in scenario.programmes):
        result["videos"] = float(outcome.videos.sum())
    if any(p.default_share != ZERO for p in scenario.programmes):
        result["defrauded"] = expected("default_share", parts[""])
    if any(p.fraud_share != ZERO for p in scenario.programmes):
        missed = [
            bind.number(p.fraud_share, values) * (1.0 - bind.number(p.screening_sensitivity, values))
            for p in programmes
        ]
        result["false_claims_paid"] = float(np.dot(missed, parts[""]))
    return result


def _admitted(
    scenario: Scenario, programmes: tuple[Programme, ...], outcome: Outcome, world: World
) -> Floats:
    """Persons of each group whom each programme of the policy has admitted, [g, p]."""
    option = np.array([one.programme for one in options_of(scenario.routes, programmes)], np.int64)
    done = outcome.completed * world.population.weight[:, None]
    return done @ np.equal.outer(option, np.arange(len(programmes)))


def _world(scenario: Scenario, outcome: Outcome, world: World) -> dict[str, float]:
    """The regime, mass desertion and the war."""
    result: dict[str, float] = {}
    values = dict(zip(SCALARS, (float(x) for x in outcome.scalars), strict=True))
    if scenario.regime is not None:
        result["crackdown_mean"] = float(outcome.crackdown.mean())
    if world.units.on:
        result["tipped"] = float(values["tipped_day"] >= 0)
        result["reproduction_max"] = values["reproduction_max"]
    if world.war.on:
        result["front_collapsed"] = float(values["collapse_day"] >= 0)
        result["war_days"] = values["collapse_day"] if values["collapse_day"] >= 0 else float(scenario.days)
        if scenario.war is not None and scenario.war.collapse_b0 is not None:
            worst = int(np.argmax(outcome.collapse))
            result["collapse_risk_max"] = float(outcome.collapse[worst])
            result["exit_share_of_strength_loss"] = float(outcome.exit_share[worst])
        result["win_probability_end"] = float(outcome.win[-1])
        for name in ("defender_deaths", "civilian_deaths"):
            result[name] = values[name]
        result["strength_end"] = float(outcome.strength[-1])
    return result


def makes_offer(scenario: Scenario, policy: str) -> bool:
    """Whether a policy holds a programme that is open to somebody of the force."""
    force = {group.name for group in scenario.groups if group.place != "home"}
    return any(force & set(one.groups) for one in programmes_of(scenario, scenario.policy(policy)))


def against(reference: dict[str, float], result: dict[str, float], offers: bool) -> dict[str, float]:
    """Outcomes that need the reference of the same draw: net departures, their price, whom an offer displaces, deaths and war
    days averted. offers: see `makes_offer`; what offers nothing displaces nobody, and has no number of them."""
    out = dict(result)
    if "departures" in result:
        out["departures_net"] = result["departures"] - reference["departures"]
        if "departures_gross" in result:
            admitted = result["departures_gross"] - reference["departures_gross"]
            # to a millionth of a person: sums of weights leave rests of rounding where nobody is displaced
            rest = round(admitted - out["departures_net"], 6)
            out["departures_displaced"] = rest if offers else math.nan
        if "cost_usd" in result:
            spent = _for_departures(result)
            if any(name in result for name in _ASIDE):
                out["departures_cost_usd"] = spent
            extra = spent - _for_departures(reference)
            net = out["departures_net"]
            out["cost_per_net_departure_usd"] = extra / net if net > 0 else math.nan
    out["deaths_averted.invader"] = reference["killed"] - result["killed"]
    if "war_days" in result:
        out["deaths_averted.defender"] = reference["defender_deaths"] - result["defender_deaths"]
        out["deaths_averted.civilians"] = reference["civilian_deaths"] - result["civilian_deaths"]
        out["war_days_averted"] = reference["war_days"] - result["war_days"]
    return out


_ASIDE = ("emigrants_cost_usd", "posts_cost_usd")
"""What buys no departure from the force."""


def _for_departures(result: dict[str, float]) -> float:
    """What departures cost, dollars; to a cent, for sums of payments leave rests of rounding by which equal policies would seem
    to differ."""
    return round(result["cost_usd"] - sum(result.get(name, 0.0) for name in _ASIDE), 2)
