"""Those at posts: the decision in closed form, the example of a corps, the fear of a fall, and what reaches the front."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from offramp.engine import prepare
from offramp.engine.model import DrawResult, medians
from offramp.model import dissent_equilibrium
from offramp.model.elite import public_stance
from offramp.model.offers import belief
from offramp.model.opinion import Public, Stakes
from offramp.scenario import loads
from offramp.scenario.tables import Posts

DAYS = 100
FRONT = f"""
title = "A test"
start = 2022-02-24
days = {DAYS}
[[group]]
name = "soldiers"
rank_weight = 0.5
wealth_usd = 10_000
[[route]]
name = "desert"
groups = ["soldiers"]
window_per_day = 0.01
utility = -1.0
[force]
persons = 2000
initial_shares = {{ "soldiers" = 1.0 }}
[war]
win_probability = 0.4
collapse_b0 = -2
collapse_b2 = 5
[choice]
discount_per_day = 0.001
pay_weight = 0.5
obedience = 0.2
money_weight = 1.0
[leadership]
removal_hazard_per_day = 1e-3
disarray_weight = 1
disarray_per_exit = 0
disarray_memory_days = 50
belief_days = 500
purge_disutility = 3
"""
DIPLOMATS = """
[[group]]
name = "diplomats"
place = "post"
size = 8000
rank_weight = 1
wealth_usd = 50_000
log_pay_ratio = 1.2
justice_disutility = 2.0
purge_hazard_per_day = 0.0005
[[route]]
name = "resign"
groups = ["diplomats"]
window_per_day = 0.02
distaste = 1.0
caught_probability = 0.1
"""
QUARREL = """
[[lever]]
name = "quarrel"
disarray_per_day = 0.05
[[policy]]
name = "calm"
[[policy]]
name = "quarrel"
levers = ["quarrel"]
"""
SOLDIERS = 640_000  # so that each diplomat stands for himself; the front has no more than its 2,000 anyway


def run(text: str, soldiers: int = SOLDIERS, draw: int = 0) -> DrawResult:
    """One draw under every policy."""
    scenario = loads(text)
    model = prepare(scenario, soldiers=soldiers, seed=7)
    return model.run_draw(draw, medians(scenario), [policy.name for policy in scenario.policies])


def expected_share(survival: float) -> float:
    """E6 and D1 by hand: who has left or been caught by the last day, for diplomats whom nothing couples."""
    ahead = 0.0005 / (0.0005 + 0.001)  # no end of the war is believed in
    stay = survival * 0.5 * 1.2 - (1.0 - survival) * 2.0 - 3.0 * ahead + 0.2
    leave = -1.0  # caught costs nothing here but the attempt
    chance = math.exp(leave) / (math.exp(leave) + math.exp(stay))
    return 1.0 - math.exp(-0.02 * chance * DAYS)


def test_a_post_is_worth_what_the_formula_says() -> None:
    """4 standard errors of a binomial count: a false alarm in 16,000."""
    hazard = 1e-3
    found = run(FRONT + DIPLOMATS).outcomes[0]
    tried = found["resigned"] + found["resignations_failed"]
    share = expected_share(math.exp(-hazard * 500))
    assert found["resigned"] == found["resigned.diplomats"]
    # one who is caught and sent back to his post may try again: none is, as everybody caught is held
    assert abs(tried / 8000 - share) < 4 * math.sqrt(share * (1 - share) / 8000)
    assert abs(found["resignations_failed"] / tried - 0.1) < 4 * math.sqrt(0.09 / tried)
    assert found["avalanche.diplomats"] == float(found["resigned"] > 4000)


def test_without_fear_of_a_fall_the_leader_is_no_matter() -> None:
    calm = FRONT.replace("belief_days = 500\n", "")
    text = DIPLOMATS.replace("justice_disutility = 2.0\n", "")
    high, low = (run(calm.replace("1e-3", h) + text).outcomes[0]["resigned"] for h in ("1e-3", "1e-5"))
    assert high == low


def test_the_front_is_untouched_by_posts() -> None:
    """Their tables are taken out again, and every number of the front is the same bit for bit."""
    text = FRONT.replace("disarray_per_exit = 0", "disarray_per_exit = 0.001") + DIPLOMATS + QUARREL
    whole = loads(text)
    without = replace(whole, posts=Posts())
    names = [policy.name for policy in whole.policies]
    first, second = (prepare(s, soldiers=2000, seed=3).run_draw(1, {}, names) for s in (whole, without))
    np.testing.assert_array_equal(first.paths, second.paths)
    theirs = (
        "resign",
        "posts_cost_usd",
        "departures_cost_usd",
        "avalanche",
        "disarray",
        "ending.",
        "leader_removed",
        "war_days_expected",
    )
    for one, other in zip(first.outcomes, second.outcomes, strict=True):
        kept = {name: value for name, value in one.items() if not name.startswith(theirs)}
        assert kept == {name: other[name] for name in kept}
        assert one["disarray_max"] > other["disarray_max"]


def test_quarrels_are_remembered_as_stated() -> None:
    calm, quarrel = run(FRONT + QUARREL, 2000).outcomes
    assert calm["disarray_max"] == 0.0
    assert quarrel["disarray_max"] == pytest.approx(
        0.05 * sum(math.exp(-day / 50) for day in range(DAYS - 1)), rel=1e-12
    )
    assert quarrel["leader_removed"] > calm["leader_removed"] > 0.0


def test_a_removal_by_itself_is_an_exponential() -> None:
    """Nothing else ends this war, and the hazard does not move."""
    found = run(FRONT, 2000).outcomes[0]
    assert found["leader_removed"] == pytest.approx(-math.expm1(-1e-3 * DAYS), rel=1e-9)


def test_who_fears_justice_leaves_when_the_top_shakes() -> None:
    calm, quarrel = (one["resigned"] for one in run(FRONT + DIPLOMATS + QUARREL).outcomes)
    assert quarrel > 1.05 * calm
    careless = DIPLOMATS.replace("justice_disutility = 2.0\n", "").replace(
        "log_pay_ratio = 1.2", "log_pay_ratio = 0.0"
    )
    same = [one["resigned"] for one in run(FRONT + careless + QUARREL).outcomes]
    assert same[0] == same[1]


def test_purges_drive_people_out() -> None:
    text = QUARREL.replace("disarray_per_day = 0.05", "purge_factor = 8")
    calm, purged = (one["resigned"] for one in run(FRONT + DIPLOMATS + text).outcomes)
    assert purged > 1.1 * calm


UNITS = "[units]\ncontagion = 9\nloyalty = 3\n"
CORPS = DIPLOMATS.replace("size = 8000", "size = 950\ncorps = \"service\"\ncohesion = 1").replace(
    "distaste = 1.0", "distaste = 1.5"
).replace('groups = ["diplomats"]', 'groups = ["diplomats", "seniors"]') + """
[[group]]
name = "seniors"
place = "post"
corps = "service"
size = 50
rank_weight = 10
wealth_usd = 50_000
log_pay_ratio = 1.2
cohesion = 1
known_exits = 0
"""  # fmt: skip


def test_the_example_of_seniors_may_start_an_avalanche() -> None:
    """It is a matter of chance and of weight, never a rule: hardly ever without a first step, nearly always after many."""
    shares: list[float] = []
    for known in (0, 8, 60):
        text = FRONT + UNITS + CORPS.replace("known_exits = 0", f"known_exits = {known}")
        found = [run(text, draw=draw).outcomes[0]["avalanche.service"] for draw in range(12)]
        shares.append(sum(found) / len(found))
    assert shares[0] <= shares[1] <= shares[2]
    assert shares[0] < 0.2 < 0.8 < shares[2]


def test_rank_is_all_that_an_example_weighs() -> None:
    """One senior who left before counts as ten of the others, exactly, if both corps are as large."""
    base = FRONT + UNITS + CORPS.replace("size = 50\nrank_weight = 10", "size = 500\nrank_weight = 1")
    one = base.replace("known_exits = 0", "known_exits = 20")
    other = base.replace("known_exits = 0", "").replace(
        "justice_disutility", "known_exits = 20\njustice_disutility"
    )
    results = [run(text).outcomes[0]["resigned.service"] for text in (one, other)]
    assert results[0] == results[1] > run(base).outcomes[0]["resigned.service"]


def test_who_depends_on_the_leader_speaks_by_e7() -> None:
    opinion = (
        "[opinion]\nintegrity_weight = 2\nscale = 0.5\n"
        '[[opinion.class]]\nname = "all"\npersons = 1000\nsupport_mean = 0.0\n'
    )
    oligarchs = DIPLOMATS.replace(
        "rank_weight = 1", "rank_weight = 1\ndependence_utility = 3\nsupport = -0.5"
    )
    found = run(FRONT + opinion + oligarchs).outcomes[0]
    stance = public_stance(-0.5, integrity=2.0, dependence=3.0, levels=(0.0, 0.5, 1.0), scale=0.5)
    assert found["broken_with_leader.diplomats"] == pytest.approx(float(stance[-1]), rel=1e-12)


PACKAGE = """
[[programme]]
name = "package"
route = "resign"
cash_usd = 100_000
trust = 1.0
awareness_share = 1.0
[[policy]]
name = "nothing"
[[policy]]
name = "offer"
programmes = ["package"]
"""


def test_what_they_are_offered_is_paid_and_counted() -> None:
    nothing, offer = run(FRONT + DIPLOMATS + PACKAGE).outcomes
    assert offer["resigned"] > 1.1 * nothing["resigned"]
    assert nothing["cost_usd"] == 0.0
    taken = offer["cost_usd"] / 100_000
    assert taken == pytest.approx(round(taken), abs=1e-6)
    assert 0.5 * offer["resigned"] < taken <= offer["resigned"]
    assert offer["departures"] == nothing["departures"]


def test_disarray_reaches_the_front_only_where_it_is_stated() -> None:
    still = run(FRONT.replace("utility = -1.0", "distaste = 1.0") + QUARREL, 2000)
    np.testing.assert_array_equal(still.paths[0], still.paths[1])
    moved = run(
        FRONT.replace("utility = -1.0", "distaste = 1.0").replace(
            "belief_days", "front_disarray_utility = -1\nbelief_days"
        )
        + QUARREL,
        2000,
    )
    np.testing.assert_array_equal(still.paths[0], moved.paths[0])
    assert moved.outcomes[1]["departures"] > 1.2 * moved.outcomes[0]["departures"]


RAMP = """
[escalation]
precision = 0.5
reference_hazard_per_day = 1e-4
reference_collapse_probability = 0.25
[[offramp]]
name = "ramp"
threshold_probability = 0.0
lag_days = 7
valid_days = 30
{}
[[route]]
name = "take"
groups = ["soldiers"]
needs_programme = true
window_per_day = 0.05
distaste = 0.0
[[programme]]
name = "defended"
route = "take"
cash_usd = 10_000
trust = 1.0
awareness_share = 1.0
guarantor = "defender"
guarantor_win_loss = 1.0
[[policy]]
name = "offer"
programmes = ["defended"]
[[policy]]
name = "offer and ramp"
programmes = ["defended"]
offramp = "ramp"
"""


def test_an_early_off_ramp_looks_like_weakness() -> None:
    """Who sees it stand believes yesterday's chance of victory moved: on days 8 to 37, and on no other."""
    silent, stated = (
        run(FRONT + RAMP.format(keys), 2000).paths
        for keys in ("", "early_probability = 1.0\nearly_log_odds = 0.0")
    )
    np.testing.assert_array_equal(silent, stated)
    np.testing.assert_array_equal(silent[0], silent[1])
    seen = run(FRONT + RAMP.format("early_probability = 1.0\nearly_log_odds = 3.0"), 2000).paths
    differs = np.abs(np.diff(seen[1] - seen[0], axis=0)).sum(axis=(1, 2)) > 0
    assert not differs[:8].any()
    assert differs[8:38].any()
    late = run(FRONT + RAMP.format("early_probability = 0.0\nearly_log_odds = 3.0"), 2000).paths
    np.testing.assert_array_equal(late[0], late[1])
    # the promise of a defender who is sure to lose is worth nothing
    assert belief(1.0, 1.0, 1.0, 0.0, 0.0, 0.0) == 0.0


def test_purges_cost_fighting_strength() -> None:
    """E5: the same men, day by day, and of their strength what competence is left; the reference is at its stated 0.4."""
    loss, purges = 0.01, 8000 * 0.0005
    stated = FRONT.replace(
        "belief_days", f"competence_loss_share = {loss}\npurge_setback_factor = 2\nbelief_days"
    )
    purge = (
        '[[lever]]\nname = "purge"\npurge_factor = 3\n'
        '[[policy]]\nname = "calm"\n[[policy]]\nname = "purged"\nlevers = ["purge"]\n'
    )
    plain, cut = run(FRONT + DIPLOMATS + purge, 2000), run(stated + DIPLOMATS + purge, 2000)
    np.testing.assert_array_equal(plain.paths, cut.paths)
    able = (1.0 - loss) ** (purges * (1.0 + 2.0 * 0.6) * (DAYS - 1))
    ends = [[one["strength_end"] for one in result.outcomes] for result in (plain, cut)]
    assert ends[1][0] == pytest.approx(ends[0][0] * able, rel=1e-9)
    assert ends[1][1] == pytest.approx(ends[0][1] * able**3, rel=1e-9)
    # no elasticity of victory is stated, so that setbacks are as before; the collapse index sees strength fall
    assert (
        cut.outcomes[1]["strength_end"] < cut.outcomes[0]["strength_end"] < plain.outcomes[0]["strength_end"]
    )


def test_protest_bounds_the_crackdown() -> None:
    """O5: of a ceiling of 0.6, what a resting public leaves; the crackdown climbs to it and stays."""
    opinion = """
[regime]
gain_per_week = 5.0
decay_per_week = 0.0
tolerance_per_day = 1.0
ceiling_share = 0.6
[opinion]
integrity_weight = 2.0
sanction_disutility = 3.0
arrest_disutility = 1.5
security_persons = 100
scale = 0.7
{}
[[opinion.class]]
name = "all"
persons = 10_000
support_mean = -0.1
support_sd = 0.5
"""
    public, stakes = Public.of([-0.1], 0.5, [1.0]), Stakes(2.0, 3.0, 1.5, 0.0, 0.7)
    dissenters = 10_000 * float(dissent_equilibrium(public, stakes, forces=100.0, persons=10_000.0))
    highest = {}
    for per_dissenter in ("", "forces_per_dissenter = 0.0", "forces_per_dissenter = 0.5"):
        model = prepare(loads(FRONT + opinion.format(per_dissenter)), soldiers=2000, seed=7)
        world = model.world(0, {})
        highest[per_dissenter] = model.run(world, "reference", None).crackdown
    np.testing.assert_array_equal(highest[""], highest["forces_per_dissenter = 0.0"])
    assert highest[""].max() == pytest.approx(0.6)
    left = 0.6 * max(0.0, 1.0 - 0.5 * dissenters / 100.0)
    assert highest["forces_per_dissenter = 0.5"].max() == pytest.approx(left, rel=1e-9)
    assert 0.1 < left < 0.5
