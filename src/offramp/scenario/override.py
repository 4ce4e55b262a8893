"""A scenario with other values at some key paths: by hand, under a prior set, in the cells of an experiment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

from offramp.errors import InputError, Problem
from offramp.scenario.findings import suggestion
from offramp.scenario.load import from_data, loads
from offramp.scenario.places import loc_of, replace_law, write
from offramp.scenario.syntax import parse
from offramp.scenario.tables import Scenario
from offramp.scenario.text import quoted

NOTE: Final = "set by key path"


def changed(
    scenario: Scenario, changes: Mapping[str, float | Mapping[str, Any]], note: str = NOTE
) -> Scenario:
    """The scenario with other values at these key paths, checked like a file.

    changes: key path -> a number, which is then taken as known, or any form that the file may state there, as
    `{"between": [0.1, 0.3]}`. A path may name a key that the file leaves out, in a table that it has. Comments of the
    file are kept in the new `text`. A prior set in force stays in force.

    Raises InputError for a path that leads nowhere and for everything that a file would be refused for.
    """
    import tomlkit

    document: Any = tomlkit.parse(scenario.text.removeprefix("\ufeff"))
    write(document, changes, note)
    fresh = loads(tomlkit.dumps(document), scenario.name)
    return under(fresh, scenario.prior) if scenario.prior else fresh


@lru_cache(maxsize=8)
def under(scenario: Scenario, prior: str) -> Scenario:
    """The scenario with the laws of one of its prior sets in force. `hash` and `text` stay those of the file.

    Raises InputError when there is no such set.
    """
    if prior == (scenario.prior or "main"):
        return scenario
    if prior == "main":
        return loads(scenario.text, scenario.name)
    names = [one.name for one in scenario.priors]
    if prior not in names:
        known = suggestion(prior, ["main", *names], "prior sets of the file")
        raise InputError([Problem("prior", f"there is no prior set {quoted(prior)}", known)])
    believed = from_data(data_of(scenario, prior), scenario.name)
    return replace(believed, prior=prior, hash=scenario.hash, text=scenario.text)


@lru_cache(maxsize=8)
def cells(scenario: Scenario, name: str) -> tuple[Scenario, ...]:
    """The scenario at every combination of values of one of its experiments, in the order of `Experiment.cells`.

    A prior set in force stays in force, but for the numbers that are varied: these are known. The varied scenarios
    have no text of their own.
    """
    experiment = next(one for one in scenario.experiments if one.name == name)
    found: list[Scenario] = []
    for cell in experiment.cells:
        data = data_of(scenario, scenario.prior)
        write(data, {one.key: value for one, value in zip(experiment.vary, cell, strict=True)}, name)
        found.append(from_data(data, scenario.name))
    return tuple(found)


def data_of(scenario: Scenario, prior: str) -> dict[str, Any]:
    """The parsed file, with the laws of a prior set in force; empty for the file as it stands."""
    data, _ = parse(scenario.text, scenario.name)
    for one in data.get("prior", ()):
        if one["name"] == prior:
            for path, form in one["inputs"].items():
                replace_law(data, loc_of(data, path), form)
    return data
