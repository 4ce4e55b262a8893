"""A run that nobody waits for any more ends at once, whatever its size."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from offramp.engine.inputs import down
from offramp.engine.kernel import run_days
from offramp.errors import Stopped
from tests.engine.scenes import at_once, begun, drawn, group, head, prepared, route

TEXT = at_once(10, 500, capacity_per_day=20.0)


def test_a_run_is_given_up_on_the_day_on_which_the_flag_goes_up() -> None:
    """Nothing is told of it; the flag of one run is no other's."""
    model, up = prepared(TEXT, 500), np.ones(1, np.uint8)
    names = [policy.name for policy in model.scenario.policies]
    with pytest.raises(Stopped):
        model.run_draw(0, {}, names, up)
    assert drawn(model).paths.tobytes() == drawn(prepared(TEXT, 500)).paths.tobytes()
    run = begun(model, names[-1])
    run.stop[0] = 1
    run_days(run)
    assert run.outcome.paths[0].sum() > 0 == run.outcome.paths[1:].sum()


def test_a_flag_goes_up_while_a_run_is_under_way() -> None:
    """From another thread, within the compiled loop: seconds of work are given up."""
    text = head(2000) + group(size=2_000_000) + route("run", window_per_day=0.5, utility=-30.0)
    model, flag = prepared(text, 2_000_000), down()
    timer = threading.Timer(0.2, flag.fill, (1,))
    timer.start()
    with pytest.raises(Stopped):
        model.run_draw(0, {}, ["reference"], flag)
    timer.join()
