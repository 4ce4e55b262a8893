"""The daily plan: what each option is worth today to each class of soldier.

A class is a group, an exposed household or not, returned to the unit once or not, called up or not. What differs between the
soldiers of a class (support, comrades, free terms) enters when a candidate is looked at.
"""

# pyright: reportArgumentType=false
# (NumPy's stubs take an element of an array for an array)

from __future__ import annotations

import math

from offramp.engine.inputs import CALLED, CLASSES, EXPOSED, NEVER, RETURNED
from offramp.engine.state import Run
from offramp.model.choice import (
    capture_disutility,
    death_ahead,
    family_cost,
    family_harm_probability,
    value_of_leaving,
    value_of_staying,
)
from offramp.model.compiled import part
from offramp.model.offers import belief, benefit_of_offer


@part
def harm(run: Run, j: int, d: int) -> float:
    """Probability that an exposed household is harmed after a completed exit by option j on day d."""
    choice, menu, offers = run.choice, run.menu, run.offers
    p = menu.programme[j]
    passage = offers.passage[p] if p >= 0 else 0.0
    leak = offers.leak[p] if p >= 0 else 0.0
    identified = 1.0 if menu.video[j] else menu.identified[j]
    factor = choice.video_factor if menu.video[j] else 1.0
    return family_harm_probability(menu.reprisal[j, d], identified, factor, passage, leak)


@part
def _staying(run: Run, g: int, d: int, returned: bool) -> float:
    choice = run.choice
    ahead = death_ahead(run.scratch.perceived[g], choice.war_end[d], choice.discount)
    return value_of_staying(
        choice.pay[g, d],
        choice.compensation[g, d],
        choice.hardship[d],
        # a soldier who was caught and sent back bears half a unit of grievance (D4)
        choice.grievance * (0.5 if returned else 0.0),
        choice.obedience,
        choice.death,
        choice.present_bias,
        ahead,
    )


@part
def _leaving(run: Run, j: int, g: int, d: int, exposed: bool, win: float) -> float:
    choice, menu, offers = run.choice, run.menu, run.offers
    p = menu.programme[j]
    gain = choice.base_safety
    if p >= 0:
        theta = belief(offers.trust[p, d], offers.win_loss[p], win, offers.exchange[p])
        money = offers.present_value[p] + (offers.bonus[p] if menu.video[j] else 0.0)
        family = offers.family[p] if exposed else 0.0
        gain = benefit_of_offer(
            gain, theta, choice.money, money, choice.wealth[g, d], offers.legal[p], family, offers.safety[p]
        )
    if not math.isnan(menu.outright[j, d]):  # a stated utility holds; a programme's promise comes on top
        return menu.outright[j, d] + gain - choice.base_safety
    fear = (
        family_cost(choice.family_units, harm(run, j, d), choice.family, choice.present_bias)
        if exposed
        else 0.0
    )
    capture = capture_disutility(
        choice.arrest, choice.prison, choice.sentence[d], choice.present_bias, choice.discount
    )
    return value_of_leaving(
        menu.caught[j, d],
        menu.killed[j, d],
        gain,
        capture,
        choice.death,
        fear,
        menu.distaste[j],
        menu.exchange[j, d],
    )


@part
def on_offer(run: Run, j: int, d: int) -> bool:
    """Whether option j is on the menu today. An offer that is not in force, serves nobody, has no money left or is believed by
    nobody is off the menu, so that it equals no programme exactly."""
    offers = run.offers
    p = run.menu.programme[j]
    if p < 0:
        return True
    return bool(
        offers.start[p] <= d < offers.end[p]
        and not run.state.closed[p]
        and offers.capacity[p, d] > 0.0
        and offers.trust[p, d] > 0.0
        and offers.aware[p, d] > 0.0
    )


@part
def build_table(run: Run, win: float, d: int) -> None:
    """Value the menu for day d. win: the believed probability of victory."""
    table, menu, choice, mobilisation = run.table, run.menu, run.choice, run.mobilisation
    groups = menu.eligible.shape[0]
    routes = menu.start.shape[0] - 1
    for g in range(groups):
        for c in range(CLASSES):
            q = g * CLASSES + c
            called = (c & CALLED) != 0
            if called and g != mobilisation.group:
                continue
            share = 1.0  # how far the value of serving is the value of staying
            serves = g
            if g == mobilisation.group:
                serves = mobilisation.serves_as
                share = 1.0 if called else mobilisation.perceived[d]
            stay = choice.stay[g] + share * _staying(run, serves, d, (c & RETURNED) != 0)
            for r in range(routes):
                table.slope[q, r] = -choice.support * (share + menu.loyalty[r]) / choice.scale
                top = -NEVER
                options = 0
                for j in range(menu.start[r], menu.start[r + 1]):
                    value = -NEVER
                    if menu.eligible[g, j] and on_offer(run, j, d):
                        leave = _leaving(run, j, serves, d, (c & EXPOSED) != 0, win)
                        value = (leave - stay - run.units.hold[g]) / choice.scale
                        options += 1
                    table.value[q, j] = value
                    top = max(top, value)
                if options > 1:
                    top += menu.nest * math.log(float(options))
                table.ceiling[2 * (q * routes + r)] = max(top, -NEVER)
                table.ceiling[2 * (q * routes + r) + 1] = table.slope[q, r]
