"""Tables of the file about people: groups, routes, how they choose, the units they belong to."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, Strict

from offramp.scenario.forms import (
    AnyReal,
    DailyNonnegative,
    DailyPositive,
    DailyRate,
    DailyReal,
    DailyShare,
    Dirichlet,
    Flag,
    Int,
    Nonnegative,
    NonnegativeOfPeople,
    Positive,
    PositiveShare,
    Rate,
    Real,
    RealOfPeople,
    Share,
    SupportOfPeople,
    Table,
)
from offramp.scenario.text import name

Name = Annotated[str, Strict(), AfterValidator(name)]
Names = Annotated[tuple[Name, ...], Field(max_length=200)]
SquadSize = Annotated[Int, Field(ge=1, le=1000)]


class GroupTable(Table):
    """Persons who share rates and prospects."""

    name: Name = Field(description="Name of the group, unique; it appears in tables and key paths.")
    place: Literal["theatre", "home", "post"] = Field(
        "theatre",
        description="`theatre`: serving at the front. `home`: men who may be called up. `post`: officials, diplomats and"
        " others whose post hangs on the regime.",
    )
    size: Positive | None = Field(
        None, description="Persons at the start; whole after rounding. Left out when [force] names the group."
    )
    stay_utility: RealOfPeople | None = Field(
        None, description="Value of staying, utils, added to what [choice] makes of it. Default 0."
    )
    support: SupportOfPeople | None = Field(
        None,
        description="Support of the war, from -1 (against) to 1 (for). Weighted by choice.support_weight.",
    )
    family_exposed_share: Share | None = Field(
        None,
        description="Share of the group with family at home within reach of reprisal, 0 to 1. Default 0.",
    )
    wealth_usd: DailyPositive | None = Field(
        None, description="Wealth against which cash is felt, US dollars of the start year."
    )
    log_pay_ratio: DailyReal | None = Field(
        None, description="Natural log of military pay over what the person would earn outside."
    )
    cohesion: Nonnegative | None = Field(
        None,
        description="Strength of the bond to the unit; multiplies the contagion and loyalty of [units]. "
        "Not together with `influence`.",
    )
    influence: NonnegativeOfPeople | None = Field(
        None,
        description="Utils by which every route gains when the whole squad has left; for bare files. "
        "Needs `squad_size`.",
    )
    information_bias_share: Share | None = Field(
        None,
        description="Share of the true danger that the group does not hear of without news from outside, 0 to 1. "
        "Absent: 0.",
    )
    testimony_weight: Nonnegative | None = Field(
        None, description="Weight of a video by one of the group in testimony and trust. Absent: 1."
    )
    backfire_factor: Nonnegative | None = Field(
        None, description="Grievance that repression breeds here, as a multiple of [regime]'s. Absent: 1."
    )
    contribution_usd_per_year: Real | None = Field(
        None, description="Net contribution of an entrant, US dollars per year; overrides [ledger]'s."
    )
    squad_size: SquadSize | None = Field(
        None, description="Members of a squad, 1 to 1000; overrides the one of [units] or of the file."
    )
    rank_weight: Nonnegative | None = Field(
        None,
        description="Weight of one of the group who leaves: in the disarray of the leadership, and at posts as an example"
        " to his corps. Absent: 0.",
    )
    corps: Name | None = Field(
        None, description="At posts: whose example counts for whom. Absent: the group is a corps of its own."
    )
    known_exits: Nonnegative | None = Field(
        None,
        description="At posts: persons of the group who have left before the run, whose example is known. Absent: 0.",
    )
    justice_disutility: Nonnegative | None = Field(
        None, description="At posts: what a fall of the regime would cost one who stayed, utils. Absent: 0."
    )
    purge_hazard_per_day: Rate | None = Field(
        None, description="At posts: hazard of being purged, per day, while the war is won. Absent: 0."
    )
    dependence_utility: Nonnegative | None = Field(
        None,
        description="At posts: utils that open criticism of the leader costs one who depends on him. Absent: he is not asked.",
    )
    relative_risk: Nonnegative | None = Field(
        None,
        description="Risk of death and wounds at the front, as a multiple of the whole force's. Default 1.",
    )
    casualty_per_day: DailyRate | None = Field(
        None, description="Hazard of death per person and day, beside that of [losses]."
    )


class RouteTable(Table):
    """A way out of the force."""

    name: Name = Field(description="Name of the route, unique; it is also a state in the results.")
    groups: Names | None = Field(None, description="Groups that may take the route; all groups when absent.")
    window_per_day: DailyRate | None = Field(
        None, description="Rate at which a chance to leave this way opens, per person and day."
    )
    utility: AnyReal | None = Field(
        None, description="Value of leaving this way, utils, outright instead of the terms of [choice]."
    )
    distaste: Real | None = Field(
        None, description="Distaste for the route, utils: uprooting, shame, the unknown."
    )
    loyalty_share: Share | None = Field(
        None, description="Share of one's support of the war that leaving this way denies, 0 to 1."
    )
    caught_probability: DailyShare | None = Field(
        None, description="Probability that an attempt ends in arrest, 0 to 1."
    )
    killed_probability: DailyShare | None = Field(
        None, description="Probability that an attempt ends in death, 0 to 1."
    )
    outcome: Dirichlet | None = Field(
        None,
        description="Unknown shares of success, caught and killed as one Dirichlet law, instead of the two "
        "probabilities: { dirichlet = { success = 38, caught = 6, killed = 6 } }.",
    )
    exchange_probability: DailyShare | None = Field(
        None,
        description="Believed probability that one who got through is handed back in an exchange and "
        "punished, 0 to 1.",
    )
    reprisal_probability: DailyShare | None = Field(
        None,
        description="Probability of harm to an exposed family at home once the leaver is identified, 0 to 1.",
    )
    identified_share: Share | None = Field(
        None, description="Share of leavers without public testimony who are identified, 0 to 1."
    )
    needs_programme: Flag = Field(
        False, description="true: the route exists only while a programme offers it."
    )
    nest_dissimilarity: PositiveShare | None = Field(
        None,
        description="Spread of tastes between silence and public testimony on this route, above 0 to 1;"
        " overrides choice's.",
    )
    on_call_up: Flag = Field(
        False, description="true: chosen at the moment of being called up. Needs [mobilisation]."
    )


class ChoiceTable(Table):
    """How persons weigh staying against leaving. A term that is left out does not act."""

    present_bias: Share | None = Field(
        None, description="Weight of everything that lies ahead against today, 0 to 1. Absent: 1."
    )
    discount_per_day: Nonnegative | None = Field(None, description="Discount rate per day. Absent: 0.")
    death_disutility: Nonnegative | None = Field(None, description="Disutility of one's own death, utils.")
    arrest_disutility: Nonnegative | None = Field(
        None, description="Disutility of being arrested, utils, at once."
    )
    prison_disutility_per_year: Nonnegative | None = Field(
        None, description="Disutility of a year in prison, utils per year."
    )
    sentence_days: DailyNonnegative | None = Field(None, description="Effective sentence when caught, days.")
    family_disutility: Nonnegative | None = Field(
        None, description="Disutility of reprisal against one's family, utils."
    )
    support_weight: Nonnegative | None = Field(
        None, description="Weight of support of the war, utils per unit."
    )
    pay_weight: Nonnegative | None = Field(None, description="Weight of the log pay ratio, utils per unit.")
    compensation_weight: Nonnegative | None = Field(
        None, description="Weight of the payment to one's family on death, utils per unit of log wealth."
    )
    death_compensation_usd: DailyNonnegative | None = Field(
        None, description="Payment to the family on death, US dollars of the start year."
    )
    hardship_weight: Nonnegative | None = Field(None, description="Weight of hardship, utils per unit.")
    hardship: DailyNonnegative | None = Field(
        None, description="Hardship of service by season and supply; 0 none, 1 hard."
    )
    grievance_weight: Nonnegative | None = Field(None, description="Weight of grievance, utils per unit.")
    returned_grievance: Nonnegative | None = Field(
        None,
        description="Grievance of one who was caught and sent back, beside that of his group. Absent: 0.5.",
    )
    optimism: Nonnegative | None = Field(
        None, description="Believed over true hazard of death at full information. Absent: 1."
    )
    belief_rate_per_day: Nonnegative | None = Field(
        None, description="Rate at which the believed hazard follows the true one, per day. Absent: at once."
    )
    war_end_per_day: DailyPositive | None = Field(
        None,
        description="Believed hazard of the end of the war, per day. Absent: no end is expected, and without"
        " discounting any danger is certain death.",
    )
    money_weight: Nonnegative | None = Field(
        None, description="Weight of cash, utils per unit of log wealth."
    )
    asylum_utility: Nonnegative | None = Field(None, description="Value of certain asylum, utils.")
    citizenship_utility: Nonnegative | None = Field(
        None, description="Value of certain citizenship, asylum included, utils."
    )
    family_passage_utility: Nonnegative | None = Field(
        None, description="Value of having one's family with one, utils."
    )
    safety_utility: Nonnegative | None = Field(
        None, description="Value of safe passage, treatment and food under a programme, utils."
    )
    base_safety: Nonnegative | None = Field(
        None, description="Value of leaving the danger by any route, utils."
    )
    returned_share: DailyShare | None = Field(
        None, description="Share of those caught who are sent back to their unit, 0 to 1. Absent: 0."
    )
    obedience: Real | None = Field(None, description="Inertia of obeying, utils added to staying.")
    scale: Positive | None = Field(None, description="Scale of the logit, utils. Absent: 1.")
    nest_dissimilarity: PositiveShare | None = Field(
        None,
        description="Spread of tastes between silence and public testimony where a programme leaves it open, above 0 to 1;"
        " near 0 only what they bring tells. Absent: 1.",
    )
    video_reprisal_factor: Positive | None = Field(
        None, description="Reprisal after public testimony over reprisal without it. Absent: 1."
    )
    family_units: Nonnegative | None = Field(
        None, description="Households exposed per person with family at home. Absent: 1."
    )


class UnitsTable(Table):
    """Squads and companies, and what their members do to each other."""

    squad_size: SquadSize | None = Field(None, description="Members of a squad, 1 to 1000.")
    company_size: Annotated[Int, Field(ge=1, le=100_000)] = Field(
        100, description="Members of a company; a multiple of every squad size. Default 100."
    )
    contagion: Nonnegative | None = Field(
        None, description="Pull of those who have left, utils at cohesion 1 when all have left. Absent: 0."
    )
    loyalty: Nonnegative | None = Field(
        None,
        description="Hold of those who have stayed, utils at cohesion 1 when nobody has left. Absent: 0.",
    )
    squad_weight: Nonnegative | None = Field(None, description="Weight of the squad's share left. Absent: 1.")
    company_weight: Nonnegative | None = Field(
        None, description="Weight of the company's share left. Absent: 0."
    )
    force_weight: Nonnegative | None = Field(
        None, description="Weight of the whole force's share left. Absent: 0."
    )
    memory_days: Positive | None = Field(
        None, description="Days after which a departure no longer counts. Absent: it always counts."
    )
    group_exit_probability: Share | None = Field(
        None,
        description="Probability that a departure opens a window at once for each squad mate, 0 to 1. "
        "Absent: 0.",
    )
