"""The science: one file per mechanism, pure functions of parameters and state, each equation with its number.

What the engine needs every day is plain Python that it compiles as it stands; what is computed once a draw takes
whole arrays. Nothing draws a random number, and nothing reads a file but the games that come with the package.
`offramp.model.present_value` and the other closed forms of the documentation are reached from here.
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
    from offramp.model.elite import leader_mortality, removal_hazard
    from offramp.model.endings import Succession, competing_endings, war_endings
    from offramp.model.escalation import nuclear_risk, toy_best_date
    from offramp.model.games import read_game, shipped_game, shipped_games
    from offramp.model.information import (
        bass_awareness,
        trust_after,
        video_likelihood_ratio,
    )
    from offramp.model.lanchester import lanchester_end, lanchester_square
    from offramp.model.offers import present_value, price_for_share
    from offramp.model.opinion import (
        arrest_probability,
        dissent_equilibrium,
        kuran_equilibrium,
        list_experiment,
    )
    from offramp.model.units import breakpoint_share, effective_strength, social_utility
    from offramp.model.veto import veto_equilibrium

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
    "leader_mortality": "elite",
    "removal_hazard": "elite",
    "Succession": "endings",
    "competing_endings": "endings",
    "war_endings": "endings",
    "nuclear_risk": "escalation",
    "toy_best_date": "escalation",
    "read_game": "games",
    "shipped_game": "games",
    "shipped_games": "games",
    "arrest_probability": "opinion",
    "dissent_equilibrium": "opinion",
    "kuran_equilibrium": "opinion",
    "list_experiment": "opinion",
    "veto_equilibrium": "veto",
}

__all__ = [
    "Succession",
    "arrest_probability",
    "bass_awareness",
    "breakpoint_share",
    "choice_probabilities",
    "competing_endings",
    "competing_risks",
    "dissent_equilibrium",
    "effective_strength",
    "granovetter_equilibrium",
    "hazard_from_probability",
    "kuran_equilibrium",
    "lanchester_end",
    "lanchester_square",
    "leader_mortality",
    "list_experiment",
    "mean_hazard",
    "nest_value",
    "nuclear_risk",
    "present_value",
    "price_for_share",
    "read_game",
    "removal_hazard",
    "shipped_game",
    "shipped_games",
    "social_logit_fixed_points",
    "social_logit_folds",
    "social_utility",
    "toy_best_date",
    "trust_after",
    "veto_equilibrium",
    "video_likelihood_ratio",
    "war_endings",
    "window_hazards",
]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(f"offramp.model.{_HOME[name]}"), name)
    raise AttributeError(f"module 'offramp.model' has no attribute {name!r}")
