"""What must hold between the tables of a file: names that exist, things said once, limits kept."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from offramp.scenario.door import Admitted
from offramp.scenario.findings import Findings, Loc, suggestion
from offramp.scenario.forms import Dirichlet, Table
from offramp.scenario.schema import MAX_CELLS
from offramp.scenario.schema_offers import PolicyTable, ProgrammeTable
from offramp.scenario.schema_people import GroupTable, RouteTable, UnitsTable
from offramp.scenario.schema_war import ForceTable, MobilisationTable
from offramp.scenario.tables import STATES
from offramp.scenario.text import quoted

MODEL_TERMS = (
    "distaste",
    "loyalty_share",
    "reprisal_probability",
    "identified_share",
)
"""Keys of a route that build its value from [choice]."""


def names_of(data: Mapping[str, Any], key: str) -> list[str]:
    """Names as the file gives them, also of tables that were refused for something else."""
    items = data.get(key)
    tables = cast(list[object], items) if isinstance(items, list) else []
    found = (cast(dict[str, Any], table).get("name") for table in tables if isinstance(table, dict))
    return [name for name in found if isinstance(name, str)]


def check(data: Mapping[str, Any], admitted: Admitted, findings: Findings) -> None:
    """Add to the findings everything that does not fit together."""
    checker = _Checker(data, admitted, findings)
    checker.unique_names()
    checker.route_names()
    for position, group in checker.items("group"):
        checker.group(group, ("group", position))
    for position, route in checker.items("route"):
        checker.route(route, ("route", position))
    for position, programme in checker.items("programme"):
        checker.programme(programme, ("programme", position))
    for position, policy in checker.items("policy"):
        checker.policy(policy, ("policy", position))
    checker.used()
    checker.modules()
    checker.size_of_run()


class _Checker:
    def __init__(self, data: Mapping[str, Any], admitted: Admitted, findings: Findings) -> None:
        self.data = data
        self.tables = admitted.tables
        self.lists = admitted.lists
        self.head = admitted.head
        self.findings = findings
        self.names = {key: names_of(data, key) for key in ("group", "route", "programme", "policy")}

    def items(self, key: str) -> list[tuple[int, Any]]:
        """Tables of a kind that passed the door, with their positions."""
        return [(position, item) for position, item in enumerate(self.lists.get(key, ())) if item is not None]

    def say(self, loc: Loc, what: str, remedy: str) -> None:
        self.findings.add(loc, what, remedy)

    def unless_broken(self, loc: Loc, what: str, remedy: str) -> None:
        """Say that something is absent, unless the table has faults that may explain it."""
        if not self.findings.at(loc):
            self.say(loc, what, remedy)

    def known(self, kind: str, wanted: Iterable[str], loc: Loc) -> None:
        """Every wanted name exists and is named once."""
        seen: set[str] = set()
        for position, name in enumerate(wanted):
            at = (*loc, position)
            if name not in self.names[kind]:
                self.say(
                    at, f"there is no {kind} {quoted(name)}", suggestion(name, self.names[kind], f"{kind}s of the file")
                )  # fmt: skip
            if name in seen:
                self.say(at, f"names {quoted(name)} twice", "Name it once.")
            seen.add(name)

    def unique_names(self) -> None:
        for key in ("group", "route", "programme", "policy"):
            seen: dict[str, str] = {}
            for position, item in enumerate(self.data.get(key) or ()):
                name = item.get("name") if isinstance(item, dict) else None
                if not isinstance(name, str):
                    continue
                if name.casefold() in seen:
                    self.say(
                        (key, position, "name"),
                        f"there is already a {key} named {quoted(seen[name.casefold()])}",
                        "Give each its own name; upper and lower case count as the same.",
                    )
                seen.setdefault(name.casefold(), name)

    def route_names(self) -> None:
        for position, route in self.items("route"):
            if route.name.casefold() in STATES:
                self.say(
                    ("route", position, "name"),
                    f"`{route.name}` is the name of a state",
                    f"Choose a name other than {', '.join(STATES)}.",
                )

    def group(self, group: GroupTable, loc: Loc) -> None:
        squad = self.squad_size(group)
        if group.influence is not None and group.cohesion is not None:
            self.say(
                (*loc, "influence"), "stands beside `cohesion`, which says the same", "Give one of the two."
            )
        for key in ("influence", "cohesion"):
            if getattr(group, key) is not None and squad is None:
                self.unless_broken(
                    loc, f"has `{key}` but no squads", "Add `squad_size`, the members of a squad."
                )
        if group.cohesion is not None and "units" not in self.data:
            self.unless_broken(
                loc, "has `cohesion` but there is no [units]", "Add [units] with contagion and loyalty."
            )
        company = self.company_size()
        if squad is not None and company is not None and company % squad:
            self.say(
                (*loc, "squad_size") if group.squad_size is not None else ("units", "company_size"),
                f"squads of {squad} do not fill a company of {company}",
                "Make company_size a multiple of every squad size.",
            )
        force = self.force_shares()
        if group.size is None and (force is None or group.name not in force):
            self.unless_broken(loc, "has no size", "Add `size`, or name the group in force.initial_shares.")
        if group.size is not None and force is not None and group.name in force:
            self.say(
                (*loc, "size"),
                "is given although [force] gives the group's numbers",
                "Leave out one of the two.",
            )
        if group.support is not None and "choice" not in self.data:
            self.unless_broken(
                (*loc, "support"), "acts only through [choice]", "Add [choice] with support_weight."
            )

    def squad_size(self, group: GroupTable) -> int | None:
        """Members of a squad of the group: its own, that of [units], that of the file."""
        units = cast("UnitsTable | None", self.tables.get("units"))
        if group.squad_size is not None:
            return group.squad_size
        if units is not None and units.squad_size is not None:
            return units.squad_size
        return self.head.squad_size if self.head is not None else None

    def company_size(self) -> int | None:
        units = cast("UnitsTable | None", self.tables.get("units"))
        return None if units is None else units.company_size

    def force_shares(self) -> list[str] | None:
        """Groups whose numbers [force] gives."""
        force = cast("ForceTable | None", self.tables.get("force"))
        if force is None:
            return None if "force" not in self.data else [*self.names["group"]]
        tables = [force.initial_shares, *(inflow.shares for inflow in force.inflow)]
        return [
            name for table in tables for name in (table.dirichlet if isinstance(table, Dirichlet) else table)
        ]

    def route(self, route: RouteTable, loc: Loc) -> None:
        if route.groups is not None:
            self.known("group", route.groups, (*loc, "groups"))
            if not route.groups:
                self.say(
                    (*loc, "groups"),
                    "is empty: nobody could take the route",
                    "Name a group, or leave it out.",
                )
        terms = [term for term in MODEL_TERMS if getattr(route, term) is not None]
        if route.utility is None and "choice" not in self.data:
            self.unless_broken(
                loc, "has no value: neither `utility` nor a [choice] to build it from",
                "Add `utility`, in utils; 0 is as good as staying.",
            )  # fmt: skip
        if route.utility is not None and terms:
            self.say(
                (*loc, "utility"), f"stands beside {quoted(terms[0])}, which builds the value from [choice]",
                "Give `utility` outright, or leave it out and keep the terms.",
            )  # fmt: skip
        if route.utility is None and terms and "choice" not in self.data:
            self.say((*loc, terms[0]), "needs [choice]", "Add [choice], or give `utility` outright.")
        if route.outcome is not None:
            self.outcome(route, route.outcome, loc)
        if route.window_per_day is None and not route.on_call_up and not route.needs_programme:
            self.unless_broken(loc, "never opens", "Add `window_per_day`, the rate at which chances come.")
        if route.on_call_up and "mobilisation" not in self.data:
            self.say(
                (*loc, "on_call_up"), "needs [mobilisation]", "Add [mobilisation], or leave the key out."
            )
        programmes = [programme.route for _, programme in self.items("programme")]
        if route.needs_programme and route.name not in programmes and not self.broken("programme"):
            self.say(
                (*loc, "needs_programme"), "no programme offers this route",
                f'Add [[programme]] with route = "{route.name}", or leave the key out.',
            )  # fmt: skip

    def broken(self, key: str) -> bool:
        return any(item is None for item in self.lists.get(key, ()))

    def outcome(self, route: RouteTable, outcome: Dirichlet, loc: Loc) -> None:
        parts = ("success", "caught", "killed")
        for name in outcome.dirichlet:
            if name not in parts:
                self.say(
                    (*loc, "outcome", "dirichlet", name), "is no outcome of an attempt",
                    suggestion(name, parts, "outcomes"),
                )  # fmt: skip
        if "success" not in outcome.dirichlet:
            self.say((*loc, "outcome", "dirichlet"), "lacks `success`", "Add success = ...")
        for key in ("caught_probability", "killed_probability"):
            if getattr(route, key) is not None:
                self.say((*loc, key), "stands beside `outcome`, which says the same", "Give one of the two.")

    def programme(self, programme: ProgrammeTable, loc: Loc) -> None:
        if programme.route not in self.names["route"]:
            self.say(
                (*loc, "route"), f"there is no route {quoted(programme.route)}",
                suggestion(programme.route, self.names["route"], "routes of the file"),
            )  # fmt: skip
        if programme.groups is not None:
            self.known("group", programme.groups, (*loc, "groups"))
            route = next((r for _, r in self.items("route") if r.name == programme.route), None)
            for position, name in enumerate(programme.groups):
                if route is not None and route.groups is not None and name not in route.groups:
                    self.say(
                        (*loc, "groups", position), f"the route {quoted(route.name)} is not open to {quoted(name)}",
                        "Add the group to the route, or leave it out here.",
                    )  # fmt: skip
        self.period(programme.start, programme.end, loc, ("start", "end"))
        days = [day for day, _ in programme.schedule]
        for position in range(1, len(days)):
            if days[position] <= days[position - 1]:
                self.say(
                    (*loc, "schedule", position), "is not later than the payment before", "Order by days."
                )
        for key, other in (
            ("stipend_usd_per_month", "stipend_months"),
            ("stipend_months", "stipend_usd_per_month"),
        ):
            if getattr(programme, key) is not None and getattr(programme, other) is None:
                self.unless_broken(loc, f"has `{key}` without `{other}`", f"Add `{other}`.")
        self.needs_choice(programme, loc)

    def needs_choice(self, programme: ProgrammeTable, loc: Loc) -> None:
        route = next((r for _, r in self.items("route") if r.name == programme.route), None)
        if route is not None and route.utility is not None:
            terms = ("cash_usd", "stipend_usd_per_month", "family_passage_share", "safety_share", "trust")
            stated = [key for key in terms if getattr(programme, key) is not None]
            if stated:
                self.say(
                    (*loc, stated[0]), f"cannot act: the route {quoted(route.name)} has its `utility` outright",
                    "Leave out the route's `utility` and give [choice].",
                )  # fmt: skip

    def period(
        self, start: datetime.date | None, end: datetime.date | None, loc: Loc, keys: tuple[str, str]
    ) -> None:
        """A period that is not empty and meets the run."""
        if self.head is None:
            return
        first, last = self.head.start, self.last_day()
        if start is not None and end is not None and end < start:
            self.say((*loc, keys[1]), f"{end} is before the {keys[0]} on {start}", "Exchange the dates.")
        elif start is not None and start > last:
            self.say(
                (*loc, keys[0]),
                f"{start} is after the last day of the run, {last}",
                "Choose an earlier date.",
            )
        elif end is not None and end < first:
            self.say(
                (*loc, keys[1]), f"{end} is before the first day of the run, {first}", "Choose a later date."
            )

    def last_day(self) -> datetime.date:
        assert self.head is not None
        return self.head.start + datetime.timedelta(days=self.head.days - 1)

    def policy(self, policy: PolicyTable, loc: Loc) -> None:
        self.known("programme", policy.programmes, (*loc, "programmes"))

    def used(self) -> None:
        """Every group has a route or a module that moves it; every programme stands in a policy."""
        open_to_all = any(route is None or route.groups is None for route in self.lists.get("route", ()))
        in_routes = {name for _, route in self.items("route") for name in route.groups or ()}
        in_force = set(self.force_shares() or ())
        called = cast("MobilisationTable | None", self.tables.get("mobilisation"))
        for position, group in self.items("group"):
            moved = open_to_all or group.name in in_routes or group.name in in_force
            if not moved and not (called is not None and called.group == group.name):
                self.unless_broken(
                    ("group", position), "no route and no module uses this group",
                    "Name it in the `groups` of a route, or take it out.",
                )  # fmt: skip
        offered = {name for _, policy in self.items("policy") for name in policy.programmes}
        for position, programme in self.items("programme"):
            if programme.name not in offered and not self.broken("policy"):
                self.unless_broken(
                    ("programme", position), "no policy uses this programme",
                    "Name it in the `programmes` of a [[policy]], or take it out.",
                )  # fmt: skip

    def modules(self) -> None:
        for key in ("losses", "war"):
            if key in self.data and "force" not in self.data:
                self.say((key,), "needs [force]", "Add [force], or take the table out.")
        force = cast("ForceTable | None", self.tables.get("force"))
        if force is not None:
            self.shares(force.initial_shares, ("force", "initial_shares"))
            for position, inflow in enumerate(force.inflow):
                self.shares(inflow.shares, ("force", "inflow", position, "shares"))
            self.inflow_dates([inflow.from_ for inflow in force.inflow])
        called = cast("MobilisationTable | None", self.tables.get("mobilisation"))
        if called is not None:
            self.mobilisation(called)
        squad = self.head.squad_size if self.head is not None else None
        units = cast("UnitsTable | None", self.tables.get("units"))
        if squad is not None and units is not None and units.squad_size not in (None, squad):
            self.say(("units", "squad_size"), f"is not the {squad} at the top of the file", "Say it once.")
        self.together("losses", "claimed_per_day", ())
        self.together("war", "hold_days", ("hold_ratio",))
        self.together("war", "hold_ratio", ("hold_days",))
        self.together("war", "breakpoint_a", ("breakpoint_b",))
        self.together("war", "breakpoint_b", ("breakpoint_a",))
        self.together("war", "defender_exponent", ("defender_deaths_per_day",))
        self.together("war", "civilian_exponent", ("civilian_deaths_per_day",))
        self.together("war", "bombardment_substitution", ("civilian_deaths_per_day",))
        self.together("war", "strength_elasticity", ("win_probability",))
        self.together("war", "collapse_b1", ("collapse_b0",))
        self.together("war", "collapse_b2", ("collapse_b0",))

    def together(self, table: str, key: str, needed: Sequence[str]) -> None:
        stated = cast("Table | None", self.tables.get(table))
        if stated is None or getattr(stated, key) is None:
            return
        for other in needed:
            if getattr(stated, other) is None and other not in self.data[table]:
                self.say((table, key), f"needs `{other}`", f"Add `{other}`, or leave `{key}` out.")

    def shares(self, table: Dirichlet | Mapping[str, float], loc: Loc) -> None:
        dirichlet = isinstance(table, Dirichlet)
        parts = table.dirichlet if dirichlet else table
        at = (*loc, "dirichlet") if dirichlet else loc
        places = {group.name: group.place for _, group in self.items("group")}
        for name, value in parts.items():
            if name not in self.names["group"]:
                self.say(
                    (*at, name), f"there is no group {quoted(name)}",
                    suggestion(name, self.names["group"], "groups of the file"),
                )  # fmt: skip
            elif places.get(name) == "home":
                self.say((*at, name), "is at home, not in the theatre", "Name groups of the theatre only.")
            if not dirichlet and not 0.0 <= value <= 1.0:
                self.say(
                    (*at, name), f"must be between 0 and 1, is {value:g}", "Give a share between 0 and 1."
                )
        if not dirichlet and abs(sum(parts.values()) - 1.0) > 1e-9:
            self.say(at, f"the shares sum to {sum(parts.values()):.12g}, not to 1", "Mend the shares.")

    def inflow_dates(self, dates: Sequence[datetime.date]) -> None:
        for position in range(1, len(dates)):
            if dates[position] <= dates[position - 1]:
                self.say(
                    ("force", "inflow", position, "from"),
                    f"{dates[position]} does not come after {dates[position - 1]}",
                    "Give the tables in the order of their dates.",
                )

    def mobilisation(self, called: MobilisationTable) -> None:
        loc = ("mobilisation",)
        group = next((group for _, group in self.items("group") if group.name == called.group), None)
        if called.group not in self.names["group"]:
            self.say(
                (*loc, "group"), f"there is no group {quoted(called.group)}",
                suggestion(called.group, self.names["group"], "groups of the file"),
            )  # fmt: skip
        elif group is not None and group.place != "home":
            self.say(
                (*loc, "group"),
                "is in the theatre already",
                f'Give the group {quoted(group.name)} place = "home".',
            )
        self.period(called.from_, called.until, loc, ("from", "until"))

    def size_of_run(self) -> None:
        if self.head is None:
            return
        groups, routes = len(self.names["group"]), len(self.names["route"])
        cells = groups * (routes + 6) * (self.head.days + 1)
        if cells > MAX_CELLS:
            self.say(
                ("days",),
                f"{groups} groups, {routes} routes and {self.head.days} days make {cells:,} numbers a path",
                f"Stay within {MAX_CELLS:,}: fewer groups, routes or days.",
            )
