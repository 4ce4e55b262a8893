"""What differs in the promise only is one act (D2): an offer adds what it promises, as far as it is believed, and no more."""

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


@pytest.mark.parametrize("testimony", ["none", "optional"])
def test_disbelief_is_no_switch(testimony: str) -> None:
    """Towards no trust every promise fades to what is so without it: safe passage, families and exchange as well as money.

    Nobody is sent back to his unit or follows another, so that attempts do not hang on how others ended."""
    rich = RICH | {"testimony": testimony}
    trusts = {"nought": 0.0, "next to nought": 1e-6, "little": 0.05, "half": 0.5, "whole": 1.0}
    offers = "".join(
        programme(name, route="surrender", trust=trust, **rich) for name, trust in trusts.items()
    )
    camera = programme(
        "camera", route="surrender", trust=1e-9, testimony=testimony
    )  # speaking is an act by itself
    text = front(offers, camera, policies(none=["camera"], **{name: [name] for name in trusts}))
    text = text.replace("influence = 1.0", "").replace("[choice]", "[choice]\nreturned_share = 0.0", 1)
    none, zero, *tried = (one["attempts"] for one in drawn(prepared(text, SIZE)).outcomes)
    assert tried == sorted(tried)
    assert abs(tried[0] - none) <= 1.0 < tried[1] - none
    if testimony == "none":
        assert zero == none


def test_silence_and_testimony_in_closed_form() -> None:
    """D2 with an ordinary way, an offer without and two with a video: the best of each act, and a nest of the two; 1e-7."""
    nest, asylum, trust = 0.5, 1.5, 0.6
    text = (
        head(DAYS) + CHOICE.replace("base_safety = 0.4", "base_safety = 0.0") + group(size=200_000, wealth_usd=10_000)
        + route("surrender", window_per_day=WINDOW, utility=-1.0)
        + programme("quiet", route="surrender", trust=trust, safety_share=1.0)
        + programme("loud", route="surrender", trust=trust, legal_status="asylum", testimony="mandatory")
        + programme("louder", route="surrender", trust=trust, legal_status="asylum", safety_share=0.5, testimony="mandatory")
        + policies(none=[], all=["quiet", "loud", "louder"])
    )  # fmt: skip
    silent, public = -1.0 + trust * 0.5, -1.0 + trust * (asylum + 0.25)
    value = nest * math.log(math.exp(silent / nest) + math.exp(public / nest))
    share = 1.0 - math.exp(-WINDOW * DAYS * math.exp(value) / (1.0 + math.exp(value)))
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
