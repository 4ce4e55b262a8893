"""Checks of channels, levers and the tables of the programme's world against the rest of the file."""

from __future__ import annotations

from typing import Any, Final

from offramp.scenario.document import Document
from offramp.scenario.findings import Loc
from offramp.scenario.schema_money import LeverTable
from offramp.scenario.schema_offers import PolicyTable, ProgrammeTable
from offramp.scenario.schema_world import ChannelTable
from offramp.scenario.text import quoted

Pairs = tuple[tuple[str, str], ...]

TOGETHER: Final[dict[str, Pairs]] = {
    "trust": (
        ("video_sincere_probability", "video_insincere_probability"),
        ("video_insincere_probability", "video_sincere_probability"),
        ("discovery_probability", "video_sincere_probability"),
    ),
    "support": (
        ("testimony_effect", "testimony_half_videos"),
        ("testimony_half_videos", "testimony_effect"),
    ),
    "regime": (
        ("gain_per_week", "tolerance_per_day"),
        ("tolerance_per_day", "gain_per_week"),
        ("grievance_decay_per_day", "grievance_per_thousand"),
        ("enforcers", "enforcement_exponent"),
        ("enforcement_exponent", "enforcers"),
    ),
    "ledger": (
        ("contribution_usd_per_year", "contribution_years"),
        ("incident_cost_usd", "incident_probability"),
    ),
}
"""Table -> keys that say nothing without another key of the same table."""

OTHER_TABLES: Final = (
    ("regime", "grievance_per_thousand", "choice", "grievance_weight"),
    ("regime", "sentence_increase", "choice", "sentence_days"),
    ("support", "rate_per_day", "choice", "support_weight"),
)
"""Table and key that say nothing without a key of another table."""

OF_GROUP: Final = (
    ("backfire_factor", ("regime",)),
    ("contribution_usd_per_year", ("ledger",)),
    ("information_bias_share", ("channel", "information")),
    ("testimony_weight", ("trust", "channel", "information")),
)
"""Key of a group, and the tables of which one must be there."""

ANSWER: Final = (
    "crackdown_start",
    "gain_per_week",
    "decay_per_week",
    "tolerance_per_day",
    "ceiling_share",
    "enforcers",
    "enforcement_exponent",
    "detected_share",
)
"""Keys of [regime] that form the crackdown, and stand against a given path of it."""

_OFFER_NEEDS: Final[Pairs] = (
    ("family_places_per_day", "family_passage_share"),
    ("family_places", "family_passage_share"),
    ("screening_sensitivity", "fraud_share"),
)


def check_world(document: Document) -> None:
    """Everything about the tables that stand once."""
    for table, pairs in TOGETHER.items():
        _check_needs(document, document.table(table), (table,), pairs)
    for table, key, other, needed in OTHER_TABLES:
        stated = document.table(table)
        if stated is None or getattr(stated, key) is None:
            continue
        if document.table(other) is not None and not document.has(other, needed):
            what = f"says nothing without {other}.{needed}"
            document.say((table, key), what, f"Add `{needed}` to [{other}], or leave it out.")
    for loc, group in document.groups():
        for key, tables in OF_GROUP:
            if getattr(group, key) is not None and not any(document.states(table) for table in tables):
                needed = " or ".join(f"[{table}]" for table in tables)
                document.say((*loc, key), f"needs {needed}", "Add the table, or leave the key out.")
    _check_regime(document)


def _check_needs(document: Document, table: Any, loc: Loc, pairs: Pairs) -> None:
    for key, other in pairs:
        if table is not None and getattr(table, key) is not None and getattr(table, other) is None:
            document.say((*loc, key), f"says nothing without `{other}`", f"Add `{other}`, or leave it out.")


def _check_regime(document: Document) -> None:
    regime = document.table("regime")
    if regime is None:
        return
    posts = {group.name for _, group in document.groups() if group.place == "post"}
    for at, name in enumerate(regime.enforcers or ()):
        if document.known("group", name, ("regime", "enforcers", at)) and name not in posts:
            what = f"{quoted(name)} is no group at a post"
            document.say(("regime", "enforcers", at), what, 'Name groups with place = "post".')
    if regime.crackdown is not None:
        for key in ANSWER:
            if getattr(regime, key) is not None:
                remedy = "Leave out `crackdown` to let the regime answer, or leave out this key."
                document.say(("regime", key), "stands beside `crackdown`, which gives the path", remedy)
    elif regime.gain_per_week is None and regime.crackdown_start is None:
        remedy = "Add `gain_per_week` and `tolerance_per_day`, or a path `crackdown`, or take the table out."
        document.lacks(("regime",), "has no crackdown: it never starts", remedy)


def check_channel(document: Document, channel: ChannelTable, loc: Loc) -> None:
    """Groups and programmes that exist."""
    document.all_known("group", channel.groups or (), (*loc, "groups"))
    document.all_known("programme", channel.programmes or (), (*loc, "programmes"))
    if channel.groups == ():
        document.say((*loc, "groups"), "is empty: it reaches nobody", "Name a group, or leave it out.")


def check_lever(document: Document, lever: LeverTable, loc: Loc) -> None:
    """A period within the run; what hits ordinary people acts on something."""
    document.period(lever.start, lever.end, loc, ("start", "end"))
    if lever.collateral_share is not None and not document.states("support"):
        document.say(
            (*loc, "collateral_share"),
            "needs [support]",
            "Add [support] with collateral_effect, or leave it out.",
        )


def check_means(document: Document, policy: PolicyTable, loc: Loc) -> None:
    """Channels and levers of a policy exist, each named once."""
    document.all_known("channel", policy.channels or (), (*loc, "channels"))
    document.all_known("lever", policy.levers, (*loc, "levers"))
    document.period(policy.broadcasts_from, None, loc, ("broadcasts_from", "broadcasts_from"))
    silent = not policy.channels and (policy.channels is not None or not policy.programmes)
    if policy.broadcasts_from is not None and silent:
        document.say(
            (*loc, "broadcasts_from"),
            "speaks of broadcasts, and the policy has no channels",
            "Add `channels`.",
        )


def check_promise(document: Document, programme: ProgrammeTable, loc: Loc) -> None:
    """Nothing about a programme is said twice: paths that are given, and modules that would form them."""
    _check_needs(document, programme, loc, _OFFER_NEEDS)
    _check_awareness(document, programme, loc)
    _check_trust(document, programme, loc)
    if programme.safe_passage_log_odds is not None:
        for key in ("caught_probability", "killed_probability"):
            if getattr(programme, key) is not None:
                remedy = "Give the probabilities, or how far safe passage lowers the route's."
                document.say((*loc, key), "stands beside `safe_passage_log_odds`, which forms it", remedy)
    if programme.testimony == "none" and programme.testimony_anonymised_share is not None:
        remedy = 'Add testimony = "optional" or "mandatory".'
        document.say((*loc, "testimony_anonymised_share"), "stands without testimony to hide", remedy)
    settles = programme.guarantor_settlement_loss is not None
    if settles and not document.has("war", "settlement_share"):
        document.say(
            (*loc, "guarantor_settlement_loss"),
            "says nothing without war.settlement_share",
            "Add `settlement_share` to [war], or leave it out.",
        )
    if isinstance(programme.cash_usd, dict):
        _check_tiers(document, programme, programme.cash_usd, (*loc, "cash_usd"))


def _check_awareness(document: Document, programme: ProgrammeTable, loc: Loc) -> None:
    if not document.states("channel") and not document.states("information"):
        return
    tellers = [
        channel
        for _, channel in document.items("channel")
        if channel.programmes is None or programme.name in channel.programmes
    ]
    if programme.awareness_share is not None and tellers:
        document.say(
            (*loc, "awareness_share"),
            f"is a given path, and the channel {quoted(tellers[0].name)} tells of the programme too",
            "Leave it out to let channels spread the word, or name other `programmes` in the channel.",
        )
    elif programme.awareness_share is None and not tellers and not document.incomplete("channel"):
        document.lacks(
            loc,
            "is told of by no channel: nobody would ever know of it",
            "Add a [[channel]] that tells of it, or give `awareness_share`.",
        )


def _check_trust(document: Document, programme: ProgrammeTable, loc: Loc) -> None:
    if not document.states("trust"):
        for key in ("trust_mean", "trust_weight"):
            if getattr(programme, key) is not None:
                document.say((*loc, key), "needs [trust]", "Add [trust], or give `trust` as a path.")
        return
    if programme.trust is not None:
        remedy = "Leave it out and give `trust_mean`, or take [trust] out."
        document.say((*loc, "trust"), "is a given path beside [trust], which forms it", remedy)
        return
    table = document.table("trust")
    for own, general in (("trust_mean", "mean"), ("trust_weight", "weight")):
        if table is not None and getattr(programme, own) is None and getattr(table, general) is None:
            document.lacks(loc, f"has no `{own}`", f"Add it, or `{general}` to [trust].")


def _check_tiers(document: Document, programme: ProgrammeTable, tiers: dict[str, Any], loc: Loc) -> None:
    """One sum for each group to which the programme is open, and for no other."""
    route = document.route(programme.route)
    of_route = None if route is None else route.groups
    open_to = programme.groups if programme.groups is not None else of_route
    names = document.names["group"] if open_to is None else open_to
    for name in tiers:
        if document.known("group", name, (*loc, name)) and name not in names:
            document.say((*loc, name), "is no group to which the programme is open", "Leave it out.")
    for name in names:
        if name not in tiers:
            document.lacks(loc, f"names no sum for {quoted(name)}", "Add it; 0 if the group gets no cash.")
