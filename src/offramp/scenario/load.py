"""Load a scenario: a frozen Scenario comes out, or everything that is wrong with the file is told at once."""

from __future__ import annotations

import datetime
import hashlib
import json
import os
from array import array
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, cast

from offramp.scenario.findings import Findings
from offramp.scenario.source import read
from offramp.scenario.syntax import line_numbers, parse
from offramp.scenario.tables import Scenario

TEMPLATE: Final = Path(__file__).parent / "template.toml"


def load(name_or_path: str | os.PathLike[str]) -> Scenario:
    """A shipped scenario by its name, or a file by its path. Raises InputError with every problem found."""
    file, text = read(name_or_path)
    return _load(text, file, os.path.basename(file))


def loads(text: str, name: str = "scenario") -> Scenario:
    """A scenario from the text of a file; `name` stands for the file in messages and results.

    Raises InputError with every problem found.
    """
    return _load(text, name, name)


def template() -> str:
    """The text of a commented scenario to start from; it passes every check and runs."""
    return TEMPLATE.read_text("utf-8")


def from_data(data: dict[str, Any], name: str, unchanged: Unchanged | None = None) -> Scenario:
    """A scenario from the parsed content of a file, whose own `text` is empty; for edits of a file in memory.

    Its prior sets and experiments are taken as they stand: they were tried when the file was read. unchanged: of a file
    that shares with this one, as the same objects, whatever was not edited; that is not examined again. Raises
    InputError with every problem found, at its key path.
    """
    return _settled(data, name, name, "", array("q"), unchanged)


def _load(text: str, file: str, name: str) -> Scenario:
    # Pydantic and the schema take a fifth of a second to import; a refused file does without.
    data, statements = parse(text, file)
    return _settled(data, file, name, text, statements)


def _settled(
    data: dict[str, Any],
    file: str,
    name: str,
    text: str,
    statements: array[int],
    unchanged: Unchanged | None = None,
) -> Scenario:
    from offramp.scenario.build import build, settler_of
    from offramp.scenario.check_studies import check_studies
    from offramp.scenario.checks import check
    from offramp.scenario.document import Document
    from offramp.scenario.door import admit

    findings = Findings()
    admitted = admit(data, findings, {} if unchanged is None else unchanged.admitted)
    fields: dict[str, Any] = {}
    if admitted is not None:
        document = Document(data, admitted, findings)
        check(document)
        # dates are reckoned in days of the run
        known = unchanged.settled if unchanged is not None and unchanged.head == admitted.head else {}
        fields = build(document, settler_of(document, known))
        if text and not len(findings):
            inputs = [unknown.path for unknown in fields["inputs"]]
            check_studies(document, inputs, lambda edited: _settled(edited, file, name, "", array("q")))
    if len(findings) or admitted is None or admitted.head is None:
        raise findings.refusal(file, data, line_numbers(text, statements))
    head = admitted.head
    return Scenario(
        name=name.removesuffix(".toml") or "scenario",
        title=head.title,
        description=head.description,
        start=head.start,
        days=head.days,
        squad_size=head.squad_size,
        **fields,
        hash=content_hash(data, unchanged),
        text=text,
    )


class Unchanged:
    """What is known of the tables of a file that passed every check, by the table itself, so that an edit which shares them is
    quick. The file must not be written into."""

    def __init__(self, data: dict[str, Any]) -> None:
        """data: of a file that was loaded."""
        from offramp.scenario.build import build, settler_of
        from offramp.scenario.document import Document
        from offramp.scenario.door import admit

        self._data = data  # while it is held, no other table has the identity of one of these
        admitted = admit(data, Findings())
        assert admitted is not None
        document = Document(data, admitted, Findings())
        settler = settler_of(document, {})
        build(document, settler)
        self.head = admitted.head
        self.settled = settler.settled
        items = [
            (item, found)
            for key, known in admitted.lists.items()
            for item, found in zip(data.get(key, ()), known, strict=True)
        ]
        tables = [(data[key], found) for key, found in admitted.tables.items()]
        self.admitted = {id(content): found for content, found in (*items, *tables)}
        self.texts = {id(content): _text(content) for content, _ in (*items, *tables)}


def content_hash(data: dict[str, Any], unchanged: Unchanged | None = None) -> str:
    """SHA-256 of the parsed content: the same for reformatted files, another when any number differs."""
    texts = {} if unchanged is None else unchanged.texts
    parts = (f"{_text(key)}:{_known_text(data[key], texts)}" for key in sorted(data))
    return hashlib.sha256(f"{{{','.join(parts)}}}".encode("ascii")).hexdigest()


def _known_text(value: object, texts: Mapping[int, str]) -> str:
    """The content of a table, a list of tables or a value."""
    known = texts.get(id(value))
    if known is not None:
        return known
    if isinstance(value, list):
        return f"[{','.join(texts.get(id(item)) or _text(item) for item in cast('list[object]', value))}]"
    return _text(value)


def _text(value: object) -> str:
    return json.dumps(canonical(value), sort_keys=True, ensure_ascii=True, separators=(",", ":"))


def canonical(value: object) -> object:
    """A value of a file in the one form that its content has, however it is written."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int | float):
        return float(value) + 0.0  # 1 is 1.0, and -0.0 is 0.0
    if isinstance(value, datetime.date):
        return {"date": value.isoformat()}
    if isinstance(value, dict):
        return {key: canonical(inner) for key, inner in cast("dict[str, object]", value).items()}
    if isinstance(value, list):
        return [canonical(inner) for inner in cast("list[object]", value)]
    raise TypeError(f"no value of a scenario: {type(value).__name__}")
