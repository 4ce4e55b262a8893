"""Checks of a game of the user's own, and the game itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from offramp.errors import InputError
from offramp.games.expressions import Expression
from offramp.games.tree import USE, Game, Node, game_of
from offramp.scenario.document import Document
from offramp.scenario.findings import Loc
from offramp.scenario.forms import FORM_KEYS

STATE: Final = ("p", "o")
"""Parameters that the run sets: probability of collapse as the leader sees it, strength of the off-ramp on offer."""
_COMMAND: Final = ("obey", "refuse")


def game_in(document: Document) -> Game | None:
    """The tree of the table [game], None where there is none or it was refused; its parameters stand at 0."""
    stated = document.table("game")
    if stated is None or document.findings.at(("game",)):
        return None
    tables = stated.model_dump(exclude_none=True, exclude={"parameters"})
    tables |= {key: list(tables[key]) for key in ("players", "node", "end")}
    tables["parameters"] = dict.fromkeys((*STATE, *(stated.parameters or ())), 0.0)
    return game_of(tables, "game", lambda loc, what, remedy: document.say(("game", *loc), what, remedy))


def check_game(document: Document) -> None:
    """Whether a game can stand for the leader's crisis in this file."""
    stated = document.table("game")
    if stated is None:
        return
    if not document.states("escalation"):
        document.lacks(("game",), "needs [escalation], which says how often a crisis comes", "Add the table.")
    for name in STATE:
        if name in (stated.parameters or ()):
            what = f"`{name}` is set by the run on every day"
            document.say(("game", "parameters", name), what, "Leave it out, or give it another name.")
    if document.has("escalation", "payoffs"):
        remedy = "Write its numbers under [game.parameters], or take one of the two out."
        document.say(
            ("escalation", "payoffs"), "belongs to the shipped game, and the file brings its own", remedy
        )
    game = game_in(document)
    if game is None:
        return
    if not game.perfect_information:
        shared = next(choice for choice in game.choices if len(choice.nodes) > 1)
        at = next(n for n, node in enumerate(stated.node) if node.information_set == shared.name)
        what = f"`{shared.name}` stands at {len(shared.nodes)} nodes: in a run everybody knows what happened before"
        document.say(("game", "node", at, "information_set"), what, "Give each node a choice of its own.")
    if not any(end.outcome == USE for end in game.ends):
        remedy = 'Give the ends at which a weapon is used the key outcome = "use".'
        document.say(("game", "end"), "no end is nuclear use, which [escalation] is about", remedy)
    used = {name for end in game.ends for formula in end.payoffs for name in formula.names}
    used |= {name for node in game.nodes for formula in node.chances for name in formula.names}
    for name in stated.parameters or ():
        if name in FORM_KEYS:
            what = f"`{name}` is a word that quantities are written with"
            document.say(("game", "parameters", name), what, "Give it another name.")
        elif name not in used and name not in STATE:
            document.say(("game", "parameters", name), "no formula names it", "Use it, or leave it out.")
    if document.names["offramp"] and "o" not in used:
        remedy = "Let a payoff depend on `o`, or take the off-ramps out."
        document.say(("game", "end"), "no formula names `o`, so that no off-ramp makes a difference", remedy)
    _check_command(document, game)


def _check_command(document: Document, game: Game) -> None:
    escalation = document.table("escalation")
    if escalation is not None and escalation.command_precision is not None and "command" not in game.players:
        remedy = "Name a player so, or leave the key out."
        document.say(("escalation", "command_precision"), "the game has no player `command`", remedy)
    if escalation is None or escalation.veto is None:
        return
    if not any(one.name == "command" and sorted(one.actions) == sorted(_COMMAND) for one in game.choices):
        what = "the game has no choice `command` with the actions obey and refuse, which several commanders could make"
        document.say(("escalation", "veto"), what, "Add it to the game, or take the table out.")


def check_numbers(document: Document, game: Game, values: dict[str, tuple[float, ...]]) -> None:
    """Formulas of the game have finite values, and chances are chances, wherever `p` and `o` may lie.

    values: of each parameter the one that is known; of an unknown one its 5 %, 50 % and 95 % quantiles, tried one at a time
    with the others at their medians. Beyond these the run tells it.
    """
    guaranteed = any(ramp.guarantee_share is not None for _, ramp in document.items("offramp"))
    most = (
        2.0 if guaranteed else 1.0
    )  # personal guarantees add to the strength of an off-ramp, at most once over
    p, o = np.meshgrid(np.linspace(0.0, 1.0, _POINTS), np.linspace(0.0, most, _STRENGTHS))
    middle = {name: several[len(several) // 2] for name, several in values.items()}
    tried = [middle]
    tried += [
        middle | {name: one} for name, several in values.items() for one in several if one != middle[name]
    ]
    for state in ({**each, "p": p, "o": o} for each in tried):
        for at, end in enumerate(game.ends):
            for player, formula in zip(game.players, end.payoffs, strict=True):
                if _divides_by_zero(document, formula, ("game", "end", at, "payoffs", player), state):
                    return
        for node in game.nodes:
            if node.choice is None and _no_chances(document, node, state):
                return


_POINTS: Final = 201
_STRENGTHS: Final = 21
"""Values of `p` and of `o` at which formulas are tried: a divisor between two that differ in sign is zero in between."""
_ROUNDING: Final = 1e-9
"""By which a sum of chances may differ from one."""


def _divides_by_zero(
    document: Document, formula: Expression, loc: Loc, state: Mapping[str, ArrayLike]
) -> bool:
    for divisor in formula.divisors(state):
        if (divisor > 0.0).all() or (divisor < 0.0).all():
            continue
        what = f"`{formula.text}` divides by what can be zero{_where(np.abs(divisor), state, formula)}"
        document.say(
            loc, what, "Rewrite the formula, or change the number, so that its divisor keeps its sign."
        )
        return True
    try:
        formula.evaluate(state)
    except InputError as error:  # too large
        document.say(loc, error.problems[0].what, "Mend its numbers.")
        return True
    return False


def _no_chances(document: Document, node: Node, state: Mapping[str, ArrayLike]) -> bool:
    """Whether the chances of a node are refused: one is out of range, or they do not add up to one."""
    table = document.table("game")
    at = next(n for n, one in enumerate(table.node) if one.name == node.name) if table is not None else 0
    actions = list(table.node[at].actions) if table is not None else []
    loc: Loc = ("game", "node", at, "chances")
    for action, formula in zip(actions, node.chances, strict=True):
        if _divides_by_zero(document, formula, (*loc, action), state):
            return True
        value = formula.evaluate(state)
        beyond = np.maximum(value - 1.0, -value)
        if beyond.max() > _ROUNDING:
            far = float(np.broadcast_to(value, beyond.shape).flat[int(beyond.argmax())])
            what = f"the chance `{formula.text}` is {far:.4g}{_where(-beyond, state, formula)}"
            document.say((*loc, action), what, "Chances lie between 0 and 1.")
            return True
    total = np.asarray(sum(formula.evaluate(state) for formula in node.chances))
    away = np.abs(total - 1.0)
    if away.max() > _ROUNDING:
        texts = " + ".join(f"({formula.text})" for formula in node.chances)
        far = float(total.flat[int(away.argmax())])
        what = f"the chances {texts} add up to {far:.4g}{_where(-away, state, *node.chances)}"
        document.say(
            loc, what, "Let them add up to 1 whatever the numbers: one of them is 1 less the others."
        )
        return True
    return False


def _where(least: NDArray[np.float64], state: Mapping[str, ArrayLike], *formulas: Expression) -> str:
    """` at p = 0.25, raid = 1.2`: the numbers of the formulas where something is least; empty where they have no names."""
    at = int(np.argmin(least))
    names = sorted({name for formula in formulas for name in formula.names})
    told: list[str] = []
    for name in names:
        value = np.asarray(state[name], dtype=np.float64)
        # What does not move with p and o is one number; p and o are grids of the same shape as what does.
        told.append(f"{name} = {float(value.flat[at if value.ndim else 0]):.4g}")
    return f" at {', '.join(told)}" if told else ""
