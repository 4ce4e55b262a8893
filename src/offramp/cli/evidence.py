"""`offramp evidence`: browse, search and check the cited figures, and print the references of a scenario."""

from __future__ import annotations

import json
from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from datetime import date

    from rich.table import Table

    from offramp.evidence import Figure, Reference

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="Browse, search and check the cited figures; print the references of a scenario.",
    epilog="Example: `offramp evidence show B-291`",
)

Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]


class Form(StrEnum):
    """How a bibliography is written."""

    text = "text"
    bibtex = "bibtex"
    csl = "csl"


@app.command("list", epilog='Example: `offramp evidence list --topic "force size"`')
def list_figures(
    topic: Annotated[str | None, typer.Option(help="Only figures of this topic.")] = None,
    as_json: Json = False,
) -> None:
    """List the figures, one line each, by topic."""
    from offramp.evidence import figures

    found = [one for one in figures() if topic is None or one.topic == _known_topic(topic)]
    _print_figures(found, as_json)


@app.command(epilog="Example: `offramp evidence show B-291 A09`")
def show(
    ids: Annotated[list[str], typer.Argument(metavar="ID...", help="Ids of figures, such as B-291.")],
    as_json: Json = False,
) -> None:
    """Show all that is known of one figure or several, and every prior, target and claim that uses it."""
    found = _figures(ids)
    if as_json:
        _print_json([{**_plain(one), "used_by": _plain_uses(one)} for one in found])
        return
    for one in found:
        _print_card(one)


@app.command(epilog="Example: `offramp evidence search hotline contacts`")
def search(
    words: Annotated[list[str], typer.Argument(metavar="WORD...", help="Words that must all occur.")],
    as_json: Json = False,
) -> None:
    """Search measures, populations, notes and sources; every word must occur."""
    from offramp import evidence
    from offramp.errors import InputError, Problem

    if not any(word.strip() for word in words):
        raise InputError([Problem("WORD", "there is no word to search for", "Give one or more words.")])
    found = evidence.search(words)
    if found or as_json:
        _print_figures(found, as_json)
    if not found:
        said = f"No figure has all of: {', '.join(words)}. Try fewer words, or `offramp evidence list`."
        typer.echo(said, err=True)
        raise typer.Exit(1)


@app.command(epilog="Example: `offramp evidence check`")
def check(as_json: Json = False) -> None:
    """Check the shipped table against every rule; exit code 1 when one is broken."""
    from offramp import evidence

    problems = evidence.check()
    if as_json:
        _print_json([{"place": one.place, "what": one.what, "remedy": one.remedy} for one in problems])
    elif problems:
        for problem in problems:
            typer.echo(str(problem))
    else:
        table = evidence.figures()
        sources = evidence.bibliography(one.id for one in table)
        typer.echo(f"{len(table)} figures from {len(sources)} sources keep every rule.")
    if problems:
        raise typer.Exit(1)


@app.command(epilog="Example: `offramp evidence bibliography ukraine-2022 --form bibtex`")
def bibliography(
    scenario: Annotated[
        str | None, typer.Argument(help="Shipped scenario or file; else all figures.")
    ] = None,
    form: Annotated[Form, typer.Option(help="Plain text, BibTeX or CSL-JSON.")] = Form.text,
    as_json: Json = False,
) -> None:
    """Print the references behind a scenario, or behind the whole table."""
    from offramp import evidence

    references = evidence.bibliography(_ids(scenario))
    if as_json:
        _print_json([_plain_reference(one) for one in references])
        return
    if not references and form == Form.text:
        typer.echo(f"{scenario} cites no figure.")
        return
    writers = {Form.text: evidence.to_text, Form.bibtex: evidence.to_bibtex, Form.csl: evidence.to_csl_json}
    typer.echo(writers[form](references))


def _ids(scenario: str | None) -> Sequence[str]:
    from offramp.evidence import figures

    if scenario is None:
        return [one.id for one in figures()]
    from offramp.scenario import load

    return sorted(load(scenario).evidence_ids)


def _figures(ids: Sequence[str]) -> list[Figure]:
    """The figures with these ids, each once; every id that is none is told."""
    from offramp.errors import InputError, Problem
    from offramp.evidence import figure

    found: list[Figure] = []
    problems: list[Problem] = []
    for id in ids:
        try:
            found.append(figure(id))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return list(dict.fromkeys(found))


def _known_topic(topic: str) -> str:
    from difflib import get_close_matches

    from offramp.errors import InputError, Problem
    from offramp.evidence import topics

    if topic in topics():
        return topic
    near = get_close_matches(topic, topics(), n=1)
    remedy = f"Did you mean {near[0]!r}?" if near else f"Topics: {'; '.join(topics())}."
    raise InputError([Problem("--topic", f"there is no topic {topic!r}", remedy)])


def _print_figures(found: Sequence[Figure], as_json: bool) -> None:
    if as_json:
        _print_json([_plain(one) for one in found])
        return
    from rich.table import Table
    from rich.text import Text

    from offramp.evidence import topics

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("id", "what", "value", "when"):
        table.add_column(name, no_wrap=name == "id", overflow="fold")
    table.add_column("grade", justify="center")
    topic = ""
    for one in sorted(found, key=lambda each: topics().index(each.topic)):
        if one.topic != topic:
            topic = one.topic
            table.add_row("", Text(topic, style="bold"))
        cells = (one.id, one.measure, one.value_text(), one.period.text, one.grade)
        table.add_row(*(Text(cell) for cell in cells))
    _print_table(table)


def _print_card(one: Figure) -> None:
    from rich.table import Table
    from rich.text import Text

    from offramp.cli.uses import uses
    from offramp.evidence import GRADE_MEANING, figure

    rows = {
        "value": one.value_text(),
        "when": one.period.text,
        "who": one.population,
        "source": one.source.citation(),
        "grade": f"{one.grade}: {GRADE_MEANING[one.grade]}; checked on the {one.checked}",
        "computed": one.arithmetic,
        "rivals": "\n".join(figure(rival).label() for rival in one.rivals),
        "note": one.note,
        "mended": one.mended,
        "also": ", ".join(one.aliases),
        "used by": "\n".join(f"{use.scenario}, {use.kind} {use.place}: {use.text}" for use in uses(one))
        or "no shipped scenario, prior, target or claim",
    }
    title = Text(f"{one.id}  {one.measure}", style="bold")
    card = Table(title=title, title_justify="left", box=None, show_header=False)
    card.add_column(style="dim", no_wrap=True)
    card.add_column(overflow="fold")
    for name, text in rows.items():
        if text:
            card.add_row(name, Text(text))
    _print_table(card)


def _print_table(table: Table) -> None:
    """Wrapped to a terminal; one line a row where another program reads it."""
    import sys

    from rich.console import Console

    Console(width=None if sys.stdout.isatty() else 2000).print(table, crop=False)


def _plain(one: Figure) -> dict[str, Any]:
    from dataclasses import asdict

    period = {"text": one.period.text, "start": _day(one.period.start), "end": _day(one.period.end)}
    return {**asdict(one), "period": period, "computed": one.computed}


def _plain_uses(one: Figure) -> list[dict[str, str]]:
    from offramp.cli.uses import uses

    return [
        {"kind": use.kind, "scenario": use.scenario, "place": use.place, "text": use.text}
        for use in uses(one)
    ]


def _plain_reference(one: Reference) -> dict[str, Any]:
    from dataclasses import asdict

    return {**asdict(one.source), "figures": list(one.figures)}


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _print_json(answer: object) -> None:
    typer.echo(json.dumps(answer, ensure_ascii=False, indent=2))
