"""The reference force, units that break, the front, the call-up: against expectations worked out apart.

Fixed seeds; where chance enters, bounds of 5.33 standard errors (false alarm 1e-7 each, about forty of them).
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

import offramp.engine
from offramp.engine import Model, bind
from offramp.engine.inputs import SERVING
from offramp.model import breakpoint_share
from offramp.model.war import bombardment, deaths_per_day, win_probability
from tests.engine.scenes import Z, drawn, group, head, policies, prepared, programme, route, table

# The force follows its reference -----------------------------------------------------------------------------

DAYS = 200
GROWTH = (
    '{ points = [[2022-02-24, 20_000], [2022-04-15, 18_000], [2022-09-12, 30_000]], interpolation = "log" }'
)
LOSSES = table("[losses]", claimed_per_day=60.0, claim_factor=0.8, kill_share=0.5, wounded_out_per_killed=1.5)
FORCE = (
    head(DAYS) + group("a") + group("b") + group("c", relative_risk=2.0)
    + f'[force]\npersons = {GROWTH}\ninitial_shares = {{ "a" = 0.7, "b" = 0.2, "c" = 0.1 }}\n'
    + '[[force.inflow]]\nfrom = 2022-02-24\nshares = { "a" = 0.7, "b" = 0.2, "c" = 0.1 }\n'
    + '[[force.inflow]]\nfrom = 2022-06-04\nshares = { "b" = 0.75, "a" = 0.25 }\n'
)  # fmt: skip
QUIET = route("desert", window_per_day=0.0, utility=0.0)


def force_model(text: str, soldiers: int = 60_000) -> Model:
    model = prepared(text + LOSSES + QUIET, soldiers)
    assert all(stands_for == pytest.approx(1.0, abs=1e-3) for stands_for in model.stands_for.values())
    return model


def test_arrivals_keep_the_force_at_its_reference() -> None:
    """Nobody leaves, and risk is equal: the strength is the reference, short of the day's losses; 20 draws."""
    model = force_model(FORCE.replace("relative_risk = 2.0", "relative_risk = 1.0"))
    reference = bind.force_path(model.scenario, {})
    state = {name: place for place, name in enumerate(model.states)}
    paths = np.array([drawn(model, draw).paths[0].astype(np.float64).sum(axis=1) for draw in range(20)])
    strength = paths[:, :, state["serving"]]
    lost = 24.0 * 2.5  # killed and wounded a day
    assert (np.diff(reference) + lost > 0).all()  # so that inflow is never cut at 0
    target = np.concatenate(([reference[0]], reference[:-1] - lost))
    noise = math.sqrt(lost * DAYS / 20)
    # one weight a group for rounding, and half a day's losses, which fall on a force that shrinks within the day
    assert (np.abs(strength.mean(axis=0) - target) < Z * noise + 3 + lost / 2).all()
    killed, wounded = paths[:, -1, state["killed"]], paths[:, -1, state["wounded"]]
    assert abs(killed.mean() - 24.0 * DAYS) < Z * math.sqrt(24.0 * DAYS / 20) + 0.01 * 24.0 * DAYS
    assert abs(wounded.mean() / killed.mean() - 1.5) < Z * math.sqrt(1.5 * 2.5 / killed.sum())


def test_each_group_by_its_own_recursion() -> None:
    """n(d + 1) = (n(d) + arrivals(d)) e^(-h(d)), exactly, group by group, one of them at twice the risk; 40 draws."""
    model = force_model(FORCE)
    scenario, world = model.scenario, model.world(0, {})
    sizes = bind.sizes(scenario, {})
    hazard = bind.killed_per_day(scenario, {}) / bind.force_path(scenario, {})[:-1] * 2.5
    place = model.states.index("serving")
    paths = np.array([drawn(model, draw).paths[0, :, :, place] for draw in range(40)], dtype=np.float64)
    for g, risk in enumerate((1.0, 1.0, 2.0)):
        expected = np.empty(DAYS + 1)
        expected[0] = n = sizes.initial[g]
        for d in range(DAYS):
            n = (n + sizes.arriving[g, d]) * math.exp(-risk * hazard[d])
            expected[d + 1] = n
        error = np.maximum(paths[:, :, g].std(axis=0, ddof=1), 1.0) / math.sqrt(40)
        rounding = 1.0 + world.population.weight[g]
        assert (np.abs(paths[:, :, g].mean(axis=0) - expected) < Z * error + rounding).all(), g


def test_a_force_that_shrinks_by_itself_gets_nobody() -> None:
    """Where the reference falls faster than losses explain, inflow is none, never negative."""
    falling = GROWTH.replace("18_000", "5_000")
    model = force_model(FORCE.replace(GROWTH, falling), 80_000)
    arriving = bind.sizes(model.scenario, {}).arriving
    steep = np.flatnonzero(np.diff(bind.force_path(model.scenario, {}))[:-1] < -60.0) + 1
    assert steep.size > 20
    assert (arriving[:, steep] == 0.0).all()
    assert (arriving >= 0.0).all()


def test_departures_are_not_made_good() -> None:
    """The same newcomers under every policy, and nobody else dies for those who left: who leaves may live."""
    text = FORCE + LOSSES + route("accept", window_per_day=0.01, utility=1.0, needs_programme=True)
    text += programme("p", route="accept") + policies(none=[], offer=["p"])
    model = prepared(text, 60_000)
    result = drawn(model)
    everybody = result.paths.astype(np.float64).sum(axis=3)
    assert everybody[0] == pytest.approx(everybody[1], rel=1e-7)
    killed = model.states.index("killed")
    assert (result.paths[1, :, :, killed] <= result.paths[0, :, :, killed]).all()
    assert 0 < result.outcomes[1]["deaths_averted.invader"] < result.outcomes[1]["departures"]


# Units that break --------------------------------------------------------------------------------------------


def units_at_war(
    casualties: object, companies: int = 400, size: int = 50, days: int = 60, **war: object
) -> Model:
    force = f'[force]\npersons = {companies * size}\ninitial_shares = {{ "soldiers" = 1.0 }}\n'
    stated = {
        "collapse_b0": -4.0,
        "collapse_b1": 6.0,
        "collapse_b2": 20.0,
        "breakpoint_a": 3.0,
        "breakpoint_b": 7.0,
    }
    text = (
        head(days) + table("[units]", company_size=size) + group(casualty_per_day=casualties) + force
        + table("[war]", **(stated | war)) + QUIET
    )  # fmt: skip
    return prepared(text, companies * size)


@pytest.mark.slow
def test_t36_units_break_by_their_law() -> None:
    """Constant deaths at 0.006 a day, nothing forgotten: strength left in unbroken companies, 12 draws of 400."""
    hazard, size, companies, draws = 0.006, 50, 400, 12
    model = units_at_war(hazard, companies, size)
    strength = np.array(
        [model.run(model.world(draw, {}), "reference", None).strength for draw in range(draws)]
    )
    dead = np.arange(size + 1)
    for day in (5, 15, 30, 60):
        chance = stats.binom.pmf(dead, size, -math.expm1(-hazard * day))
        # a company that never broke has as many left as live, and stands with the chance that its breakpoint is higher
        left = (size - dead) * (1.0 - breakpoint_share(dead / size))
        mean = float((chance * left).sum())
        variance = (
            float((chance * (size - dead) ** 2 * (1.0 - breakpoint_share(dead / size))).sum()) - mean**2
        )
        error = math.sqrt(variance * companies / draws)
        assert abs(strength[:, day - 1].mean() - companies * mean) < Z * error, day


SHARP = {"breakpoint_a": 40_000.0, "breakpoint_b": 120_000.0}
"""Every unit breaks above a quarter lost, give or take a thousandth."""
ONE_DAY = '{ points = [[2022-02-24, 1.2], [2022-02-25, 0.0]], interpolation = "step" }'


def test_a_broken_unit_returns_after_its_refit() -> None:
    """Seven in ten lost in a day: all are broken that evening, and ten days later back with those left."""
    model = units_at_war(ONE_DAY, days=30, refit_days=10.0, **SHARP)
    outcome = model.run(model.world(0, {}), "reference", None)
    serving = outcome.paths[1:, 0, SERVING]
    assert serving[0] == pytest.approx(20_000 * math.exp(-1.2), abs=Z * math.sqrt(20_000 * 0.21))
    assert (outcome.strength[:10] == 0.0).all()
    assert (outcome.strength[10:] == serving[10:]).all()
    never = units_at_war(ONE_DAY, days=30, **SHARP)
    assert (never.run(never.world(0, {}), "reference", None).strength == 0.0).all()


def test_losses_out_of_memory_do_not_break() -> None:
    """About one a day of a hundred: five days' worth never reaches a quarter, sixty days' worth always does."""
    days, companies, size = 60, 50, 100
    for memory, standing in ((5, True), (60, False)):
        model = units_at_war(0.012, companies, size, days, loss_memory_days=memory, **SHARP)
        outcome = model.run(model.world(0, {}), "reference", None)
        left = outcome.strength[-1] / outcome.paths[-1, 0, SERVING]
        assert left == float(standing), memory


# The front ---------------------------------------------------------------------------------------------------


def exodus(utility: float = 10.0, **war: object) -> Model:
    """Under the offer the force leaves at one a day each; nothing else happens."""
    stated = {
        "hold_ratio": 0.5,
        "hold_days": 10,
        "collapse_b0": -4.0,
        "collapse_b1": 6.0,
        "collapse_b2": 20.0,
    }
    text = (
        head(60) + group() + '[force]\npersons = 20_000\ninitial_shares = { "soldiers" = 1.0 }\n'
        + table("[war]", **(stated | war))
        + route("accept", window_per_day=1.0, utility=utility, needs_programme=True)
        + programme("p", route="accept") + policies(none=[], offer=["p"])
    )  # fmt: skip
    return prepared(text, 20_000)


@pytest.mark.parametrize(("ratio", "hold", "day"), [(0.5, 10, 10), (0.5, 1, 1), (0.2, 1, 2), (0.2, 10, 11)])
def test_the_front_collapses_after_days_below_its_ratio(ratio: float, hold: int, day: int) -> None:
    """Strength is e^-1 of the reference after the first day, e^-2 after the second."""
    none, offer = drawn(exodus(hold_ratio=ratio, hold_days=hold)).outcomes
    assert (none["front_collapsed"], none["war_days"]) == (0.0, 60.0)
    assert (offer["front_collapsed"], offer["war_days"]) == (1.0, day)
    assert offer["war_days_averted"] == 60 - day


def test_the_front_holds_above_its_ratio() -> None:
    """Half of the force leaves by and by, at most: never below a ratio of 0.3."""
    offer = drawn(exodus(utility=-4.0, hold_ratio=0.3, hold_days=1)).outcomes[1]
    assert 0.3 * 20_000 < offer["strength_end"] < 0.7 * 20_000
    assert (offer["front_collapsed"], offer["war_days"]) == (0.0, 60.0)


def test_the_front_collapses_when_half_of_the_units_are_broken() -> None:
    """Under the reference too, whose ratio is one by definition."""
    result = drawn(units_at_war(ONE_DAY, days=30, hold_ratio=0.5, hold_days=10, **SHARP)).outcomes[0]
    assert (result["front_collapsed"], result["war_days"]) == (1.0, 1.0)


def test_how_many_broken_units_lose_the_front_may_be_stated() -> None:
    """400 companies break by their law: the front is lost on the first evening on which that share of them is broken."""
    hazard, size, companies = 0.02, 50, 400
    dead = np.arange(size + 1)
    expected = [
        float((stats.binom.pmf(dead, size, -math.expm1(-hazard * day)) * breakpoint_share(dead / size)).sum())
        for day in range(61)
    ]
    error = Z * math.sqrt(0.25 / companies)
    days: list[int] = []
    for stated in ({"hold_broken_share": 0.2}, {}, {"hold_broken_share": 0.8}):
        share = stated.get("hold_broken_share", 0.5)
        result = drawn(units_at_war(hazard, companies, size, **stated)).outcomes[0]
        days.append(int(result["war_days"]))
        assert result["front_collapsed"] == 1.0
        assert expected[days[-1] - 1] - error < share < expected[days[-1]] + error
    assert days[0] < days[1] < days[2]


DATED = "{ points = [[2022-02-24, 0.8], [2022-03-26, 0.2], [2022-04-10, 0.5]] }"
WAR = {
    "win_probability": DATED, "strength_elasticity": 2.0, "defender_deaths_per_day": 40.0, "defender_exponent": 1.5,
    "civilian_deaths_per_day": 20.0, "civilian_exponent": 0.5, "bombardment_substitution": 1.3,
}  # fmt: skip


def test_w5_the_reference_keeps_its_own_chance() -> None:
    """What the scenario says of the reference holds under the reference, on whatever day the run ends."""
    for days in (1, 15, 31, 60):
        model = exodus(**WAR)
        text = model.scenario.text.replace("days = 60", f"days = {days}")
        model = prepared(text, 20_000)
        chance = bind.war(model.scenario, {}).reference_win[-1]
        none = drawn(model).outcomes[0]
        assert none["win_probability_end"] == pytest.approx(chance, abs=1e-12)
        assert none["defender_deaths"] == pytest.approx(40.0 * days, rel=1e-12)
        assert none["civilian_deaths"] == pytest.approx(20.0 * days, rel=1e-12)


def test_w5_w7_follow_from_the_strengths() -> None:
    """The outcomes of an offer, worked out from its daily strength and the reference's."""
    model = exodus(utility=-4.0, **WAR)
    world = model.world(0, {})
    reference = model.run(world, "none", None).strength
    strength = model.run(world, "offer", reference).strength
    ratio = strength / reference
    assert 0.1 < ratio[-1] < 0.5
    offer = drawn(model).outcomes[1]
    chance = win_probability(float(world.war.reference_win[-1]), 2.0, float(ratio[-2]))
    assert offer["win_probability_end"] == pytest.approx(chance, rel=1e-12)
    defenders = sum(deaths_per_day(40.0, 1.5, float(r)) for r in ratio)
    assert offer["defender_deaths"] == pytest.approx(defenders, rel=1e-12)
    civilians = sum(deaths_per_day(20.0, 0.5, float(r)) * bombardment(float(r), 1.3) for r in ratio)
    assert offer["civilian_deaths"] == pytest.approx(civilians, rel=1e-12)
    assert offer["strength_end"] == strength[-1]
    # W6: nobody breaks, so the risk is that of the strength lost in thirty days
    fall = np.array([math.log(strength[max(0, d - 30)] / strength[d]) for d in range(60)])
    risk = 1.0 / (1.0 + np.exp(4.0 - 20.0 * fall))
    assert offer["collapse_risk_max"] == pytest.approx(float(risk.max()), rel=1e-9)
    assert offer["exit_share_of_strength_loss"] == pytest.approx(1.0)
    assert drawn(model).outcomes[0]["collapse_risk_max"] == pytest.approx(0.01798620996, abs=1e-11)


# The call-up -------------------------------------------------------------------------------------------------

CALL_UP = (
    head(60) + group("men", place="home", size=40_000, stay_utility=0.2)
    + '[mobilisation]\ngroup = "men"\nquota = 5000\nfrom = 2022-03-01\nuntil = 2022-03-20\n'
    + route("hide", on_call_up=True, utility=-0.5, caught_probability=0.3)
    + route("flee", on_call_up=True, utility=0.4, caught_probability=0.1)
)  # fmt: skip


@pytest.mark.parametrize("soldiers", [40_000, 1000])
def test_the_quota_is_met_to_one_man(soldiers: int) -> None:
    """Each day's share of the quota has complied, to half of what one simulated man stands for."""
    model = prepared(CALL_UP, soldiers)
    weight = 40_000 / soldiers
    quota = bind.mobilisation(model.scenario, {}).quota
    assert quota[5 - 1] == 0.0
    assert quota[5:25] == pytest.approx(5000 * np.arange(1, 21) / 20)  # 1 to 20 March, both included
    state = {name: place for place, name in enumerate(model.states)}
    for draw in range(3):
        result = drawn(model, draw)
        path = result.paths[0, :, 0].astype(np.float64)
        assert (np.abs(path[1:, state["inducted"]] - quota) <= 0.5 * weight).all()
        assert (path[26:] == path[25]).all()  # nobody is called once the quota is met
        values = result.outcomes[0]
        assert values["evasions"] == path[-1, state["hide"]] + path[-1, state["flee"]]
        assert path[-1].sum() == 40_000


@pytest.mark.slow
def test_the_called_choose_among_complying_and_leaving() -> None:
    """D1 once for each man called: until n have complied the numbers of the others are negative binomial; 40 draws.

    Whoever is caught at it complies when he is let go, and goes to prison when not."""
    v = np.exp([0.2, -0.5, 0.4])
    _, hide, flee = v / v.sum()
    for returned, text in ((0.0, CALL_UP), (0.25, CALL_UP + "[choice]\nreturned_share = 0.25\n")):
        model = prepared(text, 40_000)
        state = {name: place for place, name in enumerate(model.states)}
        paths = np.array([drawn(model, draw).paths[0, -1, 0] for draw in range(40)], dtype=np.float64)
        prison = (0.3 * hide + 0.1 * flee) * (1.0 - returned)
        ends = {"hide": 0.7 * hide, "flee": 0.9 * flee, "imprisoned": prison}
        complied = 1.0 - sum(ends.values())
        for name, share in ends.items():
            expected = 5000 * share / complied
            error = math.sqrt(expected * (1.0 + share / complied) / 40)
            assert abs(paths[:, state[name]].mean() - expected) < Z * error, (returned, name)


def test_only_ways_open_at_a_call_up_are_weighed_there() -> None:
    """Exact: a tempting route that opens by windows alone changes nothing for the men who are called."""
    other = route("emigrate", window_per_day=1e-9, utility=3.0)
    for text in (CALL_UP + other, CALL_UP.replace("[[route]]", other + "[[route]]", 1)):
        model, plain = prepared(text, 4000), prepared(CALL_UP, 4000)
        for state in plain.states:
            one, two = (drawn(m).paths[0, :, 0, m.states.index(state)] for m in (model, plain))
            assert (one == two).all(), state


# A man of support 0.3 who would serve where 0.01 a day fall: D3 and D4 with nothing else in them.
SUPPORT, WEIGHT, OBEDIENCE, DEATH, BIAS, OPTIMISM, WAR_END = 0.3, 1.2, 0.3, 10.0, 0.7, 0.6, 0.02
LEAVE = 0.4 - 0.5 - WEIGHT * SUPPORT * 0.25  # base safety less distaste, and a quarter of his support
AHEAD = OPTIMISM * 0.01 / (OPTIMISM * 0.01 + WAR_END)
SERVE = WEIGHT * SUPPORT + OBEDIENCE - BIAS * DEATH * AHEAD


def draft(quota: int, window: float, perceived: float) -> Model:
    text = (
        head(40) + group("line", size=100, casualty_per_day=0.01)
        + group("men", place="home", size=40_000, support=SUPPORT)
        + table("[choice]", support_weight=WEIGHT, obedience=OBEDIENCE, death_disutility=DEATH, present_bias=BIAS,
                optimism=OPTIMISM, war_end_per_day=WAR_END, base_safety=0.4)
        + table("[mobilisation]", group="men", serves_as="line", quota=quota, from_="2022-02-24", until="2022-03-15",
                perceived_call_share=perceived)
        + route("flee", on_call_up=True, window_per_day=window, distaste=0.5, loyalty_share=0.25, groups=["men"])
        + route("desert", window_per_day=0.0, distaste=0.0, groups=["line"])
    )  # fmt: skip
    return prepared(text, 100_000)


def test_a_called_man_weighs_the_service_before_him() -> None:
    """He compares fleeing with the front of those he would join, not with home; 5,000 comply; false alarm 1e-7."""
    model = draft(5000, 0.0, 0.4)
    fled = drawn(model).paths[0, -1, 1, model.states.index("flee")]
    odds = math.exp(LEAVE - SERVE)
    assert abs(fled - 5000 * odds) < Z * math.sqrt(5000 * odds * (1.0 + odds))


def test_a_man_not_yet_called_weighs_the_chance_of_it() -> None:
    """While men are called, four in ten of what service is worth to him; afterwards nothing keeps or drives him."""
    model = draft(1, 0.05, 0.4)
    path = drawn(model).paths[0, :, 1, model.states.index("flee")].astype(np.float64)
    before, after = (0.05 / (1.0 + math.exp(stay - LEAVE)) for stay in (0.4 * SERVE, 0.0))
    for day, share in ((20, -math.expm1(-20 * before)), (40, -math.expm1(-20 * before - 20 * after))):
        assert abs(path[day] / 40_000 - share) < Z * math.sqrt(share * (1.0 - share) / 40_000), day


def test_men_at_home_have_no_mates() -> None:
    """Exact: exits in groups and influence belong to the force; men who flee on their own are not coupled."""
    text = (
        head(40) + group("men", place="home", size=3000, squad_size=10) + group("front", size=1000, squad_size=10)
        + route("flee", window_per_day=0.01, utility=0.0, groups=["men"])
        + route("desert", window_per_day=0.01, utility=0.0, groups=["front"])
    )  # fmt: skip
    alone, coupled = (
        drawn(prepared(text + table("[units]", group_exit_probability=chance), 4000)).paths[0]
        for chance in (0.0, 0.8)
    )
    assert (alone[:, 0] == coupled[:, 0]).all()
    assert coupled[-1, 1, 3] > 2 * alone[-1, 1, 3] > 0


def test_a_scenario_without_war_or_force_says_nothing_of_them() -> None:
    model = prepared(head(10) + group(size=100) + route("desert", window_per_day=0.1, utility=0.0), 100)
    values = drawn(model).outcomes[0]
    assert not {"war_days", "defender_deaths", "wounded", "cost_usd", "evasions", "families_harmed"} & set(
        values
    )
    assert offramp.engine.daily_plan(model.scenario)
