"""From the forms of a file to quantities: ranges are checked, inputs get their paths, evidence is noted."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final, NamedTuple, get_args

from offramp.errors import InputError
from offramp.scenario import forms
from offramp.scenario.findings import ENOUGH, Findings, Loc
from offramp.scenario.forms import Kind
from offramp.scenario.laws import Law
from offramp.scenario.quantities import (
    Daily,
    Dated,
    Number,
    People,
    Quantity,
    Scalar,
    Series,
    Shares,
    Uncertain,
)
from offramp.scenario.text import quoted
from offramp.scenario.unknowns import LEAST_MASS, SHAPES, in_range, law_of

REFUSED: Final = Number(math.nan)
"""Stands where a quantity was refused while the rest of the file is read; it never leaves this room."""

MAX_INPUTS: Final = 5_000
"""Most unknown numbers of a scenario; nobody can say what he believes about more."""

_GREATER_FIRST: Final = "Give the smaller number first."


def kind_of(annotation: Any) -> Kind | None:
    """The kind of a quantity that a field is annotated with, None when it is no quantity."""
    for part in get_args(annotation):
        found = part if isinstance(part, Kind) else kind_of(part)
        if found is not None:
            return found
    return None


_KINDS: dict[type[forms.Table], dict[str, Kind | None]] = {}


def _kinds(model: type[forms.Table]) -> dict[str, Kind | None]:
    """Kind of every field of a table, in the order of the schema."""
    if model not in _KINDS:
        found: dict[str, Kind | None] = {}
        for key, field in model.model_fields.items():
            # Pydantic moves the metadata of a required field from its annotation to the field.
            own = (part for part in field.metadata if isinstance(part, Kind))
            found[key] = kind_of(field.annotation) or next(own, None)
        _KINDS[model] = found
    return _KINDS[model]


class Settled(NamedTuple):
    """What came of the stated fields of one table at its place in a file where nothing was wrong."""

    loc: Loc
    skip: tuple[str, ...]
    stated: Mapping[str, Any]
    inputs: tuple[Uncertain, ...]
    cited: tuple[tuple[str, Loc], ...]


class Settler:
    """Settles the quantities of one file, and keeps what it meets: inputs, shares, evidence ids, and tables by their identity."""

    def __init__(
        self,
        findings: Findings,
        path_of: Callable[[Loc], str],
        start: datetime.date | None,
        days: int,
        known: Mapping[int, Settled],
    ) -> None:
        """start, days: the run; without a start (it was refused) series are not looked up. known: `settled` of a file of the
        same start and days, which is held elsewhere; its tables are not settled again."""
        self._findings = findings
        self._path_of = path_of
        self._start = start
        self._days = days
        self._known = known
        self.settled: dict[int, Settled] = {}
        self.inputs: list[Uncertain] = []
        self.shares: list[Shares] = []
        self.evidence: dict[str, Loc] = {}
        self._cited: list[tuple[str, Loc]] = []

    def day(self, date: datetime.date) -> int:
        """Days since the start of the run."""
        return (date - (self._start or date)).days

    def fields(self, table: forms.Table, loc: Loc, skip: tuple[str, ...] = ()) -> dict[str, Any]:
        """The stated fields of a table, quantities settled and the rest as it is; others are left out."""
        found = self._known.get(id(table))
        if found is not None and (found.loc, found.skip) == (loc, skip):
            self.inputs += found.inputs
            for name, at in found.cited:
                self._note(name, at)
        else:
            inputs, cited = len(self.inputs), len(self._cited)
            stated: dict[str, Any] = {}
            for key, kind in _kinds(type(table)).items():
                value = getattr(table, key)
                if value is not None and key not in skip:
                    stated[key] = value if kind is None else self.quantity(value, kind, (*loc, key))
            found = Settled(loc, skip, stated, tuple(self.inputs[inputs:]), tuple(self._cited[cited:]))
        self.settled[id(table)] = found
        return dict(found.stated)

    def quantity(self, form: Any, kind: Kind, loc: Loc) -> Quantity:
        """Any form of a quantity; which forms may stand where is settled by the schema."""
        match form:
            case forms.People():
                return self._people(form, kind, loc)
            case forms.Points():
                return self._points(form, kind, loc)
            case forms.SeriesOf():
                return self._series(form, kind, loc)
            case _:
                return self.scalar(form, kind, loc)

    def scalar(self, form: Any, kind: Kind, loc: Loc) -> Scalar:
        """One number, known or unknown."""
        if isinstance(form, float):
            return Number(in_range(form, kind, loc, self._findings))
        self._cite(form, loc)
        if isinstance(form, forms.Plain):
            value = in_range(form.value, kind, (*loc, "value"), self._findings)
            return Number(value, form.evidence, form.note)
        if len(self.inputs) >= MAX_INPUTS:
            what = f"there are more than {MAX_INPUTS:,} unknown numbers"
            self._findings.add((), what, "Take as known what makes no difference.")
            return REFUSED
        law = law_of(form, kind, loc, self._findings) if len(self._findings) < ENOUGH else None
        if law is None:
            return REFUSED
        settled = Uncertain(self._path_of(loc), law, form.evidence, form.note)
        self.inputs.append(settled)
        return settled

    def dirichlet(self, form: forms.Dirichlet, loc: Loc, order: Sequence[str]) -> Shares | None:
        """Dirichlet shares with their parts in the given order; None when something is wrong."""
        self._cite(form, loc)
        at = (*loc, "dirichlet")
        before = len(self._findings)
        for name, value in form.dirichlet.items():
            in_range(value, forms.POSITIVE, (*at, name), self._findings)
        parts = {name: form.dirichlet[name] for name in order if name in form.dirichlet}
        if len(self._findings) > before or len(parts) < 2:
            return None
        factor = 1.0 if form.concentration is None else form.concentration / math.fsum(parts.values())
        alpha = tuple(value * factor for value in parts.values())
        if not all(SHAPES[0] <= value <= SHAPES[1] for value in alpha):
            what = f"a Dirichlet parameter must be between {SHAPES[0]:g} and {SHAPES[1]:g}, is {min(alpha):g}"
            self._findings.add(at, what, "Change the proportions or the concentration.")
            return None
        path = self._path_of(loc)
        paths = tuple(f"{path}.{name}" for name in parts)
        shares = Shares(path, paths, tuple(parts), alpha, form.evidence, form.note)
        self.shares.append(shares)
        return shares

    def _cite(self, form: forms.Sourced, loc: Loc) -> None:
        for at, name in enumerate(form.evidence):
            self._note(name, (*loc, "evidence", at))

    def _note(self, name: str, loc: Loc) -> None:
        self._cited.append((name, loc))
        self.evidence.setdefault(name, loc)

    def _people(self, form: forms.People, kind: Kind, loc: Loc) -> Quantity:
        self._cite(form, loc)
        loc = (*loc, "people")
        stated = [family for family in forms.SPREADS if getattr(form.people, family) is not None]
        if len(stated) != 1:
            remedy = (
                f"Write one of {', '.join(forms.SPREADS)}, for example people = {{ normal = [0.2, 0.5] }}."
            )
            self._findings.add(loc, f"must name one family, names {len(stated) or 'none'}", remedy)
            return REFUSED
        family = stated[0]
        kinds = {
            "normal": (forms.REAL, forms.NONNEGATIVE),
            "lognormal": (forms.POSITIVE, forms.NONNEGATIVE),
            "uniform": (kind, kind),
            "bernoulli": (forms.SHARE, kind, kind),
        }[family]
        loc = (*loc, family)
        before = len(self._findings)
        arguments = tuple(
            self.scalar(argument, part, (*loc, at))
            for at, (argument, part) in enumerate(zip(getattr(form.people, family), kinds, strict=True))
        )
        spread = People(family, arguments, kind.low, kind.high, form.evidence, form.note)
        if len(self._findings) == before:
            self._check_spread(spread, kind, loc)
        return spread

    def _check_spread(self, spread: People, kind: Kind, loc: Loc) -> None:
        """A spread between persons makes sense at the medians of its arguments."""
        first, second = (typical(argument) for argument in spread.arguments[:2])
        if spread.family == "uniform" and first > second:
            self._findings.add(loc, f"the interval is empty: {first:g} is above {second:g}", _GREATER_FIRST)
        if spread.family not in ("normal", "lognormal"):
            return
        if second == 0.0:
            in_range(first, kind, (*loc, 0), self._findings)
        elif Law(spread.family, (first, second), kind.low, kind.high).mass_inside() < LEAST_MASS:
            self._findings.add(loc, f"hardly anybody's value would be {kind.words}", "Move the law.")

    def _scale(self, form: Any, kind: Kind, loc: Loc) -> Scalar | None:
        # A factor on a share must itself be one, or the product could leave 0..1.
        return None if form is None else self.scalar(form, kind, (*loc, "scale"))

    def _points(self, form: forms.Points, kind: Kind, loc: Loc) -> Dated:
        self._cite(form, loc)
        at = (*loc, "points")
        dates = [date for date, _ in form.points]
        levels = [
            self.scalar(level, kind, (*at, position)) for position, (_, level) in enumerate(form.points)
        ]
        for position, (before, after) in enumerate(pairwise(dates), start=1):
            if after <= before:
                remedy = "Give the points in the order of their dates, each date once."
                self._findings.add((*at, position), f"{after} is not after {before}", remedy)
        if form.interpolation == "log" and not all(_is_positive(level) for level in levels):
            remedy = 'Write interpolation = "linear", or values that cannot be 0 or less.'
            self._findings.add((*loc, "interpolation"), "a line in the log needs values above 0", remedy)
        points = tuple((self.day(date), level) for date, level in zip(dates, levels, strict=True))
        return Dated(points, form.interpolation, self._scale(form.scale, kind, loc), form.evidence, form.note)

    def _series(self, form: forms.SeriesOf, kind: Kind, loc: Loc) -> Daily:
        from offramp import evidence

        self._cite(form, loc)
        scale = self._scale(form.scale, kind, loc)
        at = (*loc, "series")
        try:
            first, daily = evidence.series(form.series)
        except InputError as refused:
            for problem in refused.problems:
                self._findings.add(at, problem.what, problem.remedy)
            return REFUSED
        if self._start is None:
            return REFUSED
        skipped = (self._start - first).days
        # The strength of the force is also needed at the end of the last day.
        needed = self._days + (loc == ("force", "persons"))
        if skipped < 0 or skipped + needed > daily.size:
            last = first + datetime.timedelta(days=int(daily.size) - 1)
            end = self._start + datetime.timedelta(days=needed - 1)
            what = f"{quoted(form.series)} covers {first} to {last}, {self._start} to {end} is needed"
            self._findings.add(at, what, "Change `start` or `days`, or give dated points.")
            return REFUSED
        values = daily[skipped : skipped + needed]
        if not (kind.admits(float(values.min())) and kind.admits(float(values.max()))):
            self._findings.add(at, f"holds values that are not {kind.words}", "Choose another series.")
        return Series(form.series, values, scale, form.evidence, form.note)


def typical(quantity: Scalar) -> float:
    """The value of a known number, the median of an unknown one."""
    return quantity.value if isinstance(quantity, Number) else quantity.law.median()


def ends(quantity: Scalar) -> tuple[float, ...]:
    """The value of a known number; the 5 %, 50 % and 95 % quantiles of an unknown one."""
    if isinstance(quantity, Number):
        return (quantity.value,)
    low, top = quantity.law.interval()
    return (low, quantity.law.median(), top)


def high(quantity: Scalar) -> float:
    """The value of a known number, the 95 % quantile of an unknown one."""
    return quantity.value if isinstance(quantity, Number) else quantity.law.interval()[1]


def _is_positive(level: Scalar) -> bool:
    if level is REFUSED:
        return True
    if isinstance(level, Number):
        return level.value > 0.0
    # A law cut at 0 takes the value 0 with probability 0, unless it is one of several rivals.
    at_zero = level.law.low >= 0.0 or level.law.family in ("lognormal", "logit-normal", "beta")
    return at_zero or float(level.law.quantile(0.0)) > 0.0
