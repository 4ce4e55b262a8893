"""The unit of a formula, worked out from those of what its names stand for: dollars are not compared with euros.

A unit is a product of powers of `USD`, `EUR`, `days`, `persons` and so on; whatever is counted by the head, the case or the
family counts as persons. What has no unit is a share or a ratio. A number of a formula has the unit of what it is added to or
compared with; as a factor it has none, or converts: 100 times a share may be percent.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from offramp.analysis.outcomes import describe
from offramp.claims.claim import Cited, Drawn, Quantity, Reading, Simulated, Span, Test
from offramp.evidence import figure, series_card
from offramp.games.expressions import Expression

Powers = tuple[tuple[str, int], ...]
"""Unit -> power, in order of names; without powers of nought."""
Unit = frozenset[Powers]
"""The units that a formula may have: one, but for numbers that may convert."""

PRICE: Final = "cost_per_net_departure_usd"
"""An outcome that a policy has where it adds departures to those of the reference."""
_NONE: Final[Powers] = ()
_COUNTED: Final = (
    "persons", "families", "cases", "applications", "contacts", "verdicts", "complaints", "leaflets", "sites", "visits",
)  # fmt: skip
_SAME: Final = {
    "ratio": "", "rank": "", "direction": "", "share": "", "relative": "", "percentage points": "percent", "usd": "USD",
}  # fmt: skip
_CONVERTS: Final[Mapping[float, Powers]] = {
    100.0: (("percent", 1),),
    0.01: (("percent", -1),),
    7.0: (("days", 1), ("weeks", -1)),
    12.0: (("months", 1), ("years", -1)),
    365.0: (("days", 1), ("years", -1)),
}
_MOST: Final = 64
"""Units that a formula may have by numbers that may convert, beyond which it is taken as not known."""
_SUFFIXES: Final = {"usd": "usd", "days": "days", "share": "ratio", "probability": "ratio"}


_SPOKEN: Final = {"USD": "dollars", "EUR": "euros", "RUB": "roubles"}


class Clash(Exception):
    """Two units that cannot be added or compared, in words."""


def clash(test: Test, reading: Reading) -> str:
    """What a test adds or compares that has different units, in words; empty where all agree or one is not known."""
    units = {name: unit_of(one) for name, one in reading.quantities.items()}
    event = [] if test.given is None else [(test.given.left, test.given.right)]
    try:
        for left, right in [(test.left, test.right), *event]:
            _alike(_worked(left, units), _worked(right, units))
    except Clash as found:
        return str(found)
    return ""


def unit_in_words(test: Test, reading: Reading) -> str:
    """The unit of both sides as it is read after a number: `percent`, `dollars per person`; empty for a share or a ratio, for
    what is counted, be it persons or cases, and where it is not known."""
    units = {name: unit_of(one) for name, one in reading.quantities.items()}
    try:
        both = _alike(_worked(test.left, units), _worked(test.right, units))
    except Clash:
        return ""
    if not isinstance(both, frozenset):
        return ""
    powers = min(both, key=lambda one: (len(one), one))
    above = [_SPOKEN.get(name, name) for name, power in powers if power == 1]
    below = [_SPOKEN.get(name, name).removesuffix("s") for name, power in powers if power == -1]
    plain = len(above) == 1 and above != ["persons"] and len(above) + len(below) == len(powers)
    return " per ".join([*above, *below]) if plain else ""


def unit_of(quantity: Quantity) -> Unit | None:
    """Its unit; None where it is not known."""
    match quantity:
        case Cited():
            return _read(figure(quantity.id).unit)
        case Span():
            return _read(series_card(quantity.series).unit)
        case Simulated():
            return (
                _read("USD per person")
                if quantity.outcome == PRICE
                else _read(describe(quantity.outcome).unit)
            )
        case Drawn():
            return _read(_SUFFIXES.get(quantity.input.rpartition("_")[2], "other"))


def _read(text: str) -> Unit | None:
    """`RUB per person`: its powers; None for what has no unit of its own."""
    if text == "other":
        return None
    first, *others = text.split(" per ")
    powers: dict[str, int] = {}
    for at, part in enumerate([first, *others]):
        plural = part if part.isupper() or part.endswith("s") else f"{part}s"
        name = "persons" if plural in _COUNTED else _SAME.get(part, _SAME.get(plural, plural if at else part))
        if name:
            powers[name] = powers.get(name, 0) + (-1 if at else 1)
    return frozenset({_ordered(powers)})


def _ordered(powers: Mapping[str, int]) -> Powers:
    return tuple(sorted((name, power) for name, power in powers.items() if power))


def _worked(formula: Expression, units: Mapping[str, Unit | None]) -> Unit | float | None:
    """The unit of a formula; a number where it is one; None where it is not known. Raises Clash."""
    stack: list[Unit | float | None] = []
    for step in formula.steps:
        if step == "negate":
            continue
        if step in ("*", "/"):
            right, left = stack.pop(), stack.pop()
            stack.append(_product(left, right, -1 if step == "/" else 1))
        elif step in ("+", "-"):
            right, left = stack.pop(), stack.pop()
            stack.append(_alike(left, right))
        else:
            stack.append(units.get(step) if isinstance(step, str) else step)
    return stack[0]


def _product(left: Unit | float | None, right: Unit | float | None, sign: int) -> Unit | float | None:
    if left is None or right is None:
        return None
    if not isinstance(left, frozenset) and not isinstance(right, frozenset):
        return left * right if sign > 0 else left / right if right else left
    ones, others = _as_factor(left), _as_factor(right)
    if len(ones) * len(others) > _MOST:
        return None
    return frozenset(
        _ordered({name: dict(a).get(name, 0) + sign * dict(b).get(name, 0) for name in {*dict(a), *dict(b)}})
        for a in ones
        for b in others
    )


def _as_factor(one: Unit | float) -> Unit:
    if isinstance(one, frozenset):
        return one
    return frozenset({_NONE, _CONVERTS.get(one, _NONE)})


def _alike(left: Unit | float | None, right: Unit | float | None) -> Unit | float | None:
    """The unit of a sum, or of what is compared. Raises Clash where there is none."""
    if left is None or right is None:
        return None
    if not isinstance(left, frozenset):
        return right
    if not isinstance(right, frozenset):
        return left
    if not left & right:
        raise Clash(f"{_told(left)} against {_told(right)}")
    return left & right


def _told(unit: Unit) -> str:
    """In words, the simplest of those that it may be: `USD per persons`, `a share or a ratio`."""
    powers = min(unit, key=lambda one: (len(one), one))
    above = [name for name, power in powers for _ in range(power)]
    below = [name for name, power in powers for _ in range(-power)]
    if not above and not below:
        return "a share or a ratio"
    return " per ".join([" times ".join(above) or "one", *below])
