"""What the spread follows: first-order sensitivity indices from the draws that are already there.

For one uncertain input X and one outcome Y the first-order index is S = Var(E[Y|X]) / Var(Y): the share of
the variance of Y that would be expected to go if X were known. It is estimated from any sample of draws
("given data"): sort the draws by X, cut them into k bins, and compare the variance between the bins' means
with the total. With n draws and k bins

    eta^2     = 1 - SS_within / SS_total                        (Pearson's correlation ratio)
    S         = 1 - (n - 1)/(n - k) (1 - eta^2)                 (Kelley's correction for the bins' own noise)

Sources: Kelley (1935), "An unbiased correlation ratio measure", PNAS 21:554; Plischke, Borgonovo and Smith
(2013), "Global sensitivity measures from given data", Eur. J. Oper. Res. 226:536. Without the correction
every input of no effect would show (k - 1)/(n - 1).

Read with care. (1) An index below the *noise floor* cannot be told from that of an input of no effect: the
floor is the 95 % quantile of the largest index of all inputs when the outcome is shuffled against them, so
that in one study of twenty any idle input at all passes it, however many there are. (2) The interval comes
from a delete-a-group jackknife. (3) Where inputs are correlated, their indices overlap and may sum
to more than 1. (4) What the indices leave unexplained is interaction between inputs, variation within
bins, and the simulation's own noise.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from offramp.analysis.compare import PREFIX, Sample
from offramp.errors import OfframpError

if TYPE_CHECKING:
    import polars as pl

INPUT = "input."
# Below this many draws bins hold so few that the index is noise; the report says so instead of showing it.
FEWEST_DRAWS = 40
# More draws than this add nothing to a first-order index but time and memory; the first ones are used.
MOST_DRAWS = 20_000
# Memberships of draws in bins that are held at once.
MEMBER_VALUES = 2**22
_JACKKNIFE_GROUPS = 20
_Z90 = 1.6448536269514722


@dataclass(frozen=True)
class Index:
    """First-order index of one input. `low`, `high`: 90 % interval, cut to [0, 1]; `index` itself may fall
    below 0.

    noise_floor: what the largest index among inputs of no effect would exceed in 5 % of cases; the same for
    all inputs of a study. direction: Spearman's rank
    correlation of input and outcome; its sign says which way the outcome moves, where the relation is
    monotone.
    """

    input: str
    index: float
    low: float
    high: float
    noise_floor: float
    direction: float

    @property
    def above_noise(self) -> bool:
        return self.index > self.noise_floor


@dataclass(frozen=True)
class Sensitivity:
    """Indices of all inputs for one outcome, largest first; `indices` is empty when `reason` says why
    there are none."""

    policy: str
    outcome: str
    draws: int
    bins: int
    ranked: bool
    indices: tuple[Index, ...]
    reason: str

    @property
    def explained(self) -> float:
        """Sum of the indices above the noise floor (may exceed 1 when inputs are correlated)."""
        return sum(max(0.0, i.index) for i in self.indices if i.above_noise)


def first_order(
    draws: pl.DataFrame,
    outcome: str,
    policy: str,
    *,
    ranked: bool = False,
    bins: int | None = None,
    permutations: int = 200,
    seed: int = 0,
) -> Sensitivity:
    """First-order indices of every uncertain input for `outcome` under `policy`.

    draws: the table of draws.parquet. ranked: put the outcome's ranks in its place; where an outcome has a
    long tail, a few draws carry most of its variance, and ranks give every draw the same weight. bins: number of bins
    (default about the cube root of the draws, 4 to 50). permutations: shuffles behind the noise floor. Inputs that do not
    vary are left out.

    Raises OfframpError for an unknown policy or outcome.
    """
    import polars as pl

    column = PREFIX + outcome
    if column not in draws.columns:
        raise OfframpError(f"no outcome named {outcome!r} in the table of draws")
    rows = draws.filter(pl.col("policy") == policy).sort("draw").head(MOST_DRAWS)
    if rows.height == 0:
        raise OfframpError(f"no policy named {policy!r} in the table of draws")
    y = rows[column].cast(pl.Float64).fill_null(float("nan")).to_numpy()
    defined = np.isfinite(y)
    names = [c for c in draws.columns if c.startswith(INPUT) and rows[c].n_unique() > 1]
    n = int(defined.sum())
    k = bins if bins is not None else default_bins(n)
    reason = _unusable(names, y[defined], n)
    if reason:
        return Sensitivity(policy, outcome, n, k, ranked, (), reason)
    z = _ranks(y[defined]) if ranked else y[defined]
    x = rows.select(names).cast(pl.Float64).to_numpy()[defined]
    indices = given_data(
        x, z, [c.removeprefix(INPUT) for c in names], bins=k, permutations=permutations, seed=seed
    )
    return Sensitivity(policy, outcome, n, k, ranked, indices, "")


def thirds(draws: pl.DataFrame, outcome: str, policy: str, inputs: Sequence[str]) -> NDArray[np.float64]:
    """Mean outcome in the draws where an input lies in its lowest, and in its highest third: [inputs, 2].

    In the outcome's own unit, beside the index, which has none. draws: the table of draws.parquet; inputs: key paths.
    Draws in which the outcome is undefined are left out; NaN where none is left.
    """
    import polars as pl

    rows = draws.filter((pl.col("policy") == policy) & pl.col(PREFIX + outcome).is_not_null())
    y = rows[PREFIX + outcome].cast(pl.Float64).to_numpy()
    means = np.full((len(inputs), 2), np.nan)
    for i, name in enumerate(inputs):
        x = rows[INPUT + name].cast(pl.Float64).to_numpy()
        if y.size:
            low, high = np.quantile(x, (1.0 / 3.0, 2.0 / 3.0))
            means[i] = y[x <= low].mean(), y[x >= high].mean()
    return means


def default_bins(draws: int) -> int:
    """About the cube root of the number of draws, between 4 and 50."""
    return int(np.clip(round(draws ** (1.0 / 3.0)), 4, 50))


def given_data(
    x: NDArray[np.float64],
    y: Sample,
    names: Sequence[str],
    *,
    bins: int,
    permutations: int = 200,
    seed: int = 0,
) -> tuple[Index, ...]:
    """Bias-corrected binned first-order indices, largest first.

    x: [n, inputs]; y: [n], not constant; names: one an input. The noise floor uses its own generator
    seeded with `seed`.
    """
    floor_generator = np.random.Generator(np.random.Philox(seed))
    shuffled = floor_generator.permuted(np.tile(y, (permutations, 1)), axis=1)
    idle = np.full(permutations, -np.inf)
    values, errors = np.empty(len(names)), np.empty(len(names))
    at_once = max(1, MEMBER_VALUES // (y.size * bins))
    for start in range(0, len(names), at_once):
        block = slice(start, start + at_once)
        members = _membership([partition(column, bins) for column in x.T[block]], y.size)
        idle = np.maximum(idle, _indices(members, shuffled).max(axis=1))
        values[block] = _indices(members, y[None, :])[0]
        errors[block] = _jackknife_errors(members, y)
    floor = float(np.quantile(idle, 0.95))
    low, high = np.clip((values - _Z90 * errors, values + _Z90 * errors), 0.0, 1.0)
    ranks = _ranks(y)
    found = [
        Index(
            name, float(values[j]), float(low[j]), float(high[j]), floor, _correlation(_ranks(x[:, j]), ranks)
        )
        for j, name in enumerate(names)
    ]
    return tuple(sorted(found, key=lambda i: -i.index))


def partition(x: Sample, bins: int) -> tuple[NDArray[np.int64], int]:
    """Bin labels [n] and the number of bins: each value its own bin if there are few, else bins of equal
    count.

    Equal values never fall in different bins.
    """
    values, label = np.unique(x, return_inverse=True)
    if values.size > bins:
        edges = np.unique(np.quantile(x, np.linspace(0.0, 1.0, bins + 1)[1:-1], method="lower"))
        label = np.searchsorted(edges, x, side="left")
        _, label = np.unique(label, return_inverse=True)
    label = label.astype(np.int64).reshape(-1)
    return label, int(label.max()) + 1


class _Membership(NamedTuple):
    """Which draw lies in which bin of which input: member[draw, bin] is 1 or 0; an input's bins stand together."""

    member: NDArray[np.float64]
    first: NDArray[np.int64]
    """First bin of each input, [inputs]."""


def _membership(parts: Sequence[tuple[NDArray[np.int64], int]], n: int) -> _Membership:
    """parts: `partition` of each input."""
    first = np.cumsum([0, *(count for _, count in parts)])
    member = np.zeros((n, int(first[-1])))
    for (label, _), start in zip(parts, first, strict=False):
        member[np.arange(n), start + label] = 1.0
    return _Membership(member, first[:-1])


def _indices(members: _Membership, y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Kelley's corrected correlation ratio of each row of y [rows, n] on the bins of each input: [rows, inputs]."""
    n = y.shape[1]
    count = members.member.sum(axis=0)
    centred = y - y.mean(axis=1, keepdims=True)
    total = (centred**2).sum(axis=1, keepdims=True)
    # An empty bin holds nothing of the sum.
    weighted = (centred @ members.member) ** 2 / np.maximum(count, 1.0)
    between = np.add.reduceat(weighted, members.first, axis=1)
    k = np.add.reduceat((count > 0.0).astype(np.float64), members.first)
    with np.errstate(divide="ignore", invalid="ignore"):
        index = 1.0 - (n - 1.0) / (n - k) * (1.0 - between / total)
    return np.where(total > 0.0, index, 0.0)


def _jackknife_errors(members: _Membership, y: Sample) -> Sample:
    """Delete-a-group jackknife standard errors, [inputs]; groups are every g-th draw, so that each is spread over the
    sample."""
    groups = min(_JACKKNIFE_GROUPS, y.size // 2)
    group = np.arange(y.size) % groups
    left_out = np.array(
        [
            _indices(members._replace(member=members.member[group != g]), y[None, group != g])[0]
            for g in range(groups)
        ]
    )
    return np.sqrt((groups - 1.0) / groups * ((left_out - left_out.mean(axis=0)) ** 2).sum(axis=0))


def _correlation(a: Sample, b: Sample) -> float:
    """Correlation of centred samples; 0 where one of the two does not vary."""
    scale = math.sqrt(float((a * a).sum() * (b * b).sum()))
    return float((a * b).sum()) / scale if scale > 0.0 else 0.0


def _ranks(values: Sample) -> Sample:
    """Ranks [n], centred, ties at their mean rank. (scipy.stats has them too, but takes 0.7 s to import.)"""
    _, label, count = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    ranks = (last - (count - 1) / 2.0)[label.reshape(-1)]
    return ranks - ranks.mean()


def _unusable(names: Sequence[str], y: Sample, n: int) -> str:
    if not names:
        return "nothing in this scenario is uncertain, so there is no spread of inputs to follow"
    if n < FEWEST_DRAWS:
        return f"{n} draws are too few to say what the spread follows (at least {FEWEST_DRAWS} are needed)"
    if float(np.ptp(y)) == 0.0:
        return "the outcome is the same in every draw: there is no spread to follow"
    return ""
