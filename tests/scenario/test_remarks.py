"""What is said of a valid file in which something acts on nobody."""

from __future__ import annotations

import pytest

from offramp.scenario import load, loads, shipped
from offramp.scenario.remarks import remarks
from tests.scenario.texts import BARE, CHOICE, FORCE, GROUP, PROGRAMME, ROUTE

WEALTH = BARE.replace("size = 1000\n", "size = 1000\nwealth_usd = 10_000\n")
OFFER = '[[policy]]\nname = "none"\n[[policy]]\nname = "offer"\nprogrammes = ["cash"]\n'
RADIO = '[[channel]]\nname = "radio"\nkind = "broadcast"\nreach_per_day = 0.01\n'


def said(text: str) -> tuple[str, ...]:
    return remarks(loads(text, "file.toml"))


@pytest.mark.parametrize("name", shipped())
def test_nothing_is_odd_in_what_ships(name: str) -> None:
    assert remarks(load(name)) == ()


@pytest.mark.parametrize(
    ("stated", "weighed", "place"),
    [
        ("cash_usd = 5_000", "money_weight = 1.0", "programme.cash: its money"),
        ("cash_usd = { soldiers = 5_000 }", "money_weight = 1.0", "programme.cash: its money"),
        ("schedule = [[30, 5_000]]", "money_weight = 1.0", "programme.cash: its money"),
        ("stipend_usd_per_month = 9\nstipend_months = 2", "money_weight = 1.0", "programme.cash: its money"),
        ('legal_status = "asylum"', "asylum_utility = 1.0", "programme.cash.legal_status:"),
        ('legal_status = "citizenship"', "citizenship_utility = 1.0", "programme.cash.legal_status:"),
        (
            "family_passage_share = 0.5",
            "family_passage_utility = 1.0",
            "programme.cash.family_passage_share:",
        ),
        ("safety_share = 0.5", "safety_utility = 1.0", "programme.cash.safety_share:"),
    ],
)
def test_terms_that_nobody_weighs(stated: str, weighed: str, place: str) -> None:
    """Named once where the weight is missing, with the weight's key; not where it is there or may be."""
    key = weighed.split()[0]
    text = WEALTH + CHOICE + PROGRAMME + stated + "\n" + OFFER
    (remark,) = said(text)
    assert remark.startswith(place)
    assert f"`{key}`" in remark
    assert said(text.replace(CHOICE, CHOICE + weighed + "\n")) == ()
    assert said(text.replace(CHOICE, f"{CHOICE}{key} = {{ between = [0.1, 2.0] }}\n")) == ()
    assert said(text.replace(CHOICE, f"{CHOICE}{key} = 0\n")) == (remark,)
    assert said(text.replace(CHOICE, "")) == (remark,)


def test_no_cash_is_nothing_to_weigh() -> None:
    assert said(WEALTH + CHOICE + PROGRAMME + "cash_usd = 0\n" + OFFER) == ()
    assert said(WEALTH + CHOICE + PROGRAMME + "cash_usd = { soldiers = 0 }\n" + OFFER) == ()


def test_an_offer_of_no_policy() -> None:
    text = BARE + PROGRAMME + OFFER.replace('programmes = ["cash"]\n', "")
    assert said(text) == ("programme.cash: no policy names it, so it is never offered.",)


def test_an_offer_that_nobody_hears_of() -> None:
    text = BARE + PROGRAMME + RADIO + OFFER
    assert said(text) == ()
    (remark,) = said(text + "channels = []\n")
    assert remark == "policy.offer: nobody hears of `cash`, as none of its channels tells of it."
    stated = text.replace(PROGRAMME, PROGRAMME + "awareness_share = 0.5\n").replace(RADIO, "")
    assert said(stated) == ()


def test_a_war_without_end_makes_death_certain() -> None:
    endless = BARE + CHOICE + "death_disutility = 10.0\n"
    (remark,) = said(endless)
    assert remark.startswith("choice.death_disutility: ")
    assert said(endless + "war_end_per_day = 0.003\n") == ()
    assert said(endless + "discount_per_day = 0.0003\n") == ()
    assert ROUTE in endless  # and one can leave


@pytest.mark.parametrize(
    ("stated", "place", "mended"),
    [
        (
            "enactment_delay_days = 60",
            "enactment_delay_days: 60 days outlast the 60",
            "enactment_delay_days = 59",
        ),
        (
            "start = 2022-03-26\nenactment_delay_days = 30",
            "enactment_delay_days: 30 days outlast the 30",
            "start = 2022-03-25\nenactment_delay_days = 30",
        ),
        (
            "conduct_exclusion_share = 1",
            "conduct_exclusion_share: excludes everybody",
            "conduct_exclusion_share = 0.99",
        ),
        (
            "cash_usd = { soldiers = 5_000 }\nadmission_cost_usd = 500\ndefault_share = 0.1\nbudget_usd = 4_999",
            "budget_usd: pays for nobody, as the first person admitted costs at least 5,000 US dollars",
            "cash_usd = { soldiers = 5_000 }\nadmission_cost_usd = 500\ndefault_share = 0.1\nbudget_usd = 5_000",
        ),
        (
            "cash_usd = 5_000\nbudget_usd = 4_999",
            "budget_usd: pays for nobody",
            "cash_usd = 5_000\nbudget_usd = { between = [1_000, 9_000] }",
        ),
        (
            "family_leak_share = 0.3",
            "family_leak_share: acts on nobody",
            "family_leak_share = 0.3\nfamily_passage_share = 0.5",
        ),
        (
            "guarantor_win_loss = 0.5",
            "guarantor_win_loss: takes nothing from the promise",
            "guarantor_win_loss = 0.0",
        ),
        ("start = 2022-02-23", "start: 2022-02-23 is before the run", "start = 2022-02-24"),
    ],
)
def test_an_offer_that_is_never_at_work(stated: str, place: str, mended: str) -> None:
    """Named once with its key, and not where the smallest change lets it act."""
    weighed = CHOICE + "money_weight = 1.0\nfamily_passage_utility = 1.0\n"
    text = WEALTH + weighed + PROGRAMME + stated + "\n" + OFFER
    (remark,) = said(text)
    assert remark.startswith(f"programme.cash.{place}")
    assert said(text.replace(stated, mended)) == ()


def test_what_a_victory_takes_needs_a_chance_of_it() -> None:
    text = (
        BARE.replace(GROUP, GROUP.replace("size = 1000\n", ""))
        + FORCE
        + PROGRAMME
        + "guarantor_win_loss = 0.5\n"
        + OFFER
    )
    war = "[war]\nstrength_elasticity = 1.0\nwin_probability = 0.3\n"
    assert len(said(text)) == 1
    assert said(text + war) == ()


def test_a_lever_before_the_run() -> None:
    lever = '[[lever]]\nname = "trade"\nstart = 2022-01-01\n'
    text = BARE + lever + '[[policy]]\nname = "none"\n[[policy]]\nname = "trade"\nlevers = ["trade"]\n'
    (remark,) = said(text)
    assert remark.startswith(
        "lever.trade.start: 2022-01-01 is before the run and is read as its first day, 2022-02-24."
    )
