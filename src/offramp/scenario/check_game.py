"""Checks of a game of the user's own, and the game itself."""

from __future__ import annotations

from typing import Final

from offramp.errors import InputError
from offramp.games.tree import USE, Game, game_of
from offramp.scenario.document import Document
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


def check_payoffs(document: Document, game: Game, values: dict[str, float]) -> None:
    """Formulas of the game have finite values at both ends of `p` and `o`. values: of its parameters, at their medians."""
    guaranteed = any(ramp.guarantee_share is not None for _, ramp in document.items("offramp"))
    for p in (0.0, 0.5, 1.0):
        for o in (0.0, 1.0, 2.0) if guaranteed else (0.0, 1.0):
            state = values | {"p": p, "o": o}
            for at, end in enumerate(game.ends):
                for formula in end.payoffs:
                    try:
                        formula.evaluate(state)
                    except InputError as error:
                        what = f"{error.problems[0].what} at p = {p:g}, o = {o:g}"
                        document.say(("game", "end", at, "payoffs"), what, error.problems[0].remedy)
                        return
