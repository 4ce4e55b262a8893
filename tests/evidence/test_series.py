"""The shipped series: known sums, no gaps, licence beside the data."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from offramp import evidence
from offramp.errors import InputError


def sum_to(day: date) -> float:
    start, values = evidence.series("claimed-losses")
    return float(values[: (day - start).days + 1].sum())


@pytest.mark.parametrize(
    ("day", "claimed"),
    [
        (date(2022, 2, 25), 2_800),
        (date(2022, 3, 24), 15_800),
        (date(2022, 6, 30), 35_600),
        (date(2022, 12, 31), 105_960),
        (date(2023, 6, 30), 228_340),
        (date(2023, 12, 31), 359_230),
    ],
)
def test_days_add_up_to_the_claims(day: date, claimed: int) -> None:
    assert sum_to(day) == claimed


@pytest.mark.parametrize("id", ["B-073", "B-074", "B-075", "B-076", "B-077", "B-078", "B-079"])
def test_cited_claims_agree_with_the_series(id: str) -> None:
    cited = evidence.figure(id)
    assert cited.period.end is not None
    assert sum_to(cited.period.end) == cited.central


def test_claimed_losses_start_with_the_invasion() -> None:
    start, values = evidence.series("claimed-losses")
    assert start == date(2022, 2, 24)
    assert values[:3].tolist() == [1400.0, 1400.0, 1500.0]
    assert values.min() == 0
    assert int((values[:30] == 0).sum()) == 7
    assert (values[30:] > 0).all()


def test_exchange_rate_carries_the_last_rate_forward() -> None:
    start, values = evidence.series("usd-rub")

    def rate(day: date) -> float:
        return float(values[(day - start).days])

    assert start == date(2021, 12, 31)
    assert rate(date(2022, 3, 11)) == 120.3785
    assert rate(date(2022, 1, 8)) == rate(date(2021, 12, 31)) == 74.2926
    assert rate(date(2022, 3, 8)) == rate(date(2022, 3, 6))
    assert rate(date(2023, 11, 30)) == values[-1] == 88.8841
    assert values.min() > 50
    assert values.max() < 125


@pytest.mark.parametrize("name", evidence.series_names())
def test_series_cover_their_span_and_cannot_be_changed(name: str) -> None:
    start, values = evidence.series(name)
    card = evidence.series_card(name)
    assert (card.start, len(values)) == (start, (card.end - card.start).days + 1)
    assert values.dtype == np.float64
    assert np.isfinite(values).all()
    assert evidence.series(name)[1] is values
    with pytest.raises(ValueError, match="read-only"):
        values[0] = 1.0


@pytest.mark.parametrize("name", evidence.series_names())
def test_series_carry_origin_and_licence(name: str) -> None:
    card = evidence.series_card(name)
    assert card.licence == "MIT"
    assert card.licence_text.startswith("MIT License")
    assert "WITHOUT WARRANTY" in card.licence_text
    assert card.origin.split()[-1].startswith("https://")
    assert card.cautions


def test_an_unknown_series_is_refused_with_the_nearest() -> None:
    with pytest.raises(InputError, match="Did you mean 'claimed-losses'"):
        evidence.series("claimed-loses")
    with pytest.raises(InputError, match="Known: claimed-losses, usd-rub"):
        evidence.series_card("x")
