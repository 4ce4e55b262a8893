"""From a scenario and one draw to the kernel's arrays: days, shares, the force, the field, the menu."""

from __future__ import annotations

import math

import numpy as np
import pytest

import offramp.engine
import offramp.scenario
from offramp.engine import bind
from offramp.engine.inputs import DEATH, FIRST_WINDOW, NEVER, WOUND
from offramp.engine.menu import menu, options_of
from offramp.engine.offering import fixed_costs, offers
from offramp.scenario import Scenario
from tests.engine.scenes import (
    CHOICE,
    group,
    head,
    policies,
    programme,
    route,
    table,
    ukraine,
)


def loaded(*tables: str, days: int = 10, squad_size: int | None = None) -> Scenario:
    return offramp.scenario.loads(head(days, squad_size) + "".join(tables))


SOLDIERS = group(size=100, wealth_usd=10_000.0)
DESERT = route("desert", window_per_day=0.1, utility=0.5)

# Quantities --------------------------------------------------------------------------------------------------


def test_daily_paths() -> None:
    """Day d at index d: a number every day, points from their dates, in between as stated, held outside."""
    points = "points = [[2022-02-26, 1.0], [2022-03-02, 16.0]]"
    stated = [f'{{ {points}, interpolation = "{how}" }}' for how in ("step", "linear", "log")]
    routes = [route(f"r{k}", window_per_day=path, utility=0.0) for k, path in enumerate([*stated, 3.0])]
    scenario = loaded(SOLDIERS, *routes)
    paths = [bind.daily(item.window_per_day, {}, 8) for item in scenario.routes]
    assert paths[0].tolist() == [1, 1, 1, 1, 1, 1, 16, 16]
    assert paths[1] == pytest.approx([1, 1, 1, 4.75, 8.5, 12.25, 16, 16])
    assert paths[2] == pytest.approx([1, 1, 1, 2, 4, 8, 16, 16])
    assert paths[3].tolist() == [3.0] * 8


def test_daily_of_what_is_not_stated() -> None:
    assert bind.daily(None, {}, 3).tolist() == [0.0] * 3
    assert bind.daily(None, {}, 3, math.inf).tolist() == [math.inf] * 3
    assert bind.number(None, {}, 0.5) == 0.5


def test_a_daily_path_may_be_written_to() -> None:
    path = bind.daily(loaded(SOLDIERS, DESERT).routes[0].window_per_day, {}, 3)
    path[0] = 7.0
    assert path.tolist() == [7.0, 0.1, 0.1]


def test_uncertain_numbers_take_the_values_of_the_draw() -> None:
    scenario = loaded(SOLDIERS, route("desert", window_per_day="{ between = [0.1, 0.3] }", utility=0.0))
    path = "route.desert.window_per_day"
    assert bind.daily(scenario.routes[0].window_per_day, {path: 0.25}, 2).tolist() == [0.25, 0.25]
    with pytest.raises(KeyError, match=path):
        bind.daily(scenario.routes[0].window_per_day, {}, 2)
    assert offramp.engine.medians(scenario)[path] == pytest.approx(math.sqrt(0.03))


def test_shares_sum_to_one() -> None:
    assert bind.shares((("a", 0.5), ("b", 1.5)), {}) == {"a": 0.25, "b": 0.75}
    drawn = ukraine().scenario.force
    assert drawn is not None
    medians = bind.shares(drawn.initial_shares, offramp.engine.medians(ukraine().scenario))
    assert sum(medians.values()) == pytest.approx(1.0, abs=1e-12)
    assert medians["conscripts"] == pytest.approx(0.095, abs=1e-12)


# The force ---------------------------------------------------------------------------------------------------

FORCE = (
    '[force]\npersons = { points = [[2022-02-24, 1000], [2022-02-26, 1200], [2022-02-28, 1100]] }\nscale = 2.0\n'
    'initial_shares = { "a" = 0.9, "b" = 0.1 }\n'
)  # fmt: skip
INFLOW = (
    '[[force.inflow]]\nfrom = 2022-02-24\nshares = { "a" = 1.0 }\n'
    '[[force.inflow]]\nfrom = 2022-02-26\nshares = { "a" = 0.25, "b" = 0.75 }\n'
)
LOSSES = table(
    "[losses]",
    claimed_per_day='{ points = [[2022-02-24, 40.0], [2022-02-28, 80.0]], interpolation = "step" }',
    claim_factor=0.5,
    kill_share=0.4,
    wounded_out_per_killed=1.5,
)


def army() -> Scenario:
    return loaded(
        group("a", relative_risk=2.0),
        group("b", casualty_per_day=0.01),
        FORCE,
        INFLOW,
        LOSSES,
        DESERT,
        days=6,
    )


def test_force_path_reaches_the_end_of_the_last_day() -> None:
    assert bind.force_path(army(), {}).tolist() == [2000, 2200, 2400, 2300, 2200, 2200, 2200]


def test_w1_losses() -> None:
    """Claimed x 0.5 true x 0.4 killed; a day's hazard is its deaths over the reference strength that morning."""
    assert bind.killed_per_day(army(), {}) == pytest.approx([8, 8, 8, 8, 16, 16])
    death, wound = bind.hazards(army(), {})
    line = np.array([8 / 2000, 8 / 2200, 8 / 2400, 8 / 2300, 16 / 2200, 16 / 2200])
    assert death == pytest.approx(np.array([2.0 * line, line + 0.01]))
    assert wound == pytest.approx(np.array([3.0 * line, 1.5 * line]))  # none from the hazard stated outright


def test_w2_inflow_by_hand() -> None:
    """What the reference grows by and what is lost on a day arrives on the next morning; never below zero."""
    sizes = bind.sizes(army(), {})
    assert sizes.initial.tolist() == [1800.0, 200.0]
    # day 0: +200 and 20 lost; day 1: +200 and 20; days 2 and 3: -100 and 20 or 40, so nobody; day 4: 40
    assert sizes.arriving[0] == pytest.approx([0, 220, 0.25 * 220, 0, 0, 0.25 * 40])
    assert sizes.arriving[1] == pytest.approx([0, 0, 0.75 * 220, 0, 0, 0.75 * 40])
    assert sizes.ever == pytest.approx([1800 + 220 + 55 + 10, 200 + 165 + 30])


def test_w2_before_the_first_dated_inflow_newcomers_divide_as_the_force() -> None:
    """In an army without dated inflow the shares stay; with one from 26 February, until then."""
    undated = loaded(group("a", relative_risk=2.0), group("b"), FORCE, LOSSES, DESERT, days=6)
    total = bind.sizes(army(), {}).arriving.sum(axis=0)
    assert bind.sizes(undated, {}).arriving == pytest.approx(np.array([0.9 * total, 0.1 * total]))
    later = INFLOW.split("[[force.inflow]]")[2]
    dated = loaded(group("a"), group("b"), FORCE, "[[force.inflow]]" + later, LOSSES, DESERT, days=6)
    assert bind.sizes(dated, {}).arriving[:, 1] == pytest.approx([198.0, 22.0])
    assert bind.sizes(dated, {}).arriving[:, 2:] == pytest.approx(bind.sizes(army(), {}).arriving[:, 2:])


def test_without_a_force_groups_keep_their_size() -> None:
    scenario = loaded(group("a", size=70), group("b", size=30), DESERT)
    sizes = bind.sizes(scenario, {})
    assert sizes.initial.tolist() == [70.0, 30.0]
    assert (sizes.arriving == 0.0).all()


def test_at_home_nobody_falls_at_the_front() -> None:
    front = FORCE.replace('"a" = 0.9, "b" = 0.1', '"a" = 1.0')
    scenario = loaded(group("a"), group("home", place="home", size=500), front, LOSSES, DESERT)
    death, wound = bind.hazards(scenario, {})
    assert (death[1] == 0.0).all()
    assert (wound[1] == 0.0).all()
    assert (death[0] > 0.0).all()


# The field of candidates -------------------------------------------------------------------------------------


def test_field_is_cumulative_and_ends_at_2_to_32() -> None:
    """Ceilings of death, wound and windows, as shares of their sum; no programme is among them."""
    text = (
        head(6) + group("a", relative_risk=2.0) + group("b", casualty_per_day=0.01) + FORCE + INFLOW + LOSSES
        + route("desert", window_per_day="{ points = [[2022-02-24, 0.0], [2022-02-28, 0.4]] }", utility=0.0)
        + route("accept", window_per_day=0.05, utility=0.0, needs_programme=True)
        + programme("p", route="accept", capacity_per_day=1.0, detection_per_day=0.02) + policies(none=[], offer=["p"])
    )  # fmt: skip
    scenario = offramp.scenario.loads(text)
    death, wound = bind.hazards(scenario, {})
    field = bind.field(scenario, {}, death, wound)
    windows = np.array([[0.0, 0.1, 0.2, 0.3, 0.4, 0.4], [0.05] * 6])
    ceilings = np.vstack([death.max(axis=0), wound.max(axis=0), windows])
    assert field.rate == pytest.approx(ceilings.sum(axis=0))
    assert field.threshold.shape == (6, FIRST_WINDOW + 2)
    cumulative = np.cumsum(ceilings, axis=0).T / ceilings.sum(axis=0)[:, None]
    assert field.threshold.astype(np.float64) / 2.0**32 == pytest.approx(cumulative, abs=1e-9)
    assert (np.diff(field.threshold.astype(np.int64), axis=1) >= 0).all()
    assert (field.threshold[:, -1] == 2**32).all()
    assert field.threshold[0, FIRST_WINDOW] == field.threshold[0, WOUND]  # a closed route has no share
    # thinning gives each group its own hazard back
    for kind, ratio, hazard in ((DEATH, field.death, death), (WOUND, field.wound, wound)):
        assert (ratio <= 1.0).all()
        assert ratio * ceilings[kind] == pytest.approx(hazard)


def test_field_of_nothing_has_no_candidates() -> None:
    scenario = loaded(SOLDIERS, route("desert", window_per_day=0.0, utility=0.0))
    field = bind.field(scenario, {}, *bind.hazards(scenario, {}))
    assert (field.rate == 0.0).all()
    assert (field.death == 0.0).all()


def test_the_last_kind_that_can_occur_takes_the_rounding() -> None:
    """A share that ends a sliver short of one must not leave candidates of a kind that cannot occur."""
    routes = [route(f"r{k}", window_per_day=0.1, utility=0.0) for k in range(7)]
    scenario = loaded(SOLDIERS, *routes, route("closed", window_per_day=0.0, utility=0.0))
    field = bind.field(scenario, {}, *bind.hazards(scenario, {}))
    assert (field.threshold[:, -1] == 2**32).all()
    assert (field.threshold[:, -2] == 2**32).all()
    assert (field.threshold[:, -3] < 2**32).all()


# The menu ----------------------------------------------------------------------------------------------------


def offered(**testimony: str) -> Scenario:
    """Routes desert and accept; programmes p and q on accept, z on desert, by their rules of testimony."""
    return loaded(
        SOLDIERS, CHOICE, route("desert", window_per_day=0.1, distaste=1.0),
        route("accept", window_per_day=0.1, distaste=1.0, needs_programme=True),
        *(programme(name, route="desert" if name == "z" else "accept", testimony=rule) for name, rule in testimony.items()),
        policies(none=[], some=[name for name in testimony if name != "q"], all=list(testimony)),
    )  # fmt: skip


def listed(scenario: Scenario, policy: int) -> list[tuple[int, int, bool]]:
    chosen = menu(scenario, scenario.policies[policy], {})
    triples = list(zip(chosen.route.tolist(), chosen.programme.tolist(), chosen.video.tolist(), strict=True))
    for r in range(len(scenario.routes)):
        assert [t for t in triples if t[0] == r] == triples[chosen.start[r] : chosen.start[r + 1]]
    return triples


@pytest.mark.parametrize(
    ("rule", "variants"), [("none", [False]), ("optional", [False, True]), ("mandatory", [True])]
)
def test_testimony_makes_variants(rule: str, variants: list[bool]) -> None:
    scenario = offered(p=rule)
    assert listed(scenario, 0) == [(0, -1, False)]  # a route that needs a programme is not there without one
    assert listed(scenario, 1) == [(0, -1, False), *((1, 0, video) for video in variants)]


def test_several_programmes_on_one_route() -> None:
    """Each is an option beside the ordinary way, in the order of the file, whichever policy names it."""
    scenario = offered(p="optional", q="mandatory", z="none")
    assert listed(scenario, 2) == [(0, -1, False), (0, 2, False), (1, 0, False), (1, 0, True), (1, 1, True)]
    # a policy counts its own programmes
    assert listed(scenario, 1) == [(0, -1, False), (0, 1, False), (1, 0, False), (1, 0, True)]
    assert [o.route for o in options_of(scenario.routes, ())] == [0]


def test_who_may_take_an_option() -> None:
    scenario = loaded(
        group("a", size=1), group("b", size=1), group("c", size=1),
        route("desert", window_per_day=0.1, utility=0.0, groups=["a", "b"]),
        route("hide", window_per_day=0.1, utility=0.0, groups=["c"]),
        programme("p", route="desert", groups=["b"]), policies(none=[], offer=["p"]),
    )  # fmt: skip
    assert menu(scenario, scenario.policies[1], {}).eligible.tolist() == [
        [True, False, False],
        [True, True, False],
        [False, False, True],
    ]


def test_a_programme_overrides_the_risks_of_its_route() -> None:
    scenario = loaded(
        SOLDIERS, CHOICE, route("desert", window_per_day=0.1, distaste=1.0, caught_probability=0.4, killed_probability=0.2,
                                exchange_probability=0.6),
        programme("p", route="desert", caught_probability=0.1),
        programme("q", route="desert", killed_probability=0.0, exchange_probability=0.0),
        policies(none=[], both=["p", "q"]),
    )  # fmt: skip
    chosen = menu(scenario, scenario.policies[1], {})
    assert chosen.caught[:, 0].tolist() == [0.4, 0.1, 0.4]
    assert chosen.killed[:, 0].tolist() == [0.2, 0.2, 0.0]
    assert chosen.exchange[:, 0].tolist() == [0.6, 0.6, 0.0]


def test_stated_utilities_and_personal_ones() -> None:
    """Outright for all, outright by person (a column of deviations), or built from the terms (not a number)."""
    scenario = loaded(
        SOLDIERS, CHOICE, route("a", window_per_day=0.1, utility=0.5),
        route("b", window_per_day=0.1, utility="{ people = { normal = [0.0, 1.0] } }"),
        route("c", window_per_day=0.1, distaste=2.0),
        route("d", window_per_day=0.1, utility="{ people = { uniform = [0.0, 1.0] } }"),
    )  # fmt: skip
    chosen = menu(scenario, scenario.policies[0], {})
    assert chosen.outright[:, 0] == pytest.approx([0.5, 0.0, math.nan, 0.0], nan_ok=True)
    assert chosen.column.tolist() == chosen.deviation.tolist() == [-1, 0, -1, 1]
    assert chosen.distaste.tolist() == [0.0, 0.0, 2.0, 0.0]


def test_offers_in_dollars_and_utils() -> None:
    """Present value, the unit cost and the parts of the promise, by hand."""
    scenario = loaded(
        SOLDIERS, CHOICE, DESERT.replace("utility = 0.5", "distaste = 1.0"),
        programme("p", route="desert", cash_usd=1000.0, schedule="[[100, 500.0]]",
                  stipend_usd_per_month=300.0, stipend_months=2.0, admission_cost_usd=40.0,
                  legal_status="asylum", legal_probability=0.5, legal_cost_usd=60.0,
                  family_passage_share=0.25, family_cost_usd=80.0, safety_share=0.5, fixed_cost_usd=12.0),
        programme("q", route="desert", legal_cost_usd=60.0),
        policies(none=[], both=["q", "p"]),
    )  # fmt: skip
    promised = offers(scenario, scenario.policies[1], {})
    later = 500.0 * math.exp(-0.03) + sum(10.0 * math.exp(-3e-4 * day) for day in range(1, 61))
    assert promised.present_value[0] == pytest.approx([1000.0 + 0.7 * later, 0.0])
    # no status, no cost of it
    assert promised.cost[0] == pytest.approx([1000.0 + 500.0 + 600.0 + 40.0 + 60.0, 0.0])
    assert promised.transfer[0] == pytest.approx([1000.0 + 500.0 + 600.0, 0.0])
    assert promised.legal == pytest.approx([0.75, 0.0])
    assert promised.family * promised.passage == pytest.approx([0.2, 0.0])
    assert promised.safety == pytest.approx([0.25, 0.0])
    assert promised.family_cost.tolist() == [80.0, 0.0]
    assert fixed_costs(scenario, scenario.policies[1], {}).sum() == 12.0
    # what is not stated limits nothing and is believed
    assert promised.trust.min() == promised.aware.min() == 1.0
    assert promised.capacity.min() == promised.budget.min() == math.inf
    assert (promised.start.tolist(), promised.end.tolist()) == ([0, 0], [10, 10])


def test_without_a_choice_every_term_is_neutral() -> None:
    scenario = loaded(SOLDIERS, DESERT)
    choice = bind.choice(scenario, {}, np.zeros((1, 10)))
    assert (choice.scale, choice.present_bias, choice.optimism, choice.family_units, choice.video_factor) == (
        1.0,
    ) * 5
    terms = (
        choice.discount,
        choice.death,
        choice.arrest,
        choice.prison,
        choice.family,
        choice.support,
        choice.grievance,
    )
    assert terms == (0.0,) * 7
    assert choice.belief_rate == math.inf
    assert not choice.rebuild.any()


def test_values_are_made_anew_only_when_something_moves() -> None:
    moving = '{ points = [[2022-02-24, 0.0], [2022-02-27, 1.0]], interpolation = "step" }'
    scenario = loaded(
        SOLDIERS, route("desert", window_per_day=0.1, utility=moving), programme("p", route="desert", start="2022-03-01"),
        policies(none=[], offer=["p"]),
    )  # fmt: skip
    choice = bind.choice(scenario, {}, np.zeros((1, 10)))
    assert np.flatnonzero(choice.rebuild).tolist() == [3, 5]
    assert bind.choice(loaded(SOLDIERS, CHOICE, DESERT), {}, np.zeros((1, 10))).rebuild.all()


# Units, war, call-up -----------------------------------------------------------------------------------------


def test_units_in_bare_files_and_by_cohesion() -> None:
    bare, _ = bind.units(loaded(group(size=10, influence=2.0), DESERT, squad_size=5), {})
    assert bare.on
    assert (bare.squad, bare.company, bare.force, bare.memory, bare.group_exit) == (1.0, 0.0, 0.0, NEVER, 0.0)
    assert bare.hold.tolist() == [0.0]
    tables = (
        group(size=10, cohesion=0.5),
        DESERT,
        table("[units]", squad_size=5, contagion=2.0, loyalty=1.0, memory_days=60.0),
    )
    units, pull = bind.units(loaded(*tables), {})
    assert pull.tolist() == [1.5]  # c (gam + kap)
    assert units.hold.tolist() == [0.5]  # c kap
    assert units.memory == 60.0
    alone, _ = bind.units(loaded(SOLDIERS, DESERT), {})
    assert not alone.on


def test_breakpoints_are_quantiles_of_their_law() -> None:
    from scipy import stats

    war = table("[war]", breakpoint_a=3.0, breakpoint_b=7.0)
    scenario = loaded(group("a"), group("b"), FORCE, war, DESERT)
    quantiles = bind.breakpoints(scenario, {})
    assert quantiles == pytest.approx(
        stats.beta.ppf(np.linspace(0.0, 1.0, quantiles.size), 3.0, 7.0), abs=1e-9
    )
    assert (bind.breakpoints(loaded(SOLDIERS, DESERT), {}) > 1.0).all()  # nobody can lose more than all


def test_the_call_up_grows_evenly_and_stays_open() -> None:
    text = (
        head(12) + group("men", place="home", size=1000)
        + '[mobilisation]\ngroup = "men"\nquota = 100\nfrom = 2022-02-26\nuntil = 2022-03-01\nperceived_call_share = 0.3\n'
        + route("flee", on_call_up=True, utility=0.0)
    )  # fmt: skip
    call_up = bind.mobilisation(offramp.scenario.loads(text), {})
    assert (call_up.group, call_up.serves_as) == (0, 0)
    assert call_up.quota.tolist() == [0, 0, 25, 50, 75, 100, 100, 100, 100, 100, 100, 100]
    assert call_up.perceived.tolist() == [0, 0, 0.3, 0.3, 0.3, 0.3, 0, 0, 0, 0, 0, 0]
    assert bind.mobilisation(loaded(SOLDIERS, DESERT), {}).group == -1
