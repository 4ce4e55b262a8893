"""Quantities of a scenario: known and unknown numbers, differences between persons, dated paths, shares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from scipy import special

from offramp.scenario.laws import FloatArray, Law

__all__ = [
    "INTERPOLATIONS",
    "Daily",
    "Dated",
    "FloatArray",
    "Law",
    "Number",
    "People",
    "Personal",
    "Quantity",
    "Scalar",
    "Series",
    "Shares",
    "Uncertain",
    "evaluate",
]

INTERPOLATIONS: Final = ("step", "linear", "log")


@dataclass(frozen=True)
class Number:
    """A number that is taken as known."""

    value: float
    evidence: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Uncertain:
    """One unknown number of the world: the same for everybody in a draw. `path` names the input."""

    path: str
    law: Law
    evidence: tuple[str, ...] = ()
    note: str = ""


Scalar = Number | Uncertain


@dataclass(frozen=True)
class People:
    """A known spread between persons: each soldier has his own value.

    family: normal (mean, standard deviation), lognormal (median, standard deviation of the log),
    uniform (least, greatest), bernoulli (probability of the second value, first value, second value).
    The arguments may be unknown numbers. Values are kept in [low, high] by truncation.
    """

    family: str
    arguments: tuple[Scalar, ...]
    low: float
    high: float
    evidence: tuple[str, ...] = ()
    note: str = ""

    def law(self, values: Mapping[str, float]) -> Law:
        """The law between persons in the draw whose unknown inputs have `values` (input path -> value).

        `law.quantile(u)` with one uniform number a soldier gives each soldier's own value.
        """
        arguments = tuple(_scalar(argument, values) for argument in self.arguments)
        return Law(self.family, arguments, self.low, self.high)


@dataclass(frozen=True)
class Dated:
    """A path through dated points; day 0 is the first day of the run, days before it are negative.

    Between points the path is a step, linear, or linear in the log; outside them it is held. The whole path
    is multiplied by `scale` when there is one.
    """

    points: tuple[tuple[int, Scalar], ...]
    interpolation: str
    scale: Scalar | None
    evidence: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Series:
    """A daily series that ships with the package, cut to the run: `values[d]` belongs to day d."""

    name: str
    values: FloatArray = field(compare=False, repr=False)
    scale: Scalar | None
    evidence: tuple[str, ...] = ()
    note: str = ""


Daily = Number | Uncertain | Dated | Series
Personal = Number | Uncertain | People
Quantity = Number | Uncertain | Dated | Series | People


@dataclass(frozen=True)
class Shares:
    """Unknown shares that sum to 1: a Dirichlet law over `names`.

    `paths[i]` is the input path of the share of `names[i]`; `concentrations` are the Dirichlet parameters.
    """

    path: str
    paths: tuple[str, ...]
    names: tuple[str, ...]
    concentrations: tuple[float, ...]
    evidence: tuple[str, ...] = ()
    note: str = ""

    def quantile(self, u: FloatArray) -> FloatArray:
        """Shares at points of the unit cube, by breaking the stick part by part.

        u: [n, k - 1] in [0, 1]; returns [n, k] with rows that sum to 1. Independent uniform columns give the
        Dirichlet law exactly: part i takes a Beta(a_i, a_i+1 + ... + a_k) fraction of what is left.
        """
        parts = len(self.names)
        if u.ndim != 2 or u.shape[1] != parts - 1:
            raise ValueError(f"expected points of shape [n, {parts - 1}], got {list(u.shape)}")
        alpha = np.array(self.concentrations)
        after = np.cumsum(alpha[::-1])[::-1][1:]
        fractions = np.asarray(special.betaincinv(alpha[:-1], after, u), dtype=np.float64)
        left = np.cumprod(1.0 - fractions, axis=1, dtype=np.float64)
        shares = np.empty((u.shape[0], parts))
        shares[:, 0] = fractions[:, 0]
        shares[:, 1:-1] = fractions[:, 1:] * left[:, :-1]
        shares[:, -1] = left[:, -1]
        return shares

    def mean(self) -> FloatArray:
        """Expected shares, [k]."""
        alpha = np.array(self.concentrations)
        return alpha / alpha.sum()


def evaluate(quantity: Quantity, values: Mapping[str, float], days: int) -> float | FloatArray:
    """The quantity in one draw: a float, or for a dated path or series an array [days], day d at index d.

    values: input path -> sampled value; an input that is missing raises KeyError. A spread between persons
    has no single value: it raises TypeError, and its `law` is to be asked instead.
    """
    match quantity:
        case Number():
            return quantity.value
        case Uncertain():
            return float(values[quantity.path])
        case Dated():
            return _path(quantity, values, days) * _scale(quantity.scale, values)
        case Series():
            if days > quantity.values.size:
                raise ValueError(
                    f"series {quantity.name} has {quantity.values.size} days, {days} were asked for"
                )
            return quantity.values[:days] * _scale(quantity.scale, values)
        case People():
            raise TypeError(
                "a spread between persons has no single value; use People.law(values).quantile(u)"
            )


def _scalar(quantity: Scalar, values: Mapping[str, float]) -> float:
    return quantity.value if isinstance(quantity, Number) else float(values[quantity.path])


def _scale(scale: Scalar | None, values: Mapping[str, float]) -> float:
    return 1.0 if scale is None else _scalar(scale, values)


def _path(dated: Dated, values: Mapping[str, float], days: int) -> FloatArray:
    at = np.array([day for day, _ in dated.points], dtype=np.float64)
    levels = np.array([_scalar(level, values) for _, level in dated.points])
    day = np.arange(days, dtype=np.float64)
    if dated.interpolation == "step":
        return levels[np.maximum(np.searchsorted(at, day, side="right") - 1, 0)]
    if dated.interpolation == "log":
        return np.exp(np.interp(day, at, np.log(levels)))
    return np.interp(day, at, levels)
