"""Effects of policies against the reference, draw by draw under common random numbers.

Two spreads are kept apart throughout:

* the *interval* (5 % to 95 % of the draws) is what is not known about the world; more draws do not shrink it;
* the *Monte Carlo error* is what the finite number of draws leaves open in the mean; it shrinks as draws
  are added. It is the standard error sd / sqrt(n) of independent draws; for quasi-random draws that is an
  upper bound in practice, so a statement of the form "cannot be told from zero with this many draws" errs
  on the careful side.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from offramp.analysis.outcomes import describe, is_difference
from offramp.errors import OfframpError

if TYPE_CHECKING:
    import polars as pl

PREFIX = "outcome."
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)

Sample = NDArray[np.float64]


@dataclass(frozen=True)
class Spread:
    """Mean of a sample over draws, its Monte Carlo error, and quantiles over the draws.

    `draws` counts the draws in which the value is defined (finite). `mc_error` is None below two such draws.
    """

    draws: int
    mean: float
    mc_error: float | None
    q05: float
    q25: float
    q50: float
    q75: float
    q95: float

    def wider(self, error: float) -> Spread:
        """The same with an error of the mean that is independent of the sampling error and not in it yet."""
        known = self.mc_error is not None and error > 0.0
        return replace(self, mc_error=math.hypot(self.mc_error or 0.0, error)) if known else self

    @property
    def constant(self) -> bool:
        """The same value in every draw. (Equal quantiles do not say so: a few draws may lie beyond them.)"""
        return self.mc_error == 0.0

    @property
    def skewed(self) -> bool:
        """The mean lies outside the 90 % interval: a few draws carry it."""
        return not self.q05 <= self.mean <= self.q95


@dataclass(frozen=True)
class Effect:
    """One outcome under one policy, and its paired difference to the reference.

    `more`, `less`: shares of the paired draws in which the policy's outcome is strictly above, below the
    reference's. `better`: share of draws in which the policy beats the reference, None where no direction
    is known. The differences are None for the reference itself.
    """

    policy: str
    outcome: str
    level: Spread
    difference: Spread | None
    more: float | None
    less: float | None
    better: float | None

    @property
    def identical(self) -> bool:
        """No draw differs from the reference at all."""
        return self.difference is not None and self.more == 0.0 and self.less == 0.0

    @property
    def resolved(self) -> bool:
        """The mean difference can be told from zero with these draws (two Monte Carlo errors)."""
        d = self.difference
        return d is not None and d.mc_error is not None and abs(d.mean) > 2.0 * d.mc_error

    @property
    def sign_settled(self) -> bool:
        """The 90 % interval of the paired difference leaves zero out."""
        d = self.difference
        return d is not None and d.draws > 1 and (d.q05 > 0.0 or d.q95 < 0.0)


@dataclass(frozen=True)
class Comparison:
    """All effects of a run. `effects` is keyed by (policy, outcome)."""

    reference: str
    policies: tuple[str, ...]
    outcomes: tuple[str, ...]
    draws: int
    effects: Mapping[tuple[str, str], Effect]

    def get(self, policy: str, outcome: str) -> Effect | None:
        """The effect, or None where the outcome was not simulated or is defined in no draw."""
        return self.effects.get((policy, outcome))

    def starting(self, stem: str) -> tuple[str, ...]:
        """Outcomes named `stem.<part>`, in the order of the table."""
        return tuple(name for name in self.outcomes if name.startswith(f"{stem}."))

    def to_table(self) -> pl.DataFrame:
        """One row a policy and outcome; differences are null for the reference."""
        import polars as pl

        rows: list[dict[str, object]] = []
        for effect in self.effects.values():
            row: dict[str, object] = {"policy": effect.policy, "outcome": effect.outcome}
            row |= _columns("", effect.level) | _columns("difference.", effect.difference)
            row |= {"share_more": effect.more, "share_less": effect.less, "share_better": effect.better}
            rows.append(row)
        return pl.DataFrame(rows, infer_schema_length=None)


def spread(sample: Sample) -> Spread | None:
    """Mean, Monte Carlo error and quantiles of the finite values; None if there is none.

    sample: [n] values, one a draw; values that are not finite count as undefined and are left out.
    """
    return spreads({"": sample})[""]


def spreads(samples: Mapping[str, Sample]) -> dict[str, Spread | None]:
    """`spread` of each of several samples [n]; those of one length are summed up together, which is quicker."""
    finite = {name: values[np.isfinite(values)] for name, values in samples.items()}
    found: dict[str, Spread | None] = dict.fromkeys(finite)
    for n in {values.size for values in finite.values()} - {0}:
        names = [name for name, values in finite.items() if values.size == n]
        rows = np.stack([finite[name] for name in names])
        means = rows.mean(axis=1).tolist()
        quantiles = np.quantile(rows, QUANTILES, axis=1).T.tolist()
        # Rounding in a mean of equal values must not pass for a spread.
        same = np.ptp(rows, axis=1) == 0.0
        errors = (rows.std(axis=1, ddof=1) / math.sqrt(n)).tolist() if n > 1 else [None] * len(names)
        for i, name in enumerate(names):
            mean, error = (float(rows[i, 0]), 0.0 if n > 1 else None) if same[i] else (means[i], errors[i])
            found[name] = Spread(n, mean, error, *quantiles[i])
    return found


def compare(draws: pl.DataFrame, *, reference: str | None = None) -> Comparison:
    """Compare every policy with the reference in every outcome.

    draws: the table of draws.parquet (policy, draw, input.*, outcome.*). reference: a policy's name; by
    default the first in the table. Differences pair the draws by number and use only draws that both
    policies have.

    Raises OfframpError when the table lacks its columns, is empty, names a draw twice for a policy, or has
    no such reference.
    """
    samples = outcome_samples(draws)
    return compared(samples, next(iter(samples)) if reference is None else reference)


def compared(samples: Mapping[str, PolicySamples], reference: str) -> Comparison:
    """`compare` of what a table of draws holds."""
    policies = tuple(samples)
    if reference not in samples:
        raise OfframpError(
            f"no policy named {reference!r} in the table of draws; it has {', '.join(policies)}"
        )
    names = tuple(samples[reference].values)
    effects: dict[tuple[str, str], Effect] = {}
    for policy in policies:
        levels = spreads(samples[policy].values)
        gaps = {} if policy == reference else _gaps(samples, policy, reference)
        differences = spreads(gaps)
        for name in names:
            level = levels[name]
            if level is not None:
                effects[policy, name] = _effect(policy, name, level, differences.get(name), gaps.get(name))
    return Comparison(reference, policies, names, samples[reference].draw.size, effects)


@dataclass(frozen=True)
class PolicySamples:
    """The outcomes of one policy, sorted by draw. `draw`: [n]; `values`: outcome -> [n]."""

    draw: NDArray[np.int64]
    values: Mapping[str, Sample]


def in_force(draws: pl.DataFrame, policy: str) -> pl.DataFrame:
    """The rows of a policy in the draws in which its offers become law: all of them where it offers nothing, or nothing hangs
    on that."""
    import polars as pl

    rows, column = draws.filter(pl.col("policy") == policy), f"{PREFIX}enacted"
    return rows.filter(pl.col(column).fill_null(1.0) == 1.0) if column in draws.columns else rows


def outcome_samples(draws: pl.DataFrame) -> dict[str, PolicySamples]:
    """Outcome columns by policy, sorted by draw number, in the order in which policies first appear.

    Raises OfframpError as `compare` does.
    """
    missing = {"policy", "draw"} - set(draws.columns)
    if missing:
        raise OfframpError(f"the table of draws lacks the column(s) {', '.join(sorted(missing))}")
    if draws.height == 0:
        raise OfframpError("the table of draws is empty: nothing was simulated yet")
    import polars as pl

    names = [c for c in draws.columns if c.startswith(PREFIX)]
    numbers = draws["draw"].cast(pl.Int64).to_numpy()
    values = draws.select(pl.col(names).cast(pl.Float64).fill_null(float("nan"))).to_numpy(order="fortran")
    found: dict[str, PolicySamples] = {}
    for policy in draws["policy"].unique(maintain_order=True):
        rows = np.flatnonzero((draws["policy"] == policy).to_numpy())
        rows = rows[np.argsort(numbers[rows])]
        number = numbers[rows]
        if np.any(number[1:] == number[:-1]):
            raise OfframpError(f"the table of draws names a draw twice for policy {policy!r}")
        found[str(policy)] = PolicySamples(
            number, {name.removeprefix(PREFIX): values[rows, i] for i, name in enumerate(names)}
        )
    return found


def paired(
    samples: Mapping[str, PolicySamples], policy: str, other: str, outcome: str
) -> tuple[Sample, Sample]:
    """The outcome under two policies in the draws that both have, aligned by draw: two arrays [n]."""
    a, b = samples[policy], samples[other]
    ia, ib = _shared(a, b)
    return a.values[outcome][ia], b.values[outcome][ib]


def _shared(a: PolicySamples, b: PolicySamples) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Places of the draws that both have."""
    _, ia, ib = np.intersect1d(a.draw, b.draw, assume_unique=True, return_indices=True)
    return ia, ib


def part_of(draws: pl.DataFrame, policy: str, part: str, whole: str) -> Spread | None:
    """Spread over draws of one outcome's share of another under a policy, as that of a route in the departures.

    Draws in which the whole is not above zero have no share and are left out; None when no draw has one.
    """
    import polars as pl

    rows = draws.filter((pl.col("policy") == policy) & (pl.col(PREFIX + whole) > 0.0))
    return spread((rows[PREFIX + part] / rows[PREFIX + whole]).cast(pl.Float64).to_numpy())


def _gaps(samples: Mapping[str, PolicySamples], policy: str, reference: str) -> dict[str, Sample]:
    """Differences to the reference in the draws that both have, where both are defined: outcome -> [n]."""
    a, b = samples[policy], samples[reference]
    ia, ib = _shared(a, b)
    gaps = {name: values[ia] for name, values in a.values.items()}
    gaps |= {name: gap - b.values[name][ib] for name, gap in gaps.items() if not is_difference(name)}
    return {name: gap[np.isfinite(gap)] for name, gap in gaps.items()}


def _effect(policy: str, name: str, level: Spread, difference: Spread | None, gap: Sample | None) -> Effect:
    if difference is None or gap is None:
        return Effect(policy, name, level, None, None, None, None)
    more, less = float(np.mean(gap > 0.0)), float(np.mean(gap < 0.0))
    direction = describe(name).better
    better = None if direction is None else (more if direction == "more" else less)
    return Effect(policy, name, level, difference, more, less, better)


def _columns(prefix: str, value: Spread | None) -> dict[str, float | int | None]:
    keys = ("draws", "mean", "mc_error", "q05", "q25", "q50", "q75", "q95")
    return {f"{prefix}{key}": None if value is None else getattr(value, key) for key in keys}
