"""The given-data index against closed forms (Ishigami T20, a linear model) and against SALib."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from offramp.analysis import sensitivity
from offramp.errors import OfframpError

# T20: a = 7, b = 0.1.
ISHIGAMI_S1 = (0.313905191, 0.442411145, 0.0)


def ishigami(n: int, seed: int = 3) -> tuple[np.ndarray, np.ndarray]:
    x = np.random.default_rng(seed).uniform(-np.pi, np.pi, (n, 3))
    return x, np.sin(x[:, 0]) + 7.0 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def table(x: np.ndarray, y: np.ndarray, policy: str = "reference") -> pl.DataFrame:
    columns = {f"input.x{j}": x[:, j] for j in range(x.shape[1])}
    return pl.DataFrame({"policy": [policy] * len(y), "draw": np.arange(len(y)), **columns, "outcome.y": y})


def by_name(result: sensitivity.Sensitivity) -> dict[str, sensitivity.Index]:
    return {i.input: i for i in result.indices}


def test_ishigami_known_indices() -> None:
    x, y = ishigami(20_000)
    found = by_name(sensitivity.first_order(table(x, y), "y", "reference", bins=50, permutations=50))
    for j, known in enumerate(ISHIGAMI_S1):
        # 50 bins cost about 0.1 % of the variance; the standard error at this n is below 0.01.
        assert found[f"x{j}"].index == pytest.approx(known, abs=0.02)
        assert found[f"x{j}"].low - 0.02 <= known <= found[f"x{j}"].high + 0.02
    assert not found["x2"].above_noise
    assert found["x0"].above_noise


def test_linear_model_and_direction() -> None:
    rng = np.random.default_rng(11)
    x = rng.normal(size=(10_000, 4))
    weights = np.array([3.0, -2.0, 1.0, 0.0])
    known = weights**2 / (weights**2).sum()
    found = by_name(
        sensitivity.first_order(table(x, x @ weights), "y", "reference", bins=50, permutations=50)
    )
    for j in range(4):
        assert found[f"x{j}"].index == pytest.approx(known[j], abs=0.02)
    assert found["x0"].direction > 0.5
    assert found["x1"].direction < -0.3


def test_agrees_with_salib() -> None:
    from SALib.analyze import rbd_fast

    x, y = ishigami(5_000, seed=8)
    problem = {"num_vars": 3, "names": ["a", "b", "c"], "bounds": [[-np.pi, np.pi]] * 3}
    judged = rbd_fast.analyze(problem, x, y, num_resamples=2, seed=1)["S1"]
    found = by_name(sensitivity.first_order(table(x, y), "y", "reference", permutations=20))
    for j in range(3):
        assert found[f"x{j}"].index == pytest.approx(float(judged[j]), abs=0.04)


def test_idle_inputs_are_unbiased_and_the_floor_holds() -> None:
    """Two hundred draws, idle inputs: the mean index is zero, and one study in twenty shows any input at all."""
    rng = np.random.default_rng(5)
    studies, mean = 60, []
    alarms = 0
    for _ in range(studies):
        x, y = rng.normal(size=(200, 12)), rng.normal(size=200)
        result = sensitivity.first_order(table(x, y), "y", "reference")
        alarms += any(i.above_noise for i in result.indices)
        mean.append(np.mean([i.index for i in result.indices]))
    assert abs(float(np.mean(mean))) < 0.004
    # Binomial(60, 0.05): more than 8 has probability 0.003.
    assert alarms <= 8


def test_interval_covers_at_two_hundred_draws() -> None:
    rng = np.random.default_rng(21)
    known, covered = 0.5, 0
    for _ in range(60):
        x = rng.uniform(size=(200, 2))
        y = x @ np.array([1.0, 1.0])
        first = by_name(sensitivity.first_order(table(x, y), "y", "reference", permutations=20))["x0"]
        covered += first.low <= known <= first.high
    assert covered >= 45


def test_discrete_rivals_are_their_own_bins() -> None:
    rng = np.random.default_rng(2)
    rival = rng.choice([0.0, 1.0, 5.0], size=2_000)
    noise = rng.normal(size=2_000)
    y = np.where(rival == 1.0, 2.0, 0.0) + noise
    part = (rival == 1.0).astype(float)
    known = 4.0 * part.var() / (4.0 * part.var() + 1.0)
    found = sensitivity.first_order(table(rival[:, None], y), "y", "reference", permutations=20)
    assert found.indices[0].index == pytest.approx(known, abs=0.04)


def test_ties_stay_together() -> None:
    label, bins = sensitivity.partition(np.array([0.0] * 60 + list(range(1, 41))), 8)
    assert np.unique(label[:60]).size == 1
    assert bins <= 8


@pytest.mark.parametrize(
    ("x", "y", "says"),
    [
        (np.zeros((100, 0)), np.arange(100.0), "nothing in this scenario is uncertain"),
        (np.ones((100, 1)), np.arange(100.0), "nothing in this scenario is uncertain"),
        (np.arange(10.0)[:, None], np.arange(10.0), "too few"),
        (np.arange(100.0)[:, None], np.ones(100), "same in every draw"),
        (np.arange(100.0)[:, None], np.full(100, np.nan), "too few"),
    ],
)
def test_says_why_there_is_no_index(x: np.ndarray, y: np.ndarray, says: str) -> None:
    result = sensitivity.first_order(table(x, y), "y", "reference")
    assert result.indices == ()
    assert says in result.reason
    assert result.explained == 0.0


def test_unknown_names_are_refused() -> None:
    x, y = ishigami(50)
    with pytest.raises(OfframpError, match="outcome"):
        sensitivity.first_order(table(x, y), "z", "reference")
    with pytest.raises(OfframpError, match="policy"):
        sensitivity.first_order(table(x, y), "y", "nobody")


def test_ranks_find_what_a_long_tail_hides() -> None:
    """A product with a heavy factor: ranks see the monotone input at 200 draws, raw values hardly."""
    rng = np.random.default_rng(7)
    x = rng.normal(size=(200, 12))
    y = np.exp(1.0 * x[:, 0] + 2.0 * rng.normal(size=200))
    ranked = by_name(sensitivity.first_order(table(x, y), "y", "reference", ranked=True))["x0"]
    raw = by_name(sensitivity.first_order(table(x, y), "y", "reference"))["x0"]
    assert ranked.above_noise
    assert ranked.index > raw.index


def test_ranks_change_nothing_on_ranks() -> None:
    x, y = ishigami(300)
    order = np.argsort(np.argsort(y)).astype(float)
    plain = sensitivity.first_order(table(x, order), "y", "reference")
    ranked = sensitivity.first_order(table(x, y), "y", "reference", ranked=True)
    assert [i.index for i in plain.indices] == pytest.approx([i.index for i in ranked.indices])


def test_thirds_are_means_where_an_input_is_low_and_high() -> None:
    draws = pl.DataFrame(
        {
            "policy": ["p"] * 9 + ["q"],
            "draw": [*range(9), 0],
            "input.a": [1.0, 2, 3, 4, 5, 6, 7, 8, 9, 1],
            "input.b": [9.0, 8, 7, 6, 5, 4, 3, 2, 1, 1],
            "outcome.y": [10.0, 20, 30, 40, 50, 60, 70, 80, None, 1e9],
        }
    )
    means = sensitivity.thirds(draws, "y", "p", ["a", "b"])
    assert means.tolist() == [[20.0, 70.0], [70.0, 20.0]]
    assert np.isnan(sensitivity.thirds(draws.filter(pl.col("draw") > 8), "y", "p", ["a"])).all()
