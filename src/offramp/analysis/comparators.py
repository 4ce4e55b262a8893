"""What else money has bought, per person: cited figures that stand beside the cost of a net departure.

They are of other kinds than a departure and are never averaged or ranked with it: a soldier who left is not a
soldier killed or wounded, and claimed losses are a party's claim.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from offramp.evidence import Figure


@dataclass(frozen=True)
class Comparator:
    """One cited amount in US dollars per person. `what` says in words what it paid for."""

    evidence: str
    what: str
    usd: float
    figure: Figure


# What fighting on costs comes first: it is the alternative that a coalition pays for already.
ATTRITION = "K-002"
_WHAT = {
    ATTRITION: "allied military aid for each loss the defender claims",
    "K-005": "the Second World War for each American who served",
    "B-006": "a bounty called still worth its price in the debate",
    "B-004": "the Ukrainian offer of 2022 to each deserter",
    "CH-006": "the Chieu Hoi programme for each returnee, in dollars of the 1960s",
}


def comparators() -> tuple[Comparator, ...]:
    """The amounts, that of attrition first. Evidence is read by id, so that a mended figure mends this."""
    from offramp.evidence import figure

    found: list[Comparator] = []
    for id, what in _WHAT.items():
        one = figure(id)
        assert one.unit == "USD per person"
        assert one.central is not None
        found.append(Comparator(id, what, one.central, one))
    return tuple(found)
