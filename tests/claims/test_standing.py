"""What a word is worth: earned by draws, resting on a judgement, or none because nothing drawn moves the test."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from offramp.claims import judge
from offramp.claims.claim import Drawn
from offramp.claims.plain import in_brief, plain
from offramp.claims.standing import REPEATS, RESTS, earned, standing
from offramp.claims.stated import stated_in, stated_number
from offramp.claims.verdict import UNTOLD, WORDS, Verdict, Word
from offramp.show.claims import tally
from tests.claims.draws import MORE, OFFER, sample, undrawn, verdict_of
from tests.claims.scene import SCENARIO, asks, claim, claims

WIDE = sample("main", 100.0, np.linspace(115.0, 150.0, 60))


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("rests_on", ["", "One number."])
def test_a_word_that_nothing_moves_is_none_whatever_it_would_be(word: Word, rests_on: str) -> None:
    found = Verdict(word, (), "why.")
    stands = standing(found, True, rests_on)
    assert stands == REPEATS
    said = earned(found, stands)
    assert said is not None
    assert said.word == UNTOLD
    assert said.reason.startswith("why. Nothing that is drawn moves the test")
    moved = standing(found, False, rests_on)
    assert earned(found, moved) is found
    assert (moved == RESTS) == (bool(rests_on) and word != UNTOLD)


def test_no_word_has_no_worth() -> None:
    assert standing(None, True, "One number.") == "no word"
    assert earned(None, "no word") is None


@pytest.mark.parametrize("relation", ["above", "below"])
def test_what_nothing_drawn_moves_cannot_be_told(relation: str) -> None:
    """A thousandth of spread a fifth away from the line: no draw could turn it, whichever way it comes out. With a spread as
    wide as that, some could."""
    test = MORE if relation == "above" else replace(MORE, relation="below")
    still = verdict_of(test, sample("main", 100.0, np.linspace(131.9, 132.1, 60)))
    assert still.word == "cannot be told from the evidence (repeats a fixed judgement)"
    assert still.untold_for == "a fixed judgement answers it"
    row = plain(still, claims([still.claim], []))
    assert "no input that is drawn moves it" in row["sentences"][1]
    assert in_brief(row)["standing"] == REPEATS
    moved = verdict_of(test, WIDE)
    assert moved.word == ("holds" if relation == "above" else "does not hold")


def test_a_scenario_in_which_nothing_is_drawn_has_no_such_rule() -> None:
    assert verdict_of(MORE, undrawn(sample("main", 100.0, [132.0] * 60))).word == "holds"


def test_a_claim_says_itself_on_what_its_test_rests() -> None:
    one = replace(claim("x.1", MORE), rests_on="One number.")
    found = judge(one, claims([one], []), [WIDE])
    assert found.word == "holds (rests on a fixed judgement)"
    row = plain(found, claims([one], []))
    assert (row["verdict"], in_brief(row)["standing"]) == ("holds", RESTS)
    assert tally({"claims": [row], "words": {"holds": ["x.1"]}}) == "1 holds (1 rests on a fixed judgement)"
    open_ = sample("main", 100.0, np.linspace(80.0, 150.0, 60))
    assert judge(one, claims([one], []), [open_]).word == "cannot be told from the evidence"


def test_a_stated_number_is_known_and_earns_no_word() -> None:
    """The scenario states one chance and draws the other; the shipped claims read both in the same way."""
    told, drawn = "route.hide.window_per_day", "route.desert.window_per_day"
    one = claim("x.1", asks("w", "above", "0.001", w=Drawn(told)))
    assert stated_in(SCENARIO, [one, claim("x.2", asks("w", "above", "0.001", w=Drawn(drawn)))]) == {
        told: 0.01
    }
    found = judge(one, claims([one], []), [replace(WIDE, stated={told: 0.01})])
    assert found.word == "cannot be told from the evidence (repeats a fixed judgement)"
    assert found.lacks == ()
    unknown = judge(one, claims([one], []), [WIDE])
    assert unknown.word == f"cannot be run: the scenario draws no input {told}, and states none"


@pytest.mark.parametrize(
    "path", ["route.hide", "route.desert.utility", "route.nowhere.utility", "title", "x"]
)
def test_what_is_no_known_number_is_not_stated(path: str) -> None:
    file = {"title": "t", "route": [{"name": "hide"}, {"name": "desert", "utility": {"between": [0, 1]}}]}
    assert stated_number(file, path) is None


def test_both_ways_to_state_a_number_are_read() -> None:
    file = {"war": {"a": 3, "b": {"value": 0.5, "note": "judgement"}, "c": True}}
    assert [stated_number(file, f"war.{key}") for key in "abc"] == [3.0, 0.5, None]


def test_people_are_told_which_way_it_came_out() -> None:
    below = verdict_of(asks("a", "below", "1", a=OFFER), sample("main", 100.0, [132.0] * 60))
    assert below.verdict is not None
    assert "does not hold, in every world alike" in plain(below, claims([below.claim], []))["sentences"][1]
