"""Answers that rest on all draws of a state: the draws themselves as a file, and the presets that are read off them."""

from __future__ import annotations

import asyncio
import io
import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from offramp.errors import InputError, Problem
from offramp.show.explorer import presets
from offramp.show.explorer.asked import Explorer, while_there, wish_of
from offramp.show.explorer.base import Base
from offramp.show.explorer.changes import State
from offramp.show.explorer.desk import in_view
from offramp.show.explorer.frames import table
from offramp.show.explorer.kept import LEVELS

if TYPE_CHECKING:
    import polars as pl


async def data(request: Request, explorer: Explorer) -> Response:
    """The draws of a state as in draws.parquet, for the reference and the policy in view: CSV, or Parquet."""
    asked, base, state = await wish_of(request, explorer)
    drawn = await _draws(request, base, state, explorer)

    def written() -> bytes:
        out = io.BytesIO()
        drawn.write_parquet(out) if asked.get("format") == "parquet" else drawn.write_csv(out)
        return out.getvalue()

    return Response(await asyncio.to_thread(written), media_type="application/octet-stream")


async def preset(request: Request, explorer: Explorer) -> Response:
    """A preset for the policy in view: `changes` to make, `dropped`, those of a preset before, and a `sentence`.

    It is read off the draws of the state as it is without any preset, so that one replaces the other.
    """
    asked, base, state = await wish_of(request, explorer)
    kind = asked.get("kind")
    if kind not in ("pessimist", "optimist"):
        raise InputError([Problem("kind", "there is no such preset", "Ask for pessimist or optimist.")])
    plain = await asyncio.to_thread(presets.without, base, state)
    drawn = await _draws(request, base, plain, explorer)
    scenario = await asyncio.to_thread(base.changed, plain)
    changes, sentence = await asyncio.to_thread(presets.preset, drawn, scenario, plain, kind)
    if changes:
        moved = replace(plain, changes=tuple(sorted((dict(plain.changes) | changes).items())))
        after = await _draws(request, base, moved, explorer)
        sentence += " " + await asyncio.to_thread(presets.harms, drawn, after, state.shown)
    dropped = [path for path in dict(state.changes) if path not in dict(plain.changes)]
    return JSONResponse({"changes": changes, "dropped": dropped, "sentence": sentence})


async def _draws(request: Request, base: Base, state: State, explorer: Explorer) -> pl.DataFrame:
    scenario = await asyncio.to_thread(base.changed, state)
    policies, level = in_view(scenario, state), len(LEVELS) - 1
    # Nothing of the same page that is newer takes its place: who asks for two files gets two.
    work = explorer.desk.draws(secrets.token_hex(8), base, scenario, policies, level)
    batch = (await while_there(request, work)).batch

    def joined() -> pl.DataFrame:
        import polars as pl

        values = base.values(scenario, 0, LEVELS[level])
        inputs = {f"input.{name}": values[:, i] for i, name in enumerate(base.names(scenario))}
        drawn = pl.DataFrame({"draw": range(len(values)), **inputs})
        return table(batch, policies).join(drawn, on="draw", how="left")

    return await asyncio.to_thread(joined)
