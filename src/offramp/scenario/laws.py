"""Laws of one unknown number, given by their quantile functions.

A law is what a scenario file says about a number that nobody knows: a family, its arguments and the range in
which the number must lie. Everything downstream needs only its quantile function, so that draws come from
points of the unit cube and correlations from a Gaussian copula. `scipy.special` alone is used: `scipy.stats`
costs more than half a second to import.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
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

REMEMBERED: Final = 4096
"""Laws of which median and interval are remembered."""

THIRDS: Final = {"lowest": (0.0, 1.0 / 3.0), "middle": (1.0 / 3.0, 2.0 / 3.0), "highest": (2.0 / 3.0, 1.0)}
"""Probabilities between which each third of a law lies."""


@dataclass(frozen=True)
class Law:
    """A law on the real line, truncated to [low, high]; of it the part between the quantiles `part` is kept.

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
    part: tuple[float, float] = (0.0, 1.0)

    def quantile(self, u: ArrayLike) -> FloatArray:
        """Value below which the law has probability u; u in [0, 1], any shape, the result has the same."""
        at = np.asarray(u, dtype=np.float64)
        if self.part != (0.0, 1.0):
            at = self.part[0] * (1.0 - at) + self.part[1] * at
        values = _QUANTILES[self.family](self, at)
        return np.clip(values, self.low, self.high)

    def median(self) -> float:
        """The value that is exceeded with probability one half."""
        return _median(self)

    def interval(self) -> tuple[float, float]:
        """The 5 % and 95 % quantiles."""
        return _interval(self)

    def mass_inside(self) -> float:
        """Share of the law that the truncation to [low, high] keeps; 1 for families bounded by themselves."""
        if self.family not in _TO_NORMAL:
            return 1.0
        below, above = _standard_bounds(self)
        return float(special.ndtr(above) - special.ndtr(below))


# Of laws that stay from one edit of a file to the next both are asked for again and again.
@lru_cache(REMEMBERED)
def _median(law: Law) -> float:
    return float(law.quantile(0.5))


@lru_cache(REMEMBERED)
def _interval(law: Law) -> tuple[float, float]:
    low, high = law.quantile([TAIL, 1.0 - TAIL])
    return float(low), float(high)


def from_interval(family: str, low: float, high: float, least: float, greatest: float) -> Law | None:
    """The law of `family` on [least, greatest] that has 5 % below `low` and 5 % above `high`.

    For uniform and log-uniform the interval is the whole range. None when no member of the family fits, which
    happens to a normal or lognormal that would have to be cut too hard at the edge of its range.
    """
    if family in ("uniform", "log-uniform"):
        return Law(family, (low, high), least, greatest)
    forward = _TO_NORMAL[family]
    try:
        mean, sd = _fit_truncated_normal(forward(low), forward(high), forward(least), forward(greatest))
        law = Law(family, (math.exp(mean) if family == "lognormal" else mean, sd), least, greatest)
        reached = law.interval()
    except OverflowError:  # so wide that its parameters are beyond what a number can hold
        return None
    # An end may be 0, of which nothing is a fraction: the width of the interval is the measure then.
    nothing = 1e-12 * (high - low)
    met = (
        math.isclose(a, b, rel_tol=1e-9, abs_tol=nothing) for a, b in zip(reached, (low, high), strict=True)
    )
    return law if all(met) else None


def _fit_truncated_normal(low: float, high: float, least: float, greatest: float) -> tuple[float, float]:
    """Mean and sd of the normal whose part on [least, greatest] has the 90 % interval [low, high].

    Newton's method on the two conditions, from the normal that needs no cutting; without cutting that is the
    answer. Where no such law exists the iteration stops somewhere: the caller looks at what was reached.
    """
    half = float(special.ndtri(1.0 - TAIL))
    mean: float = 0.5 * (low + high)
    log_sd: float = math.log(0.5 * (high - low) / half)
    ends = (low, high, least, greatest)
    miss, slopes = _miss(mean, log_sd, ends)
    for _ in range(100):
        size = max(abs(miss[0]), abs(miss[1]))
        (a, b), (c, d) = slopes
        determinant = a * d - b * c
        if size < 1e-14 or not math.isfinite(size) or determinant == 0.0 or not math.isfinite(determinant):
            break
        step_mean = (d * miss[0] - b * miss[1]) / determinant
        step_log_sd = (a * miss[1] - c * miss[0]) / determinant
        # Never more than three standard deviations or a factor of e at once, and always downhill.
        factor = min(1.0, 3.0 * math.exp(log_sd) / (abs(step_mean) or 1.0), 1.0 / (abs(step_log_sd) or 1.0))
        while factor > 1e-10:
            next_mean, next_log_sd = mean - factor * step_mean, log_sd - factor * step_log_sd
            miss, slopes = _miss(next_mean, next_log_sd, ends)
            if max(abs(miss[0]), abs(miss[1])) < size:
                mean, log_sd = next_mean, next_log_sd
                break
            factor *= 0.5
        else:
            break
    return mean, math.exp(log_sd)


_Pair = tuple[float, float]
_Ends = tuple[float, float, float, float]


def _miss(mean: float, log_sd: float, ends: _Ends) -> tuple[_Pair, tuple[_Pair, _Pair]]:
    """By how much the cut law misses 5 % and 95 % at the stated ends, and the slopes in mean and log sd."""
    sd = math.exp(log_sd)
    z_low, z_high, below, above = ((end - mean) / sd for end in ends)
    # Probabilities near 1 lose their digits; by symmetry they are small ones.
    side = -1.0 if below > 0.0 else 1.0
    p_low, p_high, p_below, p_above = (side * _ndtr(side * z) for z in (z_low, z_high, below, above))
    kept = p_above - p_below
    if kept <= 0.0:
        return (math.inf, math.inf), ((0.0, 0.0), (0.0, 0.0))
    base, top = _slope(below, sd), _slope(above, sd)
    share_low, share_high = (p_low - p_below) / kept, (p_high - p_below) / kept
    return (share_low - TAIL, share_high - 1.0 + TAIL), (
        _slope_of_share(share_low, _slope(z_low, sd), base, top, kept),
        _slope_of_share(share_high, _slope(z_high, sd), base, top, kept),
    )


def _slope_of_share(share: float, at: _Pair, base: _Pair, top: _Pair, kept: float) -> _Pair:
    in_mean = (at[0] - base[0] - share * (top[0] - base[0])) / kept
    in_log_sd = (at[1] - base[1] - share * (top[1] - base[1])) / kept
    return in_mean, in_log_sd


def _ndtr(z: float) -> float:
    return 0.5 * math.erfc(-z / math.sqrt(2.0))


def _slope(z: float, sd: float) -> _Pair:
    """Slopes of the standard normal distribution function at z in the mean and in the log of the sd."""
    if math.isinf(z):
        return 0.0, 0.0
    density = math.exp(-0.5 * z * z) / math.sqrt(2.0 * math.pi)
    return -density / sd, -density * z


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
