"""Choice probabilities of a nested logit by the formula, one person at a time (D1, D2)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence


def logit(stay: float, routes: Sequence[float], scale: float = 1.0) -> list[float]:
    """P(stay), then P(route) for each route: exp(V / scale) over the sum of all (D1)."""
    terms = [math.exp(value / scale) for value in (stay, *routes)]
    return [term / sum(terms) for term in terms]


def inclusive_value(values: Sequence[float], dissimilarity: float) -> float:
    """Value of a nest of variants: lambda ln(sum exp(V / lambda))."""
    return dissimilarity * math.log(sum(math.exp(value / dissimilarity) for value in values))


def nested_logit(
    stay: float, routes: Mapping[str, Sequence[float]], dissimilarity: float, scale: float = 1.0
) -> tuple[float, dict[str, list[float]]]:
    """P(stay) and P(variant) of each route. A route of one variant is a plain one.

    Probability of a variant = probability of its route, by the best of its variants (D1)
    x exp(V / lambda) over the sum of its variants (D2).
    """
    names = list(routes)
    upper = logit(stay, [max(routes[name]) for name in names], scale)
    inside = {}
    for name, chance in zip(names, upper[1:], strict=True):
        terms = [math.exp(value / dissimilarity) for value in routes[name]]
        inside[name] = [chance * term / sum(terms) for term in terms]
    return upper[0], inside


def hazards(
    stay: float, routes: Sequence[float], windows: Sequence[float], scale: float = 1.0
) -> list[float]:
    """Hazard per day of each route: window rate x probability (D1)."""
    return [w * p for w, p in zip(windows, logit(stay, routes, scale)[1:], strict=True)]
