"""Steps of a slider: each is a number of its own, in the field and for the ear, on every slider of every shipped scenario."""

from __future__ import annotations

import math

import pytest
from playwright.sync_api import Browser

from benchmarks import explorer as benchmark
from offramp.scenario import load, loads, shipped, template
from offramp.show.explorer.base import Base
from tests.show.explorer.server import Server
from tests.show.explorer.visitor import visit

pytestmark = pytest.mark.slow

# Of every handle: the steps that its numbers are read back as, the numbers, what the field shows, what is said.
WALK = """async (handles) => {
  const { STEPS, digits, fieldText, fromStep, toStep } = await import("/static/steps.js");
  const { withUnit } = await import("/static/words.js");
  return handles.map((handle) => {
    const numbers = Array.from({ length: STEPS + 1 }, (_, step) => fromStep(handle, step));
    return [numbers.map((number) => toStep(handle, number)), numbers, numbers.map((number) => fieldText(handle, number)),
      numbers.map((number) => withUnit(number, handle.unit, digits(handle, number, 3)))];
  });
}"""


def test_every_step_is_a_number_of_its_own(browser: Browser, served: Server) -> None:
    scenarios = [*map(load, shipped()), loads(template(), "template")]
    handles = [h for each in scenarios for h in Base.of("", each).handles.values() if h.scale != "choice"]
    page = browser.new_page()
    page.goto(served.address)
    asked = [{"low": h.low, "high": h.high, "scale": h.scale, "unit": h.unit} for h in handles]
    walked = page.evaluate(WALK, asked)
    page.close()
    assert len(walked) == len(handles) > 500
    for handle, (back, numbers, shown, said) in zip(handles, walked, strict=True):
        assert back == list(range(201)), handle.path
        assert all(handle.least <= number <= handle.most for number in numbers), handle.path
        assert len(set(shown)) == len(set(said)) == 201, handle.path
        assert all(
            math.isclose(float(text), number, rel_tol=1e-12)
            for text, number in zip(shown, numbers, strict=True)
        ), handle.path


def test_the_benchmark_measures_every_slider(browser: Browser, served: Server) -> None:
    """A key at a slider is a picture; at the end of one, or to what does not go together, it is told to be none."""
    page, _ = visit(browser, served, "policy=cash+and+asylum")
    page.evaluate(benchmark.WATCH)
    every = benchmark.sliders(page)
    taken = [benchmark.press(page, slider, "ArrowRight") for slider in every]
    assert sum(one is not None for one in taken) >= 0.8 * len(every) > 10
    assert all(one[benchmark.WHOLE] > 0.0 for one in taken if one is not None)
    every[0].press("End")
    assert benchmark.press(page, every[0], "ArrowRight") is None
    page.close()
