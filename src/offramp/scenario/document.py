"""One file as the checks see it: raw data, admitted tables, names, and the list of what is wrong."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import Any, Final, cast

from offramp.scenario.door import Admitted
from offramp.scenario.findings import Findings, Loc, key_path, suggestion
from offramp.scenario.schema import HeadTable
from offramp.scenario.schema_people import GroupTable, RouteTable, UnitsTable
from offramp.scenario.schema_war import ForceTable, MobilisationTable
from offramp.scenario.text import quoted

NAMED: Final = (
    "group",
    "route",
    "programme",
    "channel",
    "lever",
    "offramp",
    "policy",
    "comparator",
    "prior",
    "experiment",
)


class Document:
    """What stands in a file. Tables that were refused are missing here, but their names are known."""

    def __init__(self, data: Mapping[str, Any], admitted: Admitted, findings: Findings) -> None:
        self.data = data
        self.findings = findings
        self.head: HeadTable | None = admitted.head
        self._lists = admitted.lists
        self._tables = admitted.tables
        self.names = {key: [name for _, name in named(data, key)] for key in NAMED}
        self.units = cast("UnitsTable | None", self._tables.get("units"))
        self.force = cast("ForceTable | None", self._tables.get("force"))
        self.mobilisation = cast("MobilisationTable | None", self._tables.get("mobilisation"))

    def items(self, key: str) -> list[tuple[Loc, Any]]:
        """Tables of a list that passed the door, each with its place."""
        return [((key, at), item) for at, item in enumerate(self._lists.get(key, ())) if item is not None]

    def incomplete(self, key: str) -> bool:
        """Whether a table of this list was refused, so that something may be missing only for that."""
        return any(item is None for item in self._lists.get(key, ()))

    def groups(self) -> list[tuple[Loc, GroupTable]]:
        """The groups that passed the door."""
        return self.items("group")

    def routes(self) -> list[tuple[Loc, RouteTable]]:
        """The routes that passed the door."""
        return self.items("route")

    def route(self, name: str) -> RouteTable | None:
        """The route of this name, when it passed the door."""
        return next((route for _, route in self.routes() if route.name == name), None)

    def table(self, key: str) -> Any:
        """A table that stands once, None when it is absent or was refused."""
        return self._tables.get(key)

    def states(self, table: str) -> bool:
        """Whether the file has this table, admitted or not."""
        return table in self.data

    def has(self, table: str, key: str) -> bool:
        """Whether the file states this key of a table that stands once, admitted or not."""
        stated = self.data.get(table)
        return isinstance(stated, dict) and key in stated

    def refused_paths(self) -> set[str]:
        """Key paths of what was refused, and of everything above it."""
        paths = [key_path(loc, self.data).split(".") for loc in self.findings.places()]
        return {".".join(parts[:length]) for parts in paths for length in range(1, len(parts) + 1)}

    def last_day(self) -> datetime.date | None:
        """Last day of the run."""
        if self.head is None:
            return None
        return self.head.start + datetime.timedelta(days=self.head.days - 1)

    def squad_size(self, group: GroupTable) -> int | None:
        """Members of a squad of the group: its own number, that of [units], that of the file."""
        of_units = None if self.units is None else self.units.squad_size
        of_file = None if self.head is None else self.head.squad_size
        return next((size for size in (group.squad_size, of_units, of_file) if size is not None), None)

    def say(self, loc: Loc, what: str, remedy: str) -> None:
        """Note that something is wrong; the remedy is a full sentence."""
        self.findings.add(loc, what, remedy)

    def lacks(self, loc: Loc, what: str, remedy: str) -> None:
        """Note that something is absent, unless the table has other faults that may explain it."""
        if not self.findings.at(loc):
            self.findings.add(loc, what, remedy)

    def known(self, kind: str, name: str, loc: Loc) -> bool:
        """Whether there is a table of this kind and name; noted when there is none."""
        if name in self.names[kind]:
            return True
        remedy = suggestion(name, self.names[kind], f"{_plural(kind)} in the file")
        self.say(loc, f"there is no {kind} {quoted(name)}", remedy)
        return False

    def all_known(self, kind: str, names: Iterable[str], loc: Loc) -> None:
        """Every name of a list exists and stands once."""
        seen: set[str] = set()
        for at, name in enumerate(names):
            self.known(kind, name, (*loc, at))
            if name in seen:
                self.say((*loc, at), f"names {quoted(name)} twice", "Name it once.")
            seen.add(name)

    def period(
        self, first: datetime.date | None, last: datetime.date | None, loc: Loc, keys: tuple[str, str]
    ) -> None:
        """A period of days that is not empty and meets the run."""
        if first is not None and last is not None and last < first:
            self.say((*loc, keys[1]), f"{last} is before `{keys[0]}`, {first}", "Exchange the dates.")
            return
        end = self.last_day()
        if self.head is None or end is None:
            return
        if first is not None and first > end:
            self.say(
                (*loc, keys[0]), f"{first} is after the last day of the run, {end}", "Choose an earlier date."
            )
        if last is not None and last < self.head.start:
            start = self.head.start
            self.say(
                (*loc, keys[1]), f"{last} is before the first day of the run, {start}", "Choose a later date."
            )


def _plural(kind: str) -> str:
    return "policies" if kind == "policy" else f"{kind}s"


def named(data: Mapping[str, Any], key: str) -> list[tuple[int, str]]:
    """Position and name of every table of a list, also of those that were refused for something else."""
    items = data.get(key)
    tables = cast("list[object]", items) if isinstance(items, list) else []
    found: list[tuple[int, str]] = []
    for at, table in enumerate(tables):
        name = cast("dict[str, object]", table).get("name") if isinstance(table, dict) else None
        if isinstance(name, str):
            found.append((at, name))
    return found
