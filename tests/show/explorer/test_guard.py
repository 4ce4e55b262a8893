"""Who may ask: hosts, origins, sizes, rates and tokens, tried on the guard alone."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from offramp.show.explorer.addresses import names_of, shown
from offramp.show.explorer.guard import BODY_MOST, COOKIE, RATE_MOST, Guard, new_token

HOST = "127.0.0.1:8000"
KEPT = f"{COOKIE}_8000"
JSON = {"content-type": "application/json", "content-length": "2"}


async def _inner(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"inside"})


def ask(
    guard: Guard,
    headers: dict[str, str],
    method: str = "GET",
    path: str = "/api/status",
    query: str = "",
    reached: tuple[str, int] = ("127.0.0.1", 8000),
) -> tuple[int, dict[str, str], bytes]:
    sent: list[Any] = []
    scope = {
        "type": "http",
        "server": reached,
        "method": method,
        "path": path,
        "query_string": query.encode(),
        "headers": [(k.encode(), v.encode()) for k, v in headers.items()],
    }

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(guard(scope, receive, send))
    told = {k.decode(): v.decode() for k, v in sent[0]["headers"]}
    return sent[0]["status"], told, sent[1]["body"]


@pytest.fixture
def guard() -> Guard:
    return Guard(_inner, names_of("127.0.0.1", 8000))


def test_the_page_itself_gets_in_under_a_strict_policy(guard: Guard) -> None:
    status, headers, body = ask(
        guard, {"host": HOST, "origin": f"http://{HOST}", "sec-fetch-site": "same-origin"}
    )
    assert (status, body) == (200, b"inside")
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 421),
        ({"host": "attacker.example"}, 421),
        ({"host": "attacker.example:8000"}, 421),
        ({"host": "127.0.0.1:8001"}, 421),
        ({"host": HOST, "origin": "http://attacker.example"}, 403),
        ({"host": HOST, "origin": "null"}, 403),
        ({"host": HOST, "origin": "https://127.0.0.1:8000"}, 403),
        ({"host": HOST, "sec-fetch-site": "cross-site"}, 403),
        ({"host": HOST, "sec-fetch-site": "same-site", "sec-fetch-mode": "no-cors"}, 403),
        ({"host": "localhost:8000"}, 200),
        ({"host": HOST, "sec-fetch-site": "none"}, 200),
    ],
)
def test_hosts_and_origins(guard: Guard, headers: dict[str, str], status: int) -> None:
    assert ask(guard, headers)[0] == status


@pytest.mark.parametrize(
    ("reached", "named", "status"),
    [
        (("192.0.2.7", 8000), "192.0.2.7:8000", 200),
        (("192.0.2.7", 8000), "192.0.2.8:8000", 421),
        (("192.0.2.7", 8000), "attacker.example:8000", 421),
        (("::ffff:192.0.2.7", 8000), "192.0.2.7:8000", 200),
        (("2001:db8::7", 8000), "[2001:db8::7]:8000", 200),
        (("2001:db8::7", 8000), "[2001:db8::8]:8000", 421),
    ],
)
def test_the_address_that_was_reached_is_a_host(reached: tuple[str, int], named: str, status: int) -> None:
    guard = Guard(_inner, names_of("0.0.0.0", 8000))
    assert ask(guard, {"host": named}, reached=reached)[0] == status
    assert ask(guard, {"host": named, "origin": f"http://{named}"}, reached=reached)[0] == status


@pytest.mark.parametrize(("port", "status"), [(80, 200), (8000, 421)])
def test_browsers_leave_out_the_default_port(port: int, status: int) -> None:
    guard = Guard(_inner, names_of("127.0.0.1", port))
    reached = ("127.0.0.1", port)
    for named in ("127.0.0.1", "localhost", "[::1]"):
        assert ask(guard, {"host": named, "origin": f"http://{named}"}, reached=reached)[0] == status


def test_what_is_told_of_a_server() -> None:
    assert shown("127.0.0.1", 80) == shown("localhost", 80) == ("127.0.0.1:80",)
    assert shown("::1", 8000) == ("[::1]:8000",)
    here, *others = shown("0.0.0.0", 8000)
    assert here == "127.0.0.1:8000"
    assert not any(other.startswith(("127.", "0.0.0.0")) for other in others)


def test_a_link_from_elsewhere_may_be_followed_to_the_page_only(guard: Guard) -> None:
    visit = {"host": HOST, "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    assert ask(guard, visit, path="/")[0] == 200
    assert ask(guard, visit, path="/api/runs")[0] == 403
    assert ask(guard, visit | JSON, method="POST", path="/")[0] == 403


@pytest.mark.parametrize(
    ("headers", "method", "status"),
    [
        (JSON, "POST", 200),
        ({"content-type": "text/plain", "content-length": "2"}, "POST", 415),
        ({"content-type": "application/x-www-form-urlencoded", "content-length": "2"}, "POST", 415),
        ({"content-type": "application/json"}, "POST", 411),
        ({"content-type": "application/json", "content-length": str(BODY_MOST + 1)}, "POST", 413),
        (JSON, "DELETE", 415),
    ],
)
def test_bodies(guard: Guard, headers: dict[str, str], method: str, status: int) -> None:
    assert ask(guard, {"host": HOST, **headers}, method=method)[0] == status


PATHS = ({"host": "attacker.example"}, {"host": HOST, "sec-fetch-site": "cross-site"})


@pytest.mark.parametrize("headers", PATHS)
def test_a_refusal_is_a_page_for_a_browser_and_json_for_the_page(
    guard: Guard, headers: dict[str, str]
) -> None:
    _, told, body = ask(guard, headers | {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert told["content-type"].startswith("text/html")
    assert "default-src 'none'" in told["content-security-policy"]
    sentence = json.loads(ask(guard, headers | {"accept": "*/*"})[2])["error"]
    assert f"<p>{sentence}</p>".encode() in body


def test_a_body_that_does_not_come_is_not_waited_for(guard: Guard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("offramp.show.explorer.guard.BODY_SECONDS", 0.05)
    found: list[str] = []

    async def inner(scope: Any, receive: Any, send: Any) -> None:
        found.append((await receive())["type"])

    async def receive() -> Any:
        await asyncio.sleep(60.0)

    scope = {
        "type": "http",
        "server": ("127.0.0.1", 8000),
        "method": "POST",
        "path": "/",
        "query_string": b"",
    }
    headers = [(k.encode(), v.encode()) for k, v in (JSON | {"host": HOST}).items()]
    asyncio.run(Guard(inner, guard.hosts)(scope | {"headers": headers}, receive, None))
    assert found == ["http.disconnect"]


def test_a_flood_is_told_to_wait(guard: Guard) -> None:
    statuses = [ask(guard, {"host": HOST})[0] for _ in range(RATE_MOST + 5)]
    assert statuses == [200] * RATE_MOST + [429] * 5


def test_a_token_is_demanded_taken_from_the_address_and_kept_as_a_cookie() -> None:
    token = new_token()
    guard = Guard(_inner, names_of("192.0.2.7", 8000), token)
    host, other = {"host": "192.0.2.7:8000"}, {"host": "192.0.2.8:8000"}
    assert ask(guard, host)[0] == 401
    assert ask(guard, host, path="/", query="token=wrong")[0] == 401
    assert ask(guard, host | {"cookie": f"{KEPT}=wrong"})[0] == 401
    status, headers, _ = ask(guard, host, path="/", query=f"token={token}")
    assert (status, headers["location"]) == (303, "/")
    assert "HttpOnly" in headers["set-cookie"]
    assert "SameSite=Strict" in headers["set-cookie"]
    assert headers["set-cookie"].startswith(f"{KEPT}={token};")
    assert "default-src 'none'" in headers["content-security-policy"]
    assert ask(guard, host | {"cookie": f"{KEPT}={token}"})[0] == 200
    assert ask(guard, other | {"cookie": f"{KEPT}={token}"})[0] == 421


@pytest.mark.parametrize(
    "before", ['j={"x":1}; ', "a=b; =; ;; \xff=\xfe; ", f"{COOKIE}_8001=theirs; {COOKIE}=old; "]
)
def test_cookies_of_other_servers_of_this_machine_hide_no_token(before: str) -> None:
    token = new_token()
    guard = Guard(_inner, names_of("192.0.2.7", 8000), token)
    assert ask(guard, {"host": "192.0.2.7:8000", "cookie": f"{before}{KEPT}={token}; z=1"})[0] == 200
    assert ask(guard, {"host": "192.0.2.7:8000", "cookie": f"{before}z=1"})[0] == 401


def test_a_flood_without_the_token_takes_nothing_from_its_owner() -> None:
    token = new_token()
    guard = Guard(_inner, names_of("192.0.2.7", 8000), token)
    host = {"host": "192.0.2.7:8000"}
    statuses = [ask(guard, host)[0] for _ in range(RATE_MOST + 5)]
    assert statuses == [401] * RATE_MOST + [429] * 5
    assert ask(guard, host | {"cookie": f"{KEPT}={token}"})[0] == 200
    assert ask(guard, host, path="/", query=f"token={token}")[0] == 303


def test_a_report_alone_brings_its_own_policy(guard: Guard) -> None:
    assert "content-security-policy" not in ask(guard, {"host": HOST}, path="/runs/1/report.html")[1]
    refused = ask(guard, {"host": "attacker.example"}, path="/runs/1/report.html")[1]
    assert "default-src 'none'" in refused["content-security-policy"]
