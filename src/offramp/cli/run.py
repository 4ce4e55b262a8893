"""`offramp run`: the main job, from a scenario to a comparison and a results folder."""

from __future__ import annotations

import json
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from offramp.cli.waiting import say, stoppable

if TYPE_CHECKING:
    from offramp.ensemble.options import Options
    from offramp.ensemble.results import Results
    from offramp.scenario.tables import Scenario

app = typer.Typer(rich_markup_mode="markdown", add_completion=False)


class Executor(StrEnum):
    """Who computes."""

    auto = "auto"
    threads = "threads"
    processes = "processes"


Seed = Annotated[int, typer.Option(help="Another seed, other draws; 0 to 4294967295.")]
Soldiers = Annotated[int, typer.Option(help="Simulated persons per draw, standing for all.")]
Jobs = Annotated[int | None, typer.Option(help="Draws at a time, up to 256.", show_default="all processors")]


@app.command(epilog="Example: `offramp run minimal --draws 50 --out results/first`")
def run(
    scenario: Annotated[str, typer.Argument(help="A shipped scenario or a file.")] = "ukraine-2022",
    draws: Annotated[int, typer.Option(help="Sampled worlds, up to 10 million; more extend a run.")] = 200,
    seed: Seed = 1,
    soldiers: Soldiers = 40_000,
    jobs: Jobs = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Results folder.", show_default="results/<scenario>-<short hash>"),
    ] = None,
    policy: Annotated[
        list[str] | None,
        typer.Option(
            help="Only this policy; repeat for more. The reference is always kept.", show_default="all"
        ),
    ] = None,
    keep_paths: Annotated[
        bool, typer.Option("--keep-paths", help="Write every draw's daily path to paths.parquet.")
    ] = False,
    draws_from: Annotated[
        Path | None, typer.Option(help="Table of input values (.parquet, .csv) to use instead of sampling.")
    ] = None,
    prior: Annotated[
        str | None,
        typer.Option(
            help="A prior set that the scenario names.", show_default="main, and the others beside it"
        ),
    ] = None,
    executor: Annotated[
        Executor, typer.Option(help="Who computes; auto: processes where the run is long.")
    ] = Executor.auto,
    plan: Annotated[
        bool, typer.Option("--plan", help="Show the steps of a day and the cost of the run; run nothing.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the summary as JSON and nothing else.")
    ] = False,
) -> None:
    """Simulate every policy of a scenario over an ensemble of draws; compare; write a results folder.

    Ctrl-C keeps what is done and the same command goes on from there. The same command with more draws
    extends the run.
    """
    if prior is not None and draws_from is not None:
        raise typer.BadParameter("--prior samples laws of the scenario; it cannot go with --draws-from.")
    from offramp import load
    from offramp.ensemble.options import check_options
    from offramp.scenario import under

    asked = load(scenario)
    if prior is not None:
        asked = under(asked, prior)
    options = check_options(
        asked,
        draws=draws,
        seed=seed,
        soldiers=soldiers,
        jobs=jobs,
        policies=policy or None,
        keep_paths=keep_paths,
        executor=executor.value,
        draws_from=draws_from,
        out=out,
    )
    if plan:
        _print_plan(asked, options, as_json)
    else:
        _print_results(_run(asked, options), as_json)


def _run(scenario: Scenario, options: Options) -> Results:
    import offramp

    with stoppable() as report:
        return offramp.run(
            scenario,
            draws=options.draws,
            seed=options.seed,
            soldiers=options.soldiers,
            jobs=options.jobs,
            out=options.out,
            policies=options.policies,
            keep_paths=options.keep_paths,
            executor=options.executor,
            draws_from=options.draws_from,
            progress=report,
        )


def _print_results(results: Results, as_json: bool) -> None:
    if results.new_draws == 0:
        say(
            f"This run is done already: {results.manifest['draws']:,} draws in {results.out}. "
            "More --draws extend it; to compute it again, remove the folder or choose another with --out."
        )
    if as_json:
        typer.echo(json.dumps(results.summary(), indent=1, ensure_ascii=False, allow_nan=False))
        return
    from rich.console import Console

    from offramp.show.table import render_table

    render_table(results, Console())
    typer.echo(f"\nResults: {results.out}\nReport:  {results.report()}")


def _print_plan(scenario: Scenario, options: Options, as_json: bool) -> None:
    from offramp.engine import daily_plan, prepare
    from offramp.ensemble.limits import check_load
    from offramp.ensemble.plan import measure

    check_load(scenario, options)
    steps = daily_plan(scenario)
    costs = measure(scenario, options, prepare=prepare)
    if as_json:
        plan = {"steps": [asdict(step) for step in steps], "costs": asdict(costs)}
        typer.echo(json.dumps(plan, indent=1, ensure_ascii=False))
        return
    typer.echo("Steps of a day, in their order (- is not in this scenario):")
    for step in steps:
        typer.echo(f"  {'x' if step.active else '-'} {step.name}: {step.what} [{step.equation}]")
    typer.echo(
        f"\nCosts, measured on draws that are thrown away\n"
        f"  prepare {costs.prepare_seconds:.2f} s, compile or load the kernel {costs.compile_seconds:.2f} s, "
        f"sampling {costs.sampling_seconds:.2f} s\n"
        f"  one draw under {costs.policies} policies: {costs.draw_seconds:.3f} s, "
        f"packing it {costs.pack_seconds:.3f} s\n"
        + (
            f"  beside it {costs.studies} prior sets and experiments: {costs.study_draws:,} draws, "
            f"{costs.study_runs:,} times a draw under one policy\n"
            if costs.studies
            else ""
        )
        + f"  {costs.draws:,} draws, {costs.jobs} at a time: about {_duration(costs.run_seconds)}, "
        f"about {costs.disk_bytes / 1e6:,.0f} MB in {costs.out}"
    )


def _duration(seconds: float) -> str:
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"
