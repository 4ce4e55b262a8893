"""Whom an offer brings out, gross and net, and who would have left without it: against the closed form of two doors."""

from __future__ import annotations

import math

import numpy as np

from tests.engine.scenes import Z, drawn, group, head, policies, prepared, programme, route, table

DAYS, SIZE, DRAWS = 60, 4000, 20
DESERT, ACCEPT = (0.03, 0.5), (0.05, 1.0)  # windows per day and utility of each door


def doors(*more: str, influence: float = 0.0) -> str:
    return (
        head(DAYS, 10) + group(size=SIZE, influence=influence)
        + route("desert", window_per_day=DESERT[0], utility=DESERT[1])
        + route("accept", window_per_day=ACCEPT[0], utility=ACCEPT[1], needs_programme=True)
        + programme("p", route="accept") + "".join(more) + policies(none=[], offer=["p"])
    )  # fmt: skip


def test_two_doors_in_closed_form() -> None:
    """A second door takes some who would have left by the first: competing risks with and without it."""
    desert, accept = math.exp(DESERT[1]), math.exp(ACCEPT[1])
    alone = DESERT[0] * desert / (1.0 + desert)
    beside, offered = (w * v / (1.0 + desert + accept) for w, v in ((DESERT[0], desert), (ACCEPT[0], accept)))
    both = beside + offered
    gone, before = (SIZE * -math.expm1(-hazard * DAYS) for hazard in (both, alone))
    expected = {
        "departures_gross": gone * offered / both,
        "departures_net": gone - before,
        "departures_displaced": gone * offered / both - (gone - before),
    }
    assert expected["departures_displaced"] > 0.4 * expected["departures_gross"]
    model = prepared(doors(), SIZE)
    found = [drawn(model, draw).outcomes for draw in range(DRAWS)]
    for key, value in expected.items():
        sample = np.array([offer[key] for _, offer in found])
        assert abs(sample.mean() - value) < Z * sample.std(ddof=1) / math.sqrt(DRAWS), key
    for none, offer in found:
        assert offer["departures_gross"] == offer["admitted"] == offer["departures.accept"]
        assert offer["departures_displaced"] == none["departures.desert"] - offer["departures.desert"]
        assert none["departures_gross"] == none["departures_net"] == 0.0
        assert math.isnan(none["departures_displaced"])  # no offer displaces nobody


def test_who_follows_is_not_displaced() -> None:
    """Comrades who leave by the old door, once the new one has closed behind others, make more net than gross."""
    text = doors(influence=12.0).replace(f"utility = {DESERT[1]}", "utility = -6.0")
    text = text.replace('route = "accept"', 'route = "accept"\nend = 2022-03-02')
    none, offer = drawn(prepared(text, SIZE)).outcomes
    assert offer["departures.desert"] > none["departures.desert"]
    assert offer["departures_displaced"] < 0.0
    assert offer["departures_net"] > offer["departures_gross"]


def test_a_better_offer_is_charged_with_its_own_only() -> None:
    """Where the reference makes an offer itself, those whom it would have admitted are displaced by none of the rest."""
    text = doors(programme("q", route="accept", safety_share=1.0)) + policies(richer=["p", "q"])
    text = text.replace("[[group]]", table("[choice]", safety_utility=0.5) + "[[group]]", 1)
    text = text.replace(table("[[policy]]", name="none", programmes=[]), "")
    reference, other = drawn(prepared(text, SIZE)).outcomes
    assert reference["departures_gross"] > 0.0 == reference["departures_displaced"]
    extra = other["departures_gross"] - reference["departures_gross"]
    assert other["departures_displaced"] == extra - other["departures_net"] > 0.0


def test_men_at_home_are_no_departures_of_the_force() -> None:
    """An offer that is open to men at home admits them; gross counts those of the force, as net does."""
    text = doors(group("men", size=SIZE, place="home"))
    none, offer = drawn(prepared(text, 2 * SIZE)).outcomes
    assert offer["admitted"] > offer["departures_gross"] == offer["departures.accept"]
    assert offer["departures_displaced"] == none["departures.desert"] - offer["departures.desert"]


def test_who_offers_nothing_displaces_nobody() -> None:
    """News alone moves departures; that is no displacement, and no number stands for it."""
    text = doors(group("men", size=SIZE, place="home")) + programme("q", route="accept", groups=["men"])
    text += policies(news=[], abroad=["q"])
    for result in drawn(prepared(text, 2 * SIZE)).outcomes[-2:]:
        assert result["departures_gross"] == 0.0
        assert math.isnan(result["departures_displaced"])


def test_without_programmes_there_is_nothing_to_displace() -> None:
    text = head(5) + group(size=50) + route("desert", window_per_day=0.1, utility=0.0)
    assert not {"departures_gross", "departures_displaced"} & set(drawn(prepared(text, 50)).outcomes[0])
