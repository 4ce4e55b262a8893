"""M10 in a run: what a policy costs, who pays it, and three accounts of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from offramp.engine import bind
from offramp.engine.inputs import FIRST_ROUTE, Floats, Outcome
from offramp.engine.menu import options_of, programmes_of
from offramp.engine.offering import fixed_costs
from offramp.engine.setting import forgone, other_costs, speaks_from
from offramp.engine.world import World
from offramp.model.ledger import contribution, discount_factor, everyone_cost, society_cost
from offramp.scenario.tables import Policy, Scenario
from offramp.scenario.tables_world import ZERO, Ledger, Regime


class Aside(NamedTuple):
    """Programmes that are open to nobody whose leaving weakens the force, and so buy no departure. outcome: what they cost."""

    outcome: str
    programmes: frozenset[str]


def money_of(
    scenario: Scenario,
    policy: Policy,
    outcome: Outcome,
    world: World,
    came: Floats,
    result: dict[str, float],
    aside: Aside | None,
) -> tuple[dict[str, Floats], dict[str, float]]:
    """K1-K5: dollars of the start, discounted at the ledger's rate; three perspectives where there is a ledger. First `cost_usd`
    and its payers up to each day, [d + 1], where what is due before anybody is admitted stands at the start. came: `settled`,
    less that of the reference unless what its entrants contribute is taken off later. aside: see `for_emigrants`, `for_posts`."""
    ledger, values = scenario.ledger or Ledger(), world.values
    factor = discount_factors(bind.number(ledger.discount_per_year, values), scenario.days)
    paid = _for_those_admitted(outcome)
    others = other_costs(scenario, policy, values, world.politics, outcome.open_days)
    trade = forgone(scenario, policy, values)
    fixed = fixed_costs(scenario, policy, values)
    due, start = paid.sum(axis=1) + others + trade, float(fixed.sum())
    paths, cost = {"cost_usd": up_to(start, factor * due)}, float(factor @ due) + start
    by_offer = up_to(fixed, factor[:, None] * paid)
    money = {"cost_usd": cost}
    if aside is not None:
        told = other_costs(
            _heard_of(scenario, policy, aside), policy, values, world.politics, outcome.open_days
        )
        offered = zip(programmes_of(scenario, policy), by_offer[-1].tolist(), strict=True)
        admitted = sum(usd for programme, usd in offered if programme.name in aside.programmes)
        money[aside.outcome] = admitted + float(factor @ told)
    if scenario.ledger is None:
        return paths, money
    paths |= _payers(scenario, policy, by_offer, factor * others, factor * trade)
    money |= {name: float(path[-1]) for name, path in paths.items() if name != "cost_usd"}
    deaths = result.get("defender_deaths", 0.0) + result.get("civilian_deaths", 0.0)
    contributed = float(factor @ _contributed(scenario, came, values))
    society = society_cost(
        cost,
        contributed,
        result.get("host_incidents", 0.0),
        bind.number(ledger.incident_cost_usd, values),
        deaths,
        bind.number(ledger.coalition_life_usd, values),
    )
    money["contributions_usd"] = contributed
    money["cost_usd.coalition_budget"] = cost - float(factor @ trade)
    money["cost_usd.coalition_society"] = society
    money["cost_usd.everyone"] = everyone_cost(
        society,
        float(factor @ outcome.transfers),
        result["killed"],
        bind.number(ledger.invader_life_usd, values),
    )
    return paths, money


def contributions(scenario: Scenario, values: Mapping[str, float]) -> Floats:
    """K3: dollars that an entrant of each group contributes, present value at entry, [g]."""
    ledger = scenario.ledger or Ledger()
    years, rate = (bind.number(x, values) for x in (ledger.contribution_years, ledger.discount_per_year))
    yearly = [
        bind.number(group.contribution_usd_per_year or ledger.contribution_usd_per_year, values)
        for group in scenario.groups
    ]
    return np.array([contribution(usd, years, rate) for usd in yearly])


def settled(
    scenario: Scenario, policy: str, outcome: Outcome, persons: NDArray[np.float64], world: World
) -> Floats:
    """Persons who have left by each route and are not expected to be handed or sent back, [d + 1, g, r]. persons:
    [d + 1, g, state]."""
    programmes = programmes_of(scenario, scenario.policy(policy))
    lost = outcome.exchanged.copy()
    gone = outcome.completed * world.population.weight[:, None]
    kept = np.ones((len(gone), len(scenario.routes)))
    options = tuple(options_of(scenario.routes, programmes))
    for o, option in enumerate(options):
        if option.programme >= 0:
            back = bind.number(programmes[option.programme].refoulement_share, world.values)
            lost[:, o] += back * gone[:, o]
    for r in range(len(scenario.routes)):
        taken = np.array([option.route == r for option in options], np.bool_)
        total = gone[:, taken].sum(axis=1)
        left = np.maximum(total - lost[:, taken].sum(axis=1), 0.0)  # two shares may add up to more than one
        np.divide(left, total, out=kept[:, r], where=total > 0.0)
    return persons[:, :, FIRST_ROUTE : FIRST_ROUTE + len(scenario.routes)] * kept


def _contributed(scenario: Scenario, came: Floats, values: Mapping[str, float]) -> Floats:
    """Dollars that the entrants of each day contribute, [d]: those who leave by a route that some offer of the scenario serves
    for them, whether they use the offer or go without it. came: as for `money_of`."""
    served = {(name, one.route) for one in scenario.programmes for name in one.groups}
    worth = [
        [usd * ((group.name, route.name) in served) for route in scenario.routes]
        for group, usd in zip(scenario.groups, contributions(scenario, values), strict=True)
    ]
    return np.diff(came.reshape(len(came), -1) @ np.reshape(worth, -1))


def less_reference(own: dict[str, float], reference: dict[str, float]) -> dict[str, float]:
    """K4: outcomes of one policy where what the reference's entrants contribute is no gain of it."""
    already = reference.get("contributions_usd", 0.0)  # without a ledger nobody contributes
    by = {"contributions_usd": -already, "cost_usd.coalition_society": already, "cost_usd.everyone": already}
    return {name: value + by.get(name, 0.0) for name, value in own.items()}


def for_emigrants(scenario: Scenario) -> Aside | None:
    """Programmes open to people at home and to nobody else; None where the scenario has none, or nobody but people at home."""
    home = {group.name for group in scenario.groups if group.place == "home"}
    theirs = frozenset(one.name for one in scenario.programmes if set(one.groups) <= home)
    if not theirs or len(home) == len(scenario.groups):
        return None
    return Aside("emigrants_cost_usd", theirs)


def for_posts(scenario: Scenario, values: Mapping[str, float]) -> Aside:
    """Programmes open at posts to nobody who carries out the crackdown, whose leaving would lower it. scenario: of those at posts
    alone."""
    regime = scenario.regime or Regime()
    felt = bind.number(regime.enforcement_exponent, values) > 0.0
    enforcers = set(regime.enforcers if felt else ())
    theirs = frozenset(one.name for one in scenario.programmes if not enforcers & set(one.groups))
    return Aside("posts_cost_usd", theirs)


def _heard_of(scenario: Scenario, policy: Policy, aside: Aside) -> Scenario:
    """The scenario with the channels alone that a policy pays for to tell of programmes aside, and of no other: nobody of the
    force hears them."""
    force = {group.name for group in scenario.groups if group.place != "home"}
    offered = {programme.name for programme in programmes_of(scenario, policy)}
    return replace(
        scenario,
        levers=(),
        channels=tuple(
            one
            for one in scenario.channels
            if (told := set(one.programmes) & offered)
            and told <= aside.programmes
            and not force & set(one.groups)
            and speaks_from(one, policy, scenario.days) == scenario.days
        ),
    )


def _payers(
    scenario: Scenario, policy: Policy, by_offer: Floats, others: Floats, trade: Floats
) -> dict[str, Floats]:
    """Who pays `cost_usd`, up to each day, [d + 1]: guarantors for their programmes, budgets for channels and levers, and
    societies what they forgo. Nothing where programmes do not say who stands behind them. by_offer: what each programme of the
    policy has cost up to each day, [d + 1, p]; others, trade: dollars of each day, [d]; all discounted."""
    named = payers(scenario)
    if not named:
        return {}
    result = {f"paid_usd.{payer}": np.zeros(scenario.days + 1) for payer in named}
    for programme, paid in zip(programmes_of(scenario, policy), by_offer.T, strict=True):
        result[f"paid_usd.{programme.guarantor}"] += paid
    result["paid_usd.channels and levers"] = up_to(0.0, others)
    if any(lever.forgone_usd_per_day != ZERO for lever in scenario.levers):
        result["paid_usd.societies"] = up_to(0.0, trade)
    return result


def payers(scenario: Scenario) -> list[str]:
    """Guarantors of the programmes, those at posts among them; none where a programme does not name its own."""
    named = {programme.guarantor for programme in (*scenario.programmes, *scenario.posts.programmes)}
    return [] if None in named else sorted(str(one) for one in named)


def up_to(start: float | Floats, daily: Floats) -> Floats:
    """What has come together up to each day, [d + 1]; of several series at once, [d + 1, p], where daily is [d, p]."""
    return np.cumsum(np.concatenate((np.reshape(start, (1, *daily.shape[1:])), daily)), axis=0)


def _for_those_admitted(outcome: Outcome) -> Floats:
    """Dollars of each day that each programme pays for those admitted, [d, p]; rests of spent budgets at the end."""
    paid = outcome.paid.copy()
    paid[-1] += outcome.spent - outcome.paid.sum(axis=0)
    return paid


@lru_cache(maxsize=1024)
def discount_factors(rate_per_year: float, days: int) -> Floats:
    """K1 for a dollar due on each day, [d]; to be read only."""
    factors = np.array([discount_factor(rate_per_year, float(day)) for day in range(days)])
    factors.flags.writeable = False
    return factors
