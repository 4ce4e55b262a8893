"""Judged claims in a terminal: a list with one line each, and a card with all that is known of one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from offramp.claims.claim import TEST_KIND_MEANING
from offramp.claims.quantities import range_text
from offramp.claims.standing import RESTS
from offramp.claims.words import variant_text
from offramp.evidence import figure
from offramp.show.claims.words import added_text, box_text, ends, margin_text, share_text

if TYPE_CHECKING:
    from rich.table import Table

Row = Mapping[str, Any]

_SETTLED = {"holds": "holds", "fails": "does not hold", "open": "may hold or not"}


def listing(rows: Iterable[Row]) -> Table:
    """A line a claim, article by article."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("id", "claim", "kind", "verdict"):
        table.add_column(name, no_wrap=name == "id", overflow="fold")
    heading = ""
    for row in rows:
        article = row["article"]
        if article["key"] != heading:
            heading = article["key"]
            by = article["author"] or article["outlet"]
            table.add_row("", Text(f"{by}: {article['title']}" if by else article["title"], style="bold"))
        table.add_row(*(Text(row[key]) for key in ("id", "says", "kind", "status")))
    return table


def tally(answer: Row) -> str:
    """How many claims have each word, and how many of these rest on a fixed judgement."""
    standing = {row["id"]: row["standing"] for row in answer["claims"]}
    told: list[str] = []
    for word, ids in answer["words"].items():
        rest = sum(standing[id] == RESTS for id in ids)
        told.append(
            f"{len(ids)} {word}"
            + (f" ({rest} {'rest' if rest > 1 else 'rests'} on a fixed judgement)" if rest else "")
        )
    return "; ".join(told)


def card(row: Row) -> Table:
    """All that is known of one claim."""
    from rich.table import Table
    from rich.text import Text

    trade_off = row["trade_off"] or {"what": "", "outcomes": (), "policies": ()}
    by_figures = [one for one in row["tests"] if "settled" in one["readings"][0]]
    over_draws = [one for one in row["tests"] if one["worlds"]]
    not_run = [one for one in row["tests"] if not one["run"]]
    lines = {
        "made in": row["article"]["citation"],
        "kind": row["kind"],
        "verdict": row["status"],
        "because": "\n".join(row["sentences"]) or row["reason"],
        "beside": row["beside"],
        "each change adds": "\n".join(added_text(row)),
        "by figures": "\n".join(line for test in by_figures for line in _test_lines(test)),
        "over draws": "\n".join(line for test in over_draws for line in _test_lines(test)),
        "together": "\n".join(_together_lines(row)),
        "not run": "\n".join(
            [*_waiting_lines(row), *(line for test in not_run for line in _test_lines(test))]
        ),
        "policies": "\n".join(variant_text(one) for one in row["variants"]),
        "trade-off": trade_off["what"],
        "look at": ", ".join(trade_off["outcomes"]),
        "between": "; ".join(trade_off["policies"]),
        "refuted by": row["refuted_by"],
        "why this test": row["why_this_test"],
        "rests on a fixed judgement": row["rests_on"],
        "not tested": row["untested"],
        "silent on": row["silent"],
        "sources": "\n".join(figure(id).label() for id in row["evidence"]),
    }
    title = Text(f"{row['id']}  {row['says']}", style="bold")
    table = Table(title=title, title_justify="left", box=None, show_header=False)
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for name, text in lines.items():
        if text:
            table.add_row(name, Text(text))
    return table


def _test_lines(test: Row) -> list[str]:
    """A test, line by line: its kind, what it asks, its formula, what the names stand for, and what came of it."""
    lines = [f"{TEST_KIND_MEANING[test['kind']]}: {test['told']}", f"  as a formula: {test['in_words']}"]
    readings: Sequence[Row] = test["readings"]
    for reading in readings:
        lines += [] if len(readings) == 1 else [f"  with {reading['name']}"]
        lines += [f"    {name} = {one['in_words']}" for name, one in reading["quantities"].items()]
        if "settled" in reading:
            lines += [f"    {line}" for line in _sum_lines(test, reading)]
    lines += [f"  {share_text(one)}; {margin_text(one['margin'])}" for one in test["worlds"]]
    return lines + _deciding_lines(test)


def _together_lines(row: Row) -> list[str]:
    """How often several tests hold together; empty for a single one."""
    if len(row["tests"]) < 2 or row["together"] is None:
        return []
    return [*(share_text(one) for one in row["together"]["worlds"]), *_deciding_lines(row["together"])]


def _deciding_lines(found: Row) -> list[str]:
    """The assumptions on which a test, or all of a claim, turns."""
    lines = [
        f"  it {word} where {box_text(found[key])}"
        for key, word in (("holds_in", "holds"), ("fails_in", "fails"))
        if found[key] is not None
    ]
    return lines + [
        f"  turns on `{one['in_words']}`: holds in {one['share_in_lowest_third']:.0%} of the draws in its lowest third,"
        f" {one['share_in_highest_third']:.0%} in its highest"
        for one in found["learn"]
    ]


def _sum_lines(test: Row, reading: Row) -> list[str]:
    sides = [f"{test['left']} = {range_text(ends(reading['left']))}"]
    if not _is_number(test["right"]):
        sides.append(f"{test['right']} = {range_text(ends(reading['right']))}")
    rivals = [f"rival, not used: {figure(id).label()}" for id in reading["rivals"]]
    return [f"{' and '.join(sides)}: {_SETTLED[reading['settled']]}", *rivals]


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _waiting_lines(row: Row) -> list[str]:
    """What the tests that were not run wait for."""
    if all(test["run"] for test in row["tests"]):
        return []
    if row["needs"]:
        lines = ["No run has what the tests below speak of:"]
        return lines + [
            f"  {one['what']} `{one['name']}` (module {one['module']}): {one['meaning']}"
            for one in row["waits_for"]
        ]
    if row["lacks"]:
        return ["The tests below could not be run:", *(f"  {one}" for one in row["lacks"])]
    return ["The tests below were not run: no verdict rests on them yet. `offramp claims run` runs them."]
