"""The science: one file per mechanism, pure functions of parameters and state, each equation with its number.

Every function here is plain Python that the engine compiles as it stands; none loops over days, reads a file or draws a
random number. `offramp.model.present_value` and the other closed forms of the documentation are reached from here.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from offramp.model.choice import choice_probabilities, nest_value
    from offramp.model.closed_forms import (
        competing_risks,
        granovetter_equilibrium,
        hazard_from_probability,
        mean_hazard,
        social_logit_fixed_points,
        social_logit_folds,
        window_hazards,
    )
    from offramp.model.information import (
        bass_awareness,
        trust_after,
        video_likelihood_ratio,
    )
    from offramp.model.lanchester import lanchester_end, lanchester_square
    from offramp.model.offers import present_value, price_for_share
    from offramp.model.units import breakpoint_share, effective_strength, social_utility

_HOME = {
    "choice_probabilities": "choice",
    "nest_value": "choice",
    "present_value": "offers",
    "price_for_share": "offers",
    "bass_awareness": "information",
    "video_likelihood_ratio": "information",
    "trust_after": "information",
    "hazard_from_probability": "closed_forms",
    "mean_hazard": "closed_forms",
    "lanchester_end": "lanchester",
    "lanchester_square": "lanchester",
    "social_utility": "units",
    "breakpoint_share": "units",
    "effective_strength": "units",
    "competing_risks": "closed_forms",
    "window_hazards": "closed_forms",
    "granovetter_equilibrium": "closed_forms",
    "social_logit_fixed_points": "closed_forms",
    "social_logit_folds": "closed_forms",
}

__all__ = [
    "bass_awareness",
    "breakpoint_share",
    "choice_probabilities",
    "competing_risks",
    "effective_strength",
    "granovetter_equilibrium",
    "hazard_from_probability",
    "lanchester_end",
    "lanchester_square",
    "mean_hazard",
    "nest_value",
    "present_value",
    "price_for_share",
    "social_logit_fixed_points",
    "social_logit_folds",
    "social_utility",
    "trust_after",
    "video_likelihood_ratio",
    "window_hazards",
]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(f"offramp.model.{_HOME[name]}"), name)
    raise AttributeError(f"module 'offramp.model' has no attribute {name!r}")
