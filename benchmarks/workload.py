"""The reference workload: 400,000 soldiers in companies of 100, 600 days, two routes.

A soldier has a reluctance a ~ N(2, 1), a susceptibility b ~ LogN(0, 0.3) and, with probability 0.6, a
family within reach. Chances for the two routes come at 0.02 and 0.01 a day; the routes are worth 0.5 - 1.5
(family) and -0.5, both raised by b s with s = 4 x share of the own company gone in the last 30 days + share
of all gone. Death comes at 0.0008 a day. Two rules of choice: `two_option` weighs the route that opens
against staying alone (a stopwatch rule, used nowhere in the model), `menu` weighs the whole menu (D1, the
model's rule).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

SOLDIERS, DAYS = 400_000, 600
COMPANY, MEMORY_DAYS = 100, 30
WINDOWS = (0.02, 0.01)
KILLED_PER_DAY = 0.0008
COMPANY_WEIGHT, FORCE_WEIGHT = 4.0, 1.0
FAMILY_SHARE, FIRST_UTILITY, FAMILY_COST, SECOND_UTILITY = 0.6, 0.5, 1.5, -0.5

Rule = Literal["two_option", "menu"]
Floats = NDArray[np.float64]
Counts = NDArray[np.int64]
"""[days, 4]: serving, gone by the first route, by the second, killed; at the end of each day."""


@dataclass(frozen=True)
class Population:
    """What differs between soldiers: reluctance a, susceptibility b, worth of the first route; each [n]."""

    a: Floats
    b: Floats
    first: Floats


def population(soldiers: int, seed: int) -> Population:
    rng = np.random.default_rng(seed)
    family = rng.random(soldiers) < FAMILY_SHARE
    return Population(
        a=rng.normal(2.0, 1.0, soldiers),
        b=np.exp(0.3 * rng.standard_normal(soldiers)),
        first=FIRST_UTILITY - FAMILY_COST * family,
    )


def scenario(soldiers: int = SOLDIERS, days: int = DAYS) -> str:
    """The workload under the menu rule in the language of scenarios."""
    return f"""
title = "Reference workload"
start = 2022-02-24
days = {days}
squad_size = 10
[units]
company_size = {COMPANY}
squad_weight = 0.0
company_weight = {COMPANY_WEIGHT}
force_weight = {FORCE_WEIGHT}
memory_days = {MEMORY_DAYS}
[[group]]
name = "soldiers"
size = {soldiers}
stay_utility = {{ people = {{ normal = [2.0, 1.0] }} }}
influence = {{ people = {{ lognormal = [1.0, 0.3] }} }}
casualty_per_day = {KILLED_PER_DAY}
[[route]]
name = "first"
window_per_day = {WINDOWS[0]}
utility = {{ people = {{ bernoulli = [{FAMILY_SHARE}, {FIRST_UTILITY}, {FIRST_UTILITY - FAMILY_COST}] }} }}
[[route]]
name = "second"
window_per_day = {WINDOWS[1]}
utility = {SECOND_UTILITY}
"""
