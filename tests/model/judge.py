"""Gambit as a judge: the same game in its file format, solved by its own path follower."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import pygambit

from offramp.games.tree import Game


def file_format(game: Game, state: Mapping[str, float]) -> str:
    """The game at one state as an .efg text. Actions are named `set|action`, so that no two sets share a name."""
    values = {**game.parameters, **state}

    def word(text: str) -> str:
        return '"' + text.replace('"', "'") + '"'

    lines = [f"EFG 2 R {word(game.title)} {{ {' '.join(map(word, game.players))} }}", '""']
    number: dict[int, int] = {}
    for i, choice in enumerate(game.choices):
        number[i] = 1 + sum(game.choices[j].player == choice.player for j in number)

    def write(at: int) -> None:
        if at >= len(game.nodes):
            end = game.ends[at - len(game.nodes)]
            worth = " ".join(repr(float(formula.evaluate(values))) for formula in end.payoffs)
            lines.append(f't "" {at - len(game.nodes) + 1} {word(end.name)} {{ {worth} }}')
            return
        node = game.nodes[at]
        if node.choice is None:
            chances = (f"{word(str(k))} {float(f.evaluate(values))!r}" for k, f in enumerate(node.chances))
            lines.append(f'c {word(node.name)} {at + 1} "" {{ {" ".join(chances)} }} 0')
        else:
            choice = game.choices[node.choice]
            actions = " ".join(word(f"{choice.name}|{action}") for action in choice.actions)
            lines.append(
                f"p {word(node.name)} {choice.player + 1} {number[node.choice]} {word(choice.name)} {{ {actions} }} 0"
            )
        for child in node.children:
            write(child)

    write(0)
    return "\n".join(lines)


def gambit_principal(
    game: Game, state: Mapping[str, float], precision: float
) -> tuple[float, dict[str, dict[str, float]]]:
    """Gambit's play on the principal branch and the precision that it reached, which differs in the last digits."""
    read = pygambit.read_efg(io.StringIO(file_format(game, state)))
    point: Any = pygambit.qre.logit_solve_lambda(read, precision)[0]
    play: dict[str, dict[str, float]] = {}
    for player in point.profile:
        for _, mixed in player:
            for label, probability in dict(mixed).items():
                name, action = label.split("|")
                play.setdefault(name, {})[action] = float(probability)
    return float(point.lam), play
