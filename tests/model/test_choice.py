"""The decision, D1 to D4 and T03, T31: numbers of the model's page, and each equation against another way to it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate

from offramp.model import choice_probabilities, nest_value
from offramp.model.choice import (
    capture_disutility,
    death_ahead,
    family_cost,
    family_harm_probability,
    harm_with_testimony,
    value_of_leaving,
    value_of_staying,
)
from tests.oracles import menu

UTILITIES = st.floats(-50.0, 50.0)
MENUS = st.lists(UTILITIES, min_size=1, max_size=8)
SCALES = st.floats(0.01, 100.0)
SHARES = st.floats(0.0, 1.0)
HAZARDS = st.floats(0.0, 1.0)
SIZES = st.floats(0.0, 100.0)


def exactly(value: float, rel: float = 1e-9) -> object:
    return pytest.approx(value, rel=rel, abs=1e-12)


# D1: the menu ------------------------------------------------------------------------------------------------


def test_t03_probabilities() -> None:
    assert choice_probabilities([0.0, -1.0, 0.5]) == pytest.approx(
        [0.331498960, 0.121951652, 0.546549387], abs=1e-9
    )
    assert choice_probabilities([0.0, -1.0, 0.5], 0.5) == pytest.approx(
        [0.259496, 0.035119, 0.705385], abs=1e-6
    )


def test_t03_inclusive_value() -> None:
    assert nest_value([0.0, -1.0, 0.5], 1.0) == pytest.approx(1.104130605, abs=1e-9)


@given(MENUS, SCALES)
def test_d1_is_the_logit(values: list[float], scale: float) -> None:
    """Against the formula as it stands, without the shift that keeps the exponentials small."""
    top = max(values)
    formula = menu.logit((values[0] - top) / scale, [(value - top) / scale for value in values[1:]])
    probabilities = choice_probabilities(values, scale)
    assert probabilities == pytest.approx(formula, rel=1e-9, abs=1e-300)
    assert float(probabilities.sum()) == pytest.approx(1.0, abs=1e-12)
    assert ((probabilities >= 0.0) & (probabilities <= 1.0)).all()


@given(MENUS, SCALES, st.floats(-1000.0, 1000.0))
def test_d1_knows_only_differences_in_units_of_the_scale(
    values: list[float], scale: float, shift: float
) -> None:
    probabilities = choice_probabilities(values, scale)
    assert choice_probabilities(np.array(values) + shift, scale) == pytest.approx(
        probabilities, rel=1e-8, abs=1e-12
    )
    assert choice_probabilities(np.array(values) * 3.0, scale * 3.0) == pytest.approx(probabilities, rel=1e-9)


@given(MENUS, SCALES, st.integers(0, 1000))
def test_d1_does_not_depend_on_the_order_of_options(values: list[float], scale: float, seed: int) -> None:
    places = np.random.default_rng(seed).permutation(len(values))
    shuffled = choice_probabilities(np.array(values)[places], scale)
    assert shuffled == pytest.approx(choice_probabilities(values, scale)[places], rel=1e-12)


@given(MENUS, SCALES, st.floats(0.0, 20.0))
def test_d1_a_better_option_is_taken_more_and_the_others_less(
    values: list[float], scale: float, gain: float
) -> None:
    before, after = (
        choice_probabilities(values, scale),
        choice_probabilities([values[0] + gain, *values[1:]], scale),
    )
    assert after[0] >= before[0] * (1.0 - 1e-12)
    assert (after[1:] <= before[1:] * (1.0 + 1e-12)).all()


def test_d1_limits_of_the_scale() -> None:
    values = [0.3, -1.0, 0.7, 0.1]
    assert choice_probabilities(values, 1e9) == pytest.approx([0.25] * 4, abs=1e-9)
    assert choice_probabilities(values, 1e-3) == pytest.approx([0.0, 0.0, 1.0, 0.0], abs=1e-9)
    assert choice_probabilities(values, 0.0).tolist() == [0.0, 0.0, 1.0, 0.0]
    assert choice_probabilities([1.0, 1.0, 0.0], 0.0).tolist() == [0.5, 0.5, 0.0]


def test_d1_survives_utilities_that_have_no_exponential() -> None:
    assert choice_probabilities([5000.0, 4999.0]) == pytest.approx(menu.logit(1.0, [0.0]), abs=1e-12)
    assert choice_probabilities([-5000.0, -5001.0]) == pytest.approx(menu.logit(1.0, [0.0]), abs=1e-12)


def test_d1_refuses_a_negative_scale() -> None:
    with pytest.raises(ValueError, match="scale must not be negative"):
        choice_probabilities([0.0, 1.0], -1.0)


# D2: variants of a route -------------------------------------------------------------------------------------

DISSIMILARITIES = st.floats(0.01, 1.0)


@given(MENUS, DISSIMILARITIES)
def test_d2_lies_between_the_best_and_its_bound(values: list[float], dissimilarity: float) -> None:
    value = nest_value(values, dissimilarity)
    assert max(values) - 1e-12 <= value <= max(values) + dissimilarity * math.log(len(values)) + 1e-12


@given(MENUS, DISSIMILARITIES, UTILITIES)
def test_d2_another_variant_never_lowers_the_value(
    values: list[float], dissimilarity: float, another: float
) -> None:
    """That an optional testimony is never worse than a mandatory one or none rests on this."""
    assert nest_value([*values, another], dissimilarity) >= nest_value(values, dissimilarity) - 1e-12


@given(MENUS, DISSIMILARITIES, st.floats(0.0, 20.0))
def test_d2_rises_with_a_variant_and_at_most_as_much(
    values: list[float], dissimilarity: float, gain: float
) -> None:
    rise = nest_value([values[0] + gain, *values[1:]], dissimilarity) - nest_value(values, dissimilarity)
    assert -1e-12 <= rise <= gain + 1e-12


@given(MENUS, DISSIMILARITIES, DISSIMILARITIES)
def test_d2_rises_with_dissimilarity(values: list[float], one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert nest_value(values, low) <= nest_value(values, high) + 1e-12


@given(MENUS)
def test_d2_at_one_the_variants_are_options_of_their_own(values: list[float]) -> None:
    shift = max(values)
    assert nest_value(values, 1.0) == exactly(menu.inclusive_value([v - shift for v in values], 1.0) + shift)


def test_d2_limits() -> None:
    values = [0.4, -0.3, 0.1]
    assert nest_value(values, 1e-6) == pytest.approx(0.4, abs=1e-12)
    assert nest_value([0.7], 0.3) == 0.7
    # two equal variants are worth lam ln 2 more than one
    assert nest_value([0.2, 0.2], 0.5) == exactly(0.2 + 0.5 * math.log(2.0))
    assert nest_value([2000.0, 1999.0], 0.5) == exactly(2000.0 + 0.5 * math.log1p(math.exp(-2.0)))


@pytest.mark.parametrize("dissimilarity", [0.0, -0.5, 1.000001, math.nan])
def test_d2_refuses_a_dissimilarity_outside_0_to_1(dissimilarity: float) -> None:
    with pytest.raises(ValueError, match=r"dissimilarity must lie in \(0, 1\]"):
        nest_value([0.0, 1.0], dissimilarity)


# D3: staying -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "hazards", [(0.002, 1 / 365, 3e-4), (0.05, 0.0, 0.0), (1e-5, 0.01, 0.0), (0.3, 0.2, 0.1)]
)
def test_d3_fraction_is_an_integral(hazards: tuple[float, float, float]) -> None:
    """Death at hazard mu, until the war ends at hazard nu, discounted at rho: the mean of e^{-rho T}."""
    mu, nu, rho = hazards
    integral, _ = integrate.quad(lambda t: mu * math.exp(-(mu + nu + rho) * t), 0.0, math.inf)
    assert death_ahead(mu, nu, rho) == pytest.approx(integral, abs=1e-9)


@given(st.floats(1e-9, 1.0), HAZARDS, HAZARDS, st.floats(1.0, 10.0))
def test_d3_fraction_is_a_probability_that_rises_with_the_hazard(
    mu: float, nu: float, rho: float, factor: float
) -> None:
    ahead = death_ahead(mu, nu, rho)
    assert 0.0 <= ahead <= 1.0
    assert death_ahead(mu * factor, nu, rho) >= ahead * (1.0 - 1e-12)
    assert death_ahead(mu, nu * factor, rho) <= ahead * (1.0 + 1e-12)
    assert death_ahead(mu, nu, rho * factor) <= ahead * (1.0 + 1e-12)


def test_d3_fraction_at_its_ends() -> None:
    assert death_ahead(0.0, 0.0, 0.0) == 0.0
    assert death_ahead(0.0, 0.01, 3e-4) == 0.0
    assert death_ahead(0.01, 0.0, 0.0) == 1.0  # whoever serves for ever dies


def test_d3_by_hand() -> None:
    """0.3 pay + 0.5 x 0.25 compensation - 0.4 hardship - 0.2 grievance + 0.1 obedience - 0.7 x 10 x 0.25."""
    value = value_of_staying(
        pay=0.3,
        compensation=0.5,
        hardship=0.4,
        grievance=0.2,
        obedience=0.1,
        death_disutility=10.0,
        present_bias=0.7,
        death_ahead=0.25,
    )
    assert value == exactly(0.3 + 0.125 - 0.4 - 0.2 + 0.1 - 1.75)


STAYING = st.tuples(SIZES, SIZES, SIZES, SIZES, UTILITIES, SIZES, SHARES, SHARES)


@given(STAYING, st.integers(0, 7), st.floats(0.0, 5.0))
def test_d3_is_monotone_in_every_term(terms: tuple[float, ...], which: int, step: float) -> None:
    """Up in pay, compensation and obedience; down in hardship, grievance, fear of death and present bias."""
    changed = list(terms)
    changed[which] += step
    difference = value_of_staying(*changed) - value_of_staying(*terms)
    slope = (1.0, terms[7], -1.0, -1.0, 1.0, -terms[6] * terms[7], -terms[5] * terms[7])
    expected = (*slope, terms[1] - terms[6] * terms[5])[which] * step
    assert difference == pytest.approx(expected, rel=1e-6, abs=1e-9)


@given(STAYING)
def test_d3_without_compensation_nobody_stays_for_the_danger(terms: tuple[float, ...]) -> None:
    pay, _, *rest, ahead = terms
    assert value_of_staying(pay, 0.0, *rest, ahead) <= value_of_staying(pay, 0.0, *rest, 0.0)


# D4: leaving -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sentence", [0.0, 1.0, 180.0, 1200.0, 3650.0])
@pytest.mark.parametrize("discount", [0.0, 1e-20, 1e-9, 3e-4, 0.01])
def test_d4_prison_is_discounted_time(sentence: float, discount: float) -> None:
    """Years of prison: the integral of e^{-rho s} / 365 over the sentence."""
    years, _ = integrate.quad(lambda s: math.exp(-discount * s) / 365.0, 0.0, sentence)
    assert capture_disutility(1.5, 0.6, sentence, 0.7, discount) == pytest.approx(
        1.5 + 0.7 * 0.6 * years, abs=1e-9
    )


@given(SIZES, SIZES, st.floats(0.0, 40_000.0), SHARES, st.floats(1e-6, 0.1), st.floats(0.0, 1000.0))
def test_d4_a_longer_sentence_never_weighs_less_and_is_bounded(
    arrest: float, prison: float, sentence: float, bias: float, discount: float, more: float
) -> None:
    shorter = capture_disutility(arrest, prison, sentence, bias, discount)
    longer = capture_disutility(arrest, prison, sentence + more, bias, discount)
    assert arrest <= shorter <= longer * (1.0 + 1e-9) + 1e-12
    assert longer <= arrest + bias * prison / (365.0 * discount) + 1e-9


def test_d4_by_hand() -> None:
    """0.7 x 2 - 0.2 x 3 - 0.1 x 10 - 0.4 - 0.5; sent back half of the time, 0.7 x 0.5 x 3 less."""
    terms = {
        "caught": 0.2,
        "killed": 0.1,
        "benefit": 2.0,
        "capture_disutility": 3.0,
        "death_disutility": 10.0,
        "family": 0.4,
        "distaste": 0.5,
    }
    assert value_of_leaving(**terms) == exactly(1.4 - 0.6 - 1.0 - 0.4 - 0.5)
    assert value_of_leaving(**terms, sent_back=0.5) == exactly(1.4 - 1.05 - 0.6 - 1.0 - 0.4 - 0.5)


def test_d4_at_its_ends() -> None:
    certain = value_of_leaving(0.0, 0.0, 2.0, 3.0, 10.0, 0.0, 0.5)
    assert certain == exactly(1.5)
    assert value_of_leaving(1.0, 0.0, 2.0, 3.0, 10.0, 0.0, 0.5) == exactly(-3.5)
    assert value_of_leaving(0.0, 1.0, 2.0, 3.0, 10.0, 0.0, 0.5) == exactly(-10.5)
    # sent back for certain, he is worse off by what arrest and prison weigh
    assert value_of_leaving(0.0, 0.0, 2.0, 3.0, 10.0, 0.0, 0.5, 1.0) == exactly(certain - 3.0)


TERMS = (
    "caught",
    "killed",
    "benefit",
    "capture_disutility",
    "death_disutility",
    "family",
    "distaste",
    "sent_back",
)
RISKS = st.fixed_dictionaries(
    {"caught": st.floats(0.0, 0.5), "killed": st.floats(0.0, 0.4), "sent_back": st.floats(0.0, 0.9)}
    | dict.fromkeys(("benefit", "capture_disutility", "family", "distaste"), SIZES)
    | {"death_disutility": st.floats(100.0, 200.0)}  # death is worse than capture
)


@given(RISKS, st.sampled_from(TERMS), st.floats(0.0, 0.1))
def test_d4_is_monotone(terms: dict[str, float], which: str, step: float) -> None:
    """Up in the benefit, down in every risk and every cost."""
    difference = value_of_leaving(**(terms | {which: terms[which] + step})) - value_of_leaving(**terms)
    assert difference * (1.0 if which == "benefit" else -1.0) >= -1e-9


# T31: families -----------------------------------------------------------------------------------------------


def test_t31_families() -> None:
    """Base 0.1, identified 0.3; with a video for certain and twice the reprisal; seven in ten brought out."""
    unseen = family_harm_probability(0.1, 0.3, 1.0, 0.0, 0.0)
    video = family_harm_probability(0.1, 1.0, 2.0, 0.0, 0.0)
    assert unseen == exactly(0.03)
    assert video == exactly(0.2)
    assert family_harm_probability(0.1, 1.0, 2.0, 0.7, 0.0) == exactly(0.06)
    assert 1000 * (0.6 * unseen + 0.4 * video) == exactly(98.0)
    assert 1000 * video == exactly(200.0)


def test_t31_families_brought_out_too_late() -> None:
    """Of seven in ten, three in ten too late: 1 - 0.7 x 0.7 of the harm is left."""
    assert family_harm_probability(0.1, 1.0, 2.0, 0.7, 0.3) == exactly(0.2 * 0.51)
    assert family_harm_probability(0.1, 1.0, 2.0, 1.0, 0.0) == 0.0
    assert family_harm_probability(0.1, 1.0, 2.0, 1.0, 1.0) == exactly(0.2)


@given(SHARES, SHARES, st.floats(0.0, 20.0), SHARES, SHARES)
def test_t31_is_a_probability(
    reprisal: float, known: float, factor: float, passage: float, leak: float
) -> None:
    harm = family_harm_probability(reprisal, known, factor, passage, leak)
    assert 0.0 <= harm <= 1.0
    assert family_harm_probability(reprisal, known, factor, 0.0, leak) >= harm - 1e-12
    assert family_harm_probability(reprisal, 1.0, factor, passage, leak) >= harm - 1e-12
    assert family_harm_probability(reprisal, known, factor, passage, 1.0) >= harm - 1e-12


@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0), st.floats(1.0, 9.0), st.floats(0.0, 1.0))
def test_a_face_that_is_hidden_harms_like_no_video(
    reprisal: float, identified: float, factor: float, anonymised: float
) -> None:
    def harm(share: float) -> float:
        return harm_with_testimony(reprisal, identified, factor, 0.3, 0.2, share)

    without = family_harm_probability(reprisal, identified, 1.0, 0.3, 0.2)
    shown = family_harm_probability(reprisal, 1.0, factor, 0.3, 0.2)
    assert harm(1.0) == pytest.approx(without, abs=1e-12)
    assert harm(0.0) == pytest.approx(shown, abs=1e-12)
    assert without - 1e-12 <= harm(anonymised) <= shown + 1e-12


def test_family_cost_lies_ahead() -> None:
    assert family_cost(2.0, 0.06, 4.0, 0.7) == exactly(0.7 * 2.0 * 0.06 * 4.0)
    assert family_cost(1.0, 0.0, 4.0, 0.7) == 0.0
