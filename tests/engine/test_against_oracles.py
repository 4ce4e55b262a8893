"""The engine against its oracles over many draws, with stated rates of false alarm.

Seeds are fixed, so a result does not change from run to run. Were they drawn anew, one comparison would
fail a correct engine with the probability that ALARM states; the whole file makes about a hundred of them.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

import offramp.engine
import offramp.scenario
from tests.oracles import day_step, mean_field, squad_chain
from tests.oracles import queue as queue_oracle
from tests.oracles.squad_chain import Squad

ALARM = 1e-7
"""Probability that one comparison of a correct engine fails."""
Z = float(stats.norm.isf(ALARM / 2))
"""The bound that goes with it for a normal error: 5.3 standard errors."""

UTILITY, WINDOW = (-0.5, 0.2), (0.05, 0.03)

Paths = np.ndarray
"""[draws, days + 1, groups, states] persons."""


def run(
    text: str, *, draws: int, persons: int, seed: int = 1, policies: tuple[str, ...] = ("reference",)
) -> tuple[Paths, dict[str, int]]:
    """Paths of the last policy over draws, one simulated soldier a person, and the place of each state."""
    scenario = offramp.scenario.loads(text)
    model = offramp.engine.prepare(scenario, soldiers=persons, seed=seed)
    assert all(stands_for == 1.0 for stands_for in model.stands_for.values())
    paths = np.array(
        [model.run_draw(draw, {}, policies).paths[-1] for draw in range(draws)], dtype=np.float64
    )
    return paths, {state: i for i, state in enumerate(model.states)}


def bare(days: int, squad_size: int, groups: str, routes: str) -> str:
    return (
        f'title = "oracle"\nstart = 2022-02-24\ndays = {days}\nsquad_size = {squad_size}\n{groups}\n{routes}'
    )


def coupled_groups(count: int, size: int, stay: float, influence: float, killed: float) -> str:
    return "\n".join(
        f'[[group]]\nname = "g{g}"\nsize = {size}\nstay_utility = {stay}\ninfluence = {influence}\n'
        f"casualty_per_day = {killed}"
        for g in range(count)
    )


TWO_ROUTES = "\n".join(
    f'[[route]]\nname = "{name}"\nwindow_per_day = {window}\nutility = {utility}'
    for name, utility, window in zip(("surrender", "desert"), UTILITY, WINDOW, strict=True)
)


def assert_distribution(observed: np.ndarray, expected: np.ndarray) -> None:
    """Chi-square of counts against a distribution, neighbours pooled to expectations of 10."""
    total = observed.sum()
    seen, hoped = [0.0], [0.0]
    for count, share in zip(observed, expected, strict=True):
        if hoped[-1] >= 10:
            seen.append(0.0)
            hoped.append(0.0)
        seen[-1] += count
        hoped[-1] += share * total
    if hoped[-1] < 10 and len(hoped) > 1:
        seen[-2] += seen.pop()
        hoped[-2] += hoped.pop()
    statistic = sum((s - h) ** 2 / h for s, h in zip(seen, hoped, strict=True))
    assert stats.chi2.sf(statistic, len(hoped) - 1) > ALARM, (seen, hoped)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("size", "stay", "influence", "days"),
    [(1, 1.0, 0.0, 60), (2, 3.0, 10.0, 60), (5, 4.0, 12.0, 60), (5, 4.0, 12.0, 120), (10, 4.0, 8.0, 120)],
)
def test_squads_follow_the_exact_chain(size: int, stay: float, influence: float, days: int) -> None:
    """200 groups of one squad each, 150 draws: the whole distribution of leavers in 30,000 squads."""
    groups, draws = 200, 150
    text = bare(days, size, coupled_groups(groups, size, stay, influence, 0.002), TWO_ROUTES)
    paths, state = run(text, draws=draws, persons=groups * size)
    exact = squad_chain.solve(Squad(size, stay, influence, 0.002, UTILITY, WINDOW), float(days))
    end = paths[:, -1].reshape(groups * draws, -1)
    by_route = end[:, [state["surrender"], state["desert"]]]
    left = by_route.sum(axis=1).astype(int)
    assert_distribution(np.bincount(left, minlength=size + 1), exact.left)
    killed = end[:, state["killed"]].astype(int)
    assert_distribution(np.bincount(killed, minlength=size + 1), exact.killed)
    error = by_route.std(axis=0, ddof=1) / math.sqrt(len(end))
    assert (np.abs(by_route.mean(axis=0) - exact.by_route) < Z * error).all()


@pytest.mark.slow
def test_squads_are_independent_and_do_not_cross_groups() -> None:
    """Two groups of 400 squads of 5: mean, and variance between draws, of the number who left."""
    squads, size, days, draws = 400, 5, 90, 120
    text = bare(days, size, coupled_groups(2, squads * size, 4.0, 12.0, 0.001), TWO_ROUTES)
    paths, state = run(text, draws=draws, persons=2 * squads * size)
    exact = squad_chain.solve(Squad(size, 4.0, 12.0, 0.001, UTILITY, WINDOW), float(days))
    left = paths[:, -1][:, :, [state["surrender"], state["desert"]]].sum(axis=2)
    variance = squads * exact.variance_left
    for group in range(2):
        error = math.sqrt(variance / draws)
        assert abs(left[:, group].mean() - squads * exact.mean_left) < Z * error
        ratio = left[:, group].var(ddof=1) / variance * (draws - 1)
        assert min(stats.chi2.cdf(ratio, draws - 1), stats.chi2.sf(ratio, draws - 1)) > ALARM / 2
    correlation = float(np.corrcoef(left.T)[0, 1])
    assert abs(math.atanh(correlation)) * math.sqrt(draws - 3) < Z


@pytest.mark.slow
def test_engine_holds_where_the_mean_field_fails() -> None:
    """Small squads under strong influence: the engine stands by the chain, 35 points from the cohorts."""
    squads, size, days, draws = 400, 5, 120, 20
    text = bare(days, size, coupled_groups(1, squads * size, 4.0, 12.0, 0.001), TWO_ROUTES)
    paths, state = run(text, draws=draws, persons=squads * size)
    exact = squad_chain.solve(Squad(size, 4.0, 12.0, 0.001, UTILITY, WINDOW), float(days))
    cohort = mean_field.Cohort(4.0, 0.0, 12.0, 0.001, np.array(UTILITY), np.array(WINDOW))
    cohorts = mean_field.shares(cohort, days=days, nodes=1)[days, 1:-1].sum()
    engine = paths[:, -1, 0][:, [state["surrender"], state["desert"]]].sum() / (draws * squads * size)
    assert abs(engine - exact.mean_left / size) < Z * math.sqrt(exact.variance_left / (squads * draws)) / size
    assert cohorts - engine > 0.35


@pytest.mark.slow
def test_engine_tends_to_the_mean_field_in_large_squads() -> None:
    """Squads of 500 under weak influence, stay ~ Normal(1.5, 1): within 0.3 points and sampling error."""
    size, draws, days = 500, 80, 60
    groups = (
        f'[[group]]\nname = "soldiers"\nsize = {size}\ninfluence = 2.0\ncasualty_per_day = 0.001\n'
        "stay_utility = { people = { normal = [1.5, 1.0] } }"
    )
    paths, state = run(bare(days, size, groups, TWO_ROUTES), draws=draws, persons=size)
    cohort = mean_field.Cohort(1.5, 1.0, 2.0, 0.001, np.array(UTILITY), np.array(WINDOW))
    expected = mean_field.shares(cohort, days=days)
    columns = [state[name] for name in ("serving", "surrender", "desert", "killed")]
    for day in (15, 30, 60):
        shares = paths[:, day, 0][:, columns] / size
        error = shares.std(axis=0, ddof=1) / math.sqrt(draws)
        bound = float(stats.t.isf(ALARM / 2, draws - 1)) * error + 0.003
        assert (np.abs(shares.mean(axis=0) - expected[day]) < bound).all(), (
            day,
            shares.mean(axis=0),
            expected[day],
        )


MIXED_DAYS, MIXED_SWITCH, MIXED_DRAWS = 40, 20, 60  # the window changes after 20 days, on 16 March
MIXED = bare(
    MIXED_DAYS,
    8,
    """
[[group]]
name = "volunteers"
size = 800
stay_utility = { people = { normal = [2.0, 0.8] } }
influence = { people = { lognormal = [5.0, 0.3] } }
casualty_per_day = 0.002
[[group]]
name = "conscripts"
size = 600
squad_size = 4
stay_utility = { people = { uniform = [0.5, 2.5] } }
influence = 3.0
""",
    """
[[route]]
name = "surrender"
window_per_day = { points = [[2022-02-24, 0.05], [2022-03-16, 0.12]], interpolation = "step" }
utility = -0.5
[[route]]
name = "desert"
window_per_day = 0.04
utility = 0.3
groups = ["volunteers"]
[[route]]
name = "hide"
window_per_day = 0.03
utility = { people = { normal = [0.0, 0.5] } }
""",
)


def mixed_soldiers(rng: np.random.Generator) -> day_step.Soldiers:
    """The same scenario for the day-step oracle."""
    first, second = 800, 600
    group = np.repeat([0, 1], [first, second])
    utility = np.tile([-0.5, 0.3, 0.0], (first + second, 1))
    utility[first:, 1] = -math.inf
    utility[:, 2] = rng.normal(0.0, 0.5, first + second)
    window = np.tile([0.05, 0.04, 0.03], (MIXED_DAYS, 1))
    window[MIXED_SWITCH:, 0] = 0.12
    return day_step.Soldiers(
        group=group,
        squad=np.concatenate([np.arange(first) // 8, first // 8 + np.arange(second) // 4]),
        stay=np.concatenate([rng.normal(2.0, 0.8, first), rng.uniform(0.5, 2.5, second)]),
        influence=np.concatenate([5.0 * np.exp(0.3 * rng.standard_normal(first)), np.full(second, 3.0)]),
        killed_per_day=np.where(group == 0, 0.002, 0.0),
        utility=utility,
        window_per_day=window,
        squad_size=np.where(group == 0, 8, 4),
    )


@pytest.mark.slow
def test_mixed_groups_follow_the_day_step() -> None:
    """Spread between persons, two squad sizes, a dated window, a route for one group; tenths of a day."""
    paths, state = run(MIXED, draws=MIXED_DRAWS, persons=1400)
    columns = [state[name] for name in ("serving", "surrender", "desert", "hide", "killed")]
    oracle = np.array(
        [
            day_step.simulate(mixed_soldiers(rng), days=MIXED_DAYS, steps_per_day=10, rng=rng)
            for rng in map(np.random.default_rng, range(MIXED_DRAWS))
        ],
        dtype=np.float64,
    )
    bound = float(stats.t.isf(ALARM / 2, 2 * MIXED_DRAWS - 2))
    for day in (0, 10, 20, 30, 40):
        ours, theirs = paths[:, day][:, :, columns], oracle[:, day]
        difference = ours.mean(axis=0) - theirs.mean(axis=0)
        error = np.sqrt((ours.var(axis=0, ddof=1) + theirs.var(axis=0, ddof=1)) / MIXED_DRAWS)
        # 0.1 % of a group for the oracle's own step
        assert (np.abs(difference) < bound * error + np.array([[0.8], [0.6]])).all(), (day, difference, error)


def programme(capacity: float, detection: float, killed: float, persons: int, days: int) -> str:
    return f"""
title = "queue"
start = 2022-02-24
days = {days}
[[group]]
name = "soldiers"
size = {persons}
casualty_per_day = {killed}
[[route]]
name = "accept"
window_per_day = 0.2
utility = 1.0
needs_programme = true
[[programme]]
name = "passage"
route = "accept"
capacity_per_day = {capacity}
detection_per_day = {detection}
[[policy]]
name = "none"
[[policy]]
name = "offer"
programmes = ["passage"]
"""


@pytest.mark.parametrize("capacity", [1.0, 3.0, 7.5])
def test_a_full_queue_serves_its_capacity_to_the_person(capacity: float) -> None:
    """Hundreds wait, nobody is struck: from day 5 on each day serves the capacity, fractions kept."""
    paths, state = run(
        programme(capacity, 0.0, 0.0, 1000, 40), draws=1, persons=1000, policies=("none", "offer")
    )
    served = paths[0, :, 0, state["accept"]]
    for first, last in ((5, 40), (10, 30)):
        assert served[last] - served[first] == pytest.approx(capacity * (last - first), abs=1.0)


@pytest.mark.parametrize("capacity", [2.0, 15.0, 37.0])
def test_capacity_counts_persons_when_soldiers_stand_for_ten(capacity: float) -> None:
    """A place is a person's: 100 soldiers for 1,000 persons pass at the same rate, in steps of ten."""
    scenario = offramp.scenario.loads(programme(capacity, 0.0, 0.0, 1000, 25))
    model = offramp.engine.prepare(scenario, soldiers=100, seed=1)
    assert model.stands_for == {"soldiers": 10.0}
    served = model.run_draw(0, {}, ("none", "offer")).paths[1, :, 0, model.states.index("accept")]
    assert served[25] - served[5] == pytest.approx(capacity * 20, abs=10.0)


@pytest.mark.slow
def test_queue_follows_the_oracle() -> None:
    """Joins, service, death and detection while waiting: shares by state over 100 draws on either side."""
    persons, days, draws, capacity, detection, killed = 200, 30, 100, 3.0, 0.02, 0.01
    text = programme(capacity, detection, killed, persons, days)
    paths, state = run(text, draws=draws, persons=persons, policies=("none", "offer"))
    ours = paths[:, -1, 0][:, [state[name] for name in ("accept", "waiting", "killed", "imprisoned")]]
    joins_per_day = 0.2 * math.exp(1.0) / (1.0 + math.exp(1.0))
    theirs = np.array(
        [
            queue_counts(
                np.random.default_rng(draw), persons, days, capacity, joins_per_day, detection, killed
            )
            for draw in range(draws)
        ]
    )
    difference = ours.mean(axis=0) - theirs.mean(axis=0)
    error = np.sqrt((ours.var(axis=0, ddof=1) + theirs.var(axis=0, ddof=1)) / draws)
    bound = float(stats.t.isf(ALARM / 2, 2 * draws - 2))
    assert (np.abs(difference) < bound * error + 1e-9).all(), (ours.mean(axis=0), theirs.mean(axis=0))


def queue_counts(
    rng: np.random.Generator,
    persons: int,
    days: int,
    capacity: float,
    joins: float,
    detection: float,
    killed: float,
) -> tuple[int, int, int, int]:
    """Served, waiting, killed, imprisoned at the horizon, by the queue oracle with exponential clocks."""
    join = rng.exponential(1.0 / joins, persons)
    death = rng.exponential(1.0 / killed, persons)
    detected = join + rng.exponential(1.0 / detection, persons)
    applicants = [
        queue_oracle.Applicant(float(j), float(min(dies, found)))
        for j, dies, found in zip(join, death, detected, strict=True)
    ]
    fates = queue_oracle.simulate(applicants, capacity_per_day=capacity, days=days)
    served = sum(fate.what == "served" for fate in fates)
    imprisoned = sum(f.what == "struck" and detected[i] < death[i] for i, f in enumerate(fates))
    dead = sum(
        f.what != "served" and death[i] < days and not (f.what == "struck" and detected[i] < death[i])
        for i, f in enumerate(fates)
    )
    return served, sum(fate.what == "waiting" for fate in fates), dead, imprisoned
