"""The daily plan: what each option is worth today to each class of soldier.

A class is a group, an exposed household or not, returned to the unit once or not, called up or not. What differs between the
soldiers of a class (support, comrades, free terms) enters when a candidate is looked at.
"""

# pyright: reportArgumentType=false
# (NumPy's stubs take an element of an array for an array)

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from offramp.engine.inputs import (
    CALLED,
    CLASSES,
    EXPOSED,
    NEVER,
    RETURNED,
    Choice,
    Menu,
    Mobilisation,
    Offers,
    Units,
)
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


class Table(NamedTuple):
    """Values of today relative to staying; utils over the logit scale."""

    value: NDArray[np.float64]  # [class, j], -NEVER where the option is not on the menu
    slope: NDArray[np.float64]  # [class, r] change per unit of support
    ceiling: NDArray[
        np.float32
    ]  # [class, r] no option of the route is worth more (support and comrades apart)


@part
def harm(choice: Choice, menu: Menu, offers: Offers, j: int, d: int) -> float:
    """Probability that an exposed household is harmed after a completed exit by option j on day d."""
    p = menu.programme[j]
    passage = offers.passage[p] if p >= 0 else 0.0
    leak = offers.leak[p] if p >= 0 else 0.0
    identified = 1.0 if menu.video[j] else menu.identified[j]
    factor = choice.video_factor if menu.video[j] else 1.0
    return family_harm_probability(menu.reprisal[j, d], identified, factor, passage, leak)


@part
def _staying(choice: Choice, perceived: float, g: int, d: int, returned: bool) -> float:
    ahead = death_ahead(perceived, choice.war_end[d], choice.discount)
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
def _leaving(
    choice: Choice, menu: Menu, offers: Offers, j: int, g: int, d: int, exposed: bool, win: float
) -> float:
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
        family_cost(choice.family_units, harm(choice, menu, offers, j, d), choice.family, choice.present_bias)
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
def on_offer(menu: Menu, offers: Offers, closed: NDArray[np.bool_], j: int, d: int) -> bool:
    """Whether option j is on the menu today. An offer that is not in force, serves nobody, has no money left or is believed by
    nobody is off the menu, so that it equals no programme exactly."""
    p = menu.programme[j]
    if p < 0:
        return True
    return bool(
        offers.start[p] <= d < offers.end[p]
        and not closed[p]
        and offers.capacity[p, d] > 0.0
        and offers.trust[p, d] > 0.0
        and offers.aware[p, d] > 0.0
    )


@part
def build_table(
    table: Table,
    menu: Menu,
    offers: Offers,
    choice: Choice,
    units: Units,
    mobilisation: Mobilisation,
    perceived: NDArray[np.float64],
    closed: NDArray[np.bool_],
    win: float,
    d: int,
) -> None:
    """Fill `table` for day d. perceived[g] is the believed hazard of death, win the believed probability of victory."""
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
            stay = choice.stay[g] + share * _staying(
                choice, perceived[serves], serves, d, (c & RETURNED) != 0
            )
            for r in range(routes):
                table.slope[q, r] = -choice.support * (share + menu.loyalty[r]) / choice.scale
                top = -NEVER
                options = 0
                for j in range(menu.start[r], menu.start[r + 1]):
                    value = -NEVER
                    if menu.eligible[g, j] and on_offer(menu, offers, closed, j, d):
                        leave = _leaving(choice, menu, offers, j, serves, d, (c & EXPOSED) != 0, win)
                        value = (leave - stay - units.hold[g]) / choice.scale
                        options += 1
                    table.value[q, j] = value
                    top = max(top, value)
                if options > 1:
                    top += menu.nest * math.log(float(options))
                table.ceiling[q, r] = np.float32(max(top, -NEVER))
