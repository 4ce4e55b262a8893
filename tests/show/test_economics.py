"""Plane, acceptability and frontier: the numbers behind them, valid charts, and what the page says of them."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
import vl_convert

from offramp.analysis import Comparator, comparators
from offramp.scenario import load
from offramp.scenario.quantities import Number
from offramp.scenario.tables import Comparator as Stated
from offramp.show import charts_economics as drawn
from offramp.show.economics import (
    acceptability_curves,
    acceptability_tables,
    compared_with,
    cost_columns,
    cost_effectiveness_plane,
    cost_frontier,
    economics,
    frontier_tables,
    plane_tables,
)
from offramp.show.layout import tabulate
from offramp.show.palette import DARK, LIGHT, page_theme
from offramp.show.report.economics import section
from offramp.show.report.ladder import harms
from tests.show import synthetic

AT_TEN = (Comparator("fighting on", 10.0, (), "A caveat"),)


def run(effect: list[float], cost: list[float], **more: list[float]) -> pl.DataFrame:
    n = len(effect)
    offer = {"outcome.departures": effect, "outcome.cost_usd": cost}
    offer |= {f"outcome.{k}": v for k, v in more.items()}
    rows = {"policy": ["none"] * n + ["offer"] * n, "draw": [*range(n)] * 2}
    return pl.DataFrame(rows | {k: [0.0] * n + v for k, v in offer.items()})


def test_a_plane_by_hand() -> None:
    """Four draws in three quadrants; at 10 a departure only the second and the fourth are worth their cost."""
    found = economics(run([10.0, 20.0, -5.0, 4.0], [150.0, 100.0, 50.0, -20.0]), "none", AT_TEN)
    assert found is not None
    assert found.cheaper.tolist() == [0.0, 0.5]
    t = plane_tables(found, "offer")
    assert t[drawn.MEAN].row(0) == (7.25, 70.0)
    texts = dict(t[drawn.QUADRANTS].iter_rows())
    assert {k: v.replace("\N{NO-BREAK SPACE}", " ") for k, v in texts.items()} == {
        "ne": "dearer, more leave: 50 %",
        "nw": "dearer, not more leave: 25 %",
        "se": "not dearer, more leave: 25 %",
    }
    line = t[drawn.PRICE]
    assert (line["cost"] / line["effect"]).to_list() == pytest.approx([10.0, 10.0])
    # Inside the cloud's box and a twentieth around it: the line never stretches the axes.
    assert line["effect"].is_between(-6.25, 21.25).all()
    assert line["cost"].is_between(-28.5, 158.5).all()


def test_choice_at_the_price_and_along_it() -> None:
    """The offer costs 12 a departure: not at 10; on the curve it takes over between 12 and the next step."""
    found = economics(run([10.0] * 5, [120.0] * 5), "none", AT_TEN)
    assert found is not None
    assert found.at_price.choice == ("none",)
    t = acceptability_tables(found)[drawn.TABLE]
    best = t.filter(pl.col("best") & (pl.col("policy") == "offer"))
    assert best["price"].min() == pytest.approx(12.2)
    assert t.filter(pl.col("price") == 0.0)["probability"].to_list() == [1.0, 0.0]
    assert t.group_by("price").agg(pl.col("probability").sum())["probability"].to_list() == pytest.approx(
        [1.0] * 126
    )
    # Sure in five draws of five is not certain.
    assert t.filter((pl.col("price") > 13) & (pl.col("policy") == "offer"))["low"].max() < 0.6


def test_nothing_to_say() -> None:
    """One policy, no cost, or nothing paid: no section, not an empty one."""
    assert economics(run([1.0], [0.0]), "none", AT_TEN) is None
    assert economics(run([1.0], [2.0]).head(1), "none", AT_TEN) is None
    assert economics(run([1.0], [2.0]).drop("outcome.cost_usd"), "none", AT_TEN) is None


def test_the_reference_need_not_come_first() -> None:
    found = economics(run([1.0, 2.0], [3.0, 5.0]), "offer", AT_TEN)
    assert found is not None
    assert found.policies == ("offer", "none")
    assert found.effect[:, 1].tolist() == [-1.0, -2.0]
    assert found.frontier["none"].quadrant == "not dearer, not more leave"


def test_bare_run_has_no_section(bare: synthetic.Results) -> None:
    assert section(bare, tabulate(bare.draws, bare.policies[0])) is None
    assert cost_frontier(bare) is None
    assert acceptability_curves(bare) is None
    assert cost_effectiveness_plane(bare, "reference") is None


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_charts_draw(full: synthetic.Results, theme: object) -> None:
    """Valid against the schema (altair checks) and drawn by Vega with the rows in it."""
    charts = [
        cost_effectiveness_plane(full, full.policies[2], theme=theme),  # type: ignore[arg-type]
        acceptability_curves(full, theme=theme),  # type: ignore[arg-type]
        cost_frontier(full, theme=theme),  # type: ignore[arg-type]
    ]
    for chart in charts:
        assert chart is not None
        svg = vl_convert.vegalite_to_svg(json.dumps(chart.to_dict()))
        assert svg.count("<path") > 5
        assert "NaN" not in svg


def test_page_theme_leaves_every_colour_to_the_page(full: synthetic.Results) -> None:
    made = section(full, tabulate(full.draws, full.policies[0]))
    assert made is not None
    text = json.dumps(made.specs)
    assert not any(colour in text for colour in (LIGHT.ink, LIGHT.accent, LIGHT.alarm, *LIGHT.series))
    assert "var(--" in text
    assert cost_frontier(full, theme=page_theme()) is not None


def test_section_of_a_full_run(full: synthetic.Results) -> None:
    made = section(full, tabulate(full.draws, full.policies[0]))
    assert made is not None
    others = full.policies[1:]
    assert [panel.title for panel in made.planes] == list(others)
    assert {panel.spec for panel in made.panels} == set(made.specs)
    # Every chart has a text alternative and a table behind it; every table of policies tells the harms.
    for panel in made.panels:
        assert len(panel.alternative) > 80
        assert all(len(row) == len(panel.grid.head) for row in panel.grid.rows)
    for grid in (made.beside, *made.ladders):
        assert grid.head[-1] == "Harms"
        assert all(len(row) == len(grid.head) for row in grid.rows)
        assert all("families harmed" in row[-1] for row in grid.rows if row[0] != full.policies[0])
    assert [row[0] for row in made.beside.rows] == list(others)
    said = " ".join(made.sentences)
    assert "$180,000" in said
    assert "yardstick" in said
    # The choice is never named without its harms.
    assert "families harmed" in made.sentences[1]
    assert f"{full.draws['draw'].n_unique():,}" not in made.left_out


def test_what_is_not_drawn_is_said(tmp_path: object) -> None:
    many = synthetic.results(tmp_path, draws=500)  # type: ignore[arg-type]
    made = section(many, tabulate(many.draws, many.policies[0]))
    assert made is not None
    assert "first 400 draws of 500" in made.left_out
    assert len(made.planes[0].tables[drawn.TABLE]["effect"]) == 400


def test_one_draw_claims_no_share(tmp_path: object) -> None:
    one = synthetic.results(tmp_path, draws=1)  # type: ignore[arg-type]
    made = section(one, tabulate(one.draws, one.policies[0]))
    assert made is not None
    assert "one draw there is" in made.sentences[1]
    assert made.knowing == ""
    assert "interval" not in " ".join(row[4] for row in made.ladders[0].rows)


def test_another_perspective_gets_its_own_frontier(full: synthetic.Results) -> None:
    society = (pl.col("outcome.cost_usd") * -1.0).alias("outcome.cost_usd.society")
    both = replace(full, draws=full.draws.with_columns(society))
    assert cost_columns(both.draws) == ("cost_usd", "cost_usd.society")
    made = section(both, tabulate(both.draws, both.policies[0]))
    assert made is not None
    assert len(made.ladders) == 2
    assert "by cost_usd.society:" in made.ladders[1].caption  # an unlisted account describes itself
    same = replace(
        both, draws=both.draws.with_columns(pl.col("outcome.cost_usd").alias("outcome.cost_usd.budget"))
    )
    again = section(same, tabulate(same.draws, same.policies[0]))
    assert again is not None
    assert len(again.ladders) == 2  # the same account is not told twice
    # What saves money and adds departures has no ratio to rank.
    assert any("no ratio: not dearer, more leave" in row[4] for row in made.ladders[1].rows)


def test_a_scenario_states_its_own_comparators(full: synthetic.Results) -> None:
    assert compared_with(full.scenario) == comparators()
    own = replace(
        full.scenario,
        comparators=(Stated("patrols", Number(50_000.0, ("B-006",), "judgement: half"), "soldier removed"),),
    )
    assert compared_with(own) == (
        Comparator("patrols per soldier removed", 50_000.0, ("B-006",), "judgement: half"),
    )
    made = section(replace(full, scenario=own), tabulate(full.draws, full.policies[0]))
    assert made is not None
    assert "patrols per soldier removed comes to about $50,000. " in made.sentences[0]
    assert made.evidence == ("B-006",)


def test_frontier_tables_hold_the_interval_and_the_path(full: synthetic.Results) -> None:
    found = economics(full.draws, full.policies[0], comparators())
    assert found is not None
    t = frontier_tables(found)
    rows = t[drawn.TABLE]
    assert (rows["cost_low"] <= rows["cost_high"]).all()
    assert t[drawn.PATH]["cost"].is_sorted()
    on, path = rows.filter(pl.col("status") == "on the frontier").sort("cost"), t[drawn.PATH]
    # Straight in persons and dollars from each policy on the frontier to the next.
    np.testing.assert_allclose(np.interp(on["effect"], path["effect"], path["cost"]), on["cost"])
    np.testing.assert_allclose(np.interp(path["effect"], on["effect"], on["cost"]), path["cost"])
    assert np.allclose(rows["effect"], found.effect.mean(axis=0))


def test_the_frontier_tells_the_spread_of_cost_and_effect(full: synthetic.Results) -> None:
    made = section(full, tabulate(full.draws, full.policies[0]))
    assert made is not None
    (ladder, *_) = made.ladders
    assert "middle 90" in ladder.caption
    for policy, cost, effect, *_ in ladder.rows:
        spread = policy != full.policies[0]
        assert (" to " in cost) == (" to " in effect) == spread


def test_what_newcomers_pay_in_is_a_sentence_with_its_interval(full: synthetic.Results) -> None:
    """An open door of the shipped scenario, on made-up draws: the sum, its interval, and on what it rests."""
    door = (pl.col("policy") == full.policies[1]).cast(pl.Float64)
    draw = pl.col("draw").cast(pl.Float64)
    draws = full.draws.with_columns(
        (door * 1e6).alias("outcome.emigrants_cost_usd"),
        (1e5 + door * 1e4).alias("outcome.emigrations"),
        (door * (1e9 + draw * 1e6)).alias("outcome.contributions_usd"),
        (door * (5e8 - draw * 1e6)).alias("outcome.cost_usd.coalition_society"),
    )
    run = replace(full, draws=draws, scenario=load("ukraine-2022"))
    made = section(run, tabulate(draws, full.policies[0]))
    assert made is not None
    first, rests = made.newcomers
    last = draws["draw"].max()
    assert isinstance(last, int)
    assert full.policies[1] in first
    assert f"${1 + last / 2000:.1f} billion (" in first
    assert "$1.5 billion without" in first
    assert rests.startswith("All of it is judgement.")
    assert "for 10 years at 4,000 US dollars a year" in rests
    assert "for skilled people" in rests
    quiet = section(full, tabulate(full.draws, full.policies[0]))
    assert quiet is not None
    assert quiet.newcomers == ()


def test_every_policy_has_its_number_once_also_where_places_run_into_each_other() -> None:
    """The first and the third are apart, the second is near both: nobody's number may get lost."""
    places = {"none": (0.0, 0.0), "a": (1_000.0, 5e6), "b": (1_015.0, 5e6), "c": (1_030.0, 5e6)}
    rows = [
        {"policy": policy, "draw": draw, "outcome.departures": left + draw, "outcome.cost_usd": cost}
        for policy, (left, cost) in places.items()
        for draw in range(4)
    ]
    found = economics(pl.DataFrame(rows), "none", comparators())
    assert found is not None
    labels = ", ".join(frontier_tables(found)[drawn.TABLE]["label"])
    assert sorted(filter(None, labels.split(", "))) == ["1", "2", "3", "4"]


def test_what_the_scenario_leaves_out_of_its_yardstick_is_told_from_the_cited_figure() -> None:
    """The shipped scenario states the price of a claimed loss without a note; that it is an upper bound stands in the figure."""
    (first, *_) = compared_with(load("ukraine-2022"))
    assert first.evidence == ("K-002",)
    assert "upper bound" in first.caveat


def test_no_ranking_leaves_deaths_out(full: synthetic.Results) -> None:
    found = tabulate(full.draws, full.policies[0])
    assert all("deaths in the force" in harms(policy, found) for policy in full.policies[1:])
