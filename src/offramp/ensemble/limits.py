"""What a draw asks of the machine, told before anything is simulated."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Final

import numpy as np

from offramp.ensemble.options import Options
from offramp.ensemble.studies import PRIOR, studies_of
from offramp.errors import InputError, Problem
from offramp.scenario.override import cells, under
from offramp.scenario.quantities import evaluate
from offramp.scenario.tables import Scenario

CANDIDATES_MOST: Final = 5_000_000_000
"""Most candidates (chances, deaths, wounds, detections that may come about) of one draw under one policy: minutes of work."""

SOLDIER_BYTES: Final = 160
"""Memory of a simulated soldier while his draw runs: 140 bytes were measured."""


def check_load(scenario: Scenario, options: Options) -> None:
    """Refuse a run whose draws would take hours or more memory than the machine has, at the medians of the inputs: those of the
    scenario as it stands, of its other prior sets and of every cell of its experiments.

    Raises InputError.
    """
    for where, one in _simulated(scenario, options):
        problems = _too_heavy(one, options, where)
        if problems:
            raise InputError(problems)


def _simulated(scenario: Scenario, options: Options) -> Iterator[tuple[str, Scenario]]:
    """Every scenario that the run simulates, and what it is called in a sentence."""
    yield "", scenario
    for study in studies_of(scenario, options):
        if study.kind == PRIOR:
            yield f" under the prior set `{study.name}`", under(scenario, study.name)
        else:
            for cell in cells(scenario, study.name):
                yield f" in the experiment `{study.name}`", cell


def _too_heavy(scenario: Scenario, options: Options, where: str) -> list[Problem]:
    from offramp.engine import bind, medians
    from offramp.engine.population import simulated

    values = medians(scenario)
    home = np.array([group.place == "home" for group in scenario.groups])
    soldiers = int(simulated(bind.sizes(scenario, values).ever, home, options.soldiers).sum())
    candidates = soldiers * float(bind.field(scenario, values, *bind.hazards(scenario, values)).rate.sum())
    problems: list[Problem] = []
    if not candidates <= CANDIDATES_MOST:
        often = {
            route.name: float(np.max(evaluate(route.window_per_day, values, scenario.days)))
            for route in scenario.routes
            if route.window_per_day is not None
        }
        most = max(often, key=lambda name: often[name], default="")
        what = (
            f"one draw of {soldiers:,} soldiers{where} has {candidates:.2g} candidates (chances to leave, deaths, "
            f"wounds, detections); {CANDIDATES_MOST:,} are most"
            + (f". Chances are most frequent on `{most}`: up to {often[most]:.3g} a day" if most else "")
        )
        problems.append(Problem("soldiers", what, "Simulate fewer --soldiers, fewer days, or rarer chances"))
    there = _machine_bytes()
    at_once = min(options.jobs, options.draws)
    needed = soldiers * SOLDIER_BYTES
    if there is not None and at_once * needed > there:
        what = (
            f"{soldiers:,} simulated soldiers{where} need about {needed / 2**30:,.1f} GiB a draw, {at_once} at a time; "
            f"this machine has {there / 2**30:,.1f} GiB"
        )
        fit = there // max(needed, 1)
        remedy = f"Take --jobs {fit} or fewer, or fewer --soldiers" if fit else "Take fewer --soldiers"
        problems.append(Problem("soldiers", what, remedy))
    return problems


def _machine_bytes() -> int | None:
    """Memory of the machine; None where the system does not say."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return None
