"""The end of a run: from chunks to the files that people read, and whether that was done already."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

from offramp.ensemble import manifest as facts
from offramp.ensemble.chunks import Chunk
from offramp.ensemble.convergence import HEADLINE, judge
from offramp.ensemble.files import told, write_bytes
from offramp.ensemble.options import Options
from offramp.ensemble.results import MANIFEST, REPORT, Results
from offramp.ensemble.store import Identity, Store
from offramp.ensemble.tables import (
    Labels,
    daily_draws_most,
    daily_frames,
    draw_frames,
    path_frames,
    write_frames,
)
from offramp.scenario import load, shipped
from offramp.scenario.tables import Scenario

if TYPE_CHECKING:
    import polars as pl

TABLES: Final = ("draws.parquet", "daily.parquet", "totals.parquet")
PATHS: Final = "paths.parquet"
SCENARIO: Final = "scenario.toml"


@dataclass(frozen=True)
class Run:
    """What is being run, and how long its stages took so far."""

    scenario: Scenario
    options: Options
    identity: Identity
    labels: Labels
    stands_for: dict[str, float]
    source: str
    out: Path
    seconds: dict[str, float]
    paths: bool = True
    """Whether daily paths are kept at all."""

    @property
    def daily_draws(self) -> int:
        """Draws on which daily quantiles rest."""
        return min(self.options.draws, daily_draws_most(self.labels.shape))

    @property
    def path_draws(self) -> int:
        """Draws whose paths are kept in chunks."""
        if not self.paths:
            return 0
        return self.options.draws if self.options.keep_paths else self.daily_draws


@dataclass(frozen=True)
class Study:
    """What is run beside the main comparison: `kind` is prior or experiment, `file` its table in the folder."""

    kind: str
    name: str
    draws: int
    file: str


def vouched(options: Options, studies: Sequence[Study]) -> tuple[str, ...]:
    """Files that the manifest vouches for."""
    paths = (PATHS,) if options.keep_paths else ()
    return (*TABLES, *paths, *(study.file for study in studies), SCENARIO)


def finished(out: Path, options: Options, studies: Sequence[Study]) -> Results | None:
    """The results when the folder holds exactly what is asked for, unchanged; otherwise None."""
    try:
        found: Any = json.loads((out / MANIFEST).read_bytes())
        described: dict[str, Any] = found["files"]
        same = found["draws"] == options.draws and set(vouched(options, studies)) <= set(described)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if not same or not facts.unchanged(out, described):
        return None
    results = Results(out, found)
    if not (out / REPORT).is_file():
        _report(results)
    return results


def write_tables(run: Run, store: Store, chunks: list[Chunk]) -> None:
    """Write the tables of the main comparison."""
    began = perf_counter()
    # A manifest vouches for the files beside it, so it goes first and comes back last.
    with told(run.out):
        (run.out / MANIFEST).unlink(missing_ok=True)
        (run.out / REPORT).unlink(missing_ok=True)
    _tables(run, store, chunks)
    write_bytes(run.out / SCENARIO, run.scenario.text.encode())
    run.seconds["tables"] = perf_counter() - began


def finish(run: Run, store: Store, new_draws: int, studies: Sequence[Study]) -> Results:
    """Write the manifest and the report, when all tables are there."""
    manifest = _manifest(run, store, studies)
    results = Results(run.out, manifest, new_draws)
    samples = results.outcomes(HEADLINE) if HEADLINE in results.outcome_names else None
    if samples is not None:
        verdict = judge(samples, uncertain=bool(run.labels.inputs))
        manifest["convergence"] = {
            "enough": verdict.enough,
            "policy": verdict.policy,
            "mc_error": verdict.error,
            "mean": verdict.mean,
            "draws_needed": verdict.draws_needed,
            "sentence": verdict.sentence,
        }
    write_bytes(run.out / MANIFEST, facts.as_bytes(manifest))
    _report(results)
    return results


def _tables(run: Run, store: Store, chunks: list[Chunk]) -> None:
    labels, draws = run.labels, run.options.draws
    scratch = store.chunks
    write_frames(run.out / "draws.parquet", draw_frames(chunks, labels, draws), scratch)
    totals: list[pl.DataFrame] = []
    daily = daily_frames(chunks, labels, run.daily_draws, totals, run.options.jobs)
    write_frames(run.out / "daily.parquet", daily, scratch)
    write_frames(run.out / "totals.parquet", iter(totals), scratch)
    if run.options.keep_paths:
        write_frames(run.out / PATHS, path_frames(chunks, labels, draws), scratch)
    else:
        (run.out / PATHS).unlink(missing_ok=True)


def _manifest(run: Run, store: Store, studies: Sequence[Study]) -> dict[str, Any]:
    options, scenario, labels = run.options, run.scenario, run.labels
    return {
        "format": facts.FORMAT,
        "scenario": scenario.name,
        "title": scenario.title,
        "hash": scenario.hash,
        "version": run.identity.version,
        "code": run.identity.code,
        "run": run.identity.digest,
        "command": _command(run),
        "seed": options.seed,
        "draws": options.draws,
        "daily_draws": run.daily_draws,
        "soldiers": options.soldiers,
        "stands_for": run.stands_for,
        "policies": list(options.policies),
        "groups": list(labels.groups),
        "places": list(labels.places),
        "states": list(labels.states),
        "start": scenario.start.isoformat(),
        "days": labels.days,
        "inputs": list(labels.inputs),
        "sampling": run.source,
        "draws_from": None if options.draws_from is None else options.draws_from.name,
        "prior": f"set `{scenario.prior}` of the scenario; not calibrated"
        if scenario.prior
        else "as the scenario states them; not calibrated",
        "prior_set": scenario.prior or "main",
        "studies": [asdict(study) for study in studies],
        "evidence": list(scenario.evidence_ids),
        "engine": facts.engine_sentence(run.identity.version, run.identity.code),
        "platform": facts.platform_sentence(),
        "libraries": facts.library_versions(),
        "time": facts.now(),
        "executor": options.executor_name,
        "jobs": options.jobs,
        "seconds": {stage: round(value, 4) for stage, value in run.seconds.items()},
        "notes": store.notes,
        "files": facts.file_facts(run.out, vouched(run.options, studies)),
    }


def _command(run: Run) -> str:
    """A command that gives the same values: a shipped scenario by name, another by the copy in the folder."""
    options, scenario = run.options, run.scenario
    known = scenario.name in shipped() and load(scenario.name).hash == scenario.hash
    chosen: list[tuple[str, object]] = [
        ("draws", options.draws),
        ("seed", options.seed),
        ("soldiers", options.soldiers),
    ]
    if len(options.policies) < len(scenario.policies):
        chosen += [("policy", name) for name in options.policies]
    if scenario.prior:
        chosen.append(("prior", scenario.prior))
    if options.draws_from is not None:
        chosen.append(("draws-from", options.draws_from.name))
    return facts.command(scenario.name if known else SCENARIO, chosen)


def _report(results: Results) -> None:
    if Results.write_report is not None:
        with told(results.out / REPORT):
            Results.write_report(results)
