"""Minimax regret and satisficing, against tables worked by hand and their defining properties."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta

from offramp.analysis import Threshold, minimax_regret, satisficing
from offramp.errors import OfframpError


def test_t38_by_hand() -> None:
    """Three futures, three policies. Regrets: (4, 0, 2), (0, 9, 3), (1, 2, 0): least largest regret is the third's 3."""
    found = minimax_regret([[6, 10, 8], [12, 3, 9], [4, 3, 5]], ["hold", "all in", "mixed"])
    assert found.regret.tolist() == [[4, 0, 2], [0, 9, 3], [1, 2, 0]]
    assert found.largest.tolist() == [4, 9, 3]
    assert found.worst.tolist() == [0, 1, 1]
    assert found.choice == "mixed"
    assert found.mean == pytest.approx([5 / 3, 11 / 3, 5 / 3])
    assert found.q95 == pytest.approx([np.quantile([4, 0, 1], 0.95), np.quantile([0, 9, 2], 0.95), 2.9])


def test_regret_is_neither_maximin_nor_the_mean() -> None:
    """Savage's point: maximin takes the sure 1, expected value the gamble, regret what misses least."""
    payoff = np.array([[1.0, 0.0, 0.9], [1.0, 100.0, 60.0], [1.0, 0.0, 0.0], [1.0, 0.0, 0.0]])
    assert payoff.min(axis=0).argmax() == 0
    assert payoff.mean(axis=0).argmax() == 1
    found = minimax_regret(payoff)
    assert found.largest.tolist() == [99.0, 1.0, 40.0]
    assert found.choice == "2"


def test_losses_are_turned_round() -> None:
    payoff = np.random.default_rng(1).normal(size=(20, 4))
    one, two = minimax_regret(payoff), minimax_regret(-payoff, better="less")
    assert np.array_equal(one.regret, two.regret)
    assert one.choice == two.choice


payoffs = st.lists(st.tuples(*[st.integers(-20, 20)] * 3), min_size=1, max_size=12)


@given(payoffs, st.integers(-50, 50))
def test_properties_of_regret(rows: list[tuple[int, ...]], shift: int) -> None:
    """Never negative; somebody has none in every future; what all gain alike changes nothing; futures never lower it."""
    payoff = np.array(rows, dtype=float)
    found = minimax_regret(payoff)
    assert (found.regret >= 0).all()
    assert (found.regret.min(axis=1) == 0).all()
    moved = payoff.copy()
    moved[0] += shift
    assert np.array_equal(minimax_regret(moved).regret, found.regret)
    more = minimax_regret(np.vstack([payoff, [[1.0, 2.0, 3.0]]]))
    assert (more.largest >= found.largest).all()
    assert found.largest[found.policies.index(found.choice)] == found.largest.min()


def draws() -> pl.DataFrame:
    net = {"none": [0.0, 0.0, 0.0, 0.0], "offer": [20_000.0, 5_000.0, 12_000.0, None]}
    harm = {"none": [10.0, 10.0, 10.0, 10.0], "offer": [500.0, 500.0, 1_000.0, 10.0]}
    return pl.concat(
        pl.DataFrame(
            {"policy": [p] * 4, "draw": range(4), "outcome.departures_net": net[p]}
            | {"outcome.families_harmed": harm[p]},
            schema_overrides={"outcome.departures_net": pl.Float64},
        )
        for p in net
    )


def test_satisficing_by_hand() -> None:
    """More than 10,000 net departures and fewer than 1,000 families harmed: only the first future of four."""
    wanted = (
        Threshold("departures_net", "more than", 10_000),
        Threshold("families_harmed", "less than", 1_000),
    )
    none, offer = satisficing(draws(), wanted)
    assert (none.share, none.each, none.undefined) == (0.0, (0.0, 1.0), 0)
    assert (offer.share, offer.each, offer.futures, offer.undefined) == (0.25, (0.5, 0.75), 4, 1)
    assert none.high == pytest.approx(1 - 0.05**0.25)
    assert (offer.low, offer.high) == pytest.approx((beta.ppf(0.05, 1, 4), beta.ppf(0.95, 2, 3)))


@pytest.mark.parametrize(
    ("sense", "met"),
    [
        ("at least", [False, True, True]),
        ("at most", [True, True, False]),
        ("more than", [False, False, True]),
        ("less than", [True, False, False]),
    ],
)
def test_senses_of_a_threshold(sense: str, met: list[bool]) -> None:
    threshold = Threshold("x", sense, 2.0)  # type: ignore[arg-type]
    assert threshold.met(np.array([1.0, 2.0, 3.0, np.nan])).tolist() == [*met, False]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: minimax_regret([1.0, 2.0]), "futures, policies"),
        (lambda: minimax_regret([[1.0, np.inf]]), "finite"),
        (lambda: minimax_regret([[1.0, 2.0]], ["a"]), "as many names"),
        (lambda: minimax_regret([[1.0, 2.0]], better="most"), "better must be"),  # type: ignore[arg-type]
        (lambda: satisficing(draws(), []), "at least one threshold"),
        (lambda: satisficing(draws(), [Threshold("x", "at least", 1)]), "no outcome named 'x'"),
    ],
)
def test_bad_input_is_told(call: object, words: str) -> None:
    with pytest.raises(OfframpError, match=words):
        call()  # type: ignore[operator]
