"""What the kernel is given: arrays, settled units, nothing to check again.

Axes: g groups, r routes, j options of the menu (a route with a programme and a testimony variant), p programmes of the policy,
d days, i soldiers, s squads, c companies. All hazards are per day, all money US dollars, all times days since the start.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flag = NDArray[np.uint8]
"""[1] Up when it is not 0. Memory that whoever waits for a run and the run itself look at."""


def down() -> Flag:
    """A flag that is down."""
    return np.zeros(1, np.uint8)


# Columns of a soldier's record, float32[i, 8]; the last four are whole numbers and read through other views of the same memory:
# squad, number and company as int32[i, 8], class and state as int16[i, 16].
# All that the inner loop asks of a soldier lies in these 32 bytes: one visit to memory for each candidate.
# Unsigned, as indices are wherever many are made: a signed one is tested for counting from the end.
STAY, SUPPORT, INFLUENCE, DEVIATION, SQUAD, NUMBER = (np.uint64(column) for column in range(6))
COMPANY, CLASS, STATE = np.uint64(7), np.uint64(12), np.uint64(13)

# A soldier's class within his group, a sum of flags.
EXPOSED, RETURNED, CALLED = 1, 2, 4
CLASSES = 8

# States. Routes follow, one each.
ABSENT, SERVING, WAITING, KILLED, WOUNDED, IMPRISONED, INDUCTED, FIRST_ROUTE = range(8)

# Kinds of candidate in the field before the routes.
DEATH, WOUND, FIRST_WINDOW = range(3)

NEVER = 1e30


class Population(NamedTuple):
    """Soldiers of one draw, the same for every policy. Companies stand in order of arrival, so the field covers a prefix."""

    record: NDArray[np.float32]  # [i, 8]
    words: Ints  # [i, 4] the same memory
    deviation: NDArray[
        np.float32
    ]  # [i, k] personal part of a route's utility, of the second such route and further ones
    aware: NDArray[np.float32]  # [i] u of the soldier: he knows of an offer once that share knows of it
    conduct: NDArray[
        np.float32
    ]  # [i] u of the soldier: an offer that excludes a larger share for their conduct excludes him
    squad_start: NDArray[np.int32]  # [s + 1]
    squad_company: NDArray[np.int32]  # [s]
    company_start: NDArray[np.int32]  # [c + 1]
    company_group: NDArray[np.int32]  # [c]
    arrivals: NDArray[np.int32]  # soldiers in order of arrival
    arrivals_start: (
        Ints  # [d + 2] the initial force is arrivals[0:start[0]], day d's are arrivals[start[d]:start[d + 1]]
    )
    prefix: Ints  # [d] soldiers of companies of whom the first has arrived
    weight: Floats  # [g] persons that one soldier stands for
    breakpoint_table: Floats  # quantiles of the breakpoint law on an even grid of probabilities
    home: NDArray[np.bool_]  # [g]


class Field(NamedTuple):
    """The frozen field of candidates: declared ceilings, the same for every policy."""

    rate: Floats  # [d] candidates per soldier and day
    threshold: NDArray[np.uint64]  # [d, 2 + r] cumulative shares of the kinds, scaled to 2^32
    death: Floats  # [g, d] hazard of death over its ceiling
    wound: Floats  # [g, d]
    worst: Floats  # [d] factor in the ceilings of deaths and wounds at the front: the largest that any policy may reach


class Menu(NamedTuple):
    """The options and what they are worth apart from what the day changes."""

    route: Ints  # [j], ascending
    programme: Ints  # [j], -1 for the ordinary way
    video: NDArray[np.bool_]  # [j]
    eligible: NDArray[np.bool_]  # [g, j]
    open_to: NDArray[np.bool_]  # [g, r] whether any option of the route is the group's
    start: Ints  # [r + 1] first option of each route
    window: Floats  # [r, d] windows per day
    on_call_up: NDArray[np.bool_]  # [r]
    outright: Floats  # [j, d] utility stated outright, NaN where the model's terms make it
    deviation: Ints  # [j] which of the routes with personal deviations, -1 for none of them
    distaste: Floats  # [j]
    loyalty: Floats  # [r]
    caught: Floats  # [j, d]
    killed: Floats  # [j, d]
    exchange: Floats  # [j, d] believed probability of being sent back later
    reprisal: Floats  # [j, d]
    identified: Floats  # [j]
    safer: Floats  # [j] log-odds by which a safe passage raises success
    column: Ints  # [r] the same for each route
    nest: Floats  # [r] dissimilarity of its options


class Offers(NamedTuple):
    """The programmes of the policy."""

    announced: Ints  # [p] first day on which people may hear of it
    start: Ints  # [p] first day on which it serves; beyond the run where it is never enacted
    end: Ints  # [p] first day on which it no longer holds
    trust: Floats  # [p, d] stated path; see Trust.formed
    aware: Floats  # [p, d] stated path; see Information.told
    present_value: Floats  # [g, p]
    bonus: Floats  # [p] present value of the bonus for testimony
    legal: Floats  # [p] utils if certain
    passage: Floats  # [p] share of families evacuated while there are places
    leak: Floats  # [p]
    family: float  # utils of the household's passage if certain, to one with an exposed household
    family_places: Floats  # [p] households in all, inf for no limit
    family_places_per_day: Floats  # [p, d]
    safety: Floats  # [p] utils if certain
    win_loss: Floats  # [p]
    settlement_loss: Floats  # [p]
    exchange: Floats  # [p]
    excluded: Floats  # [p] share of soldiers whose conduct excludes them
    anonymised: Floats  # [p] share of videos that do not show who speaks
    broken: Floats  # [p] share of those admitted to whom the promise is not kept
    capacity: Floats  # [p, d] persons a day, inf for no limit
    detection: Floats  # [p] hazard of being found out while waiting, per day
    budget: Floats  # [p] dollars, inf for no limit
    cost: Floats  # [g, p] dollars per person admitted
    transfer: Floats  # [g, p] dollars of it that change hands
    video_cost: Floats  # [p] dollars more where he testifies
    video_transfer: Floats  # [p]
    family_cost: Floats  # [p] dollars per household evacuated
    cheapest: Floats  # [p] dollars of the cheapest person admitted


class Choice(NamedTuple):
    """Parameters of the decision."""

    scale: float
    present_bias: float
    discount: float
    death: float
    arrest: float
    prison: float
    sentence: Floats  # [d]
    family: float
    family_units: float
    video_factor: float
    support: float
    pay: Floats  # [g, d] utils
    compensation: Floats  # [g, d] utils if he dies
    hardship: Floats  # [d] utils
    grievance: float
    returned_grievance: float
    obedience: float
    optimism: float
    belief_rate: float
    war_end: Floats  # [d]
    wealth: Floats  # [g, d]
    money: float
    base_safety: float
    returned: Floats  # [d]
    hazard: Floats  # [g, d] true hazard of death
    stay: Floats  # [g] mean of the free term of staying
    rebuild: NDArray[np.bool_]  # [d] whether any value changes on that day


class Units(NamedTuple):
    """Squads and companies."""

    on: bool
    squad: float
    company: float
    force: float
    hold: Floats  # [g] utils lost at share 0: c kap
    memory: float
    group_exit: float


class War(NamedTuple):
    """War relative to the reference."""

    on: bool
    reference_win: Floats  # [d]
    settlement: Floats  # [d] share of wars not won that end in a settlement
    elasticity: float
    hold_ratio: float
    hold_days: int
    hold_broken: float
    b0: float
    b1: float
    b2: float
    refit: float
    memory: int
    defenders: Floats  # [d]
    defender_exponent: float
    civilians: Floats  # [d]
    civilian_exponent: float
    substitution: float


class Mobilisation(NamedTuple):
    """Call-ups of one home group; group -1 when there are none."""

    group: int
    serves_as: int
    quota: Floats  # [d] persons that have complied by the end of the day
    perceived: Floats  # [d] believed probability of being called


class Information(NamedTuple):
    """M3: the channels of the policy."""

    told: NDArray[np.bool_]  # [p] whether knowledge of the programme spreads; else its stated path holds
    reach: Floats  # [k, d] contacts per person and day through channel k, multiplier and intensity included
    sensitivity: Floats  # [k]
    credibility: Floats  # [k]
    to: NDArray[np.bool_]  # [k, g]
    of: NDArray[np.bool_]  # [k, p]
    since: NDArray[
        np.int64
    ]  # [k] day from which it speaks, offer or none; the last of all for only while an offer stands
    ceiling: float
    word_of_mouth: float
    testimony: float  # contacts per person and day for each video in circulation
    testimony_decay: float
    testimony_sensitivity: float
    testimony_weight: Floats  # [g]
    cordon: Floats  # [d]
    outside: float
    bias: Floats  # [g]


class Trust(NamedTuple):
    """M3: trust as counts of good and bad cases."""

    formed: NDArray[np.bool_]  # [p] whether it is formed by cases; else the programme's stated path holds
    mean: Floats  # [p]
    weight: Floats  # [p]
    seen: float
    loss_weight: float
    publicised: float
    counter: float
    video: Floats  # [p] log likelihood ratio of a video


class Support(NamedTuple):
    """M3: what moves support."""

    on: bool
    rate: float
    testimony: float
    half: float
    propaganda: float
    losses: float
    backlash: float
    collateral: float
    start: Floats  # [g] mean support at the start


class Regime(NamedTuple):
    """M4: the crackdown and what it does."""

    given: bool
    path: Floats  # [d]
    start: float
    gain: float
    decay: float
    tolerance: float
    ceiling: Floats  # [d]
    detected: float
    capture: float
    killed: float
    reprisal: float
    barrier: float
    detection: float
    hazard: float
    sentence: float
    strength: float
    cordon: float
    propaganda: float
    propaganda_increase: float
    grievance: float
    grievance_decay: float
    backfire: Floats  # [g]


class Levers(NamedTuple):
    """What the policy does beside offers."""

    hazard: Floats  # [d] factor on the hazard of death and wounds at the front
    pay: Floats  # [d] utils
    hardship: Floats  # [d] utils
    collateral: Floats  # [d]


class Top(NamedTuple):
    """M8 within a run: disarray at the top, and those whose posts hang on it."""

    on: bool
    memory: float  # days
    per_exit: Floats  # [g] disarray that one departure brings
    per_purge: Floats  # [g] and one purge
    shocks: Floats  # [d] disarray of the day that is none of this run's doing
    front: float  # utils that a unit of disarray adds to serving at the front
    post: NDArray[np.bool_]  # [g]
    example: Floats  # [g, g] weight of one person of the second group who left, in what the first group sees
    known: Floats  # [g] persons who had left before the run
    pull: Floats  # [g] utils of staying that are lost when everybody in sight has left
    log_hazard: Floats  # [d] log hazard of the leader's removal without disarray
    weight: float  # of disarray in it
    horizon: float  # days for which the regime must last
    justice: Floats  # [g] utils
    purge: Floats  # [g, d] hazard per day
    purge_disutility: float
    purges: Floats  # [d] purges at all posts while the war is surely won, as the front feels them
    setback: float  # their relative rise when it is surely not won
    incompetence: float  # share of fighting strength that one of them costs


class Signal(NamedTuple):
    """N4: the off-ramp as soldiers see it. days 0: no offer of the policy is seen at all."""

    factor: float  # odds of the coalition's estimate of collapse over the true ones
    threshold: float
    lag: int
    days: int  # for which it stands
    strength: float
    early: float
    shift: float  # log-odds


class Setting(NamedTuple):
    """The programme's world under one policy; neutral where the scenario is silent."""

    information: Information
    trust: Trust
    support: Support
    regime: Regime
    levers: Levers
    top: Top
    offramp: Signal


class Outcome(NamedTuple):
    """What a run leaves behind. Counts are of simulated soldiers; persons follow with the weights."""

    paths: NDArray[np.int32]  # [d + 1, g, state]
    attempts: Ints  # [g, j]
    completed: Ints  # [g, j]
    caught: Ints  # [g, j]
    killed_trying: Ints  # [g, j]
    imprisoned: Ints  # [g, j]
    detected: Ints  # [g]
    exchanged: Floats  # [g, o] departed who are expected to be sent back later, persons
    videos: Floats  # [p] persons who testified
    paid: Floats  # [d, p] dollars of the day that those admitted cost
    transfers: Floats  # [d] dollars of the day: what of that changes hands
    crackdown: Floats  # [d]
    testimony: Floats  # [d] support lost where the videos in circulation are seen
    families_harmed: Floats  # [d, g] households of those who left or were caught on that day
    families_evacuated: Floats  # [g] households
    admitted: Floats  # [p] persons
    spent: Floats  # [p] dollars
    open_days: Ints  # [p] days at whose dawn its budget was not spent
    strength: Floats  # [d] persons in unbroken units
    collapse: Floats  # [d] chance that the front collapses within sixty days
    exit_share: Floats  # [d] share of the strength lost in the last thirty days that is due to departures
    win: Floats  # [d] chance that the invader wins
    disarray: Floats  # [d] at dawn
    scalars: Floats  # see SCALARS


SCALARS = ("collapse_day", "tipped_day", "defender_deaths", "civilian_deaths", "reproduction_max")
