"""Laws: quantiles against scipy.stats, and intervals that hold what they state."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from offramp.scenario.laws import FAMILIES, Law, from_interval

U = np.linspace(0.0005, 0.9995, 199)
INFINITE = math.inf


def judge(law: Law):
    """The same law by scipy.stats, without truncation."""
    from scipy import stats

    a, b = law.arguments
    return {
        "normal": lambda: stats.norm(a, b),
        "lognormal": lambda: stats.lognorm(b, scale=a),
        "uniform": lambda: stats.uniform(a, b - a),
        "log-uniform": lambda: stats.loguniform(a, b),
        "beta": lambda: stats.beta(a, b),
    }[law.family]()


@pytest.mark.parametrize(
    ("family", "arguments"),
    [
        ("normal", (2.0, 0.7)),
        ("normal", (-1e6, 1e3)),
        ("lognormal", (0.004, 0.6)),
        ("lognormal", (1e9, 2.0)),
        ("uniform", (-3.0, 4.0)),
        ("log-uniform", (1e-5, 4.8e-4)),
        ("beta", (14.0, 6.0)),
        ("beta", (1.0, 30.0)),
        ("beta", (0.2, 0.1)),
    ],
)
def test_quantiles_are_those_of_scipy(family: str, arguments: tuple[float, float]) -> None:
    law = Law(family, arguments)
    np.testing.assert_allclose(law.quantile(U), judge(law).ppf(U), rtol=1e-9, atol=1e-300)


def test_logit_normal_is_a_normal_in_the_log_odds() -> None:
    from scipy import special, stats

    law = Law("logit-normal", (-1.5, 0.8))
    np.testing.assert_allclose(
        special.logit(law.quantile(U)), stats.norm(-1.5, 0.8).ppf(U), rtol=1e-9, atol=1e-12
    )


@pytest.mark.parametrize(
    ("mean", "sd", "low", "high"),
    [(0.2, 0.5, -1.0, 1.0), (0.9, 0.3, 0.0, 1.0), (-4.0, 1.0, 0.0, INFINITE), (5.0, 1.0, 0.0, 1.0)],
)
def test_truncated_normal_is_that_of_scipy(mean: float, sd: float, low: float, high: float) -> None:
    from scipy import stats

    expected = stats.truncnorm((low - mean) / sd, (high - mean) / sd, mean, sd)
    np.testing.assert_allclose(
        Law("normal", (mean, sd), low, high).quantile(U), expected.ppf(U), rtol=1e-7, atol=1e-9
    )


def test_truncated_lognormal_keeps_its_range() -> None:
    law = Law("lognormal", (0.5, 1.0), 0.0, 1.0)
    values = law.quantile(U)
    assert values.max() < 1.0
    from scipy import stats

    whole = stats.lognorm(1.0, scale=0.5)
    np.testing.assert_allclose(values, whole.ppf(U * whole.cdf(1.0)), rtol=1e-9)


def test_rivals_are_met_in_proportion_to_their_weights() -> None:
    law = Law("rivals", (1.0, 0.2, 3.0, 0.5, 7.0, 0.3))
    u = (np.arange(1000) + 0.5) / 1000
    values, counts = np.unique(law.quantile(u), return_counts=True)
    assert values.tolist() == [1.0, 3.0, 7.0]
    assert counts.tolist() == [200, 500, 300]


def test_bernoulli_has_its_second_value_with_its_probability() -> None:
    u = (np.arange(1000) + 0.5) / 1000
    values = Law("bernoulli", (0.3, 2.0, -1.0)).quantile(u)
    assert (values == -1.0).mean() == pytest.approx(0.3)
    assert set(values) == {2.0, -1.0}


def test_no_spread_is_a_known_value() -> None:
    assert Law("normal", (0.3, 0.0)).quantile(U).tolist() == [0.3] * len(U)
    assert Law("lognormal", (0.3, 0.0)).median() == pytest.approx(0.3, rel=1e-15)


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_is_vectorised(family: str) -> None:
    arguments = {"rivals": (1.0, 0.5, 2.0, 0.5), "bernoulli": (0.5, 0.0, 1.0)}.get(family, (1.0, 2.0))
    u = np.full((3, 4, 5), 0.25)
    assert Law(family, arguments).quantile(u).shape == (3, 4, 5)
    assert Law(family, arguments).quantile(0.5).shape == ()


KINDS = {
    "real": (-INFINITE, INFINITE),
    "support": (-1.0, 1.0),
    "positive": (0.0, INFINITE),
    "share": (0.0, 1.0),
}


@given(
    st.sampled_from(["normal", "lognormal", "logit-normal", "uniform", "log-uniform"]),
    st.sampled_from(sorted(KINDS)),
    st.floats(-0.98, 0.98),
    st.floats(1e-4, 1.5),
)
def test_an_interval_holds_ninety_per_cent(family: str, kind: str, start: float, width: float) -> None:
    least, greatest = KINDS[kind]
    low, high = start, start + width
    assume(least < low and high < greatest)
    assume(family in ("normal", "uniform") or low > 1e-3)
    assume(family != "logit-normal" or high < 0.999)
    law = from_interval(family, low, high, least, greatest)
    if law is None:
        assert family in ("normal", "lognormal"), "only a cut law can be too narrow for an interval"
        return
    ends = (0.0, 1.0) if family in ("uniform", "log-uniform") else (0.05, 0.95)
    np.testing.assert_allclose(law.quantile(ends), (low, high), rtol=1e-8, atol=1e-10)
    values = law.quantile(np.linspace(0.0, 1.0, 101))
    assert np.all(np.diff(values) >= 0.0), "quantiles are monotone"
    assert least <= values.min()
    assert values.max() <= greatest


@pytest.mark.parametrize(
    ("low", "high"), [(0.02, 0.15), (0.05, 0.3), (0.01, 0.5), (0.1, 0.97), (0.9, 0.997), (1e-9, 3e-9)]
)
def test_intervals_of_shares_written_as_normal(low: float, high: float) -> None:
    law = from_interval("normal", low, high, 0.0, 1.0)
    assert law is not None
    np.testing.assert_allclose(law.quantile([0.05, 0.95]), (low, high), rtol=1e-9)


def test_an_interval_that_no_cut_normal_has() -> None:
    assert from_interval("normal", 0.02, 0.98, 0.0, 1.0) is None
    assert from_interval("normal", 0.001, 1.0, 0.0, INFINITE) is None


def test_an_interval_that_begins_at_nothing() -> None:
    law = from_interval("normal", 0.0, 4.0, -INFINITE, INFINITE)
    assert law is not None
    np.testing.assert_allclose(law.quantile([0.05, 0.5, 0.95]), [0.0, 2.0, 4.0], atol=1e-12)


def test_mass_inside_the_range() -> None:
    assert Law("normal", (0.0, 1.0), 0.0, INFINITE).mass_inside() == pytest.approx(0.5)
    assert Law("beta", (1.0, 1.0), 0.0, 1.0).mass_inside() == 1.0
