"""From a scenario and one draw to the programme's world: channels, trust, support, the regime, levers."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from offramp.engine.bind import daily, number
from offramp.engine.inputs import (
    Floats,
    Information,
    Ints,
    Levers,
    Regime,
    Setting,
    Signal,
    Support,
    Top,
    Trust,
)
from offramp.engine.menu import programmes_of
from offramp.engine.offering import dates
from offramp.engine.population import supports
from offramp.model.escalation import offer_strength
from offramp.model.information import log_likelihood_ratio
from offramp.model.regime import risen
from offramp.scenario import tables_world as tables
from offramp.scenario.tables import Choice as ChoiceTable
from offramp.scenario.tables import Policy, Scenario
from offramp.scenario.tables_endings import Offramp

Values = Mapping[str, float]


def _information(scenario: Scenario, policy: Policy, values: Values) -> Information:
    days, table = scenario.days, scenario.information or tables.Information()
    programmes = programmes_of(scenario, policy)
    channels = [channel for channel in scenario.channels if channel.name in policy.channels]
    multiplier = {
        "broadcast": number(table.broadcast_multiplier, values),
        "personal": number(table.personal_multiplier, values),
    }
    spoken = number(table.testimony_multiplier, values)
    reach = [
        multiplier[c.kind] * number(c.reach_per_day, values) * daily(c.intensity, values, days)
        for c in channels
    ]
    return Information(
        told=np.array([bool(scenario.channels) and p.awareness_share is None for p in programmes], np.bool_),
        reach=np.array(reach, dtype=np.float64).reshape(len(channels), days),
        sensitivity=np.array([number(c.cordon_sensitivity, values) for c in channels], dtype=np.float64),
        credibility=np.array([number(c.credibility, values) for c in channels], dtype=np.float64),
        to=_named([c.groups for c in channels], [group.name for group in scenario.groups]),
        of=_named([c.programmes for c in channels], [p.name for p in programmes]),
        since=np.array([speaks_from(c, policy, days) for c in channels], np.int64),
        ceiling=number(table.reach_ceiling_per_day, values, math.inf),
        word_of_mouth=spoken * number(table.word_of_mouth_per_day, values),
        testimony=spoken * number(table.testimony_reach_per_day, values),
        testimony_decay=number(table.testimony_decay_per_day, values),
        testimony_sensitivity=number(table.testimony_cordon_sensitivity, values),
        testimony_weight=np.array([number(group.testimony_weight, values) for group in scenario.groups]),
        cordon=daily(table.cordon, values, days),
        outside=number(table.outside_awareness_share, values),
        bias=np.array([number(group.information_bias_share, values) for group in scenario.groups]),
    )


def speaks_from(channel: tables.Channel, policy: Policy, never: int) -> int:
    """Day from which a channel speaks under a policy, whether an offer stands or none: people who talk anyway and news that is
    no offer's on every day, a broadcast of offers from the policy's `broadcasts_from`; `never` where that is not stated.

    A broadcast of offers is on the air, is heard and is paid for also while one of them stands.
    """
    if channel.kind == "personal" or not channel.programmes:
        return 0
    return never if policy.broadcasts_day is None else policy.broadcasts_day


def _named(
    chosen: list[tuple[str, ...]], names: list[str]
) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    return np.array([[name in some for name in names] for some in chosen], np.bool_).reshape(
        len(chosen), len(names)
    )


def _trust(scenario: Scenario, policy: Policy, values: Values) -> Trust:
    table = scenario.trust
    programmes = programmes_of(scenario, policy)
    nothing = np.zeros(len(programmes))
    if table is None:
        return Trust(np.zeros(len(programmes), np.bool_), nothing, nothing, 0.0, 0.0, 0.0, 0.0, nothing)

    def video(rule: str) -> float:
        if (
            table.video_sincere_probability is None
            or table.video_insincere_probability is None
            or rule == "none"
        ):
            return 0.0
        discovery = number(table.discovery_probability, values) if rule == "mandatory" else 0.0
        sincere = number(table.video_sincere_probability, values)
        return log_likelihood_ratio(sincere, number(table.video_insincere_probability, values), discovery)

    def own(key: str) -> Floats:
        stated = [getattr(p, f"trust_{key}") for p in programmes]
        default = getattr(table, key)
        return np.array(
            [number(one if one is not None else default, values) for one in stated], dtype=np.float64
        )

    return Trust(
        formed=np.array([p.trust is None for p in programmes], np.bool_),
        mean=own("mean"),
        weight=own("weight"),
        seen=number(table.seen_share, values),
        loss_weight=number(table.loss_weight, values),
        publicised=number(table.publicised_share, values),
        counter=number(table.counter_messages_per_day, values),
        video=np.array([video(p.testimony) for p in programmes], dtype=np.float64),
    )


def support(scenario: Scenario, values: Values) -> Support:
    """What moves support in this draw, the same under every policy."""
    table = scenario.support

    start = np.zeros(len(scenario.groups))
    for g, group in enumerate(scenario.groups):
        if table is not None and group.support is not None:
            start[g] = np.mean(supports(group.support, values))
    if table is None:
        return Support(False, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, start)
    return Support(
        on=True,
        rate=number(table.rate_per_day, values),
        testimony=number(table.testimony_effect, values),
        half=number(table.testimony_half_videos, values, 1.0),
        propaganda=number(table.propaganda_effect, values),
        losses=number(table.losses_effect, values),
        backlash=number(table.backlash_effect, values),
        collateral=number(table.collateral_effect, values),
        start=start,
    )


def regime(scenario: Scenario, values: Values) -> Regime:
    """The regime of this draw, the same under every policy."""
    table = scenario.regime or tables.Regime()
    path = table.crackdown
    return Regime(
        given=path is not None,
        path=daily(path, values, scenario.days),
        start=number(table.crackdown_start, values),
        gain=number(table.gain_per_week, values),
        decay=number(table.decay_per_week, values),
        tolerance=number(table.tolerance_per_day, values, 1.0),
        ceiling=np.full(scenario.days, number(table.ceiling_share, values)),
        detected=number(table.detected_share, values),
        capture=number(table.capture_log_odds, values),
        killed=number(table.killed_log_odds, values),
        reprisal=number(table.reprisal_log_odds, values),
        barrier=number(table.barrier_share, values),
        detection=number(table.detection_increase, values),
        hazard=number(table.death_hazard_increase, values),
        sentence=number(table.sentence_increase, values),
        strength=number(table.strength_loss_share, values),
        cordon=number(table.cordon_increase, values),
        propaganda=number(table.propaganda_share, values),
        propaganda_increase=number(table.propaganda_increase, values),
        grievance=number(table.grievance_per_thousand, values),
        grievance_decay=number(table.grievance_decay_per_day, values),
        backfire=np.array([number(group.backfire_factor, values) for group in scenario.groups]),
    )


def levers_of(scenario: Scenario, policy: Policy) -> tuple[tables.Lever, ...]:
    """The levers of a policy, in the order of the file."""
    return tuple(lever for lever in scenario.levers if lever.name in policy.levers)


def in_use(lever: tables.Lever, days: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Days on which the lever is in use, [d]."""
    day = np.arange(days)
    return (day >= lever.start_day) & (day < lever.end_day)


def factor_of(lever: tables.Lever, key: str, values: Values, days: int) -> Floats:
    """The lever's factor of this key, [d]; 1 while it is not in use."""
    return np.where(in_use(lever, days), daily(getattr(lever, key), values, days), 1.0)


def by_levers(scenario: Scenario, policy: Policy, values: Values, key: str) -> Floats:
    """What the policy's levers add up to in this key on each day, [d]."""
    total = np.zeros(scenario.days)
    for lever in levers_of(scenario, policy):
        total += in_use(lever, scenario.days) * daily(getattr(lever, key), values, scenario.days)
    return total


def hazard_ceiling(scenario: Scenario, values: Values) -> Floats:
    """The largest factor on the hazard of death and wounds at the front that any policy may reach, [d].

    It is that of all levers of the file at once, whoever uses them, so that another policy changes nobody's candidates."""
    regime = scenario.regime or tables.Regime()
    factor = np.full(scenario.days, max(1.0, risen(1.0, number(regime.death_hazard_increase, values), 1.0)))
    for lever in scenario.levers:
        factor *= np.maximum(1.0, factor_of(lever, "death_hazard_factor", values, scenario.days))
    return factor


def collateral_of(scenario: Scenario, policy: Policy, values: Values) -> Floats:
    """How hard the policy's levers hit ordinary people, [d]: as hard as the one that hits hardest."""
    hit = np.zeros(scenario.days)
    for lever in levers_of(scenario, policy):
        path = daily(lever.collateral_share, values, scenario.days)
        hit = np.maximum(hit, in_use(lever, scenario.days) * path)
    return hit


def _levers(scenario: Scenario, policy: Policy, values: Values) -> Levers:
    days, table = scenario.days, scenario.choice or ChoiceTable()
    hazard = np.ones(days)
    for lever in levers_of(scenario, policy):
        hazard *= factor_of(lever, "death_hazard_factor", values, days)
    pay = by_levers(scenario, policy, values, "log_pay_shift")
    hardship = by_levers(scenario, policy, values, "hardship_shift")
    return Levers(
        hazard=hazard,
        pay=number(table.pay_weight, values) * pay,
        hardship=number(table.hardship_weight, values) * hardship,
        collateral=collateral_of(scenario, policy, values),
    )


def signal(scenario: Scenario, policy: Policy, values: Values, error: float) -> Signal:
    """The policy's off-ramp as soldiers see it. error: standard normal, the draw's."""
    ramp = offramp_of(scenario, policy)
    if ramp is None:
        return Signal(1.0, 2.0, 0, 0, 0.0, 0.0, 0.0)
    return Signal(
        factor=math.exp(number(ramp.estimate_error_log_odds, values) * error),
        threshold=number(ramp.threshold_probability, values),
        lag=ramp.lag_days,
        days=ramp.valid_days,
        strength=strength_of(ramp, values),
        early=number(ramp.early_probability, values),
        shift=number(ramp.early_log_odds, values),
    )


def strength_of(ramp: Offramp, values: Values) -> float:
    """N8: strength of the off-ramp while it stands, with personal guarantees."""
    return offer_strength(number(ramp.strength_share, values), number(ramp.guarantee_share, values))


def offramp_of(scenario: Scenario, policy: Policy) -> Offramp | None:
    """The off-ramp that the policy names."""
    return next((one for one in scenario.offramps if one.name == policy.offramp), None)


def setting(
    scenario: Scenario,
    policy: Policy,
    values: Values,
    support: Support,
    regime: Regime,
    top: Top,
    error: float,
) -> Setting:
    """The programme's world under one policy in this draw. support, regime: the draw's, see `support` and `regime`; top: what
    happens there, see `engine.top`; error: see `signal`.
    """
    return Setting(
        _information(scenario, policy, values),
        _trust(scenario, policy, values),
        support,
        regime,
        _levers(scenario, policy, values),
        top,
        signal(scenario, policy, values, error),
    )


def other_costs(
    scenario: Scenario, policy: Policy, values: Values, politics: float, open_days: Ints
) -> Floats:
    """Dollars of each day that budgets pay for the policy's channels and levers, [d]; a lever's fixed cost: on its first day.

    A channel is paid for while it speaks: see `speaks_from`; a broadcast of offers from the announcement of one until it ends,
    is given up or has spent its budget. politics: the draw's; open_days: days at whose dawn each programme had money left, [p].
    """
    days = scenario.days
    total = np.zeros(days)
    day = np.arange(days)
    running: dict[str, NDArray[np.bool_]] = {}
    for programme, open_day in zip(programmes_of(scenario, policy), open_days, strict=True):
        announced, _, end = dates(scenario, programme, values, politics)
        running[programme.name] = (day >= announced) & (day < min(end, open_day))
    for channel in scenario.channels:
        if channel.name in policy.channels:
            told = [running[name] for name in channel.programmes if name in running]
            used = np.logical_or.reduce([day >= speaks_from(channel, policy, days), *told])
            spent = number(channel.cost_usd_per_day, values) * daily(channel.intensity, values, days)
            total += np.where(used, spent, 0.0)
    for lever in levers_of(scenario, policy):
        if lever.start_day < days:
            total[max(lever.start_day, 0)] += number(lever.cost_usd, values)
    return total + by_levers(scenario, policy, values, "cost_usd_per_day")


def forgone(scenario: Scenario, policy: Policy, values: Values) -> Floats:
    """Dollars of each day that the coalition's societies forgo by the policy's levers, [d]."""
    return by_levers(scenario, policy, values, "forgone_usd_per_day")
