"""The three sentences: what they claim, and above all what they do not."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
import pytest

from offramp.show.answer import Setting, answer, difference_text, largest_adder
from offramp.show.layout import tabulate
from tests.show import synthetic

SETTING = Setting("31 December 2023", True, 100)
RNG = np.random.default_rng(12)
BASE = RNG.lognormal(9.0, 0.3, 100)


def draws(policies: dict[str, dict[str, Sequence[float] | np.ndarray]]) -> pl.DataFrame:
    frames = []
    for name, outcomes in policies.items():
        n = len(next(iter(outcomes.values())))
        columns = {f"outcome.{k}": np.asarray(v, float) for k, v in outcomes.items()}
        frames.append(pl.DataFrame({"policy": [name] * n, "draw": np.arange(n), **columns}))
    return pl.concat(frames)


def told(
    policies: dict[str, dict[str, Sequence[float] | np.ndarray]], setting: Setting = SETTING
) -> list[str]:
    table = draws(policies)
    said = answer(tabulate(table, next(iter(policies))), table, setting)
    return [sentence.replace("\N{NO-BREAK SPACE}", " ") for sentence in said]


def test_full_answer(full: synthetic.Results) -> None:
    sentences = answer(tabulate(full.draws, "no offer"), full.draws, Setting("31 December 2023", True, 200))
    assert len(sentences) == 3
    assert sentences[0].startswith("Under “no offer”, about 2")
    assert "most of them by “desert”" in sentences[0]
    assert "“family passage and capacity first” adds most" in sentences[1]
    assert "per net departure" in sentences[1]
    assert "fewer families harmed" in sentences[2]
    assert all("interval" in sentence for sentence in sentences)


def test_noise_is_not_an_effect() -> None:
    noise = RNG.normal(0.0, 500.0, 100)
    noise -= noise.mean()
    said = told({"none": {"departures": BASE}, "offer": {"departures": BASE + noise}})
    assert "No other policy adds departures that can be told from zero" in said[1]
    assert "“offer” cannot be told from no effect with 100 draws" in said[1]


def test_same_in_every_draw_is_said() -> None:
    said = told({"none": {"departures": BASE}, "offer": {"departures": BASE}})
    assert "“offer” makes no difference in any draw" in said[1]


def test_a_policy_that_lowers_departures() -> None:
    said = told({"none": {"departures": BASE}, "offer": {"departures": BASE - 100.0}})
    assert said[1].startswith("No other policy adds departures")
    assert "“offer” lowers departures" in said[1]


def test_two_that_cannot_be_told_apart() -> None:
    jitter = RNG.normal(0.0, 300.0, 100)
    jitter -= jitter.mean() - 1.0
    said = told(
        {
            "none": {"departures": BASE},
            "a": {"departures": BASE + 1_000.0},
            "b": {"departures": BASE + 1_000.0 + jitter},
        }
    )
    assert "it cannot be told from “a”" in said[1]


def test_sign_that_differs_between_worlds_is_told() -> None:
    effect = np.where(np.arange(100) < 80, 1_000.0, -500.0)
    said = told({"none": {"departures": BASE}, "offer": {"departures": BASE + effect}})
    assert "500 fewer to 1,000 more" in said[1]
    assert "more in 80 % of the draws" in said[1]


def test_no_price_where_there_is_none() -> None:
    cost = {"none": np.zeros(100), "offer": np.full(100, 1e6)}
    effect = np.where(np.arange(100) < 70, 1_000.0, -10.0)
    said = told(
        {
            "none": {"departures": BASE, "cost_usd": cost["none"]},
            "offer": {"departures": BASE + effect, "cost_usd": cost["offer"]},
        }
    )
    assert "in 30 % of the draws no departure is added at any price" in said[1]


def test_harm_is_never_left_out_in_silence() -> None:
    said = told({"none": {"departures": BASE}, "offer": {"departures": BASE + 10.0}})
    assert "was not simulated" in said[2]


@pytest.mark.parametrize("name", ["killed_trying", "families_harmed", "attempts_failed"])
def test_harm_beside_benefit(name: str) -> None:
    said = told(
        {"none": {"departures": BASE, name: BASE}, "offer": {"departures": BASE + 10.0, name: BASE + 50.0}}
    )
    assert "50 more" in said[2]


def test_one_draw_claims_no_interval() -> None:
    said = told({"none": {"departures": [10.0]}, "offer": {"departures": [30.0]}}, Setting("today", True, 1))
    assert "10 persons (one draw, no interval)" in said[0]
    assert "20 more departures than the reference (one draw, no interval)" in said[1]
    assert "%" not in "".join(said)


def test_few_draws_that_carry_the_mean() -> None:
    from offramp.analysis.compare import spread

    value = spread(np.array([0.0] * 97 + [1e6] * 3))
    assert value is not None
    assert "a few draws carry the mean" in difference_text(value, "departures", "persons", SETTING)


def test_without_departures_there_is_no_answer() -> None:
    said = told({"none": {"killed": [1.0, 2.0]}})
    assert said == ["The run has no outcome called departures, so there is no answer to give."]


def test_largest_adder_needs_more_than_noise(full: synthetic.Results) -> None:
    assert largest_adder(tabulate(full.draws, "no offer")) == "family passage and capacity first"
    assert largest_adder(tabulate(draws({"none": {"departures": BASE}}), "none")) is None
