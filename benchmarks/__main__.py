"""`python -m benchmarks`: measure, print one table, write it to RESULTS.md."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks import frameworks, machine, numpy_peers, ours, workload
from benchmarks.measure import Contender, Timing, in_turn, process
from benchmarks.table import Row, document, markdown, seconds, times

RESULTS = Path(__file__).with_name("RESULTS.md")
PEERS = {
    "NumPy, plain": numpy_peers.plain,
    "NumPy, tuned": numpy_peers.tuned,
    "NumPy, thinned": numpy_peers.thinned,
}


def numpy_contenders(soldiers: int, days: int, rule: workload.Rule) -> dict[str, Contender]:
    """The peers on one population, made beforehand: its making is not in their time."""
    people = workload.population(soldiers, seed=1)
    return {
        name: (lambda seed, run=run: run(people, days, rule, seed)) for name, run in PEERS.items()
    }  # fmt: skip


def reference(quick: bool) -> Iterator[Row]:
    """The engine and NumPy on the reference workload, and `ukraine-2022` as a multiple of it."""
    soldiers, days = (40_000, 120) if quick else (workload.SOLDIERS, workload.DAYS)
    engine = ours.engine_on_reference(soldiers, days)
    ukraine, everybody = ours.ukraine_at_full_size()
    contenders = {
        **engine,
        **{f"{name}, whole menu": run for name, run in numpy_contenders(soldiers, days, "menu").items()},
        **{
            f"{name}, two options": run
            for name, run in numpy_contenders(soldiers, days, "two_option").items()
        },
        "ukraine-2022": ukraine,
    }
    timings = in_turn(contenders, repeats=3 if quick else 9)
    agent_days = soldiers * days
    for name in engine:
        ours_now = timings[name]
        rate = f"{agent_days / ours_now.median / 1e6:.0f} M soldier-days/s"
        yield Row(f"Reference workload: {name}", seconds(ours_now.median, ours_now.spread), note=rate)
        for peer, timing in timings.items():
            if peer.startswith("NumPy"):
                yield Row(
                    "", seconds(timing.median, timing.spread), peer, times(timing.median / ours_now.median)
                )
    first = next(iter(engine))
    full = timings["ukraine-2022"]
    yield Row(
        f"ukraine-2022 at full size ({everybody:,} soldiers), one draw, one policy",
        seconds(full.median, full.spread),
        f"reference workload: {first}",
        times(full.median / timings[first].median),
    )


def workers(quick: bool) -> Iterator[Row]:
    """The whole ensemble with one and two workers."""
    draws, soldiers = (8, 4_000) if quick else (40, 40_000)
    timings = in_turn(
        {f"{jobs}": ours.ensemble(draws, soldiers, jobs) for jobs in (1, 2)}, repeats=3, seconds_each=120.0
    )
    one, two = timings["1"], timings["2"]
    what = f"ukraine-2022, {draws} draws of {soldiers:,} soldiers, all policies"
    yield Row(f"{what}: one worker", seconds(one.median, one.spread))
    yield Row(
        f"{what}: two workers", seconds(two.median, two.spread), "one worker", times(one.median / two.median)
    )


def modules(quick: bool) -> Iterator[Row]:
    """What all that surrounds the war and the offers costs in a whole run."""
    draws, soldiers = (4, 4_000) if quick else (100, 40_000)
    timings = in_turn(
        {f"{top}": ours.ensemble(draws, soldiers, None, top=top) for top in (False, True)},
        repeats=1 if quick else 2,
        seconds_each=600.0,
    )
    off, on = timings["False"], timings["True"]
    what = f"ukraine-2022, {draws} draws of {soldiers:,} soldiers, all policies and experiments"
    yield Row(
        f"{what}: without opinion, posts, leader, escalation, off-ramp", seconds(off.median, off.spread)
    )
    yield Row(
        f"{what}: with them",
        seconds(on.median, on.spread),
        "without them",
        note=f"{on.median / off.median:.2f} times as long",
    )


def startup(quick: bool) -> Iterator[Row]:
    """What a person waits for before anything happens."""
    repeats = 5 if quick else 15
    python = process([sys.executable, "-c", "pass"], repeats=repeats)
    imported = process([sys.executable, "-c", "import offramp"], repeats=repeats)
    shown = process(ours.offramp_command("--help"), repeats=repeats)
    yield Row("Python itself", seconds(python.median, python.spread), note="an empty process")
    yield Row(
        "import offramp",
        seconds(imported.median, imported.spread),
        "Python itself",
        note=over(imported, python),
    )
    yield Row(
        "offramp --help", seconds(shown.median, shown.spread), "Python itself", note=over(shown, python)
    )


def over(longer: Timing, base: Timing) -> str:
    return f"{seconds(max(longer.median - base.median, 0.0))} more"


def memory(quick: bool) -> Iterator[Row]:
    """A whole run of the command line in a fresh process."""
    with tempfile.TemporaryDirectory() as folder:
        size = ["--draws", "4", "--soldiers", "4000"] if quick else []
        # A folder each: a second run of the same folder would only say that it is done. The first finds nothing compiled.
        runs = [
            process(
                ours.offramp_command("run", *size, "--out", f"{folder}/{i}"),
                repeats=1,
                warm=False,
                OFFRAMP_CACHE=f"{folder}/cache",
            )
            for i in range(2)
        ]
    options = " ".join(size) or "defaults"
    for what, timing in zip(("cold, with compilation", "warm"), runs, strict=True):
        yield Row(
            f"offramp run ({options}), {what}",
            seconds(timing.median),
            note=f"peak memory {timing.peak_bytes / 2**30:.2f} GiB",
        )


def peers(quick: bool) -> Iterator[Row]:
    """Agent frameworks, by soldiers and days per second."""
    soldiers, days = frameworks.SOLDIERS, frameworks.DAYS
    engine = ours.engine_on_reference(soldiers, days)
    found = frameworks.all_of_them()
    contenders = {**engine, **{peer.name: peer.run for peer in found if peer.run is not None}}
    timings = in_turn(contenders, repeats=2 if quick else 5)
    base = timings[next(iter(engine))]
    rate = f"{soldiers * days / base.median / 1e6:.0f} M agent-days/s"
    yield Row(f"Offramp, {soldiers:,} soldiers, {days} days", seconds(base.median, base.spread), note=rate)
    for peer in found:
        if peer.run is None:
            yield Row("", "not installed", peer.name)
            continue
        timing = timings[peer.name]
        speed = f"{soldiers * days / timing.median / 1e6:.2g} M agent-days/s, building the model included"
        yield Row(
            "", seconds(timing.median, timing.spread), peer.name, times(timing.median / base.median), speed
        )


PARTS: dict[str, Callable[[bool], Iterator[Row]]] = {
    "reference": reference,
    "workers": workers,
    "modules": modules,
    "startup": startup,
    "memory": memory,
    "peers": peers,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="reduced sizes, to see that everything runs")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS), help="parts to measure")
    parser.add_argument("--out", type=Path, default=RESULTS, help="where the table is written")
    options = parser.parse_args()
    facts = machine.facts()
    rows: list[Row] = []
    for part in options.only:
        print(f"measuring: {part}", file=sys.stderr)
        rows.extend(PARTS[part](options.quick))
    print(markdown(rows))
    options.out.write_text(document(facts, rows, options.quick), "utf-8")
    print(f"written to {options.out}", file=sys.stderr)


if __name__ == "__main__":
    main()
