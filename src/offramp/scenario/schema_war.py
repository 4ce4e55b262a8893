"""Tables of the file about the war: the force, its losses, the course of the war, the call-up."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from offramp.scenario.forms import (
    DailyNonnegative,
    DailyPositive,
    DailyShare,
    Date,
    Int,
    Nonnegative,
    Positive,
    PositiveShare,
    Real,
    Share,
    SharesForm,
    Table,
)
from offramp.scenario.schema_people import Name

Days = Annotated[Int, Field(ge=1, le=10_000)]


class InflowTable(Table):
    """How newcomers divide over the groups from a date on."""

    from_: Date = Field(alias="from", description="First day on which newcomers divide this way.")
    shares: SharesForm = Field(description="Share of each group by name; they sum to 1, or are Dirichlet.")


class ForceTable(Table):
    """The strength of the force under the reference policy."""

    persons: DailyPositive = Field(description="Reference strength of the force in the theatre, persons.")
    scale: Positive | None = Field(None, description="The strength is multiplied by this. Absent: 1.")
    initial_shares: SharesForm = Field(
        description="Share of each group at the start, by name; they sum to 1, or are Dirichlet."
    )
    inflow: Annotated[tuple[InflowTable, ...], Field(max_length=200)] = Field(
        (), description="How newcomers divide over the groups; before the first date as at the start."
    )


class LossesTable(Table):
    """Deaths and wounds at the front, from the losses that the other side claims. Needs [force]."""

    claimed_per_day: DailyNonnegative = Field(
        description="Losses claimed by the other side, persons per day."
    )
    claim_factor: Share | None = Field(None, description="True over claimed losses, 0 to 1. Absent: 1.")
    kill_share: Share | None = Field(None, description="Share of losses that are deaths, 0 to 1. Absent: 1.")
    wounded_out_per_killed: Nonnegative | None = Field(
        None, description="Wounded who leave the force for good, per death. Absent: 0."
    )


class WarTable(Table):
    """The course of the war relative to the reference policy. Needs [force]; an absent key does not act."""

    win_probability: DailyShare | None = Field(
        None, description="Probability that the invader wins, under the reference policy, 0 to 1."
    )
    settlement_share: DailyShare | None = Field(
        None,
        description="Share of the cases without an invader's victory that end in a settlement, 0 to 1, as believed.",
    )
    strength_elasticity: Real | None = Field(
        None,
        description="Change of the log-odds of winning per unit of log strength relative to the reference.",
    )
    hold_ratio: Share | None = Field(
        None, description="Strength relative to the reference below which the front cannot be held, 0 to 1."
    )
    hold_days: Days | None = Field(
        None, description="Days in a row below `hold_ratio` after which the front collapses."
    )
    hold_broken_share: PositiveShare | None = Field(
        None,
        description="Share of the force in broken units at which the front collapses, above 0 to 1. Absent: 0.5.",
    )
    collapse_b0: Real | None = Field(None, description="Collapse index: constant, log-odds.")
    collapse_b1: Real | None = Field(
        None, description="Collapse index: per unit of the share of units broken."
    )
    collapse_b2: Real | None = Field(
        None, description="Collapse index: per unit of log strength lost over thirty days."
    )
    breakpoint_a: Positive | None = Field(
        None, description="First shape parameter of the beta law of the loss share at which a unit breaks."
    )
    breakpoint_b: Positive | None = Field(
        None, description="Second shape parameter of the beta law of the loss share at which a unit breaks."
    )
    refit_days: Positive | None = Field(None, description="Days after which a broken unit is refitted.")
    victory_probability: Share | None = Field(
        None, description="Probability of winning above which the invader counts as the winner, 0 to 1."
    )
    victory_days: Days | None = Field(None, description="Days in a row above `victory_probability`.")
    loss_memory_days: Days = Field(60, description="Days over which a unit's losses count. Default 60.")
    defender_deaths_per_day: DailyNonnegative | None = Field(
        None, description="Deaths among the defenders under the reference policy, persons per day."
    )
    defender_exponent: Real | None = Field(
        None, description="Exponent of relative strength in the defenders' deaths."
    )
    civilian_deaths_per_day: DailyNonnegative | None = Field(
        None, description="Deaths among civilians under the reference policy, persons per day."
    )
    civilian_exponent: Real | None = Field(
        None, description="Exponent of relative strength in civilian deaths."
    )
    bombardment_substitution: Positive | None = Field(
        None,
        description="Factor on civilian deaths when strength falls and bombardment replaces ground attack.",
    )


class MobilisationTable(Table):
    """A call-up of men at home."""

    group: Name = Field(description="Group from which men are called; its place is `home`.")
    quota: Nonnegative = Field(
        description="Men who are to comply, persons; call-ups go on until so many have."
    )
    from_: Date = Field(alias="from", description="First day of the call-up.")
    until: Date = Field(description="Last day of the call-up.")
    serves_as: Name | None = Field(
        None,
        description="Group of the theatre whose service a called man weighs; his own group's when absent.",
    )
    perceived_call_share: DailyShare | None = Field(
        None,
        description="Believed probability of being called, while the call-up lasts, of a man not yet called, "
        "0 to 1.",
    )
