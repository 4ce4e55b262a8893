"""Refusals: every fault of a file at once, each with its place, what is wrong, and what to do."""

from __future__ import annotations

import pytest

from offramp.scenario import loads
from tests.scenario import (
    refused_endings,
    refused_game,
    refused_numbers,
    refused_posts,
    refused_studies,
    refused_tables,
    refused_world,
)
from tests.scenario.texts import (
    BARE,
    GROUP,
    HEAD,
    OFFICERS,
    PROGRAMME,
    ROUTE,
    correlated,
    lines,
    only,
    problems,
    quantity,
)

REFUSED = (
    refused_numbers.REFUSED
    | refused_tables.REFUSED
    | refused_world.REFUSED
    | refused_studies.REFUSED
    | refused_endings.REFUSED
    | refused_game.REFUSED
    | refused_posts.REFUSED
)


@pytest.mark.parametrize("case", REFUSED)
def test_refusal(case: str) -> None:
    text, place, words = REFUSED[case]
    sentence = only(text)
    assert f": {place}: " in sentence
    assert words in sentence


def test_everything_at_once() -> None:
    text = (
        HEAD.replace("title", "titel")
        + GROUP.replace("1000", "-5")
        + OFFICERS
        + ROUTE.replace("0.02", "{ between = [3, 2], famly = 'normal' }")
        + 'groups = ["soldiers"]\nneeds_programme = true\n'
        + '[[policy]]\nname = "p"\nprogrammes = ["none"]\n[losses]\nclaimed_per_day = -1\n'
    )
    places = {problem.place.split(": ", 1)[1] for problem in problems(text)}
    assert places == {
        "titel",
        "group.soldiers.size",
        "group.officers",
        "route.desert.window_per_day.famly",
        "route.desert.window_per_day.between",
        "route.desert.needs_programme",
        "policy.p.programmes.0",
        "losses",
        "losses.claimed_per_day",
    }


def test_places_name_the_line() -> None:
    text = "# first line\n" + BARE + "\n# a comment\ndistaste = { value = 'x' }\nnonsense = 1\n"
    assert [problem.place for problem in problems(text, "war.toml")] == [
        "war.toml:14: route.desert.distaste.value",
        "war.toml:15: route.desert.nonsense",
    ]


def test_lines_are_counted_over_long_values() -> None:
    text = 'description = """\n[[group]]\nname = 1\n"""\n' + quantity(
        "wealth_usd", "{ points = [\n  [2022-02-24, 1],\n  [2022-02-25, 2],\n] }\nnonsense = 1"
    )
    (problem,) = problems(text, "f")
    assert problem.place == f"f:{text[: text.index('nonsense')].count(chr(10)) + 1}: group.soldiers.nonsense"


def test_syntax_errors_name_the_line() -> None:
    (problem,) = problems(BARE + "a = = 1\n", "f.toml")
    assert problem.place == f"f.toml:{BARE.count(chr(10)) + 1}"
    assert "not TOML" in problem.what
    (problem,) = problems(BARE + 'a = "', "f.toml")
    assert problem.place.startswith("f.toml")


def test_a_refused_quantity_is_not_missed_elsewhere() -> None:
    twice = correlated("group.soldiers.relative_risk", "group.soldiers.relative_risk", rho=0.5)
    text = quantity("relative_risk", "{ between = [2, 1] }") + twice
    assert [line for line in lines(text) if "there is no unknown number" in line] == []


def test_a_refused_table_does_not_make_others_wrong() -> None:
    text = HEAD + GROUP.replace("size = 1000", "size = 'x'") + ROUTE + PROGRAMME.replace('"desert"', "3")
    assert len(lines(text)) == 2


def test_parts_of_dirichlet_shares_are_not_correlated_by_hand() -> None:
    outcome = "outcome = { dirichlet = { success = 2, caught = 1, killed = 1 } }\n"
    text = BARE + outcome + correlated("route.desert.outcome.success", "route.desert.outcome.caught", rho=0.5)
    assert all("part of Dirichlet shares" in line for line in lines(text))


def test_more_problems_than_anybody_reads() -> None:
    text = BARE + "".join(f"nonsense{i} = 1\n" for i in range(200))
    found = problems(text)
    assert len(found) == 51
    assert "150 more" in found[-1].what


def test_size_of_a_path() -> None:
    groups = "".join(GROUP.replace("soldiers", f"g{i}") for i in range(100))
    routes = "".join(ROUTE.replace("desert", f"r{i}") for i in range(50))
    text = HEAD.replace("60", "10000") + groups + routes
    assert "56,005,600 numbers" in only(text)


def test_what_looks_odd_and_is_right() -> None:
    loads(BARE + PROGRAMME + "cash_usd = 5\ncapacity_per_day = 0\n")
    loads(BARE + PROGRAMME + "start = 2020-01-01\nend = 2030-01-01\n")
    loads(quantity("wealth_usd", "{ points = [[1990-01-01, 1], [2100-01-01, 2]] }"))
    loads(quantity("support", "0.3"))
    loads(BARE.replace("0.02", "0.0"))
