"""Open a socket, say where, and serve until Ctrl-C."""

from __future__ import annotations

import signal
import socket
import threading
import webbrowser
from collections.abc import Callable
from contextlib import suppress
from errno import EACCES, EADDRINUSE
from typing import Any, Final

from offramp.errors import InputError, Problem
from offramp.scenario.tables import Scenario
from offramp.show.explorer.addresses import LOOPBACK, names_of, shown
from offramp.show.explorer.guard import Guard, new_token

_ADDRESS: Final = "Give an address of this machine, or leave it out"


def serve(
    scenario: Scenario,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    browser: bool = True,
    workers: int | None = None,
    say: Callable[[str], None] = print,
) -> None:
    """Serve the explorer of a scenario until Ctrl-C.

    host: an address of this machine; any but a loopback one demands a token, which is part of the printed
    address. port: 0 for any free one. browser: open the page. workers: processes that simulate, all
    processors when None. say: told the address. Raises InputError when the address cannot be had.
    """
    bound = _bound(host, port)
    taken = int(bound.getsockname()[1])
    token = "" if host in LOOPBACK else new_token()
    here, *others = [f"http://{name}/" + (f"?token={token}" if token else "") for name in shown(host, taken)]
    if token:
        say(
            "This server can be reached from other machines. Whoever has the token in the address may use it."
        )
        say("The connection is not encrypted: use it in a network that you trust.")
    for address in others:
        say(f"From other machines: {address}")
    say(f"Explorer: {here}")
    server = _server(scenario, names_of(host, taken), token, workers)
    if browser:
        threading.Timer(0.5, webbrowser.open, (here,)).start()
    # Who is told to end, as by a service manager, ends as with Ctrl-C: workers and what they share are given back.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt):  # how it is meant to end
        server.run(sockets=[bound])


def _server(scenario: Scenario, hosts: frozenset[str], token: str, workers: int | None) -> Any:
    # Most of a second to import.
    import logging

    import uvicorn

    from offramp.scenario import shipped
    from offramp.show.explorer.app import application
    from offramp.show.explorer.asked import Explorer
    from offramp.show.explorer.base import Base
    from offramp.show.explorer.batch import collect_seldom
    from offramp.show.explorer.connections import NotAtTheEnd, PromptProtocol
    from offramp.show.explorer.desk import Desk
    from offramp.show.explorer.full_runs import FullRuns

    key = scenario.name if scenario.name in shipped() else scenario.hash
    explorer = Explorer(Base.of(key, scenario), Desk(workers), FullRuns())
    collect_seldom()
    config = uvicorn.Config(
        Guard(application(explorer), hosts, token),
        log_level="error", access_log=False, server_header=False, limit_concurrency=200, backlog=128,
        timeout_keep_alive=30, timeout_graceful_shutdown=2, ws="none", http=PromptProtocol, loop="asyncio",
    )  # fmt: skip
    logging.getLogger("uvicorn.error").addFilter(
        NotAtTheEnd()
    )  # after the configuration, which makes the logger anew
    return uvicorn.Server(config)


def _bound(host: str, port: int) -> socket.socket:
    if not host.strip():  # the system would take it for every address that there is
        raise InputError([Problem("--host", "is empty", _ADDRESS)])
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named as TCP, or asyncio leaves Nagle's algorithm on, and the body of an answer waits 40 ms for the browser's word that
    # it has the head.
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
        # From here on a browser that is early waits; until the server accepts, the system keeps it in line.
        bound.listen(128)
    except (OSError, OverflowError, TypeError) as error:  # the last for what can be no host's name
        bound.close()
        reason = getattr(error, "strerror", None) or str(error)
        what = f"cannot be had: {reason}"
        if isinstance(error, OverflowError) or getattr(error, "errno", 0) in (EADDRINUSE, EACCES):
            problem = Problem("--port", f"{port} {what}", "Choose another port, or leave it out")
        else:
            problem = Problem("--host", f"{host} {what}", _ADDRESS)
        raise InputError([problem]) from None
    return bound
