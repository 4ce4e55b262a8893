"""The three sentences: what they claim, and above all what they do not."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import polars as pl
import pytest

from offramp.show.answer import Answer, Setting, answer, difference_text, largest_adder
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


def given(policies: dict[str, dict[str, Sequence[float] | np.ndarray]], setting: Setting = SETTING) -> Answer:
    table = draws(policies)
    return answer(tabulate(table, next(iter(policies))), table, setting)


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def told(
    policies: dict[str, dict[str, Sequence[float] | np.ndarray]], setting: Setting = SETTING
) -> list[str]:
    return [plain(sentence) for sentence in given(policies, setting).sentences]


def line(policies: dict[str, dict[str, Sequence[float] | np.ndarray]], setting: Setting = SETTING) -> str:
    """What is said of the last policy: what it adds, then its harm."""
    last = given(policies, setting).lines[-1]
    return plain(f"{last.policy}: {last.added}. {last.harm}")


def test_full_answer(full: synthetic.Results) -> None:
    found = answer(tabulate(full.draws, "no offer"), full.draws, Setting("31 December 2023", True, 200))
    sentences = found.sentences
    assert len(sentences) == 3
    assert sentences[0].startswith("Under “no offer”, about 2")
    assert "by “desert”" in sentences[0]
    assert "“family passage and capacity first” adds most" in sentences[1]
    assert "per net departure" in sentences[1]
    assert [one.policy for one in found.lines] == list(synthetic.POLICIES[1:])
    assert all("interval" in sentence for sentence in sentences)
    for one in found.lines:
        for harm in (
            "families harmed",
            "caught",
            "imprisoned",
            "killed while trying",
            "in the invading force",
        ):
            assert harm in one.harm


NUMBER = re.compile(r"[+\N{MINUS SIGN}$]?\d[\d,.]*(?: million)?(?: %)?")


def test_every_number_carries_its_interval(full: synthetic.Results) -> None:
    """Outside brackets, which hold intervals, each result is followed by one; what is left are names and counts."""
    found = answer(tabulate(full.draws, "no offer"), full.draws, Setting("the end", True, 200))
    for text in (*found.sentences, *(f"{one.added}; {one.harm}" for one in found.lines)):
        bare = re.sub(r"“[^”]*”", "", plain(text))
        bare = re.sub(
            r"[Oo]f \d+ other policies|more in \S+ % of the draws|in (?:\d+|none|all) of 200 draws", "", bare
        )
        outside = re.sub(r"\([^()]*\)", "()", bare)
        for match in NUMBER.finditer(outside):
            rest = outside[match.end() : match.end() + 45]
            assert "()" in rest, (match[0], rest)
        assert all(
            re.search(r"interval| to |below|same in every|over \$|median", b)
            for b in re.findall(r"\(([^()]*)\)", bare)
        )


def test_shares_of_routes_are_those_of_draws() -> None:
    one, two = np.array([1.0, 3.0] * 50), np.array([1.0, 1.0] * 50)
    said = told({"none": {"departures": one + two, "departures.a": one, "departures.b": two}})
    assert "of them 62 % (90 % interval 50 to 75 %) by “a” and 38 % (25 to 50 %) by “b”" in said[0]


def test_events_never_seen_have_a_chance() -> None:
    none, some = np.zeros(100), (np.arange(100) < 4).astype(float)
    said = told({"none": {"departures": BASE, "front_collapsed": none, "tipped": some}})
    assert "the front collapses in none of 100 draws (a chance below 3 %, with 95 % confidence)" in said[1]
    assert "in 4 of 100 draws (4 %, 90 % interval 1.4 to 8.9 %)" in said[1]
    said = told(
        {
            "none": {"departures": BASE, "front_collapsed": none},
            "offer": {"departures": BASE, "front_collapsed": some},
        }
    )
    assert "under “none” and in 4 of 100 draws" in said[1]
    collapses = {"departures": BASE, "front_collapsed": some}
    said = told({"none": {"departures": BASE, "front_collapsed": none}, "a": collapses, "b": collapses})
    assert (
        "95 % confidence) under “none” and in 4 of 100 draws (4 %, 90 % interval 1.4 to 8.9 %) under every other"
        in said[1]
    )
    outcomes = {"departures": BASE, "tipped": none}
    said = told({"none": outcomes, "one": outcomes, "two": outcomes | {"tipped": some}})
    assert said[1].count("with 95 % confidence") == 1
    assert "under “two” and in none of 100 draws" in said[1]
    assert said[1].endswith("under every other policy.")


def test_an_offer_that_admits_nobody_in_some_draws_says_so() -> None:
    admitted = np.where(np.arange(100) < 40, 0.0, 500.0)
    none = {"departures": BASE, "admitted": 0.0 * BASE}
    offer = {"departures": BASE + admitted, "admitted": admitted}
    assert "; in 40 % of the draws it admits nobody." in line({"none": none, "offer": offer})
    assert "admits nobody" not in line({"none": none, "sanctions": none})
    always = {"departures": BASE + 1.0, "admitted": admitted + 1.0}
    assert "admits nobody" not in line({"none": none, "offer": always})


def test_harms_after_a_departure_are_told_where_they_can_happen() -> None:
    none = {"departures": BASE, "caught": BASE, "exchanged_back": 0.1 * BASE, "refouled": 0.0 * BASE}
    offer = none | {"departures": BASE + 9.0, "refouled": 0.01 * BASE}
    said = line({"none": none, "offer": offer})
    assert "afterwards exchanged back 0 (the same in every draw), sent back to danger +85 (51 to 120)" in said
    assert "sent back" not in told({"none": none, "offer": offer})[2]
    assert "exchanged back 850 (" in told({"none": none, "offer": offer})[2]
    assert "sent back" not in line({"none": none, "offer": none | {"departures": BASE + 9.0}})


def test_noise_is_not_an_effect() -> None:
    noise = RNG.normal(0.0, 500.0, 100)
    noise -= noise.mean()
    said = told({"none": {"departures": BASE}, "offer": {"departures": BASE + noise}})
    assert "No other policy adds departures that can be told from zero" in said[1]
    assert "“offer” cannot be told from no effect with 100 draws" in said[1]
    assert "90 % interval" in line({"none": {"departures": BASE}, "offer": {"departures": BASE + noise}})


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
    assert "there is no upper end: in 30 % of the draws no departure is added at any price" in said[1]
    assert "over $1,000" in said[1]


def test_harm_is_never_left_out_in_silence() -> None:
    said = told({"none": {"departures": BASE}, "offer": {"departures": BASE + 10.0}})
    assert "was not simulated" in said[2]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("killed_trying", "killed while trying to leave"),
        ("families_harmed", "families harmed"),
        ("caught", "caught"),
        ("imprisoned", "imprisoned"),
    ],
)
def test_harms_of_every_policy_stand_beside_what_it_adds(name: str, words: str) -> None:
    offers = {"none": 0.0, "small": 30.0, "large": 50.0}
    found = given({p: {"departures": BASE + x, name: BASE + x} for p, x in offers.items()})
    assert words in found.sentences[2]
    assert [f"{words} +{x}" in one.harm for one, x in zip(found.lines, (30, 50), strict=True)] == [True, True]


def test_deaths_of_all_sides_and_what_cannot_be_told() -> None:
    noise = RNG.normal(0.0, 50.0, 100)
    noise -= noise.mean()
    base = {"departures": BASE, "killed_trying": BASE, "killed": BASE, "defender_deaths": BASE}
    offer = base | {"killed": BASE + noise, "defender_deaths": BASE - 7.0}
    said = line({"none": base | {"civilian_deaths": BASE}, "offer": offer | {"civilian_deaths": BASE + 3.0}})
    assert "killed while trying to leave 0 (the same in every draw)" in said
    assert "in the defending force −7 (the same in every draw), of civilians +3" in said
    assert said.endswith("too small to tell from no change with these draws: deaths in the invading force")


def test_one_draw_claims_no_interval() -> None:
    said = told({"none": {"departures": [10.0]}, "offer": {"departures": [30.0]}}, Setting("today", True, 1))
    assert "10 persons (one draw, no interval)" in said[0]
    assert "20 more departures than the reference (one draw, no interval)" in said[1]
    assert "%" not in "".join(said)
    harm = {"departures": [10.0], "caught": [4.0], "tipped": [0.0]}
    said = told({"none": harm, "offer": harm | {"tipped": [1.0]}}, Setting("today", True, 1))
    assert "caught 4 (one draw)" in said[2]
    assert "in this one draw departures tip into mass desertion under “offer”" in said[1]


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


def test_whom_an_offer_displaces_stands_beside_what_it_adds() -> None:
    gross, ones = np.full(100, 400.0) + RNG.normal(0.0, 9.0, 100), np.ones(100)
    for net, text in ((300.0, r"; 400 \(3.. to 4..\) leave by the offer, of whom 1.. \(\d+ to 1..\) would have left"),
                      (450.0, r"and others are drawn along: \d+ \(\d+ to \d+\)")):  # fmt: skip
        policies: dict[str, dict[str, Sequence[float] | np.ndarray]] = {
            "none": {"departures": BASE, "departures_gross": 0.0 * ones, "departures_displaced": 0.0 * ones},
            "offer": {"departures": BASE + net, "departures_gross": gross, "departures_displaced": gross - net},
        }  # fmt: skip
        assert re.search(text, line(policies)), line(policies)
    policies["offer"]["departures_gross"] = 0.0 * ones
    assert "by the offer" not in line(policies)
