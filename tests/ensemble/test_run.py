"""Runs: the same values whoever computes them, in whatever portions, with whatever interruptions."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from offramp.ensemble.files import locked
from offramp.ensemble.options import check_options
from offramp.errors import InputError, OfframpError
from offramp.scenario.tables import Scenario
from tests.ensemble import fake_engine
from tests.ensemble.conftest import DEFAULTS, Runner, assert_equal


@pytest.fixture
def reference(run_fake: Runner, tmp_path: Path) -> Path:
    return run_fake(tmp_path / "reference", jobs=1, chunk=1).out


@pytest.mark.parametrize(("jobs", "chunk"), [(1, 24), (2, 1), (2, 5), (3, 7), (2, None)])
def test_jobs_and_portions_change_nothing(
    run_fake: Runner, tmp_path: Path, reference: Path, jobs: int, chunk: int | None
) -> None:
    assert_equal(run_fake(tmp_path / "r", jobs=jobs, chunk=chunk).out, reference)


def test_processes_give_the_same(run_fake: Runner, tmp_path: Path, reference: Path) -> None:
    results = run_fake(tmp_path / "r", executor="processes", jobs=2)
    assert_equal(results.out, reference)
    assert results.manifest["executor"] == "processes"


@pytest.mark.parametrize(
    ("soldiers", "jobs", "expected"),
    [(50_000_000, 2, "processes"), (50_000_000, 1, "threads"), (400, 2, "threads")],
)
def test_auto_takes_processes_for_a_long_run(
    bench: Scenario, soldiers: int, jobs: int, expected: str
) -> None:
    asked = {**DEFAULTS, "executor": "auto", "soldiers": soldiers, "jobs": jobs, "out": None}
    assert check_options(bench, **asked).executor == expected


def test_any_executor_gives_the_same(run_fake: Runner, tmp_path: Path, reference: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        results = run_fake(tmp_path / "r", executor=pool)
        assert pool.submit(int, "3").result() == 3, "a foreign executor is left open"
    assert_equal(results.out, reference)
    assert results.manifest["executor"] == "ThreadPoolExecutor"


def test_a_longer_run_extends_a_shorter_one(run_fake: Runner, tmp_path: Path, reference: Path) -> None:
    out = tmp_path / "r"
    assert run_fake(out, draws=9).new_draws == 9
    results = run_fake(out, draws=24)
    assert results.new_draws == 15
    assert_equal(results.out, reference)


def test_fewer_draws_than_the_folder_holds(run_fake: Runner, tmp_path: Path, reference: Path) -> None:
    short = run_fake(tmp_path / "short", draws=9)
    results = run_fake(reference, draws=9)
    assert results.new_draws == 0
    assert results.manifest["draws"] == 9
    assert "holds 24 draws; the results are those of the first 9" in results.manifest["notes"][0]
    assert_equal(results.out, short.out)
    assert run_fake(reference, draws=24).new_draws == 0, "the longer run was not lost"


def test_the_same_call_again_is_done(run_fake: Runner, tmp_path: Path) -> None:
    def never(scenario: Scenario, *, soldiers: int, seed: int) -> Any:
        raise AssertionError("nothing is to be prepared")

    first = run_fake(tmp_path / "r")
    before = {path: path.stat().st_mtime_ns for path in first.out.rglob("*.parquet")}
    second = run_fake(tmp_path / "r", prepare=never, jobs=1, executor="processes")
    assert second.new_draws == 0
    assert second.manifest == first.manifest
    assert before == {path: path.stat().st_mtime_ns for path in second.out.rglob("*.parquet")}


def test_a_damaged_result_file_is_written_anew(run_fake: Runner, tmp_path: Path, reference: Path) -> None:
    results = run_fake(tmp_path / "r")
    (results.out / "daily.parquet").write_bytes(b"gone")
    (results.out / "draws.parquet").unlink()
    again = run_fake(tmp_path / "r")
    assert again.new_draws == 0
    assert_equal(again.out, reference)


def test_dropping_kept_paths_and_asking_for_them_again(run_fake: Runner, tmp_path: Path) -> None:
    kept = run_fake(tmp_path / "r", keep_paths=True)
    assert run_fake(tmp_path / "r").manifest == kept.manifest, "what is there suffices"
    (kept.out / "paths.parquet").unlink()
    assert "paths.parquet" not in run_fake(tmp_path / "r").manifest["files"]
    assert run_fake(tmp_path / "r", keep_paths=True).new_draws == 0


def test_a_failing_draw_ends_the_run_and_keeps_the_others(run_fake: Runner, tmp_path: Path) -> None:
    out = tmp_path / "r"
    with pytest.raises(OfframpError, match="draw 7 cannot be simulated"):
        run_fake(out, prepare=fake_engine.prepare_failing, chunk=2, jobs=1)
    assert run_fake(out, chunk=2).new_draws <= 18


def test_a_killed_worker_is_told_and_the_run_goes_on_from_there(
    run_fake: Runner, tmp_path: Path, reference: Path
) -> None:
    out = tmp_path / "r"
    with pytest.raises(OfframpError, match=r"A worker process ended unexpectedly .* same command goes on"):
        run_fake(out, prepare=fake_engine.prepare_deadly, chunk=2, jobs=1, executor="processes")
    results = run_fake(out)
    assert results.new_draws < 24
    assert_equal(results.out, reference)


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "cut off": lambda content: content[: len(content) // 2],
    "changed": lambda content: content[:-9] + bytes([content[-9] ^ 1]) + content[-8:],
    "empty": lambda content: b"",
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_chunk_is_told_and_computed_anew(
    run_fake: Runner, tmp_path: Path, reference: Path, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    results = run_fake(tmp_path / "r", chunk=6)
    (results.out / "manifest.json").unlink()
    victim = sorted((results.out / "chunks").glob("*.chunk"))[2]
    victim.write_bytes(DAMAGE[damage](victim.read_bytes()))
    with caplog.at_level(logging.WARNING, "offramp"):
        again = run_fake(tmp_path / "r", chunk=4)
    assert again.new_draws == 6
    assert f"{victim} is not used" in caplog.text
    assert len(again.manifest["notes"]) == 1
    assert_equal(again.out, reference)


def test_a_chunk_of_another_run_is_not_used(run_fake: Runner, tmp_path: Path, reference: Path) -> None:
    other = run_fake(tmp_path / "other", seed=2, chunk=6)
    results = run_fake(tmp_path / "r", chunk=6)
    (results.out / "manifest.json").unlink()
    stranger = sorted((other.out / "chunks").glob("*.chunk"))[1]
    (results.out / "chunks" / stranger.name).write_bytes(stranger.read_bytes())
    assert run_fake(tmp_path / "r", chunk=6).new_draws == 6
    assert_equal(results.out, reference)


def test_half_written_files_are_swept_away(run_fake: Runner, tmp_path: Path) -> None:
    results = run_fake(tmp_path / "r", draws=4)
    trash = results.out / "chunks" / ".00000000-00000004.chunk.999.tmp"
    trash.write_bytes(b"half")
    run_fake(tmp_path / "r", draws=5)
    assert not trash.exists()


@pytest.mark.parametrize(
    ("change", "named"),
    [({"seed": 2}, "seed"), ({"soldiers": 7}, "number of soldiers"), ({"policies": ["offer"]}, "policies")],
)
def test_a_folder_of_another_run_is_refused(
    run_fake: Runner, tmp_path: Path, change: dict[str, Any], named: str
) -> None:
    run_fake(tmp_path / "r", draws=2)
    with pytest.raises(InputError, match=rf"results of another run \(different: {named}\)"):
        run_fake(tmp_path / "r", draws=2, **change)


def test_a_folder_with_other_things_is_refused_and_left_alone(run_fake: Runner, tmp_path: Path) -> None:
    (tmp_path / "r").mkdir()
    (tmp_path / "r" / "thesis.tex").write_text("x")
    with pytest.raises(InputError, match=r"holds other things \(thesis.tex\)"):
        run_fake(tmp_path / "r")
    assert [path.name for path in (tmp_path / "r").iterdir()] == ["thesis.tex"]
    with pytest.raises(InputError, match="is a file, not a folder"):
        run_fake(tmp_path / "r" / "thesis.tex")


def test_an_empty_folder_and_the_trace_of_a_killed_start_are_used(run_fake: Runner, tmp_path: Path) -> None:
    chunks = tmp_path / "r" / "chunks"
    chunks.mkdir(parents=True)
    (chunks / "lock").write_text("1")
    (chunks / ".run.json.5.tmp").write_text("{")
    assert run_fake(tmp_path / "r", draws=2).new_draws == 2


def test_two_runs_do_not_share_a_folder(run_fake: Runner, tmp_path: Path) -> None:
    results = run_fake(tmp_path / "r", draws=2)
    with (
        locked(results.out / "chunks" / "lock"),
        pytest.raises(OfframpError, match=r"Another run \(process \d+\) is writing"),
    ):
        run_fake(tmp_path / "r", draws=3)
    assert run_fake(tmp_path / "r", draws=3).new_draws == 1


def test_a_folder_that_cannot_be_made_is_told(run_fake: Runner, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(OfframpError, match=r"cannot be written: Not a directory"):
        run_fake(tmp_path / "file" / "r")


def test_progress_ends_at_all_draws(run_fake: Runner, tmp_path: Path) -> None:
    seen: list[tuple[int, int, float | None]] = []
    run_fake(tmp_path / "r", draws=10, chunk=2, progress=lambda *args: seen.append(args))
    assert seen[0] == (0, 10, None)
    assert [done for done, _, _ in seen] == [0, 2, 4, 6, 8, 10]
    assert seen[-1][2] == 0.0


def test_chunks_are_at_most_a_twentieth(run_fake: Runner, tmp_path: Path) -> None:
    results = run_fake(tmp_path / "r", draws=100)
    sizes = [
        int(path.stem.split("-")[1]) - int(path.stem.split("-")[0])
        for path in (results.out / "chunks").glob("*.chunk")
    ]
    assert max(sizes) <= 5
    assert sum(sizes) == 100


def test_nothing_uncertain_is_run_as_replicates(certain: Scenario, run_fake: Runner, tmp_path: Path) -> None:
    results = run_fake(tmp_path / "r", scenario=certain, draws=6)
    assert "replicates" in results.manifest["sampling"]
    assert "replicates" in results.manifest["convergence"]["sentence"]
    assert not [name for name in results.draws.columns if name.startswith("input.")]
    assert results.draws["outcome.departures"].n_unique() > 1


def test_one_draw_one_policy(certain: Scenario, run_fake: Runner, tmp_path: Path) -> None:
    results = run_fake(tmp_path / "r", scenario=certain, draws=1)
    departures = results.summary()["policies"]["reference"]["departures"]
    assert departures["mc_error"] is None
    assert departures["difference_to_reference"]["mean"] == 0.0
    assert results.manifest["convergence"]["enough"] is None


def test_policies_are_chosen_and_the_reference_stays(
    run_fake: Runner, tmp_path: Path, reference: Path
) -> None:
    results = run_fake(tmp_path / "r", policies=["second offer"])
    assert results.policies == ("nothing", "second offer")
    with pytest.raises(InputError, match="Did you mean `second offer`"):
        run_fake(tmp_path / "x", policies=["second ofer"])


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("draws", 0),
        ("draws", 10_000_001),
        ("draws", 2.5),
        ("draws", True),
        ("seed", -1),
        ("seed", 2**32),
        ("soldiers", 0),
        ("soldiers", 50_000_001),
        ("jobs", 0),
        ("jobs", 257),
        ("executor", "fork"),
        ("executor", 3),
    ],
)
def test_options_out_of_range_are_refused(run_fake: Runner, tmp_path: Path, option: str, value: Any) -> None:
    with pytest.raises(InputError, match=option):
        run_fake(tmp_path / "r", **{option: value})
    assert not (tmp_path / "r").exists()


def test_all_wrong_options_are_told_together(run_fake: Runner, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        run_fake(tmp_path / "r", draws=0, seed=-1, policies=["x"])
    assert len(caught.value.problems) == 3


def test_a_draw_that_fills_the_memory_is_refused(
    bench: Scenario, run_fake: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offramp.ensemble.run.DRAW_BYTES_MOST", 1000)
    with pytest.raises(InputError, match="the daily paths of one draw take"):
        run_fake(tmp_path / "r")


def test_the_default_folder_is_named_after_scenario_and_options(
    bench: Scenario, run_fake: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from offramp.ensemble.options import check_options
    from offramp.ensemble.run import execute
    from tests.ensemble.conftest import DEFAULTS

    monkeypatch.chdir(tmp_path)

    def out(**change: Any) -> Path:
        options = check_options(bench, **{**DEFAULTS, "draws": 2, "out": None, **change})
        return execute(bench, options, prepare=fake_engine.prepare).out

    first = out()
    assert first.parent == Path("results")
    assert first.name.startswith("bench-")
    assert out(draws=3, jobs=1, executor="threads", keep_paths=True) == first
    assert out(seed=2) != first
    assert out(policies=["offer"]) != first
