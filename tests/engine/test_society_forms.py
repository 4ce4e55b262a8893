"""Closed forms of information, trust and support in a run: what its daily state must be, worked out by hand.

A run is stopped at a morning and looked into. Everybody leaves by an offer worth 40 utils within the first moments of the day on
which it can be taken, so that counts are exact. Every form also holds with other modules at their stubs.
"""

from __future__ import annotations

import math

import pytest

from offramp.engine.state import CORDON
from tests.engine.scenes import STUBS, at_once, drawn, finished, group, head, policies, prepared, route, table

WITH_STUBS = pytest.mark.parametrize("stubs", ["", STUBS])
PLAIN = table("[choice]", support_weight=1.0, sentence_days=100.0)


# Information -------------------------------------------------------------------------------------------------


def bass(days: float, p: float, q: float) -> float:
    """The textbook's form, from nobody."""
    gone = math.exp(-(p + q) * days)
    return (1.0 - gone) / (1.0 + q / p * gone)


RADIO = table("[[channel]]", name="radio", kind="broadcast", reach_per_day=0.01)


@WITH_STUBS
def test_t13_who_knows_of_an_offer_takes_it(stubs: str) -> None:
    """Exact, soldier by soldier: by the end of day d all have left whose rank Bass's curve has reached after d days."""
    model = prepared(
        at_once(61, 2000, RADIO + "[information]\nword_of_mouth_per_day = 0.1\n" + PLAIN + stubs), 2000
    )
    left = drawn(model).paths[1, :, 0, model.states.index("accept")]
    rank = model.world(0, {}).population.aware
    for day, share in ((10, 0.154117228), (30, 0.703605017), (60, 0.985236786)):
        assert bass(day, 0.01, 0.1) == pytest.approx(share, abs=1e-9)
        assert left[day + 1] == (rank <= share).sum()
    assert left[1] == 0.0
    assert finished(model).today.aware[0, 0] == pytest.approx(0.985236786, abs=1e-9)


def test_channels_add_up_behind_the_cordon() -> None:
    """Two kinds of channel, a ceiling, a cordon that a crackdown thickens: contacts worked out by hand."""
    channels = (
        table("[[channel]]", name="radio", kind="broadcast", reach_per_day=0.02, intensity=0.5, cordon_sensitivity=2.0)
        + table("[[channel]]", name="kin", kind="personal", reach_per_day=0.03, cordon_sensitivity=0.5)
        + table("[[channel]]", name="deaf", kind="personal", reach_per_day=9.0, groups=["others"])
        + table("[[channel]]", name="news", kind="personal", reach_per_day=0.04, programmes=[])
        + table("[information]", broadcast_multiplier=3.0, personal_multiplier=0.5, reach_ceiling_per_day=0.05, cordon=0.2,
                outside_awareness_share=0.1)
        + table("[regime]", crackdown=0.5, cordon_increase=1.0) + group("others", size=5)
    )  # fmt: skip
    named = table("[[policy]]", name="all", programmes=["p"], channels=["radio", "kin", "deaf", "news"])
    run = finished(prepared(at_once(11, 50, channels + named), 55), "all")
    told = 0.02 * 0.5 * 3.0 * math.exp(-2.0 * 0.7) + 0.03 * 0.5 * math.exp(-0.5 * 0.7)
    external = 0.05 * (1.0 - math.exp(-told / 0.05))
    assert run.today.aware[0, 0] == pytest.approx(1.0 - math.exp(-10 * external), rel=1e-12)
    heard = 0.05 * (1.0 - math.exp(-(told + 0.02) / 0.05))
    assert run.memory.outside[0] == pytest.approx(1.0 - 0.9 * math.exp(-10 * heard), rel=1e-12)
    assert run.today.level[CORDON] == 0.7


@WITH_STUBS
@pytest.mark.parametrize("bias", [0.0, 0.4])
def test_t39_belief_lags_behind_the_danger(bias: float, stubs: str) -> None:
    """The danger doubles on day 30: sixty days later the belief stands at 1 - e^(-1.2) / 2 of its target."""
    doubles = '{ points = [[2022-02-24, 0.001], [2022-03-26, 0.002]], interpolation = "step" }'
    people = {"casualty_per_day": doubles, "information_bias_share": bias}
    lag = table("[choice]", optimism=0.6, belief_rate_per_day=0.02, support_weight=1.0, sentence_days=9.0)
    news = table("[information]", outside_awareness_share=0.5)
    model = prepared(at_once(91, 20, lag + news + stubs, people, awareness_share=0.0), 20)
    target = 0.6 * 0.002 * (1.0 - bias * 0.5)
    assert finished(model).scratch.perceived[0] / target == pytest.approx(0.849403, abs=1e-6)
    first = prepared(at_once(1, 20, lag + news + stubs, people, awareness_share=0.0), 20)
    assert finished(first).scratch.perceived[0] == pytest.approx(target / 2, rel=1e-12)


# Trust -------------------------------------------------------------------------------------------------------


@WITH_STUBS
@pytest.mark.parametrize(
    ("admitted", "trust", "offer", "expected"),
    [
        (10, {}, {}, 0.6),
        (12, {}, {"default_share": 1 / 6}, 12 / 22),
        (12, {}, {"default_share": 1 / 12, "refoulement_share": 1 / 12}, 12 / 22),
        (12, {"loss_weight": 3.0}, {"default_share": 1 / 6}, 12 / 26),
        (10, {"publicised_share": 0.5}, {}, 7 / 15),
        (10, {"seen_share": 0.5}, {}, 7 / 15),
        (10, {"counter_messages_per_day": 2.0}, {}, 12 / 20),  # no propaganda, no word against the offer
        (10, {"publicised_share": 0.0}, {"testimony": "mandatory"}, (2 + 6.41853886) / (10 + 6.41853886)),
        (10, {"publicised_share": 0.0}, {"testimony": "none"}, 0.2),
        (10, {}, {"trust_mean": 0.5, "trust_weight": 30.0}, 25 / 40),
    ],
)  # fmt: skip
def test_t14_trust_after_cases(
    admitted: int, trust: dict[str, float], offer: dict[str, object], expected: float, stubs: str
) -> None:
    """Everybody leaves on day 0; trust on the morning of day 1 is a Beta law's mean after so many cases."""
    law = {"mean": 0.2, "weight": 10.0, "video_sincere_probability": 0.6, "video_insincere_probability": 0.15,
           "discovery_probability": 0.7}  # fmt: skip
    run = finished(
        prepared(at_once(2, admitted, table("[trust]", **(law | trust)) + PLAIN + stubs, **offer), admitted)
    )
    assert run.outcome.admitted[0] == admitted
    assert run.today.trust[0] == pytest.approx(expected, abs=1e-8)


def test_counter_messages_and_credibility() -> None:
    """Propaganda of the crackdown weakens trust every day; what is heard counts by the credibility of who tells."""
    more = (
        table("[trust]", mean=0.2, weight=10.0, counter_messages_per_day=0.5)
        + table("[regime]", crackdown=0.5, propaganda_share=0.4, propaganda_increase=0.2)
        + table("[[channel]]", name="radio", kind="broadcast", reach_per_day=30.0, credibility=0.2)
        + table("[[channel]]", name="kin", kind="personal", reach_per_day=10.0, credibility=0.6)
    )  # fmt: skip
    run = finished(prepared(at_once(4, 10, more), 10))  # heard of on day 0, taken on day 1, known on day 2
    assert run.outcome.admitted[0] == 10.0
    assert run.today.trust[0] == pytest.approx((2 + 10 * 0.3) / (10 + 10 * 0.3 + 3 * 0.5 * 0.5), rel=1e-12)


@pytest.mark.parametrize(("sensitivity", "crackdown"), [(0.8, 0.0), (0.8, 0.5), (0.0, 0.5)])
def test_i3_cases_reach_people_through_the_cordon(sensitivity: float, crackdown: float) -> None:
    """Kept and broken promises and videos of day 0 weigh what of them passes; the regime's own messages weigh what they did."""
    more = (
        table("[trust]", mean=0.2, weight=10.0, loss_weight=3.0, publicised_share=0.5, counter_messages_per_day=0.25,
              video_sincere_probability=0.6, video_insincere_probability=0.15)
        + table("[information]", testimony_cordon_sensitivity=sensitivity, cordon=0.3)
        + table("[regime]", crackdown=crackdown, cordon_increase=2.0, propaganda_share=0.4)
    )  # fmt: skip
    offer = {"awareness_share": 1.0, "default_share": 1 / 6, "testimony": "mandatory"}
    run = finished(prepared(at_once(2, 12, PLAIN + more, **offer), 12))
    assert (run.outcome.admitted[0], run.outcome.videos[0]) == (12.0, 12.0)
    passed = math.exp(-sensitivity * (0.3 + 2.0 * crackdown))
    good = 2.0 + passed * (math.log(4.0) * 12.0 + 0.5 * 10.0)
    bad = 8.0 + passed * 3.0 * 2.0 + 0.25 * 0.4
    assert run.today.trust[0] == pytest.approx(good / (good + bad), rel=1e-12)


# Support and grievance ---------------------------------------------------------------------------------------


def test_i6_support_follows_its_drivers() -> None:
    """Videos of day 0, propaganda, an offer that is known, sanctions from day 0: three steps by hand."""
    more = (
        table("[choice]", support_weight=2.0)
        + table("[support]", rate_per_day=0.1, testimony_effect=0.4, testimony_half_videos=30.0, propaganda_effect=0.3,
                backlash_effect=0.05, collateral_effect=0.2)
        + table("[information]", testimony_decay_per_day=0.25, testimony_cordon_sensitivity=0.5, cordon=0.3)
        + table("[regime]", crackdown=0.5, propaganda_share=0.4, propaganda_increase=0.2)
        + table("[[lever]]", name="ban", end="2022-02-25", collateral_share=0.5)
        + table("[[policy]]", name="both", programmes=["p"], levers=["ban"])
    )  # fmt: skip
    text = at_once(
        4,
        10,
        more,
        {"support": 0.1, "testimony_weight": 2.0},
        awareness_share=1.0,
        testimony="mandatory",
        start="2022-02-25",
    )
    run = finished(prepared(text, 10), "both")
    shift = 0.0
    # mornings of days 1 to 3: the offer is there from day 1, its ten videos are seen from day 2; two days of sanctions
    for videos, known, banned in ((0.0, 0.0, 1.0), (20.0, 1.0, 1.0), (20.0 * math.exp(-0.25), 1.0, 0.0)):
        seen = math.exp(-0.5 * 0.3) * videos / (30.0 + videos)
        target = -0.4 * seen + 0.3 * 0.1 + 0.05 * known + 0.2 * 0.5 * banned
        shift += (1.0 - math.exp(-0.1)) * (target - shift)
    assert run.outcome.videos[0] == 10.0
    assert run.today.shift[0] == pytest.approx(shift, rel=1e-12)


@pytest.mark.parametrize("effect", [1.5, 9.0])
def test_i6_known_losses_cost_support_down_to_its_floor(effect: float) -> None:
    """Half or so are killed on day 0; seven tenths of it are heard of. Support is drawn no lower than -1, whatever the effect."""
    text = (
        head(4) + group("a", size=1000, support=0.3, information_bias_share=0.4)
        + route("run", window_per_day=24.0, utility=40.0, killed_probability=0.5)
        + table("[choice]", support_weight=0.0) + table("[support]", rate_per_day=0.1, losses_effect=effect)
        + table("[information]", outside_awareness_share=0.25)
        + table("[[channel]]", name="silent", kind="broadcast", reach_per_day=0.0) + policies(none=[])
    )  # fmt: skip
    model = prepared(text, 1000)
    killed = float(drawn(model).paths[0, 1, 0, model.states.index("killed")]) / 1000.0
    assert 0.4 < killed < 0.6
    target = max(-1.0, 0.3 - effect * killed * 0.7) - 0.3
    assert (target == -1.3) == (effect > 2.0)
    shift = finished(model, "none").today.shift[0]
    assert shift == pytest.approx((1.0 - math.exp(-0.1 * 3)) * target, rel=1e-12)


def test_testimony_spreads_the_word_of_every_offer() -> None:
    """Videos of day 1 for one offer, which the radio tells of, are the only word of another: heard of from the fourth morning."""
    text = (
        head(7) + group("a", size=200) + group("b", size=200) + PLAIN
        + route("accept", window_per_day=24.0, utility=40.0, needs_programme=True)
        + "".join(table("[[programme]]", name=name, route="accept", testimony="mandatory", groups=[who])
                  for name, who in (("p", "a"), ("q", "b")))
        + table("[[channel]]", name="radio", kind="broadcast", reach_per_day=40.0, programmes=["p"], groups=["a"])
        + table("[[channel]]", name="unused", kind="broadcast", reach_per_day=1.0, programmes=["q"])
        + table("[information]", testimony_reach_per_day=1e-6, testimony_multiplier=2.0, testimony_decay_per_day=0.25,
                testimony_cordon_sensitivity=0.5, cordon=0.3)
        + policies(none=[]) + table("[[policy]]", name="both", programmes=["p", "q"], channels=["radio"])
    )  # fmt: skip
    run = finished(prepared(text, 400), "both")
    heard, stock = 0.0, 0.0
    for morning in range(2, 7):
        heard += 2.0 * 1e-6 * math.exp(-0.5 * 0.3) * stock
        stock = stock * math.exp(-0.25) + (200.0 if morning == 2 else 0.0)
    assert run.outcome.admitted.tolist() == [
        200.0,
        0.0,
    ]  # nobody has a rank as low as yet, whose own video would add to it
    assert run.today.aware[1, 1] == pytest.approx(-math.expm1(-heard), rel=1e-12)


R1 = {
    "crackdown_start": 0.2,
    "gain_per_week": 0.15,
    "decay_per_week": 0.25,
    "tolerance_per_day": 20.0,
    "detected_share": 0.4,
}


@pytest.mark.parametrize("ceiling", [1.0, 0.3])
def test_r1_the_regime_answers_what_it_sees_once_a_week(ceiling: float) -> None:
    """All try on day 0: of departures it learns of two in five, of those it catches it knows; then it calms down."""
    text = (
        head(22) + group("a", size=2000) + route("run", window_per_day=24.0, utility=40.0, caught_probability=0.3)
        + table("[regime]", **R1, ceiling_share=ceiling) + policies(none=[])
    )  # fmt: skip
    model = prepared(text, 2000)
    found = drawn(model).outcomes[0]
    seen = (0.4 * found["departures"] + found["caught"]) / 7.0
    assert found["departures"] + found["caught"] == 2000.0
    expected = [0.2] * 7
    for week, a_day in ((1, seen), (2, 0.0), (3, 0.0)):
        risen = expected[-1] * 0.75 + 0.15 * math.log1p(a_day / 20.0)
        expected += [min(ceiling, risen)] * (7 if week < 3 else 1)
    assert (max(expected) == ceiling) == (ceiling == 0.3)
    assert finished(model, "none").outcome.crackdown == pytest.approx(expected, rel=1e-12)


def test_r4_grievance_after_arrests() -> None:
    """All of 2,000 try on day 0, are caught or killed for certain in shares; the force of 1,000 beside them is not theirs."""
    text = (
        head(4) + group("a", size=2000, backfire_factor=2.0) + group("b", size=1000)
        + route("run", window_per_day=0.05, utility=40.0, caught_probability=0.5, killed_probability=0.25, groups=["a"])
        + route("idle", window_per_day=0.0, utility=0.0, groups=["b"]) + table("[choice]", grievance_weight=0.0)
        + table("[regime]", crackdown=0.0, grievance_per_thousand=0.01, grievance_decay_per_day=0.3) + policies(none=[])
    )  # fmt: skip
    run = finished(prepared(text, 3000), "none")
    model = prepared(text, 3000)
    paths = drawn(model).paths[0, :, 0]
    gone = paths[:, [model.states.index("imprisoned"), model.states.index("killed")]].sum(axis=1)
    grievance = 0.0
    for day in (1, 2, 3):
        events, left = gone[day] - gone[day - 1], paths[day, model.states.index("serving")]
        grievance = grievance * math.exp(-0.3) + 0.01 * 2.0 * 1000.0 * events / left
    assert grievance > 0.0
    assert run.today.grievance.tolist() == pytest.approx([grievance, 0.0], rel=1e-6)
