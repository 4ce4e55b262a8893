"""Tables of the file about offers: programmes, and the policies that are compared."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from offramp.scenario.forms import NONNEGATIVE as _NONNEGATIVE
from offramp.scenario.forms import (
    DailyNonnegative,
    DailyShare,
    Date,
    Int,
    LogOdds,
    Nonnegative,
    NonnegativeByGroup,
    Positive,
    Rate,
    ScalarForm,
    Share,
    Table,
)
from offramp.scenario.schema_people import Name, Names

Payment = tuple[Annotated[Int, Field(ge=0, le=100_000)], Annotated[ScalarForm, _NONNEGATIVE]]


class ProgrammeTable(Table):
    """An offer to those who leave by one route."""

    name: Name = Field(description="Name of the programme, unique.")
    route: Name = Field(
        description="Route by which one takes the offer; one of its own brings chances of its own."
    )
    start: Date | None = Field(
        None, description="First day of the offer; the first day of the run when absent."
    )
    end: Date | None = Field(None, description="Last day of the offer; the last day of the run when absent.")
    groups: Names | None = Field(
        None, description="Groups to which it is open; those of the route when absent."
    )
    enactment_delay_days: Nonnegative | None = Field(
        None, description="Days from announcement, on the first day, until the terms are in force. Absent: 0."
    )
    enactment_probability: Share | None = Field(
        None, description="Probability that the terms come into force at all, 0 to 1. Absent: 1."
    )
    conduct_exclusion_share: Share | None = Field(
        None, description="Share of those eligible who are barred for suspected crimes, 0 to 1. Absent: 0."
    )
    guarantor: Literal["defender", "alliance", "private"] | None = Field(
        None,
        description="Who stands behind the promise: a label. What becomes of the promise is said by "
        "guarantor_win_loss and exchange_probability.",
    )
    guarantor_win_loss: Share | None = Field(
        None, description="Share of the promise that is lost if the invader wins, 0 to 1."
    )
    exchange_probability: Share | None = Field(
        None,
        description="Believed probability of being handed back in an exchange of prisoners, however the war ends, "
        "0 to 1. What a settlement costs the promise otherwise is guarantor_settlement_loss.",
    )
    guarantor_settlement_loss: Share | None = Field(
        None,
        description="Share of the promise that is lost if the war ends in a settlement, 0 to 1, beside the danger of being "
        "handed back. Weighed by "
        "war.settlement_share.",
    )
    trust: DailyShare | None = Field(
        None, description="Believed probability that the promise is kept, 0 to 1, as a given path."
    )
    trust_mean: Share | None = Field(
        None, description="Trust at the start, 0 to 1, where [trust] forms it; overrides trust.mean."
    )
    trust_weight: Positive | None = Field(
        None, description="Cases that trust at the start is worth; overrides trust.weight."
    )
    default_share: Share | None = Field(
        None, description="Share of those admitted who are never paid, 0 to 1. Absent: 0."
    )
    refoulement_share: Share | None = Field(
        None, description="Share of those admitted who are sent back against the promise, 0 to 1. Absent: 0."
    )
    awareness_share: DailyShare | None = Field(
        None,
        description="Share of those eligible who know of the offer, 0 to 1, as a given path; without it and "
        "without channels: all.",
    )
    cash_usd: NonnegativeByGroup | None = Field(
        None,
        description="Cash on leaving, US dollars of the start year: one sum, or a table with one for each group.",
    )
    schedule: Annotated[tuple[Payment, ...], Field(max_length=1000)] = Field(
        (), description="Later payments as pairs [days after leaving, US dollars], days increasing."
    )
    stipend_usd_per_month: Nonnegative | None = Field(
        None, description="Stipend, US dollars per month of 30 days, paid daily."
    )
    stipend_months: Nonnegative | None = Field(
        None, description="Months of 30 days for which the stipend is paid."
    )
    legal_status: Literal["none", "asylum", "citizenship"] = Field(
        "none", description="Legal status that is offered; citizenship includes asylum."
    )
    legal_probability: Share | None = Field(
        None, description="Probability that the status is granted, 0 to 1."
    )
    family_passage_share: Share | None = Field(
        None, description="Share of exposed families that are brought out, 0 to 1."
    )
    family_leak_share: Share | None = Field(
        None, description="Share of evacuations that come to light and fail to protect, 0 to 1."
    )
    family_places_per_day: DailyNonnegative | None = Field(
        None, description="Households that can be brought out per day. Absent: no limit."
    )
    family_places: Nonnegative | None = Field(
        None, description="Households that can be brought out in all. Absent: no limit."
    )
    safety_share: Share | None = Field(
        None,
        description="Share of the worth of safety that the programme delivers, of choice.safety_utility, 0 to 1.",
    )
    caught_probability: Share | None = Field(
        None, description="Probability of arrest in an attempt under the programme; overrides the route's."
    )
    killed_probability: Share | None = Field(
        None, description="Probability of death in an attempt under the programme; overrides the route's."
    )
    safe_passage_log_odds: LogOdds | None = Field(
        None,
        description="Taken from the log-odds that an attempt fails; arrest and death fall in proportion. Not "
        "together with the two probabilities.",
    )
    testimony: Literal["none", "optional", "mandatory"] = Field(
        "none", description="Whether leavers give public testimony on video."
    )
    testimony_bonus_usd: Nonnegative | None = Field(
        None, description="Cash for testimony, US dollars of the start year."
    )
    testimony_anonymised_share: Share | None = Field(
        None, description="Share of videos that do not show who speaks, 0 to 1. Absent: 0."
    )
    fraud_share: Share | None = Field(
        None, description="False claimants per person admitted, 0 to 1. Absent: 0."
    )
    screening_sensitivity: Share | None = Field(
        None, description="Share of false claimants whom screening finds, 0 to 1. Absent: 0."
    )
    capacity_per_day: DailyNonnegative | None = Field(
        None, description="Persons admitted per day; the others wait in line. Absent: no limit."
    )
    detection_per_day: Rate | None = Field(
        None, description="Hazard of being caught while waiting in line, per day."
    )
    budget_usd: Nonnegative | None = Field(
        None,
        description="The offer closes when this is spent, US dollars of the start year. Absent: no limit.",
    )
    fixed_cost_usd: Nonnegative | None = Field(
        None, description="Cost of having the programme at all, US dollars."
    )
    admission_cost_usd: Nonnegative | None = Field(
        None, description="Reception and screening, US dollars per person admitted."
    )
    legal_cost_usd: Nonnegative | None = Field(
        None, description="Legal status, US dollars per person admitted, where the offer grants one."
    )
    family_cost_usd: Nonnegative | None = Field(None, description="Evacuation, US dollars per family.")
    testimony_cost_usd: Nonnegative | None = Field(
        None, description="Recording and protection, US dollars per video."
    )
    screening_cost_usd: Nonnegative | None = Field(
        None, description="Screening, US dollars per claimant, true or false."
    )


class PolicyTable(Table):
    """What is compared: a set of programmes, channels and levers. The first policy of the file is the reference."""

    name: Name = Field(description="Name of the policy, unique.")
    programmes: Names = Field((), description="Programmes in force under this policy.")
    channels: Names | None = Field(
        None,
        description="Channels in use under this policy; when absent those that tell of one of its programmes.",
    )
    broadcasts_from: Date | None = Field(
        None,
        description="Day from which its broadcasts speak of the world outside, and are paid for, whether one of its offers "
        "stands or none. Absent: while an offer stands.",
    )
    levers: Names = Field((), description="Levers in use under this policy.")
    offramp: Name | None = Field(
        None, description="The off-ramp offered under this policy; none when absent."
    )
