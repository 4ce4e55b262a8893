"""Claims, experiments and prior sets on the page: each is a click away from the charts, and part of the link."""

from __future__ import annotations

import urllib.parse
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from offramp.claims import shipped
from offramp.scenario import load, loads
from tests.show.explorer.server import Server
from tests.show.explorer.visitor import headline, mark, moved, settled, visit

pytestmark = pytest.mark.slow


def chart_width(page: Page, chart: str) -> float:
    return float(page.evaluate(f"document.querySelector('#{chart} svg').getBoundingClientRect().width"))


def test_a_click_on_a_claim_loads_its_experiment(browser: Browser, served: Server) -> None:
    page, told = visit(browser, served)  # the template, of which no claim speaks
    page.click("[data-view=claims]")
    page.wait_for_selector(".claim")
    assert page.inner_text("#claims-found") == f"{len(shipped().claims)} of {len(shipped().claims)} claims"
    one = page.locator('.claim[data-id="000.6"]')
    assert "every soldier knows" in one.inner_text()
    one.locator("summary").click()
    assert "would refute it" in one.inner_text()
    one.locator("button.strong").click()
    page.wait_for_function("() => document.querySelector('#toast').textContent.startsWith('Claim 000.6')")
    page.wait_for_function("() => document.title.startsWith('If soldiers')")
    settled(page)
    assert page.locator("#explore").is_visible()
    assert page.input_value("#policy") == "100,000 USD and citizenship"
    address = urllib.parse.unquote_plus(page.url)
    variant = next(v for v in shipped().variants if v.name == "100,000 USD, told to nearly all within weeks")
    for path, value in variant.settings.items():
        assert f"set.{path}={value:g}" in address
    page.wait_for_selector("#key-pin:not([hidden])")  # the policy that it is compared with
    claim = next(claim for claim in shipped().claims if claim.id == "000.6")
    page.wait_for_function(
        "() => document.querySelector('#from-claim').textContent.startsWith('Loaded from claim 000.6')"
    )
    assert claim.says in page.inner_text("#from-claim")
    assert page.inner_text("#pin-name").startswith("Pinned: “")
    assert "pinned: " in headline(page, "Departures")
    assert "pinned: " in headline(page, "Families harmed")  # never the benefit alone
    assert chart_width(page, "chart-routes") > 300
    # Back and forward go through it, and a link is the same experiment.
    there = mark(page)
    page.go_back()
    page.wait_for_selector("#claims:not([hidden])")
    page.go_forward()
    page.wait_for_selector("#explore:not([hidden])")
    settled(page)
    assert mark(page) == there
    other, _ = visit(browser, served, page.url.partition("#")[2])
    assert mark(other) == there
    other.wait_for_function("() => document.querySelector('#from-claim').textContent.includes('000.6')")
    other.select_option("#policy", index=0)
    other.wait_for_function("() => !document.querySelector('#from-claim').textContent")
    other.close()
    # going back and forth overtakes pictures that were asked for, which the server says with 409
    assert [text for text in told if "409" not in text] == []
    page.close()


def test_claims_are_found_by_words_and_by_verdict(browser: Browser, served: Server) -> None:
    page, told = visit(browser, served, "view=claims&scenario=ukraine-2022")
    page.wait_for_selector(".claim")
    visible = page.locator(".claim:visible")
    everything = visible.count()
    page.fill("#find-claim", "video")
    by_words = visible.count()
    assert 0 < by_words < everything
    assert f"{by_words} of" in page.inner_text("#claims-found")
    page.fill("#find-claim", "")
    page.select_option("#verdict", "contradicted by figures")
    refuted = visible.count()
    assert 0 < refuted < everything
    assert all("contradicted by figures" in text for text in visible.all_inner_texts())
    # A claim about figures alone has nothing to load, and says so.
    page.select_option("#verdict", "")
    figures = page.locator('.claim[data-id="001.5"]')
    assert "nothing to simulate" in figures.inner_text()
    assert figures.locator("button.strong").count() == 0
    assert told == []
    page.close()


def test_a_cell_of_an_experiment_is_a_click_away(browser: Browser, served: Server) -> None:
    page, told = visit(browser, served, "scenario=ukraine-2022&view=claims")
    experiment = load("ukraine-2022").experiments[0]
    cells = page.locator(".experiment").first.locator("button")
    cells.first.wait_for()
    assert cells.count() == len(experiment.cells) * len(experiment.policies)
    cells.last.click()
    settled(page)
    address = urllib.parse.unquote_plus(page.url)
    for vary, value in zip(experiment.vary, experiment.cells[-1], strict=True):
        assert f"set.{vary.key}={value:g}" in address
    assert page.input_value("#policy") == experiment.policies[-1]
    assert page.input_value("#second").endswith(experiment.outcomes[0])
    assert told == []
    page.close()


def test_beliefs_are_chosen_shown_exported_and_reset(browser: Browser, served: Server) -> None:
    page, told = visit(browser, served, "scenario=ukraine-2022")
    assert page.locator("#pessimist").is_hidden()  # the scenario brings sets of its own
    before = mark(page)
    slider = page.locator('#levers .lever[data-path="trust.mean"]')
    words = slider.locator(".meta").inner_text()
    page.select_option("#prior", "pessimist")
    gloomy = moved(page, before)
    assert slider.locator(".meta").inner_text() != words
    assert "prior=pessimist" in page.url
    page.reload()
    settled(page)
    assert mark(page) == gloomy
    page.click("#export")
    with page.expect_download() as download:
        page.click("[data-save=toml]")
    text = Path(download.value.path()).read_text("utf-8")
    assert loads(text, "saved").hash == gloomy.split(" ")[0]
    assert "prior set “pessimist”" in text
    page.click("#reset")
    assert moved(page, gloomy) == before
    assert page.input_value("#prior") == ""
    assert told == []
    page.close()


def test_what_a_preset_does_to_harms_stands_there_until_one_goes_back(
    browser: Browser, served: Server
) -> None:
    page, told = visit(browser, served)
    before = mark(page)
    page.click("#optimist")
    page.wait_for_function("() => document.querySelector('#preset').textContent")
    before = moved(page, before)
    said = page.inner_text("#preset")
    assert said.startswith("More departures, counting nothing else: set ")
    assert "Harm moves with it: " in said
    assert "of draws)" in said  # with its interval
    assert "set." in page.url
    page.click("#reset")
    moved(page, before)
    assert page.inner_text("#preset") == ""
    assert told == []
    page.close()
