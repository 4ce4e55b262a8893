"""What all policies of a draw have in common, made of no more of a scenario than it takes: the worlds of its draws.

Where two scenarios differ in what policies alone bring, their worlds are the same, and whoever runs both may keep them.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256
from statistics import NormalDist
from typing import NamedTuple, cast

from offramp.engine import bind
from offramp.engine.offering import politics_of
from offramp.engine.philox import ESTIMATE, address
from offramp.engine.population import populate
from offramp.engine.posts import alone, posts_world
from offramp.engine.protest import Planned, bound_by_protest
from offramp.engine.setting import hazard_ceiling, regime, support
from offramp.engine.world import World
from offramp.scenario.quantities import Number, Shares, Uncertain
from offramp.scenario.tables import Scenario


@dataclass(frozen=True)
class Stage:
    """All that the worlds of a scenario are made of, but for the values of its inputs."""

    scenario: Scenario
    """Without what no world hangs on, see `stage_of`."""
    soldiers: int
    seed: int

    @cached_property
    def posts(self) -> Mapping[str, Scenario]:
        """See `engine.posts.alone`."""
        return alone(self.scenario)

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """The inputs that a world may hang on."""
        return tuple(_paths(self.scenario))

    @cached_property
    def digest(self) -> bytes:
        """Two stages with the same have the same worlds where `paths` have the same values."""
        return sha256(pickle.dumps((self.scenario, self.soldiers, self.seed))).digest()


class Drawn(NamedTuple):
    """A draw before any policy."""

    front: World
    planned: Planned
    posts: World | None
    broken: Mapping[str, float]
    """See `engine.posts.AtPosts`."""


def stage_of(scenario: Scenario, soldiers: int, seed: int) -> Stage:
    """The stage of a scenario: without offers, off-ramps, money and the top, which act under a policy or after a run."""
    if scenario.choice is None:  # a few numbers, and what is offered decides on which days they are looked at
        return Stage(scenario, soldiers, seed)
    reference = replace(scenario.policies[0], programmes=(), channels=(), offramp=None)
    common = replace(
        scenario, name="", title="", description="", hash="", text="", prior="", policies=(reference,),
        programmes=(), channels=(), offramps=(), posts=replace(scenario.posts, programmes=()),
        information=None, trust=None, ledger=None, leadership=None, escalation=None, game=None,
        inputs=(), shares=(), correlations=(), evidence_ids=(), comparators=(), priors=(), experiments=(),
    )  # fmt: skip
    return Stage(common, soldiers, seed)


def _paths(scenario: Scenario) -> Iterator[str]:
    """Paths of all inputs within a scenario."""
    parts: list[object] = [scenario]
    while parts:
        part = parts.pop()
        if isinstance(part, Uncertain):
            yield part.path
        elif isinstance(part, Shares):
            yield from part.paths
        elif isinstance(part, tuple):
            parts += cast("tuple[object, ...]", part)
        elif hasattr(part, "__dict__") and not isinstance(part, Number):  # most are known, and hold nothing
            parts += vars(part).values()


def drawn(stage: Stage, draw: int, values: Mapping[str, float]) -> Drawn:
    """Draw number `draw` before any policy. values: input path -> value, of `Stage.paths` at least."""
    scenario, soldiers, seed = stage.scenario, stage.soldiers, stage.seed
    hazard, wound = bind.hazards(scenario, values)
    units, pull = bind.units(scenario, values)
    choice = bind.choice(scenario, values, hazard)
    planned = Planned(scenario, values)
    front = World(
        draw=draw,
        values=values,
        population=populate(
            scenario, values, bind.sizes(scenario, values), pull, bind.breakpoints(scenario, values), choice.scale,
            soldiers=soldiers, seed=seed, draw=draw,
        ),
        field=bind.field(scenario, values, hazard, wound, hazard_ceiling(scenario, values)),
        choice=choice,
        units=units,
        war=bind.war(scenario, values),
        mobilisation=bind.mobilisation(scenario, values),
        support=support(scenario, values),
        regime=bound_by_protest(regime(scenario, values), planned),
        politics=politics_of(seed, draw),
        error=NormalDist().inv_cdf(address(seed, draw, ESTIMATE, 0, 0)[0]),
    )  # fmt: skip
    return Drawn(front, planned, *posts_world(scenario, stage.posts, front, soldiers, seed))
