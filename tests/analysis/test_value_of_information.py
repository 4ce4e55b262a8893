"""EVPI and EVPPI against closed forms of the normal loss, nested Monte Carlo, SALib's test function and arithmetic by hand."""

from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from SALib.test_functions import Ishigami
from scipy.stats import norm, qmc

from offramp.analysis import conditional_mean, evpi, evppi, evppi_by_input
from offramp.errors import OfframpError


def normal_gain(mean: float, sd: float) -> float:
    """E max(0, N(mean, sd)) - max(0, mean): what it is worth to know a normal net benefit (unit normal loss)."""
    return sd * norm.pdf(mean / sd) + mean * norm.cdf(mean / sd) - max(0.0, mean)


def normals(n: int, columns: int, seed: int = 1) -> np.ndarray:
    return norm.ppf(qmc.Sobol(columns, seed=seed).random(n))


def against_nothing(nb: np.ndarray) -> np.ndarray:
    return np.column_stack([np.zeros(nb.size), nb])


def test_evpi_by_hand() -> None:
    """Best now: the first (mean 2); knowing each draw: 3, 4, 2 -> 3."""
    found = evpi([[3.0, 0.0], [1.0, 4.0], [2.0, 1.0]])
    assert found.value == pytest.approx(1.0)
    assert found.error == pytest.approx(np.std([0, 3, 0], ddof=1) / math.sqrt(3))
    assert evpi([[1.0, 0.0]] * 3).value == 0.0
    assert evpi([[5.0], [7.0]]).value == 0.0


@pytest.mark.parametrize("mean", [-1.0, -0.2, 0.0, 0.7])
def test_evpi_of_a_normal_net_benefit(mean: float) -> None:
    found = evpi(against_nothing(mean + 2.0 * normals(4096, 1)[:, 0]))
    assert found.value == pytest.approx(normal_gain(mean, 2.0), abs=0.01)


def test_evpi_of_t18() -> None:
    """At k = 40 the net benefit is N(100, sqrt(30^2 + 80^2)); dearer and larger in money, the form is the same."""
    z = normals(8192, 2)
    found = evpi(against_nothing(40 * (5 + 2 * z[:, 0]) - (100 + 30 * z[:, 1])))
    assert found.value == pytest.approx(normal_gain(100.0, math.hypot(30.0, 80.0)), rel=0.02)


@given(
    st.lists(st.tuples(*[st.floats(-50, 50)] * 3), min_size=1, max_size=20),
    st.floats(0.1, 10),
    st.floats(-9, 9),
)
def test_evpi_is_not_negative_and_follows_the_money(
    rows: list[tuple[float, ...]], scale: float, shift: float
) -> None:
    value = evpi(rows).value
    assert value >= 0.0
    assert evpi(np.array(rows) * scale + shift).value == pytest.approx(value * scale, abs=1e-9)


def test_chance_is_not_worth_knowing() -> None:
    """World effect of sd 1, chance of sd 2: rows as worlds would value the chance too."""
    worlds, replicates = 4000, 3
    rng = np.random.default_rng(5)
    world = np.repeat(rng.normal(size=worlds), replicates)
    nb = against_nothing(-0.2 + world + 2.0 * rng.normal(size=world.size))
    label = np.repeat(np.arange(worlds), replicates)
    naive, known = evpi(nb), evpi(nb, worlds=label)
    assert naive.value == pytest.approx(normal_gain(-0.2, math.sqrt(5.0)), abs=0.06)
    assert known.error is not None
    # Four standard errors: a false alarm once in 16,000; the jackknife's own remainder lies well inside.
    assert abs(known.value - normal_gain(-0.2, 1.0)) < 4 * known.error
    # The regression leaves chance in its residuals, replicates or not.
    assert evppi(nb, world, worlds=label).value == pytest.approx(normal_gain(-0.2, 1.0), abs=0.06)


def test_order_and_size_of_replicates_do_not_matter() -> None:
    rng = np.random.default_rng(2)
    label = np.repeat(np.arange(50), rng.integers(2, 5, size=50))
    nb = rng.normal(size=(label.size, 3))
    order = rng.permutation(label.size)
    assert evpi(nb[order], worlds=label[order]).value == pytest.approx(evpi(nb, worlds=label).value)


def test_without_chance_replicates_change_nothing() -> None:
    rng = np.random.default_rng(3)
    nb = rng.normal(size=(100, 3))
    assert evpi(np.repeat(nb, 2, axis=0), worlds=np.repeat(np.arange(100), 2)).value == pytest.approx(
        evpi(nb).value
    )


@pytest.mark.parametrize("mean", [-0.5, 0.0, 0.3])
def test_evppi_of_a_linear_normal_model(mean: float) -> None:
    z = normals(2048, 3)
    nb = against_nothing(mean + 1.0 * z[:, 0] + 2.0 * z[:, 1])
    for columns, sd in (([0], 1.0), ([1], 2.0), ([0, 1], math.sqrt(5.0))):
        found = evppi(nb, z[:, columns])
        assert found.error is not None
        assert found.value == pytest.approx(normal_gain(mean, sd), abs=max(0.02, 3 * found.error))
    idle = evppi(nb, z[:, 2], permutations=100)
    assert idle.value < 0.05
    assert not idle.above_noise


def test_two_inputs_that_matter_only_together() -> None:
    """NB = X Y: either alone tells nothing, both tell all: E max(0, X Y) = 1/pi."""
    z = normals(2048, 2)
    nb = against_nothing(z[:, 0] * z[:, 1])
    assert evppi(nb, z[:, 0]).value < 0.03
    both = evppi(nb, z)
    assert both.error is not None
    assert both.value == pytest.approx(1.0 / math.pi, abs=4 * both.error)


def curved(x: np.ndarray, y: np.ndarray, e: np.ndarray) -> np.ndarray:
    """Net benefit of three policies, not linear in anything, with a noise of its own."""
    one = np.sin(2.0 * x) + 0.5 * x * y + e
    two = 0.3 * np.exp(0.5 * x) - 0.2 * y**2 + 0.5 * e
    return np.stack([np.zeros_like(x), one, two], axis=-1)


def test_evppi_against_nested_monte_carlo() -> None:
    """Oracle: for 4,000 values of x, 1,000 draws of everything else, with none of the regression."""
    rng = np.random.default_rng(11)
    outer = norm.ppf((np.arange(4000) + 0.5) / 4000)
    inner = rng.normal(size=(2, 1000))
    inner -= inner.mean(axis=1, keepdims=True)
    conditional = np.stack([curved(np.full(1000, x), *inner).mean(axis=0) for x in outer])
    exact = conditional.max(axis=1).mean() - conditional.mean(axis=0).max()
    z = normals(4096, 3, seed=4)
    found = evppi(curved(z[:, 0], z[:, 1], z[:, 2]), z[:, 0])
    assert found.error is not None
    assert found.value == pytest.approx(exact, abs=0.02)
    # The error is that of independent draws, which these are better than; it must cover and yet say something.
    assert 0.02 < found.error < 0.3 * exact


def test_knowing_more_is_worth_more() -> None:
    z = normals(2048, 3, seed=8)
    nb = curved(z[:, 0], z[:, 1], z[:, 2])
    alone, both, all_ = evppi(nb, z[:, 0]), evppi(nb, z[:, :2]), evpi(nb)
    assert alone.value < both.value < all_.value


def test_an_input_with_few_values() -> None:
    """A switch that is on or off: known exactly, from group means."""
    rng = np.random.default_rng(9)
    on = rng.integers(0, 2, size=1000).astype(float)
    nb = against_nothing(np.where(on == 1.0, 3.0, -2.0) + 0.01 * rng.normal(size=1000))
    share = on.mean()
    exact = share * 3.0 - max(0.0, share * 3.0 - (1 - share) * 2.0)
    assert evppi(nb, on).value == pytest.approx(exact, abs=0.01)


@settings(max_examples=10, deadline=None)
@given(st.floats(1e-3, 1e3), st.integers(0, 10_000))
def test_evppi_depends_on_ranks_and_money_alone(scale: float, seed: int) -> None:
    """Any rising change of an input leaves its value; money scales it; permuting draws changes nothing."""
    z = np.random.default_rng(seed).normal(size=(200, 2))
    nb = against_nothing(z[:, 0] + z[:, 1])
    base = evppi(nb, z[:, 0])
    assert base.value >= 0.0
    assert evppi(nb * scale, np.exp(3 * z[:, 0])).value == pytest.approx(
        base.value * scale, rel=1e-3, abs=1e-9
    )
    order = np.random.default_rng(seed).permutation(200)
    assert evppi(nb[order], z[order, 0]).value == pytest.approx(base.value, rel=1e-3, abs=1e-9)


def test_t20_first_order_indices_of_ishigami() -> None:
    """The regression's conditional mean against SALib's function: a = 7, b = .1, indices in closed form."""
    x = -math.pi + 2 * math.pi * qmc.Sobol(3, seed=3).random(2**14)
    y = Ishigami.evaluate(x)
    index = [conditional_mean(y, x[:, j]).var() / y.var() for j in range(3)]
    assert index == pytest.approx([0.313905191, 0.442411145, 0.0], abs=0.01)
    # x1 and x3 together explain S1 + S3 + S13; products of few splines see that interplay.
    assert conditional_mean(y, x[:, [0, 2]]).var() / y.var() == pytest.approx(0.557588855, abs=0.01)


def test_idle_inputs_pass_the_floor_about_once_in_twenty() -> None:
    """Forty studies of an idle input: more than 8 above the floor has a chance below 2e-4 at 5 %."""
    passed = 0
    for seed in range(40):
        rng = np.random.default_rng(1000 + seed)
        nb = against_nothing(rng.normal(size=150))
        passed += evppi(nb, rng.normal(size=150), permutations=100, seed=seed).above_noise
    assert passed <= 8


def table(n: int = 200) -> pl.DataFrame:
    z = normals(256, 2)[:n]
    rows = [
        {"policy": p, "draw": i, "input.cash": z[i, 0], "input.trust": z[i, 1], "input.fixed": 1.0}
        | {"outcome.departures": q * (2.0 + 3.0 * z[i, 0]), "outcome.cost_usd": q * 100.0}
        for p, q in (("no offer", 0.0), ("offer", 1.0))
        for i in range(n)
    ]
    return pl.DataFrame(rows)


def test_by_input_from_a_table_of_draws() -> None:
    found = evppi_by_input(table(), 50.0)
    assert list(found) == ["cash", "trust"]
    assert found["cash"].value == pytest.approx(normal_gain(0.0, 150.0), rel=0.1)
    assert found["cash"].above_noise
    assert not found["trust"].above_noise
    assert evppi_by_input(table(), 50.0, seed=0)["cash"] == found["cash"]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: evpi([1.0, 2.0]), "draws, policies"),
        (lambda: evpi([[1.0, math.nan]]), "finite"),
        (lambda: evpi([[1.0], [2.0]], worlds=[0, 1]), "two replicates"),
        (lambda: evpi([[1.0], [2.0]], worlds=[0]), "labels"),
        (lambda: evppi(np.zeros((39, 2)), np.arange(39)), "too few"),
        (lambda: evppi(np.zeros((40, 2)), np.arange(41)), "do not match"),
        (lambda: evppi(np.zeros((40, 2)), np.ones(40)), "same in every draw"),
        (lambda: evppi(np.zeros((40, 2)), np.full(40, math.inf)), "finite"),
        (lambda: conditional_mean(np.zeros(3), np.arange(40)), "one row for each"),
    ],
)
def test_bad_input_is_told(call: object, words: str) -> None:
    with pytest.raises(OfframpError, match=words):
        call()  # type: ignore[operator]
