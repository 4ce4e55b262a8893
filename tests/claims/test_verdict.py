"""The rule from numbers to a word: every row of its table, its lines, and what more evidence can do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offramp.analysis.chance import chance
from offramp.claims.verdict import (
    FAILS,
    HOLDS,
    MOST_UNDEFINED,
    Box,
    Figures,
    Finding,
    Verdict,
    Worlds,
    noisy,
    untold_for,
    verdict,
    within_reach,
)

DRAWS = 1000


def figures(*settled: str) -> Finding:
    return Finding("a above b", tuple(Figures(f"reading {i}", one) for i, one in enumerate(settled)))  # type: ignore[arg-type]


def worlds(*holding: int, boxes: tuple[Box, ...] = (), draws: int = DRAWS) -> Finding:
    return Finding(
        "a above b", tuple(Worlds(f"prior {i}", one, draws) for i, one in enumerate(holding)), boxes
    )


@pytest.mark.parametrize(
    ("settled", "word"),
    [
        (("holds",), "holds"),
        (("holds", "holds"), "holds"),
        (("fails",), "contradicted by figures"),
        (("fails", "fails"), "contradicted by figures"),
        (("holds", "fails"), "holds if"),
        (("open", "holds"), "holds if"),
        (("open",), "cannot be told from the evidence"),
        (("open", "fails"), "cannot be told from the evidence"),
    ],
)
def test_figures(settled: tuple[str, ...], word: str) -> None:
    found = verdict(figures(*settled))
    assert found.word == word
    assert bool(found.conditions) == (word == "holds if")


@pytest.mark.parametrize(
    ("holding", "word"),
    [
        ((990, 985, 1000), "holds"),
        ((10, 0, 20), "does not hold"),
        ((500, 990, 10), "holds if"),
        ((500, 480, 520), "cannot be told from the evidence"),
        ((500, 10, 10), "cannot be told from the evidence"),
    ],
)
def test_worlds(holding: tuple[int, ...], word: str) -> None:
    assert verdict(worlds(*holding)).word == word


def test_a_share_counts_by_its_bound() -> None:
    """90 % of the draws is not enough, because the share could be less; how much more is needed falls with draws."""
    assert Worlds("", 900, 1000).settled == "open"
    assert Worlds("", 900, 1000).undecided
    least = next(k for k in range(900, 1001) if Worlds("", k, 1000).settled == "holds")
    assert chance(least, 1000).low >= HOLDS > chance(least - 1, 1000).low
    most = next(k for k in range(100, -1, -1) if Worlds("", k, 1000).settled == "fails")
    assert chance(most, 1000).high <= FAILS < chance(most + 1, 1000).high
    assert (least, most) == (1000 - most, 1000 - least)


def test_rule_of_three() -> None:
    """All of n draws settle the claim from n = 29 on: 0.9 ** 29 < 0.05 < 0.9 ** 28."""
    assert Worlds("", 28, 28).settled == "open"
    assert Worlds("", 29, 29).settled == "holds"
    assert (Worlds("", 0, 28).settled, Worlds("", 0, 29).settled) == ("open", "fails")


def test_too_few_draws_are_told() -> None:
    assert "more may settle it" in verdict(worlds(93, draws=100)).reason
    assert "more may settle it" not in verdict(worlds(500)).reason


CONDITIONS = ("trust is above 0.4", "families are brought out")


def test_a_box_is_a_condition_where_it_holds_and_is_large_enough() -> None:
    found = verdict(worlds(500, 500, boxes=(Box(CONDITIONS, 195, 200, 1000),)))
    assert (found.word, found.conditions) == ("holds if", CONDITIONS)
    assert found.in_words() == "holds if trust is above 0.4 and families are brought out"
    for box in (Box(CONDITIONS, 99, 99, 1000), Box(CONDITIONS, 150, 200, 1000), Box(CONDITIONS, 20, 20, 60)):
        assert verdict(worlds(500, 500, boxes=(box,))).word == "cannot be told from the evidence"


def test_a_box_changes_nothing_where_it_is_not_asked_for() -> None:
    box = Box(CONDITIONS, 195, 200, 1000)
    assert verdict(worlds(995, boxes=(box,))).word == "holds"
    assert verdict(worlds(5, boxes=(box,))).word == "does not hold"


def test_the_first_box_that_holds_is_named() -> None:
    boxes = (
        Box(("too small",), 20, 20, 1000),
        Box(("good",), 200, 200, 1000),
        Box(("better",), 400, 400, 1000),
    )
    assert verdict(worlds(500, boxes=boxes)).conditions == ("good",)


def test_readings_are_named_as_alternatives() -> None:
    found = verdict(figures("holds", "fails", "holds", "open"))
    assert found.in_words() == "holds if one goes by reading 0 or reading 2"
    assert found.reason == (
        "a above b: it holds by reading 0 and reading 2; it fails by reading 1; it may hold or fail by reading 3."
    )


def test_a_share_is_told_with_its_interval() -> None:
    assert verdict(worlds(990)) == Verdict(
        "holds", (), "a above b: it holds in 99% of 1,000 draws with prior 0 (98% to 99%)."
    )


def test_nothing_was_found() -> None:
    with pytest.raises(ValueError, match="at least one part"):
        verdict(Finding("a above b", ()))


@given(st.lists(st.integers(0, 200), min_size=1, max_size=4), st.integers(0, 200))
def test_a_higher_share_never_gives_a_worse_word(holding: list[int], more: int) -> None:
    better = [min(200, one + more) for one in holding]
    # "cannot be told" stands between: neither borne out nor ruled out.
    order = ("does not hold", "cannot be told from the evidence", "holds if", "holds")
    before, after = (verdict(worlds(*shares, draws=200)) for shares in (holding, better))
    # Sets that draw near to the others can no longer be told from them, whichever way: that takes a condition away.
    if before.word == "holds if" and "more may settle it" in after.reason:
        return
    assert order.index(after.word) >= order.index(before.word)


@given(st.permutations([5, 100, 195, 150]))
def test_the_order_of_priors_changes_nothing(holding: list[int]) -> None:
    assert verdict(worlds(*holding, draws=200)).word == "holds if"


def parts(*shares: tuple[int, int]) -> Finding:
    return Finding(
        "a test", tuple(Worlds(f"set {at}", held, draws) for at, (held, draws) in enumerate(shares))
    )


def test_noise_is_no_condition() -> None:
    """Two hundred of 200 hold. 37 of 40 may be as many; 34 of 40 too, but their share lies below the line; 20 of 40 differ."""
    near = verdict(parts((200, 200), (37, 40)))
    assert (near.word, near.conditions) == ("holds", ())
    assert "more draws settle it" in near.reason
    below = verdict(parts((200, 200), (34, 40)))
    assert (below.word, below.conditions) == ("cannot be told from the evidence", ())
    assert "more may settle it" in below.reason
    assert verdict(parts((200, 200), (20, 40))).in_words() == "holds if one goes by set 0"
    assert verdict(parts((200, 200), (20, 40), (37, 40))).in_words() == "holds if one goes by set 0"


def test_noise_does_not_save_a_claim_either() -> None:
    assert verdict(parts((0, 200), (3, 40))).word == "does not hold"
    assert verdict(parts((0, 200), (6, 40))).word == "cannot be told from the evidence"
    silent = Finding("a test", (Worlds("set 0", 0, 200), Worlds("set 1", 3, 40, fine=3)))
    assert verdict(silent).word == "cannot be told from the evidence"


@pytest.mark.parametrize(
    ("shares", "noise"),
    [
        (((92, 100), (88, 100)), True),  # were 92 % exact, one set would hold
        (((88, 100), (88, 100)), False),
        (((50, 100), (5, 100)), False),
        (((8, 100), (9, 100)), True),  # were these exact, both would fail
        (((8, 100), (12, 100)), False),
    ],
)
def test_want_of_draws_is_told_from_want_of_knowledge(
    shares: tuple[tuple[int, int], ...], noise: bool
) -> None:
    found = parts(*shares)
    assert noisy(found.parts) == noise
    assert verdict(found).word == "cannot be told from the evidence"
    assert ("more may settle it" in verdict(found).reason) == noise
    assert ("The plausible worlds disagree" in verdict(found).reason) != noise


@given(st.lists(st.integers(0, 60), min_size=1, max_size=3))
def test_what_is_called_noise_a_hundred_times_the_draws_would_settle(holding: list[int]) -> None:
    """The same shares by so many draws that their bounds lie on the side of the line on which they do themselves."""
    many = 60 * 10_000
    clear = [held * 10_000 for held in holding]
    away = [
        held / 60 for held in holding if abs(held / 60 - HOLDS) > 0.005 and abs(held / 60 - FAILS) > 0.005
    ]
    found = parts(*((held, 60) for held in holding))
    if verdict(found).word == "cannot be told from the evidence" and len(away) == len(holding):
        word = verdict(parts(*((held, many) for held in clear))).word
        assert noisy(found.parts) == (word != "cannot be told from the evidence")


# Draws without an answer -------------------------------------------------------------------------------------------


def test_a_draw_without_an_answer_counts_both_ways() -> None:
    """Of 1,000 draws 150 are too fine: were they to fail 85 % hold, which is not enough."""
    one = Worlds("", 850, 1000, fine=150)
    assert one.chance.low == chance(850, 1000).low
    assert one.chance.high == chance(1000, 1000).high == 1.0
    assert (one.settled, one.too_fine, one.undecided) == ("open", True, False)
    assert Worlds("", 0, 1000, fine=150).settled == "open"
    assert Worlds("", 0, 1000, fine=50).settled == "fails"
    assert Worlds("", 950, 1000, fine=50).settled == "holds"


def test_a_question_that_is_too_fine_is_told_so() -> None:
    found = verdict(Finding("a above b", (Worlds("the main priors", 600, 1000, fine=400),)))
    assert found.word == "cannot be told from the evidence"
    assert "too fine for this number of simulated people: in up to 40% of the draws" in found.reason
    assert "(57% to 100%; too fine to tell in 40%)" in found.reason
    assert "too fine" not in verdict(worlds(500)).reason


def test_what_lies_between_the_lines_either_way_is_not_too_fine() -> None:
    """Of 1,000 draws 600 hold and 200 are too fine: between 60 and 80 percent, whatever these would say."""
    between = Worlds("the pessimist priors", 600, 1000, fine=200)
    assert (between.settled, between.between, between.too_fine) == ("open", True, False)
    assert verdict(Finding("a above b", (between,))).word == "cannot be told from the evidence"
    assert untold_for((between,)) == "the plausible worlds disagree"
    sure = Worlds("the main priors", 990, 1000)
    found = verdict(Finding("a above b", (sure, between)))
    assert (found.word, found.conditions) == ("holds if", ("one goes by the main priors",))
    assert Worlds("", 600, 1000, fine=350).too_fine  # were they all to hold, so would the claim
    assert Worlds("", 60, 1000, fine=350).too_fine  # were they all to fail
    assert Worlds("", 60, 1000, fine=350, could=True).too_fine  # there is one line only


@given(st.integers(0, 100), st.integers(0, 100), st.integers(1, 100), st.integers(0, 100))
def test_of_what_lies_between_no_finer_run_would_make_a_word(
    holding: int, failing: int, fine: int, more: int
) -> None:
    draws = holding + failing + fine
    if Worlds("", holding, draws, fine=fine).between:
        assert Worlds("", holding + min(more, fine), draws).settled == "open"


def test_too_many_draws_with_nothing_to_compare_tell_nothing() -> None:
    most = int(MOST_UNDEFINED * 1000)
    assert Worlds("", 1000 - most, 1000 - most, undefined=most).settled == "holds"
    silent = Worlds("the main priors", 499, 499, undefined=501)
    assert (silent.settled, silent.silent) == ("open", True)
    found = verdict(Finding("a above b", (silent,)))
    assert found.word == "cannot be told from the evidence"
    assert "nothing to compare: too few to go by" in found.reason
    assert "beside 50% of all 1,000 with nothing to compare" in found.reason


SILENT = Worlds("the optimist priors", 0, 0, undefined=100)
TOO_FINE = Worlds("the optimist priors", 0, 100, fine=100)
HALF = Worlds("the main priors", 120, 120, undefined=126)


@pytest.mark.parametrize(
    "others",
    [
        (Worlds("the main priors", 250, 250), SILENT),
        (Worlds("the main priors", 250, 250), TOO_FINE),
        (Worlds("the main priors", 250, 250), Worlds("the pessimist priors", 100, 100), SILENT),
        (Worlds("the main priors", 250, 250), Worlds("the pessimist priors", 100, 100), TOO_FINE),
        (Worlds("the main priors", 250, 250), Worlds("the pessimist priors", 0, 100), TOO_FINE),
        (HALF, Worlds("the pessimist priors", 100, 100), Worlds("the optimist priors", 100, 100)),
        (HALF, Worlds("the pessimist priors", 0, 100), Worlds("the optimist priors", 100, 100)),
    ],
)
def test_a_set_that_does_not_answer_is_not_known_to_differ(others: tuple[Worlds, ...]) -> None:
    """Beside one that holds it makes no condition of that one, whatever a third says."""
    found = verdict(Finding("a above b", others))
    assert (found.word, found.conditions) == ("cannot be told from the evidence", ())
    assert "nothing to compare" in found.reason or "too fine" in found.reason


def test_the_set_that_does_not_answer_is_named() -> None:
    found = verdict(Finding("a", (Worlds("the main priors", 60, 100), SILENT)))
    assert (
        "In more than half of the draws with the optimist priors there is nothing to compare" in found.reason
    )
    found = verdict(Finding("a", (Worlds("the main priors", 60, 100), TOO_FINE)))
    assert "in up to 100% of the draws with the optimist priors less than one" in found.reason


def test_few_draws_are_not_told_as_none() -> None:
    assert Worlds("", 999, 1000, fine=1).beside() == ["too fine to tell in less than 1%"]
    assert Worlds("", 990, 1000, fine=10).beside() == ["too fine to tell in 1%"]


def test_no_draw_with_anything_to_compare() -> None:
    found = verdict(Finding("a above b", (Worlds("the main priors", 0, 0, undefined=40),)))
    assert found.word == "cannot be told from the evidence"
    assert "in none of 40 draws with the main priors" in found.reason


@given(st.integers(0, 100), st.integers(0, 100), st.integers(0, 100), st.integers(0, 100))
def test_whatever_the_silent_draws_would_say_a_word_that_is_given_would_stand(
    holding: int, failing: int, fine: int, more: int
) -> None:
    draws = holding + failing + fine
    told = Worlds("", holding, draws, fine=fine).settled
    would = Worlds("", holding + min(more, fine), draws).settled
    assert told in ("open", would)


def test_what_could_happen_needs_more_than_one_world_in_ten() -> None:
    """The line at which other claims fail, each way by the bound that Monte Carlo error leaves."""
    assert Worlds("", 130, 1000, could=True).settled == "holds"
    assert Worlds("", 130, 1000).settled == "open"
    assert Worlds("", 100, 1000, could=True).settled == "open"
    assert Worlds("", 100, 1000, could=True).undecided
    assert Worlds("", 70, 1000, could=True).settled == Worlds("", 70, 1000).settled == "fails"
    assert not Worlds("", 500, 1000, could=True).undecided
    assert verdict(Finding("a", (Worlds("the main priors", 500, 1000, could=True),))).word == "holds"


@pytest.mark.parametrize(
    ("shares", "reached"),
    [
        ([(10, 12)], True),  # 83 % (56 to 97 %) may yet hold
        ([(15, 100)], True),  # and 15 % (9.3 to 23 %) yet fail
        ([(50, 100)], False),
        ([(50, 100), (86, 100)], True),  # one that may hold is enough,
        ([(50, 100), (12, 100)], False),  # one that may fail is not
    ],
)
def test_it_is_told_where_a_bound_still_reaches_a_line(shares: list[tuple[int, int]], reached: bool) -> None:
    assert within_reach([Worlds(f"set {i}", *one) for i, one in enumerate(shares)]) is reached
