"""Laws of one unknown number, given by their quantile functions.

A law is what a scenario file says about a number that nobody knows: a family, its arguments and the range in
which the number must lie. Everything downstream needs only its quantile function, so that draws come from
points of the unit cube and correlations from a Gaussian copula. `scipy.special` alone is used: `scipy.stats`
costs more than half a second to import.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

FloatArray = NDArray[np.float64]

FAMILIES: Final = (
    "normal",
    "lognormal",
    "logit-normal",
    "uniform",
    "log-uniform",
    "beta",
    "bernoulli",
    "rivals",
)
TAIL: Final = 0.05
"""A stated interval holds 90 %: 5 % of the law lies below it and 5 % above."""


@dataclass(frozen=True)
class Law:
    """A law on the real line, truncated to [low, high].

    arguments by family:
    normal (mean, standard deviation); lognormal (median, standard deviation of the log);
    logit-normal (mean, standard deviation, both of the log-odds); uniform and log-uniform (least, greatest);
    beta (a, b); bernoulli (probability of the second value, first value, second value);
    rivals (value, weight, value, weight, ...) with values increasing and weights that sum to 1.
    """

    family: str
    arguments: tuple[float, ...]
    low: float = -math.inf
    high: float = math.inf

    def quantile(self, u: ArrayLike) -> FloatArray:
        """Value below which the law has probability u; u in [0, 1], any shape, the result has the same."""
        at = np.asarray(u, dtype=np.float64)
        values = _QUANTILES[self.family](self, at)
        return np.clip(values, self.low, self.high)

    def median(self) -> float:
        """The value that is exceeded with probability one half."""
        return float(self.quantile(0.5))

    def interval(self) -> tuple[float, float]:
        """The 5 % and 95 % quantiles."""
        low, high = self.quantile([TAIL, 1.0 - TAIL])
        return float(low), float(high)

    def mass_inside(self) -> float:
        """Share of the law that the truncation to [low, high] keeps; 1 for families bounded by themselves."""
        if self.family not in _TO_NORMAL:
            return 1.0
        below, above = _standard_bounds(self)
        return float(special.ndtr(above) - special.ndtr(below))


def from_interval(family: str, low: float, high: float, least: float, greatest: float) -> Law | None:
    """The law of `family` on [least, greatest] that has 5 % below `low` and 5 % above `high`.

    For uniform and log-uniform the interval is the whole range. None when no member of the family fits, which
    happens to a normal or lognormal that would have to be cut too hard at the edge of its range.
    """
    if family in ("uniform", "log-uniform"):
        return Law(family, (low, high), least, greatest)
    forward = _TO_NORMAL[family]
    z_low, z_high = forward(low), forward(high)
    p_low, p_high = TAIL, 1.0 - TAIL
    for _ in range(500):
        n_low, n_high = float(special.ndtri(p_low)), float(special.ndtri(p_high))
        if not (math.isfinite(n_low) and math.isfinite(n_high)) or n_high <= n_low:
            return None
        sd = (z_high - z_low) / (n_high - n_low)
        mean = z_low - sd * n_low
        if not (math.isfinite(mean) and math.isfinite(sd)) or sd <= 0.0:
            return None
        first = math.exp(mean) if family == "lognormal" else mean
        law = Law(family, (first, sd), least, greatest)
        # Truncation moves the quantiles inwards; widen the untruncated law until the stated ones are met.
        below, above = _standard_bounds(law)
        p_below, p_above = float(special.ndtr(below)), float(special.ndtr(above))
        next_low = p_below + TAIL * (p_above - p_below)
        next_high = p_below + (1.0 - TAIL) * (p_above - p_below)
        if abs(next_low - p_low) + abs(next_high - p_high) < 1e-14:
            return law if _meets(law, low, high) else None
        p_low, p_high = next_low, next_high
    return None


def _meets(law: Law, low: float, high: float) -> bool:
    reached = law.interval()
    return all(math.isclose(a, b, rel_tol=1e-9) for a, b in zip(reached, (low, high), strict=True))


def _log(x: float) -> float:
    return math.log(x) if x > 0.0 else -math.inf


def _logit(x: float) -> float:
    if x <= 0.0:
        return -math.inf
    return math.inf if x >= 1.0 else math.log(x) - math.log1p(-x)


def _identity(x: float) -> float:
    return x


_TO_NORMAL: Final = {"normal": _identity, "lognormal": _log, "logit-normal": _logit}
"""The transformation after which each of these families is normal."""


def _location_and_spread(law: Law) -> tuple[float, float]:
    location, spread = law.arguments
    return (math.log(location), spread) if law.family == "lognormal" else (location, spread)


def _standard_bounds(law: Law) -> tuple[float, float]:
    """The truncation points in standard deviations of the normal behind the law."""
    location, spread = _location_and_spread(law)
    forward = _TO_NORMAL[law.family]
    if spread == 0.0:
        return -math.inf, math.inf
    return (forward(law.low) - location) / spread, (forward(law.high) - location) / spread


def _truncated_normal(law: Law, u: FloatArray) -> FloatArray:
    location, spread = _location_and_spread(law)
    if spread == 0.0:
        return np.full_like(u, location)
    below, above = _standard_bounds(law)
    if below > 0.0:
        # In the upper tail probabilities near 1 lose their digits; by symmetry they are small ones.
        top, bottom = special.ndtr(-below), special.ndtr(-above)
        standard = -special.ndtri(top - u * (top - bottom))
    else:
        bottom, top = special.ndtr(below), special.ndtr(above)
        standard = special.ndtri(bottom + u * (top - bottom))
    return location + spread * standard


def _lognormal(law: Law, u: FloatArray) -> FloatArray:
    with np.errstate(over="ignore"):
        return np.exp(_truncated_normal(law, u))


def _logit_normal(law: Law, u: FloatArray) -> FloatArray:
    return special.expit(_truncated_normal(law, u))


def _uniform(law: Law, u: FloatArray) -> FloatArray:
    low, high = law.arguments
    return low * (1.0 - u) + high * u


def _log_uniform(law: Law, u: FloatArray) -> FloatArray:
    low, high = law.arguments
    return np.exp(math.log(low) * (1.0 - u) + math.log(high) * u)


def _beta(law: Law, u: FloatArray) -> FloatArray:
    return np.asarray(special.betaincinv(law.arguments[0], law.arguments[1], u), dtype=np.float64)


def _bernoulli(law: Law, u: FloatArray) -> FloatArray:
    probability, first, second = law.arguments
    return np.where(u > 1.0 - probability, second, first)


def _rivals(law: Law, u: FloatArray) -> FloatArray:
    values = np.array(law.arguments[0::2])
    edges = np.cumsum(law.arguments[1::2])[:-1]
    return values[np.searchsorted(edges, u, side="left")]


_QUANTILES: Final = {
    "normal": _truncated_normal,
    "lognormal": _lognormal,
    "logit-normal": _logit_normal,
    "uniform": _uniform,
    "log-uniform": _log_uniform,
    "beta": _beta,
    "bernoulli": _bernoulli,
    "rivals": _rivals,
}
