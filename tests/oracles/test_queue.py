"""The queue oracle on cases worked out by hand."""

from __future__ import annotations

import math

import pytest

from tests.oracles.queue import Applicant, Fate, simulate


def test_first_in_first_out_with_two_tokens_a_day() -> None:
    fates = simulate([Applicant(t) for t in (0.1, 0.2, 0.3, 0.4, 1.5)], capacity_per_day=2.0, days=3)
    assert fates == [Fate("served", t) for t in (0.1, 0.2, 1.0, 1.0, 2.0)]


def test_unused_tokens_lapse() -> None:
    fates = simulate([Applicant(5.1), Applicant(5.2)], capacity_per_day=1.0, days=8)
    assert fates == [Fate("served", 5.1), Fate("served", 6.0)]


def test_a_fraction_is_kept_until_it_makes_a_token() -> None:
    fates = simulate([Applicant(0.0), Applicant(0.1)], capacity_per_day=0.25, days=10)
    assert [fate.when for fate in fates] == [3.0, 7.0]


def test_whoever_is_struck_frees_his_place() -> None:
    applicants = [Applicant(0.1), Applicant(0.2, struck=0.9), Applicant(0.3), Applicant(0.4, struck=0.2)]
    fates = simulate(applicants, capacity_per_day=1.0, days=4)
    assert fates == [
        Fate("served", 0.1),
        Fate("struck", 0.9),
        Fate("served", 1.0),
        Fate("never joined", math.inf),
    ]


def test_no_capacity_serves_nobody() -> None:
    fates = simulate([Applicant(0.5, struck=2.0), Applicant(0.6)], capacity_per_day=0.0, days=4)
    assert fates == [Fate("struck", 2.0), Fate("waiting", 0.6)]


@pytest.mark.parametrize("capacity", [1.0, 3.0, 7.5])
def test_a_full_queue_serves_its_capacity(capacity: float) -> None:
    fates = simulate([Applicant(i * 1e-4) for i in range(200)], capacity_per_day=capacity, days=20)
    assert sum(fate.what == "served" for fate in fates) == int(capacity * 20)
