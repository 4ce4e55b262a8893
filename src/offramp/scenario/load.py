"""Load a scenario: everything that is wrong with a file is refused at once, or a frozen Scenario comes out."""

from __future__ import annotations

import datetime
import hashlib
import json
import os
from typing import Any

from offramp.scenario.findings import Findings
from offramp.scenario.source import line_numbers, parse, read
from offramp.scenario.tables import Scenario


def load(name_or_path: str | os.PathLike[str]) -> Scenario:
    """A shipped scenario by its name, or a file by its path. Raises InputError with every problem found."""
    file, text = read(name_or_path)
    return _load(text, file, os.path.basename(file).removesuffix(".toml") or "scenario")


def loads(text: str, name: str = "scenario") -> Scenario:
    """A scenario from the text of a file. Raises InputError with every problem found."""
    return _load(text, name, name.removesuffix(".toml") or "scenario")


def _load(text: str, file: str, name: str) -> Scenario:
    from offramp.scenario.build import build
    from offramp.scenario.checks import check
    from offramp.scenario.door import admit

    data, starts = parse(text, file)
    findings = Findings()
    admitted = admit(data, findings)
    fields: dict[str, Any] | None = None
    if admitted.lists:
        check(data, admitted, findings)
        fields = build(data, admitted, findings)
    if len(findings):
        findings.refuse(file, data, line_numbers(text, starts, data))
    assert fields is not None, "a file without findings has every table"
    return Scenario(name=name, **fields, hash=content_hash(data), text=text)


def content_hash(data: dict[str, Any]) -> str:
    """SHA-256 of the content: the same for reformatted files, another when any number differs."""
    canonical = json.dumps(_canonical(data), sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _canonical(value: Any) -> Any:
    """1 and 1.0 are the same number, and -0.0 is 0."""
    match value:
        case bool() | str():
            return value
        case int() | float():
            return float(value) + 0.0
        case datetime.date():
            return {"date": value.isoformat()}
        case dict():
            return {key: _canonical(inner) for key, inner in value.items()}  # pyright: ignore[reportUnknownVariableType]
        case list():
            return [_canonical(inner) for inner in value]  # pyright: ignore[reportUnknownVariableType]
        case _:
            raise TypeError(f"no value of a scenario: {type(value).__name__}")
