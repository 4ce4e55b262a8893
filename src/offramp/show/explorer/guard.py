"""Who may ask: the page of this server and nobody else; how much; and what a browser may do with the answer.

A page of another site can make a browser send requests here, and can have its own name point to this machine
(DNS rebinding). So every request must name this server as its host, come from no other origin, and, where the
server can be reached from outside, bear a token.
"""

from __future__ import annotations

import asyncio
import hmac
import secrets
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qs, urlencode

from offramp.scenario.source import MAX_BYTES
from offramp.show.explorer.addresses import spelled, with_port
from offramp.show.explorer.refusals import refusal

Receive = Any
Send = Any
Scope = dict[str, Any]

BODY_MOST: Final = 2 * MAX_BYTES + 100_000
"""A scenario file as JSON text, escapes included, beside the state of a page."""

BODY_SECONDS: Final = 30.0
"""In which a body must have come."""

REFUSED_SECONDS: Final = 5.0
"""For which the rest of a refused body is taken in: who still sends when the answer comes never reads it."""

RATE_MOST: Final = 1_200
RATE_SECONDS: Final = 10.0
"""Requests in so many seconds: twenty pages under busy hands."""

COOKIE: Final = "offramp_token"
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; "
    "font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
)


@dataclass
class Guard:
    """An ASGI application around another. hosts: names by which this server is reached, with the port; the address
    that a connection has reached is one of them always: no foreign name can stand for it.

    token: what a visitor must bear, "" for none.
    """

    app: Any
    hosts: frozenset[str]
    token: str = ""
    _times: tuple[deque[float], deque[float]] = field(
        default_factory=lambda: (deque[float](), deque[float]())
    )
    """When strangers asked, and when those did who may: a flood of the former takes nothing from the latter."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            return  # the page opens no sockets
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        bears = not self.token or self._bears_token(scope, headers)
        brings = not bears and self._brings_token(scope)
        refused = self._refusal(scope, headers)
        if refused is None and self._too_many(known=bears or brings):
            refused = 429, "Too many requests; wait a few seconds."
        if refused is None and brings:
            await self._admit(scope, send)
            return
        if refused is None and not bears:
            refused = 401, "This server asks for a token. Open the whole address that it printed."
        if refused is not None:
            if "expect" not in headers:  # who does sends nothing that is not asked for
                await _taken_in(receive)
            answer = refusal(*refused, headers.get("accept", ""))
            await answer(scope, receive, _with_headers(send, ""))
            return
        await self.app(scope, _bounded(receive), _with_headers(send, scope["path"]))

    def _refusal(self, scope: Scope, headers: dict[str, str]) -> tuple[int, str] | None:
        hosts = self.hosts | {spelled(*scope["server"])}
        if with_port(headers.get("host", "")) not in hosts:
            return 421, "This server answers under its own address only. Open the address that it printed."
        scheme, _, origin = headers.get("origin", "").rpartition("//")
        own = "origin" not in headers or (scheme == "http:" and with_port(origin) in hosts)
        if not own or headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            # Following a link to the page from elsewhere is allowed; anything that reads or acts is not.
            visit = (
                scope["path"] == "/"
                and scope["method"] == "GET"
                and headers.get("sec-fetch-mode") == "navigate"
            )
            if not visit:
                return 403, "Requests from other sites are refused."
        if scope["method"] not in ("GET", "HEAD"):
            if scope["method"] != "POST" or headers.get("content-type", "") != "application/json":
                return 415, "Only JSON is taken."
            length = headers.get("content-length", "")
            if not length.isdigit():
                return 411, "The length of the request must be stated."
            if int(length) > BODY_MOST:
                return (
                    413,
                    f"The request is too large; a scenario file has at most {MAX_BYTES // 1_000_000} MB.",
                )
        return None

    def _too_many(self, *, known: bool) -> bool:
        times, now = self._times[known], time.monotonic()
        while times and now - times[0] > RATE_SECONDS:
            times.popleft()
        if len(times) >= RATE_MOST:
            return True
        times.append(now)
        return False

    def _bears_token(self, scope: Scope, headers: dict[str, str]) -> bool:
        # Other servers of this machine share the cookies, whatever they put there; a name apart keeps two of ours apart.
        given = (each.strip().partition("=") for each in headers.get("cookie", "").split(";"))
        return any(name == _cookie(scope) and self._is_token(value) for name, _, value in given)

    def _brings_token(self, scope: Scope) -> bool:
        given = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0]
        return self._is_token(given)

    def _is_token(self, given: str) -> bool:
        return hmac.compare_digest(given.encode("utf-8", "replace"), self.token.encode())

    async def _admit(self, scope: Scope, send: Send) -> None:
        """A visitor who brings the token in the address gets it as a cookie, and the address without it."""
        query = parse_qs(scope["query_string"].decode("latin-1"))
        query.pop("token")
        rest = urlencode(query, doseq=True)
        place = "/" + (f"?{rest}" if rest else "")
        headers = [
            (b"location", place.encode("latin-1")),
            (b"set-cookie", f"{_cookie(scope)}={self.token}; HttpOnly; SameSite=Strict; Path=/".encode()),
            (b"cache-control", b"no-store"),
        ]
        answer = _with_headers(send, "")
        await answer({"type": "http.response.start", "status": 303, "headers": headers})
        await answer({"type": "http.response.body", "body": b""})


def new_token() -> str:
    """A token that nobody guesses."""
    return secrets.token_urlsafe(24)


def _bounded(receive: Receive) -> Receive:
    """A body that is longer than it said, or too slow, is cut off."""
    taken = 0
    until = time.monotonic() + BODY_SECONDS
    whole = False

    async def bounded() -> Any:
        nonlocal taken, whole
        if whole:
            return await receive()
        try:
            message = await asyncio.wait_for(receive(), until - time.monotonic())
        except TimeoutError:
            return {"type": "http.disconnect"}
        taken += len(message.get("body", b""))
        whole = not message.get("more_body", False)
        return message if taken <= BODY_MOST else {"type": "http.disconnect"}

    return bounded


async def _taken_in(receive: Receive) -> None:
    """Wait for the end of a body, not for ever, and keep nothing of it."""
    with suppress(TimeoutError):
        async with asyncio.timeout(REFUSED_SECONDS):
            while (await receive()).get("more_body", False):
                pass


def _cookie(scope: Scope) -> str:
    """Name of the cookie that holds the token of the server at the port that was reached."""
    return f"{COOKIE}_{scope['server'][1]}"


def _with_headers(send: Send, path: str) -> Send:
    async def sending(message: Any) -> None:
        if message["type"] == "http.response.start":
            # A report brings its own, stricter policy for its one inline script; ours would forbid it.
            report = path.endswith("/report.html") and message["status"] == 200
            policy = [] if report else [(b"content-security-policy", POLICY.encode())]
            message = {**message, "headers": [*message["headers"], *HEADERS, *policy]}
        await send(message)

    return sending
