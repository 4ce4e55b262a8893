"""From a scenario and one draw to the top of the regime within a run: disarray, and those whose posts hang on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from offramp.engine.bind import number
from offramp.engine.inputs import Floats, Top
from offramp.engine.setting import by_levers, factor_of, levers_of
from offramp.model.elite import purge_hazard
from offramp.scenario.tables import Group, Policy, Scenario, Units
from offramp.scenario.tables_endings import Leadership
from offramp.scenario.tables_world import ZERO

Values = Mapping[str, float]


def quarrels(scenario: Scenario, policy: Policy, values: Values) -> Floats:
    """Disarray of each day that the policy's levers state, [d]."""
    return by_levers(scenario, policy, values, "disarray_per_day")


def decay_shift(scenario: Scenario, policy: Policy, values: Values) -> Floats:
    """What the policy's levers add to the leader's visible decay, [d]."""
    return by_levers(scenario, policy, values, "decay_shift")


def ranks(groups: tuple[Group, ...], values: Values) -> Floats:
    """Rank weight of each group, [g]."""
    return np.array([number(group.rank_weight, values) for group in groups], dtype=np.float64)


def front_top(scenario: Scenario, policy: Policy, values: Values) -> Top:
    """What soldiers see of the top: disarray by quarrels and by departures of the front itself, off where it moves nobody; and
    what purges take from their strength.
    """
    table = scenario.leadership
    nobody = _silent(len(scenario.groups), scenario.days)
    if table is None:
        return nobody
    if table.competence_loss_share != ZERO:
        nobody = nobody._replace(
            purges=_purges(scenario, policy, values),
            setback=number(table.purge_setback_factor, values),
            incompetence=number(table.competence_loss_share, values),
        )
    if table.front_disarray_utility == ZERO:
        return nobody
    return nobody._replace(
        on=True,
        memory=number(table.disarray_memory_days, values, 1.0),
        per_exit=number(table.disarray_per_exit, values) * ranks(scenario.groups, values),
        shocks=quarrels(scenario, policy, values),
        front=number(table.front_disarray_utility, values),
    )


def posts_top(
    scenario: Scenario, policy: Policy, values: Values, *, log_hazard: Floats, shocks: Floats, win: Floats
) -> Top:
    """The top as those at posts live it. log_hazard: of the leader's removal, without disarray; shocks: disarray of the day that
    comes from the front and from quarrels; win: chance that the invader wins; each [d].
    """
    groups, days = scenario.posts.groups, scenario.days
    table, units = scenario.leadership or Leadership(), scenario.units or Units()
    rank = ranks(groups, values)
    known = np.array([number(group.known_exits, values) for group in groups])
    size = np.array([number(group.size, values) for group in groups])
    corps = [corps_of(group) for group in groups]
    same = np.array([[one == other for other in corps] for one in corps])
    whole = (same * (rank * (size + known))).sum(axis=1)
    example = np.where(same, rank, 0.0) / np.where(whole > 0, whole, 1.0)[:, None]
    bond = number(units.contagion, values) + number(units.loyalty, values)
    base = _purge_hazards(scenario, values)
    setback: Any = 1.0 - win
    rise: Any = purge_hazard(1.0, number(table.purge_setback_factor, values), setback)
    return Top(
        on=True,
        memory=number(table.disarray_memory_days, values, 1.0),
        per_exit=number(table.disarray_per_exit, values) * rank,
        per_purge=number(table.disarray_per_purge, values) * rank,
        shocks=np.ascontiguousarray(shocks),
        front=0.0,
        post=np.ones(len(groups), np.bool_),
        example=example,
        known=known,
        pull=np.array([number(group.cohesion, values) * bond for group in groups]),
        log_hazard=np.ascontiguousarray(log_hazard),
        weight=number(table.disarray_weight, values),
        horizon=number(table.belief_days, values),
        justice=np.array([number(group.justice_disutility, values) for group in groups]),
        purge=base[:, None] * (_purged(scenario, policy, values) * rise)[None, :],
        purge_disutility=number(table.purge_disutility, values),
        purges=np.zeros(days),
        setback=0.0,
        incompetence=0.0,
    )


def _purge_hazards(scenario: Scenario, values: Values) -> Floats:
    """Hazard of a purge at each post while the war is surely won, [g]."""
    return np.array([number(group.purge_hazard_per_day, values) for group in scenario.posts.groups])


def _purged(scenario: Scenario, policy: Policy, values: Values) -> Floats:
    """What the policy's levers multiply purges with, [d]."""
    factor = np.ones(scenario.days)
    for lever in levers_of(scenario, policy):
        factor = factor * factor_of(lever, "purge_factor", values, scenario.days)
    return factor


def _purges(scenario: Scenario, policy: Policy, values: Values) -> Floats:
    """Purges at all posts on each day while the war is surely won and nobody has left, persons [d]."""
    size = np.array([number(group.size, values) for group in scenario.posts.groups])
    return float(size @ _purge_hazards(scenario, values)) * _purged(scenario, policy, values)


def corps_of(group: Group) -> str:
    """Whose example counts for the group: the corps that it names, or its own."""
    return group.corps or group.name


def _silent(groups: int, days: int) -> Top:
    none = np.zeros(groups)
    return Top(
        on=False,
        memory=1.0,
        per_exit=none,
        per_purge=none,
        shocks=np.zeros(days),
        front=0.0,
        post=np.zeros(groups, np.bool_),
        example=np.zeros((groups, groups)),
        known=none,
        pull=none,
        log_hazard=np.zeros(days),
        weight=0.0,
        horizon=0.0,
        justice=none,
        purge=np.zeros((groups, days)),
        purge_disutility=0.0,
        purges=np.zeros(days),
        setback=0.0,
        incompetence=0.0,
    )
