"""From a scenario and one draw to the kernel's arrays: quantities become daily paths, policies become menus."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from functools import lru_cache

import numpy as np

from offramp.engine.inputs import NEVER, Choice, Field, Floats, Mobilisation, Units, War
from offramp.engine.population import Sizes
from offramp.scenario.quantities import People, Quantity, Shares, evaluate
from offramp.scenario.tables import Choice as ChoiceTable
from offramp.scenario.tables import Scenario

Values = Mapping[str, float]


def daily(quantity: Quantity | None, values: Values, days: int, absent: float = 0.0) -> Floats:
    """The quantity on each day, [d]; `absent` where the scenario does not state it."""
    if quantity is None:
        return np.full(days, absent)
    level = evaluate(quantity, values, days)
    return level if isinstance(level, np.ndarray) else np.full(days, level)


def rows(quantities: Iterable[Quantity | None], values: Values, days: int, absent: float = 0.0) -> Floats:
    """Each quantity on each day, [n, d]; `absent` where the scenario does not state it."""
    stated = tuple(quantities)
    result = np.empty((len(stated), days))
    for row, quantity in zip(result, stated, strict=True):
        row[:] = absent if quantity is None else evaluate(quantity, values, days)
    return result


def number(quantity: Quantity | None, values: Values, absent: float = 0.0) -> float:
    """The quantity as one number; `absent` where the scenario does not state it."""
    if quantity is None:
        return absent
    level = evaluate(quantity, values, 1)
    return float(level[0]) if isinstance(level, np.ndarray) else level


def shares(stated: Shares | tuple[tuple[str, float], ...], values: Values) -> dict[str, float]:
    """Shares by name in this draw; they sum to one."""
    if isinstance(stated, Shares):
        return {name: values[path] for name, path in zip(stated.names, stated.paths, strict=True)}
    total = sum(weight for _, weight in stated)
    return {name: weight / total for name, weight in stated}


def force_path(scenario: Scenario, values: Values) -> Floats:
    """Reference strength at the start of each day and at the end of the last, persons [d + 1]."""
    assert scenario.force is not None
    return daily(scenario.force.persons, values, scenario.days + 1) * number(
        scenario.force.scale, values, 1.0
    )


def killed_per_day(scenario: Scenario, values: Values) -> Floats:
    """W1: deaths of the reference force, claim factor times kill share times claimed losses, persons per day [d]."""
    losses = scenario.losses
    if losses is None:
        return np.zeros(scenario.days)
    factor = number(losses.claim_factor, values) * number(losses.kill_share, values)
    return daily(losses.claimed_per_day, values, scenario.days) * factor


def wounded_ratio(scenario: Scenario, values: Values) -> float:
    """Wounded who leave the force, per death."""
    return number(scenario.losses.wounded_out_per_killed, values) if scenario.losses else 0.0


def sizes(scenario: Scenario, values: Values) -> Sizes:
    """W2: who is there, and who arrives. Inflow makes good the reference's change and losses, never the departures.

    Before the first dated inflow, newcomers divide as the force does at the start.
    """
    days = scenario.days
    initial = np.array([number(group.size, values) for group in scenario.groups])
    arriving = np.zeros((len(scenario.groups), days))
    force = scenario.force
    if force is None:
        return Sizes(initial, arriving)
    reference = force_path(scenario, values)
    place = {group.name: g for g, group in enumerate(scenario.groups)}
    for name, share in shares(force.initial_shares, values).items():
        initial[place[name]] = share * reference[0]
    lost = killed_per_day(scenario, values) * (1.0 + wounded_ratio(scenario, values))
    inflow = np.maximum(0.0, np.diff(reference) + lost)
    stretches = [(0, force.initial_shares), *((stretch.from_day, stretch.shares) for stretch in force.inflow)]
    for k, (start, stated) in enumerate(stretches):
        end = stretches[k + 1][0] if k + 1 < len(stretches) else days
        for name, share in shares(stated, values).items():
            # what is lost on a day is made good on the morning after
            first, last = max(start, 1), min(end, days)
            if first < last:
                arriving[place[name], first:last] = share * inflow[first - 1 : last - 1]
    return Sizes(initial, arriving)


def hazards(scenario: Scenario, values: Values) -> tuple[Floats, Floats]:
    """Hazards of death and of a wound that ends service, per soldier and day, each [g, d]."""
    days = scenario.days
    death = rows([group.casualty_per_day for group in scenario.groups], values, days)
    wound = np.zeros_like(death)
    line = (
        killed_per_day(scenario, values) / force_path(scenario, values)[:-1]
        if scenario.force
        else np.zeros(days)
    )
    for g, group in enumerate(scenario.groups):
        if group.place != "home":
            at_front = line * number(group.relative_risk, values, 1.0)
            death[g] += at_front
            wound[g] = at_front * wounded_ratio(scenario, values)
    return death, wound


def field(
    scenario: Scenario, values: Values, death: Floats, wound: Floats, worst: Floats | float = 1.0
) -> Field:
    """Ceilings of the candidate field: the same for every policy of the scenario.

    worst: the largest factor on death and wounds at the front that any policy may reach, [d]."""
    at_front = np.array([group.place != "home" for group in scenario.groups])[:, None]
    death, wound = (np.where(at_front, hazard * worst, hazard) for hazard in (death, wound))
    windows = rows([route.window_per_day for route in scenario.routes], values, scenario.days)
    ceilings = np.concatenate([[death.max(axis=0), wound.max(axis=0)], windows])
    rate = ceilings.sum(axis=0)
    cumulative = np.cumsum(ceilings, axis=0) / np.where(rate > 0, rate, 1.0)
    threshold = np.floor(cumulative * 2.0**32).astype(np.uint64).T.copy()
    # rounding must not leave a sliver beyond the last kind that can occur
    kinds = np.arange(len(ceilings))
    last = np.where(ceilings > 0, kinds[:, None], 0).max(axis=0)
    threshold[kinds >= last[:, None]] = 2**32
    with np.errstate(divide="ignore", invalid="ignore"):
        over_death = np.where(death > 0, death / ceilings[0], 0.0)
        over_wound = np.where(wound > 0, wound / ceilings[1], 0.0)
    return Field(rate, threshold, over_death, over_wound, worst=np.full(scenario.days, worst))


def choice(scenario: Scenario, values: Values, hazard: Floats) -> Choice:
    """Parameters of the decision; without [choice] every term is neutral."""
    days, groups = scenario.days, scenario.groups
    table = scenario.choice or ChoiceTable()
    wealth = rows([group.wealth_usd for group in groups], values, days, 1.0)
    pay = rows([group.log_pay_ratio for group in groups], values, days)
    death_payment = daily(table.death_compensation_usd, values, days)
    own_terms = np.array([isinstance(group.stay_utility, People) for group in groups])
    stay = [
        0.0 if own else number(group.stay_utility, values)
        for own, group in zip(own_terms, groups, strict=True)
    ]
    return Choice(
        scale=number(table.scale, values, 1.0),
        present_bias=number(table.present_bias, values, 1.0),
        discount=number(table.discount_per_day, values),
        death=number(table.death_disutility, values),
        arrest=number(table.arrest_disutility, values),
        prison=number(table.prison_disutility_per_year, values),
        sentence=daily(table.sentence_days, values, days),
        family=number(table.family_disutility, values),
        family_units=number(table.family_units, values, 1.0),
        video_factor=number(table.video_reprisal_factor, values, 1.0),
        support=number(table.support_weight, values),
        pay=number(table.pay_weight, values) * pay,
        compensation=number(table.compensation_weight, values) * np.log1p(death_payment / wealth),
        hardship=number(table.hardship_weight, values) * daily(table.hardship, values, days),
        grievance=number(table.grievance_weight, values),
        returned_grievance=number(table.returned_grievance, values),
        obedience=number(table.obedience, values),
        optimism=number(table.optimism, values, 1.0),
        belief_rate=number(table.belief_rate_per_day, values, math.inf),
        war_end=daily(table.war_end_per_day, values, days),
        wealth=wealth,
        money=number(table.money_weight, values),
        base_safety=number(table.base_safety, values),
        returned=daily(table.returned_share, values, days),
        hazard=hazard,
        stay=np.array(stay),
        rebuild=_rebuild(scenario, values),
    )


def _rebuild(scenario: Scenario, values: Values) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Days on which a value may differ from the day before: all where people or the regime react, else where a path moves."""
    days = scenario.days
    if scenario.choice or scenario.channels or scenario.trust or scenario.support or scenario.regime:
        return np.ones(days, np.bool_)
    moves = np.zeros(days, np.bool_)
    paths: list[Quantity | None] = [
        route.utility for route in scenario.routes if not isinstance(route.utility, People)
    ]
    for programme in scenario.programmes:
        paths += [programme.trust, programme.awareness_share, programme.capacity_per_day]
        delay = round(number(programme.enactment_delay_days, values))
        for day in (programme.start_day + delay, programme.end_day):
            if 0 <= day < days:
                moves[day] = True
    for path in paths:
        moves[1:] |= np.diff(daily(path, values, days)) != 0
    return moves


def units(scenario: Scenario, values: Values) -> tuple[Units, Floats]:
    """Units, and each group's pull [g]: utils per unit share of comrades who left (D6)."""
    groups, table = scenario.groups, scenario.units
    contagion = number(table.contagion, values) if table else 0.0
    loyalty = number(table.loyalty, values) if table else 0.0
    cohesion = np.array([number(group.cohesion, values) for group in groups])
    coupled = any(group.influence is not None or group.cohesion is not None for group in groups)
    group_exit = number(table.group_exit_probability, values) if table else 0.0
    return Units(
        on=coupled or group_exit > 0,
        squad=number(table.squad_weight, values) if table else 1.0,
        company=number(table.company_weight, values) if table else 0.0,
        force=number(table.force_weight, values) if table else 0.0,
        hold=cohesion * loyalty,
        memory=number(table.memory_days, values, NEVER) if table else NEVER,
        group_exit=group_exit,
    ), cohesion * (contagion + loyalty)


def war(scenario: Scenario, values: Values) -> War:
    """War relative to the reference; off where the scenario states none."""
    days, table = scenario.days, scenario.war
    nothing = np.zeros(days)
    if table is None:
        return War(
            False, nothing, nothing, 0.0, 0.0, 1, 1.0, 0.0, 0.0, 0.0, 0.0, 1, nothing, 0.0, nothing, 0.0, 1.0
        )
    return War(
        on=True,
        reference_win=daily(table.win_probability, values, days),
        settlement=daily(table.settlement_share, values, days),
        elasticity=number(table.strength_elasticity, values),
        hold_ratio=number(table.hold_ratio, values),
        hold_days=table.hold_days or 1,
        hold_broken=number(table.hold_broken_share, values),
        b0=number(table.collapse_b0, values),
        b1=number(table.collapse_b1, values),
        b2=number(table.collapse_b2, values),
        refit=number(table.refit_days, values, NEVER),
        memory=table.loss_memory_days,
        defenders=daily(table.defender_deaths_per_day, values, days),
        defender_exponent=number(table.defender_exponent, values),
        civilians=daily(table.civilian_deaths_per_day, values, days),
        civilian_exponent=number(table.civilian_exponent, values),
        substitution=number(table.bombardment_substitution, values, 1.0),
    )


@lru_cache(maxsize=64)
def _beta_quantiles(a: float, b: float) -> Floats:
    from scipy.special import betaincinv

    return np.asarray(betaincinv(a, b, np.linspace(0.0, 1.0, 2049)), dtype=np.float64)


def breakpoints(scenario: Scenario, values: Values) -> Floats:
    """Quantile table of the breakpoint law; without one no unit breaks."""
    table = scenario.war
    if table is None or table.breakpoint_a is None or table.breakpoint_b is None:
        return np.full(2, 2.0)
    return _beta_quantiles(number(table.breakpoint_a, values), number(table.breakpoint_b, values))


def mobilisation(scenario: Scenario, values: Values) -> Mobilisation:
    """Call-ups: the quota grows evenly from the first day to the last and stays open until it is met."""
    days, table = scenario.days, scenario.mobilisation
    if table is None:
        return Mobilisation(-1, -1, np.zeros(days), np.zeros(days))
    place = {group.name: g for g, group in enumerate(scenario.groups)}
    elapsed = (np.arange(days) - table.from_day + 1) / (table.until_day - table.from_day)
    open_days = (np.arange(days) >= table.from_day) & (np.arange(days) < table.until_day)
    return Mobilisation(
        group=place[table.group],
        serves_as=place[table.serves_as or table.group],
        quota=number(table.quota, values) * np.clip(elapsed, 0.0, 1.0),
        perceived=np.where(open_days, daily(table.perceived_call_share, values, days), 0.0),
    )


def groups_of(scenario: Scenario, names: tuple[str, ...]) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which groups are named, [g]."""
    return np.array([group.name in names for group in scenario.groups])
