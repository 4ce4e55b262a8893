"""A prepared scenario: runs one draw under each of its policies and says what came of it, in persons."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial

import numpy as np
from numpy.typing import NDArray

from offramp.engine import bind
from offramp.engine.accounts import for_emigrants, settled
from offramp.engine.aftermath import After, Course, aftermath, course, is_needed, together
from offramp.engine.enforcement import enforced
from offramp.engine.inputs import (
    FIRST_ROUTE,
    IMPRISONED,
    INDUCTED,
    KILLED,
    SERVING,
    WAITING,
    WOUNDED,
    Flag,
    Floats,
    Outcome,
    down,
)
from offramp.engine.kernel import simulate
from offramp.engine.menu import menu
from offramp.engine.offering import offers
from offramp.engine.outcomes import against, makes_offer, outcomes
from offramp.engine.population import simulated
from offramp.engine.posts import AtPosts, alone
from offramp.engine.risk import crises_of
from offramp.engine.setting import setting
from offramp.engine.stage import Drawn, Stage, drawn, stage_of
from offramp.engine.top import front_top
from offramp.engine.world import World
from offramp.scenario.tables import Scenario


@dataclass(frozen=True)
class Baseline:
    """What the policies of a draw are compared with: the reference there, its daily strength [days], its course, who left and
    settled there [d + 1, g, r], and how often the leader's crises come there, per day: a variant of the scenario has the same
    crises, whatever it makes of them."""

    policy: str
    outcomes: dict[str, float]
    strength: Floats
    course: Course
    crises: float
    settled: Floats


@dataclass(frozen=True)
class DrawResult:
    """One draw under its policies. paths: persons [policies, days + 1, groups, states].

    series: outcomes up to each day, [policies, days + 1], under the name and in the unit of the outcome: money and families,
    opinion, the relative change of the chance of nuclear use. A module that did not run leaves none. money: `cost_usd` and its
    payers, `paid_usd.<payer>`, likewise, to the cent.
    """

    policies: tuple[str, ...]
    outcomes: tuple[dict[str, float], ...]
    paths: NDArray[np.float32]
    series: dict[str, NDArray[np.float32]]
    money: dict[str, Floats]
    baseline: Baseline


@dataclass(frozen=True)
class Model:
    """A scenario with the number of simulated soldiers and the seed; may be sent to another process.

    kernel, worlds: `offramp.engine.kernel.simulate` and `offramp.engine.stage.drawn`, or what gives the same for the same
    arguments; the worlds' own `values` may be fewer.
    """

    scenario: Scenario
    soldiers: int
    seed: int
    kernel: Callable[..., Outcome] = simulate
    worlds: Callable[[Stage, int, Mapping[str, float]], Drawn] = drawn

    @property
    def groups(self) -> tuple[str, ...]:
        """Names of the groups, the third axis of the paths."""
        return tuple(group.name for group in self.scenario.groups)

    @property
    def places(self) -> tuple[str, ...]:
        """`theatre` or `home` of each group."""
        return tuple(group.place for group in self.scenario.groups)

    @property
    def states(self) -> tuple[str, ...]:
        """Names of the states, the fourth axis of the paths."""
        routes = tuple(route.name for route in self.scenario.routes)
        called = ("inducted",) if self.scenario.mobilisation else ()
        return ("serving", "waiting", *routes, "killed", "wounded", "imprisoned", *called)

    @property
    def stands_for(self) -> dict[str, float]:
        """Persons that one simulated soldier of each group stands for, at the medians of the inputs."""
        return {
            name: float(persons / count) if count else 1.0
            for name, persons, count in zip(self.groups, *self._sizes, strict=True)
        }

    @property
    def simulated(self) -> int:
        """Simulated soldiers in all, at the medians of the inputs: never more than there are persons."""
        return int(self._sizes[1].sum())

    @property
    def _sizes(self) -> tuple[Floats, NDArray[np.int64]]:
        """Persons of each group and how many simulated soldiers stand for them, each [g]."""
        ever = bind.sizes(self.scenario, medians(self.scenario)).ever
        home = np.array([place == "home" for place in self.places])
        return ever, simulated(ever, home, self.soldiers)

    def world(self, draw: int, values: Mapping[str, float]) -> World:
        """Everything of draw number `draw` that no policy changes. values: input path -> value."""
        return replace(self.worlds(self._stage, draw, values).front, values=values)

    def run(
        self,
        world: World,
        policy: str,
        reference: Floats | None,
        frozen: bool = True,
        stop: Flag | None = None,
    ) -> Outcome:
        """Simulate one policy in a world. reference: daily strength of the reference policy there, None for itself.

        stop: a flag that whoever waits may raise at any moment; then Stopped is raised within a day of the simulated war.

        frozen=False draws candidates for those present only: as exact and about twice as fast, but not comparable draw
        by draw with another policy. For runs of a single policy, such as a calibration.
        """
        chosen = self.scenario.policy(policy)
        return self.kernel(
            world.population, world.field, menu(self.scenario, chosen, world.values),
            offers(self.scenario, chosen, world.values, world.politics), world.choice, world.units, world.war,
            world.mobilisation, setting(
                self.scenario, chosen, world.values, world.support, world.regime,
                front_top(self.scenario, chosen, world.values), world.error,
            ),
            reference, self.seed, world.draw, frozen, down() if stop is None else stop,
        )  # fmt: skip

    def run_draw(
        self,
        draw: int,
        values: Mapping[str, float],
        policies: Sequence[str],
        stop: Flag | None = None,
        baseline: Baseline | None = None,
    ) -> DrawResult:
        """Simulate draw number `draw` with the inputs `values` under each policy, the reference first.

        All policies meet the same soldiers and the same field of candidates. values: input path -> value. stop: see `run`.
        baseline: the reference as another scenario ran it in this draw; then `policies` are compared with that, and do not
        hold it.
        """
        world, planned, at_posts, broken = self.worlds(self._stage, draw, values)
        world = replace(world, values=values)
        results: list[dict[str, float]] = []
        paths: list[NDArray[np.float32]] = []
        daily: list[dict[str, Floats]] = []
        given, courses = baseline, [] if baseline is None else [baseline.course]
        crises = crises_of(self.scenario, values, None if baseline is None else baseline.crises)
        posts = None
        if at_posts is not None:
            posts = AtPosts(self.scenario, self._posts, replace(at_posts, values=values), self.seed, broken)
        flag = down() if stop is None else stop
        known: dict[object, Floats] = {}
        aside = for_emigrants(self.scenario)
        for name in policies:
            here = enforced(world, planned, posts, self.kernel, flag, name, known)
            outcome = self.run(here, name, None if baseline is None else baseline.strength, stop=flag)
            persons = outcome.paths * world.population.weight[None, :, None]
            courses.append(course(outcome, persons, world.population.home))
            stay = settled(self.scenario, name, outcome, persons, world)
            before = stay if baseline is None else baseline.settled
            result, by_day = outcomes(self.scenario, name, outcome, persons, world, stay - before, aside)
            results.append(result)
            daily.append(by_day)
            if baseline is None:
                rate = 0.0 if crises is None else crises.rate
                baseline = Baseline(name, result, outcome.strength, courses[0], rate, stay)
            paths.append(self._labelled(persons))
        assert baseline is not None  # a run has a policy
        found = {name: np.stack([one[name] for one in daily]) for name in daily[0]}
        after = After((), {}, ())
        if is_needed(self.scenario):
            names = policies if given is None else (given.policy, *policies)
            run = None if posts is None else partial(posts.run, self.kernel, flag)
            whole = aftermath(self.scenario, names, together(courses), values, world.error, run, crises)
            after = whole.of(slice(len(names) - len(policies), None))
        for result, shared in zip(results, after.shared, strict=False):
            result.update({name: result.get(name, 0.0) + more for name, more in shared.items()})
        results = [
            against(baseline.outcomes, result, makes_offer(self.scenario, name))
            for name, result in zip(policies, results, strict=True)
        ]
        for result, more in zip(results, after.outcomes, strict=False):
            result.update(more)
        for name, path in after.series.items():
            found[name] = found[name] + path if name in found else path
        paid = {name: path for name, path in found.items() if name.startswith("paid_usd.")}
        money = {name: found[name] for name in ("cost_usd", *paid) if name in found}
        named = {name: path.astype(np.float32) for name, path in found.items() if name not in paid}
        return DrawResult(tuple(policies), tuple(results), np.stack(paths), named, money, baseline)

    @cached_property
    def _stage(self) -> Stage:
        return stage_of(self.scenario, self.soldiers, self.seed)

    @cached_property
    def _posts(self) -> Mapping[str, Scenario]:
        return alone(self.scenario)

    def _labelled(self, persons: NDArray[np.float64]) -> NDArray[np.float32]:
        """The states in the order of `states`."""
        routes = [FIRST_ROUTE + r for r in range(len(self.scenario.routes))]
        called = [INDUCTED] if self.scenario.mobilisation else []
        order = [SERVING, WAITING, *routes, KILLED, WOUNDED, IMPRISONED, *called]
        return persons.astype(np.float32)[:, :, order]


def prepare(
    scenario: Scenario,
    *,
    soldiers: int,
    seed: int,
    kernel: Callable[..., Outcome] = simulate,
    worlds: Callable[[Stage, int, Mapping[str, float]], Drawn] = drawn,
) -> Model:
    """A model of the scenario with at most `soldiers` simulated soldiers; seed in 0 .. 2^32 - 1. kernel, worlds: see `Model`."""
    return Model(scenario, soldiers, seed, kernel, worlds)


def medians(scenario: Scenario) -> dict[str, float]:
    """Every unknown input at its median, shares at their means: input path -> value."""
    values = {item.path: item.law.median() for item in scenario.inputs}
    for share in scenario.shares:
        values.update(zip(share.paths, (float(x) for x in share.mean()), strict=True))
    return values
