"""A picture from few draws: the draws of a state before, moved by what those that were simulated anew show of the change.

Under common random numbers draw 7 of two states is the same world with another number in it, so that the two differ by little
more than what the hand did. The mean of the state before plus the mean difference of a few such twins (a difference estimator,
or control variate with coefficient one) is then far surer than the mean of the few alone. What is simulated takes the place of
what was carried over, so that the last refinement holds nothing else.

What is stated of the error is measured in `python -m benchmarks.carried`.
"""

from __future__ import annotations

import math
from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from offramp.analysis.compare import PolicySamples
from offramp.analysis.outcomes import describe, is_difference, is_event
from offramp.show.explorer.batch import Batch
from offramp.show.layout import Table, tabulated

TWINS: Final = (1, 2, 4)
"""Draws of a first picture that is carried over: the least, and more where those are too few."""

UNSURE: Final = 4
"""A first picture may add as much to the error of a mean as so many draws by themselves have: half of those that would be
simulated in place of it, since a hand waits, and what follows is surer."""

NOT_YET: Final = "told once all draws are simulated"
"""Why a price is missing."""

FEW: Final = 8
"""Twins up to which a shift cannot be told from a spread."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Sample:
    """Draws of a state. simulated: how many of them were simulated; the others are carried over.

    errors: what carrying over adds to the error of each mean, and to that of its difference to the first policy, each
    [policies, names]; None where everything was simulated.
    """

    batch: Batch
    simulated: int
    errors: tuple[Floats, Floats] | None = None

    def table(self, policies: tuple[str, ...], names: Container[str]) -> Table:
        """The named outcomes of the policies, the reference first, as far as these draws can tell: errors hold what carrying over
        adds to them, and there are neither shares of draws that are better nor prices, which hang on every single draw."""
        batch = self.batch
        draws = np.arange(batch.start, batch.start + len(batch.outcomes))
        at = [(i, name) for i, name in enumerate(batch.names) if name in names]
        samples = {
            policy: PolicySamples(draws, {name: batch.outcomes[:, p, i] for i, name in at})
            for p, policy in enumerate(policies)
        }
        if self.errors is None:
            return tabulated(samples, policies[0])
        table = tabulated(samples, policies[0], untold=NOT_YET)
        levels, gaps = self.errors
        comparison = table.comparison
        effects = dict(comparison.effects)
        for (policy, name), effect in comparison.effects.items():
            at = comparison.policies.index(policy), self.batch.names.index(name)
            gap = levels if is_difference(name) else gaps
            difference = None if effect.difference is None else effect.difference.wider(gap[at])
            level = effect.level.wider(levels[at])
            effects[policy, name] = replace(
                effect, level=level, difference=difference, more=None, less=None, better=None
            )
        return replace(table, comparison=replace(comparison, effects=effects))


def typical(before: Batch, headlines: tuple[str, ...], among: int) -> list[int]:
    """The first `among` draws, those first whose headlines are nearest to the means: one that is far out shows little of what a
    change does to most. Those in which an offer never becomes law come last: there nothing that is offered does anything."""
    values = before.outcomes[:, :, [name in headlines for name in before.names]]
    spreads = _deviation(values)
    with np.errstate(invalid="ignore"):
        off = np.where(
            spreads > 0.0, (values - _mean(values))[:among] / np.where(spreads > 0.0, spreads, 1.0), 0.0
        )
    distances = np.where(np.isfinite(off), off, 0.0) ** 2
    enacted = before.outcomes[:among, :, [name == "enacted" for name in before.names]]
    barred = (enacted == 0.0).any(axis=(1, 2))
    return [int(draw) for draw in np.lexsort((distances.sum(axis=(1, 2)), barred))]


def carried(
    base: Sample, twins: Batch, at: Sequence[int], headlines: tuple[str, ...], draws: int, apart: float
) -> Sample | None:
    """The draws of `base`, another state, moved to that of the `twins`, which are the draws `at`; None where that is too far.

    base: at least the draws `at` of it are simulated; what is stated of its error adds to what is stated here. headlines: those
    by which it is told how far. draws: what would be simulated in place of it; too far is where carrying over adds more to the
    error of a mean than so many draws have by themselves, taken over all headlines of the policy that moves most, and where
    something begins that was the same in every draw: nobody can tell its spread from what was nothing. apart: how far hands have
    gone from the one state to the other, 0 to 1, see `Base.apart`.
    """
    before, count, same = base.batch, len(at), list(at)
    if (before.names, before.lines, before.days, before.followed) != (
        twins.names, twins.lines, twins.days, twins.followed,
    ) or before.outcomes.shape[1:] != twins.outcomes.shape[1:]:  # fmt: skip
        return None
    events = np.array([is_event(name) for name in before.names])
    told = np.array([name in headlines for name in before.names]) & ~events
    with np.errstate(invalid="ignore"):  # what a draw does not define is not compared
        moved = twins.outcomes - before.outcomes[same]
    sizes, asunder = _sizes(moved), _sizes(moved - moved[:, :1])
    gaps = before.outcomes - before.outcomes[:, :1]
    spreads, widths = _deviation(before.outcomes), _deviation(gaps)
    if (told & (((spreads == 0.0) & (sizes > 0.0)) | ((widths == 0.0) & (asunder > 0.0)))).any():
        return None
    known = (spreads > 0.0) & told
    ratios = np.where(known, sizes / np.where(known, spreads, 1.0), 0.0)
    far = np.sqrt((ratios**2).sum(axis=1) / np.maximum(known.sum(axis=1), 1))[:, None]
    if float(far.max()) ** 2 / count > 1.0 / draws:
        return None
    # Whether something happens cannot be half true, and two draws tell nothing of how often it does.
    shift = np.where(events, 0.0, _mean(moved))
    outcomes = before.outcomes + shift
    counted = np.array([not is_difference(name) for name in before.names])
    floor = ((before.outcomes >= 0.0) | ~np.isfinite(before.outcomes)).all(axis=0) & counted
    outcomes = np.where(floor, np.maximum(outcomes, 0.0), outcomes)
    shares = [i for i, name in enumerate(before.names) if describe(name).unit == "share"]
    outcomes[:, :, shares] = np.minimum(outcomes[:, :, shares], 1.0)
    outcomes[same] = twins.outcomes
    batch = replace(
        before,
        outcomes=outcomes,
        paths=_moved(before.paths, twins.paths, same),
        series=_moved(before.series, twins.series, same),
        stands_for=twins.stands_for,
    )
    # Few twins may miss a change that rarely comes, and tell nothing of an event: nothing is stated as surer than the headlines
    # are among themselves, or than that hands have moved what a policy does in proportion to how far they went.
    unseen = apart * np.abs(_mean(gaps))
    levels = np.hypot(np.where(events, far * spreads, np.maximum(sizes, far * spreads)), unseen)
    differences = np.hypot(np.where(events, far * widths, np.maximum(asunder, far * widths)), unseen)
    root = math.sqrt(count)
    added = levels / root, differences / root
    if base.errors is None:
        return Sample(batch, count, added)
    # What was carried over before leaves its own error.
    return Sample(batch, count, (np.hypot(added[0], base.errors[0]), np.hypot(added[1], base.errors[1])))


def _moved(before: NDArray[np.float32], twins: NDArray[np.float32], same: list[int]) -> NDArray[np.float32]:
    """Lines by date, [draws, policies, lines, days]: those before with the mean difference of the twins, the draws `same`; none
    falls below nought that did not before."""
    with np.errstate(invalid="ignore"):
        moved = before + _mean(twins - before[same]).astype(np.float32)
        if not moved.min(initial=0.0) >= 0.0:  # of what is not defined somewhere nothing is known
            low = np.where((before < 0.0).any(axis=(0, 1, 3)), -np.inf, 0.0).astype(np.float32)
            np.maximum(moved, low[:, None], out=moved)
    moved[same] = twins
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
