"""A chunk: what one task computed, as bytes that prove themselves.

A chunk holds the inputs and outcomes of consecutive draws under all policies, and for the first draws of a
run their daily paths and daily money. Its layout is: a magic line, the SHA-256 of all that follows, a line of JSON, the
numbers. A truncated, corrupt or foreign file is recognised by these and is never read as data.

Paths are kept without loss: each soldier count is XORed with the count of the day before, bytes of equal
weight are put together, and the result is deflated. Each (policy, group) is a segment of its own, so that
summaries can be made slice by slice. Money follows in the same way, each (policy, account) by itself.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
PathArray = NDArray[np.float32]

MAGIC: Final = b"offramp chunk 2\n"
DIGEST: Final = 64
HEADER_MOST: Final = 64 * 2**20


class BadChunk(Exception):
    """A file is no chunk of this run. The message says why; the store tells it and computes anew."""


@dataclass(frozen=True)
class Shape:
    """What every chunk of a run has in common."""

    policies: int
    rows: int
    """Rows of a path: days + 1."""
    groups: int
    states: int

    def path_bytes(self) -> int:
        """Bytes of the paths of one draw under all policies, before compression."""
        return 4 * self.policies * self.rows * self.groups * self.states


@dataclass(frozen=True)
class Header:
    """The line of JSON: everything about a chunk but its numbers."""

    run: str
    """Identity of the run."""
    start: int
    stop: int
    inputs: int
    outcomes: tuple[str, ...]
    shape: Shape
    accounts: tuple[str, ...]
    """Names of the daily money, in its order."""
    segments: tuple[int, ...]
    """Bytes of the path segments, policies outermost, then groups, and of those of money, policies outermost, then accounts;
    empty when paths were not kept."""

    @property
    def draws(self) -> int:
        """Draws in the chunk."""
        return self.stop - self.start

    @property
    def table_bytes(self) -> int:
        """Bytes of the table of inputs and outcomes."""
        return 8 * self.draws * (self.inputs + self.shape.policies * len(self.outcomes))


@dataclass(frozen=True)
class Chunk:
    """A valid chunk on disk: where its numbers are."""

    path: Path
    header: Header
    table_at: int
    """Offset in the file of the table; the path segments follow it."""

    def table(self) -> tuple[FloatArray, FloatArray]:
        """Inputs [draws, inputs] and outcomes [draws, policies, outcomes]."""
        header = self.header
        with self.path.open("rb") as file:
            file.seek(self.table_at)
            numbers = np.frombuffer(file.read(header.table_bytes), dtype="<f8")
        split = header.draws * header.inputs
        inputs = numbers[:split].reshape(header.draws, header.inputs)
        outcomes = numbers[split:].reshape(header.draws, header.shape.policies, len(header.outcomes))
        return inputs, outcomes

    def paths(self, policy: int, group: int) -> PathArray:
        """Paths of one policy and group in persons, [states, draws, days + 1]."""
        shape = self.header.shape
        packed = self._segment(policy * shape.groups + group)
        return _unpack(packed, (shape.states, self.header.draws, shape.rows), "<f4")

    def money(self, policy: int, account: int) -> FloatArray:
        """Dollars of one policy and account up to each day, [draws, days + 1]."""
        shape, accounts = self.header.shape, len(self.header.accounts)
        packed = self._segment(shape.policies * shape.groups + policy * accounts + account)
        return _unpack(packed, (self.header.draws, shape.rows), "<f8")

    def _segment(self, at: int) -> bytes:
        with self.path.open("rb") as file:
            file.seek(self.table_at + self.header.table_bytes + sum(self.header.segments[:at]))
            return file.read(self.header.segments[at])


def encode(
    run: str,
    start: int,
    inputs: FloatArray,
    outcomes: FloatArray,
    names: Sequence[str],
    shape: Shape,
    paths: Sequence[PathArray],
    money: Sequence[Mapping[str, FloatArray]],
) -> bytes:
    """The bytes of a chunk. inputs [draws, inputs], outcomes [draws, policies, outcomes];
    paths: one array [policies, days + 1, groups, states] a draw, or nothing at all; money: likewise, by account
    [policies, days + 1]."""
    accounts = tuple(money[0]) if money else ()
    segments = [*_segments(paths, shape), *_accounts(money, accounts, shape)] if paths else []
    header = {
        "run": run,
        "start": start,
        "stop": start + len(inputs),
        "inputs": inputs.shape[1],
        "outcomes": list(names),
        "shape": [shape.policies, shape.rows, shape.groups, shape.states],
        "accounts": list(accounts),
        "segments": [len(segment) for segment in segments],
    }
    line = json.dumps(header, separators=(",", ":")).encode() + b"\n"
    numbers = [np.ascontiguousarray(part, dtype="<f8").tobytes() for part in (inputs, outcomes)]
    body = b"".join([line, *numbers, *segments])
    return b"".join([MAGIC, hashlib.sha256(body).hexdigest().encode(), b"\n", body])


def open_chunk(path: Path, run: str) -> Chunk:
    """Check a file and find its parts. Raises BadChunk when it is damaged or belongs to another run."""
    with path.open("rb") as file:
        if file.read(len(MAGIC)) != MAGIC:
            raise BadChunk("it is no chunk")
        digest = file.read(DIGEST + 1)
        if hashlib.file_digest(file, "sha256").hexdigest().encode() + b"\n" != digest:
            raise BadChunk("its checksum does not match: it is damaged or was cut off")
        body_at = len(MAGIC) + DIGEST + 1
        file.seek(body_at)
        line = file.readline(HEADER_MOST)
    header = _header(line)
    if header.run != run:
        raise BadChunk("it belongs to another run")
    table_at = body_at + len(line)
    if path.stat().st_size != table_at + header.table_bytes + sum(header.segments):
        raise BadChunk("its length does not fit its contents")
    return Chunk(path, header, table_at)


def _header(line: bytes) -> Header:
    try:
        found: dict[str, Any] = json.loads(line)
        return Header(
            run=found["run"],
            start=found["start"],
            stop=found["stop"],
            inputs=found["inputs"],
            outcomes=tuple(found["outcomes"]),
            shape=Shape(*found["shape"]),
            accounts=tuple(found["accounts"]),
            segments=tuple(found["segments"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise BadChunk("its header cannot be read") from error


def _segments(paths: Sequence[PathArray], shape: Shape) -> list[bytes]:
    packed: list[bytes] = []
    for policy in range(shape.policies):
        for group in range(shape.groups):
            # [draws, days + 1, states] -> [states, draws, days + 1]: days together, where little changes.
            block = np.stack([path[policy, :, group, :] for path in paths]).transpose(2, 0, 1)
            packed.append(_pack(np.ascontiguousarray(block, dtype="<f4")))
    return packed


def _accounts(
    money: Sequence[Mapping[str, FloatArray]], accounts: Sequence[str], shape: Shape
) -> list[bytes]:
    return [
        _pack(np.stack([one[name][policy] for one in money]).astype("<f8"))
        for policy in range(shape.policies)
        for name in accounts
    ]


def _pack(block: NDArray[Any]) -> bytes:
    """block: <f4 or <f8, days along its last axis."""
    size = block.itemsize
    bits = block.view(f"<u{size}")
    changes = bits.copy()
    changes[..., 1:] ^= bits[..., :-1]
    planes = np.ascontiguousarray(changes.view(np.uint8).reshape(-1, size).T)
    # Runs of zeros are what there is to find; looking for more takes half as long again and gains nothing.
    deflate = zlib.compressobj(1, zlib.DEFLATED, zlib.MAX_WBITS, 9, zlib.Z_RLE)
    return deflate.compress(planes.tobytes()) + deflate.flush()


def _unpack(packed: bytes, shape: tuple[int, ...], kind: str) -> NDArray[Any]:
    size = np.dtype(kind).itemsize
    planes = np.frombuffer(zlib.decompress(packed), dtype=np.uint8).reshape(size, -1)
    changes = np.ascontiguousarray(planes.T).view(f"<u{size}").reshape(shape)
    return np.bitwise_xor.accumulate(changes, axis=-1).view(kind)
