"""Effects, paired differences and the cost of a departure, against arithmetic by hand and brute force."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offramp.analysis.compare import compare, part_of, spread
from offramp.analysis.cost import cost_per_net_departure, fieller
from offramp.analysis.economics import cost_effect
from offramp.errors import OfframpError


def draws(**policies: dict[str, list[float]]) -> pl.DataFrame:
    frames = []
    for name, outcomes in policies.items():
        n = len(next(iter(outcomes.values())))
        columns = {f"outcome.{key}": np.asarray(value, float) for key, value in outcomes.items()}
        frames.append(pl.DataFrame({"policy": [name] * n, "draw": np.arange(n), **columns}))
    return pl.concat(frames)


def test_spread_by_hand() -> None:
    s = spread(np.array([1.0, 2.0, 3.0, 4.0, np.nan, np.inf]))
    assert s is not None
    assert (s.draws, s.mean, s.q50) == (4, 2.5, 2.5)
    assert s.mc_error == pytest.approx(np.std([1, 2, 3, 4], ddof=1) / 2)
    assert s.q05 == pytest.approx(np.quantile([1, 2, 3, 4], 0.05))
    assert spread(np.array([np.nan])) is None


def test_one_draw_has_no_error() -> None:
    table = compare(draws(reference={"departures": [7.0]}))
    effect = table.get("reference", "departures")
    assert effect is not None
    assert effect.level.mc_error is None
    assert effect.level.q05 == effect.level.q95 == 7.0
    assert effect.difference is None
    assert table.draws == 1


def test_differences_are_paired() -> None:
    """Common numbers: a constant gap has no spread, whatever the spread of the levels."""
    base = np.linspace(0.0, 1e6, 50)
    effect = compare(draws(a={"departures": list(base)}, b={"departures": list(base + 3.0)})).get(
        "b", "departures"
    )
    assert effect is not None
    assert effect.difference is not None
    assert effect.difference.mean == pytest.approx(3.0)
    assert effect.difference.mc_error == pytest.approx(0.0, abs=1e-6)
    assert (effect.more, effect.less, effect.better) == (1.0, 0.0, 1.0)
    assert effect.sign_settled
    assert effect.resolved


def test_pairs_by_draw_number_and_drops_the_unpaired() -> None:
    a = pl.DataFrame({"policy": ["a"] * 3, "draw": [2, 0, 1], "outcome.killed": [30.0, 10.0, 20.0]})
    b = pl.DataFrame({"policy": ["b"] * 2, "draw": [1, 0], "outcome.killed": [19.0, 9.0]})
    effect = compare(pl.concat([a, b])).get("b", "killed")
    assert effect is not None
    assert effect.difference is not None
    assert effect.difference.draws == 2
    assert effect.difference.mean == -1.0
    assert effect.better == 1.0  # fewer deaths is better


def test_part_of_a_whole_is_made_draw_by_draw() -> None:
    table = draws(a={"departures": [4.0, 10.0, 0.0], "departures.x": [1.0, 5.0, 0.0]})
    share = part_of(table, "a", "departures.x", "departures")
    assert share is not None
    assert (share.draws, share.mean) == (2, pytest.approx(0.375))  # not 6 / 14, and no share of nobody
    assert (
        part_of(draws(a={"departures": [0.0], "departures.x": [0.0]}), "a", "departures.x", "departures")
        is None
    )


def test_identical_and_unsettled() -> None:
    rng = np.random.default_rng(1)
    base = rng.normal(size=100)
    table = compare(
        draws(a={"x": list(base)}, b={"x": list(base)}, c={"x": list(base + rng.normal(size=100))})
    )
    same, noisy = table.get("b", "x"), table.get("c", "x")
    assert same is not None
    assert noisy is not None
    assert same.identical
    assert not noisy.identical
    assert not noisy.sign_settled
    assert noisy.better is None  # no direction is known for an unlisted outcome


def test_undefined_values_leave_the_outcome_out() -> None:
    table = compare(draws(a={"x": [np.nan, np.nan]}, b={"x": [1.0, np.nan]}))
    assert table.get("a", "x") is None
    effect = table.get("b", "x")
    assert effect is not None
    assert effect.difference is None


def test_long_table_has_both_policies() -> None:
    long = compare(draws(a={"killed": [1.0, 2.0]}, b={"killed": [1.0, 1.0]})).to_table()
    assert long.columns[:2] == ["policy", "outcome"]
    assert long.height == 2
    assert long["difference.mean"].to_list() == [None, -0.5]


@pytest.mark.parametrize(
    ("table", "says"),
    [
        (pl.DataFrame({"policy": ["a"]}), "lacks"),
        (pl.DataFrame({"policy": [], "draw": []}, schema={"policy": pl.String, "draw": pl.Int64}), "empty"),
        (pl.DataFrame({"policy": ["a", "a"], "draw": [1, 1], "outcome.x": [1.0, 2.0]}), "twice"),
    ],
)
def test_bad_tables_are_refused(table: pl.DataFrame, says: str) -> None:
    with pytest.raises(OfframpError, match=says):
        compare(table)


def test_unknown_reference_is_refused() -> None:
    with pytest.raises(OfframpError, match="no policy named"):
        compare(draws(a={"x": [1.0]}), reference="z")


def test_fieller_against_bootstrap() -> None:
    rng = np.random.default_rng(4)
    net = rng.gamma(4.0, 250.0, 400)
    cost = 100.0 * net + rng.normal(0.0, 2e4, 400) + 5e4
    interval = fieller(cost, net)
    assert interval is not None
    pick = rng.integers(0, 400, (4_000, 400))
    ratios = cost[pick].mean(axis=1) / net[pick].mean(axis=1)
    width = interval[1] - interval[0]
    assert interval[0] == pytest.approx(np.quantile(ratios, 0.05), abs=0.12 * width)
    assert interval[1] == pytest.approx(np.quantile(ratios, 0.95), abs=0.12 * width)


def test_fieller_is_unbounded_when_the_denominator_may_be_zero() -> None:
    rng = np.random.default_rng(9)
    assert fieller(rng.normal(10, 1, 50), rng.normal(0.0, 1.0, 50)) is None
    assert fieller(np.array([1.0]), np.array([1.0])) is None


def cost_of(extra: list[float], net: list[float]):
    zero = [0.0] * len(net)
    return cost_per_net_departure(
        draws(a={"departures": zero, "cost_usd": zero}, b={"departures": net, "cost_usd": extra}), "b", "a"
    )


def test_ratio_of_means_not_mean_of_ratios() -> None:
    found = cost_of([100.0, 100.0], [1.0, 100.0])
    assert found is not None
    assert found.ratio == pytest.approx(200.0 / 101.0)
    assert found.per_draw == (100.0, 100.0, 100.0)  # observed values, the higher one


def test_what_buys_no_departure_stands_in_no_price_of_one() -> None:
    """An open door beside a package costs more and moves no soldier: the price of a departure is that of the package."""
    zero = {
        "departures": [0.0, 0.0],
        "emigrations": [5.0, 5.0],
        "cost_usd": [0.0, 0.0],
        "departures_cost_usd": [0.0, 0.0],
        "emigrants_cost_usd": [0.0, 0.0],
    }
    package = zero | {
        "departures": [1.0, 3.0],
        "cost_usd": [100.1, 300.3],
        "departures_cost_usd": [100.1, 300.3],
    }
    door = package | {"emigrations": [15.0, 25.0], "cost_usd": [100.1 + 70.7, 300.3 + 80.8],
                      "emigrants_cost_usd": [70.7, 80.8]}  # fmt: skip
    table = draws(none=zero, package=package, door=door)
    one, other = (cost_per_net_departure(table, policy, "none") for policy in ("package", "door"))
    assert one is not None
    assert other is not None
    assert other.ratio == one.ratio == pytest.approx(400.4 / 4.0)
    assert other.per_draw == one.per_draw
    found = cost_effect(table)
    assert found.cost[:, 1].tolist() == found.cost[:, 2].tolist()
    emigrant = cost_per_net_departure(table, "door", "none", effect="emigrations", cost="emigrants_cost_usd")
    assert emigrant is not None
    assert emigrant.ratio == pytest.approx(151.5 / 30.0)


def test_draws_without_gain_rank_above_any_price() -> None:
    found = cost_of([100.0] * 10, [10.0] * 6 + [-1.0] * 4)
    assert found is not None
    assert found.ratio == pytest.approx(1000.0 / 56.0)
    assert found.per_draw == (10.0, 10.0, None)
    assert found.quadrants["dearer, not more leave"] == pytest.approx(0.4)
    assert "40 % of the draws" in found.reason


@pytest.mark.parametrize(
    ("extra", "net", "quadrant", "says"),
    [
        ([5.0, 6.0], [-1.0, -2.0], "dearer, not more leave", "no departures"),
        ([5.0, 6.0], [0.0, 0.0], "dearer, not more leave", "no departures"),
        ([-5.0, -6.0], [3.0, 4.0], "not dearer, more leave", "no extra cost"),
        ([-5.0, -6.0], [-3.0, -4.0], "not dearer, not more leave", "mislead"),
        ([0.0, 0.0], [0.0, 0.0], "not dearer, not more leave", "mislead"),
    ],
)
def test_other_quadrants_have_no_ratio(
    extra: list[float], net: list[float], quadrant: str, says: str
) -> None:
    found = cost_of(extra, net)
    assert found is not None
    assert found.quadrant == quadrant
    assert found.ratio is None
    assert found.per_draw == (None, None, None)
    assert says in found.reason


def test_no_cost_column_no_ratio() -> None:
    table = draws(a={"departures": [1.0]}, b={"departures": [2.0]})
    assert cost_per_net_departure(table, "b", "a") is None
    assert cost_per_net_departure(table, "a", "a") is None


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(-1e6, 1e9), st.floats(-1e5, 1e5)), min_size=2, max_size=40))
def test_no_ratio_is_ever_negative(pairs: list[tuple[float, float]]) -> None:
    found = cost_of([p[0] for p in pairs], [p[1] for p in pairs])
    assert found is not None
    assert found.ratio is None or found.ratio > 0.0
    assert all(v is None or v > 0.0 for v in found.per_draw)
    assert sum(found.quadrants.values()) == pytest.approx(1.0)
