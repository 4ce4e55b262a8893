"""Mechanism M9, escalation: the leader's crises, what comes of an order, and the risk that a nuclear weapon is used.

Equations N1-N5 of the model's documentation; the game itself is solved by `solve` (N0), the veto of several commanders by
`veto_equilibrium` (N6). Daily quantities are arrays whose last axis counts days; leading axes are draws or policies.
What the leader decides ends the war through settlement, so daily hazards feed `endings.war_endings`; nothing here feeds
back on soldiers. No detonation is simulated: use appears as a probability only.

Every payoff is judgement, and the scale of the hazard spans a factor of forty. Read relative changes, with their range.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from offramp.games.tree import SETTLEMENT, STOPPED, USE, Game
from offramp.model.compiled import mechanism
from offramp.model.quantal_response import Branches, Equilibrium, branches, ends, solve
from offramp.model.veto import Veto, veto_equilibrium

Floats = NDArray[np.float64]
T = TypeVar("T")

__all__ = [
    "Branches",
    "Crisis",
    "Equilibrium",
    "Veto",
    "best_date",
    "branches",
    "change_by_cause",
    "crisis",
    "crisis_rate",
    "date_losses",
    "estimated_collapse",
    "executed_order",
    "nuclear_hazard",
    "nuclear_risk",
    "offer_path",
    "offer_strength",
    "perceived_collapse",
    "signalled_win",
    "solve",
    "toy_best_date",
    "veto_equilibrium",
]


class Crisis(NamedTuple):
    """What a crisis of the leader leads to, as probabilities of one common shape: the first three add to one; `veto` is the share
    of orders that are stopped, `executed` what is left of them.
    """

    settle: Floats
    fight_on: Floats
    order: Floats
    veto: Floats
    executed: Floats


@mechanism
def perceived_collapse(
    collapse: float, exit_share: float, exit_weight: float, information_bias: float
) -> float:
    """N2: probability of collapse as the leader sees it, (1 - delta) p_c [(1 - x) + xi x], at most 1. Arrays work as well.

    collapse p_c: W6; exit_share x: part of the strength lost that is due to departures; exit_weight xi >= 0: how much
    a collapse by departures counts beside one by battle, above 1 if it alarms more; information_bias delta in [0, 1]:
    what subordinates hide.
    """
    seen = (1.0 - information_bias) * collapse * (1.0 + (exit_weight - 1.0) * exit_share)
    return np.minimum(seen, 1.0)


@mechanism
def executed_order(order: float, veto: float, reliability: float, interception: float) -> float:
    """N1: probability that a crisis ends in use: P(order) (1 - veto) rel (1 - q_md). All in [0, 1]; arrays work as well."""
    return order * (1.0 - veto) * reliability * (1.0 - interception)


@mechanism
def nuclear_hazard(crisis_rate: float, executed: float, accident: float) -> float:
    """N1: h_nuc = w_L executed + h_acc, per day. Arrays work as well."""
    return crisis_rate * executed + accident


def crisis_rate(reference_hazard: ArrayLike, executed: ArrayLike, accident: ArrayLike = 0.0) -> Floats:
    """N3: the rate w_L of crises, per day, at which `nuclear_hazard` meets a stated hazard.

    reference_hazard: per day, at the state where a crisis ends in use with probability `executed` > 0 (p = 0.25, no
    off-ramp); accident: per day. Accidents that exceed the reference leave no room for crises: then the rate is 0.
    """
    share = np.asarray(executed, dtype=np.float64)
    if (share <= 0).any():
        raise ValueError("executed must be positive where the hazard is anchored")
    crises = np.asarray(reference_hazard, dtype=np.float64) - np.asarray(accident, dtype=np.float64)
    return np.maximum(crises, 0.0) / share


def crisis(
    game: Game,
    state: Mapping[str, ArrayLike],
    *,
    precision: ArrayLike | Mapping[str, ArrayLike],
    reliability: ArrayLike,
    interception: ArrayLike,
    veto: ArrayLike | None = None,
) -> Crisis:
    """Solve the leader's crisis at every state and say what follows.

    game: the shipped game `escalation`, or another whose ends say what they mean (`games.tree.OUTCOMES`); state: its
    parameters, among them p from `perceived_collapse` and o, the strength of the off-ramp on offer; veto: probability that
    commanders stop an order, from `veto_equilibrium`, in place of the information set `command` of the game.
    """
    fixed = {}
    if veto is not None:
        stopped = np.asarray(veto, dtype=np.float64)
        fixed = {"command": {"obey": 1.0 - stopped, "refuse": stopped}}
    reached = ends(game, state, precision=precision, fixed=fixed)
    settle, use, stop = (_ending(game, reached, outcome) for outcome in (SETTLEMENT, USE, STOPPED))
    order = use + stop
    refused = np.divide(stop, order, out=np.zeros_like(order), where=order > 0)
    terms: tuple[Any, ...] = (order, refused, reliability, interception)
    return Crisis(settle, 1.0 - settle - order, order, refused, np.asarray(executed_order(*terms)))


def _ending(game: Game, reached: Mapping[str, Floats], outcome: str) -> Floats:
    """Probability of all ends that mean the same to the war."""
    none = np.zeros_like(next(iter(reached.values())))
    return sum((reached[end.name] for end in game.ends if end.outcome == outcome), none)


def nuclear_risk(hazard: ArrayLike, ending: ArrayLike) -> Floats:
    """N1: P(nuclear by T) = integral of h_nuc S_nuc S_end dt, exact for hazards constant within each day.

    hazard, ending: per day, [..., days], not negative; `ending` is the total hazard of whatever else ends the war,
    and a war that is over has both at 0. Returns [..., days + 1], from 0 at the start.
    """
    use, end = np.broadcast_arrays(np.asarray(hazard, dtype=np.float64), np.asarray(ending, dtype=np.float64))
    if (use < 0).any() or (end < 0).any():
        raise ValueError("a hazard is negative")
    total = use + end
    before = np.exp(-(np.cumsum(total, axis=-1) - total))
    share = np.divide(use, total, out=np.zeros_like(total), where=total > 0)
    return _from_zero(before * share * -np.expm1(-total))


def _from_zero(daily: Floats) -> Floats:
    return np.concatenate([np.zeros((*daily.shape[:-1], 1)), np.cumsum(daily, axis=-1)], axis=-1)


# The off-ramp --------------------------------------------------------------------------------------------------------


def estimated_collapse(collapse: ArrayLike, error: ArrayLike) -> Floats:
    """N4: what the coalition believes p_c to be: the truth, moved by `error` in log-odds. Any common shape."""
    p: Any = np.asarray(collapse, dtype=np.float64)
    factor: Any = np.exp(np.asarray(error, dtype=np.float64))
    return np.asarray(estimated(p, factor))


@mechanism
def estimated(collapse: float, factor: float) -> float:
    """N4: the same with the odds multiplied by `factor`. Arrays work as well."""
    return collapse * factor / (1.0 - collapse + collapse * factor)


def offer_path(
    estimate: ArrayLike, threshold: ArrayLike, *, lag_days: int, valid_days: int, strength: ArrayLike = 1.0
) -> Floats:
    """N4: the off-ramp on offer on each day, o in [0, strength], under "offer when estimated p_c >= threshold".

    estimate: [..., days], known `lag_days` later; threshold: a number or an array of the leading shape; above 1 it
    means never. The offer opens on the first such day and stands for `valid_days`.
    """
    known = np.asarray(estimate, dtype=np.float64)
    if lag_days < 0 or valid_days < 0:
        raise ValueError("lag_days and valid_days must not be negative")
    due = known >= np.asarray(threshold, dtype=np.float64)[..., None]
    since = np.cumsum(np.logical_or.accumulate(due, axis=-1), axis=-1)  # 1 on the first such day
    lag = min(lag_days, known.shape[-1])
    open_now = np.zeros(known.shape)
    open_now[..., lag:] = ((since > 0) & (since <= valid_days))[..., : known.shape[-1] - lag]
    return open_now * np.asarray(strength, dtype=np.float64)[..., None]


@mechanism
def offer_strength(concession: float, guarantee: float) -> float:
    """N8: strength o of an off-ramp, s + g. Arrays work as well.

    concession s in [0, 1]: its size, 1 that of the game's `offramp_value`; guarantee g in [0, 1]: what personal guarantees to
    the leader are worth to him, in the same unit.
    """
    return concession + guarantee


@mechanism
def signalled_win(win: float, offered: float, collapse: float, early: float, shift: float) -> float:
    """N4: an offer made while p_c < `early` looks like weakness: it moves p_win by `shift` in log-odds. Arrays work as well.

    offered: strength of the offer, 0 to 1. Feeds back on soldiers' prospects, so the engine takes it in its daily step.
    """
    factor = np.exp(shift * offered * (collapse < early))
    return win * factor / (1.0 - win + win * factor)


def date_losses(
    without: ArrayLike,
    offered: ArrayLike,
    ending: ArrayLike,
    dates: ArrayLike,
    *,
    loss: float,
    waiting_value: float,
) -> Floats:
    """N5: expected loss when the off-ramp is offered on each of `dates`, [dates]; the best date is the smallest.

    without, offered: nuclear hazards per day, [days], before and after an offer; ending: hazard of the war's other
    ends, [days]; loss: of nuclear use; waiting_value: of a day of war without the offer, in the same unit. dates:
    whole days, 0 to days.
    """
    before, after = np.asarray(without, dtype=np.float64), np.asarray(offered, dtype=np.float64)
    when = np.asarray(dates, dtype=np.int64)[:, None]
    waiting = np.arange(before.size)[None, :] < when
    use = np.where(waiting, before, after)
    end = np.broadcast_to(np.asarray(ending, dtype=np.float64), use.shape)
    total = use + end
    alive = np.exp(-(np.cumsum(total, axis=-1) - total))
    with np.errstate(invalid="ignore"):
        lived = np.where(total > 0, -np.expm1(-total) / np.where(total > 0, total, 1.0), 1.0)
    waited = (alive * lived * waiting).sum(axis=-1)
    return loss * nuclear_risk(use, end)[..., -1] - waiting_value * waited


def best_date(
    without: ArrayLike, offered: ArrayLike, ending: ArrayLike, *, loss: float, waiting_value: float
) -> int:
    """N5: the whole day on which an offer loses least, from 0 to the number of days, which stands for never.

    Arguments as for `date_losses`. Of days that are as good, the first.
    """
    days = np.asarray(without).size
    losses = date_losses(
        without, offered, ending, np.arange(days + 1), loss=loss, waiting_value=waiting_value
    )
    return int(losses.argmin())


def toy_best_date(hazard: float, growth: float, loss: float, waiting_value: float) -> float:
    """N5 in closed form: t* = (1/k) ln( w / (h0 L_N) ), days, at least 0, when the hazard h0 e^{kt} is small and
    offering ends it.

    hazard h0 per day and growth k per day > 0; loss L_N and waiting_value w per day, in one unit, > 0.
    """
    if min(hazard, growth, loss, waiting_value) <= 0:
        raise ValueError("hazard, growth, loss and waiting_value must be positive")
    return max(0.0, math.log(waiting_value / (hazard * loss)) / growth)


# What a change is due to ---------------------------------------------------------------------------------------------


def change_by_cause(
    risk: Callable[[Mapping[str, T]], Floats], before: Mapping[str, T], after: Mapping[str, T]
) -> dict[str, Floats]:
    """Split risk(after) - risk(before) over the causes that changed; the parts add up to the change exactly.

    before, after: what each cause is without and with the policy, same names (collapse path, length of the war,
    removal, off-ramp). Each part is the cause's mean contribution over all orders in which the changes could come
    (Shapley 1953).
    """
    if set(before) != set(after):
        raise ValueError("before and after must name the same causes")
    names = list(before)
    n = len(names)
    value = {
        chosen: risk({name: (after if name in chosen else before)[name] for name in names})
        for size in range(n + 1)
        for chosen in map(frozenset[str], itertools.combinations(names, size))
    }

    def part(name: str) -> Floats:
        others = [chosen for chosen in value if name not in chosen]
        weights = [
            math.factorial(len(c)) * math.factorial(n - len(c) - 1) / math.factorial(n) for c in others
        ]
        return np.asarray(
            sum(w * (value[c | {name}] - value[c]) for w, c in zip(weights, others, strict=True))
        )

    return {name: part(name) for name in names}
