"""What else money has bought, per person: cited figures that stand beside the cost of a net departure.

They are of other kinds than a departure and are never averaged or ranked with it: a soldier who left is not a
soldier killed or wounded, and claimed losses are a party's claim.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Comparator:
    """An amount in US dollars per person. `what` says what it paid for, `caveat` how far it may be trusted
    (a sentence without its full stop, or empty); `evidence` are the ids of cited figures."""

    what: str
    usd: float
    evidence: tuple[str, ...]
    caveat: str


# What fighting on costs comes first: it is the alternative that a coalition pays for already.
ATTRITION = "K-002"
_WHAT = {
    ATTRITION: "allied military aid to Ukraine for each loss that it claims",
    "K-005": "the Second World War for each American who served, in dollars of 2011",
    "B-006": "a bounty that was called still worth its price",
    "B-004": "the Ukrainian offer of 2022 to each deserter",
    "CH-006": "the Chieu Hoi programme for each returnee, in dollars of the 1960s",
}


def comparators() -> tuple[Comparator, ...]:
    """Cited amounts, that of attrition first. They are read by id, so that a mended figure mends them."""
    from offramp.evidence import figure

    found: list[Comparator] = []
    for id, what in _WHAT.items():
        one = figure(id)
        assert one.unit == "USD per person"
        assert one.central is not None
        found.append(Comparator(what, one.central, (id,), one.note))
    return tuple(found)
