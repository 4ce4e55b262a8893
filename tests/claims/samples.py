"""Draws that chance made, with every policy, outcome and input that claims speak of: for pages and rules, not for results."""

from __future__ import annotations

import zlib

import numpy as np

from offramp.claims import Claims
from offramp.claims.claim import Drawn, Simulated
from offramp.claims.plain import BESIDE
from offramp.claims.sample import Sample, column_of
from offramp.claims.stated import stated_in
from offramp.scenario import load


def sampled(claims: Claims, name: str, draws: int) -> Sample:
    """A sample in which each outcome is lognormal and each input uniform; names that wait for a module are left out."""
    waiting = {one.name for one in claims.waiting}
    asked = [q for claim in claims.claims for test in claim.tests for q in test.quantities]
    weighed = [one for claim in claims.claims if claim.trade_off for one in claim.trade_off.outcomes]
    weighed += [one for claim in claims.claims for one in claim.beside.outcomes]
    outcomes = dict.fromkeys([*BESIDE, *weighed, *(column_of(q) for q in asked if isinstance(q, Simulated))])
    policies = dict.fromkeys(name for claim in claims.claims for name in claim.policies)
    signs = [
        one.decomposition.by_sign_of
        for one in claims.claims
        if one.decomposition and one.decomposition.by_sign_of
    ]
    inputs = dict.fromkeys(
        [*(q.input for q in asked if isinstance(q, Drawn)), *signs, *(f"x{i}" for i in range(5))]
    )
    known = stated_in(load(claims.scenario), claims.claims)
    inputs = [one for one in inputs if one not in known]
    kept = [[one for one in names if one not in waiting] for names in (outcomes, policies, inputs)]
    rng = np.random.default_rng(zlib.crc32(name.encode()))
    return Sample(
        name,
        tuple(kept[2]),
        tuple(kept[1]),
        tuple(kept[0]),
        rng.uniform(-1.0, 1.0, (draws, len(kept[2]))),
        rng.lognormal(0.0, 0.3, (draws, len(kept[1]), len(kept[0]))),
        stated=known,
    )
