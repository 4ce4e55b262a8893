"""Games as data: formulas that execute nothing, trees that are told what is wrong with them, games that ship."""

from __future__ import annotations

import ast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from offramp.errors import InputError
from offramp.games.expressions import DEEPEST, LONGEST, parse
from offramp.model.games import read_game, shipped_game, shipped_games
from offramp.model.quantal_response import solve

PENNIES = """
players = ["row", "column"]
[parameters]
gain = 9
[[node]]
name = "row"
player = "row"
actions = { up = "after up", down = "after down" }
[[node]]
name = "after up"
player = "column"
information_set = "column"
actions = { left = "ul", right = "ur" }
[[node]]
name = "after down"
player = "column"
information_set = "column"
actions = { left = "dl", right = "dr" }
[[end]]
name = "ul"
payoffs = { row = "gain", column = 0 }
[[end]]
name = "ur"
payoffs = { row = 0, column = 1 }
[[end]]
name = "dl"
payoffs = { row = 0, column = 1 }
[[end]]
name = "dr"
payoffs = { row = 1, column = 0 }
"""


# Formulas ------------------------------------------------------------------------------------------------------------

# Written as floats, so that Python rounds where the formula does.
NUMBERS = st.integers(0, 999).map(lambda n: f"{n}.0") | st.floats(0.0, 1e6).map(lambda x: f"{x:.6f}")
FORMULAS = st.recursive(
    NUMBERS | st.sampled_from(["a", "b", "long_name"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda t: f"{t[0]} {t[1]} {t[2]}"),
        inner.map(lambda x: f"({x})"),
        inner.map(lambda x: f"-{x}"),
    ),
    max_leaves=8,
).filter(lambda text: len(text) <= LONGEST and text.count("(") + text.count("-") <= DEEPEST)
VALUES = {"a": 1.7, "b": -0.3, "long_name": 12.5}


@given(FORMULAS)
def test_a_formula_is_worth_what_python_says(text: str) -> None:
    """Python's own reader of the same arithmetic is the judge; `ast` checks that nothing else was generated."""
    assert not any(isinstance(node, ast.Call) for node in ast.walk(ast.parse(text, mode="eval")))
    try:
        expected = eval(text, {"__builtins__": {}}, dict(VALUES))
    except ZeroDivisionError:
        with pytest.raises(InputError, match="finite"):
            parse(text, "x").evaluate(VALUES)
        return
    assert parse(text, "x").evaluate(VALUES) == pytest.approx(expected, rel=1e-12)


def test_a_formula_takes_arrays() -> None:
    formula = parse("(1 - p)*v_w + p*k_l", "x")
    assert formula.names == {"p", "v_w", "k_l"}
    worth = formula.evaluate({"p": np.array([[0.1], [0.5]]), "v_w": 3.0, "k_l": [-8.0, -9.0]})
    np.testing.assert_allclose(worth, [[1.9, 1.8], [-2.5, -3.0]], rtol=1e-14)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1 +",
        "(1",
        "1)",
        "1 2",
        "a b",
        "*2",
        "2**3",
        "2^3",
        "a.b",
        "f(1)",
        "a[0]",
        "'a'",
        "1;2",
        "a = 1",
        "lambda: 1",
        "__import__('os')",
        "1_000",
        "0x10",
        "1e999",
        "1if a else 2",
        "1\u0660",
        "é",
        "\x00",
        "(" * (DEEPEST + 2) + "1" + ")" * (DEEPEST + 2),
        "-" * (DEEPEST + 2) + "1",
        "1+" * LONGEST + "1",
        "9" * 100,
    ],
)
def test_other_text_is_refused(text: str) -> None:
    with pytest.raises(InputError) as caught:
        parse(text, "games.mine")
    (problem,) = caught.value.problems
    assert problem.place == "games.mine"
    assert problem.remedy


@pytest.mark.parametrize("text", ["1/0", "a/(a - a)", "0/0"])
def test_what_is_not_finite_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="not a finite number"):
        parse(text, "x").evaluate(VALUES)


@pytest.mark.parametrize(("text", "remedy"), [("1/(a - a)", "division by zero"), ("b*b*b*b", "too large")])
def test_why_a_formula_is_not_finite_is_told(text: str, remedy: str) -> None:
    with pytest.raises(InputError, match=remedy):
        parse(text, "x").evaluate({"a": 1.0, "b": 1e99})


@given(st.floats(-5.0, 5.0), st.floats(-5.0, 5.0))
def test_divisors_are_what_a_formula_divides_by(a: float, b: float) -> None:
    """Closed form: of `1 / (a - b) + a / (b * b)` they are a - b and b^2, also where they are zero."""
    first, second = parse("1 / (a - b) + a / (b * b)", "").divisors({"a": a, "b": b})
    assert (float(first), float(second)) == (a - b, b * b)
    assert parse("a * b - 2", "").divisors({"a": a, "b": b}) == []


def test_a_missing_value_is_named() -> None:
    with pytest.raises(InputError, match=r"needs a value of q.*Known are: a, b, long_name"):
        parse("a + q", "x").evaluate(VALUES)


# Trees ---------------------------------------------------------------------------------------------------------------


def test_shipped_games_read_and_name_their_source() -> None:
    assert shipped_games() == ("centipede", "escalation", "matching-pennies", "mini-ultimatum")
    for name in shipped_games():
        game = shipped_game(name)
        assert game.source
        assert game.title
        assert game.perfect_information == (name != "matching-pennies")


def test_an_unknown_game_is_refused_with_the_known_ones() -> None:
    with pytest.raises(InputError, match="escalation"):
        shipped_game("../secret")


def test_nodes_that_cannot_be_told_apart_share_a_choice() -> None:
    game = read_game(PENNIES)
    assert [(choice.name, len(choice.nodes)) for choice in game.choices] == [("row", 1), ("column", 2)]
    assert game.parameters == {"gain": 9.0}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            'payoffs = { row = "gain", column = 0 }',
            'payoffs = { row = "gian", column = 0 }',
            "`gian` is no parameter",
        ),
        ('payoffs = { row = "gain", column = 0 }', "payoffs = { row = 1 }", "not one payoff for each player"),
        (
            'payoffs = { row = "gain", column = 0 }',
            "payoffs = { row = inf, column = 0 }",
            "not a finite number",
        ),
        (
            'payoffs = { row = "gain", column = 0 }',
            "payoffs = { row = true, column = 0 }",
            "not a finite number",
        ),
        (
            'payoffs = { row = "gain", column = 0 }',
            "payoffs = { row = 1e308, column = 0 }",
            "is too large a number. Write one below 1e\\+100",
        ),
        (
            'payoffs = { row = "gain", column = 0 }',
            f"payoffs = {{ row = {'9' * 400}, column = 0 }}",
            "is too large a number",
        ),
        ("gain = 9", "gain = -1e308", "is too large a number"),
        ("gain = 9", "gain = -inf", "not a named finite number"),
        ('left = "ul"', 'left = "nowhere"', "does not exist"),
        ('left = "ul"', 'left = "after down"', "reached twice"),
        ('left = "ul"', 'left = "row"', "reached twice"),
        ('left = "ul"', 'left = "ur"', "no action leads there"),
        ('up = "after up"', 'up = "ul"', "no action leads there"),
        ('name = "after down"', 'name = "after up"', "used before"),
        ('name = "ul"', 'name = "row"', "a node has the same name"),
        (
            'actions = { left = "dl", right = "dr" }',
            'actions = { l = "dl", right = "dr" }',
            "differs from the rest",
        ),
        ('players = ["row", "column"]', 'players = ["row", "row"]', "empty, repeated"),
        ('players = ["row", "column"]', "players = 3", "not a list of names"),
        ('player = "row"', 'player = "king"', "does not play"),
        ('player = "row"', 'player = "chance"', "chances missing"),
        ('player = "row"', 'player = "row"\ncolour = "red"', "unknown key"),
        ('information_set = "column"', 'information_set = "row"', "differs from the rest"),
        ("gain = 9", "gain = nan", "not a named finite number"),
        ("[parameters]", "[parametres]", "unknown key"),
        ("[[end]]", "[[ende]]", "unknown key"),
        ("gain = 9", "gain = = 9", "not TOML"),
    ],
)
def test_what_is_wrong_with_a_game_is_told(old: str, new: str, message: str) -> None:
    assert old in PENNIES
    with pytest.raises(InputError, match=message) as caught:
        read_game(PENNIES.replace(old, new, 1), "mine.toml")
    assert all(problem.place.startswith("mine.toml") and problem.remedy for problem in caught.value.problems)


def test_faults_are_told_together() -> None:
    broken = PENNIES.replace('"gain"', '"gian"').replace("column = 1", "colum = 1")
    with pytest.raises(InputError) as caught:
        read_game(broken)
    assert len(caught.value.problems) >= 3


@pytest.mark.parametrize(
    "text", ["a" * 200_000, "x = " + "[" * 5000, 'players = ["a"]', "x = 1" + "0" * 5000]
)
def test_hostile_text_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        read_game(text)


def test_a_set_that_forgets_its_own_move_is_refused() -> None:
    forgetful = """
players = ["driver"]
[[node]]
name = "first exit"
player = "driver"
information_set = "exit"
actions = { leave = "early", stay = "second exit" }
[[node]]
name = "second exit"
player = "driver"
information_set = "exit"
actions = { leave = "home", stay = "far" }
[[end]]
name = "early"
payoffs = { driver = 0 }
[[end]]
name = "home"
payoffs = { driver = 4 }
[[end]]
name = "far"
payoffs = { driver = 1 }
"""
    with pytest.raises(InputError, match="comes twice on one way"):
        read_game(forgetful)


def test_a_game_that_nobody_decides_is_refused() -> None:
    coin = """
players = ["a"]
[[node]]
name = "coin"
player = "chance"
actions = { heads = "won", tails = "lost" }
chances = { heads = 0.5, tails = 0.5 }
[[end]]
name = "won"
payoffs = { a = 1 }
[[end]]
name = "lost"
payoffs = { a = 0 }
"""
    with pytest.raises(InputError, match="nobody decides"):
        read_game(coin)


CHANCE = """
players = ["a"]
[parameters]
q = 0.25
[[node]]
name = "stay or gamble"
player = "a"
actions = { stay = "sure", gamble = "coin" }
[[node]]
name = "coin"
player = "chance"
actions = { heads = "won", tails = "lost" }
chances = { heads = "q", tails = "1 - q" }
[[end]]
name = "sure"
payoffs = { a = 1 }
[[end]]
name = "won"
payoffs = { a = 10 }
[[end]]
name = "lost"
payoffs = { a = 0 }
"""


def test_chance_moves_are_averaged() -> None:
    found = solve(read_game(CHANCE), {"q": [0.0, 0.1, 0.5]}, precision=0.7)
    worth = np.array([0.0, 1.0, 5.0])
    gamble = 1.0 / (1.0 + np.exp(0.7 * (1.0 - worth)))
    np.testing.assert_allclose(found.choices["stay or gamble"]["gamble"], gamble, rtol=1e-13)
    np.testing.assert_allclose(found.ends["won"], gamble * [0.0, 0.1, 0.5], rtol=1e-13)
    np.testing.assert_allclose(found.values["a"], 1 - gamble + gamble * worth, rtol=1e-13)


def test_chances_out_of_range_are_refused() -> None:
    with pytest.raises(InputError, match="chance at coin"):
        solve(read_game(CHANCE), {"q": 1.5}, precision=1.0)
