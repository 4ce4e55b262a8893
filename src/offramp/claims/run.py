"""Every claim as an experiment: the bank of runs is filled, each claim is judged, and the answer is kept in a folder.

    results/claims-<scenario>-<short hash>/
        chunks/                 the bank, resumable: as for a run, with the other prior sets beside
        draws.parquet           one row a draw and policy or variant; priors/<name>.parquet the same under another prior set
        claims.json             every claim judged (see `offramp.claims.plain`)
        scenario.toml           the scenario as run

The folder belongs to the bank, not to the formulas: a test that is worded anew is judged from the draws that are there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from offramp.claims.bank import Bank, PrepareBank, bank_of
from offramp.claims.claim import Claims
from offramp.claims.grain import Grain, grain_of
from offramp.claims.judge import judge
from offramp.claims.load import shipped
from offramp.claims.plain import answer
from offramp.claims.sample import MAIN, Sample, sample
from offramp.claims.stated import stated_in
from offramp.ensemble import manifest as facts
from offramp.ensemble.chunks import Chunk
from offramp.ensemble.draws import SobolSampler
from offramp.ensemble.files import write_bytes
from offramp.ensemble.filling import Crew, Filling, Progress
from offramp.ensemble.finish import SCENARIO, Run
from offramp.ensemble.limits import check_load
from offramp.ensemble.options import Options, check_options
from offramp.ensemble.run import identify, interruptible, label
from offramp.ensemble.store import SHORT, Identity, Store, file_name, opened
from offramp.ensemble.studies import PRIOR, Prepared, prior_study, study_of
from offramp.ensemble.tables import draw_frames, write_frames
from offramp.ensemble.work import Job, PrepareComparable
from offramp.errors import InputError, OfframpError, Problem
from offramp.scenario import Scenario, load

ANSWER: Final = "claims.json"
DRAWS: Final = 250
"""Draws of the main set of priors, unless told."""
_OTHERS: Final = 0.4
"""Draws of each other prior set, as a share of these."""


@dataclass(frozen=True)
class Judged:
    """The claims of a run, judged. answer: plain data, as in claims.json. new_draws: simulated for this call."""

    out: Path
    answer: dict[str, Any]
    new_draws: int


def run_claims(
    scenario: str | Path | Scenario | None = None,
    claims: Claims | None = None,
    *,
    draws: int = DRAWS,
    seed: int = 1,
    soldiers: int = 40_000,
    jobs: int | None = None,
    out: str | Path | None = None,
    executor: str | Executor = "threads",
    progress: Progress | None = None,
) -> Judged:
    """Simulate all that the tests of the claims ask for, each policy or variant once a draw, and judge every claim.

    scenario: one that was loaded, or the name or path of a file; that of the claims when None. claims: the shipped ones
    when None; `offramp.claims.load` takes the scenario of which they speak. draws: of the main set of priors; the other
    sets of the scenario get fewer. Other arguments as for `offramp.run`. The same call resumes an interrupted run, and with
    more draws extends it.

    What a claim speaks of and the scenario does not have is told with the claim. Raises InputError when the input is
    wrong, Interrupted after Ctrl-C, OfframpError when the run fails.
    """
    from offramp.engine import prepare

    asked = shipped() if claims is None else claims
    given = asked.scenario if scenario is None else scenario
    loaded = given if isinstance(given, Scenario) else load(given)
    options = check_options(
        loaded,
        draws=draws,
        seed=seed,
        soldiers=soldiers,
        jobs=jobs,
        policies=None,
        keep_paths=False,
        executor=executor,
        draws_from=None,
        out=out,
    )
    check_load(loaded, options)
    return execute(loaded, asked, options, prepare=prepare, progress=progress)


def execute(
    scenario: Scenario,
    claims: Claims,
    options: Options,
    *,
    prepare: PrepareComparable,
    progress: Progress | None = None,
    chunk: int | None = None,
) -> Judged:
    """`run_claims` with checked options and a given engine. chunk: draws in a chunk, by measured time when None."""
    bank = bank_of(claims.claims, claims.variants, scenario, claims.scenario)
    _check_asked(claims, bank, scenario)
    options = replace(options, policies=bank.columns)
    identity = replace(
        identify(scenario, options, None), experiment=f"bank of claims {bank.digest(scenario)[:SHORT]}"
    )
    out = options.out or _folder(scenario, identity)
    with opened(out, identity) as store:
        sampler = SobolSampler(scenario, options.seed)
        cells = PrepareBank(prepare, bank)
        job = Job(
            identity.digest, scenario, options.soldiers, options.seed, bank.columns, sampler.names, cells
        )  # fmt: skip
        model = job.model()
        this = Run(
            scenario, options, identity, label(model, job), dict(model.stands_for), sampler.source, out, {}, False
        )  # fmt: skip
        studies = _studies(this, cells)

        chunks: list[Chunk] = []
        main = Filling(store, this, sampler, job, model, chunk, chunks.extend)
        crew = Crew([main, *(study.filling(chunk) for study in studies)], progress)
        with interruptible(crew, out):
            crew.fill()
            return _write(this, store, chunks, main.new_draws, studies, claims, bank)


def _check_asked(claims: Claims, bank: Bank, scenario: Scenario) -> None:
    """Refuse a run after which no claim could be judged, because the scenario has none of the policies of which they speak."""
    asked = {name for one in claims.claims for name in one.policies}
    if asked and not asked & set(bank.columns):
        has = ", ".join(f"`{one.name}`" for one in scenario.policies)
        what = f"has none of the policies of which the claims speak; those are policies of {claims.scenario}"
        remedy = f"It has {has}. Write claims about these and name their file with --claims."
        raise InputError([Problem(scenario.name, what, remedy)])


def _folder(scenario: Scenario, identity: Identity) -> Path:
    name = file_name(Path(scenario.name).stem) or "scenario"
    return Path("results") / f"claims-{name}-{identity.digest[:SHORT]}"


def _studies(this: Run, cells: PrepareBank) -> list[Prepared]:
    """The other prior sets of the scenario, on fewer draws, unless one of them is the set in force."""
    scenario, draws = this.scenario, this.options.draws
    if scenario.prior:
        return []
    return [
        prior_study(
            this, study_of(PRIOR, one.name, min(draws, max(one.draws, round(_OTHERS * draws)))), cells
        )
        for one in scenario.priors
    ]


def _write(
    this: Run,
    store: Store,
    chunks: list[Chunk],
    new_draws: int,
    studies: Sequence[Prepared],
    claims: Claims,
    bank: Bank,
) -> Judged:
    """The tables, and the claims judged from them."""
    write_frames(
        this.out / "draws.parquet", draw_frames(chunks, this.labels, this.options.draws), store.chunks
    )
    write_bytes(this.out / SCENARIO, this.scenario.text.encode())
    grain = grain_of(this.scenario, this.options.soldiers, this.stands_for)
    stated = stated_in(this.scenario, claims.claims)
    samples = [
        sample(this.scenario.prior or MAIN, chunks, this.labels, this.options.draws, grain, stated),
        *(_sample(one, grain, stated) for one in studies),
    ]
    judged = [judge(one, claims, samples, f"`{this.scenario.name}`", bank.unfit) for one in claims.claims]
    found = answer(judged, claims, samples, _about(this, bank, samples))
    write_bytes(this.out / ANSWER, facts.as_bytes(found))
    return Judged(this.out, found, new_draws)


def _sample(study: Prepared, grain: Grain, stated: Mapping[str, float]) -> Sample:
    return sample(study.study.name, study.store().scan(), study.labels, study.options.draws, grain, stated)


def _about(this: Run, bank: Bank, samples: Sequence[Sample]) -> dict[str, Any]:
    """What was run, with what, and how to run it again."""
    options, scenario = this.options, this.scenario
    return {
        "scenario": scenario.name,
        "title": scenario.title,
        "hash": scenario.hash,
        "version": this.identity.version,
        "engine": facts.engine_sentence(this.identity.version, this.identity.code),
        "seed": options.seed,
        "soldiers": options.soldiers,
        "start": scenario.start.isoformat(),
        "days": scenario.days,
        "reference": bank.policies[0],
        "draws": {one.name: one.draws for one in samples},
        "policies": len(bank.policies),
        "variants": len(bank.variants),
        "runs": sum(one.draws for one in samples) * len(bank.columns),
        "command": facts.command(
            scenario.name,
            [("draws", options.draws), ("seed", options.seed), ("soldiers", options.soldiers)],
        ).replace("offramp run", "offramp claims run", 1),
        "time": facts.now(),
    }


def read(folder: str | Path) -> dict[str, Any]:
    """The judged claims of a folder as plain data: what `run_claims` left in claims.json.

    Raises OfframpError when no finished run of claims is there.
    """
    path = Path(folder) / ANSWER
    try:
        found: Any = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise OfframpError(
            f"{folder} holds no judged claims: {ANSWER} cannot be read. `offramp claims run` makes them."
        ) from error
    return found


def latest(scenario: str, ids: Iterable[str], results: str | Path = "results") -> Path | None:
    """The folder below `results` in which these claims were judged last; None where there is none.

    scenario: its name. ids: of the claims, all of which the folder must hold.
    """
    name, asked = file_name(Path(scenario).stem) or "scenario", set(ids)
    files = [path for path in Path(results).glob(f"claims-{name}-*/{ANSWER}") if path.is_file()]
    for path in sorted(files, key=lambda path: path.stat().st_mtime, reverse=True):
        if asked <= {row["id"] for row in read(path.parent)["claims"]}:
            return path.parent
    return None
