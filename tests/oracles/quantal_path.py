"""The principal branch of the agent logit equilibrium by plain integration of its tangent: slow, and free of any jump.

From uniform play at precision 0 the curve F(z, lam) = z - lam a(z) = 0 is followed as the ordinary differential equation of its
tangent (Davidenko 1953), in arc length, with error control and no corrector: there is no Newton step that could land elsewhere.
Play, beliefs and worth are written out here once more, node by node.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.integrate import solve_ivp

from offramp.games.tree import Game

Array = np.ndarray


def principal_path(
    game: Game, precisions: Sequence[float], tight: float = 1e-8
) -> list[dict[str, dict[str, float]]]:
    """Play of every information set where the branch first reaches each of the precisions, to about ten times `tight`."""
    count = sum(len(choice.actions) - 1 for choice in game.choices)

    def tangent(_: float, at: Array) -> Array:
        moved = at[:-1] + 1e-30j * np.vstack([np.zeros(count), np.eye(count)])
        gains = _gains(game, moved.T)
        slope = gains[:, 1:].imag / 1e-30
        equation = np.column_stack([np.eye(count) - at[-1] * slope, -gains[:, 0].real])
        null = np.linalg.svd(equation)[2][-1]
        # the sign that keeps one direction of travel along the whole curve, through folds too
        return null * np.sign(np.linalg.det(np.vstack([equation, null])))

    def end(_: float, at: Array) -> float:
        return at[-1] - 1.0001 * max(precisions)

    end.terminal = True  # type: ignore[attr-defined]
    path = solve_ivp(
        tangent,
        (0.0, 1e6),
        np.zeros(count + 1),
        "DOP853",
        events=end,
        dense_output=True,
        rtol=1e-8,
        atol=1e-8,
    )
    assert path.status == 1, path.message
    reached = []
    for lam in precisions:
        k = int(np.argmax(path.y[-1] >= lam))
        low, high = path.t[k - 1], path.t[k]
        for _ in range(60):
            middle = 0.5 * (low + high)
            low, high = (middle, high) if path.sol(middle)[-1] < lam else (low, middle)
        play = _play(game, path.sol(high)[:-1])
        reached.append(
            {
                choice.name: dict(zip(choice.actions, map(float, mixed), strict=True))
                for choice, mixed in zip(game.choices, play, strict=True)
            }
        )
    return reached


def _play(game: Game, z: Array) -> list[Array]:
    """Probabilities [actions, ...] of every information set from log-odds [unknowns, ...] against its first action."""
    result, at = [], 0
    for choice in game.choices:
        more = len(choice.actions) - 1
        odds = np.concatenate([np.zeros_like(z[:1]), z[at : at + more]])
        weight = np.exp(odds - odds.real.max(axis=0))
        result.append(weight / weight.sum(axis=0))
        at += more
    return result


def _gains(game: Game, z: Array) -> Array:
    """What each action is worth above the first of its information set, given that one of its nodes is reached."""
    play = _play(game, z)
    chances = {
        i: [f.evaluate(game.parameters) for f in n.chances]
        for i, n in enumerate(game.nodes)
        if n.choice is None
    }
    moves = [chances[i] if n.choice is None else play[n.choice] for i, n in enumerate(game.nodes)]
    nodes = len(game.nodes)

    def worth(at: int, player: int) -> Array:
        if at >= nodes:
            return game.ends[at - nodes].payoffs[player].evaluate(game.parameters) + np.zeros_like(z[0])
        return sum(
            p * worth(child, player) for p, child in zip(moves[at], game.nodes[at].children, strict=True)
        )

    reach = np.zeros((nodes, *z.shape[1:]), z.dtype)
    reach[0] = 1.0
    for i, node in enumerate(game.nodes):
        for p, child in zip(moves[i], node.children, strict=True):
            if child < nodes:
                reach[child] += reach[i] * p
    rows = []
    for choice in game.choices:
        belief = reach[list(choice.nodes)] / reach[list(choice.nodes)].sum(axis=0)
        each = [
            sum(
                b * worth(game.nodes[n].children[a], choice.player)
                for b, n in zip(belief, choice.nodes, strict=True)
            )
            for a in range(len(choice.actions))
        ]
        rows += [one - each[0] for one in each[1:]]
    return np.array(rows)
