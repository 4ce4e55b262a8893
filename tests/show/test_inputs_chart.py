"""What each uncertain input does to departures: means of thirds of the draws, and which of them are more than chance."""

from __future__ import annotations

import numpy as np
import polars as pl

from offramp.show.inputs_chart import chart, effects
from tests.show import synthetic


def table(seed: int = 0, draws: int = 300) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    drives, idle = (rng.permutation(draws) + 0.5) / draws, rng.uniform(size=draws)
    departures = 1000.0 * drives + rng.normal(0.0, 50.0, draws)
    one = {
        "draw": np.arange(draws),
        "input.drives": drives,
        "input.idle": idle,
        "input.fixed": np.ones(draws),
    }
    return pl.concat(
        pl.DataFrame({"policy": [name] * draws, **one, "outcome.departures": times * departures})
        for name, times in (("none", 1.0), ("offer", 2.0))
    )


def test_means_of_thirds() -> None:
    """Even on 0 to 1: the thirds have means of a sixth and five sixths, exactly but for noise of 100 over 100 draws."""
    found = effects(table(), "offer", "departures")
    assert found["input"].to_list() == ["drives", "idle"]  # what does not vary has no effect to show
    assert found["told"].to_list() == [True, False]
    drives = found.row(0, named=True)
    assert abs(drives["low"] - 2000.0 / 6.0) < 60.0
    assert abs(drives["high"] - 10_000.0 / 6.0) < 60.0


def test_a_row_for_every_input_of_a_run(full: synthetic.Results) -> None:
    panels = {"all": (full.policies[0], "departures"), "net": (full.policies[1], "departures_net")}
    drawn = chart(full, panels).to_dict()
    names = [path for path in full.draws.columns if path.startswith("input.")]
    assert [panel["title"] for panel in drawn["hconcat"]] == list(panels)
    for panel in drawn["hconcat"]:
        assert {f"input.{name}" for name in panel["layer"][0]["encoding"]["y"]["sort"]} == set(names)
