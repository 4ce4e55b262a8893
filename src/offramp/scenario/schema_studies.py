"""Tables of the file about what is asked beside the main comparison: prior sets and experiments."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field

from offramp.scenario.forms import Float, Int, Line, PriorForm, Table, Text
from offramp.scenario.schema_people import Name
from offramp.scenario.tables_studies import DRAWS

MAX_VARIED: Final = 2
MAX_VALUES: Final = 12
MAX_RUNS: Final = 120
"""Most combinations of values, times policies, of one experiment."""

Draws = Annotated[Int, Field(ge=1, le=10_000)]
StudiedOutcome = Literal[
    "departures",
    "departures_net",
    "departures_gross",
    "departures_displaced",
    "attempts",
    "admitted",
    "evasions",
    "emigrations",
    "mobilisable_end",
    "families_evacuated",
    "videos",
    "cost_usd",
    "killed",
    "front_collapsed",
    "tipped",
    "strength_end",
    "families_harmed",
    "attempts_failed",
    "killed_trying",
    "imprisoned",
    "waiting_end",
    "exchanged_back",
    "defrauded",
    "refouled",
    "resigned",
    "leader_removed",
    "nuclear_change",
    "concession_days",
    "occupied_person_days",
    "offramp_cost_usd.coalition",
    "offramp_cost_usd.defender",
    "war_days_expected",
]
"""Outcomes that an experiment may show; each is described in `offramp.analysis.outcomes`."""


class PriorTable(Table):
    """A prior set beside the main one, for those who believe otherwise: `offramp run --prior NAME`."""

    name: Name = Field(description="Name of the set, unique; `main` is the file as it stands.")
    note: Text = Field("", description="By what rule the set was chosen.")
    draws: Draws = Field(
        DRAWS, description="Draws of this set in the report of the main run, at most as many as that has."
    )
    inputs: Annotated[dict[Line, PriorForm], Field(min_length=1, max_length=200)] = Field(
        description="By key path of an unknown number: a third of its law, or another law; each with its note."
    )


class VaryTable(Table):
    """A number that an experiment sets to each of several values."""

    key: Line = Field(min_length=1, description="Key path of the number, for example `trust.mean`.")
    values: Annotated[tuple[Float, ...], Field(min_length=2, max_length=MAX_VALUES)] = Field(
        description="The values in increasing order; each is taken as known."
    )
    label: Line = Field("", description="What the number is, in a few words for the chart. Absent: its key.")


class ExperimentTable(Table):
    """A small question of the report: policies under every combination of the values of one or two numbers."""

    name: Name = Field(description="Name of the experiment, unique.")
    question: Line = Field(min_length=1, description="What it asks, a question in one line.")
    policies: Annotated[tuple[Name, ...], Field(min_length=1, max_length=12)] = Field(
        description="Policies compared, each against the reference in the same draws."
    )
    vary: Annotated[tuple[VaryTable, ...], Field(max_length=MAX_VARIED)] = Field(
        (), description="What is varied: one number, or two that are crossed. Absent: the policies alone."
    )
    outcomes: Annotated[tuple[StudiedOutcome, ...], Field(min_length=1, max_length=6)] = Field(
        ("departures_net", "families_harmed"),
        description="Outcomes shown, the one that is asked about first; families harmed are always shown.",
    )
    draws: Draws = Field(
        DRAWS, description="Draws, at most as many as the run has; where nothing is varied, all that it has."
    )
