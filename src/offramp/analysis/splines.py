"""Penalised regression splines on the ranks of inputs: smooth, additive, with pairwise interactions.

Each input is replaced by its rank, so that heavy tails do not stretch the knots, and expanded in cubic
B-splines whose second differences are penalised (Eilers and Marx 1996, Stat. Sci. 11:89). Two inputs interact
through the products of their splines. How smooth the fit is, generalised cross-validation decides for every
outcome by itself (Craven and Wahba 1979), with the effective degrees of freedom counted 1.4 times against
undersmoothing (Kim and Gu 2004, J. R. Stat. Soc. B 66:337).
"""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

# Splines an input, alone and in a product with another; more of them change nothing under a penalty.
_SPLINES = 12
_SPLINES_IN_PRODUCT = 6
_DRAWS_PER_SPLINE = 8
# With more inputs the products would outnumber the draws.
MOST_INTERACTING = 4
_DEGREE = 3
_GUARD = 1.4
_SMOOTHNESS = np.logspace(-7.0, 8.0, 76)


def basis(x: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Design [draws, columns] and penalty [columns, columns] for the inputs x [draws, inputs]."""
    n, inputs = x.shape
    ranks = np.column_stack([_mid_ranks(x[:, j]) for j in range(inputs)])
    alone = int(np.clip(n // _DRAWS_PER_SPLINE, _DEGREE + 1, _SPLINES))
    blocks = [(_splines(ranks[:, j], alone), _roughness(alone)) for j in range(inputs)]
    if 1 < inputs <= MOST_INTERACTING:
        k = _SPLINES_IN_PRODUCT
        margins = [_splines(ranks[:, j], k) for j in range(inputs)]
        rough, same = _roughness(k), np.eye(k)
        both = np.kron(rough, same) + np.kron(same, rough)
        for i, j in combinations(range(inputs), 2):
            product = (margins[i][:, :, None] * margins[j][:, None, :]).reshape(n, k * k)
            blocks.append((product, both))
    return _assembled(blocks)


class Smoother:
    """Ridge regression under a roughness penalty, factorised once for any number of outcomes.

    design: [draws, columns]; penalty: [columns, columns], positive semidefinite.
    """

    def __init__(self, design: FloatArray, penalty: FloatArray) -> None:
        centred = design - design.mean(axis=0)
        size, axes = np.linalg.eigh(centred.T @ centred)
        # Splines sum to one, so that some directions of the design are empty.
        kept = size > size[-1] * 1e-10
        inverse = axes[:, kept] / np.sqrt(size[kept])
        roughness, turn = np.linalg.eigh(inverse.T @ penalty @ inverse)
        self._directions = centred @ (inverse @ turn)
        # [smoothness, directions]: by how much each direction is shrunk.
        self._shrink = 1.0 / (1.0 + _SMOOTHNESS[:, None] * np.maximum(roughness, 0.0))

    def fit(self, y: FloatArray) -> FloatArray:
        """Fitted values [draws, outcomes] of outcomes with mean zero [draws, outcomes]."""
        n = y.shape[0]
        z = self._directions.T @ y
        h = self._shrink
        residual = (y * y).sum(axis=0) - (2.0 * h - h * h) @ (z * z)
        free = np.maximum(n - _GUARD * (1.0 + h.sum(axis=1)), 1.0)
        chosen = np.argmin(residual / free[:, None] ** 2, axis=0)
        return self._directions @ (h[chosen].T * z)


def _mid_ranks(values: FloatArray) -> FloatArray:
    """Ranks in (0, 1), equal values at their mean rank."""
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    return (last - count / 2.0)[place.reshape(-1)] / values.size


def _splines(u: FloatArray, count: int) -> FloatArray:
    """Cubic B-splines on [0, 1] with even knots, [draws, count]."""
    from scipy.interpolate import BSpline

    step = 1.0 / (count - _DEGREE)
    knots = step * np.arange(-_DEGREE, count + 1)
    design: Any = BSpline.design_matrix(u, knots, _DEGREE)  # pyright: ignore[reportUnknownMemberType]
    return np.asarray(design.toarray(), dtype=np.float64)


def _roughness(count: int) -> FloatArray:
    second = np.diff(np.eye(count), n=2, axis=0)
    return second.T @ second


def _assembled(blocks: list[tuple[FloatArray, FloatArray]]) -> tuple[FloatArray, FloatArray]:
    """Blocks side by side, each penalty scaled to its block, so that one smoothness serves all."""
    columns = sum(design.shape[1] for design, _ in blocks)
    penalty = np.zeros((columns, columns))
    at = 0
    for design, rough in blocks:
        width = design.shape[1]
        scale = float((design * design).sum() / np.trace(rough))
        penalty[at : at + width, at : at + width] = scale * rough
        at += width
    return np.hstack([design for design, _ in blocks]), penalty
