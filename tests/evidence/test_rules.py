"""Each blocking rule refuses a row that breaks it, and says where and what to do."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offramp.errors import Problem
from offramp.evidence.period import parse_period
from offramp.evidence.rules import read_figures, read_sources

SOURCE = {
    "key": "mediazona-2023",
    "author": "",
    "title": "A soldier's last resort",
    "publisher": "Mediazona",
    "year": "2023",
    "locator": "https://example.org/a",
}
FIGURE = {
    "id": "B-001",
    "aliases": "",
    "topic": "absence cases",
    "measure": "cases received in the year",
    "low": "900",
    "central": "1001",
    "high": "1100",
    "unit": "cases",
    "period": "2022",
    "population": "Russian servicemen",
    "source": "mediazona-2023",
    "grade": "A",
    "checked": "stored page",
    "arithmetic": "",
    "rivals": "",
    "note": "",
    "mended": "",
}


def problems_of(*changes: Mapping[str, str], source: Mapping[str, str] | None = None) -> list[Problem]:
    sources, found = read_sources([SOURCE | dict(source or {})], "sources.csv")
    rows = [FIGURE | dict(change) for change in changes]
    return found + read_figures(rows, sources, {"UGA-002": "contaminated source"}, "figures.csv")[1]


def only(problems: list[Problem]) -> str:
    assert len(problems) == 1, problems
    return str(problems[0])


def test_a_good_row_is_taken() -> None:
    sources, _ = read_sources([SOURCE], "sources.csv")
    figures, problems = read_figures([FIGURE], sources, {}, "figures.csv")
    assert problems == []
    assert (figures[0].low, figures[0].central, figures[0].high) == (900.0, 1001.0, 1100.0)
    assert figures[0].period.start == date(2022, 1, 1)
    assert figures[0].source.title == "A soldier's last resort"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"low": "1200"}, "do not rise"),
        ({"high": "1000"}, "do not rise"),
        ({"low": "2000", "central": ""}, "do not rise"),
        ({"low": "", "central": "", "high": ""}, "no value"),
        ({"central": "many"}, "valid number"),
        ({"central": "nan"}, "finite"),
        ({"high": "inf"}, "finite"),
        ({"central": "1_001"}, "underscores"),
        ({"unit": "case"}, "did you mean 'cases'"),
        ({"topic": "absence case"}, "did you mean 'absence cases'"),
        ({"period": "2022-13"}, "not a month"),
        ({"period": "2023 to 2022"}, "ends before it starts"),
        ({"period": "2022, 2023 and 2024"}, "more than two dates"),
        ({"population": ""}, "at least 2 characters"),
        ({"measure": ""}, "at least 3 characters"),
        ({"source": "mediazona-2032"}, "Did you mean 'mediazona-2023'"),
        ({"grade": "D"}, "'A', 'B' or 'C'"),
        ({"checked": "recalled"}, "state it as judgement"),
        ({"checked": "article"}, "checked against an article"),
        ({"note": "a\x07bell"}, "cannot be printed"),
        ({"measure": "reversed \u202e text"}, "cannot be printed"),
        ({"note": "two\nlines"}, "cannot be printed"),
        ({"note": " spaced"}, "begins or ends with a space"),
        ({"id": "../B"}, "pattern"),
        ({"rivals": "B-002"}, "not in the table"),
        ({"rivals": "B-001"}, "its own rival"),
        ({"aliases": "B-001"}, "stands 2 times"),
        ({"id": "UGA-002"}, "contaminated source"),
        ({"aliases": "UGA-002"}, "contaminated source"),
        ({"low": "-1"}, "negative, and cases cannot be"),
        ({"unit": "rank", "low": "", "central": "0", "high": ""}, "whole number from 1"),
        ({"unit": "rank", "low": "", "central": "1.5", "high": ""}, "whole number from 1"),
        ({"unit": "direction", "low": "", "central": "2", "high": ""}, "1, 0 or -1"),
        ({"unit": "direction", "low": "0", "central": "1", "high": ""}, "one central value"),
        ({"colour": "red"}, "no column of this table"),
    ],
)
def test_a_bad_row_is_refused(change: dict[str, str], said: str) -> None:
    problem = only(problems_of(change))
    assert said in problem
    assert problem.startswith("figures.csv")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"locator": ""}, "pattern"),
        ({"locator": "somewhere"}, "pattern"),
        ({"locator": "file:///etc/passwd"}, "pattern"),
        ({"title": ""}, "at least 3 characters"),
        ({"publisher": ""}, "at least 3 characters"),
        ({"year": "1066"}, "greater than or equal to 1800"),
        ({"key": "Not A Key"}, "pattern"),
    ],
)
def test_a_bad_source_is_refused(change: dict[str, str], said: str) -> None:
    first = problems_of(FIGURE, source=change)[0]
    assert said in str(first)
    assert first.place.startswith("sources.csv:2")


def test_a_source_is_named_once() -> None:
    assert "used twice" in str(read_sources([SOURCE, SOURCE], "sources.csv")[1][0])


def test_an_id_is_used_once() -> None:
    assert "B-001 stands 2 times" in only(problems_of({}, {}))


def test_rivals_name_each_other() -> None:
    assert problems_of({"rivals": "B-002"}, {"id": "B-002", "rivals": "B-001"}) == []
    one_way = only(problems_of({"rivals": "B-002"}, {"id": "B-002"}))
    assert "not the other way round" in one_way
    assert "Add B-001 to the rivals of B-002" in one_way


def test_an_article_needs_no_address() -> None:
    assert problems_of({"checked": "article"}, source={"locator": "article"}) == []


@pytest.mark.parametrize(
    "change", [{"unit": "percent", "low": "-3"}, {"unit": "direction", "low": "", "high": ""}]
)
def test_what_may_fall_may_be_negative(change: dict[str, str]) -> None:
    assert problems_of({"central": "-1", "high": ""} | change) == []


def test_all_problems_come_together() -> None:
    found = problems_of({"unit": "case", "grade": "D", "population": ""}, {"id": "B-002", "central": "x"})
    assert len(found) == 4
    assert {problem.place.split()[0] for problem in found} == {"figures.csv:2", "figures.csv:3"}


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2022-02-24", date(2022, 2, 24), date(2022, 2, 24)),
        ("2022-02", date(2022, 2, 1), date(2022, 2, 28)),
        ("2022", date(2022, 1, 1), date(2022, 12, 31)),
        ("early 1950s", date(1950, 1, 1), date(1959, 12, 31)),
        ("2000s and 2010s", date(2000, 1, 1), date(2019, 12, 31)),
        ("2022-02-24 to about 2023-10", date(2022, 2, 24), date(2023, 10, 31)),
        ("from 2022-09-24", date(2022, 9, 24), None),
        ("before 2022-09-24", None, date(2022, 9, 24)),
        ("to 2024-04", None, date(2024, 4, 30)),
        ("about 20 years", None, None),
    ],
)
def test_dates_of_a_period(text: str, start: date | None, end: date | None) -> None:
    period = parse_period(text)
    assert (period.text, period.start, period.end) == (text, start, end)


@given(st.dates(date(1800, 1, 1), date(2100, 12, 31)), st.dates(date(1800, 1, 1), date(2100, 12, 31)))
def test_two_days_make_a_span(one: date, other: date) -> None:
    first, last = sorted((one, other))
    period = parse_period(f"{first} to {last}")
    assert (period.start, period.end) == (first, last)


@given(st.lists(st.floats(0, 1e9), min_size=3, max_size=3))
def test_only_rising_values_pass(values: list[float]) -> None:
    low, central, high = values
    found = problems_of({"low": repr(low), "central": repr(central), "high": repr(high)})
    assert (not found) == (low <= central <= high)
    assert all(math.isfinite(value) for value in values)
