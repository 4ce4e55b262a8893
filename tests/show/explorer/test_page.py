"""The page in a real browser: every feature by hand, as a reader would use it."""

from __future__ import annotations

import json
import urllib.parse
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from offramp.scenario import loads, template
from tests.scenario import hostile
from tests.show.explorer.server import Server
from tests.show.explorer.visitor import CASH, FIELD, SLIDER, headline, mark, moved, path_of, settled, visit

pytestmark = pytest.mark.slow


def test_the_bands_follow_the_hand(browser: Browser, served: Server) -> None:
    page, told = visit(browser, served)
    before, drawn, words = mark(page), path_of(page, "chart-routes"), headline(page, "Departures")
    page.evaluate(
        """() => { window.heard = []; new MutationObserver(() => window.heard.push(document.querySelector("#said").textContent))
        .observe(document.querySelector("#said"), { childList: true }); }"""
    )
    page.focus(SLIDER)
    for _ in range(12):
        page.keyboard.press("ArrowRight")
    after = moved(page, before)
    assert after != before
    assert path_of(page, "chart-routes") != drawn
    assert headline(page, "Departures") != words
    assert float(page.input_value(FIELD)) > 10_000
    assert "set by hand" in page.inner_text(f'#levers .lever[data-path="{CASH}"] .meta')
    assert "200 draws" in page.inner_text("#progress")
    assert "departures until" in page.inner_text("#summary")
    assert page.get_attribute("#said", "role") == "status"
    assert page.evaluate("window.heard") == [page.inner_text("#summary")]  # said aloud, once
    # Harms stand among the headlines, and the reference line in the chart.
    assert page.locator(".headline.harm").count() >= 3
    page.click(f'#levers .lever[data-path="{CASH}"] .reset')
    assert moved(page, after).split(" ")[0] == before.split(" ")[0]
    assert told == []
    page.close()


def test_state_lives_in_the_address(browser: Browser, served: Server) -> None:
    page, told = visit(browser, served)
    before = mark(page)
    page.fill(FIELD, "45000")
    page.press(FIELD, "Enter")
    dear = moved(page, before)
    page.select_option("#policy", "no offer")
    page.wait_for_function("() => document.body.dataset.painted.endsWith('no offer')")
    settled(page)
    assert f"set.{CASH}=45000" in urllib.parse.unquote_plus(page.url)
    page.reload()
    settled(page)
    assert mark(page).endswith("no offer")
    page.go_back()
    page.wait_for_function("() => document.body.dataset.painted.endsWith('cash and asylum')")
    settled(page)
    assert mark(page) == dear
    assert page.input_value(FIELD) == "45000"
    page.go_back()
    assert moved(page, dear) == before
    page.go_forward()
    assert moved(page, before) == dear
    # A link is a scenario: another page shows the same.
    other, _ = visit(browser, served, page.url.partition("#")[2])
    assert mark(other) == dear
    other.close()
    assert told == []
    page.close()


def test_two_tabs_do_not_disturb_each_other(browser: Browser, served: Server) -> None:
    left, told_left = visit(browser, served)
    right, told_right = visit(browser, served)
    before = mark(right)
    left.fill(FIELD, "30000")
    left.press(FIELD, "Enter")
    right.fill(FIELD, "20000")
    right.press(FIELD, "Enter")
    a, b = moved(left, before), moved(right, before)
    assert a != b
    assert left.input_value(FIELD) == "30000"
    assert told_left == told_right == []
    left.close()
    right.close()


def test_pin_presets_mix_and_reset(browser: Browser, served: Server) -> None:
    page, told = visit(browser, served)
    before = mark(page)
    page.click("#pin")
    page.wait_for_selector("#key-pin:not([hidden])")
    page.click("#pessimist")
    gloomy = moved(page, before)
    assert "set." in page.url
    assert "pin=" in page.url
    page.reload()
    settled(page)
    page.wait_for_selector("#key-pin:not([hidden])")
    assert mark(page) == gloomy
    page.select_option("#second", "outcome:families_harmed")
    page.wait_for_function("() => document.querySelector('#table-second').textContent.includes('Pinned')")
    page.click("#reset")
    assert moved(page, gloomy) == before
    page.locator(".mix input").first.uncheck()
    page.wait_for_function("() => document.body.dataset.painted.endsWith('my mix')")
    assert page.input_value("#policy") == ""
    page.click("#pin")
    assert page.locator("#key-pin").is_hidden()
    assert told == []
    page.close()


def test_evidence_and_tables_stand_behind(browser: Browser, served: Server) -> None:
    page, told = visit(browser, served, "scenario=ukraine-2022&view=explore")
    lever = page.locator('#levers .lever[data-path="losses.kill_share"]')
    page.evaluate("for (const d of document.querySelectorAll('#levers details')) d.open = true")
    lever.locator("button.grade").focus()
    page.keyboard.press("Enter")
    about = lever.locator(".about")
    about.wait_for(state="visible")
    assert "B-326" in about.inner_text()
    assert "90" in about.inner_text()
    said, badge = about.bounding_box(), lever.locator("button.grade").bounding_box()
    assert said is not None
    assert badge is not None  # it opens beside the badge, which stays in sight
    below, above = said["y"] - badge["y"] - badge["height"], badge["y"] - said["y"] - said["height"]
    assert 0 <= max(below, above) < badge["height"]
    page.keyboard.press("Escape")
    about.wait_for(state="hidden")
    page.locator("#picture-routes summary").click()
    assert page.locator("#table-routes tbody tr").count() == 5
    page.select_option("#scope", "home")
    page.wait_for_function("() => document.querySelector('#table-routes').textContent.includes('flee')")
    page.locator("details.numbers.all summary").click()
    assert "Families harmed" in page.inner_text("#all-outcomes")
    assert told == []
    page.close()


def test_policies_are_compared_and_chosen(browser: Browser, served: Server) -> None:
    page, told = visit(browser, served, "view=policies")
    page.wait_for_selector("#comparison table")
    text = page.inner_text("#comparison")
    # Harm stands beside benefit before anything else does.
    brief = page.locator("#comparison tbody").first.inner_text()
    assert brief.startswith("In short")
    assert "Families harmed" in brief
    assert "Failed attempts" in brief
    assert "cash and asylum" in text
    assert "Families harmed" in text
    page.locator("#comparison button", has_text="cash and asylum").click()
    settled(page)
    assert page.locator("#explore").is_visible()
    assert page.input_value("#policy") == "cash and asylum"
    assert told == []
    page.close()


def test_assumptions_can_be_found_and_changed(browser: Browser, served: Server) -> None:
    page, told = visit(browser, served, "")
    before = mark(page)
    page.click("[data-view=assumptions]")
    page.fill("#find", "money")
    rows = page.locator(".assumption:not([hidden])")
    assert rows.count() == 1
    rows.locator(".prior input").last.fill("4")
    rows.locator(".prior input").last.press("Enter")
    assert "prior set by hand" in rows.inner_text()
    page.click("[data-view=explore]")
    assert moved(page, before) != before
    assert "~4" in urllib.parse.unquote(page.url)
    page.click("[data-view=assumptions]")
    page.fill("#find", "")
    page.check("#only-changed")
    assert rows.count() == 1
    page.click("[data-view=explore]")
    page.click("#reset")
    page.click("[data-view=assumptions]")
    page.uncheck("#only-changed")
    page.fill("#find", "money")
    fields = rows.locator(".prior input")
    handle = next(h for h in served.ask("api/open", {})[1]["handles"] if h["path"] == "choice.money_weight")
    shown = [float(fields.nth(i).input_value()) for i in range(2)]
    assert shown == pytest.approx(handle["interval"], rel=1e-3)  # what was set is gone from the fields too
    assert told == []
    page.close()


def test_everything_can_be_saved(browser: Browser, served: Server) -> None:
    page, told = visit(browser, served, urllib.parse.urlencode({f"set.{CASH}": 25_000}))
    found: dict[str, bytes] = {}
    for kind in ("toml", "csv", "parquet", "svg", "png"):
        page.click("#export")
        with page.expect_download() as download:
            page.click(f"[data-save={kind}]")
        found[kind] = Path(download.value.path()).read_bytes()
    assert loads(found["toml"].decode(), "saved").hash == mark(page).split(" ")[0]
    assert found["csv"].startswith(b"policy,draw,")
    assert found["parquet"][:4] == b"PAR1"
    assert b"var(--" not in found["svg"]
    assert b"<path" in found["svg"]
    assert found["png"][:8] == b"\x89PNG\r\n\x1a\n"
    assert len(found["png"]) > 20_000
    assert told == []
    page.close()


def test_a_file_is_opened_travels_in_the_link_and_is_refused_beside_the_place(
    browser: Browser, served: Server, tmp_path: Path
) -> None:
    page, told = visit(browser, served)
    own = tmp_path / "own.toml"
    own.write_text(template().replace("My scenario", "One of my own"), "utf-8")
    page.click("#open")
    page.set_input_files("#file", own)
    page.wait_for_function("() => document.title.startsWith('One of my own')")
    settled(page)
    other, _ = visit(browser, served, page.url.partition("#")[2])
    assert other.title().startswith("One of my own")
    assert mark(other) == mark(page)
    other.close()
    own.write_text(template().replace("caught_probability = 0.12", "caught_probabilty = 1.2"), "utf-8")
    page.click("#open")
    page.set_input_files("#file", own)
    page.wait_for_selector("#refusal:not([hidden])")
    refusal = page.inner_text("#refusal")
    assert "own.toml was refused" in refusal
    assert "Did you mean `caught_probability`?" in refusal
    assert "route.surrender" in refusal
    page.click("#refusal-close")
    # Dropped on the page; the scenario that was open stays.
    for what in ("brackets 20,000 deep", "a path", "escape codes"):
        page.evaluate(
            """text => {
              const data = new DataTransfer();
              data.items.add(new File([text], "hostile.toml"));
              document.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
            }""",
            hostile.small()[what],
        )
        page.wait_for_selector("#refusal:not([hidden])")
        assert "hostile.toml" in page.inner_text("#refusal")
        page.click("#refusal-close")
    assert page.title().startswith("One of my own")
    # The browser itself reports the status of a refused file.
    assert [text for text in told if "422" not in text] == []
    page.close()


def test_names_of_a_scenario_are_text_never_markup(browser: Browser, served: Server, tmp_path: Path) -> None:
    page, told = visit(browser, served)
    nasty = tmp_path / "nasty.toml"
    image = "<img src=x onerror=alert(1)>"
    text = (
        template().replace('"My scenario"', json.dumps(image)).replace('"cash and asylum"', json.dumps(image))
    )
    nasty.write_text(text, "utf-8")
    page.click("#open")
    page.set_input_files("#file", nasty)
    page.wait_for_function("() => document.querySelector('#title').textContent.startsWith('<img')")
    settled(page)
    assert page.locator("main img, header h1 img").count() == 0
    page.click("[data-view=policies]")
    page.wait_for_selector("#comparison table")
    assert page.locator("main img, header h1 img").count() == 0
    assert told == []
    page.close()


def test_full_runs_survive_a_reload(browser: Browser, served: Server) -> None:
    page, told = visit(browser, served)
    page.click("[data-view=runs]")
    page.fill("#run-draws", "7")
    page.click("#run-form button")
    page.reload()
    entry = page.locator(".run").first
    entry.locator("a", has_text="Open the report").wait_for(timeout=120_000)
    assert "Done 7 draws, with a report" in entry.inner_text()
    with page.context.expect_page() as opened:
        entry.locator("a", has_text="Open the report").click()
    opened.value.wait_for_selector("html[data-charts=drawn]")
    page.fill("#run-draws", "9000")
    page.click("#run-form button")
    cancel = page.locator(".run", has_text="of 9000 draws").locator("button", has_text="Cancel")
    cancel.focus()
    held = cancel.element_handle()
    page.wait_for_function("held => held.closest('.run').querySelector('progress').value > 0", arg=held)
    assert page.evaluate("held => held === document.activeElement", held)  # told anew under the same hand
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.querySelector('.run').textContent.includes('Cancelled')")
    assert page.evaluate("() => document.activeElement === document.querySelector('.run')")
    assert told == []
    page.close()
