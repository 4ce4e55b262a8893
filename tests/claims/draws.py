"""Draws written down by hand: departures under two policies, and one input."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from offramp.claims import judge
from offramp.claims.claim import Test
from offramp.claims.judge import Judgement
from offramp.claims.sample import Sample
from tests.claims.scene import asks, claim, claims, outcome

NOTHING = outcome("departures", "nothing")
OFFER = outcome("departures", "offer")


def sample(name: str, nothing: Any, offer: Any, trust: Any = None) -> Sample:
    """departures under two policies, and an input."""
    draws = len(offer)
    known = np.linspace(0.0, 1.0, draws) if trust is None else np.asarray(trust, float)
    outcomes = np.stack(
        [np.broadcast_to(np.asarray(each, float), draws) for each in (nothing, offer)], axis=1
    )
    return Sample(
        name, ("trust",), ("nothing", "offer"), ("departures",), known[:, None], outcomes[:, :, None]
    )


def undrawn(one: Sample) -> Sample:
    """The same in a scenario in which nothing is drawn."""
    return replace(one, inputs=np.zeros_like(one.inputs))


def verdict_of(test: Test, *samples: Sample) -> Judgement:
    one = claim("x.1", test)
    return judge(one, claims([one], []), samples)


MORE = asks("a", "at least", "1.1 * b", a=OFFER, b=NOTHING)
