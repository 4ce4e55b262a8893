"""What follows from a run: closed forms on given courses of the war, signs, sums, and that an absent table does nothing."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offramp.engine import prepare
from offramp.engine.aftermath import Course, aftermath, surprises
from offramp.engine.model import medians
from offramp.errors import OfframpError
from offramp.model import dissent_equilibrium, leader_mortality
from offramp.model.opinion import Public, Stakes, poll
from offramp.scenario import loads
from offramp.scenario.tables import Scenario

DAYS = 120
WORLD = f"""
title = "A test"
start = 2022-02-24
days = {DAYS}
[[group]]
name = "soldiers"
[[route]]
name = "desert"
window_per_day = 0.01
utility = -1.0
[force]
persons = 1000
initial_shares = {{ "soldiers" = 1.0 }}
[war]
win_probability = 0.4
collapse_b0 = -2
collapse_b2 = 5
[[policy]]
name = "nothing"
[[policy]]
name = "other"
"""
CRISES = """
[escalation]
precision = 0.5
reference_hazard_per_day = 1e-3
reference_collapse_probability = 0.25
"""
LEADER = """
[leadership]
removal_hazard_per_day = 1e-3
end_probability = 0.6
end_within_days = 180
"""
OFFER = """
[[offramp]]
name = "ramp"
threshold_probability = 0.2
lag_days = 7
valid_days = 90
"""
PEACE = "renewal_hazard_per_day = 0.01\nmoral_hazard_factor = 1.5\n"


def flat(policies: int = 2, collapse: float = 0.25, win: float = 0.4) -> Course:
    """A war in which no day differs from another."""
    day = np.ones((policies, DAYS))
    nobody = np.zeros((policies, DAYS))
    return Course(
        collapse * day,
        nobody,
        win * day,
        nobody,
        nobody,
        nobody[..., None],
        nobody,
        nobody,
        np.full(policies, -1),
    )


def after(text: str, course: Course, error: float = 0.0) -> tuple[dict[str, float], ...]:
    """The aftermath in the world above with further tables; with crises, the invader may win too."""
    world = WORLD
    if "[escalation]" in text:
        world = world.replace(
            "collapse_b2 = 5", "collapse_b2 = 5\nvictory_probability = 0.9\nvictory_days = 20"
        )
    if "[[offramp]]" in text:
        world = world.replace('"other"', '"other"\nofframp = "ramp"')
    scenario = loads(world + text)
    return aftermath(scenario, ("nothing", "other"), course, medians(scenario), error).outcomes


def chances(result: dict[str, float]) -> float:
    """All endings and nuclear use."""
    return sum(v for k, v in result.items() if k.startswith("ending.")) + result.get(
        "nuclear_probability", 0.0
    )


def test_crises_at_a_constant_hazard() -> None:
    """At the reference state the hazard of use is the one stated, and the war ends at the sum of the hazards."""
    found = after(CRISES, flat())[0]
    going, used = found["ending.war goes on"], found["nuclear_probability"]
    total = -math.log(going) / DAYS
    assert used == pytest.approx(1e-3 / total * (1.0 - going), rel=1e-10)
    assert found["ending.withdrawal"] == pytest.approx((total - 1e-3) / total * (1.0 - going), rel=1e-10)
    left = [math.exp(-total * day) for day in range(DAYS)]
    assert found["war_days_expected"] == pytest.approx(sum(left), rel=1e-10)


def test_a_removal_and_a_successor_are_two_waiting_times() -> None:
    found = after(LEADER, flat())[0]
    lost, stop = 1e-3, -math.log(0.4) / 180
    both = (stop * math.exp(-lost * DAYS) - lost * math.exp(-stop * DAYS)) / (stop - lost)
    assert found["ending.removal"] == pytest.approx(1.0 - both, rel=1e-9)
    assert found["ending.natural death"] == 0.0
    assert "nuclear_probability" not in found


def test_natural_death_follows_gompertz() -> None:
    text = "[leadership]\nage_years = 69.38\nmortality_at_70_per_year = 3\nmortality_growth_per_year = 0.09\n"
    text += "end_probability = 1.0\nend_within_days = 0.01\n"  # whoever follows ends it at once
    passed = float(leader_mortality(69.38, DAYS, at_70_per_year=3.0, growth_per_year=0.09))
    assert after(text, flat())[0]["ending.natural death"] == pytest.approx(-math.expm1(-passed), rel=1e-4)


@pytest.mark.parametrize(
    ("terms", "changed", "factor"),
    [
        ("war_weight = 2", {"win": 0.9}, math.exp(2 * (0.1 - 0.6))),
        ("exits_weight = 5", {"left_share": 0.2}, math.exp(5 * 0.2)),
        ("decay_weight = 1\ndecay_start = 0.5", {}, 1.0),
    ],
)
def test_the_hazard_of_removal_moves_as_stated(terms: str, changed: dict[str, float], factor: float) -> None:
    """The first day's hazard of the second policy over the first's, from the chance that it ends the war at once."""
    course = flat()
    for name, value in changed.items():
        path = getattr(course, name).copy()
        path[1] = value
        course = course._replace(**{name: path})
    quick = LEADER.replace("180", "0.001").replace("1e-3", "1e-6") + terms
    first, second = (found["ending.removal"] for found in after(quick, course))
    assert second / first == pytest.approx(factor, rel=2e-3)


def test_exits_of_those_with_rank_bring_disarray() -> None:
    text = WORLD.replace('name = "soldiers"', 'name = "soldiers"\nrank_weight = 2.0') + LEADER
    scenario = loads(text + "disarray_weight = 1\ndisarray_per_exit = 0.01\ndisarray_memory_days = 60\n")
    course = flat()
    exits = course.exits.copy()
    exits[1, 0] = 50.0  # 50 persons of rank 2 on the first day: one unit of disarray
    first, second = aftermath(scenario, ("nothing", "other"), course._replace(exits=exits), {}, 0.0).outcomes
    assert 1.05 < second["ending.removal"] / first["ending.removal"] < math.e


@pytest.mark.parametrize("removal", ["0", "3e-5"])
def test_weights_beyond_all_sense_leave_chances_that_are_chances(removal: str) -> None:
    text = LEADER.replace("1e-3", removal) + "decay_weight = 1e15\ndecay_start = 1e15\n"
    for result in after(text, flat()):
        assert all(math.isfinite(value) for value in result.values())
        assert abs(chances(result) - 1.0) < 1e-9
        assert (result["ending.removal"] == 0.0) == (removal == "0")


def test_an_earlier_end_can_outweigh_a_higher_hazard() -> None:
    """T33: more hazard a day, but a war that is over sooner: the risk falls, and the parts say why."""
    course = flat()
    collapse = course.collapse.copy()
    collapse[1] = 0.35
    found = after(CRISES, course._replace(collapse=collapse, collapse_day=np.array([-1, 30])))[1]
    assert found["nuclear_change.collapse"] > 0 > found["nuclear_change.war length"]
    assert found["nuclear_change"] < 0
    assert found["ending.front collapse"] > 0.5
    assert found["ending.war goes on"] == 0.0


def test_the_alarm_at_departures_decides_the_sign() -> None:
    """The same risk of collapse, in one policy by departures: more or less use as exits alarm more or less than battle."""
    course = flat()
    by_exits = course.exit_share.copy()
    by_exits[1] = 1.0
    for weight, sign in ((0.2, -1.0), (1.0, 0.0), (1.4, 1.0)):
        found = after(CRISES + f"exit_weight = {weight}\n", course._replace(exit_share=by_exits))[1]
        assert np.sign(found["nuclear_change"]) == sign


def test_an_off_ramp_opens_by_its_rule_and_is_told_apart() -> None:
    course = flat()
    collapse = np.tile(np.where(np.arange(DAYS) < 50, 0.05, 0.5), (2, 1))
    none, ramp = after(CRISES + OFFER, course._replace(collapse=collapse))
    assert none["ending.accepted off-ramp"] == 0.0 < ramp["ending.accepted off-ramp"]
    assert ramp["nuclear_change"] == ramp["nuclear_change.off-ramp"] < 0.0
    assert ramp["nuclear_change.collapse"] == 0.0
    # never reached, by the estimate or in truth: nothing differs
    wary = after(CRISES + OFFER + "estimate_error_log_odds = 1.0\n", course._replace(collapse=collapse), -5.0)
    assert wary[1] == wary[0]


def test_a_surprise_of_dissent_shakes_the_top() -> None:
    """The sanction on dissent falls on the first day of week 5: never forgotten, it is that rise times its weight."""
    loosened = OPINION.replace(
        "sanction_disutility = 3.0",
        'sanction_disutility = { points = [[2022-02-24, 3.0], [2022-03-31, 1.0]], interpolation = "step" }',
    )
    text = LEADER + "disarray_per_dissent = 10\ndisarray_memory_days = 1e9\ndisarray_per_exit = 0\n"
    shaken = after(loosened + text, flat())[0]
    calm = after(OPINION + text, flat())[0]
    assert calm["disarray_max"] == 0.0  # what everybody has always seen surprises nobody
    rise = shaken["open_dissent"] - calm["open_dissent"]
    assert shaken["disarray_max"] == pytest.approx(10 * rise, rel=1e-3)  # without that of the last day
    weighed = after(loosened + text + "disarray_weight = 1\n", flat())[0]
    assert weighed["leader_removed"] > shaken["leader_removed"]


def test_surprises_count_rises_only() -> None:
    dissent = np.array([[0.1, 0.4, 0.2, 0.3]])
    path = surprises(dissent, 25)
    np.testing.assert_allclose(path[0, [7, 14, 21]], [0.3, 0.0, 0.1])
    assert path.sum() == pytest.approx(0.4)


def test_who_wins_ends_the_war() -> None:
    found = after(CRISES, flat(win=0.95))[0]
    assert found["ending.invader wins"] > 0.5
    assert found["ending.war goes on"] == 0.0
    assert found["war_days_expected"] < 20.0
    assert after(CRISES, flat(win=0.9))[0]["ending.invader wins"] == 0.0


SHARE = st.floats(0.0, 1.0)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(SHARE, SHARE, SHARE, SHARE), min_size=2, max_size=6),
    st.integers(-1, DAYS),
    st.floats(-3.0, 3.0),
)
def test_endings_add_to_one_and_causes_to_the_change(
    levels: list[tuple[float, ...]], collapse_day: int, error: float
) -> None:
    """On any course: chances add up, equal policies differ by exactly nothing, and parts add up to the change."""
    paths = np.array([levels[day * len(levels) // DAYS] for day in range(DAYS)]).T
    course = flat()
    other = {
        name: np.stack([getattr(course, name)[0], path])
        for name, path in zip(("collapse", "exit_share", "win", "left_share"), paths, strict=True)
    }
    course = course._replace(
        **other, collapse_day=np.array([-1, max(collapse_day, 1) if collapse_day >= 0 else -1])
    )
    text = CRISES + LEADER + "exits_weight = 3\nwar_weight = 1\n" + OFFER + PEACE
    for found in after(text, course, error):
        assert chances(found) == pytest.approx(1.0, abs=1e-9)
        assert min(found["ending.removal"], found["nuclear_probability"]) >= 0.0
        parts = [value for name, value in found.items() if name.startswith("nuclear_change.")]
        assert sum(parts) == pytest.approx(found["nuclear_change"], abs=1e-9)
    same = after(CRISES + LEADER, flat(), error)
    assert same[0] == same[1]
    assert same[1]["nuclear_change"] == 0.0


def test_more_hazard_at_the_reference_is_more_risk() -> None:
    risks = [
        after(CRISES.replace("1e-3", str(hazard)), flat())[0]["nuclear_probability"]
        for hazard in (1e-5, 1e-4, 1e-3)
    ]
    assert risks == sorted(risks)
    # T32: a small risk is the hazard times the days
    assert risks[0] == pytest.approx(1e-5 * DAYS, rel=0.01)


def test_a_hazard_that_no_crisis_can_meet_is_said() -> None:
    with pytest.raises(OfframpError, match=r"escalation\.precision"):
        after(
            CRISES + "payoffs = { refused_value = -300, use_value = -300, retaliation_value = -300 }\n",
            flat(),
        )


OPINION = """
[opinion]
integrity_weight = 2.0
sanction_disutility = 3.0
arrest_disutility = 1.5
security_persons = 100
poll_sanction_disutility = 1.0
scale = 0.5
list_deflation_share = 0.07
poll_refusal_probability = 0.2
[[opinion.class]]
name = "young"
persons = 3000
support_mean = -0.1
support_sd = 0.5
[[opinion.class]]
name = "old"
persons = 7000
support_mean = 0.4
support_sd = 0.5
"""


def test_an_opinion_that_nothing_moves_is_at_its_equilibrium() -> None:
    found = after(OPINION, flat())[0]
    public, stakes = Public.of([-0.1, 0.4], 0.5, [3.0, 7.0]), Stakes(2.0, 3.0, 1.5, 1.0, 0.5)
    dissent = dissent_equilibrium(public, stakes, forces=100.0, persons=10_000.0)
    expected = poll(public, stakes, seen=dissent, refusal=0.2, deflation=0.07)
    assert found["open_dissent"] == pytest.approx(float(dissent), rel=1e-9)
    measured = [found[name] for name in ("private_support", "poll", "list_estimate", "poll_gap")]
    assert measured == pytest.approx([float(x) for x in expected], rel=1e-9)


def test_known_losses_move_private_support_and_the_poll_hides_most_of_it() -> None:
    choice = "[choice]\nsupport_weight = 1.0\n"
    moved = "[support]\nrate_per_day = 0.05\nlosses_effect = 1.0\n"
    course = flat()
    killed = course.killed_share.copy()
    killed[1] = 0.2
    text = (WORLD + OPINION + choice + moved).replace("utility = -1.0", "distaste = 1.0")
    scenario = loads(text)
    none, lost = aftermath(
        scenario, ("nothing", "other"), course._replace(killed_share=killed), {}, 0.0
    ).outcomes
    # the gap closes as exp(-0.05 t), to the start of the last week
    fall = 0.2 * -math.expm1(-0.05 * 7 * ((DAYS - 1) // 7))
    public = Public.of([-0.1 - fall, 0.4 - fall], 0.5, [3.0, 7.0])
    expected = poll(public, Stakes(2.0, 3.0, 1.5, 1.0, 0.5), seen=0.0, refusal=0.2, deflation=0.07)
    assert lost["private_support"] == pytest.approx(float(expected.private_support), rel=1e-9)
    assert none["poll"] - lost["poll"] < 0.7 * (none["private_support"] - lost["private_support"])
    assert lost["poll_gap"] > none["poll_gap"]


def test_what_soldiers_say_is_seen_at_home() -> None:
    """As deaths that are known: the gap to what the videos in circulation would leave closes week by week."""
    moved = "[choice]\nsupport_weight = 1.0\n[support]\nrate_per_day = 0.05\ntestimony_effect = 0.3\ntestimony_half_videos = 5\n"
    course = flat()
    seen = course.testimony.copy()
    seen[1] = 0.2
    text = (WORLD + OPINION + moved).replace("utility = -1.0", "distaste = 1.0")
    scenario = loads(text)
    silent, told = aftermath(
        scenario, ("nothing", "other"), course._replace(testimony=seen), {}, 0.0
    ).outcomes
    fall = 0.2 * -math.expm1(-0.05 * 7 * ((DAYS - 1) // 7))
    public = Public.of([-0.1 - fall, 0.4 - fall], 0.5, [3.0, 7.0])
    expected = poll(public, Stakes(2.0, 3.0, 1.5, 1.0, 0.5), seen=0.0, refusal=0.2, deflation=0.07)
    assert told["private_support"] == pytest.approx(float(expected.private_support), rel=1e-9)
    assert told["private_support"] < silent["private_support"]


def test_what_is_absent_changes_nothing_and_what_is_there_changes_only_its_own() -> None:
    """Every outcome of a file without these tables is the same to the last bit with them."""
    whole = loads(WORLD + CRISES + LEADER + OPINION)
    bare = replace(whole, opinion=None, leadership=None, escalation=None)

    def outcomes(scenario: Scenario) -> tuple[dict[str, float], ...]:
        model = prepare(scenario, soldiers=1000, seed=3)
        return model.run_draw(0, medians(scenario), ("nothing", "other")).outcomes

    for with_tables, without in zip(outcomes(whole), outcomes(bare), strict=True):
        assert {name: with_tables[name] for name in without} == without
        own = set(with_tables) - set(without)
        assert {"poll", "ending.removal", "nuclear_change"} <= own
        assert not {name for name in without if name.startswith(("ending", "nuclear", "poll"))}
        assert chances(with_tables) == pytest.approx(1.0, abs=1e-9)


def test_orders_near_collapse_are_those_of_the_game() -> None:
    """The table of the test game at precision 1: p = 0.9, without an off-ramp and with a full one."""
    found = after(CRISES.replace("0.5", "1.0") + "information_bias_share = 0.1\n", flat())[0]
    assert found["order_carried_out.near_collapse"] == pytest.approx(0.536890, abs=5e-7)
    assert found["order_carried_out.near_collapse_with_off-ramp"] == pytest.approx(0.074444, abs=5e-7)
