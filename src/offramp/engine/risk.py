"""The leader's crises under each policy of a draw: hazards of settlement and nuclear use, endings, and why they change.

Axes as in `aftermath`. The rate of crises is derived in each draw from the stated hazard at the reference state, so that what
the game says moves the hazard and never sets its scale.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from offramp.engine.bind import number
from offramp.engine.inputs import Floats
from offramp.engine.setting import offramp_of, strength_of
from offramp.errors import OfframpError
from offramp.games.tree import Game
from offramp.model.endings import Endings, Succession, war_endings
from offramp.model.escalation import (
    Crisis,
    change_by_cause,
    crisis,
    crisis_rate,
    estimated_collapse,
    nuclear_hazard,
    offer_path,
    perceived_collapse,
)
from offramp.model.games import shipped_game
from offramp.model.renewal import renewal_hazard, renewed
from offramp.model.veto import veto_equilibrium
from offramp.scenario.forms import RATE
from offramp.scenario.tables import Policy, Scenario

Values = Mapping[str, float]
Rows = NDArray[np.int64]
_LEAST = 1e-12
BLOCK = 1 << 14
"""States at which the game is solved at one time: a large game on many days needs no more memory than a small one."""

ACCEPTED = "accepted off-ramp"
COLLAPSE, OFFER, REMOVAL, LENGTH = "collapse", "off-ramp", "removal", "war length"


class Hold(NamedTuple):
    """The leader's hold on power."""

    removal: Floats  # [k, d] hazard per day
    death: Floats  # [k, d]
    succession: Succession


@dataclass(frozen=True)
class Crises:
    """The game of a draw, with everything settled that no day changes."""

    game: Game
    parameters: Mapping[str, float]
    precision: Mapping[str, float]  # of each player
    reliability: float
    interception: float
    veto: float | None
    rate: float
    accident: float
    orders: Mapping[str, float]
    """What becomes of an order: at both ends of the risk of collapse, and at the state to which the hazard belongs."""

    def hazards(self, seen: Floats, offered: Floats) -> tuple[Floats, Floats]:
        """Hazards of settlement and of nuclear use, where the leader sees collapse with probability `seen` and an off-ramp of
        strength `offered` stands; any common shape.
        """
        shape = np.broadcast_shapes(seen.shape, offered.shape)
        p, o = (np.broadcast_to(x, shape).reshape(-1) for x in (seen, offered))
        settle, use = np.empty(p.size), np.empty(p.size)
        for start in range(0, p.size, BLOCK):
            here = slice(start, start + BLOCK)
            found = self.play(p[here], o[here])
            settle[here] = self.rate * found.settle
            use[here] = nuclear_hazard(self.rate, found.executed, self.accident)  # type: ignore[arg-type]
        return settle.reshape(shape), use.reshape(shape)

    def play(self, seen: Floats, offered: Floats) -> Crisis:
        """What a crisis leads to at these states."""
        return crisis(
            self.game,
            {**self.parameters, "p": seen, "o": offered},
            precision=self.precision,
            reliability=self.reliability,
            interception=self.interception,
            veto=self.veto,
        )


def crises_of(scenario: Scenario, values: Values, rate: float | None = None) -> Crises | None:
    """The game of this draw, the shipped one unless the scenario brings its own; None without [escalation].

    rate: of crises, per day; where it is not given it is the one at which the stated hazard is met (N3). Raises OfframpError
    where hardly any crisis could end in use, so that none meets it.
    """
    table, own = scenario.escalation, scenario.game
    if table is None:
        return None
    if own is None:
        game = shipped_game("escalation")
        stated = [(f.name, getattr(table.payoffs, f.name)) for f in fields(table.payoffs)]
    else:
        game, stated = own.tree, own.parameters
    parameters = {name: number(value, values) for name, value in stated if value is not None}
    everybody = number(table.precision, values)
    command = number(table.command_precision, values, everybody)
    precision = {player: command if player == "command" else everybody for player in game.players}
    veto = None
    if table.veto is not None:
        one = table.veto
        veto = float(
            veto_equilibrium(
                one.commanders,
                one.refusals_needed,
                precision=command,
                succeed=number(one.succeed_utility, values),
                punished=number(one.punished_utility, values),
                executed=number(one.executed_utility, values),
                obeyed=number(one.obeyed_utility, values),
            ).veto
        )
    reliability = number(table.execution_reliability, values)
    interception = number(table.interception_probability, values)
    accident = number(table.accident_per_day, values)
    crises = Crises(game, parameters, precision, reliability, interception, veto, 0.0, accident, {})
    near = 1.0 - number(table.information_bias_share, values)
    found = crises.play(
        np.array([0.0, near, number(table.reference_collapse_probability, values), near]),
        np.array([0.0, 0.0, 0.0, 1.0]),
    )
    order, executed = float(found.order[2]), float(found.executed[2])
    if rate is None:
        if executed < _LEAST:
            raise OfframpError(
                "In the escalation game hardly any crisis ends in nuclear use at the reference, so that no rate of crises meets"
                " the stated hazard. Lower escalation.precision, or change the payoffs."
            )
        rate = float(crisis_rate(number(table.reference_hazard_per_day, values), executed, accident))
    orders = {
        "order_carried_out.far_from_collapse": float(found.executed[0]),
        "order_carried_out.near_collapse": float(found.executed[1]),
        "order_carried_out.near_collapse_with_off-ramp": float(found.executed[3]),
        "orders_stopped": 1.0 - executed / order if order > 0.0 else 0.0,
        "orders_stopped.command": float(found.veto[2]),
    }
    return replace(crises, rate=rate, orders=orders)


@dataclass(frozen=True)
class Risk:
    """Hazards of a draw. rows of `settle` and `use`: pairs (policy of the collapse path, policy of the off-ramp), in `place`."""

    settle: Floats  # [pairs, d]
    use: Floats  # [pairs, d]
    offered: Floats  # [k, d] strength of the off-ramp that stands
    seen: Floats  # [k, d]
    place: Mapping[tuple[int, int], int]
    renewal: Floats  # [k] hazard per day that a war settled by the policy's off-ramp is renewed

    def removed(self, hold: Hold, ends: Endings, end: Rows) -> Floats:
        """Chance that the leader is removed before anything else has ended the war, [k]. ends: those of each policy."""
        goes_on = np.arange(int(self.seen.shape[1])) < end[:, None]
        own = [self.place[k, k] for k in range(len(self.seen))]
        removal = hold.removal * goes_on
        total = (self.settle[own] + self.use[own] + hold.death) * goes_on + removal
        share = np.divide(removal, total, out=np.zeros_like(total), where=total > 0)
        return (-np.diff(ends.leader, axis=-1) * share).sum(axis=-1)

    def endings(self, hold: Hold, end: Rows, paths: Rows, offers: Rows, holds: Rows) -> Endings:
        """E8 with the collapse paths, off-ramps and leaders of the policies named, row by row. end: day of a known end."""
        pair = [self.place[int(p), int(o)] for p, o in zip(paths, offers, strict=True)]
        goes_on: NDArray[np.bool_] = np.arange(int(self.seen.shape[1])) < end[:, None]
        settle = self.settle[pair] * goes_on
        on_offer = self.offered[offers] > 0
        use = self.use[pair] * goes_on
        ends = war_endings(
            {"withdrawal": settle * ~on_offer, ACCEPTED: settle * on_offer},
            removal=hold.removal[holds] * goes_on,
            death=hold.death[holds] * goes_on,
            nuclear=use,
            succession=hold.succession,
        )
        if not self.renewal.any():
            return ends
        return renewed(ends, ACCEPTED, self.renewal[offers][:, None] * goes_on, use)

    def endings_by_cause(self, hold: Hold, end: Rows) -> tuple[Endings, dict[str, Floats]]:
        """E8 under each policy, and the change of the probability of nuclear use, relative to the reference's, with what it is
        due to; each [k].
        """
        count = len(self.seen)
        differs = [
            [
                cause
                for cause, path in (
                    (COLLAPSE, self.seen), (OFFER, self.offered), (REMOVAL, hold.removal), (LENGTH, end[:, None]),
                )
                if not np.array_equal(path[k], path[0])
            ]
            for k in range(count)
        ]  # fmt: skip
        cases = [
            (k, frozenset(moved))
            for k in range(count)
            for size in range(len(differs[k]) + 1)
            for moved in combinations(differs[k], size)
        ]

        def whose(cause: str) -> Rows:
            return np.array([k if cause in moved else 0 for k, moved in cases])

        ends = self.endings(hold, end[whose(LENGTH)], whose(COLLAPSE), whose(OFFER), whose(REMOVAL))
        value = dict(zip(cases, ends.probability["nuclear"][:, -1], strict=True))
        at_first = value[0, frozenset()]
        result = {f"nuclear_change.{cause}": np.zeros(count) for cause in (COLLAPSE, OFFER, REMOVAL, LENGTH)}
        for k in range(1, count):
            parts = change_by_cause(
                lambda on, k=k: value[k, frozenset(c for c, moved in on.items() if moved)],
                dict.fromkeys(differs[k], False),
                dict.fromkeys(differs[k], True),
            )
            for cause, part in parts.items():
                result[f"nuclear_change.{cause}"][k] = part
        total = np.sum(list(result.values()), axis=0)
        with np.errstate(divide="ignore", invalid="ignore"):
            change = {name: part / at_first for name, part in {"nuclear_change": total, **result}.items()}
        # a policy is itself where everything is its own
        own = [cases.index((k, frozenset(differs[k]))) for k in range(count)]
        chance = {name: path[own] for name, path in ends.probability.items()}
        again = None if ends.renewed is None else ends.renewed[own]
        return Endings(chance, ends.war_on[own], ends.leader[own], again), change


def war_risk(
    scenario: Scenario,
    policies: Sequence[Policy],
    collapse: Floats,
    exit_share: Floats,
    values: Values,
    error: float,
    crises: Crises | None,
) -> Risk:
    """N1-N4 under each policy; without crises nothing ever ends in use. collapse, exit_share: [k, d]; error: standard normal, the
    draw's."""
    pairs = [(k, k) for k in range(len(policies))]
    place = {pair: at for at, pair in enumerate(pairs)}
    table = scenario.escalation
    if table is None or crises is None:
        nothing = np.zeros(collapse.shape)
        return Risk(nothing, nothing, nothing, nothing, place, np.zeros(len(policies)))
    weight, bias = number(table.exit_weight, values), number(table.information_bias_share, values)
    seen = np.asarray(perceived_collapse(collapse, exit_share, weight, bias))  # type: ignore[arg-type]
    offered = np.stack(
        [_offered(scenario, p, path, values, error) for p, path in zip(policies, collapse, strict=True)]
    )
    # what an off-ramp does by itself is told from what the path does by exchanging the one without the other
    for k in range(1, len(policies)):
        for path, offer in ((k, 0), (0, k)):
            if np.array_equal(offered[offer], offered[path]):
                place[path, offer] = path
            else:
                place[path, offer] = len(pairs)
                pairs.append((path, offer))
    first, second = ([pair[side] for pair in pairs] for side in (0, 1))
    settle, use = crises.hazards(seen[first], offered[second])
    again = np.array([_renewal(scenario, policy, values) for policy in policies])
    return Risk(settle, use, offered, seen, place, again)


def _renewal(scenario: Scenario, policy: Policy, values: Values) -> float:
    """N7 after the policy's off-ramp, per day."""
    table, war = offramp_of(scenario, policy), scenario.war
    if table is None:
        return 0.0
    elasticity = 0.0 if war is None else number(war.strength_elasticity, values)
    hazard = renewal_hazard(
        number(table.renewal_hazard_per_day, values),
        number(table.moral_hazard_factor, values),
        strength_of(table, values),
        number(table.rearm_invader_share, values),
        number(table.rearm_defender_share, values),
        elasticity,
    )
    return min(hazard, RATE.high)


def _offered(scenario: Scenario, policy: Policy, collapse: Floats, values: Values, error: float) -> Floats:
    """Strength of the policy's off-ramp on each day, [d]."""
    table = offramp_of(scenario, policy)
    if table is None:
        return np.zeros(collapse.shape)
    estimate = estimated_collapse(collapse, number(table.estimate_error_log_odds, values) * error)
    return offer_path(
        estimate,
        number(table.threshold_probability, values),
        lag_days=table.lag_days,
        valid_days=table.valid_days,
        strength=strength_of(table, values),
    )
