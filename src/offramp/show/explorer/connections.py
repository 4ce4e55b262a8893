"""How long the server waits for a request, and which of its own failures it tells on the terminal."""

from __future__ import annotations

import asyncio
import logging
from typing import Final

from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_SECONDS: Final = 5.0
"""From a new connection, or the first byte of a further request, to the end of the request's head."""


class PromptProtocol(H11Protocol):
    """HTTP for those who ask. A connection on which no request comes is closed soon: it needs no token, and many
    of them would leave no place for anybody else."""

    _patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:
        """Begin to wait."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """A head that is whole ends the waiting; what comes of it bit by bit does not prolong it."""
        super().data_received(data)
        if self.cycle and not self.cycle.response_complete:  # a request is being answered
            self._stop_waiting()
        elif self._patience is None:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing to wait for."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._patience = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _stop_waiting(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None


class NotAtTheEnd(logging.Filter):
    """Lets failures through, but not that Ctrl-C interrupted what was on its way, which is how a server ends."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether a record is told."""
        kind = record.exc_info[0] if record.exc_info else None
        interrupted = kind is not None and issubclass(kind, asyncio.CancelledError | KeyboardInterrupt)
        return not interrupted and "timeout graceful shutdown exceeded" not in record.getMessage()
