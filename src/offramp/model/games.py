"""The games that come with the package; any other is read by `read_game`."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from offramp.errors import InputError, Problem
from offramp.games.tree import Game, read_game

__all__ = ["Game", "read_game", "shipped_game", "shipped_games"]


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
