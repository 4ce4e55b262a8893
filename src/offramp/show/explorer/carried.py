"""A picture from few draws: the draws of a state before, moved by what those that were simulated anew show of the change.

Under common random numbers draw 7 of two states is the same world with another number in it, so that the two differ by little
more than what the hand did. The mean of the state before plus the mean difference of a few such twins (a difference estimator,
or control variate with coefficient one) is then far surer than the mean of the few alone. What is simulated takes the place of
what was carried over, so that the last refinement holds nothing else.

What is stated of the error is measured in `python -m benchmarks.carried`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from offramp.analysis import Comparison, Spread
from offramp.analysis.outcomes import describe, is_difference, is_event
from offramp.show.explorer.batch import Batch

TWINS: Final = 2
"""Draws of a first picture that is carried over."""

FEW: Final = 8
"""Twins up to which a shift cannot be told from a spread."""

NEAR: Final = 0.25
"""Twins that differ by more than this part of the spread over draws, taken over all headlines, are of another world than the
state before: nothing is carried over. The error of a carried mean is then up to a sixth of the spread, that of a picture of
eight draws a third."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Sample:
    """Draws of a state. simulated: how many of them, from the first on, were simulated; the others are carried over.

    errors: what carrying over adds to the error of each mean, and to that of its difference to the first policy, each
    [policies, names]; None where everything was simulated.
    """

    batch: Batch
    simulated: int
    errors: tuple[Floats, Floats] | None = None

    def widened(self, comparison: Comparison) -> Comparison:
        """A comparison of these draws, its errors with what carrying over adds to them."""
        if self.errors is None:
            return comparison
        levels, gaps = self.errors
        effects = dict(comparison.effects)
        for (policy, name), effect in comparison.effects.items():
            at = comparison.policies.index(policy), self.batch.names.index(name)
            gap = levels if is_difference(name) else gaps
            difference = None if effect.difference is None else _wider(effect.difference, gap[at])
            effects[policy, name] = replace(
                effect, level=_wider(effect.level, levels[at]), difference=difference
            )
        return replace(comparison, effects=effects)


def carried(before: Batch, twins: Batch, headlines: tuple[str, ...]) -> Sample | None:
    """The draws `before` of another state, moved to that of the `twins`, its first draws; None where that is too far.

    headlines: outcomes by which it is told how far.
    """
    count = len(twins.outcomes)
    if (before.names, before.lines, before.days, before.followed) != (
        twins.names, twins.lines, twins.days, twins.followed,
    ) or before.outcomes.shape[1:] != twins.outcomes.shape[1:]:  # fmt: skip
        return None
    events = np.array([is_event(name) for name in before.names])
    told = np.array([name in headlines for name in before.names]) & ~events
    with np.errstate(invalid="ignore"):  # what a draw does not define is not compared
        moved = twins.outcomes - before.outcomes[:count]
    sizes = _sizes(moved)
    spreads = _deviation(before.outcomes)
    known = (spreads > 0.0) & told
    far = math.sqrt(float(np.mean((sizes[known] / spreads[known]) ** 2))) if known.any() else 0.0
    if far > NEAR:
        return None
    # Whether something happens cannot be half true, and two draws tell nothing of how often it does.
    shift = np.where(events, 0.0, _mean(moved))
    outcomes = before.outcomes + shift
    counted = np.array([not is_difference(name) for name in before.names])
    floor = ((before.outcomes >= 0.0) | ~np.isfinite(before.outcomes)).all(axis=0) & counted
    outcomes = np.where(floor, np.maximum(outcomes, 0.0), outcomes)
    shares = [i for i, name in enumerate(before.names) if describe(name).unit == "share"]
    outcomes[:, :, shares] = np.minimum(outcomes[:, :, shares], 1.0)
    outcomes[:count] = twins.outcomes
    batch = replace(
        twins,
        outcomes=outcomes,
        paths=_moved(before.paths, twins.paths),
        series=_moved(before.series, twins.series),
    )
    # Few twins may miss a change that rarely comes: nothing is stated as surer than the headlines are among themselves.
    gaps = before.outcomes - before.outcomes[:, :1]
    levels = np.where(events, 0.0, np.maximum(sizes, far * spreads))
    differences = np.where(events, 0.0, np.maximum(_sizes(moved - moved[:, :1]), far * _deviation(gaps)))
    root = math.sqrt(count)
    return Sample(batch, count, (levels / root, differences / root))


def _moved(before: NDArray[np.float32], twins: NDArray[np.float32]) -> NDArray[np.float32]:
    """Lines by date, [draws, policies, lines, days]: those before with the mean difference of the twins; none falls below
    nought that did not before."""
    with np.errstate(invalid="ignore"):
        moved = before + _mean(twins - before[: len(twins)]).astype(np.float32)
        if not moved.min(initial=0.0) >= 0.0:  # of what is not defined somewhere nothing is known
            low = np.where((before < 0.0).any(axis=(0, 1, 3)), -np.inf, 0.0).astype(np.float32)
            np.maximum(moved, low[:, None], out=moved)
    moved[: len(twins)] = twins
    return moved


def _mean(moved: NDArray[np.floating]) -> Floats:
    """Mean over the draws in which both states define a value; nought where there is none."""
    known = np.isfinite(moved)
    return np.where(known, moved, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)


def _sizes(moved: Floats) -> Floats:
    """How much twins differ: their spread, and of few all that they differ by, the shift too."""
    if len(moved) > FEW:
        return _deviation(moved)
    return np.sqrt(_mean(moved**2))


def _deviation(values: Floats) -> Floats:
    """Standard deviation over the draws that define a value; nought where there are none."""
    return np.sqrt(_mean((values - _mean(values)) ** 2))


def _wider(spread: Spread, error: float) -> Spread:
    return spread if spread.mc_error is None else replace(spread, mc_error=math.hypot(spread.mc_error, error))
