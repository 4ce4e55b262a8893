"""Prior sets and experiments beside the main run: same worlds, files of their own, resumed bit for bit."""

from __future__ import annotations

import json
import pickle
import threading
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from offramp.engine import prepare
from offramp.ensemble.options import check_options
from offramp.ensemble.plan import measure
from offramp.ensemble.results import Results
from offramp.ensemble.run import Interrupted
from offramp.ensemble.studies import PrepareGrid
from offramp.ensemble.work import down
from offramp.errors import OfframpError
from offramp.scenario import load, loads, under
from offramp.scenario.tables import Scenario
from tests.ensemble import fake_engine
from tests.ensemble.conftest import DEFAULTS, Runner
from tests.ensemble.test_interrupts import StopsAfter

STUDIED = (
    fake_engine.SCENARIO
    + """
[[prior]]
name = "slow"
draws = 10
inputs = { "route.desert.window_per_day" = { third = "lowest", note = "chances are rare" } }

[[experiment]]
name = "Chances and wishes"
question = "Which counts more?"
policies = ["offer"]
draws = 6
[[experiment.vary]]
key = "route.desert.window_per_day"
values = [0.01, 0.03]
[[experiment.vary]]
key = "group.front.stay_utility"
values = [-1, 0, 1]

[[experiment]]
name = "two offers"
question = "Which of the two?"
policies = ["offer", "second offer"]
draws = 100
"""
)
WINDOW = "input.route.desert.window_per_day"


@pytest.fixture(scope="module")
def studied() -> Scenario:
    return loads(STUDIED, name="studied")


@pytest.fixture
def whole(run_fake: Runner, studied: Scenario, tmp_path: Path) -> Results:
    return run_fake(tmp_path / "whole", scenario=studied)


def tables(results: Results) -> dict[str, pl.DataFrame]:
    folder = results.out
    return {
        str(path.relative_to(folder)): pl.read_parquet(path) for path in sorted(folder.rglob("*.parquet"))
    }


def assert_same(first: Results, second: Results) -> None:
    a, b = tables(first), tables(second)
    assert list(a) == list(b)
    for name, table in a.items():
        assert table.equals(b[name]), name


def test_a_prior_set_takes_the_same_points_through_other_laws(whole: Results, studied: Scenario) -> None:
    main = whole.draws.filter(pl.col("policy") == "nothing").head(10)
    slow = whole.prior("slow").filter(pl.col("policy") == "nothing")
    assert slow.height == 10
    other = "input.group.front.stay_utility"
    assert slow[other].to_list() == main[other].to_list()
    # Uniform on 0.01 .. 0.05: a third of the way at every point.
    assert slow[WINDOW].to_list() == pytest.approx([0.01 + (x - 0.01) / 3 for x in main[WINDOW]])
    assert whole.prior("slow").columns == whole.draws.columns


def test_a_prior_set_is_the_same_when_it_is_run_alone(
    run_fake: Runner, whole: Results, studied: Scenario, tmp_path: Path
) -> None:
    alone = run_fake(tmp_path / "alone", scenario=under(studied, "slow"), draws=10)
    assert alone.draws.equals(whole.prior("slow"))
    assert alone.manifest["prior_set"] == "slow"
    assert alone.manifest["command"].endswith("--prior slow")
    assert alone.scenario.prior == "slow"
    assert [study["kind"] for study in alone.manifest["studies"]] == ["experiment"]


def test_an_experiment_runs_every_cell_on_the_same_draws(whole: Results) -> None:
    table = whole.experiment("Chances and wishes")
    keys = ["set.route.desert.window_per_day", "set.group.front.stay_utility"]
    assert table.columns[:4] == ["policy", *keys, "draw"]
    assert WINDOW not in table.columns
    assert table.height == 6 * 6 * 2
    assert table.group_by("policy", *keys).len()["len"].to_list() == [6] * 12
    main = whole.draws.filter((pl.col("policy") == "nothing") & (pl.col("draw") < 6))
    kept = "input.group.front.relative_risk"
    assert sorted(set(table[kept])) == sorted(set(main[kept]))


def test_an_experiment_without_varied_numbers_asks_of_the_main_run(whole: Results) -> None:
    assert whole.experiment("two offers").equals(whole.draws)
    assert not (whole.out / "experiments" / "two-offers.parquet").exists()


OFFERS = """
title = "Offers"
start = 2022-02-24
days = 30
[[group]]
name = "soldiers"
wealth_usd = 4000
[[route]]
name = "desert"
window_per_day = 0.03
distaste = 1.0
[choice]
money_weight = 1.0
[trust]
mean = 0.3
weight = 10
seen_share = 0.1
publicised_share = 1.0
[force]
persons = 400
initial_shares = { "soldiers" = 1.0 }
[war]
win_probability = 0.4
[[programme]]
name = "own"
route = "desert"
cash_usd = 100
[[programme]]
name = "other"
route = "desert"
cash_usd = 1000
capacity_per_day = 3
[[policy]]
name = "nothing"
[[policy]]
name = "offer"
programmes = ["other"]
[[experiment]]
name = "e"
question = "How far?"
policies = ["offer"]
[[experiment.vary]]
key = "programme.other.cash_usd"
values = [0, 1000, 50_000]
[[experiment.vary]]
key = "trust.mean"
values = [0.1, 0.9]
"""


def test_the_reference_is_run_once_where_its_terms_do_not_vary() -> None:
    """Exact: comparing with the first cell's reference gives what every cell's own would have given."""
    grid = PrepareGrid(prepare, "e", ("nothing", "offer"))(loads(OFFERS), soldiers=400, seed=3)
    assert grid.spared
    for draw in range(3):
        shared, own = (each.run_draw(draw, {}, (), down()) for each in (grid, replace(grid, spared=False)))
        assert repr(shared.outcomes) == repr(own.outcomes)
        nets = [one["departures_net"] for one in own.outcomes[1::2]]
        assert len({*nets}) > 3


@pytest.mark.parametrize(
    ("change", "spared"),
    [
        (("", ""), True),
        (
            ('name = "nothing"', 'name = "nothing"\nprogrammes = ["own"]'),
            False,
        ),  # trust is trust in its offer too
        (("trust.mean", "programme.other.trust_mean"), True),
        (("trust.mean", "war.win_probability"), False),
    ],
)
def test_what_varies_terms_of_others_spares_the_reference(change: tuple[str, str], spared: bool) -> None:
    text = OFFERS.replace(*change) if change[0] else OFFERS
    assert PrepareGrid(prepare, "e", ("nothing", "offer"))(loads(text), soldiers=9, seed=3).spared == spared


def test_resumed_and_extended_studies_are_the_same(
    run_fake: Runner, studied: Scenario, whole: Results, tmp_path: Path
) -> None:
    out = tmp_path / "r"
    run_fake(out, scenario=studied, draws=4, chunk=2)
    for tasks in (11, 3, 6):
        with pytest.raises(Interrupted, match="of 40 draws done") as caught:
            run_fake(out, scenario=studied, executor=StopsAfter(tasks), chunk=1)
        assert caught.value.done > 4
    resumed = run_fake(out, scenario=studied, chunk=3)
    assert_same(resumed, whole)
    again = run_fake(out, scenario=studied)
    assert again.new_draws == 0


@dataclass(frozen=True)
class Awaits:
    """An engine whose last draw of the main run ends only when a draw of a prior set is under way."""

    model: fake_engine.FakeModel
    begun: threading.Event

    def __getattr__(self, name: str) -> Any:
        return getattr(self.model, name)

    def run_draw(self, draw: int, *rest: Any) -> Any:
        if self.model.scenario.prior:
            self.begun.set()
        elif draw == 23:
            assert self.begun.wait(60.0)
        return self.model.run_draw(draw, *rest)


def test_nobody_waits_for_the_last_draw_of_the_main_run(
    run_fake: Runner, studied: Scenario, whole: Results, tmp_path: Path
) -> None:
    begun = threading.Event()

    def prepare(scenario: Scenario, *, soldiers: int, seed: int) -> Any:
        return Awaits(fake_engine.prepare(scenario, soldiers=soldiers, seed=seed), begun)

    assert_same(run_fake(tmp_path / "r", scenario=studied, prepare=prepare, chunk=1), whole)


def test_processes_give_the_same(run_fake: Runner, studied: Scenario, whole: Results, tmp_path: Path) -> None:
    assert_same(run_fake(tmp_path / "p", scenario=studied, executor="processes"), whole)


def test_a_scenario_with_a_game_of_its_own_travels_to_workers() -> None:
    """Its tables hold dictionaries, which have no hash; what is prepared for a job is kept by its hash all the same."""
    own = load(str(Path(__file__).parents[2] / "docs" / "examples" / "own-game.toml"))
    assert hash(own) == hash(pickle.loads(pickle.dumps(own)))
    assert own == pickle.loads(pickle.dumps(own))
    assert own != under(loads(STUDIED), "slow")


def test_a_study_that_is_lost_is_written_anew(run_fake: Runner, studied: Scenario, whole: Results) -> None:
    before = tables(whole)
    path = whole.out / "priors" / "slow.parquet"
    path.unlink()
    run_fake(whole.out, scenario=studied)
    assert tables(whole)["priors/slow.parquet"].equals(before["priors/slow.parquet"])


def test_an_experiment_needs_its_policies(run_fake: Runner, studied: Scenario, tmp_path: Path) -> None:
    results = run_fake(tmp_path / "r", scenario=studied, policies=["second offer"])
    assert [study["name"] for study in results.manifest["studies"]] == ["slow"]
    with pytest.raises(OfframpError, match="no experiment named 'two offers'"):
        results.experiment("two offers")


def test_given_draws_serve_experiments_and_no_prior_sets(
    run_fake: Runner, studied: Scenario, whole: Results, tmp_path: Path
) -> None:
    given = run_fake(tmp_path / "g", scenario=studied, draws_from=whole.out / "draws.parquet")
    assert [study["kind"] for study in given.manifest["studies"]] == ["experiment"]
    name = "Chances and wishes"
    assert given.experiment(name).equals(whole.experiment(name))


def test_progress_counts_the_draws_of_all(run_fake: Runner, studied: Scenario, tmp_path: Path) -> None:
    told: list[tuple[int, int, float | None]] = []
    run_fake(tmp_path / "r", scenario=studied, progress=lambda *each: told.append(each))
    done = [each[0] for each in told]
    assert done == sorted(done)
    assert {each[1] for each in told} == {24 + 10 + 6}
    assert told[-1] == (40, 40, 0.0)
    assert all(each[2] is None or each[2] > 0 for each in told if each[0] < 40)


def test_a_plan_counts_what_is_run_beside(studied: Scenario) -> None:
    """Three policies of a prior set on 10 draws, and 6 cells of two policies on 6; fewer where the run has fewer draws."""
    for draws, priors, grid in ((24, 10, 6), (4, 4, 4)):
        options = check_options(studied, **{**DEFAULTS, "draws": draws, "out": None})
        costs = measure(studied, options, prepare=fake_engine.prepare_slow)
        assert (costs.studies, costs.study_draws) == (2, priors + grid)
        assert costs.study_runs == 3 * priors + 6 * 2 * grid
        slept = 0.02 / 3 * (3 * draws + costs.study_runs) / 2
        assert costs.run_seconds > slept
    offers = loads(OFFERS)
    options = check_options(offers, **{**DEFAULTS, "draws": 10, "out": None})
    assert measure(offers, options, prepare=fake_engine.prepare).study_runs == 10 * (2 + 5)


def test_the_manifest_vouches_for_studies(whole: Results) -> None:
    manifest = json.loads((whole.out / "manifest.json").read_bytes())
    files = [study["file"] for study in manifest["studies"]]
    assert len(files) == 2
    assert set(files) <= set(manifest["files"])
    assert all(Path(name).suffix == ".parquet" for name in files)
