"""The programme's world as plain frozen objects: channels, information, trust, support, the regime, levers, money.

As in `tables`, field names are the keys of the file, an absent term has its neutral value, and dates have become days.
"""

from __future__ import annotations

from dataclasses import dataclass

from offramp.scenario.quantities import Daily, Number, Scalar

ZERO = Number(0.0)
ONE = Number(1.0)
HALF = Number(0.5)


@dataclass(frozen=True)
class Channel:
    """A way by which people hear of programmes and of the world outside."""

    name: str
    kind: str
    """broadcast or personal: which multiplier of [information] applies."""
    groups: tuple[str, ...]
    """Groups it reaches, in the order of the file; all groups when the file does not say."""
    programmes: tuple[str, ...]
    """Programmes it tells of; all when the file does not say."""
    reach_per_day: Scalar
    intensity: Daily = ONE
    credibility: Scalar = ONE
    cordon_sensitivity: Scalar = ZERO
    cost_usd_per_day: Scalar = ZERO


@dataclass(frozen=True)
class Information:
    """How word spreads. Present whenever there are channels, neutral where the file is silent."""

    broadcast_multiplier: Scalar = ONE
    personal_multiplier: Scalar = ONE
    testimony_multiplier: Scalar = ONE
    word_of_mouth_per_day: Scalar = ZERO
    testimony_reach_per_day: Scalar = ZERO
    testimony_decay_per_day: Scalar = ZERO
    testimony_cordon_sensitivity: Scalar = ZERO
    reach_ceiling_per_day: Scalar | None = None
    """None: contacts add up without a ceiling."""
    cordon: Daily = ZERO
    outside_awareness_share: Scalar = ZERO


@dataclass(frozen=True)
class Trust:
    """Trust in promises as counts of good and bad experience. Mean and weight may be a programme's own."""

    mean: Scalar | None = None
    weight: Scalar | None = None
    seen_share: Scalar = ONE
    loss_weight: Scalar = ONE
    publicised_share: Scalar = ONE
    video_sincere_probability: Scalar | None = None
    video_insincere_probability: Scalar | None = None
    discovery_probability: Scalar = ZERO
    counter_messages_per_day: Scalar = ZERO


@dataclass(frozen=True)
class Support:
    """What moves support of the war, and how fast."""

    rate_per_day: Scalar
    testimony_effect: Scalar = ZERO
    testimony_half_videos: Scalar | None = None
    propaganda_effect: Scalar = ZERO
    losses_effect: Scalar = ZERO
    backlash_effect: Scalar = ZERO
    collateral_effect: Scalar = ZERO


@dataclass(frozen=True)
class Regime:
    """The regime's answer: one crackdown in [0, 1], given as `crackdown` or driven by what it sees."""

    crackdown: Daily | None = None
    """None: it answers to departures by the five keys below."""
    crackdown_start: Scalar = ZERO
    gain_per_week: Scalar | None = None
    decay_per_week: Scalar = ZERO
    tolerance_per_day: Scalar | None = None
    ceiling_share: Scalar = ONE
    enforcers: tuple[str, ...] = ()
    enforcement_exponent: Scalar = ZERO
    detected_share: Scalar = ONE
    capture_log_odds: Scalar = ZERO
    killed_log_odds: Scalar = ZERO
    reprisal_log_odds: Scalar = ZERO
    barrier_share: Scalar = ZERO
    detection_increase: Scalar = ZERO
    death_hazard_increase: Scalar = ZERO
    sentence_increase: Scalar = ZERO
    strength_loss_share: Scalar = ZERO
    cordon_increase: Scalar = ZERO
    propaganda_share: Scalar = ZERO
    propaganda_increase: Scalar = ZERO
    grievance_per_thousand: Scalar = ZERO
    grievance_decay_per_day: Scalar = ZERO


@dataclass(frozen=True)
class Lever:
    """What is done beside offers, in [start_day, end_day): its cost and its stated effect on inputs."""

    name: str
    kind: str
    start_day: int
    end_day: int
    cost_usd: Scalar = ZERO
    cost_usd_per_day: Daily = ZERO
    forgone_usd_per_day: Daily = ZERO
    death_hazard_factor: Daily = ONE
    log_pay_shift: Daily = ZERO
    hardship_shift: Daily = ZERO
    collateral_share: Daily = ZERO
    disarray_per_day: Daily = ZERO
    decay_shift: Daily = ZERO
    purge_factor: Daily = ONE


@dataclass(frozen=True)
class Ledger:
    """Unit costs of every programme that does not state its own, and what else enters the account."""

    discount_per_year: Scalar = ZERO
    fixed_cost_usd: Scalar = ZERO
    admission_cost_usd: Scalar = ZERO
    legal_cost_usd: Scalar = ZERO
    family_cost_usd: Scalar = ZERO
    testimony_cost_usd: Scalar = ZERO
    screening_cost_usd: Scalar = ZERO
    contribution_usd_per_year: Scalar = ZERO
    contribution_years: Scalar = ZERO
    incident_probability: Scalar = ZERO
    incident_cost_usd: Scalar = ZERO
    coalition_life_usd: Scalar | None = None
    """None: deaths of defenders and civilians are shown as deaths only."""
    invader_life_usd: Scalar | None = None
    """None: deaths of invaders are shown as deaths only."""


@dataclass(frozen=True)
class Comparator:
    """What something else costs, to set beside the cost of a departure."""

    name: str
    cost_usd: Scalar
    per: str
