"""The explorer's server: a handful of answers in JSON around an open scenario, and the page itself."""

from __future__ import annotations

import asyncio
import functools
import gzip
import hashlib
import io
import itertools
import json
import os
import secrets
import time
import traceback
from collections import OrderedDict
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from offramp import __version__
from offramp.errors import InputError, OfframpError, Problem
from offramp.scenario import load, loads, shipped
from offramp.scenario.source import MAX_BYTES
from offramp.show.explorer import files
from offramp.show.explorer.base import Base
from offramp.show.explorer.batch import Batch
from offramp.show.explorer.changes import State
from offramp.show.explorer.describe import description
from offramp.show.explorer.desk import LEVELS, Busy, Desk, Superseded
from offramp.show.explorer.frames import frame, line_names, table
from offramp.show.explorer.full_runs import FullRuns
from offramp.show.explorer.presets import preset

if TYPE_CHECKING:
    import polars as pl

OPEN_MOST: Final = 8
"""Scenarios that are kept open at once."""
DRAWS_MOST: Final = 10_000
"""Draws of a run in full from the page; larger ones are a matter for the command line."""


class Unknown(OfframpError):
    """The server does not know the scenario (any more)."""


@dataclass
class Explorer:
    """What the server holds: open scenarios, the desk, the queue of full runs. `first`: what it opens with."""

    first: Base
    desk: Desk
    runs: FullRuns
    opening: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))
    """One file at a time: reading a large one keeps a thread busy for seconds."""
    boot: str = field(default_factory=lambda: secrets.token_hex(8))
    _open: OrderedDict[str, Base] = field(default_factory=OrderedDict[str, Base])

    def base(self, key: object) -> Base:
        """An open scenario, or a shipped one by its name. Raises Unknown."""
        if key is None or key == self.first.key:
            return self.first
        if isinstance(key, str) and key in self._open:
            self._open.move_to_end(key)
            return self._open[key]
        if isinstance(key, str) and key in shipped():
            return self._keep(Base.of(key, load(key)))
        raise Unknown("This scenario is not open here (any more).")

    def open_text(self, text: str, name: str) -> Base:
        """Open the text of a scenario file. Raises InputError."""
        scenario = loads(text, name)
        return self._keep(Base.of(scenario.hash, scenario))

    def _keep(self, base: Base) -> Base:
        self._open[base.key] = base
        while len(self._open) > OPEN_MOST:
            self._open.popitem(last=False)
        return base


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
        return Route(path, functools.partial(_told, answer, explorer), methods=methods or ("GET",))

    return Starlette(
        routes=[
            route("/", _page),
            route("/static/{name}", _file),
            route("/api/status", _status),
            route("/api/open", _open, "POST"),
            route("/api/frame", _frame, "POST"),
            route("/api/claims", _claims),
            route("/api/variant", _variant, "POST"),
            route("/api/export", _export, "POST"),
            route("/api/data", _data, "POST"),
            route("/api/preset", _preset, "POST"),
            route("/api/runs", _runs),
            route("/api/runs", _add_run, "POST"),
            route("/api/runs/{id:int}/cancel", _cancel_run, "POST"),
            route("/runs/{id:int}/report.html", _report),
        ],
        lifespan=life,
    )


def _prepare(base: Base) -> None:
    """What takes a second the first time: the runtime of the charts, the points of the draws."""
    files.content("vega.js")
    base.values(base.scenario, 0, LEVELS[-1])


async def _told(answer: Answer, explorer: Explorer, request: Request) -> Response:
    """Every failure as a sentence, with a status."""
    try:
        return await answer(request, explorer)
    except InputError as error:
        problems = [{"place": p.place, "what": p.what, "remedy": p.remedy} for p in error.problems]
        return JSONResponse({"error": "The input is wrong.", "problems": problems}, 422)
    except Unknown as error:
        return JSONResponse({"error": str(error)}, 404)
    except Superseded as error:
        return JSONResponse({"error": str(error)}, 409)
    except Busy as error:
        return JSONResponse({"error": str(error)}, 503)
    except OfframpError as error:
        return JSONResponse({"error": str(error)}, 500)
    except ClientDisconnect:
        return Response(status_code=400)
    except Exception as error:
        if os.environ.get("OFFRAMP_DEBUG"):
            traceback.print_exc()
        sentence = f"Something went wrong that should not ({type(error).__name__}). Please report it."
        return JSONResponse({"error": sentence}, 500)


async def _page(_: Request, __: Explorer) -> Response:
    return Response(
        files.content("index.html"), media_type="text/html", headers={"cache-control": "no-cache"}
    )


async def _file(request: Request, _: Explorer) -> Response:
    name = request.path_params["name"]
    if name not in files.NAMES:
        return JSONResponse({"error": "There is no such file."}, 404)
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


async def _asked(request: Request) -> dict[str, Any]:
    """The JSON object of a request. Raises InputError."""
    try:
        asked = json.loads(await request.body())
    except (ValueError, RecursionError):
        asked = None
    if not isinstance(asked, dict):
        raise InputError([Problem("request", "is not a JSON object", "Open the page again.")])
    return asked  # pyright: ignore[reportUnknownVariableType]


async def _open(request: Request, explorer: Explorer) -> Response:
    asked = await _asked(request)
    text, name = asked.get("text"), asked.get("name")
    if isinstance(text, str):
        if len(text.encode("utf-8", "replace")) > MAX_BYTES:
            what = f"is larger than {MAX_BYTES // 1_000_000} MB"
            raise InputError(
                [Problem(_plain(name), what, "A scenario is a short text; choose another file.")]
            )
        async with explorer.opening:
            base = await asyncio.to_thread(explorer.open_text, text, _plain(name))
    else:
        base = await asyncio.to_thread(explorer.base, asked.get("scenario"))
    return JSONResponse(await asyncio.to_thread(description, base))


def _plain(name: object) -> str:
    """The name of a file as somebody else gave it: a label, never a path."""
    text = str(name) if isinstance(name, str) else "scenario"
    kept = "".join(c for c in text.replace("\\", "/").rsplit("/", 1)[-1] if c.isprintable())
    return kept[:80] or "scenario"


async def _wish(request: Request, explorer: Explorer) -> tuple[dict[str, Any], Base, State]:
    asked = await _asked(request)
    base = await asyncio.to_thread(explorer.base, asked.get("scenario"))
    return asked, base, base.state(asked.get("state"))


async def _frame(request: Request, explorer: Explorer) -> Response:
    asked, base, state = await _wish(request, explorer)
    level = asked.get("level")
    if not isinstance(level, int) or level not in range(len(LEVELS)):
        raise InputError([Problem("level", "there is no such level", f"Ask for 0 to {len(LEVELS) - 1}.")])
    times = [time.perf_counter()]
    scenario = await asyncio.to_thread(base.changed, state)
    times.append(time.perf_counter())
    reference = scenario.policies[0].name
    names = tuple(p.name for p in scenario.policies) if asked.get("all") else (reference, state.shown)
    policies = tuple(dict.fromkeys(names))
    scope, line = str(asked.get("scope")), str(asked.get("line"))
    if scope not in line_names(scenario):
        scope = next(iter(line_names(scenario)))
    page, serial = str(asked.get("page"))[:64], asked.get("serial")
    serial = serial if isinstance(serial, int) else None
    work = explorer.desk.draws(page, base, scenario, policies, level, serial)
    batch = await _while_there(request, work)
    times.append(time.perf_counter())
    made = functools.partial(frame, batch, scenario, policies, scope, line, level == 0)
    shown = await asyncio.to_thread(made)
    shown |= {"level": level, "reference": reference, "shown": state.shown, "hash": scenario.hash}
    response = JSONResponse(shown)
    times.append(time.perf_counter())
    took = zip(("scenario", "draws", "picture"), itertools.pairwise(times), strict=True)
    # Where the time went, for a browser's tools and for the benchmark.
    response.headers["server-timing"] = ", ".join(f"{at};dur={(b - a) * 1e3:.1f}" for at, (a, b) in took)
    return response


async def _while_there(request: Request, work: Coroutine[Any, Any, Batch]) -> Batch:
    """What comes of the work; given up as soon as the page that asked is gone. Raises ClientDisconnect."""
    doing = asyncio.ensure_future(work)
    # The body was read, so that the next to come from the page is its leaving.
    leaving = asyncio.ensure_future(request.receive())
    try:
        await asyncio.wait((doing, leaving), return_when=asyncio.FIRST_COMPLETED)
        if doing.done():
            return doing.result()
        raise ClientDisconnect
    finally:
        leaving.cancel()
        if not doing.done():
            doing.cancel()
            # Nobody is left to whom it matters how it ends.
            await asyncio.gather(doing, return_exceptions=True)


async def _claims(_: Request, explorer: Explorer) -> Response:
    return JSONResponse(await asyncio.to_thread(_debate, explorer))


def _debate(explorer: Explorer) -> dict[str, Any]:
    from offramp.claims import shipped as shipped_claims
    from offramp.show.explorer.debate import debate

    claims = shipped_claims()
    return debate(claims, explorer.base(claims.scenario), explorer.runs.results)


async def _variant(request: Request, explorer: Explorer) -> Response:
    """A variant that only claims speak of, as a scenario file that the page can open."""
    from offramp.claims import shipped as shipped_claims
    from offramp.show.explorer.debate import variant_file

    name, claims = str((await _asked(request)).get("name")), shipped_claims()
    base = await asyncio.to_thread(explorer.base, claims.scenario)
    return JSONResponse({"text": await asyncio.to_thread(variant_file, claims, base, name), "name": name})


async def _export(request: Request, explorer: Explorer) -> Response:
    _, base, state = await _wish(request, explorer)
    text = await asyncio.to_thread(base.text, state)
    scenario = await asyncio.to_thread(base.changed, state)
    citation = (
        f"The Offramp maintainers. Offramp: an open laboratory for exit policies in war, version {__version__}. "
        f"Scenario “{scenario.title}” (content hash {scenario.hash[:16]}), policy “{state.shown}”, "
        f"seen in the explorer."
    )
    return JSONResponse({"text": text, "name": f"{scenario.name}.toml", "citation": citation})


async def _draws(asked: dict[str, Any], base: Base, state: State, explorer: Explorer) -> pl.DataFrame:
    """The draws of a state as in draws.parquet, for the reference and the policy in view."""
    scenario = await asyncio.to_thread(base.changed, state)
    policies = tuple(dict.fromkeys((scenario.policies[0].name, state.shown)))
    level = len(LEVELS) - 1
    batch = await explorer.desk.draws(f"data {asked.get('page')}"[:64], base, scenario, policies, level)

    def joined() -> pl.DataFrame:
        import polars as pl

        values = base.values(scenario, 0, LEVELS[level])
        inputs = {f"input.{name}": values[:, i] for i, name in enumerate(base.names(scenario))}
        drawn = pl.DataFrame({"draw": range(len(values)), **inputs})
        return table(batch, policies, batch.names).join(drawn, on="draw", how="left")

    return await asyncio.to_thread(joined)


async def _data(request: Request, explorer: Explorer) -> Response:
    asked, base, state = await _wish(request, explorer)
    drawn = await _draws(asked, base, state, explorer)

    def written() -> bytes:
        out = io.BytesIO()
        drawn.write_parquet(out) if asked.get("format") == "parquet" else drawn.write_csv(out)
        return out.getvalue()

    return Response(await asyncio.to_thread(written), media_type="application/octet-stream")


async def _preset(request: Request, explorer: Explorer) -> Response:
    asked, base, state = await _wish(request, explorer)
    kind = asked.get("kind")
    if kind not in ("pessimist", "optimist"):
        raise InputError([Problem("kind", "there is no such preset", "Ask for pessimist or optimist.")])
    drawn = await _draws(asked, base, state, explorer)
    scenario = await asyncio.to_thread(base.changed, state)
    made = functools.partial(preset, drawn, scenario, state.shown, scenario.policies[0].name, kind)
    return JSONResponse(asdict(await asyncio.to_thread(made)))


async def _runs(_: Request, explorer: Explorer) -> Response:
    return JSONResponse([run.told() for run in explorer.runs.all()])


async def _add_run(request: Request, explorer: Explorer) -> Response:
    asked, base, state = await _wish(request, explorer)
    draws, link = asked.get("draws"), asked.get("link")
    if not isinstance(draws, int) or not 1 <= draws <= DRAWS_MOST:
        what = "is not a whole number of draws that the page may ask for"
        raise InputError([Problem("draws", what, f"Give 1 to {DRAWS_MOST:,}; `offramp run` takes more.")])
    text = await asyncio.to_thread(base.text, state)
    scenario = await asyncio.to_thread(loads, text, base.scenario.name)
    run = explorer.runs.add(state.shown, scenario, draws, link[:20_000] if isinstance(link, str) else "")
    return JSONResponse(run.told(), 201)


async def _cancel_run(request: Request, explorer: Explorer) -> Response:
    if not explorer.runs.cancel(request.path_params["id"]):
        return JSONResponse({"error": "There is no such run that could be cancelled."}, 404)
    return JSONResponse({"cancelled": True})


async def _report(request: Request, explorer: Explorer) -> Response:
    run = explorer.runs.get(request.path_params["id"])
    report = None if run is None or run.out is None else run.out / "report.html"
    if report is None or run is None or run.status != "done" or not report.is_file():
        return JSONResponse({"error": "There is no such report."}, 404)
    return FileResponse(report, media_type="text/html", headers={"cache-control": "no-store"})
