"""The second chart: everything that can be followed has its band, its title and its table."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.show.explorer.server import Server
from tests.show.explorer.visitor import path_of, settled, visit

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
    assert [text for text in seen if text.startswith("4 draws")] == [
        "4 draws of 5,000 soldiers"
    ]  # all policies
    page.click("[data-view=explore]")
    page.wait_for_timeout(500)
    assert page.evaluate("window.seen").pop().startswith("200 draws")
    assert told == []
    page.close()
