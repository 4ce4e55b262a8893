"""Cells of the comparison: nothing stands without its uncertainty, changes and events least of all."""

from __future__ import annotations

import re

import numpy as np

from offramp.analysis import change_of_chance
from offramp.show.coarse import Coarse
from offramp.show.explorer.batch import Batch
from offramp.show.explorer.carried import Sample
from offramp.show.layout import tabulate
from offramp.show.report.cells import Cell, Row, blocks
from tests.show import synthetic

FINE = Coarse({}, (), {})


def rows(run: synthetic.Results) -> list[Row]:
    return [row for block in blocks(tabulate(run.draws, run.policies[0]), FINE) for row in block.rows]


def test_every_change_bears_an_interval(full: synthetic.Results) -> None:
    told = [cell for row in rows(full) for cell in row.cells if cell.difference]
    assert len(told) > 40
    for cell in told:
        assert re.search(r"\(.+\)$", cell.difference), cell


def test_the_change_of_an_event_has_the_bounds_of_its_chance(full: synthetic.Results) -> None:
    row = next(row for row in rows(full) if row.label == "Front collapses")
    seen = {
        policy: full.draws.filter(full.draws["policy"] == policy)
        .sort("draw")["outcome.front_collapsed"]
        .to_numpy()
        for policy in full.policies
    }
    for policy, cell in zip(full.policies[1:], row.cells[1:], strict=True):
        gap = seen[policy] - seen[full.policies[0]]
        low, high = change_of_chance(int((gap > 0).sum()), int((gap < 0).sum()), len(gap))
        numbers = [
            float(x.replace("\N{MINUS SIGN}", "-"))
            for x in re.findall("[+\N{MINUS SIGN}]?[0-9.]+", cell.difference)
        ]
        np.testing.assert_allclose(numbers, [100 * gap.mean(), 100 * low, 100 * high], atol=0.06)
        assert "points" in cell.difference


def test_a_change_that_a_few_draws_carry_says_so() -> None:
    """The middle 90 % of the changes are nought, and their mean is not."""
    departures = np.full((100, 2, 1), 1_000.0)
    departures[:3, 1] += 2_000.0
    empty = np.zeros((100, 2, 0, 1), np.float32)
    sample = Sample(Batch(0, ("departures",), departures, (), (0,), empty, (), empty, {}), 100)
    cell: Cell = blocks(sample.table(("reference", "offer"), ("departures",)), FINE)[0].rows[0].cells[1]
    assert cell.difference == "+60 (0; a few draws carry the mean)"
