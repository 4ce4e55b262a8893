"""Figures with few simulated soldiers behind them are named in plain words, on the page and on the terminal."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from rich.console import Console

from offramp.engine import prepare
from offramp.scenario import loads
from offramp.show.coarse import Coarse, coarse, coarse_among
from offramp.show.layout import tabulate
from offramp.show.report import render_report
from offramp.show.table import render_table
from tests.show import synthetic


def found(
    run: synthetic.Results, outcomes: dict[str, Mapping[str, object]], weight: float | None = 20.0
) -> Coarse:
    """What is coarse in draws of the run's policies; outcomes by policy."""
    frames = [
        pl.DataFrame({"policy": [p] * 50, "draw": np.arange(50)} | {f"outcome.{k}": v for k, v in o.items()})
        for p, o in outcomes.items()
    ]
    table = pl.concat(frames)
    manifest = run.manifest | {
        "stands_for": weight if weight is None else dict.fromkeys(synthetic.THEATRE, weight)
    }
    return coarse(replace(run, draws=table, manifest=manifest), tabulate(table, next(iter(outcomes))))


SMALL, LARGE = np.linspace(100.0, 250.0, 50), np.linspace(900.0, 1100.0, 50)


def test_medians_of_few_soldiers_are_named(full: synthetic.Results) -> None:
    few = found(full, {"none": {"departures": SMALL, "caught": LARGE}})
    assert set(few.soldiers) == {("none", "departures")}
    assert few.soldiers["none", "departures"] == 175.0 / 20.0
    assert few.changes == ()
    assert "one stands for 20 persons" in few.sentence()
    assert "fewer than 10 of them stand behind departures under “none”" in few.sentence()


GATE = """
title = "One gate"
start = 2022-02-24
days = 50
[[group]]
name = "soldiers"
size = 20_000
[[route]]
name = "accept"
window_per_day = 0.02
utility = -3.0
needs_programme = true
[[programme]]
name = "gate"
route = "accept"
capacity_per_day = 0.5
[[policy]]
name = "none"
[[policy]]
name = "offer"
programmes = ["gate"]
"""


@pytest.mark.parametrize(("weight", "admitted"), [(1, 25.0), (20, 20.0), (100, 0.0)])
def test_places_that_come_to_no_soldier_are_said(weight: int, admitted: float) -> None:
    """Exact: of 25 places that come one by one, whole soldiers take those that come to their weight, and a run says so."""
    scenario = loads(GATE)
    model = prepare(scenario, soldiers=20_000 // weight, seed=1)
    rows = [
        {"policy": policy, "draw": draw} | {f"outcome.{name}": value for name, value in one.items()}
        for draw in range(3)
        for policy, one in zip(
            ("none", "offer"), model.run_draw(draw, {}, ["none", "offer"]).outcomes, strict=True
        )
    ]
    table = pl.DataFrame(rows)
    assert set(table.filter(policy="offer")["outcome.admitted"]) == {admitted}
    few = coarse_among(scenario, model.stands_for, tabulate(table, "none"))
    assert few.short == (() if weight == 1 else ("offer",))
    assert ("Those admitted under “offer” err low" in few.sentence()) == (weight > 1)


def test_where_nobody_waits_places_are_not_short() -> None:
    scenario = loads(GATE.replace("capacity_per_day = 0.5", "capacity_per_day = 5000"))
    model = prepare(scenario, soldiers=1000, seed=1)
    rows = [
        {"policy": policy, "draw": 0} | {f"outcome.{name}": value for name, value in one.items()}
        for policy, one in zip(
            ("none", "offer"), model.run_draw(0, {}, ["none", "offer"]).outcomes, strict=True
        )
    ]
    assert coarse_among(scenario, model.stands_for, tabulate(pl.DataFrame(rows), "none")).short == ()


def test_changes_of_few_soldiers_are_named(full: synthetic.Results) -> None:
    both = {"departures": LARGE, "caught": LARGE}
    few = found(
        full, {"none": both, "a": both | {"caught": LARGE + SMALL}, "b": both | {"caught": LARGE * 3}}
    )
    assert few.changes == (("a", "caught"),)
    assert "the change in those caught under “a”" in few.sentence()


def test_a_change_of_either_sign_is_measured_by_its_size(full: synthetic.Results) -> None:
    """Its median is near nothing though hundreds of soldiers differ in every draw."""
    either = np.where(np.arange(50) % 2 == 0, 5_000.0, -5_000.0)
    both = {"departures": LARGE, "caught": LARGE}
    assert found(full, {"none": both, "a": both | {"caught": LARGE + either}}).changes == ()


def test_one_to_one_and_unknown_weights_are_not_coarse(full: synthetic.Results) -> None:
    for weight in (1.0, None):
        few = found(full, {"none": {"departures": SMALL / 100.0}}, weight)
        assert few.soldiers == {}
        assert few.sentence() == ""


def test_page_and_terminal_warn(full: synthetic.Results) -> None:
    text = render_report(full)
    out = io.StringIO()
    render_table(full, Console(file=out, width=100, force_terminal=False))
    for said in (text, " ".join(out.getvalue().split())):
        assert "Few simulated soldiers: one stands for 22 persons" in said
    assert "simulated soldiers a draw" in text


def test_a_soldier_and_a_man_at_home_stand_for_numbers_of_their_own(full: synthetic.Results) -> None:
    draws = pl.DataFrame({"policy": ["none"] * 50, "draw": np.arange(50), "outcome.departures": SMALL,
                          "outcome.evasions": 500.0 * SMALL})  # fmt: skip
    weights = dict.fromkeys(synthetic.THEATRE, 110.0) | {synthetic.HOME: 13_000.0}
    run = replace(full, draws=draws, manifest=full.manifest | {"stands_for": weights})
    few = coarse(run, tabulate(draws, "none"))
    assert few.weights == {"theatre": 110.0, "home": 13_000.0}
    assert "one stands for 110 persons in the theatre and 13,000 at home, and in" in few.sentence()


def test_an_offer_that_is_not_always_enacted_is_not_coarse_for_that(full: synthetic.Results) -> None:
    """Nobody in six draws of ten, hundreds of soldiers in the others; a few soldiers in some draws stay coarse."""
    enacted = np.arange(50) % 10 < 4
    rare = np.where(np.arange(50) == 7, 100.0, 0.0)
    few = found(
        full,
        {
            "a": {"admitted": np.where(enacted, 10_000.0, 0.0)},
            "b": {"admitted": np.where(enacted, rare, 0.0)},
        },
    )
    assert set(few.soldiers) <= {("b", "admitted")}
    assert found(full, {"none": {"admitted": np.where(enacted, 100.0, 0.0)}}).soldiers


def test_money_of_one_simulated_man_at_home_is_named(full: synthetic.Results) -> None:
    """One man of 20,000 persons in one draw of fifty; a door that moves forty of them in every draw tells what it earns."""
    alone = np.where(np.arange(50) == 7, 20_000.0, 0.0)
    many = np.linspace(700_000.0, 900_000.0, 50)
    cost = np.linspace(1e6, 1.1e6, 50)

    def policy(more: np.ndarray) -> dict[str, object]:
        paid = 35_000.0 * more
        return {"departures": LARGE, "emigrations": 4e6 + more, "contributions_usd": paid,
                "cost_usd.coalition_society": cost - paid, "cost_usd.everyone": cost - paid}  # fmt: skip

    none = policy(np.zeros(50)) | dict.fromkeys(
        ("cost_usd.coalition_society", "cost_usd.everyone"), np.zeros(50)
    )
    outcomes = {"none": none, "donor": policy(alone), "door": policy(many)}
    frames = [
        pl.DataFrame({"policy": [p] * 50, "draw": np.arange(50)} | {f"outcome.{k}": v for k, v in o.items()})
        for p, o in outcomes.items()
    ]
    draws = pl.concat(frames)
    weights = dict.fromkeys(synthetic.THEATRE, 1.0) | {synthetic.HOME: 20_000.0}
    run = replace(full, draws=draws, manifest=full.manifest | {"stands_for": weights})
    few = coarse(run, tabulate(draws, "none"))
    money = ("contributions_usd", "cost_usd.coalition_society", "cost_usd.everyone")
    assert set(few.soldiers) == {("donor", name) for name in money}
    assert few.changes == (("donor", "emigrations"),)
    said = few.sentence()
    assert "the account of societies under “donor”" in said
    assert "the change in emigrants under “donor”" in said
    dear = draws.with_columns(
        (pl.col("outcome.cost_usd.everyone") + 1e12 * pl.col("draw") * (pl.col("policy") != "none")).alias(
            "outcome.cost_usd.everyone"
        )
    )
    less = coarse(replace(run, draws=dear), tabulate(dear, "none"))
    assert ("donor", "cost_usd.everyone") not in less.soldiers  # the spread of that account is not theirs
