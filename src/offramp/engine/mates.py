"""Queues for a place, and mates who follow one who has left."""

# pyright: reportArgumentType=false
# (NumPy's stubs take an element of an array for an array)

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from offramp.engine.choosing import choose
from offramp.engine.events import attempt_apart, comrades, join
from offramp.engine.inputs import (
    CLASS,
    CLASSES,
    INFLUENCE,
    SERVING,
    SQUAD,
    STATE,
    WAITING,
    Choice,
    Menu,
    Offers,
    Outcome,
    Population,
    Units,
)
from offramp.engine.philox import GROUP_EXIT, OUTCOME, address
from offramp.engine.plan import Table
from offramp.engine.state import State
from offramp.model.compiled import part


@part
def queues(state: State, population: Population, menu: Menu, offers: Offers, i: int, j: int, d: int) -> bool:
    """Whether soldier i, who chose option j, joins the queue for it: no place is left, or others wait already."""
    p = menu.programme[j]
    if p < 0 or offers.capacity[p, d] == math.inf:
        return False
    g = state.ids[i, CLASS] // CLASSES
    weight = population.weight[g]
    if state.first[p] >= 0 or state.tokens[p] < weight * (1.0 - 1e-9):
        join(state, menu, i, g, j)
        return True
    state.tokens[p] -= weight
    return False


@part
def follow(
    state: State, table: Table, population: Population, menu: Menu, offers: Offers, choice: Choice, units: Units,
    outcome: Outcome, pending: NDArray[np.int64], seed: int, draw: int, i: int, r: int, t: float, d: int,
) -> None:  # fmt: skip
    """Soldier i has left by route r: a window of r opens at once for each mate with the group-exit probability, breadth first.

    Men at home are not coupled: they have no mates."""
    if population.home[state.ids[i, CLASS] // CLASSES]:
        return
    squad = state.ids[i, SQUAD]
    pending[0] = i
    waiting = 1
    done = 0
    while done < waiting:
        leader = pending[done]
        done += 1
        for mate in range(population.squad_start[squad], population.squad_start[squad + 1]):
            if state.ids[mate, STATE] != SERVING and state.ids[mate, STATE] != WAITING:
                continue
            u_open, u_choice, _, _ = address(seed, draw, GROUP_EXIT, leader, mate)
            if u_open >= units.group_exit:
                continue
            social = state.record[mate, INFLUENCE] * comrades(state, units, mate, t)
            j = choose(state, table, population, menu, offers, mate, r, u_choice, social, d)
            if j < 0 or queues(state, population, menu, offers, mate, j, d):
                continue
            if attempt_apart(
                state, population, menu, offers, choice, units, outcome, seed, draw, mate, j, t, d,
                OUTCOME, leader, 1 + mate,
            ):  # fmt: skip
                pending[waiting] = mate
                waiting += 1
