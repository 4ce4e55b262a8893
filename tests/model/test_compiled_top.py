"""The daily steps of opinion, elite and escalation give the same numbers compiled as in Python, on scalars and on arrays."""

from __future__ import annotations

from collections.abc import Callable

import numba
import numpy as np
import pytest

from offramp.model import elite, escalation, opinion

STEPS: dict[str, tuple[Callable[..., float], tuple[float, ...]]] = {
    "arrest": (opinion.arrest_probability, (100.0, 250.0)),
    "nobody": (opinion.arrest_probability, (100.0, 0.0)),
    "dissent": (opinion.dissent, (-0.4, 0.2, 0.5, 2.0, 3.0, 1.5, 0.5)),
    "disarray": (elite.disarray_step, (1.0, 60.0, 0.2)),
    "removal": (elite.removal_hazard, (3e-5, 0.4, 0.3, 0.2, 0.1, 0.6, 1.0, 1.5, 0.5, 5.0, 1.0)),
    "survival": (elite.believed_survival, (3e-5, 730.0)),
    "post": (elite.value_of_post, (0.9, 0.5, 1.2, 4.0, 3.0, 0.1)),
    "purge": (elite.purge_hazard, (1e-4, 2.0, 0.5)),
    "competence": (elite.competence, (3.0, 0.02)),
    "collapse": (escalation.perceived_collapse, (0.5, 0.4, 1.5, 0.2)),
    "executed": (escalation.executed_order, (0.5, 0.2, 0.9, 0.1)),
    "hazard": (escalation.nuclear_hazard, (0.02, 0.05, 1e-6)),
    "signal": (escalation.signalled_win, (0.4, 1.0, 0.05, 0.1, 0.08)),
}


@pytest.mark.parametrize("name", STEPS)
def test_compiled_steps_agree(name: str) -> None:
    step, arguments = STEPS[name]
    in_python = step(*arguments)
    compiled = numba.njit(lambda *x: step(*x))  # pyright: ignore
    assert float(compiled(*arguments)) == pytest.approx(float(in_python), rel=1e-13)
    wide = step(*(np.full((2, 3), x) for x in arguments))  # type: ignore[arg-type]
    np.testing.assert_allclose(wide, np.full((2, 3), in_python), rtol=1e-13)
