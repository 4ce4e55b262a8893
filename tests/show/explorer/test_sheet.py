"""Pictures that are saved can be read by themselves: whose they are, what was set, every line and band, with what harm."""

from __future__ import annotations

import re
import urllib.parse
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from offramp import __version__
from tests.show.explorer.server import Server
from tests.show.explorer.visitor import CASH, SLIDER, mark, moved, visit

pytestmark = pytest.mark.slow

SVG = "{http://www.w3.org/2000/svg}"
# Words that reach beyond their sheet, and pairs of them that lie upon each other.
LAID = """text => {
  document.body.innerHTML = text;
  const sheet = document.body.firstElementChild;
  const all = sheet.getBoundingClientRect();
  const told = [...sheet.children].filter((one) => one.tagName !== "rect");
  const boxes = told.map((one) => [one.textContent.slice(0, 40), one.getBoundingClientRect()]);
  const upon = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
  const beyond = (b) => b.right > all.right || b.bottom > all.bottom || b.left < all.left;
  return [boxes.filter(([, b]) => beyond(b)).map(([words]) => words),
    boxes.flatMap(([one, a], i) => boxes.slice(i + 1).filter(([, b]) => upon(a, b)).map(([two]) => [one, two]))];
}"""


def saved(page: Page, button: str) -> Path:
    with page.expect_download() as download:
        page.click(button)
    return Path(str(download.value.path()))


def drawn(page: Page, chart: str) -> tuple[str, ET.Element]:
    text = saved(page, f"[data-chart={chart}][data-as=svg]").read_text("utf-8")
    return text, ET.fromstring(text)


def words(sheet: ET.Element) -> str:
    """The words beside the chart itself, which is a drawing of its own."""
    return " ".join(each.text or "" for each in sheet.findall(f"{SVG}text"))


@pytest.mark.parametrize("width", [1440, 390])
def test_a_saved_picture_can_be_read_by_itself(browser: Browser, served: Server, width: int) -> None:
    fragment = urllib.parse.urlencode({"policy": "cash and asylum", f"set.{CASH}": 25_000})
    page, told = visit(browser, served, fragment, viewport={"width": width, "height": 900})
    before = mark(page)
    page.click("#pin")
    page.locator(SLIDER).press("ArrowRight")
    moved(page, before)
    page.wait_for_selector("#key-pin:not([hidden])")
    cash = page.input_value(f'#levers .lever[data-path="{CASH}"] input[type=number]')
    text, sheet = drawn(page, "routes")
    for said in (
        page.inner_text("#title"), "“cash and asylum”", "Reference: “no offer”", f"${int(cash):,}",
        "Pinned: “cash and asylum”, with 1 number set by hand", "families harmed", "bands: the middle 90\xa0%",
        "200 draws of 4,000 soldiers", f"Source: Offramp {__version__}", mark(page)[:16],
        "reference, all routes", "pinned, all routes", "90\xa0% of draws",
    ):  # fmt: skip
        assert said in words(sheet), said
    # Every line that the chart draws is in the key, with its own colour and dash.
    chart = sheet.find(f"{SVG}svg")
    assert chart is not None
    styles = {
        (line.get("stroke"), line.get("stroke-dasharray"))
        for line in chart.iter(f"{SVG}path")
        if line.get("stroke") and "L" in line.get("d", "")
    }
    key = sheet.findall(f"{SVG}line")
    names = page.locator("#key-routes .pair").all_inner_texts()
    assert len(key) == len(names) + 2
    assert all(name.strip() in words(sheet) for name in names)
    assert len({(one.get("stroke"), one.get("stroke-dasharray")) for one in key}) == len(key) == len(styles)
    assert len(sheet.findall(f"{SVG}rect")) == 2  # the ground, and the sample of the band
    _, second = drawn(page, "second")
    key = "Median, middle 50\xa0% and 90\xa0% of draws"
    assert key in words(second)
    assert words(second).index(key) < words(second).index("pinned", words(second).index(key))
    assert page.inner_text("#key-second").strip() in words(second)
    assert "Persons." in words(second)
    page.click("#export")
    png = saved(page, "[data-save=png]").read_bytes()
    page.click("#export")
    both = saved(page, "[data-save=svg]").read_text("utf-8")
    size = re.match(r'<svg [^>]*width="(\d+)" height="(\d+)"', both)
    assert size
    assert [int.from_bytes(png[at : at + 4], "big") for at in (16, 20)] == [
        2 * int(one) for one in size.groups()
    ]
    assert told == []
    page.close()
    # Laid out by themselves: in the explorer's own page what still comes in would miss its places.
    alone = browser.new_page(viewport={"width": width, "height": 900})
    for each in (text, both):
        beyond, upon = alone.evaluate(LAID, each)
        assert (beyond, upon) == ([], [])
    alone.close()


def test_a_picture_of_the_state_before_is_not_saved(browser: Browser, served: Server) -> None:
    page, _ = visit(browser, served)
    page.evaluate("document.body.dataset.fresh = 'no'")
    page.click("[data-chart=routes][data-as=svg]")
    page.wait_for_function(
        "() => document.querySelector('#toast').textContent.includes('of the state before')"
    )
    page.close()
