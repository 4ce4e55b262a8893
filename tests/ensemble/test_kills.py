"""Kills at any moment: what was told as done stays, and the run that goes on equals one never killed."""

from __future__ import annotations

import random
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from offramp.ensemble.results import Results
from tests.ensemble.conftest import Runner, assert_equal

ROOT = Path(__file__).resolve().parents[2]
DRAWS = 80


def start(out: Path, executor: str, limit: int | None = None) -> subprocess.Popen[str]:
    """limit: most bytes of a file that the process may write."""

    def small_files() -> None:
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    return subprocess.Popen(
        [sys.executable, "-m", "tests.ensemble.bench_run", str(out), executor, str(DRAWS)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=small_files,
    )


def wait_for_draws(process: subprocess.Popen[str], draws: int) -> int:
    """Read progress until so many draws are done; the number that was last told."""
    assert process.stdout is not None
    done = 0
    while done < draws:
        line = process.stdout.readline()
        if not line:
            break
        done = int(line)
    return done


@pytest.fixture
def reference(run_fake: Runner, tmp_path: Path) -> Path:
    return run_fake(tmp_path / "reference", draws=DRAWS).out


@pytest.mark.parametrize("executor", ["threads", "processes"])
def test_ctrl_c(run_fake: Runner, tmp_path: Path, reference: Path, executor: str) -> None:
    out = tmp_path / "r"
    process = start(out, executor)
    told = wait_for_draws(process, 4)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 130, errors
    assert "The same command goes on from there." in errors
    results = run_fake(out, draws=DRAWS)
    assert results.new_draws <= DRAWS - told
    assert_equal(results.out, reference)


@pytest.mark.slow
@pytest.mark.parametrize("executor", ["threads", "processes"])
def test_kill_9_at_five_random_times(
    run_fake: Runner, tmp_path: Path, reference: Path, executor: str
) -> None:
    """Killed while it works, again and again in one folder. What was told as done is never computed again."""
    out = tmp_path / "r"
    chance = random.Random(executor)
    told = 0
    for _ in range(5):
        process = start(out, executor)
        first = wait_for_draws(process, 1) if told == 0 else wait_for_draws(process, told)
        assert first >= told
        time.sleep(chance.uniform(0.0, 0.15))
        process.kill()
        lines = process.communicate(timeout=30)[0].split()
        told = max([told, first, *map(int, lines)])
    assert told < DRAWS, "the kills came too late to test anything"
    results = run_fake(out, draws=DRAWS)
    assert results.new_draws <= DRAWS - told
    assert_equal(results.out, reference)


@pytest.mark.slow
def test_workers_end_with_a_killed_parent(tmp_path: Path) -> None:
    process = start(tmp_path / "r", "processes")
    wait_for_draws(process, 2)
    workers = children(process.pid)
    assert len(workers) >= 2
    process.kill()
    process.communicate(timeout=30)
    end = time.monotonic() + 10
    while any(Path(f"/proc/{pid}").exists() for pid in workers):
        assert time.monotonic() < end, "orphans stay"
        time.sleep(0.05)


def children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    if not listed.exists():
        pytest.skip("this system does not list the children of a process")
    return [int(each) for each in listed.read_text().split()]


def test_a_full_disk_is_told_and_loses_nothing(run_fake: Runner, tmp_path: Path, reference: Path) -> None:
    """A limit on the size of files stands for the full disk: chunks fit, the tables do not."""
    out = tmp_path / "r"
    process = start(out, "threads", limit=14_000)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 1, errors
    assert "cannot be written: File too large" in errors
    assert "What was done before is kept" in errors
    results = run_fake(out, draws=DRAWS)
    assert results.new_draws == 0
    assert_equal(results.out, reference)
    assert Results.open(out).manifest["draws"] == DRAWS


def test_a_disk_too_full_for_a_chunk(run_fake: Runner, tmp_path: Path, reference: Path) -> None:
    out = tmp_path / "r"
    process = start(out, "threads", limit=1_000)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 1, errors
    assert "File too large" in errors
    assert not list((out / "chunks").glob(".*"))
    assert_equal(run_fake(out, draws=DRAWS).out, reference)
