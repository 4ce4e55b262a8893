"""Quantities: what a number, a path, a series, a spread and shares are worth in one draw."""

from __future__ import annotations

import datetime
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from offramp.scenario import loads
from offramp.scenario.laws import Law
from offramp.scenario.quantities import Dated, Number, People, Series, Shares, Uncertain, evaluate
from tests.scenario.texts import with_group

LAW = Law("uniform", (0.0, 1.0))
A = Uncertain("a", LAW)
B = Uncertain("b", LAW)


def test_numbers_and_inputs() -> None:
    assert evaluate(Number(3.0), {}, 5) == 3.0
    assert evaluate(A, {"a": 0.25}, 5) == 0.25
    with pytest.raises(KeyError, match="a"):
        evaluate(A, {}, 5)


def test_linear_path_is_held_outside_its_points() -> None:
    path = Dated(((-4, Number(0.0)), (4, A)), "linear", None)
    np.testing.assert_allclose(evaluate(path, {"a": 8.0}, 7), [4, 5, 6, 7, 8, 8, 8])


def test_step_path_holds_the_last_value() -> None:
    path = Dated(((2, Number(1.0)), (4, Number(5.0))), "step", None)
    assert evaluate(path, {}, 6).tolist() == [1, 1, 1, 1, 5, 5]


def test_log_path_grows_at_a_constant_rate() -> None:
    path = Dated(((0, Number(100.0)), (10, Number(400.0))), "log", Number(2.0))
    values = evaluate(path, {}, 11)
    np.testing.assert_allclose(values, 200.0 * 4.0 ** (np.arange(11) / 10))


def test_scales_multiply() -> None:
    series = Series("claims", np.arange(6.0), B)
    np.testing.assert_allclose(evaluate(series, {"b": 0.5}, 4), [0.0, 0.5, 1.0, 1.5])
    with pytest.raises(ValueError, match="6 days"):
        evaluate(series, {"b": 0.5}, 7)


def test_a_date_is_the_day_that_bears_it() -> None:
    text = with_group("casualty_per_day = { points = [[2022-02-23, 0.1], [2022-02-26, 0.4]] }")
    path = loads(text).groups[0].casualty_per_day
    assert path is not None
    np.testing.assert_allclose(evaluate(path, {}, 4), [0.2, 0.3, 0.4, 0.4])


def test_a_spread_between_persons_has_a_law_and_no_value() -> None:
    spread = People("normal", (A, Number(0.5)), -1.0, 1.0)
    assert spread.law({"a": 0.2}) == Law("normal", (0.2, 0.5), -1.0, 1.0)
    with pytest.raises(TypeError, match="People"):
        evaluate(spread, {"a": 0.2}, 3)


def test_a_series_is_cut_to_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    from offramp import evidence

    first = datetime.date(2022, 2, 20)
    monkeypatch.setattr(evidence, "series", lambda name: (first, np.arange(100.0)))
    text = with_group('wealth_usd = { series = "claims", scale = 0.5 }')
    path = loads(text).groups[0].wealth_usd
    assert path is not None
    np.testing.assert_allclose(evaluate(path, {}, 60), 0.5 * np.arange(4.0, 64.0))


SHARES = Shares("s", ("s.a", "s.b", "s.c"), ("a", "b", "c"), (18.0, 120.0, 34.0))


def test_shares_follow_the_dirichlet_law() -> None:
    from scipy.stats import qmc

    shares = SHARES.quantile(qmc.Sobol(2, seed=1).random(4096))
    np.testing.assert_allclose(shares.sum(axis=1), 1.0, rtol=1e-12)
    alpha = np.array(SHARES.concentrations)
    total = alpha.sum()
    mean = alpha / total
    np.testing.assert_allclose(shares.mean(axis=0), mean, rtol=2e-3)
    np.testing.assert_allclose(SHARES.mean(), mean)
    covariance = (np.diag(mean) - np.outer(mean, mean)) / (total + 1.0)
    np.testing.assert_allclose(np.cov(shares.T), covariance, rtol=0.05, atol=1e-6)


@given(
    st.lists(st.floats(1e-3, 1e4), min_size=2, max_size=6),
    st.floats(2.0**-53, 1.0 - 2.0**-53),
)
def test_shares_are_shares_at_every_point(alpha: list[float], u: float) -> None:
    names = tuple(f"{i}" for i in range(len(alpha)))
    row = Shares("s", names, names, tuple(alpha)).quantile(np.full((1, len(alpha) - 1), u))[0]
    assert np.all(row >= 0.0)
    assert math.fsum(row) == pytest.approx(1.0, abs=1e-12)


def test_shares_need_one_coordinate_less_than_parts() -> None:
    with pytest.raises(ValueError, match=r"\[n, 2\]"):
        SHARES.quantile(np.zeros((4, 3)))
