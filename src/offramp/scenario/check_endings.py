"""Checks of opinion, the leader, escalation and off-ramps against the rest of the file."""

from __future__ import annotations

from typing import Final

from offramp.scenario.document import Document
from offramp.scenario.findings import Loc
from offramp.scenario.schema_offers import PolicyTable
from offramp.scenario.text import folded, quoted

_TOGETHER: Final = {
    "leadership": (
        ("mortality_at_70_per_year", "age_years"),
        ("mortality_at_70_per_year", "mortality_growth_per_year"),
        ("age_years", "mortality_at_70_per_year"),
        ("mortality_growth_per_year", "mortality_at_70_per_year"),
        ("health_factor", "mortality_at_70_per_year"),
        ("disarray_weight", "disarray_per_exit"),
        ("disarray_per_exit", "disarray_memory_days"),
        ("disarray_memory_days", "disarray_per_exit"),
        ("front_disarray_utility", "disarray_memory_days"),
        ("disarray_per_purge", "disarray_memory_days"),
        ("disarray_per_purge", "purge_disutility"),
        ("purge_setback_factor", "purge_disutility"),
        ("competence_loss_share", "purge_disutility"),
        ("disarray_per_dissent", "disarray_memory_days"),
        ("end_probability", "end_within_days"),
        ("end_within_days", "end_probability"),
        ("successor_worse_share", "worse_nuclear_factor"),
        ("successor_worse_share", "worse_days"),
        ("worse_nuclear_factor", "successor_worse_share"),
        ("worse_days", "successor_worse_share"),
    ),
    "opinion": (
        ("arrest_disutility", "security_persons"),
        ("security_persons", "arrest_disutility"),
        ("forces_per_dissenter", "security_persons"),
        ("list_control_variance", "list_respondents"),
    ),
    "war": (
        ("victory_probability", "victory_days"),
        ("victory_days", "victory_probability"),
        ("victory_probability", "win_probability"),
    ),
}
"""Table -> keys that say nothing without another key of the same table."""

_OTHER: Final = (
    ("leadership", "war_weight", "war", "win_probability"),
    ("leadership", "popularity_weight", "opinion", "class"),
    ("leadership", "disarray_per_dissent", "opinion", "class"),
    ("opinion", "forces_per_dissenter", "regime", "ceiling_share"),
    ("leadership", "worse_nuclear_factor", "escalation", "precision"),
)
"""Table and key that say nothing without a key of another table."""

_ACTS: Final = (
    "disarray_weight",
    "war_weight",
    "decay_weight",
    "exits_weight",
    "popularity_weight",
)
"""Weights in the hazard of removal, which multiply nothing without it."""


def check_endings(document: Document) -> None:
    """Everything about these tables that needs the rest of the file."""
    for table, pairs in _TOGETHER.items():
        stated = document.table(table)
        for key, other in pairs:
            if stated is not None and getattr(stated, key) is not None and getattr(stated, other) is None:
                document.say(
                    (table, key), f"says nothing without `{other}`", f"Add `{other}`, or leave it out."
                )
    for table, key, other, needed in _OTHER:
        stated = document.table(table)
        if stated is None or getattr(stated, key) is None or document.has(other, needed):
            continue
        what = f"says nothing without {other}.{needed}"
        document.say((table, key), what, f"Add `{needed}` to [{other}], or leave it out.")
    _check_opinion(document)
    _check_leadership(document)
    _check_escalation(document)


def _check_opinion(document: Document) -> None:
    opinion = document.table("opinion")
    names: list[str] = []
    for at, one in enumerate(() if opinion is None else opinion.class_):
        first = next((name for name in names if folded(name) == folded(one.name)), None)
        names.append(one.name)
        if first is not None:
            remedy = "Give each its own name; capitals make no difference."
            document.say(
                ("opinion", "class", at, "name"), f"there is already a class {quoted(first)}", remedy
            )


def _check_leadership(document: Document) -> None:
    stated = document.table("leadership")
    if stated is not None and stated.removal_hazard_per_day is None:
        for key in _ACTS:
            if getattr(stated, key) is not None:
                what = "says nothing without `removal_hazard_per_day`"
                document.say(("leadership", key), what, "Add `removal_hazard_per_day`, or leave it out.")
    for loc, group in document.groups():
        alone = group.place != "post" and not document.has("leadership", "disarray_per_exit")
        if group.rank_weight is not None and alone:
            what = "says nothing without leadership.disarray_per_exit"
            document.say(
                (*loc, "rank_weight"), what, "Add `disarray_per_exit` to [leadership], or leave it out."
            )


def _check_escalation(document: Document) -> None:
    if document.states("escalation") and not document.has("war", "collapse_b0"):
        remedy = "Add `collapse_b0`, `collapse_b1` and `collapse_b2` to [war], or take the table out."
        document.lacks(("escalation",), "needs war.collapse_b0: the leader's crises turn on collapse", remedy)
    if document.has("war", "victory_probability") and not (
        document.states("leadership") or document.states("escalation")
    ):
        remedy = "Add one of them, or leave it out."
        document.say(("war", "victory_probability"), "needs [leadership] or [escalation]", remedy)
    stated = document.table("escalation")
    veto = None if stated is None else stated.veto
    if veto is not None and veto.refusals_needed > veto.commanders:
        what = f"{veto.refusals_needed} refusals are needed and there are {veto.commanders} commanders"
        document.say(("escalation", "veto", "refusals_needed"), what, "Lower it, or add commanders.")
    for loc, ramp in document.items("offramp"):
        for key, other in (("early_probability", "early_log_odds"), ("early_log_odds", "early_probability")):
            if getattr(ramp, key) is not None and getattr(ramp, other) is None:
                document.say(
                    (*loc, key), f"says nothing without `{other}`", f"Add `{other}`, or leave it out."
                )
        for key in ("moral_hazard_factor", "rearm_invader_share", "rearm_defender_share"):
            if getattr(ramp, key) is not None and ramp.renewal_hazard_per_day is None:
                remedy = "Add `renewal_hazard_per_day`, or leave it out."
                document.say((*loc, key), "says nothing without `renewal_hazard_per_day`", remedy)
        for key in ("rearm_invader_share", "rearm_defender_share"):
            if getattr(ramp, key) is not None and not document.has("war", "strength_elasticity"):
                remedy = "Add `strength_elasticity` to [war], or leave it out."
                document.say((*loc, key), "says nothing without war.strength_elasticity", remedy)
    if document.names["offramp"] and not document.states("escalation"):
        document.say(("offramp",), "needs [escalation]", "Add [escalation], or take the off-ramps out.")


def check_offramp(document: Document, policy: PolicyTable, loc: Loc) -> None:
    """The off-ramp of a policy exists."""
    if policy.offramp is not None:
        document.known("offramp", policy.offramp, (*loc, "offramp"))
