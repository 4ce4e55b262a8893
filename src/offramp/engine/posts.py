"""Those at posts away from the front, who decide by the same rule: simulated after the front, policy by policy.

They see the war as the front has left it, the crackdown, the leader's hold on power, and the exits of their own corps; what
they do shakes the top. The front feels it through the ceiling of the crackdown alone, reckoned before (`engine.enforcement`).
A scenario without groups at posts never comes here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np

from offramp.engine import bind
from offramp.engine.accounts import for_posts, settled
from offramp.engine.inputs import FIRST_ROUTE, SERVING, Flag, Floats, Menu, Offers, Outcome
from offramp.engine.menu import menu
from offramp.engine.offering import offers
from offramp.engine.outcomes import outcomes
from offramp.engine.population import populate, simulated, supports
from offramp.engine.setting import regime, setting, speaks_from, support
from offramp.engine.top import corps_of, posts_top
from offramp.engine.world import World
from offramp.model.elite import public_stance
from offramp.scenario.tables import Group, Policy, Posts, Scenario
from offramp.scenario.tables_world import ZERO

ONE_IN = 20
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
    "videos",
    "contributions_usd",
    "posts_cost_usd",
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
    own: Mapping[str, Scenario]
    """Under each policy the same with nobody but those at posts, see `alone`."""
    world: World
    seed: int
    broken: Mapping[str, float]
    """E7: share of each corps who criticise the leader himself, by their support at the start; of those that depend on him."""
    _offered: dict[str, tuple[Menu, Offers]] = field(
        default_factory=dict[str, tuple[Menu, Offers]], repr=False, compare=False
    )

    def run(self, kernel: Callable[..., Outcome], stop: Flag, policy: str, view: View) -> Left:
        """Simulate one policy, given what they see. kernel, stop: as for the front, see `engine.model`."""
        outcome = self.simulated(kernel, stop, policy, view)
        own, world = self.own[policy], self.world
        persons = outcome.paths * world.population.weight[None, :, None]
        stay = settled(own, policy, outcome, persons, world)
        aside = for_posts(own, world.values)
        found, daily = outcomes(own, policy, outcome, persons, world, stay, aside)
        return Left(
            self._resigned(persons) | {"resignations_failed": found["attempts_failed"]},
            {
                name: value
                for name, value in found.items()
                if name in _SHARED or name.startswith(("cost_usd", "paid_usd."))
            },
            daily,
            outcome.disarray,
        )

    def simulated(self, kernel: Callable[..., Outcome], stop: Flag, policy: str, view: View) -> Outcome:
        """The run behind `run`."""
        chosen = self.scenario.policy(policy)
        own = self.own[policy]
        world, values = self.world, self.world.values
        if policy not in self._offered:  # once for the front, and once for themselves
            self._offered[policy] = menu(own, chosen, values), offers(own, chosen, values, world.politics)
        war = world.war._replace(reference_win=np.ascontiguousarray(view.win))
        told = world.regime._replace(given=True, path=np.ascontiguousarray(view.crackdown))
        top = posts_top(
            self.scenario, chosen, values, log_hazard=view.log_hazard, shocks=view.shocks, win=view.win
        )
        return kernel(
            world.population, world.field, *self._offered[policy], world.choice, world.units, war, world.mobilisation,
            setting(own, chosen, values, world.support, told, top, world.error),
            None, self.seed ^ _STREAM, world.draw, True, stop,
        )  # fmt: skip

    def left(
        self, kernel: Callable[..., Outcome], stop: Flag, policy: str, view: View, names: tuple[str, ...]
    ) -> Floats:
        """Share of the groups named that has left at each dawn under a policy, [d]. Other arguments as for `run`."""
        paths = self.simulated(kernel, stop, policy, view).paths[:-1] * self.world.population.weight[:, None]
        own = [group.name in names for group in self.scenario.posts.groups]
        return paths[:, own, FIRST_ROUTE:].sum(axis=(1, 2)) / paths[:, own, SERVING:].sum(axis=(1, 2))

    def _resigned(self, persons: Floats) -> dict[str, float]:
        groups = self.scenario.posts.groups
        left, ever = persons[-1, :, FIRST_ROUTE:].sum(axis=1), persons[0, :, SERVING:].sum(axis=1)
        result = {"resigned": float(left.sum())}
        for corps, own in _corps(groups).items():
            result[f"resigned.{corps}"] = float(left[own].sum())
            result[f"avalanche.{corps}"] = float(left[own].sum() > 0.5 * ever[own].sum())
            if corps in self.broken:
                result[f"broken_with_leader.{corps}"] = self.broken[corps]
        return result


def _corps(groups: tuple[Group, ...]) -> dict[str, list[int]]:
    """The groups of each corps."""
    return {
        corps: [g for g, group in enumerate(groups) if corps_of(group) == corps]
        for corps in dict.fromkeys(map(corps_of, groups))
    }


def _broken(scenario: Scenario, own: Sequence[int], ever: Floats, values: Mapping[str, float]) -> float:
    """E7: share of a corps who criticise the leader himself."""
    opinion = scenario.opinion
    assert opinion is not None
    shares: list[float] = []
    for g in own:
        group = scenario.posts.groups[g]
        held = 0.0 if group.support is None else supports(group.support, values)
        stance = public_stance(
            held,
            integrity=bind.number(opinion.integrity_weight, values),
            dependence=bind.number(group.dependence_utility, values),
            levels=STANCES,
            scale=bind.number(opinion.scale, values),
        )
        shares.append(float(stance[..., -1].mean()))
    return float(np.average(shares, weights=ever[list(own)]))


def posts_world(
    scenario: Scenario, own: Mapping[str, Scenario], front: World, soldiers: int, seed: int
) -> tuple[World | None, Mapping[str, float]]:
    """The world of those at posts in the draw of the front's, None where the scenario has nobody there; and `AtPosts.broken`.
    own: of `alone`."""
    if not scenario.posts.groups:
        return None, {}
    values = front.values
    any_own = next(iter(own.values()))
    hazard, wound = bind.hazards(any_own, values)
    units, _ = bind.units(any_own, values)
    choice = bind.choice(any_own, values, hazard)
    sizes = bind.sizes(any_own, values)
    people = populate(
        any_own, values, sizes, np.zeros(len(any_own.groups)), bind.breakpoints(any_own, values), choice.scale,
        soldiers=soldiers, seed=seed ^ _STREAM, draw=front.draw, each=_most_of_a_group(soldiers),
    )  # fmt: skip
    world = replace(
        front,
        population=people,
        field=bind.field(any_own, values, hazard, wound),
        choice=choice,
        units=units._replace(on=False),  # the corps is their unit, see `engine.posts_day`
        war=front.war._replace(on=False),  # theirs to see, not to wage
        mobilisation=bind.mobilisation(any_own, values),
        support=support(any_own, values),
        regime=regime(any_own, values),
    )
    broken = {
        corps: _broken(scenario, members, sizes.initial, values)
        for corps, members in _corps(scenario.posts.groups).items()
        if any(scenario.posts.groups[g].dependence_utility is not None for g in members)
    }
    return world, broken


def stand_for(scenario: Scenario, values: Mapping[str, float], soldiers: int) -> list[float]:
    """Persons that one simulated person of each group at posts stands for. values: input path -> value."""
    ever = np.array([bind.number(group.size, values) for group in scenario.posts.groups])
    counts = simulated(ever, np.ones(len(ever), np.bool_), soldiers, _most_of_a_group(soldiers))
    return [float(persons / count) if count else 1.0 for persons, count in zip(ever, counts, strict=True)]


def _most_of_a_group(soldiers: int) -> int:
    return max(1, soldiers // ONE_IN)


def alone(scenario: Scenario) -> dict[str, Scenario]:
    """For each policy the scenario with those at posts and nobody else, and no war of its own; nothing where nobody is there.

    Channels cost nothing there where the front pays for them: those that speak anyway, or have something to tell at the
    front too. Payers have names there where all offers name theirs, at the front too.
    """
    posts = scenario.posts
    if not posts.groups:
        return {}
    named = all(one.guarantor for one in (*scenario.programmes, *posts.programmes))
    own = replace(
        scenario,
        groups=tuple(replace(group, place="home") for group in posts.groups),
        routes=posts.routes,
        programmes=posts.programmes
        if named
        else tuple(replace(one, guarantor=None) for one in posts.programmes),
        posts=Posts(),
        levers=tuple(
            replace(one, cost_usd=ZERO, cost_usd_per_day=ZERO, forgone_usd_per_day=ZERO)
            for one in scenario.levers
        ),
        force=None,
        losses=None,
        war=None,
        mobilisation=None,
        offramps=(),
    )
    front = {programme.name for programme in scenario.programmes}

    def paying(policy: Policy) -> Scenario:
        here = front & set(policy.programmes)
        free = [
            speaks_from(one, policy, own.days) < own.days or bool(here & set(one.programmes))
            for one in own.channels
        ]
        return replace(
            own,
            channels=tuple(
                replace(one, cost_usd_per_day=ZERO) if by_front else one
                for one, by_front in zip(own.channels, free, strict=True)
            ),
        )

    return {policy.name: paying(policy) for policy in scenario.policies}
