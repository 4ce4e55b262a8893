"""Mechanism M7, opinion: what people think, what they say aloud, and what a poll hears.

Equations O1-O6 of the model's documentation. One day's dissent follows from yesterday's; where support drifts towards
believed support, dissent feeds back on soldiers and the engine takes `dissent` in its daily step (scalars); otherwise
the same functions run on whole arrays after a run. Classes of age and region are the last axis of an array and carry
weights, nothing else. Sources: preference falsification after Kuran (1989, 1991, 1995); arrests after Epstein (2002);
list experiments after Frye and others (2017, 2023).
"""

from __future__ import annotations

import math
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from offramp.errors import OfframpError
from offramp.model.compiled import kernel, mechanism, part

Floats = NDArray[np.float64]

# Probability of arrest 1 - exp(-k cops / active) is 0.9 at one to one: k = 2.3 is part of Epstein's definition.
EPSTEIN_K = 2.3
# Nodes within a class, over as many standard deviations either way: the rest changes no digit that an opinion could bear.
_NODES = 64
_FAR = 8.0
_STEPS = 20_000
# A path over a run is made of many steps; half as many nodes still leave no error that a poll could show.
_NODES_OF_PATHS = 32
_ROUNDS = 1_000
# Log-odds beyond which a probability is 0 or 1 to the last digit.
_FLAT = 300.0


@mechanism
def arrest_probability(forces: float, dissenters: float) -> float:
    """O2: 1 - exp(-2.3 C / (S N)). T23. forces C and dissenters S N in persons, C >= 0. Arrays work as well.

    With nobody in the street whoever goes there is arrested for sure, unless there are no forces.
    """
    return 1.0 - np.exp(-EPSTEIN_K * forces / np.maximum(dissenters, 1e-300))


@mechanism
def ceiling_left(ceiling: float, per_dissenter: float, forces: float, dissenters: float) -> float:
    """O5: what protest leaves of the ceiling of the crackdown, c max(0, 1 - f S N / C). Arrays work as well.

    per_dissenter f >= 0: persons of the forces whom one open dissenter binds; forces C >= 0 and dissenters S N in persons. Where
    there are no forces the first dissenter ends it.
    """
    return ceiling * np.maximum(0.0, 1.0 - per_dissenter * dissenters / np.maximum(forces, 1e-200))


@mechanism
def dissent(
    support: float,
    seen: float,
    arrest: float,
    integrity: float,
    sanction: float,
    arrest_disutility: float,
    scale: float,
) -> float:
    """O1: probability of open dissent, sigma((eta_I (-b) - r0 (1 - S) - arrest L_a) / tau). Arrays work as well.

    support b in [-1, 1]; seen S: share that dissented openly yesterday; arrest: O2; sanction r0 and arrest_disutility
    L_a >= 0 and integrity eta_I >= 0 in utils; scale tau > 0. The same formula with the stakes of an interview in
    place of r0, and no arrest, is what a pollster meets.
    """
    z = (-integrity * support - sanction * (1.0 - seen) - arrest * arrest_disutility) / scale
    return np.exp(np.minimum(z, 0.0)) / (1.0 + np.exp(-np.abs(z)))


class Public(NamedTuple):
    """Private support of the public by class: normal within each, cut to [-1, 1]; arrays [..., classes], weights add
    to one.
    """

    mean: Floats
    sd: Floats
    weight: Floats

    @staticmethod
    def of(mean: ArrayLike, sd: ArrayLike, weight: ArrayLike) -> Public:
        """Classes from means [..., classes], standard deviations >= 0 and sizes in any unit."""
        size = np.asarray(weight, dtype=np.float64)
        if (size < 0).any() or (size.sum(axis=-1) <= 0).any():
            raise ValueError("weights must not be negative and some must be positive")
        m, s, w = np.broadcast_arrays(np.asarray(mean, np.float64), np.asarray(sd, np.float64), size)
        if (s < 0).any():
            raise ValueError("a standard deviation is negative")
        return Public(m, s, w / w.sum(axis=-1, keepdims=True))


class Stakes(NamedTuple):
    """What it costs to speak, utils; numbers or arrays of the leading shape of a `Public`.

    sanction r0: for open dissent when nobody dissents; arrest_disutility L_a; poll_sanction r_poll: for an answer to
    a pollster.
    """

    integrity: ArrayLike
    sanction: ArrayLike
    arrest_disutility: ArrayLike
    poll_sanction: ArrayLike
    scale: ArrayLike


class Poll(NamedTuple):
    """What is true and what is measured, shares of the public, shape [...]. `gap` = poll - listed."""

    private_support: Floats
    poll: Floats
    listed: Floats
    gap: Floats


@cache
def _rule(nodes: int) -> tuple[Floats, Floats]:
    return np.polynomial.legendre.leggauss(nodes)


def _crowd(public: Public, nodes: int = _NODES) -> tuple[Any, Any]:
    """Points of private support and the share of the public at each, [..., classes, points]."""
    from scipy.special import ndtr

    # Gauss-Legendre between the cuts, and the people beyond them at -1 and 1: the cuts are kinks that no rule likes.
    sd = np.maximum(public.sd, 1e-300)
    low, high = (np.clip((cut - public.mean) / sd, -_FAR, _FAR)[..., None] for cut in (-1.0, 1.0))
    places, weights = _rule(nodes)
    u = low + (high - low) * 0.5 * (places + 1.0)
    inside = 0.5 * (high - low) * weights * np.exp(-0.5 * u**2) / math.sqrt(2.0 * math.pi)
    b: Any = np.concatenate([low, u, high], axis=-1) * public.sd[..., None] + public.mean[..., None]
    share = np.concatenate([ndtr(low), inside, ndtr(-high)], axis=-1) * public.weight[..., None]
    return np.clip(b, -1.0, 1.0), share


def _over_people(
    public: Public, stakes: Stakes, seen: ArrayLike, arrest: ArrayLike, sanction: ArrayLike
) -> Floats:
    """Mean of O1 over everybody's private support, [...]."""

    def wide(x: ArrayLike) -> Any:
        return np.asarray(x, dtype=np.float64)[..., None, None]

    b, share = _crowd(public)
    parts = (seen, arrest, stakes.integrity, sanction, stakes.arrest_disutility, stakes.scale)
    chance: Any = dissent(b, *map(wide, parts))
    return (chance * share).sum(axis=(-2, -1))


def open_dissent(public: Public, stakes: Stakes, *, seen: ArrayLike, arrest: ArrayLike = 0.0) -> Floats:
    """O1 for the whole public: the share that dissents openly today, [...], when `seen` did so yesterday."""
    return _over_people(public, stakes, seen, arrest, stakes.sanction)


def dissent_equilibrium(
    public: Public, stakes: Stakes, *, forces: float = 0.0, persons: float = 1.0, start: float = 0.0
) -> Floats:
    """O1 repeated until it rests: dissent S that reproduces itself, reached from `start`, [...].

    forces: persons who can arrest, out of a public of `persons`. Below a tipping point it is small, and beyond it large.
    """
    shape = np.broadcast_shapes(public.mean.shape[:-1], *(np.shape(x) for x in stakes))
    seen = np.full(shape, start)
    for _ in range(_STEPS):
        dissenters: Any = seen * persons
        now = open_dissent(public, stakes, seen=seen, arrest=arrest_probability(forces, dissenters))
        if float(np.abs(now - seen).max()) < 1e-13:
            return now
        seen = now
    raise OfframpError(
        "Dissent does not come to rest: the stakes are at a tipping point. Change the sanction a little."
    )


def poll(
    public: Public, stakes: Stakes, *, seen: ArrayLike, refusal: ArrayLike, deflation: ArrayLike
) -> Poll:
    """O3: private support, what a direct question measures, and what a list experiment measures, [...].

    seen: open dissent; refusal: probability that one who would answer against does not answer at all; deflation: how
    far a list experiment falls short of the truth. Private support is the share that would answer in favour if
    nothing were at stake.
    """
    against = _over_people(public, stakes, seen, 0.0, stakes.poll_sanction)
    private = 1.0 - _over_people(public, stakes, seen, 0.0, 0.0)
    return _measured(private, against, refusal, deflation)


def _measured(private: Floats, against: Floats, refusal: ArrayLike, deflation: ArrayLike) -> Poll:
    answering = 1.0 - against * np.asarray(refusal, dtype=np.float64)
    direct = np.divide(1.0 - against, answering, out=np.ones_like(answering), where=answering > 0)
    listed = np.maximum(private - np.asarray(deflation, dtype=np.float64), 0.0)
    return Poll(private, direct, listed, direct - listed)


def opinion_path(
    public: Public,
    stakes: Stakes,
    *,
    forces: float,
    persons: float,
    refusal: ArrayLike,
    deflation: ArrayLike,
) -> tuple[Floats, Poll]:
    """O1-O3 step by step: the share that dissents openly, [..., steps], and what is measured, each [..., steps].

    public: private support, [..., steps, classes]; stakes: numbers or arrays [..., steps]; forces, persons: as in
    `dissent_equilibrium`; refusal, deflation: as in `poll`. People see the dissent of the step before, and at the
    first step what the terms of that step lead to from nobody.
    """
    b, share = _crowd(public, _NODES_OF_PATHS)
    shape = b.shape[:-2]
    integrity, sanction, arrest_disutility, poll_sanction, scale = (
        np.broadcast_to(np.asarray(x, dtype=np.float64), shape) for x in stakes
    )
    # sigma(-(eta_I b + cost) / tau) = 1 / (1 + e^(eta_I b / tau) e^(cost / tau)): one exponential serves every cost.
    b, share = (x.reshape(*shape, -1) for x in (b, share))
    held: Any = np.exp(np.clip((integrity / scale)[..., None] * b, -_FLAT, _FLAT))

    def speaking(cost: Any) -> Any:
        factor = np.exp(np.minimum(cost / scale, _FLAT))
        return (share / (1.0 + held * factor[..., None])).sum(axis=-1)

    dissents = np.empty(shape)
    steps = shape[-1]
    _walk_dissent(
        held.reshape(-1, steps, held.shape[-1]),
        share.reshape(-1, steps, share.shape[-1]),
        np.ascontiguousarray(sanction / scale).reshape(-1, steps),
        np.ascontiguousarray(arrest_disutility / scale).reshape(-1, steps),
        float(forces),
        float(persons),
        dissents.reshape(-1, steps),
    )
    private = 1.0 - speaking(np.zeros(shape))
    against = speaking(poll_sanction * (1.0 - dissents))
    return dissents, _measured(private, against, refusal, deflation)


@part
def _speaking(
    held: Floats, share: Floats, sanction: Floats, arrest_disutility: Floats,
    forces: float, persons: float, row: int, at: int, seen: float,
) -> float:  # fmt: skip
    """O1 over all points: the share that dissents openly when `seen` did so before."""
    cost = sanction[row, at] * (1.0 - seen)
    cost += arrest_probability(forces, seen * persons) * arrest_disutility[row, at]
    factor = math.exp(min(cost, _FLAT))
    total = 0.0
    for point in range(held.shape[2]):
        total += share[row, at, point] / (1.0 + held[row, at, point] * factor)
    return total


@kernel
def _walk_dissent(
    held: Floats,
    share: Floats,
    sanction: Floats,
    arrest_disutility: Floats,
    forces: float,
    persons: float,
    dissents: Floats,
) -> None:
    """Dissent of each step from that of the step before, row by row, [rows, steps].

    held: e^(eta_I b / tau), and share of the public, at each point of private support [rows, steps, points]; sanction,
    arrest_disutility over the scale, [rows, steps].
    """
    for row in range(dissents.shape[0]):
        now = 0.0
        before = 1.0
        rounds = 0
        while (
            rounds < _ROUNDS and abs(now - before) >= 1e-12
        ):  # what the first step's terms lead to from nobody
            before = now
            now = _speaking(held, share, sanction, arrest_disutility, forces, persons, row, 0, now)
            rounds += 1
        for at in range(dissents.shape[1]):
            now = _speaking(held, share, sanction, arrest_disutility, forces, persons, row, at, now)
            dissents[row, at] = now


def poll_error(share: ArrayLike, respondents: ArrayLike) -> Floats:
    """O6: standard error of a share found among so many respondents drawn at random, sqrt(p (1 - p) / n). T22."""
    p: Any = np.asarray(share, dtype=np.float64)
    return np.sqrt(p * (1.0 - p) / np.asarray(respondents, dtype=np.float64))


def list_error(listed: ArrayLike, per_group: ArrayLike, control_variance: ArrayLike) -> Floats:
    """O6: standard error of a list experiment, sqrt((2 v + p (1 - p)) / n). T22.

    per_group n: persons in each of its two groups; control_variance v: between persons, of the count of harmless items, in
    both groups; the group with the item in question has that of its answer on top.
    """
    p: Any = np.asarray(listed, dtype=np.float64)
    v = np.asarray(control_variance, dtype=np.float64)
    return np.sqrt((2.0 * v + p * (1.0 - p)) / np.asarray(per_group, dtype=np.float64))


class ListExperiment(NamedTuple):
    """T22: what a list experiment measures, how far a direct question is from it, and how sure that is."""

    listed: float
    gap: float
    se_list: float
    se_direct: float
    z: float


def list_experiment(
    direct: float, private: float, *, per_group: int, control_variance: float, deflation: float = 0.0
) -> ListExperiment:
    """O4: a direct question beside a list experiment, as shares, with standard errors and the z of the gap. T22.

    direct: share that says yes when asked; private: share for whom it is true; per_group: persons in each of the two groups
    of the list experiment, and asked directly; control_variance: of the count of harmless items; deflation: how far lists
    fall short of the truth.
    """
    listed = private - deflation
    if not (0 <= direct <= 1 and 0 <= listed <= 1 and per_group > 0 and control_variance >= 0):
        raise ValueError("shares lie in 0..1, per_group is positive and control_variance not negative")
    se_list = float(list_error(listed, per_group, control_variance))
    se_direct = float(poll_error(direct, per_group))
    gap = direct - listed
    return ListExperiment(listed, gap, se_list, se_direct, gap / math.hypot(se_list, se_direct))


def kuran_equilibrium(thresholds: ArrayLike | None = None, *, ratio: float | None = None) -> float:
    """T07: open opposition that reproduces itself, reached from nobody.

    thresholds: percent of all that must oppose openly before each person does, [persons]; returns percent. Or `ratio`
    k > 0 of sanction to integrity, with private opposition spread evenly over -1..1, where a opposes openly iff a >=
    k (1 - S); returns the share S = (1 - k) / (2 - k), 0 for k >= 1, while the private share is one half. Source:
    Kuran (1991).
    """
    if (thresholds is None) == (ratio is None):
        raise ValueError("give thresholds or ratio, one of the two")
    if ratio is not None:
        if ratio <= 0:
            raise ValueError("ratio must be positive")
        return max(0.0, (1.0 - ratio) / (2.0 - ratio)) if ratio < 1.0 else 0.0
    asked = np.sort(np.asarray(thresholds, dtype=np.float64))
    if asked.ndim != 1 or asked.size == 0:
        raise ValueError("thresholds must name at least one person")
    open_share = 0.0
    while (now := 100.0 * float(np.searchsorted(asked, open_share, side="right")) / asked.size) > open_share:
        open_share = now
    return open_share
