"""What a hand can move: every number of a scenario file as a handle with its range, its prior and its source.

Handles are derived from the language itself: the schema gives kind and description of every key, the file
gives the value. So a table that the language learns tomorrow has its sliders without a line here.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, cast, get_args, get_origin

from offramp.scenario import forms
from offramp.scenario.findings import Loc, key_path
from offramp.scenario.forms import Kind, form_of
from offramp.scenario.labels import clause
from offramp.scenario.schema import LISTS, TABLES
from offramp.scenario.settle import kind_of
from offramp.scenario.tables import Scenario

Scale = Literal["linear", "log", "choice"]

GROUPS: Final = ("Offers", "Families", "Information", "Regime", "War", "Off-ramp", "People")
# The first pattern that a key path without its owner's name matches decides: `table.key`.
_GROUPED: Final = (
    ("Families", r"^\w+\.(family|reprisal|video_reprisal)"),
    ("Information", r"^(channel|information|trust)\b|^programme\.(awareness|trust|testimony|anonym)"),
    ("Offers", r"^(programme|ledger)\b"),
    ("Regime", r"^(regime|mobilisation)\b|^route\.(caught|killed|outcome|identified)|^choice\.(sentence|returned|arrest|prison)"),
    ("Off-ramp", r"^(offramp|escalation|leadership|elite)\b"),
    ("War", r"^(war|losses|force|lever)\b|^group\.(casualty|relative_risk)|^choice\.(hardship|optimism|belief|war_end)"),
)  # fmt: skip
# A law's slider reaches beyond its 90 % interval, to where only a hundredth of it lies on each side.
_REACH: Final = (0.01, 0.99)
# A positive range that spans more than this is walked in equal ratios.
_LOG_SPAN: Final = 12.0
# Where nought itself is refused a slider begins at this share of its upper end.
_OPEN_END: Final = 0.02
# What stands first in its group, in this order: the levers that the debate is about.
_FIRST: Final = (
    "cash_usd", "capacity_per_day", "legal_status", "legal_probability", "budget_usd", "family_passage_share",
    "family_leak_share", "awareness_share", "trust", "testimony", "caught_probability", "money_weight",
)  # fmt: skip
# Levers of an offer whose absence from the file means none of it: a hand may add them.
_NOTHING_WHEN_ABSENT: Final = ("cash_usd", "family_passage_share", "safety_share")
_PARTS_OF_A_POLICY: Final = ("programme", "lever", "offramp")
# Tables whose known numbers stand among the sliders too, folded: what others do, and how word travels.
_WORLD: Final = ("channel", "information", "trust", "regime")
_NUMBERS: Final = frozenset(f"<{key}>" for key in ("number", *forms.FORM_KEYS[:8]))


@dataclass(frozen=True)
class Handle:
    """One number, or one word out of a few, of the file.

    path: the key path, as in inputs and refusals. loc: the same as steps into the parsed file. value: the
    number as stated, the median of a law, or the word. interval: the 90 % interval of an unknown number, None
    for a known one. low, high: the ends of the slider. options: the words of a choice.
    """

    path: str
    loc: Loc
    group: str
    owner: str
    label: str
    help: str
    unit: str
    value: float | str
    interval: tuple[float, float] | None
    low: float
    high: float
    least: float
    most: float
    scale: Scale
    options: tuple[str, ...]
    law: str
    evidence: tuple[str, ...]
    note: str
    part_of: str
    """`programme:NAME`, `lever:NAME` or `offramp:NAME` of what a policy may use; empty for what is so under every policy."""
    optional: bool
    """A known number of the world that the page may fold away."""

    def place(self, value: float) -> float:
        """Where on its slider a number stands, 0 at the lower end and 1 at the upper."""
        if self.scale == "log":
            return math.log(max(value, self.low) / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)


def handles(data: Mapping[str, Any], scenario: Scenario) -> tuple[Handle, ...]:
    """Every handle of a file, levers of programmes first, else in the order of the schema.

    data: the file as parsed, which made `scenario`.
    """
    finder = _Finder(data, scenario)
    found: list[Handle] = []
    for table, model in LISTS.items():
        if table in ("policy", "comparator", "correlation", "prior", "experiment"):
            continue
        for at, item in enumerate(data.get(table, ())):
            found += finder.of_table(item, model, (table, at))
    for table, model in TABLES.items():
        if table in data:
            found += finder.of_table(data[table], model, (table,))
    return tuple(sorted(_alike(found), key=_rank))


def _rank(handle: Handle) -> tuple[bool, int]:
    """Levers of programmes before beliefs about the world, the first of either before the others."""
    key = next(str(step) for step in handle.loc[1:] if isinstance(step, str))
    return not handle.part_of, _FIRST.index(key) if key in _FIRST else len(_FIRST)


class _Finder:
    def __init__(self, data: Mapping[str, Any], scenario: Scenario) -> None:
        self._data = data
        self._laws = {unknown.path: unknown.law for unknown in scenario.inputs}

    def of_table(self, item: Mapping[str, Any], model: type[forms.Table], loc: Loc) -> Iterator[Handle]:
        for name, field in model.model_fields.items():
            key = field.alias or name
            kind = kind_of(field.annotation) or next((m for m in field.metadata if isinstance(m, Kind)), None)
            words = _words_of(field.annotation)
            help = field.description or ""
            if words and loc[0] == "programme" and (key in item or isinstance(field.default, str)):
                yield self._choice((*loc, key), item.get(key, field.default), words, help)
            elif kind is not None and key in item:
                yield from self._quantity(item[key], kind, (*loc, key), help, "")
            elif kind is not None and loc[0] == "programme" and key in _NOTHING_WHEN_ABSENT:
                yield self._number(0.0, kind, (*loc, key), help, "")
            elif (inner := _table_within(field.annotation)) is not None and key in item:
                rows = item[key] if isinstance(item[key], list) else None
                for at, row in (
                    [((), item[key])] if rows is None else [((n,), row) for n, row in enumerate(rows)]
                ):
                    yield from self.of_table(row, inner, (*loc, key, *at))

    def _quantity(self, raw: Any, kind: Kind, loc: Loc, help: str, part: str) -> Iterator[Handle]:
        form = form_of(raw)
        if form in _NUMBERS:
            yield self._number(raw, kind, loc, help, part)
        elif form == "<points>":
            for at, (date, level) in enumerate(raw["points"]):
                since = f"from {date.day} {date:%b %Y}"
                yield from self._quantity(level, kind, (*loc, "points", at), help, since)
        elif form == "<people>":
            for family, arguments in raw["people"].items():
                for at, (argument, (name, own)) in enumerate(
                    zip(arguments, _spread_parts(family, kind), strict=False)
                ):
                    yield from self._quantity(argument, own, (*loc, "people", family, at), help, name)
        elif form is None and isinstance(raw, dict):
            for name, inner in cast("dict[str, Any]", raw).items():
                yield from self._quantity(inner, kind, (*loc, name), help, name)
        if isinstance(raw, dict) and "scale" in raw:
            yield from self._quantity(
                raw["scale"], forms.POSITIVE, (*loc, "scale"), help, "factor on all of it"
            )

    def _number(self, raw: Any, kind: Kind, loc: Loc, help: str, part: str) -> Handle:
        path = key_path(loc, self._data)
        stated = cast("dict[str, Any]", raw) if isinstance(raw, dict) else {}
        law = self._laws.get(path)
        if law is not None:
            value, interval = law.median(), law.interval()
            low, high = (float(x) for x in law.quantile(_REACH))
            if low == high:
                low, high = interval
        else:
            value = float(cast("float", stated["value"] if stated else raw))
            interval = None
            low, high = _around(value, kind)
        if kind.low == 0.0 and kind.high == 1.0:
            low, high = 0.0, 1.0
        log = low > 0.0 and high / low > _LOG_SPAN
        low, high = (low, high) if log else (_round_down(low), _round_up(high))
        if kind.low_is_open and low <= kind.low:  # the end of a slider is a number that can be simulated
            low = min(high * _OPEN_END, value if interval is None else interval[0])
        family = "" if law is None else law.family
        handle = self._bare(loc, help, part)
        return replace(
            handle, value=value, interval=interval, low=max(low, kind.low), high=min(high, kind.high),
            least=kind.low, most=kind.high, scale="log" if log else "linear", law=family,
            evidence=tuple(stated.get("evidence", ())), note=str(stated.get("note", "")),
        )  # fmt: skip

    def _choice(self, loc: Loc, value: str, words: tuple[str, ...], help: str) -> Handle:
        return replace(self._bare(loc, help, ""), value=value, scale="choice", options=words)

    def _bare(self, loc: Loc, help: str, part: str) -> Handle:
        table, key = str(loc[0]), next(str(step) for step in loc[1:] if isinstance(step, str))
        owner = self._owner(loc)
        return Handle(
            path=key_path(loc, self._data), loc=loc, group=_group(f"{table}.{key}"), owner=owner,
            label=clause(key, help, part), help=help, unit=_unit(key), value=0.0, interval=None, low=0.0, high=1.0,
            least=-math.inf, most=math.inf, scale="linear", options=(), law="", evidence=(), note="",
            part_of=f"{table}:{owner}" if table in _PARTS_OF_A_POLICY else "", optional=table in _WORLD,
        )  # fmt: skip

    def _owner(self, loc: Loc) -> str:
        """Names of the programme, group, class and so on that a place belongs to, from the outside in."""
        names: list[str] = []
        here: Any = dict(self._data)
        for step in loc[:-1]:
            inner: Any = here[step]
            if isinstance(inner, dict) and isinstance(step, int):
                names.append(str(cast("dict[str, Any]", inner).get("name", step)))
            here = cast("Any", inner)
        return ", ".join(names)


def _group(key: str) -> str:
    return next((group for group, pattern in _GROUPED if re.search(pattern, key)), "People")


def words_of(path: str) -> str:
    """A key path whose last part is a key of its first, a table or a list of tables, in words."""
    table, key = path.split(".")[0], path.rsplit(".", 1)[-1]
    field = {**LISTS, **TABLES}[table].model_fields.get(key)
    return clause(key, "" if field is None else field.description or "", "")


def _unit(key: str) -> str:
    for ending, unit in (
        ("_usd_per_month", "USD a month"), ("_usd_per_day", "USD a day"), ("_usd", "USD"),
        ("_deaths_per_day", "a day"), ("_per_day", "a day"), ("_days", "days"), ("_months", "months"),
    ):  # fmt: skip
        if key.endswith(ending):
            return unit
    return ""


def _table_within(annotation: Any) -> type[forms.Table] | None:
    """The table that a key holds, one or a list of them; None for any other key."""
    if isinstance(annotation, type) and issubclass(annotation, forms.Table):
        return None if issubclass(annotation, forms.Sourced) else annotation
    found = (_table_within(part) for part in get_args(annotation))
    return next((one for one in found if one is not None), None)


def _words_of(annotation: Any) -> tuple[str, ...]:
    """The words of a `Literal` of text, also inside a union; none otherwise."""
    if get_origin(annotation) is Literal:
        return tuple(word for word in get_args(annotation) if isinstance(word, str))
    return next((words for part in get_args(annotation) if (words := _words_of(part))), ())


def _spread_parts(family: str, kind: Kind) -> Sequence[tuple[str, Kind]]:
    return {
        "normal": (("mean over persons", forms.REAL), ("spread between persons", forms.NONNEGATIVE)),
        "lognormal": (
            ("median over persons", forms.POSITIVE),
            ("spread of the log between persons", forms.NONNEGATIVE),
        ),
        "uniform": (("least", kind), ("greatest", kind)),
        "bernoulli": (
            ("share of the second value", forms.SHARE),
            ("first value", kind),
            ("second value", kind),
        ),
    }[family]


def _around(value: float, kind: Kind) -> tuple[float, float]:
    """A range around a known number: from nothing to four times as much, to both sides where it has a sign."""
    if kind.low < 0.0:
        reach = 2.0 * abs(value) or 1.0
        return max(value - reach, kind.low), min(value + reach, kind.high)
    return kind.low, min(_round_up(4.0 * value) or 1.0, kind.high)


def _alike(found: Sequence[Handle]) -> tuple[Handle, ...]:
    """The same lever of several programmes has one range, so that their sliders can be compared by eye.

    Where the ranges differ too much for that each keeps its own. What is nothing in all of them has no size of its own, and takes
    that of the same lever for others, as for another group.
    """
    tops: dict[tuple[Any, ...], list[float]] = {}
    for handle in found:
        if handle.part_of and handle.scale == "linear":
            tops.setdefault(_kind_of_lever(handle), []).append(handle.high)
            tops.setdefault(handle.loc[:3], []).append(handle.high)
    shared = {
        lever: max(ends)
        for lever, ends in tops.items()
        if max(ends) <= _LOG_SPAN * min(end for end in ends if end != 1.0 or max(ends) == 1.0)
    }

    def high(handle: Handle) -> float:
        top = shared.get(_kind_of_lever(handle), handle.high)
        return max(tops[handle.loc[:3]]) if handle.value == 0.0 and top == 1.0 < handle.most else top

    return tuple(replace(h, high=high(h)) if h.part_of and h.scale == "linear" else h for h in found)


def _kind_of_lever(handle: Handle) -> tuple[Any, ...]:
    return (handle.loc[0], *handle.loc[2:])


def _round_up(value: float) -> float:
    return _to_step(value, math.ceil)


def _round_down(value: float) -> float:
    return _to_step(value, math.floor)


def _to_step(value: float, towards: Any) -> float:
    """Two digits, towards one side: the ends of a slider."""
    if value == 0.0 or not math.isfinite(value):
        return value
    step = 10.0 ** (math.floor(math.log10(abs(value))) - 1)
    return float(f"{towards(round(value / step, 9)) * step:.12g}")
