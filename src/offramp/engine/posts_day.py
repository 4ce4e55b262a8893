"""The top from one morning to the next: disarray, whose example is seen, and what a post is worth. M8 within a run."""

# pyright: reportArgumentType=false
# (NumPy's stubs take an element of an array for an array)

from __future__ import annotations

import math

from offramp.engine.inputs import FIRST_ROUTE, SERVING, WAITING
from offramp.engine.state import Run
from offramp.model.choice import death_ahead
from offramp.model.compiled import part
from offramp.model.elite import believed_survival, disarray_step, purge_hazard, value_of_post
from offramp.scenario.forms import RATE

_MOST = RATE.high  # as any hazard of a scenario, at most that of an hourly chance


@part
def shake_the_top(run: Run, d: int) -> None:
    """E2: disarray at the dawn of day d, from yesterday's departures and purges; and the share of each corps that has left."""
    top, standing, counts, weight = run.setting.top, run.standing, run.state.counts, run.population.weight
    shock = top.shocks[d - 1] if d > 0 else 0.0
    for g in range(counts.shape[0]):
        gone = 0
        for s in range(FIRST_ROUTE, counts.shape[1]):
            gone += counts[g, s]
        left = gone * weight[g]
        if d > 0:
            at_post = (counts[g, SERVING] + counts[g, WAITING]) * weight[g]
            shock += (
                top.per_exit[g] * (left - standing.left[g]) + top.per_purge[g] * top.purge[g, d - 1] * at_post
            )
        standing.left[g] = left
    if d > 0:
        standing.disarray[0] = disarray_step(standing.disarray[0], top.memory, shock)
    run.outcome.disarray[d] = standing.disarray[0]
    for g in range(counts.shape[0]):
        seen = 0.0
        for h in range(counts.shape[0]):
            seen += top.example[g, h] * (standing.left[h] + top.known[h])
        run.standing.seen[g] = min(seen, 1.0)


@part
def purge_the_able(run: Run, d: int) -> None:
    """E5: purges at all posts up to the dawn of day d, as expected when nobody there has left."""
    top = run.setting.top
    if top.incompetence > 0.0 and d > 0:
        setbacks = 1.0 - run.outcome.win[d - 1]
        run.standing.purges[0] += purge_hazard(top.purges[d - 1], top.setback, setbacks)


@part
def worth_of_post(run: Run, g: int, d: int, grievance: float) -> float:
    """E4, E6 and D6 for one of group g at a post: what stands in D3 for pay and danger, and the bond to his corps."""
    top, choice = run.setting.top, run.choice
    log_hazard = top.log_hazard[d] + top.weight * run.standing.disarray[0]
    hazard = min(math.exp(min(log_hazard, 10.0)), _MOST)
    purged = death_ahead(top.purge[g, d], choice.war_end[d], choice.discount)
    post = value_of_post(
        believed_survival(hazard, top.horizon),
        1.0,
        choice.pay[g, d],
        top.justice[g],
        top.purge_disutility,
        purged,
    )
    return post + choice.obedience - choice.grievance * grievance - top.pull[g] * run.standing.seen[g]
