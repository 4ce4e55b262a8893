"""First in, first out, event by event: a daily capacity, and hazards while waiting.

Every day starts with `capacity` tokens; a fraction is kept until it makes a whole one, whole ones that are
not used by the end of the day lapse. A token serves the head of the queue at once. Whoever waits may be
struck (killed or detected) at his own time and then leaves the queue from wherever he stands.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Applicant:
    """Joins at `joins` (days) unless struck before; struck at `struck` if still waiting then."""

    joins: float
    struck: float = math.inf


@dataclass(frozen=True)
class Fate:
    """What became of an applicant and when: "served", "struck", still "waiting", or "never joined"."""

    what: str
    when: float


def simulate(applicants: Sequence[Applicant], *, capacity_per_day: float, days: int) -> list[Fate]:
    """The fate of each applicant. Ties: a day's tokens first, then strikes, then joins in the order given."""
    events = [(float(day), 0, -1) for day in range(days)]
    for i, applicant in enumerate(applicants):
        if applicant.joins < min(days, applicant.struck):
            events.append((applicant.joins, 2, i))
            if applicant.struck < days:
                events.append((applicant.struck, 1, i))
    fates = [Fate("never joined", math.inf) for _ in applicants]
    waiting: list[int] = []
    whole, fraction = 0, 0.0
    for time, kind, i in sorted(events):
        if kind == 0:
            fraction += capacity_per_day
            whole = math.floor(fraction + 1e-9)
            fraction -= whole
        elif kind == 1 and i in waiting:
            waiting.remove(i)
            fates[i] = Fate("struck", time)
        elif kind == 2:
            waiting.append(i)
            fates[i] = Fate("waiting", time)
        while whole and waiting:
            whole -= 1
            fates[waiting.pop(0)] = Fate("served", time)
    return fates
