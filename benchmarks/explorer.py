"""`python -m benchmarks.explorer`: from a key at a slider to the painted band, in Chromium, with real key presses.

A server is started as a user starts it, with the shipped scenario. Keys go to all sliders of the page in
turn. Measured inside the page: from the key's event to the frame after the one in which both charts were
redrawn with the new state's band, and to the last refinement; and where that time went, as the browser and the
server's own header tell it. Beside it stands how sure a first picture is.

The server works ahead while a hand rests on a slider, so it matters how fast the hand is. Two are measured: a
reader's, who presses half a second after the slider has the focus (the keystroke-level model of Card, Moran and
Newell, 1980, counts 1.35 s for the decision and 0.28 s for the key), and a script's, which does both at once and
never finds anything prepared. It matters as well whether the state before was refined, from which draws are carried over: a
script that goes on at once never lets it be, so that its moves are measured from refined states too. How sure first pictures
are that are carried over is measured by `python -m benchmarks.carried`.

`--soak 3` presses keys for three minutes without a pause, which is what a reader does in half an hour, and looks
at memory and latency; `--tabs 20` opens twenty pages at once.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from benchmarks import machine

PROGRAM = "from offramp.cli import main; main()"
VIEWPORT = {"width": 1440, "height": 900}
# A key's time is that of its event; a picture's that of the frame after it was drawn.
WATCH = """() => {
  const pressed = (event) => { window.keyAt = event.timeStamp; window.paintedAt = null; window.fullAt = null; };
  document.addEventListener('keydown', pressed, true);
  // The state of a picture is the first word of its mark: a late refinement of the one before does not count.
  const state = () => document.body.dataset.painted.split(' ')[0];
  let last = state();
  new MutationObserver(() => {
    if (state() !== last) {
      last = state();
      requestAnimationFrame(() => requestAnimationFrame((now) => { window.paintedAt ??= now; }));
    }
    if (document.body.dataset.fresh === 'full') window.fullAt ??= performance.now();
  }).observe(document.body, { attributes: true });
}"""
# Where the time of the last picture went: the request that was last answered before it, and what the server says of it.
STAGES = """() => {
  const asked = performance.getEntriesByType('resource').filter((one) => one.name.endsWith('/api/frame')
    && one.startTime >= window.keyAt && one.responseEnd <= window.paintedAt).at(-1);
  performance.clearResourceTimings();
  const whole = { 'key to band': window.paintedAt - window.keyAt };
  if (!asked) return whole;
  const server = Object.fromEntries(asked.serverTiming.map(({ name, duration }) => [`server: ${name}`, duration]));
  const said = Object.values(server).reduce((sum, one) => sum + one, 0);
  return { ...whole, 'key to request': asked.startTime - window.keyAt, ...server,
    'to the server and back': asked.duration - said, 'answer to band': window.paintedAt - asked.responseEnd };
}"""
COMPARED = """() => new Promise((done) => {
  const began = performance.now();
  new MutationObserver((_, observer) => {
    if (document.body.dataset.fresh === 'no') return;
    observer.disconnect();
    requestAnimationFrame(() => requestAnimationFrame((now) => done(now - began)));
  }).observe(document.body, { attributes: true });
  document.querySelector('[data-view=policies]').click();
})"""
WHOLE = "key to band"
SLIDERS = "#levers input[type=range]"
REST = 0.5
"""Seconds for which a reader's hand rests on a slider before it presses."""
NUMBER = "slider => slider.parentElement.querySelector('input[type=number]').value"


@contextmanager
def server(scenario: str) -> Iterator[tuple[str, int]]:
    """Address and process id of a running explorer."""
    command = [sys.executable, "-c", PROGRAM, "serve", scenario, "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        found = re.search(r"http://\S+", process.stdout.readline())
        if found is None:
            raise SystemExit("The server did not start.")
        try:
            yield found[0], process.pid
        finally:
            process.send_signal(signal.SIGINT)


def settled(page: Page) -> None:
    page.wait_for_selector("body[data-fresh=full]", timeout=600_000)


def sliders(page: Page) -> list[Any]:
    """Every slider of the page, the folded ones too."""
    page.evaluate("for (const d of document.querySelectorAll('#levers details')) d.open = true")
    return page.locator(SLIDERS).element_handles()


def first_frame(page: Page, address: str) -> str:
    """Open the page; what its first picture rests on."""
    with page.expect_response(lambda response: response.url.endswith("/api/frame")) as answered:
        page.goto(address)
    frame = answered.value.json()
    counted = frame["outcomes"].get("departures") or next(iter(frame["outcomes"].values()))
    mean, error = (counted[frame["shown"]][part] for part in ("mean", "error"))
    return f"{frame['draws']} draws, mean of departures {mean:,.0f} with an error of {error:,.0f} ({error / mean:.0%})"


def press(page: Page, handle: Any, key: str, rest: float = 0.0) -> dict[str, float] | None:
    """Milliseconds from a key to its first picture, whole and by stage; None when it moved no number, as at the
    end of a slider, or to one that does not go together with the others: it is then taken back.

    rest: seconds for which the hand rests on the slider before it presses."""
    before = handle.evaluate(NUMBER)
    handle.focus()
    page.wait_for_timeout(1e3 * rest)
    page.keyboard.press(key)
    if handle.evaluate(NUMBER) == before:
        return None
    page.wait_for_function(
        "() => window.paintedAt !== null || document.body.dataset.stale === 'refused'",
        timeout=60_000,
        polling=5,
    )
    if page.evaluate("document.body.dataset.stale") == "refused":
        page.keyboard.press({"ArrowLeft": "ArrowRight", "ArrowRight": "ArrowLeft"}[key])
        page.wait_for_selector("body:not([data-stale=refused])")
        return None
    return page.evaluate(STAGES)


def moves(page: Page, count: int, rest: float = 0.0, refined: bool = False) -> list[dict[str, float]]:
    """Milliseconds from key to band, whole and by stage, of so many moves across all sliders. rest: see `press`. refined:
    every move waits until the picture before it is refined."""
    found: list[dict[str, float]] = []
    every = sliders(page)
    turn = 0
    while len(found) < count:
        handle = every[turn % len(every)]
        # Every other slider goes down, and each on in its direction: no state is met twice.
        if refined:
            settled(page)
        taken = press(page, handle, ("ArrowRight", "ArrowLeft")[turn % len(every) % 2], rest)
        if taken is not None:
            found.append(taken)
            page.wait_for_timeout(30)
        turn += 1
    return found


def comparisons(page: Page, count: int) -> list[float]:
    """Milliseconds from a click on the view of all policies to its first table, each of a state that it has not shown."""
    found: list[float] = []
    every = sliders(page)
    turn = 0
    while len(found) < count:
        if press(page, every[(11 * turn) % len(every)], "ArrowRight") is not None:
            settled(page)
            found.append(page.evaluate(COMPARED))
            settled(page)
            page.click("[data-view=explore]")
            settled(page)
        turn += 1
    return found


def refinements(page: Page, count: int) -> list[float]:
    """Seconds from a key to the picture with the error of the default run."""
    found: list[float] = []
    every = sliders(page)
    for i in range(count):
        handle = every[(7 * i) % len(every)]
        if press(page, handle, "ArrowRight") is None:
            continue
        page.wait_for_function("() => window.fullAt !== null", timeout=120_000, polling=20)
        found.append(page.evaluate("window.fullAt - window.keyAt") / 1000.0)
    return found


def memory_of(process: int) -> int:
    """Resident bytes of a process and all below it."""
    total = 0
    try:
        total += int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        for task in Path(f"/proc/{process}/task").iterdir():
            total += sum(memory_of(int(child)) for child in (task / "children").read_text().split())
    except OSError:
        return total
    return total


PARTS = 12
"""Parts of a soak that are told one by one."""


def soak(page: Page, process: int, minutes: float) -> None:
    """Keys without a pause; memory of server, workers and page, and latency, by parts of the time.

    The first parts fill what is kept for states that a reader may come back to; it must be flat after that.
    """
    every = sliders(page)
    collector = page.context.new_cdp_session(page)
    began = time.monotonic()
    turn, rows = 0, list[tuple[int, float, float, float]]()
    print("second, moves, median ms, server and workers MB, page heap MB")
    for part in range(PARTS):
        taken: list[float] = []
        while time.monotonic() - began < (part + 1) * minutes * 60.0 / PARTS:
            # Two steps up and one down: a hand that wanders over states that it has not met.
            found = press(page, every[turn % len(every)], "ArrowLeft" if turn % 3 == 2 else "ArrowRight")
            turn += 1
            if found is not None:
                taken.append(found[WHOLE])
        collector.send("HeapProfiler.collectGarbage")
        heap = page.evaluate("performance.memory?.usedJSHeapSize ?? NaN") / 1e6
        rows.append((len(taken), statistics.median(taken), memory_of(process) / 1e6, heap))
        print(
            f"{time.monotonic() - began:.0f}, " + ", ".join(f"{value:.0f}" for value in rows[-1]), flush=True
        )
    third = PARTS // 3
    early, late = rows[third : 2 * third], rows[-third:]
    print(f"{sum(row[0] for row in rows)} moves in {minutes:g} minutes; last third against the one before:")
    # The charts' runtime lets go of rows by the thousand, so that the page's heap is a saw; its feet are what stays.
    for at, name, middle in (
        (1, "latency, ms", statistics.median),
        (2, "memory of server and workers, MB", statistics.median),
        (3, "least heap of the page, MB", min),
    ):
        before, after = (middle([row[at] for row in part]) for part in (early, late))
        print(f"  {name}: {before:.0f} to {after:.0f} ({after / before - 1.0:+.0%})")


def tabs(browser: Any, address: str, count: int) -> None:
    """Seconds until each of many pages that were opened at once has its refined picture."""
    began = time.monotonic()
    pages = [browser.new_page(viewport=VIEWPORT) for _ in range(count)]
    for i, page in enumerate(pages):
        page.goto(f"{address}#set.choice.obedience={0.01 * (i + 1):.2f}", wait_until="commit")
    first: list[float] = []
    for page in pages:
        page.wait_for_selector("body[data-painted]", timeout=600_000)
        first.append(time.monotonic() - began)
    taken: list[float] = []
    for page in pages:
        settled(page)
        taken.append(time.monotonic() - began)
    states = {page.evaluate("document.body.dataset.painted") for page in pages}
    print(
        f"{count} pages at once: a first picture on all after {max(first):.1f} s, refined on the first after "
        f"{min(taken):.1f} s, on the last after {max(taken):.1f} s; {len(states)} different states"
    )
    for page in pages:
        page.close()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenario", default="ukraine-2022")
    parser.add_argument("--moves", type=int, default=200)
    parser.add_argument("--refinements", type=int, default=8)
    parser.add_argument("--refined", type=int, default=20, help="moves at once from refined states")
    parser.add_argument("--comparisons", type=int, default=4, help="openings of the view of all policies")
    parser.add_argument("--soak", type=float, default=0.0, metavar="MINUTES")
    parser.add_argument("--tabs", type=int, default=0)
    asked = parser.parse_args()
    chromium = next(
        (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))),
        None,
    )
    if chromium is None:
        raise SystemExit("No Chromium on the path.")
    for name, fact in machine.facts().items():
        print(f"{name}: {fact}")
    with server(asked.scenario) as (address, process), sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport=VIEWPORT)
        print(f"First picture: {first_frame(page, address)}")
        settled(page)
        page.evaluate(WATCH)
        moves(page, 10)
        settled(page)
        hands = (
            ("a reader's hand", asked.moves, REST, False),
            ("a script's hand", asked.moves, 0.0, False),
            ("a script's hand from refined pictures", asked.refined, 0.0, True),
        )
        for whose, count, rest, refined in hands:
            if not count:
                continue
            found = moves(page, count, rest, refined)
            told = f"{whose}, {rest:g} s from focus to key"
            print(f"Key to painted band, {told}, {len(found)} moves across {len(sliders(page))} sliders, ms:")
            for stage in found[0]:
                taken = sorted(one[stage] for one in found if stage in one)
                at = taken[min(len(taken) - 1, round(0.95 * len(taken)))]
                middle = statistics.median(taken)
                print(f"  {stage}: median {middle:.0f}, 95 % within {at:.0f}, longest {taken[-1]:.0f}")
            settled(page)
        if asked.comparisons:
            first, *later = comparisons(page, asked.comparisons)
            print(f"Click to the table of all policies: {first:.0f} ms the first time", end="")
            print(f", then {statistics.median(later):.0f} ms in the middle" if later else "")
        if asked.refinements:
            full = refinements(page, asked.refinements)
            print(
                f"Key to the default run's error: median {statistics.median(full):.1f} s, longest {max(full):.1f} s"
            )
        if asked.soak:
            soak(page, process, asked.soak)
        if asked.tabs:
            tabs(browser, address, asked.tabs)
        browser.close()


if __name__ == "__main__":
    main()
