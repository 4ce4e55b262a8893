"""Connections on which nothing comes, bodies that are too large, addresses that lead nowhere, failures on the terminal."""

from __future__ import annotations

import asyncio
import http.client
import json
import logging
import socket
import time
import urllib.request
from contextlib import suppress

import pytest
from starlette.requests import Request

from offramp.show.explorer import app
from offramp.show.explorer.connections import HEAD_SECONDS, NotAtTheEnd
from offramp.show.explorer.guard import BODY_MOST
from tests.show.explorer.server import Server

MORE_THAN_ARE_SERVED = 210


@pytest.mark.slow
def test_connections_without_a_request_leave_place_for_others(served: Server) -> None:
    """Silent ones, and those that send a head line by line without an end."""
    sockets = [
        socket.create_connection(("127.0.0.1", served.port), timeout=30) for _ in range(MORE_THAN_ARE_SERVED)
    ]
    began = time.monotonic()
    while time.monotonic() - began < HEAD_SECONDS - 1.0:
        for one in sockets[::3]:
            one.send(b"GET / HTTP/1.1\r\n" if time.monotonic() - began < 0.5 else b"x-more: x\r\n")
        time.sleep(1.0)
    for one in sockets:
        with suppress(ConnectionResetError):  # closed while a line was on its way
            assert one.recv(1) == b""
        one.close()
    assert time.monotonic() - began < HEAD_SECONDS + 5.0
    assert served.ask("api/status")[0] == 200


@pytest.mark.slow
def test_a_connection_that_is_used_stays_open_between_requests(served: Server) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=30)
    connection.connect()
    kept = connection.sock
    for pause in (HEAD_SECONDS + 1.0, 0.0):
        connection.request("GET", "/api/status")
        answer = connection.getresponse()
        assert answer.status == 200
        answer.read()
        time.sleep(pause)
    assert connection.sock is kept
    connection.close()


@pytest.mark.slow
def test_a_body_that_is_too_large_gets_a_sentence(served: Server) -> None:
    body = b'{"text":"' + b"a" * BODY_MOST + b'"}'
    request = urllib.request.Request(f"{served.address}api/open", body, {"content-type": "application/json"})
    with pytest.raises(urllib.error.HTTPError, match="413") as refused:
        urllib.request.urlopen(request, timeout=30)
    assert "too large" in json.loads(refused.value.read())["error"]


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/nowhere", "/static/no.such", "/runs/99/report.html", "/api/frame"])
def test_what_is_not_there_is_a_page_for_a_browser(served: Server, path: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=30)
    for accept, media in (("text/html,*/*;q=0.8", "text/html"), ("*/*", "application/json")):
        connection.request("GET", path, headers={"accept": accept})
        answer = connection.getresponse()
        assert answer.status == 404
        assert answer.headers["content-type"].startswith(media)
        assert b"There is no" in answer.read()
    connection.close()


@pytest.mark.parametrize("debug", ["", "1"])
def test_an_unexpected_failure_is_told_on_the_terminal(
    debug: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OFFRAMP_DEBUG", debug)

    async def broken(*_: object) -> None:
        raise KeyError("a column")

    request = Request(
        {
            "type": "http",
            "path": "/api/frame",
            "headers": [],
            "server": ("127.0.0.1", 80),
            "query_string": b"",
        }
    )
    answer = asyncio.run(app.told(broken, None, request))  # pyright: ignore[reportArgumentType]
    told = capsys.readouterr().err
    assert answer.status_code == 500
    assert "/api/frame: Something went wrong that should not (KeyError: 'a column')" in told
    assert ("OFFRAMP_DEBUG=1" in told) != bool(debug)
    assert ("Traceback" in told) == bool(debug)


def test_what_ctrl_c_interrupts_is_not_told_and_all_else_is() -> None:
    def record(words: str, error: BaseException | None) -> logging.LogRecord:
        info = None if error is None else (type(error), error, None)
        return logging.LogRecord("uvicorn.error", logging.ERROR, "", 0, words, (), info)

    end = NotAtTheEnd()
    assert not end.filter(record("Exception in ASGI application", asyncio.CancelledError()))
    assert not end.filter(record("Exception in ASGI application", KeyboardInterrupt()))
    assert not end.filter(record("Cancel 1 running task(s), timeout graceful shutdown exceeded", None))
    assert end.filter(record("Exception in ASGI application", ValueError()))
    assert end.filter(record("Application startup failed. Exiting.", None))
