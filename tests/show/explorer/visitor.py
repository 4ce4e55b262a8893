"""A visitor of the page: opens it, waits for pictures, reads their marks."""

from __future__ import annotations

from playwright.sync_api import Browser, Page

from tests.show.explorer.server import Server

CASH = "programme.cash and asylum.cash_usd"
SLIDER = f'#levers .lever[data-path="{CASH}"] input[type=range]'
FIELD = f'#levers .lever[data-path="{CASH}"] input[type=number]'
VIEWS = ("explore", "policies", "claims", "assumptions", "runs")


class Told(list[str]):
    """Errors of a page, and requests that go elsewhere."""


def visit(
    browser: Browser, server: Server, fragment: str = "", query: str = "", **options: object
) -> tuple[Page, Told]:
    page = browser.new_page(**{"viewport": {"width": 1440, "height": 900}, **options})  # pyright: ignore
    page.set_default_timeout(180_000)
    told = Told()
    page.on("console", lambda message: told.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: told.append(str(error)))
    page.on(
        "request",
        lambda r: None if r.url.startswith((server.address, "blob:", "data:")) else told.append(r.url),
    )
    page.goto(f"{server.address}{query and '?'}{query}#{fragment}")
    settled(page)
    return page, told


def settled(page: Page) -> None:
    """Wait until everything that was asked for stands there, refined."""
    page.wait_for_selector("body[data-fresh=full]")


def moved(page: Page, before: str) -> str:
    """Wait for a picture of another state; its mark."""
    page.wait_for_function(
        "before => document.body.dataset.painted?.split(' ')[0] !== before.split(' ')[0]", arg=before
    )
    settled(page)
    return mark(page)


def mark(page: Page) -> str:
    return str(page.evaluate("document.body.dataset.painted"))


def headline(page: Page, label: str) -> str:
    return page.locator(".headline", has_text=label).first.inner_text()


def path_of(page: Page, chart: str) -> str:
    return str(page.evaluate(f"document.querySelector('#{chart} svg').innerHTML"))
