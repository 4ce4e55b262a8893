"""Worlds and runs that a worker has made already: the same input gives the same outcome, so it need not be made again.

A hand at an offer leaves the worlds and the reference as they were, and a hand at opinion or the leader leaves every run as it
was; what follows from a run is computed anew each time. A world is recognised by all of the scenario that it is made of, a run
by a digest of every number that the kernel is given, so nothing that could matter can be overlooked, whatever a slider feeds
into.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple, cast

import numpy as np

from offramp.engine.inputs import Outcome
from offramp.engine.kernel import simulate
from offramp.engine.stage import Drawn, Stage, drawn
from offramp.engine.world import World

BYTES_MOST: Final = 48 * 2**20
"""Of outcomes that a worker keeps: those of the first pictures of a handful of states."""

LATEST: Final = 24
"""Arguments whose digest is kept: those of the last two runs, so that they are let go soon."""

WORLDS_MOST: Final = 16
"""Worlds that a worker keeps: those of the first pictures of two states."""


class _Made(NamedTuple):
    """Worlds of a draw, and the digests of what the kernel is given of them."""

    drawn: Drawn
    digests: Mapping[int, bytes]


class Remembered:
    """The kernel with a memory; takes what the kernel takes. bytes_most: of outcomes, the oldest go first."""

    def __init__(self, bytes_most: int = BYTES_MOST) -> None:
        self._most = bytes_most
        self._size = 0
        self._kept: OrderedDict[bytes, Outcome] = OrderedDict()
        self._digests: OrderedDict[int, tuple[object, bytes]] = OrderedDict()
        self._worlds: OrderedDict[tuple[object, ...], _Made] = OrderedDict()
        self._lasting: Mapping[int, bytes] = {}
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

    def worlds(self, stage: Stage, draw: int, values: Mapping[str, float]) -> Drawn:
        """As `offramp.engine.stage.drawn`, which is asked where no scenario of the same stage had the same values."""
        own = {path: values[path] for path in stage.paths}
        key = (stage.digest, draw, *own.values())
        made = self._worlds.get(key)
        if made is None:
            # A world asks for a value now and then: no more than those by which it is recognised.
            found = drawn(stage, draw, own)
            parts = [
                part for world in (found.front, found.posts) if world is not None for part in _parts(world)
            ]
            made = self._worlds[key] = _Made(found, {id(part): _digest((part,)) for part in parts})
            if len(self._worlds) > WORLDS_MOST:
                self._worlds.popitem(last=False)
        self._worlds.move_to_end(key)
        self._lasting = made.digests
        return made.drawn

    def _key(self, given: tuple[Any, ...]) -> bytes:
        # Whoever waits for a run may give it up at any moment, which is no part of what is run.
        *what, _ = given
        return hashlib.sha256(b"".join(map(self._digest, what))).digest()

    def _digest(self, given: object) -> bytes:
        """Of one argument. Most are the same object for every policy of a draw, which nobody changes."""
        lasting = self._lasting.get(id(given))
        if lasting is not None:
            return lasting
        found = self._digests.get(id(given))
        if found is not None:
            return found[1]
        digest = _digest((given,))
        self._digests[id(given)] = (given, digest)  # while it is held here, no other has its number
        if len(self._digests) > LATEST:
            self._digests.popitem(last=False)
        return digest


def _parts(world: World) -> tuple[object, ...]:
    """What the kernel is given of a world as it is."""
    return world.population, world.field, world.choice, world.units, world.war, world.mobilisation


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
