"""How the war ends: competing risks, with a leader who may be lost and a successor who may end the war.

Equation E8 of the model's documentation. Endings are daily aggregates of a draw and are computed after a run: a war
that has ended in one of them is not cut short in the engine, its later days are weighted by `war_on`. Daily arrays
have days as their last axis.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from offramp.model.compiled import kernel, part

Floats = NDArray[np.float64]

_SMALLEST = 1e-18  # terms of an exponential series below this change no digit of a probability


@dataclass(frozen=True)
class Succession:
    """What follows the loss of the leader; numbers or arrays of the draws' shape.

    end_probability: that the war ends within `within_days` (by a constant hazard, which goes on afterwards);
    worse_share: probability of a successor under whom nuclear use is `worse_factor` times as likely, for `worse_days`
    on average.
    """

    end_probability: ArrayLike
    within_days: ArrayLike
    worse_share: ArrayLike
    worse_factor: ArrayLike
    worse_days: ArrayLike

    @property
    def ending_hazard(self) -> Floats:
        """Hazard per day that the war ends under a successor, -ln(1 - end_probability) / within_days."""
        hazard = -np.log1p(-np.asarray(self.end_probability, dtype=np.float64))
        return hazard / np.asarray(self.within_days, dtype=np.float64)


@dataclass(frozen=True)
class Endings:
    """Probabilities by day, [..., days + 1]: of each ending so far, that the war goes on, that the first leader still
    leads it, and that it was settled and has been renewed (None where that is not asked, see `renewal`).

    The endings and `war_on` add to one.
    """

    probability: Mapping[str, Floats]
    war_on: Floats
    leader: Floats
    renewed: Floats | None = None


def competing_endings(hazards: Mapping[str, ArrayLike]) -> Endings:
    """Endings as competing risks with hazards constant within each day, exact; who leads is not asked.

    hazards: per day, [..., days] of one common shape, not negative.
    """
    each = dict(
        zip(hazards, np.broadcast_arrays(*(np.asarray(h, np.float64) for h in hazards.values())), strict=True)
    )
    if any((h < 0).any() for h in each.values()):
        raise ValueError("a hazard is negative")
    total = np.sum(list(each.values()), axis=0)
    passed = np.concatenate([np.zeros((*total.shape[:-1], 1)), np.cumsum(total, axis=-1)], axis=-1)
    survival = np.exp(-passed)
    ended = survival[..., :-1] * -np.expm1(-total)
    parts: dict[str, Floats] = {}
    for name, hazard in each.items():
        daily = np.divide(hazard, total, out=np.zeros_like(total), where=total > 0) * ended
        parts[name] = _from_zero(daily)
    return Endings(parts, survival, survival)


def war_endings(
    hazards: Mapping[str, ArrayLike],
    *,
    removal: ArrayLike,
    death: ArrayLike,
    nuclear: ArrayLike,
    succession: Succession,
) -> Endings:
    """Endings as competing risks when the leader may be lost and a successor may end the war.

    hazards: of the other endings (withdrawal, accepted off-ramp, front collapse, invader wins), removal, death: of
    the leader, nuclear: N1 under the first leader; per day, [..., days] of one common shape. The names "removal",
    "natural death" and "nuclear" are added: the first two count wars that a successor ended. Exact for hazards
    constant within each day.
    """
    names = list(hazards)
    if {"removal", "natural death", "nuclear"} & set(names):
        raise ValueError("removal, natural death and nuclear are endings of their own")
    arrays = [*(hazards[name] for name in names), removal, death, nuclear]
    each = [np.asarray(a, dtype=np.float64) for a in np.broadcast_arrays(*arrays)]
    if any((h < 0).any() for h in each):
        raise ValueError("a hazard is negative")
    shape = each[0].shape
    stop, worse, factor, leave = (
        np.array(np.broadcast_to(np.asarray(x, dtype=np.float64), shape[:-1]))
        for x in (
            succession.ending_hazard,
            succession.worse_share,
            succession.worse_factor,
            1.0 / np.asarray(succession.worse_days, dtype=np.float64),
        )
    )
    rows = [np.array(a).reshape(-1, shape[-1]) for a in each]
    *others, removal, death, nuclear = rows
    spans = np.empty((4, *nuclear.shape))
    chain = np.empty((2, nuclear.shape[0], shape[-1] + 1))
    _follow(
        sum(others, np.zeros(nuclear.shape)), removal, death, nuclear,
        stop.reshape(-1), worse.reshape(-1), factor.reshape(-1), leave.reshape(-1), spans, chain,
    )  # fmt: skip
    spans, chain = (x.reshape(len(x), *shape[:-1], -1) for x in (spans, chain))
    alive, fresh_days, after_removal, after_death = spans
    daily = {name: hazard.reshape(shape) * alive for name, hazard in zip(names, others, strict=True)}
    daily["removal"], daily["natural death"] = after_removal * stop[..., None], after_death * stop[..., None]
    daily["nuclear"] = nuclear.reshape(shape) * (alive + (factor[..., None] - 1.0) * fresh_days)
    return Endings({name: _from_zero(gain) for name, gain in daily.items()}, chain[0], chain[1])


def _from_zero(daily: Floats) -> Floats:
    return np.concatenate([np.zeros((*daily.shape[:-1], 1)), np.cumsum(daily, axis=-1)], axis=-1)


@kernel
def _follow(
    ended: Floats, removal: Floats, death: Floats, nuclear: Floats,
    stop: Floats, worse: Floats, factor: Floats, leave: Floats, spans: Floats, chain: Floats,
) -> None:  # fmt: skip
    """The chain first leader -> worse successor -> any other, day by day, apart for how the leader was lost.

    Hazards [n, d], of the successors [n]. Fills spans [4, n, d], days of war: of any leader, of a worse successor, and after
    removal and after natural death; and chain [2, n, d + 1]: that the war goes on, that the first leader leads it.
    """
    for n in range(ended.shape[0]):
        first = 1.0
        fresh_1 = other_1 = fresh_2 = other_2 = 0.0
        chain[0, n, 0] = chain[1, n, 0] = 1.0
        for d in range(ended.shape[1]):
            going = ended[n, d] + nuclear[n, d]
            ahead, spent = _day(
                going + removal[n, d] + death[n, d],
                ended[n, d] + nuclear[n, d] * factor[n] + stop[n] + leave[n],
                going + stop[n],
                worse[n],
                leave[n],
            )
            lost = removal[n, d] * first
            fresh_days_1 = fresh_1 * spent[3] + lost * spent[1]
            after_1 = fresh_days_1 + other_1 * spent[5] + fresh_1 * spent[4] + lost * spent[2]
            other_1 = other_1 * ahead[5] + fresh_1 * ahead[4] + lost * ahead[2]
            fresh_1 = fresh_1 * ahead[3] + lost * ahead[1]
            lost = death[n, d] * first
            fresh_days_2 = fresh_2 * spent[3] + lost * spent[1]
            after_2 = fresh_days_2 + other_2 * spent[5] + fresh_2 * spent[4] + lost * spent[2]
            other_2 = other_2 * ahead[5] + fresh_2 * ahead[4] + lost * ahead[2]
            fresh_2 = fresh_2 * ahead[3] + lost * ahead[1]
            spans[0, n, d] = first * spent[0] + after_1 + after_2
            spans[1, n, d] = fresh_days_1 + fresh_days_2
            spans[2, n, d] = after_1
            spans[3, n, d] = after_2
            first *= ahead[0]
            chain[0, n, d + 1] = first + fresh_1 + other_1 + fresh_2 + other_2
            chain[1, n, d + 1] = first


@part
def _day(k0: float, k1: float, k2: float, worse: float, leave: float) -> Any:
    """One day of the chain: exp of its rates, and its integral; a Taylor series over a short piece, pieces joined two by two.

    k0, k1, k2: rates at which the three states are left. Both have six parts: the first leader stays; per unit of the hazard at
    which he is lost, into the worse successor and into any other; a worse one stays, is calmed; any other stays.
    """
    size, halvings = 1.0, 0
    while max(k0, k1, k2, leave) * size > 0.5:
        size *= 0.5
        halvings += 1
    k0, k1, k2 = k0 * size, k1 * size, k2 * size
    into_fresh, into_other, calm = worse * size, (1.0 - worse) * size, leave * size
    term = (1.0, 0.0, 0.0, 1.0, 0.0, 1.0)
    ahead = term
    spent = _plus((0.0, 0.0, 0.0, 0.0, 0.0, 0.0), term, size)
    order = 0.0
    while (
        max(max(abs(term[0]), abs(term[1]), abs(term[2])), max(abs(term[3]), abs(term[4]), abs(term[5])))
        > _SMALLEST
    ):
        order += 1.0
        a, b, c, d, e, f = term
        term = (
            -k0 * a / order,
            (into_fresh * a - k1 * b) / order,
            (into_other * a + calm * b - k2 * c) / order,
            -k1 * d / order,
            (calm * d - k2 * e) / order,
            -k2 * f / order,
        )
        ahead = _plus(ahead, term, 1.0)
        spent = _plus(spent, term, size / (order + 1.0))
    for _ in range(halvings):
        spent = _plus(spent, _after(ahead, spent), 1.0)
        ahead = _after(ahead, ahead)
    return ahead, spent


@part
def _plus(total: Any, term: Any, factor: float) -> Any:
    a, b, c, d, e, f = total
    p, q, r, s, t, u = term
    return (
        a + factor * p,
        b + factor * q,
        c + factor * r,
        d + factor * s,
        e + factor * t,
        f + factor * u,
    )


@part
def _after(first: Any, then: Any) -> Any:
    """`first`, and what `then` makes of it."""
    a, b, c, d, e, f = first
    p, q, r, s, t, u = then
    return p * a, q * a + s * b, r * a + t * b + u * c, s * d, t * d + u * e, u * f
