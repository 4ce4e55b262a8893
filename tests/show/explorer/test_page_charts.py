"""The second chart: everything that can be followed has its band, its title and its table."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.show.explorer.server import Server
from tests.show.explorer.visitor import CASH, FIELD, SLIDER, headline, mark, moved, path_of, settled, visit

pytestmark = pytest.mark.slow


def test_the_reader_picks_the_second_chart(browser: Browser, served: Server) -> None:
    page, told = visit(browser, served, "scenario=ukraine-2022")
    pictures: set[str] = set()
    for name, title, first_cell in (
        ("in the force", "Strength of the force", "Strength of the force"),
        ("cost_usd", "Cost so far", "$"),
        ("families_harmed", "Families harmed so far", "Families harmed so far"),
        ("nuclear_change", "Risk of nuclear use, relative", "%"),
        ("opinion", "Opinion: private, poll, list", "told to a pollster"),
    ):
        page.select_option("#second", name)
        page.wait_for_function(
            "title => document.querySelector('#table-second').textContent.includes(title)", arg=title
        )
        settled(page)
        page.evaluate("document.querySelector('#picture-second details').open = true")
        table = page.inner_text("#table-second")
        assert first_cell in table
        assert page.locator("#table-second tbody tr").count() == 5
        assert page.inner_text("#second-title") == title
        assert title in str(page.get_attribute("#chart-second", "aria-label"))
        # A band is an area with some height; the path of one that is not there is empty.
        bands = page.eval_on_selector_all(
            "#chart-second svg .mark-area path, #chart-second svg path.mark-area",
            "all => all.map(one => one.getBBox().height)",
        )
        assert max(bands) > 5
        assert f"second={name}".replace(" ", "+") in page.url
        pictures.add(path_of(page, "chart-second"))
    assert len(pictures) == 5
    # The state of the chart is part of the link.
    page.reload()
    settled(page)
    assert page.input_value("#second") == "opinion"
    assert page.locator("#key-second svg").count() == 3
    assert told == []
    page.close()


def test_every_chart_has_its_source_and_is_saved(browser: Browser, served: Server) -> None:
    page, told = visit(browser, served)
    assert all("200 draws" in text for text in page.locator(".source").all_inner_texts())
    lines: dict[str, set[str]] = {}
    for chart in ("routes", "second"):
        found: dict[str, Path] = {}
        for kind in ("csv", "svg", "png"):
            with page.expect_download() as download:
                page.click(f"[data-chart={chart}][data-as={kind}]")
            assert download.value.suggested_filename.endswith(f".{kind}")
            found[kind] = Path(str(download.value.path()))
        rows = list(csv.DictReader(found["csv"].read_text("utf-8").splitlines()))
        assert all(float(row["q05"]) <= float(row["q50"]) <= float(row["q95"]) for row in rows)
        assert {(row["draws"], row["simulated_draws"]) for row in rows} == {("200", "200")}
        lines[chart] = {row["line"] for row in rows}
        assert len({row["policy"] for row in rows}) == 2
        picture = found["svg"].read_text("utf-8")
        assert "Source: Offramp" in picture
        assert "var(--" not in picture
        assert found["png"].read_bytes().startswith(b"\x89PNG")
    assert "all routes" in lines["routes"]
    assert lines["second"] == {"in the force"}
    assert told == []
    page.close()


def test_another_look_at_the_same_numbers_keeps_their_precision(browser: Browser, served: Server) -> None:
    page, told = visit(browser, served)
    page.evaluate(
        """() => { window.seen = []; new MutationObserver(() => window.seen.push(document.querySelector("#progress").textContent))
        .observe(document.querySelector("#progress"), { childList: true }); }"""
    )
    for name in ("families_harmed", "outcome:departures", "killed"):
        page.select_option("#second", name)
        settled(page)
    page.click("[data-view=policies]")
    settled(page)
    page.click("[data-view=explore]")
    settled(page)
    page.click("[data-view=policies]")
    settled(page)
    seen = page.evaluate("window.seen")
    # All policies were not asked for before, but they are the two whose draws are held.
    assert all(text.startswith("200 draws of 4,000 soldiers") for text in seen)
    assert not [text for text in seen if "carried over" in text or "refining" in text]
    page.click("[data-view=explore]")
    page.wait_for_timeout(500)
    assert page.evaluate("window.seen").pop().startswith("200 draws")
    assert told == []
    page.close()


def test_no_number_stands_without_its_uncertainty(browser: Browser, served: Server) -> None:
    page, told = visit(browser, served, "policy=cash+and+asylum")
    summary = page.inner_text("#summary")
    assert summary.count("Under “") == 2  # the policy in view, and the reference
    assert summary.count("families harmed") == 2
    assert (
        len(re.findall(r"departures(?: until [^:]+)?: [\d,.]+(?: million)? \([\d,.]+ to [\d,.]+", summary))
        == 2
    )
    for label in ("Departures", "Failed attempts", "Families harmed"):
        assert "±" in headline(page, label)
    for word in ("Means", "medians", "standard error", "90 %", "differ"):
        assert word in page.inner_text(".reading").replace("\xa0", " ")
    page.click("#pin")
    page.wait_for_selector("#key-pin:not([hidden])")
    before = mark(page)
    page.fill(FIELD, "60000")
    page.press(FIELD, "Enter")
    moved(page, before)
    for chart in ("routes", "second"):
        page.evaluate(f"document.querySelector('#picture-{chart} details').open = true")
        assert "pinned" in page.inner_text(f"#table-{chart} thead")
        last = page.locator(f"#table-{chart} tbody tr").last.locator("td").last.inner_text()
        assert re.search(r"\(.+ to .+\)", last), last
        bands = page.eval_on_selector_all(
            f"#chart-{chart} svg path[fill='var(--ink)']", "all => all.map(one => one.getBBox().height)"
        )
        assert max(bands) > 5
        with page.expect_download() as download:
            page.click(f"[data-chart={chart}][data-as=csv]")
        rows = list(csv.DictReader(Path(str(download.value.path())).read_text("utf-8").splitlines()))
        pinned = [row for row in rows if row["policy"] == "pinned: cash and asylum"]
        assert pinned
        assert any(float(row["q05"]) < float(row["q95"]) for row in pinned)
    assert told == []
    page.close()


def test_headlines_say_what_cannot_be_told_and_what_rests_on_few(browser: Browser, served: Server) -> None:
    page, told = visit(browser, served, "scenario=ukraine-2022")
    page.evaluate("document.querySelector('details.numbers.all').open = true")
    everything = page.locator("#all-outcomes tbody tr").all_inner_texts()
    notes = ("cannot be told from zero", "simulated soldier")
    wanted = {
        (label, note)
        for label in page.locator(".headline dt").all_inner_texts()
        for row in everything
        for note in notes
        if row.split("\t")[0].strip() == label.split("\n")[0] and note in row.split("\t")[-1]
    }
    assert wanted
    for label, note in wanted:
        found = page.locator(
            ".headline", has=page.locator("dt", has_text=label.split("\n")[0])
        ).all_inner_texts()
        assert any(note in text for text in found), label
    # A harm that rises is never `better`.
    for text in page.locator("tr.harm, .headline.harm").all_inner_texts():
        assert "better in" not in text
    assert told == []
    page.close()


def test_the_page_says_what_was_carried_over_until_all_is_simulated(browser: Browser, served: Server) -> None:
    page, told = visit(browser, served, f"set.{CASH}=34000")  # where no other test of this server goes
    before = mark(page)
    page.evaluate(
        """() => { window.seen = []; window.captions = [];
        const caption = () => document.querySelector("#all-outcomes caption").textContent;
        new MutationObserver(() => window.seen.push(document.querySelector("#progress").textContent))
        .observe(document.querySelector("#progress"), { childList: true });
        new MutationObserver(() => window.captions.push(caption()))
        .observe(document.querySelector("#all-outcomes"), { childList: true, subtree: true }); }"""
    )
    page.focus(SLIDER)
    page.keyboard.press("ArrowRight")
    moved(page, before)
    captions = page.evaluate("window.captions")
    assert captions[0] == "Of the state before, until the present one is refined"
    assert captions[-1].startswith("Mean over 200 draws of 4,000 soldiers")
    first, *_, last = [text for text in page.evaluate("window.seen") if "soldiers" in text]
    assert first.startswith("1 draw of 4,000 soldiers and 199 carried over from the state before, mean of")
    assert first.endswith("; refining…")
    assert last.startswith("200 draws of 4,000 soldiers, mean of departures ±")
    assert "carried over" not in page.inner_text("#explore")
    assert told == []
    page.close()
