"""Queues for a place, and mates who follow one who has left."""

# pyright: reportArgumentType=false
# (NumPy's stubs take an element of an array for an array)

from __future__ import annotations

import math

from offramp.engine.choosing import best_of, choose, takes
from offramp.engine.comrades import comrades, find
from offramp.engine.events import attempt, found_out, join, pays_for
from offramp.engine.inputs import CLASS, CLASSES, INFLUENCE, NEVER
from offramp.engine.philox import GROUP_EXIT, OUTCOME, address
from offramp.engine.state import Run
from offramp.model.compiled import hot, part


@hot
def _takes_in(run: Run, i: int, j: int, d: int) -> bool:
    """Whether option j has a place, with nobody waiting for it, and the money for soldier i; then both are his."""
    state, p = run.state, run.menu.programme[j]
    if p < 0:
        return True
    weight = run.population.weight[state.kind[i, CLASS] // CLASSES]
    limited = run.offers.capacity[p, d] < math.inf
    if limited and (state.first[p] >= 0 or state.tokens[p] < weight * (1.0 - 1e-9)):
        return False
    if not pays_for(run, i, j):
        return False
    if limited:
        state.tokens[p] -= weight
    return True


@hot
def decide(run: Run, i: int, r: int, u: float, social: float, t: float, d: int) -> int:
    """The way by which soldier i leaves now that a window of route r opens for him: the option that he chooses, where it takes
    him in. Else the best of the route's other options that does and that he would take at this window by itself, so that an offer
    that is full or spent keeps nobody from leaving. -1: he stays, and waits where there will be a place.

    u, social: as for `choose`."""
    j = choose(run, i, r, u, social)
    if j < 0:
        return -1
    best = j
    while best >= 0 and (best == j or takes(run, r, best, u, social)):
        if _takes_in(run, i, best, d):
            return best
        run.state.utility[best] = -NEVER
        best = best_of(run, r)
    if not run.state.closed[run.menu.programme[j]]:
        join(run, i, j, t, d)
    return -1


@part
def follow(run: Run, n: int, squad: int, r: int, t: float, d: int) -> None:
    """Soldier number n of a squad has left by route r: a window of r opens at once for each mate with the group-exit
    probability, breadth first. Men at home are not coupled: they have no mates."""
    state, population = run.state, run.population
    if population.home[population.company_group[population.squad_company[squad]]]:
        return
    pending = run.scratch.pending
    pending[0] = n
    waiting = 1
    done = 0
    while done < waiting:
        leader = pending[done]
        done += 1
        for mate in range(population.squad_start[squad], population.squad_start[squad + 1]):
            i = find(run, mate)
            if i < 0:
                continue
            u_open, u_choice, _, _ = address(run.seed, run.draw, GROUP_EXIT, leader, mate)
            if u_open >= run.units.group_exit or found_out(run, i, t, d):
                continue
            social = state.record[i, INFLUENCE] * comrades(run, i, t)
            j = decide(run, i, r, u_choice, social, t, d)
            if j >= 0 and attempt(run, i, j, t, d, OUTCOME, leader, 1 + mate):
                pending[waiting] = mate
                waiting += 1
