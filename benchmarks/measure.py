"""Clocks: contenders in turn, medians of repeats, and processes from outside with their peak memory."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

Contender = Callable[[int], object]
"""Runs once with the given seed or draw number."""


@dataclass(frozen=True)
class Timing:
    """Seconds of each repeat, and peak resident memory where a process was measured (0 otherwise)."""

    seconds: tuple[float, ...]
    peak_bytes: int = 0

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    @property
    def spread(self) -> float:
        """Half the range over the median: how far to trust the median on a shared machine."""
        return (max(self.seconds) - min(self.seconds)) / 2 / self.median


def in_turn(
    contenders: Mapping[str, Contender], *, repeats: int, seconds_each: float = 30.0
) -> dict[str, Timing]:
    """Time contenders round by round, so that a change of the machine's load falls on all of them.

    Each runs once unmeasured (compilation, caches). A slow one stops after `seconds_each`, after two runs
    at least.
    """
    for run in contenders.values():
        run(0)
    taken: dict[str, list[float]] = {name: [] for name in contenders}
    for repeat in range(repeats):
        for name, run in contenders.items():
            if repeat >= 2 and sum(taken[name]) > seconds_each:
                continue
            start = time.perf_counter()
            run(repeat + 1)
            taken[name].append(time.perf_counter() - start)
    return {name: Timing(tuple(seconds)) for name, seconds in taken.items()}


# A process inherits the high-water mark of the one that starts it, so a small one stands between.
_WATCHER = """
import json, resource, subprocess, sys, time
start = time.perf_counter()
done = subprocess.run(
    sys.argv[1:], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
)
seconds = time.perf_counter() - start
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
if done.returncode:
    sys.exit(done.stdout.decode(errors="replace"))
print(json.dumps([seconds, peak * (1 if sys.platform == "darwin" else 1024)]))
"""


def process(command: Sequence[str], *, repeats: int, warm: bool = True, **environment: str) -> Timing:
    """Wall time of whole processes, and the largest peak memory (the largest single process of each tree).

    environment: variables of theirs besides those of this process.
    """
    if warm:
        _watch(command, environment)
    results = [_watch(command, environment) for _ in range(repeats)]
    return Timing(tuple(seconds for seconds, _ in results), max(peak for _, peak in results))


def _watch(command: Sequence[str], environment: Mapping[str, str]) -> tuple[float, int]:
    done = subprocess.run(
        [sys.executable, "-c", _WATCHER, *command],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | environment,
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stderr}")
    seconds, peak = json.loads(done.stdout)
    return seconds, peak
