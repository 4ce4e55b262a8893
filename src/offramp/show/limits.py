"""What a run leaves out and where its limits are, said from the scenario itself: a module that is absent
is named."""

from __future__ import annotations

from dataclasses import dataclass

from offramp.scenario.tables import Scenario


@dataclass(frozen=True)
class Gap:
    """Something that is not modelled. `short` for a list; `sentence` says what that means for the result."""

    short: str
    sentence: str


# Not in this version at all, whatever the scenario says.
_LATER: tuple[Gap, ...] = (
    Gap(
        "how word and trust spread",
        "Awareness of an offer and trust in it are stated numbers or paths. They do not grow with testimony"
        " and kept promises, nor fall when one is broken.",
    ),
    Gap(
        "the regime's response",
        "No crackdown, barrier troops, closed borders or counter-propaganda answer an offer. Punishment"
        " follows the scenario's dates, whatever the policy does; a real regime would react, and probably to"
        " the policy's cost.",
    ),
    Gap(
        "opinion at home",
        "Support for the war is fixed for each person. Losses, departures and returning men do not move it.",
    ),
    Gap(
        "elites and the leader",
        "Nobody near the top leaves, turns or is replaced; no war ends because of them.",
    ),
    Gap(
        "escalation",
        "The risk of nuclear use, and what a collapsing front does to it, is not computed. A policy that"
        " looks good here may look worse once it is.",
    ),
    Gap(
        "some harms",
        "Families of those who were caught are not counted as harmed, nor are people who got out and were sent"
        " back later in an exchange, nor promises that were not kept. Their number is not nought: it is not known.",
    ),
    Gap(
        "full costs",
        "Only payments and direct costs of the programmes are counted. What it costs to fight the same"
        " soldier, what newcomers cost or bring to their hosts, and fraud are not.",
    ),
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
    )
    return tuple(gap for there, gap in stated if not there) + _LATER


def pays_cash(scenario: Scenario) -> bool:
    """Any programme pays money, so that results on cash rest on priors and must say so."""
    return any(p.cash_usd or p.schedule or p.stipend_usd_per_month for p in scenario.programmes)


def _has_units(scenario: Scenario) -> bool:
    return bool(scenario.units) or any(g.influence or g.cohesion for g in scenario.groups)
