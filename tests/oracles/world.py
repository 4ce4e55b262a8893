"""The programme's world as expected numbers of one group, day by day: plain to check.

One group of `persons` faces two routes of stated value: to desert, and to accept a programme that pays cash for a video. Who
accepts needs to know of the programme (I1), and believes it by what is seen (I3, I4). The regime answers (R1 to R4), support
moves (I6), and a lever raises the danger. Soldiers differ only in the rank at which they hear of the offer, so a large
population follows these numbers. Every formula is written out here again, from the documentation.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
RANKS = 2000


@dataclass(frozen=True)
class World:
    """What is stated; the names are those of a scenario file."""

    persons: float = 100_000.0
    days: int = 120
    window_per_day: float = 0.02
    desert_utility: float = -3.0
    accept_utility: float = -4.0
    caught_probability: float = 0.3
    killed_probability: float = 0.05
    casualty_per_day: float = 0.0005
    cash_usd: float = 50_000.0
    wealth_usd: float = 10_000.0
    money_weight: float = 2.0
    reach_per_day: float = 0.01
    credibility: float = 0.5
    cordon_sensitivity: float = 1.0
    cordon: float = 0.2
    word_of_mouth_per_day: float = 0.05
    testimony_reach_per_day: float = 1e-5
    testimony_decay_per_day: float = 0.02
    testimony_cordon_sensitivity: float = 0.5
    trust_mean: float = 0.2
    trust_weight: float = 50.0
    seen_share: float = 0.05
    loss_weight: float = 2.0
    publicised_share: float = 0.5
    video_sincere_probability: float = 0.6
    video_insincere_probability: float = 0.15
    discovery_probability: float = 0.7
    default_share: float = 0.05
    counter_messages_per_day: float = 0.1
    support_weight: float = 1.0
    support_rate: float = 0.02
    testimony_effect: float = 0.4
    testimony_half_videos: float = 500.0
    propaganda_effect: float = 0.3
    losses_effect: float = 1.0
    propaganda_share: float = 0.4
    propaganda_increase: float = 0.3
    gain_per_week: float = 0.1
    decay_per_week: float = 0.2
    tolerance_per_day: float = 100.0
    ceiling_share: float = 0.8
    detected_share: float = 0.5
    capture_log_odds: float = 1.0
    killed_log_odds: float = 0.5
    barrier_share: float = 0.5
    death_hazard_increase: float = 0.5
    cordon_increase: float = 1.0
    grievance_weight: float = 0.5
    grievance_per_thousand: float = 0.01
    grievance_decay_per_day: float = 0.01
    death_hazard_factor: float = 1.2


@dataclass(frozen=True)
class Paths:
    """What becomes of it: levels on each day [days], and persons at the end of each [days + 1]."""

    crackdown: Floats
    aware: Floats
    trust: Floats
    videos: Floats
    support: Floats
    grievance: Floats
    serving: Floats
    deserted: Floats
    accepted: Floats
    caught: Floats
    killed: Floats


def simulate(world: World, *, programme: bool = True) -> Paths:
    """Expected numbers under a policy with the programme, its channel and the lever, or under one with nothing."""
    w = world
    rank = (np.arange(RANKS) + 0.5) / RANKS
    serving = np.full(RANKS, w.persons / RANKS)
    crackdown = aware = videos = support = grievance = 0.0
    good, bad = w.trust_mean * w.trust_weight, (1.0 - w.trust_mean) * w.trust_weight
    total = dict.fromkeys(("deserted", "accepted", "caught", "killed"), 0.0)
    seen = 0.0
    today = dict.fromkeys(("accepted", "jailed", "died trying"), 0.0)
    levels: list[tuple[float, ...]] = []
    persons: list[tuple[float, ...]] = [(w.persons, 0.0, 0.0, 0.0, 0.0)]
    for day in range(w.days):
        # What happened yesterday, under the crackdown of yesterday, acts this morning.
        if day > 0:
            propaganda = min(1.0, w.propaganda_share + w.propaganda_increase * crackdown)
            cordon = w.cordon + w.cordon_increase * crackdown
            passes, told = exp(-w.cordon_sensitivity * cordon), exp(-w.testimony_cordon_sensitivity * cordon)
            if programme:
                heard = w.reach_per_day * passes + w.testimony_reach_per_day * videos * told
                aware = _bass(aware, heard, w.word_of_mouth_per_day)
                ratio = w.video_sincere_probability / w.video_insincere_probability
                llr = log(w.discovery_probability + (1.0 - w.discovery_probability) * ratio)
                kept = today["accepted"] * (1.0 - w.default_share)
                seen_share = w.seen_share * told * w.credibility
                good += seen_share * (llr * today["accepted"] + w.publicised_share * kept)
                bad += seen_share * w.loss_weight * today["accepted"] * w.default_share
                bad += w.counter_messages_per_day * propaganda
            videos = videos * exp(-w.testimony_decay_per_day) + today["accepted"]
            drawn = (
                -w.testimony_effect * told * videos / (w.testimony_half_videos + videos)
                + w.propaganda_effect * (propaganda - w.propaganda_share)
                - w.losses_effect * total["killed"] / w.persons
            )
            support += (1.0 - exp(-w.support_rate)) * (min(1.0, max(-1.0, drawn)) - support)
            bred = (today["jailed"] + today["died trying"]) / max(float(serving.sum()), 1e-12)
            grievance = grievance * exp(-w.grievance_decay_per_day) + w.grievance_per_thousand * 1000.0 * bred
        trust = good / (good + bad)
        if day > 0 and day % 7 == 0:
            risen = crackdown * (1.0 - w.decay_per_week) + w.gain_per_week * log(
                1.0 + seen / 7.0 / w.tolerance_per_day
            )
            crackdown, seen = min(w.ceiling_share, max(0.0, risen)), 0.0
        levels.append((crackdown, aware, trust, videos, support, grievance))

        # The day itself: hazards are constant in it, and everybody leaves by one of them.
        stay = w.support_weight * support - w.grievance_weight * grievance
        money = trust * w.money_weight * log(1.0 + w.cash_usd / w.wealth_usd)
        knows = (rank <= aware) & programme
        offer = np.where(knows, exp(w.accept_utility + money - stay), 0.0)
        desert = exp(w.desert_utility - stay)
        window = w.window_per_day * (1.0 - w.barrier_share * crackdown)
        chance = window / (1.0 + desert + offer)
        lever = w.death_hazard_factor if programme else 1.0
        death = w.casualty_per_day * (1.0 + w.death_hazard_increase * crackdown) * lever
        hazard = chance * (desert + offer) + death
        leaving = serving * -np.expm1(-hazard) / hazard
        tries = {
            "deserted": float((leaving * chance * desert).sum()),
            "accepted": float((leaving * chance * offer).sum()),
        }
        fallen = float((leaving * death).sum())
        serving = serving * np.exp(-hazard)
        success, arrest, end = _risks(w, crackdown)
        trying = sum(tries.values())
        today = {
            "accepted": tries["accepted"] * success,
            "jailed": trying * arrest,
            "died trying": trying * end,
        }
        seen += w.detected_share * trying * success + trying * arrest
        total["deserted"] += tries["deserted"] * success
        total["accepted"] += tries["accepted"] * success
        total["caught"] += trying * arrest
        total["killed"] += fallen + trying * end
        persons.append((float(serving.sum()), *total.values()))
    return Paths(*np.array(levels).T, *np.array(persons).T)


def _bass(aware: float, external: float, word_of_mouth: float) -> float:
    """A day of dA/dt = (p + q A)(1 - A), in a thousand steps of Heun's method."""
    step = 1e-3
    for _ in range(1000):
        slope = (external + word_of_mouth * aware) * (1.0 - aware)
        ahead = aware + step * slope
        aware += 0.5 * step * (slope + (external + word_of_mouth * ahead) * (1.0 - ahead))
    return aware


def _risks(world: World, crackdown: float) -> tuple[float, float, float]:
    """Success, arrest and death in an attempt: the crackdown moves the odds of the last two against the first."""
    success = 1.0 - world.caught_probability - world.killed_probability
    arrest = world.caught_probability * exp(world.capture_log_odds * crackdown)
    death = world.killed_probability * exp(world.killed_log_odds * crackdown)
    whole = success + arrest + death
    return success / whole, arrest / whole, death / whole


def as_scenario(world: World) -> str:
    """The same world as a scenario file with two policies, `nothing` and `everything`."""
    w = world
    return f"""
title = "The programme's world in one group"
start = 2022-02-24
days = {w.days}

[[group]]
name = "soldiers"
size = {w.persons}
support = 0.0
casualty_per_day = {w.casualty_per_day}
wealth_usd = {w.wealth_usd}

[[route]]
name = "desert"
window_per_day = {w.window_per_day}
utility = {w.desert_utility}
caught_probability = {w.caught_probability}
killed_probability = {w.killed_probability}

[[route]]
name = "accept"
window_per_day = {w.window_per_day}
utility = {w.accept_utility}
caught_probability = {w.caught_probability}
killed_probability = {w.killed_probability}
needs_programme = true

[choice]
money_weight = {w.money_weight}
support_weight = {w.support_weight}
grievance_weight = {w.grievance_weight}

[[programme]]
name = "cash for a video"
route = "accept"
cash_usd = {w.cash_usd}
testimony = "mandatory"
default_share = {w.default_share}

[[channel]]
name = "radio"
kind = "broadcast"
reach_per_day = {w.reach_per_day}
credibility = {w.credibility}
cordon_sensitivity = {w.cordon_sensitivity}

[information]
word_of_mouth_per_day = {w.word_of_mouth_per_day}
testimony_reach_per_day = {w.testimony_reach_per_day}
testimony_decay_per_day = {w.testimony_decay_per_day}
testimony_cordon_sensitivity = {w.testimony_cordon_sensitivity}
cordon = {w.cordon}

[trust]
mean = {w.trust_mean}
weight = {w.trust_weight}
seen_share = {w.seen_share}
loss_weight = {w.loss_weight}
publicised_share = {w.publicised_share}
video_sincere_probability = {w.video_sincere_probability}
video_insincere_probability = {w.video_insincere_probability}
discovery_probability = {w.discovery_probability}
counter_messages_per_day = {w.counter_messages_per_day}

[support]
rate_per_day = {w.support_rate}
testimony_effect = {w.testimony_effect}
testimony_half_videos = {w.testimony_half_videos}
propaganda_effect = {w.propaganda_effect}
losses_effect = {w.losses_effect}

[regime]
gain_per_week = {w.gain_per_week}
decay_per_week = {w.decay_per_week}
tolerance_per_day = {w.tolerance_per_day}
ceiling_share = {w.ceiling_share}
detected_share = {w.detected_share}
capture_log_odds = {w.capture_log_odds}
killed_log_odds = {w.killed_log_odds}
barrier_share = {w.barrier_share}
death_hazard_increase = {w.death_hazard_increase}
cordon_increase = {w.cordon_increase}
propaganda_share = {w.propaganda_share}
propaganda_increase = {w.propaganda_increase}
grievance_per_thousand = {w.grievance_per_thousand}
grievance_decay_per_day = {w.grievance_decay_per_day}

[[lever]]
name = "arms"
kind = "arms"
death_hazard_factor = {w.death_hazard_factor}

[[policy]]
name = "nothing"

[[policy]]
name = "everything"
programmes = ["cash for a video"]
levers = ["arms"]
"""
