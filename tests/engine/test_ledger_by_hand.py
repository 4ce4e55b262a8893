"""M10 in a run: every dollar of three accounts, and every person in them, summed by hand from the paths."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.engine.scenes import at_once, drawn, group, head, policies, prepared, programme, route, table

DAYS, RATE = 40, 0.05
PRICES = {"line": 1000.0, "officers": 5000.0}
OWN_ADMISSION, LEGAL, FAMILY, TESTIMONY, SCREENING, BONUS = 70.0, 300.0, 50.0, 40.0, 20.0, 90.0
UNPAID, FRAUD, FOUND = 0.05, 0.1, 0.6
LATER = (
    400.0 * (1.0 + RATE) ** (-30 / 365)
    + 140.0 * (1.0 + RATE) ** (-60 / 365)
    + sum(20.0 / 30.0 * (1.0 + RATE) ** (-day / 365) for day in range(1, 91))
)
YEARLY = {"line": 800.0, "officers": -100.0}


def scene() -> str:
    people = "".join(
        group(name, family_exposed_share=1.0, casualty_per_day=0.004, contribution_usd_per_year=YEARLY[name]
              if name == "officers" else None)
        for name in PRICES
    )  # fmt: skip
    return (
        head(DAYS) + people
        + '[force]\npersons = 500\ninitial_shares = { "line" = 0.8, "officers" = 0.2 }\n'
        + "[war]\nwin_probability = 0.3\ndefender_deaths_per_day = 5.0\ncivilian_deaths_per_day = 2.0\n"
        + table("[choice]", support_weight=0.0)
        + route("accept", window_per_day=24.0, utility=40.0, needs_programme=True)
        + programme("p", route="accept", start="2022-02-26", end="2022-03-26", capacity_per_day=10.0, cash_usd=PRICES,
                    schedule="[[30, 400.0], [60, 140.0]]", stipend_usd_per_month=20.0, stipend_months=3,
                    testimony="mandatory", testimony_bonus_usd=BONUS, legal_status="asylum", family_passage_share=0.5,
                    default_share=UNPAID, refoulement_share=0.02, exchange_probability=0.1, fraud_share=FRAUD,
                    screening_sensitivity=FOUND, admission_cost_usd=OWN_ADMISSION)
        + table("[[channel]]", name="radio", kind="broadcast", reach_per_day=20.0, cost_usd_per_day=30.0,
                intensity='{ points = [[2022-02-24, 2.0], [2022-03-06, 0.5]], interpolation = "step" }')
        + table("[[channel]]", name="news", kind="broadcast", reach_per_day=1.0, cost_usd_per_day=3.0, programmes=[])
        + table("[[lever]]", name="arms", start="2022-03-01", end="2022-03-10", cost_usd=1234.0, cost_usd_per_day=11.0)
        + table("[ledger]", discount_per_year=RATE, fixed_cost_usd=5000.0, admission_cost_usd=1e9, legal_cost_usd=LEGAL,
                family_cost_usd=FAMILY, testimony_cost_usd=TESTIMONY, screening_cost_usd=SCREENING,
                contribution_usd_per_year=YEARLY["line"], contribution_years=10.0, incident_probability=0.03,
                incident_cost_usd=700.0, coalition_life_usd=1e5, invader_life_usd=2e4)
        + policies(none=[])
        + table("[[policy]]", name="all", programmes=["p"], channels=["radio", "news"], levers=["arms"])
    )  # fmt: skip


def test_three_accounts_to_the_dollar() -> None:
    model = prepared(scene(), 500)
    result = drawn(model)
    none, found = result.outcomes
    place = model.states.index("accept")
    admitted = np.diff(result.paths[1, :, :, place].astype(np.float64), axis=0)  # [day, group]
    assert found["admitted"] == found["videos"] == admitted.sum() > 250
    day = np.arange(DAYS)
    factor = (1.0 + RATE) ** (-day / 365.0)
    paid_share = 1.0 - UNPAID + FRAUD * (1.0 - FOUND)
    handed = np.array([(PRICES[g] + LATER + BONUS) * paid_share for g in model.groups])
    each = handed + OWN_ADMISSION + LEGAL + TESTIMONY + 0.5 * FAMILY + SCREENING * (1.0 + FRAUD)
    on_air = (day >= 2) & (day <= 30)
    other = (
        on_air * 30.0 * np.where(day < 10, 2.0, 0.5)
        + 3.0
        + ((day >= 5) & (day <= 14)) * 11.0
        + (day == 5) * 1234.0
    )
    budget = 5000.0 + factor @ (admitted @ each + other)
    assert found["cost_usd"] == found["cost_usd.coalition_budget"] == pytest.approx(budget, rel=1e-12)
    growth = math.log(1.0 + RATE)
    entrants = np.array([YEARLY[g] for g in model.groups]) * (1.0 - (1.0 + RATE) ** -10.0) / growth
    deaths = 7.0 * DAYS
    # refouled and exchanged, 0.12 of the admitted, contribute nothing
    society = (
        budget - 0.88 * (factor @ (admitted @ entrants)) + 0.03 * found["admitted"] * 700.0 + deaths * 1e5
    )
    assert found["cost_usd.coalition_society"] == pytest.approx(society, rel=1e-12)
    everyone = society - factor @ (admitted @ handed) + found["killed"] * 2e4
    assert found["cost_usd.everyone"] == pytest.approx(everyone, rel=1e-12)
    assert none["cost_usd"] == 0.0
    assert none["cost_usd.coalition_society"] == pytest.approx(deaths * 1e5)
    assert none["cost_usd.everyone"] == pytest.approx(deaths * 1e5 + none["killed"] * 2e4)


def test_who_pays() -> None:
    """Each guarantor pays for his own programme with its fixed cost; the word has an account of its own."""
    purse = {"guarantor": "private", "cash_usd": 100.0, "budget_usd": 730.0, "fixed_cost_usd": 5.0}
    law = {"guarantor": "alliance", "cash_usd": 40.0, "start": "2022-03-01", "fixed_cost_usd": 9.0}
    text = (
        head(20) + group("a", size=100) + group("b", size=100)
        + route("accept", window_per_day=24.0, utility=40.0, needs_programme=True)
        + programme("p", route="accept", groups=["a"], **purse) + programme("q", route="accept", groups=["b"], **law)
        + table("[[channel]]", name="news", kind="broadcast", reach_per_day=24.0, cost_usd_per_day=3.0)
        + table("[ledger]", discount_per_year=0.1) + policies(none=[], one=["p"], both=["p", "q"])
    )  # fmt: skip
    none, one, both = drawn(prepared(text, 200)).outcomes
    for found in (none, one, both):
        payers = [value for key, value in found.items() if key.startswith("paid_usd.")]
        assert len(payers) == 3
        assert sum(payers) == pytest.approx(found["cost_usd"], rel=1e-12)
    assert none["cost_usd"] == 0.0 == one["paid_usd.alliance"]
    # seven men at 100 and a hundred at 40, all but for a discount of less than 0.6 % in twenty days
    assert one["paid_usd.private"] == both["paid_usd.private"] == pytest.approx(702.9, abs=2.1)
    assert both["paid_usd.alliance"] == pytest.approx(3998.0, abs=12.0)
    silent = drawn(prepared(text.replace('guarantor = "private"\n', ""), 200)).outcomes
    assert not [key for found in silent for key in found if key.startswith("paid_usd.")]


def test_harms_of_promises_are_counted_in_persons() -> None:
    found = drawn(prepared(scene(), 500)).outcomes[1]
    for key, share in (("defrauded", UNPAID), ("refouled", 0.02), ("exchanged_back", 0.1), ("host_incidents", 0.03),
                       ("false_claims_paid", FRAUD * (1.0 - FOUND))):  # fmt: skip
        assert found[key] == pytest.approx(share * found["admitted"]), key
    assert found["families_evacuated"] == pytest.approx(0.5 * found["admitted"])


def test_a_channel_alone_has_its_cost() -> None:
    """News of the front without any offer is paid for, and departures by it have a price."""
    text = (
        head(10) + group(size=20) + route("run", window_per_day=0.1, utility=1.0)
        + table("[[channel]]", name="news", kind="broadcast", reach_per_day=1.0, cost_usd_per_day=3.0)
        + policies(none=[]) + table("[[policy]]", name="news", channels=["news"])
    )  # fmt: skip
    none, news = drawn(prepared(text, 20)).outcomes
    assert (none["cost_usd"], news["cost_usd"]) == (0.0, 30.0)


def told(**offer: object) -> str:
    """An offer of the third day, a channel that tells of it, and one that tells of another too, which is never in force."""
    channels = (("a", "p"), ("b", "p", "q"))
    more = (
        programme("q", route="accept", start="2022-03-10", end="2022-03-12", enactment_delay_days=9.0)
        + "".join(table("[[channel]]", name=name, kind="broadcast", reach_per_day=24.0, programmes=of, cost_usd_per_day=10.0 ** k)
                  for k, (name, *of) in enumerate(channels))
        + table("[[policy]]", name="both", programmes=["p", "q"])
    )  # fmt: skip
    return at_once(20, 100, more, None, start="2022-02-26", **offer)


@pytest.mark.parametrize(
    ("offer", "days"),
    [
        ({}, 18),  # announced on day 2, to the end
        ({"end": "2022-03-03"}, 6),
        ({"enactment_delay_days": 4.4}, 18),  # an offer is announced before it is in force
        (
            {"enactment_delay_days": 4.4, "enactment_probability": 0.0},
            4,
        ),  # and given up when it is not enacted
        ({"enactment_delay_days": 9.0, "enactment_probability": 0.0, "end": "2022-03-03"}, 6),
        ({"enactment_probability": 0.0}, 0),
    ],
)
def test_a_channel_costs_while_there_is_something_to_tell(offer: dict[str, object], days: int) -> None:
    """Exact: dollars of days. The second channel tells of another offer as well, on three days of its own or the same."""
    both, none, one = drawn(prepared(told(**offer), 100)).outcomes
    assert none["cost_usd"] == 0.0
    assert one["cost_usd"] == 11.0 * days
    assert both["cost_usd"] == 1.0 * days + 10.0 * (days if days == 18 else days + 3)


def test_nobody_tells_of_an_offer_whose_purse_is_spent() -> None:
    """Thirty dollars for ten a day at a dollar each, from the day after somebody has heard: three days, and the one before."""
    model = prepared(told(cash_usd=1.0, budget_usd=30.0, capacity_per_day=10.0), 100)
    found = drawn(model).outcomes[2]
    assert found["admitted"] == 30.0
    assert found["cost_usd"] == 30.0 + 11.0 * 4


def test_a_purse_that_pays_for_no_video_is_closed() -> None:
    """Exact: the video is the price of admission, so its cost belongs to the cheapest person admitted."""
    way = route("desert", window_per_day=0.05, utility=0.0)
    text = at_once(
        30, 500, way, testimony="mandatory", cash_usd=100.0, testimony_bonus_usd=50.0, budget_usd=149.0
    )
    for budget, same in ((149.0, True), (150.0, False)):
        model = prepared(text.replace("budget_usd = 149.0", f"budget_usd = {budget}"), 500)
        result = drawn(model)
        assert (result.paths[0] == result.paths[1]).all() == same
        assert result.outcomes[1]["cost_usd"] == (0.0 if same else 150.0)


@pytest.mark.parametrize("rate", [0.0, 0.03, 0.5])
def test_later_payments_cost_what_they_are_worth_on_the_day_of_admission(rate: float) -> None:
    """An annuity: a month's sum paid daily over n days, (1 - v^n) / (1 / v - 1) thirtieths of it with v = (1 + r)^(-1 / 365)."""
    text = (
        head(1) + group(size=10)
        + route("accept", window_per_day=24.0, utility=40.0, needs_programme=True)
        + programme("p", route="accept", cash_usd=1000.0, schedule="[[730, 500.0]]", stipend_usd_per_month=300.0,
                    stipend_months=24)
        + table("[ledger]", discount_per_year=rate) + policies(none=[], offer=["p"])
    )  # fmt: skip
    found = drawn(prepared(text, 10)).outcomes[1]
    assert found["admitted"] == 10.0
    v, n = (1.0 + rate) ** (-1 / 365), 720
    annuity = (1.0 - v**n) / (1.0 / v - 1.0) if rate > 0.0 else n
    each = 1000.0 + 500.0 * (1.0 + rate) ** -2 + 10.0 * annuity
    assert found["cost_usd"] == pytest.approx(10 * each, rel=1e-9)
    assert found["cost_usd.everyone"] == pytest.approx(0.0, abs=1e-6)  # all of it changes hands


def test_what_a_society_forgoes_is_in_no_budget() -> None:
    """Exact: ten days of a lever that is paid for at 3 and forgoes 5 a day; the payers add up to what it costs everyone."""
    text = (
        head(20) + group(size=20) + route("run", window_per_day=0.1, utility=1.0)
        + route("door", window_per_day=0.1, utility=0.0, needs_programme=True)
        + programme("p", route="door", guarantor="alliance")
        + table("[[lever]]", name="trade", start="2022-03-01", end="2022-03-10", cost_usd=7.0, cost_usd_per_day=3.0,
                forgone_usd_per_day=5.0, kind="sanctions")
        + table("[ledger]", discount_per_year=0.0) + policies(none=[]) + table("[[policy]]", name="trade", levers=["trade"])
    )  # fmt: skip
    _, found = drawn(prepared(text, 20)).outcomes
    assert found["cost_usd.coalition_budget"] == found["paid_usd.channels and levers"] == 37.0
    assert found["paid_usd.societies"] == 50.0
    assert found["paid_usd.alliance"] == 0.0
    for account in ("cost_usd", "cost_usd.coalition_society", "cost_usd.everyone"):
        assert found[account] == 87.0


def test_who_is_handed_or_sent_back_contributes_nothing() -> None:
    """Exact: ten of an offer and what is left of ten who surrender on their own, less what is left of the same ten."""
    text = (
        head(5) + group("a", size=10) + group("b", size=10)
        + route("open", window_per_day=24.0, utility=40.0, groups=["a"], needs_programme=True)
        + table("[choice]", support_weight=0.0)
        + route("go", window_per_day=24.0, distaste=-40.0, groups=["b"], exchange_probability=0.3)
        + programme("p", route="open", groups=["a"], exchange_probability=0.2, refoulement_share=0.1)
        + programme("q", route="go", groups=["b"], start="2022-02-27")
        + table("[ledger]", contribution_usd_per_year=100.0, contribution_years=1.0)
        + policies(none=[], offer=["p"])
    )  # fmt: skip
    model = prepared(text, 20)
    none, offer = drawn(model).outcomes
    assert offer["departures"] == 20.0 == 2.0 * none["departures"]
    assert offer["contributions_usd"] == pytest.approx(10 * 100.0 * (1.0 - 0.2 - 0.1))
    assert none["contributions_usd"] == 0.0
    hostile = text.replace("refoulement_share = 0.1", "refoulement_share = 0.9")
    never = drawn(prepared(hostile, 20)).outcomes[1]
    assert never["contributions_usd"] == 0.0
