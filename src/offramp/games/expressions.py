"""Arithmetic of named numbers, written as text in data files and evaluated on arrays; no code is ever executed.

    payoff = parse("(1 - p)*v_w + p*k_l", "game.escalation")
    payoff.evaluate({"p": [0.1, 0.5], "v_w": 3.0, "k_l": -8.0})        # [1.9, -2.5]

Numbers, names, `+ - * /`, a minus sign and brackets; at most LONGEST characters and DEEPEST brackets.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from offramp.errors import InputError, Problem

LONGEST = 200
DEEPEST = 16

_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:[0-9]{1,30}\.?[0-9]{0,30}|\.[0-9]{1,30})(?:[eE][+-]?[0-9]{1,2})?)(?![\w.])"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]{0,59})|(?P<sign>[-+*/()]))"
)
_BINARY = {"+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide}


@dataclass(frozen=True)
class Expression:
    """A parsed formula: its text, and its steps in postfix order (numbers, names, one of `+ - * / negate`)."""

    text: str
    place: str
    steps: tuple[float | str, ...]

    @property
    def names(self) -> frozenset[str]:
        """The names whose values the formula needs."""
        return frozenset(s for s in self.steps if isinstance(s, str) and s not in _BINARY and s != "negate")

    def evaluate(self, values: Mapping[str, ArrayLike]) -> NDArray[np.float64]:
        """The formula's value, in the common shape of the named values.

        Raises InputError when a name has no value, or when the result is not finite (a division by zero, or too large).
        """
        found, divisors = self._worked(values)
        if not np.isfinite(found).all():
            divided = any((one == 0.0).any() for one in divisors)
            remedy = (
                "Look for a division by zero." if divided else "It grows too large: write smaller numbers."
            )
            raise _wrong(self.place, f"`{self.text}` is not a finite number", remedy)
        return found

    def divisors(self, values: Mapping[str, ArrayLike]) -> list[NDArray[np.float64]]:
        """What the formula divides by, in the order of its divisions. values, errors: as for `evaluate`, but nothing need be
        finite."""
        return self._worked(values)[1]

    def _worked(
        self, values: Mapping[str, ArrayLike]
    ) -> tuple[NDArray[np.float64], list[NDArray[np.float64]]]:
        """The value, and what was divided by."""
        stack: list[NDArray[np.float64]] = []
        divisors: list[NDArray[np.float64]] = []
        with np.errstate(all="ignore"):
            for step in self.steps:
                if not isinstance(step, str):
                    stack.append(np.asarray(step))
                elif step == "negate":
                    stack.append(-stack.pop())
                elif step in _BINARY:
                    right = stack.pop()
                    divisors += [right] if step == "/" else []
                    stack.append(_BINARY[step](stack.pop(), right))
                elif step in values:
                    stack.append(np.asarray(values[step], dtype=np.float64))
                else:
                    known = ", ".join(sorted(values)) or "none"
                    raise _wrong(self.place, f"`{self.text}` needs a value of {step}", f"Known are: {known}.")
        return np.asarray(stack[0], dtype=np.float64), divisors


def parse(text: str | float, place: str) -> Expression:
    """Read a formula. `place` says where it stands; InputError names it, what is wrong and the remedy."""
    if not isinstance(text, str):
        return Expression(repr(text), place, (float(text),))
    if len(text) > LONGEST:
        raise _wrong(
            place,
            f"the formula has {len(text)} characters",
            f"At most {LONGEST} are allowed; name its parts.",
        )
    steps: list[float | str] = []
    tokens = _tokens(text, place)
    end = _sum(tokens, 0, 0, steps, text, place)
    if end != len(tokens):
        raise _wrong(
            place, f"`{text}` cannot be read from `{tokens[end]}` on", "An operator is missing there."
        )
    return Expression(text, place, tuple(steps))


def _wrong(place: str, what: str, remedy: str) -> InputError:
    return InputError([Problem(place, what, remedy)])


def _tokens(text: str, place: str) -> list[str]:
    tokens: list[str] = []
    at = 0
    while text[at:].strip():
        found = _TOKEN.match(text, at)
        if found is None:
            sign = text[at:].strip()[0]
            raise _wrong(
                place,
                f"`{text}` cannot be read at `{sign}`",
                "Numbers, names, + - * / and brackets are allowed.",
            )
        tokens.append(found.group(0).strip())
        at = found.end()
    return tokens


def _sum(tokens: list[str], at: int, depth: int, steps: list[float | str], text: str, place: str) -> int:
    at = _product(tokens, at, depth, steps, text, place)
    while at < len(tokens) and tokens[at] in "+-":
        operator = tokens[at]
        at = _product(tokens, at + 1, depth, steps, text, place)
        steps.append(operator)
    return at


def _product(tokens: list[str], at: int, depth: int, steps: list[float | str], text: str, place: str) -> int:
    at = _factor(tokens, at, depth, steps, text, place)
    while at < len(tokens) and tokens[at] in "*/":
        operator = tokens[at]
        at = _factor(tokens, at + 1, depth, steps, text, place)
        steps.append(operator)
    return at


def _factor(tokens: list[str], at: int, depth: int, steps: list[float | str], text: str, place: str) -> int:
    if depth > DEEPEST:
        raise _wrong(place, f"`{text}` is nested too deeply", f"At most {DEEPEST} levels are allowed.")
    if at == len(tokens):
        raise _wrong(place, f"`{text}` ends too early", "Write a number, a name or a bracket at its end.")
    token = tokens[at]
    if token == "-":
        at = _factor(tokens, at + 1, depth + 1, steps, text, place)
        steps.append("negate")
        return at
    if token == "(":
        at = _sum(tokens, at + 1, depth + 1, steps, text, place)
        if at == len(tokens) or tokens[at] != ")":
            raise _wrong(place, f"`{text}` has a bracket that is not closed", "Add the closing bracket.")
        return at + 1
    if token in "+*/)":
        raise _wrong(
            place, f"`{text}` cannot be read at `{token}`", "A number, name or bracket belongs there."
        )
    number = token[0].isdigit() or token[0] == "."
    steps.append(float(token) if number else token)
    return at + 1
