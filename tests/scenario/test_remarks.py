"""What is said of a valid file in which something acts on nobody."""

from __future__ import annotations

import pytest

from offramp.scenario import load, loads, shipped
from offramp.scenario.remarks import remarks
from tests.scenario.texts import BARE, CHOICE, PROGRAMME, ROUTE

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
