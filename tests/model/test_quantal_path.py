"""N0 where not everything is seen: the path follower stays on the principal branch, whatever other branches come near it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal, localcontext

import numpy as np
import pytest

from offramp.games.tree import Game, read_game
from offramp.model.quantal_response import solve
from tests.model.judge import gambit_principal
from tests.oracles.quantal_path import principal_path

Play = dict[str, dict[str, float]]
PRECISIONS = (0.1, 0.3, 1.0, 3.0, 10.0)
CHANCES = {2: [0.25, 0.75], 3: [0.5, 0.125, 0.375]}
# The path swerves at a precision of 0.25, close to where a straight one would run into two others that begin at a fold.
SWERVE = """
players = ["a", "b"]
[[node]]
name = "a1"
player = "a"
actions = { x = "a2", y = "a4" }
[[node]]
name = "a2"
player = "a"
actions = { x = "a3", y = "e4" }
[[node]]
name = "a3"
player = "a"
actions = { x = "e1", y = "e2", z = "e3" }
[[node]]
name = "a4"
player = "a"
actions = { x = "b1", y = "b2", z = "b3" }
[[node]]
name = "b1"
player = "b"
information_set = "b"
actions = { x = "e5", y = "e6" }
[[node]]
name = "b2"
player = "b"
actions = { x = "e7", y = "e8", z = "e9" }
[[node]]
name = "b3"
player = "b"
information_set = "b"
actions = { x = "e10", y = "e11" }
"""
BOTH_AT_ONCE = """
players = ["a", "b"]
[[node]]
name = "a"
player = "a"
actions = { x = "b1", y = "b2" }
[[node]]
name = "b1"
player = "b"
information_set = "b"
actions = { x = "e1", y = "e2" }
[[node]]
name = "b2"
player = "b"
information_set = "b"
actions = { x = "e3", y = "e4" }
"""
SWERVE_PAYOFFS = [
    (5.5, -1.5),
    (4.5, 3.5),
    (2.5, 2.5),
    (-4, 3.5),
    (5.5, 3),
    (-2, -5),
    (2, 3.5),
    (-3, 5),
    (-0.5, -2.5),
    (-2, -4),
    (4.5, 5),
]


def with_ends(text: str, players: str, payoffs: list[tuple[float, ...]]) -> Game:
    for k, worth in enumerate(payoffs, 1):
        each = ", ".join(f"{p} = {float(w)!r}" for p, w in zip(players, worth, strict=True))
        text += f'[[end]]\nname = "e{k}"\npayoffs = {{ {each} }}\n'
    return read_game(text)


def game_at_random(random: np.random.Generator, *, seen: bool) -> Game:
    """Up to three moves of chance and two or three players who remember their own; unless `seen`, somebody cannot see it all."""
    while True:
        players = "abc"[: random.integers(2, 4)]
        nodes: list[str] = []
        payoffs: list[tuple[float, ...]] = []
        sets: list[str] = []

        def grow(
            depth: int,
            past: tuple[tuple[str, str, int], ...],
            players: str = players,
            nodes: list[str] = nodes,
            payoffs: list[tuple[float, ...]] = payoffs,
            sets: list[str] = sets,
        ) -> str:
            if depth == 3 or (depth and random.random() < 0.25):
                payoffs.append(tuple(random.integers(-10, 11, len(players)) / 2))
                return f"e{len(payoffs)}"
            place, name = len(nodes), f"n{len(nodes) + 1}"
            nodes.append("")
            count = int(random.integers(2, 4))
            mover = "chance" if random.random() < 0.2 else str(random.choice(list(players)))
            own = [f"{label}.{action}" for who, label, action in past if who == mover]
            # who forgets nothing can confuse only nodes before which he has known and done the same
            label = name if seen or random.random() < 0.4 else "-".join([f"{mover}{depth}{count}", *own])
            if mover != "chance":
                sets.append(label)
            children = [grow(depth + 1, (*past, (mover, label, k))) for k in range(count)]
            actions = ", ".join(f'm{k} = "{child}"' for k, child in enumerate(children))
            nodes[place] = f'[[node]]\nname = "{name}"\nplayer = "{mover}"\nactions = {{ {actions} }}\n'
            if mover == "chance":
                chances = ", ".join(f"m{k} = {p}" for k, p in enumerate(CHANCES[count]))
                nodes[place] += f"chances = {{ {chances} }}\n"
            elif label != name:
                nodes[place] += f'information_set = "{label}"\n'
            return name

        grow(0, ())
        if sets and seen == (len(set(sets)) == len(sets)):
            return with_ends(f"players = {json.dumps(list(players))}\n" + "".join(nodes), players, payoffs)


def two_by_two(random: np.random.Generator, asymmetry: float) -> Game:
    """A battle of the sexes, not quite symmetric: play swerves to one side, and passes close by other branches."""
    a, b = random.uniform(1.0, 5.0, 2)
    payoffs = np.array([(a, b), (0, 0), (0, 0), (b, a)]) + asymmetry * random.uniform(-1, 1, (4, 2))
    return with_ends(BOTH_AT_ONCE, "ab", [tuple(row) for row in payoffs.tolist()])


def distance(one: Play, other: Play) -> float:
    return max(
        abs(float(one[name][action]) - other[name][action]) for name in other for action in other[name]
    )


def solved(game: Game, precisions: Sequence[float]) -> list[Play]:
    found = solve(game, precision=np.array(precisions))
    assert found.residual.max() < 1e-9
    return [
        {name: {action: float(p[k]) for action, p in mixed.items()} for name, mixed in found.choices.items()}
        for k in range(len(precisions))
    ]


def farthest(found: list[Play], judged: list[Play]) -> float:
    return max(distance(one, other) for one, other in zip(found, judged, strict=True))


def gambit_path(game: Game, precisions: Sequence[float]) -> list[Play]:
    """Gambit's play; it reaches a precision to some 1e-9 and its play to some 1e-7, which is enough to tell branches apart."""
    reached, play = zip(*(gambit_principal(game, {}, lam) for lam in precisions), strict=True)
    np.testing.assert_allclose(reached, precisions, rtol=1e-6)
    return list(play)


def test_a_swerve_is_followed() -> None:
    """Steps that were too long went over to another branch, and stayed there from a precision of 0.5 on."""
    game = with_ends(SWERVE, "ab", SWERVE_PAYOFFS)
    precisions = (0.1, 0.2, 0.25, 0.5, 1.0, 2.0, 4.0, 10.0)
    found = solved(game, precisions)
    assert farthest(found, principal_path(game, precisions)) < 1e-6
    assert farthest(found, gambit_path(game, precisions)) < 1e-8


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
def test_games_drawn_at_random(seed: int) -> None:
    """Three hundred games in which somebody cannot see everything, each at five precisions, against integration and Gambit."""
    random = np.random.default_rng(seed)
    for _ in range(30):
        game = game_at_random(random, seen=False)
        assert not game.perfect_information
        found = solved(game, PRECISIONS)
        assert farthest(found, principal_path(game, PRECISIONS)) < 1e-6
        assert farthest(found, gambit_path(game, PRECISIONS)) < 1e-5


@pytest.mark.parametrize("asymmetry", [1e-1, 1e-2, 1e-3, 1e-4, 1e-6])
def test_branches_that_come_as_near_as_one_likes(asymmetry: float) -> None:
    """Gambit is no judge here: with an asymmetry of 1e-6 it goes over to the other branch."""
    random = np.random.default_rng(5)
    for _ in range(5):
        game = two_by_two(random, asymmetry)
        precisions = (0.3, 1.0, 3.0)
        assert farthest(solved(game, precisions), principal_path(game, precisions, 1e-12)) < 1e-6


@pytest.mark.parametrize("precision", [1.0, 2.0 - 1e-9, 2.0, 2.0 + 1e-9, 3.0, 50.0])
def test_symmetric_play_is_kept_where_branches_cross(precision: float) -> None:
    """Two who want to meet anywhere: play is one half by symmetry, and at a precision of 2 two other branches leave it."""
    game = with_ends(BOTH_AT_ONCE, "ab", [(1, 1), (0, 0), (0, 0), (1, 1)])
    assert solve(game, precision=precision).choices["a"]["x"] == pytest.approx(0.5, abs=1e-12)


def play_to_forty_digits(game: Game, precision: float) -> Play:
    """Perfect information by hand: logit from the ends backwards, in decimals of forty digits, rounded once at the end."""
    play: Play = {}
    with localcontext() as context:
        context.prec = 40

        def worth(at: int) -> list[Decimal]:
            if at >= len(game.nodes):
                payoffs = game.ends[at - len(game.nodes)].payoffs
                return [Decimal(float(formula.evaluate(game.parameters))) for formula in payoffs]
            node = game.nodes[at]
            below = [worth(child) for child in node.children]
            if node.choice is None:
                mixed = [Decimal(float(formula.evaluate(game.parameters))) for formula in node.chances]
            else:
                choice = game.choices[node.choice]
                weights = [(Decimal(precision) * one[choice.player]).exp() for one in below]
                mixed = [weight / sum(weights) for weight in weights]
                play[choice.name] = dict(zip(choice.actions, map(float, mixed), strict=True))
            return [
                sum(m * one[i] for m, one in zip(mixed, below, strict=True)) for i in range(len(below[0]))
            ]

        worth(0)
    return play


@pytest.mark.parametrize("seed", range(5))
def test_perfect_information_to_the_last_digit(seed: int) -> None:
    random = np.random.default_rng(seed)
    for _ in range(20):
        game = game_at_random(random, seen=True)
        for lam in PRECISIONS:
            assert distance(solved(game, [lam])[0], play_to_forty_digits(game, lam)) < 1e-13


def test_gambit_a_ten_millionth_away() -> None:
    """Who is right where Gambit (17.0.0b2) differs by 1e-7: forty digits stand by our own pass; its play adds to 1.0000001."""
    text = """
players = ["a", "b", "c"]
[[node]]
name = "a"
player = "a"
actions = { x = "b", y = "e1" }
[[node]]
name = "b"
player = "b"
actions = { x = "c", y = "chance" }
[[node]]
name = "c"
player = "c"
actions = { x = "e2", y = "e3" }
[[node]]
name = "chance"
player = "chance"
actions = { x = "e4", y = "e5", z = "e6" }
chances = { x = 0.5, y = 0.125, z = 0.375 }
"""
    payoffs = [(-5, 5, 2), (-2.5, -3.5, -0.5), (-5, 2.5, 0), (4, 2, -1), (4, -1.5, 3.5), (4, 0, -2)]
    game = with_ends(text, "abc", payoffs)
    reached, judged = gambit_principal(game, {}, 2.0)
    exact = play_to_forty_digits(game, reached)
    assert distance(solved(game, [reached])[0], exact) < 1e-15
    assert distance(judged, exact) < 2e-7
