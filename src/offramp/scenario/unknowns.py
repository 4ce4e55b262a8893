"""From the form in which a file states an unknown number to its law."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any, Final

from offramp.scenario import forms
from offramp.scenario.findings import Findings, Loc
from offramp.scenario.forms import Kind
from offramp.scenario.laws import THIRDS, Law, from_interval

MAX_NUMBER: Final = 1e15
"""No number of a scenario is larger: beyond it sums in double precision lose whole persons and dollars."""

LEAST_MASS: Final = 0.01
"""A law of which the range of the quantity keeps less than this is a mistake, not a belief."""

MAX_LOG_SD: Final = 20.0
SHAPES: Final = (1e-3, 1e6)
"""Shape parameters of a beta law within which its quantiles are exact to double precision."""

_DEFAULT_FAMILY: Final = {
    forms.SHARE: "logit-normal",
    forms.POSITIVE_SHARE: "logit-normal",
    forms.POSITIVE: "lognormal",
    forms.AGE: "lognormal",
    forms.NONNEGATIVE: "lognormal",
    forms.RATE: "lognormal",
    forms.RISE: "lognormal",
    forms.FACTOR: "lognormal",
}
_GREATER_FIRST: Final = "Give the smaller number first."


def in_range(value: float, kind: Kind, loc: Loc, findings: Findings) -> float:
    """The value; noted when it is outside the range of its kind, or too large for any purpose."""
    if not kind.admits(value):
        findings.add(loc, f"must be {kind.words}, is {value:g}", "Check the number and its unit.")
    elif abs(value) > MAX_NUMBER:
        findings.add(loc, f"is {value:g}, more than a run can count", f"Stay within {MAX_NUMBER:g}.")
    return value


def law_of(form: Any, kind: Kind, loc: Loc, findings: Findings) -> Law | None:
    """The law that a form states for a quantity of this kind; None when something is wrong, and noted."""
    before = len(findings)
    law = _LAWS[type(form)](form, kind, loc, findings)
    if law is None or len(findings) > before:
        return None
    # A law that is stated by its quantiles lies where it is wanted, however hard it had to be cut.
    if not isinstance(form, forms.Between) and law.mass_inside() < LEAST_MASS:
        what = f"almost none of this law lies where the quantity must: {kind.words}"
        findings.add(loc, what, "Move the law, or make it wider.")
        return None
    return law if form.third is None else replace(law, part=THIRDS[form.third])


def _between(form: forms.Between, kind: Kind, loc: Loc, findings: Findings) -> Law | None:
    family = form.family or _DEFAULT_FAMILY.get(kind, "normal")
    at = (*loc, "between")
    if not _is_interval(family, form.between, kind, at, findings):
        return None
    law = from_interval(family, *form.between, kind.low, kind.high)
    if law is None:
        what = f"no {family} law of a quantity that is {kind.words} has this 90 % interval"
        findings.add(at, what, 'Narrow the interval, or choose another family, for example "uniform".')
    return law


def _is_interval(family: str, ends: forms.Pair, kind: Kind, loc: Loc, findings: Findings) -> bool:
    low, high = ends
    before = len(findings)
    for at, end in enumerate(ends):
        in_range(end, kind, (*loc, at), findings)
    if low >= high:
        findings.add(loc, f"the interval is empty: {low:g} is not below {high:g}", _GREATER_FIRST)
    elif family in ("log-uniform", "lognormal") and low <= 0.0:
        remedy = 'Give a number above 0, or write family = "uniform".'
        findings.add((*loc, 0), f"a {family} law lies above 0, is {low:g}", remedy)
    elif family == "logit-normal" and not 0.0 < low < high < 1.0:
        remedy = 'Move the ends inside, or write family = "uniform".'
        findings.add(loc, "a logit-normal law lies between 0 and 1, ends excluded", remedy)
    return len(findings) == before


def _normal(form: forms.Normal, kind: Kind, loc: Loc, findings: Findings) -> Law:
    in_range(form.normal[0], forms.REAL, (*loc, "normal", 0), findings)
    _spread(form.normal[1], MAX_NUMBER, (*loc, "normal", 1), findings)
    return Law("normal", form.normal, kind.low, kind.high)


def _lognormal(form: forms.Lognormal, kind: Kind, loc: Loc, findings: Findings) -> Law:
    in_range(form.lognormal[0], forms.POSITIVE, (*loc, "lognormal", 0), findings)
    _spread(form.lognormal[1], MAX_LOG_SD, (*loc, "lognormal", 1), findings)
    return Law("lognormal", form.lognormal, kind.low, kind.high)


def _spread(value: float, most: float, loc: Loc, findings: Findings) -> None:
    if not 0.0 < value <= most:
        what = f"a standard deviation must be above 0 and at most {most:g}, is {value:g}"
        findings.add(loc, what, "Give the spread, or write a plain number if the quantity is known.")


def _beta(form: forms.Beta, kind: Kind, loc: Loc, findings: Findings) -> Law:
    for at, shape in enumerate(form.beta):
        if not SHAPES[0] <= shape <= SHAPES[1]:
            what = f"a shape parameter must be between {SHAPES[0]:g} and {SHAPES[1]:g}, is {shape:g}"
            findings.add((*loc, "beta", at), what, "Give the two shape parameters of the beta law.")
    return Law("beta", form.beta, kind.low, kind.high)


def _uniform(form: forms.Uniform, kind: Kind, loc: Loc, findings: Findings) -> Law:
    _is_interval("uniform", form.uniform, kind, (*loc, "uniform"), findings)
    return Law("uniform", form.uniform, kind.low, kind.high)


def _loguniform(form: forms.Loguniform, kind: Kind, loc: Loc, findings: Findings) -> Law:
    _is_interval("log-uniform", form.loguniform, kind, (*loc, "loguniform"), findings)
    return Law("log-uniform", form.loguniform, kind.low, kind.high)


def _rivals(form: forms.Rivals, kind: Kind, loc: Loc, findings: Findings) -> Law | None:
    for at, value in enumerate(form.rivals):
        in_range(value, kind, (*loc, "rivals", at), findings)
    if len(set(form.rivals)) < len(form.rivals):
        findings.add((*loc, "rivals"), "the same rival stands twice", "Name it once and give it more weight.")
    weights = (1.0,) * len(form.rivals) if form.weights is None else form.weights
    if len(weights) != len(form.rivals):
        what = f"there are {len(form.rivals)} rivals and {len(weights)} weights"
        findings.add((*loc, "weights"), what, "Give one weight for each rival.")
        return None
    before = len(findings)
    for at, weight in enumerate(weights):
        in_range(weight, forms.POSITIVE, (*loc, "weights", at), findings)
    if len(findings) > before:  # what is refused may have no sum
        return None
    total = math.fsum(weights)
    ordered = sorted(zip(form.rivals, weights, strict=True))
    return Law("rivals", tuple(x for value, weight in ordered for x in (value, weight / total)))


_LAWS: Final[dict[type, Any]] = {
    forms.Between: _between,
    forms.Normal: _normal,
    forms.Lognormal: _lognormal,
    forms.Beta: _beta,
    forms.Uniform: _uniform,
    forms.Loguniform: _loguniform,
    forms.Rivals: _rivals,
}
