"""Tables of the file about what people hear, whom they trust, what they support, and how the regime answers."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from offramp.scenario.forms import (
    DailyNonnegative,
    DailyShare,
    LogOdds,
    Nonnegative,
    Positive,
    PositiveShare,
    Real,
    Rise,
    Share,
    Table,
)
from offramp.scenario.schema_people import Name, Names


class ChannelTable(Table):
    """A way by which people hear of programmes and of the world outside."""

    name: Name = Field(description="Name of the channel, unique.")
    kind: Literal["broadcast", "personal"] = Field(
        description="Leaflets, radio, the web are `broadcast`; relatives, the diaspora are `personal`. Each kind has "
        "its multiplier in [information]. People talk on every day; a broadcast that tells of programmes is heard, and "
        "paid for, while one of the policy's stands."
    )
    groups: Names | None = Field(None, description="Groups that it reaches; all groups when absent.")
    programmes: Names | None = Field(
        None,
        description="Programmes that it tells of; all when absent. Empty: news of the outside world only.",
    )
    reach_per_day: Nonnegative = Field(
        description="Contacts per person and day at intensity 1: after T days 1 - exp(-T x this) have heard."
    )
    intensity: DailyNonnegative | None = Field(
        None, description="How hard the channel is used; multiplies reach and cost. Absent: 1."
    )
    credibility: Share | None = Field(
        None, description="Weight of what one hears this way in forming trust, 0 to 1. Absent: 1."
    )
    cordon_sensitivity: Nonnegative | None = Field(
        None,
        description="How hard a cordon hits the channel: its reach is multiplied by exp(-this x cordon). Absent: 0.",
    )
    cost_usd_per_day: Nonnegative | None = Field(
        None, description="Cost at intensity 1, US dollars per day. Absent: 0."
    )


class InformationTable(Table):
    """How word of programmes spreads. A term that is left out does not act."""

    broadcast_multiplier: Nonnegative | None = Field(
        None, description="Multiplies the reach of every broadcast channel. Absent: 1."
    )
    personal_multiplier: Nonnegative | None = Field(
        None, description="Multiplies the reach of every personal channel. Absent: 1."
    )
    testimony_multiplier: Nonnegative | None = Field(
        None, description="Multiplies the reach of testimony and word of mouth. Absent: 1."
    )
    word_of_mouth_per_day: Nonnegative | None = Field(
        None, description="Contacts per person and day with others of the group, times the share who know."
    )
    testimony_reach_per_day: Nonnegative | None = Field(
        None, description="Contacts per person and day for each video in circulation."
    )
    testimony_decay_per_day: Nonnegative | None = Field(
        None, description="Rate at which videos go out of circulation, per day. Absent: they stay."
    )
    testimony_cordon_sensitivity: Nonnegative | None = Field(
        None,
        description="How hard a cordon hits testimony and the news of how leavers fare: what it reaches, what it moves and the "
        "cases that count for trust are multiplied by exp(-this x cordon). Absent: 0.",
    )
    reach_ceiling_per_day: Positive | None = Field(
        None,
        description="Most effective contacts per person and day of all channels together: reach saturates "
        "towards it. Absent: no ceiling.",
    )
    cordon: DailyNonnegative | None = Field(
        None, description="Strength of the information cordon without any crackdown; 0 none. Absent: 0."
    )
    outside_awareness_share: Share | None = Field(
        None, description="Share who hear news from outside at the start, 0 to 1. Absent: 0."
    )


class TrustTable(Table):
    """Trust in a promise, formed by what is seen of others' experience."""

    mean: Share | None = Field(
        None, description="Trust at the start, 0 to 1, of programmes without `trust_mean`."
    )
    weight: Positive | None = Field(
        None, description="Cases that trust at the start is worth, of programmes without `trust_weight`."
    )
    seen_share: Share | None = Field(
        None, description="Share of cases that a person comes to see where no cordon is, 0 to 1. Absent: 1."
    )
    loss_weight: Nonnegative | None = Field(
        None, description="Weight of a broken promise against a kept one. Absent: 1."
    )
    publicised_share: Share | None = Field(
        None, description="Share of kept promises that become public at all, 0 to 1. Absent: 1."
    )
    video_sincere_probability: PositiveShare | None = Field(
        None, description="Probability that one who is content volunteers a video, above 0 to 1."
    )
    video_insincere_probability: PositiveShare | None = Field(
        None, description="Probability that one who is not content volunteers a video, above 0 to 1."
    )
    discovery_probability: Share | None = Field(
        None, description="Probability that viewers learn that videos were mandatory, 0 to 1. Absent: 0."
    )
    counter_messages_per_day: Nonnegative | None = Field(
        None, description="Bad cases per day that the regime's messages are worth at propaganda 1."
    )


class SupportTable(Table):
    """What moves support of the war. Effects are in units of support, at the level of 1 of their cause."""

    rate_per_day: Nonnegative = Field(
        description="Rate at which support follows its drivers, share of the gap per day."
    )
    testimony_effect: Nonnegative | None = Field(
        None, description="Support lost when testimony is everywhere. Absent: 0."
    )
    testimony_half_videos: Positive | None = Field(
        None, description="Videos in circulation at which half of that effect is reached."
    )
    propaganda_effect: Nonnegative | None = Field(
        None, description="Support won at full propaganda. Absent: 0."
    )
    losses_effect: Nonnegative | None = Field(
        None, description="Support lost if the whole group were known to be killed. Absent: 0."
    )
    backlash_effect: Real | None = Field(
        None, description="Support won when everybody knows of an offer; negative: lost. Absent: 0."
    )
    collateral_effect: Real | None = Field(
        None, description="Support won when sanctions hit ordinary people in full. Absent: 0."
    )


class RegimeTable(Table):
    """The regime's answer: one crackdown between 0 and 1. Effects are those of a crackdown of 1."""

    crackdown: DailyShare | None = Field(
        None, description="The crackdown as a given path, 0 to 1, instead of an answer to departures."
    )
    crackdown_start: Share | None = Field(
        None, description="The crackdown on the first day, 0 to 1. Absent: 0."
    )
    gain_per_week: Nonnegative | None = Field(
        None,
        description="Rise of the crackdown in a week, this times ln(1 + n), with n departures and captures per tolerance.",
    )
    decay_per_week: Share | None = Field(
        None, description="Share of the crackdown that fades in a week, 0 to 1. Absent: 0."
    )
    tolerance_per_day: Positive | None = Field(
        None,
        description="Departures and captures per day, persons, at which the rise is 0.7 times `gain_per_week`.",
    )
    ceiling_share: Share | None = Field(
        None, description="The hardest crackdown that the regime can afford, 0 to 1. Absent: 1."
    )
    enforcers: Names | None = Field(
        None, description="Groups at posts that carry the crackdown out: as they leave, its ceiling falls."
    )
    enforcement_exponent: Nonnegative | None = Field(
        None,
        description="The ceiling falls with this power of the share of them who have stayed. Absent: 0, it does not.",
    )
    detected_share: Share | None = Field(
        None, description="Share of departures that the regime learns of, 0 to 1. Absent: 1."
    )
    capture_log_odds: LogOdds | None = Field(
        None, description="Added to the log-odds of arrest against success in an attempt. Absent: 0."
    )
    killed_log_odds: LogOdds | None = Field(
        None, description="Added to the log-odds of death against success in an attempt. Absent: 0."
    )
    reprisal_log_odds: LogOdds | None = Field(
        None,
        description="Added to the log-odds of reprisal against an identified leaver's family. Absent: 0.",
    )
    barrier_share: Share | None = Field(
        None, description="Share of windows in the theatre that barrier troops close, 0 to 1. Absent: 0."
    )
    detection_increase: Rise | None = Field(
        None, description="Relative rise of the hazard of being found out while waiting. Absent: 0."
    )
    death_hazard_increase: Rise | None = Field(
        None, description="Relative rise of the hazard of death and wounds at the front. Absent: 0."
    )
    sentence_increase: Rise | None = Field(None, description="Relative rise of sentences. Absent: 0.")
    strength_loss_share: Share | None = Field(
        None, description="Share of fighting strength that coercion costs, 0 to 1. Absent: 0."
    )
    cordon_increase: Nonnegative | None = Field(
        None, description="Added to the information cordon. Absent: 0."
    )
    propaganda_share: Share | None = Field(
        None, description="Propaganda without any crackdown, 0 to 1. Absent: 0."
    )
    propaganda_increase: Nonnegative | None = Field(
        None, description="Added to propaganda, which stays within 1. Absent: 0."
    )
    grievance_per_thousand: Nonnegative | None = Field(
        None,
        description="Grievance bred by one man jailed or killed in an attempt, or one family harmed, per 1,000 "
        "of the group. Absent: 0.",
    )
    grievance_decay_per_day: Nonnegative | None = Field(
        None, description="Rate at which that grievance fades, per day. Absent: 0."
    )
