"""Choosing without trusting the odds: minimax regret, and the share of futures in which enough is achieved.

Sources: Savage (1951), "The theory of statistical decision", J. Am. Stat. Assoc. 46:55; Lempert, Popper and
Bankes (2003), *Shaping the Next One Hundred Years* (regret over scenarios, satisficing); Simon (1956).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from offramp.analysis.matched import matched
from offramp.analysis.shares import share_interval
from offramp.errors import OfframpError

if TYPE_CHECKING:
    import polars as pl

FloatArray = NDArray[np.float64]
Sense = Literal["at least", "at most", "more than", "less than"]


@dataclass(frozen=True)
class Regret:
    """Regret of each policy, in order. `choice` has the least of the largest regrets.

    largest: over all futures; it can only grow with more of them, so `q95` and `mean` stand beside it.
    worst: index of the future in which the largest regret falls. regret: [futures, policies].
    """

    policies: tuple[str, ...]
    largest: FloatArray
    mean: FloatArray
    q95: FloatArray
    worst: NDArray[np.int64]
    choice: str
    regret: FloatArray


@dataclass(frozen=True)
class Threshold:
    """What is enough in one outcome: `Threshold("departures_net", "more than", 10_000)`."""

    outcome: str
    sense: Sense
    value: float

    def met(self, values: FloatArray) -> NDArray[np.bool_]:
        """Where the values suffice; an undefined one does not."""
        with np.errstate(invalid="ignore"):
            if self.sense == "at least":
                return values >= self.value
            if self.sense == "at most":
                return values <= self.value
            return values > self.value if self.sense == "more than" else values < self.value


@dataclass(frozen=True)
class Satisficing:
    """One policy: in what share of the futures every threshold is met.

    low, high: Clopper and Pearson's 90 % interval for the number of futures. each: share of the futures that
    meet each threshold alone, in order. undefined: futures in which an outcome is not defined; they count as
    not met.
    """

    policy: str
    share: float
    low: float
    high: float
    each: tuple[float, ...]
    futures: int
    undefined: int


def minimax_regret(
    payoff: ArrayLike, policies: Sequence[str] | None = None, *, better: Literal["more", "less"] = "more"
) -> Regret:
    """Regret of every policy in every future: by how much it falls short of the best policy there (T38).

    payoff: [futures, policies]: what is gained, or with `better="less"` what is lost. Of equal largest regrets
    the first policy is chosen.
    """
    p = np.asarray(payoff, dtype=np.float64)
    if p.ndim != 2 or 0 in p.shape or not np.isfinite(p).all():
        raise OfframpError("payoffs must be finite, [futures, policies], with at least one of each")
    if better not in ("more", "less"):
        raise OfframpError(f"better must be 'more' or 'less', not {better!r}")
    names = tuple(policies) if policies is not None else tuple(str(i + 1) for i in range(p.shape[1]))
    if len(names) != p.shape[1]:
        raise OfframpError(f"{p.shape[1]} policies need as many names; got {len(names)}")
    gain = p if better == "more" else -p
    regret = gain.max(axis=1, keepdims=True) - gain
    largest = regret.max(axis=0)
    return Regret(
        policies=names,
        largest=largest,
        mean=regret.mean(axis=0),
        q95=np.asarray(np.quantile(regret, 0.95, axis=0), dtype=np.float64),
        worst=regret.argmax(axis=0).astype(np.int64),
        choice=names[int(np.argmin(largest))],
        regret=regret,
    )


def satisficing(
    draws: pl.DataFrame, thresholds: Sequence[Threshold], *, policies: Sequence[str] | None = None
) -> tuple[Satisficing, ...]:
    """Share of the futures in which a policy meets all thresholds, for each policy in the order of the table.

    draws: the table of draws.parquet, a future being a draw that all policies have. Raises OfframpError for an
    unknown outcome or policy, and without a threshold.
    """
    if not thresholds:
        raise OfframpError("say what is enough: at least one threshold is needed")
    wanted = list(dict.fromkeys(t.outcome for t in thresholds))
    table = matched(draws, wanted, policies=policies, keep_undefined=True)
    met_alone = [t.met(table[t.outcome]) for t in thresholds]
    defined = np.all([np.isfinite(table[o]) for o in wanted], axis=0)
    futures = table.draw.size
    every = np.all(met_alone, axis=0)
    low, high = share_interval(every.sum(axis=0), futures)
    return tuple(
        Satisficing(
            policy=policy,
            share=float(every[:, i].mean()),
            low=float(low[i]),
            high=float(high[i]),
            each=tuple(float(np.mean(one[:, i])) for one in met_alone),
            futures=futures,
            undefined=int((~defined[:, i]).sum()),
        )
        for i, policy in enumerate(table.policies)
    )
