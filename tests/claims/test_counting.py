"""Tests counted over draws that were written down by hand, and the verdicts that follow."""

from __future__ import annotations

import math
from dataclasses import astuple, replace

import numpy as np
import pytest

from offramp.claims import judge
from offramp.claims.claim import Cited, Drawn, Reading, Relation, Simulated
from offramp.claims.counting import count, missing, spread
from offramp.claims.plain import plain
from offramp.claims.reason import sentences
from offramp.claims.verdict import BOUND
from tests.claims.draws import MORE, NOTHING, OFFER, sample, undrawn, verdict_of
from tests.claims.scene import asks, claim, claims


@pytest.mark.parametrize(
    ("main", "pessimist", "word"),
    [
        ([1.2] * 100, [1.2] * 40, "holds"),
        ([1.0] * 100, [1.0] * 40, "does not hold"),
        ([1.2] * 100, [1.0] * 40, "holds if"),
        ([1.2] * 50 + [1.0] * 50, [1.0] * 20 + [1.2] * 20, "cannot be told from the evidence"),
        # 1.1 times 100 is what the test asks: the line itself counts
        ([1.1] * 100, [1.1] * 40, "holds"),
    ],
)
def test_words(main: list[float], pessimist: list[float], word: str) -> None:
    rng = np.random.default_rng(1)
    samples = [  # nothing is drawn, so that no box is there to be found, and nothing is fixed among what is drawn
        undrawn(sample(name, 100.0, 100.0 * rng.permutation(np.round(one, 3)) + 1e-9))
        for name, one in (("main", main), ("pessimist", pessimist))
    ]
    found = verdict_of(MORE, *samples)
    assert found.verdict is not None
    assert found.verdict.word == word


def test_a_box_of_assumptions_is_a_condition() -> None:
    trust = np.tile(np.linspace(0.0, 1.0, 201), 2)  # the same in both halves
    found = verdict_of(MORE, sample("main", 100.0, np.where(trust > 0.4, 130.0, 90.0), trust))
    assert found.word == "holds if `trust` is above 0.4"
    row = plain(found, claims([found.claim], []))
    assert row["tests"][0]["fails_in"]["conditions"] == ["`trust` is below 0.4"]
    assert row["tests"][0]["learn"][0]["input"] == "trust"
    assert "It holds where `trust` is above 0.4" in row["sentences"][2]
    assert len(row["sentences"]) == 3


def test_the_weakest_of_several_tests_decides_and_is_told() -> None:
    good = asks("a", "above", "0", a=OFFER)
    one = claim("x.1", good, asks("a", "below", "0", a=OFFER))
    found = judge(one, claims([one], []), [sample("main", 100.0, np.linspace(90.0, 180.0, 60))])
    assert found.word == "does not hold"
    row = plain(found, claims([one], []))
    assert row["decided_by"] == 1


def test_that_it_is_the_other_way_round_is_told() -> None:
    """Of 100 draws 10 bear it out, 30 lie hardly the other way and 60 clearly."""
    offer = np.repeat([120.0, 98.0, 80.0], [10, 30, 60])
    found = verdict_of(asks("a", "clearly above", "b", a=OFFER, b=NOTHING), sample("main", 100.0, offer))
    row = plain(found, claims([found.claim], []))
    told = "it is the other way round, `a` is below `b`, in 90% of the draws with the main priors, clearly so in 60%"
    assert told in row["sentences"][1]
    assert row["tests"][0]["worlds"][0]["other_way_round"]["clearly"] == pytest.approx(0.6)
    other = verdict_of(asks("a", "clearly below", "b", a=OFFER, b=NOTHING), sample("main", 100.0, offer))
    assert "other way round" not in " ".join(plain(other, claims([other.claim], []))["sentences"])


@pytest.mark.parametrize(
    ("holding", "told"),
    [
        (
            100,
            "More draws would not settle it, because the plausible worlds disagree, and no input by itself is seen to turn",
        ),
        (
            182,
            "More draws may settle it, because a share is near a line, and no input",
        ),
    ],
)
def test_why_a_claim_cannot_be_told_is_told(holding: int, told: str) -> None:
    rng = np.random.default_rng(3)  # in no order of the input
    offer = rng.permutation(np.repeat([120.0, 100.0], [holding, 200 - holding]))
    found = verdict_of(MORE, sample("main", 100.0, offer))
    row = plain(found, claims([found.claim], []))
    assert row["verdict"] == "cannot be told from the evidence"
    assert len(row["sentences"]) == 3
    assert row["sentences"][2].startswith(told)


def test_of_what_turns_the_answer_the_last_sentence_tells() -> None:
    """It holds in no draw of the lowest third of trust, in half of the middle and in all of the highest."""
    trust = np.tile(np.linspace(0.0, 1.0, 100), 3)
    offer = np.where(trust + 0.4 * np.sin(37.0 * np.arange(300)) > 0.5, 120.0, 100.0)
    found = verdict_of(MORE, sample("main", 100.0, offer, trust))
    last = plain(found, claims([found.claim], []))["sentences"][2]
    assert last.startswith("More draws would not settle it, because the plausible worlds disagree: ")
    assert "`trust`" in last


def test_a_handful_of_people_is_told_as_chance() -> None:
    """One or two of two thousand leave: which of two counts is higher is chance, whatever causes it."""
    rng = np.random.default_rng(5)
    few = sample("main", rng.poisson(1.0, 200), rng.poisson(1.5, 200))
    many = sample("main", 100.0 * rng.poisson(1.0, 200), 100.0 * rng.poisson(1.5, 200))
    row, other = (
        plain(found, claims([found.claim], [])) for found in (verdict_of(MORE, few), verdict_of(MORE, many))
    )
    assert row["untold_for"] == "so few people that chance decides"
    assert row["sentences"][2].startswith("More draws would not settle it, because so few people are counted")
    assert other["untold_for"] == "the plausible worlds disagree"


def test_figures_beside_draws_are_told() -> None:
    """One half of the claim is a figure: 71 percent is above 50; and several tests by figures get a sentence each."""
    poll = asks("support", "above", "50", "figures", support="B-170")
    drawn = asks("a", "above", "0.5 * b", a=OFFER, b=NOTHING)
    one = claim("x.1", poll, drawn)
    row = plain(
        judge(one, claims([one], []), [sample("main", 100.0, np.linspace(90.0, 130.0, 200))]),
        claims([one], []),
    )
    assert (
        row["sentences"][-1]
        == "The test that `support` is above 50: 71 against 50 percent, which bears it out."
    )
    two = claim("x.2", poll, asks("support", "above", "90", "figures", support="B-170"))
    told = plain(judge(two, claims([two], [])), claims([two], []))["sentences"]
    assert (
        told[0] == "The test that `support` is above 90: 71 against 90 percent, which does not bear it out."
    )
    assert told[1] == row["sentences"][-1]


def test_a_set_of_priors_in_which_it_is_the_other_way_round_is_named() -> None:
    """Most worlds of the main priors bear it out; by those of the optimist it is the other way round in all."""
    test = asks("a", "clearly above", "b", a=OFFER, b=NOTHING)
    some = [sample("main", 100.0, [120.0] * 60), sample("optimist", 100.0, [80.0] * 40)]
    found = verdict_of(test, *some)
    assert (
        found.word == "holds if one goes by the main priors"
    )  # moved by what sets these apart: no fixed judgement
    told = plain(found, claims([claim("x.1", test)], []))["sentences"][1]
    assert told.endswith(
        "the other way round, `a` is below `b`, in 100% of the draws with the optimist priors."
    )


def test_each_half_of_a_claim_is_told() -> None:
    tests = (asks("a", "at least", "110", a=OFFER), asks("b", "at least", "90", b=NOTHING))
    one = claim("x.1", *tests)
    found = judge(
        one, claims([one], []), [sample("main", np.repeat([100.0, 80.0], 50), np.linspace(60.0, 109.0, 100))]
    )
    assert "by itself that `b` is at least 90 holds in 50%" in plain(found, claims([one], []))["sentences"][1]


def test_a_cited_range_leaves_draws_open() -> None:
    """A figure of at most 150: 160 persons are above it wherever it lies, 130 may be or not."""
    test = asks("gone", "above", "cited", gone=OFFER, cited="CH-006")
    (reading,) = test.readings
    cited = reading.quantities["cited"]
    assert isinstance(cited, Cited)
    # CH-006 is 125.12, at most 150, with no lower end but zero
    counted = count(test, [sample("main", 0.0, [160.0] * 30 + [130.0] * 10)])
    worlds = counted.counts[0].worlds
    assert (worlds.holding, worlds.open, worlds.draws) == (30, 10, 40)
    assert worlds.chance.high == pytest.approx(1.0)
    assert worlds.chance.low < 0.75
    assert worlds.settled == "open"


def test_draws_without_a_value_are_left_out_and_told() -> None:
    offer = np.array([120.0] * 30 + [math.nan] * 10)
    (one,) = count(MORE, [sample("main", 100.0, offer)]).counts
    assert (one.worlds.holding, one.worlds.draws, one.worlds.undefined) == (30, 30, 10)


def test_what_no_draw_has_is_missing() -> None:
    nowhere = sample("main", 100.0, [math.nan] * 10)
    assert missing(MORE, [nowhere], "`bench`") == (
        "no run of `bench` has the outcome departures under `offer`",
    )
    never = sample("main", [1.0, math.nan], [math.nan, 1.0])
    assert missing(MORE, [never], "`bench`") == ("no draw has all that `a at least 1.1 * b` speaks of",)
    found = verdict_of(MORE, never)
    assert found.verdict is None
    assert found.word == "cannot be run: no draw has all that `a at least 1.1 * b` speaks of"


def test_division_by_nothing_settles_nothing() -> None:
    test = asks("a / (b - b)", "above", "1", a=OFFER, b=NOTHING)
    counted = count(test, [sample("main", 100.0, [120.0] * 40)])
    assert (counted.counts[0].worlds.holding, counted.counts[0].worlds.open) == (0, 40)
    row = plain(verdict_of(test, sample("main", 100.0, [120.0] * 40)), claims([], []))
    assert row["tests"][0]["worlds"][0]["margin"]["q50"] is None


def test_the_margin_is_a_ratio_where_that_means_something() -> None:
    ratio = count(MORE, [sample("main", 100.0, np.linspace(100.0, 140.0, 41))]).counts[0]
    assert (ratio.ratio, ratio.asked.q05, ratio.asked.q95) == (True, 1.0, 1.0)
    assert ratio.margin.q50 == pytest.approx(120.0 / 110.0)
    sign = asks("a - b", "above", "0", a=OFFER, b=NOTHING)
    difference = count(sign, [sample("main", 100.0, np.linspace(90.0, 140.0, 41))]).counts[0]
    assert (difference.ratio, difference.asked.q05, difference.asked.q95) == (False, 0.0, 0.0)
    assert difference.margin.q50 == pytest.approx(15.0)
    nothing = np.where(np.arange(41) < 3, 0.0, 100.0)  # of which no multiple is anything
    seldom = count(MORE, [sample("main", nothing, np.full(41, 110.0))]).counts[0]
    assert (seldom.ratio, seldom.margin.q95) == (True, math.inf)
    assert seldom.margin.q50 == pytest.approx(1.0)
    bound = asks("gone", "below", "cited", gone=OFFER, cited="K-006")  # at most 177,823
    (known,) = count(bound, [sample("main", 0.0, np.full(41, 88_911.5))]).counts
    assert known.margin.q50 == pytest.approx(0.5)


def test_a_word_that_noise_alone_leaves_open_says_so() -> None:
    """In 37 of 40 draws of one set it holds, which may be fewer than nine in ten; in all of the other set."""
    sure = sample("main", 100.0, [120.0] * 200)
    near = sample("wary", 100.0, [90.0] * 3 + [120.0] * 37)
    found = verdict_of(MORE, sure, near)
    assert (found.word, found.verdict and found.verdict.near) == ("holds", True)
    assert BOUND in sentences(found)
    plainly = verdict_of(MORE, sure, sample("wary", 100.0, np.linspace(111.0, 200.0, 200)))
    assert plainly.word == "holds"
    assert BOUND not in sentences(plainly)


def test_what_could_happen_says_what_is_enough() -> None:
    """In three of ten worlds of one set and four of the other: of what could happen that is enough, and it is told so."""
    draws = [
        sample(name, 100.0, [120.0] * held + [90.0] * (200 - held))
        for name, held in (("main", 60), ("wary", 80))
    ]
    one = replace(claim("x.1", MORE), could=True)
    found = judge(one, claims([one], []), draws)
    assert found.word == "holds"
    assert "(for what could happen more than one world in ten is enough)" in sentences(found)[1]
    assert "enough" not in " ".join(sentences(verdict_of(MORE, *draws)))


@pytest.mark.parametrize(
    ("relation", "turns"),
    [("clearly above", 1.05), ("hardly above", 1.05), ("clearly below", 0.95), ("above", 1.0)],
)
def test_a_ratio_is_that_of_the_sides_and_turns_at_the_size_that_is_asked(
    relation: Relation, turns: float
) -> None:
    """The size of a word moves the line, not what the sides are."""
    left = np.linspace(90.0, 113.0, 41)
    test = asks("a", relation, "b", a=OFFER, b=NOTHING)
    (one,) = count(test, [sample("main", 100.0, left)]).counts
    assert (one.ratio, one.asked.q05, one.asked.q95) == (True, turns, turns)
    assert one.margin.q50 == pytest.approx(np.median(left) / 100.0)
    over, below = int((left / 100.0 > turns).sum()), int((left / 100.0 < turns).sum())
    assert one.worlds.holding == (over if relation in ("clearly above", "above") else below)


@pytest.mark.parametrize(("relation", "size"), [("clearly above", 0.05), ("clearly below", -0.05)])
def test_a_difference_is_that_of_the_sides_and_turns_where_the_size_is_asked(
    relation: Relation, size: float
) -> None:
    """Sides that may be below nought: the size is a twentieth of the right one, and so differs from draw to draw."""
    rng = np.random.default_rng(5)
    right, left = rng.normal(0.0, 100.0, (2, 400))
    (one,) = count(asks("a", relation, "b", a=OFFER, b=NOTHING), [sample("main", right, left)]).counts
    assert not one.ratio
    assert one.margin == spread(left - right)
    assert astuple(one.asked) == pytest.approx(astuple(spread(size * np.abs(right))))
    beyond = left - right - size * np.abs(right)
    assert one.beyond.q50 == pytest.approx(np.median(beyond))
    assert one.worlds.holding == int((beyond > 0.0).sum() if size > 0.0 else (beyond < 0.0).sum())


def test_a_ratio_under_one_set_of_priors_alone_is_a_difference_under_all() -> None:
    """One chart has one axis."""
    sets = sample("main", 100.0, [120.0] * 40), sample("wary", -100.0, [120.0] * 40)
    both = count(MORE, sets).counts
    assert [one.ratio for one in both] == [False, False]
    assert [one.margin.q50 for one in both] == [pytest.approx(10.0), pytest.approx(230.0)]
    assert count(MORE, sets[:1]).counts[0].ratio


def test_every_reading_is_a_part_of_its_own() -> None:
    readings = (
        Reading("with little", {"a": OFFER, "b": NOTHING}),
        Reading("with more", {"a": OFFER, "b": OFFER}),
    )
    test = replace(MORE, readings=readings)
    counted = count(test, [sample("main", 100.0, [120.0] * 60)])
    assert [(one.worlds.name, one.worlds.holding) for one in counted.counts] == [
        ("the main priors, with little", 60),
        ("the main priors, with more", 0),
    ]
    found = verdict_of(test, sample("main", 100.0, np.linspace(115.0, 150.0, 60)))
    assert found.word == "holds if one goes by with little"


def test_readings_are_named_alone_where_all_sets_agree() -> None:
    readings = (
        Reading("with little", {"a": OFFER, "b": NOTHING}),
        Reading("with more", {"a": OFFER, "b": OFFER}),
    )
    test = replace(MORE, readings=readings)
    high, low = np.linspace(120.0, 300.0, 60), np.linspace(60.0, 100.0, 60)
    both = verdict_of(test, sample("main", 100.0, high), sample("pessimist", 100.0, high))
    assert both.word == "holds if one goes by with little"
    one = verdict_of(test, sample("main", 100.0, high), sample("pessimist", 100.0, low))
    assert one.word == "holds if one goes by with little and by the main priors"


def test_policies_that_came_out_alike_are_not_compared() -> None:
    found = verdict_of(MORE, sample("main", 100.0, [100.0] * 60))
    assert found.verdict is None
    assert (
        found.word
        == "cannot be run: nothing that a run counts differs between `offer` and `nothing`, in any draw"
    )


def test_a_test_that_fails_everywhere_decides_while_others_wait() -> None:
    one = claim(
        "x.1",
        asks("a", "below", "0", a=OFFER),
        asks("w", "above", "0", w=Simulated("avalanche", "offer", None, None)),
    )
    found = judge(one, claims([one], []), [sample("main", 100.0, np.linspace(90.0, 180.0, 60))])
    assert found.verdict is not None
    assert found.verdict.word == "does not hold"
    assert len(found.waits) == 1


def test_inputs_can_be_asked_about() -> None:
    test = asks("trust", "at most", "0.5", trust=Drawn("trust"))
    counted = count(test, [sample("main", 0.0, [1.0] * 101)])
    assert counted.counts[0].worlds.holding == 51
