"""The rest of the war switched off: module by module, what is left has the answers it had before the module existed.

Some modules feed back on others where the file says so. With those links cut, a file without a module has
every other outcome and every path to the last bit; and a part that is stated at its neutral value is the part left out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from offramp.engine import prepare
from offramp.engine.model import DrawResult, medians
from offramp.scenario import load
from offramp.scenario.tables import Posts, Scenario
from offramp.scenario.tables_world import ONE, ZERO

NAMES = (
    "no offer",
    "tiered package, video optional",
    "arms only",
    "100,000 USD and citizenship, with an off-ramp",
)
OF_POSTS = ("posts_cost_usd", "resign", "avalanche", "broken_with_leader", "disarray_max")
OF_LEADER = ("leader_removed", "disarray_max", "ending.removal", "ending.natural death")
OF_RAMPS = ("concession_days", "occupied_person_days", "offramp_cost_usd", "paid_usd.off-ramp")
OF_CRISES = ("nuclear", "order", "war_renewed", "ending.withdrawal", "ending.accepted off-ramp", *OF_RAMPS)
OF_ENDINGS = ("ending", "war_days_expected", "nuclear", "leader_removed", "war_renewed", *OF_RAMPS)
OF_OPINION = ("open_dissent", "private_support", "poll", "list_")
SHARED = (
    "families",
    "videos",
    "contributions",
    "cost",
    "paid",
    "defrauded",
    "refouled",
    "false_claims",
    "host_incidents",
)


def _with(table: str, **keys: Any) -> Callable[[Scenario], Scenario]:
    return lambda scenario: replace(scenario, **{table: replace(getattr(scenario, table), **keys)})


def _posts(**keys: Any) -> Callable[[Scenario], Scenario]:
    def change(scenario: Scenario) -> Scenario:
        groups = tuple(replace(group, **keys) for group in scenario.posts.groups)
        return replace(scenario, posts=replace(scenario.posts, groups=groups))

    return change


def _ramps(**keys: Any) -> Callable[[Scenario], Scenario]:
    return lambda scenario: replace(
        scenario, offramps=tuple(replace(ramp, **keys) for ramp in scenario.offramps)
    )


def _no_ramps(scenario: Scenario) -> Scenario:
    policies = tuple(replace(one, offramp=None) for one in scenario.policies)
    return replace(scenario, offramps=(), policies=policies)


LINKS: dict[str, Callable[[Scenario], Scenario]] = {
    "competence": _with("leadership", competence_loss_share=ZERO),
    "disarray at the front": _with("leadership", front_disarray_utility=ZERO),
    "disarray in removal": _with("leadership", disarray_weight=ZERO),
    "polls in removal": _with("leadership", popularity_weight=ZERO),
    "surprises": _with("leadership", disarray_per_dissent=ZERO),
    "protest": _with("opinion", forces_per_dissenter=ZERO),
    "stances": _posts(dependence_utility=None),
    "costs of the off-ramp": _ramps(security_usd_per_day=ZERO, monitoring_usd_per_day=ZERO),
    "succession": _with("leadership", end_probability=ZERO, successor_worse_share=ZERO),
}
"""Where one module acts on another in `ukraine-2022`, each at its neutral value."""

MODULES: dict[str, tuple[Callable[[Scenario], Scenario], tuple[str, ...]]] = {
    "opinion": (lambda s: replace(s, opinion=None), OF_OPINION),
    # those at posts pay and suffer in the same sums
    "posts": (lambda s: replace(s, posts=Posts()), (*OF_POSTS, *SHARED)),
    # who leads decides for how long there are crises, and the fear of his fall what a post is worth
    "the leader": (
        lambda s: replace(s, leadership=None, posts=Posts()),
        (*OF_LEADER, *OF_POSTS, *OF_ENDINGS, *SHARED),
    ),
    "escalation": (lambda s: _no_ramps(replace(s, escalation=None)), (*OF_CRISES, *OF_ENDINGS)),
    "the off-ramp": (_no_ramps, ("war_renewed", "ending.accepted off-ramp", *OF_RAMPS)),
}
"""How a module is taken out, and how the names begin of outcomes that are its own or that it moves by what it is."""


@cache
def linked() -> Scenario:
    return load("ukraine-2022")


@cache
def unlinked() -> Scenario:
    scenario = linked()
    for cut in LINKS.values():
        scenario = cut(scenario)
    return scenario


def run(scenario: Scenario, soldiers: int = 1500) -> DrawResult:
    """Draw 3 under every policy; a scenario without its tables draws the same inputs."""
    values = medians(linked())
    return prepare(scenario, soldiers=soldiers, seed=5).run_draw(3, values, NAMES)


@cache
def before() -> DrawResult:
    return run(unlinked())


def same(one: DrawResult, other: DrawResult, but: tuple[str, ...] = ()) -> None:
    np.testing.assert_array_equal(one.paths, other.paths)
    for left, right in zip(one.outcomes, other.outcomes, strict=True):
        kept = [name for name in left if not name.startswith(but)] if but else list(left)
        assert {name: left[name] for name in kept} == {name: right[name] for name in kept}


@pytest.mark.parametrize("module", MODULES)
def test_without_a_module_every_other_answer_is_the_earlier_one(module: str) -> None:
    off, own = MODULES[module]
    found = run(off(unlinked()))
    reference = len(set(found.outcomes[0]))
    assert reference > 20
    if (
        module == "the off-ramp"
    ):  # where no policy has one; who has it keeps all that happens in the war itself
        same(
            replace(found, outcomes=found.outcomes[:3]),
            replace(before(), outcomes=before().outcomes[:3]),
            own,
        )
        own = (*own, *OF_ENDINGS)
    same(found, before(), own)
    gone = set(before().outcomes[0]) - set(found.outcomes[0])
    assert all(name.startswith(own) for name in gone)


def test_all_modules_off_at_once_is_the_war_alone() -> None:
    bare = _no_ramps(replace(unlinked(), opinion=None, leadership=None, escalation=None, posts=Posts()))
    found = run(bare)
    same(found, before(), SHARED)
    assert not {
        name
        for name in found.outcomes[0]
        if name.startswith((*OF_OPINION, *OF_CRISES, *OF_ENDINGS, *OF_POSTS))
    }


@pytest.mark.parametrize("link", LINKS)
def test_each_link_acts_until_it_is_cut(link: str) -> None:
    """Or else the test above would show nothing of it."""
    stated = linked()
    if link == "costs of the off-ramp":  # at the medians of this draw nothing would be offered
        stated = _ramps(threshold_probability=ZERO)(stated)
    cut = LINKS[link](stated)
    if link == "protest":  # it bounds a crackdown that at the medians stays far below
        ceilings = [
            prepare(one, soldiers=1500, seed=5).world(3, medians(linked())).regime.ceiling
            for one in (stated, cut)
        ]
        assert (ceilings[0] < ceilings[1]).all()
    else:
        assert run(stated).outcomes != run(cut).outcomes


_IDLE = ("open quarrels at the top", "a leader visibly in decay", "purges at twice the rate")


def _idle_levers(scenario: Scenario) -> Scenario:
    levers = tuple(
        replace(one, disarray_per_day=ZERO, decay_shift=ZERO, purge_factor=ONE) for one in scenario.levers
    )
    policies = tuple(
        replace(one, levers=(*one.levers, *_IDLE)) if one.name == "arms only" else one
        for one in scenario.policies
    )
    return replace(scenario, levers=levers, policies=policies)


def _nobody_purged(scenario: Scenario) -> Scenario:
    return _posts(purge_hazard_per_day=ZERO)(scenario)


PARTS: dict[str, tuple[Callable[[Scenario], Scenario], Callable[[Scenario], Scenario]]] = {
    "quarrels, decay and purges by levers": (_idle_levers, lambda s: s),
    "renewal": (
        _ramps(renewal_hazard_per_day=ZERO),
        _ramps(renewal_hazard_per_day=ZERO, moral_hazard_factor=ONE, rearm_invader_share=ZERO, rearm_defender_share=ZERO),
    ),
    "purges": (
        lambda s: _nobody_purged(_with("leadership", competence_loss_share=ONE)(s)),
        lambda s: _nobody_purged(
            _with("leadership", purge_disutility=ZERO, purge_setback_factor=ZERO, disarray_per_purge=ZERO)(s)
        ),
    ),
    "rank": (_posts(rank_weight=ONE, cohesion=ZERO, known_exits=ZERO), _posts(rank_weight=ONE, cohesion=ZERO, known_exits=ONE)),
}  # fmt: skip
"""A part that is stated and does nothing, and the same left out."""


@pytest.mark.parametrize("part", PARTS)
def test_a_part_that_does_nothing_is_the_part_left_out(part: str) -> None:
    idle, absent = PARTS[part]
    same(run(idle(unlinked())), run(absent(unlinked())))


def test_videos_of_soldiers_reach_the_public_of_the_scenario() -> None:
    """Under the package with videos, and under no other policy: what they say is all that the change takes away."""
    heard, mute = (
        run(scenario, soldiers=20_000).outcomes
        for scenario in (unlinked(), _with("support", testimony_effect=ZERO)(unlinked()))
    )
    assert heard[1]["videos"] > 0.0
    assert heard[1]["private_support"] < mute[1]["private_support"]
    assert heard[0]["private_support"] == mute[0]["private_support"]
