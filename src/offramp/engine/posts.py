"""Those at posts away from the front, who decide by the same rule: simulated after the front, policy by policy.

They see the war as the front has left it, the crackdown, the leader's hold on power, and the exits of their own corps; what
they do shakes the top and acts on nobody at the front. A scenario without groups at posts never comes here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from offramp.engine import bind
from offramp.engine.inputs import FIRST_ROUTE, SERVING, Flag, Floats, Outcome
from offramp.engine.menu import menu
from offramp.engine.offering import offers
from offramp.engine.outcomes import outcomes, series
from offramp.engine.population import populate, spread
from offramp.engine.setting import regime, setting, support
from offramp.engine.top import corps_of, posts_top
from offramp.engine.world import World
from offramp.model.elite import public_stance
from offramp.scenario.tables import Policy, Posts, Scenario
from offramp.scenario.tables_world import ZERO

ONE_IN = 80
"""A group at a post has at most this part of the simulated soldiers: they are few, and one may start an avalanche."""

_STREAM = 0x504F5354
"""Those at posts draw their own random numbers: the seed with these bits turned."""

STANCES = (0.0, 0.5, 1.0)
"""Silence, criticism of the war, criticism of the leader: how far each goes (E7)."""

_SHARED = (
    "families_harmed",
    "families_evacuated",
    "defrauded",
    "refouled",
    "false_claims_paid",
    "host_incidents",
)
"""Harms and costs that count in one sum with those of the front; amounts in dollars do too."""


class View(NamedTuple):
    """What those at posts see of the rest under one policy, each [d]."""

    log_hazard: Floats  # of the leader's removal, without disarray
    shocks: Floats  # disarray of the day by the front and by quarrels
    win: Floats
    crackdown: Floats


class Left(NamedTuple):
    """What became of them under one policy."""

    outcomes: dict[str, float]  # their own
    shared: dict[str, float]  # to be added to those of the front
    series: dict[str, Floats]  # [d + 1], likewise
    disarray: Floats  # [d] at dawn, theirs and the front's together


@dataclass(frozen=True)
class AtPosts:
    """Everybody at a post in one draw; the same persons under every policy."""

    scenario: Scenario
    """The whole one."""
    own: Scenario
    """The same with nobody but those at posts."""
    world: World
    seed: int

    def run(self, kernel: Callable[..., Outcome], stop: Flag, policy: str, view: View) -> Left:
        """Simulate one policy, given what they see. kernel, stop: as for the front, see `engine.model`."""
        chosen = self.scenario.policy(policy)
        own = _paying(self.own, self.scenario, chosen)
        world, values = self.world, self.world.values
        told = world.regime._replace(given=True, path=np.ascontiguousarray(view.crackdown))
        top = posts_top(
            self.scenario, chosen, values, log_hazard=view.log_hazard, shocks=view.shocks, win=view.win
        )
        outcome = kernel(
            world.population, world.field, menu(own, chosen, values), offers(own, chosen, values, world.politics),
            world.choice, world.units, world.war, world.mobilisation,
            setting(own, chosen, values, world.support, told, top, world.error),
            None, self.seed ^ _STREAM, world.draw, True, stop,
        )  # fmt: skip
        persons = outcome.paths * world.population.weight[None, :, None]
        found = outcomes(own, policy, outcome, persons, world)
        return Left(
            self._resigned(outcome, persons) | {"resignations_failed": found["attempts_failed"]},
            {name: value for name, value in found.items() if name in _SHARED or name.startswith("cost_usd")},
            series(own, policy, outcome, world),
            outcome.disarray,
        )

    def _resigned(self, outcome: Outcome, persons: Floats) -> dict[str, float]:
        groups = self.scenario.posts.groups
        left, ever = persons[-1, :, FIRST_ROUTE:].sum(axis=1), persons[0, :, SERVING:].sum(axis=1)
        result = {"resigned": float(left.sum())}
        for corps in dict.fromkeys(map(corps_of, groups)):
            own = [g for g, group in enumerate(groups) if corps_of(group) == corps]
            result[f"resigned.{corps}"] = float(left[own].sum())
            result[f"avalanche.{corps}"] = float(left[own].sum() > 0.5 * ever[own].sum())
            if any(groups[g].dependence_utility is not None for g in own):
                result[f"broken_with_leader.{corps}"] = self._broken(own, ever)
        return result

    def _broken(self, own: Sequence[int], ever: Floats) -> float:
        """E7: share of a corps who criticise the leader himself, by their support at the start."""
        opinion, values = self.scenario.opinion, self.world.values
        assert opinion is not None
        even = (np.arange(512) + 0.5) / 512
        shares: list[float] = []
        for g in own:
            group = self.scenario.posts.groups[g]
            held = 0.0 if group.support is None else np.clip(spread(group.support, values, even), -1.0, 1.0)
            stance = public_stance(
                held,
                integrity=bind.number(opinion.integrity_weight, values),
                dependence=bind.number(group.dependence_utility, values),
                levels=STANCES,
                scale=bind.number(opinion.scale, values),
            )
            shares.append(float(stance[..., -1].mean()))
        return float(np.average(shares, weights=ever[list(own)]))


def at_posts(
    scenario: Scenario,
    values: Mapping[str, float],
    soldiers: int,
    seed: int,
    draw: int,
    politics: float,
    error: float,
) -> AtPosts | None:
    """Those at posts in this draw; None where the scenario has nobody there. politics, error: the draw's."""
    if not scenario.posts.groups:
        return None
    own = _alone(scenario)
    hazard, wound = bind.hazards(own, values)
    units, _ = bind.units(own, values)
    choice = bind.choice(own, values, hazard)
    people = populate(
        own, values, bind.sizes(own, values), np.zeros(len(own.groups)), bind.breakpoints(own, values), choice.scale,
        soldiers=soldiers, seed=seed ^ _STREAM, draw=draw, each=max(1, soldiers // ONE_IN),
    )  # fmt: skip
    world = World(
        draw=draw,
        values=values,
        population=people,
        field=bind.field(own, values, hazard, wound),
        choice=choice,
        units=units._replace(on=False),  # the corps is their unit, see `engine.posts_day`
        war=bind.war(own, values),
        mobilisation=bind.mobilisation(own, values),
        support=support(own, values),
        regime=regime(own, values),
        politics=politics,
        error=error,
    )
    return AtPosts(scenario, own, world, seed)


def _alone(scenario: Scenario) -> Scenario:
    """The scenario with those at posts and nobody else, and no war of its own."""
    posts = scenario.posts
    return replace(
        scenario,
        groups=tuple(replace(group, place="home") for group in posts.groups),
        routes=posts.routes,
        programmes=posts.programmes,
        posts=Posts(),
        levers=tuple(replace(one, cost_usd=ZERO, cost_usd_per_day=ZERO) for one in scenario.levers),
        force=None,
        losses=None,
        war=None,
        mobilisation=None,
        offramps=(),
    )


def _paying(own: Scenario, scenario: Scenario, policy: Policy) -> Scenario:
    """`own` with channels that cost nothing where the front pays for them: those that have something to tell there too."""
    front = {programme.name for programme in scenario.programmes} & set(policy.programmes)
    return replace(
        own,
        channels=tuple(
            replace(one, cost_usd_per_day=ZERO) if not one.programmes or front & set(one.programmes) else one
            for one in own.channels
        ),
    )
