"""Load claims: those that ship with the package, and those of a user's file. All that is wrong is told at once."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Final, cast

from offramp.claims.claim import Claims, Variant, Waiting
from offramp.claims.names import Names
from offramp.claims.reader import Reader
from offramp.claims.schema import MAX_BYTES, WaitingTable
from offramp.claims.variants import with_variant
from offramp.errors import InputError, Problem
from offramp.scenario import Scenario
from offramp.scenario import load as load_scenario
from offramp.scenario import shipped as shipped_scenarios
from offramp.scenario.door import admit_table
from offramp.scenario.findings import Findings, suggestion
from offramp.scenario.source import read_file
from offramp.scenario.syntax import line_numbers, parse
from offramp.scenario.text import quoted

_WAITING: Final = "waiting.toml"
SCENARIO: Final = "ukraine-2022"
"""Of which the shipped claims speak, and those of a file that names none."""


@cache
def shipped() -> Claims:
    """Every claim that ships with the package, article by article. Raises InputError when a file is wrong."""
    claims = Claims(SCENARIO, (), (), (), _waiting())
    for file in sorted(_data().iterdir(), key=lambda one: one.name):
        if file.name.endswith(".toml") and file.name != _WAITING:
            claims = _read(file.read_text("utf-8"), file.name, claims)
    return claims


def load(path: str | os.PathLike[str], scenario: Scenario | None = None) -> Claims:
    """The claims of a user's file, which may use the shipped variants. Raises InputError with every problem.

    scenario: whose policies, outcomes and inputs they speak of, in place of the shipped one that the file names.
    """
    file, text = _read_file(os.fsdecode(path))
    return loads(text, file, scenario)


def _read_file(path: str) -> tuple[str, str]:
    """The name of a file for messages, and its text. A file that is too large is refused as one of claims, before it is read."""
    if _size(path) > MAX_BYTES:
        raise _too_large(quoted(path, 200).strip("`"))
    return read_file(path, "there is no such file", "Name a TOML file of claims.")


def _size(path: str) -> int:
    """Bytes of a file; 0 where that cannot be told, which reading it will explain."""
    try:
        return Path(path).stat().st_size
    except (OSError, ValueError):
        return 0


def _too_large(file: str) -> InputError:
    what = f"is larger than {MAX_BYTES // 1_000_000} MB"
    return InputError([Problem(file, what, "Claims are a short text; name another file.")])


def loads(text: str, name: str = "claims", scenario: Scenario | None = None) -> Claims:
    """The claims in a text; `name` stands for the file in messages, scenario as for `load`. Raises InputError with every
    problem found."""
    base = shipped()
    both = _read(text, name, base, scenario)
    _check_variants(both.variants[len(base.variants) :], scenario or _loaded(both.scenario), name)
    return Claims(
        both.scenario,
        both.articles[len(base.articles) :],
        both.claims[len(base.claims) :],
        both.variants,
        both.waiting,
    )


@cache
def _loaded(scenario: str) -> Scenario:
    return load_scenario(scenario)


@cache
def _file_of(scenario: Scenario) -> dict[str, Any]:
    return parse(scenario.text, scenario.name)[0]


def _check_variants(variants: Sequence[Variant], scenario: Scenario, file: str) -> None:
    """Refuse variants that make a scenario which would be refused as a file; those that ship are built in the tests."""
    problems: list[Problem] = []
    for variant in variants:
        try:
            with_variant(variant, scenario)
        except InputError as error:
            place = f"{file}: variant.{variant.name}"
            problems += [Problem(f"{place}: {one.place}", one.what, one.remedy) for one in error.problems]
    if problems:
        raise InputError(problems)


def _data() -> Traversable:
    return files("offramp.claims") / "data"


def _read(text: str, file: str, base: Claims, given: Scenario | None = None) -> Claims:
    """The claims of a base with those of one more file. given: the scenario of which they speak, whatever the file names."""
    if len(text) > MAX_BYTES:
        raise _too_large(file)
    data, statements = parse(text, file)
    findings = Findings()
    scenario = _loaded(_scenario(data, file)) if given is None else given
    names = Names(scenario, _file_of(scenario), base.waiting, findings)
    policies = [one.name for one in scenario.policies]
    for variant in base.variants if given is not None or scenario.name == base.scenario else ():
        if variant.of in policies and (scenario.name == base.scenario or names.has(variant)):
            names.add(variant)
    reader = Reader(data, names, {one.id for one in base.claims}, findings)
    article = reader.article()
    variants = reader.variants()
    claims = reader.claims("" if article is None else article.key)
    if article is not None and article.key in {one.key for one in base.articles}:
        findings.add(("article", "key"), f"the key {quoted(article.key)} is used already", "Choose another.")
    if len(findings) or article is None:
        raise findings.refusal(file, data, line_numbers(text, statements))
    return Claims(
        scenario.name,
        (*base.articles, article),
        (*base.claims, *claims),
        (*base.variants, *variants),
        base.waiting,
    )


def _scenario(data: dict[str, Any], file: str) -> str:
    """The shipped scenario of which a file speaks; a path is refused, so that a file reaches no other."""
    name = data.get("scenario", SCENARIO)
    if isinstance(name, str) and name in shipped_scenarios():
        return name
    remedy = suggestion(str(name), shipped_scenarios(), "shipped scenarios")
    what = f"there is no shipped scenario {quoted(name)}"
    raise InputError([Problem(f"{file}: scenario", what, remedy)])


def _waiting() -> tuple[Waiting, ...]:
    """Outcomes, policies and inputs that wait for a module."""
    text = (_data() / _WAITING).read_text("utf-8")
    data, statements = parse(text, _WAITING)
    findings = Findings()
    found: list[Waiting] = []
    for what in ("outcome", "policy", "input"):
        for at, value in enumerate(cast("list[Any]", data.get(what, []))):
            table = cast("WaitingTable | None", admit_table(WaitingTable, value, (what, at), findings))
            if table is not None:
                found.append(Waiting(table.name, what, table.module, table.meaning))
    if len(findings):
        raise findings.refusal(_WAITING, data, line_numbers(text, statements))
    return tuple(found)
