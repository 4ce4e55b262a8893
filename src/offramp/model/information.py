"""Mechanism M3, information and trust: who hears of an offer, what testimony is worth, and who believes.

Equations I1-I6 of the model's documentation. Contacts and rates are per day, cases are persons, support is in [-1, 1].
Sources: awareness after Bass (1969); trust as counts of good and bad cases, a Beta law; testimony weighed by its log
likelihood ratio after Lohmann (1994); small effects of broadcasts after Armand, Atwell and Gomes (2020).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from offramp.model.compiled import mechanism


@mechanism
def permeability(sensitivity: float, cordon: float) -> float:
    """Share of contacts that pass the information cordon, phi = exp(-z cordon), in (0, 1]."""
    return math.exp(-sensitivity * cordon)


@mechanism
def effective_reach(contacts: float, ceiling: float) -> float:
    """Contacts per person and day that count, c (1 - exp(-contacts / c)): reach saturates towards the ceiling c.

    ceiling: per day, above 0; infinite where contacts add up without limit.
    """
    if ceiling == math.inf:
        return contacts
    return -ceiling * math.expm1(-contacts / ceiling)


@mechanism
def awareness_after(aware: float, external: float, word_of_mouth: float, days: float) -> float:
    """I1 solved exactly: share who know after `days` of dA/dt = (p + q A)(1 - A), from `aware` in [0, 1].

    external p and word_of_mouth q are per day, not negative. Never falls, and stays within [0, 1].
    """
    rate = external + word_of_mouth
    start = external + word_of_mouth * aware
    if (
        start < 1e-200 or aware >= 1.0
    ):  # below, quotients lose their digits, and nobody would be reached in any time
        return aware
    # Sums of what is not negative: digits are kept however little is heard, and however late it is.
    told = rate * aware - external * (1.0 - aware) * math.expm1(-rate * days)
    return min(1.0, told / (start + word_of_mouth * (1.0 - aware) * math.exp(-rate * days)))


@mechanism
def awareness_step(aware: float, external: float, word_of_mouth: float) -> float:
    """I1 over one day: share who know tomorrow, from the share who know today."""
    return awareness_after(aware, external, word_of_mouth, 1.0)


def bass_awareness(
    days: ArrayLike, *, external: float, word_of_mouth: float, start: float = 0.0
) -> NDArray[np.float64]:
    """I1, T13: share of a group who know of an offer after `days` (scalar or any shape, days; not negative).

    external p: contacts per person and day; word_of_mouth q: contacts with others of the group, per person and day;
    start: share who know on day 0. Returns shares of the same shape. Source: Bass (1969).
    """
    if min(external, word_of_mouth) < 0 or not 0 <= start <= 1:
        raise ValueError("rates must not be negative, and start must be a share")
    times = np.asarray(days, dtype=np.float64)
    if (times < 0).any():
        raise ValueError("days must not be negative")
    values = [awareness_after(start, external, word_of_mouth, float(day)) for day in times.reshape(-1)]
    return np.array(values, dtype=np.float64).reshape(times.shape)


@mechanism
def videos_in_circulation(stock: float, decay: float, videos: float) -> float:
    """I2: videos in circulation, Y e^{-d} plus the day's videos, each times the weight of who speaks."""
    return stock * math.exp(-decay) + videos


@mechanism
def saturation(stock: float, half: float) -> float:
    """Y / (Y_half + Y): how far testimony is everywhere, in [0, 1). half > 0, videos."""
    return stock / (half + stock)


@mechanism
def video_likelihood_ratio(sincere: float, insincere: float, discovery: float) -> float:
    """I4, T14: how much likelier a content leaver is to be seen on a video than one who is not, d + (1 - d) v1 / v0.

    sincere v1, insincere v0 > 0: probabilities of volunteering a video; discovery d: probability that viewers learn that
    videos were mandatory, in which case one tells nothing. 0 for optional testimony. Ratios, not their logs, are averaged.
    """
    return discovery + (1.0 - discovery) * sincere / insincere


@mechanism
def log_likelihood_ratio(sincere: float, insincere: float, discovery: float) -> float:
    """I4: weight of one video in trust, the log of the ratio, never below 0: testimony cannot destroy trust."""
    return max(0.0, math.log(video_likelihood_ratio(sincere, insincere, discovery)))


@mechanism
def good_cases(seen: float, llr: float, videos: float, publicised: float, kept: float) -> float:
    """I3: what is added to the good count, seen (llr videos + publicised kept), cases.

    seen: share of cases that a person sees, times what of them passes the cordon, times the credibility of who tells.
    """
    return seen * (llr * videos + publicised * kept)


@mechanism
def bad_cases(
    seen: float, loss_weight: float, broken: float, counter_messages: float, propaganda: float
) -> float:
    """I3: what is added to the bad count, seen loss_weight broken + counter_messages propaganda, cases.

    seen: as for `good_cases`; the regime's own messages need pass no cordon.
    """
    return seen * loss_weight * broken + counter_messages * propaganda


def trust_after(
    mean: float,
    weight: float,
    *,
    kept: float = 0.0,
    broken: float = 0.0,
    videos: float = 0.0,
    likelihood_ratio: float = 1.0,
    seen: float = 1.0,
    loss_weight: float = 1.0,
) -> float:
    """I3, T14: believed probability that a promise is kept, (a + good) / (a + b + good + bad), in [0, 1].

    mean, weight: trust before, a share, and the cases it is worth, above 0; kept, broken, videos: cases since;
    likelihood_ratio: of a video, see `video_likelihood_ratio`; seen: share of cases that a person sees;
    loss_weight: weight of a broken promise against a kept one.
    """
    if not 0 <= mean <= 1 or weight <= 0 or likelihood_ratio <= 0:
        raise ValueError("mean must be a share, weight and likelihood_ratio above 0")
    good = mean * weight + good_cases(seen, max(0.0, math.log(likelihood_ratio)), videos, 1.0, kept)
    bad = (1.0 - mean) * weight + bad_cases(seen, loss_weight, broken, 0.0, 0.0)
    return good / (good + bad)


@mechanism
def known_danger(bias: float, outside: float) -> float:
    """I5: share of the true danger that a group hears of, 1 - bias (1 - A_out), for shares bias and A_out."""
    return 1.0 - bias * (1.0 - outside)


@mechanism
def support_shift(start: float, testimony: float, propaganda: float, losses: float, others: float) -> float:
    """I6: where support is drawn, as a shift from its start level: b* - b0 with b* clipped to [-1, 1].

    start b0: mean support of the group; testimony and losses: support lost; propaganda and others (backlash and
    collateral): support won; all in units of support. Arrays work as well.
    """
    drawn = start - testimony + propaganda - losses + others
    return np.minimum(1.0, np.maximum(-1.0, drawn)) - start


@mechanism
def support_step(shift: float, rate: float, target: float) -> float:
    """I6 over one day, solved exactly: d(shift)/dt = zeta (target - shift), zeta per day."""
    return shift - math.expm1(-rate) * (target - shift)
