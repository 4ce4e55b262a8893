"""Outcomes computed after a run: opinion at home, how the war ends, and the risk of nuclear use."""

from __future__ import annotations

from typing import Final

from offramp.analysis.outcome import Outcome, Unit

ENDINGS: Final = (
    "withdrawal",
    "accepted off-ramp",
    "removal",
    "natural death",
    "front collapse",
    "invader wins",
    "war goes on",
)
"""What comes after `ending.` in the outcomes."""

AFTER: Final[tuple[Outcome, ...]] = (
    Outcome("open_dissent", "Open dissent at home", "share", "other", None,
        "share of the public that dissents openly, at the start of the last week, mean over draws"),
    Outcome("private_support", "Private support of the war", "share", "other", None,
        "share of the public that would answer in favour if nothing were at stake, at the start of the last week"),
    Outcome("poll", "Support told to a pollster", "share", "other", None,
        "what a direct question measures; those against may refuse to answer, or fear to say so"),
    Outcome("list_estimate", "Support by a list experiment", "share", "other", None,
        "what a list experiment measures: private support less what such experiments miss"),
    Outcome("poll_gap", "Poll less list experiment", "share", "other", None,
        "how far what is told exceeds what a list experiment finds, in points"),
    Outcome("poll_error", "Sampling error of the poll", "share", "other", None,
        "standard error of the poll with the stated number of respondents, in points; refusal and fear come on top"),
    Outcome("list_error", "Sampling error of the list experiment", "share", "other", None,
        "standard error of the list experiment with the stated size of its groups, in points"),
    Outcome("poll_gap_error", "Sampling error of poll less list", "share", "other", None,
        "standard error of the difference of the two, asked of different people, in points"),
    Outcome("nuclear_change", "Risk of nuclear use, change", "relative", "harm", "less",
        "change of the probability of nuclear use by the last day, as a share of the reference's; its level is known to"
        " within a factor of forty at best"),
    Outcome("nuclear_probability", "Probability of nuclear use", "share", "harm", "less",
        "by the last day; never to be read without its range, which the reference hazard alone spreads over a factor of"
        " forty: read the change"),
    Outcome("order_carried_out.far_from_collapse", "An order carried out, far from collapse", "share", "harm", None,
        "probability that a crisis ends in nuclear use when the front holds and no off-ramp stands"),
    Outcome("order_carried_out.near_collapse", "An order carried out, at collapse", "share", "harm", None,
        "probability that a crisis ends in nuclear use when collapse is certain and no off-ramp stands"),
    Outcome("order_carried_out.near_collapse_with_off-ramp", "An order carried out, at collapse with an off-ramp", "share",
        "harm", None, "the same while a full off-ramp stands"),
    Outcome("orders_stopped", "Orders not carried out", "share", "other", None,
        "share of orders for nuclear use that fail for any reason, at the collapse probability of the reference hazard"),
    Outcome("orders_stopped.command", "Orders stopped by the command", "share", "other", None,
        "share of orders for nuclear use that the command stops, at the collapse probability of the reference hazard"),
    Outcome("leader_removed", "Leader removed", "share", "war", None,
        "chance that the leader is removed by the last day, before anything else has ended the war"),
    Outcome("war_renewed", "War renewed after an off-ramp", "share", "war", "less",
        "chance that the war was ended by the off-ramp and is renewed by the last day"),
    Outcome("concession_days", "Days of concession expected", "days", "harm", "less",
        "days for which a concession to the leader stands, times the chance that the off-ramp is accepted; beyond the run"
        " where the scenario states its length"),
    Outcome("occupied_person_days", "Person-days under occupation, by the off-ramp", "other", "harm", "less",
        "persons whom an accepted off-ramp leaves under occupation, times the days for which it does, times the chance"
        " that it is accepted"),
    Outcome("offramp_cost_usd.coalition", "Cost of the off-ramp to the coalition", "usd", "money", "less",
        "security guarantees, monitoring and relief from sanctions for as long as the concession stands, times the chance"
        " that the off-ramp is accepted; part of what the policy costs"),
    Outcome("offramp_cost_usd.defender", "Cost of the off-ramp to the defender", "usd", "money", "less",
        "what the concession costs the defender for as long as it stands, times the chance that the off-ramp is accepted;"
        " part of the cost to societies and to everyone"),
    Outcome("disarray_max", "Disarray at the top, largest", "other", "other", None,
        "largest disarray on any day; its unit is that of the weights in the hazard of removal"),
    Outcome("resigned", "Left their posts", "persons", "departures", None,
        "holders of posts away from the front who left by any route"),
    Outcome("resignations_failed", "Caught or killed leaving a post", "persons", "harm", "less",
        "holders of posts who tried to leave and were caught or killed"),
    Outcome("war_days_expected", "Days of war expected", "days", "war", None,
        "mean number of days until the war ends in any way, or the whole run"),
)  # fmt: skip


BY_PART: Final = ("private_support", "open_dissent")
"""Told for each part of the public as well."""

BY_CORPS: Final[dict[str, tuple[str, Unit, str]]] = {
    "resigned": ("Left their posts", "persons", "holders of posts of this corps who left by any route"),
    "avalanche": ("Avalanche", "share", "chance that more than half of the corps has left by the last day"),
    "broken_with_leader": (
        "Criticise the leader",
        "share",
        "share of the corps who criticise the leader himself, by their support at the start",
    ),
}


def after_part(name: str) -> Outcome | None:
    """`ending.<name>` and `nuclear_change.<cause>`; None for any other outcome."""
    stem, _, part = name.partition(".")
    if stem == "ending" and part:
        meaning = "chance that nothing has ended the war by the last day" if part == "war goes on" else (
            f"chance that the war ends so by the last day: {part}"
        )  # fmt: skip
        return Outcome(name, f"Ends: {part}", "share", "war", None, meaning)
    if stem == "nuclear_change" and part:
        return Outcome(
            name,
            f"Change of the risk of nuclear use, due to: {part}",
            "relative",
            "harm",
            "less",
            "part of the change of the risk that this cause accounts for; the parts add up to the change",
        )
    if stem in BY_CORPS and part:
        label, unit, meaning = BY_CORPS[stem]
        return Outcome(name, f"{label}: {part}", unit, "other", None, meaning)
    if stem in BY_PART and part:
        whole = next(one for one in AFTER if one.name == stem)
        return Outcome(
            name, f"{whole.label}: {part}", "share", "other", None, f"{whole.meaning}; among: {part}"
        )
    return None
