"""Dates in the period of a figure, read from its words."""

from __future__ import annotations

import calendar
import re
from datetime import date

from offramp.evidence.figure import Period

_DAY = re.compile(r"(?<!\d)(\d{4})(?:(?<=0)(s)\b|-(\d{2})(?:-(\d{2}))?)?(?!\d)")
"""Year; an s that makes it a decade; month; day."""


def parse_period(text: str) -> Period:
    """The first and last day that the words name, where they name any.

    A month, a year or a decade (`1960s`) stands for all its days. `from D` has no end, `before D` and `to D` have no start. Words
    without a date give a period without start and end. Raises ValueError for an impossible date, for a start
    after the end and for more than two dates.
    """
    found = list(_DAY.finditer(text))
    if not found:
        return Period(text, None, None)
    if len(found) > 2:
        raise ValueError(f"the period {text!r} names more than two dates")
    spans = [_span_of(match) for match in found]
    start: date | None = spans[0][0]
    end: date | None = spans[-1][1]
    if len(spans) == 1:
        lead = text[: found[0].start()].strip().lower()
        if lead.startswith("from"):
            end = None
        elif lead.startswith(("before", "to")):
            start = None
            end = spans[0][0] if lead.startswith("before") else end
    if start is not None and end is not None and start > end:
        raise ValueError(f"the period {text!r} ends before it starts")
    return Period(text, start, end)


def _span_of(match: re.Match[str]) -> tuple[date, date]:
    year = int(match[1])
    month = int(match[3]) if match[3] else None
    if match[4]:
        day = date(year, int(match[3]), int(match[4]))
        return day, day
    if month is None:
        return date(year, 1, 1), date(year + 9 if match[2] else year, 12, 31)
    if not 1 <= month <= 12:
        raise ValueError(f"{match[0]} is not a month")
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
