"""What the outcomes of a run mean: label, unit, kind, and which way is better.

The engine and the ensemble name outcomes (`outcome.<name>` in draws.parquet); this is the one place that
says how a reader should take them. An outcome that is not listed is still compared and shown, under its
own name, with no claim about which way is better.
"""

from __future__ import annotations

from offramp.analysis.outcome import Better, Kind, Outcome, Unit
from offramp.analysis.outcomes_endings import AFTER, after_part

__all__ = ["EVENTS", "KNOWN", "Better", "Kind", "Outcome", "Unit", "describe", "is_difference", "is_event"]

KNOWN: tuple[Outcome, ...] = (
    Outcome("departures", "Departures", "persons", "departures", "more",
         "completed exits by all routes; a failed attempt is not a departure"),
    Outcome("departures_net", "Departures net of the reference", "persons", "departures", "more",
         "departures less those of the reference in the same draw"),
    Outcome("departures_gross", "Departures by an offer, gross", "persons", "departures", None,
         "completed departures from the force through a programme, whether or not they would have left without it"),
    Outcome("departures_displaced", "Of them displaced", "persons", "departures", None,
         "departures by an offer less net departures, same draw: who would have left without it; below zero where it"
         " draws others along"),
    Outcome("attempts", "Attempts", "persons", "departures", None,
         "attempts that came to an end: a departure, capture, death, or being found out while waiting for a place;"
         " who tries again counts again"),
    Outcome("evasions", "Call-ups evaded", "persons", "departures", "more",
         "men at home who hid or left the country by a way that opens at a call-up, called up or before they were"),
    Outcome("emigrations", "Emigrants", "persons", "departures", None,
         "people at home, no soldiers, who left the country by a way that no call-up opens: not counted among departures"),
    Outcome("emigrations_failed", "Emigrants who did not get out", "persons", "harm", "less",
         "people at home who tried to emigrate and were caught or killed"),
    Outcome("mobilisable_end", "Men left to call up", "persons", "departures", None,
         "men at home on the last day who could still be called up: neither called, nor gone"),
    Outcome("evasions_failed", "Evasions that failed", "persons", "harm", "less",
         "men at home who tried to evade a call-up and were caught or killed"),
    Outcome("attempts_failed", "Failed attempts", "persons", "harm", "less",
         "attempts that ended in capture or death; never more than the attempts"),
    Outcome("caught", "Caught", "persons", "harm", "less",
         "caught in an attempt or found out while waiting; then imprisoned or sent back"),
    Outcome("killed_trying", "Killed while trying to leave", "persons", "harm", "less",
         "deaths in attempts to leave; also counted in deaths in the force"),
    Outcome("imprisoned", "Caught and imprisoned", "persons", "harm", "less",
         "caught in an attempt or found out while waiting, and held"),
    Outcome("returned", "Caught and sent back", "persons", "harm", "less",
         "caught in an attempt or found out while waiting, and returned to the front"),
    Outcome("families_harmed", "Families harmed", "families", "harm", "less",
         "families at home who suffer reprisals for a departure, or because one of them was caught"),
    Outcome("killed", "Deaths in the force", "persons", "harm", "less",
         "all deaths in the invading force, in combat and in attempts to leave"),
    Outcome("wounded", "Badly wounded", "persons", "harm", "less",
         "wounded so badly that they leave the force"),
    Outcome("serving_end", "In the force on the last day", "persons", "other", None,
         "serving, or waiting for a programme, on the last day"),
    Outcome("deaths_averted.invader", "Deaths averted, invading force", "persons", "war", "more",
         "deaths under the reference less deaths under the policy, same draw"),
    Outcome("deaths_averted.defender", "Deaths averted, defending force", "persons", "war", "more",
         "deaths under the reference less deaths under the policy, same draw"),
    Outcome("deaths_averted.civilians", "Deaths averted, civilians", "persons", "war", "more",
         "deaths under the reference less deaths under the policy, same draw; below zero: more die"),
    Outcome("families_evacuated", "Families brought out", "families", "departures", "more",
         "families evacuated by a programme"),
    Outcome("waiting_end", "Still waiting at the end", "persons", "harm", "less",
         "accepted by a programme and not yet served on the last day; at risk while they wait"),
    Outcome("admitted", "Admitted by a programme", "persons", "departures", None,
         "completed departures through a programme"),
    Outcome("enacted", "Offers come into force", "share", "other", None,
         "share of draws in which all offers of the policy come into force; in the others they are given up on the day on"
         " which they would have"),
    Outcome("admitted.soldiers", "Of those admitted, soldiers", "persons", "departures", None,
         "completed departures from the force through a programme"),
    Outcome("admitted.emigrants", "Of those admitted, from home", "persons", "departures", None,
         "people at home, no soldiers, who left the country through a programme"),
    Outcome("videos", "Shown on video", "persons", "harm", None,
         "admitted persons, those at posts among them, who gave testimony on video: it spreads the word, and exposes them"
         " and their families"),
    Outcome("exchanged_back", "Exchanged back", "persons", "harm", "less",
         "departures later handed back in an exchange of prisoners: the number expected from the stated chances; they"
         " stay among the departures"),
    Outcome("refouled", "Sent back to danger", "persons", "harm", "less",
         "admitted persons whom a host returns: the number expected from the stated share"),
    Outcome("refouled.soldiers", "Sent back to danger, of the force", "persons", "harm", "less",
         "of those sent back, who had left the force"),
    Outcome("refouled.emigrants", "Sent back to danger, emigrants", "persons", "harm", "less",
         "of those sent back, who had emigrated from home"),
    Outcome("defrauded", "Promise not kept", "persons", "harm", "less",
         "admitted persons to whom the promise is not kept: the number expected from the stated share"),
    Outcome("host_incidents", "Incidents with hosts", "other", "harm", "less",
         "threats to the security of hosts by those admitted: expected from the stated chance for each"),
    Outcome("host_incidents.soldiers", "Incidents with hosts, by soldiers", "other", "harm", "less",
         "of the incidents, those by who had left the force"),
    Outcome("host_incidents.emigrants", "Incidents with hosts, by emigrants", "other", "harm", "less",
         "of the incidents, those by who had emigrated from home"),
    Outcome("false_claims_paid", "False claims paid", "persons", "harm", "less",
         "persons who were no soldiers and are paid all the same: expected from the share of false claims and the"
         " chance that screening finds one"),
    Outcome("crackdown_mean", "Crackdown, mean over days", "other", "harm", "less",
         "intensity of the regime's answer, from 0 to 1: it closes windows, raises arrests, sentences, reprisals and"
         " deaths"),
    Outcome("cost_usd", "Cost of the policy", "usd", "money", "less",
         "payments and costs of programmes, channels and levers, and of an off-ramp where the scenario says what it costs;"
         " US dollars of the start year, discounted where the scenario says so"),
    Outcome("cost_usd.coalition_budget", "Cost to the coalition's budgets", "usd", "money", "less",
         "payments and costs of programmes, channels and levers, less what societies forgo by levers: it is no payment"),
    Outcome("cost_usd.coalition_society", "Cost to the coalition's societies", "usd", "money", "less",
         "cost of the policy, whoever bears it, less what newcomers contribute, plus what incidents cost, and lives of"
         " defenders and civilians where the scenario gives a life a value"),
    Outcome("cost_usd.everyone", "Cost to everyone", "usd", "money", "less",
         "cost to societies less what was only handed over to those who left, and lives of the invading force where"
         " the scenario gives a life a value"),
    Outcome("contributions_usd", "Contributed by newcomers, net", "usd", "money", None,
         "what entrants contribute to their hosts, present value, less what those of the reference contribute who come"
         " without an offer; who is expected to be handed or sent back contributes nothing"),
    Outcome("departures_cost_usd", "Of the cost, for departures", "usd", "money", None,
         "the rest of the cost where something is spent on emigrants or at posts: the cost per net departure holds this alone"),
    Outcome("emigrants_cost_usd", "Of the cost, for emigrants", "usd", "money", None,
         "programmes open to people at home and to nobody else, and what is paid to tell them alone: it buys no departure from"
         " the force"),
    Outcome("posts_cost_usd", "Of the cost, for people at posts", "usd", "money", None,
         "programmes open at posts to nobody whose leaving lowers the crackdown, and what is paid to tell of them alone: it buys"
         " no departure from the force"),
    Outcome("paid_usd.defender", "Of the cost, paid by the defender", "usd", "money", None,
         "programmes that the defender stands behind: those admitted, and fixed costs"),
    Outcome("paid_usd.alliance", "Of the cost, paid by the alliance", "usd", "money", None,
         "programmes that the alliance stands behind: those admitted, and fixed costs"),
    Outcome("paid_usd.private", "Of the cost, paid by private donors", "usd", "money", None,
         "programmes that private donors stand behind: those admitted, and fixed costs"),
    Outcome("paid_usd.channels and levers", "Of the cost, channels and levers", "usd", "money", None,
         "what budgets pay to spread the word, to enforce sanctions and for arms"),
    Outcome("paid_usd.societies", "Of the cost, forgone by societies", "usd", "money", None,
         "trade that the coalition's societies forgo by levers such as sanctions; no budget pays it"),
    Outcome("paid_usd.off-ramp", "Of the cost, for the off-ramp", "usd", "money", None,
        "security guarantees, monitoring and relief from sanctions, expected over the chance that the off-ramp is"
        " accepted"),
    Outcome("front_collapsed", "Front collapses", "share", "war", None,
         "share of draws in which the front collapses within the run"),
    Outcome("tipped", "Tips into mass desertion", "share", "war", None,
         "share of draws in which departures become self-sustaining"),
    Outcome("reproduction_max", "Highest reproduction number", "other", "war", None,
         "departures that one departure brings about, on the day of the highest"),
    Outcome("war_days", "Days of war", "days", "war", None,
         "days until the front collapses, or the whole run"),
    Outcome("strength_end", "Effective strength on the last day", "persons", "war", None,
         "strength of unbroken units on the last day"),
    Outcome("exit_share_of_strength_loss", "Part of the loss of strength due to departures", "share", "war", None,
         "in the 30 days before the day of the highest collapse index, mean over draws"),
    Outcome("defender_deaths", "Deaths in the defending force", "persons", "war", "less",
         "relative to stated rates under the reference; no defending army is simulated"),
    Outcome("civilian_deaths", "Deaths of civilians", "persons", "war", "less",
         "relative to stated rates under the reference"),
    Outcome("collapse_risk_max", "Highest collapse index", "other", "war", None,
         "largest value of the collapse index on any day"),
    Outcome("win_probability_end", "Invader's chance of winning, last day", "share", "war", None,
         "probability given by the war module on the last day, mean over draws"),
    Outcome("war_days_averted", "War days averted", "days", "war", "more",
         "days of war under the reference less days under the policy, up to the horizon"),
    *AFTER,
)  # fmt: skip

EVENTS = ("enacted", "front_collapsed", "tipped", "avalanche.")
"""Outcomes that are 1 in a draw in which something happens and 0 in the others: their mean is a chance. A name that ends in
"." stands for all outcomes of that stem."""

DIFFERENCES = (
    "departures_net", "departures_displaced", "deaths_averted.", "war_days_averted", "nuclear_change", "nuclear_change."
)  # fmt: skip
"""Outcomes that compare with the reference by construction; the reference itself has zero, or nothing."""

_BY_NAME = {outcome.name: outcome for outcome in KNOWN}


def is_event(name: str) -> bool:
    """Whether the outcome is 1 in a draw in which something happens and 0 in the others."""
    return name in EVENTS or f"{name.partition('.')[0]}." in EVENTS


def is_difference(name: str) -> bool:
    """Whether an outcome compares with the reference by construction."""
    return any(name.startswith(d) if d.endswith(".") else name == d for d in DIFFERENCES)


def describe(name: str) -> Outcome:
    """The outcome's label and direction; an unlisted name describes itself and claims no direction."""
    if name in _BY_NAME:
        return _BY_NAME[name]
    stem, _, part = name.partition(".")
    if stem == "departures" and part:
        return Outcome(
            name, f"Departures: {part}", "persons", "departures", "more", f"completed exits by {part}"
        )
    if stem == "evasions" and part:
        return Outcome(
            name, f"Call-ups evaded: {part}", "persons", "departures", "more", f"evasions by {part}"
        )
    if stem == "emigrations" and part:
        return Outcome(name, f"Emigrants: {part}", "persons", "departures", None, f"emigrants by {part}")
    if name == "cost_per_net_departure_usd":
        return Outcome(
            name, "Cost per further departure", "usd", "money", "less",
            "what the policy costs more than the reference, for each departure that it adds; undefined where it adds none",
        )  # fmt: skip
    if name == "serving":
        return Outcome(name, "In the force", "persons", "other", None, "persons in the force, mean over days")
    if name == "imprisoned.waiting":
        return Outcome(
            name, "Imprisoned: found out while waiting", "persons", "harm", "less",
            "found out while waiting for a place, and held",
        )  # fmt: skip
    if stem == "imprisoned" and part:
        return Outcome(
            name,
            f"Imprisoned: {part}",
            "persons",
            "harm",
            "less",
            f"caught in an attempt by {part}, and held",
        )
    return after_part(name) or Outcome(
        name, name, "usd" if name.endswith("_usd") else "other", "other", None, ""
    )
