"""The three sentences: what they claim, and above all what they do not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import polars as pl
import pytest

from offramp.engine import medians, prepare
from offramp.scenario import load
from offramp.show.answer import Answer, Setting, answer, largest_adder
from offramp.show.layout import tabulate
from offramp.show.run import messengers_of
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
    found = given(policies, setting)
    return [plain(sentence) for sentence in (*found.sentences, *found.chances)]


def line(policies: dict[str, dict[str, Sequence[float] | np.ndarray]], setting: Setting = SETTING) -> str:
    """What is said of the last policy: what it adds, then its harm."""
    last = given(policies, setting).lines[-1]
    return plain(f"{last.policy}: {last.added} {last.harm}")


def words(sentence: str) -> int:
    """As read aloud; a scenario's own name counts as two words, whatever its length."""
    return len(re.sub(r"“[^”]*”", "its name", plain(sentence)).split())


def check_breath(found: Answer) -> None:
    """What is read aloud is read in one breath."""
    lines = [
        part
        for one in found.lines
        for text in (one.added, one.harm, one.beyond)
        for part in re.split(r"(?<=\.) ", text)
    ]
    for sentence in (*found.sentences, *found.chances, *lines):
        assert words(sentence) <= 36, sentence


def test_full_answer(full: synthetic.Results) -> None:
    found = answer(tabulate(full.draws, "no offer"), full.draws, Setting("31 December 2023", True, 200))
    sentences = found.sentences
    assert len(sentences) == 3
    assert sentences[0].startswith("Under “no offer”, 2")
    assert "by “desert”" in sentences[0]
    assert "are killed trying" in sentences[0]
    assert "“family passage and capacity first” adds most" in sentences[1]
    assert " each (" in sentences[1]
    assert [one.policy for one in found.lines] == list(synthetic.POLICIES)
    assert all("interval" in sentence for sentence in sentences)
    check_breath(found)
    for harm in ("more are killed trying", "caught", "families are harmed"):
        assert harm in sentences[2]
    for one in found.lines:
        for harm in ("families harmed", "caught", "imprisoned", "illed while trying", "invading force"):
            assert harm in one.harm


SCENARIOS = "minimal", "one-squad", "docs/examples/maren.toml", "docs/examples/own-game.toml", "ukraine-2022"


@pytest.mark.parametrize("count", [1, 2, 5])
@pytest.mark.parametrize("name", SCENARIOS)
def test_answers_of_what_is_shipped_are_read_in_one_breath(name: str, count: int) -> None:
    """From few draws with few soldiers: the text is judged, not the numbers."""
    shipped = load(Path(__file__).parents[2] / name if name.endswith(".toml") else name)
    names = [policy.name for policy in shipped.policies]
    model = prepare(shipped, soldiers=500, seed=1)
    rows = [
        {"policy": policy, "draw": draw} | {f"outcome.{key}": value for key, value in one.items()}
        for draw in range(count)
        for policy, one in zip(names, model.run_draw(draw, medians(shipped), names).outcomes, strict=True)
    ]
    table = pl.DataFrame(rows, infer_schema_length=None)
    told = messengers_of(cast("Any", SimpleNamespace(scenario=shipped, policies=names)))
    setting = Setting("31 December 2023", bool(shipped.inputs), count, told)
    found = answer(tabulate(table, names[0]), table, setting)
    assert len(found.sentences) == 3
    assert found.sentences[0].startswith(f"Under “{names[0]}”, ")
    assert [one.policy for one in found.lines] == (names if len(names) > 1 else [])
    check_breath(found)


def test_an_open_door_is_told_of_emigrants_with_their_price_and_their_harms() -> None:
    """The price of a departure is that of the package beside it; what emigrants cost and suffer is said of them."""
    none = {"departures": BASE, "caught": BASE, "emigrations": 100.0 * BASE, "cost_usd": 0.0 * BASE,
            "refouled": 0.0 * BASE, "refouled.soldiers": 0.0 * BASE, "refouled.emigrants": 0.0 * BASE,
            "departures_cost_usd": 0.0 * BASE, "emigrants_cost_usd": 0.0 * BASE, "videos": 0.0 * BASE}  # fmt: skip
    package = none | {"departures": 2.0 * BASE, "caught": 2.0 * BASE, "cost_usd": 1e5 * BASE, "videos": 0.5 * BASE,
                      "departures_cost_usd": 1e5 * BASE, "refouled": 0.01 * BASE, "refouled.soldiers": 0.01 * BASE}  # fmt: skip
    door = package | {"emigrations": 150.0 * BASE, "cost_usd": 6e5 * BASE, "emigrants_cost_usd": 5e5 * BASE,
                      "refouled": 0.51 * BASE, "refouled.emigrants": 0.5 * BASE}  # fmt: skip
    found = given({"none": none, "package": package, "door": door}, SETTING)
    first, second, third = found.lines
    assert "emigra" not in f"{first.added} {first.harm} {second.added} {second.harm}".lower()
    assert " at $100,000 each" in second.added
    assert third.added.startswith(second.added.partition(" Cannot")[0])
    assert " From home, " in third.added
    assert " more emigrate (" in third.added
    assert " at $10,000 each" in third.added
    assert "Emigrants: sent back to danger +" in third.harm
    for one in (second, third):
        assert "Besides: sent back to danger +" in one.harm
        assert "shown on video +" in one.harm
    check_breath(found)


def test_nobody_leaves() -> None:
    said = told({"none": {"departures": 0.0 * BASE}, "offer": {"departures": 0.0 * BASE}})
    assert said[0] == "Under “none”, nobody leaves by 31 December 2023 in any draw."
    assert said[1] == "Under “offer”, as many leave in every draw."


def test_where_nobody_is_harmed_it_says_so() -> None:
    said = told({"none": {"departures": BASE, "caught": 0.0 * BASE, "killed_trying": 0.0 * BASE}})
    assert said[0].endswith("leave by 31 December 2023.")
    assert said[2].startswith("In no draw is anybody caught or killed trying")


NUMBER = re.compile(r"[+\N{MINUS SIGN}$]?\d[\d,.]*(?: million)?(?: %)?")


def test_every_number_carries_its_interval(full: synthetic.Results) -> None:
    """Outside brackets, which hold intervals, each result is followed by one; what is left are names and counts."""
    beside = {synthetic.POLICIES[3]: synthetic.POLICIES[1]}
    found = answer(tabulate(full.draws, "no offer"), full.draws, Setting("the end", True, 200, beside))
    assert any(one.beyond for one in found.lines)
    for text in (
        *found.sentences,
        *found.chances,
        *(f"{one.added} {one.harm} {one.beyond}" for one in found.lines),
    ):
        bare = re.sub(r"“[^”]*”", "", plain(text))
        bare = re.sub(
            r"Of \d+ other policies|In \S+ % of the draws|of 200 draws|\d+ others? come|by 31 December 2023",
            "",
            bare,
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
    assert said[0].endswith("67 % of them by “a” (50 to 75 %).")  # 2 of 3, as the means in the table


def test_events_never_seen_have_a_chance() -> None:
    none, some = np.zeros(100), (np.arange(100) < 4).astype(float)
    said = told({"none": {"departures": BASE, "front_collapsed": none, "tipped": some}})
    assert said[3] == (
        "The front collapses in none of 100 draws under “none” (a chance below 3 %, with 95 % confidence)."
    )
    assert said[4].endswith("in 4 of 100 draws under “none” (90 % interval 1.4 to 8.9 %).")
    rare, often = ({"departures": BASE, "front_collapsed": x} for x in (none, some))
    assert said[3][:-1].rpartition("under")[0] in told({"none": rare, "a": rare})[3]
    assert "under every policy" in told({"none": rare, "a": rare})[3]
    assert told({"none": often, "a": rare})[3].endswith(
        "(90 % interval 1.4 to 8.9 %), under no other policy more often."
    )
    assert told({"none": rare, "a": often, "b": often, "c": rare})[3].endswith(
        "most often in 4 under “a” and 1 other (1.4 to 8.9 %)."
    )


def test_an_offer_that_admits_nobody_in_some_draws_says_so() -> None:
    admitted = np.where(np.arange(100) < 40, 0.0, 500.0)
    none = {"departures": BASE, "admitted": 0.0 * BASE}
    offer = {"departures": BASE + admitted, "admitted": admitted}
    assert " In 40 % of the draws it admits nobody." in line({"none": none, "offer": offer})
    assert "admits nobody" not in line({"none": none, "sanctions": none})
    always = {"departures": BASE + 1.0, "admitted": admitted + 1.0}
    assert "admits nobody" not in line({"none": none, "offer": always})


def test_a_price_that_holds_what_an_off_ramp_costs_says_so() -> None:
    none = {"departures": BASE, "cost_usd": 0.0 * BASE, "offramp_cost_usd.coalition": 0.0 * BASE}
    offer = none | {"departures": 2.0 * BASE, "cost_usd": 1e5 * BASE}
    ramp = offer | {"cost_usd": 3e5 * BASE, "offramp_cost_usd.coalition": 2e5 * BASE}
    _, plain_offer, with_ramp = given({"none": none, "offer": offer, "ramp": ramp}).lines
    assert "That price holds what its off-ramp costs." not in plain_offer.added
    assert " at $300,000 each ($300,000). That price holds what its off-ramp costs." in with_ramp.added


def test_noise_is_not_an_effect() -> None:
    noise = RNG.normal(0.0, 500.0, 100)
    noise -= noise.mean()
    said = told({"none": {"departures": BASE}, "offer": {"departures": BASE + noise}})
    assert said[1].startswith("Under “offer”, ")
    assert "90 % interval" in said[1]
    assert said[1].endswith("which 100 draws cannot tell from none.")
    noisy = {"departures": BASE + noise}
    said = told({"none": {"departures": BASE}, "a": noisy, "b": noisy, "c": {"departures": BASE - 9.0}})
    assert (
        said[1]
        == "None of 3 other policies adds departures that 100 draws can tell from zero; 1 lowers them."
    )
    assert "cannot tell from none" in line({"none": {"departures": BASE}, "offer": noisy})


def test_same_in_every_draw_is_said() -> None:
    said = told({"none": {"departures": BASE}, "offer": {"departures": BASE}})
    assert said[1] == "Under “offer”, as many leave in every draw."


def test_a_policy_that_lowers_departures() -> None:
    said = told({"none": {"departures": BASE}, "offer": {"departures": BASE - 100.0}})
    assert said[1] == "Under “offer”, 100 fewer leave (the same in every draw)."


def test_two_that_cannot_be_told_apart() -> None:
    jitter = RNG.normal(0.0, 300.0, 100)
    jitter -= jitter.mean() - 1.0
    near = {"departures": BASE + 1_000.0 + jitter}
    both = {"none": {"departures": BASE}, "a": {"departures": BASE + 1_000.0}, "b": near}
    assert told(both)[1].endswith("; “a” may add as many.")
    found = given(both | {"a": near, "c": {"departures": BASE + 999.0}, "b": {"departures": BASE + 1_000.0}})
    assert "may add as many" in found.sentences[1]
    assert sum("Cannot be told from" in one.added for one in given(both).lines) == 1


def test_sign_that_differs_between_worlds_is_told() -> None:
    effect = np.where(np.arange(100) < 80, 1_000.0, -500.0)
    said = told({"none": {"departures": BASE}, "offer": {"departures": BASE + effect}})
    assert "500 fewer to 1,000 more" in said[1]


def test_no_price_where_there_is_none() -> None:
    cost = {"none": np.zeros(100), "offer": np.full(100, 1e6)}
    effect = np.where(np.arange(100) < 70, 1_000.0, -10.0)
    said = told(
        {
            "none": {"departures": BASE, "cost_usd": cost["none"]},
            "offer": {"departures": BASE + effect, "cost_usd": cost["offer"]},
        }
    )
    assert said[1].endswith("at $1,400 each (over $1,000 in 19 draws of 20).")


def test_harm_is_never_left_out_in_silence() -> None:
    said = told({"none": {"departures": BASE}, "offer": {"departures": BASE + 10.0}})
    assert "was not simulated" in said[2]


@pytest.mark.parametrize(
    ("name", "verb", "noun"),
    [
        ("killed_trying", "more are killed trying", "illed while trying to leave"),
        ("families_harmed", "more families are harmed", "amilies harmed"),
        ("caught", "more are caught", "aught"),
        ("imprisoned", "more are imprisoned", "mprisoned"),
    ],
)
def test_harms_of_every_policy_stand_beside_what_it_adds(name: str, verb: str, noun: str) -> None:
    offers = {"none": 0.0, "small": 30.0, "large": 50.0}
    found = given({p: {"departures": BASE + x, name: BASE + x} for p, x in offers.items()})
    assert f"50 {verb} (the same in every draw)" in found.sentences[2]
    assert f"{noun} +30 (" in found.lines[1].harm
    assert f"{noun} +50 (" in found.lines[2].harm


def test_without_a_best_policy_the_harm_is_the_references() -> None:
    base = {"departures": BASE, "killed_trying": BASE, "caught": 2.0 * BASE, "families_harmed": 3.0 * BASE}
    said = told({"none": base, "offer": base})
    assert "are killed trying (" in said[0]
    assert said[2].startswith("Under “none”, ")
    assert "are caught (90 % interval" in said[2]
    assert "families are harmed (" in said[2]


def test_deaths_of_all_sides() -> None:
    noise = RNG.normal(0.0, 50.0, 100)
    base = {"departures": BASE, "killed_trying": BASE, "killed": BASE, "defender_deaths": BASE}
    offer = base | {"killed": BASE + noise, "defender_deaths": BASE - 7.0}
    said = line({"none": base | {"civilian_deaths": BASE}, "offer": offer | {"civilian_deaths": BASE + 3.0}})
    assert "Unchanged in every draw: killed while trying to leave." in said
    assert "defending force −7 (the same in every draw), civilians +3" in said
    assert "All deaths: invading force " in said


def test_one_draw_claims_no_interval() -> None:
    said = told({"none": {"departures": [10.0]}, "offer": {"departures": [30.0]}}, Setting("today", True, 1))
    assert "10 (one draw, no interval) leave" in said[0]
    assert "20 more leave (one draw, no interval)" in said[1]
    assert "%" not in "".join(said)
    harm = {"departures": [10.0], "caught": [4.0], "tipped": [0.0]}
    said = told({"none": harm, "offer": harm | {"tipped": [1.0]}}, Setting("today", True, 1))
    assert "4 are caught (one draw)" in said[0]
    assert said[3] == "In this one draw departures tip into mass desertion under “offer”."


def test_few_draws_that_carry_the_mean() -> None:
    few = np.array([0.0] * 97 + [1e6] * 3)
    assert (
        "a few draws carry the mean"
        in told({"none": {"departures": BASE}, "a": {"departures": BASE + few}})[1]
    )


def test_without_departures_there_is_no_answer() -> None:
    said = told({"none": {"killed": [1.0, 2.0]}})
    assert said == ["The run has no outcome called departures, so there is no answer to give."]


def test_largest_adder_needs_more_than_noise(full: synthetic.Results) -> None:
    assert largest_adder(tabulate(full.draws, "no offer")) == "family passage and capacity first"
    assert largest_adder(tabulate(draws({"none": {"departures": BASE}}), "none")) is None


def test_what_carries_an_offer_is_told_apart_from_what_it_pays() -> None:
    none = {"departures": [5.0] * 4, "cost_usd": [0.0] * 4, "paid_usd.channels and levers": [0.0] * 4}
    both = {
        "departures": [6.0, 7.0, 8.0, 9.0],
        "cost_usd": [10e6] * 4,
        "paid_usd.channels and levers": [2e6, 3e6, 3e6, 4e6],
    }
    said = line({"none": none, "offer": both})
    assert (
        "Of what it costs, $3 million ($2.2 million to $3.8 million) goes into channels and levers, on top of"
        in said
    )
    alone = both | {"paid_usd.channels and levers": [10e6] * 4}
    assert "channels and levers" not in line({"none": none, "offer": alone})
