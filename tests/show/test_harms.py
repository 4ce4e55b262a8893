"""Every harm that the model names is an outcome of the shipped scenario, and stands in every table."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from offramp.analysis import describe
from offramp.engine import medians, prepare
from offramp.scenario import load
from offramp.show.layout import Table, sections, tabulate
from offramp.show.table import in_terminal

LIMITS = Path(__file__).parents[2] / "docs" / "limits-and-ethics.md"
# Rows of the harms table of the model's specification, with the outcomes that count them.
HARMS = {
    "killed in attempts": ["killed_trying"],
    "caught and imprisoned": ["caught", "imprisoned"],
    "returned to the front": ["returned"],
    "families reprised, and how many evacuated": ["families_harmed", "families_evacuated"],
    "sent back by a host, or exchanged back": ["refouled", "exchanged_back"],
    "defrauded of a promised payment": ["defrauded"],
    "deaths in the force": ["killed", "deaths_averted.invader"],
    "defenders and civilians, by a longer or shorter war": ["deaths_averted.defender", "deaths_averted.civilians"],
    "incidents in host countries": ["host_incidents"],
    "waiting for a promise": ["waiting_end"],
    "false claims": ["false_claims_paid"],
    "harsher rule": ["crackdown_mean"],
    "at posts": ["resignations_failed"],
    "shown on video": ["videos"],
}  # fmt: skip


@pytest.fixture(scope="module")
def compared() -> Table:
    scenario = load("ukraine-2022")
    model = prepare(scenario, soldiers=2000, seed=1)
    names = [policy.name for policy in scenario.policies]
    rows = [
        {"policy": name, "draw": draw} | {f"outcome.{key}": value for key, value in found.items()}
        for draw in range(2)
        for name, found in zip(names, model.run_draw(draw, medians(scenario), names).outcomes, strict=True)
    ]
    return tabulate(pl.DataFrame(rows), names[0])


@pytest.mark.parametrize("harm", HARMS)
def test_every_harm_is_counted_and_shown(compared: Table, harm: str) -> None:
    shown = {outcome.name for section in sections(compared.comparison) for outcome in section.outcomes}
    told = LIMITS.read_text()
    for name in HARMS[harm]:
        assert compared.comparison.get("tiered package, video optional", name) is not None
        assert name in shown
        assert in_terminal(name, compared)
        assert describe(name).meaning
        assert name in told or name.partition(".")[0] + ".*" in told


def test_deaths_of_each_side_may_rise_or_fall(compared: Table) -> None:
    """By direction: averted deaths are signed, each side by itself, and none is set off against another."""
    for side in ("invader", "defender", "civilians"):
        effect = compared.comparison.get("arms only", f"deaths_averted.{side}")
        assert effect is not None
        assert describe(effect.outcome).better == "more"
    invader = compared.comparison.get("arms only", "deaths_averted.invader")
    assert invader is not None
    assert invader.level.mean < 0.0  # more arms kill more of them
