"""What an accepted off-ramp costs to defender and coalition, on given courses of the war and in a run."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offramp.engine import prepare
from offramp.engine.aftermath import aftermath
from offramp.engine.model import DrawResult, medians
from offramp.model.concession import concession_days
from offramp.model.ledger import discount_factor, discount_per_day
from offramp.model.opinion import list_error, poll_error
from offramp.scenario import loads
from tests.engine.test_aftermath import CRISES, DAYS, OFFER, OPINION, PEACE, WORLD, after, flat

EARLY = OFFER.replace("lag_days = 7\nvalid_days = 90", f"valid_days = {DAYS}")
COSTS = """concession_days = 3650
occupied_persons = 2000
defender_cost_usd_per_day = 30
security_usd_per_day = 10
monitoring_usd_per_day = 2
relief_usd_per_day = 5
"""
OWN = ("concession_days", "occupied_person_days", "offramp_cost_usd.")
ACCOUNT = """
[[lever]]
name = "arms"
cost_usd = 1000
"""


def test_a_peace_that_holds_to_the_last_day() -> None:
    """Without a stated length it stands from the day after acceptance: a day for each day by which it is accepted."""
    text, course = CRISES + EARLY + "occupied_persons = 7\n", flat(collapse=0.5)
    found = after(text, course)[1]
    # settled at one hazard and used at another, both constant: 1 - e^{-h d}, in whole days
    rate = -np.log1p(-(found["ending.accepted off-ramp"] + found["nuclear_probability"])) / DAYS
    share = found["ending.accepted off-ramp"] / (
        found["ending.accepted off-ramp"] + found["nuclear_probability"]
    )
    expected = share * -np.expm1(-rate * np.arange(DAYS)).sum()
    assert found["concession_days"] == pytest.approx(float(expected), rel=1e-9)
    assert found["occupied_person_days"] == pytest.approx(7 * found["concession_days"], rel=1e-12)
    # who offers nothing concedes nothing
    assert after(text, course)[0]["concession_days"] == 0.0


def test_costs_by_hand_and_by_perspective() -> None:
    """Each day's chance of acceptance times an annuity that the broken peace ends, for every payer."""
    course = flat(collapse=0.5)
    ledger = "[ledger]\ndiscount_per_year = 0.05\n"
    world = WORLD.replace('"other"', '"other"\nofframp = "ramp"')
    scenario = loads(world + CRISES + EARLY + PEACE + COSTS + ACCOUNT + ledger)
    found = aftermath(scenario, ("nothing", "other"), course, {}, 0.0)
    one = found.outcomes[1]
    accepted = one["ending.accepted off-ramp"] + one["war_renewed"]
    hazard = 0.01 * 1.5
    assert one["concession_days"] == pytest.approx(
        accepted * float(concession_days(3650.0, hazard)), rel=1e-12
    )
    # the same settlement hazard throughout: by day d 1 - e^{-r d}
    firm = aftermath(
        loads(world + CRISES + EARLY + COSTS + ACCOUNT + ledger), ("nothing", "other"), course, {}, 0.0
    ).outcomes[1]
    rate = -np.log1p(-(firm["ending.accepted off-ramp"] + firm["nuclear_probability"])) / DAYS
    by_day = accepted * np.expm1(-rate * np.arange(DAYS + 1)) / np.expm1(-rate * DAYS)
    begins = np.array([discount_factor(0.05, day + 1) for day in range(DAYS)])
    day_usd = float((np.diff(by_day) * begins).sum()) * float(
        concession_days(3650.0, hazard, discount_per_day(0.05))
    )
    assert one["offramp_cost_usd.coalition"] == pytest.approx(17 * day_usd, rel=1e-9)
    assert one["offramp_cost_usd.defender"] == pytest.approx(30 * day_usd, rel=1e-9)
    shares = found.shared[1]
    assert shares == pytest.approx(
        {
            "cost_usd": 17 * day_usd,
            "cost_usd.coalition_budget": 17 * day_usd,
            "cost_usd.coalition_society": 47 * day_usd,
            "cost_usd.everyone": 42 * day_usd,  # relief from sanctions changes hands
        },
        rel=1e-9,
    )
    np.testing.assert_allclose(found.series["cost_usd"][1, [0, -1]], [0.0, 17 * day_usd], rtol=1e-9)
    assert set(found.shared[0].values()) == {0.0}


def test_in_a_run_it_is_part_of_what_the_policy_costs() -> None:
    """Every outcome of a file without these costs is the same to the last bit with them, but for the sums they enter."""
    world = WORLD.replace('"other"', '"other"\nofframp = "ramp"\nlevers = ["arms"]') + ACCOUNT + "[ledger]\n"

    def run(text: str) -> DrawResult:
        return prepare(loads(text), soldiers=500, seed=3).run_draw(0, {}, ("nothing", "other"))

    offer = OFFER.replace("0.2", "0.05")
    without, stated = run(world + CRISES + offer), run(world + CRISES + offer + COSTS)
    np.testing.assert_array_equal(without.paths, stated.paths)
    for one, other in zip(without.outcomes, stated.outcomes, strict=True):
        assert {name for name in other if name not in one} == {name for name in other if name.startswith(OWN)}
        sums = ("cost_usd", "cost_per_net_departure_usd")
        kept = [name for name in one if not name.startswith(sums)]
        assert {name: one[name] for name in kept} == {name: other[name] for name in kept}
    assert stated.outcomes[0]["cost_usd"] == without.outcomes[0]["cost_usd"] == 0.0
    taken = stated.outcomes[1]["offramp_cost_usd.coalition"]
    assert taken > 0.0
    assert stated.outcomes[1]["cost_usd"] == pytest.approx(1000 + taken, rel=1e-12)
    assert stated.series["cost_usd"][1, -1] == pytest.approx(1000 + taken, rel=1e-6)


@settings(max_examples=20, deadline=None)
@given(st.floats(0.0, 1e6), st.integers(1, 10_000), st.floats(0.0, 1.0))
def test_costs_follow_what_is_stated(persons: float, lasts: int, collapse: float) -> None:
    """No cost without acceptance; person-days are persons times days; a longer concession costs no less."""
    course = flat(collapse=collapse)

    def found(days: int) -> dict[str, float]:
        keys = f"concession_days = {days}\noccupied_persons = {persons}\nmonitoring_usd_per_day = 3\n"
        return after(CRISES + OFFER + PEACE + keys, course)[1]

    one, longer = found(lasts), found(2 * lasts)
    accepted = one["ending.accepted off-ramp"] + one["war_renewed"]
    assert (accepted > 0.0) == (one["concession_days"] > 0.0) == (collapse >= 0.2)
    assert one["concession_days"] <= accepted * lasts * (1.0 + 1e-9)
    assert one["occupied_person_days"] == pytest.approx(persons * one["concession_days"], rel=1e-12)
    assert longer["concession_days"] >= one["concession_days"]
    assert longer["offramp_cost_usd.coalition"] >= one["offramp_cost_usd.coalition"]


def test_personal_guarantees_are_worth_to_the_leader_what_they_state() -> None:
    """N8: half a concession and guarantees worth the other half are a full one, in the game and in what they teach."""
    course = flat(collapse=0.5)
    half = CRISES + OFFER + PEACE + "strength_share = 0.5\n"
    full = after(CRISES + OFFER + PEACE, course)
    assert after(half + "guarantee_share = 0.5\n", course) == full
    assert after(half + "guarantee_share = 0.0\n", course) == after(half, course)
    # beside a full concession they add to it
    more = after(CRISES + OFFER + PEACE + "guarantee_share = 0.3\n", course)[1]
    settled = ("ending.accepted off-ramp", "war_renewed")
    assert sum(more[name] for name in settled) > sum(full[1][name] for name in settled)


def test_a_poll_has_the_error_of_its_sample() -> None:
    """O6; without a stated size there is none, and nothing else moves."""
    sized = OPINION.replace(
        "scale = 0.5",
        "scale = 0.5\npoll_respondents = 1600\nlist_respondents = 1500\nlist_control_variance = 0.7",
    )
    plain, found = after(OPINION, flat())[0], after(sized, flat())[0]
    assert {name: found[name] for name in plain} == plain
    assert set(found) - set(plain) == {"poll_error", "list_error", "poll_gap_error"}
    assert found["poll_error"] == poll_error(found["poll"], 1600)
    assert found["list_error"] == list_error(found["list_estimate"], 1500, 0.7)
    assert found["poll_gap_error"] == pytest.approx(np.hypot(found["poll_error"], found["list_error"]))
    alone = after(OPINION.replace("scale = 0.5", "scale = 0.5\npoll_respondents = 1600"), flat())[0]
    assert set(alone) - set(plain) == {"poll_error"}


def test_an_uncertain_cost_is_drawn_as_any_input() -> None:
    text = WORLD + CRISES + OFFER + "monitoring_usd_per_day = { lognormal = [10, 0.5] }\n"
    scenario = loads(text.replace('"other"', '"other"\nofframp = "ramp"'))
    values = medians(scenario)
    (path,) = values
    dear = {path: 2 * values[path]}
    costs = [
        aftermath(scenario, ("nothing", "other"), flat(collapse=0.5), each, 0.0).outcomes[1][
            "offramp_cost_usd.coalition"
        ]
        for each in (values, dear)
    ]
    assert costs[1] == pytest.approx(2 * costs[0], rel=1e-12)
