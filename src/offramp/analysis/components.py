"""What each component of an offer contributes: alone, taken away, and its fair share of the whole.

The value of every subset of the components is needed, simulated with common random numbers. A component's
Shapley value is its mean extra contribution over all orders in which the components could be added (Shapley
1953); the values sum to what the whole offer adds over none.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from offramp.analysis.compare import Spread, spread
from offramp.analysis.matched import matched
from offramp.errors import OfframpError

if TYPE_CHECKING:
    import polars as pl

FloatArray = NDArray[np.float64]
Value = Callable[[frozenset[str]], ArrayLike] | Mapping[frozenset[str], ArrayLike]

# 4,096 subsets; beyond that nobody simulates them all.
MOST_COMPONENTS = 12


@dataclass(frozen=True)
class Contribution:
    """What one component does to the outcome, over the draws.

    alone: it and nothing else, over no component. last: what the whole loses without it (ablation). shapley:
    its fair share. Where components need one another `last` exceeds `alone`; where they replace one another,
    `alone` exceeds `last`.
    """

    component: str
    alone: Spread
    last: Spread
    shapley: Spread


def ablation(value: Value, components: Sequence[str]) -> dict[str, Spread]:
    """Value of the whole less its value without each component in turn, by component.

    value: a function of the set of components present, or a table of its values; a number or [draws].
    """
    names = _checked(components)
    whole = frozenset(names)
    look = _reader(value)
    return {name: _spread(look(whole) - look(whole - {name})) for name in names}


def shapley(value: Value, components: Sequence[str]) -> dict[str, FloatArray]:
    """Shapley value of each component in every draw, [draws] each ([1] where the value is a number).

    value: as for `ablation`, for every subset of the components, at most 12 of them. Each subset is asked for
    once.
    """
    names = _checked(components)
    n = len(names)
    table = _table(value, names)
    found: dict[str, FloatArray] = {}
    for name in names:
        others = [other for other in names if other != name]
        total = np.zeros_like(table[frozenset()])
        for size in range(n):
            weight = math.factorial(size) * math.factorial(n - size - 1) / math.factorial(n)
            for subset in combinations(others, size):
                before = frozenset(subset)
                total = total + weight * (table[before | {name}] - table[before])
        found[name] = total
    return found


def contributions(value: Value, components: Sequence[str]) -> tuple[Contribution, ...]:
    """Every component alone, last and by Shapley value, with the spread over draws, in the order given."""
    names = _checked(components)
    table = _table(value, names)
    none, whole = frozenset[str](), frozenset(names)
    fair = shapley(table, names)
    return tuple(
        Contribution(
            name,
            _spread(table[frozenset({name})] - table[none]),
            _spread(table[whole] - table[whole - {name}]),
            _spread(fair[name]),
        )
        for name in names
    )


def values_of_subsets(
    draws: pl.DataFrame, outcome: str, subsets: Mapping[str, Sequence[str]]
) -> dict[frozenset[str], FloatArray]:
    """Values by subset of components from a run whose policies are those subsets.

    draws: the table of draws.parquet. subsets: policy -> the components it has. Raises OfframpError when two
    policies have the same components, or a policy or outcome is unknown.
    """
    sets = {policy: frozenset(parts) for policy, parts in subsets.items()}
    if len(set(sets.values())) != len(sets):
        raise OfframpError("two policies have the same components; name one policy for each subset")
    table = matched(draws, (outcome,), policies=list(sets))
    return {sets[policy]: table[outcome][:, i] for i, policy in enumerate(table.policies)}


def _checked(components: Sequence[str]) -> tuple[str, ...]:
    names = tuple(components)
    if not names or len(set(names)) != len(names):
        raise OfframpError("components need different names, and there must be at least one")
    if len(names) > MOST_COMPONENTS:
        raise OfframpError(
            f"{len(names)} components have {2 ** len(names):,} subsets; at most {MOST_COMPONENTS} components are taken"
        )
    return names


def _reader(value: Value) -> Callable[[frozenset[str]], FloatArray]:
    def look(present: frozenset[str]) -> FloatArray:
        if not isinstance(value, Mapping):
            return np.atleast_1d(np.asarray(value(present), dtype=np.float64))
        if present not in value:
            what = ", ".join(sorted(present)) or "no component"
            raise OfframpError(f"the value of the subset with {what} is missing")
        return np.atleast_1d(np.asarray(value[present], dtype=np.float64))

    return look


def _table(value: Value, names: tuple[str, ...]) -> dict[frozenset[str], FloatArray]:
    look = _reader(value)
    sets = [frozenset(s) for size in range(len(names) + 1) for s in combinations(names, size)]
    return {present: look(present) for present in sets}


def _spread(sample: FloatArray) -> Spread:
    found = spread(sample)
    if found is None:
        raise OfframpError("a component's contribution is defined in no draw")
    return found
