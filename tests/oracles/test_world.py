"""The oracle of the programme's world against closed forms, and the model's own functions against the oracle."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from offramp.model import bass_awareness, competing_risks
from offramp.model.information import (
    awareness_step,
    bad_cases,
    effective_reach,
    good_cases,
    log_likelihood_ratio,
    permeability,
    saturation,
    support_shift,
    support_step,
)
from offramp.model.offers import attempt_risks
from offramp.model.regime import crackdown_step, grievance_step, propaganda
from offramp.scenario import loads
from tests.oracles.world import World, as_scenario, simulate

QUIET = World(gain_per_week=0.0, grievance_per_thousand=0.0, losses_effect=0.0, counter_messages_per_day=0.0)


def test_without_a_world_it_is_competing_risks() -> None:
    paths = simulate(QUIET, programme=False)
    desert = QUIET.window_per_day * math.exp(-3.0) / (1.0 + math.exp(-3.0))
    success = 1.0 - QUIET.caught_probability - QUIET.killed_probability
    known = competing_risks([desert, QUIET.casualty_per_day], [60, 120])
    assert paths.serving[[60, 120]] == pytest.approx(QUIET.persons * known.survival, rel=1e-12)
    assert paths.deserted[[60, 120]] == pytest.approx(
        QUIET.persons * success * known.incidence[:, 0], rel=1e-12
    )


def test_word_spreads_as_bass_has_it() -> None:
    deaf = replace(QUIET, testimony_reach_per_day=0.0)
    reach = deaf.reach_per_day * math.exp(-deaf.cordon_sensitivity * deaf.cordon)
    known = bass_awareness(np.arange(120), external=reach, word_of_mouth=deaf.word_of_mouth_per_day)
    assert simulate(deaf).aware == pytest.approx(known, abs=1e-7)


@pytest.mark.parametrize("programme", [True, False])
def test_nobody_is_lost(programme: bool) -> None:
    paths = simulate(World(), programme=programme)
    everybody = paths.serving + paths.deserted + paths.accepted + paths.caught + paths.killed
    assert everybody == pytest.approx(np.full(121, World().persons), rel=1e-12)
    assert (paths.accepted[-1] > 0.0) == programme


def test_every_part_of_the_world_matters() -> None:
    """Else the comparison with the engine would show nothing of it."""
    whole = simulate(World()).accepted[-1]
    parts = {
        "gain_per_week": 0.0,
        "cordon_increase": 0.0,
        "testimony_cordon_sensitivity": 0.0,
        "capture_log_odds": 0.0,
        "killed_log_odds": 0.0,
        "barrier_share": 0.0,
        "death_hazard_increase": 0.0,
        "death_hazard_factor": 1.0,
        "grievance_per_thousand": 0.0,
        "testimony_effect": 0.0,
        "propaganda_effect": 0.0,
        "losses_effect": 0.0,
        "testimony_reach_per_day": 0.0,
        "word_of_mouth_per_day": 0.0,
        "credibility": 1.0,
        "default_share": 0.5,
        "publicised_share": 0.0,
        "counter_messages_per_day": 0.0,
        "discovery_probability": 1.0,
    }
    moved = {key: simulate(replace(World(), **{key: value})).accepted[-1] for key, value in parts.items()}
    assert all(abs(end / whole - 1.0) > 5e-4 for end in moved.values()), moved


def test_the_file_says_the_same() -> None:
    scenario = loads(as_scenario(World()))
    assert scenario.inputs == ()
    assert [policy.channels for policy in scenario.policies] == [(), ("radio",)]
    assert [policy.levers for policy in scenario.policies] == [(), ("arms",)]


def test_the_functions_of_the_model_walk_the_same_path() -> None:
    """Day by day, from the oracle's own state of yesterday and the events between."""
    w, paths = World(), simulate(World())
    llr = log_likelihood_ratio(
        w.video_sincere_probability, w.video_insincere_probability, w.discovery_probability
    )
    good, bad = w.trust_mean * w.trust_weight, (1.0 - w.trust_mean) * w.trust_weight
    for day in range(1, w.days):
        crackdown = paths.crackdown[day]
        if day % 7 == 0:
            gone = sum(
                (path[day] - path[day - 7]) * w.detected_share for path in (paths.deserted, paths.accepted)
            )
            seen = gone + paths.caught[day] - paths.caught[day - 7]
            expected = crackdown_step(
                paths.crackdown[day - 1],
                w.gain_per_week,
                w.decay_per_week,
                seen / 7.0,
                w.tolerance_per_day,
                w.ceiling_share,
            )
            assert crackdown == pytest.approx(expected, rel=1e-9)
        cordon = w.cordon + w.cordon_increase * paths.crackdown[day - 1]
        passes, told = (
            permeability(z, cordon) for z in (w.cordon_sensitivity, w.testimony_cordon_sensitivity)
        )
        reach = effective_reach(w.reach_per_day * passes, math.inf)
        reach += w.testimony_reach_per_day * paths.videos[day - 1] * told
        aware = awareness_step(paths.aware[day - 1], reach, w.word_of_mouth_per_day)
        assert paths.aware[day] == pytest.approx(aware, abs=1e-8)
        message = propaganda(w.propaganda_share, w.propaganda_increase, paths.crackdown[day - 1])
        admitted = paths.accepted[day] - paths.accepted[day - 1]
        known = w.seen_share * told * w.credibility
        good += good_cases(known, llr, admitted, w.publicised_share, admitted * (1.0 - w.default_share))
        bad += bad_cases(
            known, w.loss_weight, admitted * w.default_share, w.counter_messages_per_day, message
        )
        assert paths.trust[day] == pytest.approx(good / (good + bad), rel=1e-9)
        target = support_shift(
            0.0,
            w.testimony_effect * told * saturation(paths.videos[day], w.testimony_half_videos),
            w.propaganda_effect * (message - w.propaganda_share),
            w.losses_effect * paths.killed[day] / w.persons,
            0.0,
        )
        support = support_step(paths.support[day - 1], w.support_rate, target)
        assert paths.support[day] == pytest.approx(support, rel=1e-9)
        jailed = paths.caught[day] - paths.caught[day - 1]
        caught, killed = attempt_risks(
            w.caught_probability,
            w.killed_probability,
            0.0,
            w.capture_log_odds * paths.crackdown[day - 1],
            w.killed_log_odds * paths.crackdown[day - 1],
        )
        events = jailed * (1.0 + killed / caught)
        grievance = grievance_step(
            paths.grievance[day - 1],
            w.grievance_decay_per_day,
            w.grievance_per_thousand,
            1.0,
            events,
            paths.serving[day],
        )
        assert paths.grievance[day] == pytest.approx(grievance, rel=1e-9)
