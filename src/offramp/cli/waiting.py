"""What a person sees while a long run works: a bar with the time left, notices above it, a sentence after Ctrl-C."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console


@contextmanager
def stoppable() -> Generator[Any]:
    """Progress as `progress` of a run, None where nobody sees it; after Ctrl-C says what was kept and exits with 130."""
    from offramp.ensemble.run import Interrupted

    try:
        with _progress() as report:
            yield report
    except Interrupted as stopped:
        say(str(stopped))
        if stopped.running:
            # Python would wait at its end for the threads that still compute.
            os._exit(130)
        raise typer.Exit(130) from None


def say(sentence: str) -> None:
    """A sentence on the error stream."""
    typer.echo(f"offramp: {sentence}", err=True)


@contextmanager
def _progress() -> Generator[Any]:
    """A bar with the time left on the error stream, when that is a terminal; notices appear above it."""
    if not sys.stderr.isatty():
        with _notices(None):
            yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    # The clock runs on during a long draw.
    left = TextColumn("{task.fields[left]}")
    columns = TextColumn("draws"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), left
    with _notices(console), Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("draws", total=None, left="preparing")

        def report(done: int, draws: int, seconds: float | None) -> None:
            left = (
                "first draws (the first run on a machine compiles)"
                if seconds is None
                else _time_left(seconds)
            )
            bar.update(
                task, completed=done, total=draws, left=left if done < draws else "writing tables and report"
            )

        yield report


def _time_left(seconds: float) -> str:
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s left"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s left"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min left"


@contextmanager
def _notices(console: Console | None) -> Generator[None]:
    """Show what the run has to say, a sentence a line, on the error stream."""
    handler = _Notices(console)
    logger = logging.getLogger("offramp")
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)


class _Notices(logging.Handler):
    def __init__(self, console: Console | None) -> None:
        super().__init__()
        self._console = console

    def emit(self, record: logging.LogRecord) -> None:
        if self._console is None:
            say(record.getMessage())
        else:
            self._console.print(f"offramp: {record.getMessage()}", markup=False, highlight=False)
