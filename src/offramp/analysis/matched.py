"""Outcomes of all policies side by side in the draws they share: what decision rules compare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from offramp.analysis.compare import PREFIX, outcome_samples
from offramp.errors import OfframpError

if TYPE_CHECKING:
    import polars as pl

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Matched:
    """`values[outcome]` is [draws, policies]; row i is the draw `draw[i]` under every policy.

    left_out: draws that were dropped because a policy lacks them or an outcome is undefined there.
    """

    policies: tuple[str, ...]
    draw: NDArray[np.int64]
    values: Mapping[str, FloatArray]
    left_out: int

    def __getitem__(self, outcome: str) -> FloatArray:
        return self.values[outcome]


def matched(
    draws: pl.DataFrame,
    outcomes: Sequence[str],
    *,
    policies: Sequence[str] | None = None,
    keep_undefined: bool = False,
) -> Matched:
    """The named outcomes of the policies (default: all, in the order of the table) in the draws common to them.

    draws: the table of draws.parquet. keep_undefined: keep draws in which an outcome is undefined, as NaN.
    Raises OfframpError for an outcome or policy that the table does not have, and when no draw is left.
    """
    samples = outcome_samples(draws)
    names = tuple(policies) if policies is not None else tuple(samples)
    for name in names:
        if name not in samples:
            raise OfframpError(
                f"no policy named {name!r} in the table of draws; it has {', '.join(map(repr, samples))}"
            )
    for outcome in outcomes:
        if PREFIX + outcome not in draws.columns:
            raise OfframpError(f"no outcome named {outcome!r} in the table of draws")
    every = reduce(np.union1d, (samples[p].draw for p in names))
    common = reduce(np.intersect1d, (samples[p].draw for p in names))
    at = {p: np.searchsorted(samples[p].draw, common) for p in names}
    values = {o: np.stack([samples[p].values[o][at[p]] for p in names], axis=1) for o in outcomes}
    keep = np.ones(common.size, dtype=bool)
    if not keep_undefined:
        for value in values.values():
            keep &= np.isfinite(value).all(axis=1)
    if not keep.any():
        what = " and ".join(outcomes)
        raise OfframpError(f"no draw has {what} under each of {', '.join(map(repr, names))}")
    kept = {outcome: value[keep] for outcome, value in values.items()}
    return Matched(names, common[keep], kept, int(every.size - keep.sum()))
