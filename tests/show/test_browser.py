"""The report in a real browser: drawn without errors, accessible, and fit for a phone, the dark and paper."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from offramp.show.report import write_report
from tests.show import synthetic

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def reports(full: synthetic.Results, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    one = synthetic.bare(tmp_path_factory.mktemp("bare"))
    return {"full": write_report(full), "bare": write_report(one)}


class Told(list[str]):
    """Errors and requests that a page made."""


def visit(browser: Browser, path: Path, width: int, scheme: str) -> tuple[Page, Told]:
    page = browser.new_page(
        viewport={"width": width, "height": 900}, color_scheme="dark" if scheme == "dark" else "light"
    )
    told = Told()
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    page.on("request", lambda request: None if request.url == path.as_uri() else told.append(request.url))
    page.goto(path.as_uri())
    page.wait_for_selector("html[data-charts=drawn]", timeout=30_000)
    return page, told


@pytest.mark.parametrize("which", ["full", "bare"])
@pytest.mark.parametrize(
    ("width", "scheme"), [(1440, "light"), (1440, "dark"), (390, "light"), (390, "dark")]
)
def test_report_is_clean(
    browser: Browser, reports: dict[str, Path], which: str, width: int, scheme: str
) -> None:
    from axe_core_python.sync_playwright import Axe

    page, told = visit(browser, reports[which], width, scheme)
    assert told == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    drawn = page.evaluate(
        "[...document.querySelectorAll('.chart')].every(c => c.querySelector('svg.marks path'))"
    )
    assert drawn
    # Every part is looked at, also what is folded away.
    page.evaluate("for (const d of document.querySelectorAll('details')) d.open = true")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    violations = Axe().run(page)["violations"]
    assert [(v["id"], [n["target"] for n in v["nodes"]][:3]) for v in violations] == []
    page.close()


def test_policy_in_view_changes_the_charts(browser: Browser, reports: dict[str, Path]) -> None:
    page, told = visit(browser, reports["full"], 1440, "light")
    median = "document.querySelector('#route-1 svg').innerHTML"
    before = page.evaluate(median)
    page.select_option("#policy", synthetic.POLICIES[1])
    page.wait_for_function(f"before => {median} !== before", arg=before)
    page.focus("#policy")
    page.keyboard.press("ArrowDown")
    assert page.input_value("#policy") == synthetic.POLICIES[2]
    assert told == []
    page.close()


def test_charts_follow_the_theme_without_a_redraw(browser: Browser, reports: dict[str, Path]) -> None:
    page, _ = visit(browser, reports["full"], 1440, "light")
    line = "getComputedStyle(document.querySelector('#route-0 .mark-line path')).stroke"
    light = page.evaluate(line)
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(line) != light
    page.emulate_media(color_scheme="dark", media="print")
    assert page.evaluate(line) == light
    page.close()


def test_prints_on_paper(browser: Browser, reports: dict[str, Path]) -> None:
    page, _ = visit(browser, reports["full"], 1440, "dark")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.querySelector('.contents')).display") == "none"
    assert page.evaluate("getComputedStyle(document.querySelector('.chooser')).display") == "none"
    assert len(page.pdf(format="A4")) > 50_000
    page.close()


def test_reads_without_scripts(browser: Browser, reports: dict[str, Path]) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(reports["full"].as_uri())
    assert "every number behind them is in the tables" in page.inner_text("body")
    context.close()
