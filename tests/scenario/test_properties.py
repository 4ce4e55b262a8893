"""Properties of the language: what is written is what is loaded, and nothing but a refusal is ever raised."""

from __future__ import annotations

import copy
import datetime
import random
import tomllib
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from offramp.errors import InputError
from offramp.scenario import load, loads, shipped, template
from offramp.scenario.differences import as_toml
from offramp.scenario.forms import FORM_KEYS
from offramp.scenario.quantities import Number, evaluate
from offramp.scenario.text import folded, name
from tests.oracles.world import World, as_scenario

TEXTS = [template(), as_scenario(World()), *(load(name).text for name in shipped())]


def _can_name(text: str) -> bool:
    try:
        return name(text) == text
    except ValueError:
        return False


NAMES = st.lists(
    st.text(
        st.characters(exclude_characters=".\"'\\`", categories=["L", "N", "P", "S"]), min_size=1, max_size=20
    ).filter(_can_name),
    min_size=1,
    max_size=5,
    unique_by=folded,
)
STATES = {"serving", "waiting", "killed", "wounded", "imprisoned", "inducted"}
NUMBERS = st.floats(0.01, 0.99)
UNKNOWN = st.one_of(
    st.tuples(st.floats(0.01, 0.4), st.floats(0.41, 0.99)).map(lambda ends: {"between": list(ends)}),
    st.tuples(NUMBERS, st.floats(0.01, 0.5)).map(lambda two: {"normal": list(two)}),
    st.tuples(st.floats(0.5, 50), st.floats(0.5, 50)).map(lambda two: {"beta": list(two)}),
    st.lists(NUMBERS, min_size=2, max_size=4, unique=True).map(lambda rivals: {"rivals": rivals}),
)
SCALARS = NUMBERS | UNKNOWN
PATHS = st.lists(
    st.dates(datetime.date(2000, 1, 1), datetime.date(2100, 1, 1)), min_size=1, max_size=5, unique=True
).flatmap(
    lambda dates: st.tuples(*(SCALARS for _ in dates)).map(
        lambda levels: {"points": [list(point) for point in zip(sorted(dates), levels, strict=True)]}
    )
)


@st.composite
def contents(draw: st.DrawFn) -> dict[str, Any]:
    """The content of a valid file with groups, routes and unknown numbers."""
    groups = draw(NAMES)
    routes = draw(NAMES.filter(lambda names: not STATES & {name.casefold() for name in names}))
    return {
        "title": draw(st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=30)),
        "start": draw(st.dates(datetime.date(1900, 1, 1), datetime.date(2100, 1, 1))),
        "days": draw(st.integers(1, 400)),
        "group": [
            {"name": name, "size": draw(st.integers(1, 10_000)), "family_exposed_share": draw(SCALARS)}
            | draw(
                st.fixed_dictionaries({}, optional={"casualty_per_day": SCALARS | PATHS, "support": NUMBERS})
            )
            for name in groups
        ],
        "route": [
            {"name": name, "window_per_day": draw(SCALARS | PATHS), "utility": draw(SCALARS | PATHS)}
            for name in routes
        ],
    }


def written(content: dict[str, Any]) -> str:
    """The content as a TOML file."""
    top = [f"{key} = {as_toml(value)}" for key, value in content.items() if not isinstance(value, list)]
    tables = [
        "\n".join([f"[[{key}]]", *(f"{inner} = {as_toml(value)}" for inner, value in item.items())])
        for key, items in content.items()
        if isinstance(items, list)
        for item in items
    ]
    return "\n".join([*top, *tables]) + "\n"


def shuffled(value: Any, seed: random.Random) -> Any:
    """The same content with the keys of every table in another order."""
    if isinstance(value, dict):
        items = [(key, shuffled(inner, seed)) for key, inner in value.items()]
        seed.shuffle(items)
        return dict(items)
    return [shuffled(inner, seed) for inner in value] if isinstance(value, list) else value


@given(contents(), st.integers(0, 1000))
@settings(max_examples=40)
def test_what_is_written_is_loaded(content: dict[str, Any], seed: int) -> None:
    text = written(content)
    assert tomllib.loads(text) == content
    scenario = loads(text)
    assert scenario.title == content["title"]
    assert [group.name for group in scenario.groups] == [group["name"] for group in content["group"]]
    assert [group.size for group in scenario.groups] == [
        Number(float(group["size"])) for group in content["group"]
    ]
    again = loads(written(shuffled(content, random.Random(seed))))
    assert again.hash == scenario.hash
    assert again.inputs == scenario.inputs, "draws do not hang on the order of keys"
    changed = copy.deepcopy(content)
    changed["group"][-1]["size"] += 1
    assert loads(written(changed)).hash != scenario.hash


@given(contents(), st.lists(st.floats(0.001, 0.999), min_size=1, max_size=20))
@settings(max_examples=40)
def test_every_quantity_has_a_value_in_its_range(content: dict[str, Any], points: list[float]) -> None:
    scenario = loads(written(content))
    assert len({one.path for one in scenario.inputs}) == len(scenario.inputs)
    for one in scenario.inputs:
        values = one.law.quantile(np.sort(points))
        assert np.all(np.diff(values) >= 0.0)
        assert np.all((values >= one.law.low) & (values <= one.law.high))
    medians = {one.path: one.law.median() for one in scenario.inputs}
    for route in scenario.routes:
        assert route.window_per_day is not None
        values = np.broadcast_to(evaluate(route.window_per_day, medians, scenario.days), scenario.days)
        assert np.all((values >= 0.0) & np.isfinite(values))


@given(st.binary(max_size=300))
def test_bytes_are_refused_or_loaded(data: bytes) -> None:
    attempt(data.decode("utf-8", "replace"))


TOKENS = st.sampled_from(
    [
        *("[", "]", "{", "}", "=", ".", ",", '"', "'", '"""', "\n", "#", "\\", "\ufeff", "\0"),
        *("nan", "-inf", "1e400", "true", "2022-13-40", "0", "-1", "1e308", "''", "{}", "[]"),
        *("[[group]]\n", "[choice]\n", "{ between = [1, 2] }", "points"),
    ]
)


@given(
    st.sampled_from(TEXTS),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 30), TOKENS), min_size=1, max_size=4),
)
@settings(max_examples=150)
def test_damaged_files_are_refused_or_loaded(text: str, damage: list[tuple[float, int, str]]) -> None:
    for where, removed, token in damage:
        at = int(where * len(text))
        text = text[:at] + token + text[at + removed :]
    attempt(text)


KEYS = [*FORM_KEYS, "weights", "scale", "evidence", "note", "family", "interpolation", "x"]
JUNK = st.recursive(
    st.none().map(lambda _: 0)
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats()
    | st.text(max_size=8)
    | st.dates()
    | st.sampled_from(["soldiers", "desert", "claimed-losses", 0.5, -1.0, 1e300]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=3),
    max_leaves=8,
)
TREES = [tomllib.loads(text) for text in TEXTS]


@given(st.sampled_from(TREES), st.data())
@settings(max_examples=150)
def test_misplaced_values_are_refused_or_loaded(tree: dict[str, Any], data: st.DataObject) -> None:
    content = copy.deepcopy(tree)
    for _ in range(data.draw(st.integers(1, 3))):
        here: Any = content
        while True:
            keys = list(here) if isinstance(here, dict) else list(range(len(here)))
            if not keys:
                break
            key = data.draw(st.sampled_from(keys))
            if isinstance(here[key], dict | list) and here[key] and data.draw(st.integers(0, 3)):
                here = here[key]
                continue
            here[key] = data.draw(JUNK)
            break
    attempt("\n".join(f"{as_key(key)} = {as_toml(value)}" for key, value in content.items()))


def as_key(key: str) -> str:
    return key if key.isidentifier() and key.isascii() else as_toml(key)


def attempt(text: str) -> None:
    """A text is a scenario, or is refused with places and remedies; anything else is a defect."""
    try:
        scenario = loads(text, "file.toml")
    except InputError as refused:
        problems = refused.problems
    else:
        assert scenario.groups
        return
    assert problems
    for problem in problems:
        assert problem.place.startswith("file.toml")
        assert problem.what
        assert problem.remedy.endswith((".", "?"))
        assert "\n" not in str(problem)
