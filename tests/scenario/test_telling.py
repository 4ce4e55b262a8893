"""How scenarios are told: differences, plain dictionaries, words, summaries."""

from __future__ import annotations

import datetime
import json
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offramp.scenario import diff, load, loads, shipped, template
from offramp.scenario.differences import as_toml
from offramp.scenario.laws import Law
from offramp.scenario.numbers import stated
from offramp.scenario.plain import plain
from offramp.scenario.quantities import Dated, Number, People, Series, Shares, Uncertain
from offramp.scenario.summary import summary
from offramp.scenario.words import in_words
from tests.scenario.texts import BARE

START = datetime.date(2022, 2, 24)
UNKNOWN = Uncertain("x", Law("uniform", (1.0, 2.0)))


def test_no_difference_in_what_means_the_same() -> None:
    same = BARE.replace("1000", "1e3").replace("\n", "\n# comment\n")
    assert diff(loads(BARE), loads(same)) == []


def test_differences_name_the_key_and_both_values() -> None:
    changed = BARE.replace("0.02", "{ between = [0.01, 0.04] }").replace(
        "days = 60\n", "days = 61\nsquad_size = 5\n"
    )
    assert diff(loads(BARE), loads(changed)) == [
        ("days", 60, 61),
        ("route.desert.window_per_day", 0.02, {"between": [0.01, 0.04]}),
        ("squad_size", None, 5),
    ]


def test_differences_follow_names_and_tell_their_order() -> None:
    groups = [f"[[group]]\nname = '{name}'\nsize = {size}\n" for name, size in (("a", 1), ("b", 2))]
    head, _, tail = BARE.partition("[[group]]")
    rest = "[[route]]" + tail.partition("[[route]]")[2]
    first, second = loads(head + groups[0] + groups[1] + rest), loads(head + groups[1] + groups[0] + rest)
    assert diff(first, second) == [("group (order)", ["a", "b"], ["b", "a"])]


def test_differences_are_mirrored() -> None:
    a, b = load("minimal"), load("one-squad")
    mirrored = [(path, right, left) for path, left, right in diff(a, b)]
    assert sorted(mirrored, key=str) == sorted(diff(b, a), key=str)


@given(
    st.recursive(
        st.booleans()
        | st.integers(-(10**12), 10**12)
        | st.floats(allow_nan=False)
        | st.text()
        | st.dates(datetime.date(1, 1, 1)),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
        max_leaves=10,
    )
)
def test_values_are_written_as_toml(value: object) -> None:
    assert tomllib.loads(f"value = {as_toml(value)}")["value"] == value


@pytest.mark.parametrize("name", shipped())
def test_plain_is_json(name: str) -> None:
    told = json.loads(json.dumps(plain(load(name)), allow_nan=False))
    assert told["name"] == name
    assert [one["path"] for one in told.get("inputs", [])] == [one.path for one in load(name).inputs]


def test_plain_tells_quantiles_of_inputs() -> None:
    told = plain(loads(BARE.replace("0.02", "{ between = [0.01, 0.04] }")))
    (one,) = told["inputs"]
    assert (one["q05"], one["median"], one["q95"]) == pytest.approx((0.01, 0.02, 0.04))


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.0, "0"),
        (0.05, "0.05"),
        (1234567.0, "1,234,567"),
        (25_000_000.0, "25 million"),
        (935_308.0, "935,308"),
        (-1.0, "\N{MINUS SIGN}1"),
        (1e-9, "1e-09"),
        (0.1 + 0.2, "0.3"),
        (0.123456, "0.1235"),
    ],
)
def test_stated_numbers(value: float, words: str) -> None:
    assert stated(value) == words


@pytest.mark.parametrize(
    ("quantity", "words"),
    [
        (None, "-"),
        (Number(3.0), "3"),
        (UNKNOWN, "1.05 to 1.95"),
        (Uncertain("x", Law("rivals", (3e5, 0.5, 318e3, 0.5))), "300,000 or 318,000"),
        (People("normal", (UNKNOWN, Number(0.5)), -1, 1), "between persons: normal (1.05 to 1.95), 0.5"),
        (Dated(((0, Number(1.0)), (2, Number(2.0))), "linear", None), "1 on 2022-02-24, 2 on 2022-02-26"),
        (Series("claimed-losses", None, UNKNOWN), "series claimed-losses x (1.05 to 1.95)"),  # pyright: ignore
        (Shares("s", ("s.a", "s.b"), ("a", "b"), (1.0, 3.0)), "about a 25%, b 75%"),
    ],
)
def test_quantities_in_words(quantity: object, words: str) -> None:
    assert in_words(quantity, START) == words  # pyright: ignore


@pytest.mark.parametrize("text", [template(), *(load(name).text for name in shipped())])
def test_summaries_name_everything(text: str) -> None:
    scenario = loads(text)
    told = {heading.split(",")[0]: rows for heading, _, rows in summary(scenario)}
    groups = (*scenario.groups, *scenario.posts.groups)
    assert [row[0] for row in told["Groups"]] == [group.name for group in groups]
    assert [row[0] for row in told["Routes"]] == [
        route.name for route in (*scenario.routes, *scenario.posts.routes)
    ]
    assert [row[0] for row in told["Policies"]] == [policy.name for policy in scenario.policies]
    assert [row[0] for row in told.get("Unknown numbers", [])] == [one.path for one in scenario.inputs]
    for _, columns, rows in summary(scenario):
        assert all(len(row) == len(columns) for row in rows)
