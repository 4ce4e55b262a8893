"""A game of the user's own in a run: the shipped tree written out, a leader who decides alone, doubt about a payoff."""

from __future__ import annotations

import math
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

import offramp
from offramp.engine import prepare, risk
from offramp.engine.aftermath import Course, aftermath
from offramp.engine.model import medians
from offramp.scenario import changed, loads
from offramp.scenario.tables import Scenario
from tests.engine.test_aftermath import CRISES, DAYS, OFFER, WORLD, flat
from tests.scenario.refused_game import GAME

ROOT = Path(__file__).resolve().parents[2]


def follow(
    scenario: Scenario, policies: tuple[str, ...], course: Course, values: dict[str, float], error: float
) -> tuple[dict[str, float], ...]:
    """Outcomes of each policy."""
    return aftermath(scenario, policies, course, values, error).outcomes


def shipped_tree() -> str:
    """The shipped game as tables of a scenario: what the run sets left out, the rest as it is."""
    text = (files("offramp.model") / "games" / "escalation.toml").read_text("utf-8")
    kept = [line for line in text.splitlines() if not line.startswith(("p =", "o ="))]
    tables = "\n".join(kept).replace("[[", "[[game.").replace("\n[parameters]", "\n[game.parameters]")
    return "\n[game]\n" + tables + "\n"


def test_the_shipped_tree_written_out_changes_nothing() -> None:
    world = WORLD.replace('"other"', '"other"\nofframp = "ramp"') + CRISES + OFFER
    stated, own = (loads(text) for text in (world, world + shipped_tree()))
    course = flat()
    collapse = np.linspace(0.0, 1.0, 2 * DAYS).reshape(2, DAYS)
    for error in (-1.0, 0.5):
        found = [
            follow(one, ("nothing", "other"), course._replace(collapse=collapse), {}, error)
            for one in (stated, own)
        ]
        assert found[0] == found[1]


def test_several_commanders_stand_in_for_the_choice_named_command() -> None:
    veto = "veto = { commanders = 5, refusals_needed = 3, succeed_utility = 1, punished_utility = -6, executed_utility = -4 }\n"
    course = flat(collapse=0.4)
    results = [
        follow(loads(WORLD + CRISES + veto + tree), ("nothing",), course._replace(**{
            name: getattr(course, name)[:1] for name in course._fields
        }), {}, 0.0)
        for tree in ("", shipped_tree())
    ]  # fmt: skip
    assert results[0] == results[1]


def test_a_leader_alone_is_a_logit() -> None:
    """With one player the game is D1: three payoffs, and a hazard anchored at p = 0.25."""
    precision, seen = 0.5, 0.6

    def play(p: float) -> tuple[float, float]:
        worth = [2 * (1 - p) - 5 * p, -4.0, -3.0]
        odds = [math.exp(precision * x) for x in worth]
        return odds[1] / sum(odds), odds[2] / sum(odds)

    rate = 1e-3 / play(0.25)[1]
    settle, use = (rate * chance for chance in play(seen))
    total = settle + use
    found = follow(loads(WORLD + CRISES + GAME), ("nothing", "other"), flat(collapse=seen), {}, 0.0)[0]
    gone = -math.expm1(-total * DAYS)
    assert found["nuclear_probability"] == pytest.approx(use / total * gone, rel=1e-10)
    assert found["ending.withdrawal"] == pytest.approx(settle / total * gone, rel=1e-10)


def test_doubt_about_a_payoff_is_an_input() -> None:
    scenario = loads(WORLD + CRISES + GAME.replace("calm = 2", "calm = { normal = [2, 1] }"))
    (unknown,) = scenario.inputs
    assert unknown.path == "game.parameters.calm"
    risky = [
        follow(scenario, ("nothing", "other"), flat(collapse=0.6), {unknown.path: calm}, 0.0)[0]
        for calm in (-3.0, 2.0, 6.0)
    ]
    levels = [one["nuclear_probability"] for one in risky]
    # A ruler who gains much by waiting while the front holds has most to lose from its fall, relative to the anchor.
    assert levels[0] < levels[1] < levels[2]
    assert medians(scenario) == {unknown.path: pytest.approx(2.0)}


def test_pieces_make_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = loads(WORLD + CRISES + GAME)
    course = flat()._replace(collapse=np.linspace(0.0, 1.0, 2 * DAYS).reshape(2, DAYS))
    whole = follow(scenario, ("nothing", "other"), course, {}, 0.0)
    monkeypatch.setattr(risk, "BLOCK", 7)
    assert follow(scenario, ("nothing", "other"), course, {}, 0.0) == whole


def test_the_example_of_the_documentation_runs() -> None:
    scenario = offramp.load(str(ROOT / "docs" / "examples" / "own-game.toml"))
    model = prepare(scenario, soldiers=300, seed=1)
    one, ramp = model.run_draw(0, medians(scenario), ("no offer", "exile")).outcomes
    assert 0.0 < one["nuclear_probability"] < 0.1
    assert ramp["ending.accepted off-ramp"] > 0.0 == one["ending.accepted off-ramp"]
    feared = changed(scenario, {"game.parameters.disgrace": -10.0})
    harder = (
        prepare(feared, soldiers=300, seed=1).run_draw(0, medians(feared), ("no offer", "exile")).outcomes[1]
    )
    assert harder["ending.accepted off-ramp"] < ramp["ending.accepted off-ramp"]
