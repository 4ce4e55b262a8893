"""From the forms of a file to quantities: ranges are checked, intervals become laws, inputs get their paths."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Sequence
from typing import Any, Final, get_args

from offramp.errors import InputError
from offramp.scenario import forms
from offramp.scenario.findings import Findings, Loc
from offramp.scenario.forms import Kind
from offramp.scenario.laws import Law, from_interval
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

MAX_NUMBER: Final = 1e15
"""No number of a scenario is larger: beyond it sums in double precision lose whole persons and dollars."""

LEAST_MASS: Final = 0.01
"""A law of which the range of the quantity keeps less than this is a mistake, not a belief."""

_DEFAULT_FAMILY: Final = {
    "share": "logit-normal",
    "share above 0": "logit-normal",
    "positive": "lognormal",
    "nonneg": "lognormal",
}


def kind_of(annotation: Any) -> Kind | None:
    """The kind of a quantity that a field is annotated with, None when it is no quantity."""
    for part in get_args(annotation):
        if isinstance(part, Kind):
            return part
        found = kind_of(part)
        if found is not None:
            return found
    return None


class Settler:
    """Settles the quantities of one file, and keeps what was met on the way: inputs, shares, evidence ids."""

    def __init__(
        self, findings: Findings, path_of: Callable[[Loc], str], start: datetime.date, days: int
    ) -> None:
        self._findings = findings
        self._path_of = path_of
        self._start = start
        self._days = days
        self.inputs: list[Uncertain] = []
        self.shares: list[Shares] = []
        self.evidence: dict[str, Loc] = {}

    def fields(self, table: forms.Table, loc: Loc, skip: Sequence[str] = ()) -> dict[str, Any]:
        """The stated fields of a table, quantities settled, everything else as it is; absent ones left out."""
        stated: dict[str, Any] = {}
        for key, field in type(table).model_fields.items():
            value = getattr(table, key)
            if value is None or key in skip:
                continue
            kind = kind_of(field.annotation) or next((m for m in field.metadata if isinstance(m, Kind)), None)
            stated[key] = value if kind is None else self.quantity(value, kind, (*loc, key))
        return stated

    def quantity(self, form: Any, kind: Kind, loc: Loc) -> Quantity:
        """Any form of a quantity; where the form may not stand was settled by the schema."""
        match form:
            case forms.People():
                return self._people(form, kind, loc)
            case forms.Points() | forms.SeriesOf():
                return self._daily(form, kind, loc)
            case _:
                return self.scalar(form, kind, loc)

    def scalar(self, form: Any, kind: Kind, loc: Loc) -> Scalar:
        """One number, known or unknown."""
        if isinstance(form, float | int):
            return Number(self._in_range(float(form), kind, loc))
        self._cite(form, loc)
        if isinstance(form, forms.Plain):
            value = self._in_range(form.value, kind, (*loc, "value"))
            return Number(value, form.evidence, form.note)
        before = len(self._findings)
        law = self._law(form, kind, loc)
        if law is None or len(self._findings) > before:
            return Number(math.nan)
        if law.mass_inside() < LEAST_MASS:
            self._say(
                loc, f"almost none of this law lies where the quantity must: {kind.words}", "Move the law."
            )
        settled = Uncertain(self._path_of(loc), law, form.evidence, form.note)
        self.inputs.append(settled)
        return settled

    def dirichlet(self, form: forms.Dirichlet, loc: Loc, order: Sequence[str]) -> Shares:
        """Dirichlet shares, their parts in the given order."""
        self._cite(form, loc)
        at = (*loc, "dirichlet")
        parts = {name: form.dirichlet[name] for name in order if name in form.dirichlet}
        for name, value in parts.items():
            self._in_range(value, forms.POSITIVE, (*at, name))
        if form.concentration is not None:
            self._in_range(form.concentration, forms.POSITIVE, (*loc, "concentration"))
        total = math.fsum(parts.values())
        factor = 1.0 if form.concentration is None else form.concentration / (total or 1.0)
        path = self._path_of(loc)
        paths = tuple(f"{path}.{name}" for name in parts)
        alpha = tuple(value * factor for value in parts.values())
        if any(0.0 < a < 1e-3 for a in alpha):
            self._say(at, "a part has a Dirichlet parameter below 0.001", "Raise it, or leave the part out.")
        shares = Shares(path, paths, tuple(parts), alpha, form.evidence, form.note)
        self.shares.append(shares)
        return shares

    def _say(self, loc: Loc, what: str, remedy: str) -> None:
        self._findings.add(loc, what, remedy)

    def _cite(self, form: forms.Sourced, loc: Loc) -> None:
        for position, name in enumerate(form.evidence):
            self.evidence.setdefault(name, (*loc, "evidence", position))

    def _in_range(self, value: float, kind: Kind, loc: Loc) -> float:
        if not kind.admits(value):
            self._say(loc, f"must be {kind.words}, is {value:g}", f"Give a number that is {kind.words}.")
        elif abs(value) > MAX_NUMBER:
            self._say(
                loc, f"is {value:g}, beyond what a run can count", f"Stay within {MAX_NUMBER:g} either way."
            )
        return value

    def _law(self, form: Any, kind: Kind, loc: Loc) -> Law | None:
        match form:
            case forms.Between():
                return self._interval(form, kind, loc)
            case forms.Normal():
                self._spread(form.normal[1], (*loc, "normal", 1))
                self._magnitude(form.normal[0], (*loc, "normal", 0))
                return Law("normal", form.normal, kind.low, kind.high)
            case forms.Lognormal():
                self._in_range(form.lognormal[0], forms.POSITIVE, (*loc, "lognormal", 0))
                self._spread(form.lognormal[1], (*loc, "lognormal", 1), most=20.0)
                return Law("lognormal", form.lognormal, kind.low, kind.high)
            case forms.Beta():
                for position, shape in enumerate(form.beta):
                    self._in_range(shape, forms.POSITIVE, (*loc, "beta", position))
                return Law("beta", form.beta, kind.low, kind.high)
            case forms.Uniform():
                return self._range("uniform", form.uniform, kind, (*loc, "uniform"))
            case forms.Loguniform():
                return self._range("log-uniform", form.loguniform, kind, (*loc, "loguniform"))
            case forms.Rivals():
                return self._rivals(form, kind, loc)
            case _:
                raise TypeError(f"no form of a quantity: {type(form).__name__}")

    def _spread(self, value: float, loc: Loc, most: float = MAX_NUMBER) -> None:
        if not 0.0 < value <= most:
            self._say(
                loc, f"a standard deviation must be above 0 and at most {most:g}, is {value:g}",
                "Give the spread, or write a plain number if the quantity is known.",
            )  # fmt: skip

    def _magnitude(self, value: float, loc: Loc) -> None:
        self._in_range(value, forms.REAL, loc)

    def _range(self, family: str, ends: tuple[float, float], kind: Kind, loc: Loc) -> Law | None:
        low, high = ends
        self._in_range(low, kind, (*loc, 0))
        self._in_range(high, kind, (*loc, 1))
        if low >= high:
            self._say(
                loc, f"the interval is empty: {low:g} is not below {high:g}", "Give the smaller number first."
            )
            return None
        if family in ("log-uniform", "lognormal") and low <= 0.0:
            self._say((*loc, 0), f"a {family} law lies above 0, is {low:g}", "Give a number above 0.")
            return None
        if family == "logit-normal" and not 0.0 < low < high < 1.0:
            self._say(
                loc, "a logit-normal law lies between 0 and 1, without the ends",
                'Move the ends inside, or add family = "uniform".',
            )  # fmt: skip
            return None
        return Law(family, ends, kind.low, kind.high)

    def _interval(self, form: forms.Between, kind: Kind, loc: Loc) -> Law | None:
        family = form.family or _DEFAULT_FAMILY.get(kind.name, "normal")
        if self._range(family, form.between, kind, (*loc, "between")) is None:
            return None
        law = from_interval(family, *form.between, kind.low, kind.high)
        if law is None:
            self._say(
                (*loc, "between"),
                f"no {family} law that is {kind.words} has this 90 % interval",
                'Narrow the interval, or choose another family, for example "uniform".',
            )
        return law

    def _rivals(self, form: forms.Rivals, kind: Kind, loc: Loc) -> Law | None:
        for position, value in enumerate(form.rivals):
            self._in_range(value, kind, (*loc, "rivals", position))
        if len(set(form.rivals)) < len(form.rivals):
            self._say((*loc, "rivals"), "the same rival stands twice", "Name it once and give `weights`.")
        weights = form.weights or (1.0,) * len(form.rivals)
        if len(weights) != len(form.rivals):
            self._say(
                (*loc, "weights"), f"there are {len(form.rivals)} rivals and {len(weights)} weights",
                "Give one weight for each rival.",
            )  # fmt: skip
            return None
        for position, weight in enumerate(weights):
            self._in_range(weight, forms.POSITIVE, (*loc, "weights", position))
        total = math.fsum(weights) or 1.0
        ordered = sorted(zip(form.rivals, weights, strict=True))
        return Law("rivals", tuple(x for value, weight in ordered for x in (value, weight / total)))

    def _people(self, form: forms.People, kind: Kind, loc: Loc) -> Quantity:
        self._cite(form, loc)
        at = (*loc, "people")
        stated = [family for family in forms.SPREADS if getattr(form.people, family) is not None]
        if len(stated) != 1:
            self._say(
                at, f"must name one family, names {len(stated)}",
                f"Write one of {', '.join(forms.SPREADS)}, for example people = {{ normal = [0.2, 0.5] }}.",
            )  # fmt: skip
            return Number(math.nan)
        family = stated[0]
        kinds = {
            "normal": (forms.REAL, forms.NONNEGATIVE),
            "lognormal": (forms.POSITIVE, forms.NONNEGATIVE),
            "uniform": (kind, kind),
            "bernoulli": (forms.SHARE, kind, kind),
        }[family]
        arguments = tuple(
            self.scalar(argument, part, (*at, family, position))
            for position, (argument, part) in enumerate(zip(getattr(form.people, family), kinds, strict=True))
        )
        middle = [typical(argument) for argument in arguments]
        if family == "uniform" and middle[0] > middle[1]:
            self._say(
                (*at, family), "the least value is above the greatest", "Give the smaller number first."
            )
        elif family in ("normal", "lognormal") and not any(map(math.isnan, middle)):
            law = Law(family, tuple(middle), kind.low, kind.high)
            if middle[1] == 0.0:
                self._in_range(middle[0], kind, (*at, family, 0))
            elif law.mass_inside() < LEAST_MASS:
                self._say(at, f"almost nobody's value would be {kind.words}", "Move the law.")
        return People(family, arguments, kind.low, kind.high, form.evidence, form.note)

    def _daily(self, form: forms.Points | forms.SeriesOf, kind: Kind, loc: Loc) -> Daily:
        self._cite(form, loc)
        scale = None
        if form.scale is not None:
            # A factor on a share must itself be one, or the product could leave 0..1.
            factor = forms.SHARE if kind.high == 1.0 else forms.REAL if math.isinf(kind.low) else kind
            scale = self.scalar(form.scale, factor, (*loc, "scale"))
        if isinstance(form, forms.SeriesOf):
            return self._series(form, kind, scale, loc)
        levels = [
            self.scalar(level, kind, (*loc, "points", position))
            for position, (_, level) in enumerate(form.points)
        ]
        dates = [date for date, _ in form.points]
        for position in range(1, len(dates)):
            if dates[position] <= dates[position - 1]:
                self._say(
                    (*loc, "points", position), f"{dates[position]} does not come after {dates[position - 1]}",
                    "Give the points in the order of their dates, each date once.",
                )  # fmt: skip
        if form.interpolation == "log" and not all(_is_positive(level) for level in levels):
            self._say(
                (*loc, "interpolation"), "a line in the log needs values above 0",
                'Write interpolation = "linear", or values that cannot be 0 or less.',
            )  # fmt: skip
        points = tuple(((date - self._start).days, level) for date, level in zip(dates, levels, strict=True))
        return Dated(points, form.interpolation, scale, form.evidence, form.note)

    def _series(self, form: forms.SeriesOf, kind: Kind, scale: Scalar | None, loc: Loc) -> Daily:
        from offramp import evidence

        placeholder = Number(math.nan)
        try:
            first, daily = evidence.series(form.series)
        except InputError as refused:
            for problem in refused.problems:
                self._say((*loc, "series"), problem.what, problem.remedy)
            return placeholder
        before = (self._start - first).days
        if before < 0 or before + self._days > daily.size:
            last = first + datetime.timedelta(days=int(daily.size) - 1)
            end = self._start + datetime.timedelta(days=self._days - 1)
            self._say(
                (*loc, "series"),
                f"{quoted(form.series)} runs from {first} to {last} and does not cover {self._start} to {end}",
                "Change `start` or `days`, or give dated points.",
            )
            return placeholder
        values = daily[before : before + self._days].astype(float)
        if not all(kind.admits(value) for value in (values.min(), values.max())):
            self._say((*loc, "series"), f"holds values that are not {kind.words}", "Choose another series.")
        values.flags.writeable = False
        return Series(form.series, values, scale, form.evidence, form.note)


def typical(quantity: Scalar) -> float:
    """The value of a known number, the median of an unknown one."""
    return quantity.value if isinstance(quantity, Number) else quantity.law.median()


def _is_positive(level: Scalar) -> bool:
    if isinstance(level, Number):
        return math.isnan(level.value) or level.value > 0.0
    law = level.law
    if law.family in ("lognormal", "logit-normal", "log-uniform", "beta") or law.low >= 0.0:
        return True
    return float(law.quantile(0.0)) > 0.0
