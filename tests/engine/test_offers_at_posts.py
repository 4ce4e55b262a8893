"""Offers at posts: how far a promise is believed there, what is counted and who pays."""

from __future__ import annotations

import math

import pytest

from offramp.engine.outcomes import against
from offramp.model.offers import belief
from tests.engine.test_posts import DAYS, DIPLOMATS, FRONT, run

OFFERED = """
[[programme]]
name = "refuge"
route = "resign"
trust = 0.8
legal_status = "asylum"
testimony = "mandatory"
guarantor = "alliance"
cash_usd = 1000
guarantor_win_loss = 0.9
guarantor_settlement_loss = 0.5
[ledger]
discount_per_year = 0.0
[[policy]]
name = "none"
[[policy]]
name = "refuge"
programmes = ["refuge"]
"""


def offered(more: str = "") -> str:
    front = FRONT.replace("[choice]", "[choice]\nasylum_utility = 3.0", 1).replace("money_weight = 1.0\n", "")
    front = front.replace("win_probability = 0.4", "win_probability = 0.4\nsettlement_share = 0.25", 1)
    return (front + DIPLOMATS + OFFERED).replace("cash_usd = 1000\n", f"cash_usd = 1000\n{more}", 1)


def test_a_promise_at_a_post_hangs_on_how_the_war_ends() -> None:
    """D5 at a post: the chance of victory and what a settlement takes weigh as at the front; 5.33 standard errors, 1e-7. The
    stakes are such that a promise that heeds either of them not at all lies more than twice as far away."""
    text = (
        offered()
        .replace("asylum_utility = 3.0", "asylum_utility = 8.0")
        .replace("distaste = 1.0", "distaste = 4.0")
    )
    text = text.replace("settlement_share = 0.25", "settlement_share = 0.75")
    found = run(text).outcomes[1]
    tried = found["resigned"] + found["resignations_failed"]
    stay = math.exp(-0.5) * 0.6 - (1.0 - math.exp(-0.5)) * 2.0 - 1.0 + 0.2

    def leave(win: float, settlement: float) -> float:
        gain = 8.0 * belief(0.8, 0.9, win, 0.0, 0.5, settlement)
        worth = math.exp(-4.0 + 0.9 * gain)  # after arrest; the offer is better than the way without it
        return 1.0 - math.exp(-0.02 * worth / (worth + math.exp(stay)) * DAYS)

    share = leave(0.4, 0.75)
    margin = 5.33 * math.sqrt(share * (1 - share) / 8000)
    assert min(leave(0.0, 0.75), leave(0.4, 0.0)) - share > 2.0 * margin
    assert abs(tried / 8000 - share) < margin


def test_who_speaks_on_video_at_a_post_is_counted() -> None:
    """Exact: everybody admitted speaks, and each costs a thousand dollars."""
    none, found = run(offered()).outcomes
    assert none["videos"] == 0.0 < found["videos"] == found["cost_usd"] / 1000 == found["resigned"]


def test_who_talks_anyway_is_paid_once() -> None:
    """Exact: a hundred days at two dollars, though the channel tells of an offer at a post, and though it is not made."""
    talk = '[[channel]]\nname = "diaspora"\nkind = "personal"\nreach_per_day = 0\ncost_usd_per_day = 2\nprogrammes = ["refuge"]\n'
    text = offered().replace("[[policy]]", f"{talk}[[policy]]", 1)
    text = text.replace('name = "none"', 'name = "none"\nchannels = ["diaspora"]')
    none, found = run(text, 10_000).outcomes
    assert none["cost_usd"] == found["cost_usd"] == 200.0


FRONTS_OFFER = """[[programme]]
name = "gate"
route = "desert"
trust = 0.5
cash_usd = 10
"""


@pytest.mark.parametrize("front", ["", 'guarantor = "defender"\n'])
@pytest.mark.parametrize("post", ["", 'guarantor = "alliance"\n'])
def test_payers_add_up_or_have_no_names(front: str, post: str) -> None:
    """Exact: all offers name who stands behind them, at posts and at the front, or nobody is told to pay."""
    text = offered().replace('guarantor = "alliance"\n', post)
    text = text.replace('programmes = ["refuge"]', 'programmes = ["refuge", "gate"]')
    text = text.replace("[[policy]]", f"{FRONTS_OFFER}{front}[[policy]]", 1)
    for found in run(text, 10_000).outcomes:
        paid = [value for name, value in found.items() if name.startswith("paid_usd.")]
        assert bool(paid) == bool(front and post)
        if paid:
            assert sum(paid) == pytest.approx(found["cost_usd"])


POLICE = '[regime]\ngain_per_week = 0.05\ntolerance_per_day = 1\nenforcers = ["diplomats"]\nenforcement_exponent = '


@pytest.mark.parametrize("exponent", [None, 0, 1])
def test_what_is_spent_at_posts_buys_no_departure(exponent: int | None) -> None:
    """Exact: the price of a departure from the force leaves it out, but for offers to those who carry the crackdown out, where
    that falls when they leave."""
    text = offered().replace('programmes = ["refuge"]', 'programmes = ["refuge", "gate"]')
    text = text.replace("[[policy]]", f"{FRONTS_OFFER}[[policy]]", 1).replace('guarantor = "alliance"\n', "")
    if exponent is not None:
        text += f"{POLICE}{exponent}\n"
    alone = run(text.replace('["refuge", "gate"]', '["gate"]'), 10_000).outcomes[1]
    none, both = run(text, 10_000).outcomes
    assert none["posts_cost_usd"] == alone["posts_cost_usd"] == 0.0
    assert both["departures_cost_usd"] == pytest.approx(both["cost_usd"] - both["posts_cost_usd"])
    if exponent:
        assert both["posts_cost_usd"] == 0.0
    else:
        assert both["departures"] == alone["departures"]
        assert both["posts_cost_usd"] > 0.0
        assert both["posts_cost_usd"] == pytest.approx(both["cost_usd"] - alone["cost_usd"])
    paid = {
        "departures": 3.0,
        "killed": 0.0,
        "cost_usd": 40.0,
        "emigrants_cost_usd": 4.0,
        "posts_cost_usd": 6.0,
    }
    before = {
        "departures": 1.0,
        "killed": 0.0,
        "cost_usd": 0.0,
        "emigrants_cost_usd": 0.0,
        "posts_cost_usd": 0.0,
    }
    found = against(before, paid, offers=True)
    assert found["cost_per_net_departure_usd"] == 15.0
    assert found["departures_cost_usd"] == 30.0


TALK = '[[channel]]\nname = "talk"\nkind = "personal"\nreach_per_day = 0.05\n'
HERALD = '[[channel]]\nname = "herald"\nkind = "broadcast"\nreach_per_day = 0.01\ncost_usd_per_day = 2\n'


@pytest.mark.parametrize("more", ["", "broadcasts_from = 2022-02-24\n"])
@pytest.mark.parametrize("told", ['["refuge"]', '["refuge", "gate"]', '["gate"]'])
def test_a_broadcast_of_offers_at_posts_alone_buys_no_departure(told: str, more: str) -> None:
    """Exact: a hundred days at two dollars are aside where they tell of offers aside alone, to nobody of the force."""
    text = offered().replace(
        'programmes = ["refuge"]', f'programmes = ["refuge", "gate"]\nchannels = ["herald", "talk"]\n{more}'
    )
    text = text.replace("[[policy]]", f"{FRONTS_OFFER}{TALK}{HERALD}programmes = {told}\n[[policy]]", 1)
    text = text.replace('guarantor = "alliance"\n', "")
    silent = text.replace("cost_usd_per_day = 2", "cost_usd_per_day = 0")
    heard, free = run(text, 10_000).outcomes[1], run(silent, 10_000).outcomes[1]
    assert heard["cost_usd"] == pytest.approx(free["cost_usd"] + 2 * DAYS)
    aside = told == '["refuge"]' and not more
    assert heard["posts_cost_usd"] - free["posts_cost_usd"] == pytest.approx(2 * DAYS if aside else 0.0)
    assert free["posts_cost_usd"] > 0.0
