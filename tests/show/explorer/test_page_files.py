"""Files and the clipboard: what is hostile is refused beside its place, by drop and by picker; what is copied is told."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from offramp import __version__
from offramp.scenario.source import MAX_BYTES
from tests.scenario import hostile
from tests.show.explorer.server import Server
from tests.show.explorer.visitor import Told, mark, settled, visit

pytestmark = pytest.mark.slow

DROP = """content => {
  const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], "hostile.toml"));
  document.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
}"""


def files() -> dict[str, bytes]:
    """Every small hostile text as bytes, and what is no text at all."""
    texts = {what: text.encode("utf-8", "surrogatepass") for what, text in hostile.small().items()}
    return texts | {
        "a picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
        "too large": b"#" * (MAX_BYTES + 1),
    }


def refused(page: Page, title: str) -> str:
    """The refusal, which is then closed; the page goes on with what was open."""
    page.wait_for_selector("#refusal:not([hidden])")
    text = page.inner_text("#refusal")
    assert "hostile.toml was refused" in text
    assert page.locator("#refusal li").count() >= 1
    assert "Traceback" not in text
    assert page.title() == title
    page.click("#refusal-close")
    return text


def quiet(told: Told) -> bool:
    """Nothing but the status of a refused file, which the browser itself reports."""
    return all("422" in text for text in told)


@pytest.mark.parametrize("way", ["drop", "picker"])
def test_every_hostile_file_is_refused(browser: Browser, served: Server, tmp_path: Path, way: str) -> None:
    page, told = visit(browser, served)
    before, title = mark(page), page.title()
    own = tmp_path / "hostile.toml"
    found: dict[str, str] = {}
    for what, content in files().items():
        if way == "drop":
            page.evaluate(DROP, base64.b64encode(content).decode())
        else:
            own.write_bytes(content)
            page.set_input_files("#file", own)
        found[what] = refused(page, title)
    assert "is not text in UTF-8" in found["a lone half of a pair"]
    assert "is not text in UTF-8" in found["a picture"]
    assert "larger than 5 MB" in found["too large"]
    assert mark(page) == before
    assert quiet(told)
    page.close()


def test_citation_and_link_are_copied(browser: Browser, served: Server) -> None:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(f"{served.address}#policy=cash+and+asylum")
    settled(page)
    page.click("#export")
    page.click("[data-save=cite]")
    page.wait_for_function("() => document.querySelector('#toast').textContent.includes('Citation copied')")
    citation = str(page.evaluate("navigator.clipboard.readText()"))
    assert f"version {__version__}" in citation
    assert mark(page).split(" ")[0][:16] in citation
    assert "cash and asylum" in citation
    page.click("#copy")
    page.wait_for_function("() => document.querySelector('#toast').textContent.includes('Link copied')")
    assert str(page.evaluate("navigator.clipboard.readText()")) == page.url
    context.close()
