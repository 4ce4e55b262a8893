"""The report as a document: structure, escaping, nothing fetched, and the small cases."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
import vl_convert

from offramp.errors import OfframpError
from offramp.evidence import figure, figures
from offramp.model import compiled
from offramp.scenario.quantities import Number
from offramp.scenario.tables import Group, Policy, Route
from offramp.show.layout import tabulate
from offramp.show.report import render_report, write, write_report
from offramp.show.report.panels import drawn_first
from offramp.show.report.sources import sources
from offramp.show.report.write import packed
from tests.show import synthetic

VOID = {"meta", "link", "br", "wbr", "img", "input", "hr", "line", "path", "circle"}
LOADS = (
    {("script", "src"), ("link", "href"), ("img", "src")}
    | {("iframe", "src"), ("object", "data"), ("use", "href")}
)  # fmt: skip


class Page(HTMLParser):
    """Elements, attributes and nesting of a page."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.headings: list[tuple[int, str]] = []
        self.text: dict[str, str] = {}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append((int(tag[1]), ""))

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)

    def handle_data(self, data: str) -> None:
        if self.headings and self.open and re.fullmatch(r"h[1-6]", self.open[-1]):
            level, text = self.headings[-1]
            self.headings[-1] = (level, text + data)
        if self.open:
            self.text[self.open[-1]] = self.text.get(self.open[-1], "") + data

    def having(self, tag: str, name: str) -> list[str]:
        return [str(a[name]) for t, a in self.elements if t == tag and name in a]


@pytest.fixture(scope="module")
def text(full: synthetic.Results) -> str:
    return render_report(full)


@pytest.fixture(scope="module")
def page(text: str) -> Page:
    return Page(text)


def test_sections_in_order_and_headings_without_gaps(page: Page) -> None:
    sections = [a["id"] for t, a in page.elements if t == "section"]
    assert sections == [
        "answer", "comparison", "paths", "money", "spread", "counted",
        "assumptions", "missing", "limits", "sources", "rerun",
    ]  # fmt: skip
    assert not page.wrong
    assert page.open == []
    levels = [level for level, _ in page.headings]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))
    assert all(words.strip() for _, words in page.headings)


def test_ids_are_unique_and_every_link_inside_lands(page: Page) -> None:
    ids = [a["id"] for _, a in page.elements if "id" in a]
    assert len(ids) == len(set(ids))
    inside = [href[1:] for href in page.having("a", "href") if href.startswith("#")]
    assert set(inside) <= set(ids)
    assert "answer" in inside


def test_nothing_is_fetched(page: Page, text: str) -> None:
    assert not [(t, n) for t, a in page.elements for n in a if (t, n) in LOADS]
    assert not [name for _, a in page.elements for name in a if name.startswith("on") or name == "style"]
    style = re.findall(r"<style>(.*?)</style>", text, re.S)[0]
    assert "url(" not in style
    assert "@import" not in style
    outside = [h for h in page.having("a", "href") if not h.startswith("#")]
    assert all(h.startswith(("https://", "http://")) for h in outside)


def test_policy_allows_these_scripts_and_no_others(page: Page, text: str) -> None:
    policy = next(a["content"] for t, a in page.elements if a.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy
    scripts = re.findall(r"<script>(.*?)</script>", text, re.S)
    assert len(scripts) == 2
    for body in [*scripts, *re.findall(r"<style>(.*?)</style>", text, re.S)]:
        digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy


def test_every_chart_has_words_and_a_table(page: Page) -> None:
    charts = [a for t, a in page.elements if t == "div" and a.get("class") == "chart"]
    # 6 effects, 3 routes of the force and 2 at home, 6 groups, the force, 4 planes, frontier, curves, 2 spreads
    assert len(charts) == 26
    assert all(a["role"] == "img" and len(str(a["aria-label"])) > 40 for a in charts)
    behind = [a for t, a in page.elements if t == "details" and a.get("class") == "data"]
    assert len(behind) == len(charts)
    tables = sum(t == "table" for t, _ in page.elements)
    assert tables == sum(t == "caption" for t, _ in page.elements)
    assert all(a.get("scope") in ("row", "col", "rowgroup") for t, a in page.elements if t == "th")


def test_harms_stand_in_the_same_table_and_charts(text: str) -> None:
    body = text[text.index('id="comparison"') : text.index('id="paths"')]
    for harm in ("Failed attempts", "Killed while trying to leave", "Families harmed"):
        assert body.count(harm) >= 3


def test_says_what_it_must(text: str) -> None:
    for words in (
        "Results on cash are driven by priors",
        "agreement would test nothing",  # escalation
        "must not be used to choose persons",
        "judgement",
        "offramp run ukraine-2022 --draws 200 --seed 1",
        "content hash 5f1d5f1d5f1d5f1d",
        "miss, the model is too high",
        "Of 7 counts that the model could get wrong",
        "0 of 200 draws: below 1.5",
        "by construction",
        "offramp claims run ukraine-2022",
    ):
        assert words in text
    assert figure("B-325").source.title in text


def test_light_enough_and_complete_when_it_appears(full: synthetic.Results) -> None:
    path = write_report(full)
    assert path == full.out / "report.html"
    assert path.stat().st_size < 4_000_000
    assert [p.name for p in full.out.iterdir()] == ["report.html"]


def test_a_folder_that_is_gone_is_said(bare: synthetic.Results) -> None:
    bare.out = bare.out / "gone"
    with pytest.raises(OfframpError, match="cannot be written"):
        write_report(bare)


HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"


def test_hostile_names_stay_text(tmp_path: Path) -> None:
    """Names are quoted everywhere: in cells, attributes, headings and the JSON of the charts."""
    bad = synthetic.bare(tmp_path, names=(HOSTILE, HOSTILE + "a", "' onmouseover='b"))
    bad.scenario = replace(
        bad.scenario, title=HOSTILE, description=f"{HOSTILE} {{{{ 7 * 7 }}}}", text=HOSTILE
    )
    bad.manifest |= {"command": HOSTILE, "notes": [HOSTILE]}
    text = render_report(bad)
    page = Page(text)
    assert sum(t == "script" for t, _ in page.elements) == 3
    assert not any(t == "img" for t, _ in page.elements)
    assert not [n for _, a in page.elements for n in a if n.startswith("on")]
    assert "{{ 7 * 7 }}" in text
    payload = re.search(r'<script type="application/json" id="charts">(.*?)</script>', text, re.S)
    assert payload is not None
    assert "<" not in payload.group(1)
    panels = json.loads(payload.group(1))["panels"]
    assert panels


def test_one_policy_one_draw(bare: synthetic.Results) -> None:
    text = render_report(bare)
    assert "offramp claims run" not in text  # nobody argues about it
    assert "62,000 (one draw, no interval) leave" in text
    assert "The run has one policy" in text
    assert "This is a single draw" in text
    assert "against the reference" not in text
    assert "Policy in view" not in text
    assert "nothing in this scenario is uncertain" in text
    assert "90&nbsp;% interval</em>" not in text
    page = Page(text)
    assert not page.wrong
    assert not any(t == "section" and a["id"] in ("counted", "sources") for t, a in page.elements)


def test_replicates_are_called_chance(tmp_path: Path) -> None:
    text = render_report(synthetic.bare(tmp_path, draws=30))
    assert "differ by chance alone" in text
    assert "30 replicates" in text


def test_no_departures_at_all(tmp_path: Path) -> None:
    run = synthetic.bare(tmp_path)
    run.draws = run.draws.select("policy", "draw", "outcome.killed")
    run.daily = run.daily.filter(run.daily["state"] == "killed")
    run.totals = run.totals.filter(run.totals["state"] == "killed")
    text = render_report(run)
    assert "no outcome called departures" in text
    assert "<script" not in text  # nothing to draw, no runtime
    assert any("script-src 'none'" in str(a.get("content")) for t, a in Page(text).elements if t == "meta")


def test_many_policies_and_groups_stay_light(tmp_path: Path) -> None:
    import polars as pl

    run = synthetic.bare(tmp_path)
    names = [f"policy {i} {'x' * 40}" for i in range(40)]
    run.draws = pl.concat([run.draws.with_columns(pl.lit(n).alias("policy")) for n in names])
    run.daily = pl.concat(
        [
            run.daily.with_columns(pl.lit(n).alias("policy"), pl.lit(f"group {g}").alias("group"))
            for n in names[:12]
            for g in range(30)
        ]
    )
    run.totals = pl.concat([run.totals.with_columns(pl.lit(n).alias("policy")) for n in names])
    groups = tuple(Group(f"group {g}", size=Number(10.0)) for g in range(30))
    routes = tuple(Route(r, tuple(g.name for g in groups)) for r in ("surrender", "desert"))
    run.scenario = replace(
        run.scenario, groups=groups, routes=routes, policies=tuple(Policy(n) for n in names)
    )
    text = render_report(run)
    assert len(text) < 4_000_000
    assert "Of 39 policies beside the reference the 15 under which most leave on average are drawn" in text
    assert "The first 12 of 30 groups are drawn" in text


def test_what_is_not_drawn_is_what_the_answer_does_not_name() -> None:
    """The named ones and those under which most leave stay, wherever they stand in the file; of three two, in its order."""
    import polars as pl

    leave = {"none": 5.0, "a": 1.0, "b": 9.0, "c": 3.0, "d": 7.0}
    frame = pl.DataFrame(
        [{"policy": p, "draw": d, "outcome.departures": x + d} for p, x in leave.items() for d in range(3)]
    )
    table = tabulate(frame, "none")
    assert drawn_first(table, 2) == ("b", "d")
    assert drawn_first(table, 2, "a") == ("a", "b")
    assert drawn_first(table, 4) == ("a", "b", "c", "d")


def test_cash_is_marked_wherever_policies_are_ranked(text: str) -> None:
    """In the answer, beside prices and planes, and where the spread is followed."""
    money = text[text.index('<section id="money"') : text.index('<section id="spread"')]
    assert money.index("<strong>Driven by priors.</strong>") < money.index("<table")


def test_repeated_text_travels_once() -> None:
    assert packed({"policy": ["a", "a", "b"], "q": [1, 2.5, None]}) == {
        "policy": {"of": ["a", "b"], "at": [0, 0, 1]},
        "q": [1, 2.5, None],
    }


def test_the_runtime_is_bundled_once_on_a_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept is what the package makes, byte for byte; a place that cannot be written to is no hindrance."""
    made = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;")
    monkeypatch.setattr(compiled, "cache_folder", lambda: tmp_path)
    assert write._runtime.__wrapped__() == made
    (kept,) = tmp_path.iterdir()
    assert kept.read_bytes() == made.encode()
    monkeypatch.setattr(vl_convert, "javascript_bundle", lambda _: "made again")
    assert write._runtime.__wrapped__() == made
    monkeypatch.setattr(compiled, "cache_folder", lambda: tmp_path / "missing")
    assert write._runtime.__wrapped__() == "made again"


def test_every_source_ends_its_title_once(text: str) -> None:
    """A title that ends in a mark of its own gets no full stop behind it; every other does."""
    every = sources(one.id for one in figures())
    marked = [one for one in every if one.title.endswith(("?", "!", "."))]
    assert marked
    assert all(one.stop == "" for one in marked)
    assert all(one.stop == "." for one in every if one not in marked)
    assert not any(one.publisher.endswith(("..", "?.", "!.")) for one in every)
    assert re.findall(r"</cite>\.", text)
    assert not re.findall(r"[?!.]</cite>\.|\.\.<", text)
