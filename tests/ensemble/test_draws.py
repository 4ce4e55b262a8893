"""Sampling: one sequence whatever the portions, and every law met."""

from __future__ import annotations

import itertools
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from offramp.ensemble.draws import SobolSampler, copula_factors, correlated, dimensions, input_names
from offramp.errors import InputError, OfframpError
from offramp.scenario import loads
from offramp.scenario.quantities import Law, Shares, Uncertain
from offramp.scenario.tables import Correlation, Scenario
from tests.ensemble import fake_engine

BENCH = loads(fake_engine.SCENARIO, name="bench")


def with_inputs(
    laws: dict[str, Law],
    shares: tuple[Shares, ...] = (),
    correlations: tuple[Correlation, ...] = (),
) -> Scenario:
    """The bench with other uncertain numbers; only the sampler looks at it."""
    from dataclasses import replace

    inputs = tuple(Uncertain(path, law) for path, law in laws.items())
    return replace(BENCH, inputs=inputs, shares=shares, correlations=correlations)


def test_names_are_key_paths() -> None:
    assert input_names(BENCH) == (
        "group.front.stay_utility",
        "group.front.relative_risk",
        "route.desert.window_per_day",
    )
    assert dimensions(BENCH) == 3


@given(cuts=st.lists(st.integers(0, 60), max_size=5))
def test_portions_of_any_size_in_any_order_give_the_same_values(cuts: list[int]) -> None:
    whole = SobolSampler(BENCH, 5).values(0, 60)
    edges = sorted({0, 60, *cuts})
    sampler = SobolSampler(BENCH, 5)
    pieces = list(itertools.pairwise(edges))
    for start, stop in reversed(pieces):
        np.testing.assert_array_equal(sampler.values(start, stop), whole[start:stop])
    np.testing.assert_array_equal(
        np.concatenate([sampler.values(start, stop) for start, stop in pieces]), whole
    )


def test_more_draws_continue_the_sequence_and_seeds_differ() -> None:
    first = SobolSampler(BENCH, 1).values(0, 10)
    np.testing.assert_array_equal(SobolSampler(BENCH, 1).values(0, 500)[:10], first)
    assert not np.any(SobolSampler(BENCH, 2).values(0, 10) == first)


def test_no_warning_for_any_number_of_draws() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert SobolSampler(BENCH, 1).values(0, 3).shape == (3, 3)


LAWS = {
    "normal": Law("normal", (2.0, 0.5)),
    "lognormal": Law("lognormal", (10.0, 0.4), low=0.0),
    "logit": Law("logit-normal", (-1.0, 0.7), low=0.0, high=1.0),
    "uniform": Law("uniform", (3.0, 7.0)),
    "loguniform": Law("log-uniform", (0.1, 10.0)),
    "beta": Law("beta", (2.0, 5.0), low=0.0, high=1.0),
    "rivals": Law("rivals", (1.0, 0.25, 2.0, 0.5, 4.0, 0.25)),
    "cut": Law("normal", (0.1, 1.0), low=0.0),
}


def test_laws_are_met_in_mean_and_quantiles() -> None:
    """2^12 scrambled Sobol' points: means within a tenth of the error of independent draws."""
    n = 4096
    values = SobolSampler(with_inputs(LAWS), 3).values(0, n)
    grid = (np.arange(200_000) + 0.5) / 200_000
    for i, (name, law) in enumerate(LAWS.items()):
        exact = law.quantile(grid)
        assert abs(values[:, i].mean() - exact.mean()) < 0.1 * exact.std() / np.sqrt(n), name
        if law.family != "rivals":
            shares = np.mean(values[:, i][:, None] <= law.quantile([0.05, 0.25, 0.5, 0.75, 0.95]), axis=0)
            np.testing.assert_allclose(shares, [0.05, 0.25, 0.5, 0.75, 0.95], atol=2 / n, err_msg=name)
    rivals = values[:, list(LAWS).index("rivals")]
    for value, weight in ((1.0, 0.25), (2.0, 0.5), (4.0, 0.25)):
        assert abs(np.mean(rivals == value) - weight) <= 2 / n


def test_copula_gives_the_stated_rank_correlation_and_keeps_each_law() -> None:
    """Spearman's rho of a Gaussian copula is 6/pi asin(rho/2)."""
    n, rho = 8192, 0.6
    laws = {name: Law("normal", (0.0, 1.0)) for name in "abcd"}
    scenario = with_inputs(laws, correlations=(Correlation(("a", "c", "d"), rho),))
    values = SobolSampler(scenario, 1).values(0, n)
    ranks = np.argsort(np.argsort(values, axis=0), axis=0)
    found = np.corrcoef(ranks, rowvar=False)
    expected = 6 / np.pi * np.arcsin(rho / 2)
    for i, j in ((0, 2), (0, 3), (2, 3)):
        assert found[i, j] == pytest.approx(expected, abs=0.01)
    for j in (0, 2, 3):
        assert found[1, j] == pytest.approx(0.0, abs=0.02)
    for i in range(4):
        shares = np.mean(values[:, i][:, None] <= [-1.6448536, 0.0, 1.6448536], axis=0)
        np.testing.assert_allclose(shares, [0.05, 0.5, 0.95], atol=0.003)


def test_copula_does_not_depend_on_the_number_of_rows() -> None:
    factors = copula_factors(["a", "b", "c"], [Correlation(("a", "b", "c"), 0.5)])
    u = np.random.default_rng(0).random((1000, 3))
    whole = correlated(u, factors)
    np.testing.assert_array_equal(
        np.concatenate([correlated(u[i : i + 7], factors) for i in range(0, 1000, 7)]), whole
    )


def test_shares_follow_the_dirichlet_law() -> None:
    alpha = (2.0, 5.0, 1.0)
    shares = Shares("s", ("s.a", "s.b", "s.c"), ("a", "b", "c"), alpha)
    scenario = with_inputs({"x": Law("uniform", (0.0, 1.0))}, shares=(shares,))
    assert input_names(scenario) == ("x", "s.a", "s.b", "s.c")
    assert dimensions(scenario) == 3
    values = SobolSampler(scenario, 1).values(0, 4096)[:, 1:]
    total = sum(alpha)
    np.testing.assert_allclose(values.sum(axis=1), 1.0, atol=1e-12)
    np.testing.assert_allclose(values.mean(axis=0), np.array(alpha) / total, atol=1e-3)
    variance = np.array([a * (total - a) / (total**2 * (total + 1)) for a in alpha])
    np.testing.assert_allclose(values.var(axis=0), variance, rtol=0.02)


def test_nothing_uncertain_means_replicates() -> None:
    sampler = SobolSampler(with_inputs({}), 1)
    assert sampler.values(3, 9).shape == (6, 0)
    assert "replicates" in sampler.source


def test_points_stay_inside_the_cube() -> None:
    points = SobolSampler(BENCH, 0).points(0, 2048)
    assert points.min() > 0.0
    assert points.max() < 1.0


def test_more_dimensions_than_the_sequence_has_are_refused() -> None:
    many = with_inputs({f"x{i}": Law("uniform", (0.0, 1.0)) for i in range(21_202)})
    with pytest.raises(InputError, match="21,202 uncertain dimensions"):
        SobolSampler(many, 1)


def test_the_last_dimension_works() -> None:
    many = with_inputs({f"x{i}": Law("uniform", (0.0, 1.0)) for i in range(21_201)})
    assert SobolSampler(many, 1).values(0, 2).shape == (2, 21_201)


def test_values_that_no_computer_holds_are_told() -> None:
    wild = with_inputs({"x": Law("lognormal", (1e300, 50.0), low=0.0)})
    with pytest.raises(OfframpError, match=r"Draw \d+ gives x the value inf"):
        SobolSampler(wild, 1).values(0, 64)
