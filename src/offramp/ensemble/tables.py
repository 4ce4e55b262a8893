"""From chunks to the files of the results folder, slice by slice: no file is ever whole in memory.

Quantiles over draws are numpy's default, linear between order statistics. Rows are in a fixed order, so that
the same draws give the same file whatever the chunks were.
"""

from __future__ import annotations

import os
import re
from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from offramp.ensemble.chunks import Chunk, Shape
from offramp.ensemble.files import TEMPORARY, replacing, told
from offramp.errors import OfframpError

if TYPE_CHECKING:
    import polars as pl

FloatArray = NDArray[np.float64]
Item = TypeVar("Item")
Result = TypeVar("Result")

QUANTILES: Final = (0.05, 0.25, 0.5, 0.75, 0.95)
STATISTICS: Final = ("mean", "q05", "q25", "q50", "q75", "q95")
DAILY_DRAWS: Final = 2_000
"""Draws whose daily paths are kept, at most."""
PATHS_MOST: Final = 2**32
"""Bytes of paths, before compression, that are kept for daily quantiles; fewer draws are when they would be
more.
"""
SLICE_MOST: Final = 2**28
"""The same for one policy and group, which is what is held in memory at once."""
MONEY: Final = "money"
"""Scope of dollars among the totals."""
BATCH_VALUES: Final = 2**23
"""Values in one batch of rows."""


@dataclass(frozen=True)
class Labels:
    """Names along the axes of the tables."""

    policies: tuple[str, ...]
    groups: tuple[str, ...]
    places: tuple[str, ...]
    """theatre or home, parallel to groups."""
    states: tuple[str, ...]
    inputs: tuple[str, ...]
    days: int

    @property
    def shape(self) -> Shape:
        """Shape of the paths of one draw."""
        return Shape(len(self.policies), self.days + 1, len(self.groups), len(self.states))


def daily_draws_most(shape: Shape) -> int:
    """Draws on which daily quantiles may rest: 2,000, or fewer where paths would fill memory or disk."""
    total = shape.path_bytes()
    piece = total // max(shape.policies * shape.groups, 1)
    return max(1, min(DAILY_DRAWS, PATHS_MOST // max(total, 1), SLICE_MOST // max(piece, 1)))


def draw_frames(chunks: Sequence[Chunk], labels: Labels, draws: int) -> Iterator[pl.DataFrame]:
    """Rows of draws.parquet: one a draw and policy, in the order of draws, then policies."""
    names = common_outcomes(chunks)
    held: list[tuple[FloatArray, FloatArray]] = []
    start = stop = 0
    for chunk in chunks:
        count = min(chunk.header.stop, draws) - chunk.header.start
        if count <= 0:
            continue
        inputs, outcomes = chunk.table()
        held.append((inputs[:count], outcomes[:count]))
        stop += count
        if (stop - start) * len(labels.policies) * (len(labels.inputs) + len(names) + 2) >= BATCH_VALUES:
            yield _draw_frame(held, labels, names, start)
            held, start = [], stop
    if held:
        yield _draw_frame(held, labels, names, start)


def _draw_frame(
    held: Sequence[tuple[FloatArray, FloatArray]], labels: Labels, names: Sequence[str], start: int
) -> pl.DataFrame:
    import polars as pl

    inputs = np.concatenate([each for each, _ in held])
    outcomes = np.concatenate([each for _, each in held])
    policies, count = len(labels.policies), len(inputs)
    columns: dict[str, Any] = {
        "policy": pl.Series(labels.policies, dtype=pl.String).gather(np.tile(np.arange(policies), count)),
        "draw": np.repeat(np.arange(start, start + count, dtype=np.int32), policies),
    }
    for name, values in zip(labels.inputs, inputs.T, strict=True):
        columns[f"input.{name}"] = np.repeat(values, policies)
    # [outcomes, draws * policies]; an outcome undefined in a draw (a cost per departure without departures) is a null.
    rows = np.ascontiguousarray(outcomes.reshape(-1, len(names)).T)
    for name, values in zip(names, rows, strict=True):
        columns[f"outcome.{name}"] = pl.Series(values, nan_to_null=True)
    return pl.DataFrame(columns)


def common_outcomes(chunks: Sequence[Chunk]) -> tuple[str, ...]:
    """Names of the outcomes, which every chunk must share."""
    found = {chunk.header.outcomes for chunk in chunks}
    if len(found) != 1:
        raise OfframpError("The outcomes differ between draws; a defect of the model, please report it.")
    return found.pop()


def daily_frames(
    chunks: Sequence[Chunk], labels: Labels, draws: int, totals: list[pl.DataFrame], jobs: int
) -> Iterator[pl.DataFrame]:
    """Rows of daily.parquet by policy, group, state, day; appends the rows of totals.parquet to `totals`.

    Quantiles of a sum are not sums of quantiles, so totals over groups, and sums of states of the force, are
    made of the same paths, in the same pass. Money is a scope of its own among the totals. jobs: threads, fewer
    where blocks are large.
    """
    block_bytes = labels.shape.path_bytes() // max(len(labels.policies) * len(labels.groups), 1) * draws
    jobs = max(1, min(jobs, 2 * SLICE_MOST // max(block_bytes, 1)))
    places = [(p, g) for p in range(len(labels.policies)) for g in range(len(labels.groups))]
    scopes = {"theatre": "force", "home": "home"}
    held, accounts = _held(chunks, draws), chunks[0].header.accounts

    def of_group(place: tuple[int, int]) -> tuple[NDArray[np.float32], FloatArray]:
        block = _block(chunks, *place, draws)
        return block, _summaries(block)

    def of_account(place: tuple[int, int]) -> FloatArray:
        return summarise(_money(chunks, *place, draws))

    with ThreadPoolExecutor(jobs, thread_name_prefix="offramp-tables") as pool:
        groups = _ahead(pool, of_group, places, jobs)
        for p, policy in enumerate(labels.policies):
            sums: dict[str, FloatArray] = {}
            for g, group in enumerate(labels.groups):
                block, table = next(groups)
                scope = scopes[labels.places[g]]
                if scope in sums:
                    sums[scope] += block
                else:
                    sums[scope] = block.astype(np.float64)
                yield _rows(table, {"policy": policy, "group": group}, labels.states)
            # Added in a fixed order, home to force.
            sums["all"] = sum(sums.values(), start=np.zeros(1))
            for scope, table in zip(sums, _ahead(pool, _summaries, list(sums.values()), jobs), strict=True):
                totals.append(_rows(table, {"policy": policy, "scope": scope}, labels.states))
            added = _sums_of_states(sums["force"], labels, held, p) if "force" in sums else {}
            if added:
                tables = _ahead(pool, summarise, list(added.values()), jobs)
                totals.append(
                    _rows(np.stack(list(tables)), {"policy": policy, "scope": "force"}, tuple(added))
                )
            if accounts:
                tables = _ahead(pool, of_account, [(p, a) for a in range(len(accounts))], jobs)
                totals.append(_rows(np.stack(list(tables)), {"policy": policy, "scope": MONEY}, accounts))


def _sums_of_states(
    force: FloatArray, labels: Labels, held: Mapping[str, FloatArray], policy: int
) -> dict[str, FloatArray]:
    """Sums of states of the force, draw by draw, [draws, days + 1] each.

    `strength`: serving or waiting. `lost.<route>`: gone by the route, or caught on it and in prison. The
    paths count prisoners of all routes together; each draw's own shares at the end of the run divide them.
    force: persons [states, draws, days + 1]; held: route -> shares of the prisoners [draws, policies].
    """
    path = dict(zip(labels.states, force, strict=True))
    found: dict[str, FloatArray] = {}
    if {"serving", "waiting"} <= path.keys():
        found["strength"] = path["serving"] + path["waiting"]
    for route, shares in held.items():
        found[f"lost.{route}"] = path[route] + path["imprisoned"] * shares[:, policy, None]
    return found


def _held(chunks: Sequence[Chunk], draws: int) -> dict[str, FloatArray]:
    """Shares of the prisoners at the end of the run who were caught on each route, [draws, policies]."""
    names = common_outcomes(chunks)
    prefix = "imprisoned."
    routes = [name for name in names if name.startswith(prefix) and name != f"{prefix}waiting"]
    if not routes:
        return {}
    outcomes = np.concatenate([c.table()[1] for c in chunks if c.header.start < draws])[:draws]
    total = outcomes[:, :, names.index("imprisoned")]
    return {
        name.removeprefix(prefix): np.divide(
            outcomes[:, :, names.index(name)], total, out=np.zeros_like(total), where=total > 0.0
        )
        for name in routes
    }


def _ahead(
    pool: Executor, work: Callable[[Item], Result], items: Sequence[Item], ahead: int
) -> Iterator[Result]:
    """Results in the order of the items, never more than `ahead` of them under way or waiting."""
    pending: deque[Future[Result]] = deque()
    for item in items:
        if len(pending) >= ahead:
            yield pending.popleft().result()
        pending.append(pool.submit(work, item))
    while pending:
        yield pending.popleft().result()


def _block(chunks: Sequence[Chunk], policy: int, group: int, draws: int) -> NDArray[np.float32]:
    """Paths of one policy and group over the first draws, [states, draws, days + 1]."""
    parts: list[NDArray[np.float32]] = []
    for chunk in chunks:
        count = min(chunk.header.stop, draws) - chunk.header.start
        if count > 0:
            parts.append(chunk.paths(policy, group)[:, :count])
    return np.concatenate(parts, axis=1)


def _money(chunks: Sequence[Chunk], policy: int, account: int, draws: int) -> FloatArray:
    """Dollars of one policy and account over the first draws, [draws, days + 1]."""
    counts = [(chunk, min(chunk.header.stop, draws) - chunk.header.start) for chunk in chunks]
    return np.concatenate([chunk.money(policy, account)[:count] for chunk, count in counts if count > 0])


def _summaries(block: NDArray[np.floating[Any]]) -> FloatArray:
    """`summarise` of each state: [states, draws, days + 1] -> [states, days + 1, 6]."""
    return np.stack([summarise(paths) for paths in block])


def _rows(table: FloatArray, texts: Mapping[str, str], states: Sequence[str]) -> pl.DataFrame:
    """Rows by state, then day, of summaries [states, days + 1, 6]; `texts` are the same in every row."""
    import polars as pl

    rows = table.shape[1]
    count = len(states) * rows
    columns: dict[str, Any] = {
        name: pl.repeat(value, count, dtype=pl.String, eager=True) for name, value in texts.items()
    }
    columns["day"] = np.tile(np.arange(rows, dtype=np.int32), len(states))
    at = np.repeat(np.arange(len(states), dtype=np.int64), rows)
    columns["state"] = pl.Series(states, dtype=pl.String).gather(at)
    columns |= zip(STATISTICS, np.ascontiguousarray(table.reshape(count, -1).T), strict=True)
    middle = ("day", "group") if "group" in texts else ("scope", "day")
    return pl.DataFrame(columns).select("policy", *middle, "state", *STATISTICS)


def summarise(paths: NDArray[np.floating[Any]]) -> FloatArray:
    """Mean and quantiles over draws: paths [draws, days + 1] -> [days + 1, 6], columns as STATISTICS."""
    draws, rows = paths.shape
    if not paths.any():
        return np.zeros((rows, len(STATISTICS)))
    table = np.empty((rows, len(STATISTICS)))
    table[:, 0] = paths.mean(axis=0, dtype=np.float64)
    # Sorting rows that lie together is twenty times as fast as np.quantile over the other axis.
    ordered = np.sort(np.ascontiguousarray(paths.T), axis=1)
    for column, share in enumerate(QUANTILES, start=1):
        at = share * (draws - 1)
        below = int(at)
        above = min(below + 1, draws - 1)
        low, high = ordered[:, below].astype(np.float64), ordered[:, above].astype(np.float64)
        between = at - below
        step = high - low
        table[:, column] = low + step * between if between < 0.5 else high - step * (1.0 - between)
    return table


def path_frames(chunks: Sequence[Chunk], labels: Labels, draws: int) -> Iterator[pl.DataFrame]:
    """Rows of paths.parquet: draws outermost within a chunk's policy, then days, groups, states; persons."""
    import polars as pl

    shape = labels.shape
    groups, states, rows = shape.groups, shape.states, shape.rows
    group_names = pl.Series(labels.groups).gather(np.tile(np.repeat(np.arange(groups), states), rows))
    state_names = pl.Series(labels.states).gather(np.tile(np.arange(states), rows * groups))
    days = np.repeat(np.arange(rows, dtype=np.int32), groups * states)
    for chunk in chunks:
        start, stop = chunk.header.start, min(chunk.header.stop, draws)
        if stop <= start:
            continue
        blocks = [np.stack([chunk.paths(p, g) for g in range(groups)]) for p in range(shape.policies)]
        for draw in range(start, stop):
            for p, policy in enumerate(labels.policies):
                # [groups, states, days + 1] -> rows by day, group, state
                persons = blocks[p][:, :, draw - start].transpose(2, 0, 1).reshape(-1)
                yield pl.DataFrame(
                    {"day": days, "group": group_names, "state": state_names, "persons": persons}
                ).select(
                    pl.lit(policy, pl.String).alias("policy"),
                    pl.lit(draw, pl.Int32).alias("draw"),
                    "day",
                    "group",
                    "state",
                    "persons",
                )


def write_frames(path: Path, frames: Iterator[pl.DataFrame], scratch: Path) -> None:
    """Write a parquet file atomically from any number of frames, a batch at a time; parts go to `scratch`
    first.
    """
    import polars as pl

    parts: list[Path] = []
    try:
        with replacing(path) as temporary:
            batches = _batches(frames)
            first = next(batches)
            for number, batch in enumerate(batches):
                if not parts:
                    parts.append(_part(first, path, scratch, 0))
                parts.append(_part(batch, path, scratch, number + 1))
            with _system_errors():
                if parts:
                    pl.scan_parquet(parts, glob=False).sink_parquet(temporary, compression="snappy")
                else:
                    first.write_parquet(temporary, compression="snappy")
    finally:
        for part in parts:
            part.unlink(missing_ok=True)


def _part(batch: pl.DataFrame, path: Path, scratch: Path, number: int) -> Path:
    part = scratch / f".{path.stem}-{number:06d}.part{TEMPORARY}"
    with told(path), _system_errors():
        batch.write_parquet(part, compression="lz4")
    return part


@contextmanager
def _system_errors() -> Generator[None]:
    """Polars wraps what the system said; give it back as the system's own error."""
    import polars as pl

    try:
        yield
    except pl.exceptions.PolarsError as error:
        number = re.search(r"os error (\d+)", str(error))
        if number is None:
            raise OSError(str(error)) from error
        raise OSError(int(number[1]), os.strerror(int(number[1]))) from error


def _batches(frames: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    import polars as pl

    held: list[pl.DataFrame] = []
    values = 0
    for frame in frames:
        held.append(frame)
        values += frame.height * frame.width
        if values >= BATCH_VALUES:
            yield pl.concat(held, rechunk=True)
            held, values = [], 0
    if held:
        yield pl.concat(held, rechunk=True)
