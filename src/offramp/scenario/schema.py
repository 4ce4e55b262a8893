"""The whole scenario file as one pydantic model, its limits, and the JSON Schema for editors."""

from __future__ import annotations

from typing import Annotated, Any, Final

from pydantic import ConfigDict, Field
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from offramp.scenario.forms import Date, Float, Line, Table, Text
from offramp.scenario.schema_endings import EscalationTable, LeadershipTable, OfframpTable, OpinionTable
from offramp.scenario.schema_game import GameTable
from offramp.scenario.schema_money import ComparatorTable, LedgerTable, LeverTable
from offramp.scenario.schema_offers import PolicyTable, ProgrammeTable
from offramp.scenario.schema_people import ChoiceTable, GroupTable, RouteTable, SquadSize, UnitsTable
from offramp.scenario.schema_studies import ExperimentTable, PriorTable
from offramp.scenario.schema_war import Days, ForceTable, LossesTable, MobilisationTable, WarTable
from offramp.scenario.schema_world import (
    ChannelTable,
    InformationTable,
    RegimeTable,
    SupportTable,
    TrustTable,
)

MAX_DAYS: Final = 10_000
MAX_PERSONS: Final = 50_000_000
MAX_CELLS: Final = 20_000_000
"""Most groups x (routes + 6) x (days + 1) of a run: the size of one path in memory."""
MAX_ITEMS: Final = {
    "group": 200,
    "route": 200,
    "programme": 200,
    "channel": 100,
    "lever": 100,
    "offramp": 100,
    "policy": 100,
    "comparator": 100,
    "correlation": 100,
    "prior": 10,
    "experiment": 20,
}


class CorrelationTable(Table):
    """Inputs that move together: one pairwise correlation of a Gaussian copula."""

    inputs: Annotated[tuple[Line, ...], Field(min_length=2, max_length=100)] = Field(
        description="Key paths of unknown numbers, for example `choice.money_weight`."
    )
    rho: Float = Field(gt=-1.0, lt=1.0, description="Correlation of every two of them, between -1 and 1.")


class HeadTable(Table):
    """The keys at the top of the file."""

    title: Line = Field(min_length=1, description="What the scenario is, in one line.")
    description: Text = Field("", description="What it is for, and what it leaves out.")
    start: Date = Field(description="First day of the run, a TOML date such as 2022-02-24.")
    days: Days = Field(description="Length of the run in days, 1 to 10,000.")
    squad_size: SquadSize | None = Field(
        None, description="Members of a squad in every group that does not say otherwise; for bare files."
    )


class ScenarioFile(HeadTable):
    """A scenario of Offramp. What it does not state is not simulated."""

    model_config = ConfigDict(title="Offramp scenario")

    group: Annotated[tuple[GroupTable, ...], Field(min_length=1, max_length=MAX_ITEMS["group"])] = Field(
        description="Groups of persons."
    )
    route: Annotated[tuple[RouteTable, ...], Field(min_length=1, max_length=MAX_ITEMS["route"])] = Field(
        description="Ways out."
    )
    programme: Annotated[tuple[ProgrammeTable, ...], Field(max_length=MAX_ITEMS["programme"])] = Field(
        (), description="Offers."
    )
    channel: Annotated[tuple[ChannelTable, ...], Field(max_length=MAX_ITEMS["channel"])] = Field(
        (), description="Ways by which people hear of programmes."
    )
    lever: Annotated[tuple[LeverTable, ...], Field(max_length=MAX_ITEMS["lever"])] = Field(
        (), description="What is done beside offers, such as sanctions and arms."
    )
    offramp: Annotated[tuple[OfframpTable, ...], Field(max_length=MAX_ITEMS["offramp"])] = Field(
        (), description="Ceasefires with a concession, offered by a rule."
    )
    policy: Annotated[tuple[PolicyTable, ...], Field(max_length=MAX_ITEMS["policy"])] = Field(
        (), description="What is compared; the first is the reference. Absent: one policy without programmes."
    )
    choice: ChoiceTable | None = Field(None, description="How persons weigh staying against leaving.")
    units: UnitsTable | None = Field(None, description="Squads and companies.")
    force: ForceTable | None = Field(None, description="Strength of the force.")
    losses: LossesTable | None = Field(None, description="Deaths and wounds at the front.")
    war: WarTable | None = Field(None, description="Course of the war.")
    mobilisation: MobilisationTable | None = Field(None, description="Call-up of men at home.")
    information: InformationTable | None = Field(None, description="How word spreads.")
    trust: TrustTable | None = Field(None, description="How trust in promises forms.")
    support: SupportTable | None = Field(None, description="What moves support of the war.")
    regime: RegimeTable | None = Field(None, description="How the regime answers.")
    ledger: LedgerTable | None = Field(None, description="Unit costs and the account.")
    opinion: OpinionTable | None = Field(None, description="What the public thinks and says.")
    leadership: LeadershipTable | None = Field(None, description="How long the leader lasts.")
    escalation: EscalationTable | None = Field(None, description="Risk of nuclear use.")
    game: GameTable | None = Field(None, description="The leader's crisis as a game of your own.")
    comparator: Annotated[tuple[ComparatorTable, ...], Field(max_length=MAX_ITEMS["comparator"])] = Field(
        (), description="What something else costs."
    )
    correlation: Annotated[tuple[CorrelationTable, ...], Field(max_length=MAX_ITEMS["correlation"])] = Field(
        (), description="Unknown numbers that move together."
    )
    prior: Annotated[tuple[PriorTable, ...], Field(max_length=MAX_ITEMS["prior"])] = Field(
        (), description="Prior sets beside the main one."
    )
    experiment: Annotated[tuple[ExperimentTable, ...], Field(max_length=MAX_ITEMS["experiment"])] = Field(
        (), description="Small questions that the report answers."
    )


LISTS: Final[dict[str, type[Table]]] = {
    "group": GroupTable,
    "route": RouteTable,
    "programme": ProgrammeTable,
    "channel": ChannelTable,
    "lever": LeverTable,
    "offramp": OfframpTable,
    "policy": PolicyTable,
    "comparator": ComparatorTable,
    "correlation": CorrelationTable,
    "prior": PriorTable,
    "experiment": ExperimentTable,
}
TABLES: Final[dict[str, type[Table]]] = {
    "choice": ChoiceTable,
    "units": UnitsTable,
    "force": ForceTable,
    "losses": LossesTable,
    "war": WarTable,
    "mobilisation": MobilisationTable,
    "information": InformationTable,
    "trust": TrustTable,
    "support": SupportTable,
    "regime": RegimeTable,
    "ledger": LedgerTable,
    "opinion": OpinionTable,
    "leadership": LeadershipTable,
    "escalation": EscalationTable,
    "game": GameTable,
}


class _WithoutNull(GenerateJsonSchema):
    """TOML has no null: an optional key is simply absent."""

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        described = super().default_schema(schema)
        if described.get("default") in (None, []):
            described.pop("default", None)
        return described


def json_schema() -> dict[str, Any]:
    """JSON Schema of a scenario file, for editors that check TOML (taplo, Even Better TOML)."""
    schema = ScenarioFile.model_json_schema(schema_generator=_WithoutNull)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
