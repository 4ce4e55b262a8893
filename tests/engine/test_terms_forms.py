"""Closed forms of the regime, the levers and the terms of an offer in a run, worked out by hand.

As in `test_society_forms`: everybody leaves at once unless the form is about chance, and then the bound is stated.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from offramp.engine.inputs import CALLED, CLASSES
from offramp.engine.offering import politics_of
from offramp.engine.state import CRACKDOWN, FIGHTING, HARDSHIP, PAY, SENTENCE
from offramp.ensemble.draws import SobolSampler
from tests.engine.scenes import (
    STUBS,
    Z,
    at_once,
    drawn,
    finished,
    group,
    head,
    prepared,
    programme,
    route,
    table,
    ukraine,
)

WITH_STUBS = pytest.mark.parametrize("stubs", ["", STUBS])
RADIO = table("[[channel]]", name="radio", kind="broadcast", reach_per_day=0.01)


# The crackdown and levers ------------------------------------------------------------------------------------

FULL = {"barrier_share": 0.6, "death_hazard_increase": 0.8, "sentence_increase": 1.5, "strength_loss_share": 0.25,
        "reprisal_log_odds": 1.2, "detection_increase": 2.0, "capture_log_odds": 1.0, "killed_log_odds": -0.5}  # fmt: skip


def test_a_given_crackdown_sets_the_terms_of_the_day() -> None:
    """R2, R3, D4a and the levers, each as its formula says; men at home keep their windows, hazards and pay."""
    text = (
        head(3) + group("line", size=100, log_pay_ratio=0.5, casualty_per_day=0.001)
        + group("home", size=100, place="home", casualty_per_day=0.001, log_pay_ratio=0.1)
        + table("[choice]", pay_weight=2.0, hardship_weight=0.5, hardship=0.1, sentence_days=100.0)
        + route("accept", window_per_day=0.01, needs_programme=True, caught_probability=0.2, killed_probability=0.1,
                reprisal_probability=0.3)
        + programme("p", route="accept", safe_passage_log_odds=0.7, detection_per_day=0.01)
        + table("[regime]", crackdown="{ points = [[2022-02-24, 0.0], [2022-02-26, 0.5]] }", **FULL)
        + table("[[lever]]", name="arms", death_hazard_factor=1.5, log_pay_shift=-0.3, hardship_shift=0.4)
        + table("[[lever]]", name="more", death_hazard_factor=2.0, log_pay_shift=0.1, hardship_shift=-0.8)
        + table("[[policy]]", name="none") + table("[[policy]]", name="arms", programmes=["p"], levers=["arms"])
        + table("[[policy]]", name="both", programmes=["p"], levers=["arms", "more"])
        + table("[mobilisation]", group="home", quota=1, from_="2022-02-24", until="2022-02-26")
    )  # fmt: skip
    model = prepared(text, 200)
    run = finished(model, "arms")
    today, level = run.today, run.today.level
    assert level[CRACKDOWN] == 0.5
    assert today.window.tolist() == [1.0 - 0.6 * 0.5, 1.0]
    assert today.hazard.tolist() == pytest.approx([1.5 * (1.0 + 0.8 * 0.5), 1.0])
    assert level[SENTENCE] == 100.0 * (1.0 + 1.5 * 0.5)
    assert level[FIGHTING] == 1.0 - 0.25 * 0.5
    assert today.detection[0] == 0.01 * (1.0 + 2.0 * 0.5)
    assert math.log(today.reprisal[0] / (1.0 - today.reprisal[0])) == pytest.approx(
        math.log(3 / 7) + 1.2 * 0.5
    )
    success = 1.0 - today.caught[0] - today.killed[0]
    assert math.log(today.caught[0] / success) == pytest.approx(math.log(0.2 / 0.7) - 0.7 + 1.0 * 0.5)
    assert math.log(today.killed[0] / success) == pytest.approx(math.log(0.1 / 0.7) - 0.7 - 0.5 * 0.5)
    assert (level[PAY], level[HARDSHIP]) == pytest.approx((2.0 * -0.3, 0.5 * 0.5))
    both = finished(model, "both")
    assert both.today.hazard[0] == pytest.approx(3.0 * (1.0 + 0.8 * 0.5))
    assert (both.today.level[PAY], both.today.level[HARDSHIP]) == pytest.approx((2.0 * -0.2, 0.0))
    # staying is worth what pay and hardship leave of it: only the theatre's pay is shifted, and service weighs on who is called
    rows = (0, CLASSES, CLASSES + CALLED)
    line, home, called = (run.table.value[row, 0] - both.table.value[row, 0] for row in rows)
    assert line == pytest.approx(-(-0.6 - 0.25) + (-0.4 - 0.0))
    assert (home, called) == pytest.approx((0.0, 0.25))


def test_windows_deaths_and_ends_under_a_given_crackdown() -> None:
    """Counts of a large group against competing risks at R = 1, with a lever on top; false alarm 1e-7 each."""
    days, persons, window, death = 40, 40_000, 0.02, 0.002
    text = (
        head(days) + group(size=persons, casualty_per_day=death)
        + route("run", window_per_day=window, utility=40.0, caught_probability=0.2, killed_probability=0.1)
        + table("[regime]", crackdown=1.0, **FULL)
        + table("[[lever]]", name="arms", death_hazard_factor=1.5, end="2022-03-15")
        + table("[[policy]]", name="none") + table("[[policy]]", name="arms", levers=["arms"])
    )  # fmt: skip
    result = drawn(prepared(text, persons))
    odds = np.array([0.7, 0.2 * math.e, 0.1 * math.exp(-0.5)])
    success, caught, killed = odds / odds.sum()
    for policy, factor in ((0, 1.0), (1, 1.5)):
        tries = window * (1.0 - 0.6)
        serving, expected = 1.0, np.zeros(3)
        for day in range(days):
            dying = death * (1.0 + 0.8) * (factor if day < 20 else 1.0)
            leaving = serving * -math.expm1(-(tries + dying)) / (tries + dying)
            expected += leaving * np.array([tries * success, tries * caught, tries * killed + dying])
            serving *= math.exp(-(tries + dying))
        found = result.outcomes[policy]
        for key, share in zip(("departures", "imprisoned", "killed"), expected, strict=True):
            assert abs(found[key] - persons * share) < Z * math.sqrt(persons * share * (1.0 - share)), key


def test_who_waits_is_found_out_as_hard_as_the_regime_looks() -> None:
    """A queue that serves nobody within the run: what is left of it after ten calm and ten hard days; false alarm 1e-7."""
    more = table(
        "[regime]", detection_increase=2.0,
        crackdown='{ points = [[2022-02-24, 0.0], [2022-03-06, 1.0]], interpolation = "step" }',
    )  # fmt: skip
    size, rate = 4000, 0.02
    # a tenth of a place is never given to half a person; who was found out is held
    model = prepared(at_once(20, size, more, capacity_per_day=1e-3, detection_per_day=rate), size // 2)
    left = drawn(model).outcomes[1]["waiting_end"]
    share = math.exp(-rate * (10 + 10 * 3.0))
    assert abs(left - size * share) < Z * 2.0 * math.sqrt(size / 2 * share * (1.0 - share)) + size * rate / 40


# Families, places, conduct, enactment, guarantors ------------------------------------------------------------

FAMILIES = {"reprisal_probability": 0.1, "identified_share": 0.3}
VIDEO = table("[choice]", video_reprisal_factor=2.0, support_weight=1.0, sentence_days=9.0)


@WITH_STUBS
def test_t31_families_harmed(stubs: str) -> None:
    """Exact: 1,000 exits, each with one exposed household."""
    people = {"family_exposed_share": 1.0}

    def harmed(**offer: object) -> dict[str, float]:
        text = at_once(2, 1000, VIDEO + stubs, people, **FAMILIES, **offer)
        return drawn(prepared(text, 1000)).outcomes[1]

    assert harmed()["families_harmed"] == pytest.approx(30.0)
    assert harmed(testimony="mandatory")["families_harmed"] == pytest.approx(200.0)
    brought = harmed(testimony="mandatory", family_passage_share=0.7)
    assert brought["families_harmed"] == pytest.approx(60.0)
    assert brought["families_evacuated"] == pytest.approx(700.0)
    late = harmed(testimony="mandatory", family_passage_share=0.7, family_leak_share=0.5)
    assert late["families_harmed"] == pytest.approx(1000 * 0.2 * 0.65)
    hidden = harmed(testimony="mandatory", testimony_anonymised_share=0.6)
    assert hidden["families_harmed"] == pytest.approx(1000 * (0.4 * 0.2 + 0.6 * 0.03))
    optional = harmed(testimony="optional")
    assert 400 < optional["videos"] < 600  # nothing speaks for either
    assert optional["families_harmed"] == pytest.approx(
        0.2 * optional["videos"] + 0.03 * (1000 - optional["videos"])
    )


@WITH_STUBS
def test_families_of_those_who_are_caught(stubs: str) -> None:
    """Whoever is caught is known, and takes no household along: 0.1 for each, whatever would have followed his departure."""
    offer = {
        "family_passage_share": 0.7,
        "testimony": "mandatory",
        "caught_probability": 0.4,
        "killed_probability": 0.1,
    }
    model = prepared(
        at_once(3, 1000, VIDEO + stubs, {"family_exposed_share": 1.0}, **FAMILIES, **offer), 1000
    )
    found = drawn(model).outcomes[1]
    assert found["caught"] > 300.0 < found["departures"]
    assert found["families_harmed"] == pytest.approx(0.06 * found["departures"] + 0.1 * found["caught"])
    assert found["families_evacuated"] == pytest.approx(0.7 * found["departures"])
    certain = drawn(
        prepared(
            at_once(3, 500, VIDEO + stubs, {"family_exposed_share": 0.4}, **FAMILIES, caught_probability=1.0),
            500,
        )
    )
    share = certain.outcomes[1]["families_harmed"] / (0.1 * certain.outcomes[1]["caught"])
    assert certain.outcomes[1]["departures"] == 0.0
    assert abs(share - 0.4) < Z * math.sqrt(0.24 / 500)


def test_families_of_those_who_are_found_out_while_they_wait() -> None:
    """One place for a thousand: all others wait, and of the two households of each who is found out a tenth pay for it."""
    offer = {"capacity_per_day": 1.0, "detection_per_day": 0.05}
    two = VIDEO + "family_units = 2.0\n"
    model = prepared(at_once(20, 1000, two, {"family_exposed_share": 1.0}, **FAMILIES, **offer), 1000)
    found = drawn(model).outcomes[1]
    assert found["departures"] == 20.0 < found["caught"] == found["attempts_failed"]
    assert found["families_harmed"] == pytest.approx(2.0 * (0.03 * 20.0 + 0.1 * found["caught"]))


@pytest.mark.parametrize(
    ("limit", "days", "brought"), [("family_places", 30, 30.0), ("family_places_per_day", 30, 240.0)]
)
def test_family_places_are_used_up_and_not_exceeded(limit: str, days: int, brought: float) -> None:
    """Ten leave a day with a household each, and passage is promised to all: 30 places in all, or eight a day."""
    offer = {limit: 30.0 if limit == "family_places" else 8.0, "family_passage_share": 1.0, "capacity_per_day": 10.0,
             "family_cost_usd": 7.0}  # fmt: skip
    model = prepared(at_once(days, 400, VIDEO, {"family_exposed_share": 1.0}, **FAMILIES, **offer), 400)
    result, run = drawn(model).outcomes[1], finished(model)
    assert result["admitted"] == 10.0 * days
    assert result["families_evacuated"] == pytest.approx(brought)
    assert result["cost_usd"] == pytest.approx(7.0 * brought)
    assert result["families_harmed"] == pytest.approx(0.03 * (10.0 * days - brought))
    assert run.today.passage[0] == pytest.approx(0.0 if limit == "family_places" else 0.8)


def test_nobody_counts_on_places_that_are_used_up() -> None:
    """Weeks after the last place was taken, and though nobody asked since, passage is believed in no more."""
    window = '{ points = [[2022-02-24, 24.0], [2022-02-25, 0.0]], interpolation = "step" }'
    text = at_once(20, 30, VIDEO, {"family_exposed_share": 1.0}, family_passage_share=0.8, family_places=10.0)
    run = finished(prepared(text.replace("window_per_day = 24.0", f"window_per_day = {window}"), 30))
    assert run.outcome.families_evacuated[0] == pytest.approx(10.0)
    assert run.today.passage[0] == 0.0


def test_who_has_no_household_at_risk_asks_for_no_place() -> None:
    """Rounding may leave a little less than nothing of the last place; whoever then leaves alone takes none of it."""
    for places in (10.0, 19.0, 23.0):
        offer = {"family_passage_share": 0.55, "family_places": places, "family_cost_usd": 7.0}
        model = prepared(at_once(2, 200, VIDEO, {"family_exposed_share": 0.5}, **FAMILIES, **offer), 30)
        found = drawn(model).outcomes[1]
        assert found["families_evacuated"] == pytest.approx(places)
        assert found["cost_usd"] == pytest.approx(7.0 * places)


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_conduct_excludes_the_same_men_from_every_offer(share: float) -> None:
    model = prepared(at_once(2, 500, conduct_exclusion_share=share), 500)
    barred = (model.world(0, {}).population.conduct < share).sum()
    assert drawn(model).outcomes[1]["admitted"] == 500 - barred
    assert abs(barred - 500 * share) <= Z * math.sqrt(500 * share * (1.0 - share))


def test_politics_decide_once_for_all_offers() -> None:
    """A draw's uniform number against each offer's probability, whatever the policy; the rest is as if announced."""
    twin = programme("q", route="accept", enactment_probability=0.8, end="2022-02-25")
    text = at_once(
        3, 20, twin + table("[[policy]]", name="both", programmes=["q"]), enactment_probability=0.4
    )
    text += table("[[policy]]", name="all", programmes=["p", "q"])
    model = prepared(text, 20)
    for draw in range(20):
        politics = politics_of(model.seed, draw)
        *result, every = drawn(model, draw).outcomes
        assert [one["admitted"] for one in result] == [20.0 * (politics < 0.8), 0.0, 20.0 * (politics < 0.4)]
        first, second, third = (one["enacted"] for one in result)
        assert (first, third, every["enacted"]) == (politics < 0.8, politics < 0.4, politics < 0.4)
        assert math.isnan(second)
    assert "enacted" not in drawn(prepared(at_once(3, 20), 20)).outcomes[1]


@given(st.integers(0, 2**32 - 1), st.integers(0, 9), st.integers(0, 9_000_000))
def test_enactment_covers_any_number_of_draws_evenly(seed: int, power: int, first: int) -> None:
    """Exact: of 3^k draws in a row from a multiple of 3^k one falls into each cell of that width, wherever the cells begin."""
    size = 3 ** min(power, 6)
    first -= first % size
    found = np.sort([politics_of(seed, draw) for draw in range(first, first + size)])
    assert ((found >= 0.0) & (found < 1.0)).all()
    assert np.diff(found) == pytest.approx(1.0 / size, abs=2.0 / max(size, first + size))


def test_three_in_five_are_three_fifths_of_the_draws() -> None:
    """Within two draws of 200, and of any number on the way; nor does enactment go in step with any input."""
    for seed in range(1, 21):
        enacted = np.array([politics_of(seed, draw) < 0.6 for draw in range(200)])
        ahead = np.cumsum(enacted) - 0.6 * np.arange(1, 201)
        assert np.abs(ahead).max() <= 4.0
        assert abs(ahead[-1]) <= 2.0
        inputs = SobolSampler(ukraine().scenario, seed).points(0, 200)
        step = np.abs(inputs[enacted].mean(axis=0) - inputs[~enacted].mean(axis=0))
        error = math.sqrt((1 / enacted.sum() + 1 / (~enacted).sum()) / 12.0)
        assert step.max() < Z * error


@pytest.mark.parametrize("told", [False, True])
def test_enactment_takes_its_time(told: bool) -> None:
    """Announced on day 2, in force four days and a half later, to whoever has heard by then; no other term moves."""
    offer = {"start": "2022-02-26", "enactment_delay_days": 4.4}
    model = prepared(at_once(9, 1000, RADIO if told else "", **offer), 1000)
    left = drawn(model).paths[1, :, 0, model.states.index("accept")]
    assert left[6] == 0.0  # end of day 5
    rank = model.world(0, {}).population.aware
    known = (rank <= -math.expm1(-0.01 * 4)).sum() if told else 1000
    assert left[7] == known


@pytest.mark.parametrize(
    ("offer", "able"),
    [
        ({"guarantor_win_loss": 0.8}, 1 - 0.8 * 0.3),
        ({"guarantor_settlement_loss": 0.5}, 1 - 0.5 * 0.4 * 0.7),
        ({"guarantor_win_loss": 0.8, "guarantor_settlement_loss": 0.5, "exchange_probability": 0.1}, 1 - 0.24 - 0.14 - 0.1),
        ({"guarantor_win_loss": 1.0, "exchange_probability": 0.9}, 0.0),
    ],
)  # fmt: skip
def test_what_a_guarantor_is_believed_to_keep(offer: dict[str, object], able: float) -> None:
    """The worth of cash in the menu of the day, theta a_m ln(1 + cash / wealth): its theta is trust times ability."""
    war = '[force]\npersons = 30\ninitial_shares = { "soldiers" = 1.0 }\n[war]\nwin_probability = 0.3\nsettlement_share = 0.4\n'
    more = war + table("[choice]", money_weight=2.0)
    text = at_once(3, 0, more, {"wealth_usd": 10_000.0}, cash_usd=30_000.0, trust=0.5, **offer).replace(
        "size = 0\n", ""
    )
    run = finished(prepared(text, 30))
    assert run.table.value[0, 0] - 40.0 == pytest.approx(0.5 * able * 2.0 * math.log(4.0))
