"""Tests in words: what a formula asks, made from its steps by one function for every claim. The formula itself stands beside.

told(test)            `optional` less `news` is at least 5 % above `mandatory` less `news`
told_in_full(test)    departures under `tiered package, video optional` less the same under ... is at least 5 % above ...
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from offramp.analysis.outcomes import describe
from offramp.claims.claim import HARDLY, Cited, Drawn, Quantity, Relation, Simulated, Span, Test
from offramp.claims.words import spoken
from offramp.evidence import figure, series_card
from offramp.evidence.figure import number_text
from offramp.games.expressions import Expression
from offramp.scenario.labels import input_in_words

_Naming = Callable[[str], str]
"""What a name of a test is called."""

PERCENT: Final = "\N{NO-BREAK SPACE}%"
_SIZE: Final = f"{100.0 * HARDLY:g}{PERCENT}"
_RELATIONS: Final[Mapping[Relation, str]] = {
    "clearly above": f"at least {_SIZE} above",
    "hardly above": f"at most {_SIZE} above",
    "hardly below": f"at most {_SIZE} below",
    "clearly below": f"at least {_SIZE} below",
}


@dataclass(frozen=True)
class _Said:
    """A part of a formula in words. sum: its parts, if it adds; ratio: what is divided by what; number: its value, if it is one;
    several, product: whether it has several parts, and whether these are multiplied.
    """

    text: str
    sum: tuple[str, ...] = ()
    ratio: tuple[str, str] | None = None
    number: float | None = None
    several: bool = False
    product: bool = False

    @property
    def whole(self) -> str:
        """In brackets where it has several parts."""
        return f"({self.text})" if self.several else self.text


def told(test: Test) -> str:
    """What a test asks, by the names of its formulas; no full stop."""
    return _told(test, lambda name: f"`{spoken(name)}`")


def told_in_full(test: Test) -> str:
    """What a test asks, by what its names stand for, or by the name where readings differ in that; no full stop."""
    before: list[tuple[object, ...]] = []

    def naming(name: str) -> str:
        quantities = list(dict.fromkeys(reading.quantities[name] for reading in test.readings))
        if len(quantities) > 1:
            return f"`{spoken(name)}` (read in several ways)"
        one = quantities[0]
        if not isinstance(one, Simulated):
            before.append(())  # "the same" would be read as the same figure
            return _quantity(one, name)
        what = (one.outcome, one.first, one.last)
        again = bool(before) and before[-1] == what
        before.append(what)
        return f"the same under `{one.policy}`" if again else _quantity(one, name)

    return _told(test, naming)


def _told(test: Test, naming: _Naming) -> str:
    left = _side(test.left, test, naming).text
    asks = (
        f"{left} is {_against(test.relation, test.factor, _side(test.right, test, naming, test.left).text)}"
    )
    if test.given is None:
        return asks
    event = test.given
    near, line = _side(event.left, test, naming).text, _side(event.right, test, naming, event.left).text
    return f"{asks}, in worlds in which {near} is {_against(event.relation, None, line)}"


def _against(relation: Relation, factor: float | None, right: str) -> str:
    if factor is not None:
        return f"within a factor of {factor:g} of {right}"
    return f"{_RELATIONS.get(relation, relation)} {right}"


def _side(formula: Expression, test: Test, naming: _Naming, against: Expression | None = None) -> _Said:
    """against: the other side, whose unit a bare number has."""
    stack: list[_Said] = []
    for step in formula.steps:
        if not isinstance(step, str):
            stack.append(_number(step))
        elif step == "negate":
            one = stack.pop()
            minus = None if one.number is None else -one.number
            stack.append(_Said(f"minus {one.whole}", number=minus) if minus is None else _number(minus))
        elif step in ("+", "-", "*", "/"):
            right, left = stack.pop(), stack.pop()
            stack.append(_joined(step, left, right))
        else:
            stack.append(_Said(naming(step)))
    (said,) = stack
    if (
        said.number is not None
        and against is not None
        and 0.0 < abs(said.number) < 1.0
        and _shares(against, test)
    ):
        return _Said(f"{100.0 * said.number:g}{PERCENT}")
    return said


def _number(value: float) -> _Said:
    return _Said(number_text(value), number=value)


def _joined(sign: str, left: _Said, right: _Said) -> _Said:
    if sign == "+":
        if (left.number is None) != (right.number is None):
            number, other = (left, right) if left.number is not None else (right, left)
            return _Said(f"{number.text} more than {other.whole}", several=True)
        parts = (*(left.sum or (left.text,)), *(right.sum or (right.whole,)))
        return _Said(f"{_listed(parts)} together", sum=parts, several=True)
    if sign == "-":
        if left.number == 1.0 and right.ratio is not None:
            return _Said("the part by which {} is below {}".format(*right.ratio), several=True)
        return _Said(f"{left.text} less {right.whole}", several=True)
    if sign == "/":
        if left.number is not None and right.number is not None and right.number != 0.0:
            return _number(left.number / right.number)
        above = left.text if left.product else left.whole
        return _Said(f"{above} divided by {right.whole}", ratio=(left.whole, right.whole), several=True)
    if left.number is not None or right.number is not None:
        number, other = (left, right) if left.number is not None else (right, left)
        return _times(number, other)
    before = left.text if left.product else left.whole
    return _Said(f"{before} times {right.whole}", several=True, product=True)


def _times(number: _Said, other: _Said) -> _Said:
    if number.number == 100.0 and other.ratio is not None:
        return _Said("{} in percent of {}".format(*other.ratio), several=True)
    if number.number == 0.5:
        return _Said(f"half of {other.whole}", several=True)
    if number.number is not None and 0.0 < number.number < 1.0:
        return _Said(f"{100.0 * number.number:g}{PERCENT} of {other.whole}", several=True)
    return _Said(f"{number.text} times {other.whole}", several=True)


def _shares(formula: Expression, test: Test) -> bool:
    """Whether it is a share, or a difference of such."""
    if set(formula.steps) & {"*", "/"}:
        return False
    found = [reading.quantities[name] for reading in test.readings for name in formula.names]
    return bool(found) and all(_is_share(one) for one in found)


def _is_share(one: Quantity) -> bool:
    if isinstance(one, Simulated):
        return describe(one.outcome).unit == "share"
    return isinstance(one, Drawn) and one.input.endswith(("_share", "_probability"))


def _quantity(one: Quantity, name: str) -> str:
    match one:
        case Cited():
            return f"{figure(one.id).measure} ({figure(one.id).period.text})"
        case Span():
            return f"{series_card(one.series).title} ({one.first} to {one.last})"
        case Drawn():
            words = input_in_words(one.input)
            return f"`{spoken(name) if words == one.input else words}`"
        case Simulated():
            label = describe(one.outcome).label.replace("_", " ")
            first = label.split()[0]
            plain = label if first[1:] != first[1:].lower() else f"{label[:1].lower()}{label[1:]}"
            when = "" if one.first is None else f" from {one.first} to {one.last}"
            return f"{plain}{when} under `{one.policy}`"


def _listed(parts: Sequence[str]) -> str:
    return f"{', '.join(parts[:-1])} and {parts[-1]}"
