"""For every hand and eye: the focus stays, folds stay open, filters travel in the link, colours of one's own and paper work."""

from __future__ import annotations

import json
import urllib.parse
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request, Route

from offramp.evidence import GRADE_MEANING
from tests.show.explorer.server import Server
from tests.show.explorer.visitor import CASH, FIELD, SLIDER, mark, moved, settled, visit

pytestmark = pytest.mark.slow

FOCUS = "document.activeElement.closest('.lever, label')?.textContent ?? document.activeElement.id"


def drop(page: Page, items: str) -> None:
    page.evaluate(
        f"""() => {{ const data = new DataTransfer(); {items}
        document.dispatchEvent(new DragEvent("drop", {{ dataTransfer: data, bubbles: true, cancelable: true }})); }}"""
    )


def test_the_focus_stays_where_the_hand_was(browser: Browser, served: Server) -> None:
    page, told = visit(browser, served, "scenario=ukraine-2022")
    before = mark(page)
    box = page.locator(".mix > label input").first
    name = box.evaluate("one => one.parentElement.textContent")
    box.focus()
    page.keyboard.press("Space")
    before = moved(page, before)
    assert page.evaluate(FOCUS) == name
    # It went among the others, which are open, and stay so from tick to tick.
    assert page.evaluate("document.activeElement.closest('details').open")
    other = page.locator(".mix details label").nth(1)
    text = other.inner_text()
    other.locator("input").focus()
    page.keyboard.press("Space")
    before = moved(page, before)
    assert page.evaluate(FOCUS).strip() == text.strip()
    assert page.evaluate("document.querySelector('.mix details').open")
    page.focus("#reset")
    page.keyboard.press("Enter")
    before = moved(page, before)
    assert page.evaluate("document.activeElement.id") == "reset"
    assert page.get_attribute("#reset", "aria-disabled") == "true"
    lever = page.locator("#levers .lever:has(input[type=range])").first
    lever.locator("input[type=range]").focus()
    page.keyboard.press("ArrowRight")
    before = moved(page, before)
    lever.locator(".reset").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.type") == "range"
    assert page.evaluate("document.activeElement.closest('.lever').dataset.path") == lever.get_attribute(
        "data-path"
    )
    assert told == []
    page.close()


def test_the_server_is_told_where_the_hand_may_go(browser: Browser, served: Server) -> None:
    page, told = visit(browser, served, "policy=cash+and+asylum")
    before = mark(page)

    def changes(request: Request) -> list[dict[str, float]]:
        asked = request.post_data_json
        return [state["changes"] for state in asked.get("states", [asked.get("state")])]

    def ahead(request: Request) -> bool:
        return request.url.endswith("/api/ahead")

    def first(request: Request) -> bool:  # the picture before may be refined at any moment
        return request.url.endswith("/api/frame") and request.post_data_json["level"] == 0

    with page.expect_request(ahead) as rest:
        page.focus(SLIDER)
    up, down = changes(rest.value)
    assert down[CASH] < up[CASH]
    for key, next_way in (("ArrowRight", 1), ("ArrowLeft", -1), ("ArrowLeft", -1)):
        # What was announced is what is asked, to the last digit; then the way that the hand went comes first.
        with page.expect_request(ahead) as rest, page.expect_request(first) as asked:
            page.keyboard.press(key)
        assert changes(asked.value)[0] == (up if key == "ArrowRight" else down)
        likely, other = changes(rest.value)
        assert (likely[CASH] - other[CASH]) * next_way > 0.0
        up, down = (likely, other) if next_way > 0 else (other, likely)
    before = moved(page, before)
    assert told == []
    page.close()


@pytest.mark.parametrize(
    ("width", "height"),
    [(1440, 900), (1440, 789), (1366, 657), (1280, 720), (820, 1180), (720, 450), (390, 844), (2560, 1300)],
)
def test_what_the_hand_moves_stays_in_sight(
    browser: Browser, served: Server, width: int, height: int
) -> None:
    """At a slider far down either the charts can be seen whole or the numbers in brief, with a harm among them."""
    page, told = visit(browser, served, viewport={"width": width, "height": height})
    slider = page.locator("#levers .lever:has(input[type=range]) input[type=range]:visible").last
    slider.focus()
    page.keyboard.press("ArrowRight")
    inside = "one => { const box = one.getBoundingClientRect(); return box.top >= 0 && box.bottom <= innerHeight; }"
    page.wait_for_function(inside, arg=slider.element_handle(), timeout=10_000)

    def seen(place: str) -> bool:
        box = page.locator(place).bounding_box()
        return box is not None and box["y"] >= 0.0 and box["y"] + box["height"] <= height

    assert seen("#chart-routes") or seen("#strip")
    if not seen("#chart-routes"):
        assert "harm" in page.inner_text("#strip")
    hand = slider.bounding_box()
    cover = page.locator(".stage" if seen("#chart-routes") else "#strip").bounding_box()
    assert hand is not None
    assert cover is not None
    assert cover["y"] + cover["height"] <= hand["y"]  # nothing lies on what has the focus
    assert told == []
    page.close()


def test_every_lever_shows_what_it_rests_on(browser: Browser, served: Server) -> None:
    page, told = visit(browser, served, "scenario=ukraine-2022")
    page.evaluate("for (const d of document.querySelectorAll('#levers details')) d.open = true")
    choices = page.locator("#levers .lever:has(select)")
    assert choices.count() >= 1
    assert choices.locator("button.grade").count() == choices.count()
    choices.locator("button.grade").first.click()
    assert "In the file" in choices.locator(".about").first.inner_text()
    page.keyboard.press("Escape")
    for meaning in GRADE_MEANING.values():
        assert meaning in page.locator("#explore .grade-key").inner_text()
    # No label is half a sentence.
    assert not [text for text in page.locator(".lever label").all_inner_texts() if text.endswith(" ln")]
    assert told == []
    page.close()


def test_filters_are_part_of_the_link(browser: Browser, served: Server) -> None:
    page, told = visit(browser, served)
    page.dblclick("[data-view=claims]")
    page.wait_for_selector(".claim")
    page.wait_for_timeout(1_000)
    words = page.locator("#verdict option").all_inner_texts()
    assert len(words) == len(set(words))
    page.fill("#find-claim", "video")
    page.select_option("#verdict", "loadable")
    page.click("[data-view=assumptions]")
    page.fill("#find", "trust")
    page.uncheck("#only-uncertain")
    page.wait_for_timeout(500)
    rows = page.locator(".assumption:visible").count()
    other, _ = visit(browser, served, page.url.partition("#")[2])
    assert other.input_value("#find") == "trust"
    assert not other.is_checked("#only-uncertain")
    assert other.locator(".assumption:visible").count() == rows > 0
    other.click("[data-view=claims]")
    other.locator(".claim:visible").first.wait_for()
    assert other.input_value("#find-claim") == "video"
    assert other.input_value("#verdict") == "loadable"
    other.close()
    page.go_back()
    page.wait_for_selector(".assumption:visible")
    assert page.is_checked("#only-uncertain")
    assert told == []
    page.close()


def test_runs_are_told_apart_started_once_and_seen_from_another_tab(browser: Browser, served: Server) -> None:
    page, told = visit(browser, served, urllib.parse.urlencode({f"set.{CASH}": 31_000}))
    other, _ = visit(browser, served, "view=runs")
    page.click("[data-view=runs]")
    seen = page.locator(".run").count()
    page.fill("#run-draws", "6000")
    page.dblclick("#run-form button")
    newest = page.locator(".run").first
    newest.locator("progress").wait_for()
    page.click("#run-form button")
    page.wait_for_function("() => document.querySelector('#toast').textContent.includes('not started twice')")
    assert f"{CASH} = 31000" in newest.locator("h3").inner_text()
    assert page.locator(".run").count() == seen + 1
    other.wait_for_function(f"() => document.querySelectorAll('.run').length === {seen + 1}")
    other.close()
    newest.locator("button", has_text="Cancel").click()
    page.wait_for_function("() => document.querySelector('.run').textContent.includes('Cancelled')")
    assert told == []
    page.close()


def test_who_asks_for_several_runs_at_once_gets_them_all(browser: Browser, served: Server) -> None:
    page, told = visit(browser, served, urllib.parse.urlencode({f"set.{CASH}": 32_000, "view": "runs"}))
    seen = page.locator(".run").count()
    for draws in ("6100", "6200", "6300"):
        page.fill("#run-draws", draws)
        page.click("#run-form button")
    page.wait_for_function(f"() => document.querySelectorAll('.run').length === {seen + 3}")
    for entry in page.locator(".run").all()[:3]:
        entry.locator("button", has_text="Cancel").click()
        entry.locator("strong", has_text="Cancelled").wait_for()
    assert told == []
    page.close()


def test_what_is_dropped_and_not_opened_is_told(browser: Browser, served: Server) -> None:
    page, _ = visit(browser, served)
    drop(page, "data.setData('text/plain', 'title = 1');")
    assert "Only a file can be dropped" in page.inner_text("#toast")
    drop(page, "for (const name of ['a.toml', 'b.toml']) data.items.add(new File(['['], name));")
    assert "a.toml was taken, b.toml not" in page.inner_text("#toast")
    page.wait_for_selector("#refusal:not([hidden])")
    page.close()


def test_colours_of_ones_own_and_paper(browser: Browser, served: Server) -> None:
    page, told = visit(browser, served, forced_colors="active")
    slider = page.locator(SLIDER)
    slider.scroll_into_view_if_needed()
    assert slider.evaluate("one => getComputedStyle(one).forcedColorAdjust") == "none"
    before = mark(page)
    page.fill(FIELD, "20000")
    page.press(FIELD, "Enter")
    moved(page, before)
    page.emulate_media(media="print", forced_colors="none")
    for gone in (".tab", "#copy", SLIDER, "#pin", ".grade-key"):
        assert not page.locator(gone).first.is_visible(), gone
    for stays in (
        "#summary",
        "#chart-routes svg",
        ".headline",
        "#title",
        f'.lever[data-path="{CASH}"] .meta',
    ):
        assert page.locator(stays).first.is_visible(), stays
    assert page.locator("#levers .lever:visible").count() == 1  # what was changed
    assert page.evaluate("getComputedStyle(document.querySelector('.stage')).position") == "static"
    assert told == []
    page.close()


def test_heads_of_the_policies_stay_in_sight(browser: Browser, served: Server) -> None:
    page, told = visit(browser, served, "scenario=ukraine-2022&view=policies")
    settled(page)
    page.evaluate("document.querySelector('#comparison .scroll').scrollTo(2000, 3000)")
    page.wait_for_timeout(300)
    within = """place => { const box = document.querySelector("#comparison .scroll").getBoundingClientRect();
      const one = document.querySelector(place).getBoundingClientRect();
      return [one.top - box.top, one.left - box.left]; }"""
    top, _ = page.evaluate(within, "#comparison thead th:last-child")
    assert abs(top) < 3
    for name in ("tbody tr:not(.band):last-child th", "thead th:first-child"):
        _, left = page.evaluate(within, f"#comparison {name}")
        assert abs(left) < 3
    # And the corner stands above what moves beneath it.
    corner = page.locator("#comparison thead th").first.bounding_box()
    assert corner is not None
    above = "([x, y]) => document.elementFromPoint(x, y).textContent"
    assert page.evaluate(above, [corner["x"] + 30, corner["y"] + corner["height"] - 12]) == "Outcome"
    assert told == []
    page.close()


def test_no_focus_is_beneath_the_charts(browser: Browser, served: Server) -> None:
    page, told = visit(browser, served, "scenario=ukraine-2022")
    page.locator("#levers input[type=range]:visible").last.focus()
    hidden: list[object] = []
    for _ in range(40):
        page.keyboard.press("Shift+Tab")
        beneath, name = page.evaluate(
            """() => { const one = document.activeElement, box = one.getBoundingClientRect();
            const stage = document.querySelector(".stage").getBoundingClientRect();
            return [one.closest("#levers") !== null && box.bottom <= stage.bottom, one.ariaLabel ?? one.id]; }"""
        )
        if beneath:
            hidden.append(name)
    assert hidden == []
    assert told == []
    page.close()


def test_a_hand_that_goes_on_and_on_has_a_state_on_its_way_refined(browser: Browser, served: Server) -> None:
    page, told = visit(browser, served, urllib.parse.urlencode({f"set.{CASH}": 33_000}))
    asked: list[dict[str, Any]] = []
    page.on(
        "request", lambda r: asked.append(json.loads(r.post_data or "{}")) if "/api/frame" in r.url else None
    )
    before = mark(page)
    page.focus(SLIDER)
    for _ in range(400):
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(10)
        if any(one["page"].endswith(" on") for one in asked):
            break
    on_the_way = next(one for one in asked if one["page"].endswith(" on"))
    assert on_the_way["level"] == 1
    moved(page, before)
    assert "200 draws" in page.inner_text("#progress")
    assert told == []
    page.close()


def test_a_hand_goes_before_a_preset_on_its_way_and_the_last_click_counts(
    browser: Browser, served: Server
) -> None:
    page, told = visit(browser, served)
    held: list[Route] = []
    page.route("**/api/preset", lambda route: held.append(route))
    before = mark(page)
    page.click("#pessimist")
    page.wait_for_function("() => document.querySelector('#preset').textContent.startsWith('Looking')")
    page.fill(FIELD, "12345")
    page.press(FIELD, "Enter")
    by_hand = moved(page, before)
    held.pop().continue_()
    page.wait_for_function("() => document.querySelector('#preset').textContent.includes('The hand went on')")
    assert mark(page) == by_hand
    assert urllib.parse.unquote_plus(page.url).count("set.") == 1
    page.click("#pessimist")
    page.click("#optimist")
    page.wait_for_timeout(200)
    first, last = held
    last.continue_()
    moved(page, by_hand)
    with page.expect_response("**/api/preset"):
        first.continue_()
    page.wait_for_timeout(200)
    assert page.inner_text("#preset").startswith("More")
    assert told == []
    page.close()
