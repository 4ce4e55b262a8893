"""Cost-effectiveness of several policies at once: frontier, net benefit, and how sure the choice is.

Conventions (Drummond et al. 2015, *Methods for the Economic Evaluation of Health Care Programmes*; Fenwick,
Claxton and Sculpher 2001, Health Econ. 10:779):

* A policy is *dominated* when another costs no more and achieves no less, one of them strictly; it is
  *extendedly dominated* when a mixture of two others does. What is left is the frontier; only there a ratio
  of extra cost to extra effect (ICER) is given, each against the next cheaper policy on the frontier.
* Elsewhere a policy is labelled by its quadrant. A negative ratio is never formed: it confuses "cheaper and
  better" with "dearer and worse".
* At a willingness to pay k, the policy to choose is the one with the highest *expected* net benefit
  k x effect - cost. It need not be the one that is most often best; the acceptability frontier follows the
  expectation.
* Policies that do equally well in a draw share that draw, so that acceptability sums to one and does not
  depend on the order of the policies.

Costs and effects are arrays [draws, policies] over common draws (`cost_effect` takes them from a table of
draws), in any money and any unit of effect. Nothing here knows who pays: hand over the cost column of the
perspective that is meant.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from offramp.analysis.cost import Quadrant, fieller, for_departures, quadrant
from offramp.analysis.matched import matched
from offramp.analysis.shares import share_interval
from offramp.errors import OfframpError

if TYPE_CHECKING:
    import polars as pl

FloatArray = NDArray[np.float64]
Status = Literal["on the frontier", "dominated", "extendedly dominated"]

# Slack when three points of a frontier are asked whether they lie on one line, relative to their size.
_COLLINEAR = 1e-12


@dataclass(frozen=True)
class CostEffect:
    """Costs and effects [draws, policies] of the policies, in order, over common draws."""

    policies: tuple[str, ...]
    cost: FloatArray
    effect: FloatArray


@dataclass(frozen=True)
class Step:
    """One policy against the frontier.

    cost, effect: expected. On the frontier, extra_cost, extra_effect and icer are against the next cheaper
    policy there; None for the cheapest and for policies off the frontier. icer_low, icer_high: Fieller's 90 %
    interval (Monte Carlo error only), None where it is unbounded or there are no draws. by: which policy
    dominates, or which two mixed. quadrant: against the reference, None for the reference itself. share:
    share of the draws in which the policy lies on that draw's own frontier, None without draws.
    """

    policy: str
    cost: float
    effect: float
    status: Status
    extra_cost: float | None
    extra_effect: float | None
    icer: float | None
    icer_low: float | None
    icer_high: float | None
    by: tuple[str, ...]
    quadrant: Quadrant | None
    share: float | None


@dataclass(frozen=True)
class Frontier:
    """All policies, in the order given. `path`: those on the frontier, cheapest first."""

    steps: tuple[Step, ...]
    path: tuple[str, ...]

    def __getitem__(self, policy: str) -> Step:
        return next(step for step in self.steps if step.policy == policy)

    def to_table(self) -> pl.DataFrame:
        """One row a policy."""
        import polars as pl

        rows = [{**vars(step), "by": " and ".join(step.by)} for step in self.steps]
        return pl.DataFrame(rows, infer_schema_length=None)


@dataclass(frozen=True)
class Acceptability:
    """Probability that a policy has the highest net benefit, over draws.

    willingness_to_pay: [m]. probability, low, high: [m, policies]; low and high are Clopper and Pearson's 90 %
    interval for the finite number of draws, which also bounds what happened in none or in all of them.
    """

    policies: tuple[str, ...]
    willingness_to_pay: FloatArray
    probability: FloatArray
    low: FloatArray
    high: FloatArray


@dataclass(frozen=True)
class AcceptabilityFrontier:
    """At each willingness to pay: the policy with the highest expected net benefit.

    best: index of the policy [m]; of equals the first. probability: how often it is best [m]. expected: its
    expected net benefit [m]. lead: by how much its expected net benefit exceeds that of the next policy, and
    lead_error: the Monte Carlo error of that difference, paired by draw [m]; infinite and 0 with one policy.
    """

    policies: tuple[str, ...]
    willingness_to_pay: FloatArray
    best: NDArray[np.int64]
    probability: FloatArray
    expected: FloatArray
    lead: FloatArray
    lead_error: FloatArray

    @property
    def choice(self) -> tuple[str, ...]:
        """Names of the best policies [m]."""
        return tuple(self.policies[int(i)] for i in self.best.tolist())

    @property
    def settled(self) -> NDArray[np.bool_]:
        """Where the lead exceeds two Monte Carlo errors, so that these draws tell the best from the next."""
        return self.lead > 2.0 * self.lead_error


def cost_effect(
    draws: pl.DataFrame,
    *,
    effect: str = "departures",
    cost: str = "cost_usd",
    policies: Sequence[str] | None = None,
) -> CostEffect:
    """Costs and effects of the policies from the table of draws.parquet, in the draws common to all.

    effect, cost: names of outcomes; see `for_departures` on emigrants. Raises OfframpError as `matched` does.
    """
    table = matched(for_departures(draws, effect, cost), (effect, cost), policies=policies)
    return CostEffect(table.policies, table[cost], table[effect])


def net_benefit(cost: ArrayLike, effect: ArrayLike, willingness_to_pay: ArrayLike) -> FloatArray:
    """Net monetary benefit k x effect - cost, in the money of `cost`.

    cost, effect: of one shape, for example [draws, policies]. willingness_to_pay: money for one unit of
    effect, a number (the result has the shape of `cost`) or [m] (the result is [m, ...]).
    """
    c, e = _pair(cost, effect)
    k = np.asarray(willingness_to_pay, dtype=np.float64)
    if k.ndim > 1 or not np.isfinite(k).all():
        raise OfframpError("willingness to pay must be a finite number or a row of them")
    return np.multiply.outer(k, e) - c


def icer_frontier(
    cost: ArrayLike,
    effect: ArrayLike,
    policies: Sequence[str] | None = None,
    *,
    reference: str | None = None,
) -> Frontier:
    """The cost-effectiveness frontier, with incremental ratios along it (T18).

    cost, effect: [policies] expected values, or [draws, policies] paired draws, of which the means are taken.
    policies: names (default "1", "2", ...). reference: whose quadrants are told (default the first).
    Policies that cost and achieve the same stand on the frontier together.
    """
    c, e = _pair(cost, effect)
    sampled = c.ndim == 2
    if c.ndim not in (1, 2) or c.shape[-1] == 0:
        raise OfframpError("costs and effects must be [policies] or [draws, policies]")
    names = _names(policies, c.shape[-1])
    base = names.index(_known(reference, names)) if reference is not None else 0
    mean_c, mean_e = (c.mean(axis=0), e.mean(axis=0)) if sampled else (c, e)
    path = _hull(mean_c, mean_e)
    shares = _frontier_shares(c, e) if sampled else None
    steps: list[Step] = []
    for i, name in enumerate(names):
        status, by = _status(i, path, mean_c, mean_e)
        before = _before(i, path, mean_c, mean_e)
        extra_c = extra_e = icer = None
        bounds: tuple[float, float] | None = None
        if before is not None:
            extra_c, extra_e = float(mean_c[i] - mean_c[before]), float(mean_e[i] - mean_e[before])
            icer = extra_c / extra_e
            bounds = fieller(c[:, i] - c[:, before], e[:, i] - e[:, before]) if sampled else None
        where = None if i == base else quadrant(mean_c[i] - mean_c[base], mean_e[i] - mean_e[base])
        low, high = bounds or (None, None)
        steps.append(
            Step(
                policy=name,
                cost=float(mean_c[i]),
                effect=float(mean_e[i]),
                status=status,
                extra_cost=extra_c,
                extra_effect=extra_e,
                icer=icer,
                icer_low=low,
                icer_high=high,
                by=tuple(names[j] for j in by),
                quadrant=where,
                share=None if shares is None else float(shares[i]),
            )
        )
    return Frontier(tuple(steps), tuple(names[i] for i in path))


def ceac(
    cost: ArrayLike,
    effect: ArrayLike,
    willingness_to_pay: ArrayLike,
    policies: Sequence[str] | None = None,
) -> Acceptability:
    """Cost-effectiveness acceptability: how often each policy has the highest net benefit.

    cost, effect: [draws, policies], paired. willingness_to_pay: a number or [m]. With two policies, the first
    at zero cost and effect, the second column is P(k dE - dC > 0), draws at exactly zero counting half.
    """
    c, e, k, names = _table(cost, effect, willingness_to_pay, policies)
    n = c.shape[0]
    probability = np.stack([_best_shares(kk * e - c).mean(axis=0) for kk in k])
    low, high = share_interval(probability * n, n)
    return Acceptability(names, k, probability, low, high)


def ceaf(
    cost: ArrayLike,
    effect: ArrayLike,
    willingness_to_pay: ArrayLike,
    policies: Sequence[str] | None = None,
) -> AcceptabilityFrontier:
    """Cost-effectiveness acceptability frontier: the policy with the highest expected net benefit, and how often it is best.

    cost, effect: [draws, policies], paired. willingness_to_pay: a number or [m].
    """
    c, e, k, names = _table(cost, effect, willingness_to_pay, policies)
    best = np.zeros(k.size, dtype=np.int64)
    probability, expected = np.zeros(k.size), np.zeros(k.size)
    lead, error = np.full(k.size, np.inf), np.zeros(k.size)
    for j, kk in enumerate(k):
        nb = kk * e - c
        mean = nb.mean(axis=0)
        i = int(np.argmax(mean))
        best[j], expected[j] = i, mean[i]
        probability[j] = _best_shares(nb)[:, i].mean()
        if len(names) > 1:
            order = np.where(np.arange(len(names)) == i, -np.inf, mean)
            gap = nb[:, i] - nb[:, int(np.argmax(order))]
            lead[j] = gap.mean()
            error[j] = gap.std(ddof=1) / math.sqrt(gap.size) if gap.size > 1 else np.inf
    return AcceptabilityFrontier(names, k, best, probability, expected, lead, error)


def _best_shares(nb: FloatArray) -> FloatArray:
    """[draws, policies]: 1 where a policy is best, divided among equals."""
    best = nb == nb.max(axis=1, keepdims=True)
    return best / best.sum(axis=1, keepdims=True)


def _hull(cost: FloatArray, effect: FloatArray) -> list[int]:
    """Indices on the frontier, cheapest first: upper left hull of the points, equals together."""
    # Of points at one cost the most effective comes first; whatever adds no effect to those before is dominated.
    order = sorted(range(cost.size), key=lambda i: (cost[i], -effect[i], i))
    path: list[int] = []
    for i in order:
        if path and effect[i] <= effect[path[-1]] and not _same(i, path[-1], cost, effect):
            continue
        if path and _same(i, path[-1], cost, effect):
            path.append(i)
            continue
        while (corner := _corner(path, cost, effect)) is not None and _bends_out(corner, i, cost, effect):
            last = path[-1]
            path = [j for j in path if not _same(j, last, cost, effect)]
        path.append(i)
    return path


def _corner(path: list[int], cost: FloatArray, effect: FloatArray) -> tuple[int, int] | None:
    """The last two distinct points of the path; None when there is only one."""
    for j in reversed(path):
        if not _same(j, path[-1], cost, effect):
            return j, path[-1]
    return None


def _bends_out(corner: tuple[int, int], i: int, cost: FloatArray, effect: FloatArray) -> bool:
    """The middle point lies above the line from the first to the new one: a mixture of these dominates it."""
    a, b = corner
    left = (cost[b] - cost[a]) * (effect[i] - effect[b])
    right = (cost[i] - cost[b]) * (effect[b] - effect[a])
    return bool(left - right > _COLLINEAR * (abs(left) + abs(right)))


def _same(i: int, j: int, cost: FloatArray, effect: FloatArray) -> bool:
    return bool(cost[i] == cost[j] and effect[i] == effect[j])


def _before(i: int, path: list[int], cost: FloatArray, effect: FloatArray) -> int | None:
    """The next cheaper policy on the frontier that is not equal to policy i; None off the frontier."""
    if i not in path:
        return None
    earlier = [j for j in path[: path.index(i)] if not _same(i, j, cost, effect)]
    return earlier[-1] if earlier else None


def _status(i: int, path: list[int], cost: FloatArray, effect: FloatArray) -> tuple[Status, tuple[int, ...]]:
    if i in path:
        return "on the frontier", ()
    for j in [*path, *range(cost.size)]:
        if cost[j] <= cost[i] and effect[j] >= effect[i] and not _same(i, j, cost, effect):
            return "dominated", (j,)
    # Not dominated by one policy, so it lies between two neighbours on the frontier.
    left = next(j for j in reversed(path) if effect[j] < effect[i])
    right = next(j for j in path if effect[j] > effect[i])
    return "extendedly dominated", (left, right)


def _frontier_shares(cost: FloatArray, effect: FloatArray) -> FloatArray:
    count = np.zeros(cost.shape[1])
    for c, e in zip(cost, effect, strict=True):
        count[_hull(c, e)] += 1.0
    return count / cost.shape[0]


def _pair(cost: ArrayLike, effect: ArrayLike) -> tuple[FloatArray, FloatArray]:
    c, e = np.asarray(cost, dtype=np.float64), np.asarray(effect, dtype=np.float64)
    if c.shape != e.shape:
        raise OfframpError(f"costs and effects must have one shape; they have {c.shape} and {e.shape}")
    if not (np.isfinite(c).all() and np.isfinite(e).all()):
        raise OfframpError("costs and effects must be finite; leave out the draws in which one is undefined")
    return c, e


def _table(
    cost: ArrayLike, effect: ArrayLike, willingness_to_pay: ArrayLike, policies: Sequence[str] | None
) -> tuple[FloatArray, FloatArray, FloatArray, tuple[str, ...]]:
    c, e = _pair(cost, effect)
    k = np.atleast_1d(np.asarray(willingness_to_pay, dtype=np.float64))
    if c.ndim != 2 or 0 in c.shape:
        raise OfframpError("costs and effects must be [draws, policies], with at least one of each")
    if k.ndim != 1 or not np.isfinite(k).all():
        raise OfframpError("willingness to pay must be a finite number or a row of them")
    return c, e, k, _names(policies, c.shape[1])


def _names(policies: Sequence[str] | None, count: int) -> tuple[str, ...]:
    names = tuple(policies) if policies is not None else tuple(str(i + 1) for i in range(count))
    if len(names) != count or len(set(names)) != count:
        raise OfframpError(f"{count} policies need {count} different names; got {len(set(names))}")
    return names


def _known(policy: str, names: tuple[str, ...]) -> str:
    if policy not in names:
        raise OfframpError(f"no policy named {policy!r}; there are {', '.join(map(repr, names))}")
    return policy
