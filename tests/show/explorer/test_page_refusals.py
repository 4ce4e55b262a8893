"""What the page says when something cannot be shown: a refused number, a refused file, a link of which parts mean nothing."""

from __future__ import annotations

import base64
import urllib.parse
import zlib

import pytest
from playwright.sync_api import Browser, Page

from tests.show.explorer.server import Server
from tests.show.explorer.visitor import CASH, FIELD, Told, mark, moved, settled, visit

pytestmark = pytest.mark.slow

LEVER = f'#levers .lever[data-path="{CASH}"]'


def linked(text: str) -> str:
    """A file as it travels in a link."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(text.encode()) + packer.flush()
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def grave(told: Told) -> list[str]:
    """What the page itself did wrong; the browser reports the status of what was refused."""
    return [text for text in told if "422" not in text and "404" not in text]


def opacity(page: Page, place: str) -> float:
    return float(page.evaluate(f"Number(getComputedStyle(document.querySelector('{place}')).opacity)"))


def test_another_scenario_opens_after_moves(browser: Browser, served: Server) -> None:
    """And nothing of the one before stands under its title."""
    page, told = visit(browser, served)
    before = mark(page)
    for cash in (21_000, 22_000, 23_000):
        page.fill(FIELD, str(cash))
        page.press(FIELD, "Enter")
        before = moved(page, before)
    words = page.inner_text("#summary")
    page.evaluate(
        """() => new MutationObserver(() => { window.under ??= document.querySelector("#summary").textContent; })
        .observe(document.querySelector("#title"), { childList: true })"""
    )
    page.click("#open")
    page.locator("#shipped button", has_text="minimal").click()
    page.wait_for_function("() => window.under !== undefined")
    assert page.evaluate("window.under") == "" != words
    settled(page)
    assert mark(page).split(" ")[0] != before.split(" ")[0]
    assert "200 draws" in page.inner_text("#progress")
    # And back again, to where the hand was.
    page.go_back()
    page.wait_for_function("() => document.title.startsWith('My scenario')")
    settled(page)
    assert mark(page) == before
    assert told == []
    page.close()


def test_a_refused_number_is_seen_where_the_hand_and_where_the_eye_is(
    browser: Browser, served: Server
) -> None:
    page, told = visit(browser, served)
    before = mark(page)
    page.locator(LEVER).scroll_into_view_if_needed()
    page.fill(FIELD, "-5")
    page.press(FIELD, "Enter")
    page.wait_for_selector("body[data-stale=refused]")
    assert "cannot be -5" in page.inner_text(f"{LEVER} .wrong")
    assert "0 or more" in page.inner_text(f"{LEVER} .wrong")
    assert page.get_attribute(FIELD, "aria-invalid") == "true"
    trouble = page.locator("#trouble")
    assert trouble.get_attribute("role") == "alert"
    assert "cannot be -5" in trouble.inner_text()
    assert opacity(page, "#chart-routes") < 0.6
    page.wait_for_timeout(1_500)  # longer than the page waits before it calls a picture slow
    assert "Not simulated" in page.inner_text("#progress")
    assert "state before" in page.inner_text("#progress")
    assert mark(page) == before
    # Nothing of the state before is saved as if it were of this one.
    page.click("[data-chart=routes][data-as=csv]")
    page.wait_for_function("() => document.querySelector('#toast').textContent.includes('state before')")
    # Draws and refusal stay in sight with the charts while the hand is further down.
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    page.wait_for_timeout(200)
    tops = page.evaluate(
        "['#trouble', '#progress'].map((id) => document.querySelector(id).getBoundingClientRect().top)"
    )
    assert all(0 <= top < 400 for top in tops)
    page.fill(FIELD, "9000")
    page.press(FIELD, "Enter")
    moved(page, before)
    assert page.inner_text(f"{LEVER} .wrong") == page.inner_text("#trouble") == ""
    assert opacity(page, "#chart-routes") == 1.0
    # What no computer holds is not taken for an empty field.
    page.fill(FIELD, "")
    page.type(FIELD, "1e400")
    page.press(FIELD, "Enter")
    page.wait_for_function("() => document.querySelector('#trouble').textContent.includes('number before')")
    assert "0 or more" in page.inner_text(f"{LEVER} .wrong")
    assert f"set.{CASH}=9000" in urllib.parse.unquote_plus(page.url)
    assert grave(told) == []
    page.close()


def test_the_refusal_of_a_file_stays_while_pictures_arrive(browser: Browser, served: Server) -> None:
    page, told = visit(browser, served)
    before = mark(page)
    page.set_input_files("#file", {"name": "bad.toml", "mimeType": "text/plain", "buffer": b"["})
    page.wait_for_selector("#refusal:not([hidden])")
    page.fill(FIELD, "12000")
    page.press(FIELD, "Enter")
    moved(page, before)
    assert "bad.toml was refused" in page.inner_text("#refusal")
    # A refused number leaves it alone too.
    page.fill(FIELD, "-1")
    page.press(FIELD, "Enter")
    page.wait_for_selector("body[data-stale=refused]")
    assert "bad.toml was refused" in page.inner_text("#refusal")
    page.click("#refusal-close")
    assert page.locator("#refusal").is_hidden()
    assert grave(told) == []
    page.close()


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ("scope=bogus", "scope “bogus”"),
        ("second=bogus&policy=nobody", "policy “nobody”"),
        ("prior=bogus", "prior “bogus”"),
        ("view=bogus", "view “bogus”"),
        (f"set.{CASH}=abc", f"{CASH} = abc"),
        (f"set.{CASH}=-7", f"{CASH} = -7"),
        (f"set.{CASH}=1e999", f"{CASH} = Infinity"),
        ("set.no.such=1", "no.such = 1"),
        ("mix=%5B%22programme:x%22%5D", "offer “programme:x”"),
        ("mix=nonsense", "the mix of offers"),
        ("unheard=1", "“unheard”"),
        ("scenario=bogus", "no scenario that ships"),
        ("file=zzzz", "cannot be read"),
        (f"file={linked('[')}", "scenario of this link was refused"),
    ],
)
def test_no_link_kills_the_page(browser: Browser, served: Server, link: str, words: str) -> None:
    """Typed into an open page, and opened as a link: what is not understood is told, and the page works."""
    fragment = link.replace(" ", "+")
    page, told = visit(browser, served)
    page.set_default_timeout(30_000)
    for way in ("typed", "opened"):
        if way == "typed":
            page.evaluate("hash => { location.hash = hash; }", fragment)
        else:
            page.close()
            page, told = visit(browser, served, fragment)
        page.wait_for_function(
            """words => [...document.querySelectorAll("#toast, #refusal:not([hidden])")]
            .some((one) => one.textContent.includes(words))""",
            arg=words,
        )
        settled(page)
        assert page.title().startswith("My scenario")
        address = urllib.parse.unquote_plus(page.url)
        assert "bogus" not in address
        assert "abc" not in address
        before = mark(page)
        page.fill(FIELD, "17000" if way == "typed" else "18000")
        page.press(FIELD, "Enter")
        moved(page, before)
        assert grave(told) == []
    page.close()
