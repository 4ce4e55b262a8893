"""What a run leaves out and where its limits are, said from the scenario itself: a module that is absent
is named."""

from __future__ import annotations

from dataclasses import dataclass

from offramp.scenario.tables import Scenario
from offramp.scenario.tables_world import ZERO
from offramp.show.words import listed


@dataclass(frozen=True)
class Gap:
    """Something that is not modelled. `short` for a list; `sentence` says what that means for the result."""

    short: str
    sentence: str


# In no run of this version, whatever the scenario says.
_HARMS = Gap(
    "some harms",
    "Families are counted as harmed when a man has left or is caught: reprisals against families of those who were"
    " killed in an attempt, or handed back later, are not counted. Nor is what becomes of people once they have"
    " arrived, repression after the war, or what defenders feel when invaders are paid. Their number is not nought:"
    " it is not known.",
)


def not_modelled(scenario: Scenario) -> tuple[Gap, ...]:
    """What this run leaves out: modules that the scenario does not state first, then what no run has yet."""
    stated = (
        (scenario.programmes, Gap("offers", "The scenario has no programme: nobody offers anything.")),
        (
            scenario.choice,
            Gap(
                "why people choose",
                "Each way out has a value stated outright. Punishment, family, pay and danger do not enter.",
            ),
        ),
        (
            _has_units(scenario),
            Gap("comrades", "Each person decides alone: nobody is held or drawn along by those beside him."),
        ),
        (scenario.force, Gap("the growth of the force", "Nobody joins during the run.")),
        (
            scenario.losses or any(g.casualty_per_day for g in scenario.groups),
            Gap("losses", "Nobody is killed or wounded at the front."),
        ),
        (
            scenario.war,
            Gap("the course of the war", "Departures do not change how the war goes or how many others die."),
        ),
        (scenario.mobilisation, Gap("call-ups", "Nobody is called up during the run.")),
        (
            scenario.channels or not scenario.programmes,
            Gap(
                "how word spreads",
                "No channel is stated: awareness of an offer is a stated number, or everybody knows of it.",
            ),
        ),
        (
            scenario.trust or not scenario.programmes,
            Gap(
                "how trust forms",
                "Trust in an offer is a stated number: testimony and kept promises do not raise it, broken ones do not"
                " lower it.",
            ),
        ),
        (
            scenario.support or not any(g.support for g in scenario.groups),
            Gap(
                "change of support",
                "Each person's support for the war is fixed: nothing that happens moves it.",
            ),
        ),
        (
            scenario.regime,
            Gap(
                "the regime's response",
                "No crackdown, barrier troops, closed borders or counter-propaganda answer those who leave. Punishment"
                " follows the scenario's dates, whatever the policy does; a real regime would react, and probably to"
                " the policy's cost.",
            ),
        ),
        (
            scenario.ledger or not scenario.programmes,
            Gap(
                "full costs",
                "Without [ledger] only payments and direct costs are counted, undiscounted: not what newcomers bring to"
                " their hosts, nor what incidents cost.",
            ),
        ),
        (
            scenario.opinion,
            Gap("opinion at home", "The public is not there: nobody dissents at home, and nobody is polled."),
        ),
        (
            scenario.leadership,
            Gap(
                "elites and the leader",
                "No leader is removed or dies, and no war ends because of him.",
            ),
        ),
        (
            scenario.posts.groups,
            Gap(
                "people at posts",
                "Diplomats, officials and the security services stay where they are, whatever is offered to them.",
            ),
        ),
        (
            scenario.escalation,
            Gap(
                "escalation",
                "The risk of nuclear use, and what a collapsing front does to it, is not computed. A policy that"
                " looks good here may look worse with it.",
            ),
        ),
    )
    return (*(gap for there, gap in stated if not there), _politics(scenario), _HARMS)


def pays_cash(scenario: Scenario) -> bool:
    """Any programme pays money, so that results on cash rest on priors and must say so."""
    return any(p.cash_usd or p.schedule or p.stipend_usd_per_month for p in scenario.programmes)


def broadcasts_offers(scenario: Scenario) -> bool:
    """Some channel speaks because an offer is made, so that an offer of nothing still brings news of the war."""
    offered = {programme.name for programme in scenario.programmes}
    return scenario.choice is not None and any(offered & set(one.programmes) for one in scenario.channels)


def _politics(scenario: Scenario) -> Gap:
    """What opinion and people at posts do to soldiers, as far as the scenario states it, and what no run has."""
    regime, opinion = scenario.regime, scenario.opinion
    felt = [
        cause
        for stated, cause in (
            (opinion is not None and opinion.forces_per_dissenter != ZERO, "protest"),
            (
                regime is not None and regime.enforcers and regime.enforcement_exponent != ZERO,
                "exits of those who enforce it",
            ),
        )
        if stated
    ]
    short = "what politics does to soldiers"
    said = "Opinion at home and what people at posts do follow from a run and change no soldier's choice."
    if felt:
        short = f"most of {short}"
        said = (
            "Opinion at home and what people at posts do follow from a run. All that soldiers feel of it is a lower"
            f" ceiling of the crackdown, by {listed(felt)}, reckoned on the reference course before the front is simulated."
        )
    return Gap(
        short,
        f"{said} A war that ends in any way but a collapse is run on to the last day: departures, deaths and costs count"
        " as if it had gone on.",
    )


def _has_units(scenario: Scenario) -> bool:
    return bool(scenario.units) or any(g.influence or g.cohesion for g in scenario.groups)
