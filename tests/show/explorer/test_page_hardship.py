"""The page under hardship and for everybody: restarts, killed workers, many tabs, accessibility, small and large screens."""

from __future__ import annotations

import os
import signal
import urllib.parse
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from offramp.scenario import template
from tests.show.explorer.server import Server
from tests.show.explorer.visitor import CASH, FIELD, VIEWS, mark, moved, settled, visit

pytestmark = pytest.mark.slow


def test_a_server_that_is_restarted_is_found_again(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "trial.toml").write_text(template(), "utf-8")
    server = Server(tmp_path, "trial.toml").start().ready()
    page, _ = visit(browser, server)
    own = tmp_path / "own.toml"
    own.write_text(template().replace("My scenario", "One of my own"), "utf-8")
    page.click("#open")
    page.set_input_files("#file", own)
    page.wait_for_function("() => document.title.startsWith('One of my own')")
    settled(page)
    before = mark(page)
    server.stop(signal.SIGKILL)
    page.fill(FIELD, "33000")
    page.press(FIELD, "Enter")
    page.wait_for_function("() => document.querySelector('#banner').textContent.includes('does not answer')")
    server.start()
    page.wait_for_function("() => document.querySelector('#banner').textContent.includes('was restarted')")
    assert moved(page, before) != before
    assert page.input_value(FIELD) == "33000"
    page.close()
    server.stop()


def test_everything_works_after_a_restart_with_a_file_of_ones_own(browser: Browser, tmp_path: Path) -> None:
    """The first request that the new server hears of the file may be any."""
    (tmp_path / "trial.toml").write_text(template(), "utf-8")
    server = Server(tmp_path, "trial.toml").start().ready()
    page, _ = visit(browser, server)
    own = template().replace("My scenario", "One of my own").encode()
    page.set_input_files("#file", {"name": "own.toml", "mimeType": "text/plain", "buffer": own})
    page.wait_for_function("() => document.title.startsWith('One of my own')")
    settled(page)

    def restarted() -> None:
        server.stop(signal.SIGKILL)
        server.start().ready()

    restarted()
    page.click("#export")
    with page.expect_download() as download:
        page.click("[data-save=toml]")
    assert "One of my own" in Path(download.value.path()).read_text("utf-8")
    restarted()
    page.click("[data-view=runs]")
    page.fill("#run-draws", "3")
    page.click("#run-form button")
    page.locator(".run a", has_text="Open the report").wait_for()
    assert page.inner_text("#run-error") == ""
    restarted()
    page.click("[data-view=explore]")
    page.click("#pessimist")
    page.wait_for_function("() => location.hash.includes('set.')")
    settled(page)
    assert "not open" not in page.inner_text("#toast")
    page.close()
    server.stop()


def test_a_killed_worker_is_replaced(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "trial.toml").write_text(template(), "utf-8")
    server = Server(tmp_path, "trial.toml").start().ready()
    page, told = visit(browser, server)
    before = mark(page)
    for worker in server.workers():
        os.kill(worker, signal.SIGKILL)
    page.fill(FIELD, "33000")
    page.press(FIELD, "Enter")
    assert moved(page, before) != before
    assert told == []
    page.close()
    server.stop()


def test_the_page_lives_while_the_workers_are_slow(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "trial.toml").write_text(template(), "utf-8")
    server = Server(tmp_path, "trial.toml").start().ready()
    page, told = visit(browser, server)
    before = mark(page)
    for worker in server.workers():
        os.kill(worker, signal.SIGSTOP)
    page.fill(FIELD, "21000")
    page.press(FIELD, "Enter")
    page.wait_for_function(
        "() => document.querySelector('#progress').textContent.includes('of the state before')"
    )
    # Nothing new can be shown; what stands there is told of as old, and every hand still moves.
    assert mark(page) == before
    assert page.get_attribute("body", "data-fresh") == "no"
    page.fill(FIELD, "34000")
    page.press(FIELD, "Enter")
    page.click("[data-view=assumptions]")
    page.wait_for_selector(".assumption:visible")
    page.click("[data-view=explore]")
    for worker in server.workers():
        os.kill(worker, signal.SIGCONT)
    moved(page, before)
    assert page.input_value(FIELD) == "34000"
    assert told == []
    page.close()
    server.stop()


@pytest.mark.parametrize(
    ("width", "scheme"),
    [(1440, "light"), (1440, "dark"), (390, "light"), (390, "dark"), (720, "light"), (2560, "dark")],
)
def test_every_view_is_accessible_and_fits(browser: Browser, served: Server, width: int, scheme: str) -> None:
    """720 pixels are 1440 at a zoom of 200 %."""
    from axe_core_python.sync_playwright import Axe

    page, told = visit(
        browser, served, "scenario=ukraine-2022", viewport={"width": width, "height": 900}, color_scheme=scheme,
        reduced_motion="reduce",
    )  # fmt: skip
    for view in VIEWS:
        page.click(f"[data-view={view}]")
        if view in ("explore", "policies"):
            settled(page)
        # Every part is looked at, also what is folded away.
        page.evaluate(
            "for (const d of document.querySelectorAll('section:not([hidden]) details')) d.open = true"
        )
        page.wait_for_timeout(200)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        violations = Axe().run(page)["violations"]
        assert [(v["id"], [n["target"] for n in v["nodes"]][:3]) for v in violations] == [], view
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"  # no motion
    # What opens over the page: evidence, menus, a refusal.
    page.click("[data-view=explore]")
    for opened in ("#levers .lever button.grade", "#export", "#open"):
        page.locator(opened).first.click()
        page.wait_for_selector(":popover-open")
        assert Axe().run(page)["violations"] == [], opened
        page.keyboard.press("Escape")
    page.set_input_files("#file", {"name": "hostile.toml", "mimeType": "text/plain", "buffer": b"["})
    page.wait_for_selector("#refusal:not([hidden])")
    assert Axe().run(page)["violations"] == []
    assert [text for text in told if "422" not in text] == []
    page.close()


def test_all_is_reached_by_keyboard(browser: Browser, served: Server) -> None:
    page, _ = visit(browser, served)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    seen: set[str] = set()
    for _ in range(80):
        page.keyboard.press("Tab")
        seen.add(
            str(
                page.evaluate(
                    "document.activeElement.id || document.activeElement.closest('.lever')?.dataset.path"
                )
            )
        )
    assert {"policy", "pessimist", "pin", "scope", "second", "copy", "export", "open", CASH} - seen <= {
        "scope"
    }
    visible = page.evaluate(
        "getComputedStyle(document.activeElement).outlineStyle !== 'none' || document.activeElement === document.body"
    )
    assert visible
    page.close()


def test_many_tabs_are_all_served(browser: Browser, served: Server) -> None:
    context = browser.new_context()
    pages = [context.new_page() for _ in range(20)]
    for i, page in enumerate(pages):
        page.set_default_timeout(120_000)
        page.goto(f"{served.address}#{urllib.parse.urlencode({f'set.{CASH}': 1_000 * (i + 1)})}")
    for page in pages:
        settled(page)
    assert len({mark(page) for page in pages}) == 20
    context.close()
