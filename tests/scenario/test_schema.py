"""The schema: every key is described, ends in its unit, and becomes a field of the frozen tables."""

from __future__ import annotations

import dataclasses
import json
import tomllib
from typing import Any

import pytest

from offramp.scenario import (
    json_schema,
    load,
    shipped,
    tables,
    tables_endings,
    tables_studies,
    tables_world,
    template,
)
from offramp.scenario.schema import LISTS, TABLES, ScenarioFile
from offramp.scenario.settle import kind_of

SCHEMA = json_schema()

FIELDS = {
    "group": tables.Group,
    "route": tables.Route,
    "programme": tables.Programme,
    "channel": tables_world.Channel,
    "lever": tables_world.Lever,
    "offramp": tables_endings.Offramp,
    "policy": tables.Policy,
    "comparator": tables_world.Comparator,
    "correlation": tables.Correlation,
    "prior": tables_studies.Prior,
    "experiment": tables_studies.Experiment,
    "choice": tables.Choice,
    "units": tables.Units,
    "force": tables.Force,
    "losses": tables.Losses,
    "war": tables.War,
    "mobilisation": tables.Mobilisation,
    "information": tables_world.Information,
    "trust": tables_world.Trust,
    "support": tables_world.Support,
    "regime": tables_world.Regime,
    "ledger": tables_world.Ledger,
    "opinion": tables_endings.Opinion,
    "leadership": tables_endings.Leadership,
    "escalation": tables_endings.Escalation,
}
DAYS = {
    "from_": "from_day",
    "until": "until_day",
    "start": "start_day",
    "end": "end_day",
    "class_": "classes",
    "broadcasts_from": "broadcasts_day",
}


def test_every_table_is_here() -> None:
    # a game is no table of numbers: `offramp.games.tree` makes a tree of it
    assert set(FIELDS) | {"game"} == set(LISTS) | set(TABLES)


@pytest.mark.parametrize("key", FIELDS)
def test_keys_of_the_file_are_fields_of_the_tables(key: str) -> None:
    stated = {DAYS.get(name, name) for name in (LISTS | TABLES)[key].model_fields}
    assert stated == {field.name for field in dataclasses.fields(FIELDS[key])}


@pytest.mark.parametrize("key", FIELDS)
def test_neutral_values_are_where_the_file_may_be_silent(key: str) -> None:
    for name, field in (LISTS | TABLES)[key].model_fields.items():
        if kind_of(field.annotation) is not None and not field.is_required():
            default = next(one for one in dataclasses.fields(FIELDS[key]) if one.name == name).default
            assert default is not dataclasses.MISSING, name


def described(schema: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Table, key and description of every key."""
    own = [("", key, value.get("description", "")) for key, value in schema["properties"].items()]
    return own + [
        (table, key, value.get("description", ""))
        for table, definition in schema["$defs"].items()
        for key, value in definition["properties"].items()
    ]


def test_every_key_is_described_in_a_sentence() -> None:
    poor = [(table, key) for table, key, words in described(SCHEMA) if not words.endswith((".", ". "))]
    assert [one for one in poor if one[1] != "outcome"] == []


@pytest.mark.parametrize(
    ("ending", "words"),
    [
        ("_usd", "US dollars"),
        ("_usd_per_month", "US dollars per month"),
        ("_days", "day"),
        ("_per_day", "day"),
        ("_share", "0 to 1"),
        ("_probability", "0 to 1"),
    ],
)
def test_descriptions_name_the_unit(ending: str, words: str) -> None:
    keys = [one for one in described(SCHEMA) if one[1].endswith(ending)]
    assert keys
    # A programme's probabilities override the route's, which say it.
    silent = [one for one in keys if words.casefold() not in one[2].casefold() and "overrides" not in one[2]]
    assert silent == []


def test_toml_has_no_null() -> None:
    assert '"null"' not in json.dumps(SCHEMA)
    assert "null" not in {value.get("default", 0) for value in SCHEMA["properties"].values()}


def test_ranges_stand_in_the_schema() -> None:
    share = SCHEMA["$defs"]["GroupTable"]["properties"]["family_exposed_share"]["oneOf"][0]
    assert share == {"type": "number", "minimum": 0.0, "maximum": 1.0}
    wealth = SCHEMA["$defs"]["GroupTable"]["properties"]["wealth_usd"]["oneOf"][0]
    assert wealth == {"type": "number", "exclusiveMinimum": 0.0}


def test_references_resolve() -> None:
    text = json.dumps(SCHEMA)
    for name in SCHEMA["$defs"]:
        assert f'"#/$defs/{name}"' in text
    assert text.count('"$ref"') > len(SCHEMA["$defs"])


def test_shipped_files_use_known_keys_only() -> None:
    for text in (template(), *(load(name).text for name in shipped())):
        for key in tomllib.loads(text):
            assert key in SCHEMA["properties"]
            assert key in ScenarioFile.model_fields
