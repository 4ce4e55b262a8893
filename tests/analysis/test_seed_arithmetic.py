"""T28: the sums of the public debate, from cited figures through public functions."""

from __future__ import annotations

import re

import pytest

from offramp.analysis import comparators, icer_frontier, net_benefit
from offramp.analysis.comparators import ATTRITION
from offramp.evidence import figure
from offramp.model import hazard_from_probability, mean_hazard


def central(id: str) -> float:
    value = figure(id).central
    assert value is not None
    return value


def test_what_an_offer_is_worth() -> None:
    assert central("B-003") / central("B-004") == pytest.approx(106.38, abs=0.005)
    assert central("B-004") / central("B-005") == pytest.approx(central("A08"), abs=0.5)
    assert central("B-004") / central("B-005") == pytest.approx(104.44, abs=0.005)
    assert central("B-003") / central("B-005") == pytest.approx(11_111, abs=0.5)
    # The offer against the payment decreed for a death: 5 of 12.4 million roubles.
    low = figure("B-165").low
    assert low is not None
    assert central("B-003") / low == pytest.approx(0.403, abs=5e-4)
    assert central("B-169") == pytest.approx(40.3)


def test_what_everyone_would_cost() -> None:
    """190,000 at $100,000 are $19 bn; 200,000 at $47,000 are $9.4 bn: net benefit at the price itself is zero."""
    cost = [0.0, 190_000 * central("B-006"), 200_000 * central("B-004")]
    assert cost == [0.0, 19e9, 9.4e9]
    found = icer_frontier(cost, [0.0, 190_000.0, 200_000.0], ["none", "bounty", "offer"])
    assert found["offer"].icer == central("B-004")
    assert (found["bounty"].status, found["bounty"].by) == ("dominated", ("offer",))
    assert net_benefit(cost[2], 200_000.0, central("B-004")) == 0.0


def test_shares() -> None:
    assert central("A09") / central("A10") == pytest.approx(0.0425)
    killed = figure("A04").low
    assert killed is not None
    assert killed / central("A05") == pytest.approx(0.175)
    # 200,000 are seven tenths of a pool of so many.
    pool = central("B-012") / (central("B-013") / 100.0)
    assert pool == pytest.approx(285_714, abs=0.5)
    assert f"{pool:,.0f}" in figure("B-013").note


def test_what_attrition_costs() -> None:
    """130 bn EUR at 1.08 over 789,550 claimed losses; the first comparator, and an upper bound."""
    assert central("K-001") * 1.08 / central("B-079") == pytest.approx(177_823, abs=0.5)
    first = comparators()[0]
    assert (first.evidence, first.usd) == ((ATTRITION,), 177_823.0)
    assert figure(ATTRITION).grade == "C"
    assert "upper bound" in first.caveat
    # The bounty of the debate costs less than what fighting costs for one claimed loss.
    assert central("B-006") < first.usd


def test_what_a_combatant_cost_depends_on_the_deflator() -> None:
    """Dollars of 2011: 4.104 trillion over 16.1 million gives 254,907; the cited, rounder figures give 254,460. Dollars of the
    time: 296 billion over as many, as the note of the figure has it, gives 18,385; the cited account of 341 billion gives more,
    and both far less."""
    assert central("K-003") / central("K-004") == pytest.approx(central("K-005"), abs=0.5)
    assert central("K-005") == pytest.approx(254_907, rel=2e-3)
    of_the_time = central("B-295") / central("K-004")
    assert of_the_time == pytest.approx(21_164, abs=0.5)
    told = re.search(
        r"\$([\d,]+) by the same report \((\d+) billion for ([\d.]+) million\)", figure("K-005").note
    )
    assert told is not None
    older, billion, million = (float(value.replace(",", "")) for value in told.groups())
    assert older == pytest.approx(1000.0 * billion / million, abs=0.5)
    assert of_the_time / older == pytest.approx(1.15, abs=0.005)
    assert central("K-005") / of_the_time > 12.0


def test_comparators_are_cited_amounts_per_person() -> None:
    found = comparators()
    assert len({c.evidence for c in found}) == len(found) >= 4
    for one in found:
        (id,) = one.evidence
        assert figure(id).unit == "USD per person"
        assert one.usd == central(id)


def test_hazards() -> None:
    """Per person and day, of forces and periods of the time (A09, A28); of the reserve in two weeks (A21)."""
    assert mean_hazard(central("A09"), 350_000 * 615) == pytest.approx(7.898e-5, rel=1e-3)
    listed, expected = figure("A27").low, figure("A28").low
    assert listed is not None
    assert mean_hazard(listed, 450_000 * 1_035) == pytest.approx(1.052e-4, rel=1e-3)
    assert expected is not None
    assert mean_hazard(expected, central("B-198") * 365) == pytest.approx(2.740e-4, rel=1e-3)
    assert hazard_from_probability(central("A21") / central("E-001"), 14) == pytest.approx(2.029e-3, rel=1e-3)


def test_requests_to_the_hotline() -> None:
    """40,157 in two years; with one evacuation every two days the share that was brought out."""
    days = 2 * 365.25
    assert central("A30") / days == pytest.approx(54.97, abs=0.005)
    assert days / 2 / central("A30") == pytest.approx(0.0091, abs=5e-5)
