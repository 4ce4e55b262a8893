"""Results: the manifest, the summary that `--json` prints, and the labelled arrays."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from offramp.ensemble.results import Results
from offramp.errors import OfframpError
from offramp.scenario import loads
from offramp.scenario.tables import Scenario
from tests.ensemble.conftest import TABLES, Runner


def test_the_manifest_says_how_to_run_again(run_fake: Runner, tmp_path: Path, bench: Scenario) -> None:
    results = run_fake(tmp_path / "r", policies=["offer"], draws=5)
    manifest = json.loads((results.out / "manifest.json").read_text())
    assert manifest == results.manifest
    assert manifest["command"] == (
        "offramp run scenario.toml --draws 5 --seed 1 --soldiers 400 --policy nothing --policy offer"
    )
    assert manifest["hash"] == bench.hash
    assert loads((results.out / "scenario.toml").read_text()).hash == bench.hash
    assert {"sampling", "prepare", "kernel", "compile", "store", "tables"} <= set(manifest["seconds"])
    assert set(manifest["files"]) == {*(f"{name}.parquet" for name in TABLES), "scenario.toml"}


def test_reports_are_written_by_the_room_that_knows_how(
    run_fake: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Results, "write_report", None)
    results = run_fake(tmp_path / "r", draws=2)
    with pytest.raises(OfframpError, match="Import `offramp` itself"):
        results.report()

    def write(run: Results) -> Path:
        path = run.out / "report.html"
        path.write_text(str(run.manifest["draws"]))
        return path

    monkeypatch.setattr(Results, "write_report", write)
    assert results.report().read_text() == "2"
    run_fake(tmp_path / "r", draws=3)
    assert results.report().read_text() == "3", "a report never outlives its results"
    (tmp_path / "r" / "report.html").unlink()
    run_fake(tmp_path / "r", draws=3)
    assert (tmp_path / "r" / "report.html").is_file()

    def full(run: Results) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Results, "write_report", full)
    with pytest.raises(OfframpError, match=r"report.html cannot be written: No space left"):
        run_fake(tmp_path / "r", draws=4)


def test_opened_results_are_the_same(run_fake: Runner, tmp_path: Path) -> None:
    results = run_fake(tmp_path / "r")
    opened = Results.open(tmp_path / "r")
    assert opened.summary() == results.summary()
    assert opened.daily.equals(results.daily)
    assert opened.scenario.hash == results.manifest["hash"]


def test_summary_has_the_promised_shape(run_fake: Runner, tmp_path: Path) -> None:
    results = run_fake(tmp_path / "r")
    summary = json.loads(json.dumps(results.summary(), allow_nan=False))
    assert set(summary) == {"scenario", "hash", "seed", "draws", "policies", "out"}
    assert list(summary["policies"]) == ["nothing", "offer", "second offer"]
    figures = {"mean", "mc_error", "q05", "q50", "q95"}
    for policy, outcomes in summary["policies"].items():
        for name, found in outcomes.items():
            if name != "cost_per_net_departure_usd":
                assert set(found) == {*figures, "difference_to_reference"}, policy
                assert set(found["difference_to_reference"]) == figures
    wide = results.draws.pivot(on="policy", index="draw", values="outcome.departures")
    difference = summary["policies"]["offer"]["departures"]["difference_to_reference"]
    assert difference["mean"] == pytest.approx((wide["offer"] - wide["nothing"]).mean())
    assert difference["mc_error"] == pytest.approx((wide["offer"] - wide["nothing"]).std() / 24**0.5)
    undefined = summary["policies"]["nothing"]["cost_per_net_departure_usd"]
    assert undefined["mean"] is None
    assert undefined["draws"] == 0


def test_to_xarray(run_fake: Runner, tmp_path: Path) -> None:
    results = run_fake(tmp_path / "r")
    data = results.to_xarray()
    assert dict(data.sizes) == {
        "draw": 24,
        "policy": 3,
        "day": 21,
        "group": 2,
        "state": 3,
        "statistic": 6,
    }
    row = results.draws.row(by_predicate=(pl.col("draw") == 7) & (pl.col("policy") == "offer"), named=True)
    assert data["departures"].sel(draw=7, policy="offer") == row["outcome.departures"]
    assert data["input.route.desert.window_per_day"].sel(draw=7) == row["input.route.desert.window_per_day"]
    day = results.daily.row(
        by_predicate=(pl.col("day") == 11)
        & (pl.col("policy") == "offer")
        & (pl.col("group") == "rear")
        & (pl.col("state") == "killed"),
        named=True,
    )
    cell = data["persons"].sel(policy="offer", day=11, group="rear", state="killed")
    assert cell.sel(statistic="q95") == day["q95"]
    assert cell.sel(statistic="mean") == day["mean"]
