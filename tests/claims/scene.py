"""A small scenario with an offer, a prior set and a war of words, and claims about it: seconds, not minutes."""

from __future__ import annotations

from typing import Final

from offramp.claims import Claims
from offramp.claims.claim import (
    Article,
    Cited,
    Claim,
    Drawn,
    Reading,
    Relation,
    Simulated,
    Test,
    TestKind,
    Variant,
)
from offramp.games.expressions import parse
from offramp.scenario import Scenario, loads

TEXT: Final = """
title = "A test bench for claims"
start = 2022-02-24
days = 30

[[group]]
name = "front"
size = 20_000
stay_utility = 0.0

[[group]]
name = "rear"
place = "home"
size = 500
stay_utility = 0.0

[[route]]
name = "desert"
groups = ["front"]
window_per_day = { uniform = [0.002, 0.02], note = "a test" }
utility = { between = [-1.0, 1.0], note = "a test" }

[[route]]
name = "hide"
groups = ["rear"]
window_per_day = 0.01
utility = 0.0

[[policy]]
name = "nothing"

[[prior]]
name = "slow"
draws = 12
inputs = { "route.desert.window_per_day" = { third = "lowest", note = "chances are rare" } }
"""

SCENARIO: Final[Scenario] = loads(TEXT, name="bench")


def variant(name: str, **settings: float) -> Variant:
    """A variant of the only policy; settings of the route `desert`."""
    return Variant(name, "nothing", (), (), "", {f"route.desert.{key}": x for key, x in settings.items()})


def outcome(name: str, policy: str) -> Simulated:
    return Simulated(name, policy, None, None)


def asks(
    left: str, relation: Relation, right: str, kind: TestKind = "contrast", **names: Simulated | Drawn | str
) -> Test:
    quantities = {key: Cited(one) if isinstance(one, str) else one for key, one in names.items()}
    reading = Reading("the cited figures", quantities)
    return Test(kind, parse(left, ""), relation, parse(right, ""), None, (reading,))


def claim(id: str, *tests: Test) -> Claim:
    return Claim(id, "bench", "Something happens.", "mechanism", "Nothing happens.", "", "", (), tests, None)


def claims(found: list[Claim], variants: list[Variant]) -> Claims:
    article = Article("bench", "A bench", "", "", "", "", "", "")
    return Claims("bench", (article,), tuple(found), tuple(variants), ())
