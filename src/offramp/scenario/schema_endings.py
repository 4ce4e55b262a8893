"""Tables of the file about opinion, the leader, escalation and the off-ramp."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from offramp.scenario.forms import (
    AGE,
    SUPPORT,
    DailyNonnegative,
    Int,
    LogOdds,
    Nonnegative,
    Positive,
    PositiveShare,
    Rate,
    Real,
    ScalarForm,
    Share,
    Table,
)
from offramp.scenario.schema_people import Name, Names
from offramp.scenario.schema_war import Days

Commanders = Annotated[Int, Field(ge=1, le=25)]
Lag = Annotated[Int, Field(ge=0, le=10_000)]
Age = Annotated[ScalarForm, AGE]
Support = Annotated[ScalarForm, SUPPORT]


class OpinionClassTable(Table):
    """A part of the public, by age and region for example."""

    name: Name = Field(description="Name of the class, unique.")
    persons: Positive = Field(
        description="Its size, persons; only proportions and the number of arrests count."
    )
    support_mean: Support = Field(
        description="Mean private support of the war at the start, from -1 (against) to 1 (for)."
    )
    support_sd: Nonnegative | None = Field(
        None, description="Standard deviation of private support within the class. Absent: 0."
    )
    parts: Names = Field(
        (), description="Wider parts of the public to which it belongs; outcomes are told for each of them."
    )


class OpinionTable(Table):
    """What the public thinks, says aloud, and tells a pollster. Private support moves with [support]."""

    class_: Annotated[tuple[OpinionClassTable, ...], Field(min_length=1, max_length=100)] = Field(
        alias="class", description="Parts of the public."
    )
    integrity_weight: Nonnegative | None = Field(
        None, description="Utils for saying what one thinks, per unit of support. Absent: 0."
    )
    sanction_disutility: DailyNonnegative | None = Field(
        None, description="Cost of open dissent when nobody else dissents, utils. Absent: 0."
    )
    arrest_disutility: Nonnegative | None = Field(
        None, description="Cost of an arrest for dissent, utils. Absent: 0."
    )
    poll_sanction_disutility: Nonnegative | None = Field(
        None, description="Cost of answering a pollster against the war, utils. Absent: 0."
    )
    scale: Positive | None = Field(
        None, description="Spread of what else moves a person to speak, utils. Absent: 1."
    )
    security_persons: Nonnegative | None = Field(
        None, description="Persons who can arrest at one time. Absent: none."
    )
    forces_per_dissenter: Nonnegative | None = Field(
        None,
        description="Persons of the forces whom one open dissenter binds; what is left bounds the crackdown. Absent: 0.",
    )
    list_deflation_share: Share | None = Field(
        None, description="How far a list experiment falls short of the truth, 0 to 1. Absent: 0."
    )
    poll_refusal_probability: Share | None = Field(
        None,
        description="Probability that one who would answer against does not answer at all, 0 to 1. Absent: 0.",
    )
    poll_respondents: Positive | None = Field(
        None,
        description="Persons who answer a direct question, from which its standard error follows. Absent: none is told.",
    )
    list_respondents: Positive | None = Field(
        None,
        description="Persons who answer in each of the two groups of a list experiment, from which its standard error"
        " follows. Absent: none is told.",
    )
    list_control_variance: Nonnegative | None = Field(
        None,
        description="Variance, between persons, of how many harmless items of the list are true of one. Absent: 0.",
    )


class LeadershipTable(Table):
    """How long the leader lasts, and what follows his loss. A term that is left out does not act."""

    age_years: Age | None = Field(None, description="The leader's age on the first day, years.")
    mortality_at_70_per_year: Nonnegative | None = Field(
        None, description="Mortality at the age of 70, per year; Gompertz's law. Absent: no natural death."
    )
    mortality_growth_per_year: PositiveShare | None = Field(
        None, description="Growth of the log of mortality per year of age, up to 1."
    )
    health_factor: Positive | None = Field(None, description="Multiplies mortality. Absent: 1.")
    decay_start: Real | None = Field(None, description="Visible decay on the first day. Absent: 0.")
    decay_drift_per_year: Real | None = Field(None, description="Growth of visible decay. Absent: 0.")
    removal_hazard_per_day: Rate | None = Field(
        None, description="Hazard of removal per day, with all terms below at 0. Absent: no removal."
    )
    disarray_weight: Real | None = Field(
        None, description="Log hazard of removal per unit of disarray. Absent: 0."
    )
    war_weight: Real | None = Field(
        None, description="Log hazard of removal when the war is surely not won. Absent: 0."
    )
    decay_weight: Real | None = Field(
        None, description="Log hazard of removal per unit of visible decay. Absent: 0."
    )
    exits_weight: Real | None = Field(
        None, description="Log hazard of removal if the whole force had left. Absent: 0."
    )
    popularity_weight: Real | None = Field(
        None, description="What a poll of 100 per cent takes from the log hazard of removal. Absent: 0."
    )
    disarray_per_exit: Nonnegative | None = Field(
        None, description="Disarray that one departure of rank weight 1 brings. Absent: 0."
    )
    disarray_memory_days: Positive | None = Field(
        None, description="Days in which all but a third or so of disarray is forgotten."
    )
    disarray_per_purge: Nonnegative | None = Field(
        None, description="Disarray that one purge of rank weight 1 brings. Absent: 0."
    )
    front_disarray_utility: Real | None = Field(
        None, description="Utils that a unit of disarray adds to serving at the front. Absent: 0."
    )
    belief_days: Positive | None = Field(
        None,
        description="Days for which those at posts ask whether the regime will last. Absent: they fear no fall.",
    )
    purge_disutility: Nonnegative | None = Field(
        None, description="What a purge costs its victim, utils. Absent: 0."
    )
    purge_setback_factor: Nonnegative | None = Field(
        None, description="Relative rise of the hazard of purges when the war is surely not won. Absent: 0."
    )
    competence_loss_share: Share | None = Field(
        None, description="Share of the force's fighting strength that one purge costs, 0 to 1. Absent: 0."
    )
    disarray_per_dissent: Nonnegative | None = Field(
        None,
        description="Disarray if everybody dissented openly in a week where nobody did in the week before. Absent: 0.",
    )
    end_probability: Share | None = Field(
        None,
        description="Probability that a successor ends the war in time, within `end_within_days`, 0 to 1. Absent: 0.",
    )
    end_within_days: Positive | None = Field(
        None,
        description="Days that a successor has to end the war in time, to which `end_probability` refers.",
    )
    successor_worse_share: Share | None = Field(
        None, description="Probability of a successor more ready for nuclear use, 0 to 1. Absent: 0."
    )
    worse_nuclear_factor: Nonnegative | None = Field(
        None, description="Hazard of nuclear use under such a successor, as a multiple."
    )
    worse_days: Positive | None = Field(None, description="Mean number of days for which he is more ready.")


_OWN = "Absent: the value of the game."


class PayoffsTable(Table):
    """Payoffs of the shipped game `escalation`, utils. Every one is judgement."""

    settle_value: Real | None = Field(None, description=f"Leader: settling without an offer. {_OWN}")
    offramp_value: Real | None = Field(None, description=f"Leader: what a full off-ramp adds. {_OWN}")
    fight_value: Real | None = Field(None, description=f"Leader: fighting on while the front holds. {_OWN}")
    collapse_value: Real | None = Field(None, description=f"Leader: fighting on into collapse. {_OWN}")
    refused_value: Real | None = Field(None, description=f"Leader: an order that is refused. {_OWN}")
    use_value: Real | None = Field(None, description=f"Leader: use that is met with restraint. {_OWN}")
    retaliation_value: Real | None = Field(
        None, description=f"Leader: use that is met with retaliation. {_OWN}"
    )
    command_refused: Real | None = Field(None, description=f"Command: an order refused. {_OWN}")
    relief: Real | None = Field(
        None, description=f"Command: how much less a refusal costs when collapse is sure. {_OWN}"
    )
    command_restrained: Real | None = Field(None, description=f"Command: use met with restraint. {_OWN}")
    command_retaliated: Real | None = Field(None, description=f"Command: use met with retaliation. {_OWN}")
    coalition_restrained: Real | None = Field(None, description=f"Coalition: restraint after use. {_OWN}")
    coalition_retaliated: Real | None = Field(None, description=f"Coalition: retaliation. {_OWN}")


class VetoTable(Table):
    """Commanders who decide on an order at once, in place of the single command of the game."""

    commanders: Commanders = Field(description="Commanders, 1 to 25.")
    refusals_needed: Commanders = Field(description="Refusals that stop an order, at most all commanders.")
    succeed_utility: Real = Field(description="To one who refused an order that was stopped.")
    punished_utility: Real = Field(description="To one who refused an order that was carried out.")
    executed_utility: Real = Field(description="To one who obeyed an order that was carried out.")
    obeyed_utility: Real | None = Field(
        None, description="To one who obeyed an order that was stopped. Absent: 0."
    )


class EscalationTable(Table):
    """The leader's crises, and what an order to use a nuclear weapon leads to. Needs [war]."""

    precision: Nonnegative = Field(
        description="How surely the better choice is made in a crisis: 0 by chance; per util of payoff."
    )
    command_precision: Nonnegative | None = Field(
        None, description="The same for the command alone. Absent: as everybody's."
    )
    reference_hazard_per_day: Rate = Field(
        description="Hazard of nuclear use per day, when the leader sees `reference_collapse_probability` and no off-ramp."
    )
    reference_collapse_probability: Share = Field(
        description="Probability of collapse, as the leader sees it, to which the hazard above belongs, 0 to 1."
    )
    accident_per_day: Rate | None = Field(None, description="Hazard of use by accident, per day. Absent: 0.")
    exit_weight: Nonnegative | None = Field(
        None,
        description="Alarm at a collapse by departures, as a multiple of that at a collapse by battle. Absent: 1.",
    )
    information_bias_share: Share | None = Field(
        None, description="Share of the risk of collapse that is hidden from the leader, 0 to 1. Absent: 0."
    )
    execution_reliability: PositiveShare | None = Field(
        None, description="Probability that an order obeyed is carried out. Absent: 1."
    )
    interception_probability: Share | None = Field(
        None, description="Probability that what was fired is intercepted, 0 to 1. Absent: 0."
    )
    payoffs: PayoffsTable | None = Field(None, description="Payoffs of the game.")
    veto: VetoTable | None = Field(None, description="Several commanders in place of one command.")


class OfframpTable(Table):
    """A ceasefire with a concession to the leader, offered by a rule. Needs [escalation]."""

    name: Name = Field(description="Name of the off-ramp, unique.")
    threshold_probability: Share = Field(
        description="It is offered when the coalition's estimate of the probability of collapse reaches this, 0 to 1."
    )
    valid_days: Days = Field(description="Days for which it stands.")
    lag_days: Lag = Field(0, description="Days until an estimate is known. Default 0.")
    strength_share: Share | None = Field(
        None,
        description="Size of the concession, 0 to 1; 1 is that of the game's `offramp_value`. Absent: 1.",
    )
    estimate_error_log_odds: Nonnegative | None = Field(
        None,
        description="Standard deviation of the estimate's lasting error, in log-odds. Absent: 0.",
    )
    renewal_hazard_per_day: Rate | None = Field(
        None,
        description="Hazard per day that a war it has ended is renewed, without the two effects below. Absent: peace holds.",
    )
    moral_hazard_factor: Positive | None = Field(
        None,
        description="Multiplies that hazard after a full concession: what was won once is tried again. Absent: 1.",
    )
    rearm_invader_share: Share | None = Field(
        None,
        description="Strength that the invader gains in the ceasefire, as a share of its own, 0 to 1. Absent: 0.",
    )
    rearm_defender_share: Share | None = Field(
        None,
        description="Strength that the defender gains in the ceasefire, as a share of its own, 0 to 1. Absent: 0.",
    )
    early_probability: Share | None = Field(
        None,
        description="Probability of collapse below which an offer looks like weakness to soldiers, 0 to 1.",
    )
    early_log_odds: LogOdds | None = Field(
        None,
        description="Added to the log-odds of victory in which soldiers believe while such an offer stands. Absent: 0.",
    )
    guarantee_share: Share | None = Field(
        None,
        description="What personal guarantees to the leader add to `strength_share`, 0 to 1, in the same unit. Absent: 0.",
    )
    concession_days: Positive | None = Field(
        None,
        description="Days for which the concession stands from the day after it is accepted, unless the war is renewed;"
        " counted beyond the run as well. Absent: to the last day of the run.",
    )
    occupied_persons: Nonnegative | None = Field(
        None,
        description="Persons who live under occupation for as long as the concession stands. Absent: not counted.",
    )
    defender_cost_usd_per_day: Nonnegative | None = Field(
        None,
        description="What the concession costs the defender, US dollars per day of it. Absent: not counted.",
    )
    security_usd_per_day: Nonnegative | None = Field(
        None,
        description="What guarantees of the defender's security cost the coalition, US dollars per day of the concession."
        " Absent: not counted.",
    )
    monitoring_usd_per_day: Nonnegative | None = Field(
        None,
        description="What watching over the ceasefire costs the coalition, US dollars per day of the concession."
        " Absent: not counted.",
    )
    relief_usd_per_day: Nonnegative | None = Field(
        None,
        description="What the coalition gives up to the invader by relief from sanctions, US dollars per day of the"
        " concession. Absent: not counted.",
    )
