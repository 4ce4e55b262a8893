"""The contenders give the same answer, so that ratios mean something. No time is asserted.

Fixed seeds; a correct contender fails one comparison with probability 1e-7, given the stated allowance.
"""

from __future__ import annotations

import sys

import numpy as np
import pytest
from scipy import stats

from benchmarks import measure, numpy_peers, table, workload

SOLDIERS, DAYS, SEEDS = 10_000, 60, 16
ALLOWANCE = 0.002
"""Share of all soldiers by which steps of a day, or influence that stands still within a day, may err."""


def by_seed(run, rule: workload.Rule) -> np.ndarray:
    """[seeds, 4] shares of all soldiers at the end."""
    ends = [run(workload.population(SOLDIERS, seed), DAYS, rule, seed + 1000)[-1] for seed in range(SEEDS)]
    return np.array(ends) / SOLDIERS


def assert_alike(one: np.ndarray, other: np.ndarray) -> None:
    error = np.sqrt((one.var(axis=0, ddof=1) + other.var(axis=0, ddof=1)) / SEEDS)
    bound = float(stats.t.isf(0.5e-7, 2 * SEEDS - 2)) * error + ALLOWANCE
    assert (np.abs(one.mean(axis=0) - other.mean(axis=0)) < bound).all(), (
        one.mean(axis=0),
        other.mean(axis=0),
    )


@pytest.mark.slow
@pytest.mark.parametrize("rule", ["two_option", "menu"])
def test_numpy_peers_agree(rule: workload.Rule) -> None:
    tuned = by_seed(numpy_peers.tuned, rule)
    assert_alike(by_seed(numpy_peers.plain, rule), tuned)
    assert_alike(by_seed(numpy_peers.thinned, rule), tuned)


@pytest.mark.slow
def test_engine_agrees_with_numpy_on_the_reference_workload() -> None:
    import offramp.engine
    import offramp.scenario

    scenario = offramp.scenario.loads(workload.scenario(SOLDIERS, DAYS))
    model = offramp.engine.prepare(scenario, soldiers=SOLDIERS, seed=1)
    columns = [model.states.index(state) for state in ("serving", "first", "second", "killed")]
    ends = [model.run_draw(draw, {}, ("reference",)).paths[0, -1, 0, columns] for draw in range(SEEDS)]
    assert_alike(np.array(ends, dtype=np.float64) / SOLDIERS, by_seed(numpy_peers.thinned, "menu"))


def test_persons_are_conserved_in_the_peers() -> None:
    people = workload.population(1000, 1)
    for run in (numpy_peers.plain, numpy_peers.tuned, numpy_peers.thinned):
        assert (run(people, 20, "menu", 1).sum(axis=1) == 1000).all()


def test_processes_are_measured_from_outside() -> None:
    """A process that holds 200 MB is seen to; one that fails is not timed."""
    timing = measure.process([sys.executable, "-c", "x = b'1' * 200_000_000"], repeats=1, warm=False)
    assert 200e6 < timing.peak_bytes < 400e6
    with pytest.raises(RuntimeError, match="no such thing"):
        measure.process([sys.executable, "-c", "raise SystemExit('no such thing')"], repeats=1)


def test_the_table_is_one_table() -> None:
    rows = [table.Row("engine", "50 ms"), table.Row("", "400 ms", "NumPy", table.times(8.0))]
    lines = table.markdown(rows).splitlines()
    assert len(lines) == 4
    assert len({len(line) for line in lines}) == 1
    assert "8.0 ×" in lines[3]
