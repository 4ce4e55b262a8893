"""The uncertain numbers of a scenario, sampled once and used by every policy.

Points of the unit cube come from one scrambled Sobol' sequence whose point number is the draw number. So a
longer run continues a shorter one, and a chunk gets the same values whoever computes it. A Gaussian copula
joins the inputs of a correlation group; each input's own law is met exactly, because only its quantile
function is applied.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from offramp.errors import InputError, OfframpError, Problem
from offramp.scenario.tables import Correlation, Scenario

if TYPE_CHECKING:
    from offramp.scenario.quantities import Shares

FloatArray = NDArray[np.float64]

DIMENSIONS_MOST: Final = 21_201
"""Dimensions for which direction numbers of Joe and Kuo exist."""

BITS: Final = 30
"""Binary digits of a coordinate; scipy's own choice, room for 2^30 draws."""

EDGE: Final = 2.0**-53
"""Probabilities are kept this far from 0 and 1, where quantiles may be infinite."""


class Sampler(Protocol):
    """Values of the inputs, draw by draw."""

    names: tuple[str, ...]
    """Key paths of the inputs, one a column."""

    source: str
    """One sentence on where the values come from, for the manifest."""

    def values(self, start: int, stop: int) -> FloatArray:
        """Values of draws start <= draw < stop, [draws, inputs]; the same whatever was asked for before."""
        ...


def input_names(scenario: Scenario) -> tuple[str, ...]:
    """Key paths of everything uncertain: numbers first, then the parts of uncertain shares."""
    parts = (path for shares in scenario.shares for path in shares.paths)
    return (*(unknown.path for unknown in scenario.inputs), *parts)


def dimensions(scenario: Scenario) -> int:
    """Dimensions of the unit cube: one an uncertain number, k - 1 for k uncertain shares."""
    return len(scenario.inputs) + sum(len(shares.names) - 1 for shares in scenario.shares)


class SobolSampler:
    """Scrambled Sobol' points through the laws of the scenario."""

    def __init__(self, scenario: Scenario, seed: int) -> None:
        """seed: non-negative; it decides the scrambling. Raises InputError beyond 21,201 dimensions."""
        self.names = input_names(scenario)
        self._scenario = scenario
        self._seed = seed
        self._size = dimensions(scenario)
        self._engine: Any = None
        if self._size > DIMENSIONS_MOST:
            raise InputError([_too_many(self._size)])
        self._copula = copula_factors([unknown.path for unknown in scenario.inputs], scenario.correlations)
        self.source = (
            f"scrambled Sobol' points in {self._size} dimensions"
            if self._size
            else "nothing is uncertain: draws are replicates of the same world and differ by chance alone"
        )

    def values(self, start: int, stop: int) -> FloatArray:
        """Values of draws start <= draw < stop, [draws, inputs]."""
        if not 0 <= start <= stop:
            raise ValueError(f"draws {start} to {stop} are no range")
        u = correlated(self.points(start, stop), self._copula)
        known = len(self._scenario.inputs)
        columns = [unknown.law.quantile(u[:, i])[:, None] for i, unknown in enumerate(self._scenario.inputs)]
        for shares, first in _share_columns(self._scenario.shares, known):
            columns.append(shares.quantile(u[:, first : first + len(shares.names) - 1]))
        values = np.concatenate(columns, axis=1) if columns else np.empty((stop - start, 0))
        _refuse_infinite(values, self.names, start)
        return values

    def points(self, start: int, stop: int) -> FloatArray:
        """Points start <= point < stop of the sequence, [points, dimensions], strictly inside the cube."""
        if not self._size or start == stop:
            return np.empty((stop - start, self._size))
        if self._engine is None or self._engine.num_generated > start:
            self._engine = _sobol(self._size, self._seed)
        engine = self._engine
        points = np.empty((stop - start, self._size))
        row = 0
        if start == 0:
            # scipy warns when the first call asks for a number that is no power of two; 1 is one.
            points[0] = engine.random(1)[0]
            row = 1
        elif engine.num_generated < start:
            engine.fast_forward(start - engine.num_generated)
        if row < len(points):
            points[row:] = engine.random(len(points) - row)
        # The centre of a point's cell, so that no coordinate is 0.
        return points + 2.0 ** -(BITS + 1)


def _sobol(size: int, seed: int) -> Any:
    # Most of a second to import.
    from scipy.stats import qmc  # pyright: ignore[reportMissingTypeStubs]

    return qmc.Sobol(size, scramble=True, bits=BITS, rng=np.random.default_rng(seed))


def _share_columns(shares: Sequence[Shares], first: int) -> list[tuple[Shares, int]]:
    placed: list[tuple[Shares, int]] = []
    for each in shares:
        placed.append((each, first))
        first += len(each.names) - 1
    return placed


Factor = tuple[NDArray[np.int64], FloatArray]
"""Columns of one correlation group, and the Cholesky factor of their correlation."""


def copula_factors(paths: Sequence[str], correlations: Sequence[Correlation]) -> tuple[Factor, ...]:
    """Columns and Cholesky factor of each correlation group; the scenario has checked that they exist."""
    column = {path: i for i, path in enumerate(paths)}
    factors: list[Factor] = []
    for group in correlations:
        size = len(group.inputs)
        matrix = np.full((size, size), group.rho)
        np.fill_diagonal(matrix, 1.0)
        at = np.array([column[path] for path in group.inputs], dtype=np.int64)
        factors.append((at, np.linalg.cholesky(matrix)))
    return tuple(factors)


def correlated(u: FloatArray, factors: Sequence[Factor]) -> FloatArray:
    """Uniform columns u [n, k], joined by a Gaussian copula within each group; every column stays uniform."""
    if not factors:
        return u
    from scipy import special  # pyright: ignore[reportMissingTypeStubs]

    joined = u.copy()
    for at, factor in factors:
        normal = special.ndtri(u[:, at])
        # einsum adds in a fixed order; a BLAS product may round differently for other numbers of rows.
        joined[:, at] = np.clip(special.ndtr(np.einsum("nj,ij->ni", normal, factor)), EDGE, 1.0 - EDGE)
    return joined


def _refuse_infinite(values: FloatArray, names: Sequence[str], start: int) -> None:
    bad = np.argwhere(~np.isfinite(values))
    if len(bad):
        row, column = bad[0]
        raise OfframpError(
            f"Draw {start + row} gives {names[column]} the value {values[row, column]}. "
            "Its law reaches numbers that a computer cannot hold; narrow it in the scenario."
        )


def _too_many(size: int) -> Problem:
    return Problem(
        "scenario",
        f"{size:,} uncertain dimensions; the quasi-random sequence has {DIMENSIONS_MOST:,}",
        "Fix some of the uncertain numbers",
    )
