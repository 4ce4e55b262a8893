"""A prepared scenario: runs one draw under each of its policies and says what came of it, in persons."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from offramp.engine import bind
from offramp.engine.inputs import (
    FIRST_ROUTE,
    IMPRISONED,
    INDUCTED,
    KILLED,
    SCALARS,
    SERVING,
    WAITING,
    WOUNDED,
    Choice,
    Field,
    Floats,
    Mobilisation,
    Outcome,
    Population,
    Units,
    War,
)
from offramp.engine.kernel import simulate
from offramp.engine.menu import fixed_cost, menu, offers, options_of, programmes_of
from offramp.engine.population import populate, simulated
from offramp.scenario.tables import Scenario


@dataclass(frozen=True)
class DrawResult:
    """One draw under its policies. paths: persons [policies, days + 1, groups, states]."""

    policies: tuple[str, ...]
    outcomes: tuple[dict[str, float], ...]
    paths: NDArray[np.float32]


@dataclass(frozen=True)
class World:
    """One draw before any policy: its soldiers, its field of candidates and its parameters."""

    draw: int
    values: Mapping[str, float]
    population: Population
    field: Field
    choice: Choice
    units: Units
    war: War
    mobilisation: Mobilisation


@dataclass(frozen=True)
class Model:
    """A scenario with the number of simulated soldiers and the seed; may be sent to another process."""

    scenario: Scenario
    soldiers: int
    seed: int

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
        values = medians(self.scenario)
        ever = bind.sizes(self.scenario, values).ever
        home = np.array([place == "home" for place in self.places])
        counts = simulated(ever, home, self.soldiers)
        return {
            name: float(persons / count) if count else 1.0
            for name, persons, count in zip(self.groups, ever, counts, strict=True)
        }

    def world(self, draw: int, values: Mapping[str, float]) -> World:
        """Everything of draw number `draw` that no policy changes. values: input path -> value."""
        scenario = self.scenario
        hazard, wound = bind.hazards(scenario, values)
        units, pull = bind.units(scenario, values)
        choice = bind.choice(scenario, values, hazard)
        return World(
            draw=draw,
            values=values,
            population=populate(
                scenario, values, bind.sizes(scenario, values), pull, bind.breakpoints(scenario, values), choice.scale,
                soldiers=self.soldiers, seed=self.seed, draw=draw,
            ),
            field=bind.field(scenario, values, hazard, wound),
            choice=choice,
            units=units,
            war=bind.war(scenario, values),
            mobilisation=bind.mobilisation(scenario, values),
        )  # fmt: skip

    def run(self, world: World, policy: str, reference: Floats | None, frozen: bool = True) -> Outcome:
        """Simulate one policy in a world. reference: daily strength of the reference policy there, None for itself.

        frozen=False draws candidates for those present only: as exact and about twice as fast, but not comparable draw
        by draw with another policy. For runs of a single policy, such as a calibration.
        """
        chosen = next(p for p in self.scenario.policies if p.name == policy)
        return simulate(
            world.population, world.field, menu(self.scenario, chosen, world.values),
            offers(self.scenario, chosen, world.values), world.choice, world.units, world.war, world.mobilisation,
            reference, self.seed, world.draw, frozen,
        )  # fmt: skip

    def run_draw(self, draw: int, values: Mapping[str, float], policies: Sequence[str]) -> DrawResult:
        """Simulate draw number `draw` with the inputs `values` under each policy, the reference first.

        All policies meet the same soldiers and the same field of candidates. values: input path -> value.
        """
        world = self.world(draw, values)
        results: list[dict[str, float]] = []
        paths: list[NDArray[np.float32]] = []
        reference: Floats | None = None
        for name in policies:
            outcome = self.run(world, name, reference)
            if reference is None:
                reference = outcome.strength
            persons = outcome.paths * world.population.weight[None, :, None]
            result = _outcomes(self.scenario, name, outcome, persons, world)
            results.append(_against(results[0] if results else result, result))
            paths.append(self._labelled(persons))
        return DrawResult(tuple(policies), tuple(results), np.stack(paths))

    def _labelled(self, persons: NDArray[np.float64]) -> NDArray[np.float32]:
        """The states in the order of `states`."""
        routes = [FIRST_ROUTE + r for r in range(len(self.scenario.routes))]
        called = [INDUCTED] if self.scenario.mobilisation else []
        order = [SERVING, WAITING, *routes, KILLED, WOUNDED, IMPRISONED, *called]
        return persons[:, :, order].astype(np.float32)


def prepare(scenario: Scenario, *, soldiers: int, seed: int) -> Model:
    """A model of the scenario with at most `soldiers` simulated soldiers; seed in 0 .. 2^32 - 1."""
    return Model(scenario, soldiers, seed)


def medians(scenario: Scenario) -> dict[str, float]:
    """Every unknown input at its median, shares at their means: input path -> value."""
    values = {item.path: item.law.median() for item in scenario.inputs}
    for share in scenario.shares:
        values.update(zip(share.paths, (float(x) for x in share.mean()), strict=True))
    return values


def _outcomes(
    scenario: Scenario, policy: str, outcome: Outcome, persons: NDArray[np.float64], world: World
) -> dict[str, float]:
    """Outcomes of one policy in persons, dollars and probabilities. A module that did not run leaves none."""
    end = persons[-1]
    home = world.population.home
    weight = world.population.weight

    def tally(counts: NDArray[np.int64], place: NDArray[np.bool_]) -> float:
        return float((counts.sum(axis=1) * weight)[place].sum())

    result: dict[str, float] = {}
    for label, place in (("departures", ~home), ("evasions", home)):
        if not place.any():
            continue
        by_route = {
            route.name: float(end[place, FIRST_ROUTE + r].sum())
            for r, route in enumerate(scenario.routes)
            if any(
                group.name in route.groups for group, here in zip(scenario.groups, place, strict=True) if here
            )
        }
        result[label] = sum(by_route.values())
        result.update({f"{label}.{name}": value for name, value in by_route.items()})
    front, gone = (~home, "departures") if (~home).any() else (home, "evasions")
    detected = float((outcome.detected * weight)[front].sum())
    caught = tally(outcome.caught, front) + detected
    # Who was found out while he waited for a place has set out as well: no failure without an attempt.
    result["attempts"] = tally(outcome.attempts, front) + detected
    result["killed_trying"] = tally(outcome.killed_trying, front)
    result["caught"] = caught
    result["imprisoned"] = float(end[front, IMPRISONED].sum())
    chosen = next(p for p in scenario.policies if p.name == policy)
    route_of = np.array([o.route for o in options_of(scenario.routes, programmes_of(scenario, chosen))])
    held = {
        route.name: tally(outcome.imprisoned[:, route_of == r], front)
        for r, route in enumerate(scenario.routes)
        if f"{gone}.{route.name}" in result
    }
    result.update({f"imprisoned.{name}": value for name, value in held.items()})
    if scenario.programmes:
        result["imprisoned.waiting"] = result["imprisoned"] - sum(held.values())
    result["returned"] = caught - result["imprisoned"]
    result["attempts_failed"] = caught + result["killed_trying"]
    result["killed"] = float(end[front, KILLED].sum())
    if scenario.losses is not None:
        result["wounded"] = float(end[front, WOUNDED].sum())
    if home.any() and (~home).any():
        result["evasions_failed"] = tally(outcome.caught, home) + tally(outcome.killed_trying, home)
    result["serving_end"] = float(end[front, SERVING].sum() + end[front, WAITING].sum())
    if scenario.choice is not None:
        result["families_harmed"] = float(outcome.families_harmed.sum())
        result["families_evacuated"] = float(outcome.families_evacuated.sum())
    if scenario.programmes:
        result["waiting_end"] = float(end[:, WAITING].sum())
        result["admitted"] = float(outcome.admitted.sum())
        result["cost_usd"] = float(outcome.spent.sum()) + fixed_cost(scenario, chosen, world.values)
    values = dict(zip(SCALARS, (float(x) for x in outcome.scalars), strict=True))
    if world.units.on:
        result["tipped"] = float(values["tipped_day"] >= 0)
        result["reproduction_max"] = values["reproduction_max"]
    if world.war.on:
        result["front_collapsed"] = float(values["collapse_day"] >= 0)
        result["war_days"] = values["collapse_day"] if values["collapse_day"] >= 0 else float(scenario.days)
        if scenario.war is not None and scenario.war.collapse_b0 is not None:
            result["collapse_risk_max"] = values["collapse_risk_max"]
            result["exit_share_of_strength_loss"] = values["exit_share_of_strength_loss"]
        result["win_probability_end"] = values["win_probability_end"]
        for name in ("defender_deaths", "civilian_deaths"):
            result[name] = values[name]
        result["strength_end"] = float(outcome.strength[-1])
    return result


def _against(reference: dict[str, float], result: dict[str, float]) -> dict[str, float]:
    """Outcomes that need the reference of the same draw: net departures, their price, deaths and war days averted."""
    out = dict(result)
    if "departures" in result:
        out["departures_net"] = result["departures"] - reference["departures"]
        if "cost_usd" in result:
            extra = result["cost_usd"] - reference["cost_usd"]
            net = out["departures_net"]
            out["cost_per_net_departure_usd"] = extra / net if net > 0 else math.nan
    out["deaths_averted.invader"] = reference["killed"] - result["killed"]
    if "war_days" in result:
        out["deaths_averted.defender"] = reference["defender_deaths"] - result["defender_deaths"]
        out["deaths_averted.civilians"] = reference["civilian_deaths"] - result["civilian_deaths"]
        out["war_days_averted"] = reference["war_days"] - result["war_days"]
    return out
