"""`offramp claims`: the claims of the public debate, how each is tested, and what came of it so far."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from offramp.claims import Article, Claim, Claims, Judgement, Test
    from offramp.claims.judge import Sum

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="Claims of the public debate: how each is tested, what would refute it, and its verdict so far.",
    epilog="Example: `offramp claims show 001.7`",
)

Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
Own = Annotated[
    Path | None, typer.Option("--claims", metavar="FILE", help="Claims of your own, beside the shipped ones.")
]


@app.command("list", epilog="Example: `offramp claims list --article 004`")
def list_claims(
    article: Annotated[str | None, typer.Option(help="Only claims of this article, such as 001.")] = None,
    own: Own = None,
    as_json: Json = False,
) -> None:
    """List the claims, one line each, article by article, with the verdict where there is one."""
    from offramp.claims import judge

    sets = _sets(own)
    chosen = None if article is None else _known_article(article, sets)
    found = [
        (claims, judge(claim, claims))
        for claims in sets
        for claim in claims.claims
        if chosen is None or claim.article == chosen
    ]
    if as_json:
        _print_json([_brief(judgement) for _, judgement in found])
        return
    _print_list(found)


@app.command(epilog="Example: `offramp claims show 001.7 004.1`")
def show(
    ids: Annotated[list[str], typer.Argument(metavar="ID...", help="Ids of claims, such as 001.7.")],
    own: Own = None,
    as_json: Json = False,
) -> None:
    """Show all that is known of a claim or several: verdict, tests with their sums, what would refute it."""
    from offramp.claims import judge

    found = [(claims, judge(claim, claims)) for claims, claim in _claims(ids, _sets(own))]
    if as_json:
        _print_json([_plain(judgement, claims) for claims, judgement in found])
        return
    for claims, judgement in found:
        _print_card(judgement, claims)


def _sets(own: Path | None) -> list[Claims]:
    """The shipped claims, and those of the user's file."""
    from offramp import claims

    return [claims.shipped()] if own is None else [claims.shipped(), claims.load(own)]


def _claims(ids: list[str], sets: list[Claims]) -> list[tuple[Claims, Claim]]:
    """The claims with these ids, each once; every id that is none is told."""
    from offramp.errors import InputError, Problem

    known = {claim.id: (claims, claim) for claims in sets for claim in claims.claims}
    problems: list[Problem] = []
    for id in ids:
        if id not in known:
            remedy = f"{_near(id, list(known))}`offramp claims list` shows all."
            problems.append(Problem("claims", f"there is no claim {id!r}", remedy))
    if problems:
        raise InputError(problems)
    return [known[id] for id in dict.fromkeys(ids)]


def _known_article(key: str, sets: list[Claims]) -> str:
    from offramp.errors import InputError, Problem

    keys = [article.key for claims in sets for article in claims.articles]
    if key in keys:
        return key
    remedy = f"{_near(key, keys)}Articles: {', '.join(keys)}."
    raise InputError([Problem("--article", f"there is no article {key!r}", remedy)])


def _near(name: str, known: list[str]) -> str:
    from offramp.scenario.findings import nearest

    near = nearest(name, known)
    return f"Did you mean {near}? " if near is not None else ""


def _print_list(found: list[tuple[Claims, Judgement]]) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("id", "claim", "kind", "verdict"):
        table.add_column(name, no_wrap=name == "id", overflow="fold")
    heading: Article | None = None
    for claims, judgement in found:
        claim = judgement.claim
        if claims.article(claim.article) != heading:
            heading = claims.article(claim.article)
            table.add_row("", Text(f"{heading.author or heading.outlet}: {heading.title}", style="bold"))
        cells = (claim.id, claim.says, claim.kind, judgement.word)
        table.add_row(*(Text(cell) for cell in cells))
    _print(table)


def _print_card(judgement: Judgement, claims: Claims) -> None:
    from rich.table import Table
    from rich.text import Text

    from offramp.claims.words import lines_of, waiting_lines
    from offramp.evidence import figure

    claim = judgement.claim
    article = claims.article(claim.article)
    tests = [line for test, worked in judgement.sums for line in lines_of(test, worked)]
    waits = waiting_lines(judgement, claims)
    waits += [line for test in judgement.waits for line in lines_of(test, ())]
    trade_off = claim.trade_off
    rows = {
        "made in": article.citation(),
        "kind": claim.kind,
        "verdict": judgement.word,
        "because": judgement.verdict.reason if judgement.verdict is not None else "",
        "by figures": "\n".join(tests),
        "not run": "\n".join(waits),
        "rests on": "" if trade_off is None else trade_off.what,
        "look at": "" if trade_off is None else ", ".join(trade_off.outcomes),
        "between": "" if trade_off is None else "; ".join(trade_off.policies),
        "refuted by": claim.refuted_by,
        "not tested": claim.untested,
        "silent on": claim.silent,
        "see also": "\n".join(figure(id).label() for id in claim.evidence),
    }
    title = Text(f"{claim.id}  {claim.says}", style="bold")
    card = Table(title=title, title_justify="left", box=None, show_header=False)
    card.add_column(style="dim", no_wrap=True)
    card.add_column(overflow="fold")
    for name, text in rows.items():
        if text:
            card.add_row(name, Text(text))
    _print(card)


def _brief(judgement: Judgement) -> dict[str, Any]:
    claim, found = judgement.claim, judgement.verdict
    return {
        "id": claim.id,
        "article": claim.article,
        "says": claim.says,
        "kind": claim.kind,
        "verdict": None if found is None else found.word,
        "conditions": [] if found is None else list(found.conditions),
        "status": judgement.word,
        "needs": list(judgement.modules),
    }


def _plain(judgement: Judgement, claims: Claims) -> dict[str, Any]:
    from dataclasses import asdict

    claim, found = judgement.claim, judgement.verdict
    return {
        **_brief(judgement),
        "article": asdict(claims.article(claim.article)),
        "reason": "" if found is None else found.reason,
        "tests": [_plain_test(test, worked) for test, worked in judgement.sums]
        + [_plain_test(test, ()) for test in judgement.waits],
        "waits_for": [asdict(one) for one in judgement.needs],
        "variants": [asdict(one) for one in claims.variants if one.name in claim.policies],
        "trade_off": None if claim.trade_off is None else asdict(claim.trade_off),
        "refuted_by": claim.refuted_by,
        "untested": claim.untested,
        "silent": claim.silent,
        "evidence": list(claim.cited),
    }


def _plain_test(test: Test, worked: tuple[Sum, ...]) -> dict[str, Any]:
    from dataclasses import asdict

    sums = {one.reading.name: one for one in worked}
    readings: list[dict[str, Any]] = []
    for reading in test.readings:
        one = sums.get(reading.name)
        row: dict[str, Any] = {
            "name": reading.name,
            "quantities": {name: asdict(quantity) for name, quantity in reading.quantities.items()},
        }
        if one is not None:
            row |= {
                "left": _ends(one.left),
                "right": _ends(one.right),
                "settled": one.settled,
                "rivals": [rival.id for rival in one.rivals],
            }
        readings.append(row)
    return {
        "kind": test.kind,
        "left": test.left.text,
        "relation": test.relation,
        "factor": test.factor,
        "right": test.right.text,
        "run": bool(worked),
        "readings": readings,
    }


def _ends(one: Any) -> dict[str, float | None]:
    """A range for a machine: an open end is null, because JSON has no infinity."""
    from math import isfinite

    low, high = (end if isfinite(end) else None for end in (one.low, one.high))
    return {"low": low, "central": one.central, "high": high}


def _print(what: Any) -> None:
    """Wrapped to a terminal; one line a row where another program reads it."""
    import sys

    from rich.console import Console

    Console(width=None if sys.stdout.isatty() else 2000).print(what, crop=False)


def _print_json(answer: object) -> None:
    typer.echo(json.dumps(answer, ensure_ascii=False, indent=2, default=str))
