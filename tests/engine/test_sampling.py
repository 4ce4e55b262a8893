"""How a run is sampled makes no difference: fewer soldiers, a field of those present only; and what is remembered.

Fixed seeds; bounds of 5.33 standard errors (false alarm 1e-7 each, about two hundred of them).
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import integrate

import offramp.engine
import offramp.scenario
from offramp.engine.population import Sizes, lay_out, simulated
from offramp.model import competing_risks, window_hazards
from tests.engine.scenes import (
    Z,
    apart,
    drawn,
    finished,
    group,
    head,
    outcome,
    policies,
    prepared,
    programme,
    route,
    table,
    ukraine,
)

DESERT = route("desert", window_per_day=0.1, utility=0.5)

# Who is simulated --------------------------------------------------------------------------------------------


def test_soldiers_are_divided_by_numbers() -> None:
    front = np.array([False, False])
    assert simulated(np.array([300.0, 100.0]), front, 1000).tolist() == [300, 100]  # never more than persons
    assert simulated(np.array([30_000.0, 10_000.0]), front, 1000).tolist() == [750, 250]
    assert simulated(np.array([39_999.0, 1.0]), front, 1000).tolist() == [1000, 1]  # nobody is left out
    assert simulated(np.array([0.0, 500.0]), front, 1000).tolist() == [0, 500]


def test_home_takes_a_fifth_of_the_soldiers() -> None:
    counts = simulated(np.array([400_000.0, 25_000_000.0]), np.array([False, True]), 40_000)
    assert counts.tolist() == [32_000, 8_000]
    assert simulated(np.array([25_000_000.0]), np.array([True]), 40_000).tolist() == [40_000]


def test_newcomers_arrive_when_they_are_due() -> None:
    """2 at first, then 0.6 a day: the n-th soldier comes when n - 1/2 are due, the last absorbs the rounding."""
    sizes = Sizes(np.array([2.0]), np.full((1, 5), 0.6))
    layout = lay_out(
        offramp.scenario.loads(head(5) + group(size=1) + DESERT).groups, sizes, np.array([False]), 100, 100
    )
    assert layout.day.tolist() == [-1, -1, 0, 2, 4]  # 2.6, 3.8 and 5.0 are due at the end of days 0, 2 and 4


def test_stands_for() -> None:
    model = prepared(head(5) + group("a", size=30_000) + group("b", size=10_000) + DESERT, 1000)
    assert model.stands_for == {"a": 40.0, "b": 40.0}
    population = model.world(0, {}).population
    assert population.weight.tolist() == [40.0, 40.0]
    assert len(population.record) == 1000


# The sample ---------------------------------------------------------------------------------------------------

# A small army with everything but a war: two groups, squads, exits in groups, deaths, a queue and a budget.
ARMY = (
    head(60) + table("[units]", squad_size=10, company_size=100, memory_days=25.0, group_exit_probability=0.15)
    + group("line", size=30_000, stay_utility="{ people = { normal = [2.0, 1.0] } }", influence=6.0,
            casualty_per_day=0.003)
    + group("rear", size=10_000, stay_utility=2.5, influence=4.0)
    + route("desert", window_per_day=0.03, utility=0.0, caught_probability=0.2, groups=["line"])
    + route("accept", window_per_day=0.03, utility=0.5, needs_programme=True, killed_probability=0.1)
    + programme("p", route="accept", capacity_per_day=60.0, detection_per_day=0.01, cash_usd=100.0,
                awareness_share=0.7, trust=0.8)
    + policies(none=[], offer=["p"])
)  # fmt: skip


@pytest.mark.slow
def test_a_tenth_of_the_soldiers_tells_the_same() -> None:
    """4,000 soldiers for 40,000 persons: all states of both groups on two days, 60 draws against 30."""
    samples = []
    for soldiers, draws in ((4000, 60), (40_000, 30)):
        model = prepared(ARMY, soldiers)
        paths = [drawn(model, 1000 * (soldiers > 4000) + draw).paths[1][[25, 60]] for draw in range(draws)]
        samples.append(np.array(paths, dtype=np.float64))
    few, many = samples
    assert few.mean(axis=0)[1, :, 1].max() > 100  # somebody waits
    # what one soldier stands for, because a queue serves in steps of that many
    error = np.sqrt(few.var(axis=0, ddof=1) / 60 + many.var(axis=0, ddof=1) / 30)
    assert (np.abs(few.mean(axis=0) - many.mean(axis=0)) < Z * error + 10.0).all()


def test_few_soldiers_against_the_closed_form() -> None:
    """200 soldiers for 100,000 persons: competing risks in 300 draws, 60,000 soldiers in all."""
    text = (
        head(60) + group(size=100_000, casualty_per_day=0.001)
        + route("surrender", window_per_day=0.05, utility=-1.0) + route("desert", window_per_day=0.02, utility=0.5)
    )  # fmt: skip
    model = prepared(text, 200)
    assert model.stands_for == {"soldiers": 500.0}
    hazards = [*window_hazards(0.0, (-1.0, 0.5), (0.05, 0.02)), 0.001]
    expected = competing_risks(hazards, 60.0).incidence[0]
    ends = np.array([drawn(model, draw).paths[0, -1, 0] for draw in range(300)], dtype=np.float64)
    for name, share in zip(("surrender", "desert", "killed"), expected, strict=True):
        observed = ends[:, model.states.index(name)] / 100_000
        assert abs(observed.mean() - share) < Z * math.sqrt(share * (1.0 - share) / 60_000), name


@pytest.mark.slow
def test_a_field_of_those_present_tells_the_same() -> None:
    """Not frozen, a field is drawn for those who are there: means and spreads of all states, 80 draws each."""
    model = prepared(ARMY, 2000)
    samples = []
    for frozen in (True, False):
        paths = []
        for draw in range(80):
            world = model.world(draw if frozen else 500 + draw, {})
            paths.append(model.run(world, "offer", None, frozen=frozen).paths[[25, 60]])
        samples.append(np.array(paths, dtype=np.float64))
    assert (apart(*samples) < Z).all()
    assert (apart(*[(sample - sample.mean(axis=0)) ** 2 for sample in samples]) < Z).all()


@pytest.mark.slow
def test_a_field_of_those_present_tells_the_same_of_the_war() -> None:
    """The shipped scenario, where soldiers arrive for two years: departures, deaths and strength, 40 draws each."""
    values = offramp.engine.medians(ukraine().scenario)
    samples: dict[bool, list[np.ndarray]] = {True: [], False: []}
    for frozen, sample in samples.items():
        for draw in range(40):
            world = ukraine().world(draw if frozen else 500 + draw, values)
            run = ukraine().run(world, "a private donor with 10 million USD", None, frozen=frozen)
            sample.append(
                np.concatenate([run.paths[[300, -1]].ravel(), run.strength[[300, -1]]]).astype(np.float64)
            )
    assert (apart(np.array(samples[True]), np.array(samples[False])) < Z).all()


# What is remembered ------------------------------------------------------------------------------------------


def comrades(memory: str, *, influence: float = 6.0, chance: float = 0.2, size: int = 2000) -> np.ndarray:
    units = f"[units]\nsquad_size = 10\ngroup_exit_probability = {chance}\nsquad_weight = 0.7\ncompany_weight = 0.3\n"
    text = (
        head(60) + units + memory + group(size=size, stay_utility=2.0, influence=influence, casualty_per_day=0.001)
        + route("desert", window_per_day=0.05, utility=0.0)
    )  # fmt: skip
    return drawn(prepared(text, size), 2).paths


def test_a_long_memory_is_no_forgetting() -> None:
    """Exact."""
    always = comrades("")
    assert (comrades("memory_days = 60.0\n") == always).all()
    assert (comrades("memory_days = 1e9\n") == always).all()


def test_a_memory_of_nothing_is_no_influence() -> None:
    """Exact: a departure forgotten at once moves nobody."""
    assert (comrades("memory_days = 1e-9\n", chance=0.0) == comrades("", influence=0.0, chance=0.0)).all()


def test_a_shorter_memory_holds_more() -> None:
    left = [comrades(f"memory_days = {days}\n", chance=0.0, size=20_000)[0, -1, 0, 2] for days in (1, 10, 60)]
    assert left[0] < left[1] < left[2]


def test_two_comrades_who_forget_in_closed_form() -> None:
    """Squads of two: the second goes at a raised rate for as long as he remembers the first; 100,000 squads.

    E = integral of the first exit's density times (1 + the chance that the other follows in time)."""
    days, memory, stay, influence, window = 40.0, 7.0, 3.0, 6.0, 0.2
    alone = window / (1.0 + math.exp(stay))
    moved = window / (1.0 + math.exp(stay - influence / 2.0))

    def density(s: float) -> float:
        raised = min(memory, days - s)
        follows = 1.0 - math.exp(-moved * raised - alone * (days - s - raised))
        return 2.0 * alone * math.exp(-2.0 * alone * s) * (1.0 + follows)

    expected, _ = integrate.quad(density, 0.0, days, points=[days - memory])
    squads = 100_000
    text = (
        head(int(days), 2) + table("[units]", memory_days=memory)
        + group(size=2 * squads, stay_utility=stay, influence=influence)
        + route("desert", window_per_day=window, utility=0.0)
    )  # fmt: skip
    left = float(outcome(prepared(text, 2 * squads), "departures")[0])
    # a squad's number of leavers is 0, 1 or 2, so its variance is at most 1
    assert abs(left / squads - expected) < Z / math.sqrt(squads)


def test_a_company_is_counted_by_its_own_size() -> None:
    """Weight on the company only, companies of two that are squads of one: the same closed chain without memory."""
    days, stay, influence, window, companies = 40.0, 3.0, 6.0, 0.2, 50_000
    alone = window / (1.0 + math.exp(stay))
    moved = window / (1.0 + math.exp(stay - influence / 2.0))
    text = (
        head(int(days)) + table("[units]", squad_size=1, company_size=2, squad_weight=0.0, company_weight=1.0)
        + group(size=2 * companies, stay_utility=stay, influence=influence)
        + route("desert", window_per_day=window, utility=0.0)
    )  # fmt: skip
    nobody = math.exp(-2.0 * alone * days)
    one = 2.0 * alone / (2.0 * alone - moved) * (math.exp(-moved * days) - nobody)
    expected = one + 2.0 * (1.0 - one - nobody)
    left = float(outcome(prepared(text, 2 * companies), "departures")[0])
    assert abs(left / companies - expected) < Z / math.sqrt(companies)


# Squads ------------------------------------------------------------------------------------------------------


def test_the_last_squad_is_short_and_groups_do_not_share_one() -> None:
    """23 and 12 soldiers in squads of 5: five squads and three, none across groups or companies."""
    text = (
        head(10, 5) + group("a", size=23, influence=1.0) + group("b", size=12, influence=1.0)
        + route("desert", window_per_day=0.1, utility=0.0)
    )  # fmt: skip
    population = prepared(text, 35).world(0, {}).population
    sizes = np.diff(population.squad_start)
    assert sorted(sizes.tolist()) == [2, 3, 5, 5, 5, 5, 5, 5]
    company_of = np.searchsorted(population.company_start, population.squad_start[:-1], side="right") - 1
    last_of = np.searchsorted(population.company_start, population.squad_start[1:] - 1, side="right") - 1
    assert (company_of == last_of).all()
    assert np.bincount(population.company_group[company_of], sizes).tolist() == [23.0, 12.0]


def test_the_dead_do_not_count_as_leavers() -> None:
    """Exact: under a strong influence, mates who fall move nobody; only those who left do."""
    text = (
        head(30, 5) + group(size=1000, stay_utility=10.0, influence=100.0, casualty_per_day=0.1)
        + route("desert", window_per_day=1.0, utility=-10.0)
    )  # fmt: skip
    paths = drawn(prepared(text, 1000)).paths[0, -1, 0]
    assert paths[3] > 900  # fallen
    assert paths[2] == 0  # nobody left


# Cascades ----------------------------------------------------------------------------------------------------


def still(
    influence: float, *, squad: float = 0.7, company: float = 0.2, chance: float = 0.0
) -> dict[str, float]:
    """Nobody leaves for want of a window, but comrades would count: squads of 10, stay as good as leaving."""
    units = table("[units]", squad_size=10, squad_weight=squad, company_weight=company, memory_days=30.0,
                  group_exit_probability=chance)  # fmt: skip
    text = (
        head(60) + units + group(size=2000, influence=influence)
        + route("desert", window_per_day=1e-9, utility=0.0, caught_probability=0.25)
        + route("hide", window_per_day=3e-9, utility=0.0)
    )  # fmt: skip
    values = drawn(prepared(text, 2000)).outcomes[0]
    assert values["departures"] == 0
    return values


def test_reproduction_number_of_a_force_at_rest() -> None:
    """30 days remembered x sum of windows x success x P (1 - sum P) x influence x the weight of others, P a third."""
    push = (1e-9 * 0.75 + 3e-9) / 9.0 * 8e5 * (0.7 * 0.9 + 0.2)
    values = still(8e5)
    assert values["reproduction_max"] == pytest.approx(30.0 * push, rel=1e-6)
    assert values["tipped"] == 0.0
    # of nine mates each sees a window with 0.4; of those opened by a fellow 15 in 16 get through, a third chooses to
    exits = (1e-9 * 0.75 + 3e-9) / 4e-9 / 3.0
    assert still(8e5, chance=0.4)["reproduction_max"] == pytest.approx(
        30.0 * push + 0.4 * 9.0 * exits, rel=1e-6
    )


def test_a_run_tips_when_one_departure_brings_more_than_one() -> None:
    """For a fortnight above one it tips; just below it never does."""
    at_one = 8e5 / still(8e5)["reproduction_max"]
    assert still(1.01 * at_one)["tipped"] == 1.0
    assert still(0.99 * at_one)["tipped"] == 0.0


def test_a_run_tips_when_a_company_loses_half_to_exits() -> None:
    """At one window a day half of a company of 20 is gone in a day; at one in a hundred days it never is within 14."""
    for window, tips in ((1.0, 1.0), (0.01, 0.0)):
        text = (
            head(60) + table("[units]", company_size=20) + group(size=200, influence=1e-6, squad_size=10)
            + route("desert", window_per_day=window, utility=5.0)
        )  # fmt: skip
        assert outcome(prepared(text, 200), "tipped")[0] == tips


@pytest.mark.parametrize("memory", [30.0, 5.0])
def test_the_day_of_tipping_is_that_of_the_log(memory: float) -> None:
    """Companies of 12 that come near to losing six within 14 days, and a last one of seven that does not count."""
    text = (
        head(90) + table("[units]", company_size=12, memory_days=memory) + group(size=103, influence=1e-6, squad_size=6)
        + route("desert", window_per_day=0.02, utility=5.0) + policies(offer=[])
    )  # fmt: skip
    model = prepared(text, 103)
    days: list[float] = []
    for draw in range(40):
        run = finished(model, draw=draw)
        n = int(run.state.log[0])
        times, companies = run.state.log_time[:n], run.state.log_unit[:n, 0]
        within = [
            ((companies[: k + 1] == companies[k]) & (times[k] - times[: k + 1] <= 14.0)).sum()
            for k in range(n)
        ]
        rush = [t for t, c, w in zip(times, companies, within, strict=True) if w >= 6 and c < 8]
        expected = math.floor(rush[0]) + 1.0 if rush else -1.0
        assert run.outcome.scalars[1] == expected
        days.append(expected)
    assert min(days) < 0 < max(days)  # some runs tip, others do not
