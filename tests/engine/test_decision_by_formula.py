"""A whole decision, D1 to D5, worked out by the formulas and compared with what the engine's soldiers do.

One group, one route under one programme with or without testimony; everything constant, so the hazards
are constant and the shares by outcome are those of competing risks. Fixed seeds; bounds of 5.3 standard
errors (false alarm 1e-7 each).
"""

from __future__ import annotations

import math

import numpy as np
import pytest

import offramp.engine
import offramp.scenario
from tests.oracles import menu

Z = 5.33
DAYS, PERSONS, DRAWS = 60, 5000, 40

# The numbers of the scenario below, named once for the file and for the formula.
SUPPORT, WEALTH, LOG_PAY, KILLED = 0.2, 10_000.0, 0.6, 0.002
BETA, RHO, NU, OPTIMISM = 0.7, 3e-4, 1 / 365, 0.6
L_DEATH, L_ARREST, L_PRISON, SENTENCE, L_FAMILY = 10.0, 1.5, 0.6, 1200.0, 4.0
W_SUPPORT, W_PAY, W_COMPENSATION, COMPENSATION, OBEDIENCE, W_HARDSHIP, HARDSHIP = (
    1.2,
    0.5,
    0.3,
    118_000.0,
    0.1,
    0.5,
    0.4,
)
W_MONEY, ASYLUM, PASSAGE_WORTH, SAFETY, BASE_SAFETY, RETURNED, NEST, VIDEO = (
    1.0,
    1.5,
    0.8,
    0.3,
    0.4,
    0.5,
    0.5,
    3.0,
)
WINDOW, DISTASTE, LOYAL, CAUGHT, SHOT, REPRISAL, IDENTIFIED = 0.05, 0.9, 0.5, 0.12, 0.06, 0.1, 0.3
CASH, TRUST, LEGAL, PASSAGE, LEAK, SAFETY_SHARE, BONUS = 50_000.0, 0.6, 0.7, 0.5, 0.1, 0.8, 20_000.0

SCENARIO = f"""
title = "A whole decision"
start = 2022-02-24
days = {DAYS}
[[group]]
name = "soldiers"
size = {PERSONS}
support = {SUPPORT}
family_exposed_share = 1.0
wealth_usd = {WEALTH}
log_pay_ratio = {LOG_PAY}
casualty_per_day = {KILLED}
[choice]
present_bias = {BETA}
discount_per_day = {RHO}
death_disutility = {L_DEATH}
arrest_disutility = {L_ARREST}
prison_disutility_per_year = {L_PRISON}
sentence_days = {SENTENCE}
family_disutility = {L_FAMILY}
support_weight = {W_SUPPORT}
pay_weight = {W_PAY}
compensation_weight = {W_COMPENSATION}
death_compensation_usd = {COMPENSATION}
hardship_weight = {W_HARDSHIP}
hardship = {HARDSHIP}
optimism = {OPTIMISM}
war_end_per_day = {NU}
money_weight = {W_MONEY}
asylum_utility = {ASYLUM}
family_passage_utility = {PASSAGE_WORTH}
safety_utility = {SAFETY}
base_safety = {BASE_SAFETY}
returned_share = {RETURNED}
obedience = {OBEDIENCE}
nest_dissimilarity = {NEST}
video_reprisal_factor = {VIDEO}
[[route]]
name = "accept"
window_per_day = {WINDOW}
distaste = {DISTASTE}
loyalty_share = {LOYAL}
caught_probability = {CAUGHT}
killed_probability = {SHOT}
reprisal_probability = {REPRISAL}
identified_share = {IDENTIFIED}
needs_programme = true
[[programme]]
name = "offer"
route = "accept"
guarantor = "alliance"
trust = {TRUST}
cash_usd = {CASH}
legal_status = "asylum"
legal_probability = {LEGAL}
family_passage_share = {PASSAGE}
family_leak_share = {LEAK}
safety_share = {SAFETY_SHARE}
TESTIMONY
[[policy]]
name = "none"
[[policy]]
name = "offer"
programmes = ["offer"]
"""


def harm(video: bool, passage: float = PASSAGE) -> float:
    """T31: probability that an exposed household is harmed. passage: share brought out."""
    identified, factor = (1.0, VIDEO) if video else (IDENTIFIED, 1.0)
    return REPRISAL * factor * identified * (1.0 - passage * (1.0 - LEAK))


def staying() -> float:
    """D3."""
    mu = OPTIMISM * KILLED
    ahead = mu / (mu + NU + RHO)
    return (
        W_PAY * LOG_PAY
        + W_COMPENSATION * ahead * math.log(1.0 + COMPENSATION / WEALTH)
        + W_SUPPORT * SUPPORT
        - W_HARDSHIP * HARDSHIP
        + OBEDIENCE
        - BETA * L_DEATH * ahead
    )


def leaving(video: bool) -> float:
    """D4 with D5; the promise to bring the family out is believed as far as trust goes."""
    money = CASH + (BONUS if video else 0.0)
    promise = (
        W_MONEY * math.log(1.0 + money / WEALTH)
        + ASYLUM * LEGAL
        + PASSAGE_WORTH * PASSAGE
        + SAFETY * SAFETY_SHARE
    )
    benefit = BASE_SAFETY + TRUST * promise
    prison = L_ARREST + BETA * L_PRISON * (1.0 - math.exp(-RHO * SENTENCE)) / (365.0 * RHO)
    return (
        (1.0 - CAUGHT - SHOT) * benefit
        - CAUGHT * prison
        - SHOT * L_DEATH
        - BETA * harm(video, TRUST * PASSAGE) * L_FAMILY
        - DISTASTE
        - W_SUPPORT * SUPPORT * LOYAL
    )


@pytest.mark.slow
@pytest.mark.parametrize("testimony", ["none", "mandatory", "optional"])
def test_decision_by_formula(testimony: str) -> None:
    variants = {"none": [False], "mandatory": [True], "optional": [False, True]}[testimony]
    _, chosen = menu.nested_logit(staying(), {"accept": [leaving(video) for video in variants]}, NEST)
    attempts = WINDOW * sum(chosen["accept"])
    rates = np.array(
        [(1.0 - CAUGHT - SHOT) * attempts, KILLED + SHOT * attempts, CAUGHT * (1.0 - RETURNED) * attempts]
    )
    gone = 1.0 - math.exp(-rates.sum() * DAYS)
    expected = gone * rates / rates.sum()

    asked = f'testimony = "{testimony}"\n' + (f"testimony_bonus_usd = {BONUS}" if True in variants else "")
    scenario = offramp.scenario.loads(SCENARIO.replace("TESTIMONY", asked))
    model = offramp.engine.prepare(scenario, soldiers=PERSONS, seed=3)
    results = [model.run_draw(draw, {}, ("none", "offer")) for draw in range(DRAWS)]
    columns = [model.states.index(state) for state in ("accept", "killed", "imprisoned")]
    ends = sum(result.paths[1, -1, 0, columns].astype(np.float64) for result in results)
    n = PERSONS * DRAWS
    assert (np.abs(ends / n - expected) < Z * np.sqrt(expected * (1.0 - expected) / n)).all(), (
        ends / n,
        expected,
    )
    # without its programme the route does not exist
    assert all(result.paths[0, -1, 0, columns[0]] == 0.0 for result in results)

    shares = [p / sum(chosen["accept"]) for p in chosen["accept"]]
    harms = [harm(video) for video in variants]
    mean = sum(s * h for s, h in zip(shares, harms, strict=True))
    # the engine adds the probability of harm of each exit, so only the spread between variants is noise
    spread = sum(s * (h - mean) ** 2 for s, h in zip(shares, harms, strict=True))
    # who is caught is known for certain, with no video and nobody brought out
    harmed = sum(
        result.outcomes[1]["families_harmed"] - REPRISAL * result.outcomes[1]["caught"] for result in results
    )
    assert abs(harmed / ends[0] - mean) < Z * math.sqrt(spread / ends[0]) + 1e-6
