"""An offer adds what it promises, as far as it is believed, and no more (D2): no second door, and no camera that tempts."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.scenes import CHOICE, Z, drawn, group, head, policies, prepared, programme, route

DAYS, SIZE, WINDOW = 60, 4000, 0.05


def front(*more: str, **keys: object) -> str:
    """Soldiers with exposed families and one way out."""
    return (
        head(DAYS, 10) + CHOICE + group(size=SIZE, family_exposed_share=1.0, wealth_usd=10_000, influence=1.0)
        + route("surrender", window_per_day=WINDOW, distaste=1.0, caught_probability=0.12, killed_probability=0.06,
                exchange_probability=0.5, reprisal_probability=0.2, identified_share=0.3, **keys)
        + "".join(more)
    )  # fmt: skip


RICH = {
    "cash_usd": 100_000, "legal_status": "citizenship", "safety_share": 1.0, "family_passage_share": 0.9,
    "safe_passage_log_odds": 2.0, "exchange_probability": 0.0,
}  # fmt: skip


@given(
    draw=st.integers(0, 50),
    kind=st.sampled_from(["an empty offer", "the same offer twice", "a poorer offer beside"]),
)
@settings(max_examples=20, deadline=None)
def test_what_promises_no_more_adds_nothing(draw: int, kind: str) -> None:
    """Exact, path by path, against no offer and against the better offer alone."""
    first = programme(
        "first", route="surrender", trust=0.5, **({} if kind == "an empty offer" else {"cash_usd": 20_000})
    )
    second = programme("second", route="surrender", trust=0.5, cash_usd=20_000 if "twice" in kind else 5_000)
    sets = (
        {"none": [], "one": ["first"]}
        if kind == "an empty offer"
        else {"one": ["first"], "both": ["first", "second"]}
    )
    model = prepared(front(first, "" if kind == "an empty offer" else second, policies(**sets)), 1000)
    one, other = drawn(model, draw).paths
    assert (one == other).all()


@pytest.mark.parametrize("testimony", ["none", "optional", "mandatory"])
def test_disbelief_is_no_switch(testimony: str) -> None:
    """Towards no trust every promise fades to what is so without it: safe passage, families and exchange as well as money.

    Nobody is sent back to his unit or follows another, so that attempts do not hang on how others ended."""
    hidden = {"testimony_anonymised_share": 0.9} if testimony != "none" else {}
    rich = RICH | {"testimony": testimony} | hidden
    trusts = {"nought": 0.0, "next to nought": 1e-6, "little": 0.05, "half": 0.5, "whole": 1.0}
    offers = "".join(
        programme(name, route="surrender", trust=trust, **rich) for name, trust in trusts.items()
    )
    text = front(offers, policies(none=[], **{name: [name] for name in trusts}))
    text = text.replace("influence = 1.0", "").replace("[choice]", "[choice]\nreturned_share = 0.0", 1)
    none, zero, *tried = (one["attempts"] for one in drawn(prepared(text, SIZE)).outcomes)
    assert tried == sorted(tried)
    assert zero == none
    assert abs(tried[0] - none) <= 1.0
    assert tried[-1] > none + 1.0


@given(draw=st.integers(0, 30), nest=st.sampled_from([0.2, 0.6, 1.0]))
@settings(max_examples=12, deadline=None)
def test_a_video_is_a_burden_and_tempts_nobody(draw: int, nest: float) -> None:
    """Exact: left to the leaver it costs no attempt and brings none, as the price it brings fewer, whatever the dissimilarity."""
    kinds = ("none", "optional", "mandatory")
    offers = "".join(
        programme(one, route="surrender", trust=0.5, cash_usd=20_000, testimony=one) for one in kinds
    )
    text = front(offers, policies(nothing=[], **{one: [one] for one in kinds}), nest_dissimilarity=nest)
    text = text.replace("influence = 1.0", "").replace("[choice]", "[choice]\nreturned_share = 0.0", 1)
    nothing, silent, free, price = (one["attempts"] for one in drawn(prepared(text, 1000), draw).outcomes)
    assert nothing <= price <= free == silent


def test_who_speaks_in_closed_form() -> None:
    """D2 with an ordinary way, a silent offer and a better one that leaves open whether he speaks: the best counts, and of its
    two answers a logit; two comparisons at 1e-7."""
    nest, asylum, trust, bonus = 0.5, 1.5, 0.6, 20_000
    text = (
        head(DAYS) + CHOICE + group(size=200_000, wealth_usd=10_000, family_exposed_share=0.0)
        + route("surrender", window_per_day=WINDOW, utility=-1.0)
        + programme("quiet", route="surrender", trust=trust, safety_share=1.0)
        + programme("loud", route="surrender", trust=trust, legal_status="asylum", testimony="optional",
                    testimony_bonus_usd=bonus)
        + policies(none=[], all=["quiet", "loud"])
    )  # fmt: skip
    silent, public = -1.0 + trust * asylum, -1.0 + trust * (asylum + math.log(1.0 + bonus / 10_000))
    best = max(silent, public, -1.0 + trust * 0.5)
    share = 1.0 - math.exp(-WINDOW * DAYS * math.exp(best) / (1.0 + math.exp(best)))
    speaks = 1.0 / (1.0 + math.exp((silent - public) / nest))
    found = drawn(prepared(text, 200_000)).outcomes[1]
    for count, expected in ((found["departures"], share), (found["videos"], share * speaks)):
        assert abs(count / 200_000 - expected) < Z * math.sqrt(expected * (1.0 - expected) / 200_000)
    assert found["admitted"] == found["departures"]


@given(draw=st.integers(0, 30), places=st.sampled_from([0.01, 0.5, 5.0]))
@settings(max_examples=20, deadline=None)
def test_a_full_programme_keeps_nobody_from_surrendering(draw: int, places: float) -> None:
    """Exact, day by day: who would have gone without the offer goes at the same window, place or none."""
    offer = programme("offer", route="surrender", trust=0.8, capacity_per_day=places, cash_usd=50_000)
    text = front(offer, policies(none=[], offer=["offer"])).replace("influence = 1.0", "influence = 0.0")
    none, offered = (paths[:, 0, 2] for paths in drawn(prepared(text, SIZE), draw).paths)
    assert (offered >= none).all()
    assert offered[-1] > none[-1] or places < 0.5


@given(draw=st.integers(0, 20), first=st.sampled_from(["full", "open"]))
@settings(max_examples=12, deadline=None)
def test_a_full_offer_takes_nobody_from_an_open_one(draw: int, first: str) -> None:
    """Exact: with two places a day beside an open offer as good, or a little better, nobody leaves later, whichever is first."""
    open_, full = (
        programme(name, route="surrender", trust=0.8, cash_usd=usd, **more)
        for name, usd, more in (
            ("open", 50_000, {}),
            ("full", 50_000 if first == "open" else 51_000, {"capacity_per_day": 2.0}),
        )
    )
    sets = policies(open=["open"], both=["open", "full"])
    text = front(*((full, open_) if first == "full" else (open_, full)), sets).replace("influence = 1.0", "")
    alone, both = (paths[:, 0, 2] for paths in drawn(prepared(text, SIZE), draw).paths)
    assert (both >= alone).all()


@given(draw=st.integers(0, 20))
@settings(max_examples=20, deadline=None)
def test_a_spent_budget_keeps_nobody_from_surrendering(draw: int) -> None:
    """Exact, day by day, where each soldier stands for a hundred persons and the budget pays for ten."""
    offer = programme("offer", route="surrender", trust=0.8, cash_usd=50_000, budget_usd=500_000)
    text = front(offer, policies(none=[], offer=["offer"])).replace("influence = 1.0", "")
    none, offered = (paths[:, 0, 2] for paths in drawn(prepared(text, SIZE // 100), draw).paths)
    assert (offered >= none).all()
