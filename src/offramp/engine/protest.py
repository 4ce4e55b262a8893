"""Protest at home binds forces that the crackdown at the front would need: O5, before a run.

The protest is that of the reference course, which the scenario states: deaths as its claimed losses have them, no crackdown yet.
So one path serves every policy of a draw, and a run needs no opinion of its own on every day.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from offramp.engine.aftermath import Course, opinion, opinion_terms
from offramp.engine.bind import killed_per_day, number, sizes, war
from offramp.engine.drift import by_day
from offramp.engine.inputs import Floats, Regime
from offramp.model.opinion import ceiling_left
from offramp.scenario.tables import Scenario
from offramp.scenario.tables_world import ZERO

Values = Mapping[str, float]


def bound_by_protest(regime: Regime, scenario: Scenario, values: Values) -> Regime:
    """The regime with the ceiling of its crackdown as protest leaves it; untouched where protest binds nobody."""
    table = scenario.opinion
    if table is None or table.forces_per_dissenter == ZERO:
        return regime
    public, stakes = opinion_terms(scenario, scenario.policies[:1], planned_course(scenario, values), values)
    share, _ = opinion(table, public, stakes, values)
    persons = sum(number(one.persons, values) for one in table.classes)
    dissenters: Any = by_day(share[0], scenario.days) * persons
    ceiling: Any = regime.ceiling
    per_dissenter, forces = (number(x, values) for x in (table.forces_per_dissenter, table.security_persons))
    return regime._replace(ceiling=np.asarray(ceiling_left(ceiling, per_dissenter, forces, dissenters)))


def planned_course(scenario: Scenario, values: Values) -> Course:
    """The reference course as stated: the invader's chances, the share of the force killed by each dawn; the rest is at rest."""
    people = sizes(scenario, values)
    front = [g for g, group in enumerate(scenario.groups) if group.place != "home"]
    ever: Floats = people.initial[front].sum() + np.cumsum(people.arriving[front].sum(axis=0))
    killed = killed_per_day(scenario, values)
    before = np.cumsum(killed) - killed
    share = np.divide(before, ever, out=np.zeros_like(before), where=ever > 0)[None, :]
    rest = np.zeros(share.shape)
    win = war(scenario, values).reference_win[None, :]
    nobody = np.zeros((*share.shape, len(scenario.groups)))
    return Course(rest, rest, win, rest, rest, nobody, share, rest, np.array([-1]))
