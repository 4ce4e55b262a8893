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
    outcome = "use"          # only where the game is a leader's crisis: what the ending means to the war
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, cast

from offramp.errors import InputError, Problem
from offramp.games.expressions import Expression, parse

CHANCE = "chance"
MOST_CHARACTERS = 100_000
MOST_NODES = 200
MOST_ACTIONS = 20
MOST_PLAYERS = 10

SETTLEMENT: Final = "settlement"
USE: Final = "use"
STOPPED: Final = "order stopped"
OUTCOMES: Final = (SETTLEMENT, USE, STOPPED)
"""What an ending of a leader's crisis can mean to the war; without one of these words the war goes on."""

_LARGEST: Final = 1e100
"""Below which sums and products of a few numbers stay finite."""
_NONE: Final = "not a finite number"
_SMALLER: Final = (
    f"Write one below {_LARGEST:g} in size; payoffs are utilities, of which only differences count."
)

Loc = tuple[str | int, ...]
"""A place in a game's tables: keys and list positions."""
Say = Callable[[Loc, str, str], None]
"""Notes what is wrong: where, what, and the remedy as a full sentence."""

_KEYS = {"title", "source", "players", "parameters", "node", "end"}
_NODE_KEYS = {"name", "player", "information_set", "actions", "chances"}
_END_KEYS = {"name", "payoffs", "outcome"}


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
    """An ending and what it is worth to each player, in the order of the game's players. outcome: one of OUTCOMES, or empty."""

    name: str
    payoffs: tuple[Expression, ...]
    outcome: str = ""


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


def read_game(text: str, place: str = "game") -> Game:
    """A game from TOML text; InputError names every fault with its place and remedy."""
    if len(text) > MOST_CHARACTERS:
        raise InputError([Problem(place, "the text is too long", f"At most {MOST_CHARACTERS} characters.")])
    try:
        table = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError([Problem(place, f"not TOML: {error}", "Mend the syntax.")]) from None
    problems: list[Problem] = []

    def say(loc: Loc, what: str, remedy: str) -> None:
        problems.append(Problem(f"{place}: {_told(loc, table)}" if loc else place, what, remedy))

    game = game_of(table, place, say)
    if problems or game is None:
        raise InputError(problems)
    return game


def game_of(table: Mapping[str, Any], place: str, say: Say) -> Game | None:
    """A game from parsed tables; every fault is said, and None means that there was one. place: names the game in messages
    of later, when a formula has no finite value.
    """
    faults = 0

    def counted(loc: Loc, what: str, remedy: str) -> None:
        nonlocal faults
        faults += 1
        say(loc, what, remedy)

    game = _Reader(place, counted, lambda: faults > 0).game(table)
    return None if faults else game


def _told(loc: Loc, table: Mapping[str, Any]) -> str:
    """A place in words: `node row.actions.up`."""
    row: Any = table.get(str(loc[0]))
    if len(loc) > 1 and isinstance(loc[1], int):
        name = row[loc[1]].get("name") if isinstance(row[loc[1]], dict) else None
        first = f"{loc[0]} {name if isinstance(name, str) and name else loc[1] + 1}"
        return ".".join((first, *map(str, loc[2:])))
    return ".".join(map(str, loc))


def _fault(value: Any) -> str:
    """What is wrong with a number of a game; empty where nothing is."""
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or value != value
        or abs(value) == math.inf
    ):
        return _NONE
    return "" if abs(value) < _LARGEST else "is too large a number"


class _Row(NamedTuple):
    """A table of a node or an end, and where it stands."""

    loc: Loc
    stated: Mapping[str, Any]


@dataclass
class _Reader:
    """Reads one game; all faults are told together."""

    place: str
    wrong: Say
    faulty: Callable[[], bool]

    def formula(self, value: Any, loc: Loc, known: Mapping[str, float]) -> Expression:
        zero = Expression("0", self.place, (0.0,))
        if not isinstance(value, str) and (fault := _fault(value)):
            remedy = "Write a number, or text in quotes." if fault == _NONE else _SMALLER
            self.wrong(loc, f"{fault} or a formula" if fault == _NONE else fault, remedy)
            return zero
        try:
            formula = parse(value, f"{self.place}: {'.'.join(map(str, loc))}")
        except InputError as error:
            for problem in error.problems:
                self.wrong(loc, problem.what, problem.remedy)
            return zero
        for name in sorted(formula.names - set(known)):
            self.wrong(loc, f"`{name}` is no parameter", f"Give it a value under `parameters`: {name} = ...")
        return formula

    def tables(self, table: Mapping[str, Any], key: str) -> dict[str, _Row]:
        """The [[node]] or [[end]] tables by name, each complete enough to go on with."""
        rows = table.get(key)
        named: dict[str, _Row] = {}
        if not isinstance(rows, list) or not 1 <= len(cast(list[Any], rows)) <= MOST_NODES:
            remedy = f"Write 1 to {MOST_NODES} tables [[{key}]]."
            self.wrong((key,), "missing, or not a list of tables", remedy)
            return named
        for at, row in enumerate(cast(list[Any], rows)):
            name = cast(dict[str, Any], row).get("name") if isinstance(row, dict) else None
            if not isinstance(name, str) or not name or name in named:
                remedy = 'Give it a name = "..." of its own.'
                self.wrong((key, at), "no name, or one used before", remedy)
            else:
                named[name] = _Row((key, at), cast(dict[str, Any], row))
        return named

    def words(self, value: Any, loc: Loc, what: str) -> dict[str, Any]:
        if isinstance(value, dict) and 1 <= len(cast(dict[str, Any], value)) <= MOST_ACTIONS:
            return cast(dict[str, Any], value)
        self.wrong(loc, f"{what} missing", f"Write {what} = {{ ... }} with 1 to {MOST_ACTIONS} entries.")
        return {}

    def game(self, table: Mapping[str, Any]) -> Game | None:
        for key in sorted(set(table) - _KEYS):
            self.wrong((key,), "unknown key", f"Known are: {', '.join(sorted(_KEYS))}.")
        players = table.get("players")
        if not isinstance(players, list) or not all(isinstance(p, str) for p in cast(list[Any], players)):
            self.wrong(("players",), "missing, or not a list of names", 'Write players = ["...", "..."].')
            return None
        names = tuple(cast(list[str], players))
        if not names or len(set(names)) < len(names) or CHANCE in names:
            remedy = "Give each player a name of its own."
            self.wrong(("players",), "empty, repeated or named chance", remedy)
        if len(names) > MOST_PLAYERS:
            self.wrong(("players",), f"there are {len(names)}", f"At most {MOST_PLAYERS} may play.")
        parameters = self.parameters(table.get("parameters", {}))
        rows, ends = self.tables(table, "node"), self.tables(table, "end")
        for name in sorted(set(rows) & set(ends)):
            self.wrong(ends[name].loc, "a node has the same name", "Rename one of the two.")
        if self.faulty():
            return None
        order = self.order(rows, ends)
        if self.faulty():
            return None
        place_of = {name: i for i, name in enumerate([*order, *ends])}
        sets = self.information_sets(rows, order, names)
        if not sets and not self.faulty():
            self.wrong((), "nobody decides anything", "Give at least one node to a player.")
        number = {choice.name: i for i, choice in enumerate(sets)}
        nodes = tuple(self.node(name, rows[name], place_of, number, parameters) for name in order)
        self.memory(nodes, sets, rows)
        finals = tuple(self.end(name, row, names, parameters) for name, row in ends.items())
        title, source = str(table.get("title", self.place)), str(table.get("source", ""))
        return Game(title, source, names, parameters, sets, nodes, finals)

    def parameters(self, table: Any) -> dict[str, float]:
        values: dict[str, float] = {}
        for name, value in cast(dict[str, Any], table if isinstance(table, dict) else {}).items():
            fault = _fault(value)
            if fault == _NONE or not name.isidentifier() or not name.isascii():
                self.wrong(("parameters", name), "not a named finite number", "Write name = number.")
            elif fault:
                self.wrong(("parameters", name), fault, _SMALLER)
            else:
                values[name] = float(value)
        return values

    def order(self, rows: Mapping[str, _Row], ends: Mapping[str, _Row]) -> list[str]:
        """Nodes from the start downwards, each after its parent; every node has one parent, every end is reached."""
        start = next(iter(rows))
        reached: list[str] = []
        used: set[str] = set()
        waiting = [start]
        while waiting:
            name = waiting.pop()
            reached.append(name)
            at, row = rows[name]
            for action, target in self.words(row.get("actions"), at, "actions").items():
                loc = (*at, "actions", action)
                if not isinstance(target, str) or (target not in rows and target not in ends):
                    self.wrong(loc, f"leads to `{target}`, which does not exist", "Name a node or an end.")
                elif target in rows and (target in used or target == start):
                    remedy = "A game is a tree: write the node anew."
                    self.wrong(loc, f"`{target}` is reached twice", remedy)
                else:
                    used.add(target)
                    waiting += [target] if target in rows else []
        # what nothing leads to may be what a wrong name meant
        for name in [] if self.faulty() else sorted({*rows, *ends} - used - {start}):
            loc = (rows.get(name) or ends[name]).loc
            self.wrong(loc, "no action leads there", "Remove it, or let an action lead to it.")
        return reached

    def information_sets(
        self, rows: Mapping[str, _Row], order: Sequence[str], players: tuple[str, ...]
    ) -> tuple[InformationSet, ...]:
        found: dict[str, InformationSet] = {}
        for i, name in enumerate(order):
            at, row = rows[name]
            for key in sorted(set(row) - _NODE_KEYS):
                self.wrong((*at, key), "unknown key", f"Known are: {', '.join(sorted(_NODE_KEYS))}.")
            player, actions = row.get("player"), tuple(row["actions"])
            if player == CHANCE:
                continue
            if player not in players:
                remedy = f"Players are: {', '.join(players)}."
                self.wrong((*at, "player"), f"`{player}` does not play", remedy)
                continue
            label = str(row.get("information_set", name))
            seen = found.get(label)
            if seen is None:
                found[label] = InformationSet(label, players.index(player), actions, (i,))
            elif (seen.player, seen.actions) != (players.index(player), actions):
                self.wrong(
                    at, f"differs from the rest of `{label}`", "Same player, same actions, same order."
                )
            else:
                found[label] = InformationSet(label, seen.player, actions, (*seen.nodes, i))
        return tuple(found.values())

    def node(
        self,
        name: str,
        row: _Row,
        place_of: Mapping[str, int],
        number: Mapping[str, int],
        parameters: Mapping[str, float],
    ) -> Node:
        at, stated = row
        children = tuple(place_of[target] for target in stated["actions"].values())
        if stated.get("player") != CHANCE:
            return Node(name, number.get(str(stated.get("information_set", name)), 0), (), children)
        chances = self.words(stated.get("chances"), at, "chances")
        if set(chances) != set(stated["actions"]):
            remedy = "Use the names of the actions."
            self.wrong((*at, "chances"), "not one chance for each action", remedy)
        formulas = (
            self.formula(chances.get(a, 0), (*at, "chances", a), parameters) for a in stated["actions"]
        )
        return Node(name, None, tuple(formulas), children)

    def end(self, name: str, row: _Row, players: tuple[str, ...], parameters: Mapping[str, float]) -> End:
        at, stated = row
        for key in sorted(set(stated) - _END_KEYS):
            self.wrong((*at, key), "unknown key", f"Known are: {', '.join(sorted(_END_KEYS))}.")
        outcome = stated.get("outcome", "")
        if outcome and outcome not in OUTCOMES:
            remedy = f"Write {', '.join(OUTCOMES[:-1])} or {OUTCOMES[-1]}, or leave it out: the war goes on."
            self.wrong((*at, "outcome"), f"`{outcome}` is no outcome of a crisis", remedy)
        payoffs = self.words(stated.get("payoffs"), at, "payoffs")
        if set(payoffs) != set(players):
            self.wrong((*at, "payoffs"), "not one payoff for each player", f"Give {', '.join(players)}.")
        return End(
            name,
            tuple(self.formula(payoffs.get(p, 0), (*at, "payoffs", p), parameters) for p in players),
            str(outcome),
        )

    def memory(
        self, nodes: tuple[Node, ...], sets: tuple[InformationSet, ...], rows: Mapping[str, _Row]
    ) -> None:
        """Nobody forgets that he has moved: an information set stands at most once on a way through the tree."""
        passed: list[frozenset[int]] = [frozenset()] * len(nodes)
        for i, node in enumerate(nodes):
            here = passed[i]
            if node.choice is not None:
                if node.choice in here:
                    what = f"`{sets[node.choice].name}` comes twice on one way"
                    self.wrong(rows[node.name].loc, what, "Use another information_set.")
                here = here | {node.choice}
            for child in node.children:
                if child < len(nodes):
                    passed[child] = here
