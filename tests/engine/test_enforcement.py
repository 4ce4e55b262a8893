"""R5 in a run: the crackdown keeps below what those who carry it out still hold up, and is untouched where nobody is named."""

from __future__ import annotations

import numpy as np
import pytest

from offramp.engine import Model, prepare
from offramp.engine.enforcement import enforced, planned_view
from offramp.engine.inputs import Floats, down
from offramp.engine.posts import AtPosts, alone, posts_world
from offramp.engine.protest import Planned
from offramp.scenario import loads

DAYS, CEILING, WINDOW = 84, 0.6, 0.02

TEXT = f"""
title = "A test"
start = 2022-02-24
days = {DAYS}
[[group]]
name = "soldiers"
size = 2000
[[group]]
name = "guard"
place = "post"
size = 3000
[[group]]
name = "envoys"
place = "post"
size = 10
[[route]]
name = "desert"
groups = ["soldiers"]
window_per_day = 0.02
utility = 0.0
[[route]]
name = "quit"
groups = ["guard", "envoys"]
window_per_day = WINDOW
utility = 0.0
[choice]
base_safety = 0.0
[regime]
gain_per_week = 20.0
decay_per_week = 0.2
tolerance_per_day = 1.0
ceiling_share = {CEILING}
barrier_share = 0.4
"""
NAMED = 'enforcers = ["guard"]\nenforcement_exponent = '


def model(more: str = "", window: float = WINDOW) -> Model:
    return prepare(loads(TEXT.replace("WINDOW", str(window)) + more), soldiers=80_000, seed=7)


def posts_of(one: Model) -> AtPosts:
    own = alone(one.scenario)
    world, broken = posts_world(one.scenario, own, one.world(0, {}), one.soldiers, one.seed)
    assert world is not None
    return AtPosts(one.scenario, own, world, one.seed, broken)


def gone(one: Model) -> Floats:
    view = planned_view(one.scenario, Planned(one.scenario, {}), "reference", {})
    return posts_of(one).left(one.kernel, down(), "reference", view, ("guard",))


def crackdown(one: Model) -> Floats:
    world = enforced(
        one.world(0, {}), Planned(one.scenario, {}), posts_of(one), one.kernel, down(), "reference", {}
    )
    return one.run(world, "reference", None).crackdown


@pytest.mark.parametrize("exponent", [1.0, 2.0])
def test_the_crackdown_rides_on_what_is_left_of_its_enforcers(exponent: float) -> None:
    """Exact: pressed hard every week it stands at c (1 - x)^n; half quit at a window, so that x is 1 - exp(-w t / 2)."""
    one = model(f"{NAMED}{exponent}")
    x, week = gone(one), np.arange(7, DAYS, 7)
    assert crackdown(one)[week] == pytest.approx(CEILING * (1.0 - x[week]) ** exponent, rel=1e-12)
    expected = -np.expm1(-0.5 * WINDOW * week)
    assert (np.abs(x[week] - expected) < 5.33 * np.sqrt(expected * (1.0 - expected) / 1000)).all()


@pytest.mark.parametrize(("more", "window"), [(f"{NAMED}0", WINDOW), (f"{NAMED}2", 0.0)])
def test_who_does_not_carry_it_or_does_not_leave_changes_nothing(more: str, window: float) -> None:
    plain, named = (model(text, window).run_draw(0, {}, ["reference"]) for text in ("", more))
    assert (plain.paths == named.paths).all()
    assert plain.outcomes == named.outcomes


def test_the_front_feels_it() -> None:
    """A regime that loses its enforcers closes fewer windows: more leave the front, under a lower crackdown."""
    plain, named = (model(text).run_draw(0, {}, ["reference"]).outcomes[0] for text in ("", f"{NAMED}2"))
    assert named["crackdown_mean"] < plain["crackdown_mean"]
    assert named["departures"] > plain["departures"]


NEIGHBOURS = f"""
{NAMED}2
[choice]
asylum_utility = 4.0
support_weight = 1.0
[[channel]]
name = "letters"
kind = "personal"
reach_per_day = 0.1
[[programme]]
name = "refuge"
route = "quit"
groups = ["guard"]
trust = 0.9
legal_status = "asylum"
[[programme]]
name = "embassy"
route = "quit"
groups = ["envoys"]
trust = 0.9
legal_status = "asylum"
[[lever]]
name = "sanctions"
collateral_share = 1.0
[support]
rate_per_day = 0.02
collateral_effect = 0.5
[[policy]]
name = "none"
[[policy]]
name = "untold"
programmes = ["refuge"]
channels = []
[[policy]]
name = "told"
programmes = ["refuge"]
channels = ["letters"]
[[policy]]
name = "told and more"
programmes = ["embassy", "refuge"]
channels = ["letters"]
levers = ["sanctions"]
"""


def test_a_policy_is_what_it_is_beside_any_other() -> None:
    """Exact: with enforcers who are told of an offer or not, in any order and alone."""
    one = prepare(
        loads(TEXT.replace("WINDOW", str(WINDOW)).replace("[choice]\nbase_safety = 0.0\n", "") + NEIGHBOURS),
        soldiers=20_000,
        seed=7,
    )
    names = [policy.name for policy in one.scenario.policies]
    whole = dict(zip(names, one.run_draw(0, {}, names).outcomes, strict=True))
    assert whole["told"]["departures"] > whole["untold"]["departures"]
    for order in (["none", *reversed(names[1:])], *(["none", name] for name in names[1:])):
        for name, found in zip(order, one.run_draw(0, {}, order).outcomes, strict=True):
            np.testing.assert_equal(found, whole[name], err_msg=name)


def test_who_is_met_by_the_same_is_simulated_once() -> None:
    """News of the front's offers reaches nobody at a post; an offer to another corps, a channel and a lever do."""
    more = NEIGHBOURS.replace("[[policy]]", """[[channel]]
name = "radio"
kind = "broadcast"
reach_per_day = 0.1
programmes = ["gate"]
[[programme]]
name = "gate"
route = "desert"
trust = 0.5
cash_usd = 1
[[policy]]
name = "aired"
programmes = ["refuge", "gate"]
channels = ["radio"]
[[policy]]""", 1)  # fmt: skip
    text = TEXT.replace("WINDOW", str(WINDOW)).replace("[choice]\nbase_safety = 0.0\n", "")
    one = prepare(loads(text + more), soldiers=1000, seed=7)
    posts, world, known = posts_of(one), one.world(0, {}), dict[object, Floats]()
    for name in ("aired", "none", "untold", "told", "told and more"):
        enforced(world, Planned(one.scenario, {}), posts, one.kernel, down(), name, known)
    assert len(known) == 4
