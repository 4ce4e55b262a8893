"""The second chart: everything that can be followed has its band, its title and its table."""

from __future__ import annotations

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
