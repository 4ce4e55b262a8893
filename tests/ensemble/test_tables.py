"""The files of the results folder, against plain numpy on the engine's own paths."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import polars as pl
import pytest

from offramp.engine import prepare
from offramp.ensemble import tables
from offramp.ensemble.chunks import Shape
from offramp.ensemble.draws import SobolSampler
from offramp.ensemble.work import down
from offramp.scenario import load, loads
from offramp.scenario.tables import Scenario
from tests.ensemble import fake_engine
from tests.ensemble.conftest import Runner

DRAWS = 23


def expected_paths(bench: Scenario) -> np.ndarray:
    """[draws, policies, days + 1, groups, states]"""
    model = fake_engine.prepare(bench, soldiers=400, seed=1)
    sampler = SobolSampler(bench, 1)
    names = [policy.name for policy in bench.policies]
    rows = sampler.values(0, DRAWS).tolist()
    return np.stack(
        [
            model.run_draw(d, dict(zip(sampler.names, row, strict=True)), names, down()).paths
            for d, row in enumerate(rows)
        ]
    )


@pytest.mark.parametrize("draws", [1, 2, 7, 20, 41])
def test_quantiles_are_those_of_numpy(draws: int) -> None:
    paths = np.random.default_rng(draws).gamma(2.0, 100.0, (draws, 9)).astype(np.float32)
    found = tables.summarise(paths)
    exact = paths.astype(np.float64)
    np.testing.assert_array_equal(found[:, 0], exact.mean(axis=0))
    np.testing.assert_array_equal(found[:, 1:].T, np.quantile(exact, tables.QUANTILES, axis=0))


def test_daily_and_totals(bench: Scenario, run_fake: Runner, tmp_path: Path) -> None:
    results = run_fake(tmp_path / "r", draws=DRAWS, chunk=4)
    paths = expected_paths(bench).astype(np.float64)
    assert results.daily.columns == ["policy", "day", "group", "state", *tables.STATISTICS]
    assert results.totals.columns == ["policy", "scope", "day", "state", *tables.STATISTICS]
    scopes = {"force": [0], "home": [1], "all": [0, 1]}
    for p, policy in enumerate(results.policies):
        for s, state in enumerate(fake_engine.STATES):
            for g, group in enumerate(("front", "rear")):
                rows = results.daily.filter(policy=policy, group=group, state=state).sort("day")
                check(rows, paths[:, p, :, g, s])
            for scope, groups in scopes.items():
                rows = results.totals.filter(policy=policy, scope=scope, state=state).sort("day")
                check(rows, paths[:, p, :, groups, s].sum(axis=0))
    assert results.daily.height == 3 * 21 * 2 * 3
    assert results.totals.filter(pl.col("scope") != "money").height == 3 * 21 * 3 * 3


def test_daily_money(bench: Scenario, run_fake: Runner, tmp_path: Path) -> None:
    results = run_fake(tmp_path / "r", draws=DRAWS, chunk=4)
    left = expected_paths(bench).astype(np.float64)[:, :, :, :, 1].sum(axis=3)
    for p, policy in enumerate(results.policies):
        for account, share in (("cost_usd", 1.0), ("paid_usd.alliance", 0.25), ("paid_usd.private", 0.75)):
            rows = results.totals.filter(policy=policy, scope="money", state=account).sort("day")
            check(rows, share * 1e9 * left[:, p] / 7.0, rtol=1e-6)  # the bench's persons are of 32 bits
    assert results.totals.filter(scope="money").height == 3 * 21 * 3


def test_payers_of_the_shipped_war_add_up_on_every_day(run_fake: Runner, tmp_path: Path) -> None:
    """The real engine: the last day holds the outcomes, and payers make up the cost, to the dollar."""
    chosen = ["no offer", "tiered package, video mandatory", "100,000 USD and citizenship, with an off-ramp"]
    results = run_fake(
        tmp_path / "r",
        scenario=replace(load("ukraine-2022"), priors=(), experiments=()),
        prepare=prepare,
        draws=5,
        soldiers=1000,
        policies=chosen,
    )
    money = results.totals.filter(scope="money")
    last = money.filter(day=results.scenario.days)
    paid = {name for name in results.outcome_names if name.startswith("paid_usd.")}
    assert set(money["state"].to_list()) == {"cost_usd", *paid}
    for policy, state, mean, low in last.select("policy", "state", "mean", "q05").iter_rows():
        values = results.outcomes(state)[policy]
        assert mean == pytest.approx(values.mean(), abs=0.5)
        assert low == pytest.approx(np.quantile(values, 0.05), abs=0.5)
    assert last["mean"].min() >= 0.0
    assert last.filter(state="paid_usd.off-ramp", policy=chosen[2])["mean"].item() > 1e6
    by_day = money.with_columns(payer=pl.col("state") != "cost_usd").group_by("policy", "day", "payer")
    cost, payers = (
        by_day.agg(pl.col("mean").sum()).filter(payer=one).sort("policy", "day")["mean"].to_numpy()
        for one in (False, True)
    )
    assert cost.size == len(chosen) * (results.scenario.days + 1)
    np.testing.assert_allclose(payers, cost, rtol=0.0, atol=0.5)


def check(rows: pl.DataFrame, paths: np.ndarray, rtol: float = 1e-12) -> None:
    """paths: [draws, days + 1]"""
    assert rows["day"].to_list() == list(range(21))
    np.testing.assert_allclose(rows["mean"], paths.mean(axis=0), rtol=rtol)
    for name, share in zip(tables.STATISTICS[1:], tables.QUANTILES, strict=True):
        np.testing.assert_allclose(rows[name], np.quantile(paths, share, axis=0), rtol=rtol)


def test_draws_table(bench: Scenario, run_fake: Runner, tmp_path: Path) -> None:
    results = run_fake(tmp_path / "r", draws=DRAWS)
    sampler = SobolSampler(bench, 1)
    assert results.draws.columns == [
        "policy",
        "draw",
        *(f"input.{name}" for name in sampler.names),
        "outcome.departures",
        "outcome.killed",
        "outcome.cost_usd",
        "outcome.cost_per_net_departure_usd",
    ]
    assert results.draws["draw"].to_list() == [d for d in range(DRAWS) for _ in range(3)]
    for policy in results.policies:
        rows = results.draws.filter(policy=policy)
        np.testing.assert_array_equal(
            rows.select(pl.col("^input\\..*$")).to_numpy(), sampler.values(0, DRAWS)
        )
    costs = results.draws.group_by("policy", maintain_order=True).agg(
        pl.col("outcome.cost_per_net_departure_usd").null_count()
    )
    assert costs.rows() == [("nothing", DRAWS), ("offer", 0), ("second offer", 0)]


def test_kept_paths(bench: Scenario, run_fake: Runner, tmp_path: Path) -> None:
    results = run_fake(tmp_path / "r", draws=DRAWS, keep_paths=True, chunk=5)
    table = pl.read_parquet(results.out / "paths.parquet")
    assert table.columns == ["policy", "draw", "day", "group", "state", "persons"]
    found = table["persons"].to_numpy().reshape(DRAWS, 3, 21, 2, 3)
    np.testing.assert_array_equal(found, expected_paths(bench))
    one = table.filter(policy="offer", draw=22, day=20, group="rear", state="killed")
    assert one["persons"].item() == expected_paths(bench)[22, 1, 20, 1, 2]


def test_only_the_first_draws_have_paths(
    bench: Scenario, run_fake: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "DAILY_DRAWS", 9)
    results = run_fake(tmp_path / "r", draws=DRAWS, chunk=4)
    assert results.manifest["daily_draws"] == 9
    rows = results.daily.filter(policy="offer", group="front", state="desert").sort("day")
    check(rows, expected_paths(bench)[:9, 1, :, 0, 1].astype(np.float64))
    # Asking for the paths of all draws later computes the missing ones.
    results = run_fake(tmp_path / "r", draws=DRAWS, chunk=3, keep_paths=True)
    assert results.new_draws == DRAWS - 9
    found = pl.read_parquet(results.out / "paths.parquet")["persons"].to_numpy()
    np.testing.assert_array_equal(found.reshape(DRAWS, 3, 21, 2, 3), expected_paths(bench))
    assert results.manifest["daily_draws"] == 9


def test_bounds_on_paths() -> None:
    assert tables.daily_draws_most(Shape(5, 677, 6, 12)) == 2000
    assert tables.daily_draws_most(Shape(100, 10_001, 20, 20)) == 2
    assert tables.daily_draws_most(Shape(100, 10_001, 200, 200)) == 1


def test_a_table_in_many_batches_is_the_same(
    run_fake: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = run_fake(tmp_path / "a", keep_paths=True)
    monkeypatch.setattr(tables, "BATCH_VALUES", 1000)
    parts = run_fake(tmp_path / "b", keep_paths=True)
    for name in ("draws", "daily", "totals", "paths"):
        a, b = (pl.read_parquet(each.out / f"{name}.parquet") for each in (whole, parts))
        assert a.equals(b), name
    assert not list((parts.out / "chunks").glob(".*"))


def test_other_tools_read_the_tables(run_fake: Runner, tmp_path: Path) -> None:
    import pyarrow.parquet

    results = run_fake(tmp_path / "r", keep_paths=True)
    for name in ("draws", "daily", "totals", "paths"):
        path = results.out / f"{name}.parquet"
        ours = pl.read_parquet(path)
        assert pyarrow.parquet.read_table(path).num_rows == ours.height
        counted = duckdb.sql(f"select count(*), min(policy), max(policy) from '{path}'").fetchall()
        assert counted == [(ours.height, "nothing", "second offer")]


PRISON = """
title = "Caught on two ways"
start = 2022-02-24
days = 20
[[group]]
name = "front"
size = 500
stay_utility = { between = [-1.0, 1.0] }
[[group]]
name = "back"
size = 300
[[route]]
name = "desert"
window_per_day = 0.05
utility = 0.0
caught_probability = 0.4
[[route]]
name = "surrender"
window_per_day = 0.03
utility = 0.0
caught_probability = 0.2
"""


def test_sums_of_states_are_made_draw_by_draw(run_fake: Runner, tmp_path: Path) -> None:
    """Strength, and those lost by a way out, against the paths that the run kept; the real engine."""
    out = tmp_path / "r"
    results = run_fake(
        out, scenario=loads(PRISON, name="prison"), prepare=prepare, draws=9, soldiers=800, keep_paths=True
    )
    kept = (
        pl.read_parquet(out / "paths.parquet")
        .group_by("draw", "day", "state")
        .agg(pl.col("persons").cast(pl.Float64).sum())
    )
    path = {
        str(state): rows.sort("draw", "day")["persons"].to_numpy().reshape(9, 21)
        for (state,), rows in kept.group_by("state")
    }
    draws = results.draws.sort("draw")
    held = {r: draws[f"outcome.imprisoned.{r}"].to_numpy() for r in ("desert", "surrender")}
    total = draws["outcome.imprisoned"].to_numpy()
    np.testing.assert_allclose(held["desert"] + held["surrender"], total, rtol=1e-12)
    assert (held["desert"] > held["surrender"]).all()
    expected = {"strength": path["serving"] + path["waiting"]} | {
        f"lost.{r}": path[r] + path["imprisoned"] * (held[r] / total)[:, None] for r in held
    }
    for state, paths in expected.items():
        check(results.totals.filter(scope="force", state=state).sort("day"), paths)
    last = results.totals.filter(scope="force", state="lost.desert", day=20)["mean"].item()
    np.testing.assert_allclose(last, (draws["outcome.departures.desert"] + held["desert"]).mean(), rtol=1e-6)
