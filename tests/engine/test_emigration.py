"""People at home who leave the country without a call-up: closed forms, and what they leave unchanged."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.engine.scenes import Z, drawn, group, head, policies, prepared, programme, route, table, ukraine

SIZE, DAYS, WINDOW, DISTASTE, LEGAL, TRUST = 40_000, 60, 0.02, 1.5, 1.2, 0.6


STAY = {"men": 0.0, "skilled": -1.0}


def country(*more: str, people: tuple[str, ...] = ("men", "skilled")) -> str:
    """A front, and people at home who may emigrate; an open door gives them a legal status."""
    at_home = [group(n, place="home", size=SIZE, support=0.5, stay_utility=STAY[n]) for n in people]
    return (
        head(DAYS) + group("line", size=1000, casualty_per_day=0.002) + "".join(at_home)
        + table("[choice]", support_weight=1.2, obedience=0.7, death_disutility=10.0, war_end_per_day=0.02, hardship_weight=0.9,
                hardship=1.0, base_safety=0.4, asylum_utility=LEGAL)
        + route("desert", groups=["line"], window_per_day=0.01, distaste=2.0)
        + route("emigrate", groups=list(people), window_per_day=WINDOW, distaste=DISTASTE, loyalty_share=0.25)
        + programme("door", route="emigrate", legal_status="asylum", trust=TRUST, admission_cost_usd=3000,
                    fixed_cost_usd=1_000_000)
        + policies(closed=[], open=["door"]) + "".join(more)
    )  # fmt: skip


def shares(stay: float) -> tuple[float, float]:
    """Share gone by the end without a door and with one: D1 with what D3 leaves to one who does not serve; who goes takes it."""
    alone = math.exp(0.4 - DISTASTE - 1.2 * 0.25 * 0.5 - stay)
    opened = alone * math.exp(TRUST * LEGAL)
    without, gone = (-math.expm1(-DAYS * WINDOW * worth / (1.0 + worth)) for worth in (alone, opened))
    return without, gone


def test_what_becomes_of_those_admitted_is_told_of_soldiers_and_of_emigrants_apart() -> None:
    """Exact: each share of those admitted by the programme that is theirs; together they are the whole."""
    more = programme("passage", route="desert", groups=["line"], trust=TRUST, legal_status="asylum",
                     refoulement_share=0.1) + policies(none=[], both=["door", "passage"])  # fmt: skip
    text = country().replace(
        "fixed_cost_usd = 1000000", "fixed_cost_usd = 1000000\nrefoulement_share = 0.25", 1
    )
    text = text[: text.index("[[policy]]")] + table("[ledger]", incident_probability=0.01) + more
    none, both = drawn(prepared(text, 10_000)).outcomes
    assert both["admitted.soldiers"] == both["departures_gross"] > 0.0
    assert both["admitted.emigrants"] > both["admitted.soldiers"]
    assert both["refouled.soldiers"] == pytest.approx(0.1 * both["admitted.soldiers"])
    assert both["refouled.emigrants"] == pytest.approx(0.25 * both["admitted.emigrants"])
    for name in ("admitted", "refouled", "host_incidents"):
        assert both[name] == pytest.approx(both[f"{name}.soldiers"] + both[f"{name}.emigrants"])
        assert none[name] == none[f"{name}.soldiers"] == none[f"{name}.emigrants"] == 0.0


@pytest.mark.parametrize("name", list(STAY))
def test_who_does_not_serve_weighs_no_service(name: str) -> None:
    """Neither obedience, hardship nor danger of a front keeps or drives who is not in it; four comparisons at 1e-7."""
    text = country(people=(name,))
    closed, opened = drawn(prepared(text, 1_000_000)).outcomes
    without, gone = shares(STAY[name])
    assert opened["admitted"] == opened["emigrations"]
    for count, share in ((closed["emigrations"], without), (opened["emigrations"], gone)):
        assert abs(count / SIZE - share) < Z * math.sqrt(share * (1.0 - share) / SIZE)


def test_an_open_door_leaves_the_front_as_it_is_and_costs_what_it_admits() -> None:
    """Exact: no departure more or less, no call on the guarantee of other offers; its cost stands apart."""
    result = drawn(prepared(country(), 10_000))
    closed, opened = result.outcomes
    assert (result.paths[0, :, 0] == result.paths[1, :, 0]).all()
    assert opened["departures_net"] == 0.0 < opened["emigrations"] - closed["emigrations"]
    assert opened["emigrations"] == opened["emigrations.emigrate"]
    assert opened["departures_gross"] == 0.0
    assert math.isnan(opened["departures_displaced"])
    assert opened["emigrants_cost_usd"] == pytest.approx(1e6 + 3000 * opened["admitted"])
    assert opened["emigrants_cost_usd"] == opened["cost_usd"]
    assert closed["emigrants_cost_usd"] == closed["cost_usd"] == 0.0
    assert opened["emigrations_failed"] == 0.0
    assert not {"evasions", "mobilisable_end"} & set(opened)


CALLED = table(
    "[mobilisation]", group="men", serves_as="line", quota=3000, from_="2022-03-20", until="2022-04-10", perceived_call_share=0.1
) + route("hide", groups=["men"], on_call_up=True, distaste=1.0, caught_probability=0.2)  # fmt: skip


def test_who_emigrates_can_no_longer_be_called_up() -> None:
    """Exact: the pool is those at home who were neither called nor left; evasions and emigrations share nobody."""
    model = prepared(country(CALLED), 1_000_000)
    result = drawn(model)
    state = {name: place for place, name in enumerate(model.states)}
    men = 1
    for policy, values in enumerate(result.outcomes):
        end = result.paths[policy, -1, men].astype(np.float64)
        assert values["mobilisable_end"] == end[state["serving"]]
        assert end.sum() == SIZE
        assert values["evasions"] == end[state["hide"]]
        assert abs(end[state["inducted"]] - 3000) <= 1
    closed, opened = result.outcomes
    assert opened["emigrations"] > closed["emigrations"]
    assert opened["mobilisable_end"] < closed["mobilisable_end"]


def test_the_shipped_door_adds_to_the_same_package() -> None:
    """Exact, draw by draw: soldiers do what they do without it; enacted, more people leave and fewer are left to call."""
    model = ukraine()
    more, fewer = 0.0, 0.0
    for draw in range(4):
        names = ["no offer", "tiered package, video optional", "optional video and an open door"]
        result = drawn(model, draw, names)
        _, package, opened = result.outcomes
        theatre = [g for g, place in enumerate(model.places) if place == "theatre"]
        assert (result.paths[1][:, theatre] == result.paths[2][:, theatre]).all()
        assert opened["departures_net"] == package["departures_net"]
        assert opened["cost_usd"] == pytest.approx(package["cost_usd"] + opened["emigrants_cost_usd"])
        paid = sum(value for name, value in opened.items() if name.startswith("paid_usd."))
        assert paid == pytest.approx(opened["cost_usd"])
        assert opened["emigrants_cost_usd"] >= 20e6 > package["emigrants_cost_usd"] == 0.0
        more += opened["emigrations"] - package["emigrations"]
        fewer += package["mobilisable_end"] - opened["mobilisable_end"]
    assert more > 0.0
    assert fewer > 0.0


def test_newcomers_count_only_if_they_would_not_have_come_anyway() -> None:
    """Exact from the paths, and in closed form: K3 times those whom the door adds, not those who use it; three comparisons at
    1e-7."""
    yearly, years, rate = 2000.0, 10.0, 0.04
    ledger = table("[ledger]", discount_per_year=rate, contribution_usd_per_year=yearly, contribution_years=years,
                   incident_probability=0.01, incident_cost_usd=500.0)  # fmt: skip
    model = prepared(country(ledger, people=("men",)), 1_000_000)
    result = drawn(model)
    closed, opened = result.outcomes
    each = yearly * (1.0 - (1.0 + rate) ** -years) / math.log(1.0 + rate)
    gone = np.diff(result.paths[:, :, 1, model.states.index("emigrate")].astype(np.float64), axis=1)
    factor = (1.0 + rate) ** (-np.arange(DAYS) / 365.0)
    net = each * float(factor @ (gone[1] - gone[0]))
    assert opened["contributions_usd"] == pytest.approx(net, rel=1e-9)
    society = opened["cost_usd"] + 5.0 * opened["admitted"] - net
    assert opened["cost_usd.coalition_society"] == pytest.approx(society, rel=1e-9)
    assert closed["contributions_usd"] == closed["cost_usd.coalition_society"] == 0.0
    # the discount within sixty days lies between nothing and `most`
    without, with_door = shares(STAY["men"])
    added, most = with_door - without, -math.expm1(-math.log1p(rate) * DAYS / 365.0)
    error = Z * math.sqrt((with_door * (1.0 - with_door) + without * (1.0 - without)) / SIZE)
    assert (added - error) * (1.0 - most) < net / each / SIZE < added + error
    assert opened["admitted"] > 1.2 * net / each


def test_a_way_that_opens_at_a_call_up_holds_nobody_before_it() -> None:
    """D1 in closed form up to the first day of the call-up, two comparisons at 1e-7; it is on the menu while it has windows."""
    hide = CALLED.replace("distaste = 1.0", "distaste = -3.0")
    for window, on_menu in ((None, False), (1e-9, True)):
        text = country(hide if window is None else hide + f"window_per_day = {window}\n", people=("men",))
        model = prepared(text, 1_000_000)
        until = 24  # 20 March
        gone = float(drawn(model).paths[0, until, 1, model.states.index("emigrate")]) / SIZE
        emigrate, stay_hidden = math.exp(0.4 - DISTASTE - 1.2 * 0.25 * 0.5), math.exp(0.8 * 0.4 + 3.0)
        total = 1.0 + emigrate + (stay_hidden if on_menu else 0.0)
        share = -math.expm1(-until * WINDOW * emigrate / total)
        assert abs(gone - share) < Z * math.sqrt(share * (1.0 - share) / SIZE)
