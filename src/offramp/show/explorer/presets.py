"""Pessimist and optimist: the numbers that matter most, each moved to its less or more favourable quartile.

What is favourable is read off the draws, not decreed: the direction in which an input moves what the policy
in view adds to the departures. Inputs that cannot be told from idle ones stay unknown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from offramp.analysis import first_order
from offramp.scenario.tables import Scenario

if TYPE_CHECKING:
    import polars as pl

Kind = Literal["pessimist", "optimist"]

QUARTILES: Final = (0.25, 0.75)
MOST: Final = 8
"""Inputs that a preset moves at most, the strongest first; all at once would be a world that nobody expects."""


@dataclass(frozen=True)
class Preset:
    """changes: input path -> value. sentence: what was done, for the reader."""

    changes: dict[str, float]
    sentence: str


def preset(draws: pl.DataFrame, scenario: Scenario, policy: str, reference: str, kind: Kind) -> Preset:
    """The preset of a kind for the policy in view.

    draws: policy, draw, input.*, outcome.*, of the reference and the policy. For the reference itself the
    departures take the place of what a policy adds to them.
    """
    outcome = "departures" if policy == reference else "departures_net"
    if f"outcome.{outcome}" not in draws.columns:
        outcome = "evasions" if "outcome.evasions" in draws.columns else "emigrations"
    found = first_order(draws, outcome, policy, ranked=True)
    # Beliefs on programmes that are not in view matter to nothing here; they only move with those that are.
    own = next(each.programmes for each in scenario.policies if each.name == policy)
    others = tuple(f"programme.{each.name}." for each in scenario.offers if each.name not in own)
    laws = {each.path: each.law for each in scenario.inputs if not each.path.startswith(others)}
    clear = [index for index in found.indices if index.above_noise and index.input in laws][:MOST]
    changes: dict[str, float] = {}
    for index in clear:
        rises = (index.direction > 0.0) == (kind == "optimist")
        value = float(laws[index.input].quantile(QUARTILES[rises]))
        changes[index.input] = float(f"{value:.4g}")
    if not changes:
        return Preset({}, found.reason or "No single number stands out from the noise, so none was moved.")
    side = "favourable" if kind == "optimist" else "unfavourable"
    what = "departures" if outcome != "departures_net" else "what the policy adds to departures"
    count = f"{len(changes)} numbers that move" if len(changes) > 1 else "the one number that moves"
    return Preset(changes, f"Set {count} {what} most to the {side} quartile of what is believed.")
