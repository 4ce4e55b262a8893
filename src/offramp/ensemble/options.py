"""The options of a run, checked together with a sentence each."""

from __future__ import annotations

import difflib
import operator
import os
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from offramp.ensemble.executors import KINDS, PROCESSES, THREADS
from offramp.errors import InputError, Problem
from offramp.scenario.tables import Scenario

RANGES: Final = {
    "draws": (1, 10_000_000),
    "seed": (0, 2**32 - 1),
    "soldiers": (1, 50_000_000),
    "jobs": (1, 256),
}
"""Least and greatest value of each number."""

AUTO: Final = "auto"
LONG: Final = 3e9
"""Soldier-days of a run from which processes gain more than their start costs: some seconds of one processor."""


@dataclass(frozen=True)
class Options:
    """How a scenario is run, every value checked."""

    draws: int
    seed: int
    soldiers: int
    jobs: int
    policies: tuple[str, ...]
    """Reference first, then the others in the order of the scenario."""
    keep_paths: bool
    executor: str | Executor
    draws_from: Path | None
    out: Path | None

    @property
    def executor_name(self) -> str:
        """The executor, as the manifest names it."""
        return self.executor if isinstance(self.executor, str) else type(self.executor).__name__


def check_options(
    scenario: Scenario,
    *,
    draws: int,
    seed: int,
    soldiers: int,
    jobs: int | None,
    policies: Sequence[str] | None,
    keep_paths: bool,
    executor: str | Executor,
    draws_from: str | Path | None,
    out: str | Path | None,
) -> Options:
    """Checked options. Raises InputError with every problem at once."""
    problems: list[Problem] = []
    numbers = {"draws": draws, "seed": seed, "soldiers": soldiers, "jobs": cores() if jobs is None else jobs}
    whole = {name: _whole(name, value, problems) for name, value in numbers.items()}
    kinds = (*KINDS, AUTO)
    if (
        executor not in kinds
        if isinstance(executor, str)
        else not callable(getattr(executor, "submit", None))
    ):
        what = f"`{executor}` is no executor"
        problems.append(Problem("executor", what, f"Choose {' or '.join(kinds)}"))
    chosen = _policies(scenario, policies, problems)
    if problems:
        raise InputError(problems)
    if executor == AUTO:
        long = whole["draws"] * len(chosen) * scenario.days * whole["soldiers"] > LONG
        executor = PROCESSES if long and whole["jobs"] > 1 else THREADS
    return Options(
        **whole,
        policies=chosen,
        keep_paths=keep_paths,
        executor=executor,
        draws_from=None if draws_from is None else Path(draws_from),
        out=None if out is None else Path(out),
    )


def cores() -> int:
    """Processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return min(len(os.sched_getaffinity(0)), RANGES["jobs"][1])
    return min(os.cpu_count() or 1, RANGES["jobs"][1])


def _whole(name: str, value: object, problems: list[Problem]) -> int:
    least, greatest = RANGES[name]
    try:
        number = operator.index(value)  # pyright: ignore[reportArgumentType]
    except TypeError:
        number = least - 1
    if isinstance(value, bool) or not least <= number <= greatest:
        what = f"{value!r} is not a whole number from {least:,} to {greatest:,}"
        problems.append(Problem(name, what, "Give a number in this range"))
    return number


def _policies(scenario: Scenario, asked: Sequence[str] | None, problems: list[Problem]) -> tuple[str, ...]:
    names = tuple(policy.name for policy in scenario.policies)
    if asked is None:
        return names
    wanted = (asked,) if isinstance(asked, str) else tuple(asked)
    for name in wanted:
        if name not in names:
            near = difflib.get_close_matches(name, names, 1, 0.4)
            remedy = f"Did you mean `{near[0]}`?" if near else f"There are: {', '.join(names)}"
            problems.append(Problem("policy", f"the scenario has no policy `{name}`", remedy))
    return tuple(name for name in names if name == names[0] or name in wanted)
