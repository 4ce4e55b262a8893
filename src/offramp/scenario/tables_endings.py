"""Opinion, the leader, escalation and the off-ramp as plain frozen objects.

As in `tables`, field names are the keys of the file, and an absent term has its neutral value.
"""

from __future__ import annotations

from dataclasses import dataclass

from offramp.games.tree import Game
from offramp.scenario.quantities import Daily, Scalar
from offramp.scenario.tables_world import ONE, ZERO


@dataclass(frozen=True)
class OpinionClass:
    """A part of the public, by age and region for example."""

    name: str
    persons: Scalar
    support_mean: Scalar
    support_sd: Scalar = ZERO
    parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Opinion:
    """What the public thinks, says aloud and tells a pollster."""

    classes: tuple[OpinionClass, ...]
    integrity_weight: Scalar = ZERO
    sanction_disutility: Daily = ZERO
    arrest_disutility: Scalar = ZERO
    poll_sanction_disutility: Scalar = ZERO
    scale: Scalar = ONE
    security_persons: Scalar = ZERO
    forces_per_dissenter: Scalar = ZERO
    list_deflation_share: Scalar = ZERO
    poll_refusal_probability: Scalar = ZERO
    poll_respondents: Scalar | None = None
    """None, here and below: the error of a sample is not asked for."""
    list_respondents: Scalar | None = None
    list_control_variance: Scalar = ZERO


@dataclass(frozen=True)
class Leadership:
    """How long the leader lasts, and what follows his loss."""

    age_years: Scalar | None = None
    mortality_at_70_per_year: Scalar | None = None
    """None: no natural death."""
    mortality_growth_per_year: Scalar | None = None
    health_factor: Scalar = ONE
    decay_start: Scalar = ZERO
    decay_drift_per_year: Scalar = ZERO
    removal_hazard_per_day: Scalar = ZERO
    disarray_weight: Scalar = ZERO
    war_weight: Scalar = ZERO
    decay_weight: Scalar = ZERO
    exits_weight: Scalar = ZERO
    popularity_weight: Scalar = ZERO
    disarray_per_exit: Scalar = ZERO
    disarray_memory_days: Scalar | None = None
    disarray_per_purge: Scalar = ZERO
    front_disarray_utility: Scalar = ZERO
    belief_days: Scalar | None = None
    """None: those at posts fear no fall."""
    purge_disutility: Scalar = ZERO
    purge_setback_factor: Scalar = ZERO
    competence_loss_share: Scalar = ZERO
    disarray_per_dissent: Scalar = ZERO
    end_probability: Scalar = ZERO
    end_within_days: Scalar = ONE
    successor_worse_share: Scalar = ZERO
    worse_nuclear_factor: Scalar = ONE
    worse_days: Scalar = ONE


@dataclass(frozen=True)
class Payoffs:
    """Parameters of the shipped game `escalation`, utils; None: the game's own value."""

    settle_value: Scalar | None = None
    offramp_value: Scalar | None = None
    fight_value: Scalar | None = None
    collapse_value: Scalar | None = None
    refused_value: Scalar | None = None
    use_value: Scalar | None = None
    retaliation_value: Scalar | None = None
    command_refused: Scalar | None = None
    relief: Scalar | None = None
    command_restrained: Scalar | None = None
    command_retaliated: Scalar | None = None
    coalition_restrained: Scalar | None = None
    coalition_retaliated: Scalar | None = None


@dataclass(frozen=True)
class Veto:
    """Commanders of whom so many must refuse for an order to be stopped."""

    commanders: int
    refusals_needed: int
    succeed_utility: Scalar
    punished_utility: Scalar
    executed_utility: Scalar
    obeyed_utility: Scalar = ZERO


@dataclass(frozen=True)
class Escalation:
    """The leader's crises, and what an order to use a nuclear weapon leads to."""

    precision: Scalar
    reference_hazard_per_day: Scalar
    reference_collapse_probability: Scalar
    command_precision: Scalar | None = None
    """None: as everybody's."""
    accident_per_day: Scalar = ZERO
    exit_weight: Scalar = ONE
    information_bias_share: Scalar = ZERO
    execution_reliability: Scalar = ONE
    interception_probability: Scalar = ZERO
    payoffs: Payoffs = Payoffs()
    veto: Veto | None = None
    """None: the single command of the game."""


@dataclass(frozen=True)
class OwnGame:
    """The leader's crisis as the file tells it, in place of the shipped game `escalation`.

    `p` and `o` are among the tree's parameters; the run sets them.
    """

    tree: Game
    parameters: tuple[tuple[str, Scalar], ...] = ()


@dataclass(frozen=True)
class Offramp:
    """A ceasefire with a concession to the leader, offered when the coalition believes collapse likely enough."""

    name: str
    threshold_probability: Scalar
    valid_days: int
    lag_days: int = 0
    strength_share: Scalar = ONE
    estimate_error_log_odds: Scalar = ZERO
    renewal_hazard_per_day: Scalar = ZERO
    moral_hazard_factor: Scalar = ONE
    rearm_invader_share: Scalar = ZERO
    rearm_defender_share: Scalar = ZERO
    early_probability: Scalar = ZERO
    early_log_odds: Scalar = ZERO
    guarantee_share: Scalar = ZERO
    concession_days: Scalar | None = None
    """None: to the last day of the run."""
    occupied_persons: Scalar | None = None
    """None, here and below: not counted."""
    defender_cost_usd_per_day: Scalar | None = None
    security_usd_per_day: Scalar | None = None
    monitoring_usd_per_day: Scalar | None = None
    relief_usd_per_day: Scalar | None = None
