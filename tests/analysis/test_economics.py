"""Frontier, acceptability and net benefit: published worked examples, closed forms, and what reported bugs teach."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from offramp.analysis import (
    ceac,
    ceaf,
    cost_effect,
    cost_per_net_departure,
    icer_frontier,
    matched,
    net_benefit,
    share_interval,
)
from offramp.errors import OfframpError


def numbered(cost: list[float], effect: list[float]) -> list[int]:
    """Numbers, from 1 and in order, of the policies on the frontier."""
    return sorted(int(name) for name in icer_frontier(cost, effect).path)


# The cases of heemod's own tests (aphp/heemod, tests/testthat/test_efficiency_frontier.R), written after its
# issue 182: "get_efficiency_frontier fails to correctly identify frontier strategies". (costs, effects, frontier)
HEEMOD = {
    "three of eight": (
        [14807, 26041, 49706, 64266, 40022, 57392, 91744, 54651],
        [9.635, 10.2497, 11.1654, 11.5152, 11.582, 11.6248, 11.6296, 11.6588],
        [1, 5, 8],
    ),
    "least effective is not cheapest": (
        [26041, 14807, 49706, 64266, 40022],
        [9.13, 9.635, 11.1654, 11.5152, 11.582],
        [2, 5],
    ),
    "only extended dominance": (
        [25000, 35000, 50000, 54651, 64266, 91744],
        [10.2497, 11.1654, 11.3, 11.6588, 11.7, 12.1],
        [1, 2, 4, 6],
    ),
    "equal effect, one cheaper": (
        [26041, 49706, 64266, 57392, 91744, 54651],
        [10.2497, 11.1654, 11.5152, 11.6248, 11.6296, 11.6296],
        [1, 6],
    ),
    "all": ([26041, 42000, 54651, 60000, 76000], [10.2497, 11.1654, 11.6296, 11.7, 11.8], [1, 2, 3, 4, 5]),
    "two pairs of equal effect": (
        [25000, 35000, 50000, 54651, 58500, 64266, 91744],
        [10.2497, 10.2497, 11.3, 11.6588, 11.6588, 11.7, 12.1],
        [1, 4, 7],
    ),
    "equals stand together": (
        [25000, 25000, 50000, 58500, 58500, 64266, 91744],
        [10.2497, 10.25, 11.3, 11.6588, 11.6588, 11.7, 12.1],
        [2, 4, 5, 7],
    ),
    "both of two": ([26041, 42000], [10.2497, 11.1654], [1, 2]),
    "the dearer is worse": ([26041, 21000], [10.2497, 11.1654], [2]),
    "one beats all in order": ([26041, 21000, 19000], [10.2497, 11.1654, 11.5], [3]),
    "one beats all": ([26041, 27000, 19000], [10.2497, 11.1654, 11.5], [3]),
    "a single one": ([26041], [10.2497], [1]),
    "dearer for the same effect": ([15, 10, 15], [12, 12, 15], [2, 3]),
}


@pytest.mark.parametrize("case", HEEMOD)
def test_frontier_as_heemod_has_it(case: str) -> None:
    cost, effect, expected = HEEMOD[case]
    assert numbered(cost, effect) == expected


def test_frontier_as_dampack_has_it() -> None:
    """DARTH-git/dampack, tests/testthat/test_calculate_icers.R, after the example of herc.research.va.gov."""
    found = icer_frontier(
        [55000, 35000, 25000, 10000, 12000, 5000], [5, 4, 3, 2, 1.5, 1], ["E", "D", "C", "B", "A", "UC"]
    )
    assert found.path == ("UC", "B", "D", "E")
    assert [found[p].icer for p in found.path] == [None, 5000.0, 12500.0, 20000.0]
    assert [found[p].extra_cost for p in found.path] == [None, 5000.0, 25000.0, 20000.0]
    assert [found[p].extra_effect for p in found.path] == [None, 1.0, 2.0, 1.0]
    assert (found["C"].status, found["C"].by) == ("extendedly dominated", ("B", "D"))
    assert (found["A"].status, found["A"].by) == ("dominated", ("B",))
    assert found["A"].icer is None


def test_a_policy_that_saves_and_does_more_leaves_no_ratio() -> None:
    """DARTH-git/dampack issue 37: the cheapest policy dominates all others, and there is nothing to divide."""
    found = icer_frontier(
        [163771.0, 164848.7, 163765.1], [6.48273, 6.52861, 6.52861], ["none", "all", "tested"]
    )
    assert found.path == ("tested",)
    assert found["tested"].icer is None
    assert found["tested"].quadrant == "not dearer, more leave"
    assert {found["none"].by, found["all"].by} == {("tested",)}


def test_two_published_ratios() -> None:
    """Briggs, Claxton and Sculpher (2006), examples 2.5 (HIV) and 3.5 (hip replacement), as heemod's tests give them."""
    hiv = icer_frontier([44663.4535637, 50601.6513312], [7.9912066, 8.9373889], ["mono", "comb"])
    # The effects are printed to seven decimals, which bounds the ratio to about a thousandth.
    assert hiv["comb"].icer == pytest.approx(6275.95560, abs=1.5e-3)
    hip = icer_frontier([512.434658, 610.311818], [14.6531896, 14.69770986], ["standard", "np1"])
    assert hip["np1"].icer == pytest.approx(2198.486665, abs=5e-3)


def test_net_benefit_and_choice_as_heemod_prints_them() -> None:
    """aphp/heemod issue 20: 44,449.03 more cost and 9.591501 more life years; the choice must not be turned round."""
    cost, effect = np.array([[0.0, 44449.03]]), np.array([[0.0, 9.591501]])
    nb = net_benefit(cost, effect, [20_000, 30_000])
    assert nb.shape == (2, 1, 2)
    assert nb[:, 0, 1] == pytest.approx([147_381, 243_296], abs=0.5)
    assert icer_frontier(cost[0], effect[0])["2"].icer == pytest.approx(4634.21, abs=0.01)
    assert ceaf(cost, effect, [4_600, 4_700], ["mono", "comb"]).choice == ("mono", "comb")


def test_bcea_vaccine_break_even() -> None:
    """giabaio/BCEA, tests/testthat/_snaps/summary.md: EIB(25,000) 1.2284, ICER 20,098; the choice turns at 20,100."""
    effect = 1.2284 / (25_000 - 20_098)
    cost = 20_098 * effect
    grid = np.arange(0, 50_001, 100)
    found = ceaf([[0.0, cost]], [[0.0, effect]], grid, ["status quo", "vaccination"])
    assert grid[found.best == 1][0] == 20_100
    assert net_benefit([0.0, cost], [0.0, effect], 25_000)[1] == pytest.approx(1.2284, abs=1e-9)


def test_t18_frontier() -> None:
    found = icer_frontier(
        [0, 10, 60, 80, 300], [0, 100, 250, 500, 620], ["none", "info", "cash", "cash and asylum", "blanket"]
    )
    assert found.path == ("none", "info", "cash and asylum", "blanket")
    assert [found[p].icer for p in found.path[1:]] == pytest.approx([0.1, 0.175, 1.8333333333], abs=1e-9)
    assert (found["cash"].status, found["cash"].by) == ("extendedly dominated", ("info", "cash and asylum"))


def t18(n: int = 400) -> tuple[np.ndarray, np.ndarray]:
    """dC ~ N(100, 30) and dE ~ N(5, 2), independent, as a full product of midpoint quantiles."""
    u = norm.ppf((np.arange(n) + 0.5) / n)
    c, e = np.meshgrid(100 + 30 * u, 5 + 2 * u, indexing="ij")
    zero = np.zeros(n * n)
    return np.column_stack([zero, c.ravel()]), np.column_stack([zero, e.ravel()])


def test_t18_acceptability() -> None:
    cost, effect = t18()
    found = ceac(cost, effect, [10, 20, 40, 1e9], ["none", "offer"])
    exact = [0.082758929, 0.5, 0.879082289, 0.993790335]
    assert exact == pytest.approx(
        [norm.cdf((5 * k - 100) / math.hypot(30, 2 * k)) for k in (10, 20, 40)] + [norm.cdf(2.5)], abs=1e-9
    )
    assert found.probability[:, 1] == pytest.approx(exact, abs=2e-3)
    assert found.probability.sum(axis=1) == pytest.approx(np.ones(4), abs=1e-12)
    assert ((found.low <= found.probability) & (found.probability <= found.high)).all()
    assert icer_frontier(cost, effect)["2"].icer == pytest.approx(20.0, abs=1e-9)
    assert net_benefit(cost, effect, 40)[:, 1].mean() == pytest.approx(100.0, abs=1e-9)


def test_the_frontier_follows_the_expectation_not_the_count() -> None:
    """Best in nine draws of ten and worse on average: it must not be the choice (cf. giabaio/BCEA pull request 78)."""
    effect = np.zeros((10, 2))
    effect[:, 1] = 1.0
    effect[0, 1] = -100.0
    found = ceaf(np.zeros((10, 2)), effect, 1.0, ["steady", "gamble"])
    chance = ceac(np.zeros((10, 2)), effect, 1.0, ["steady", "gamble"])
    assert chance.probability[0].tolist() == [0.1, 0.9]
    assert found.choice == ("steady",)
    assert found.probability[0] == pytest.approx(0.1)
    assert found.lead[0] == pytest.approx(9.1)
    assert not found.settled[0]


def test_ties_are_shared_whatever_the_order() -> None:
    cost = np.array([[0.0, 0.0, 1.0], [0.0, 0.0, -1.0]])
    effect = np.zeros((2, 3))
    found = ceac(cost, effect, 5.0).probability[0]
    assert found.tolist() == [0.25, 0.25, 0.5]
    assert ceac(cost[:, ::-1], effect, 5.0).probability[0].tolist() == [0.5, 0.25, 0.25]


def test_a_negative_ratio_is_never_formed() -> None:
    """Both ratios would be -50; one policy saves and adds, the other costs and loses."""
    found = icer_frontier([0.0, -100.0, 100.0], [0.0, 2.0, -2.0], ["none", "good", "bad"], reference="none")
    assert found["good"].quadrant == "not dearer, more leave"
    assert found["bad"].quadrant == "dearer, not more leave"
    assert found["none"].quadrant is None
    assert all(step.icer is None for step in found.steps)
    assert found["bad"].by == ("good",)


points = st.lists(st.tuples(st.integers(-6, 6), st.integers(-6, 6)), min_size=1, max_size=9)


@given(points)
def test_on_the_frontier_are_those_that_some_price_makes_best(where: list[tuple[int, int]]) -> None:
    """Oracle: try every willingness to pay at which two policies tie, and one between each two such."""
    cost, effect = np.array(where, dtype=float).T
    found = icer_frontier(cost, effect)
    ties = {
        (cost[i] - cost[j]) / (effect[i] - effect[j])
        for i in range(cost.size)
        for j in range(cost.size)
        if effect[i] != effect[j]
    }
    prices = sorted({0.0, 1e6, *(k for k in ties if k >= 0)})
    prices += [(a + b) / 2 for a, b in pairwise(prices)]
    best: set[str] = set()
    for k in prices:
        nb = k * effect - cost
        # At a price of zero the cheapest are equal; the more effective of them is meant.
        top = np.flatnonzero(nb >= nb.max() - 1e-9)
        top = top[effect[top] == effect[top].max()] if k == 0.0 else top
        best |= {str(i + 1) for i in top}
    assert set(found.path) == best
    ratios = [found[p].icer for p in found.path]
    rising = [r for r in ratios if r is not None]
    assert rising == sorted(rising)
    assert all(r > 0 for r in rising)


@given(points, st.randoms(use_true_random=False))
def test_the_order_of_policies_changes_nothing(where: list[tuple[int, int]], random: object) -> None:
    names = [f"p{i}" for i in range(len(where))]
    mixed = names.copy()
    random.shuffle(mixed)  # type: ignore[attr-defined]
    at = dict(zip(names, where, strict=True))
    one = icer_frontier(*np.array([at[n] for n in names], float).T, names)
    two = icer_frontier(*np.array([at[n] for n in mixed], float).T, mixed)
    assert set(one.path) == set(two.path)
    for name in names:
        assert (one[name].status, one[name].icer) == (two[name].status, two[name].icer)


def test_uncertainty_stands_beside_the_frontier() -> None:
    rng = np.random.default_rng(1)
    n = 400
    cost = np.column_stack([np.zeros(n), rng.normal(100, 30, n), rng.normal(300, 30, n)])
    effect = np.column_stack([np.zeros(n), rng.normal(5, 2, n), rng.normal(5.1, 2, n)])
    found = icer_frontier(cost, effect, ["none", "some", "more"])
    some, more = found["some"], found["more"]
    assert some.icer is not None
    assert some.icer_low is not None
    assert some.icer_high is not None
    assert some.icer_low < 20 < some.icer_high
    assert found["none"].share is not None
    assert some.share is not None
    assert 0.9 < some.share <= 1.0
    assert more.share is not None
    assert 0.3 < more.share < 0.7
    # The extra effect of the dearest cannot be told from zero: its interval is unbounded.
    if more.status == "on the frontier":
        assert more.icer_high is None
    assert found.to_table().height == 3


def test_interval_of_a_share_is_closed_at_the_ends() -> None:
    """None of n: the upper end is 1 - (1 - level)/2 ^ (1/n); 3/n is its well-known bound one-sided at 95 %."""
    low, high = share_interval([0, 200, 100], 200)
    assert low[0] == 0.0
    assert high[1] == 1.0
    assert high[0] == pytest.approx(1 - 0.05 ** (1 / 200), abs=1e-12)
    assert high[0] == pytest.approx(3 / 200, rel=0.01)
    assert low[1] == pytest.approx(0.05 ** (1 / 200), abs=1e-12)
    # Half of 200, from binomial tails: each end leaves 5 %.
    from scipy.stats import binom

    assert binom.sf(99, 200, low[2]) == pytest.approx(0.05, abs=1e-9)
    assert binom.cdf(100, 200, high[2]) == pytest.approx(0.05, abs=1e-9)


def draws(**columns: list[float]) -> pl.DataFrame:
    n = len(next(iter(columns.values()))) // 2
    table = {"policy": ["no offer"] * n + ["offer"] * n, "draw": [*range(n), *range(n)]}
    return pl.DataFrame(table | {f"outcome.{k}": v for k, v in columns.items()})


def test_from_a_table_of_draws() -> None:
    table = draws(departures=[1.0, 2.0, 3.0, 4.0], cost_usd=[0.0, 0.0, 10.0, 20.0])
    found = cost_effect(table)
    assert found.policies == ("no offer", "offer")
    frontier = icer_frontier(found.cost, found.effect, found.policies)
    single = cost_per_net_departure(table, "offer", "no offer")
    assert single is not None
    assert frontier["offer"].icer == single.ratio == 7.5
    # Another perspective is another column.
    again = table.with_columns(pl.col("outcome.cost_usd").alias("outcome.cost_usd.society") * 2)
    assert cost_effect(again, cost="cost_usd.society").cost[:, 1].tolist() == [20.0, 40.0]


def test_undefined_and_missing_draws_are_counted() -> None:
    nan = float("nan")
    table = draws(departures=[1.0, nan, 3.0, 4.0, 5.0, 6.0], cost_usd=[0.0] * 6).filter(
        (pl.col("policy") == "no offer") | (pl.col("draw") > 0)
    )
    found = matched(table, ("departures", "cost_usd"))
    assert (found.draw.tolist(), found.left_out) == ([2], 2)
    assert found["departures"].tolist() == [[3.0, 6.0]]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: icer_frontier([1, 2], [1, 2, 3]), "one shape"),
        (lambda: icer_frontier([1, math.nan], [1, 2]), "finite"),
        (lambda: icer_frontier([1, 2], [1, 2], ["a", "a"]), "different names"),
        (lambda: icer_frontier([1, 2], [1, 2], reference="x"), "no policy named 'x'"),
        (lambda: ceac([1, 2], [1, 2], 1.0), "draws, policies"),
        (lambda: ceaf([[1, 2]], [[1, 2]], math.inf), "willingness to pay"),
        (lambda: net_benefit([1, 2], [1, 2], [[1.0]]), "willingness to pay"),
        (lambda: share_interval([3], 2), "between 0 and the number"),
        (lambda: cost_effect(draws(departures=[1.0, 2.0]), policies=["x"]), "no policy named 'x'"),
        (lambda: cost_effect(draws(departures=[1.0, 2.0])), "no outcome named 'cost_usd'"),
        (
            lambda: cost_effect(draws(departures=[math.nan, 2.0], cost_usd=[0.0, 0.0])),
            "no draw has departures and cost_usd",
        ),
    ],
)
def test_bad_input_is_told(call: object, words: str) -> None:
    with pytest.raises(OfframpError, match=words):
        call()  # type: ignore[operator]
