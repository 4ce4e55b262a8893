"""What the command `offramp` does once its libraries are loaded: finds the verb, turns errors into sentences and codes."""

from __future__ import annotations

import importlib
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, Any, Final, NoReturn

import typer
from typer.core import TyperGroup

if TYPE_CHECKING:
    from offramp.errors import OfframpError

VERBS: Final = {
    "run": "offramp.cli.run",
    "serve": "offramp.cli.serve",
    "scenario": "offramp.cli.scenario",
    "evidence": "offramp.cli.evidence",
    "claims": "offramp.cli.claims",
}
"""Verb -> module whose `app` answers it. Modules import nothing heavy at their top."""

FAILED, WRONG_INPUT, INTERRUPTED = 1, 2, 130


class _Verbs(TyperGroup):
    """Loads a verb when it is asked for, and turns errors into sentences and exit codes."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(VERBS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in VERBS:
            return None
        command = typer.main.get_command(importlib.import_module(VERBS[cmd_name]).app)
        command.name = cmd_name
        # A verb is an application of its own to typer, which would offer to install completion for each.
        command.params = [each for each in command.params if not str(each.name).endswith("_completion")]
        return command

    def invoke(self, ctx: Any) -> Any:
        from offramp.errors import OfframpError

        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except (BrokenPipeError, SystemExit) as error:
            # rich turns a broken pipe into an exit of its own
            if not any(isinstance(one, BrokenPipeError) for one in _behind(error)):
                raise
            _close_quietly()
            raise typer.Exit(0) from None
        except OfframpError as error:
            raise typer.Exit(tell(error)) from None
        return result


app = typer.Typer(
    cls=_Verbs,
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    help="An open laboratory for exit policies in war: who would leave, by which route, at what cost, "
    "and who is harmed. Populations only; a result without its uncertainty is not shown.",
    epilog="Example: `offramp run ukraine-2022`",
)


def _print_version(wanted: bool) -> None:
    if wanted:
        from offramp import __version__

        typer.echo(f"offramp {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


def tell(error: OfframpError) -> int:
    """Say what is wrong on the error stream; the exit code."""
    from offramp.errors import InputError

    if not isinstance(error, InputError):
        typer.echo(f"offramp: {error}", err=True)
        return FAILED
    count = len(error.problems)
    typer.echo("offramp: the input is wrong" + (f", {count} problems:" if count > 1 else ":"), err=True)
    for problem in error.problems:
        typer.echo(f"  {problem}", err=True)
    return WRONG_INPUT


def _behind(error: BaseException) -> Iterator[BaseException]:
    """The error and what it was raised from."""
    here: BaseException | None = error
    while here is not None:
        yield here
        here = here.__cause__ or here.__context__


def _close_quietly() -> None:
    """Whoever read our output has left: there is nobody to tell."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def program(on_interrupt: Any) -> None:
    """Run the command line as given in sys.argv. on_interrupt: what SIGINT does from here on, as `signal.signal` takes it."""
    sys.unraisablehook = _raised_where_nobody_listens
    if sys.stdout is None:  # closed by the caller: nobody listens
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 (as long as the process)
    try:
        signal.signal(signal.SIGINT, on_interrupt)
        try:
            typer.main.get_command(app)(prog_name="offramp")
        finally:
            # What is left is Python's own end.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
    except KeyboardInterrupt:
        _stop()
    except Exception as error:
        # Ctrl-C while a library is loaded: some tell it as a failure to load
        if any(isinstance(one, KeyboardInterrupt) for one in _behind(error)):
            _stop()
        if isinstance(error, OSError) and error.filename is None:
            _close_quietly()
            typer.echo(f"offramp: the output cannot be written: {error.strerror}.", err=True)
            sys.exit(FAILED)
        if os.environ.get("OFFRAMP_DEBUG"):
            raise
        typer.echo(
            f"offramp: something went wrong that should not ({type(error).__name__}: {error}). "
            "Please report it; with OFFRAMP_DEBUG=1 the same command shows where.",
            err=True,
        )
        sys.exit(FAILED)


def _stop() -> NoReturn:
    """End at once: Python would wait for threads that compute, and tell of a second Ctrl-C in its own words."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(OSError):
        sys.stdout.flush()
    os._exit(INTERRUPTED)


def _raised_where_nobody_listens(what: sys.UnraisableHookArgs) -> None:
    """Ctrl-C in a callback of a library would be printed and forgotten: it is sent once more."""
    if isinstance(what.exc_value, KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)
    else:
        sys.__unraisablehook__(what)
