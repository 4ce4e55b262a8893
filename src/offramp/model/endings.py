"""How the war ends: competing risks, with a leader who may be lost and a successor who may end the war.

Equation E8 of the model's documentation. Endings are daily aggregates of a draw and are computed after a run: a war
that has ended in one of them is not cut short in the engine, its later days are weighted by `war_on`. Daily arrays
have days as their last axis.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

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
        parts[name] = np.concatenate([np.zeros((*daily.shape[:-1], 1)), np.cumsum(daily, axis=-1)], axis=-1)
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
    draws, days = nuclear.shape[:-1], nuclear.shape[-1]
    stop = np.broadcast_to(succession.ending_hazard, draws)
    worse, factor, leave = (
        np.broadcast_to(np.asarray(x, dtype=np.float64), draws)
        for x in (succession.worse_share, succession.worse_factor, 1.0 / np.asarray(succession.worse_days))
    )
    parts = {name: np.zeros((*draws, days + 1)) for name in (*names, "removal", "natural death", "nuclear")}
    # living states: first leader; worse and other successor after a removal; the same after a death
    state = np.zeros((*draws, 5))
    state[..., 0] = 1.0
    war_on, leader = np.ones((*draws, days + 1)), np.ones((*draws, days + 1))
    for day in range(days):
        flow = np.zeros((*draws, 5, 5))  # [to, from], per day
        ended = sum((h[..., day] for h in others), np.zeros(draws))
        use = nuclear[..., day]
        for lost, fresh in ((removal[..., day], 1), (death[..., day], 3)):
            flow[..., fresh, 0] = lost * worse
            flow[..., fresh + 1, 0] = lost * (1.0 - worse)
            flow[..., fresh + 1, fresh] = leave
            flow[..., fresh, fresh] = -(ended + use * factor + stop + leave)
            flow[..., fresh + 1, fresh + 1] = -(ended + use + stop)
        flow[..., 0, 0] = -(ended + use + removal[..., day] + death[..., day])
        state, spent = _one_day(flow, state)
        alive = spent.sum(axis=-1)
        fresh_days = spent[..., 1] + spent[..., 3]
        for name, hazard in zip(names, others, strict=True):
            parts[name][..., day + 1] = parts[name][..., day] + hazard[..., day] * alive
        after = {
            "removal": stop * (spent[..., 1] + spent[..., 2]),
            "natural death": stop * (spent[..., 3] + spent[..., 4]),
            "nuclear": use * (alive + (factor - 1.0) * fresh_days),
        }
        for name, gain in after.items():
            parts[name][..., day + 1] = parts[name][..., day] + gain
        war_on[..., day + 1], leader[..., day + 1] = state.sum(axis=-1), state[..., 0]
    return Endings(parts, war_on, leader)


def _one_day(flow: Floats, state: Floats) -> tuple[Floats, Floats]:
    """exp(flow) state, and the days spent in each state meanwhile: Taylor series over pieces in which it converges
    at once.
    """
    pieces = max(1, int(np.ceil(np.abs(flow).max() * 2.0)))
    matrix = flow / pieces
    spent = np.zeros_like(state)
    for _ in range(pieces):
        term, order = state, 0
        ahead, stay = np.zeros_like(state), np.zeros_like(state)
        while float(np.abs(term).max()) > _SMALLEST:
            ahead = ahead + term
            order += 1
            stay = stay + term / order
            term = (matrix @ term[..., None])[..., 0] / order
        state, spent = ahead, spent + stay / pieces
    return state, spent
