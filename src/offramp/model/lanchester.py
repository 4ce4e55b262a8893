"""Lanchester's square law in closed form: two sides that kill in proportion to their own numbers.

A yardstick beside the model, which simulates no second army. Source: Lanchester (1916), *Aircraft in Warfare*.
"""

from __future__ import annotations

import math
from typing import NamedTuple


class Sides(NamedTuple):
    """Persons left on each side."""

    first: float
    second: float


class End(NamedTuple):
    """Day of the end, and persons left on each side then. The day is infinite where it is never reached."""

    day: float
    first: float
    second: float


def lanchester_square(
    first: float, second: float, first_kills: float, second_kills: float, day: float
) -> Sides:
    """T16: persons left after `day` days under A' = -k_B B, B' = -k_A A; who is gone stays at 0.

    first, second: persons at the start, not negative. first_kills, second_kills: enemies that one person kills
    per day, above 0.
    """
    _check(first, second, first_kills, second_kills)
    end = lanchester_end(first, second, first_kills, second_kills)
    if day >= end.day:
        return Sides(end.first, end.second)
    rate = math.sqrt(first_kills * second_kills)
    ratio = math.sqrt(second_kills / first_kills)
    up, down = math.cosh(rate * day), math.sinh(rate * day)
    return Sides(max(0.0, first * up - ratio * second * down), max(0.0, second * up - first / ratio * down))


def lanchester_end(
    first: float, second: float, first_kills: float, second_kills: float, breaks_at: float = 1.0
) -> End:
    """T16: when a side has lost the share `breaks_at` of its start, and who is left then.

    breaks_at: in (0, 1]; 1 is to the last man. The side that breaks is the one that gets there first. Equal
    sides, k_A A^2 = k_B B^2, wear each other down without an end when breaks_at is 1.
    """
    _check(first, second, first_kills, second_kills)
    if not 0.0 < breaks_at <= 1.0:
        raise ValueError("a side breaks at a share of losses above 0 and at most 1")
    if first == 0.0 or second == 0.0:
        return End(0.0, first, second)
    # The square law: k_A A^2 - k_B B^2 keeps its value.
    strength = first_kills * first**2 - second_kills * second**2
    if strength < 0.0:
        day, b, a = lanchester_end(second, first, second_kills, first_kills, breaks_at)
        return End(day, a, b)
    b = second * (1.0 - breaks_at)
    a = math.sqrt((strength + second_kills * b**2) / first_kills)
    if strength == 0.0 and b == 0.0:
        return End(math.inf, 0.0, 0.0)
    # With x = sqrt(k_A) A and y = sqrt(k_B) B both sums x + y and x - y change exponentially, at sqrt(k_A k_B).
    rate = math.sqrt(first_kills * second_kills)
    at_start = math.sqrt(first_kills) * first + math.sqrt(second_kills) * second
    at_end = math.sqrt(first_kills) * a + math.sqrt(second_kills) * b
    return End(math.log(at_start / at_end) / rate, a, b)


def _check(first: float, second: float, first_kills: float, second_kills: float) -> None:
    if min(first, second) < 0.0 or min(first_kills, second_kills) <= 0.0:
        raise ValueError("numbers must not be negative, and killing rates must be above 0")
