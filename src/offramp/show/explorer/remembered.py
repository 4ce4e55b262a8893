"""Runs that a worker has done already: the same input gives the same outcome, so it need not be simulated again.

A hand at an offer leaves the reference as it was, and a hand at opinion or the leader leaves every run as it
was; what follows from a run is computed anew each time. A run is recognised by a digest of every number that
the kernel is given, so nothing that could matter can be overlooked, whatever a slider feeds into.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Iterator
from typing import Any, Final, cast

import numpy as np

from offramp.engine.inputs import Outcome
from offramp.engine.kernel import simulate

BYTES_MOST: Final = 48 * 2**20
"""Of outcomes that a worker keeps: those of the first pictures of a handful of states."""

LATEST: Final = 24
"""Arguments whose digest is kept: those of the last two runs, so that worlds are let go soon."""


class Remembered:
    """The kernel with a memory; takes what the kernel takes. bytes_most: of outcomes, the oldest go first."""

    def __init__(self, bytes_most: int = BYTES_MOST) -> None:
        self._most = bytes_most
        self._size = 0
        self._kept: OrderedDict[bytes, Outcome] = OrderedDict()
        self._digests: OrderedDict[int, tuple[object, bytes]] = OrderedDict()
        self.found = 0
        """Runs that were not done again."""
        self.done = 0
        """Runs that were simulated."""

    @property
    def bytes(self) -> int:
        """Bytes of the outcomes that are kept."""
        return self._size

    def __call__(self, *given: Any) -> Outcome:
        key = self._key(given)
        outcome = self._kept.get(key)
        if outcome is None:
            outcome = simulate(*given)
            self.done += 1
            self._kept[key] = outcome
            self._size += _bytes(outcome)
            while self._size > self._most and len(self._kept) > 1:
                _, oldest = self._kept.popitem(last=False)
                self._size -= _bytes(oldest)
        else:
            self.found += 1
            self._kept.move_to_end(key)
        return outcome

    def _key(self, given: tuple[Any, ...]) -> bytes:
        # Whoever waits for a run may give it up at any moment, which is no part of what is run.
        *what, _ = given
        return hashlib.sha256(b"".join(map(self._digest, what))).digest()

    def _digest(self, given: object) -> bytes:
        """Of one argument. Most are the same object for every policy of a draw, which nobody changes."""
        found = self._digests.get(id(given))
        if found is not None:
            return found[1]
        digest = _digest((given,))
        self._digests[id(given)] = (given, digest)  # while it is held here, no other has its number
        if len(self._digests) > LATEST:
            self._digests.popitem(last=False)
        return digest


def _digest(values: tuple[Any, ...]) -> bytes:
    """Of every array with its type and shape, and of every other value as it is written."""
    digest = hashlib.sha256()
    for value in _leaves(values):
        if isinstance(value, np.ndarray):
            array = cast("np.ndarray[Any, Any]", value)
            digest.update(f"{array.dtype.str} {array.shape} ".encode())
            digest.update(np.ascontiguousarray(array).data)
        else:
            digest.update(f"{type(value).__name__} {value!r} ".encode())
    return digest.digest()


def _leaves(values: tuple[Any, ...]) -> Iterator[Any]:
    for value in values:
        if isinstance(value, tuple):
            yield from _leaves(cast("tuple[Any, ...]", value))
        else:
            yield value


def _bytes(outcome: Outcome) -> int:
    return sum(array.nbytes for array in outcome)
