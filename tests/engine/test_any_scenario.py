"""Small scenarios put together at random: whatever a file combines, nobody is lost and no limit is broken."""

from __future__ import annotations

from random import Random

import numba
import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import offramp.engine
import offramp.scenario
from offramp.engine import Model
from offramp.engine.inputs import ABSENT, SERVING, WAITING, Outcome
from offramp.engine.menu import menu
from offramp.engine.offering import offers
from tests.engine.scenes import CHOICE, begun, drawn, group, head, policies, prepared, programme, route, table

SPREAD = "{ people = { normal = [0.5, 1.0] } }"


def some_groups(rng: Random, names: list[str], *, force: bool, units: bool, home: bool) -> str:
    text = ""
    for name in names:
        keys: dict[str, object] = {
            "size": None if force else rng.choice([1, 7, 100, 400]),
            "stay_utility": rng.choice([0.0, 2.0, SPREAD]),
            "support": rng.choice([None, SPREAD]),
            "family_exposed_share": rng.choice([None, 0.5, 1.0]),
            "wealth_usd": rng.choice([500.0, 5000.0]),
            "casualty_per_day": rng.choice([None, 0.01, 1.0]),
            "relative_risk": rng.choice([None, 0.0, 2.0]),
        }
        if units:
            social = rng.choice(["influence", "cohesion", "none"])
            keys |= (
                {} if social == "none" else {social: rng.choice([0.5, 5.0]), "squad_size": rng.choice([2, 5])}
            )
        text += group(name, **keys)
    if home:
        text += group(
            "home", place="home", size=rng.choice([50, 3000]), support=SPREAD, family_exposed_share=0.5
        )
    return text


def some_war(rng: Random, names: list[str]) -> str:
    shares = {name: 1.0 / len(names) for name in names}
    points = f"[[2022-02-24, {rng.choice([100, 600])}], [2022-03-20, {rng.choice([300, 900])}]]"
    text = table("[force]", persons=f"{{ points = {points} }}", initial_shares=shares)
    if rng.random() < 0.7:
        text += table("[[force.inflow]]", from_="2022-03-01", shares={names[-1]: 1.0})
    if rng.random() < 0.7:
        text += table(
            "[losses]",
            claimed_per_day=rng.choice([0.0, 5.0, 50.0]),
            kill_share=0.5,
            wounded_out_per_killed=1.5,
        )
    if rng.random() < 0.7:
        text += table("[war]", breakpoint_a=3.0, breakpoint_b=7.0, refit_days=rng.choice([None, 0.5, 5.0]),
                      loss_memory_days=rng.choice([1, 10, 60]), hold_ratio=0.5, hold_days=3, win_probability=0.4,
                      strength_elasticity=2.0, collapse_b0=-4.0, collapse_b1=6.0, collapse_b2=20.0,
                      defender_deaths_per_day=3.0)  # fmt: skip
    return text


def some_units(rng: Random) -> str:
    return table("[units]", company_size=rng.choice([10, 20, 100]), memory_days=rng.choice([None, 0.5, 7.3]),
                 group_exit_probability=rng.choice([None, 0.0, 0.2, 0.9]), squad_weight=rng.choice([None, 0.0, 0.7]),
                 company_weight=rng.choice([None, 0.3]), force_weight=rng.choice([None, 0.2]), contagion=2.0,
                 loyalty=1.0)  # fmt: skip


def some_ways(rng: Random, *, choice: bool, called: bool) -> str:
    """Routes, each with an offer of its own but those at a call-up, and policies of none, one and all."""
    text, promised = "", []
    count = rng.randint(1, 4)
    for r in range(count):
        outright = not choice or rng.random() < 0.3
        windows = [0.0, 0.01, 0.3, 3.0, "{ points = [[2022-02-24, 0.0], [2022-03-05, 0.5]] }"]
        at_call_up = called and rng.random() < 0.3 and r + 1 < count
        text += route(
            f"r{r}", window_per_day=rng.choice(windows), caught_probability=rng.choice([None, 0.3]),
            utility=rng.choice([0.0, 3.0, -2.0, SPREAD]) if outright else None, distaste=None if outright else 1.0,
            reprisal_probability=None if outright else 0.3, killed_probability=rng.choice([None, 0.2]),
            needs_programme=True if not at_call_up and rng.random() < 0.4 else None,
            on_call_up=True if at_call_up else None,
        )  # fmt: skip
        if at_call_up:
            continue
        promised.append(f"p{r}")
        text += programme(
            promised[-1], route=f"r{r}", capacity_per_day=rng.choice([None, 0.0, 0.5, 3.0, 50.0]),
            budget_usd=rng.choice([None, 0.0, 550.0, 5000.0]), cash_usd=rng.choice([0.0, 100.0]),
            trust=rng.choice([None, 0.0, 0.5]), awareness_share=rng.choice([None, 0.0, 0.5]),
            detection_per_day=rng.choice([None, 0.05]), testimony=rng.choice(["none", "optional", "mandatory"]),
            family_passage_share=rng.choice([None, 0.5]), family_cost_usd=rng.choice([None, 70.0]),
            end=rng.choice([None, "2022-02-26"]),
        )  # fmt: skip
    return text + policies(none=[], one=promised[:1], all=promised)


def some_scenario(rng: Random) -> Model:
    force, units, choice, home = (rng.random() < chance for chance in (0.5, 0.6, 0.5, 0.4))
    called = home and rng.random() < 0.7
    names = [f"g{k}" for k in range(rng.randint(1, 3))]
    text = head(rng.randint(1, 60)) + (some_units(rng) if units else "")
    text += some_groups(rng, names, force=force, units=units, home=home)
    text += some_war(rng, names) if force else ""
    if called:
        text += table("[mobilisation]", group="home", quota=rng.choice([0, 10, 20]), from_="2022-02-24",
                      until="2022-02-24", perceived_call_share=rng.choice([None, 0.2]))  # fmt: skip
    text += CHOICE + "returned_share = 0.5\nbelief_rate_per_day = 0.02\n" if choice else ""
    text += some_ways(rng, choice=choice, called=called)
    return prepared(text, rng.choice([20, 300, 2000]), seed=rng.randint(0, 1000))


def check(model: Model, policy: int, outcome: Outcome, everybody: np.ndarray, weight: np.ndarray) -> None:
    paths = outcome.paths
    assert (paths >= 0).all()
    assert (paths.sum(axis=2) == everybody).all()
    assert (np.diff(np.delete(paths, [ABSENT, SERVING, WAITING], axis=2), axis=0) >= 0).all()
    chosen, promised = (make(model.scenario, model.scenario.policies[policy], {}) for make in (menu, offers))
    assert (outcome.spent <= promised.budget * (1.0 + 1e-12)).all()
    assert (outcome.admitted[promised.capacity.max(axis=1, initial=0.0) == 0.0] == 0.0).all()
    assert (outcome.attempts == outcome.completed + outcome.caught + outcome.killed_trying).all()
    assert (outcome.imprisoned <= outcome.caught).all()
    assert (outcome.attempts[~chosen.eligible] == 0).all()
    present = paths[1:, :, SERVING] + paths[1:, :, WAITING]
    assert (outcome.strength <= present @ weight * (1.0 + 1e-12)).all()
    for numbers in (outcome.scalars, outcome.families_harmed, outcome.families_evacuated, outcome.spent):
        assert np.isfinite(numbers).all()
    assert (outcome.families_harmed >= 0.0).all()


@given(st.integers(0, 2**32))
@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
def test_any_scenario_keeps_its_persons_and_limits(number: int) -> None:
    """Each scenario under each policy, with the frozen field and without; twice the same."""
    model = some_scenario(Random(number))
    world = model.world(0, {})
    population = world.population
    owners = np.repeat(population.company_group, np.diff(population.company_start))
    everybody = np.bincount(owners, minlength=len(model.groups))
    for frozen in (True, False):
        reference = None
        for k, policy in enumerate(model.scenario.policies):
            outcome = model.run(world, policy.name, reference, frozen=frozen)
            reference = outcome.strength if reference is None else reference
            check(model, k, outcome, everybody, population.weight)
    assert drawn(model).paths.tobytes() == drawn(model).paths.tobytes()


# What the kernel is given ------------------------------------------------------------------------------------


def test_every_run_is_of_one_type() -> None:
    """Arrays of another order or kind would have the whole kernel compiled once more."""
    two = (
        head(4) + group("a", size=20) + group("b", size=20)
        + route("accept", window_per_day=0.1, utility=0.0, needs_programme=True)
        + programme("p", route="accept", cash_usd=10.0) + programme("q", route="accept", cash_usd=20.0)
        + policies(none=[], one=["p"], both=["p", "q"])
    )  # fmt: skip
    few = [
        offramp.engine.prepare(offramp.scenario.load(name), soldiers=50, seed=1)
        for name in offramp.scenario.shipped()
    ]
    runs = [
        begun(model, policy.name) for model in (prepared(two, 40), *few) for policy in model.scenario.policies
    ]
    assert {numba.typeof(run) for run in runs} == {numba.typeof(runs[0])}
