"""What follows from a run: opinion at home, the leader's hold on power, his crises, and how the war ends.

Computed after the event engine from the daily paths of all policies of a draw. Nothing here acts on soldiers: an ending
does not cut the run short, its later days are weighted by the chance that the war goes on. Axes: k policies of the draw, the
reference first, d days, w weeks, g groups.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from offramp.engine.accounts import less_reference
from offramp.engine.bind import daily, number
from offramp.engine.concession import conceded, is_stated
from offramp.engine.drift import by_day, disarray_path, support_path
from offramp.engine.inputs import FIRST_ROUTE, KILLED, SERVING, Floats, Outcome
from offramp.engine.polling import sampling_errors
from offramp.engine.posts import Left, View
from offramp.engine.risk import ACCEPTED, Crises, Hold, Risk, crises_of, war_risk
from offramp.engine.setting import collateral_of
from offramp.engine.top import decay_shift, quarrels, ranks
from offramp.model.elite import leader_mortality, removal_hazard, visible_decay, weighted_exits
from offramp.model.endings import Endings, Succession
from offramp.model.opinion import Poll, Public, Stakes, arrest_probability, open_dissent, opinion_path
from offramp.model.regime import WEEK, propaganda
from offramp.scenario.forms import RATE
from offramp.scenario.tables import Policy, Scenario
from offramp.scenario.tables_endings import Leadership, Opinion
from offramp.scenario.tables_world import ZERO, Regime, Support

Values = Mapping[str, float]
_SURE = 1e-12


class After(NamedTuple):
    """What followed: outcomes of each policy by name, and daily series by name, [k, d + 1], the start first. `shared`: what those
    at posts add to outcomes of the front; their series are to be added to those of the same name.
    """

    outcomes: tuple[dict[str, float], ...]
    series: dict[str, Floats]
    shared: tuple[dict[str, float], ...]

    def of(self, policies: slice) -> After:
        """The same for some of the policies."""
        series = {name: path[policies] for name, path in self.series.items()}
        return After(self.outcomes[policies], series, self.shared[policies])


class Course(NamedTuple):
    """The course of the war under each policy of a draw."""

    collapse: Floats  # [k, d] W6
    exit_share: Floats  # [k, d]
    win: Floats  # [k, d]
    crackdown: Floats  # [k, d]
    testimony: Floats  # [k, d] support lost where the soldiers' videos are seen
    exits: Floats  # [k, d, g] persons who left on that day
    killed_share: Floats  # [k, d] of all who ever served at the front, at dawn
    left_share: Floats  # [k, d] of the same, who have left
    collapse_day: NDArray[np.int64]  # [k] day at whose dawn the front has collapsed, -1 for never


def is_needed(scenario: Scenario) -> bool:
    """Whether the scenario states anything that is computed after a run."""
    stated = (scenario.opinion, scenario.leadership, scenario.escalation)
    return bool(scenario.posts.groups) or any(x is not None for x in stated)


def course(outcome: Outcome, persons: Floats, home: NDArray[np.bool_]) -> Course:
    """The course under one policy, without the axis k. persons: [d + 1, g, state]; home: [g]."""
    state: NDArray[np.int64] = np.arange(persons.shape[2], dtype=np.int64)
    front = np.where(home, 0.0, 1.0)
    # sums over states and groups as products, which are ten times as fast
    rows, shape = persons.reshape(-1, len(state)), persons.shape[:2]
    gone = (rows @ np.where(state >= FIRST_ROUTE, 1.0, 0.0)).reshape(shape)
    ever = np.maximum((rows @ np.where(state >= SERVING, 1.0, 0.0)).reshape(shape)[:-1] @ front, 1e-9)
    return Course(
        outcome.collapse,
        outcome.exit_share,
        outcome.win,
        outcome.crackdown,
        outcome.testimony,
        exits=np.diff(gone, axis=0),
        killed_share=persons[:-1, :, KILLED] @ front / ever,
        left_share=gone[:-1] @ front / ever,
        collapse_day=np.array(int(outcome.scalars[0])),
    )


def together(courses: Sequence[Course]) -> Course:
    """The courses under all policies as one, with k as the first axis."""
    return Course(*map(np.stack, zip(*courses, strict=True)))


def aftermath(
    scenario: Scenario,
    policies: Sequence[str],
    course: Course,
    values: Values,
    error: float,
    posts: Callable[[str, View], Left] | None = None,
    crises: Crises | None = None,
) -> After:
    """What follows under each policy. error: a standard normal number, the draw's, for estimates of collapse; posts: simulates
    those at posts under a policy; crises: of the leader, where they are known already.
    """
    chosen = [scenario.policy(name) for name in policies]
    results: list[dict[str, float]] = [{} for _ in policies]
    series: dict[str, Floats] = {}
    told = surprise = np.zeros(course.win.shape)
    if scenario.opinion is not None:
        public, stakes = opinion_terms(scenario, chosen, course, values)
        dissent, measured = opinion(scenario.opinion, public, stakes, values)
        told = by_day(measured.poll, scenario.days)
        surprise = surprises(dissent, scenario.days)
        classes = scenario.opinion.classes
        by_class = opinion_by_class(scenario.opinion, public, stakes, dissent, values)
        for part in dict.fromkeys(part for one in classes for part in one.parts):
            weight = public.weight[0, -1] * [part in one.parts for one in classes]
            for name, shares in by_class.items():
                _put(results, f"{name}.{part}", shares @ weight / weight.sum())
        for name, errors in sampling_errors(scenario.opinion, measured, values).items():
            _put(results, name, errors)
        names = ("open_dissent", "private_support", "poll", "list_estimate", "poll_gap")
        for name, path in zip(names, (dissent, *measured), strict=True):
            _put(results, name, path[:, -1])
            series[name] = by_day(path, scenario.days + 1)
    held = grip(scenario, chosen, course, told, surprise, values)
    shared: tuple[dict[str, float], ...] = tuple({} for _ in policies)
    if posts is not None:
        seen = held.views(scenario.leadership or Leadership(), course.crackdown, values)
        left = [posts(name, view) for name, view in zip(policies, seen, strict=True)]
        held = held._replace(disarray=np.stack([one.disarray for one in left]))
        for result, one in zip(results, left, strict=True):
            result.update(one.outcomes)
        # theirs are simulated here, so what they contribute is set against the reference's here
        shared = tuple(less_reference(one.shared, left[0].shared) for one in left)
        series |= {name: np.stack([one.series[name] for one in left]) for name in left[0].series}
    if scenario.leadership is not None and scenario.leadership.disarray_memory_days is not None:
        _put(results, "disarray_max", held.disarray.max(axis=1))
    if scenario.leadership is not None or scenario.escalation is not None:
        crises = crises or crises_of(scenario, values)
        risk = war_risk(scenario, chosen, course.collapse, course.exit_share, values, error, crises)
        ends = _put_endings(results, scenario, course, hold(scenario, held, values), risk, values)
        if crises is not None:
            for name, share in crises.orders.items():
                _put(results, name, np.full(len(results), share))
            with np.errstate(divide="ignore", invalid="ignore"):
                used = ends.probability["nuclear"]
                series["nuclear_change"] = used / used[0] - 1.0
            series["nuclear_change"][:, 0] = 0.0  # before the first day nothing can differ
        if is_stated(scenario):
            accepted = ends.probability[ACCEPTED] + (0.0 if ends.renewed is None else ends.renewed)
            costs = conceded(scenario, chosen, accepted, risk.renewal, values)
            for result, one in zip(results, costs.outcomes, strict=True):
                result.update(one)
            shared = tuple(map(_sum, shared, costs.shared))
            for name in [one for one in ("cost_usd", "paid_usd.off-ramp") if one in costs.shared[0]]:
                series[name] = series.get(name, 0.0) + costs.cost
    return After(tuple(results), series, shared)


def _sum(one: Mapping[str, float], other: Mapping[str, float]) -> dict[str, float]:
    return {name: one.get(name, 0.0) + other.get(name, 0.0) for name in (*one, *other)}


def _put(results: Sequence[dict[str, float]], name: str, values: Floats) -> None:
    for result, value in zip(results, values, strict=True):
        result[name] = float(value)


def opinion_terms(
    scenario: Scenario, policies: Sequence[Policy], course: Course, values: Values
) -> tuple[Public, Stakes]:
    """M7: private support, [k, w, classes], and what it costs to speak, at the start of every week.

    Private support follows propaganda, soldiers' videos, deaths at the front and what sanctions do to ordinary people; it
    starts at the classes' own means.
    """
    table, support, regime = scenario.opinion, scenario.support, scenario.regime or Regime()
    assert table is not None
    support = support or Support(rate_per_day=ZERO)  # nothing moves it
    weeks = slice(0, scenario.days, WEEK)
    start = np.array([number(one.support_mean, values) for one in table.classes])
    persons = np.array([number(one.persons, values) for one in table.classes])
    at_rest = number(regime.propaganda_share, values)
    told: Any = propaganda(at_rest, number(regime.propaganda_increase, values), course.crackdown[:, weeks])  # type: ignore[arg-type]
    won: Floats = number(support.propaganda_effect, values) * (told - at_rest)
    lost = number(support.losses_effect, values) * course.killed_share[:, weeks]
    hit = np.stack([collateral_of(scenario, policy, values)[weeks] for policy in policies])
    others = number(support.collateral_effect, values) * hit
    rate = number(support.rate_per_day, values) * WEEK
    shift = support_path(start, course.testimony[:, weeks], won, lost, others, rate)
    stakes = Stakes(
        integrity=number(table.integrity_weight, values),
        sanction=daily(table.sanction_disutility, values, scenario.days)[weeks],
        arrest_disutility=number(table.arrest_disutility, values),
        poll_sanction=number(table.poll_sanction_disutility, values),
        scale=number(table.scale, values),
    )
    return Public.of(
        start + shift, [number(one.support_sd, values) for one in table.classes], persons
    ), stakes


def opinion(table: Opinion, public: Public, stakes: Stakes, values: Values) -> tuple[Floats, Poll]:
    """M7: open dissent, and what is thought, told and listed, each [k, w]."""
    return opinion_path(
        public,
        stakes,
        forces=number(table.security_persons, values),
        persons=sum(number(one.persons, values) for one in table.classes),
        refusal=number(table.poll_refusal_probability, values),
        deflation=number(table.list_deflation_share, values),
    )


def opinion_by_class(
    table: Opinion, public: Public, stakes: Stakes, dissent: Floats, values: Values
) -> dict[str, Floats]:
    """Private support and open dissent within each class at the start of the last week, each [k, classes].

    dissent: of all, [k, w].
    """
    each = Public.of(*(x[:, -1, :, None] for x in public))
    now = stakes._replace(sanction=np.asarray(stakes.sanction)[-1])
    free = stakes._replace(sanction=0.0)
    seen = dissent[:, max(dissent.shape[1] - 2, 0), None]
    persons = sum(number(one.persons, values) for one in table.classes)
    crowd: Any = seen * persons
    arrest = arrest_probability(number(table.security_persons, values), crowd)
    return {
        "private_support": 1.0 - open_dissent(each, free, seen=seen),
        "open_dissent": open_dissent(each, now, seen=seen, arrest=arrest),
    }


class Grip(NamedTuple):
    """What the leader's hold on power rests on under each policy, each [k, d]."""

    win: Floats
    decay: Floats  # visible decay
    left_share: Floats
    poll: Floats
    shocks: Floats  # disarray of the day by departures from the front and by quarrels
    disarray: Floats  # at dawn

    def removal(self, table: Leadership, disarray: Floats | float, values: Values) -> Floats:
        """E3 at this disarray, [k, d]."""
        stated = (
            table.disarray_weight, table.war_weight, table.decay_weight, table.exits_weight, table.popularity_weight,
        )  # fmt: skip
        weights = (number(weight, values) for weight in stated)
        with np.errstate(over="ignore", invalid="ignore"):
            hazard = removal_hazard(
                number(table.removal_hazard_per_day, values),
                disarray, self.win, self.decay, self.left_share, self.poll, *weights,  # type: ignore[arg-type]
            )  # fmt: skip
        # what never happens does not, whatever shakes the rule
        return np.nan_to_num(np.asarray(hazard), nan=0.0, posinf=RATE.high)

    def views(self, table: Leadership, crackdown: Floats, values: Values) -> list[View]:
        """What those at posts see under each policy. crackdown: [k, d]."""
        with np.errstate(divide="ignore"):
            calm = np.log(self.removal(table, 0.0, values))
        return [View(*one) for one in zip(calm, self.shocks, self.win, crackdown, strict=True)]


def grip(
    scenario: Scenario,
    policies: Sequence[Policy],
    course: Course,
    poll: Floats,
    surprise: Floats,
    values: Values,
) -> Grip:
    """E2 without those at posts. poll: measured support, [k, d]; surprise: see `surprises`."""
    table, days = scenario.leadership or Leadership(), scenario.days
    per_exit = number(table.disarray_per_exit, values)
    shocks = per_exit * weighted_exits(course.exits, ranks(scenario.groups, values))
    shocks = shocks + np.stack([quarrels(scenario, policy, values) for policy in policies])
    shocks = shocks + number(table.disarray_per_dissent, values) * surprise
    decay = visible_decay(
        number(table.decay_start, values),
        number(table.decay_drift_per_year, values),
        np.arange(days),
        np.stack([decay_shift(scenario, policy, values) for policy in policies]),
    )
    disarray = disarray_path(shocks, number(table.disarray_memory_days, values, 1.0))
    return Grip(course.win, decay, course.left_share, poll, shocks, disarray)


def surprises(dissent: Floats, days: int) -> Floats:
    """Rise of open dissent from one week to the next, on the first day of the week, [k, d]. dissent: [k, w]."""
    path = np.zeros((len(dissent), days))
    path[:, WEEK::WEEK] = np.maximum(0.0, np.diff(dissent, axis=1))
    return path


def hold(scenario: Scenario, grip: Grip, values: Values) -> Hold:
    """M8: hazards of the leader's removal and natural death on each day."""
    table = scenario.leadership
    if table is None:
        nothing = np.zeros(grip.win.shape)
        return Hold(nothing, nothing, Succession(0.0, 1.0, 0.0, 1.0, 1.0))
    days = scenario.days
    removal = grip.removal(table, grip.disarray, values)
    death = np.zeros(days)
    if table.age_years is not None:
        passed = leader_mortality(
            number(table.age_years, values),
            np.arange(days + 1),
            at_70_per_year=number(table.mortality_at_70_per_year, values),
            growth_per_year=number(table.mortality_growth_per_year, values),
            health=number(table.health_factor, values),
        )
        death = np.diff(passed)
    succession = Succession(
        # a successor who ends it for sure does so within the days, at a hazard that is large but no more
        min(number(table.end_probability, values), 1.0 - _SURE),
        number(table.end_within_days, values),
        number(table.successor_worse_share, values),
        number(table.worse_nuclear_factor, values),
        number(table.worse_days, values),
    )
    # as any hazard of a scenario, at most that of an hourly chance
    removal = np.minimum(removal, RATE.high)
    return Hold(removal, np.broadcast_to(np.minimum(death, RATE.high), removal.shape), succession)


def _put_endings(
    results: Sequence[dict[str, float]],
    scenario: Scenario,
    course: Course,
    hold: Hold,
    risk: Risk,
    values: Values,
) -> Endings:
    """E8, N1: chances of the endings, which add to one with that of nuclear use, and the days of war expected."""
    days = scenario.days
    victory = _victory_day(scenario, course.win, values)
    end, kind = _first(course.collapse_day, victory, days)
    ends, change = risk.endings_by_cause(hold, end)
    going = ends.war_on[:, -1]
    if scenario.escalation is not None:
        _put(results, "ending.withdrawal", ends.probability["withdrawal"][:, -1])
        if scenario.offramps:
            _put(results, f"ending.{ACCEPTED}", ends.probability[ACCEPTED][:, -1])
        if any(ramp.renewal_hazard_per_day != ZERO for ramp in scenario.offramps):
            # stated or not is the scenario's matter: a policy's outcomes do not hang on which others are run with it
            _put(
                results,
                "war_renewed",
                np.zeros(len(results)) if ends.renewed is None else ends.renewed[:, -1],
            )
    if scenario.leadership is not None:
        for name in ("removal", "natural death"):
            _put(results, f"ending.{name}", ends.probability[name][:, -1])
        _put(results, "leader_removed", risk.removed(hold, ends, end))
    _put(results, "ending.front collapse", np.where(kind == 1, going, 0.0))
    if victory is not None:
        _put(results, "ending.invader wins", np.where(kind == 2, going, 0.0))
    _put(results, "ending.war goes on", np.where(kind == 0, going, 0.0))
    before = np.arange(days) < end[:, None]
    _put(results, "war_days_expected", (ends.war_on[:, :-1] * before).sum(axis=1))
    if scenario.escalation is not None:
        _put(results, "nuclear_probability", ends.probability["nuclear"][:, -1])
        for name, parts in change.items():
            _put(results, name, parts)
    return ends


def _victory_day(scenario: Scenario, win: Floats, values: Values) -> NDArray[np.int64] | None:
    """Day at whose dawn the invader has won, [k], -1 for never; None where the scenario does not say when he has."""
    war = scenario.war
    if war is None or war.victory_probability is None or war.victory_days is None:
        return None
    above = win > number(war.victory_probability, values)
    day = np.arange(1, scenario.days + 1)
    last_below = np.maximum.accumulate(np.where(above, 0, day), axis=1)
    won = day - last_below >= war.victory_days
    return np.where(won.any(axis=1), won.argmax(axis=1) + 1, -1)


def _first(
    collapse: NDArray[np.int64], victory: NDArray[np.int64] | None, days: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The day at whose dawn an event of the war has ended it, or the horizon; and which: 0 none, 1 collapse, 2 victory."""
    never = days + 1
    events = [np.where(collapse < 0, never, collapse)]
    events.append(np.full_like(collapse, never) if victory is None else np.where(victory < 0, never, victory))
    first = np.min(events, axis=0)
    kind = np.where(first == never, 0, np.argmin(events, axis=0) + 1)
    return np.minimum(first, days), kind
