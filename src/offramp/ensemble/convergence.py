"""Do the draws suffice? The Monte Carlo error of means and of paired differences, and one stated rule.

The error is that of independent draws, s / sqrt(n). Quasi-random points do better where outcomes are smooth
in the inputs, so for sampled inputs the figure is conservative; for replicates of a world with nothing
uncertain it is right as it stands.

The rule: draws suffice for a mean when its Monte Carlo error is at most 5 % of the mean itself, or at most 5
% of the standard deviation over draws (so 400 draws always do): beyond that the spread of the plausible
worlds hides the error. The ends of a 90 % interval rest on a twentieth of the draws each, which is told
beside.

The spread over draws mixes what is unknown of the world with chance within a draw. Telling them apart takes
replicates of the same world, which a run does not make; so no share of chance is reported here. Only when
nothing is uncertain is all of the spread chance, and that is said.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

TOLERANCE: Final = 0.05
ENOUGH_DRAWS: Final = 400
"""(1 / 0.05)^2: with so many draws the error of a mean is at most 5 % of the spread."""
HEADLINE: Final = "departures"


@dataclass(frozen=True)
class Estimate:
    """A mean over the draws that define the outcome, with error and quantiles; None where undefined."""

    draws: int
    mean: float | None
    mc_error: float | None
    sd: float | None
    q05: float | None
    q50: float | None
    q95: float | None


def estimate(sample: FloatArray) -> Estimate:
    """Summary of one outcome over draws, [draws]. Draws that are not finite are undefined and left out, and
    counted by their absence from `draws`. One draw has no error.
    """
    defined = sample[np.isfinite(sample)]
    count = len(defined)
    if not count:
        return Estimate(0, None, None, None, None, None, None)
    q05, q50, q95 = (float(q) for q in np.quantile(defined, (0.05, 0.5, 0.95)))
    sd = float(np.std(defined, ddof=1)) if count > 1 else None
    error = sd / math.sqrt(count) if sd is not None else None
    return Estimate(count, float(np.mean(defined)), error, sd, q05, q50, q95)


def estimate_ratio(numerator: FloatArray, denominator: FloatArray) -> Estimate:
    """The ratio of the means of two paired outcomes, [draws] each, such as a price: extra cost over extra departures.

    No mean of the draws' own ratios, which those with next to nothing below the line would make. It is None unless both means
    are above 0; its error is by linearisation. Quantiles are of the draws' own ratios, where a draw with nothing below the line
    counts as dearer than any, and are None where they fall among such draws.
    """
    both = np.isfinite(numerator) & np.isfinite(denominator)
    above, below = numerator[both], denominator[both]
    count = len(above)
    if not count or above.mean() <= 0.0 or below.mean() <= 0.0:
        return Estimate(0, None, None, None, None, None, None)
    ratio = float(above.mean() / below.mean())
    sd = float(np.std(above - ratio * below, ddof=1) / below.mean()) if count > 1 else None
    own = np.full(count, np.inf)
    np.divide(above, below, out=own, where=below > 0.0)
    # Towards an infinite one nothing can be interpolated.
    ranks = np.quantile(own, (0.05, 0.5, 0.95), method="higher")
    q05, q50, q95 = (float(q) if np.isfinite(q) else None for q in ranks)
    return Estimate(count, ratio, sd / math.sqrt(count) if sd is not None else None, sd, q05, q50, q95)


@dataclass(frozen=True)
class Verdict:
    """Whether draws suffice for the headline, with the case that decides."""

    enough: bool | None
    """None: it cannot be told, because there is one draw only."""
    policy: str
    error: float | None
    mean: float | None
    draws: int
    draws_needed: int | None
    sentence: str


def suffices(found: Estimate) -> bool | None:
    """The rule of this module; None when the error is undefined."""
    if found.mean is None or found.sd is None or found.mc_error is None:
        return None
    return found.mc_error <= TOLERANCE * max(abs(found.mean), found.sd)


def draws_needed(found: Estimate) -> int | None:
    """Draws at which the rule would be met, if mean and spread stay; None when the spread is unknown."""
    if found.mean is None or found.sd is None:
        return None
    if found.sd == 0.0:
        return 2
    by_mean = (found.sd / (TOLERANCE * abs(found.mean))) ** 2 if found.mean else math.inf
    return max(2, math.ceil(min(by_mean, ENOUGH_DRAWS)))


def judge(samples: Mapping[str, FloatArray], uncertain: bool) -> Verdict:
    """Whether draws suffice, from departures by policy ([draws] each, the reference first).

    The headline is the paired difference to the reference; with a single policy it is the level. The policy
    that is furthest from enough decides. uncertain: whether anything is sampled at all.
    """
    names = list(samples)
    reference = samples[names[0]]
    if len(names) == 1:
        cases = {names[0]: estimate(reference)}
    else:
        cases = {name: estimate(samples[name] - reference) for name in names[1:]}
    worst = max(cases, key=lambda name: draws_needed(cases[name]) or math.inf)
    found = cases[worst]
    against = "" if len(names) == 1 else f" against `{names[0]}`"
    return Verdict(
        suffices(found),
        worst,
        found.mc_error,
        found.mean,
        len(reference),
        draws_needed(found),
        _sentence(worst, against, found, len(reference), uncertain),
    )


def _sentence(policy: str, against: str, found: Estimate, draws: int, uncertain: bool) -> str:
    if found.mean is None or found.mc_error is None:
        one = "One draw has no Monte Carlo error" if draws == 1 else "Too few draws define the outcome"
        return f"{one}: whether it suffices cannot be told. Ask for more --draws."
    error = (
        f"Monte Carlo error of the mean departures under `{policy}`{against}: "
        f"{_persons(found.mc_error)}{_percent(found.mc_error, found.mean)}, from {found.draws:,} draws"
    )
    if suffices(found):
        rule = f"; {_enough(found.mean, found.mc_error)}."
    else:
        needed = draws_needed(found)
        rule = f"; above {TOLERANCE:.0%} of the mean and of the spread. About {needed:,} draws would bring it below one of them."
    if not uncertain:
        return f"{error}{rule} Nothing is uncertain here: draws are replicates and differ by chance alone."
    return f"{error}{rule} {_tails(draws)}"


def _enough(mean: float, error: float) -> str:
    """Which half of the rule is met: a mean may be loose and the interval settled all the same."""
    if error <= TOLERANCE * abs(mean):
        return f"enough, at most {TOLERANCE:.0%} of the mean"
    return f"enough for the interval, at most {TOLERANCE:.0%} of the spread over draws, though this mean itself is loose"


def _tails(draws: int) -> str:
    tail = draws // 20
    if tail == 0:
        return "No draw lies beyond the ends of a 90 % interval: take the interval as a sketch."
    return f"Each end of a 90 % interval has {tail:,} {'draw' if tail == 1 else 'draws'} beyond it."


def _persons(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _percent(error: float, mean: float) -> str:
    # a part of a mean that is smaller than its error says nothing
    return (
        f" ({error / abs(mean):.1%} of {mean:,.0f})".replace("-", "\u2212")
        if abs(mean) >= max(1.0, error)
        else ""
    )
