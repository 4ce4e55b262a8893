"""What the policies' off-ramps cost where they are accepted: to the defender, to the coalition, and for how long.

Expected over the chance and the day of acceptance, after a run. Axes as in `aftermath`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np

from offramp.engine.accounts import discount_factors, payers
from offramp.engine.bind import number
from offramp.engine.inputs import Floats
from offramp.engine.setting import offramp_of
from offramp.model.concession import concession_days, expected_cost
from offramp.model.ledger import discount_per_day
from offramp.scenario.tables import Policy, Scenario
from offramp.scenario.tables_world import Ledger

_DEFENDER: Final = "defender_cost_usd_per_day"
_RELIEF: Final = "relief_usd_per_day"
_COALITION: Final = ("security_usd_per_day", "monitoring_usd_per_day", _RELIEF)
_PERSONS: Final = "occupied_persons"


class Conceded(NamedTuple):
    """Costs of each policy's off-ramp. `shared`: its part of what a policy costs in all, by perspective and payer."""

    outcomes: tuple[dict[str, float], ...]
    shared: tuple[dict[str, float], ...]
    cost: Floats
    """[k, d + 1] dollars of the coalition for what has been accepted up to each day."""


def is_stated(scenario: Scenario) -> bool:
    """Whether any off-ramp says how long its concession lasts or what it costs."""
    return _any(scenario, "concession_days", _PERSONS, _DEFENDER, *_COALITION)


def conceded(
    scenario: Scenario,
    policies: Sequence[Policy],
    accepted: Floats,
    renewal: Floats,
    values: Mapping[str, float],
) -> Conceded:
    """N9 under each policy.

    accepted: probability that its off-ramp has been accepted by each day, renewed war or not, [k, d + 1]; renewal: hazard N7
    after it, [k].
    """
    days = scenario.days
    yearly = number((scenario.ledger or Ledger()).discount_per_year, values)
    # what is accepted on a day begins with the next, as a war that is renewed does
    discount = discount_factors(yearly, days + 1)[1:]
    to_the_end = np.arange(days - 1.0, -1.0, -1.0)
    results: list[dict[str, float]] = []
    shared: list[dict[str, float]] = []
    paths: list[Floats] = []
    for policy, taken, hazard in zip(policies, accepted, renewal, strict=True):
        ramp = offramp_of(scenario, policy)
        stated = None if ramp is None else ramp.concession_days
        lasts = to_the_end if stated is None else np.full(days, number(stated, values))
        standing = float(expected_cost(taken, concession_days(lasts, hazard))[-1])
        paid_for = expected_cost(taken, discount * concession_days(lasts, hazard, discount_per_day(yearly)))

        def per_day(*keys: str, ramp: object = ramp) -> float:
            return sum(number(getattr(ramp, key), values) for key in keys) if ramp is not None else 0.0

        found = {"concession_days": standing}
        if _any(scenario, _PERSONS):
            found["occupied_person_days"] = per_day(_PERSONS) * standing
        defender = per_day(_DEFENDER) * float(paid_for[-1])
        path = per_day(*_COALITION) * paid_for
        coalition = float(path[-1])
        if _any(scenario, _DEFENDER):
            found["offramp_cost_usd.defender"] = defender
        if _any(scenario, *_COALITION):
            found["offramp_cost_usd.coalition"] = coalition
        handed_over = per_day(_RELIEF) * float(paid_for[-1])
        results.append(found)
        shared.append(_perspectives(scenario, coalition, defender, handed_over))
        paths.append(path)
    return Conceded(tuple(results), tuple(shared), np.stack(paths))


def _any(scenario: Scenario, *keys: str) -> bool:
    return any(getattr(ramp, key) is not None for ramp in scenario.offramps for key in keys)


def _perspectives(
    scenario: Scenario, coalition: float, defender: float, handed_over: float
) -> dict[str, float]:
    """K4, K5: what is paid, what it takes from the coalition's societies, of which the defender's is one, and from everyone.

    Nothing where the scenario has no account of what a policy costs.
    """
    found: dict[str, float] = {}
    if not (scenario.programmes or scenario.levers or scenario.channels):
        return found
    if _any(scenario, *_COALITION):
        found["cost_usd"] = coalition
        if payers(scenario):
            found["paid_usd.off-ramp"] = coalition
    if scenario.ledger is not None and _any(scenario, _DEFENDER, *_COALITION):
        found["cost_usd.coalition_budget"] = coalition
        found["cost_usd.coalition_society"] = coalition + defender
        found["cost_usd.everyone"] = coalition + defender - handed_over
    return found
