"""The rule from numbers to a word: every row of its table, its lines, and what more evidence can do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offramp.analysis.chance import chance
from offramp.claims.verdict import FAILS, HOLDS, WORDS, Box, Figures, Finding, Verdict, Worlds, verdict

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
    found = verdict([figures(*settled)])
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
    assert verdict([worlds(*holding)]).word == word


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
    assert "more may settle it" in verdict([worlds(93, draws=100)]).reason
    assert "more may settle it" not in verdict([worlds(500)]).reason


CONDITIONS = ("trust is above 0.4", "families are brought out")


def test_a_box_is_a_condition_where_it_holds_and_is_large_enough() -> None:
    found = verdict([worlds(500, 500, boxes=(Box(CONDITIONS, 195, 200, 1000),))])
    assert (found.word, found.conditions) == ("holds if", CONDITIONS)
    assert found.in_words() == "holds if trust is above 0.4 and families are brought out"
    for box in (Box(CONDITIONS, 99, 99, 1000), Box(CONDITIONS, 150, 200, 1000), Box(CONDITIONS, 20, 20, 60)):
        assert verdict([worlds(500, 500, boxes=(box,))]).word == "cannot be told from the evidence"


def test_a_box_changes_nothing_where_it_is_not_asked_for() -> None:
    box = Box(CONDITIONS, 195, 200, 1000)
    assert verdict([worlds(995, boxes=(box,))]).word == "holds"
    assert verdict([worlds(5, boxes=(box,))]).word == "does not hold"


def test_the_first_box_that_holds_is_named() -> None:
    boxes = (
        Box(("too small",), 20, 20, 1000),
        Box(("good",), 200, 200, 1000),
        Box(("better",), 400, 400, 1000),
    )
    assert verdict([worlds(500, boxes=boxes)]).conditions == ("good",)


def test_the_weakest_test_decides() -> None:
    best_to_worst = [
        figures("holds"),
        figures("holds", "fails"),
        figures("open"),
        worlds(10),
        figures("fails"),
    ]
    for i, one in enumerate(best_to_worst):
        for other in best_to_worst[i:]:
            expected = verdict([other]).word
            assert verdict([one, other]).word == verdict([other, one]).word == expected
    assert [verdict([one]).word for one in best_to_worst] == list(WORDS)


def test_conditions_of_several_tests_must_all_be_met() -> None:
    found = verdict([figures("holds", "fails"), worlds(500, boxes=(Box(CONDITIONS, 200, 200, 1000),))])
    assert found.conditions == ("one goes by reading 0", *CONDITIONS)


def test_readings_are_named_as_alternatives() -> None:
    found = verdict([figures("holds", "fails", "holds", "open")])
    assert found.in_words() == "holds if one goes by reading 0 or reading 2"
    assert found.reason == (
        "a above b: it holds by reading 0 and reading 2; it fails by reading 1; it may hold or fail by reading 3."
    )


def test_a_share_is_told_with_its_interval() -> None:
    assert verdict([worlds(990)]) == Verdict(
        "holds", (), "a above b: it holds in 99% of 1,000 draws with prior 0 (98% to 99%)."
    )


def test_nothing_was_found() -> None:
    with pytest.raises(ValueError, match="at least one test"):
        verdict([])
    with pytest.raises(ValueError, match="at least one part"):
        verdict([Finding("a above b", ())])


@given(st.lists(st.integers(0, 200), min_size=1, max_size=4), st.integers(0, 200))
def test_a_higher_share_never_gives_a_worse_word(holding: list[int], more: int) -> None:
    better = [min(200, one + more) for one in holding]
    # "cannot be told" stands between: neither borne out nor ruled out.
    order = ("does not hold", "cannot be told from the evidence", "holds if", "holds")
    before, after = (verdict([worlds(*shares, draws=200)]).word for shares in (holding, better))
    assert order.index(after) >= order.index(before)


@given(st.permutations([5, 100, 195, 150]))
def test_the_order_of_priors_changes_nothing(holding: list[int]) -> None:
    assert verdict([worlds(*holding, draws=200)]).word == "holds if"


def test_sets_that_only_need_more_draws_are_told_from_those_that_differ() -> None:
    near = verdict([Finding("a test", (Worlds("the main priors", 200, 200), Worlds("the others", 37, 40)))])
    assert near.in_words() == "holds if one goes by the main priors (the others need more draws to tell)"
    apart = verdict([Finding("a test", (Worlds("the main priors", 200, 200), Worlds("the others", 20, 40)))])
    assert apart.in_words() == "holds if one goes by the main priors"
