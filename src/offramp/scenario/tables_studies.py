"""Frozen tables of what a file asks beside its main comparison: other prior sets, and small experiments."""

from __future__ import annotations

from dataclasses import dataclass

DRAWS = 40
"""Draws of a prior set or an experiment that does not say: enough for a direction, not for a tail."""


@dataclass(frozen=True)
class Replacement:
    """What a prior set says of one unknown number, in words. `path`: its key path."""

    path: str
    third: str
    """`lowest`, `middle` or `highest` third of the main prior; empty where another law stands in its place."""
    evidence: tuple[str, ...]
    note: str


@dataclass(frozen=True)
class Prior:
    """A prior set beside the main one: other laws for some of the unknown numbers."""

    name: str
    note: str = ""
    draws: int = DRAWS
    inputs: tuple[Replacement, ...] = ()


@dataclass(frozen=True)
class Vary:
    """One number of the file that an experiment sets to each of several values."""

    key: str
    values: tuple[float, ...]
    label: str = ""


@dataclass(frozen=True)
class Experiment:
    """A small question: some policies, under each combination of the values of one or two numbers."""

    name: str
    question: str
    policies: tuple[str, ...]
    vary: tuple[Vary, ...] = ()
    outcomes: tuple[str, ...] = ()
    draws: int = DRAWS

    @property
    def cells(self) -> tuple[tuple[float, ...], ...]:
        """Every combination of the varied values, the first key outermost; one empty one when nothing varies."""
        found: tuple[tuple[float, ...], ...] = ((),)
        for one in self.vary:
            found = tuple((*cell, value) for cell in found for value in one.values)
        return found
