"""Draws that somebody brings along: a table with one column `input.<key path>` for every uncertain input.

The `draws.parquet` of an earlier run is such a table: rows of its first policy are taken in the order of the
draw, and its outcomes are ignored. A draw is one world: where rows of one draw differ in an input, the table is refused.
Everything that is wrong with a table is told together.
"""

from __future__ import annotations

import difflib
import hashlib
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from offramp.ensemble.draws import input_names
from offramp.errors import InputError, Problem
from offramp.scenario.quantities import Shares, Uncertain
from offramp.scenario.tables import Scenario
from offramp.scenario.text import quoted

if TYPE_CHECKING:
    import polars as pl

FloatArray = NDArray[np.float64]

PREFIX: Final = "input."
VALUES_MOST: Final = 2**27
"""Values that are read at most, 1 GiB of numbers."""
BYTES_MOST: Final = 2**33
"""Size of a file that is read at most: text needs several bytes for a number."""
COLUMNS_MOST: Final = 100_000
SUM_TOLERANCE: Final = 1e-6
PROBLEMS_MOST: Final = 40
TEXT_MOST: Final = 40
"""Characters of a wrong cell that a message repeats."""
COLUMN_SHOWN: Final = 120
"""Characters of an unknown column that a message repeats."""
ROW: Final = "row"
"""Column of row numbers; no table that is read has one of this name, as unknown columns are refused before."""


class GivenSampler:
    """Values of the inputs from a file, row by row."""

    def __init__(self, scenario: Scenario, path: Path, draws: int) -> None:
        """Reads the first `draws` rows. Raises InputError with everything that is wrong with the table."""
        self.names = input_names(scenario)
        self.digest = file_digest(path)
        self._values = _read(scenario, path, self.names, draws)
        self.source = f"the file {path.name} (SHA-256 {self.digest})"

    def values(self, start: int, stop: int) -> FloatArray:
        """Values of draws start <= draw < stop, [draws, inputs]."""
        if not 0 <= start <= stop <= len(self._values):
            raise ValueError(f"draws {start} to {stop} are not in the file")
        return self._values[start:stop]


def file_digest(path: Path) -> str:
    """SHA-256 of a file. Raises InputError when it cannot be read, is no file or is too large."""
    try:
        # Asked before it is opened: a pipe would wait for a writer, and a device never ends.
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise InputError([Problem(str(path), "is not a file", "Give a .parquet or .csv file")])
        if found.st_size > BYTES_MOST:
            what = f"is larger than {BYTES_MOST / 2**30:g} GiB"
            raise InputError([Problem(str(path), what, "Keep the columns `input.<key path>` of fewer draws")])
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(
            [Problem(str(path), f"cannot be read: {reason}", "Give a .parquet or .csv file")]
        ) from error


def _read(scenario: Scenario, path: Path, names: Sequence[str], draws: int) -> FloatArray:
    import polars as pl

    if draws * max(len(names), 1) > VALUES_MOST:
        what = (
            f"{draws:,} draws of {len(names):,} inputs are over {VALUES_MOST:,} values, the most one may give"
        )
        raise InputError([Problem(str(path), what, "Ask for fewer --draws")])
    try:
        table = _scan(path)
        schema = table.collect_schema()
        _check_columns(path, schema.names(), names)
        if not names:
            return np.empty((draws, 0))
        values = _checked(scenario, path, _first_rows(table, schema, names, draws), names, draws)
        _check_worlds(path, table, schema, names)
        return values
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, UnicodeError) as error:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
        raise InputError(
            [Problem(str(path), f"cannot be read as a table: {reason}", "Give a .parquet or .csv file")]
        ) from error


def _scan(path: Path) -> pl.LazyFrame:
    import polars as pl

    match path.suffix.lower():
        case ".parquet":
            return pl.scan_parquet(path, glob=False)
        case ".csv":
            # Text first: a number that cannot be read must be told, not turned into a missing one.
            return pl.scan_csv(path, infer_schema=False, glob=False)
        case other:
            what = f"the ending `{other}` is not known" if other else "the file name has no ending"
            raise InputError([Problem(str(path), what, "Give a .parquet or .csv file")])


def _check_columns(path: Path, found: Sequence[str], names: Sequence[str]) -> None:
    """Refuse a table that lacks inputs, or that has columns nobody asked for."""
    if len(found) > COLUMNS_MOST:
        what = f"{len(found):,} columns, more than {COLUMNS_MOST:,}"
        raise InputError([Problem(str(path), what, "Keep the columns `input.<key path>`")])
    wanted = [PREFIX + name for name in names]
    problems = [
        Problem(str(path), f"column `{column}` is missing", "Every uncertain input of the scenario needs one")
        for column in sorted(set(wanted) - set(found))
    ]
    for column in found:
        known = column in wanted or column in ("policy", "draw") or column.startswith("outcome.")
        if not known:
            near = difflib.get_close_matches(column, wanted, 1)
            remedy = f"Did you mean `{near[0]}`?" if near else "Remove it: the scenario has no such input"
            problems.append(Problem(str(path), f"column {quoted(column, COLUMN_SHOWN)} is unknown", remedy))
    _raise(problems)


def _check_worlds(path: Path, table: pl.LazyFrame, schema: pl.Schema, names: Sequence[str]) -> None:
    """Refuse a table in which a draw stands twice under one policy, or for two worlds under two of them."""
    import polars as pl

    if "draw" not in schema:
        return
    keys = ["policy", "draw"] if "policy" in schema else ["draw"]
    twice = table.group_by(keys).len().filter(pl.col("len") > 1).sort(keys).head(1).collect()
    if twice.height:
        what = f"draw {twice['draw'][0]} stands {twice['len'][0]:,} times"
        raise InputError([Problem(str(path), what, "Give every draw a number of its own")])
    # as numbers: 0.1 and 0.10 are the same world
    inputs = [pl.col(PREFIX + name).cast(pl.Float64, strict=False) for name in names]
    worlds = (
        table.select("draw", world=pl.struct(inputs).hash()).group_by("draw").agg(pl.col("world").n_unique())
    )
    torn = worlds.filter(pl.col("world") > 1).sort("draw").head(1).collect()
    if torn.height:
        draw = torn["draw"][0]
        rows = table.filter(pl.col("draw") == draw).select(inputs).collect()
        differs = [f"`{column}`" for column in rows.columns if rows[column].n_unique() > 1]
        what = f"{', '.join(differs[:3])} differ between the rows of draw {draw}"
        raise InputError([Problem(str(path), what, "A draw is one world: give every policy the same inputs")])


def _first_rows(table: pl.LazyFrame, schema: pl.Schema, names: Sequence[str], draws: int) -> pl.DataFrame:
    """The inputs of the first rows as they stand, and `row`, the place of each in the file, from 1."""
    import polars as pl

    table = table.with_row_index(ROW, 1)
    if "policy" in schema:
        first = table.select(pl.col("policy").first()).collect().item()
        table = table.filter(pl.col("policy").eq_missing(pl.lit(first)))
    if "draw" in schema:
        table = table.sort(pl.col("draw").cast(pl.Int64, strict=False), nulls_last=True)
    return table.head(draws).select(ROW, *(PREFIX + name for name in names)).collect()


def _checked(
    scenario: Scenario, path: Path, frame: pl.DataFrame, names: Sequence[str], draws: int
) -> FloatArray:
    import polars as pl

    if frame.height < draws:
        what = f"{frame.height:,} rows, {draws:,} draws were asked for"
        raise InputError(
            [Problem(str(path), what, f"Ask for --draws {max(frame.height, 1)} or give more rows")]
        )
    rows = frame[ROW].to_numpy()
    problems: list[Problem] = []
    values = np.empty((frame.height, len(names)))
    for i, name in enumerate(names):
        column = frame[PREFIX + name]
        if not (column.dtype.is_numeric() or isinstance(column.dtype, pl.String | pl.Null)):
            what = f"column `{PREFIX}{name}` holds {column.dtype}, no numbers"
            problems.append(Problem(str(path), what, "Write numbers into it"))
            values[:, i] = np.nan
            continue
        numbers = column.cast(pl.Float64, strict=False)
        text = (column.is_not_null() & numbers.is_null()).to_numpy()
        values[:, i] = numbers.fill_null(float("nan")).to_numpy()
        problems += _text(path, name, column, text, rows)
        problems += _not_numbers(path, name, ~np.isfinite(values[:, i]) & ~text, rows)
    for i, unknown in enumerate(scenario.inputs):
        problems += _outside(path, unknown, values[:, i], rows)
    first = len(scenario.inputs)
    for shares in scenario.shares:
        problems += _no_shares(path, shares, values[:, first : first + len(shares.names)], rows)
        first += len(shares.names)
    _raise(problems)
    return values


def _text(
    path: Path, name: str, column: pl.Series, text: NDArray[np.bool_], rows: NDArray[Any]
) -> list[Problem]:
    """Cells that hold words where a number is wanted: what stands there, and in which row."""
    bad = np.flatnonzero(text)
    if not len(bad):
        return []
    cell = str(column[int(bad[0])])
    shown = repr(cell if len(cell) <= TEXT_MOST else cell[:TEXT_MOST] + "...")
    what = f"`{PREFIX}{name}` is the text {shown} in row {rows[bad[0]]:,} ({_such(bad)})"
    return [Problem(str(path), what, "Write a number there; rows are counted from 1, without the heading")]


def _not_numbers(path: Path, name: str, missing: NDArray[np.bool_], rows: NDArray[Any]) -> list[Problem]:
    bad = np.flatnonzero(missing)
    if not len(bad):
        return []
    what = f"`{PREFIX}{name}` is missing or no finite number in row {rows[bad[0]]:,} ({_such(bad)})"
    return [
        Problem(str(path), what, "Fill or remove these rows; they are counted from 1, without the heading")
    ]


def _outside(path: Path, unknown: Uncertain, column: FloatArray, places: NDArray[Any]) -> list[Problem]:
    law = unknown.law
    low, high = (float(end) for end in law.quantile([0.0, 1.0]))
    bad = np.isfinite(column) & ((column < low) | (column > high))
    if law.family in ("lognormal", "log-uniform"):
        bad |= column <= 0.0
    within = f"within {low:g} and {high:g}"
    if law.family == "rivals":
        rivals = np.array(law.arguments[0::2])
        bad |= np.isfinite(column) & ~np.isin(column, rivals)
        within = "one of " + ", ".join(f"{rival:g}" for rival in rivals)
    rows = np.flatnonzero(bad)
    if not len(rows):
        return []
    what = f"`{PREFIX}{unknown.path}` is {column[rows[0]]:g} in row {places[rows[0]]:,} ({_such(rows)})"
    return [Problem(str(path), what, f"The scenario's law allows values {within}")]


def _no_shares(path: Path, shares: Shares, parts: FloatArray, places: NDArray[Any]) -> list[Problem]:
    finite = np.isfinite(parts).all(axis=1)
    outside = ((parts < 0.0) | (parts > 1.0)).any(axis=1)
    bad = np.flatnonzero(finite & (outside | (np.abs(parts.sum(axis=1) - 1.0) > SUM_TOLERANCE)))
    if not len(bad):
        return []
    what = (
        f"the parts of `{shares.path}` are no shares that sum to 1 in row {places[bad[0]]:,} ({_such(bad)})"
    )
    return [Problem(str(path), what, f"Parts must lie in 0..1 and sum to 1 within {SUM_TOLERANCE:g}")]


def _such(rows: NDArray[np.intp]) -> str:
    return f"{len(rows):,} such {'row' if len(rows) == 1 else 'rows'}"


def _raise(problems: Sequence[Problem]) -> None:
    if problems:
        shown = list(problems[:PROBLEMS_MOST])
        if len(problems) > PROBLEMS_MOST:
            place, rest = problems[0].place, len(problems) - PROBLEMS_MOST
            shown.append(Problem(place, f"{rest:,} more problems of this kind", "Mend the ones above first"))
        raise InputError(shown)
