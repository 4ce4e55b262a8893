"""Which draws are missing, and in which portions they are computed. Values never depend on it."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from offramp.ensemble.chunks import Chunk

WORK_SECONDS: Final = 2.5
"""Work aimed at in a chunk: half of the 5 s that may be lost, because a shared machine is not steady."""
PORTIONS: Final = 20
"""A chunk is at most this part of the run."""
CHUNK_BYTES: Final = 64 * 2**20
"""Most bytes of a chunk in memory before compression."""


@dataclass(frozen=True)
class Gap:
    """Draws start <= draw < stop that are missing; their paths are to be kept or not."""

    start: int
    stop: int
    paths: bool


def missing(chunks: Sequence[Chunk], draws: int, path_draws: int) -> list[Gap]:
    """Gaps up to `draws`. Draws before `path_draws` must have their paths.

    chunks: valid, in order, without overlap.
    """
    gaps: list[Gap] = []
    at = 0
    for chunk in chunks:
        header = chunk.header
        if not header.segments and header.start < path_draws:
            continue
        gaps += _split(at, min(header.start, draws), path_draws)
        at = max(at, header.stop)
    gaps += _split(at, draws, path_draws)
    return gaps


def _split(start: int, stop: int, path_draws: int) -> list[Gap]:
    edge = min(max(path_draws, start), stop)
    parts = (Gap(start, edge, paths=True), Gap(edge, stop, paths=False))
    return [part for part in parts if part.stop > part.start]


class Portions:
    """Cuts the gaps into portions, by how long draws took so far."""

    def __init__(
        self,
        gaps: Sequence[Gap],
        *,
        draws: int,
        jobs: int,
        path_bytes: int,
        table_bytes: int,
        chunk: int | None = None,
    ) -> None:
        """draws: of the whole run. path_bytes, table_bytes: of one draw. chunk: a fixed size instead, for
        tests.
        """
        self._gaps = deque(gaps)
        self._limit = max(1, draws // PORTIONS)
        self._jobs = jobs
        self._path_bytes = max(path_bytes + table_bytes, 1)
        self._table_bytes = max(table_bytes, 1)
        self._chunk = chunk
        self._seconds: deque[float] = deque(maxlen=64)
        self.remaining = sum(gap.stop - gap.start for gap in gaps)
        """Draws that were not handed out yet."""

    @property
    def measured(self) -> bool:
        """Whether any draw has been timed."""
        return bool(self._seconds)

    def learn(self, draw_seconds: Sequence[float]) -> None:
        """Take note of how long draws took."""
        self._seconds.extend(draw_seconds)

    def next(self) -> Gap | None:
        """The next portion, None when all are handed out."""
        if not self._gaps:
            return None
        gap = self._gaps.popleft()
        size = min(self._size(gap.paths), gap.stop - gap.start)
        if gap.start + size < gap.stop:
            self._gaps.appendleft(Gap(gap.start + size, gap.stop, gap.paths))
        self.remaining -= size
        return Gap(gap.start, gap.start + size, gap.paths)

    def _size(self, paths: bool) -> int:
        if self._chunk is not None:
            return self._chunk
        if not self._seconds:
            return 1
        by_time = int(WORK_SECONDS / max(median(self._seconds), 1e-9))
        by_memory = CHUNK_BYTES // (self._path_bytes if paths else self._table_bytes)
        # Towards the end every worker gets a share.
        by_balance = math.ceil(self.remaining / self._jobs)
        return max(1, min(by_time, by_memory, by_balance, self._limit))
