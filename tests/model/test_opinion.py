"""O1-O4, O6, T07, T22 and arrests: what people think, what they say, and what a poll hears."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from offramp.errors import OfframpError
from offramp.model import arrest_probability, dissent_equilibrium, kuran_equilibrium, list_experiment, opinion
from offramp.model.opinion import (
    Public,
    Stakes,
    ceiling_left,
    dissent,
    list_error,
    open_dissent,
    poll,
    poll_error,
)

# Two ages by two regions: young and old, metropolis and province.
PUBLIC = Public.of([-0.1, 0.1, 0.25, 0.45], 0.5, [12, 25, 16, 32])
STAKES = Stakes(integrity=2.0, sanction=3.0, arrest_disutility=1.5, poll_sanction=1.0, scale=0.5)
SHARES = st.floats(0.0, 1.0)


# T07 -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("thresholds", "percent"),
    [
        ([0, 20, 20, 30, 40, 50, 60, 70, 80, 100], 10),
        ([0, 10, 20, 30, 40, 50, 60, 70, 80, 100], 90),
        ([0, 20, 30, 30, 40, 50, 60, 70, 80, 100], 10),
        ([0, 10, 30, 30, 40, 50, 60, 70, 80, 100], 20),
    ],
)
def test_t07_one_person_tips_a_crowd_or_not(thresholds: list[float], percent: float) -> None:
    assert kuran_equilibrium(thresholds) == percent
    assert kuran_equilibrium(thresholds[::-1]) == percent  # the order of persons is nothing


@pytest.mark.parametrize(("k", "share"), [(0.5, 1 / 3), (0.8, 1 / 6), (1.0, 0.0), (1.7, 0.0)])
def test_t07_even_opposition(k: float, share: float) -> None:
    found = kuran_equilibrium(ratio=k)
    assert found == pytest.approx(share, abs=1e-12)
    assert (1 - found) - 0.5 == pytest.approx(0.5 - share, abs=1e-12)  # measured less true support


@given(st.floats(0.05, 0.97))
def test_t07_a_large_crowd_does_what_the_formula_says(k: float) -> None:
    """Person a of an even crowd opposes openly once S >= 1 - a / k; 20,000 persons stand for infinitely many."""
    a = np.linspace(-1.0, 1.0, 20_001)
    crowd = kuran_equilibrium(100.0 * (1.0 - a / k)) / 100.0
    assert crowd == pytest.approx(kuran_equilibrium(ratio=k), abs=0.01 / (1 - k / 2))


def test_t07_refusals() -> None:
    for wrong in ({}, {"thresholds": [0, 1], "ratio": 0.5}):
        with pytest.raises(ValueError, match="one of the two"):
            kuran_equilibrium(**wrong)
    with pytest.raises(ValueError, match="positive"):
        kuran_equilibrium(ratio=0.0)
    with pytest.raises(ValueError, match="at least one person"):
        kuran_equilibrium([])


# O1 and O2 -----------------------------------------------------------------------------------------------------------


def test_o2_arrests() -> None:
    assert arrest_probability(100.0, 100.0) == pytest.approx(1 - math.exp(-2.3), rel=1e-12)
    assert arrest_probability(100.0, 100.0) == pytest.approx(0.899741156, abs=1e-9)
    assert arrest_probability(50.0, 100.0) == pytest.approx(1 - math.exp(-1.15), rel=1e-12)
    assert arrest_probability(0.0, 100.0) == 0.0
    assert arrest_probability(1.0, 0.0) == 1.0
    assert arrest_probability(0.0, 0.0) == 0.0


def test_o1_by_hand() -> None:
    z = (2.0 * 0.4 - 3.0 * 0.75 - 0.5 * 1.5) / 0.5
    assert dissent(-0.4, 0.25, 0.5, 2.0, 3.0, 1.5, 0.5) == pytest.approx(1 / (1 + math.exp(-z)), rel=1e-12)
    assert dissent(-1.0, 1.0, 0.0, 1e4, 0.0, 0.0, 1.0) == 1.0
    assert dissent(1.0, 0.0, 0.0, 1e4, 0.0, 0.0, 1.0) == 0.0


@given(st.floats(-1.0, 1.0), SHARES, SHARES, SHARES, SHARES)
def test_o1_rises_with_company_and_falls_with_arrests_and_support(
    b: float, seen: float, arrest: float, more: float, rise: float
) -> None:
    def chance(b: float, seen: float, arrest: float) -> float:
        return dissent(b, seen, arrest, 2.0, 3.0, 1.5, 0.5)

    here = chance(b, seen, arrest)
    assert chance(b, seen + (1 - seen) * more, arrest) >= here
    assert chance(b, seen, arrest + (1 - arrest) * more) <= here
    assert chance(b + (1 - b) * rise, seen, arrest) <= here


def test_o1_the_public_is_the_mean_of_its_people() -> None:
    """Against a plain sum over 200,000 evenly spaced quantiles of each class, cut at -1 and 1."""
    from scipy.special import ndtri

    u = (np.arange(200_000) + 0.5) / 200_000
    total = 0.0
    for mean, sd, weight in zip(PUBLIC.mean, PUBLIC.sd, PUBLIC.weight, strict=True):
        b = np.clip(mean + sd * ndtri(u), -1.0, 1.0)
        total += weight * np.mean(1 / (1 + np.exp(-(-2.0 * b - 3.0 * 0.9) / 0.5)))
    assert open_dissent(PUBLIC, STAKES, seen=0.1) == pytest.approx(total, rel=1e-6)
    assert PUBLIC.weight.sum() == pytest.approx(1.0, abs=1e-15)


@pytest.mark.parametrize("sd", [0.0, 1e-9, 1e-3])
def test_o1_a_public_of_one_mind(sd: float) -> None:
    public = Public.of([-0.3], sd, [1.0])
    assert open_dissent(public, STAKES, seen=0.1) == pytest.approx(
        dissent(-0.3, 0.1, 0.0, 2.0, 3.0, 1.5, 0.5), rel=1e-5
    )


def test_o1_classes_alike_are_one_class() -> None:
    four, one = Public.of([0.1] * 4, 0.4, [1, 2, 3, 4]), Public.of([0.1], 0.4, [1])
    assert open_dissent(four, STAKES, seen=0.2) == pytest.approx(
        open_dissent(one, STAKES, seen=0.2), rel=1e-13
    )


@given(st.floats(0.0, 6.0), st.floats(0.0, 3.0))
def test_dissent_reproduces_itself(sanction: float, arrest: float) -> None:
    stakes = STAKES._replace(sanction=sanction, arrest_disutility=arrest)
    forces, persons = 0.01, 1.0
    rest = dissent_equilibrium(PUBLIC, stakes, forces=forces, persons=persons)
    again = open_dissent(PUBLIC, stakes, seen=rest, arrest=arrest_probability(forces, float(rest) * persons))
    assert again == pytest.approx(rest, abs=1e-9)


def test_the_same_public_may_rest_low_or_high() -> None:
    """Dissent that feeds on itself: from nobody it stays small, from everybody it stays large."""
    public, stakes = Public.of([-0.3], 0.1, [1.0]), STAKES._replace(sanction=1.0, scale=0.05)
    low, high = (dissent_equilibrium(public, stakes, start=start) for start in (0.0, 1.0))
    assert low < 0.25
    assert high > 0.75


def test_draws_side_by_side() -> None:
    means = np.array([[-0.1, 0.3], [0.2, 0.5]])
    stakes = STAKES._replace(integrity=np.array([1.5, 2.5]))
    both = dissent_equilibrium(Public.of(means, 0.5, [1, 2]), stakes)
    for i in range(2):
        alone = dissent_equilibrium(
            Public.of(means[i], 0.5, [1, 2]), STAKES._replace(integrity=(1.5, 2.5)[i])
        )
        assert both[i] == pytest.approx(alone, rel=1e-9)


def test_no_rest_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opinion, "_STEPS", 1)
    with pytest.raises(OfframpError, match="tipping point"):
        dissent_equilibrium(PUBLIC, STAKES)


def test_impossible_publics_are_refused() -> None:
    with pytest.raises(ValueError, match="weights"):
        Public.of([0.0], 0.1, [-1.0])
    with pytest.raises(ValueError, match="weights"):
        Public.of([0.0, 0.0], 0.1, [0.0, 0.0])
    with pytest.raises(ValueError, match="standard deviation"):
        Public.of([0.0], -0.1, [1.0])


# O3 and O4 -----------------------------------------------------------------------------------------------------------


@given(SHARES, SHARES, st.floats(0.0, 0.15))
def test_o3_fear_and_refusal_raise_the_poll(seen: float, refusal: float, deflation: float) -> None:
    found = poll(PUBLIC, STAKES, seen=seen, refusal=refusal, deflation=deflation)
    safe = poll(PUBLIC, STAKES._replace(poll_sanction=0.0), seen=seen, refusal=0.0, deflation=deflation)
    assert safe.poll == pytest.approx(safe.private_support, rel=1e-12)
    assert found.private_support == pytest.approx(safe.private_support, rel=1e-12)
    assert found.poll >= found.private_support - 1e-12
    assert found.listed == pytest.approx(found.private_support - deflation, rel=1e-12)
    assert found.gap == pytest.approx(found.poll - found.listed, rel=1e-12)


def test_o3_refusal_by_hand() -> None:
    """Half of those against refuse: support over the rest."""
    whole = poll(PUBLIC, STAKES, seen=0.0, refusal=0.0, deflation=0.0)
    half = poll(PUBLIC, STAKES, seen=0.0, refusal=0.5, deflation=0.0)
    against = 1 - whole.poll
    assert half.poll == pytest.approx(whole.poll / (1 - 0.5 * against), rel=1e-12)


def test_t22_list_experiment() -> None:
    found = list_experiment(0.71, 0.61, per_group=1500, control_variance=0.7)
    assert found.se_list == pytest.approx(0.033044415, abs=1e-9)
    assert found.se_direct == pytest.approx(0.011716086, abs=1e-9)
    assert found.z == pytest.approx(2.852257, abs=1e-6)
    deflated = list_experiment(0.71, 0.61, per_group=1500, control_variance=0.7, deflation=0.05)
    assert deflated.listed == pytest.approx(0.56, abs=1e-12)
    assert deflated.gap == pytest.approx(0.15, abs=1e-12)
    with pytest.raises(ValueError, match="shares"):
        list_experiment(1.2, 0.5, per_group=100, control_variance=0.7)


def test_t22_standard_errors_are_those_of_many_experiments() -> None:
    """4,000 experiments: their spread is within 5 % of the formula (a false alarm is beyond 4 standard errors)."""
    random = np.random.default_rng(20220224)
    p = (0.2, 0.3, 0.3)  # chances of harmless items
    variance = sum(q * (1 - q) for q in p)
    n, runs = 500, 4_000
    control = sum(random.binomial(n, q, runs) for q in p) / n
    treated = sum(random.binomial(n, q, runs) for q in (*p, 0.61)) / n
    expected = list_experiment(0.71, 0.61, per_group=n, control_variance=variance).se_list
    assert np.std(treated - control) == pytest.approx(expected, rel=0.05)


# O5 ------------------------------------------------------------------------------------------------------------------


def test_protest_leaves_of_the_ceiling_what_it_does_not_bind() -> None:
    assert ceiling_left(0.7, 0.05, 1000.0, 4000.0) == pytest.approx(0.7 * 0.8)
    assert ceiling_left(0.7, 0.0, 1000.0, 1e9) == 0.7
    assert ceiling_left(0.7, 0.5, 1000.0, 4000.0) == 0.0  # every man is bound, and no more than every man
    assert ceiling_left(0.7, 0.05, 0.0, 4000.0) == 0.0
    assert ceiling_left(0.7, 0.05, 0.0, 0.0) == 0.7  # nobody protests


@given(SHARES, SHARES, SHARES)
def test_more_protest_never_leaves_more(ceiling: float, share: float, more: float) -> None:
    few, many = (ceiling_left(ceiling, 0.05, 1000.0, 1e5 * x) for x in (share, min(1.0, share + more)))
    assert 0.0 <= many <= few <= ceiling


# O6 ------------------------------------------------------------------------------------------------------------------


def test_o6_the_error_of_a_poll_is_that_of_many_polls() -> None:
    """20,000 polls: their spread is within 3 % of the formula (a false alarm is beyond 6 standard errors). The list: T22."""
    found = np.random.default_rng(11).binomial(400, 0.3, 20_000) / 400
    assert float(found.std()) == pytest.approx(float(poll_error(0.3, 400)), rel=0.03)
    assert poll_error(0.71, 1500) == pytest.approx(0.011716086, abs=5e-10)
    assert list_error(0.61, 1500, 0.7) == pytest.approx(0.033044415, abs=5e-10)


@given(SHARES, st.floats(1.0, 1e6), st.floats(0.0, 10.0))
def test_o6_a_list_is_no_surer_than_a_poll_and_more_people_are(
    share: float, n: float, variance: float
) -> None:
    assert 0.0 <= poll_error(share, n) <= list_error(share, n, variance)
    assert poll_error(share, 4 * n) == pytest.approx(poll_error(share, n) / 2)
    assert list_error(share, 4 * n, variance) == pytest.approx(list_error(share, n, variance) / 2)
