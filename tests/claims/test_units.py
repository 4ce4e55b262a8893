"""Units of formulas: dollars are not compared with euros, nor shares with percent, and what converts does."""

from __future__ import annotations

import pytest

from offramp import claims
from offramp.claims.units import unit_in_words
from tests.claims.test_fit import compared
from tests.claims.test_load import lines

COST = '{ outcome = "cost_usd", policy = "asylum only" }'
PRICE = '{ outcome = "cost_per_net_departure_usd", policy = "asylum only" }'
LEFT = '{ outcome = "departures", policy = "asylum only" }'
RISK = '{ outcome = "nuclear_probability", policy = "asylum only" }'
DAYS = '{ outcome = "war_days", policy = "asylum only" }'

CLASHES = {
    "dollars and euros": (("a", "below", "0.01 * b", COST, '"K-001"'), "USD against EUR"),
    "a cost and a price": (("a", "below", "b", COST, '"K-002"'), "USD against USD per persons"),
    "a share and percent": (("a", "below", "b", RISK, '"B-170"'), "a share or a ratio against percent"),
    "people and days": (("a", "above", "b", LEFT, DAYS), "persons against days"),
    "a sum": (("a + b", "above", "0", LEFT, DAYS), "persons against days"),
    "roubles and dollars": (("a", "below", "b", PRICE, '"B-003"'), "USD per persons against RUB per persons"),
}


@pytest.mark.parametrize("case", CLASHES)
def test_what_has_different_units_is_refused(case: str) -> None:
    parts, told = CLASHES[case]
    (one,) = lines(compared(*parts))
    assert f"sets {told}" in one
    assert "Name quantities of one unit" in one
    assert "claim.x.1.test.0" in one or "test" in one


@pytest.mark.parametrize(
    "parts",
    [
        ("a", "below", "b * c", COST, LEFT, '"K-002"'),
        ("a / b", "below", "c", COST, LEFT, '"K-002"'),
        ("a", "below", "b", PRICE, '"K-002"'),
        ("100 * a", "below", "b", RISK, '"B-170"'),
        ("a", "below", "0.01 * b", RISK, '"B-170"'),
        ("a", "below", "100 * b", LEFT, '"B-024"'),
        ("a", "above", "100", DAYS),
        ("a / b", "below", "c", '"B-003"', '{ series = "usd-rub", from = 2022-03-01, until = 2022-03-01 }', PRICE),
    ],
)  # fmt: skip
def test_what_has_one_unit_is_not(parts: tuple[str, ...]) -> None:
    assert claims.loads(compared(*parts)).claims


def test_numbers_that_may_convert_do_not_add_up_without_end() -> None:
    """Each may convert or not, so that the units that a formula may have would grow with every one: then none is known."""
    many = " * ".join(["100 * 365 * 7 * 12"] * 8)
    assert claims.loads(compared(f"a * {many}", "below", "b", LEFT, DAYS)).claims
    assert "persons against days" in lines(compared("a * 100", "below", "b", LEFT, DAYS))[0]


@pytest.mark.parametrize(
    ("parts", "unit"),
    [
        (("a", "below", "b * c", COST, LEFT, '"K-002"'), "dollars"),
        (("a", "below", "b", PRICE, '"K-002"'), "dollars per person"),
        (("100 * a", "below", "b", RISK, '"B-170"'), "percent"),
        (("a", "above", "100", DAYS), "days"),
        (("a", "below", "100 * b", LEFT, '"B-024"'), ""),  # persons or cases: both are counted
        (("a / b", "below", "0.5", LEFT, '"B-024"'), ""),  # a share
    ],
)
def test_the_unit_is_told_after_a_number(parts: tuple[str, ...], unit: str) -> None:
    (test,) = claims.loads(compared(*parts)).claims[0].tests
    assert unit_in_words(test, test.readings[0]) == unit
