"""Small games in extensive form as data: who moves, what each can do, what each ending is worth to whom.

A game is a TOML text. Its first node is the start; an action leads to a node or to an end; payoffs are numbers or formulas
of the game's parameters. Nodes that a player cannot tell apart share an `information_set`. A node of the player "chance"
has `chances` instead of free choice.

    title = "Matching pennies"
    players = ["row", "column"]
    [[node]]
    name = "row"
    player = "row"
    actions = { up = "after up", down = "after down" }
    ...
    [[end]]
    name = "up left"
    payoffs = { row = 9, column = 0 }
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, cast

from offramp.errors import InputError, Problem
from offramp.model.expressions import Expression, parse

CHANCE = "chance"
MOST_CHARACTERS = 100_000
MOST_NODES = 200
MOST_ACTIONS = 20
_KEYS = {"title", "source", "players", "parameters", "node", "end"}
_NODE_KEYS = {"name", "player", "information_set", "actions", "chances"}


@dataclass(frozen=True)
class InformationSet:
    """Nodes that a player cannot tell apart: `player` counts the game's players, `nodes` its nodes."""

    name: str
    player: int
    actions: tuple[str, ...]
    nodes: tuple[int, ...]


@dataclass(frozen=True)
class Node:
    """A point where somebody moves. A child below the number of nodes is a node, beyond it an end.

    `choice` counts the game's information sets; None where chance moves, with a formula for each child.
    """

    name: str
    choice: int | None
    chances: tuple[Expression, ...]
    children: tuple[int, ...]


@dataclass(frozen=True)
class End:
    """An ending and what it is worth to each player, in the order of the game's players."""

    name: str
    payoffs: tuple[Expression, ...]


@dataclass(frozen=True)
class Game:
    """A game tree: nodes in an order in which every node stands after its parent; the first is the start."""

    title: str
    source: str
    players: tuple[str, ...]
    parameters: Mapping[str, float]
    choices: tuple[InformationSet, ...]
    nodes: tuple[Node, ...]
    ends: tuple[End, ...]

    @property
    def perfect_information(self) -> bool:
        """Whether everybody who moves knows all that happened before."""
        return all(len(choice.nodes) == 1 for choice in self.choices)


def shipped_games() -> tuple[str, ...]:
    """Names of the games that come with the package."""
    folder = files("offramp.model") / "games"
    return tuple(sorted(f.name.removesuffix(".toml") for f in folder.iterdir() if f.name.endswith(".toml")))


@cache
def shipped_game(name: str) -> Game:
    """A game that comes with the package, read once; InputError when there is none of that name."""
    if name not in shipped_games():
        raise InputError([Problem(name, "no such game", f"Shipped are: {', '.join(shipped_games())}.")])
    return read_game((files("offramp.model") / "games" / f"{name}.toml").read_text("utf-8"), name)


def read_game(text: str, place: str = "game") -> Game:
    """A game from TOML text; InputError names every fault with its place and remedy."""
    if len(text) > MOST_CHARACTERS:
        raise InputError([Problem(place, "the text is too long", f"At most {MOST_CHARACTERS} characters.")])
    try:
        table = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError([Problem(place, f"not TOML: {error}", "Mend the syntax.")]) from None
    reader = _Reader(place, [])
    game = reader.game(table)
    if reader.problems or game is None:
        raise InputError(reader.problems)
    return game


@dataclass
class _Reader:
    """Collects what is wrong, so that all faults of a game are told together."""

    place: str
    problems: list[Problem]

    def wrong(self, where: str, what: str, remedy: str) -> None:
        self.problems.append(Problem(f"{self.place}: {where}" if where else self.place, what, remedy))

    def formula(self, value: Any, where: str, known: Mapping[str, float]) -> Expression:
        zero = Expression("0", where, (0.0,))
        number = isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e100
        if not number and not isinstance(value, str):
            self.wrong(where, "not a finite number or a formula", "Write a number, or text in quotes.")
            return zero
        try:
            formula = parse(value, f"{self.place}: {where}")
        except InputError as error:
            self.problems += error.problems
            return zero
        for name in sorted(formula.names - set(known)):
            self.wrong(
                where, f"`{name}` is no parameter", f"Give it a value under [parameters]: {name} = ..."
            )
        return formula

    def tables(self, table: Mapping[str, Any], key: str) -> dict[str, dict[str, Any]]:
        """The [[node]] or [[end]] tables by name, each complete enough to go on with."""
        rows = table.get(key)
        named: dict[str, dict[str, Any]] = {}
        if not isinstance(rows, list) or not 1 <= len(cast(list[Any], rows)) <= MOST_NODES:
            self.wrong(key, "missing, or not a list of tables", f"Write 1 to {MOST_NODES} tables [[{key}]].")
            return named
        for number, row in enumerate(cast(list[Any], rows), 1):
            name = cast(dict[str, Any], row).get("name") if isinstance(row, dict) else None
            if not isinstance(name, str) or not name or name in named:
                self.wrong(
                    f"{key} {number}", "no name, or one used before", 'Give it a name = "..." of its own.'
                )
            else:
                named[name] = cast(dict[str, Any], row)
        return named

    def words(self, value: Any, where: str, what: str) -> dict[str, Any]:
        if isinstance(value, dict) and 1 <= len(cast(dict[str, Any], value)) <= MOST_ACTIONS:
            return cast(dict[str, Any], value)
        self.wrong(where, f"{what} missing", f"Write {what} = {{ ... }} with 1 to {MOST_ACTIONS} entries.")
        return {}

    def game(self, table: Mapping[str, Any]) -> Game | None:
        for key in sorted(set(table) - _KEYS):
            self.wrong(key, "unknown key", f"Known are: {', '.join(sorted(_KEYS))}.")
        players = table.get("players")
        if not isinstance(players, list) or not all(isinstance(p, str) for p in cast(list[Any], players)):
            self.wrong("players", "missing, or not a list of names", 'Write players = ["...", "..."].')
            return None
        names = tuple(cast(list[str], players))
        if not names or len(set(names)) < len(names) or CHANCE in names:
            self.wrong("players", "empty, repeated or named chance", "Give each player a name of its own.")
        parameters = self.parameters(table.get("parameters", {}))
        rows, ends = self.tables(table, "node"), self.tables(table, "end")
        for name in sorted(set(rows) & set(ends)):
            self.wrong(f"end {name}", "a node has the same name", "Rename one of the two.")
        if self.problems:
            return None
        order = self.order(rows, ends)
        if self.problems:
            return None
        place_of = {name: i for i, name in enumerate([*order, *ends])}
        sets = self.information_sets(rows, order, names)
        if not sets and not self.problems:
            self.wrong("", "nobody decides anything", "Give at least one node to a player.")
        number = {choice.name: i for i, choice in enumerate(sets)}
        nodes = tuple(self.node(name, rows[name], place_of, number, parameters) for name in order)
        self.memory(nodes, sets)
        finals = tuple(self.end(name, row, names, parameters) for name, row in ends.items())
        title, source = str(table.get("title", self.place)), str(table.get("source", ""))
        return Game(title, source, names, parameters, sets, nodes, finals)

    def parameters(self, table: Any) -> dict[str, float]:
        values: dict[str, float] = {}
        for name, value in cast(dict[str, Any], table if isinstance(table, dict) else {}).items():
            good = not isinstance(value, bool) and isinstance(value, (int, float)) and abs(value) < 1e100
            if not good or not name.isidentifier() or not name.isascii():
                self.wrong(f"parameters.{name}", "not a named finite number", "Write name = number.")
            else:
                values[name] = float(value)
        return values

    def order(self, rows: Mapping[str, Any], ends: Mapping[str, Any]) -> list[str]:
        """Nodes from the start downwards, each after its parent; every node has one parent, every end is reached."""
        start = next(iter(rows))
        reached: list[str] = []
        used: set[str] = set()
        waiting = [start]
        while waiting:
            name = waiting.pop()
            reached.append(name)
            for action, target in self.words(rows[name].get("actions"), f"node {name}", "actions").items():
                where = f"node {name}.actions.{action}"
                if not isinstance(target, str) or (target not in rows and target not in ends):
                    self.wrong(where, f"leads to `{target}`, which does not exist", "Name a node or an end.")
                elif target in rows and (target in used or target == start):
                    self.wrong(
                        where, f"`{target}` is reached twice", "A game is a tree: write the node anew."
                    )
                else:
                    used.add(target)
                    waiting += [target] if target in rows else []
        for name in sorted({*rows, *ends} - used - {start}):
            self.wrong(name, "no action leads there", "Remove it, or let an action lead to it.")
        return reached

    def information_sets(
        self, rows: Mapping[str, Any], order: Sequence[str], players: tuple[str, ...]
    ) -> tuple[InformationSet, ...]:
        found: dict[str, InformationSet] = {}
        for i, name in enumerate(order):
            row, where = rows[name], f"node {name}"
            for key in sorted(set(row) - _NODE_KEYS):
                self.wrong(f"{where}.{key}", "unknown key", f"Known are: {', '.join(sorted(_NODE_KEYS))}.")
            player, actions = row.get("player"), tuple(row["actions"])
            if player == CHANCE:
                continue
            if player not in players:
                self.wrong(
                    f"{where}.player", f"`{player}` does not play", f"Players are: {', '.join(players)}."
                )
                continue
            label = str(row.get("information_set", name))
            seen = found.get(label)
            if seen is None:
                found[label] = InformationSet(label, players.index(player), actions, (i,))
            elif (seen.player, seen.actions) != (players.index(player), actions):
                self.wrong(
                    where, f"differs from the rest of `{label}`", "Same player, same actions, same order."
                )
            else:
                found[label] = InformationSet(label, seen.player, actions, (*seen.nodes, i))
        return tuple(found.values())

    def node(
        self,
        name: str,
        row: Mapping[str, Any],
        place_of: Mapping[str, int],
        number: Mapping[str, int],
        parameters: Mapping[str, float],
    ) -> Node:
        children = tuple(place_of[target] for target in row["actions"].values())
        if row.get("player") != CHANCE:
            return Node(name, number.get(str(row.get("information_set", name)), 0), (), children)
        chances = self.words(row.get("chances"), f"node {name}", "chances")
        if set(chances) != set(row["actions"]):
            self.wrong(
                f"node {name}.chances", "not one chance for each action", "Use the names of the actions."
            )
        formulas = (
            self.formula(chances.get(a, 0), f"node {name}.chances.{a}", parameters) for a in row["actions"]
        )
        return Node(name, None, tuple(formulas), children)

    def end(
        self, name: str, row: Mapping[str, Any], players: tuple[str, ...], parameters: Mapping[str, float]
    ) -> End:
        where = f"end {name}"
        for key in sorted(set(row) - {"name", "payoffs"}):
            self.wrong(f"{where}.{key}", "unknown key", "Known are: name, payoffs.")
        payoffs = self.words(row.get("payoffs"), where, "payoffs")
        if set(payoffs) != set(players):
            self.wrong(f"{where}.payoffs", "not one payoff for each player", f"Give {', '.join(players)}.")
        return End(
            name,
            tuple(self.formula(payoffs.get(p, 0), f"{where}.payoffs.{p}", parameters) for p in players),
        )

    def memory(self, nodes: tuple[Node, ...], sets: tuple[InformationSet, ...]) -> None:
        """Nobody forgets that he has moved: an information set stands at most once on a way through the tree."""
        passed: list[frozenset[int]] = [frozenset()] * len(nodes)
        for i, node in enumerate(nodes):
            here = passed[i]
            if node.choice is not None:
                if node.choice in here:
                    label = sets[node.choice].name
                    self.wrong(
                        f"node {node.name}",
                        f"`{label}` comes twice on one way",
                        "Use another information_set.",
                    )
                here = here | {node.choice}
            for child in node.children:
                if child < len(nodes):
                    passed[child] = here
