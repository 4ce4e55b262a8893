"""Draws from a file: everything wrong with it is told together, and a good one is taken as it is."""

from __future__ import annotations

import datetime
import os
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from offramp.ensemble.draws import SobolSampler, input_names
from offramp.ensemble.given import GivenSampler
from offramp.errors import InputError
from offramp.scenario.tables import Scenario
from tests.ensemble.conftest import Runner, assert_equal


def good(bench: Scenario, rows: int = 12) -> pl.DataFrame:
    values = SobolSampler(bench, 1).values(0, rows)
    return pl.DataFrame({f"input.{name}": values[:, i] for i, name in enumerate(input_names(bench))})


@pytest.mark.parametrize("ending", ["parquet", "csv"])
def test_values_come_back_as_written(bench: Scenario, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"draws.{ending}"
    frame = good(bench)
    frame.write_parquet(path) if ending == "parquet" else frame.write_csv(path)
    sampler = GivenSampler(bench, path, 10)
    np.testing.assert_array_equal(sampler.values(2, 10), frame.to_numpy()[2:10])
    assert path.name in sampler.source


def test_the_draws_of_a_run_give_the_run_again(run_fake: Runner, tmp_path: Path) -> None:
    first = run_fake(tmp_path / "a")
    second = run_fake(tmp_path / "b", draws_from=first.out / "draws.parquet")
    assert_equal(first.out, second.out)
    assert second.manifest["draws_from"] == "draws.parquet"
    assert first.manifest["run"] != second.manifest["run"]


def problems_of(bench: Scenario, path: Path, draws: int = 10) -> str:
    with pytest.raises(InputError) as caught:
        GivenSampler(bench, path, draws)
    return str(caught.value)


def test_missing_and_unknown_columns_are_told_together(bench: Scenario, tmp_path: Path) -> None:
    path = tmp_path / "draws.csv"
    good(bench).rename({"input.group.front.relative_risk": "input.group.front.relative_risks"}).with_columns(
        weight=1.0
    ).write_csv(path)
    said = problems_of(bench, path)
    assert "column `input.group.front.relative_risk` is missing" in said
    assert "Did you mean `input.group.front.relative_risk`?" in said
    assert "column `weight` is unknown" in said


def test_bad_values_are_told_together(bench: Scenario, tmp_path: Path) -> None:
    path = tmp_path / "draws.csv"
    frame = good(bench).with_columns(pl.all().cast(pl.String))
    columns = frame.columns
    frame[3, columns[0]] = "eleven"
    frame[4, columns[0]] = "nan"
    frame[5, columns[1]] = "-2"
    frame[6, columns[2]] = "0.5"
    frame.write_csv(path)
    said = problems_of(bench, path)
    assert f"`{columns[0]}` is the text 'eleven' in row 4 (1 such row)" in said
    assert f"`{columns[0]}` is missing or no finite number in row 5 (1 such row)" in said
    assert f"`{columns[1]}` is -2 in row 6" in said
    assert f"`{columns[2]}` is 0.5 in row 7" in said
    assert "within 0.01 and 0.05" in said


def test_rows_are_those_of_the_file(bench: Scenario, tmp_path: Path) -> None:
    """Other policies and another order of draws do not move the row that a message names."""
    path = tmp_path / "draws.parquet"
    frame = good(bench).with_columns(pl.all().cast(pl.String))
    name = frame.columns[0]
    frame[2, name] = "x" * 100
    reference = frame.with_columns(policy=pl.lit("a"), draw=pl.Series(range(frame.height))[::-1])
    other = reference.with_columns(pl.lit("b").alias("policy"), pl.lit("words").alias(name))
    pl.concat([reference, other]).write_parquet(path)
    said = problems_of(bench, path, 12)
    assert f"`{name}` is the text '{'x' * 40}...' in row 3 (1 such row)" in said
    assert "words" not in said


def test_a_column_of_dates_is_no_column_of_numbers(bench: Scenario, tmp_path: Path) -> None:
    path = tmp_path / "draws.parquet"
    frame = good(bench)
    frame.with_columns(pl.lit(datetime.date(2022, 2, 24)).alias(frame.columns[1])).write_parquet(path)
    assert f"column `{frame.columns[1]}` holds Date, no numbers" in problems_of(bench, path)


def test_too_few_rows(bench: Scenario, tmp_path: Path) -> None:
    path = tmp_path / "draws.parquet"
    good(bench).write_parquet(path)
    assert "12 rows, 13 draws were asked for" in problems_of(bench, path, 13)


@pytest.mark.parametrize("content", [b"", b"PAR1" + bytes(100) + b"PAR1", b"\x00\xff" * 500])
@pytest.mark.parametrize("ending", ["parquet", "csv", "xlsx"])
def test_hostile_files_are_refused(bench: Scenario, tmp_path: Path, content: bytes, ending: str) -> None:
    path = tmp_path / f"draws.{ending}"
    path.write_bytes(content)
    assert str(path) in problems_of(bench, path)


def test_no_file_and_a_folder(bench: Scenario, tmp_path: Path) -> None:
    assert "cannot be read" in problems_of(bench, tmp_path / "none.csv")
    assert "is not a file" in problems_of(bench, tmp_path)


def test_too_much_to_hold_is_refused_before_reading(bench: Scenario, tmp_path: Path) -> None:
    path = tmp_path / "draws.parquet"
    good(bench).write_parquet(path)
    assert "the most one may give" in problems_of(bench, path, 2**26)


def test_a_draw_is_one_world(bench: Scenario, tmp_path: Path) -> None:
    path = tmp_path / "draws.csv"
    frame = good(bench, 4).with_row_index("draw").with_columns(policy=pl.lit("a"))
    same = frame.with_columns(policy=pl.lit("b"))
    pl.concat([frame, same]).write_csv(path)
    assert GivenSampler(bench, path, 4).values(0, 4).shape[0] == 4
    column = next(c for c in frame.columns if c.startswith("input."))
    other = same.with_columns(pl.when(pl.col("draw") == 2).then(0.5).otherwise(pl.col(column)).alias(column))
    pl.concat([frame, other]).write_csv(path)
    assert f"`{column}` differ between the rows of draw 2" in problems_of(bench, path, 4)
    pl.concat([frame, frame]).write_csv(path)
    assert "draw 0 stands 2 times" in problems_of(bench, path, 4)


def test_a_pipe_and_a_device_are_no_tables(bench: Scenario, tmp_path: Path) -> None:
    pipe, device = tmp_path / "pipe.csv", tmp_path / "device.csv"
    os.mkfifo(pipe)
    device.symlink_to("/dev/zero")
    for path in (pipe, device):
        assert "is not a file" in problems_of(bench, path)


def test_a_message_holds_no_control_characters(bench: Scenario, tmp_path: Path) -> None:
    path = tmp_path / "draws.csv"
    good(bench).with_columns(pl.lit(1).alias("a\x1b[31mred" + "x" * 500)).write_csv(path)
    said = problems_of(bench, path)
    assert "\x1b" not in said
    assert "x" * 200 not in said


def test_rivals_and_shares(tmp_path: Path) -> None:
    from offramp.scenario.quantities import Law, Shares
    from tests.ensemble.test_draws import with_inputs

    shares = Shares("s", ("s.a", "s.b"), ("a", "b"), (1.0, 1.0))
    scenario = with_inputs({"x": Law("rivals", (1.0, 0.5, 2.0, 0.5))}, shares=(shares,))
    path = tmp_path / "draws.csv"
    pl.DataFrame({"input.x": [1.0, 2.0], "input.s.a": [0.25, 0.5], "input.s.b": [0.75, 0.5]}).write_csv(path)
    assert GivenSampler(scenario, path, 2).values(0, 2).tolist() == [[1.0, 0.25, 0.75], [2.0, 0.5, 0.5]]
    pl.DataFrame({"input.x": [1.0, 1.5], "input.s.a": [0.25, 0.5], "input.s.b": [0.75, 0.6]}).write_csv(path)
    said = problems_of(scenario, path, 2)
    assert "`input.x` is 1.5 in row 2" in said
    assert "one of 1, 2" in said
    assert "`s` are no shares that sum to 1 in row 2" in said
