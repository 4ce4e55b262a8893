"""A game with numbers in it: what play leads where, and what every action is then worth to the one who takes it."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from offramp.errors import InputError, Problem
from offramp.games.tree import CHANCE, Game

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Equilibrium:
    """Play and what comes of it; every array has the common shape of the state.

    choices[information set][action] and ends[end] are probabilities; values[player] expected payoffs; regret the most that
    somebody could gain at one information set by his best action, in payoff units (0 in a Nash equilibrium); residual the
    largest error of the equilibrium condition, in log-odds, 0 where a backward pass solves it.
    """

    choices: Mapping[str, Mapping[str, Floats]]
    ends: Mapping[str, Floats]
    values: Mapping[str, Floats]
    regret: Floats
    residual: Floats


@dataclass(frozen=True)
class NumericGame:
    """A game with numbers: payoffs [players, *shape] of each end, chances of each chance node, precision of each player."""

    game: Game
    shape: tuple[int, ...]
    payoffs: tuple[Floats, ...]
    chances: Mapping[int, Floats]
    precision: Floats
    fixed: Mapping[int, Floats]

    @staticmethod
    def of(
        game: Game,
        state: Mapping[str, ArrayLike],
        precision: ArrayLike | Mapping[str, ArrayLike],
        fixed: Mapping[str, Mapping[str, ArrayLike]],
    ) -> NumericGame:
        for name in sorted(set(state) - set(game.parameters)):
            raise refusal(
                name, "no parameter of the game", f"It has: {', '.join(game.parameters) or 'none'}."
            )
        values = {name: np.asarray(v, dtype=np.float64) for name, v in {**game.parameters, **state}.items()}
        each = precision if isinstance(precision, Mapping) else dict.fromkeys(game.players, precision)
        if set(each) != set(game.players):
            raise refusal("precision", "not one for each player", f"Players are: {', '.join(game.players)}.")
        lam = [np.asarray(each[player], dtype=np.float64) for player in game.players]
        if not all(np.isfinite(one).all() and (one >= 0).all() for one in lam):
            raise refusal(
                "precision", "negative or not finite", "Precisions are finite numbers of at least 0."
            )
        given = {choice.name: i for i, choice in enumerate(game.choices)}
        for name in sorted(set(fixed) - set(given)):
            raise refusal(name, "no information set of the game", f"It has: {', '.join(given)}.")
        chance_nodes = [(i, node) for i, node in enumerate(game.nodes) if node.choice is None]
        payoffs = [[formula.evaluate(values) for formula in end.payoffs] for end in game.ends]
        chances = {i: [formula.evaluate(values) for formula in node.chances] for i, node in chance_nodes}
        probabilities = {given[n]: _given(n, game.choices[given[n]].actions, p) for n, p in fixed.items()}
        everything = [*itertools.chain(*payoffs, *chances.values(), *probabilities.values()), *lam]
        shape = np.broadcast_shapes(*(one.shape for one in everything))

        def full(parts: Sequence[Floats]) -> Floats:
            result = np.empty((len(parts), *shape))
            for k, part in enumerate(parts):
                result[k] = part
            return result

        problem = NumericGame(
            game,
            shape,
            tuple(full(end) for end in payoffs),
            {i: full(parts) for i, parts in chances.items()},
            full(lam),
            {i: full(parts) for i, parts in probabilities.items()},
        )
        for i, parts in problem.chances.items():
            told = ", ".join(f"`{formula.text}`" for formula in game.nodes[i].chances)
            _check(f"{CHANCE} at {game.nodes[i].name}, {told}", parts, game.perfect_information)
        for i, parts in problem.fixed.items():
            _check(game.choices[i].name, parts, game.perfect_information)
        return problem

    def at(self, index: tuple[int, ...]) -> NumericGame:
        """The same game at one state."""

        def pick(parts: Floats) -> Floats:
            return parts[(slice(None), *index)]

        return NumericGame(
            self.game,
            (),
            tuple(pick(end) for end in self.payoffs),
            {i: pick(parts) for i, parts in self.chances.items()},
            pick(self.precision),
            {i: pick(parts) for i, parts in self.fixed.items()},
        )

    @property
    def free(self) -> list[tuple[int, slice]]:
        """Information sets whose play is sought, each with its place among the unknown log-odds."""
        ends = itertools.accumulate(
            (len(choice.actions) - 1) * (i not in self.fixed) for i, choice in enumerate(self.game.choices)
        )
        return [
            (i, slice(end - len(self.game.choices[i].actions) + 1, end))
            for i, end in enumerate(ends)
            if i not in self.fixed
        ]

    @property
    def unknowns(self) -> int:
        return sum(place.stop - place.start for _, place in self.free)

    def weights(self) -> Floats:
        """Precision of each unknown's player; the unknown is a log-odds against the set's first action."""
        each = [
            np.full(place.stop - place.start, self.precision[self.game.choices[i].player])
            for i, place in self.free
        ]
        return np.concatenate(each) if each else np.zeros(0)

    @property
    def reach(self) -> float:
        """The largest log-odds that payoffs can bring about at one state."""
        spread = float(np.ptp(np.stack(self.payoffs), axis=0).max())
        return float(self.weights().max(initial=0.0)) * spread

    def play(self, z: NDArray[Any]) -> list[NDArray[Any]]:
        """Logarithms of the probabilities [actions, ...] of every information set, from log-odds [..., unknowns]."""
        places = dict(self.free)
        result: list[NDArray[Any]] = []
        for i, choice in enumerate(self.game.choices):
            if i in self.fixed:
                parts = np.log(self.fixed[i])
                wide = parts.reshape(len(choice.actions), *[1] * (z.ndim - 1 - len(self.shape)), *self.shape)
                result.append(np.broadcast_to(wide, (len(choice.actions), *z.shape[:-1])).astype(z.dtype))
            else:
                odds = np.moveaxis(z[..., places[i]], -1, 0)
                logits = np.concatenate([np.zeros_like(odds[:1]), odds])
                logits = logits - np.max(np.real(logits), axis=0)
                result.append(logits - np.log(np.exp(logits).sum(axis=0)))
        return result

    def flat(self, z: Floats) -> Floats:
        """All probabilities of play in one row, to tell solutions apart."""
        return np.concatenate([parts.reshape(-1) for parts in exponentials(self.play(z))])

    def backward(self) -> list[Floats]:
        """Perfect information: play found from the ends towards the start."""
        game = self.game
        worth: list[Floats] = [*([np.zeros(0)] * len(game.nodes)), *self.payoffs]
        play: list[Floats] = [np.zeros(0)] * len(game.choices)
        for i in reversed(range(len(game.nodes))):
            node = game.nodes[i]
            if node.choice is None:
                move = self.chances[i]
            elif node.choice in self.fixed:
                move = play[node.choice] = self.fixed[node.choice]
            else:
                player = game.choices[node.choice].player
                of_actions = np.stack([worth[child][player] for child in node.children])
                move = play[node.choice] = softmax(self.precision[player] * of_actions)
            worth[i] = _mean(move, [worth[child] for child in node.children])
        return play

    def worth(
        self, play: Sequence[NDArray[Any]], logs: Sequence[NDArray[Any]] = ()
    ) -> tuple[list[NDArray[Any]], list[NDArray[Any]]]:
        """Expected payoffs [players, ...] at every node and end, and the worth of actions.

        The last is the payoff [actions, ...] to the mover of each information set, averaged over the nodes that he cannot
        tell apart by how likely each is, given that one of them is reached. `logs` of the play are needed only there:
        a node may be less likely than the smallest number.
        """
        game = self.game
        batch = play[0].shape[1:]
        ends = [
            np.broadcast_to(
                end.reshape(len(end), *[1] * (len(batch) - len(self.shape)), *self.shape), (len(end), *batch)
            )
            for end in self.payoffs
        ]
        worth: list[NDArray[Any]] = [*([np.zeros(0)] * len(game.nodes)), *ends]
        for i in reversed(range(len(game.nodes))):
            worth[i] = _mean(self._move(play, i), [worth[child] for child in game.nodes[i].children])
        far: list[NDArray[Any]] = [np.zeros(batch, play[0].dtype) for _ in worth]
        for i, node in enumerate(game.nodes if logs else ()):
            steps = np.log(self.chances[i]) if node.choice is None else logs[node.choice]
            for step, child in zip(steps, node.children, strict=True):
                far[child] = far[i] + step
        actions: list[NDArray[Any]] = []
        for choice in game.choices:
            here = [np.stack([worth[c][choice.player] for c in game.nodes[n].children]) for n in choice.nodes]
            if len(here) == 1:
                actions.append(here[0])
                continue
            share = softmax(np.stack([far[n] for n in choice.nodes]))
            actions.append(sum((s * one for s, one in zip(share, here, strict=True)), np.zeros_like(here[0])))
        return worth, actions

    def reached(self, play: Sequence[NDArray[Any]]) -> dict[str, NDArray[Any]]:
        """Probability of every end."""
        game = self.game
        reached: list[NDArray[Any] | float] = [1.0, *([0.0] * (len(game.nodes) + len(game.ends) - 1))]
        for i, node in enumerate(game.nodes):
            for move, child in zip(self._move(play, i), node.children, strict=True):
                # an end may be reached from several nodes, and then its probabilities add
                reached[child] = reached[child] + reached[i] * move
        return {
            end.name: np.asarray(chance)
            for end, chance in zip(game.ends, reached[len(game.nodes) :], strict=True)
        }

    def _move(self, play: Sequence[NDArray[Any]], node: int) -> NDArray[Any]:
        """Probabilities [actions, ...] at a node."""
        choice = self.game.nodes[node].choice
        return self.chances[node] if choice is None else play[choice]

    def advantages(self, z: NDArray[Any]) -> NDArray[Any]:
        """Worth of each unknown's action less that of its set's first action, [..., unknowns]."""
        logs = self.play(z)
        _, actions = self.worth(exponentials(logs), logs)
        parts = [np.moveaxis(actions[i][1:] - actions[i][:1], 0, -1) for i, _ in self.free]
        return np.concatenate(parts, axis=-1)

    def equilibrium(
        self, play: Sequence[Floats], residual: Floats, logs: Sequence[Floats] = ()
    ) -> Equilibrium:
        game, full = self.game, self.shape
        worth, actions = self.worth(play, logs)
        regret = np.zeros(full)
        for i, _ in self.free:
            regret = np.maximum(regret, actions[i].max(axis=0) - (play[i] * actions[i]).sum(axis=0))
        choices = {
            choice.name: dict(zip(choice.actions, play[i], strict=True))
            for i, choice in enumerate(game.choices)
        }
        values = {player: np.broadcast_to(worth[0][i], full) for i, player in enumerate(game.players)}
        return Equilibrium(choices, self.reached(play), values, regret, residual)


def _given(name: str, actions: tuple[str, ...], parts: Mapping[str, ArrayLike]) -> list[Floats]:
    if set(parts) != set(actions):
        raise refusal(name, "not one probability for each action", f"Actions are: {', '.join(actions)}.")
    return [np.asarray(parts[action], dtype=np.float64) for action in actions]


def _check(name: str, parts: Floats, zero_allowed: bool) -> None:
    """Probabilities that add to one; behind a move that never happens nobody could form a belief."""
    if not (np.abs(parts.sum(axis=0) - 1.0) < 1e-9).all() or (parts < 0).any():
        raise refusal(name, "the probabilities are negative or do not add to 1", "Mend them.")
    if not zero_allowed and (parts == 0).any():
        raise refusal(name, "a probability is 0", "Leave the action out, or give it a small probability.")


def softmax(logits: NDArray[Any]) -> NDArray[Any]:
    weight = np.exp(logits - np.max(np.real(logits), axis=0))
    return weight / weight.sum(axis=0)


def exponentials(logs: Sequence[NDArray[Any]]) -> list[NDArray[Any]]:
    return [np.exp(log) for log in logs]


def _mean(move: NDArray[Any], worth: Sequence[NDArray[Any]]) -> NDArray[Any]:
    """Payoffs [players, ...] averaged over the actions of a move [actions, ...]."""
    total = move[0] * worth[0]
    for m, w in zip(move[1:], worth[1:], strict=True):
        total = total + m * w
    return total


def refusal(place: str, what: str, remedy: str) -> InputError:
    return InputError([Problem(place, what, remedy)])
