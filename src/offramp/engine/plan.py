"""The daily plan: what each option is worth today to each class of soldier.

A class is a group, an exposed household or not, returned to the unit once or not, called up or not. What differs between the
soldiers of a class (support, comrades, free terms) enters when a candidate is looked at.
"""

# pyright: reportArgumentType=false
# (NumPy's stubs take an element of an array for an array)

from __future__ import annotations

import math

from offramp.engine.inputs import CALLED, CLASSES, EXPOSED, NEVER, RETURNED
from offramp.engine.posts_day import worth_of_post
from offramp.engine.state import HARDSHIP, PAY, SENTENCE, Run
from offramp.model.choice import (
    capture_disutility,
    death_ahead,
    family_cost,
    family_harm_probability,
    harm_with_testimony,
    value_of_leaving,
    value_of_staying,
)
from offramp.model.compiled import part
from offramp.model.offers import belief, believed, benefit_of_offer


@part
def harm(run: Run, j: int, passage: float, believed_share: float) -> float:
    """Probability that an exposed household is harmed after a completed exit by option j. passage: share brought out;
    believed_share: how far it is believed that faces are hidden, 1 for what happens."""
    menu, offers = run.menu, run.offers
    p = menu.programme[j]
    leak = offers.leak[p] if p >= 0 else 0.0
    reprisal = run.today.reprisal[j]
    if menu.video[j]:
        return harm_with_testimony(
            reprisal,
            menu.identified[j],
            run.choice.video_factor,
            passage,
            leak,
            believed_share * offers.anonymised[p],
        )
    return family_harm_probability(reprisal, menu.identified[j], 1.0, passage, leak)


@part
def _staying(run: Run, g: int, serves: int, d: int, returned: bool) -> float:
    choice, level, top = run.choice, run.today.level, run.setting.top
    grievance = run.today.grievance[g] + (choice.returned_grievance if returned else 0.0)
    if top.post[g]:
        return worth_of_post(run, g, d, grievance)
    ahead = death_ahead(run.scratch.perceived[serves], choice.war_end[d], choice.discount)
    staying = value_of_staying(
        choice.pay[serves, d] + (0.0 if run.population.home[serves] else level[PAY]),
        choice.compensation[serves, d],
        level[HARDSHIP],
        # a soldier who was caught and sent back bears a grievance of his own (D4), beside that of his group
        choice.grievance * grievance,
        choice.obedience,
        choice.death,
        choice.present_bias,
        ahead,
    )
    if top.front != 0.0 and not run.population.home[serves]:
        staying += top.front * run.standing.disarray[0]
    return staying


@part
def weigh_promises(run: Run, win: float, d: int) -> None:
    """Fill table.belief and table.fear, which are the same for every group. win: the believed probability of victory."""
    choice, offers, today, table = run.choice, run.offers, run.today, run.table
    for j in range(table.fear.shape[0]):
        p = run.menu.programme[j]
        passage = trust = 0.0
        if p >= 0:
            trust = today.trust[p]
            passage = trust * today.passage[p]
            table.belief[j] = belief(
                trust, offers.win_loss[p], win, offers.exchange[p], offers.settlement_loss[p], run.war.settlement[d]
            )  # fmt: skip
        table.fear[j] = family_cost(
            choice.family_units, harm(run, j, passage, trust), choice.family, choice.present_bias
        )


@part
def _leaving(run: Run, j: int, g: int, serves: int, d: int, exposed: bool, capture: float) -> float:
    choice, menu, offers, today = run.choice, run.menu, run.offers, run.today
    p = menu.programme[j]
    gain = choice.base_safety
    if p >= 0:
        money = offers.present_value[g, p] + (offers.bonus[p] if menu.video[j] else 0.0)
        family = offers.family * choice.family_units * today.passage[p] if exposed else 0.0
        gain = benefit_of_offer(
            gain,
            run.table.belief[j],
            choice.money,
            money,
            choice.wealth[serves, d],
            offers.legal[p],
            family,
            offers.safety[p],
        )
    if not math.isnan(menu.outright[j, d]):  # a stated utility holds; a programme's promise comes on top
        return menu.outright[j, d] + gain - choice.base_safety
    caught, killed, sent_back = today.caught[j], today.killed[j], menu.exchange[j, d]
    ordinary = menu.start[menu.route[j]]
    if p >= 0 and menu.programme[ordinary] < 0:
        # that one gets through more safely, and is not handed back, is a promise as well: it is believed as far as trust goes
        caught = believed(today.trust[p], caught, today.caught[ordinary])
        killed = believed(today.trust[p], killed, today.killed[ordinary])
        sent_back = believed(today.trust[p], sent_back, menu.exchange[ordinary, d])
    return value_of_leaving(
        caught,
        killed,
        gain,
        capture,
        choice.death,
        run.table.fear[j] if exposed else 0.0,
        menu.distaste[j],
        sent_back,
    )


@part
def on_offer(run: Run, j: int, g: int, d: int) -> bool:
    """Whether option j is on the menu of group g today. An offer that is not in force, serves nobody, has no money left or is
    believed or known by nobody is off the menu, so that it equals no programme exactly."""
    offers = run.offers
    p = run.menu.programme[j]
    if p < 0:
        return True
    return bool(
        offers.start[p] <= d < offers.end[p]
        and not run.state.closed[p]
        and offers.capacity[p, d] > 0.0
        and run.today.trust[p] > 0.0
        and run.today.aware[p, g] > 0.0
    )


@part
def value_leaving(run: Run, g: int, serves: int, d: int, exposed: bool, capture: float) -> None:
    """Fill table.leave for group g: neither a return to the unit nor a call-up changes what is to be had outside."""
    leave, menu = run.table.leave, run.menu
    for r in range(menu.start.shape[0] - 1):
        if not menu.open_to[g, r]:
            continue
        for j in range(menu.start[r], menu.start[r + 1]):
            leave[j] = -NEVER
            if menu.eligible[g, j] and on_offer(run, j, g, d):
                leave[j] = _leaving(run, j, g, serves, d, exposed, capture)


@part
def value_class(run: Run, g: int, q: int, share: float, stay: float, d: int) -> None:
    """Fill the rows of class q of group g from table.leave. stay: value of staying, utils; share: how far it is that of
    serving. A way that opens at a call-up is no choice of who is not called, but on days on which it opens to him too."""
    table, menu, choice = run.table, run.menu, run.choice
    routes = menu.start.shape[0] - 1
    for r in range(routes):
        if not menu.open_to[g, r]:  # worth nothing since before the first day
            continue
        slope = -choice.support * (share + menu.loyalty[r]) / choice.scale
        table.slope[q, r] = slope
        top = -NEVER
        shut = menu.on_call_up[r] and (q & CALLED) == 0 and menu.window[r, d] <= 0.0
        for j in range(menu.start[r], menu.start[r + 1]):
            value = -NEVER
            if table.leave[j] > -NEVER and not shut:
                value = (table.leave[j] - stay - run.units.hold[g]) / choice.scale + slope * run.today.shift[
                    g
                ]
            table.value[q, j] = value
            top = max(top, value)
        table.ceiling[2 * (q * routes + r)] = top
        table.ceiling[2 * (q * routes + r) + 1] = slope


@part
def build_table(run: Run, win: float, d: int) -> None:
    """Value the menu for day d. win: the believed probability of victory."""
    choice, mobilisation = run.choice, run.mobilisation
    capture = capture_disutility(
        choice.arrest, choice.prison, run.today.level[SENTENCE], choice.present_bias, choice.discount
    )
    weigh_promises(run, win, d)
    for g in range(run.menu.eligible.shape[0]):
        at_home = g == mobilisation.group
        civil = run.population.home[g] and not run.setting.top.post[g]
        serves = mobilisation.serves_as if at_home else g
        staying = _staying(run, g, serves, d, False)
        with_grievance = _staying(run, g, serves, d, True)
        for exposed in (0, EXPOSED):
            value_leaving(run, g, serves, d, exposed != 0, capture)
            for c in range(CLASSES):
                called = (c & CALLED) != 0
                if (c & EXPOSED) != exposed or (called and not at_home):
                    continue
                # how far the value of serving is the value of staying: at home, as far as one expects to be called
                share = 1.0
                if civil and not called:
                    share = mobilisation.perceived[d] if at_home else 0.0
                stay = choice.stay[g] + share * (with_grievance if (c & RETURNED) != 0 else staying)
                value_class(run, g, g * CLASSES + c, share, stay, d)
