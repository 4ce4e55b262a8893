"""What the tests of the ensemble share: the bench scenario, and a run with the fake engine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from offramp.ensemble.options import check_options
from offramp.ensemble.results import Results
from offramp.ensemble.run import execute
from offramp.scenario import loads
from offramp.scenario.tables import Scenario
from tests.ensemble import fake_engine

TABLES = ("draws", "daily", "totals")
DEFAULTS: dict[str, Any] = {
    "draws": 24,
    "seed": 1,
    "soldiers": 400,
    "jobs": 2,
    "policies": None,
    "keep_paths": False,
    "executor": "threads",
    "draws_from": None,
}


@pytest.fixture(scope="session")
def bench() -> Scenario:
    return loads(fake_engine.SCENARIO, name="bench")


@pytest.fixture(scope="session")
def certain() -> Scenario:
    return loads(fake_engine.CERTAIN, name="certain")


Runner = Callable[..., Results]


@pytest.fixture
def run_fake(bench: Scenario) -> Runner:
    """Runs the bench (or `scenario`) with the fake engine (or `prepare`); options as in `offramp.run`."""

    def run(
        out: Path,
        *,
        scenario: Scenario = bench,
        prepare: Any = fake_engine.prepare,
        chunk: int | None = None,
        progress: Any = None,
        **options: Any,
    ) -> Results:
        checked = check_options(scenario, **{**DEFAULTS, **options, "out": out})
        return execute(scenario, checked, prepare=prepare, progress=progress, chunk=chunk)

    return run


def assert_equal(first: Path, second: Path, tables: tuple[str, ...] = TABLES) -> None:
    """The tables of two results folders hold the same values, bit for bit."""
    for name in tables:
        a, b = (pl.read_parquet(folder / f"{name}.parquet") for folder in (first, second))
        assert a.equals(b), name
        assert a.schema == b.schema, name
