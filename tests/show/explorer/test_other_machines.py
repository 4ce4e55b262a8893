"""The page as another machine opens it: at an address that browsers do not hold for secure, with a token."""

from __future__ import annotations

import http.client
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from tests.show.explorer.server import Server
from tests.show.explorer.visitor import moved, visit

pytestmark = pytest.mark.slow


def test_the_page_works_at_an_address_of_this_machine(browser: Browser, tmp_path: Path) -> None:
    server = Server(tmp_path, "minimal", host="0.0.0.0").start()
    try:
        if server.others:  # a machine that is in no network has nothing to be reached by
            _visited_from_elsewhere(browser, server, server.others[0])
    finally:
        code = server.stop()
    assert code == 0


def _visited_from_elsewhere(browser: Browser, server: Server, address: str) -> None:
    whole = urlsplit(address)
    assert whole.query.startswith("token=")
    server.address = f"http://{whole.netloc}/"
    page, told = visit(browser, server, query=whole.query)
    assert not page.evaluate("isSecureContext")
    assert page.url.partition("#")[0] == server.address
    before = str(page.evaluate("document.body.dataset.painted"))
    page.locator("#levers input[type=range]").first.press("ArrowRight")
    assert moved(page, before) != before
    # A header that asks for more than a browser does at such an address, which it says of itself.
    assert all("Cross-Origin-Opener-Policy" in text for text in told)
    page.close()
    connection = http.client.HTTPConnection(whole.netloc, timeout=30)
    connection.request("GET", "/api/status")
    assert connection.getresponse().status == 401
    connection.close()
