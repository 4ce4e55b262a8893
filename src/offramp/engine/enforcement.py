"""Who carries the crackdown out may leave, and its ceiling falls: R5, before a run.

Those at posts are simulated after the front, whose crackdown they see. So that what they do can bind that crackdown, those who
enforce it are simulated once before it, on the reference course as the scenario states it, with no crackdown yet.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from offramp.engine.aftermath import grip
from offramp.engine.bind import number
from offramp.engine.drift import by_day
from offramp.engine.inputs import Flag, Floats, Outcome
from offramp.engine.menu import programmes_of
from offramp.engine.posts import AtPosts, View
from offramp.engine.protest import Planned
from offramp.engine.setting import speaks_from
from offramp.engine.world import World
from offramp.model.regime import enforced_ceiling
from offramp.scenario.tables import Policy, Scenario
from offramp.scenario.tables_endings import Leadership
from offramp.scenario.tables_world import ZERO


def enforced(
    world: World,
    planned: Planned,
    posts: AtPosts | None,
    kernel: Callable[..., Outcome],
    stop: Flag,
    policy: str,
    known: dict[object, Floats],
) -> World:
    """The world with the ceiling of the crackdown that is left under a policy; untouched where nobody is said to enforce it.

    known: the shares gone that were found in this draw. Policies alike in all that reaches people at posts lose as many of
    them: offers at posts, whosever they are, what is told there, and levers. News that is broadcast for the front is no
    reason to simulate them again.
    """
    table = None if posts is None else posts.scenario.regime
    if posts is None or table is None or not table.enforcers or table.enforcement_exponent == ZERO:
        return world
    scenario = posts.scenario
    same = _heard_and_met(posts.own[policy], scenario.policy(policy))
    if same not in known:
        view = planned_view(scenario, planned, policy, world.values)
        known[same] = posts.left(kernel, stop, policy, view, table.enforcers)
    exponent = number(table.enforcement_exponent, world.values)
    ceiling = enforced_ceiling(world.regime.ceiling, known[same], exponent)  # type: ignore[arg-type]
    return replace(world, regime=world.regime._replace(ceiling=np.ascontiguousarray(ceiling)))


def _heard_and_met(own: Scenario, policy: Policy) -> tuple[object, ...]:
    """Names of the offers, channels and levers of a policy that anybody at a post meets. own: the scenario of those at posts."""
    offers = frozenset(one.name for one in programmes_of(own, policy))
    told = frozenset(
        one.name
        for one in own.channels
        if one.name in policy.channels
        and (speaks_from(one, policy, own.days) < own.days or offers & set(one.programmes))
    )
    return offers, told, frozenset(policy.levers), policy.broadcasts_day


def planned_view(scenario: Scenario, planned: Planned, policy: str, values: Mapping[str, float]) -> View:
    """What those at posts see where the war takes its stated course and nobody cracks down."""
    course, chosen = planned.course, scenario.policy(policy)
    told: Floats = np.zeros(course.win.shape)
    if scenario.opinion is not None:
        _, measured = planned.opinion(chosen)
        told = by_day(measured.poll, scenario.days)
    held = grip(scenario, [chosen], course, told, np.zeros(told.shape), values)
    return held.views(scenario.leadership or Leadership(), course.crackdown, values)[0]
