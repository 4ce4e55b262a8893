"""The programme's world in the engine: against expected numbers, and by its properties."""

from __future__ import annotations

import numpy as np
import pytest

from offramp.engine import prepare
from offramp.scenario import loads
from tests.oracles.world import World, as_scenario, simulate


def test_a_large_population_follows_the_expected_numbers() -> None:
    world = World()
    model = prepare(loads(as_scenario(world)), soldiers=100_000, seed=1)
    draws = [model.run_draw(draw, {}, ("nothing", "everything")) for draw in range(5)]
    for at, programme in enumerate((False, True)):
        expected = simulate(world, programme=programme)
        # states: serving, waiting, killed, wounded, imprisoned, inducted, desert, accept
        paths = np.mean([draw.paths[at][:, 0] for draw in draws], axis=0)  # [days + 1, states]
        for state, path in (
            ("serving", expected.serving),
            ("killed", expected.killed),
            ("imprisoned", expected.caught),
            ("desert", expected.deserted),
            ("accept", expected.accepted),
        ):
            found = paths[:, model.states.index(state)]
            # 4 standard errors of a count over 5 runs of 100,000, and 0.2 % for what feeds back
            assert found == pytest.approx(path, abs=4 * np.sqrt(path.max() / 5) + 0.002 * path.max())
