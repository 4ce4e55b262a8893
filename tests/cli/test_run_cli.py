"""`offramp` and `offramp run` as a person or a program meets them: exit codes, streams, sentences."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.cli.command import OFFRAMP, offramp

SCENARIO = """
title = "Two policies"
start = 2022-02-24
days = 30
[[group]]
name = "soldiers"
size = 2000
stay_utility = { between = [-1.0, 1.0] }
[[route]]
name = "desert"
window_per_day = { uniform = [0.01, 0.05] }
utility = -1.0
[[route]]
name = "accept"
window_per_day = 0.02
utility = 0.5
needs_programme = true
[[programme]]
name = "passage"
route = "accept"
[[policy]]
name = "nothing"
[[policy]]
name = "offer"
programmes = ["passage"]
[[policy]]
name = "same offer"
programmes = ["passage"]
"""


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("cli")
    (made / "two.toml").write_text(SCENARIO)
    return made


@pytest.fixture(scope="session")
def done(folder: Path) -> subprocess.CompletedProcess[str]:
    """The first run of the session, which also compiles the kernel."""
    return offramp("run", "two.toml", "--draws", 8, "--out", "first", folder=folder)


def test_a_run_prints_the_comparison_and_writes_the_folder(
    folder: Path, done: subprocess.CompletedProcess[str]
) -> None:
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert "Two policies" in done.stdout
    assert "Monte Carlo error" in done.stdout
    assert "Results: first" in done.stdout
    names = {path.name for path in (folder / "first").iterdir()}
    assert names == {
        "manifest.json",
        "draws.parquet",
        "daily.parquet",
        "totals.parquet",
        "scenario.toml",
        "report.html",
        "chunks",
    }


def test_the_same_command_says_that_it_is_done(folder: Path, done: subprocess.CompletedProcess[str]) -> None:
    again = offramp("run", "two.toml", "--draws", 8, "--out", "first", folder=folder)
    assert again.returncode == 0
    assert "This run is done already: 8 draws in first." in again.stderr
    assert again.stdout == done.stdout


@pytest.mark.usefixtures("done")
def test_json_is_one_object_and_nothing_else(folder: Path) -> None:
    words = ("run", "two.toml", "--draws", 8, "--json", "--policy", "offer", "--policy", "offer")
    found = offramp(*words, folder=folder)
    assert found.returncode == 0, found.stderr
    summary = json.loads(found.stdout)
    assert set(summary) == {"scenario", "hash", "seed", "draws", "policies", "out"}
    assert list(summary["policies"]) == ["nothing", "offer"]
    assert summary["out"].startswith(f"results{os.sep}two-")
    departures = summary["policies"]["offer"]["departures"]
    assert set(departures) == {"mean", "mc_error", "q05", "q50", "q95", "difference_to_reference"}
    assert departures["difference_to_reference"]["mean"] > 0


@pytest.mark.slow
@pytest.mark.usefixtures("done")
def test_executors_give_the_same(folder: Path) -> None:
    summaries: list[Any] = []
    for executor in ("threads", "processes"):
        out = offramp(
            "run", "two.toml", "--draws", 6, "--jobs", 2, "--executor", executor, "--out", executor, "--json",
            folder=folder,
        )  # fmt: skip
        assert out.returncode == 0, out.stderr
        summaries.append({**json.loads(out.stdout), "out": None})
    assert summaries[0] == summaries[1]


@pytest.mark.usefixtures("done")
def test_draws_from_an_earlier_run(folder: Path) -> None:
    words = ("run", "two.toml", "--draws", 8, "--out", "given", "--draws-from", "first/draws.parquet")
    assert offramp(*words, folder=folder).returncode == 0
    both = offramp(*words, "--prior", "main", folder=folder)
    assert both.returncode == 2
    assert "--draws-from" in both.stderr


@pytest.mark.usefixtures("done")
def test_prior_sets_by_name(folder: Path) -> None:
    words = ("run", "two.toml", "--draws", 8, "--out", "first", "--prior")
    assert "This run is done already" in offramp(*words, "main", folder=folder).stderr
    unknown = offramp(*words, "pessimist", folder=folder)
    assert unknown.returncode == 2
    assert "there is no prior set `pessimist`" in unknown.stderr


@pytest.mark.usefixtures("done")
def test_plan_runs_nothing(folder: Path) -> None:
    found = offramp("run", "two.toml", "--plan", "--out", "never", folder=folder)
    assert found.returncode == 0, found.stderr
    assert "Steps of a day" in found.stdout
    assert "one draw under 3 policies" in found.stdout
    assert not (folder / "never").exists()
    plan = json.loads(offramp("run", "two.toml", "--plan", "--json", folder=folder).stdout)
    assert set(plan) == {"steps", "costs"}
    assert plan["costs"]["draws"] == 200


@pytest.mark.parametrize(
    "words",
    [
        ("--draws", "0"),
        ("--draws", "10000001"),
        ("--draws", "many"),
        ("--seed", "-1"),
        ("--seed", str(2**32)),
        ("--soldiers", "0"),
        ("--jobs", "257"),
        ("--executor", "dask"),
        ("--policy", "ofer"),
        ("--draws-from", "none.csv"),
        ("--no-such-option",),
        ("--out", "two.toml"),
    ],
)
def test_wrong_options_end_with_2_and_a_sentence(folder: Path, words: tuple[str, ...]) -> None:
    found = offramp("run", "two.toml", *words, folder=folder)
    assert found.returncode == 2, found.stderr
    assert found.stdout == ""
    assert found.stderr
    assert "Traceback" not in found.stderr


def test_every_problem_of_a_file_is_told(folder: Path) -> None:
    (folder / "wrong.toml").write_text(
        SCENARIO.replace("days = 30", "days = 0").replace("size = 2000", "size = -1")
    )
    found = offramp("run", "wrong.toml", "--json", folder=folder)
    assert found.returncode == 2
    assert "2 problems" in found.stderr
    assert found.stdout == ""
    assert offramp("run", "no-such-scenario", folder=folder).returncode == 2


def test_a_failure_ends_with_1_and_a_sentence(folder: Path) -> None:
    found = offramp("run", "two.toml", "--draws", 2, "--out", "two.toml/inside", folder=folder)
    assert found.returncode == 1
    assert "cannot be written" in found.stderr
    assert "Traceback" not in found.stderr


def test_what_should_not_happen_is_told_and_shown_on_demand(folder: Path) -> None:
    code = (
        "import offramp.scenario as s, sys; from offramp.cli import main\n"
        "def broken(name): raise ZeroDivisionError('by design')\n"
        "s.load = broken; sys.argv = ['offramp', 'run', 'x']; main()"
    )
    for debug in ("", "1"):
        found = subprocess.run(
            [sys.executable, "-c", code],
            cwd=folder,
            env={**os.environ, "OFFRAMP_DEBUG": debug},
            capture_output=True,
            text=True,
        )
        assert found.returncode == 1
        assert ("Traceback" in found.stderr) == bool(debug)
        assert ("OFFRAMP_DEBUG=1" in found.stderr) != bool(debug)


@pytest.mark.usefixtures("done")
def test_a_closed_pipe_is_quiet(folder: Path) -> None:
    program = f"{sys.executable} -c 'from offramp.cli import main; main()'"
    command = f"{program} run two.toml --draws 8 --out first --json"
    found = subprocess.run(
        ["bash", "-c", f"{command} 2>errors | true; echo ${{PIPESTATUS[0]}}"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert found.stdout.strip() == "0"
    errors = (folder / "errors").read_text()
    assert "Traceback" not in errors
    assert "BrokenPipe" not in errors


@pytest.mark.slow
@pytest.mark.usefixtures("done")
def test_ctrl_c_ends_with_130_and_the_same_command_goes_on(folder: Path) -> None:
    words = [
        *OFFRAMP,
        "run",
        "two.toml",
        "--draws",
        "1200",
        "--out",
        "stopped",
        "--json",
        "--soldiers",
        "2000",
    ]
    process = subprocess.Popen(words, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    end = time.monotonic() + 60
    while len(list((folder / "stopped" / "chunks").glob("*.chunk"))) < 3:
        assert time.monotonic() < end
        assert process.poll() is None, process.stderr
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert output == ""
    assert "The same command goes on from there." in errors
    again = subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=120)
    assert again.returncode == 0, again.stderr
    assert json.loads(again.stdout)["draws"] == 1200


@pytest.mark.slow
@pytest.mark.usefixtures("done")
def test_ctrl_c_within_a_draw_that_takes_minutes(folder: Path) -> None:
    """The compiled day loop looks at a flag, so that nobody waits for the end of the draw."""
    text = 'title = "Long"\nstart = 2022-02-24\ndays = 10_000\n[[group]]\nname = "all"\nsize = 160_000\n'
    text += '[[route]]\nname = "leave"\nwindow_per_day = 3.0\nutility = -50.0\n'
    (folder / "long.toml").write_text(text)
    words = [
        *OFFRAMP,
        "run",
        "long.toml",
        "--soldiers",
        "160000",
        "--draws",
        "2",
        "--jobs",
        "1",
        "--out",
        "long",
    ]
    process = subprocess.Popen(words, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    end = time.monotonic() + 60
    while not (folder / "long" / "chunks").is_dir():
        assert time.monotonic() < end
        time.sleep(0.01)
    time.sleep(3.0)
    assert process.poll() is None, process.communicate()
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 130, errors
    assert "Stopped with 0 of 2 draws done" in errors


@pytest.mark.slow
@pytest.mark.usefixtures("done")
def test_kill_9_at_five_random_times(folder: Path) -> None:
    """The real engine, killed in its work: the run that goes on equals one that was never killed."""
    words = ["run", "two.toml", "--draws", "1000", "--soldiers", "2000", "--json", "--out"]
    chance = random.Random(9)
    for number in range(5):
        process = subprocess.Popen(
            [*OFFRAMP, *words, "killed"], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        end = time.monotonic() + 60
        while len(list((folder / "killed" / "chunks").glob("*.chunk"))) <= number:
            assert time.monotonic() < end
            time.sleep(0.005)
        time.sleep(chance.uniform(0.0, 0.1))
        assert process.poll() is None, "the run was over before it could be killed"
        process.kill()
        process.wait()
    killed, whole = (offramp(*words, out, folder=folder) for out in ("killed", "whole"))
    assert killed.returncode == whole.returncode == 0, killed.stderr
    for name in ("draws", "daily", "totals"):
        first, second = (pl.read_parquet(folder / out / f"{name}.parquet") for out in ("killed", "whole"))
        assert first.equals(second), name


@pytest.mark.usefixtures("done")
def test_a_bar_on_a_terminal_only(folder: Path) -> None:
    master, slave = pty.openpty()
    shown = b""
    with subprocess.Popen(
        [*OFFRAMP, "run", "two.toml", "--draws", "40", "--out", "bar", "--json"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=slave,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "100"},
    ) as process:
        os.close(slave)
        # Reading fails once the other end is closed.
        with contextlib.suppress(OSError):
            while piece := os.read(master, 4096):
                shown += piece
        os.close(master)
        assert process.stdout is not None
        json.loads(process.stdout.read())
    assert process.returncode == 0
    assert b"/40" in shown
