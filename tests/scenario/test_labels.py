"""Names of inputs in words: every uncertain input of the shipped scenario has one, and no two have the same."""

from __future__ import annotations

import pytest

from offramp.scenario import load
from offramp.scenario.labels import clause, input_in_words


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("choice.death_disutility", "disutility of one's own death"),
        ("route.surrender.distaste", "distaste for the route (surrender)"),
        ("route.by sea, v1.2.distaste", "distaste for the route (by sea, v1.2)"),  # names may hold dots
        ("escalation.payoffs.offramp_value", "leader: what a full off-ramp adds"),
        ("programme.p.capacity_per_day.points.1", "persons admitted per day (p)"),
        ("group.officers.support.mean", "support of the war (officers, mean)"),
        ("regime.gain_per_week", "rise of the crackdown in a week"),
        ("force.scale", "scale (force)"),
        ("x3", "x3"),
        ("choice.nothing_of_the_kind", "choice.nothing_of_the_kind"),
        ("route.surrender", "route.surrender"),
    ],
)
def test_by_hand(path: str, words: str) -> None:
    assert input_in_words(path) == words


def test_every_input_has_a_name_of_its_own() -> None:
    paths = [one.path for one in load("ukraine-2022").inputs]
    names = [input_in_words(path) for path in paths]
    assert not set(paths) & set(names)
    assert len(set(names)) == len(names)


def test_a_clause_ends_where_its_reason_begins() -> None:
    assert clause("a_b", "Trust at the start: the share that believes.") == "Trust at the start"
    assert clause("a_b", "Leader: what it adds. More.") == "Leader: what it adds"
    assert clause("a_b", "") == "a b"
    assert clause("a_b", "Trust.", "mean") == "Trust, mean"
