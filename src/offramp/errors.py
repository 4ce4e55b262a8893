"""One hierarchy of errors. Bad input is told to a person: the place, what is wrong, and the remedy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class OfframpError(Exception):
    """The run failed; the message is a sentence for a person."""


class Stopped(OfframpError):
    """A draw was given up because somebody asked for that; nothing of it is kept."""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with an input."""

    place: str
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.place}: {self.what}. {self.remedy}"


class InputError(OfframpError):
    """The input is wrong. Carries every problem that was found, not only the first."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[type[InputError], tuple[tuple[Problem, ...]]]:
        return InputError, (self.problems,)
