"""What the server holds, and what a request asks of it."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections import OrderedDict
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any, Final

from starlette.requests import ClientDisconnect, Request

from offramp.errors import InputError, OfframpError, Problem
from offramp.scenario import load, loads, shipped
from offramp.show.explorer.base import Base
from offramp.show.explorer.carried import Sample
from offramp.show.explorer.changes import State
from offramp.show.explorer.desk import Desk
from offramp.show.explorer.full_runs import FullRuns

OPEN_MOST: Final = 8
"""Scenarios that are kept open at once."""


class Unknown(OfframpError):
    """There is nothing such here (any more)."""


@dataclass
class Explorer:
    """What the server holds: open scenarios, the desk, the queue of full runs. `first`: what it opens with."""

    first: Base
    desk: Desk
    runs: FullRuns
    opening: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))
    """One file at a time is read or written: a large one keeps a thread busy for seconds."""
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


async def asked_of(request: Request) -> dict[str, Any]:
    """The JSON object of a request. Raises InputError."""
    try:
        asked = json.loads(await request.body())
    except (ValueError, RecursionError):
        asked = None
    if not isinstance(asked, dict):
        raise InputError([Problem("request", "is not a JSON object", "Open the page again.")])
    return asked  # pyright: ignore[reportUnknownVariableType]


async def wish_of(request: Request, explorer: Explorer) -> tuple[dict[str, Any], Base, State]:
    asked = await asked_of(request)

    def found() -> tuple[Base, State]:
        base = explorer.base(asked.get("scenario"))
        return base, base.state(asked.get("state"))

    return asked, *await asyncio.to_thread(found)


async def while_there(request: Request, work: Coroutine[Any, Any, Sample]) -> Sample:
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
