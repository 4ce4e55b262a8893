"""The page of judged claims: one file that opens anywhere and fetches nothing, made from claims.json alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from offramp.analysis.outcomes import describe
from offramp.claims.claim import TEST_KIND_MEANING
from offramp.claims.joint import CITED
from offramp.claims.plain import status_of
from offramp.claims.run import read
from offramp.claims.standing import REPEATS, RESTS
from offramp.claims.words import spoken, variant_text
from offramp.scenario.numbers import NOT_DEFINED
from offramp.show.charts_claims import strips
from offramp.show.claims.panel import panel_of
from offramp.show.claims.words import added_text, box_text, middle_text, share_text
from offramp.show.palette import page_theme
from offramp.show.report.panels import Grid, Panel, specification
from offramp.show.report.sources import cited, sources
from offramp.show.report.write import render, write_page
from offramp.show.words import amount, between, listed, quoted, share

NAME: Final = "claims.html"
_HERE: Final = "offramp.show.claims"
_WORDS: Final = {
    "holds": ("holds", "every set of priors, or every reading of the figures, bears it out"),
    "holds if": ("if", "some priors or readings bear it out, or a box of assumptions is known in which it holds"),
    "cannot be told from the evidence": ("open", "neither borne out nor ruled out"),
    "does not hold": ("fails", "every set of priors rules it out"),
    "contradicted by figures": ("fails", "every reading of the cited figures rules it out"),
    "value judgement, no verdict": ("none", "the trade-off is shown in place of a verdict"),
    "cannot be run": ("none", "no run can test it; the claim says what is missing"),
    "not run yet": ("none", "it was not run"),
}  # fmt: skip
_SILENT: Final = {
    "open": "left open by the cited ranges",
    "too_fine": "too fine to tell",
    "undefined": "nothing to compare",
}
"""Draws that do not answer, by the key that counts them."""

Row = Mapping[str, Any]


def write_claims_page(folder: str | Path) -> Path:
    """Write `claims.html` beside claims.json and return its path. Raises OfframpError when it cannot be written."""
    return write_page(Path(folder) / NAME, render_claims_page(read(folder)))


def render_claims_page(answer: Mapping[str, Any]) -> str:
    """The page as text. answer: what `offramp.claims.read` returns."""
    panels = {row["id"]: panel for row in answer["claims"] if (panel := panel_of(row)) is not None}
    page = _page(answer, panels)
    sheet = _text("report.css", "offramp.show.report") + _text("claims.css")
    drawn = list(panels.values())
    return render("claims.html.jinja", page, drawn, _specs(drawn), _text("claims.js"), sheet, _HERE)


def _page(answer: Mapping[str, Any], panels: Mapping[str, Panel]) -> dict[str, Any]:
    rows: list[Row] = answer["claims"]
    ids = list(dict.fromkeys(id for row in rows for id in row["evidence"]))
    articles: dict[str, dict[str, Any]] = {}
    for row in rows:
        found = articles.setdefault(row["article"]["key"], {**row["article"], "claims": []})
        found["claims"].append(_claim(row, answer, panels.get(row["id"])))
    run = answer["run"]
    main, *others = run["draws"].items()
    return {
        "run": run,
        "main": main[1],
        "others": others,
        "total": len(rows),
        "many": _many(len(articles)),
        "tested": sum(row["verdict"] is not None for row in rows),
        "counts": [
            {
                "word": word,
                "mark": _WORDS[word][0],
                "meaning": _WORDS[word][1],
                "ids": answer["words"][word],
                "groups": _groups(rows, answer["words"][word]),
            }
            for word in _WORDS
            if word in answer["words"]
        ],
        "headlines": _headlines(rows),
        "articles": list(articles.values()),
        "cited": cited(ids),
        "references": sources(ids),
    }


def _many(count: int) -> str:
    """A number that opens a sentence."""
    words = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")
    return words[count] if count < len(words) else f"{count:,}"


def _groups(rows: list[Row], ids: list[str]) -> list[tuple[str, list[str]]]:
    """The claims of a word, the largest group first: by why they cannot be told, and others by what the word is worth; empty
    where there is one group only."""
    found: dict[str, list[str]] = {}
    for row in rows:
        if row["id"] in ids:
            worth = (
                "rest on a fixed judgement"
                if row["standing"] == RESTS
                else "rest on figures or on what is drawn"
            )
            found.setdefault(row["untold_for"] or worth, []).append(row["id"])
    if len(found) == 1 and not any(row["untold_for"] for row in rows if row["id"] in ids):
        return []
    return sorted(found.items(), key=lambda group: -len(group[1]))


def _headlines(rows: list[Row]) -> list[dict[str, Any]]:
    """The questions of the debate in order, each with the claims that answer it."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        if row["headline"]:
            found.setdefault(row["headline"], []).append(
                {
                    **row,
                    "mark": mark_of(row),
                    "anchor": anchor(row["id"]),
                    "told": [one for one in (_shares(row), _set_off(row["beside"]), _added(row)) if one],
                }
            )
    return [{"question": question, "claims": claims} for question, claims in found.items()]


def _shares(row: Row) -> str:
    """In how many worlds all its tests hold; empty where none was counted."""
    together = row["together"]
    if together is None or not together["worlds"]:
        return ""
    if row["standing"] == REPEATS:
        return "comes out alike in every world: no input that is drawn moves it"
    readings = dict.fromkeys(one["reading"] for one in together["worlds"])
    return "; ".join(_share_of(reading, together["worlds"]) for reading in readings)


def _added(row: Row) -> str:
    """What each change adds, in a sentence or some; empty for a claim that takes nothing apart."""
    return _set_off(". ".join(one.rstrip(".") for one in added_text(row)))


def _share_of(reading: str, worlds: list[Row]) -> str:
    """In how many worlds all tests hold by one reading, with their 95 % intervals, and which worlds do not answer: one set of
    priors after the other."""
    some = [one for one in worlds if one["reading"] == reading]
    told = [
        f"{share(one['share'])} ({between(one['low'], one['high'], 'share')}) by the {one['set']} priors"
        for one in some
        if one["share"] is not None
    ]
    silent: list[str] = []
    for key, words in _SILENT.items():
        shares = [one[key] / max(1, one["draws"] + one["undefined"] * (key == "undefined")) for one in some]
        if any(shares):
            silent.append(f"{words} in {listed([share(each) for each in shares])}")
    by = "" if reading == CITED else f"by {reading}: "
    return by + "; ".join([f"worlds in which it holds: {listed(told)}"] * bool(told) + silent)


def _set_off(text: str) -> str:
    """Names and formulas in quotation marks, as in print."""
    return re.sub(r"`([^`]*)`", lambda found: quoted(found[1]), text)


def mark_of(row: Row) -> str:
    """Which badge a claim has: holds, if, open, fails or none."""
    return _WORDS[status_of(row)][0]


def anchor(id: str) -> str:
    """Where a claim stands on the page."""
    return f"claim-{id.replace('.', '-')}"


def _claim(row: Row, answer: Mapping[str, Any], panel: Panel | None) -> dict[str, Any]:
    return {
        **row,
        "anchor": anchor(row["id"]),
        "mark": mark_of(row),
        "panel": panel,
        "sentences": [_set_off(one) for one in row["sentences"]],
        "status": _set_off(row["status"]),
        "asks": _set_off(_asks(row)),
        "alike": _alike(row, answer["claims"]),
        "learn": "" if row["together"] is None else _learn(row["together"]),
        "together": _together(row),
        "adds": _adds(row),
        "numbers": _set_off(row["beside"]),
        "beside": _beside(row, answer["policies"]),
        "variant_texts": [_set_off(variant_text(one)) for one in row["variants"]],
        "details": [_test(test) for test in row["tests"]],
    }


def _asks(row: Row) -> str:
    """What its tests ask, in words, a sentence each."""
    return " ".join(f"{test['told'][:1].upper()}{test['told'][1:]}." for test in row["tests"])


def _alike(row: Row, rows: list[Row]) -> list[str]:
    """Ids of the other claims with the very same tests, whatever their names in the formulas."""
    mine = _compared(row)
    return [one["id"] for one in rows if mine and one["id"] != row["id"] and _compared(one) == mine]


def _compared(row: Row) -> list[tuple[str, list[str]]]:
    """Each test in words, and what its names stand for by each of its readings."""
    return [
        (
            test["told"],
            [one["in_words"] for reading in test["readings"] for one in reading["quantities"].values()],
        )
        for test in row["tests"]
    ]


def _together(row: Row) -> list[str]:
    """How often several tests hold together, and where; empty for a single test, which says it itself."""
    if len(row["tests"]) < 2 or row["together"] is None or not row["together"]["worlds"]:
        return []
    return _lines(row["together"])


def _lines(found: Row) -> list[str]:
    """In how many worlds a test, or all of a claim, holds, and under which assumptions."""
    lines = [share_text(one) for one in found["worlds"]]
    return lines + [
        _set_off(f"It {word} where {box_text(found[key])}.")
        for key, word in (("holds_in", "holds"), ("fails_in", "fails"))
        if found[key]
    ]


def _learn(test: Row) -> str:
    """What one would have to know to be surer."""
    if not test["learn"]:
        return ""
    one = test["learn"][0]
    others = [quoted(each["in_words"]) for each in test["learn"][1:]]
    doubt = min(1.0, max(0.0, one["index"]))
    text = (
        f"{quoted(one['in_words'])}: knowing it would take away about {doubt:.0%} of the doubt. The claim holds in"
        f" {one['share_in_lowest_third']:.0%} of the draws in its lowest third and in"
        f" {one['share_in_highest_third']:.0%} in its highest"
    )
    return f"{text}. Next: {', '.join(others)}." if others else f"{text}."


def _test(test: Row) -> dict[str, Any]:
    """A test in full: its formula, its names, what came of it."""
    names = [
        (
            spoken(name) if len(test["readings"]) == 1 else f"{spoken(name)}, {reading['name']}",
            _set_off(one["in_words"]),
        )
        for reading in test["readings"]
        for name, one in reading["quantities"].items()
    ]
    return {
        "kind": TEST_KIND_MEANING[test["kind"]],
        "told": _set_off(test["told"]),
        "formula": spoken(test["in_words"]),
        "names": list(dict.fromkeys(names)),
        "lines": _lines(test),
        "run": test["run"],
    }


def _beside(row: Row, policies: Mapping[str, Any]) -> Grid | None:
    """Benefits, harms and price of the policies that a claim compares; None where it compares none."""
    known = [name for name in row["policies"] if name in policies]
    if not known:
        return None
    shown = [key for key in row["shown"] if any(key in policies[name] for name in known)]
    labels = [next(policies[name][key]["label"] for name in known if key in policies[name]) for key in shown]
    rows = [(name, *(_cell(policies[name].get(key), key) for key in shown)) for name in known]
    return Grid(
        f"{row['id']}: benefits, harms and price: medians, and the middle 90\N{NO-BREAK SPACE}% of draws; of events, the share"
        " of draws",
        ("Policy", *labels),
        tuple(rows),
    )


def _adds(row: Row) -> Grid | None:
    """What each change adds to an outcome, draw by draw; None where a claim takes nothing apart."""
    found = row["adds"]
    if found is None:
        return None
    unit = describe(found["outcome"]).unit

    def cells(one: Row, difference: bool) -> tuple[str, str]:
        return amount(one["mean"], unit, difference=difference), middle_text(one, unit, difference)

    rows: list[tuple[str, ...]] = []
    for half in (found, *found["halves"]):
        where = "" if half is found else f", {_set_off(half['where'])} ({half['draws']:,} draws)"
        rows.append((f"{found['base']['policy']}: as it is{where}", *cells(half["base"], False)))
        rows += [(f"{one['policy']}{where}", *cells(one, True)) for one in half["parts"]]
    title = f"{row['id']}: {found['label'].lower()}, and what each change adds to it, draw by draw"
    middle = "Median, and the middle 90\N{NO-BREAK SPACE}% of draws"
    return Grid(title, ("Policy", "Mean", middle), tuple(rows))


def _cell(one: Row | None, name: str) -> str:
    if one is None:
        return NOT_DEFINED
    unit = describe(name).unit
    if one["event"] and unit == "share":
        return amount(one["mean"], unit)
    middle = amount(one["q50"], unit)
    return middle if one["q05"] == one["q95"] else f"{middle} ({between(one['q05'], one['q95'], unit)})"


def _specs(panels: list[Panel]) -> dict[str, dict[str, Any]]:
    """A specification for each number of rows; the rows travel beside it."""
    import polars as pl

    found: dict[str, dict[str, Any]] = {}
    for panel in panels:
        if panel.spec not in found:
            # Only names, types and the number of rows decide the form of the chart.
            table = pl.DataFrame({"row": panel.tables["table"]["row"]})
            table = table.with_columns(
                *(
                    pl.lit(0.0).alias(name)
                    for name in panel.tables["table"]
                    if name not in ("row", "told", "dot")
                ),
                pl.lit("").alias("told"),
                pl.lit(True).alias("dot"),
            )
            spec = specification(strips(table, theme=page_theme(), width="container"))
            found[panel.spec] = _unsorted(spec)
    return found


def _unsorted(spec: dict[str, Any]) -> dict[str, Any]:
    """Rows in the order of the table, whatever their names: one specification serves all charts of a size."""
    for layer in spec["layer"]:
        if "sort" in layer["encoding"].get("y", {}):
            layer["encoding"]["y"]["sort"] = None
    return spec


def _text(name: str, folder: str = _HERE) -> str:
    return (files(folder) / name).read_text(encoding="utf-8")
