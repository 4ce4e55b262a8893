"""Chunks: no loss, and no damaged byte is read as data."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from offramp.ensemble.chunks import BadChunk, Shape, encode, open_chunk

SHAPE = Shape(policies=2, rows=4, groups=3, states=2)
NAMES = ("departures", "killed")
ACCOUNTS = ("cost_usd", "paid_usd.alliance", "paid_usd.off-ramp")


def paths(draws: int, seed: int = 0) -> list[np.ndarray]:
    rng = np.random.default_rng(seed)
    return [rng.random((2, 4, 3, 2), dtype=np.float32) * 1e5 for _ in range(draws)]


def money(draws: int, seed: int = 0) -> list[dict[str, np.ndarray]]:
    rng = np.random.default_rng(seed)
    return [{name: rng.random((2, 4)) * 1e9 for name in ACCOUNTS} for _ in range(draws)]


def content(draws: int = 3, kept: bool = True, run: str = "run") -> bytes:
    rng = np.random.default_rng(1)
    inputs, outcomes = rng.random((draws, 5)), rng.random((draws, 2, 2))
    outcomes[0, 0, 0] = np.nan
    return encode(
        run, 10, inputs, outcomes, NAMES, SHAPE, paths(draws) if kept else [], money(draws) if kept else []
    )


def test_round_trip(tmp_path: Path) -> None:
    path = tmp_path / "a.chunk"
    path.write_bytes(content())
    chunk = open_chunk(path, "run")
    assert (chunk.header.start, chunk.header.stop, chunk.header.outcomes) == (10, 13, NAMES)
    assert chunk.header.shape == SHAPE
    inputs, outcomes = chunk.table()
    rng = np.random.default_rng(1)
    np.testing.assert_array_equal(inputs, rng.random((3, 5)))
    assert np.isnan(outcomes[0, 0, 0])
    original = np.stack(paths(3))
    for policy in range(2):
        for group in range(3):
            found = chunk.paths(policy, group)
            np.testing.assert_array_equal(found, original[:, policy, :, group, :].transpose(2, 0, 1))
    assert chunk.header.accounts == ACCOUNTS
    for account, name in enumerate(ACCOUNTS):
        for policy in range(2):
            found = chunk.money(policy, account)
            np.testing.assert_array_equal(found, np.stack([one[name][policy] for one in money(3)]))


@given(
    block=hnp.arrays(
        np.float32,
        st.tuples(st.just(2), st.integers(1, 9), st.just(1), st.integers(1, 4)),
        elements=st.floats(width=32, allow_nan=True, allow_infinity=True),
    )
)
def test_any_float_survives(block: np.ndarray, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("chunk") / "a.chunk"
    shape = Shape(*block.shape)
    path.write_bytes(encode("r", 0, np.empty((1, 0)), np.zeros((1, 2, 1)), ("x",), shape, [block], [{}]))
    for policy in range(2):
        found = open_chunk(path, "r").paths(policy, 0)[:, 0].T
        assert found.tobytes() == np.ascontiguousarray(block[policy, :, 0, :]).tobytes()


def test_without_paths_there_are_no_segments(tmp_path: Path) -> None:
    path = tmp_path / "a.chunk"
    path.write_bytes(content(kept=False))
    assert open_chunk(path, "run").header.segments == ()


def test_every_cut_is_detected(tmp_path: Path) -> None:
    whole = content()
    path = tmp_path / "a.chunk"
    for length in [*range(0, 200), *range(200, len(whole), 37)]:
        path.write_bytes(whole[:length])
        with pytest.raises(BadChunk):
            open_chunk(path, "run")


@given(at=st.integers(0, 10**9), flip=st.integers(1, 255))
def test_every_changed_byte_is_detected(at: int, flip: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    damaged = bytearray(content())
    damaged[at % len(damaged)] ^= flip
    path = tmp_path_factory.mktemp("chunk") / "a.chunk"
    path.write_bytes(bytes(damaged))
    with pytest.raises(BadChunk):
        open_chunk(path, "run")


def test_appended_bytes_and_another_run_are_detected(tmp_path: Path) -> None:
    path = tmp_path / "a.chunk"
    path.write_bytes(content() + b"x")
    with pytest.raises(BadChunk, match="damaged"):
        open_chunk(path, "run")
    path.write_bytes(content(run="other"))
    with pytest.raises(BadChunk, match="another run"):
        open_chunk(path, "run")
