"""Tables of the file about money: levers beside the offers, the ledger, and what else the money could buy."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from offramp.scenario.forms import (
    DailyFactor,
    DailyNonnegative,
    DailyReal,
    DailyShare,
    Date,
    Line,
    Nonnegative,
    Real,
    Share,
    Table,
)
from offramp.scenario.schema_people import Name


class LeverTable(Table):
    """What is done beside offers: its cost, and its stated effect on inputs. A term left out does not act."""

    name: Name = Field(description="Name of the lever, unique.")
    kind: Literal["sanctions", "arms", "other"] = Field(
        "other", description="What it is: a label for the reader."
    )
    start: Date | None = Field(None, description="First day; the first day of the run when absent.")
    end: Date | None = Field(None, description="Last day; the last day of the run when absent.")
    cost_usd: Nonnegative | None = Field(
        None, description="Cost of having it at all, US dollars of the start year. Absent: 0."
    )
    cost_usd_per_day: DailyNonnegative | None = Field(
        None, description="Running cost, US dollars per day. Absent: 0."
    )
    forgone_usd_per_day: DailyNonnegative | None = Field(
        None,
        description="What the coalition's societies forgo beside it, as trade, US dollars per day: part of `cost_usd`, "
        "and of no budget. Absent: 0.",
    )
    death_hazard_factor: DailyFactor | None = Field(
        None, description="Multiplies the hazard of death and wounds at the front. Absent: 1."
    )
    log_pay_shift: DailyReal | None = Field(
        None, description="Added to the log pay ratio of every group of the theatre. Absent: 0."
    )
    hardship_shift: DailyReal | None = Field(
        None, description="Added to hardship, which stays 0 or more: supply, fuel, food. Absent: 0."
    )
    collateral_share: DailyShare | None = Field(
        None, description="How far it hits ordinary people, 0 to 1; acts through [support]. Absent: 0."
    )
    disarray_per_day: DailyNonnegative | None = Field(
        None, description="Quarrels at the top: disarray of each day. Absent: 0."
    )
    decay_shift: DailyReal | None = Field(None, description="Added to the leader's visible decay. Absent: 0.")
    purge_factor: DailyFactor | None = Field(None, description="Multiplies the hazard of purges. Absent: 1.")


class LedgerTable(Table):
    """Unit costs of programmes that do not state their own, and what else enters the account."""

    discount_per_year: Nonnegative | None = Field(
        None, description="Rate at which later costs are discounted, per year. Absent: 0."
    )
    fixed_cost_usd: Nonnegative | None = Field(
        None, description="Cost of having a programme at all, US dollars. Absent: 0."
    )
    admission_cost_usd: Nonnegative | None = Field(
        None, description="Reception and screening, US dollars per person admitted. Absent: 0."
    )
    legal_cost_usd: Nonnegative | None = Field(
        None,
        description="Legal status, US dollars per person admitted by a programme that grants one. Absent: 0.",
    )
    family_cost_usd: Nonnegative | None = Field(
        None, description="Evacuation, US dollars per family. Absent: 0."
    )
    testimony_cost_usd: Nonnegative | None = Field(
        None, description="Recording and protection, US dollars per video. Absent: 0."
    )
    screening_cost_usd: Nonnegative | None = Field(
        None, description="Screening, US dollars per claimant, true or false. Absent: 0."
    )
    contribution_usd_per_year: Real | None = Field(
        None, description="Net contribution of an entrant to his host, US dollars per year. Absent: 0."
    )
    contribution_years: Nonnegative | None = Field(
        None, description="Years for which that contribution is counted. Absent: 0."
    )
    incident_probability: Share | None = Field(
        None, description="Probability of a security incident per person admitted, 0 to 1. Absent: 0."
    )
    incident_cost_usd: Nonnegative | None = Field(
        None, description="Cost of such an incident to the host, US dollars. Absent: 0."
    )
    coalition_life_usd: Nonnegative | None = Field(
        None,
        description="Value of a defender's or civilian's life, US dollars; when absent deaths are shown as deaths.",
    )
    invader_life_usd: Nonnegative | None = Field(
        None, description="Value of an invader's life, US dollars; when absent deaths are shown as deaths."
    )


class ComparatorTable(Table):
    """What something else costs, to set beside the cost of a departure."""

    name: Name = Field(description="Name of the comparator, unique.")
    cost_usd: Nonnegative = Field(description="Cost of one, US dollars of the start year.")
    per: Line = Field(min_length=1, description="What one is, for example `claimed loss`.")
