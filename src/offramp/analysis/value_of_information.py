"""What it is worth to know more before choosing: EVPI, and EVPPI by regression.

A choice made now is that of the policy with the highest expected net benefit. Who knew the world could choose
anew in each; the expected gain is the expected value of perfect information, and of partial perfect
information where only some inputs are learned:

    EVPI     = E max_d NB_d - max_d E NB_d
    EVPPI(x) = E_x max_d E[NB_d | x] - max_d E NB_d

(Claxton 1999, J. Health Econ. 18:341; Briggs, Claxton and Sculpher 2006, *Decision Modelling*.) E[NB_d | x] is
estimated from the draws that are there, by regressing net benefit on the inputs with penalised splines
(Strong, Oakley and Brennan 2014, Med. Decis. Making 34:311; splines after Eilers and Marx 1996, Stat. Sci. 11:89).

**Chance is not a thing to learn.** Two replicates of one world differ by chance alone, and no study removes
that. A regression leaves it in its residuals. EVPI from one replicate a world counts it as if it could be
known; with replicates (`worlds`) it is taken out by a jackknife over the replicates of each world.

Values are in the money of the net benefit, per decision: not per person and not per year.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from offramp.analysis.cost import for_departures
from offramp.analysis.economics import net_benefit
from offramp.analysis.matched import matched
from offramp.analysis.sensitivity import INPUT, MOST_DRAWS
from offramp.analysis.splines import Smoother, basis
from offramp.errors import OfframpError

if TYPE_CHECKING:
    import polars as pl

FloatArray = NDArray[np.float64]

_JACKKNIFE_GROUPS = 20
# More shuffled columns at once than this would only cost memory.
_SHUFFLED_AT_ONCE = 2_000
FEWEST_DRAWS = 40


@dataclass(frozen=True)
class Information:
    """A value of information with its Monte Carlo standard error, in the money of the net benefit.

    floor: what inputs of no effect would show in 5 % of cases (the outcome shuffled against them); None where
    it does not apply or was not asked for. draws: rows of net benefit that it rests on.
    """

    value: float
    error: float | None
    draws: int
    floor: float | None = None

    @property
    def above_noise(self) -> bool:
        """Distinguishable from the value of knowing something irrelevant; False where that was not measured."""
        return self.floor is not None and self.value > self.floor


def evpi(net_benefit: ArrayLike, *, worlds: ArrayLike | None = None) -> Information:
    """Expected value of perfect information.

    net_benefit: [draws, policies], paired. worlds: label of the world of each row [draws], where rows of one
    label are replicates that differ by chance alone (two at least of each); the value is then that of knowing
    the world, not the chance. Without it every row counts as a world of its own.

    Where policies are close the estimate is a little low, since the policy of now is chosen on the same draws.
    """
    nb = _rows(net_benefit)
    if worlds is None:
        gain = nb.max(axis=1) - nb[:, int(np.argmax(nb.mean(axis=0)))]
        return Information(float(gain.mean()), _standard_error(gain), nb.shape[0])
    label, count = _labels(worlds, nb.shape[0])
    if (count < 2).any():
        raise OfframpError("telling chance from the world needs at least two replicates of each world")
    total = np.zeros((count.size, nb.shape[1]))
    np.add.at(total, label, nb)
    mean = total / count[:, None]
    without = (total[label] - nb) / (count[label] - 1.0)[:, None]
    reduced = np.bincount(label, weights=without.max(axis=1), minlength=count.size) / count
    # The maximum of noisy means is too high by about c / R with R replicates; the jackknife removes that term.
    best = mean[:, int(np.argmax(mean.mean(axis=0)))]
    gain = count * mean.max(axis=1) - (count - 1.0) * reduced - best
    return Information(float(gain.mean()), _standard_error(gain), nb.shape[0])


def evppi(
    net_benefit: ArrayLike,
    inputs: ArrayLike,
    *,
    worlds: ArrayLike | None = None,
    permutations: int = 0,
    seed: int = 0,
) -> Information:
    """Expected value of learning `inputs` exactly, and nothing else, before choosing.

    net_benefit: [draws, policies], paired. inputs: [draws] or [draws, inputs]; several are learned together, up
    to four with their pairwise interactions, more of them additively. worlds: label of each row's world where
    rows are replicates. permutations: shuffles behind the noise floor; none by default.

    The standard error is that of a delete-a-group jackknife, in which whole worlds are left out. The regression
    sees smooth dependence on ranks of the inputs; sharp edges narrower than a twelfth of the draws are smoothed.
    Raises OfframpError below 40 draws, and when an input does not vary.
    """
    nb, x = _rows(net_benefit), _inputs(inputs)
    if x.shape[0] != nb.shape[0]:
        raise OfframpError(f"{nb.shape[0]} rows of net benefit and {x.shape[0]} of inputs do not match")
    label, count = _labels(range(nb.shape[0]) if worlds is None else worlds, nb.shape[0])
    over = _over_best(nb)
    design, penalty = basis(x)
    value = _gain(Smoother(design, penalty), over)
    groups = min(_JACKKNIFE_GROUPS, count.size // 2)
    left_out = np.array(
        [
            _gain(Smoother(design[kept], penalty), _over_best(nb[kept]))
            for g in range(groups)
            if (kept := label % groups != g).any()
        ]
    )
    spread = ((left_out - left_out.mean()) ** 2).sum()
    error = math.sqrt((groups - 1.0) / groups * float(spread))
    floor = _floor(Smoother(design, penalty), over, permutations, seed) if permutations else None
    return Information(value, error, nb.shape[0], floor)


def conditional_mean(outcome: ArrayLike, inputs: ArrayLike) -> FloatArray:
    """E[outcome | inputs] at each draw by the regression behind `evppi`.

    outcome: [draws] or [draws, columns]; inputs: [draws] or [draws, inputs]. The variance of the result over
    that of the outcome is the closed (for one input: the first-order) sensitivity index of the inputs.
    """
    y, x = np.asarray(outcome, dtype=np.float64), _inputs(inputs)
    if y.shape[0] != x.shape[0] or not np.isfinite(y).all():
        raise OfframpError("the outcome must be finite, one row for each row of the inputs")
    mean = y.mean(axis=0)
    columns = (y - mean).reshape(y.shape[0], -1)
    return mean + Smoother(*basis(x)).fit(columns).reshape(y.shape)


def evppi_by_input(
    draws: pl.DataFrame,
    willingness_to_pay: float,
    *,
    effect: str = "departures",
    cost: str = "cost_usd",
    permutations: int = 200,
    seed: int = 0,
) -> dict[str, Information]:
    """EVPPI of each uncertain input alone, largest first, from the table of draws.parquet.

    willingness_to_pay: money for one unit of `effect`. effect, cost: names of outcomes. Inputs that do not vary
    are left out; the result is empty when none does. Draws beyond the first 20,000 are not used.
    """
    import polars as pl

    table = matched(for_departures(draws, effect, cost), (effect, cost))
    keep = slice(0, MOST_DRAWS)
    nb = net_benefit(table[cost][keep], table[effect][keep], willingness_to_pay)
    first = draws.filter(pl.col("policy") == table.policies[0]).sort("draw")
    rows = first.filter(pl.col("draw").is_in(table.draw[keep].tolist()))
    names = [c for c in draws.columns if c.startswith(INPUT) and rows[c].n_unique() > 1]
    found = {
        name.removeprefix(INPUT): evppi(
            nb, rows[name].cast(pl.Float64).to_numpy(), permutations=permutations, seed=seed
        )
        for name in names
    }
    return dict(sorted(found.items(), key=lambda item: -item[1].value))


def _over_best(nb: FloatArray) -> FloatArray:
    """Net benefit of every policy over the one best in expectation, [draws, policies]: what the choice turns on.

    Regressing differences keeps out the spread that all policies share.
    """
    return nb - nb[:, [int(np.argmax(nb.mean(axis=0)))]]


def _gain(smoother: Smoother, over: FloatArray) -> float:
    mean = over.mean(axis=0)
    fitted = mean + smoother.fit(over - mean)
    return float(np.maximum(fitted.max(axis=1), 0.0).mean())


def _floor(smoother: Smoother, over: FloatArray, permutations: int, seed: int) -> float:
    """95 % quantile of the gain when the draws' net benefits are shuffled against the inputs."""
    generator = np.random.Generator(np.random.Philox(seed))
    n, policies = over.shape
    mean = over.mean(axis=0)
    centred = over - mean
    gains: list[float] = []
    at_once = max(1, _SHUFFLED_AT_ONCE // policies)
    while len(gains) < permutations:
        count = min(at_once, permutations - len(gains))
        order = np.stack([generator.permutation(n) for _ in range(count)])
        shuffled = centred[order].transpose(1, 0, 2).reshape(n, -1)
        fitted = smoother.fit(shuffled).reshape(n, count, policies) + mean
        gains += np.maximum(fitted.max(axis=2), 0.0).mean(axis=0).tolist()
    return float(np.quantile(gains, 0.95))


def _rows(net_benefit: ArrayLike) -> FloatArray:
    nb = np.asarray(net_benefit, dtype=np.float64)
    if nb.ndim != 2 or 0 in nb.shape:
        raise OfframpError("net benefit must be [draws, policies], with at least one of each")
    if not np.isfinite(nb).all():
        raise OfframpError("net benefit must be finite; leave out the draws in which it is undefined")
    return nb


def _inputs(inputs: ArrayLike) -> FloatArray:
    x = np.asarray(inputs, dtype=np.float64)
    x = x[:, None] if x.ndim == 1 else x
    if x.ndim != 2 or x.shape[1] == 0 or not np.isfinite(x).all():
        raise OfframpError("inputs must be finite, [draws] or [draws, inputs]")
    if x.shape[0] < FEWEST_DRAWS:
        raise OfframpError(
            f"{x.shape[0]} draws are too few for a regression; at least {FEWEST_DRAWS} are needed"
        )
    if (np.ptp(x, axis=0) == 0.0).any():
        raise OfframpError("an input is the same in every draw: there is nothing to learn about it")
    return x


def _labels(worlds: ArrayLike, rows: int) -> tuple[NDArray[np.int64], FloatArray]:
    """Number of each row's world from 0, in the order of first labels, and the rows of each world."""
    given = np.asarray(worlds)
    if given.shape != (rows,):
        raise OfframpError(f"{rows} rows of net benefit need {rows} labels of worlds; got {given.shape}")
    _, label, count = np.unique(given, return_inverse=True, return_counts=True)
    return label.reshape(-1).astype(np.int64), count.astype(np.float64)


def _standard_error(values: FloatArray) -> float | None:
    return float(values.std(ddof=1) / math.sqrt(values.size)) if values.size > 1 else None
