"""After an off-ramp: the peace that may break, on given courses of the war."""

from __future__ import annotations

import pytest

from offramp.engine.aftermath import aftermath
from offramp.scenario import loads
from tests.engine.test_aftermath import CRISES, LEADER, OFFER, PEACE, WORLD, after, flat


def test_a_concession_and_rearmament_bring_the_next_war_nearer() -> None:
    """N7: what the off-ramp ended is renewed the sooner the more was conceded, and by the side that gained strength."""
    course = flat(collapse=0.5)

    def found(keys: str) -> dict[str, float]:
        text = CRISES.replace("1e-3", "1e-2") + OFFER + keys
        return after(text, course)[1]

    def rearmed(invader: float, defender: float) -> str:
        return PEACE + f"rearm_invader_share = {invader}\nrearm_defender_share = {defender}\n"

    firm, again, dear = found(""), found(PEACE.replace("1.5", "1")), found(PEACE)
    assert "war_renewed" not in firm
    assert 0.0 < again["war_renewed"] < dear["war_renewed"]
    assert firm["nuclear_probability"] < again["nuclear_probability"] < dear["nuclear_probability"]
    assert firm["war_days_expected"] < dear["war_days_expected"]
    # it is the off-ramp's doing, and what else may happen is untouched
    assert dear["nuclear_change"] == dear["nuclear_change.off-ramp"]
    assert dear["ending.withdrawal"] == firm["ending.withdrawal"]
    assert dear["ending.accepted off-ramp"] == pytest.approx(
        firm["ending.accepted off-ramp"] - dear["war_renewed"], abs=1e-12
    )
    # a small concession teaches little: 1.5^o
    small = found(PEACE + "strength_share = 0.0\n")["war_renewed"]
    none = found(PEACE.replace("1.5", "1") + "strength_share = 0.0\n")["war_renewed"]
    assert small == none
    # without an elasticity of victory rearmament is refused; with one, who gains more decides the sign
    world = WORLD.replace("win_probability = 0.4", "win_probability = 0.4\nstrength_elasticity = 2.0")
    both = [
        aftermath(
            loads(world.replace('"other"', '"other"\nofframp = "ramp"') + CRISES + OFFER + rearmed(*shares)),
            ("nothing", "other"), course, {}, 0.0,
        ).outcomes[1]["war_renewed"]
        for shares in ((0.2, 0.4), (0.3, 0.3), (0.4, 0.2))
    ]  # fmt: skip
    assert both == sorted(both)
    assert len(set(both)) == 3


def test_a_peace_that_always_holds_is_the_earlier_answer() -> None:
    course = flat(collapse=0.5)
    kept = OFFER + "renewal_hazard_per_day = 0.0\nmoral_hazard_factor = 3.0\n"
    assert after(CRISES + LEADER + kept, course) == after(CRISES + LEADER + OFFER, course)
