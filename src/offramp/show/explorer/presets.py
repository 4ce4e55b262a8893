"""Pessimist and optimist: the numbers that matter most, each moved to its less or more favourable quartile.

What is favourable is read off the draws, not decreed: the direction in which an input moves what the policy
in view adds to the departures. Inputs that cannot be told from idle ones stay unknown.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
from numpy.typing import NDArray

from offramp.analysis import first_order
from offramp.analysis.compare import spread
from offramp.analysis.outcomes import describe
from offramp.scenario.laws import Law
from offramp.scenario.tables import Scenario
from offramp.show.explorer.base import Base
from offramp.show.explorer.changes import State
from offramp.show.explorer.frames import HEADLINES
from offramp.show.words import PERCENT, between, from_to

if TYPE_CHECKING:
    import polars as pl

Kind = Literal["pessimist", "optimist"]

QUARTILES: Final = (0.25, 0.75)
MOST: Final = 8
"""Inputs that a preset moves at most, the strongest first; all at once would be a world that nobody expects."""

ERRORS_CLEAR: Final = 2.0
"""Standard errors from which on a harm is told to move."""


def without(base: Base, state: State) -> State:
    """The state without what a preset has moved: numbers that stand at one of their quartiles to the last digit."""
    laws = _laws(base.changed(replace(state, changes=())))
    kept = (
        (path, value)
        for path, value in state.changes
        if path not in laws or value not in [_quartile(laws[path], at) for at in QUARTILES]
    )
    return replace(state, changes=tuple(kept))


def preset(draws: pl.DataFrame, scenario: Scenario, state: State, kind: Kind) -> tuple[dict[str, float], str]:
    """What the preset of a kind sets for the policy in view, by key path, and what was done in a sentence.

    draws: policy, draw, input.*, outcome.*, of the reference and the policy in view of `state`, whose scenario is
    `scenario`. For the reference itself the departures take the place of what a policy adds to them. What a
    hand has set stays as it is.
    """
    policy = state.shown
    outcome = "departures" if policy == scenario.policies[0].name else "departures_net"
    if f"outcome.{outcome}" not in draws.columns:
        outcome = "evasions" if "outcome.evasions" in draws.columns else "emigrations"
    found = first_order(draws, outcome, policy, ranked=True)
    # Beliefs on programmes that are not in view matter to nothing here; they only move with those that are.
    own = next(each.programmes for each in scenario.policies if each.name == policy)
    others = tuple(f"programme.{each.name}." for each in scenario.offers if each.name not in own)
    laws = {
        path: law
        for path, law in _laws(scenario).items()
        if not path.startswith(others) and path not in dict(state.changes)
    }
    clear = [index for index in found.indices if index.above_noise and index.input in laws][:MOST]
    changes = {
        index.input: _quartile(laws[index.input], QUARTILES[(index.direction > 0.0) == (kind == "optimist")])
        for index in clear
    }
    if not changes:
        return {}, found.reason or "No single number stands out from the noise, so none was moved."
    whom = describe("departures" if outcome == "departures_net" else outcome).label.lower()
    what = f"what the policy adds to {whom}" if outcome == "departures_net" else whom
    count = f"{len(changes)} numbers that move" if len(changes) > 1 else "the one number that moves"
    aim = "More" if kind == "optimist" else "Fewer"
    return (
        changes,
        f"{aim} {whom}, counting nothing else: set {count} {what} most to a quartile of what is believed.",
    )


def harms(before: pl.DataFrame, after: pl.DataFrame, policy: str) -> str:
    """A sentence on the harms that move with a preset, from the same draws without it and with it."""
    told: list[str] = []
    for known in (describe(name) for name in HEADLINES if f"outcome.{name}" in before.columns):
        there, here = (_values(draws, policy, known.name) for draws in (before, after))
        change = spread(here - there)
        if known.kind != "harm" or change is None or change.mc_error is None:
            continue
        if abs(change.mean) > ERRORS_CLEAR * change.mc_error:
            means = from_to(float(np.nanmean(there)), float(np.nanmean(here)), known.unit)
            span = between(change.q05, change.q95, known.unit, difference=True)
            told.append(f"{known.label.lower()} {means} ({span} in 90{PERCENT} of draws)")
    return f"Harm moves with it: {'; '.join(told)}." if told else "No harm moves clearly with it."


def _values(draws: pl.DataFrame, policy: str, outcome: str) -> NDArray[np.float64]:
    """An outcome of a policy by draw."""
    return draws.filter(draws["policy"] == policy).sort("draw")[f"outcome.{outcome}"].to_numpy()


def _laws(scenario: Scenario) -> dict[str, Law]:
    return {each.path: each.law for each in scenario.inputs}


def _quartile(law: Law, at: float) -> float:
    return float(f"{float(law.quantile(at)):.4g}")
