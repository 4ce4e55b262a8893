"""Results folders that the pages are tested on, and a browser to look at them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.show import synthetic


@pytest.fixture(scope="session")
def full(tmp_path_factory: pytest.TempPathFactory) -> synthetic.Results:
    """Five policies, 200 draws, every outcome. Read only."""
    return synthetic.results(tmp_path_factory.mktemp("full"))


@pytest.fixture
def bare(tmp_path: Path) -> synthetic.Results:
    """One policy, one draw, nothing uncertain."""
    return synthetic.bare(tmp_path)


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=chromium, headless=True, args=["--no-sandbox"])
        yield running
        running.close()
