"""Runs that no machine could finish or hold are refused at once, with what to do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import offramp
from offramp.ensemble import limits
from offramp.ensemble.options import check_options
from offramp.errors import InputError
from offramp.scenario import loads
from tests.ensemble.conftest import DEFAULTS

HEAVY = """
title = "Everybody, hourly"
start = 2022-02-24
days = {days}
[[group]]
name = "soldiers"
size = {size}
[[route]]
name = "desert"
window_per_day = {window}
utility = 0.0
"""


def refusal(tmp_path: Path, *, size: int, days: int, window: str, more: str = "", **options: int) -> str:
    scenario = loads(HEAVY.format(size=size, days=days, window=window) + more)
    with pytest.raises(InputError) as refused:
        offramp.run(scenario, out=tmp_path / "r", **options)
    assert not (tmp_path / "r").exists(), "refused before anything is written"
    (problem,) = refused.value.problems
    return str(problem)


def test_draws_that_would_take_hours(tmp_path: Path) -> None:
    told = refusal(tmp_path, size=1_000_000, days=10_000, window="24", soldiers=1_000_000)
    assert told.startswith("soldiers: one draw of 1,000,000 soldiers has 2.4e+11 candidates")
    assert "`desert`: up to 24 a day" in told
    assert "fewer --soldiers" in told


def test_unknown_windows_count_at_their_median(tmp_path: Path) -> None:
    told = refusal(tmp_path, size=100_000, days=10_000, window="{ lognormal = [6, 0.3] }", soldiers=100_000)
    assert "6e+09 candidates" in told


STUDIES = {
    "under the prior set `hourly`": """
[[prior]]
name = "hourly"
inputs = { "route.desert.window_per_day" = { lognormal = [24, 0.1], note = "chances without end" } }
""",
    "in the experiment `how often`": """
[[policy]]
name = "reference"
[[experiment]]
name = "how often"
question = "How often?"
policies = ["reference"]
[[experiment.vary]]
key = "route.desert.window_per_day"
values = [0.01, 24]
""",
}


@pytest.mark.parametrize("where", STUDIES)
def test_what_is_run_beside_the_main_comparison_counts_too(tmp_path: Path, where: str) -> None:
    told = refusal(
        tmp_path,
        size=1_000_000,
        days=10_000,
        window="{ lognormal = [0.01, 0.3] }",
        more=STUDIES[where],
        soldiers=1_000_000,
    )
    assert re.match(rf"soldiers: one draw of 1,000,000 soldiers {where} has 2\.\de\+11 candidates", told)


def test_more_soldiers_than_the_memory_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "_machine_bytes", lambda: 12 * 2**30)
    options = {"size": 50_000_000, "days": 30, "window": "0.02", "soldiers": 50_000_000}
    assert "Take --jobs 1 or fewer" in refusal(tmp_path, **options, jobs=4)
    monkeypatch.setattr(limits, "_machine_bytes", lambda: 2**30)
    told = refusal(tmp_path, **options, jobs=1)
    assert "50,000,000 simulated soldiers need about 7.5 GiB a draw, 1 at a time" in told
    assert told.endswith("Take fewer --soldiers")


@pytest.mark.parametrize("name", ["ukraine-2022", "minimal", "one-squad"])
def test_shipped_scenarios_are_far_below(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred times below at the default size; one for one they are within."""
    scenario = offramp.load(name)
    monkeypatch.setattr(limits, "_machine_bytes", lambda: None)
    for soldiers, most in ((40_000, limits.CANDIDATES_MOST // 100), (50_000_000, limits.CANDIDATES_MOST)):
        monkeypatch.setattr(limits, "CANDIDATES_MOST", most)
        options = {**DEFAULTS, "soldiers": soldiers, "out": None}
        limits.check_load(scenario, check_options(scenario, **options))
