"""Tests in words: each form of a formula once, and every shipped one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from offramp.claims import shipped
from offramp.claims.claim import Cited, Drawn, Test
from offramp.claims.plain import plain
from offramp.claims.telling import told, told_in_full
from tests.claims.draws import NOTHING, OFFER, sample, verdict_of
from tests.claims.scene import asks, claims, outcome

SHIPPED = shipped()
ALL = [test for one in SHIPPED.claims for test in one.tests]
SHARE = outcome("private_support", "offer")


def of(left: str, relation: Any, right: str, **names: Any) -> Test:
    return asks(left, relation, right, **names)


@pytest.mark.parametrize(
    ("test", "words"),
    [
        (of("a", "above", "b", a=OFFER, b=NOTHING), "`a` is above `b`"),
        (of("a", "clearly above", "b", a=OFFER, b=NOTHING), "`a` is at least 5\N{NO-BREAK SPACE}% above `b`"),
        (of("a", "hardly above", "b", a=OFFER, b=NOTHING), "`a` is at most 5\N{NO-BREAK SPACE}% above `b`"),
        (of("a", "hardly below", "b", a=OFFER, b=NOTHING), "`a` is at most 5\N{NO-BREAK SPACE}% below `b`"),
        (of("a", "at least", "1.5 * b", a=OFFER, b=NOTHING), "`a` is at least 1.5 times `b`"),
        (of("a", "at most", "0.5 * (b - 3)", a=OFFER, b=NOTHING), "`a` is at most half of (`b` less 3)"),
        (of("a", "at least", "0.01 * b", a=OFFER, b=NOTHING), "`a` is at least 1\N{NO-BREAK SPACE}% of `b`"),
        (of("a", "at least", "b + 10", a=OFFER, b=NOTHING), "`a` is at least 10 more than `b`"),
        (of("a + b", "below", "7 / 2", a=OFFER, b=NOTHING), "`a` and `b` together is below 3.5"),
        (
            of("1 - a / b", "above", "0.2", a=OFFER, b=NOTHING),
            "the part by which `a` is below `b` is above 0.2",
        ),
        (of("a / b * 100", "below", "4", a=OFFER, b=NOTHING), "`a` in percent of `b` is below 4"),
        (of("a * b / 2", "above", "-b", a=OFFER, b=NOTHING), "`a` times `b` divided by 2 is above minus `b`"),
        (of("a_man", "at least", "0.5", a_man=SHARE), "`a man` is at least 50\N{NO-BREAK SPACE}%"),
        (of("a", "at least", "1", a=SHARE), "`a` is at least 1"),
        (of("a", "at least", "1000000", a=OFFER), "`a` is at least 1,000,000"),
        (of("a", "above", "-3", a=OFFER), "`a` is above -3"),
    ],
)
def test_each_form_of_a_formula(test: Test, words: str) -> None:
    assert told(test).replace("\N{MINUS SIGN}", "-") == words


def test_in_full_a_name_is_what_it_stands_for() -> None:
    test = of("a - b", "above", "0", a=OFFER, b=NOTHING)
    assert told_in_full(test) == "departures under `offer` less the same under `nothing` is above 0"
    between = of("a * c", "above", "b", a=OFFER, b=NOTHING, c=Cited("B-024"))
    assert told_in_full(between).endswith(" is above departures under `nothing`")
    drawn = of("w", "above", "0.5", w=Drawn("opinion.class.0.support_mean"))
    assert told_in_full(drawn) == "`w` is above 0.5"  # a bare key path tells a reader nothing


@pytest.mark.parametrize("test", ALL, ids=lambda one: one.in_words()[:40])
def test_every_shipped_test_has_words_and_no_signs(test: Test) -> None:
    for words in (told(test), told_in_full(test)):
        assert "_" not in words
        assert not [sign for sign in (" * ", " + ", " - ", " / ", "\N{MULTIPLICATION SIGN}") if sign in words]
        assert words.count("(") == words.count(")")
        assert words.count(" is ") >= 1
    names = {name for side in test.formulas for name in side.names}
    assert all(f"`{name.replace('_', ' ')}`" in told(test) for name in names)


def test_tests_that_differ_differ_in_full() -> None:
    """Two claims may share a test; two tests of one claim never read the same, unless their readings differ."""
    for one in SHIPPED.claims:
        full = [told_in_full(test) for test in one.tests]
        assert len(set(full)) == len(full) or "(read in several ways)" in " ".join(full)


def test_of_two_quotients_the_quotients_are_told() -> None:
    """120 in 100 against 100 in 100: the numbers alone would not say which is more."""
    test = of("a / k", "above", "b / k", a=OFFER, b=NOTHING, k=NOTHING)
    found = verdict_of(test, sample("main", 100.0, np.linspace(110.0, 130.0, 60)))
    row = plain(found, claims([found.claim], []))
    assert row["sentences"][0].endswith("; departures divided by departures (median): 1.2 against 1.")
