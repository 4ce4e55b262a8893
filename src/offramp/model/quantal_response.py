"""Agent quantal response equilibrium of a small game: everybody takes better actions more often, and knows that all do.

At each information set an action with expected payoff u is taken with probability proportional to exp(precision x u)
(N0). With perfect information this is one backward pass, exact, for any number of states of the world at once.
Otherwise the branch that starts from uniform play at precision 0 is followed (predictor and corrector along its arc)
and the end is proved by its residual. Source: McKelvey and Palfrey (1998); path following after Turocy (2005)
and, for what keeps it to one branch, Allgower and Georg (1990).
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from offramp.errors import OfframpError
from offramp.games.tree import Game
from offramp.model.numeric_game import Equilibrium, Floats, NumericGame, exponentials, refusal

_TOLERANCE = 1e-11  # largest residual of a solution, in log-odds, relative to 1 + their size
_STEP = 1e-30  # imaginary step of a derivative: no digits are lost, however small
_FIRST_STEP = 0.05  # along the path, in log-odds
_FARTHEST = 0.1  # first move of the corrector, as a share of the step, at most
_CONTRACTION = 0.2  # each further move of the corrector, as a share of the one before, at most
_CORRECTIONS = 8  # moves of the corrector, at most
_NOISE = 1e-9  # moves of the corrector, in log-odds, that say nothing
_STRAIGHT = 0.95  # cosine of the turn in one step, at least
_STRAIGHTER = 0.99  # and where the next step may be longer
_CROSSING = 1e-6  # step, in log-odds, below which a change of orientation is another branch crossed
_CLEAR = 1e-4  # step, in log-odds, to a point from which a crossing is far enough that rounding does not turn the path
_STEADY = 0.99999  # cosine of the turn in a leap over a crossing, at least
_LEAPS = 8  # lengths that are tried for it, each twice the one before
_SHORTEST = 1e-12  # step, in log-odds, below which the path is given up
_LONGEST_PATH = 5_000  # corrector steps before the path is given up
_STARTS = 96  # random starts in the search for further branches


@dataclass(frozen=True)
class Branches:
    """Equilibria found at one state, the principal branch first; the indices of all of them add to one.

    `index_sum` other than 1 proves that some were not found, or that two are about to merge.
    """

    equilibria: tuple[Equilibrium, ...]
    index_sum: int


def solve(
    game: Game,
    state: Mapping[str, ArrayLike] | None = None,
    *,
    precision: ArrayLike | Mapping[str, ArrayLike],
    fixed: Mapping[str, Mapping[str, ArrayLike]] | None = None,
) -> Equilibrium:
    """N0: the principal branch of the agent quantal response equilibrium.

    state: values of the game's parameters, numbers or arrays of one shape (absent ones keep the game's own);
    precision: lam >= 0, per unit of payoff, one for all or one for each player; fixed: information sets whose play is
    given, as probabilities of every action. InputError for an unknown name or a number out of range.
    """
    problem = NumericGame.of(game, state or {}, precision, fixed or {})
    return problem.equilibrium(*_solution(problem))


def ends(
    game: Game,
    state: Mapping[str, ArrayLike],
    *,
    precision: ArrayLike | Mapping[str, ArrayLike],
    fixed: Mapping[str, Mapping[str, ArrayLike]],
) -> dict[str, Floats]:
    """Where the play of `solve` leads, and no more: the probability of every end. Arguments as there."""
    problem = NumericGame.of(game, state, precision, fixed)
    play, *_ = _solution(problem)
    return problem.reached(play)


def _solution(problem: NumericGame) -> tuple[list[Floats], Floats, list[Floats]]:
    """Play on the principal branch, the residual of its equation, and where it was followed the logarithms of the play."""
    if problem.game.perfect_information:
        return problem.backward(), np.zeros(problem.shape), []
    single = [problem.at(i) for i in np.ndindex(problem.shape)]
    logits = [_principal(one) for one in single]
    z = np.stack(logits).reshape(*problem.shape, -1)
    residual = np.array([_residual(one, x) for one, x in zip(single, logits, strict=True)])
    logs = problem.play(z)
    return exponentials(logs), residual.reshape(problem.shape), logs


def branches(
    game: Game,
    state: Mapping[str, float] | None = None,
    *,
    precision: float | Mapping[str, float],
    fixed: Mapping[str, Mapping[str, float]] | None = None,
) -> Branches:
    """All equilibria found at one state: the principal one, then others by distance from it.

    They are sought by Newton's method from every combination of sure actions and from points spread over the rest, kept when
    their residual proves them, and counted against the theorem that their indices add to one.
    """
    problem = NumericGame.of(game, dict(state or {}), precision, dict(fixed or {}))
    if problem.shape != ():
        raise refusal("state", "has more than one value", "Ask for one state at a time.")
    if game.perfect_information or not problem.unknowns:
        return Branches((solve(game, state, precision=precision, fixed=fixed),), 1)
    first = _principal(problem)
    found = [first]
    starts = [*_corners(problem), *_spread(problem)]
    for start in starts:
        z = _newton(problem, start)
        if z is not None and all(np.abs(problem.flat(z) - problem.flat(x)).max() > 1e-7 for x in found):
            found.append(z)
    found[1:] = sorted(found[1:], key=lambda z: float(np.abs(problem.flat(z) - problem.flat(first)).max()))
    index = sum(
        int(np.sign(np.linalg.det(np.eye(problem.unknowns) - _derivative(problem, z)[1]))) for z in found
    )
    logs = [problem.play(z) for z in found]
    solved = [
        problem.equilibrium(exponentials(log), np.asarray(_residual(problem, z)), log)
        for z, log in zip(found, logs, strict=True)
    ]
    return Branches(tuple(solved), index)


def _residual(problem: NumericGame, z: Floats) -> float:
    if not problem.unknowns:
        return 0.0
    return float(np.abs(z - problem.weights() * problem.advantages(z)).max())


def _derivative(problem: NumericGame, z: Floats) -> tuple[Floats, Floats]:
    """Precision-weighted advantages at z, and their derivatives [unknowns, unknowns], exact to rounding."""
    n = problem.unknowns
    weights = problem.weights()
    moved = problem.advantages(z[None, :] + 1j * _STEP * np.eye(n))
    return weights * np.real(moved[0]), weights[:, None] * (np.imag(moved).T / _STEP)


def _newton(problem: NumericGame, z: Floats) -> Floats | None:
    """Damped Newton steps to a solution; None when none is proved by its residual."""
    rounding = 1e-15 * problem.reach
    value, slope = _derivative(problem, z)
    error = z - value
    for _ in range(60):
        size = float(np.abs(error).max())
        if size <= _TOLERANCE * (1.0 + float(np.abs(z).max())) + rounding:
            return z
        try:
            step = np.linalg.solve(np.eye(problem.unknowns) - slope, error)
        except np.linalg.LinAlgError:
            return None
        for damping in (1.0, 0.5, 0.25, 0.1, 0.03):
            trial = z - damping * step
            value, slope = _derivative(problem, trial)
            if float(np.abs(trial - value).max()) < size:
                break
        else:
            return None
        z, error = trial, trial - value
    return None


def _principal(problem: NumericGame) -> Floats:
    """Follow z = (s / reach) w du(z) from s = 0, where play is uniform, to s = reach, by arc length: past folds as well.

    The reach is the largest log-odds that payoffs can bring about, so that s and z grow alike and the path bends gently.
    A step is halved while anything says that it may have gone over to another branch: a long correction, one that converges
    slowly, a turn, or another orientation (the sign of the determinant of equation and tangent, which no branch changes
    but where it crosses one). Only a change that the shortest step still meets is such a crossing; it is gone straight through.
    Where steps led so near to it that rounding decides whither, it is leapt over from where that was still clear.
    """
    n = problem.unknowns
    at = np.zeros(n + 1)
    if problem.reach == 0.0:
        return at[:n]
    across = np.append(np.zeros(n), 1.0)
    ahead, side = _tangent(problem, at, across)
    length = _FIRST_STEP
    clear: tuple[Floats, Floats, float] = (at, ahead, side)
    crossing = False
    for _ in range(_LONGEST_PATH):
        last = at[n] + length * ahead[n] >= problem.reach
        if last:
            length = (problem.reach - at[n]) / ahead[n]
        # within the plane across the path, which passes folds; but the last step lands at s = reach itself
        corrected = _correct(problem, at, length * ahead, across if last else ahead)
        if corrected is not None and (last or corrected[n] < problem.reach):
            turned, turned_side = _tangent(problem, corrected, ahead)
            straight = float(turned @ ahead)
            if straight >= _STRAIGHT and (turned_side == side or length < _CROSSING):
                if last:
                    return corrected[:n]
                at, ahead, side = corrected, turned, turned_side
                if length > _CLEAR:
                    clear, crossing = (at, ahead, side), False
                length *= 2.0 if straight > _STRAIGHTER else 1.0
                continue
            crossing = crossing or turned_side != side
        length *= 0.5
        if length < _SHORTEST:
            beyond = _beyond(problem, *clear) if crossing else None
            if beyond is None:
                break
            at, ahead, side = beyond
            clear, crossing, length = beyond, False, _CLEAR
    raise OfframpError(
        f"The principal branch of the game `{problem.game.title}` could not be followed to the precision asked for. "
        "Lower the precision, or the spread of the payoffs; at a fold of the branch, change the precision a little."
    )


def _beyond(
    problem: NumericGame, at: Floats, ahead: Floats, side: float
) -> tuple[Floats, Floats, float] | None:
    """The first clear point behind a crossing that lies ahead, with the direction and orientation of the path there; None for
    none."""
    for length in (_CLEAR * 2.0**doubled for doubled in range(_LEAPS)):
        point = _correct(problem, at, length * ahead, ahead)
        if point is not None and point[-1] < problem.reach:
            turned, turned_side = _tangent(problem, point, ahead)
            if turned_side == -side and float(turned @ ahead) >= _STEADY:
                return point, turned, turned_side
    return None


def _on_path(problem: NumericGame, at: Floats, row: Floats) -> tuple[Floats, Floats]:
    """At (z, s): the error of the path's equation, and its derivatives [n, n + 1] with `row` below."""
    n = problem.unknowns
    value, slope = (part / problem.reach for part in _derivative(problem, at[:n]))
    matrix = np.vstack([np.hstack([np.eye(n) - at[n] * slope, -value[:, None]]), row[None, :]])
    return at[:n] - at[n] * value, matrix


def _tangent(problem: NumericGame, at: Floats, before: Floats) -> tuple[Floats, float]:
    """Direction of the path at one of its points, on the side of `before`; and its orientation, 0 where a branch crosses."""
    _, matrix = _on_path(problem, at, before)
    try:
        direction = np.linalg.solve(matrix, np.append(np.zeros(problem.unknowns), 1.0))
    except np.linalg.LinAlgError:
        return before, 0.0
    return direction / np.linalg.norm(direction), float(np.linalg.slogdet(matrix)[0])


def _correct(problem: NumericGame, at: Floats, step: Floats, row: Floats) -> Floats | None:
    """Newton's method back to the path from `step` beyond `at`, across `row`; None when it goes far, or converges slowly."""
    rounding = 1e-15 * problem.reach
    allowed = _FARTHEST * float(np.linalg.norm(step)) + _NOISE
    point = at + step
    for _ in range(_CORRECTIONS):
        error, matrix = _on_path(problem, point, row)
        close = np.abs(error).max() <= _TOLERANCE * (1.0 + np.abs(point).max()) + rounding
        try:
            move = np.linalg.solve(matrix, np.append(error, 0.0))
        except np.linalg.LinAlgError:
            return point if close else None
        size = float(np.linalg.norm(move))
        if size > allowed:
            return None
        point = point - move
        if close:
            return point
        allowed = _CONTRACTION * size + _NOISE
    return None


def _corners(problem: NumericGame) -> list[Floats]:
    """Log-odds of sure actions, at most 256 combinations, as the others' sure actions would call for."""
    counts = [len(problem.game.choices[i].actions) for i, _ in problem.free]
    starts: list[Floats] = []
    for actions in itertools.islice(itertools.product(*(range(c) for c in counts)), 256):
        sure = [
            np.where(np.arange(1, c) == a, 30.0, -30.0 * (a == 0))
            for a, c in zip(actions, counts, strict=True)
        ]
        z = np.concatenate(sure)
        starts += [problem.weights() * problem.advantages(z), 0.1 * z]
    return starts


def _spread(problem: NumericGame) -> list[Floats]:
    """Starts spread over the log-odds that payoffs can bring about (a Weyl sequence: even, and the same every time)."""
    n = problem.unknowns
    roots = np.sqrt(np.array([k for k in range(2, 40 * n + 40) if all(k % d for d in range(2, k))][:n]))
    points = np.modf(np.arange(1, _STARTS + 1)[:, None] * roots[None, :])[0]
    spread = 2.0 * points - 1.0
    return [problem.reach * row * abs(row).max() for row in spread]
