"""How sure a poll and a list experiment can be, from the number of people who answer."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from offramp.engine.bind import number
from offramp.engine.inputs import Floats
from offramp.model.opinion import Poll, list_error, poll_error
from offramp.scenario.tables_endings import Opinion


def sampling_errors(table: Opinion, measured: Poll, values: Mapping[str, float]) -> dict[str, Floats]:
    """O6: standard errors of what is measured at the last of its steps, each [k], by outcome; of samples whose size is stated.

    measured: [k, steps]. The poll and the list experiment ask different people.
    """
    found: dict[str, Floats] = {}
    if table.poll_respondents is not None:
        asked = number(table.poll_respondents, values)
        found["poll_error"] = poll_error(measured.poll[:, -1], asked)
    if table.list_respondents is not None:
        asked, variance = (number(x, values) for x in (table.list_respondents, table.list_control_variance))
        found["list_error"] = list_error(measured.listed[:, -1], asked, variance)
    if len(found) == 2:
        found["poll_gap_error"] = np.hypot(found["poll_error"], found["list_error"])
    return found
