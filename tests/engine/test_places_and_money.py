"""Places, queues, budgets and testimony in a run: limits are kept to the person, and in the order of events."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offramp.engine.events import join, move
from offramp.engine.inputs import SERVING, STATE
from offramp.engine.state import Run
from tests.engine.scenes import (
    CHOICE,
    Z,
    begun,
    drawn,
    group,
    head,
    outcome,
    policies,
    prepared,
    programme,
    route,
    table,
)


def eager(
    *, size: int = 2000, days: int = 40, units: str = "", caught: float = 0.3, **offer: object
) -> str:  # fmt: skip
    """Everybody soon wants to leave under one offer."""
    return (
        head(days) + units + group(size=size)
        + route("accept", window_per_day=0.2, utility=2.0, needs_programme=True, caught_probability=caught)
        + programme("p", route="accept", **offer) + policies(none=[], offer=["p"])
    )  # fmt: skip


SQUADS = table("[units]", squad_size=8, company_size=40, group_exit_probability=0.5)


# Budgets -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("budget", "cost"), [(10_000, 300), (9_900, 300), (9_899.99, 300), (0.3, 0.1), (50, 49)]
)
@pytest.mark.parametrize("units", ["", SQUADS])
@pytest.mark.parametrize("capacity", [None, 6.5])
def test_a_budget_pays_for_whole_persons(
    budget: float, cost: float, units: str, capacity: float | None
) -> None:
    """One person a soldier: those admitted are the whole part of budget over cost, whatever else happens."""
    offer = {"cash_usd": 0.75 * cost, "admission_cost_usd": 0.25 * cost, "budget_usd": budget}
    result = drawn(prepared(eager(units=units, capacity_per_day=capacity, **offer), 2000)).outcomes[1]
    assert result["admitted"] == math.floor(budget / cost + 1e-9)
    assert result["cost_usd"] == pytest.approx(result["admitted"] * cost, rel=1e-12)
    assert result["waiting_end"] == 0.0  # a spent offer sends its queue home


def test_a_budget_of_unequal_costs_is_never_exceeded() -> None:
    """Families and testimony cost extra: what is left at the end would not pay for the dearest."""
    budget, cash, family, bonus = 100_000.0, 900.0, 700.0, 400.0
    dearest = cash + bonus + 0.5 * family
    for draw in range(20):
        text = (
            head(60) + group(size=2000, family_exposed_share=0.5, wealth_usd=1000.0) + CHOICE
            + route("accept", window_per_day=0.2, needs_programme=True, caught_probability=0.2)
            + programme("p", route="accept", cash_usd=cash, family_cost_usd=family, family_passage_share=0.5,
                        testimony="optional", testimony_bonus_usd=bonus, budget_usd=budget)
            + policies(none=[], offer=["p"])
        )  # fmt: skip
        spent = drawn(prepared(text, 2000), draw).outcomes[1]["cost_usd"]
        assert budget - dearest < spent <= budget


def test_a_budget_is_kept_in_expectation_when_soldiers_stand_for_ten() -> None:
    """57 persons can be paid: five soldiers who stand for ten, and a sixth seven times in ten; false alarm 1e-7."""
    model = prepared(eager(size=5000, caught=0.0, cash_usd=100.0, budget_usd=5750.0), 500)
    assert model.stands_for == {"soldiers": 10.0}
    spent, admitted = (outcome(model, key, draws=200) for key in ("cost_usd", "admitted"))
    assert spent.max() <= 5750.0
    assert set(admitted) == {50.0, 60.0}
    assert abs(admitted.mean() - 57.0) < Z * 10.0 * math.sqrt(0.7 * 0.3 / 200)


def test_a_budget_is_never_exceeded_by_mates_who_follow() -> None:
    """Soldiers who stand for seven leave in groups: whoever comes after the last dollar is not paid."""
    for draw in range(40):
        model = prepared(eager(units=SQUADS, cash_usd=100.0, budget_usd=5750.0), 300)
        result = drawn(model, draw).outcomes[1]
        assert result["cost_usd"] <= 5750.0 * (1.0 + 1e-12)


def test_fixed_costs_come_on_top() -> None:
    result = drawn(prepared(eager(cash_usd=100.0, budget_usd=1000.0, fixed_cost_usd=777.0), 2000)).outcomes
    assert result[0]["cost_usd"] == 0.0
    assert result[1]["cost_usd"] == 1777.0


# Places ------------------------------------------------------------------------------------------------------

CAPACITIES = {
    "whole": 7.0,
    "a fraction": 2.3,
    "less than one": 0.4,
    "dated": '{ points = [[2022-02-24, 3.0], [2022-03-06, 0.0], [2022-03-16, 11.5]], interpolation = "step" }',
}


@pytest.mark.parametrize("name", CAPACITIES)
@pytest.mark.parametrize("soldiers", [2000, 250])
def test_no_stretch_of_days_serves_more_than_its_places(name: str, soldiers: int) -> None:
    """Over any stretch of days, those served exceed the places by less than one soldier."""
    capacity = CAPACITIES[name]
    model = prepared(eager(units=SQUADS, capacity_per_day=capacity), soldiers)
    place = model.states.index("accept")
    daily = (
        np.full(40, capacity) if isinstance(capacity, float) else np.repeat([3.0, 0.0, 11.5], [10, 10, 20])
    )
    weight = 2000 / soldiers
    for draw in range(5):
        result = drawn(model, draw)
        # an attempt that fails has used its place: count all who left the queue but by the end of a spell
        gone = result.paths[1, :, 0, [place, model.states.index("imprisoned")]].astype(np.float64).sum(axis=0)
        excess = np.diff(gone) - daily
        worst = running = 0.0
        for day in excess:
            running = max(0.0, running + day)
            worst = max(worst, running)
        assert worst <= weight * (1.0 + 1e-6), (draw, worst)
        assert gone[-1] > 0.0


def test_unused_places_lapse() -> None:
    """Twenty days without a window, then everybody comes at once: five places a day, none saved."""
    window = 'window_per_day = { points = [[2022-02-24, 0.0], [2022-03-16, 20.0]], interpolation = "step" }'
    text = eager(caught=0.0, capacity_per_day=5.0).replace("window_per_day = 0.2", window)
    model = prepared(text, 2000)
    served = drawn(model).paths[1, :, 0, model.states.index("accept")]
    assert served[20:25].tolist() == [0.0, 5.0, 10.0, 15.0, 20.0]


@pytest.mark.parametrize(("capacity", "soldiers"), [(0.5, 1000), (2.5, 1000), (3.0, 100)])
def test_places_are_kept_for_those_at_home_too(capacity: float, soldiers: int) -> None:
    """Nobody is in the theatre: a full queue gets every place, whatever one of them stands for."""
    text = eager(size=1000, days=100, caught=0.0, capacity_per_day=capacity).replace(
        "size =", 'place = "home"\nsize ='
    )
    admitted = drawn(prepared(text, soldiers)).outcomes[1]["admitted"]
    # the first day may pass before anybody waits
    assert capacity * 99 - 1000 / soldiers <= admitted <= capacity * 100


def test_mates_follow_those_who_were_served() -> None:
    """Whoever leaves from the queue opens windows as any other: more of his squad come to wait."""
    waiting = []
    for chance in (0.0, 0.8):
        units = table("[units]", squad_size=8, company_size=40, group_exit_probability=chance)
        text = eager(units=units, caught=0.0, capacity_per_day=10.0).replace(
            "window_per_day = 0.2", "window_per_day = 0.02"
        )
        waiting.append(drawn(prepared(text, 2000)).outcomes[1]["waiting_end"])
    assert waiting[1] > 1.3 * waiting[0] > 0


def test_when_places_close_the_queue_goes_home() -> None:
    """No place from 6 March on: nobody waits for what will not come, and nobody is served."""
    capacity = '{ points = [[2022-02-24, 1.0], [2022-03-06, 0.0]], interpolation = "step" }'
    model = prepared(eager(capacity_per_day=capacity), 2000)
    waiting, served = (
        drawn(model).paths[1, :, 0, model.states.index(state)] for state in ("waiting", "accept")
    )
    assert waiting[10] > 100
    assert (waiting[11:] == 0).all()
    assert (served[11:] == served[10]).all()


def test_when_an_offer_ends_the_queue_goes_home() -> None:
    model = prepared(eager(capacity_per_day=1.0, end="2022-03-05"), 2000)
    waiting, served = (
        drawn(model).paths[1, :, 0, model.states.index(state)] for state in ("waiting", "accept")
    )
    assert waiting[10] > 100
    assert (waiting[11:] == 0).all()
    assert (served[11:] == served[10]).all()


def test_first_come_first_served() -> None:
    """A second group arrives when the first has queued up: none of it is served while one of the first waits."""
    text = (
        head(60) + group("first") + group("second")
        + '[force]\npersons = { points = [[2022-02-24, 300], [2022-02-27, 300], [2022-02-28, 600]] }\n'
        + 'initial_shares = { "first" = 1.0 }\n[[force.inflow]]\nfrom = 2022-02-24\nshares = { "second" = 1.0 }\n'
        + route("accept", window_per_day=20.0, utility=5.0, needs_programme=True)
        + programme("p", route="accept", capacity_per_day=10.0) + policies(none=[], offer=["p"])
    )  # fmt: skip
    model = prepared(text, 600)
    paths = drawn(model).paths[1]
    waiting, served = (paths[:, :, model.states.index(state)] for state in ("waiting", "accept"))
    assert waiting[4, 0] > 200
    assert served[40, 1] > 50
    assert (waiting[served[:, 1] > 0, 0] == 0).all()


def in_line(run: Run) -> list[int]:
    """The queue from its head, and the same from its tail."""
    state = run.state
    line, i = [], int(state.first[0])
    while i >= 0:
        line.append(i)
        i = int(state.after[i])
    back, i = [], int(state.last[0])
    while i >= 0:
        back.append(i)
        i = int(state.before[i])
    assert back == line[::-1]
    return line


QUEUE = prepared(eager(size=12, capacity_per_day=1.0), 12)


def empty_queue() -> Run:
    run = begun(QUEUE)
    run.state.kind[:, STATE] = SERVING
    return run


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 11)), max_size=40))
@settings(max_examples=50, deadline=None)
def test_the_queue_keeps_its_order(steps: list[tuple[bool, int]]) -> None:
    """Against a list: soldiers join at the end and leave from anywhere, by death or detection or by being served."""
    run = empty_queue()
    line: list[int] = []
    for joins, i in steps:
        if joins and i not in line:
            join(run, i, 0, 0.0, 0)
            line.append(i)
        elif not joins and i in line:
            move(run, i, SERVING)
            line.remove(i)
        assert in_line(run) == line


# Who may take what -------------------------------------------------------------------------------------------


def test_an_offer_is_open_to_its_groups_only() -> None:
    """Two offers on one route, one for each group: each admits its own, at its own cost."""
    text = (
        head(40) + group("a", size=1000) + group("b", size=500)
        + route("accept", window_per_day=0.1, utility=1.0, needs_programme=True)
        + programme("for a", route="accept", groups=["a"], cash_usd=100.0)
        + programme("for b", route="accept", groups=["b"], cash_usd=7.0)
        + policies(none=[], a=["for a"], b=["for b"], both=["for a", "for b"])
    )  # fmt: skip
    model = prepared(text, 1500)
    result = drawn(model)
    left = result.paths[:, -1, :, model.states.index("accept")]
    assert (left[0] == 0).all()
    assert left[1, 0] > 0
    assert left[1, 1] == left[2, 0] == 0
    # each group meets the same field, so that the two together are the two apart
    assert (left[3] == left[1] + left[2]).all()
    assert [o["cost_usd"] for o in result.outcomes] == [0.0, *(100.0 * left[1:, 0] + 7.0 * left[1:, 1])]


# Testimony and families --------------------------------------------------------------------------------------


def witnesses(decision: str = CHOICE, *, exposed: float = 1.0, reprisal: float = 0.1, **offer: object) -> str:
    """One way out without risk to the leaver, in three programmes that differ in testimony."""
    return (
        head(60) + group(size=3000, family_exposed_share=exposed, wealth_usd=10_000.0) + decision
        + route("accept", window_per_day=0.05, distaste=1.0, needs_programme=True,
                reprisal_probability=reprisal, identified_share=0.3)
        + "".join(
            programme(rule, route="accept", trust=0.6, testimony=rule,
                      **{k: v for k, v in offer.items() if rule != "none" or k != "testimony_bonus_usd"})
            for rule in ("none", "optional", "mandatory")
        )
        + policies(reference=[], none=["none"], optional=["optional"], mandatory=["mandatory"])
    )  # fmt: skip


def test_t31_families_harmed_in_a_run() -> None:
    """Base 0.1, identified 0.3, with a video twice as bad: 0.03 and 0.2 a household; 0.06 with seven in ten out."""
    _, none, optional, mandatory = drawn(prepared(witnesses(), 3000)).outcomes
    assert none["families_harmed"] == pytest.approx(0.03 * none["departures"], rel=1e-9)
    assert mandatory["families_harmed"] == pytest.approx(0.2 * mandatory["departures"], rel=1e-9)
    assert none["departures"] > mandatory["departures"] > 0
    videos = (optional["families_harmed"] / optional["departures"] - 0.03) / 0.17
    assert 0.0 < videos < 1.0
    out = drawn(prepared(witnesses(family_passage_share=0.7), 3000)).outcomes[3]
    assert out["families_harmed"] == pytest.approx(0.06 * out["departures"], rel=1e-9)
    assert out["families_evacuated"] == pytest.approx(0.7 * out["departures"], rel=1e-9)


def test_only_exposed_households_are_harmed() -> None:
    """Half of the soldiers have one, and do not mind: half of those who leave; false alarm 1e-7."""
    heedless = CHOICE.replace("family_disutility = 4.0", "family_disutility = 0.0")
    _, none, *_ = drawn(prepared(witnesses(heedless, exposed=0.5), 3000)).outcomes
    share = none["families_harmed"] / 0.03 / none["departures"]
    assert abs(share - 0.5) < Z * 0.5 / math.sqrt(none["departures"])
    nobody = drawn(prepared(witnesses(exposed=0.0), 3000)).outcomes
    assert [values["families_harmed"] for values in nobody] == [0.0] * 4


@given(
    bonus=st.sampled_from([0.0, 1000.0, 50_000.0]),
    reprisal=st.floats(0.0, 1.0),
    exposed=st.floats(0.0, 1.0),
    nest=st.sampled_from([0.05, 0.5, 1.0]),
    factor=st.floats(0.1, 10.0),
    passage=st.floats(0.0, 1.0),
)
@settings(max_examples=25)
def test_optional_testimony_is_never_worse_for_uptake(
    bonus: float, reprisal: float, exposed: float, nest: float, factor: float, passage: float
) -> None:
    """Exact, without feedback and whatever the payoffs: of two ways to take an offer the better counts."""
    decision = CHOICE.replace("nest_dissimilarity = 0.5", f"nest_dissimilarity = {nest}").replace(
        "video_reprisal_factor = 2.0", f"video_reprisal_factor = {factor}"
    )
    offer = {"testimony_bonus_usd": bonus, "family_passage_share": passage, "cash_usd": 5000.0}
    model = prepared(witnesses(decision, exposed=exposed, reprisal=reprisal, **offer), 3000)
    _, none, optional, mandatory = (values["attempts"] for values in drawn(model).outcomes)
    assert optional >= max(none, mandatory)


def harmed(rungs: Sequence[float]) -> np.ndarray:
    texts = [witnesses(testimony_bonus_usd=bonus, cash_usd=5000.0) for bonus in rungs]
    return np.array([outcome(prepared(text, 3000), "families_harmed", policy=2, draws=3) for text in texts])


def test_more_videos_harm_more_families() -> None:
    """Exact: a bonus moves leavers to the video and others to leave by it; nobody is brought out."""
    by_bonus = harmed([0.0, 500.0, 5000.0, 50_000.0])
    assert (np.diff(by_bonus, axis=0) >= 0).all()
    assert (by_bonus[-1] > by_bonus[0]).all()


@pytest.mark.parametrize("caught", [0.0, 0.3])
def test_a_budget_is_spent_and_buys_what_it_pays_for_where_soldiers_stand_for_many(caught: float) -> None:
    """57 persons at 100 dollars from 5,750, soldiers standing for ten: spending exact, admissions right in expectation."""
    model = prepared(eager(size=5000, caught=caught, cash_usd=100.0, budget_usd=5750.0), 500)
    admitted = outcome(model, "admitted", draws=400)
    cost = outcome(model, "cost_usd", draws=400)
    assert (cost <= 5750.0).all()
    assert abs(admitted.mean() - 57.0) < Z * 10 * (0.21 / 400) ** 0.5
    assert abs(cost.mean() / admitted.mean() - 100.0) < 100.0 * Z * 10 * (0.21 / 400) ** 0.5 / 57.0


@pytest.mark.parametrize(("soldiers", "weight"), [(2000, 1), (400, 5), (200, 10), (100, 20), (50, 40)])
def test_few_places_a_day_err_low_by_less_than_one_soldiers_weight(soldiers: int, weight: int) -> None:
    """Half a place a day for which a whole force queues: what has not come to a soldier's weight by the end serves nobody."""
    model = prepared(eager(days=61, caught=0.0, capacity_per_day=0.5), soldiers)
    assert model.stands_for == {"soldiers": float(weight)}
    for draw in range(5):
        admitted = drawn(model, draw).outcomes[1]["admitted"]
        assert admitted == weight * math.floor(0.5 * 61 / weight)
