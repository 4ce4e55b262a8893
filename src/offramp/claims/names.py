"""Which names a test may use: outcomes, policies and inputs of a scenario, variants, and what waits for a module."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from offramp.analysis.outcomes import KNOWN
from offramp.analysis.outcomes_endings import BY_CORPS, BY_PART, ENDINGS
from offramp.claims.bank import BETWEEN, BY_DAY
from offramp.claims.claim import Variant, Waiting
from offramp.claims.stated import stated_number
from offramp.claims.units import PRICE
from offramp.errors import InputError
from offramp.evidence import figure, known_ids, refused, series_names
from offramp.scenario.findings import Findings, Loc, suggestion
from offramp.scenario.places import loc_of
from offramp.scenario.schema import LISTS, TABLES
from offramp.scenario.text import quoted

if TYPE_CHECKING:
    from offramp.scenario import Scenario

_BY_ROUTE: Final = ("departures", "evasions", "emigrations", "imprisoned")


def outcomes_by_part(scenario: Scenario) -> list[str]:
    """Outcomes told for each corps at posts, and for each part of the public."""
    corps = dict.fromkeys(group.corps or group.name for group in scenario.posts.groups)
    parts = dict.fromkeys(
        part for one in (scenario.opinion.classes if scenario.opinion else ()) for part in one.parts
    )
    return [
        *(f"{stem}.{one}" for stem in BY_CORPS for one in corps),
        *(f"{stem}.{one}" for stem in BY_PART for one in parts),
    ]


class Names:
    """The names that are known to a file of claims; what is not known is noted with the nearest right name.

    file: the parsed content of the scenario, in which key paths are looked up.
    """

    def __init__(
        self, scenario: Scenario, file: Mapping[str, Any], waiting: Sequence[Waiting], findings: Findings
    ) -> None:
        self.scenario = scenario
        self.variants: dict[str, Variant] = {}
        self._findings = findings
        self._file = file
        routes = [f"{stem}.{route.name}" for stem in _BY_ROUTE for route in scenario.routes]
        self._known = {
            "outcome": [
                *(one.name for one in KNOWN),
                PRICE,
                *routes,
                *(f"ending.{name}" for name in ENDINGS),
                *outcomes_by_part(scenario),
                *BETWEEN,
            ],
            "policy": [one.name for one in scenario.policies],
            "input": [*(one.path for one in scenario.inputs)],
        }
        # What waits for a module may be named, but is never the nearest right name of another: no run has it.
        self._waiting = {(one.what, one.name) for one in waiting}

    def add(self, variant: Variant) -> None:
        """A variant may be used like a policy."""
        self._known["policy"].append(variant.name)
        self.variants[variant.name] = variant

    def has(self, variant: Variant) -> bool:
        """Whether the scenario has all that a variant changes."""
        mine = Findings()
        Names(self.scenario, self._file, (), mine).variant(variant, ())
        return not len(mine)

    def alike(self, one: str, other: str) -> bool:
        """Whether two policies or variants are one and the same: the same parts, and the same settings."""
        return one == other or (self._made_of(one) is not None and self._made_of(one) == self._made_of(other))

    def _made_of(self, name: str) -> tuple[object, ...] | None:
        """What a policy or variant is made of; None for a name that nothing has."""
        variant = self.variants.get(name)
        base = next((p for p in self.scenario.policies if p.name == (variant.of if variant else name)), None)
        if base is None:
            return None
        if variant is None:
            return (set(base.programmes), set(base.levers), base.offramp or "", {})
        programmes, levers = {*base.programmes, *variant.programmes}, {*base.levers, *variant.levers}
        return (programmes, levers, variant.offramp or base.offramp or "", dict(variant.settings))

    def check(self, what: str, name: str, loc: Loc, plural: str) -> None:
        """Note a name that nothing has."""
        if (what, name) in self._waiting:
            return
        self._one_of(name, self._known[what], loc, what, plural)

    def number(self, path: str, loc: Loc) -> None:
        """Note what is neither drawn nor a number that the scenario states."""
        if stated_number(self._file, path) is None:
            self.check("input", path, loc, "inputs")

    def drawn(self, path: str, loc: Loc) -> None:
        """Note what is not drawn: a known number, or nothing at all."""
        if path not in self._known["input"] and stated_number(self._file, path) is not None:
            told = f"the input {quoted(path)} is a known number of {self.scenario.name}: no draw varies it"
            self._findings.add(loc, told, "Name an input that is drawn; `offramp scenario show` lists them.")
            return
        self.check("input", path, loc, "inputs")

    def before_the_war(self, id: str) -> bool:
        """Whether a figure is of a time that ended before the scenario begins."""
        end = figure(id).period.end
        return end is not None and end < self.scenario.start

    def window(self, outcome: str, loc: Loc) -> None:
        """Note an outcome that cannot be counted between two dates."""
        routes = [f"{stem}.{route.name}" for stem in BY_DAY[:3] for route in self.scenario.routes]
        if outcome not in (*BETWEEN, *BY_DAY, *routes):
            remedy = f"These are counted day by day: {', '.join((*BETWEEN, *BY_DAY))}; {', '.join(BY_DAY[:3])} by a route too."
            self._findings.add(loc, f"the outcome {quoted(outcome)} is not counted between two dates", remedy)

    def evidence(self, id: str, loc: Loc) -> None:
        """Note an id that is no figure, or one that may not be evidence."""
        if id in refused():
            self._findings.add(loc, f"{id} may not be evidence: {refused()[id]}", "Cite another figure.")
        else:
            self._one_of(id, sorted(known_ids()), loc, "figure of the evidence table", "figures")

    def series(self, name: str, loc: Loc) -> bool:
        """Whether there is a series of this name; noted when there is none."""
        return self._one_of(name, series_names(), loc, "series", "series")

    def dates(
        self, first: datetime.date, last: datetime.date, ends: tuple[datetime.date, datetime.date], loc: Loc
    ) -> None:
        """Note dates in disorder, or outside of those that are known."""
        if first > last:
            self._findings.add(loc, f"ends on {last}, before it begins on {first}", "Swap the dates.")
        elif first < ends[0] or last > ends[1]:
            what = f"runs from {first} to {last}, beyond what is known"
            self._findings.add(loc, what, f"Stay within {ends[0]} and {ends[1]}.")

    def days(self) -> tuple[datetime.date, datetime.date]:
        """First and last day of the scenario."""
        first = self.scenario.start
        return first, first + datetime.timedelta(days=self.scenario.days - 1)

    def variant(self, variant: Variant, loc: Loc) -> None:
        """Note what a variant changes that the scenario does not have."""
        scenario = self.scenario
        policies = [one.name for one in scenario.policies]
        self._one_of(variant.of, policies, (*loc, "of"), "policy", "policies")
        for programme in variant.programmes:
            known = [one.name for one in scenario.offers]
            self._one_of(programme, known, (*loc, "programmes"), "programme", "programmes")
        for lever in variant.levers:
            self._one_of(lever, [one.name for one in scenario.levers], (*loc, "levers"), "lever", "levers")
        if variant.offramp:
            known = [one.name for one in scenario.offramps]
            self._one_of(variant.offramp, known, (*loc, "offramp"), "off-ramp", "off-ramps")
        for path in variant.settings:
            self._setting(path, (*loc, "settings", path))
        if not (variant.programmes or variant.levers or variant.offramp or variant.settings):
            self._findings.add(loc, "changes nothing", "Name programmes, levers, an off-ramp or settings.")

    def _setting(self, path: str, loc: Loc) -> None:
        """A key path of the scenario's file; its last key may be one that the file leaves out."""
        try:
            place = loc_of(self._file, path)
        except InputError as error:
            for problem in error.problems:
                self._findings.add(loc, problem.what, problem.remedy)
            return
        table, key = str(place[0]), place[2] if place[0] in LISTS else place[1]
        fields = [field.alias or name for name, field in (LISTS | TABLES)[table].model_fields.items()]
        self._one_of(str(key), fields, loc, f"key of {table}", "keys")

    def _one_of(self, name: str, known: Sequence[str], loc: Loc, what: str, plural: str) -> bool:
        if name in known:
            return True
        self._findings.add(loc, f"there is no {what} {quoted(name)}", suggestion(name, known, plural))
        return False
