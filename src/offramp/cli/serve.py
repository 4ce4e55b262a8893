"""`offramp serve`: the explorer, a page on this machine with sliders."""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer(rich_markup_mode="markdown", add_completion=False)


@app.command(epilog="Example: `offramp serve minimal --no-browser`")
def serve(
    scenario: Annotated[str, typer.Argument(help="A shipped scenario or a file.")] = "ukraine-2022",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port to listen on.", show_default="any free one")
    ] = 0,
    host: Annotated[
        str, typer.Option(help="Address to listen on; any but this machine's own demands a token.")
    ] = "127.0.0.1",
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Print the address and open no browser.")
    ] = False,
    jobs: Annotated[
        int | None,
        typer.Option(min=1, max=256, help="Processes that simulate.", show_default="all processors"),
    ] = None,
) -> None:
    """Open the explorer: move a slider and see who leaves, at what cost, with what harm, and how sure it is.

    Runs until Ctrl-C. The first start on a machine compiles the model; the page says so and waits.
    """
    from offramp import load
    from offramp.show.explorer import serve as run_server

    run_server(
        load(scenario),
        host=host,
        port=port,
        browser=not no_browser,
        workers=jobs,
        say=lambda s: typer.echo(s),
    )
