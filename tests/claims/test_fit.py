"""A test that can tell nothing is refused: equal sides, one policy under two names, and formulas that come out one way."""

from __future__ import annotations

import pytest

from offramp import claims
from tests.claims.test_load import ARTICLE, CLAIM, GOOD, lines


def compared(left: str, relation: str, right: str, *quantities: str) -> str:
    """A file with one test over draws, of names a, b ... that stand for these."""
    names = ", ".join(f"{name} = {quantity}" for name, quantity in zip("abcd", quantities, strict=False))
    policies = {one.split('policy = "')[1] for one in quantities if "policy" in one}
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
