"""What a promise is worth and what can be served and paid: D5, T10, the day's places, the rest of a budget."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offramp.model import choice_probabilities, present_value, price_for_share
from offramp.model.offers import affordable, belief, benefit_of_offer, passage_in_prospect, refill

BETA, DELTA = 0.7, 0.9997
RHO = -math.log(DELTA)
SHARES = st.floats(0.0, 1.0)
DOLLARS = st.floats(0.0, 1e6)
SCHEDULES = st.lists(st.tuples(st.floats(0.0, 4000.0), DOLLARS), max_size=6)


# T10: present value ------------------------------------------------------------------------------------------


def test_t10_sums_later() -> None:
    assert pytest.approx(3.00045009e-4, abs=1e-12) == RHO
    for days, expected in ((30.0, 34_686.366), (365.0, 31_369.360)):
        worth = present_value([(days, 50_000.0)], present_bias=BETA, discount_per_day=RHO)
        assert worth == pytest.approx(expected, abs=5e-4)
        assert worth == pytest.approx(50_000.0 * BETA * DELTA**days, rel=1e-12)
    assert worth / 50_000.0 == pytest.approx(0.627387, abs=5e-7)


def test_t10_stipend_is_a_sum_of_days() -> None:
    """1,000 dollars per 30 days, paid daily for 730 days."""
    worth = present_value(
        present_bias=BETA, discount_per_day=RHO, stipend_per_month=1000.0, stipend_months=730 / 30
    )
    assert worth == pytest.approx(15_294.663, abs=5e-4)
    assert worth == pytest.approx(
        BETA * math.fsum(1000.0 / 30.0 * DELTA**day for day in range(1, 731)), rel=1e-9
    )


def test_t10_preferences_turn_with_distance() -> None:
    def worth(days: float, dollars: float) -> float:
        return present_value([(days, dollars)], present_bias=BETA, discount_per_day=RHO)

    assert worth(0, 100) > worth(1, 110)
    assert worth(31, 110) > worth(30, 100)


def test_t10_a_patient_soldier_counts_all_dollars() -> None:
    worth = present_value(
        [(0.0, 5.0), (10.0, 7.0)],
        present_bias=1.0,
        discount_per_day=0.0,
        now=3.0,
        stipend_per_month=30.0,
        stipend_months=2.0,
    )
    assert worth == pytest.approx(3.0 + 5.0 + 7.0 + 60.0, rel=1e-12)


def test_t10_payments_of_the_first_day_are_not_discounted() -> None:
    assert present_value([(0.0, 40.0)], present_bias=0.5, discount_per_day=0.1, now=2.0) == 42.0


def test_t10_of_nothing_is_nothing() -> None:
    assert present_value(present_bias=BETA, discount_per_day=RHO) == 0.0
    assert present_value(present_bias=BETA, discount_per_day=RHO, stipend_per_month=500.0) == 0.0


@given(SCHEDULES, SHARES, st.floats(0.0, 0.01), DOLLARS, DOLLARS, st.integers(0, 60), st.floats(0.1, 1000.0))
def test_t10_scales_with_the_currency(
    schedule: list[tuple[float, float]],
    bias: float,
    discount: float,
    now: float,
    stipend: float,
    months: int,
    factor: float,
) -> None:
    def worth(by: float) -> float:
        return present_value(
            [(days, by * dollars) for days, dollars in schedule],
            present_bias=bias,
            discount_per_day=discount,
            now=by * now,
            stipend_per_month=by * stipend,
            stipend_months=months,
        )

    assert worth(factor) == pytest.approx(factor * worth(1.0), rel=1e-9)
    total = now + sum(dollars for _, dollars in schedule) + stipend * months
    assert now * (1 - 1e-12) <= worth(1.0) <= total * (1 + 1e-9)


@given(SCHEDULES, SHARES, SHARES, st.floats(0.0, 0.01), st.floats(0.0, 0.01))
def test_t10_falls_with_impatience(
    schedule: list[tuple[float, float]], one: float, other: float, slow: float, fast: float
) -> None:
    low, high = sorted((one, other))
    patient, hurried = sorted((slow, fast))
    worth = present_value(schedule, present_bias=high, discount_per_day=patient)
    assert present_value(schedule, present_bias=low, discount_per_day=patient) <= worth * (1 + 1e-12)
    assert present_value(schedule, present_bias=high, discount_per_day=hurried) <= worth * (1 + 1e-12)


@given(st.floats(1e-300, 0.01), st.integers(1, 120))
def test_t10_the_series_joins_its_limit_without_discount(discount: float, months: int) -> None:
    """The geometric sum loses no digits as the discount goes to zero."""
    worth = present_value(
        present_bias=1.0, discount_per_day=discount, stipend_per_month=30.0, stipend_months=months
    )
    expected = math.fsum(math.exp(-discount * day) for day in range(1, 30 * months + 1))
    assert worth == pytest.approx(expected, rel=1e-12)


def test_t10_whoever_lives_for_today_counts_nothing_later() -> None:
    schedule = [(0.0, 40.0), (1.0, 1e6)]
    assert (
        present_value(
            schedule, present_bias=1.0, discount_per_day=1e4, stipend_per_month=900.0, stipend_months=3
        )
        == 40.0
    )


def test_t10_refuses_the_past() -> None:
    with pytest.raises(ValueError, match="days must not be negative"):
        present_value([(-1.0, 100.0)], present_bias=BETA, discount_per_day=RHO)


# D5: the benefit ---------------------------------------------------------------------------------------------


def test_d5_at_no_and_at_full_trust() -> None:
    terms = {
        "base_safety": 0.4,
        "money_weight": 1.5,
        "present_value": 30_000.0,
        "wealth": 10_000.0,
        "legal": 1.1,
        "family": 0.5,
        "safety": 0.2,
    }
    assert benefit_of_offer(belief=0.0, **terms) == 0.4
    full = 0.4 + 1.5 * math.log(4.0) + 1.1 + 0.5 + 0.2
    assert benefit_of_offer(belief=1.0, **terms) == pytest.approx(full, rel=1e-12)
    # between the two it is a line
    assert benefit_of_offer(belief=0.3, **terms) == pytest.approx(0.4 + 0.3 * (full - 0.4), rel=1e-12)


@given(SHARES, DOLLARS, st.floats(1.0, 1e6), st.floats(0.01, 100.0), DOLLARS)
def test_d5_money_counts_relative_to_wealth(
    trust: float, worth: float, wealth: float, factor: float, more: float
) -> None:
    benefit = benefit_of_offer(0.0, trust, 1.0, worth, wealth, 0.0, 0.0, 0.0)
    scaled = benefit_of_offer(0.0, trust, 1.0, factor * worth, factor * wealth, 0.0, 0.0, 0.0)
    assert scaled == pytest.approx(benefit, rel=1e-9, abs=1e-12)
    assert benefit_of_offer(0.0, trust, 1.0, worth + more, wealth, 0.0, 0.0, 0.0) >= benefit - 1e-12


def test_belief_follows_the_guarantor() -> None:
    """The defender loses 0.8 of his ability if the invader wins, an alliance may hand back in a settlement."""
    assert belief(0.5, 0.8, 0.25, 0.0) == pytest.approx(0.4, rel=1e-12)
    assert belief(0.5, 0.0, 0.9, 0.2) == pytest.approx(0.4, rel=1e-12)
    assert belief(0.5, 0.0, 0.9, 0.0) == 0.5
    assert belief(0.5, 1.0, 0.9, 0.4) == 0.0  # never below nothing


@given(SHARES, SHARES, SHARES, SHARES)
def test_belief_is_a_probability_below_trust(trust: float, loss: float, win: float, exchange: float) -> None:
    assert 0.0 <= belief(trust, loss, win, exchange) <= trust


# Places and money --------------------------------------------------------------------------------------------


def test_belief_after_a_settlement() -> None:
    """Half of the wars that are not won end in a settlement, in which the guarantor keeps nine tenths of his word."""
    assert belief(0.5, 0.8, 0.4, 0.0, 0.1, 0.5) == pytest.approx(0.5 * (1.0 - 0.32 - 0.1 * 0.5 * 0.6))
    assert belief(0.5, 0.8, 0.4, 0.1, 0.0, 0.5) == belief(0.5, 0.8, 0.4, 0.1)


# T35: prices -------------------------------------------------------------------------------------------------


def test_t35_by_hand() -> None:
    """W = 10,000, a_m = 1, theta q_s = 0.5, V_0 - V_1 = 1: one half costs 10,000 (e^2 - 1) dollars."""
    price = price_for_share(
        0.5, stay=0.0, leave=-1.0, wealth_usd=10_000, money_weight=1.0, trust=0.625, success=0.8
    )
    assert float(price) == pytest.approx(10_000 * (math.e**2 - 1.0), rel=1e-12)


def test_t35_a_wider_scale_asks_for_more() -> None:
    """tau = 2, a_m theta q_s = 0.5, V_0 - V_1 = 1, P = e / (1 + e): 10,000 (e^((2 + 1) / 0.5) - 1) dollars; where the gap is -1
    in place of 1, 10,000 (e^((2 - 1) / 0.5) - 1)."""
    share = math.e / (1.0 + math.e)
    terms = {"wealth_usd": 10_000, "money_weight": 1.0, "trust": 0.5, "scale": 2.0}
    price = price_for_share(share, stay=[0.0, -2.0], leave=-1.0, **terms)
    assert price == pytest.approx([10_000 * (math.e**6 - 1.0), 10_000 * (math.e**2 - 1.0)], rel=1e-12)
    felt = 0.5 * math.log1p(float(price[0]) / 10_000)
    assert choice_probabilities([0.0, -1.0 + felt], scale=2.0)[1] == pytest.approx(share, rel=1e-12)


GAPS = st.floats(-3.0, 3.0)


@given(st.floats(0.01, 0.95), GAPS, GAPS, st.floats(1e3, 1e5), st.floats(0.5, 2.0), st.floats(0.3, 1.0))
def test_t35_the_price_brings_the_share(
    share: float, stay: float, leave: float, wealth: float, weight: float, trust: float
) -> None:
    """The menu at the price: promised a year ahead, D5 and D1 give the share that was asked for."""
    later = present_value([(365, 1.0)], present_bias=BETA, discount_per_day=RHO)
    terms = {"wealth_usd": wealth, "money_weight": weight, "trust": trust, "paid_weight": later}
    price = float(price_for_share(share, stay=stay, leave=leave, success=0.8, **terms))
    felt = 0.8 * benefit_of_offer(0.0, trust, weight, later * price, wealth, 0.0, 0.0, 0.0)
    reached = choice_probabilities([stay, leave + felt])[1]
    if price > 0.0:
        assert reached == pytest.approx(share, rel=1e-6)
    else:
        assert reached >= share - 1e-9


@given(st.floats(0.01, 0.9), st.floats(0.001, 0.05), st.floats(0.1, 0.9), st.floats(1e3, 1e5))
def test_t35_is_monotone(share: float, more: float, trust: float, wealth: float) -> None:
    def price(share: float, trust: float, wealth: float, leave: float = -2.0) -> float:
        return float(
            price_for_share(share, stay=0.0, leave=leave, wealth_usd=wealth, money_weight=1.0, trust=trust)
        )

    now = price(share, trust, wealth)
    assert price(share + more, trust, wealth) >= now
    assert price(share, trust + more, wealth) <= now
    assert price(share, trust, wealth * 2.0) == pytest.approx(2.0 * now, rel=1e-9)  # bigger fish, bigger bait
    assert price(share, trust, wealth, leave=-2.5) >= now


def test_t35_a_schedule_by_group() -> None:
    prices = price_for_share(
        0.2,
        stay=[-2.0, 2.0, 9.0],
        leave=-2.0,
        wealth_usd=[4_000, 25_000, 25_000],
        money_weight=1.0,
        trust=0.5,
    )
    assert prices.shape == (3,)
    assert prices[0] == 0.0 < prices[1] < prices[2]


def test_t35_where_money_does_not_count_no_sum_will_do() -> None:
    terms = {"stay": 0.0, "wealth_usd": 1_000.0, "money_weight": 1.0, "trust": 0.0}
    assert float(price_for_share(0.5, leave=-1.0, **terms)) == math.inf
    assert float(price_for_share(0.5, leave=1.0, **terms)) == 0.0


@pytest.mark.parametrize(
    ("share", "wealth", "trust"), [(0.0, 1.0, 1.0), (1.0, 1.0, 1.0), (0.5, 0.0, 1.0), (0.5, 1.0, -1.0)]
)
def test_t35_refuses_what_has_no_meaning(share: float, wealth: float, trust: float) -> None:
    with pytest.raises(ValueError, match="must"):
        price_for_share(share, stay=0.0, leave=0.0, wealth_usd=wealth, money_weight=1.0, trust=trust)


# places ------------------------------------------------------------------------------------------------------


@given(SHARES, st.floats(0.0, 100.0), st.floats(0.0, 1e4))
def test_passage_in_prospect_is_shared_out(share: float, places: float, asked: float) -> None:
    prospect = passage_in_prospect(share, places, asked)
    assert 0.0 <= prospect <= share
    assert prospect * asked <= share * max(places, asked if asked <= places else 0.0) + 1e-9
    assert passage_in_prospect(share, math.inf, asked) == share


def test_refill_keeps_the_fraction_and_lets_whole_places_lapse() -> None:
    assert refill(0.0, 7.0, 1.0) == 7.0
    assert refill(3.0, 7.0, 1.0) == 7.0
    assert refill(3.25, 7.0, 1.0) == 7.25
    assert refill(9.0, 1.0, 10.0) == 10.0  # the tenth day serves a soldier who stands for ten
    assert refill(10.0, 1.0, 10.0) == 10.0  # and waits for him if he does not come
    assert refill(25.0, 1.0, 10.0) == 10.0


@given(st.floats(0.0, 1e6), st.floats(0.0, 1e4), st.floats(0.01, 1e3))
def test_refill_saves_less_than_one_soldier(tokens: float, capacity: float, weight: float) -> None:
    assert capacity <= refill(tokens, capacity, weight) <= capacity + weight * (1.0 + 1e-6)


@given(st.floats(0.01, 50.0), st.sampled_from([1.0, 2.5, 10.0]), st.integers(1, 200))
def test_a_full_queue_gets_every_place(capacity: float, weight: float, days: int) -> None:
    """With always somebody waiting, what is served in n days is n times the capacity, short of one soldier."""
    tokens = served = 0.0
    for _ in range(days):
        tokens = refill(tokens, capacity, weight)
        while tokens >= weight * (1.0 - 1e-9):
            tokens -= weight
            served += weight
    assert capacity * days - weight * (1.0 + 1e-6) <= served <= capacity * days * (1.0 + 1e-6) + 1e-6


def test_affordable_is_whole_persons() -> None:
    assert affordable(1000.0, 300.0) == 3.0
    assert affordable(900.0, 300.0) == 3.0
    assert affordable(899.99, 300.0) == 2.0
    assert affordable(0.0, 300.0) == 0.0
    assert affordable(0.3, 0.1) == 3.0  # 0.3 / 0.1 falls just short of 3 in binary
    assert affordable(0.0, 0.0) == math.inf
    assert affordable(math.inf, 300.0) == math.inf


@given(st.floats(0.0, 1e9), st.floats(0.01, 1e6))
def test_affordable_never_overspends(budget: float, cost: float) -> None:
    persons = affordable(budget, cost)
    assert persons == int(persons)
    assert persons * cost <= budget * (1.0 + 1e-9) + 1e-9 * cost
    assert (persons + 1.0) * cost > budget * (1.0 - 1e-9)
