"""What prior sets and experiments are said to show: words made of numbers, with benefit and harm together."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import polars as pl
import pytest

from offramp.scenario import loads
from offramp.scenario.tables_studies import Experiment, Vary
from offramp.show import charts_studies
from offramp.show.report.studies import believed, experimented
from offramp.show.studies import Believed, beliefs_in_words, found_in, in_words, rests_on, rests_on_priors

NET, HARM = "departures_net", "families_harmed"
CASH, TRUST = Vary("programme.a.cash_usd", (0.0, 100.0), "cash"), Vary("trust.mean", (0.1, 0.5), "trust")
EXPERIMENT = Experiment("e", "How far?", ("offer",), (CASH, TRUST), (NET, HARM), 20)
DRAWS = 20

Mean = Callable[..., float]


def table(experiment: Experiment, net: Mean, harm: Mean, noise: float = 0.0) -> pl.DataFrame:
    """Draws of an experiment whose differences to the reference have these means, with noise around them."""
    chance = np.random.default_rng(3)
    rows: list[dict[str, object]] = []
    for draw in range(DRAWS):
        for cell in experiment.cells:
            base = {f"set.{one.key}": value for one, value in zip(experiment.vary, cell, strict=True)}
            rows.append(
                {"policy": "none", "draw": draw, **base, f"outcome.{NET}": 0.0, f"outcome.{HARM}": 7.0}
            )
            for policy in experiment.policies:
                moved = noise * chance.standard_normal(2)
                rows.append(
                    {
                        "policy": policy,
                        "draw": draw,
                        **base,
                        f"outcome.{NET}": net(policy, *cell) + moved[0],
                        f"outcome.{HARM}": 7.0 + harm(policy, *cell) + moved[1],
                    }
                )
    return pl.DataFrame(rows)


def text(experiment: Experiment, net: Mean, harm: Mean, noise: float = 0.0) -> str:
    return " ".join(in_words(found_in(experiment, table(experiment, net, harm, noise), "none")))


def test_two_numbers_say_which_does_more_and_who_is_harmed() -> None:
    said = text(
        EXPERIMENT, lambda _, cash, trust: 100 + cash + 4_000 * trust, lambda _, cash, trust: cash / 2, 1.0
    )
    assert "with cash at 0, and what 100 adds to that. By trust: 0.1: 500" in said
    assert "The whole range of trust, with cash at 100, moves it by +1,600 (1," in said
    assert "; the whole range of cash, with trust at 0.5, by +100 (" in said
    assert "More is done by trust: it moves more with trust in 20 of 20 draws, with cash in 0." in said
    assert "Families harmed beyond the reference: most with cash at 100" in said


def test_an_experiment_says_on_how_many_draws_it_rests() -> None:
    found = found_in(EXPERIMENT, table(EXPERIMENT, lambda *_: 1.0, lambda *_: 0.0), "none")
    fewer = rests_on(found, 200)
    assert "rest on the first 20 of 200 draws, those of the answer on all" in fewer
    assert "they differ by the draws that are left out" in fewer
    assert rests_on(found, DRAWS) == "These numbers rest on all 20 draws of the run."


def test_an_experiment_says_in_how_many_draws_the_offer_becomes_law() -> None:
    rows = table(EXPERIMENT, lambda *_: 1.0, lambda *_: 0.0)
    law = pl.when(pl.col("draw") < 13).then(1.0).otherwise(0.0)
    found = found_in(EXPERIMENT, rows.with_columns(law.alias("outcome.enacted")), "none")
    assert rests_on(found, DRAWS).endswith(
        " In 13 of these draws what “offer” offers becomes law; in the others it admits nobody, while what carries it, and"
        " whatever else the policy does, acts and counts all the same."
    )


def test_a_mean_that_few_draws_carry_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[__name__], "DRAWS", 40)
    one_key = Experiment("e", "How far?", ("offer",), (CASH,), (NET, HARM), 20)
    rows = table(one_key, lambda _, cash: cash / 100, lambda *_: 0.0)
    far = (
        (pl.col("draw") == 0) & (pl.col("set.programme.a.cash_usd") == 100.0) & (pl.col("policy") == "offer")
    )
    rows = rows.with_columns(
        pl.when(far).then(5_000.0).otherwise(pl.col(f"outcome.{NET}")).alias(f"outcome.{NET}")
    )
    said = " ".join(in_words(found_in(one_key, rows, "none")))
    assert (
        "a few draws carry the mean, the median is 1 more; these draws cannot tell the mean from no change"
        in said
    )


def test_the_finding_turns_with_the_numbers() -> None:
    said = text(EXPERIMENT, lambda _, cash, trust: 50 * cash + 100 * trust, lambda *_: 0.0, 1.0)
    assert "More is done by cash: it moves more with cash in 20 of 20 draws, with trust in 0." in said
    fewer = text(EXPERIMENT, lambda _, cash, trust: -50 * cash, lambda *_: 0.0, 1.0)
    assert "5,000 fewer" in fewer


def test_what_chance_may_do_is_not_told_as_a_finding() -> None:
    said = text(EXPERIMENT, lambda *_: 100.0, lambda *_: 0.0, 50.0)
    assert "these draws cannot tell it from no change" in said
    assert "These draws cannot tell which does more: it moves more with " in said
    assert "More is done by" not in said


def test_a_few_draws_that_carry_the_mean_do_not_decide_which_does_more() -> None:
    """In one draw in twenty cash undoes forty times what trust adds in each: its mean is larger, trust still does more."""
    found = found_in(
        EXPERIMENT, table(EXPERIMENT, lambda _, cash, trust: 1_000 * trust, lambda *_: 0.0), "none"
    )
    samples = dict(found.samples)
    rare = np.where(np.arange(DRAWS) == 3, -40_000.0, 0.0)
    for trust in TRUST.values:
        samples[(100.0, trust), "offer", NET] = samples[(100.0, trust), "offer", NET] + rare
    said = " ".join(in_words(replace(found, samples=samples)))
    assert "More is done by trust: it moves more with trust in 19 of 20 draws, with cash in 1." in said


def test_one_number_tells_every_level_and_a_turn() -> None:
    one = replace(EXPERIMENT, vary=(Vary("trust.mean", (0.1, 0.2, 0.3), "trust"),))
    rising = text(one, lambda _, trust: 1_000 * trust, lambda _, trust: 100 * trust)
    assert "by trust: 0.1: 100; 0.2: 200; 0.3: 300." in rising
    assert "200 more (the same in every draw) departures net of the reference" in rising
    assert "20 more (the same in every draw) families harmed" in rising
    assert "one way" not in rising
    still = text(one, lambda _, trust: 1_000 * trust, lambda *_: 7.0)
    assert "in every draw as many families harmed" in still
    turning = text(one, lambda _, trust: 1_000 if trust == 0.2 else 0, lambda *_: 0.0, 1.0)
    assert "It does not move one way all along." in turning


def test_policies_are_compared_draw_by_draw_with_the_harm() -> None:
    two = Experiment("e", "Which?", ("a", "b"), (), (NET,), 20)
    found = found_in(
        two, table(two, lambda p: 100 if p == "a" else 400, lambda p: 30 if p == "a" else 10), "none"
    )
    said = " ".join(in_words(found))
    assert "“a” 100; “b” 400" in said
    assert "“b” against “a”, draw by draw: 300 more" in said
    assert "20 fewer (the same in every draw) families harmed" in said
    assert found.outcomes == (NET, HARM)


def test_money_is_marked_as_driven_by_priors() -> None:
    scenario = loads(
        'title = "t"\nstart = 2022-02-24\ndays = 5\n[[group]]\nname = "g"\nsize = 10\n'
        '[[route]]\nname = "r"\nwindow_per_day = 0.1\nutility = 0\n'
        '[[programme]]\nname = "a"\nroute = "r"\ncash_usd = 5\n[[programme]]\nname = "b"\nroute = "r"\n'
        '[[policy]]\nname = "none"\n[[policy]]\nname = "pays"\nprogrammes = ["a"]\n'
        '[[policy]]\nname = "does not"\nprogrammes = ["b"]\n'
    )
    assert rests_on_priors(scenario, EXPERIMENT)
    assert not rests_on_priors(scenario, replace(EXPERIMENT, vary=(TRUST,)))
    assert rests_on_priors(scenario, Experiment("e", "?", ("pays", "does not")))
    assert not rests_on_priors(scenario, Experiment("e", "?", ("none", "does not")))


def belief(name: str, **means: float) -> Believed:
    return Believed(
        name,
        10,
        {
            (policy, outcome): np.full(10, mean * share)
            for policy, mean in means.items()
            for outcome, share in ((NET, 1.0), (HARM, 0.1))
        },
    )


def test_beliefs_name_the_leader_of_each_set_and_its_harm() -> None:
    same = beliefs_in_words([belief("low", a=10, b=20), belief("main", a=50, b=70)], NET)
    assert "“low” (10 draws): “b” with 20" in same
    assert "2 more (the same in every draw) families harmed" in same
    assert same.endswith("The same policy leads under every set.")
    other = beliefs_in_words([belief("low", a=30, b=20), belief("main", a=50, b=70)], NET)
    assert other.endswith("Which policy leads depends on what one believes.")
    assert beliefs_in_words([], NET) == ""


@pytest.mark.parametrize("series", [1, 3, 8])
def test_a_chart_has_room_for_every_series(series: int) -> None:
    rows = [
        {"group": g, "series": f"s{i}", "mean": 1.0, "q05": 0.0, "q95": 2.0}
        for g in "ab"
        for i in range(series)
    ]
    chart = charts_studies.groups(pl.DataFrame(rows)).to_dict(validate=False)
    assert chart["height"] == 2 * (26 + 17 * series)
    marks = [layer["mark"]["type"] for layer in chart["layer"]]
    assert marks.count("point") == series


def test_the_report_shows_both_beside_the_main_set(tmp_path: Path) -> None:
    scenario = loads(
        'title = "t"\nstart = 2022-02-24\ndays = 5\n[[group]]\nname = "g"\nsize = 10\n'
        '[[route]]\nname = "r"\nwindow_per_day = { uniform = [0.1, 0.2] }\nutility = 0\n'
        '[[programme]]\nname = "a"\nroute = "r"\ncash_usd = 5\n'
        '[[policy]]\nname = "none"\n[[policy]]\nname = "offer"\nprogrammes = ["a"]\n'
        '[[prior]]\nname = "low"\ninputs = { "route.r.window_per_day" = { third = "lowest", note = "rare" } }\n'
        '[[experiment]]\nname = "e"\nquestion = "How far?"\npolicies = ["offer"]\n'
        '[[experiment.vary]]\nkey = "programme.a.cash_usd"\nvalues = [0, 9]\n'
    )
    plain = Experiment("main", "", ("offer",), (), (NET, HARM))
    main = table(plain, lambda _: 100.0, lambda _: 5.0, 1.0)
    table(plain, lambda _: 40.0, lambda _: 2.0, 1.0).write_parquet(tmp_path / "low.parquet")
    varied = table(scenario.experiments[0], lambda _, cash: 10 * cash, lambda _, cash: cash, 1.0)
    varied.write_parquet(tmp_path / "e.parquet")
    studies = [
        {"kind": "prior", "name": "low", "draws": DRAWS, "file": "low.parquet"},
        {"kind": "experiment", "name": "e", "draws": DRAWS, "file": "e.parquet"},
    ]
    run: Any = SimpleNamespace(
        policies=("none", "offer"), draws=main, manifest={"studies": studies}, out=tmp_path, scenario=scenario
    )
    belief = believed(run)
    assert belief is not None
    assert belief.series == ("low (20 draws)", "main (20 draws)")
    assert [panel.title for panel in belief.panels][1] == "Families harmed, beyond the reference"
    assert belief.inputs.rows == (
        ("route.r.window_per_day", "low", "lowest third", "0.105 to 0.195", "rare"),
    )
    (small,) = experimented(run)
    assert small.priors
    assert "draw by draw: 90 more" in small.text
    assert [len(panel.grid.rows) for panel in small.panels] == [2, 2]
    captions = [panel.grid.caption for panel in (*belief.panels, *small.panels)]
    assert len(set(captions)) == len(captions)  # who hears them alone must tell them apart
    run.manifest = {}
    assert believed(run) is None
    assert experimented(run) == ()
    asked = '[[experiment]]\nname = "e"\nquestion = "Which?"\npolicies = ["none", "offer"]\n'
    head = scenario.text.split("[[experiment]]")[0]
    run.scenario = loads(head + asked)
    (own,) = experimented(run)  # what varies nothing asks of the draws of the run
    assert own.draws == DRAWS
    assert own.panels[0].grid.rows[0][2] == "+100"
