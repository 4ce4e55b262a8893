"""Offramp as a contender: the only place where the benchmarks touch the product."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks import workload
from benchmarks.measure import Contender

UKRAINE = "ukraine-2022"
EVERYBODY = 50_000_000
"""More soldiers than any scenario has: each simulated soldier stands for one person."""


def engine_on_reference(soldiers: int, days: int) -> dict[str, Contender]:
    """The engine on the reference workload: one draw, one thread, the soldiers drawn anew in every run."""
    import offramp.engine
    import offramp.scenario

    scenario = offramp.scenario.loads(workload.scenario(soldiers, days))
    model = offramp.engine.prepare(scenario, soldiers=soldiers, seed=1)
    return {"Offramp, field of candidates, whole menu": lambda draw: model.run_draw(draw, {}, ("reference",))}


def ukraine_at_full_size() -> Contender:
    """`ukraine-2022`, everybody simulated, one draw at the medians, the reference policy only."""
    import offramp.engine
    import offramp.scenario

    scenario = offramp.scenario.load(UKRAINE)
    model = offramp.engine.prepare(scenario, soldiers=EVERYBODY, seed=1)
    values = offramp.engine.medians(scenario)
    return lambda draw: model.run_draw(draw, values, (scenario.policies[0].name,))


def ensemble(draws: int, soldiers: int, jobs: int) -> Contender:
    """`offramp.run` of `ukraine-2022` with all its policies, written to a folder that is thrown away."""
    import offramp

    scenario = offramp.load(UKRAINE)

    def run(seed: int) -> object:
        with tempfile.TemporaryDirectory() as folder:
            return offramp.run(
                scenario,
                draws=draws,
                soldiers=soldiers,
                seed=seed + 1,
                jobs=jobs,
                out=Path(folder) / "results",
            )

    return run


def offramp_command(*arguments: str) -> list[str]:
    """The command line of this installation."""
    return [str(Path(sys.executable).with_name("offramp")), *arguments]
