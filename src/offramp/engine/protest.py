"""Protest at home binds forces that the crackdown at the front would need: O5, before a run.

The protest is that of the reference course, which the scenario states: deaths as its claimed losses have them, no crackdown yet.
So one path serves every policy of a draw, and a run needs no opinion of its own on every day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from offramp.engine.aftermath import Course, opinion, opinion_terms
from offramp.engine.bind import daily, killed_per_day, number, sizes
from offramp.engine.drift import by_day
from offramp.engine.inputs import Floats, Regime
from offramp.model.opinion import Poll, ceiling_left
from offramp.scenario.tables import Policy, Scenario
from offramp.scenario.tables_world import ZERO

Values = Mapping[str, float]


@dataclass(frozen=True)
class Planned:
    """The reference course of a draw as the scenario states it, and what is thought of it at home; each is made once."""

    scenario: Scenario
    values: Values
    _opinions: dict[tuple[str, ...], tuple[Floats, Poll]] = field(
        default_factory=dict[tuple[str, ...], tuple[Floats, Poll]], repr=False, compare=False
    )

    @cached_property
    def course(self) -> Course:
        """See `planned_course`."""
        return planned_course(self.scenario, self.values)

    def opinion(self, policy: Policy) -> tuple[Floats, Poll]:
        """M7 under a policy, each [1, w]: what it offers moves nobody before a run, its levers do."""
        table, known = self.scenario.opinion, self._opinions
        assert table is not None
        if policy.levers not in known:
            public, stakes = opinion_terms(self.scenario, [policy], self.course, self.values)
            known[policy.levers] = opinion(table, public, stakes, self.values)
        return known[policy.levers]


def bound_by_protest(regime: Regime, planned: Planned) -> Regime:
    """The regime with the ceiling of its crackdown as protest leaves it; untouched where protest binds nobody."""
    scenario, values = planned.scenario, planned.values
    table = scenario.opinion
    if table is None or table.forces_per_dissenter == ZERO:
        return regime
    share, _ = planned.opinion(scenario.policies[0])
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
    win = daily(scenario.war and scenario.war.win_probability, values, scenario.days)[None, :]
    nobody = np.zeros((*share.shape, len(scenario.groups)))
    return Course(rest, rest, win, rest, rest, nobody, share, rest, np.array([-1]))
