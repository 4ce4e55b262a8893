"""From draws to a page: what the second chart follows, in its unit, ends with the outcome that the tables show."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from offramp.analysis import chance
from offramp.engine.inputs import down
from offramp.scenario import load, loads, template
from offramp.show.explorer.base import Base
from offramp.show.explorer.batch import Batch, Task, joined, packed, simulate
from offramp.show.explorer.carried import Sample
from offramp.show.explorer.describe import description
from offramp.show.explorer.followed import followed
from offramp.show.explorer.frames import frame

BASE = Base.of("ukraine-2022", load("ukraine-2022"))
POLICIES = ("no offer", "100,000 USD and citizenship")
DRAWS = 6


@cache
def drawn() -> Batch:
    values, names = BASE.values(BASE.scenario, 0, DRAWS), BASE.names(BASE.scenario)
    content = packed(BASE.scenario)
    tasks = [Task(content, POLICIES, 500, 1, at, names, values[at : at + 3]) for at in range(0, DRAWS, 3)]
    return joined([simulate(task, down()) for task in tasks])


@pytest.mark.parametrize("one", followed(BASE.scenario), ids=lambda one: one.name)
def test_every_line_has_its_band_and_its_chart(one: object) -> None:
    kind = next(each for each in followed(BASE.scenario) if each == one)
    shown = frame(Sample(drawn(), DRAWS), BASE.scenario, POLICIES, "force", kind.name, True)
    json.dumps(shown, allow_nan=False)
    spec = next(each for each in description(BASE)["followed"] if each["name"] == kind.name)
    assert spec["chart"] in description(BASE)["charts"]
    for line in kind.lines:
        for policy in POLICIES:
            band = shown["lines"][line][policy]
            assert len(band["q50"]) == len(shown["dates"])
            low, middle, high = (np.array(band[q]) for q in ("q05", "q50", "q95"))
            assert (low <= middle).all()
            assert (middle <= high).all()


def test_a_daily_series_ends_with_the_quantiles_of_its_outcome() -> None:
    batch = drawn()
    for kind in followed(BASE.scenario):
        shown = frame(Sample(batch, DRAWS), BASE.scenario, POLICIES, "force", kind.name, True)
        for line, outcome in kind.series.items():
            at_end = np.quantile(batch.outcomes[:, :, batch.names.index(outcome)], [0.05, 0.5, 0.95], axis=0)
            for p, policy in enumerate(POLICIES):
                band = shown["lines"][line][policy]
                found = [band[q][-1] for q in ("q05", "q50", "q95")]
                assert found == pytest.approx(at_end[:, p].tolist(), rel=2e-3, abs=1e-6)


def test_a_module_that_does_not_run_is_not_followed() -> None:
    small = loads(template(), "template")
    assert "opinion" not in {one.name for one in followed(small)}
    bare = load("minimal")
    assert [one.name for one in followed(bare)] == ["in the force", "killed", "imprisoned"]


def test_spread_that_chance_makes_is_told() -> None:
    """Nine simulated emigrants, give or take a few, are chance; evaders of whom there are five or a hundred are not."""
    weight = 27_000.0
    outcomes = drawn().outcomes.copy()
    for name, simulated in (("emigrations", (7, 9, 12, 6, 11, 9)), ("evasions", (10, 100, 50, 20, 150, 5))):
        outcomes[:, :, drawn().names.index(name)] = weight * np.array(simulated)[:, None]
    batch = replace(drawn(), outcomes=outcomes, stands_for=dict.fromkeys(drawn().stands_for, weight))
    told = frame(Sample(batch, DRAWS), BASE.scenario, POLICIES, "home", "in the force", True)["few"]
    assert "Most of the spread of emigrants is such chance" in told.replace("departures and ", "")
    assert "evaded" not in told.partition("Most of the spread")[2]
    one_to_one = replace(batch, stands_for=dict.fromkeys(batch.stands_for, 1.0))
    assert (
        frame(Sample(one_to_one, DRAWS), BASE.scenario, POLICIES, "home", "in the force", True)["few"] == ""
    )


def test_an_event_has_the_bounds_of_its_chance_and_no_quantiles() -> None:
    """What was never seen may yet happen; a mean stands for draws that say yes or no."""
    outcomes, at = drawn().outcomes.copy(), drawn().names.index("tipped")
    outcomes[:, 0, at], outcomes[:, 1, at] = 0.0, np.arange(DRAWS) < 2
    batch = replace(drawn(), outcomes=outcomes)
    found = frame(Sample(batch, DRAWS), BASE.scenario, POLICIES, "force", "killed", False)
    for policy, count in zip(POLICIES, (0, 2), strict=True):
        told = found["outcomes"]["tipped"][policy]
        bounds = chance(count, DRAWS)
        assert told["mean"] == pytest.approx(count / DRAWS, rel=1e-5)
        assert (told["q05"], told["q95"]) == pytest.approx((bounds.low, bounds.high), rel=1e-5)
        assert told["q25"] is told["q50"] is told["q75"] is None
