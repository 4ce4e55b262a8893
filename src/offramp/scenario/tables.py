"""A scenario as plain frozen objects: what a file says after every check, and nothing that it does not say.

Field names are the keys of the file. An optional key that is absent is None, unless the language gives it a
neutral value; then the field holds that value. Dates have become days: day 0 is the first day of the run, and
a period is the half-open range of days [start_day, end_day).
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Final

from offramp.scenario.quantities import Daily, Personal, Quantity, Scalar, Shares, Uncertain
from offramp.scenario.tables_endings import Escalation, Leadership, Offramp, Opinion, OwnGame
from offramp.scenario.tables_studies import Experiment, Prior
from offramp.scenario.tables_world import (
    HALF,
    ONE,
    ZERO,
    Channel,
    Comparator,
    Information,
    Ledger,
    Lever,
    Regime,
    Support,
    Trust,
)

STATES: Final = ("serving", "waiting", "killed", "wounded", "imprisoned", "inducted")
"""States of a soldier besides the routes; no route may bear one of these names."""

OUTCOMES: Final = ("success", "caught", "killed")
"""Outcomes of an attempt to leave."""


@dataclass(frozen=True)
class Group:
    """Persons who share rates and prospects. `size` is None when [force] gives the numbers."""

    name: str
    place: str = "theatre"
    size: Scalar | None = None
    stay_utility: Personal = ZERO
    support: Personal | None = None
    family_exposed_share: Scalar = ZERO
    wealth_usd: Daily | None = None
    log_pay_ratio: Daily | None = None
    cohesion: Scalar | None = None
    influence: Personal | None = None
    squad_size: int | None = None
    """The group's own, or the one of [units], or the one of the file; None when there are no squads."""
    information_bias_share: Scalar = ZERO
    testimony_weight: Scalar = ONE
    backfire_factor: Scalar = ONE
    contribution_usd_per_year: Scalar | None = None
    """None: the one of [ledger]."""
    rank_weight: Scalar = ZERO
    corps: str | None = None
    known_exits: Scalar = ZERO
    justice_disutility: Scalar = ZERO
    purge_hazard_per_day: Scalar = ZERO
    dependence_utility: Scalar | None = None
    """None: who holds the post is not asked what he says of the leader."""
    relative_risk: Scalar = ONE
    casualty_per_day: Daily | None = None


@dataclass(frozen=True)
class Route:
    """A way out. Its value is `utility` outright, or is built from the other terms and [choice]."""

    name: str
    groups: tuple[str, ...]
    """Groups that may take it, in the order of the file; all groups when the file does not say."""
    window_per_day: Daily | None = None
    utility: Quantity | None = None
    distaste: Scalar | None = None
    loyalty_share: Scalar | None = None
    caught_probability: Daily | None = None
    killed_probability: Daily | None = None
    outcome: Shares | None = None
    """Dirichlet over success, caught, killed; then the two probabilities above are None."""
    exchange_probability: Daily | None = None
    reprisal_probability: Daily | None = None
    identified_share: Scalar | None = None
    nest_dissimilarity: Scalar | None = None
    needs_programme: bool = False
    on_call_up: bool = False


@dataclass(frozen=True)
class Choice:
    """Weights and beliefs of the decision. A term that the file leaves out has its neutral value."""

    present_bias: Scalar = ONE
    returned_grievance: Scalar = HALF
    discount_per_day: Scalar = ZERO
    death_disutility: Scalar = ZERO
    arrest_disutility: Scalar = ZERO
    prison_disutility_per_year: Scalar = ZERO
    sentence_days: Daily = ZERO
    family_disutility: Scalar = ZERO
    support_weight: Scalar = ZERO
    pay_weight: Scalar = ZERO
    compensation_weight: Scalar = ZERO
    death_compensation_usd: Daily = ZERO
    hardship_weight: Scalar = ZERO
    hardship: Daily = ZERO
    grievance_weight: Scalar = ZERO
    optimism: Scalar = ONE
    belief_rate_per_day: Scalar | None = None
    """None: beliefs follow the true hazard without delay."""
    war_end_per_day: Daily | None = None
    """None: nobody expects the war to end."""
    money_weight: Scalar = ZERO
    asylum_utility: Scalar = ZERO
    citizenship_utility: Scalar = ZERO
    family_passage_utility: Scalar = ZERO
    safety_utility: Scalar = ZERO
    base_safety: Scalar = ZERO
    returned_share: Daily = ZERO
    obedience: Scalar = ZERO
    scale: Scalar = ONE
    nest_dissimilarity: Scalar = ONE
    video_reprisal_factor: Scalar = ONE
    family_units: Scalar = ONE


@dataclass(frozen=True)
class Units:
    """Squads and companies, and what members do to each other."""

    squad_size: int | None = None
    company_size: int = 100
    contagion: Scalar = ZERO
    loyalty: Scalar = ZERO
    squad_weight: Scalar = ONE
    company_weight: Scalar = ZERO
    force_weight: Scalar = ZERO
    memory_days: Scalar | None = None
    """None: nothing is forgotten."""
    group_exit_probability: Scalar = ZERO


@dataclass(frozen=True)
class Inflow:
    """How newcomers divide over the groups from a day on; weights by group name, or Dirichlet shares."""

    from_day: int
    shares: Shares | tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Force:
    """The reference strength of the force, and how it divides over groups."""

    persons: Daily
    scale: Scalar = ONE
    initial_shares: Shares | tuple[tuple[str, float], ...] = ()
    inflow: tuple[Inflow, ...] = ()


@dataclass(frozen=True)
class Losses:
    """Deaths and wounds at the front, from the losses that the other side claims."""

    claimed_per_day: Daily
    claim_factor: Scalar = ONE
    kill_share: Scalar = ONE
    wounded_out_per_killed: Scalar = ZERO


@dataclass(frozen=True)
class War:
    """The course of the war relative to the reference policy. Absent terms are None: not simulated."""

    win_probability: Daily | None = None
    settlement_share: Daily = ZERO
    strength_elasticity: Scalar | None = None
    hold_ratio: Scalar | None = None
    hold_days: int | None = None
    hold_broken_share: Scalar = HALF
    collapse_b0: Scalar | None = None
    collapse_b1: Scalar | None = None
    collapse_b2: Scalar | None = None
    breakpoint_a: Scalar | None = None
    breakpoint_b: Scalar | None = None
    refit_days: Scalar | None = None
    victory_probability: Scalar | None = None
    victory_days: int | None = None
    loss_memory_days: int = 60
    defender_deaths_per_day: Daily | None = None
    defender_exponent: Scalar | None = None
    civilian_deaths_per_day: Daily | None = None
    civilian_exponent: Scalar | None = None
    bombardment_substitution: Scalar | None = None


@dataclass(frozen=True)
class Mobilisation:
    """A call-up of men at home: `quota` persons in [from_day, until_day)."""

    group: str
    quota: Scalar
    from_day: int
    until_day: int
    serves_as: str | None = None
    """Group whose service a called man weighs; None: his own."""
    perceived_call_share: Daily | None = None


@dataclass(frozen=True)
class Programme:
    """An offer attached to a route, open in [start_day, end_day). Days are cut to the run."""

    name: str
    route: str
    groups: tuple[str, ...]
    start_day: int
    end_day: int
    enactment_delay_days: Scalar = ZERO
    enactment_probability: Scalar = ONE
    conduct_exclusion_share: Scalar = ZERO
    guarantor: str | None = None
    guarantor_win_loss: Scalar | None = None
    guarantor_settlement_loss: Scalar = ZERO
    exchange_probability: Scalar | None = None
    trust: Daily | None = None
    """A given path; None: formed by [trust], or 1 without that table."""
    trust_mean: Scalar | None = None
    trust_weight: Scalar | None = None
    default_share: Scalar = ZERO
    refoulement_share: Scalar = ZERO
    awareness_share: Daily | None = None
    """A given path; None: spread by channels, or 1 where there are none."""
    cash_usd: Scalar | tuple[tuple[str, Scalar], ...] | None = None
    """One sum, or a sum for each group to which the programme is open."""
    schedule: tuple[tuple[int, Scalar], ...] = ()
    """Later payments: days after leaving, US dollars."""
    stipend_usd_per_month: Scalar | None = None
    stipend_months: Scalar | None = None
    legal_status: str = "none"
    legal_probability: Scalar | None = None
    family_passage_share: Scalar | None = None
    family_leak_share: Scalar | None = None
    family_places_per_day: Daily | None = None
    """None: unlimited."""
    family_places: Scalar | None = None
    """None: unlimited."""
    safety_share: Scalar | None = None
    caught_probability: Scalar | None = None
    killed_probability: Scalar | None = None
    safe_passage_log_odds: Scalar | None = None
    testimony: str = "none"
    testimony_bonus_usd: Scalar | None = None
    testimony_anonymised_share: Scalar = ZERO
    fraud_share: Scalar = ZERO
    screening_sensitivity: Scalar = ZERO
    capacity_per_day: Daily | None = None
    """None: unlimited."""
    detection_per_day: Scalar | None = None
    budget_usd: Scalar | None = None
    """None: unlimited."""
    fixed_cost_usd: Scalar | None = None
    admission_cost_usd: Scalar | None = None
    legal_cost_usd: Scalar | None = None
    family_cost_usd: Scalar | None = None
    testimony_cost_usd: Scalar | None = None
    screening_cost_usd: Scalar | None = None


@dataclass(frozen=True)
class Policy:
    """What is compared: a set of programmes, channels and levers."""

    name: str
    programmes: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    """Where the file does not say: those that tell of one of the programmes."""
    levers: tuple[str, ...] = ()
    offramp: str | None = None
    broadcasts_day: int | None = None
    """Day from which its broadcasts speak, offer or none; None for while an offer stands."""


@dataclass(frozen=True)
class Posts:
    """Holders of posts away from the front, their ways out, and what they are offered: simulated beside the front."""

    groups: tuple[Group, ...] = ()
    routes: tuple[Route, ...] = ()
    programmes: tuple[Programme, ...] = ()


@dataclass(frozen=True)
class Correlation:
    """Inputs that share one pairwise correlation of a Gaussian copula."""

    inputs: tuple[str, ...]
    rho: float


@dataclass(frozen=True)
class Scenario:
    """One scenario file, checked. The first policy is the reference."""

    name: str
    title: str
    description: str
    start: datetime.date
    days: int
    squad_size: int | None
    groups: tuple[Group, ...]
    routes: tuple[Route, ...]
    programmes: tuple[Programme, ...]
    policies: tuple[Policy, ...]
    choice: Choice | None
    units: Units | None
    force: Force | None
    losses: Losses | None
    war: War | None
    mobilisation: Mobilisation | None
    correlations: tuple[Correlation, ...]
    inputs: tuple[Uncertain, ...]
    """Every unknown number, in the order of the schema; the order of keys in the file does not matter."""
    shares: tuple[Shares, ...]
    """Every set of unknown shares; their parts are inputs too, but are sampled jointly."""
    evidence_ids: tuple[str, ...]
    hash: str
    """SHA-256 of the content; formatting, comments and the order of keys do not change it."""
    text: str
    """The file as read."""
    channels: tuple[Channel, ...] = ()
    levers: tuple[Lever, ...] = ()
    comparators: tuple[Comparator, ...] = ()
    information: Information | None = None
    trust: Trust | None = None
    support: Support | None = None
    regime: Regime | None = None
    ledger: Ledger | None = None
    priors: tuple[Prior, ...] = ()
    """Prior sets of the file beside the main one."""
    experiments: tuple[Experiment, ...] = ()
    prior: str = ""
    """Name of the prior set in force; empty for the file as it stands."""
    offramps: tuple[Offramp, ...] = ()
    opinion: Opinion | None = None
    leadership: Leadership | None = None
    escalation: Escalation | None = None
    game: OwnGame | None = None
    posts: Posts = Posts()
    """Groups, routes and programmes of those at posts; `groups`, `routes` and `programmes` hold all others."""

    @property
    def offers(self) -> tuple[Programme, ...]:
        """All programmes, those for people at posts last."""
        return (*self.programmes, *self.posts.programmes)

    def __hash__(self) -> int:
        # its content says all; a game of its own holds dictionaries, which have no hash
        return hash((self.hash, self.prior))

    def policy(self, name: str) -> Policy:
        """The policy of that name, which must be one of the scenario's."""
        return next(policy for policy in self.policies if policy.name == name)
