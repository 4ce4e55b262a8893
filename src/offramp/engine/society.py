"""The programme's world from one morning to the next: M3 and M4.

Yesterday acts on today: videos, promises kept and broken, departures and captures of a day count from the next morning.
"""

# pyright: reportArgumentType=false
# (NumPy's stubs take an element of an array for an array)

from __future__ import annotations

from offramp.engine.inputs import KILLED, SERVING, WAITING
from offramp.engine.posts_day import purge_the_able, shake_the_top
from offramp.engine.state import (
    CORDON,
    CRACKDOWN,
    FIGHTING,
    HARDSHIP,
    PAY,
    PROPAGANDA,
    SENTENCE,
    Run,
)
from offramp.model.compiled import part
from offramp.model.elite import competence
from offramp.model.information import (
    awareness_step,
    bad_cases,
    effective_reach,
    good_cases,
    known_danger,
    permeability,
    saturation,
    support_shift,
    support_step,
    videos_in_circulation,
)
from offramp.model.offers import attempt_risks, passage_in_prospect
from offramp.model.regime import WEEK, crackdown_step, grievance_step, propaganda, remaining, risen
from offramp.model.war import belief_step, shift_log_odds


@part
def open_society(run: Run, d: int) -> None:
    """The morning of day d: beliefs, trust and support follow yesterday, the regime answers, and the day's terms are set."""
    if d > 0:
        believe(run, d)
        spread_word(run, d)
        weigh_cases(run, d)
        breed_grievance(run)
        move_support(run, d)
    crack_down(run, d)
    purge_the_able(run, d)
    if run.setting.top.on:
        shake_the_top(run, d)
    set_terms(run, d)
    set_passage(run, d)
    memory, outcome = run.memory, run.outcome
    for p in range(run.offers.start.shape[0]):
        if not run.state.closed[p]:
            outcome.open_days[p] = d + 1
        memory.videos[p] = 0.0
        memory.admitted[p] = outcome.admitted[p]
        memory.asked[p] = 0.0
    for g in range(memory.events.shape[0]):
        memory.events[g] = 0.0


@part
def believe(run: Run, d: int) -> None:
    """I5: the believed hazard of death follows as much of yesterday's true one as is heard of."""
    perceived, choice = run.scratch.perceived, run.choice
    bias, outside = run.setting.information.bias, run.memory.outside
    for g in range(perceived.shape[0]):
        true = choice.hazard[g, d - 1] * run.today.hazard[g] * known_danger(bias[g], outside[g])
        perceived[g] = belief_step(perceived[g], true, choice.optimism, choice.belief_rate)


@part
def on_air(run: Run, k: int, d: int) -> bool:
    """Whether channel k spoke on day d, which is over: anyway, or while an offer that it tells of stood."""
    information, offers = run.setting.information, run.offers
    if information.since[k] <= d:
        return True
    for p in range(offers.start.shape[0]):
        if information.of[k, p] and offers.announced[p] <= d < offers.end[p] and run.outcome.open_days[p] > d:
            return True
    return False


@part
def stands(run: Run, p: int, d: int) -> bool:
    """Whether programme p was announced before day d and is still spoken of: not over, not given up, its budget not spent."""
    return run.offers.announced[p] < d <= run.offers.end[p] and not run.state.closed[p]


@part
def contacts(run: Run, g: int, p: int, d: int) -> float:
    """Contacts per person and day of group g with channels that tell of programme p; p = -1: with any that speaks."""
    information = run.setting.information
    total = 0.0
    for k in range(information.reach.shape[0]):
        if information.to[k, g] and (information.of[k, p] if p >= 0 else on_air(run, k, d)):
            total += information.reach[k, d] * run.today.passing[k]
    return effective_reach(total, information.ceiling)


@part
def heard_of(run: Run) -> float:
    """phi of I1, I3 and I6: share of what soldiers say and of how they fared that passed yesterday's cordon."""
    return permeability(run.setting.information.testimony_sensitivity, run.today.level[CORDON])


@part
def spread_word(run: Run, d: int) -> None:
    """I1, I2: who knows of the programmes announced, and of the world outside, after yesterday."""
    information, memory, aware = run.setting.information, run.memory, run.today.aware
    said = information.testimony * memory.stock[0] * heard_of(run)
    for k in range(information.sensitivity.shape[0]):
        run.today.passing[k] = permeability(information.sensitivity[k], run.today.level[CORDON])
    for g in range(memory.outside.shape[0]):
        for p in range(aware.shape[0]):
            if information.told[p] and stands(run, p, d):
                heard = contacts(run, g, p, d - 1) + said
                aware[p, g] = awareness_step(aware[p, g], heard, information.word_of_mouth)
        memory.outside[g] = awareness_step(memory.outside[g], contacts(run, g, -1, d - 1), 0.0)
    shown = 0.0
    for p in range(aware.shape[0]):
        shown += memory.videos[p]
    memory.stock[0] = videos_in_circulation(memory.stock[0], information.testimony_decay, shown)


@part
def credibility(run: Run, p: int, d: int) -> float:
    """K of I3: credibility of the channels that tell of programme p, weighted by their reach; 1 without channels."""
    information = run.setting.information
    heard, believed = 0.0, 0.0
    for k in range(information.reach.shape[0]):
        if information.of[k, p]:
            heard += information.reach[k, d]
            believed += information.reach[k, d] * information.credibility[k]
    return believed / heard if heard > 0.0 else 1.0


@part
def weigh_cases(run: Run, d: int) -> None:
    """I3: good and bad cases of yesterday, as far as the cordon let them through, enter the counts behind trust."""
    trust, memory = run.setting.trust, run.memory
    seen = trust.seen * heard_of(run)
    for p in range(memory.counts.shape[0]):
        if not trust.formed[p]:
            continue
        known = seen * credibility(run, p, d - 1)
        admitted = run.outcome.admitted[p] - memory.admitted[p]
        broken = admitted * run.offers.broken[p]
        memory.counts[p, 0] += good_cases(
            known, trust.video[p], memory.videos[p], trust.publicised, admitted - broken
        )
        memory.counts[p, 1] += bad_cases(
            known, trust.loss_weight, broken, trust.counter, run.today.level[PROPAGANDA]
        )


@part
def breed_grievance(run: Run) -> None:
    """R4: what the regime did yesterday to men who tried and to families."""
    regime, counts, grievance = run.setting.regime, run.state.counts, run.today.grievance
    for g in range(grievance.shape[0]):
        persons = (counts[g, SERVING] + counts[g, WAITING]) * run.population.weight[g]
        grievance[g] = grievance_step(
            grievance[g], regime.grievance_decay, regime.grievance, regime.backfire[g], run.memory.events[g], persons
        )  # fmt: skip


@part
def move_support(run: Run, d: int) -> None:
    """I6: support follows testimony, propaganda, known losses, the offers themselves and sanctions on ordinary people."""
    support, information, memory = run.setting.support, run.setting.information, run.memory
    if not support.on:
        return
    counts, today = run.state.counts, run.today
    testimony = support.testimony * saturation(memory.stock[0], support.half) * heard_of(run)
    run.outcome.testimony[d] = testimony
    won = support.propaganda * (today.level[PROPAGANDA] - run.setting.regime.propaganda)
    for g in range(today.shift.shape[0]):
        ever = 0
        for s in range(SERVING, counts.shape[1]):
            ever += counts[g, s]
        killed = counts[g, KILLED] / ever if ever > 0 else 0.0
        visible = 0.0
        for p in range(today.aware.shape[0]):
            if stands(run, p, d):  # a stated path of awareness says nothing where there is no offer
                visible = max(visible, today.aware[p, g])
        target = support_shift(
            support.start[g],
            testimony,
            won,
            support.losses * killed * known_danger(information.bias[g], memory.outside[g]),
            support.backlash * visible + support.collateral * run.setting.levers.collateral[d - 1],
        )
        today.shift[g] = support_step(today.shift[g], support.rate, target)


@part
def crack_down(run: Run, d: int) -> None:
    """R1: the crackdown of the day, a given path or once a week the answer to what was seen."""
    regime, memory, level = run.setting.regime, run.memory, run.today.level
    if regime.given:
        level[CRACKDOWN] = regime.path[d]
    elif d == 0:
        level[CRACKDOWN] = min(regime.start, regime.ceiling[0])
    elif d % WEEK == 0:
        seen = (regime.detected * memory.week[0] + memory.week[1]) / WEEK
        level[CRACKDOWN] = crackdown_step(
            level[CRACKDOWN], regime.gain, regime.decay, seen, regime.tolerance, regime.ceiling[d]
        )
        memory.week[0] = 0.0
        memory.week[1] = 0.0
    run.outcome.crackdown[d] = level[CRACKDOWN]


@part
def set_terms(run: Run, d: int) -> None:
    """R2, R3 and the levers: what the day's choices and hazards are made with."""
    setting, menu, offers, choice = run.setting, run.menu, run.offers, run.choice
    regime, levers, today = setting.regime, setting.levers, run.today
    level = today.level
    crackdown = level[CRACKDOWN]
    level[CORDON] = setting.information.cordon[d] + regime.cordon * crackdown
    level[PROPAGANDA] = propaganda(regime.propaganda, regime.propaganda_increase, crackdown)
    level[SENTENCE] = risen(choice.sentence[d], regime.sentence, crackdown)
    level[PAY] = levers.pay[d]
    level[HARDSHIP] = max(0.0, choice.hardship[d] + levers.hardship[d])
    level[FIGHTING] = remaining(1.0, regime.strength, crackdown)
    level[FIGHTING] *= competence(run.standing.purges[0], setting.top.incompetence)
    for j in range(menu.route.shape[0]):
        caught, killed = menu.caught[j, d], menu.killed[j, d]
        if menu.safer[j] != 0.0 or crackdown != 0.0:
            caught, killed = attempt_risks(
                caught, killed, menu.safer[j], regime.capture * crackdown, regime.killed * crackdown
            )
        today.caught[j] = caught
        today.killed[j] = killed
        today.reprisal[j] = shift_log_odds(menu.reprisal[j, d], regime.reprisal * crackdown)
    for g in range(today.window.shape[0]):
        front = not run.population.home[g]
        today.window[g] = remaining(1.0, regime.barrier, crackdown) if front else 1.0
        today.hazard[g] = levers.hazard[d] * risen(1.0, regime.hazard, crackdown) if front else 1.0
    for p in range(offers.start.shape[0]):
        today.detection[p] = risen(offers.detection[p], regime.detection, crackdown)
        counts = run.memory.counts
        formed = setting.trust.formed[p]
        today.trust[p] = counts[p, 0] / (counts[p, 0] + counts[p, 1]) if formed else offers.trust[p, d]
        if not setting.information.told[p]:
            for g in range(today.window.shape[0]):
                today.aware[p, g] = offers.aware[p, d]


@part
def set_passage(run: Run, d: int) -> None:
    """Places for households: those of the day, and what may be expected after yesterday's asking."""
    offers, memory = run.offers, run.memory
    for p in range(offers.start.shape[0]):
        memory.places[p] = min(offers.family_places_per_day[p, d], memory.places_left[p])
        run.today.passage[p] = passage_in_prospect(offers.passage[p], memory.places[p], memory.asked[p])
