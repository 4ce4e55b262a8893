"""Ablation and Shapley values against textbook games, all orders by brute force, and the axioms."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from offramp.analysis import ablation, contributions, shapley, values_of_subsets
from offramp.errors import OfframpError

Set = frozenset[str]


def glove(present: Set) -> float:
    """One left glove and two right ones: a pair is worth 1."""
    return float("left" in present and bool({"right", "other"} & present))


def airport(present: Set) -> float:
    """A runway as long as the largest aircraft needs (Littlechild and Owen 1973)."""
    return max({"a": 8.0, "b": 11.0, "c": 13.0, "d": 18.0}[p] for p in present) if present else 0.0


def test_textbook_games() -> None:
    found = shapley(glove, ["left", "right", "other"])
    assert [found[p][0] for p in ("left", "right", "other")] == pytest.approx([2 / 3, 1 / 6, 1 / 6])
    runway = shapley(airport, ["a", "b", "c", "d"])
    assert [runway[p][0] for p in "abcd"] == pytest.approx([2, 3, 4, 9])


tables = st.lists(st.floats(-100, 100), min_size=16, max_size=16)


def table_of(values: list[float]) -> dict[Set, float]:
    return {frozenset(p for i, p in enumerate("abcd") if bits >> i & 1): v for bits, v in enumerate(values)}


@given(tables)
def test_against_all_orders(values: list[float]) -> None:
    """Oracle: the mean over all 24 orders of what a component adds to those before it."""
    table = table_of(values)
    total = dict.fromkeys("abcd", 0.0)
    for order in permutations("abcd"):
        for i, name in enumerate(order):
            total[name] += table[frozenset(order[: i + 1])] - table[frozenset(order[:i])]
    found = shapley(table, "abcd")
    for name in "abcd":
        assert found[name][0] == pytest.approx(total[name] / 24, abs=1e-9)
    whole = table[frozenset("abcd")] - table[frozenset()]
    assert sum(v[0] for v in found.values()) == pytest.approx(whole, abs=1e-9)


@given(tables, st.floats(-5, 5))
def test_axioms(values: list[float], weight: float) -> None:
    """A component that does nothing gets nothing; equals get the same; games add up."""
    without = {s: v for s, v in table_of(values).items() if "d" not in s}
    dummy = without | {s | {"d"}: v for s, v in without.items()}
    found = shapley(dummy, "abcd")
    assert found["d"][0] == pytest.approx(0.0, abs=1e-9)
    both = {s: v + weight * len(s) for s, v in dummy.items()}
    for name, value in shapley(both, "abcd").items():
        assert value[0] == pytest.approx(found[name][0] + weight, abs=1e-9)
    twins = {s: float(len(s)) ** 2 for s in dummy}
    assert len({round(v[0], 9) for v in shapley(twins, "abcd").values()}) == 1


def test_ablation_and_the_three_contributions() -> None:
    """Needing one another: the last one in adds all, the first nothing, and each is due half."""
    both = {
        frozenset(): [0.0, 0.0],
        frozenset("a"): [0.0, 1.0],
        frozenset("b"): [0.0, 1.0],
        frozenset("ab"): [10.0, 14.0],
    }
    without = ablation(both, ["a", "b"])
    assert without["a"].mean == pytest.approx(11.5)
    one, two = contributions(both, ["a", "b"])
    assert (one.component, one.alone.mean, one.last.mean, one.shapley.mean) == ("a", 0.5, 11.5, 6.0)
    assert one.shapley == two.shapley
    assert one.shapley.mc_error == pytest.approx(np.std([5, 7], ddof=1) / np.sqrt(2))


def test_each_subset_is_asked_for_once() -> None:
    asked: list[Set] = []

    def value(present: Set) -> float:
        asked.append(present)
        return float(len(present))

    contributions(value, ["a", "b", "c"])
    assert len(asked) == len(set(asked)) == 8


def test_from_a_run_whose_policies_are_the_subsets() -> None:
    worth = {"none": 0.0, "cash": 2.0, "asylum": 3.0, "both": 9.0}
    draws = pl.DataFrame(
        [
            {"policy": p, "draw": i, "outcome.departures": v * (i + 1)}
            for p, v in worth.items()
            for i in (0, 1)
        ]
    )
    subsets = {"none": [], "cash": ["cash"], "asylum": ["asylum"], "both": ["cash", "asylum"]}
    found = shapley(values_of_subsets(draws, "departures", subsets), ["cash", "asylum"])
    assert found["cash"].tolist() == [4.0, 8.0]
    assert found["asylum"].tolist() == [5.0, 10.0]
    with pytest.raises(OfframpError, match="same components"):
        values_of_subsets(draws, "departures", {"none": [], "cash": []})


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: shapley(glove, []), "at least one"),
        (lambda: shapley(glove, ["a", "a"]), "different names"),
        (lambda: shapley(glove, [str(i) for i in range(13)]), "8,192 subsets"),
        (lambda: shapley({frozenset(): 1.0}, ["a"]), "subset with a is missing"),
        (lambda: ablation({frozenset("a"): 1.0}, ["a"]), "subset with no component is missing"),
        (lambda: contributions(lambda _: float("nan"), ["a"]), "defined in no draw"),
    ],
)
def test_bad_input_is_told(call: object, words: str) -> None:
    with pytest.raises(OfframpError, match=words):
        call()  # type: ignore[operator]
