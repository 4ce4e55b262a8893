"""Runs the bench in a process of its own: python -m tests.ensemble.bench_run FOLDER EXECUTOR DRAWS."""

from __future__ import annotations

import sys
from pathlib import Path

from offramp.ensemble.options import check_options
from offramp.ensemble.run import Interrupted, execute
from offramp.errors import OfframpError
from offramp.scenario import loads
from tests.ensemble import fake_engine


def main(out: str, executor: str, draws: str) -> int:
    scenario = loads(fake_engine.SCENARIO, name="bench")
    options = check_options(
        scenario,
        draws=int(draws),
        seed=1,
        soldiers=400,
        jobs=2,
        policies=None,
        keep_paths=False,
        executor=executor,
        draws_from=None,
        out=Path(out),
    )

    def progress(done: int, total: int, left: float | None) -> None:
        print(done, flush=True)

    try:
        execute(scenario, options, prepare=fake_engine.prepare_slow, progress=progress)
    except Interrupted as stopped:
        print(stopped, file=sys.stderr)
        return 130
    except OfframpError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
