"""What the pages need of a run: the tables of its results folder, and the facts of its manifest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import polars as pl

    from offramp.scenario.tables import Scenario


class Run(Protocol):
    """A finished run. `offramp.ensemble.results.Results` is one.

    policies: those that were run, the reference first. draws: wide, columns policy, draw, input.*,
    outcome.*. daily: policy, day, group, state, mean and quantiles in persons. totals: the same by scope
    (force, home, all) in place of group. Day 0 is the initial state, day d the end of the d-th day.
    """

    @property
    def policies(self) -> tuple[str, ...]: ...
    @property
    def draws(self) -> pl.DataFrame: ...
    @property
    def daily(self) -> pl.DataFrame: ...
    @property
    def totals(self) -> pl.DataFrame: ...
    @property
    def manifest(self) -> Mapping[str, Any]: ...
    @property
    def out(self) -> Path: ...
    @property
    def scenario(self) -> Scenario: ...


@dataclass(frozen=True)
class Facts:
    """What one needs to run it again and to cite it. Empty or None where the manifest does not say."""

    version: str
    hash: str
    seed: int | None
    draws_done: int
    draws_asked: int | None
    soldiers: int | None
    engine: str
    platform: str
    time: str
    command: str
    draws_from: str


def facts(run: Run) -> Facts:
    """The facts of the run's manifest; what is not stated there is left empty, never guessed."""
    manifest = run.manifest
    done = run.draws["draw"].n_unique() if run.draws.height else 0

    def text(key: str) -> str:
        value = manifest.get(key)
        return "" if value is None else str(value)

    def number(key: str) -> int | None:
        value = manifest.get(key)
        return int(value) if isinstance(value, int | float) else None

    return Facts(
        version=text("version"),
        hash=text("hash") or run.scenario.hash,
        seed=number("seed"),
        draws_done=done,
        draws_asked=number("draws"),
        soldiers=number("soldiers"),
        engine=text("engine"),
        platform=text("platform"),
        time=text("time"),
        command=text("command"),
        draws_from=text("draws_from"),
    )
