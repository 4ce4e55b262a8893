"""An offer beside the same broadcasts without one: what it adds, at what price and with what harm."""

from __future__ import annotations

import re
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import numpy as np

from offramp.scenario import load
from offramp.show.run import messengers_of
from tests.show.test_answer import BASE, SETTING, check_breath, given, plain


def test_an_offer_is_told_beside_its_broadcasts_alone() -> None:
    """What news alone does is no doing of the offer: its own departures, what each of them costs, and its own harms."""
    news = {"departures": 1.2 * BASE, "cost_usd": 2e4 * BASE, "caught": 1.5 * BASE}
    offer = {"departures": 1.3 * BASE, "cost_usd": 3e4 * BASE, "caught": 1.4 * BASE}
    none = {"departures": BASE, "cost_usd": 0.0 * BASE, "caught": BASE}
    policies = {"none": none, "news": news, "offer": offer}
    found = given(policies, replace(SETTING, messengers={"offer": "news"}))
    alone, both = found.lines[1:]
    assert "at $100,000 each" in plain(alone.added)
    assert alone.beyond == ""
    assert " at $100,000 each" in plain(both.added)
    added = r"Against “news”, [\d,]+ more leave \(.*\), at \$100,000 each.*\."
    harm = r" Harm against that: caught \N{MINUS SIGN}[\d,]+ \(\N{MINUS SIGN}.*\)\.$"
    said = added + harm
    assert re.match(said, plain(both.beyond))
    assert plain(both.harm).startswith("Caught +")
    check_breath(found)
    assert given(policies).lines[-1].beyond == ""


def test_an_offer_that_may_fail_is_told_beside_its_broadcasts_where_it_is_law() -> None:
    """Exact: its broadcasts end where it fails and those without an offer go on, which is no doing of the offer's terms."""
    base = np.round(BASE)
    law = (np.arange(100) < 60).astype(float)
    nothing = np.full(100, np.nan)
    none = {"departures": base, "cost_usd": 0.0 * base, "caught": base, "enacted": nothing}
    news = {
        "departures": base + 400.0,
        "cost_usd": np.full(100, 1e6),
        "caught": base + 10.0,
        "enacted": nothing,
    }
    offer = {"departures": base + 100.0 + 800.0 * law, "cost_usd": 1e5 + 5e6 * law, "caught": base + 30.0 * law,
             "enacted": law}  # fmt: skip
    setting = replace(SETTING, messengers={"offer": "news"})
    found = given({"none": none, "news": news, "offer": offer}, setting).lines[-1].beyond
    assert (
        "In 60 % of the draws it becomes law: there, against “news”, 500 more leave (the same in every draw), at $8,200 each"
        in plain(found)
    )
    assert "Harm against that: caught +20 (the same in every draw)." in found
    never, always = (
        given({"none": none, "news": news, "offer": offer | {"enacted": share + 0.0 * law}}, setting)
        for share in (0.0, 1.0)
    )
    assert never.lines[-1].beyond == ""
    assert always.lines[-1].beyond.startswith("Against “news”, 180 more leave")


def test_the_messenger_of_an_offer_speaks_by_its_channels_and_offers_nothing() -> None:
    shipped = load("ukraine-2022")
    offering = [policy for policy in shipped.policies if policy.programmes]
    run = SimpleNamespace(scenario=shipped, policies=[policy.name for policy in shipped.policies])
    found = messengers_of(cast("Any", run))
    assert set(found) == {policy.name for policy in offering}
    first, second = (policy.name for policy in shipped.policies if policy.broadcasts_day is not None)
    few = {"Ukrainian offer of 2022", "a private donor with 10 million USD"}
    assert {name for name, messenger in found.items() if messenger == first} == few
    assert {name for name, messenger in found.items() if messenger == second} == set(found) - few
    run.policies = ["no offer", second, "Ukrainian offer of 2022"]
    assert messengers_of(cast("Any", run)) == {}


def test_of_two_messengers_the_one_that_begins_with_the_offer_stands_beside_it() -> None:
    shipped = load("ukraine-2022")
    early = next(policy for policy in shipped.policies if policy.broadcasts_day is not None)
    late = replace(early, name="later", broadcasts_day=36)
    scenario = replace(shipped, policies=(*shipped.policies, late))
    run = SimpleNamespace(scenario=scenario, policies=[policy.name for policy in scenario.policies])
    found = messengers_of(cast("Any", run))
    assert found["Ukrainian offer of 2022"] == early.name
    assert found["a private donor with 10 million USD"] == "later"
