"""`offramp claims`: the claims of the public debate, run as experiments, with their verdicts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from offramp.cli.run import Jobs, Seed, Soldiers

if TYPE_CHECKING:
    from offramp.claims import Claims

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="Claims of the public debate as experiments: how each is tested, and its verdict.",
    epilog="Example: `offramp claims show 001.7`",
)

_PAGE: Final = 120
"""Characters of a line that is piped or kept in a file."""

Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
Own = Annotated[
    Path | None, typer.Option("--claims", metavar="FILE", help="Claims of your own, beside the shipped ones.")
]
Folder = Annotated[
    Path | None,
    typer.Option(
        "--run", metavar="FOLDER", help="Results of `offramp claims run`.", show_default="the last ones"
    ),
]

Of = Annotated[
    str | None,
    typer.Option(
        "--scenario",
        help="Of which your own claims speak: a name or a file.",
        show_default="that of the claims",
    ),
]


@app.command(epilog="Example: `offramp claims run ukraine-2022 --draws 100 --out results/debate`")
def run(
    scenario: Annotated[
        str | None, typer.Argument(help="A scenario or a file.", show_default="that of the claims")
    ] = None,
    own: Annotated[
        Path | None,
        typer.Option("--claims", metavar="FILE", help="Claims of your own, in place of the shipped ones."),
    ] = None,
    draws: Annotated[
        int, typer.Option(help="Sampled worlds; two fifths of them for each other prior set.")
    ] = 250,
    seed: Seed = 1,
    soldiers: Soldiers = 40_000,
    jobs: Jobs = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Results folder.", show_default="results/claims-<scenario>-<short hash>"),
    ] = None,
    as_json: Json = False,
) -> None:
    """Simulate all that the claims ask for, each policy once a draw; judge every claim; write a page.

    Ctrl-C keeps what is done and the same command goes on from there. The same command with more draws extends the run.
    """
    from offramp import claims
    from offramp.cli.waiting import stoppable
    from offramp.scenario import load

    loaded = None if scenario is None else load(scenario)
    asked = claims.shipped() if own is None else claims.load(own, loaded)
    with stoppable() as report:
        done = claims.run_claims(
            loaded, asked, draws=draws, seed=seed, soldiers=soldiers, jobs=jobs, out=out, executor="auto",
            progress=report,
        )  # fmt: skip
    from offramp.show.claims import listing, tally, write_claims_page

    page = write_claims_page(done.out)
    if as_json:
        _print_json(done.answer)
        return
    _print(listing(done.answer["claims"]))
    typer.echo(f"\n{tally(done.answer)}\n\nResults: {done.out}\nPage:    {page}")


@app.command("list", epilog="Example: `offramp claims list --article 004`")
def list_claims(
    article: Annotated[str | None, typer.Option(help="Only claims of this article, such as 001.")] = None,
    own: Own = None,
    scenario: Of = None,
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """List the claims, one line each, article by article, with the verdicts of the last run."""
    rows, source = _rows(own, scenario, folder)
    if article is not None:
        key = _known(article, [row["article"]["key"] for row in rows], "--article", "article")
        rows = [row for row in rows if row["article"]["key"] == key]
    if as_json:
        from offramp.claims.plain import in_brief

        _print_json([in_brief(row) for row in rows])
        return
    from offramp.show.claims import listing

    _print(listing(rows))
    _say(source)


@app.command(epilog="Example: `offramp claims show 001.7 004.1`")
def show(
    ids: Annotated[list[str], typer.Argument(metavar="ID...", help="Ids of claims, such as 001.7.")],
    own: Own = None,
    scenario: Of = None,
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Show all that is known of a claim or several: verdict, tests with their results, what would refute it."""
    rows, source = _rows(own, scenario, folder)
    by_id = {row["id"]: row for row in rows}
    found = [by_id[id] for id in _all_known(ids, list(by_id))]
    if as_json:
        _print_json(found)
        return
    from offramp.show.claims import card

    for row in found:
        _print(card(row))
    _say(source)


def _rows(own: Path | None, scenario: str | None, folder: Path | None) -> tuple[list[dict[str, Any]], str]:
    """Every claim as plain data, judged by the run in the folder or the last one, and a sentence on where from."""
    from offramp import claims
    from offramp.scenario import load

    sets = [claims.shipped()]
    if own is not None:
        sets.append(claims.load(own, None if scenario is None else load(scenario)))
    rows: list[dict[str, Any]] = []
    sources: list[str] = []
    for one in sets:
        found, source = _judged(one, folder)
        rows += found
        sources += [source] if source else []
    if not sources:
        return rows, "None of this was run: `offramp claims run` tests the other claims."
    return rows, f"Judged from {' and '.join(dict.fromkeys(sources))}."


def _judged(claims: Claims, folder: Path | None) -> tuple[list[dict[str, Any]], str]:
    from offramp.claims import judge, latest, read
    from offramp.claims.plain import plain

    ids = [one.id for one in claims.claims]
    place = folder or latest(claims.scenario, ids)
    by_id = {row["id"]: row for row in read(place)["claims"]} if place is not None else {}
    if not set(ids) <= set(by_id):
        return [plain(judge(one, claims), claims) for one in claims.claims], ""
    return [by_id[id] for id in ids], str(place)


def _all_known(ids: list[str], known: list[str]) -> list[str]:
    """The ids, each once; every one that is none is told."""
    from offramp.errors import InputError, Problem

    problems = [
        Problem(
            "claims", f"there is no claim {id!r}", f"{_near(id, known)}`offramp claims list` shows all."
        )
        for id in ids
        if id not in known
    ]  # fmt: skip
    if problems:
        raise InputError(problems)
    return list(dict.fromkeys(ids))


def _known(name: str, known: list[str], place: str, what: str) -> str:
    from offramp.errors import InputError, Problem

    if name in known:
        return name
    remedy = f"{_near(name, known)}{what.capitalize()}s: {', '.join(dict.fromkeys(known))}."
    raise InputError([Problem(place, f"there is no {what} {name!r}", remedy)])


def _near(name: str, known: list[str]) -> str:
    from offramp.scenario.findings import nearest

    near = nearest(name, known)
    return f"Did you mean {near}? " if near is not None else ""


def _print(what: Any) -> None:
    """Wrapped to a terminal, and to a page where it is kept or piped; `--json` is for programs."""
    import sys

    from rich.console import Console

    Console(width=None if sys.stdout.isatty() else _PAGE).print(what, crop=False)


def _say(sentence: str) -> None:
    typer.echo(f"offramp: {sentence}", err=True)


def _print_json(answer: object) -> None:
    typer.echo(json.dumps(answer, ensure_ascii=False, indent=2, allow_nan=False))
