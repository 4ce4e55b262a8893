"""Runs that are stopped, by Ctrl-C or for want of memory: what is done is kept, and the same call goes on."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from offramp.ensemble import filling
from offramp.ensemble.results import Results
from offramp.ensemble.run import Interrupted
from offramp.errors import OfframpError, Stopped
from offramp.scenario.tables import Scenario
from tests.ensemble import fake_engine
from tests.ensemble.conftest import Runner, assert_equal


@pytest.fixture
def reference(run_fake: Runner, tmp_path: Path) -> Path:
    return run_fake(tmp_path / "reference", jobs=1, chunk=1).out


class StopsAfter(Executor):
    """Computes on the spot, and presses Ctrl-C in place of the n-th task."""

    def __init__(self, tasks: int, error: BaseException | None = None) -> None:
        self.left = tasks
        self.error = error or KeyboardInterrupt()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        if not self.left:
            raise self.error
        self.left -= 1
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


def test_ctrl_c_keeps_what_is_done_and_the_same_call_goes_on(
    run_fake: Runner, tmp_path: Path, reference: Path
) -> None:
    out = tmp_path / "r"
    with pytest.raises(Interrupted, match="Stopped with 14 of 24 draws done") as caught:
        run_fake(out, executor=StopsAfter(7), chunk=2)
    assert (caught.value.done, caught.value.draws, caught.value.out) == (14, 24, out)
    assert not (out / "manifest.json").exists()
    with pytest.raises(OfframpError, match="no finished run"):
        Results.open(out)
    results = run_fake(out, chunk=5)
    assert results.new_draws == 10
    assert_equal(results.out, reference)


def press_ctrl_c() -> None:
    signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)


@dataclass(frozen=True)
class Endless:
    """An engine whose draws from the fifth on end only when somebody lets them."""

    model: fake_engine.FakeModel
    released: threading.Event

    def __getattr__(self, name: str) -> Any:
        return getattr(self.model, name)

    def run_draw(self, draw: int, *rest: Any) -> Any:
        if draw >= 4:
            if draw == 4:
                threading.Timer(0.1, press_ctrl_c).start()
            assert self.released.wait(60)
        return self.model.run_draw(draw, *rest)


@pytest.mark.parametrize("again", [False, True])
def test_ctrl_c_within_a_long_draw_does_not_wait_for_it(
    run_fake: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, again: bool, reference: Path
) -> None:
    """A draw that is deaf to the flag: after the grace, or a second Ctrl-C, nobody waits for it."""
    monkeypatch.setattr(filling, "GRACE_SECONDS", 60.0 if again else 0.2)
    released = threading.Event()
    if again:
        threading.Timer(1.5, press_ctrl_c).start()

    def prepare(scenario: Scenario, *, soldiers: int, seed: int) -> Any:
        return Endless(fake_engine.prepare(scenario, soldiers=soldiers, seed=seed), released)

    out = tmp_path / "r"
    try:
        with pytest.raises(Interrupted, match="Stopped with 4 of 24 draws done") as caught:
            run_fake(out, prepare=prepare, chunk=1)
        assert caught.value.running
    finally:
        released.set()
    results = run_fake(out)
    assert results.new_draws == 20
    assert_equal(results.out, reference)


@dataclass(frozen=True)
class Obedient:
    """An engine whose draws from the fifth on end only when the flag is up, within the draw."""

    model: fake_engine.FakeModel

    def __getattr__(self, name: str) -> Any:
        return getattr(self.model, name)

    def run_draw(self, draw: int, values: Any, policies: Any, stop: Any) -> Any:
        if draw == 4:
            threading.Timer(0.1, press_ctrl_c).start()
        end = time.monotonic() + 60.0
        while draw >= 4 and not stop[0]:
            assert time.monotonic() < end
            time.sleep(0.005)
        if draw >= 4:
            raise Stopped("given up")
        return self.model.run_draw(draw, values, policies, stop)


def test_ctrl_c_gives_up_the_draw_that_is_under_way(
    run_fake: Runner, tmp_path: Path, reference: Path
) -> None:
    def prepare(scenario: Scenario, *, soldiers: int, seed: int) -> Any:
        return Obedient(fake_engine.prepare(scenario, soldiers=soldiers, seed=seed))

    out = tmp_path / "r"
    with pytest.raises(Interrupted, match="Stopped with 4 of 24 draws done") as caught:
        run_fake(out, prepare=prepare, chunk=3)
    assert not caught.value.running
    assert_equal(run_fake(out).out, reference)


def test_memory_that_runs_out_is_told(run_fake: Runner, tmp_path: Path) -> None:
    with pytest.raises(OfframpError, match=r"memory of the machine ran out\. 6 of 24 draws are kept"):
        run_fake(tmp_path / "r", executor=StopsAfter(3, MemoryError()), chunk=2)
