"""`offramp scenario`: list, show, check and compare scenarios, and start a new one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from offramp.scenario import Scenario

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="List, show, check and compare scenarios, and start a new one.",
    epilog="Example: `offramp scenario show ukraine-2022`",
)

Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
Which = Annotated[
    str, typer.Argument(metavar="SCENARIO", help="A shipped scenario or the path of a TOML file.")
]


@app.command("list", epilog="Example: `offramp scenario list`")
def list_scenarios(as_json: Json = False) -> None:
    """List the scenarios that come with Offramp."""
    from offramp.scenario import load, shipped

    scenarios = [load(name) for name in shipped()]
    if as_json:
        _print_json([_brief(scenario) for scenario in scenarios])
        return
    rows = [
        (one.name, one.title, f"{one.start}", f"{one.days:,}", f"{len(one.policies)}", _unknowns(one))
        for one in scenarios
    ]
    _print(_table(("scenario", "title", "start", "days", "policies", "unknown numbers"), rows))


@app.command(epilog="Example: `offramp scenario show ukraine-2022`")
def show(scenario: Which, as_json: Json = False) -> None:
    """Show what a scenario says: groups, routes, programmes, policies, and every unknown number."""
    from offramp.scenario import load

    loaded = load(scenario)
    if as_json:
        from offramp.scenario.plain import plain

        _print_json(plain(loaded))
        return
    from offramp.scenario.summary import summary

    for heading, columns, rows in summary(loaded):
        _print_heading(heading)
        if rows:
            _print(_table(columns, rows))


@app.command(epilog="Example: `offramp scenario check minimal`")
def check(
    file: Annotated[str, typer.Argument(metavar="FILE", help="The TOML file, or a shipped scenario.")],
    as_json: Json = False,
) -> None:
    """Check a scenario file: everything that is wrong and exit code 2, or one line and what in it acts on nobody."""
    from offramp.errors import InputError
    from offramp.scenario import load
    from offramp.scenario.remarks import remarks

    try:
        loaded = load(file)
    except InputError as refused:
        if not as_json:
            raise
        problems = [{"place": one.place, "what": one.what, "remedy": one.remedy} for one in refused.problems]
        _print_json({"file": file, "valid": False, "problems": problems})
        raise typer.Exit(2) from None
    if as_json:
        _print_json(
            {"file": file, "valid": True, "problems": [], "remarks": remarks(loaded), **_brief(loaded)}
        )
        return
    parts = (
        *(_count(_brief(loaded)[f"{kind}s"], kind) for kind in ("group", "route", "programme")),
        _count(len(loaded.policies), "policy", "policies"),
        f"{_unknowns(loaded)} unknown numbers",
    )
    typer.echo(f"{file} is a valid scenario: {', '.join(parts)}.")
    for remark in remarks(loaded):
        typer.echo(f"  {remark}")


@app.command(epilog="Example: `offramp scenario new my-scenario.toml`")
def new(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="The file to write.")] = Path("scenario.toml"),
) -> None:
    """Write a commented scenario to start from. An existing file is never overwritten."""
    from offramp.errors import InputError, Problem
    from offramp.scenario import template

    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(template())
    except FileExistsError:
        remedy = "Give another path, or move the file away."
        raise InputError([Problem(str(path), "is there already and was left as it is", remedy)]) from None
    except OSError as error:
        reason = error.strerror or str(error)
        remedy = "Give a path in a folder that you may write to."
        raise InputError([Problem(str(path), f"cannot be written: {reason}", remedy)]) from None
    typer.echo(f"Wrote {path}. Next: offramp scenario check {path}, then offramp run {path}.")


@app.command(epilog="Example: `offramp scenario diff minimal one-squad`")
def diff(
    a: Annotated[str, typer.Argument(metavar="A", help="A shipped scenario or a TOML file.")],
    b: Annotated[str, typer.Argument(metavar="B", help="A shipped scenario or a TOML file.")],
    as_json: Json = False,
) -> None:
    """Show every key in which two scenarios differ, with both values."""
    from offramp.scenario import diff as differences
    from offramp.scenario import load
    from offramp.scenario.differences import as_toml

    rows = differences(load(a), load(b))
    if as_json:
        _print_json([{"path": path, "a": left, "b": right} for path, left, right in rows])
    elif rows:
        shown = [(path, as_toml(left) or "-", as_toml(right) or "-") for path, left, right in rows]
        _print(_table(("key", a, b), shown))
    else:
        typer.echo("The two scenarios say the same.")


@app.command(epilog="Example: `offramp scenario schema > scenario.schema.json`")
def schema() -> None:
    """Print the JSON Schema of scenario files, for an editor that completes and checks TOML."""
    from offramp.scenario import json_schema

    _print_json(json_schema())


def _brief(scenario: Scenario) -> dict[str, Any]:
    return {
        "scenario": scenario.name,
        "title": scenario.title,
        "start": scenario.start,
        "days": scenario.days,
        "groups": len(scenario.groups) + len(scenario.posts.groups),
        "routes": len(scenario.routes) + len(scenario.posts.routes),
        "programmes": len(scenario.programmes) + len(scenario.posts.programmes),
        "policies": [policy.name for policy in scenario.policies],
        "unknown_numbers": len(scenario.inputs) + sum(len(shares.paths) for shares in scenario.shares),
        "hash": scenario.hash,
    }


def _unknowns(scenario: Scenario) -> str:
    return f"{_brief(scenario)['unknown_numbers']}"


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


def _print_json(value: object) -> None:
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False, default=str))


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> RenderableType:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(Text(column), overflow="fold")
    for row in rows:
        # Text, not markup: square brackets of a file are shown, not obeyed.
        table.add_row(*(Text(cell) for cell in row))
    return table


def _print_heading(heading: str) -> None:
    from rich.text import Text

    _print(Text(f"\n{heading}", style="bold"))


def _print(what: RenderableType) -> None:
    from rich.console import Console

    Console(highlight=False).print(what)
