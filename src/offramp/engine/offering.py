"""From a policy to the kernel's programmes: what is promised, what it costs, how much can be served."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from offramp.engine.bind import daily, groups_of, number, rows
from offramp.engine.inputs import Floats, Offers
from offramp.engine.menu import programmes_of
from offramp.engine.philox import POLITICS, address
from offramp.model.ledger import admission_price, discount_per_day
from offramp.model.offers import present_value
from offramp.scenario.quantities import Scalar
from offramp.scenario.tables import Choice as ChoiceTable
from offramp.scenario.tables import Policy, Programme, Scenario
from offramp.scenario.tables_world import Ledger

Values = Mapping[str, float]


def _legal(programme: Programme, table: ChoiceTable, values: Values) -> float:
    """Utils of the legal status, if certain to be honoured: two levels, asylum and citizenship."""
    if programme.legal_status == "none":
        return 0.0
    level = table.citizenship_utility if programme.legal_status == "citizenship" else table.asylum_utility
    return number(level, values) * number(programme.legal_probability, values, 1.0)


def _cash(scenario: Scenario, programme: Programme, values: Values) -> Floats:
    """Dollars paid at once to a person of each group, [g]."""
    stated = programme.cash_usd
    if not isinstance(stated, tuple):
        return np.full(len(scenario.groups), number(stated, values))
    tiers = {group: number(dollars, values) for group, dollars in stated}
    return np.array([tiers.get(group.name, 0.0) for group in scenario.groups])


def _payments(programme: Programme, values: Values, bias: float, discount: float) -> float:
    """Value on the day of leaving of what is paid later, dollars. bias: weight of all that is paid after that day; discount: per
    day."""
    return present_value(
        [(float(day), number(dollars, values)) for day, dollars in programme.schedule],
        present_bias=bias,
        discount_per_day=discount,
        stipend_per_month=number(programme.stipend_usd_per_month, values),
        stipend_months=number(programme.stipend_months, values),
    )


def unit_cost(scenario: Scenario, programme: Programme, values: Values, key: str) -> float:
    """A unit cost of the programme, or where it states none the ledger's."""
    own: Scalar | None = getattr(programme, key)
    return number(own if own is not None else getattr(scenario.ledger or Ledger(), key), values)


def fixed_costs(scenario: Scenario, policy: Policy, values: Values) -> Floats:
    """Dollars that each of the policy's programmes costs before anybody is admitted, [p]."""
    programmes = programmes_of(scenario, policy)
    return np.array([unit_cost(scenario, p, values, "fixed_cost_usd") for p in programmes], dtype=np.float64)


def politics_of(seed: int, draw: int) -> float:
    """The draw's number in [0, 1): what is more probable than that is enacted, whatever the programme and the policy.

    Van der Corput's sequence from a place of the seed's own. Any number of first draws covers the range evenly, so that an offer
    enacted in three worlds of five is enacted in three fifths of the draws; in base 3, because inputs come from a sequence in
    base 2 and two of one base would go in step.
    """
    inverse, digits, rest = 0, 1, draw
    while rest:
        rest, digit = divmod(rest, 3)
        inverse, digits = 3 * inverse + digit, 3 * digits
    start, _, _, _ = address(seed, 0, POLITICS, 0, 0)
    return (inverse / digits + start) % 1.0


def admits_nobody(scenario: Scenario, programme: Programme, values: Values) -> bool:
    """Whether a programme has no place or no money on any day, is believed or known by nobody at all, or bars everybody."""
    days, rule = scenario.days, scenario.trust
    held = slice(programme.start_day, programme.end_day)
    if programme.trust is None and rule is not None:
        mean = programme.trust_mean if programme.trust_mean is not None else rule.mean
        believed = number(mean, values)
    else:
        believed = daily(programme.trust, values, days, 1.0)[held].max(initial=0.0)
    return bool(
        believed <= 0.0
        or daily(programme.capacity_per_day, values, days, math.inf)[held].max(initial=0.0) <= 0.0
        or number(programme.budget_usd, values, math.inf) <= 0.0
        or daily(programme.awareness_share, values, days, 1.0)[held].max(initial=0.0) <= 0.0
        or number(programme.conduct_exclusion_share, values) >= 1.0
    )


def dates(scenario: Scenario, programme: Programme, values: Values, politics: float) -> tuple[int, int, int]:
    """Days on which people may first hear of a programme, on which it first serves, and on which it holds no longer.

    politics: see `politics_of`. What is not enacted is given up on the day on which it would have come into force. What can admit
    nobody is never announced: it equals no programme, to those who would hear of it too.
    """
    announced, days = programme.start_day, scenario.days
    if admits_nobody(scenario, programme, values):
        announced = days
    in_force = programme.start_day + round(number(programme.enactment_delay_days, values))
    if number(programme.enactment_probability, values, 1.0) > politics:
        return announced, in_force, programme.end_day
    return announced, days, min(in_force, programme.end_day)


def offers(scenario: Scenario, policy: Policy, values: Values, politics: float = 0.0) -> Offers:
    """The policy's programmes in this draw. politics: the draw's, see `politics_of`."""
    days = scenario.days
    programmes = programmes_of(scenario, policy)
    table = scenario.choice or ChoiceTable()
    bias = number(table.present_bias, values, 1.0)
    discount = number(table.discount_per_day, values)

    def row(quantity: str, absent: float = 0.0) -> Floats:
        return np.array([number(getattr(p, quantity), values, absent) for p in programmes], dtype=np.float64)

    def path(quantity: str, absent: float) -> Floats:
        return rows([getattr(p, quantity) for p in programmes], values, days, absent)

    def costs(key: str) -> Floats:
        return np.array([unit_cost(scenario, p, values, key) for p in programmes], dtype=np.float64)

    misled: Any = row("default_share"), row("fraud_share"), row("screening_sensitivity")

    def price(payments: Any, reception: Any, screening: Any) -> Any:
        return admission_price(payments, reception, screening, *misled)

    groups = len(scenario.groups)
    # in C order, as all that the kernel is given: another order would be compiled anew
    cash = np.ascontiguousarray(
        np.array([_cash(scenario, p, values) for p in programmes]).reshape(-1, groups).T
    )
    rate = discount_per_day(number((scenario.ledger or Ledger()).discount_per_year, values))
    later = np.array([_payments(p, values, 1.0, rate) for p in programmes])
    promised = [_payments(p, values, bias, discount) for p in programmes]
    legal_cost = np.array([p.legal_status != "none" for p in programmes]) * costs("legal_cost_usd")
    reception = costs("admission_cost_usd") + legal_cost
    cost = price(cash + later, reception, costs("screening_cost_usd"))
    open_to = np.array([groups_of(scenario, p.groups) for p in programmes], np.bool_).reshape(-1, groups).T
    when = np.array([dates(scenario, p, values, politics) for p in programmes], np.int64).reshape(-1, 3)
    bonus = row("testimony_bonus_usd")
    video_cost = price(bonus, costs("testimony_cost_usd"), 0.0)
    dearer = np.array([p.testimony == "mandatory" for p in programmes]) * video_cost
    return Offers(
        announced=when[:, 0].copy(),
        start=when[:, 1].copy(),
        end=when[:, 2].copy(),
        trust=path("trust", 1.0),
        aware=path("awareness_share", 1.0),
        present_value=cash + np.array(promised, dtype=np.float64),
        bonus=bonus,
        legal=np.array([_legal(p, table, values) for p in programmes], dtype=np.float64),
        passage=row("family_passage_share"),
        leak=row("family_leak_share"),
        family=number(table.family_passage_utility, values),
        family_places=row("family_places", math.inf),
        family_places_per_day=path("family_places_per_day", math.inf),
        safety=number(table.safety_utility, values) * row("safety_share"),
        win_loss=row("guarantor_win_loss"),
        settlement_loss=row("guarantor_settlement_loss"),
        exchange=row("exchange_probability"),
        excluded=row("conduct_exclusion_share"),
        anonymised=row("testimony_anonymised_share"),
        broken=np.minimum(1.0, misled[0] + row("refoulement_share")),
        capacity=path("capacity_per_day", math.inf),
        detection=row("detection_per_day"),
        budget=row("budget_usd", math.inf),
        cost=cost,
        transfer=price(cash + later, 0.0, 0.0),
        video_cost=video_cost,
        video_transfer=price(bonus, 0.0, 0.0),
        family_cost=costs("family_cost_usd"),
        cheapest=np.where(open_to, cost, math.inf).min(axis=0, initial=math.inf) + dearer,
    )
