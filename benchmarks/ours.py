"""Offramp as a contender: the only place where the benchmarks touch the product."""

from __future__ import annotations

import dataclasses
import math
import sys
import tempfile
from pathlib import Path

from benchmarks import workload
from benchmarks.measure import Contender

UKRAINE = "ukraine-2022"


def engine_on_reference(soldiers: int, days: int) -> dict[str, Contender]:
    """The engine on the reference workload, whole menu: one draw, one thread, warm. As for the peers, the making of the soldiers
    is not in the time: all repeats run in one world, so that a repeat repeats the same run."""
    import offramp.engine
    import offramp.scenario

    scenario = offramp.scenario.loads(workload.scenario(soldiers, days))
    model = offramp.engine.prepare(scenario, soldiers=soldiers, seed=1)
    world = model.world(0, {})
    return {
        "Offramp, those present only": lambda seed: model.run(world, "reference", None, frozen=False),
        "Offramp, frozen field": lambda seed: model.run(world, "reference", None),
        "Offramp, frozen field, soldiers drawn anew": lambda seed: model.run_draw(seed, {}, ("reference",)),
    }


def ukraine_at_full_size() -> tuple[Contender, int]:
    """`ukraine-2022` with everybody in the theatre simulated, one draw at the medians, the reference policy
    only.

    The soldiers simulated at home are as many as the product takes beside so large a force. Returns the
    soldiers asked for as well.
    """
    import offramp.engine
    import offramp.scenario

    scenario = offramp.scenario.load(UKRAINE)
    few = offramp.engine.prepare(scenario, soldiers=1000, seed=1)
    theatre = [name for name, place in zip(few.groups, few.places, strict=True) if place == "theatre"]
    soldiers = math.ceil(1.05 * 1000 * max(few.stands_for[name] for name in theatre))
    model = offramp.engine.prepare(scenario, soldiers=soldiers, seed=1)
    if any(round(model.stands_for[name], 3) != 1.0 for name in theatre):
        raise RuntimeError(f"{soldiers} soldiers are not everybody: {model.stands_for}")
    values = offramp.engine.medians(scenario)
    return (lambda draw: model.run_draw(draw, values, (scenario.policies[0].name,))), soldiers


def ensemble(draws: int, soldiers: int, jobs: int | None, *, top: bool = True) -> Contender:
    """`offramp.run` of `ukraine-2022` with all its policies as the command line runs it, written to a folder that is thrown
    away. top: with opinion, posts, the leader, escalation and off-ramps, as it ships; else the war and the offers alone."""
    import offramp
    from offramp.scenario.tables import Posts

    scenario = offramp.load(UKRAINE)
    if not top:
        policies = tuple(dataclasses.replace(policy, offramp=None) for policy in scenario.policies)
        scenario = dataclasses.replace(
            scenario, opinion=None, posts=Posts(), leadership=None, escalation=None, offramps=(), policies=policies
        )  # fmt: skip

    def run(seed: int) -> object:
        with tempfile.TemporaryDirectory() as folder:
            return offramp.run(
                scenario,
                draws=draws,
                soldiers=soldiers,
                seed=seed + 1,
                jobs=jobs,
                executor="auto",
                out=Path(folder) / "results",
            )

    return run


def offramp_command(*arguments: str) -> list[str]:
    """The command line of this installation."""
    return [str(Path(sys.executable).with_name("offramp")), *arguments]
