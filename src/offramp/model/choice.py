"""Mechanism M1, the decision: windows open at a known rate, and who is offered one chooses from the whole menu.

Equations D1-D4 and D6 of the model's documentation; the benefit of an offer (D5) is in `offers`. Utilities are in utils, the
unit fixed by the logit scale; hazards are per day. Sources: random utility after McFadden (1974); decision times apart
from motives after Arcidiacono, Bayer, Blevins and Ellickson (2016); present bias after Laibson (1997).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from offramp.model.compiled import mechanism


def choice_probabilities(
    values: Sequence[float] | NDArray[np.float64], scale: float = 1.0
) -> NDArray[np.float64]:
    """D1: logit probabilities of a menu whose first entry is staying.

    values: utility of each option, utils, any order; scale: logit scale tau > 0, utils (0 picks the best option).
    Returns an array of the same length that sums to one.
    """
    v = np.asarray(values, dtype=np.float64)
    if scale < 0:
        raise ValueError("scale must not be negative")
    if scale == 0:
        best = v == v.max()
        return best / best.sum()
    weight = np.exp((v - v.max()) / scale)
    return weight / weight.sum()


def nest_value(values: Sequence[float] | NDArray[np.float64], dissimilarity: float) -> float:
    """Value of a nest of variants, lam ln sum exp(V / lam), for comparison with D2, which counts the best.

    values: utility of each variant, utils; dissimilarity: lam in (0, 1], 1 makes the variants separate options,
    towards 0 only the best counts.
    """
    if not 0 < dissimilarity <= 1:
        raise ValueError("dissimilarity must lie in (0, 1]")
    v = np.asarray(values, dtype=np.float64)
    top = float(v.max())
    return top + dissimilarity * math.log(float(np.exp((v - top) / dissimilarity).sum()))


@mechanism
def death_ahead(perceived_hazard: float, war_end: float, discount: float) -> float:
    """Discounted probability of dying while serving, mu / (mu + nu + rho): part of D3.

    perceived_hazard mu, war_end nu and discount rho are per day. 0 where nothing is feared.
    """
    if perceived_hazard <= 0.0:
        return 0.0
    return perceived_hazard / (perceived_hazard + war_end + discount)


@mechanism
def value_of_staying(
    pay: float,
    compensation: float,
    hardship: float,
    grievance: float,
    obedience: float,
    death_disutility: float,
    present_bias: float,
    death_ahead: float,
) -> float:
    """D3 without the soldier's own support (his share, weight times support, is added by the engine).

    pay: w_pay ln(pay ratio); compensation: w_comp ln(1 + payment / wealth), earned with probability `death_ahead`;
    hardship, grievance: utils lost; obedience: utils; death_disutility: utils, ahead and so weighted by present_bias.
    """
    return (
        pay
        + compensation * death_ahead
        - hardship
        - grievance
        + obedience
        - present_bias * death_disutility * death_ahead
    )


@mechanism
def capture_disutility(
    arrest: float, prison_per_year: float, sentence_days: float, present_bias: float, discount: float
) -> float:
    """The bracket of D4: arrest now, prison later, L_a + beta L_j (1 - e^{-rho Z}) / (365 rho), utils.

    sentence_days Z >= 0; discount rho per day, 0 gives undiscounted years.
    """
    years = (
        -math.expm1(-discount * sentence_days) / (365.0 * discount)
        if discount > 0.0
        else sentence_days / 365.0
    )
    return arrest + present_bias * prison_per_year * years


@mechanism
def value_of_leaving(
    caught: float,
    killed: float,
    benefit: float,
    capture_disutility: float,
    death_disutility: float,
    family: float,
    distaste: float,
    sent_back: float = 0.0,
) -> float:
    """D4 without identity and comrades: q_s (B - x L_c) - q_c L_c - q_d L_d - family - kappa, utils.

    caught q_c and killed q_d are probabilities with q_c + q_d <= 1; family is the term of `family_cost`; sent_back x is the
    believed probability that one who got through is exchanged later and punished as if he had been caught.
    """
    success = 1.0 - caught - killed
    through = success * (benefit - sent_back * capture_disutility)
    return through - caught * capture_disutility - killed * death_disutility - family - distaste


@mechanism
def family_harm_probability(
    reprisal: float, identified: float, video_factor: float, passage: float, leak: float
) -> float:
    """Probability that an exposed household is harmed after an exit: r_F id m (1 - e (1 - leak)), at most 1.

    reprisal r_F given identification; identified share id (1 with a video); video_factor m (1 without); passage e is the
    share of households evacuated, leak the share of those evacuated too late. Closed form T31.
    """
    return min(1.0, min(1.0, reprisal * video_factor) * identified * (1.0 - passage * (1.0 - leak)))


@mechanism
def harm_with_testimony(
    reprisal: float, identified: float, video_factor: float, passage: float, leak: float, anonymised: float
) -> float:
    """Probability that an exposed household is harmed after public testimony: with the face shown, or as without a video.

    anonymised: share of videos that do not show who speaks; the rest as in `family_harm_probability`.
    """
    shown = family_harm_probability(reprisal, 1.0, video_factor, passage, leak)
    hidden = family_harm_probability(reprisal, identified, 1.0, passage, leak)
    return shown + anonymised * (hidden - shown)


@mechanism
def family_cost(
    units: float, harm_probability: float, family_disutility: float, present_bias: float
) -> float:
    """The family term of D4, beta n_f P(harm) L_F, utils, for a soldier with an exposed household."""
    return present_bias * units * harm_probability * family_disutility
