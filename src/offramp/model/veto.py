"""The veto: n commanders decide at once whether to carry out an order, and m refusals stop it.

Equation N6, a symmetric logit equilibrium. Source: quantal response after McKelvey and Palfrey (1995), coordination of an
elite against a leader; test T26.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
# Beyond these log-odds a probability is 0 or 1 to the last digit, and nothing bends any more.
_FLAT = 40.0
_GRID = 801


class Veto(NamedTuple):
    """Probability that one commander refuses, and that enough of them do, in the common shape of the payoffs."""

    refuse: Floats
    veto: Floats


def veto_equilibrium(
    commanders: int,
    needed: int,
    *,
    precision: ArrayLike,
    succeed: ArrayLike,
    punished: ArrayLike,
    executed: ArrayLike,
    obeyed: ArrayLike = 0.0,
) -> Veto:
    """N6: the branch of r = sigma(lam (U_refuse - U_obey)) that starts at r = 1/2 for lam = 0.

    commanders n >= needed m >= 1. Payoffs of one commander, utils, any common shape: refused and the order was stopped
    (`succeed`), refused and it was carried out (`punished`), obeyed and it was carried out (`executed`) or stopped (`obeyed`);
    precision lam >= 0 per util. The branch never turns back in r, so its first crossing of lam is the root nearest to 1/2.
    """
    if not 1 <= needed <= commanders:
        raise ValueError("needed must lie between 1 and the number of commanders")
    lam, *payoffs = np.broadcast_arrays(
        *(np.asarray(x, dtype=np.float64) for x in (precision, succeed, punished, executed, obeyed))
    )
    if (lam < 0).any():
        raise ValueError("precision must not be negative")

    def pull(z: Floats) -> Floats:
        """lam (U_refuse - U_obey) at log-odds z of refusing, whose last axis is a grid."""
        succeed, punished, executed, obeyed, weight = (x[..., None] for x in (*payoffs, lam))
        stopped = _at_least(needed - 1, commanders - 1, z)
        stopped_anyway = _at_least(needed, commanders - 1, z)
        refuse = punished + stopped * (succeed - punished)
        return weight * (refuse - executed - stopped_anyway * (obeyed - executed))

    side = np.where(pull(np.zeros((*lam.shape, 1))) >= 0, 1.0, -1.0)
    largest = lam * sum(np.abs(x) for x in payoffs)
    grid = np.concatenate([np.linspace(0.0, _FLAT, _GRID), [np.inf]])
    ends = np.minimum(grid, np.maximum(largest, 1e-300)[..., None] + 1.0)
    beyond = side * (side * ends - pull(side * ends)) > 0
    first = beyond.argmax(axis=-1)[..., None]
    low = np.take_along_axis(ends, np.maximum(first - 1, 0), axis=-1)
    high = np.take_along_axis(ends, first, axis=-1)
    for _ in range(70):
        middle = 0.5 * (low + high)
        short = side * (side * middle - pull(side * middle)) <= 0
        low, high = np.where(short, middle, low), np.where(short, high, middle)
    z = side * 0.5 * (low + high)
    return Veto(_sigma(z)[..., 0], _at_least(needed, commanders, z)[..., 0])


def _sigma(z: Floats) -> Floats:
    return np.exp(np.minimum(z, 0.0)) / (1.0 + np.exp(-np.abs(z)))


def _at_least(least: int, of: int, z: Floats) -> Floats:
    """P(at least `least` of `of` refuse), each with log-odds z."""
    refuse, obey = _sigma(z), _sigma(-z)
    total = np.zeros_like(z)
    for k in range(max(least, 0), of + 1):
        total = total + math.comb(of, k) * refuse**k * obey ** (of - k)
    return total
