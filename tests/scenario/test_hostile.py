"""Hostile files end in a refusal that a person can read, within seconds and far below a gigabyte."""

from __future__ import annotations

import multiprocessing
import os
import resource
import sys
import time
from pathlib import Path

import pytest

from offramp.errors import InputError
from offramp.scenario import load, loads, template
from tests.scenario import hostile

SMALL = hostile.small()


@pytest.mark.parametrize("case", SMALL)
def test_small(case: str) -> None:
    with pytest.raises(InputError) as refused:
        loads(SMALL[case], "file.toml")
    sentence = str(refused.value)
    assert 0 < len(sentence) < 20_000
    assert all(character.isprintable() or character == "\n" for character in sentence)


def judge(case: str, answer: multiprocessing.SimpleQueue[tuple[str, float, int]]) -> None:
    """Load one text in a process of its own and report its fate, seconds and kilobytes."""
    text = hostile.large()[case]
    before = time.monotonic()
    try:
        loads(text, "file.toml")
        fate = "accepted"
    except InputError as error:
        fate = f"refused in {len(error.problems)} problems and {len(str(error))} characters"
    answer.put((fate, time.monotonic() - before, peak_kilobytes()))


def peak_kilobytes() -> int:
    """Most memory this process held. getrusage would count what its parent held when it was forked."""
    status = Path("/proc/self/status")
    if status.exists():
        return next(
            int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM")
        )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // (1024 if sys.platform == "darwin" else 1)


@pytest.mark.slow
@pytest.mark.parametrize("case", hostile.large())
def test_large(case: str) -> None:
    context = multiprocessing.get_context("spawn")
    answer: multiprocessing.SimpleQueue[tuple[str, float, int]] = context.SimpleQueue()
    process = context.Process(target=judge, args=(case, answer))
    process.start()
    process.join(60)
    assert process.exitcode == 0, f"exit code {process.exitcode}: it hung or was killed"
    fate, seconds, kilobytes = answer.get()
    assert fate.startswith("refused"), fate
    assert seconds < 20.0
    assert kilobytes < 1_000_000


def refusal(path: Path | str) -> str:
    with pytest.raises(InputError) as refused:
        load(path)
    (problem,) = refused.value.problems
    assert "\n" not in str(problem)
    return str(problem)


def test_a_file_of_a_hundred_megabytes(tmp_path: Path) -> None:
    path = tmp_path / "large.toml"
    with path.open("wb") as file:
        file.truncate(100_000_000)
    assert "larger than 5 MB" in refusal(path)


def test_a_file_of_empty_lines(tmp_path: Path) -> None:
    """To keep comments takes a time that grows with the square of such lines."""
    path = tmp_path / "long.toml"
    path.write_text(template() + "\n" * 100_000, "utf-8")
    assert "more than 100,000 lines" in refusal(path)


def test_what_is_no_file(tmp_path: Path) -> None:
    assert "is not a file" in refusal(tmp_path)
    os.mkfifo(tmp_path / "pipe.toml")
    assert "is not a file" in refusal(tmp_path / "pipe.toml")
    assert "is not a file" in refusal("/dev/zero")
    assert "no such file" in refusal(tmp_path / "none.toml")
    assert "no such file" in refusal(tmp_path / "none.toml" / "below.toml")


def test_links_that_lead_nowhere(tmp_path: Path) -> None:
    (tmp_path / "a.toml").symlink_to(tmp_path / "b.toml")
    (tmp_path / "b.toml").symlink_to(tmp_path / "a.toml")
    assert "cannot be read" in refusal(tmp_path / "a.toml")


@pytest.mark.parametrize("name", ["", "\0", "a" * 5000, "../../nothing", "\x1b[2J", "minimal\n"])
def test_names_of_nothing(name: str) -> None:
    assert refusal(name)


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b"title = '\xe9'", bytes(range(128, 256))])
def test_what_is_no_text(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes(b"# first\n" + data)
    assert "a.toml:2: is not text in UTF-8" in refusal(path)


def test_an_unreadable_file(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text("")
    path.chmod(0)
    if os.access(path, os.R_OK):  # the superuser reads everything
        with pytest.raises(InputError, match="title"):
            load(path)
    else:
        assert "cannot be read" in refusal(path)
