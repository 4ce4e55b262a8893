"""Runs in full: a queue of whole ensembles in the background, one at a time, each in a process of its own.

A run writes the same results folder as `offramp run`; what is done of a cancelled one stays, and the same run
goes on from there. The list is kept beside the folders, for the next server.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from time import monotonic
from typing import Any, Final, Literal

from offramp.errors import OfframpError
from offramp.scenario.tables import Scenario
from offramp.show.explorer import run_list

Status = Literal["queued", "running", "cancelling", "done", "cancelled", "failed"]

QUEUE_MOST: Final = 8
TOLD_MOST: Final = 30
STOP_MOST: Final = 10.0
"""Seconds that a run has to stop; then its process is ended, which loses at most one chunk."""
KEEP_EVERY: Final = 2.0
"""Seconds after which the list on disk tells anew how far a run is, should the server be killed."""
ACTIVE: Final = ("queued", "running", "cancelling")


@dataclass
class FullRun:
    """One run: what was asked for and how far it is. scenario: None for one of an earlier server, or of the command
    line; the latter, `elsewhere`, is found again in its folder.
    """

    id: int
    title: str
    scenario: Scenario | None
    draws: int
    link: str
    status: Status = "queued"
    done: int = 0
    seconds_left: float | None = None
    sentence: str = ""
    out: Path | None = None
    began: float = 0.0
    total: int = 0
    """Draws in all, those of prior sets and experiments among them; 0 until the run tells."""
    elsewhere: bool = False
    stop: threading.Event = field(default_factory=threading.Event)

    def told(self) -> dict[str, Any]:
        """What a page shows of it."""
        return {
            "id": self.id,
            "title": self.title,
            "draws": self.draws,
            "done": self.done,
            "total": self.total or self.draws,
            "status": self.status,
            "seconds_left": self.seconds_left,
            "sentence": self.sentence,
            "out": None if self.out is None else str(self.out),
            "link": self.link,
            "report": f"/runs/{self.id}/report.html" if self.status == "done" and self.out else None,
        }


class FullRuns:
    """The queue. Its methods may be called from any thread."""

    def __init__(self, results: Path = Path("results")) -> None:
        """results: where results folders are, with the list of an earlier server."""
        self._lock = threading.Condition()
        self.results = results
        self._runs = _earlier(results)
        self._closed = False
        self._thread: threading.Thread | None = None

    def all(self) -> list[FullRun]:
        """Every run that is told of, the newest last."""
        with self._lock:
            return list(self._runs)

    def get(self, id: int) -> FullRun | None:
        """The run of this number."""
        return next((run for run in self.all() if run.id == id), None)

    def add(self, title: str, scenario: Scenario, draws: int, link: str) -> FullRun:
        """Queue a run; one that waits, runs or is done already is not done again. Raises OfframpError when the queue
        is full.
        """
        with self._lock:
            same = next((run for run in self._runs if _same(run, scenario, draws)), None)
            if same is not None:
                return same
            if sum(run.status in ACTIVE for run in self._runs) >= QUEUE_MOST:
                raise OfframpError(
                    f"{QUEUE_MOST} runs are waiting or running; cancel one, or wait for its end."
                )
            run = FullRun(max((run.id for run in self._runs), default=0) + 1, title, scenario, draws, link)
            self._runs.append(run)
            ended = [each for each in self._runs if each.status not in ACTIVE]
            for old in ended[: max(0, len(self._runs) - TOLD_MOST)]:
                self._runs.remove(old)
            self._keep()
            if self._thread is None:
                self._thread = threading.Thread(target=self._work_off, name="full-runs", daemon=True)
                self._thread.start()
            self._lock.notify()
            return run

    def cancel(self, id: int) -> bool:
        """Cancel a run that waits or runs; what is done of it is kept. False when there is none such."""
        run = self.get(id)
        if run is None or run.status not in ACTIVE:
            return False
        with self._lock:
            run.status = "cancelled" if run.status == "queued" else "cancelling"
            if run.status == "cancelled":
                run.sentence = "Cancelled before it began."
                self._keep()
        run.stop.set()
        return True

    def close(self) -> None:
        """Cancel everything and wait for the process that runs."""
        with self._lock:
            self._closed = True
            self._lock.notify()
        for run in self.all():
            self.cancel(run.id)
        if self._thread is not None:
            self._thread.join(timeout=15.0)

    def _work_off(self) -> None:
        while True:
            with self._lock:
                while not self._closed and not any(run.status == "queued" for run in self._runs):
                    self._lock.wait()
                run = next((run for run in self._runs if run.status == "queued"), None)
                if run is None:
                    return
                run.status, run.began = "running", monotonic()
            try:
                end = _follow(run, self._keep)
            except Exception as error:
                end = "failed", f"The run failed: {error}", None
            with self._lock:
                run.status, run.sentence, run.out = end
                for other in self._runs:  # fewer or more draws of the same go into the same folder
                    if other is not run and other.out == run.out is not None and other.status == "done":
                        now = f"Its folder and report hold those of a later run now, of {run.draws:,}."
                        other.sentence = f"{other.draws:,} draws. {now}"
                self._keep()

    def _keep(self) -> None:
        """Write the list down. A disk that is full must not end the queue: the list is then told of here alone."""
        with self._lock, suppress(OSError, OfframpError):
            run_list.keep(self.results, [run.told() for run in self._runs if not run.elsewhere])


def _same(run: FullRun, scenario: Scenario, draws: int) -> bool:
    """Whether a run is what is asked for, and nothing has ended or taken away what comes of it."""
    if run.scenario is None or run.draws != draws:
        return False
    alike = (run.scenario.name, run.scenario.hash) == (scenario.name, scenario.hash)
    there = run.status in ("queued", "running") or (
        run.status == "done" and run.out is not None and run.out.is_dir()
    )
    return alike and there


def _earlier(results: Path) -> list[FullRun]:
    """Runs of earlier servers, and of the command line, numbered anew."""
    runs: list[FullRun] = []
    for row in run_list.kept(results)[-TOLD_MOST:]:
        run = FullRun(len(runs) + 1, row["title"], None, row["draws"], row["link"], done=row["done"])
        run.total = max(row["total"], run.done)
        run.status, run.sentence, run.out = row["status"], row["sentence"], row["out"]
        if run.status not in ("done", "cancelled", "failed"):
            run.status, run.sentence = (
                "cancelled",
                "The server was stopped before its end; run it again to go on.",
            )
        elif run.status == "done" and run.out is None:
            run.sentence = "Its folder is not there any more."
        runs.append(run)
    known = {run.out.name for run in runs if run.out is not None}
    for folder, title, draws in run_list.finished(results, TOLD_MOST):
        if folder.name not in known:
            sentence = f"{draws:,} draws, from the command line."
            runs.append(
                FullRun(
                    len(runs) + 1,
                    title,
                    None,
                    draws,
                    "",
                    "done",
                    draws,
                    None,
                    sentence,
                    folder,
                    elsewhere=True,
                )
            )
    return runs


def _follow(run: FullRun, keep: Callable[[], None]) -> tuple[Status, str, Path | None]:
    """Have a run done by a process and take down how far it is, which `keep` writes; how it ended, in a word and a
    sentence, and its folder.
    """
    assert run.scenario is not None
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_run, args=(theirs, run.scenario, run.draws), daemon=False)
    process.start()
    theirs.close()
    asked: float | None = None
    written = monotonic()
    end: tuple[Status, str, Path | None]
    try:
        while True:
            if run.stop.is_set() and asked is None:
                asked = monotonic()
                ours.send("stop")
            if not ours.poll(0.1):
                if asked is not None and monotonic() > asked + STOP_MOST:
                    process.kill()
                    sentence = (
                        "Its process hung and was ended; what is done is kept. Running it again goes on."
                    )
                    end = "cancelled", sentence, None
                    break
                continue
            kind, *told = ours.recv()
            if kind == "progress":
                run.done, run.total, run.seconds_left = told
                if monotonic() > written + KEEP_EVERY:
                    keep()
                    written = monotonic()
            else:
                end = kind, told[0], None if told[1] is None else Path(told[1])
                break
    except (EOFError, OSError):
        sentence = "The process of the run ended unexpectedly; what is done is kept. Start it again to go on."
        end = "failed", sentence, None
    process.join(timeout=10.0)
    if process.is_alive():
        process.kill()
    return end


def _run(told: Connection, scenario: Scenario, draws: int) -> None:
    """In the process: run, report progress, write the report. Hands at the page have precedence."""
    import _thread
    import signal

    from offramp.ensemble.run import Interrupted, run
    from offramp.show.report import write_report

    os.nice(10)
    # Ctrl-C of the terminal is the server's business; a stop comes through the pipe.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    begun = threading.Event()

    def listen() -> None:
        with suppress(EOFError, OSError):
            told.recv()
        begun.wait()
        _thread.interrupt_main()

    def tell(*what: object) -> None:
        with suppress(OSError):  # a server that was killed hears no more of it, and the run ends
            told.send(what)

    def progress(done: int, total: int, seconds: float | None) -> None:
        tell("progress", done, total, seconds)

    threading.Thread(target=listen, daemon=True).start()
    try:
        begun.set()
        results = run(scenario, draws=draws, progress=progress)
        write_report(results)
        tell("done", f"{draws:,} draws, with a report.", str(results.out))
    except (Interrupted, KeyboardInterrupt) as stopped:
        sentence = str(stopped) or "Cancelled."
        out = str(stopped.out) if isinstance(stopped, Interrupted) else None
        tell("cancelled", sentence.replace("The same command goes on", "Running it again goes on"), out)
    except OfframpError as error:
        tell("failed", _failure(error), None)


def _failure(error: OfframpError) -> str:
    """Why a run failed, for who sits at the page: there is no --out to choose another folder with."""
    if isinstance(error.__cause__, OSError):
        reason = error.__cause__.strerror or type(error.__cause__).__name__
        return (
            f"Its results cannot be written: {reason}. Make room, or put the folder back, then run it again."
        )
    return str(error).replace(", or choose another folder with --out", "")
