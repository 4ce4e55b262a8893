"""The terminal table: fits, says harms and errors, and survives hostile names."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from rich.console import Console

from offramp.show.table import render_table
from tests.show import synthetic


def printed(run: synthetic.Results, width: int, verdict: str = "") -> str:
    out = io.StringIO()
    render_table(run, Console(file=out, width=width, force_terminal=False), verdict=verdict)
    return out.getvalue()


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
def test_fits_the_terminal(full: synthetic.Results, width: int) -> None:
    lines = printed(full, width).splitlines()
    assert max(map(len, lines)) <= width


def test_five_policies_side_by_side_at_eighty(full: synthetic.Results) -> None:
    text = printed(full, 80)
    assert text.count("(reference)") == 1
    for words in (
        "by desert",
        "Departures net",
        "Failed attempts",
        "Killed while",
        "Families harmed",
        "Cost per net",
    ):
        assert words in text
    assert "Front collapses" in text
    assert "Tips into mass" in text
    assert "<1.5 %" in text  # none of 200 draws is no proof
    for words in (
        "Caught",
        "imprisoned",
        "Caught and sent",
        "Deaths in the",
        "Deaths averted",
        "Still waiting",
    ):
        assert words in text
    assert "±" in text


def test_narrow_terminals_repeat_the_reference(full: synthetic.Results) -> None:
    text = printed(full, 45)
    assert text.count("(reference)") > 1


def test_says_whether_draws_suffice_and_what_is_left_out(full: synthetic.Results) -> None:
    text = " ".join(printed(full, 100, verdict="Two hundred draws do.").split())
    assert "Two hundred draws do." in text
    assert "Not modelled here:" in text
    assert "escalation" in text


def test_one_draw(bare: synthetic.Results) -> None:
    text = printed(bare, 80)
    assert "One draw: no interval" in text
    assert "±" not in text


def test_markup_in_names_is_text(tmp_path: Path) -> None:
    run = synthetic.bare(tmp_path, names=("g", "[red]x[/red]", "[link=http://a]y"))
    run.scenario = replace(run.scenario, title="[bold]t[/bold]")
    text = printed(run, 80)
    assert "[bold]t[/bold]" in text
    assert "[red]x[/red]" in text


def test_missing_ratio_is_explained(full: synthetic.Results) -> None:
    run = replace(full, draws=full.draws.with_columns(pl.lit(5.0).alias("outcome.departures")))
    text = " ".join(printed(run, 120).split())
    assert "none*" in text
    assert "No cost per net departure" in text


def test_what_is_no_count_keeps_its_digits(full: synthetic.Results) -> None:
    """A crackdown of 0.089 is no count of less than one."""
    crackdown = (0.08 + 0.02 * (pl.col("draw") % 10) / 10.0).alias("outcome.crackdown_mean")
    text = printed(replace(full, draws=full.draws.with_columns(crackdown)), 200)
    (row,) = re.findall(r"Crackdown.*\n.*", text)
    assert "0.089 ±0.0004" in row
    assert "0.08\N{EN DASH}0.098" in row
    assert "<1" not in row
