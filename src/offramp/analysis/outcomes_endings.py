"""Outcomes computed after a run: opinion at home, how the war ends, and the risk of nuclear use."""

from __future__ import annotations

from typing import Final

from offramp.analysis.outcome import Outcome

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
    Outcome("nuclear_change", "Risk of nuclear use, change", "relative", "harm", "less",
        "change of the probability of nuclear use by the last day, as a share of the reference's; its level is known to"
        " within a factor of forty at best"),
    Outcome("nuclear_probability", "Probability of nuclear use", "share", "harm", "less",
        "by the last day; never to be read without its range, which the reference hazard alone spreads over a factor of"
        " forty: read the change"),
    Outcome("war_days_expected", "Days of war expected", "days", "war", None,
        "mean number of days until the war ends in any way, or the whole run"),
)  # fmt: skip


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
    return None
