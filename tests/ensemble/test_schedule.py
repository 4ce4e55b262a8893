"""Portions: every missing draw once, never more than a twentieth of the run or 5 s of work."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from offramp.ensemble.chunks import Chunk, Header, Shape
from offramp.ensemble.schedule import Gap, Portions, missing


def chunk(start: int, stop: int, paths: bool) -> Chunk:
    shape = Shape(1, 1, 1, 1)
    return Chunk(Path("x"), Header("r", start, stop, 0, (), shape, (), (4,) if paths else ()), 0)


def test_missing() -> None:
    assert missing([], 10, 4) == [Gap(0, 4, True), Gap(4, 10, False)]
    assert missing([], 10, 10) == [Gap(0, 10, True)]
    done = [chunk(0, 3, True), chunk(5, 7, False)]
    assert missing(done, 10, 4) == [Gap(3, 4, True), Gap(4, 5, False), Gap(7, 10, False)]
    assert missing(done, 6, 4) == [Gap(3, 4, True), Gap(4, 5, False)]
    assert missing(done, 2, 2) == []
    # Chunks without paths do not count where paths are to be kept.
    assert missing(done, 10, 10) == [Gap(3, 10, True)]


@given(
    draws=st.integers(1, 500),
    jobs=st.integers(1, 8),
    seconds=st.lists(st.floats(1e-6, 20.0), max_size=20),
    paths=st.integers(0, 500),
)
def test_portions_cover_every_draw_once(draws: int, jobs: int, seconds: list[float], paths: int) -> None:
    portions = Portions(missing([], draws, paths), draws=draws, jobs=jobs, path_bytes=2**21, table_bytes=1000)
    at = 0
    for each in [*seconds, *([0.01] * 1000)]:
        portion = portions.next()
        if portion is None:
            break
        size = portion.stop - portion.start
        assert portion.start == at
        assert 1 <= size <= max(1, draws // 20)
        assert not portion.paths or size <= 32  # 64 MiB
        assert (portion.start < paths) == portion.paths
        at = portion.stop
        portions.learn([each])
    assert at == draws
    assert portions.remaining == 0


def test_portions_follow_the_measured_time() -> None:
    portions = Portions([Gap(0, 10_000, False)], draws=10_000, jobs=2, path_bytes=1, table_bytes=1)
    first = portions.next()
    assert first == Gap(0, 1, False)
    portions.learn([0.025])
    assert portions.next() == Gap(1, 101, False)
    portions.learn([10.0] * 64)
    assert portions.next() == Gap(101, 102, False)
