"""How the war ends: competing risks, with a leader who may be lost and a successor who may end the war.

Equation E8 of the model's documentation. Endings are daily aggregates of a draw and are computed after a run: a war
that has ended in one of them is not cut short in the engine, its later days are weighted by `war_on`. Daily arrays
have days as their last axis.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

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
    leads it.

    The endings and `war_on` add to one.
    """

    probability: Mapping[str, Floats]
    war_on: Floats
    leader: Floats


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
    *others, removal, death, nuclear = each
    stop, worse, factor, leave = (
        np.asarray(x, dtype=np.float64)[..., None]
        for x in (
            succession.ending_hazard,
            succession.worse_share,
            succession.worse_factor,
            1.0 / np.asarray(succession.worse_days, dtype=np.float64),
        )
    )
    ended = sum(others, np.zeros(nuclear.shape))
    go, stay = _day(
        np.stack(
            np.broadcast_arrays(
                ended + nuclear + removal + death,
                ended + nuclear * factor + stop + leave,
                ended + nuclear + stop,
            )
        ),
        worse,
        leave,
    )
    first = _path(go.first, 0.0, 1.0)
    leader = first[..., :-1]
    alive, fresh_days, ends = leader * stay.first, np.zeros_like(leader), {}
    war_on = first.copy()
    for name, lost in (("removal", removal), ("natural death", death)):
        fresh = _path(go.fresh, lost * leader * go.to_fresh)
        other = _path(go.other, lost * leader * go.to_other + fresh[..., :-1] * go.calmed)
        fresh_spent = fresh[..., :-1] * stay.fresh + lost * leader * stay.to_fresh
        other_spent = (
            other[..., :-1] * stay.other + fresh[..., :-1] * stay.calmed + lost * leader * stay.to_other
        )
        war_on += fresh + other
        alive = alive + fresh_spent + other_spent
        fresh_days = fresh_days + fresh_spent
        ends[name] = stop * (fresh_spent + other_spent)
    daily = {name: hazard * alive for name, hazard in zip(names, others, strict=True)}
    daily |= ends | {"nuclear": nuclear * (alive + (factor - 1.0) * fresh_days)}
    return Endings({name: _from_zero(gain) for name, gain in daily.items()}, war_on, first)


def _from_zero(daily: Floats) -> Floats:
    return np.concatenate([np.zeros((*daily.shape[:-1], 1)), np.cumsum(daily, axis=-1)], axis=-1)


def _path(factor: Floats, gain: ArrayLike, start: float = 0.0) -> Floats:
    """x(d + 1) = factor(d) x(d) + gain(d) from `start`, [..., days + 1], in a number of steps that grows as the log of days.

    Two days in a row are one step of the same form, so steps are joined two by two: no day waits for the one before.
    """
    a, b = (x.copy() for x in np.broadcast_arrays(factor, np.asarray(gain, dtype=np.float64)))
    b[..., 0] += a[..., 0] * start
    ahead = 1
    while ahead < a.shape[-1]:
        b[..., ahead:] += a[..., ahead:] * b[..., :-ahead]
        a[..., ahead:] *= a[..., :-ahead].copy()
        ahead *= 2
    return np.concatenate([np.full((*b.shape[:-1], 1), start), b], axis=-1)


class _Day(NamedTuple):
    """One day of the chain first leader -> worse successor -> any other: how much of each is passed on, or spent.

    to_fresh, to_other: per unit of the hazard at which the first leader is lost.
    """

    first: Floats
    to_fresh: Floats
    to_other: Floats
    fresh: Floats
    calmed: Floats
    other: Floats


def _day(rates: Floats, worse: Floats, leave: Floats) -> tuple[_Day, _Day]:
    """exp of the day's rates, and its integral: Taylor series over a piece short enough, pieces joined two by two.

    rates: at which each of the three states is left, [3, ..., days].
    """
    halvings = max(0, int(np.ceil(np.log2(max(float(rates.max()), float(leave.max()), 1e-9) * 2.0))))
    size = 0.5**halvings
    k0, k1, k2 = rates * size
    one, none = np.ones_like(k0), np.zeros_like(k0)
    into_fresh, into_other, calm = worse * size, (1.0 - worse) * size, leave * size
    terms = [one, none, none, one, none, one]
    ahead, spent = [x.copy() for x in terms], [x * size for x in terms]
    order = 0
    while max(float(np.abs(x).max()) for x in terms) > _SMALLEST:
        order += 1
        a, b, c, d, e, f = terms
        terms = [
            -k0 * a / order,
            (into_fresh * a - k1 * b) / order,
            (into_other * a + calm * b - k2 * c) / order,
            -k1 * d / order,
            (calm * d - k2 * e) / order,
            -k2 * f / order,
        ]
        for total, time, term in zip(ahead, spent, terms, strict=True):
            total += term
            time += term * (size / (order + 1))
    for _ in range(halvings):
        spent = [x + y for x, y in zip(spent, _after(ahead, spent), strict=True)]
        ahead = _after(ahead, ahead)
    return _Day(*ahead), _Day(*spent)


def _after(first: list[Floats], then: list[Floats]) -> list[Floats]:
    """`first`, and what `then` makes of it."""
    a, b, c, d, e, f = first
    p, q, r, s, t, u = then
    return [p * a, q * a + s * b, r * a + t * b + u * c, s * d, t * d + u * e, u * f]
