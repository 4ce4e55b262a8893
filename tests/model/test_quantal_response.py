"""N0, G1 and G3: quantal response by own recursion and path, against tables, against Gambit, and by what must hold anyway."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offramp.errors import InputError, OfframpError
from offramp.model import quantal_response
from offramp.model.games import Game, read_game, shipped_game
from offramp.model.quantal_response import branches, solve
from tests.model.judge import gambit_principal

G3 = shipped_game("escalation")
G1 = shipped_game("matching-pennies")

# lam, p, o: settle, continue, order, obey, restrain, executed
G3_TABLE = """
.25 .1 0 .109102 .786258 .104640 .421575 .622459 .044113
.25 .1 1 .299444 .618272 .082283 .421575 .622459 .034689
.25 .5 0 .229465 .550457 .220079 .421575 .622459 .092780
.25 .5 1 .509664 .350287 .140049 .421575 .622459 .059041
.25 .9 0 .362632 .289568 .347800 .421575 .622459 .146624
.25 .9 1 .665086 .152158 .182756 .421575 .622459 .077045
.5 .1 0 .018454 .958408 .023138 .423890 .731059 .009808
.5 .1 1 .186357 .794462 .019180 .423890 .731059 .008130
.5 .5 0 .124868 .718566 .156566 .423890 .731059 .066367
.5 .5 1 .634804 .299860 .065336 .423890 .731059 .027695
.5 .9 0 .345844 .220520 .433637 .423890 .731059 .183814
.5 .9 1 .865604 .045305 .089090 .423890 .731059 .037764
1 .1 0 .000368 .991427 .008205 .570718 .880797 .004683
1 .1 1 .051748 .940469 .007784 .570718 .880797 .004442
1 .5 0 .017718 .586746 .395536 .570718 .880797 .225740
1 .5 1 .728043 .162448 .109509 .570718 .880797 .062499
1 .9 0 .042140 .017133 .940727 .570718 .880797 .536890
1 .9 1 .867186 .002376 .130439 .570718 .880797 .074444
2 .5 0 .000000 .000189 .999811 .856210 .982014 .856048
2 .9 1 .003783 .000000 .996217 .856210 .982014 .852972
"""
ROWS = [tuple(map(float, line.split())) for line in G3_TABLE.split("\n") if line]


def two_by_two(**payoffs: tuple[float, float]) -> Game:
    """Both move at once; payoffs by the two actions, such as ss=(4, 4)."""
    text = """
players = ["row", "column"]
[[node]]
name = "row"
player = "row"
actions = { s = "after s", h = "after h" }
[[node]]
name = "after s"
player = "column"
information_set = "column"
actions = { s = "ss", h = "sh" }
[[node]]
name = "after h"
player = "column"
information_set = "column"
actions = { s = "hs", h = "hh" }
"""
    for name, (row, column) in payoffs.items():
        text += f'[[end]]\nname = "{name}"\npayoffs = {{ row = {row!r}, column = {column!r} }}\n'
    return read_game(text)


STAG_HUNT = two_by_two(ss=(4.0, 4.0), sh=(0.0, 3.0), hs=(3.0, 0.0), hh=(2.0, 2.0))
BATTLE = two_by_two(ss=(2.0, 1.0), sh=(0.0, 0.0), hs=(0.0, 0.0), hh=(1.0, 2.0))
# Three players, the last of whom does not know who moved before him (Selten 1975; payoffs of Osborne and Rubinstein 1994).
HORSE = read_game("""
players = ["first", "second", "third"]
[[node]]
name = "first"
player = "first"
actions = { across = "second", down = "third after first" }
[[node]]
name = "second"
player = "second"
actions = { across = "all across", down = "third after second" }
[[node]]
name = "third after first"
player = "third"
information_set = "third"
actions = { left = "down left", right = "down right" }
[[node]]
name = "third after second"
player = "third"
information_set = "third"
actions = { left = "across left", right = "across right" }
[[end]]
name = "all across"
payoffs = { first = 1, second = 1, third = 1 }
[[end]]
name = "down left"
payoffs = { first = 3, second = 3, third = 2 }
[[end]]
name = "down right"
payoffs = { first = 0, second = 0, third = 0 }
[[end]]
name = "across left"
payoffs = { first = 4, second = 4, third = 0 }
[[end]]
name = "across right"
payoffs = { first = 0, second = 0, third = 1 }
""")
NAMES = ("centipede", "escalation", "matching-pennies", "mini-ultimatum")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: "-".join(map(str, row[:3])))
def test_g3_escalation(row: tuple[float, ...]) -> None:
    lam, p, o, settle, fight, order, obey, restrain, executed = row
    found = solve(G3, {"p": p, "o": o}, precision=lam)
    leader, command = found.choices["crisis"], found.choices["command"]
    got = [leader["settle"], leader["continue"], leader["order"], command["obey"]]
    got += [found.choices["coalition"]["restrain"], leader["order"] * command["obey"]]
    np.testing.assert_allclose(got, [settle, fight, order, obey, restrain, executed], rtol=0, atol=1e-6)
    assert found.residual == 0.0


def test_g3_curve() -> None:
    p = np.array([0.05, 0.25, 0.75, 0.95])
    without = solve(G3, {"p": p}, precision=0.5)
    offered = solve(G3, {"p": p, "o": 1.0}, precision=0.5)

    def executed(found: quantal_response.Equilibrium) -> np.ndarray:
        return found.choices["crisis"]["order"] * found.choices["command"]["obey"]

    np.testing.assert_allclose(executed(without), [0.007525, 0.021248, 0.143305, 0.194106], atol=1e-6)
    np.testing.assert_allclose(executed(offered), [0.006497, 0.014684, 0.035692, 0.038180], atol=1e-6)
    settle = offered.choices["crisis"]["settle"]
    np.testing.assert_allclose(settle, [0.148910, 0.336568, 0.818093, 0.875137], atol=1e-6)


@pytest.mark.parametrize(
    ("lam", "up", "left"),
    [
        (0.25, 0.717501, 0.472839),
        (0.5, 0.830671, 0.418077),
        (1.0, 0.893576, 0.312780),
        (2.0, 0.860754, 0.191078),
        (5.0, 0.701984, 0.117135),
    ],
)
def test_g1_matching_pennies(lam: float, up: float, left: float) -> None:
    found = solve(G1, precision=lam)
    assert found.choices["row"]["up"] == pytest.approx(up, abs=1e-6)
    assert found.choices["column"]["left"] == pytest.approx(left, abs=1e-6)


def test_g1_tends_to_nash() -> None:
    found = solve(G1, precision=3000.0)
    assert found.choices["row"]["up"] == pytest.approx(0.5, abs=1e-3)
    assert found.choices["column"]["left"] == pytest.approx(0.1, abs=1e-5)
    assert found.regret < 1e-3


@pytest.mark.parametrize("lam", [0.1, 0.5, 1.0, 3.0, 10.0, 30.0])
@pytest.mark.parametrize("game", [*map(shipped_game, NAMES), STAG_HUNT, HORSE], ids=lambda game: game.title)
def test_gambit_agrees(game: Game, lam: float) -> None:
    """To 1e-8, at the precision that Gambit itself reached."""
    state = {"p": 0.6, "o": 0.4, "relief": 1.5} if game is not HORSE and "p" in game.parameters else {}
    reached, judged = gambit_principal(game, state, lam)
    found = solve(game, state, precision=reached)
    assert found.residual < 1e-9
    for name, actions in judged.items():
        for action, probability in actions.items():
            assert found.choices[name][action] == pytest.approx(probability, abs=1e-8)


@pytest.mark.parametrize("seed", range(6))
def test_gambit_agrees_on_games_drawn_at_random(seed: int) -> None:
    """Any payoffs, at a precision where many such games have several equilibria: the principal branch is the same one."""
    random = np.random.default_rng(seed)
    game = two_by_two(**{name: tuple(random.uniform(-5, 5, 2).tolist()) for name in ("ss", "sh", "hs", "hh")})
    reached, judged = gambit_principal(game, {}, 2.0)
    found = solve(game, precision=reached)
    for name in ("row", "column"):
        assert found.choices[name]["s"] == pytest.approx(judged[name]["s"], abs=1e-8)
    assert branches(game, precision=reached).index_sum == 1


# Without numbers -----------------------------------------------------------------------------------------------------

STATES = st.fixed_dictionaries({"p": st.floats(0.0, 1.0), "o": st.floats(0.0, 1.0)})
PAYOFFS = st.fixed_dictionaries(
    {name: st.floats(-12.0, 12.0) for name in G3.parameters if name not in ("p", "o", "offramp_value")}
    | {"offramp_value": st.floats(0.0, 12.0)}
)
PRECISIONS = st.floats(0.0, 5.0)


@given(STATES, PAYOFFS, PRECISIONS)
def test_play_is_a_distribution_and_its_own_best_answer(
    state: dict[str, float], payoffs: dict[str, float], lam: float
) -> None:
    """The recursion is checked by the definition: log-odds of two actions are lam times their difference in worth."""
    found = solve(G3, state | payoffs, precision=lam)
    assert sum(found.ends.values()) == pytest.approx(1.0, abs=1e-12)
    for actions in found.choices.values():
        assert sum(actions.values()) == pytest.approx(1.0, abs=1e-12)
    values = {**G3.parameters, **state, **payoffs}
    restrain = found.choices["coalition"]["restrain"]
    gain = values["coalition_restrained"] - values["coalition_retaliated"]
    assert restrain == pytest.approx(1.0 / (1.0 + math.exp(-lam * gain)), rel=1e-12)
    worth = {
        "settle": values["settle_value"] + values["offramp_value"] * values["o"],
        "continue": (1 - values["p"]) * values["fight_value"] + values["p"] * values["collapse_value"],
    }
    leader = found.choices["crisis"]
    odds = math.exp(lam * (worth["settle"] - worth["continue"]))
    assert leader["settle"] == pytest.approx(leader["continue"] * odds, rel=1e-9, abs=1e-300)


@given(STATES)
def test_no_precision_is_uniform(state: dict[str, float]) -> None:
    found = solve(G3, state, precision=0.0)
    assert found.choices["crisis"]["order"] == pytest.approx(1 / 3, abs=1e-15)
    assert found.choices["crisis"]["order"] * found.choices["command"]["obey"] == pytest.approx(
        1 / 6, abs=1e-15
    )
    for name in ("matching-pennies", "centipede"):
        game = shipped_game(name)
        for actions in solve(game, precision=0.0).choices.values():
            assert all(p == pytest.approx(1 / len(actions), abs=1e-15) for p in actions.values())


@given(STATES, PAYOFFS, PRECISIONS, st.floats(0.0, 1.0))
def test_orders_never_rise_with_the_offer(
    state: dict[str, float], payoffs: dict[str, float], lam: float, more: float
) -> None:
    """For fixed p the probability of an executed order does not increase in o."""
    better = state | {"o": state["o"] + (1.0 - state["o"]) * more}
    now, then = (solve(G3, one | payoffs, precision=lam) for one in (state, better))
    executed = [f.choices["crisis"]["order"] * f.choices["command"]["obey"] for f in (now, then)]
    assert executed[1] <= executed[0] * (1 + 1e-12)


@given(STATES, st.floats(0.0, 8.0), PRECISIONS)
def test_relief_lets_the_command_refuse(state: dict[str, float], relief: float, lam: float) -> None:
    without, relieved = (solve(G3, state | {"relief": r}, precision=lam) for r in (0.0, relief))
    assert relieved.choices["command"]["refuse"] >= without.choices["command"]["refuse"] - 1e-15


def test_with_relief_nearer_collapse_can_mean_less_use() -> None:
    """The premise is a result of the payoffs: with a command that turns, use falls again as collapse nears."""
    p = np.array([0.7, 0.9])
    for relief, rises in ((0.0, True), (20.0, False)):
        found = solve(G3, {"p": p, "relief": relief}, precision=0.5)
        executed = found.choices["crisis"]["order"] * found.choices["command"]["obey"]
        assert (executed[1] > executed[0]) == rises


@given(st.lists(STATES, min_size=1, max_size=5), PRECISIONS)
def test_many_states_at_once_are_each_alone(states: list[dict[str, float]], lam: float) -> None:
    together = solve(G3, {name: [s[name] for s in states] for name in ("p", "o")}, precision=lam)
    for i, state in enumerate(states):
        alone = solve(G3, state, precision=lam)
        for name, probability in alone.ends.items():
            assert together.ends[name][i] == pytest.approx(probability, rel=1e-12, abs=1e-300)
        assert together.values["leader"][i] == pytest.approx(alone.values["leader"], rel=1e-12)


def test_games_without_perfect_information_take_arrays_too() -> None:
    lam = np.array([[0.5, 1.0], [2.0, 5.0]])
    together = solve(G1, precision=lam)
    assert together.choices["row"]["up"].shape == (2, 2)
    for i, j in itertools.product(range(2), repeat=2):
        alone = solve(G1, precision=lam[i, j])
        assert together.choices["row"]["up"][i, j] == alone.choices["row"]["up"]
        assert together.regret[i, j] == alone.regret


@given(PRECISIONS, st.floats(-50.0, 50.0), st.floats(0.1, 10.0))
@settings(max_examples=25)
def test_only_differences_and_precision_times_payoff_count(lam: float, shift: float, factor: float) -> None:
    payoffs = {"ss": (4.0, 4.0), "sh": (0.0, 3.0), "hs": (3.0, 0.0), "hh": (2.0, 2.0)}
    moved = two_by_two(**{k: (a * factor + shift, b * factor + shift) for k, (a, b) in payoffs.items()})
    here, there = solve(STAG_HUNT, precision=lam), solve(moved, precision=lam / factor)
    assert there.choices["row"]["s"] == pytest.approx(here.choices["row"]["s"], abs=1e-7)


def test_each_player_may_have_his_own_precision() -> None:
    found = solve(G3, {"p": 0.5}, precision={"leader": 0.5, "command": 0.0, "coalition": 2.0})
    assert found.choices["command"]["obey"] == 0.5
    assert found.choices["coalition"]["restrain"] == pytest.approx(0.982014, abs=1e-6)
    same = solve(G1, precision={"row": 2.0, "column": 2.0})
    assert same.choices["row"]["up"] == solve(G1, precision=2.0).choices["row"]["up"]


def test_given_play_is_kept_and_answered() -> None:
    veto = np.array([0.0, 0.3, 1.0])
    found = solve(G3, {"p": 0.5}, precision=0.5, fixed={"command": {"obey": 1 - veto, "refuse": veto}})
    np.testing.assert_array_equal(found.choices["command"]["refuse"], veto)
    assert found.ends["refused"][2] == found.choices["crisis"]["order"][2]
    answer = solve(G1, precision=2.0, fixed={"column": {"left": 0.3, "right": 0.7}})
    assert answer.choices["row"]["up"] == pytest.approx(1 / (1 + math.exp(-2.0 * (2.7 - 0.7))), rel=1e-12)
    both = {"column": {"left": 0.3, "right": 0.7}, "row": {"up": 0.5, "down": 0.5}}
    assert solve(G1, precision=2.0, fixed=both).values["row"] == pytest.approx(
        0.5 * 2.7 + 0.5 * 0.7, rel=1e-12
    )
    assert len(branches(G1, precision=2.0, fixed=both).equilibria) == 1


def test_far_precision_leaves_beliefs_whole() -> None:
    """Nodes less likely than the smallest number still have odds between them."""
    found = solve(HORSE, precision=2000.0)
    assert np.isfinite(found.choices["third"]["left"])
    assert found.regret < 1e-2


# Branches ------------------------------------------------------------------------------------------------------------


def symmetric_play(lam: float) -> list[float]:
    """Symmetric play of the stag hunt by hand: all roots of z = lam (x (4 - 3) + (1 - x) (0 - 2)), x = sigma(z), on a grid."""
    z = np.linspace(-40.0, 40.0, 4_000_001)
    x = 1.0 / (1.0 + np.exp(-z))
    gap = z - lam * (x - 2 * (1 - x))
    crossing = np.flatnonzero(np.sign(gap[1:]) != np.sign(gap[:-1]))
    return [float(x[i]) for i in crossing]


@pytest.mark.parametrize("lam", [0.5, 2.0, 3.0, 4.0, 5.0, 8.0])
def test_all_branches_of_the_stag_hunt(lam: float) -> None:
    found = branches(STAG_HUNT, precision=lam)
    assert found.index_sum == 1
    play = sorted(float(one.choices["row"]["s"]) for one in found.equilibria)
    by_hand = symmetric_play(lam)
    assert len(play) == len(by_hand)
    np.testing.assert_allclose(play, by_hand, atol=1e-5)
    assert all(one.residual < 1e-8 and one.regret >= 0 for one in found.equilibria)
    principal = solve(STAG_HUNT, precision=lam)
    assert found.equilibria[0].choices["row"]["s"] == principal.choices["row"]["s"]


def test_battle_of_the_sexes_has_three_branches_and_a_mixed_principal_one() -> None:
    found = branches(BATTLE, precision=5.0)
    assert found.index_sum == 1
    assert len(found.equilibria) == 3
    principal, *pure = found.equilibria
    assert principal.choices["row"]["s"] == pytest.approx(1 - principal.choices["column"]["s"], abs=1e-9)
    assert all(one.regret < principal.regret for one in pure)


def test_perfect_information_has_one_branch() -> None:
    found = branches(G3, {"p": 0.5}, precision=0.5)
    assert len(found.equilibria) == 1
    assert found.equilibria[0].choices["crisis"]["order"] == pytest.approx(0.156566, abs=1e-6)


# Refusals ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"state": {"q": 1.0}}, "no parameter of the game"),
        ({"precision": -1.0}, "negative or not finite"),
        ({"precision": math.inf}, "negative or not finite"),
        ({"precision": {"leader": 1.0}}, "not one for each player"),
        ({"fixed": {"king": {"obey": 1.0}}}, "no information set"),
        ({"fixed": {"command": {"obey": 1.0}}}, "not one probability for each action"),
        ({"fixed": {"command": {"obey": 0.9, "refuse": 0.9}}}, "do not add to 1"),
        ({"fixed": {"command": {"obey": 1.5, "refuse": -0.5}}}, "do not add to 1"),
    ],
)
def test_wrong_questions_are_refused(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        solve(G3, **({"precision": 1.0} | arguments))  # type: ignore[arg-type]


def test_beliefs_behind_a_move_that_never_happens_are_refused() -> None:
    with pytest.raises(InputError, match="a probability is 0"):
        solve(HORSE, precision=1.0, fixed={"first": {"across": 1.0, "down": 0.0}})


def test_branches_are_sought_at_one_state() -> None:
    with pytest.raises(InputError, match="one state at a time"):
        branches(G1, precision=[1.0, 2.0])  # type: ignore[arg-type]


def test_a_path_that_is_too_long_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quantal_response, "_LONGEST_PATH", 3)
    with pytest.raises(OfframpError, match="could not be followed"):
        solve(G1, precision=50.0)
