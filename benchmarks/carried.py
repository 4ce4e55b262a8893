"""`python -m benchmarks.carried`: how sure the explorer's first pictures are, against all draws of the same states.

A first picture after a small move rests on one simulated draw, or a few, and on those of the state before, moved by what these
show (`offramp.show.explorer.carried`). Here sliders of the page are moved by a key from the scenario as it ships, and from states
in which many were moved before; every state is simulated in full, and its first picture is held against that. Told are, over the
headlines that the move changes at all under the policy in view, and their differences to the reference: the error of the mean and
of quantiles, in standard deviations over draws, beside that of eight draws by themselves, and how often the refined mean lies
within one and within two of the errors that the picture states.
"""

from __future__ import annotations

import argparse
import math
import random
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks import machine
from offramp.analysis.outcomes import is_difference, is_event
from offramp.engine.inputs import down
from offramp.ensemble.options import cores
from offramp.scenario import load
from offramp.show.explorer.base import SEED, Base
from offramp.show.explorer.batch import Batch, Task, joined, packed, simulate
from offramp.show.explorer.carried import TWINS, UNSURE, Sample, carried, typical
from offramp.show.explorer.desk import SOLDIERS
from offramp.show.explorer.frames import HEADLINES
from offramp.show.explorer.handles import Handle
from offramp.show.explorer.kept import LEVELS

POLICY = 3
"""Place of the policy that the page opens with."""
STEPS = 200
"""Keys from one end of a slider to the other."""
QUANTILES = (0.05, 0.5, 0.95)
FURTHER = (5, 15, 40)
"""Sliders that were moved before, in states away from the shipped one."""

Changes = dict[str, float]


def slid(handle: Handle, towards: int) -> float:
    """The number one key from where a slider of a number stands."""
    low, high = handle.low, handle.high
    value = handle.value if isinstance(handle.value, float) else (low + high) / 2.0
    at = min(1.0, max(0.0, round(handle.place(value) * STEPS + towards) / STEPS))
    return float(f"{low * (high / low) ** at if handle.scale == 'log' else low + (high - low) * at:.4g}")


@dataclass(frozen=True)
class Whole:
    """All draws of a state, with the hash of its scenario."""

    hash: str
    batch: Batch


def whole(pool: ProcessPoolExecutor, base: Base, changes: Changes) -> Whole:
    """All draws of a state."""
    state = base.state({"policy": base.policies[POLICY], "changes": changes})
    scenario = base.changed(state)
    values, names = base.values(scenario, 0, LEVELS[-1]), base.names(scenario)
    policies = (base.policies[0], state.shown)
    content = packed(scenario)
    work = partial(simulate, stop=down())
    parts = range(0, LEVELS[-1], 10)
    tasks = [Task(content, policies, SOLDIERS, SEED, at, names, values[at : at + 10]) for at in parts]
    return Whole(scenario.hash, joined(list(pool.map(work, tasks))))


@dataclass(frozen=True)
class Judged:
    """First pictures of one state against all its draws, each number an array over figures.

    mean, quantiles: errors in standard deviations over draws. stated: the error that is stated of the mean, likewise.
    """

    mean: NDArray[np.float64]
    quantiles: NDArray[np.float64]
    stated: NDArray[np.float64]


def figures(batch: Batch, at: list[int]) -> NDArray[np.float64]:
    """Outcomes of the policy in view, then what they differ by from the reference, [draws, figures]."""
    values = batch.outcomes[:, :, at]
    return np.concatenate([values[:, 1], values[:, 1] - values[:, 0]], axis=1)


def judge(
    shown: NDArray[np.float64],
    errors: NDArray[np.float64],
    truth: NDArray[np.float64],
    moved: NDArray[np.bool_],
) -> Judged:
    """shown, truth: [draws, figures]; errors: stated of the means of `shown`; moved: figures that the move changes."""
    spread = truth.std(axis=0, ddof=1)
    told = np.isfinite(shown).all(axis=0) & np.isfinite(truth).all(axis=0) & (spread > 0.0) & moved
    with np.errstate(invalid="ignore", divide="ignore"):
        off = (shown.mean(axis=0) - truth.mean(axis=0)) / spread
        quantiles = (np.quantile(shown, QUANTILES, axis=0) - np.quantile(truth, QUANTILES, axis=0)) / spread
        return Judged(off[told], quantiles[:, told], (errors / spread)[told])


def pictures(before: Batch, after: Batch, apart: float) -> tuple[int, Judged | None, Judged]:
    """How many draws are simulated, the picture that is carried over, None where the state before is too far, and that of
    eight draws. apart: see `Base.apart`."""
    at = [
        i
        for i, name in enumerate(after.names)
        if name in HEADLINES and not is_event(name) and not is_difference(name)
    ]
    truth = figures(after, at)
    moved = truth.mean(axis=0) != figures(before, at).mean(axis=0)
    first = truth[: LEVELS[0]]
    plain = judge(first, first.std(axis=0, ddof=1) / math.sqrt(LEVELS[0]), truth, moved)
    order = typical(before, HEADLINES, LEVELS[0])
    held = Sample(before, len(before.outcomes))
    tried = (
        carried(held, after.some(order[:twins]), order[:twins], HEADLINES, UNSURE, apart) for twins in TWINS
    )
    found = next((one for one in tried if one is not None), None)
    if found is None or found.errors is None:
        return LEVELS[0], None, plain
    shown = figures(found.batch, at)
    own = shown.std(axis=0, ddof=1) / math.sqrt(len(shown))
    added = np.concatenate([errors[1, at] for errors in found.errors])
    return found.simulated, judge(shown, np.hypot(own, added), truth, moved), plain


def moves(
    pool: ProcessPoolExecutor, base: Base, count: int, seed: int, keys: int
) -> Iterator[tuple[Whole, Whole]]:
    """States before and after some keys: three of four from the scenario as it ships, the others from further on."""
    rng = random.Random(seed)
    handles = [h for h in base.handles.values() if h.scale != "choice"]
    shipped = whole(pool, base, {})
    for turn in range(count):
        handle = rng.choice(handles)
        here: Changes = {}
        before = shipped
        if turn % 4 == 3:
            others = rng.sample([one for one in handles if one is not handle], rng.choice(FURTHER))
            here = {one.path: slid(one, rng.choice((-1, 1))) for one in others}
            before = whole(pool, base, here)
        yield before, whole(pool, base, {**here, handle.path: slid(handle, keys * rng.choice((-1, 1)))})


def told(name: str, found: list[Judged]) -> None:
    """Print what became of some pictures."""
    if not found:
        return
    mean = np.abs(np.concatenate([one.mean for one in found]))
    quantiles = np.concatenate([one.quantiles for one in found], axis=1)
    stated = np.concatenate([one.stated for one in found])
    by_quantile = ", ".join(
        f"{q:.0%} {error:.3f}"
        for q, error in zip(QUANTILES, np.sqrt((quantiles**2).mean(axis=1)), strict=True)
    )
    print(
        f"{name}, {len(found)} states, {len(mean)} figures: error of the mean {np.sqrt((mean**2).mean()):.3f} standard deviations"
        f" (root mean square; 95 % within {np.quantile(mean, 0.95):.3f}), of quantiles {by_quantile};"
        f" refined mean within the stated error in {np.mean(mean <= stated):.1%}, within two in {np.mean(mean <= 2 * stated):.1%}"
    )


def report(judged: list[tuple[int, Judged | None, Judged]]) -> None:
    """Print what is carried over, and beside it what eight draws by themselves would show of the same states."""
    for twins in TWINS:
        over = [(one, plain) for count, one, plain in judged if one is not None and count == twins]
        print(f"{len(over)} of {len(judged)} moves are carried over by {twins} simulated.")
        told(f"Carried over by {twins}", [one for one, _ in over])
        told(f"The same states by {LEVELS[0]} draws alone", [plain for _, plain in over])
    told(f"The others, by {LEVELS[0]} draws", [plain for _, one, plain in judged if one is None])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenario", default="ukraine-2022")
    parser.add_argument("--moves", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keys", type=int, default=1, help="keys that a slider is moved by")
    asked: Any = parser.parse_args()
    for name, fact in machine.facts().items():
        print(f"{name}: {fact}")
    base = Base.of(asked.scenario, load(asked.scenario))
    with ProcessPoolExecutor(cores()) as pool:
        states = moves(pool, base, asked.moves, asked.seed, asked.keys)
        report([pictures(old.batch, new.batch, base.apart(old.hash, new.hash)) for old, new in states])


if __name__ == "__main__":
    main()
