"""The explorer's server: a handful of answers in JSON around an open scenario, and the page itself."""

from __future__ import annotations

import asyncio
import functools
import gzip
import hashlib
import itertools
import os
import sys
import time
import traceback
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Final, cast

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from offramp import __version__
from offramp.errors import InputError, OfframpError, Problem
from offramp.scenario import loads, shipped
from offramp.scenario.source import MAX_BYTES, too_large
from offramp.show.explorer import drawn, files
from offramp.show.explorer.asked import Explorer, Unknown, asked_of, while_there, wish_of
from offramp.show.explorer.base import Base
from offramp.show.explorer.changes import State
from offramp.show.explorer.describe import description
from offramp.show.explorer.desk import Busy, Superseded, in_view
from offramp.show.explorer.frames import frame, line_names
from offramp.show.explorer.kept import LEVELS
from offramp.show.explorer.refusals import refusal

DRAWS_MOST: Final = 10_000
"""Draws of a run in full from the page; larger ones are a matter for the command line."""

AHEAD_MOST: Final = 2
"""States for which a page may have the server work ahead: one step up, one down."""

BEFORE_MOST: Final = 2
"""States that a page may come from: the one that was refined last, and the one that it was at last."""

Answer = Callable[[Request, Explorer], Awaitable[Response]]


def application(explorer: Explorer) -> Starlette:
    """The server as an ASGI application; the guard stands before it."""

    @asynccontextmanager
    async def life(_: Starlette) -> AsyncGenerator[None]:
        preparing = asyncio.ensure_future(explorer.desk.prepare(explorer.first.scenario))
        early = asyncio.ensure_future(asyncio.to_thread(_prepare, explorer.first))
        yield
        for task in (preparing, early):
            task.cancel()
        await asyncio.gather(preparing, early, return_exceptions=True)
        explorer.desk.close()
        await asyncio.to_thread(explorer.runs.close)

    def route(path: str, answer: Answer, *methods: str) -> Route:
        return Route(path, functools.partial(told, answer, explorer), methods=methods or ("GET",))

    return Starlette(
        routes=[
            route("/", _page),
            route("/static/{name}", _file),
            route("/api/status", _status),
            route("/api/open", _open, "POST"),
            route("/api/frame", _frame, "POST"),
            route("/api/ahead", _ahead, "POST"),
            route("/api/claims", _claims),
            route("/api/variant", _variant, "POST"),
            route("/api/export", _export, "POST"),
            route("/api/data", drawn.data, "POST"),
            route("/api/preset", drawn.preset, "POST"),
            route("/api/runs", _runs),
            route("/api/runs", _add_run, "POST"),
            route("/api/runs/{id}/cancel", _cancel_run, "POST"),
            route("/runs/{id}/report.html", _report),
        ],
        exception_handlers={404: _nowhere, 405: _nowhere},
        lifespan=life,
    )


def _prepare(base: Base) -> None:
    """What takes a second the first time: the runtime of the charts, the points of the draws."""
    files.content("vega.js")
    base.values(base.scenario, 0, LEVELS[-1])
    base.prepare()


async def told(answer: Answer, explorer: Explorer, request: Request) -> Response:
    """Every failure as a sentence, with a status."""
    accept = request.headers.get("accept", "")
    try:
        return await answer(request, explorer)
    except InputError as error:
        return refusal(422, "The input is wrong.", accept, error.problems)
    except Unknown as error:
        return refusal(404, str(error), accept)
    except Superseded as error:
        return refusal(409, str(error), accept)
    except Busy as error:
        return refusal(503, str(error), accept)
    except OfframpError as error:
        return refusal(500, str(error), accept)
    except ClientDisconnect:
        return Response(status_code=400)
    except Exception as error:
        what = f"Something went wrong that should not ({type(error).__name__}: {error})."
        if os.environ.get("OFFRAMP_DEBUG"):
            traceback.print_exc()
            where = "Please report it."
        else:
            where = "Please report it; with OFFRAMP_DEBUG=1 the server shows where."
        print(f"offramp: {request.url.path}: {what} {where}", file=sys.stderr, flush=True)
        return refusal(500, f"{what} {where}", accept)


async def _nowhere(request: Request, _: Exception) -> Response:
    return refusal(404, "There is nothing at this address.", request.headers.get("accept", ""))


async def _page(_: Request, __: Explorer) -> Response:
    return Response(
        files.content("index.html"), media_type="text/html", headers={"cache-control": "no-cache"}
    )


async def _file(request: Request, _: Explorer) -> Response:
    name = request.path_params["name"]
    if name not in files.NAMES:
        raise Unknown("There is no such file.")
    body = await asyncio.to_thread(files.content, name)
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"cache-control": "no-cache", "etag": tag, "vary": "accept-encoding"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", "") and len(body) > 2000:
        body = await asyncio.to_thread(_packed, name)
        headers["content-encoding"] = "gzip"
    return Response(body, media_type=files.media_type(name), headers=headers)


@functools.cache
def _packed(name: str) -> bytes:
    return gzip.compress(files.content(name), 6)


async def _status(_: Request, explorer: Explorer) -> Response:
    desk = explorer.desk
    return JSONResponse(
        {
            "ready": desk.ready.is_set(),
            "notice": desk.notice,
            "boot": explorer.boot,
            "version": __version__,
            "shipped": list(shipped()),
            "first": explorer.first.key,
        }
    )


async def _open(request: Request, explorer: Explorer) -> Response:
    asked = await asked_of(request)
    text, name = asked.get("text"), asked.get("name")
    if isinstance(text, str):
        if len(text.encode("utf-8", "replace")) > MAX_BYTES:
            raise too_large(_plain(name))
        async with explorer.opening:
            base = await asyncio.to_thread(explorer.open_text, text, _plain(name))
        unknown = None  # the page has it
    else:
        base = await asyncio.to_thread(explorer.base, asked.get("scenario"))
        # The text of a file of one's own travels in links, also where the server was started with it.
        unknown = None if base.key in shipped() else base.scenario.text
    return JSONResponse({**await asyncio.to_thread(description, base), "text": unknown})


def _plain(name: object) -> str:
    """The name of a file as somebody else gave it: a label, never a path."""
    text = str(name) if isinstance(name, str) else "scenario"
    kept = "".join(c for c in text.replace("\\", "/").rsplit("/", 1)[-1] if c.isprintable())
    return kept[:80] or "scenario"


async def _frame(request: Request, explorer: Explorer) -> Response:
    asked, base, state = await wish_of(request, explorer)
    level = asked.get("level")
    if type(level) is not int or level not in range(len(LEVELS)):
        raise InputError([Problem("level", "there is no such level", f"Ask for 0 to {len(LEVELS) - 1}.")])
    times = [time.perf_counter()]
    scenario = await asyncio.to_thread(base.changed, state)
    times.append(time.perf_counter())
    policies = tuple(p.name for p in scenario.policies) if asked.get("all") else in_view(scenario, state)
    scope, line = str(asked.get("scope")), str(asked.get("line"))
    if scope not in line_names(scenario):
        scope = next(iter(line_names(scenario)))
    page, serial = str(asked.get("page"))[:64], asked.get("serial")
    serial = serial if isinstance(serial, int) else None
    work = explorer.desk.draws(page, base, scenario, policies, level, serial, _before(asked))
    sample = await while_there(request, work)
    times.append(time.perf_counter())
    made = functools.partial(frame, sample, scenario, policies, scope, line, level == 0)
    shown = await asyncio.to_thread(made)
    shown |= {"level": level, "reference": policies[0], "shown": state.shown, "hash": scenario.hash}
    response = JSONResponse(shown)
    times.append(time.perf_counter())
    took = zip(("scenario", "draws", "picture"), itertools.pairwise(times), strict=True)
    # Where the time went, for a browser's tools and for the benchmark.
    response.headers["server-timing"] = ", ".join(f"{at};dur={(b - a) * 1e3:.1f}" for at, (a, b) in took)
    return response


async def _ahead(request: Request, explorer: Explorer) -> Response:
    """States that the page may ask for next. Answered at once: a browser has few connections for all its pages."""
    asked = await asked_of(request)
    given = asked.get("states")
    states = cast("list[object]", given) if isinstance(given, list) else None
    if states is None or len(states) > AHEAD_MOST:
        what = "is no list of states, or too long"
        raise InputError([Problem("states", what, f"Give at most {AHEAD_MOST}.")])

    def opened() -> tuple[Base, list[State]]:
        base = explorer.base(asked.get("scenario"))
        return base, [base.state(state) for state in states]

    base, wanted = await asyncio.to_thread(opened)
    explorer.desk.ahead(str(asked.get("page"))[:64], base, wanted, _before(asked))
    return Response(status_code=202)


def _before(asked: dict[str, Any]) -> list[str]:
    """Hashes of the states that a page comes from. What is no hash of anything held is passed over."""
    given = asked.get("before")
    return [str(one) for one in cast("list[object]", given)[:BEFORE_MOST]] if isinstance(given, list) else []


async def _claims(_: Request, explorer: Explorer) -> Response:
    return JSONResponse(await asyncio.to_thread(_debate, explorer))


def _debate(explorer: Explorer) -> dict[str, Any]:
    from offramp.claims import shipped as shipped_claims
    from offramp.show.explorer.debate import debate

    claims = shipped_claims()
    return debate(claims, explorer.base(claims.scenario), explorer.runs.results)


async def _variant(request: Request, explorer: Explorer) -> Response:
    """A variant that only claims speak of, as a scenario file that the page can open."""
    name = str((await asked_of(request)).get("name"))

    def text() -> str:
        from offramp.claims import shipped as shipped_claims
        from offramp.show.explorer.debate import variant_file

        claims = shipped_claims()
        return variant_file(claims, explorer.base(claims.scenario), name)

    return JSONResponse({"text": await asyncio.to_thread(text), "name": name})


async def _export(request: Request, explorer: Explorer) -> Response:
    _, base, state = await wish_of(request, explorer)
    async with explorer.opening:
        text = await asyncio.to_thread(base.text, state)
    scenario = await asyncio.to_thread(base.changed, state)
    citation = (
        f"The Offramp maintainers. Offramp: an open laboratory for exit policies in war, version {__version__}. "
        f"Scenario “{scenario.title}” (content hash {scenario.hash[:16]}), policy “{state.shown}”, "
        f"seen in the explorer."
    )
    return JSONResponse({"text": text, "name": f"{scenario.name}.toml", "citation": citation})


async def _runs(_: Request, explorer: Explorer) -> Response:
    return JSONResponse([run.told() for run in explorer.runs.all()])


async def _add_run(request: Request, explorer: Explorer) -> Response:
    asked, base, state = await wish_of(request, explorer)
    draws, link = asked.get("draws"), asked.get("link")
    if type(draws) is not int or not 1 <= draws <= DRAWS_MOST:  # true is no number of draws
        what = "is not a whole number of draws that the page may ask for"
        raise InputError([Problem("draws", what, f"Give 1 to {DRAWS_MOST:,}; `offramp run` takes more.")])
    async with explorer.opening:
        text = await asyncio.to_thread(base.text, state)
        scenario = await asyncio.to_thread(loads, text, base.scenario.name)
    run = explorer.runs.add(state.shown, scenario, draws, link[:20_000] if isinstance(link, str) else "")
    return JSONResponse(run.told(), 201)


def _id_of(request: Request) -> int:
    """The number of a run in an address; 0, which none has, for what is no number."""
    text = request.path_params["id"]
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


async def _cancel_run(request: Request, explorer: Explorer) -> Response:
    if not explorer.runs.cancel(_id_of(request)):
        raise Unknown("There is no such run that could be cancelled.")
    return JSONResponse({"cancelled": True})


async def _report(request: Request, explorer: Explorer) -> Response:
    run = explorer.runs.get(_id_of(request))
    report = None if run is None or run.out is None else run.out / "report.html"
    if report is None or run is None or run.status != "done" or not report.is_file():
        raise Unknown("There is no such report.")
    return FileResponse(report, media_type="text/html", headers={"cache-control": "no-store"})
