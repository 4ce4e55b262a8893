"""A test that can tell nothing is refused: equal sides, one policy under two names, and formulas that come out one way."""

from __future__ import annotations

import pytest

from offramp import claims
from tests.claims.test_load import ARTICLE, CLAIM, GOOD, lines


def compared(left: str, relation: str, right: str, *quantities: str) -> str:
    """A file with one test over draws, of names a, b ... that stand for these."""
    names = ", ".join(f"{name} = {quantity}" for name, quantity in zip("abcd", quantities, strict=False))
    policies = {one.split('policy = "')[1].split('"')[0] for one in quantities if "policy" in one}
    kind = "contrast" if len(policies) > 1 else "threshold"
    test = f'[[claim.test]]\nkind = "{kind}"\nleft = "{left}"\nrelation = "{relation}"\nright = "{right}"\n'
    return ARTICLE + CLAIM + test + f"names = {{ {names} }}\n"


LEFT = '{ outcome = "departures", policy = "no offer" }'
DEAD = '{ outcome = "killed", policy = "no offer" }'

TAUTOLOGIES = {
    "one name": (("a", "below", "a", LEFT), "as far apart"),
    "two names for one quantity": (("a", "at most", "b", LEFT, LEFT), "as far apart"),
    "nought": (("a * 0", "at least", "0", LEFT), "as far apart"),
    "no value": (("a / (a - a)", "at least", "0", LEFT), "has no value"),
    "a square": (("a * a", "at least", "0", LEFT), "the same whatever"),
    "a sum": (("a + b - a", "above", "b - 1", LEFT, DEAD), "as far apart|the same whatever"),
}


@pytest.mark.parametrize("case", TAUTOLOGIES)
def test_a_test_that_can_tell_nothing_is_refused(case: str) -> None:
    parts, told = TAUTOLOGIES[case]
    (one,) = lines(compared(*parts))
    assert any(word in one for word in told.split("|"))


def test_a_test_that_can_come_out_either_way_is_not_refused() -> None:
    for parts in (
        ("a", "below", "2 * a", LEFT),
        ("a - b", "above", "0", LEFT, DEAD),
        ("a / b", "at least", "0.1", LEFT, DEAD),
    ):
        assert claims.loads(compared(*parts)).claims


SAME = """
[[variant]]
name = "one"
of = "asylum only"
settings = { "programme.asylum.enactment_probability" = 1.0 }

[[variant]]
name = "other"
of = "asylum only"
settings = { "programme.asylum.enactment_probability" = 1 }
"""


def test_a_policy_is_not_compared_with_itself() -> None:
    both = [f'{{ outcome = "departures", policy = "{name}" }}' for name in ("one", "other")]
    (told,) = lines(compared("a", "above", "1.1 * b", *both) + SAME)
    assert "compares `one` with itself: `other` is the same policy" in told
    differs = SAME.replace("= 1 }", "= 0.5 }")
    assert claims.loads(compared("a", "above", "1.1 * b", *both) + differs).claims


def test_numbers_may_stand_beside_a_claim() -> None:
    beside = 'beside = { outcomes = ["families_harmed"], policies = ["asylum only"] }\n'
    adds = 'decomposition = { outcome = "departures", base = "no offer", parts = ["asylum only"] }\n'
    (one,) = claims.loads(GOOD.replace(CLAIM, CLAIM + beside + adds)).claims
    assert one.policies == ("asylum only", "no offer")
    for wrong, told in (
        (beside.replace("harmed", "armed"), "families_harmed"),
        (adds.replace("no offer", "none"), "no policy"),
    ):
        assert told in lines(GOOD.replace(CLAIM, CLAIM + wrong))[0]


NUCLEAR = '{ outcome = "nuclear_probability", policy = "no offer" }'
COST = '{ outcome = "cost_usd", policy = "asylum only" }'
MORE = '{ outcome = "departures_net", policy = "asylum only" }'
ROUTE = '{ outcome = "departures.desert", policy = "no offer" }'
MARCH = '{ outcome = "departures", policy = "no offer", from = 2022-03-01, until = 2022-03-31 }'
SPRING = '{ outcome = "departures", policy = "no offer", from = 2022-03-01, until = 2022-05-31 }'
FALLEN = '{ outcome = "front_collapsed", policy = "no offer" }'

ONE_WAY = {
    "a count below nought": (("a", "at least", "0", LEFT), "comes out the same"),
    "a probability above one": (("a", "at most", "1", NUCLEAR), "comes out the same"),
    "a part of a whole": (("a / (a + b)", "at most", "1", LEFT, DEAD), "comes out the same"),
    "a route among all": (("a", "at most", "b", ROUTE, LEFT), "comes out the same"),
    "a month of the war": (("a", "at most", "b", MARCH, LEFT), "comes out the same"),
    "a month of a season": (("a", "at most", "b", MARCH, SPRING), "comes out the same"),
    "a bound as a price": (("a", "below", "b * c", COST, MORE, '"K-006"'), "a bound alone"),
    "a cost below nought": (("a", "below", "0", COST), "comes out the same"),
}


@pytest.mark.parametrize("case", ONE_WAY)
def test_a_test_that_cannot_fail_over_what_is_natural_is_refused(case: str) -> None:
    parts, told = ONE_WAY[case]
    (one,) = lines(compared(*parts))
    assert told in one


def figures_alone(left: str, relation: str, right: str, **ids: str) -> str:
    names = ", ".join(f'{name} = "{id}"' for name, id in ids.items())
    test = f'[[claim.test]]\nkind = "figures"\nleft = "{left}"\nrelation = "{relation}"\nright = "{right}"\n'
    return ARTICLE + CLAIM + test + f"names = {{ {names} }}\n"


def test_a_total_is_not_tested_for_growing() -> None:
    """What was pledged in three years cannot be less than what was in the first months of these; its rate can."""
    (told,) = lines(figures_alone("later", "above", "earlier", later="A44", earlier="B-218"))
    assert "comes out the same" in told
    (told,) = lines(figures_alone("gone", "at least", "0", gone="B-024"))
    assert "comes out the same" in told
    assert claims.loads(
        figures_alone("later / 36", "above", "earlier / 6", later="A44", earlier="B-218")
    ).claims
    assert claims.loads(figures_alone("later", "above", "earlier", later="B-221", earlier="B-219")).claims


def test_an_event_is_not_the_test_itself() -> None:
    def given(text: str, *parts: str) -> str:
        return compared(*parts).replace("left =", f"given = {text}\nleft =", 1)

    both = ("a", "above", "b", LEFT, DEAD)
    (told,) = lines(given('{ left = "a", relation = "above", right = "b" }', *both))
    assert "the same wherever its event happens" in told
    (told,) = lines(given('{ left = "a", relation = "above", right = "2 * b" }', *both))
    assert "the same wherever its event happens" in told
    (told,) = lines(given('{ left = "a", relation = "below", right = "0" }', *both))
    assert "cannot happen" in told
    assert claims.loads(given('{ left = "b", relation = "above", right = "100" }', *both)).claims


def test_what_may_come_out_either_way_over_what_is_natural_is_not_refused() -> None:
    for parts in (
        ("a", "at least", "1", FALLEN),
        ("a", "at most", "0", LEFT),
        ("a", "at least", "0", MORE),
        ("a", "at least", "0.5 * b", ROUTE, LEFT),
        ("a", "below", "b * c", COST, MORE, '"K-002"'),
        ("a", "clearly above", "b", LEFT, DEAD),
    ):
        assert claims.loads(compared(*parts)).claims
