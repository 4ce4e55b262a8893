"""Tables of the file about a leader's crisis as a game of the user's own."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag

from offramp.games.tree import MOST_ACTIONS, MOST_NODES, MOST_PLAYERS
from offramp.scenario.forms import NOT_A_FORMULA, REAL, Float, Line, ScalarForm, Table, Text
from offramp.scenario.schema_people import Name

MOST_PARAMETERS = 100

Words = Annotated[dict[str, Name], Field(min_length=1, max_length=MOST_ACTIONS)]


def formula_form_of(value: object) -> str | None:
    """The tag of a number, or of text that may be a formula; None for anything else."""
    if isinstance(value, str):
        return "<formula>"
    return "<number>" if isinstance(value, int | float) and not isinstance(value, bool) else None


Formula = Annotated[
    Annotated[Float, Tag("<number>")] | Annotated[Line, Tag("<formula>")],
    Discriminator(formula_form_of, custom_error_type=NOT_A_FORMULA, custom_error_message="formula"),
]
"""A number, or arithmetic of named numbers in quotes."""


class GameNodeTable(Table):
    """A point of the game where somebody moves; the first is the start."""

    name: Name = Field(description="Name of the node, unique among nodes and ends.")
    player: Name = Field(description="Who moves: one of the players, or `chance`.")
    information_set: Name | None = Field(
        None, description="Name of the player's choice. Absent: the node's own name."
    )
    actions: Words = Field(description="Each action and the node or end that it leads to: a table of names.")
    chances: Annotated[dict[str, Formula], Field(max_length=MOST_ACTIONS)] | None = Field(
        None,
        description="Where chance moves, the probability of each action: numbers or formulas. Absent: a player moves.",
    )


class GameEndTable(Table):
    """An ending of the crisis and what it is worth to each player."""

    name: Name = Field(description="Name of the end, unique among nodes and ends.")
    payoffs: Annotated[dict[str, Formula], Field(max_length=MOST_PLAYERS)] = Field(
        description="Utils of each player: a number, or a formula of `p`, `o` and the game's parameters in quotes."
    )
    outcome: Literal["settlement", "use", "order stopped"] | None = Field(
        None, description="What the ending means to the war. Absent: the war goes on."
    )


class GameTable(Table):
    """The leader's crisis as a game of your own, in place of the one that ships. Needs [escalation]."""

    title: Line = Field("", description="What the game is, in one line. Absent: no title.")
    source: Text = Field("", description="Where the game and its payoffs are from. Absent: nothing said.")
    players: Annotated[tuple[Name, ...], Field(min_length=1, max_length=MOST_PLAYERS)] = Field(
        description="Names of the players."
    )
    parameters: (
        Annotated[dict[str, Annotated[ScalarForm, REAL]], Field(max_length=MOST_PARAMETERS)] | None
    ) = Field(
        None,
        description="Numbers that formulas name, known or unknown. `p` (probability of collapse as the leader sees it) "
        "and `o` (strength of the off-ramp on offer) are set by the run. Absent: formulas name `p` and `o` alone.",
    )
    node: Annotated[tuple[GameNodeTable, ...], Field(min_length=1, max_length=MOST_NODES)] = Field(
        description="Points where somebody moves."
    )
    end: Annotated[tuple[GameEndTable, ...], Field(min_length=1, max_length=MOST_NODES)] = Field(
        description="Endings."
    )
