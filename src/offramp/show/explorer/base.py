"""A scenario that the explorer has open: its file, its handles, and the points from which its draws come.

Common random numbers: every state of the hands is sampled from the points of the unchanged file, so that a
line moves only by what the hand did.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, replace
from functools import cached_property
from threading import Lock
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from offramp.ensemble.draws import FloatArray, SobolSampler, copula_factors, correlated, input_names
from offramp.errors import InputError
from offramp.scenario import loads
from offramp.scenario.load import Unchanged, from_data
from offramp.scenario.tables import Scenario
from offramp.show.explorer.changes import NOTE, State, Value, apply, checked, write
from offramp.show.explorer.handles import Handle, handles

SEED: Final = 1
KEPT_MOST: Final = 64
"""Changed scenarios that are kept: a state is asked for once more with each refinement, and worked at ahead."""

STATES_MOST: Final = 1_000
"""States of which it is known where their sliders stood."""


@dataclass(frozen=True)
class Base:
    """An open scenario. `key`: its name when it ships with the package, else the hash of its content."""

    key: str
    scenario: Scenario
    data: dict[str, Any] = field(repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False, compare=False)

    @classmethod
    def of(cls, key: str, scenario: Scenario) -> Base:
        """Open a loaded scenario."""
        return cls(key, scenario, tomllib.loads(scenario.text.removeprefix("\ufeff")))

    @cached_property
    def handles(self) -> dict[str, Handle]:
        """Every handle by its path."""
        return {handle.path: handle for handle in handles(self.data, self.scenario)}

    @property
    def policies(self) -> tuple[str, ...]:
        """Names of the policies, the reference first."""
        return tuple(policy.name for policy in self.scenario.policies)

    def state(self, raw: object) -> State:
        """The state that a request asks for. Raises InputError."""
        names = {
            "programmes": tuple(programme.name for programme in self.scenario.offers),
            "levers": tuple(lever.name for lever in self.scenario.levers),
            "offramps": tuple(offramp.name for offramp in self.scenario.offramps),
            "priors": tuple(prior.name for prior in self.scenario.priors),
        }
        return checked(raw, self.handles, self.policies, names)

    def changed(self, state: State) -> Scenario:
        """The scenario of a state, checked like a file. Raises InputError."""
        if not state.changes and state.programmes is None and not state.prior:
            return self.scenario
        found = self._changed.get(state)
        if found is None:
            try:
                found = from_data(apply(self.data, state, self.handles), self.scenario.name, self._unchanged)
            except InputError as error:  # told at the number itself, by its key path, and not of the file
                name = f"{self.scenario.name}: "
                raise InputError(
                    [replace(p, place=p.place.removeprefix(name)) for p in error.problems]
                ) from None
            with self._lock:
                self._changed[state] = found
                self._states[found.hash] = state
                _forget(self._changed, KEPT_MOST)
                _forget(self._states, STATES_MOST)
        return found

    def apart(self, one: str, other: str) -> float:
        """How far hands have gone from one state to another, both given by the hash of their scenario: the shares of the
        sliders' ways that lie between, added up; 1 at most, and where that cannot be told."""
        unmoved = {self.scenario.hash: State("", None, (), (), ())}
        there, here = ((self._states | unmoved).get(each) for each in (one, other))
        if one == other or there is None or here is None or there.prior != here.prior:
            return float(one != other)
        a, b = dict(there.changes), dict(here.changes)
        return min(1.0, sum(self._way(path, a.get(path), b.get(path)) for path in {*a, *b}))

    def _way(self, path: str, one: Value | None, other: Value | None) -> float:
        """The share of a slider's way between two of its values, intervals by their middles; None is what the file says."""
        handle = self.handles[path]
        unmoved = handle.interval if isinstance(one or other, tuple) and handle.interval else handle.value
        a, b = (unmoved if value is None else value for value in (one, other))
        if isinstance(a, str) or isinstance(b, str):
            return float(a != b)
        (low, high), (least, most) = (
            value if isinstance(value, tuple) else (value, value) for value in (a, b)
        )
        place = handle.place
        return abs(place(low) + place(high) - place(least) - place(most)) / 2.0

    def prepare(self) -> None:
        """What the first change would wait for."""
        _ = self._unchanged

    def text(self, state: State) -> str:
        """The scenario file of a state, with the comments of the original. `offramp run` reproduces it."""
        import tomlkit

        document = tomlkit.parse(self.scenario.text.removeprefix("\ufeff"))
        write(document, state, self.handles)
        moved = "".join(f"#   {path}\n" for path, _ in state.changes)
        head = f"# Exported from the explorer. Policy in view: {state.shown}.\n"
        if state.prior:
            head += f"# The numbers are those of the prior set “{state.prior}” of the original.\n"
        head += f"# Numbers set by hand (their note says: {NOTE}):\n{moved}\n" if moved else "\n"
        text = head + tomlkit.dumps(document)
        loads(text, self.scenario.name)
        return text

    def values(self, scenario: Scenario, start: int, stop: int) -> FloatArray:
        """Values of the inputs of a changed scenario in draws start <= draw < stop, [draws, inputs].

        Each unknown number of the changed scenario takes the point that the unchanged one has for it. Where
        nothing was fixed these are the draws of `offramp run`.
        """
        u = self._uniform(stop)[start:stop]
        column = {unknown.path: i for i, unknown in enumerate(self.scenario.inputs)}
        columns = [unknown.law.quantile(u[:, column[unknown.path]])[:, None] for unknown in scenario.inputs]
        first = len(self.scenario.inputs)
        for shares in scenario.shares:
            width = len(shares.names) - 1
            columns.append(shares.quantile(u[:, first : first + width]))
            first += width
        return np.concatenate(columns, axis=1) if columns else np.empty((stop - start, 0))

    def names(self, scenario: Scenario) -> tuple[str, ...]:
        """Names of the columns of `values`."""
        return input_names(scenario)

    @cached_property
    def _unchanged(self) -> Unchanged:
        return Unchanged(self.data)

    @cached_property
    def _changed(self) -> dict[State, Scenario]:
        return {}

    @cached_property
    def _states(self) -> dict[str, State]:
        """States by the hash of their scenario."""
        return {}

    @cached_property
    def _sampler(self) -> SobolSampler:
        return SobolSampler(self.scenario, SEED)

    @cached_property
    def _points(self) -> dict[int, NDArray[np.float64]]:
        return {}

    def _uniform(self, stop: int) -> FloatArray:
        """Points of the first draws, correlated as the unchanged file says, [draws, dimensions]."""
        with self._lock:  # a sampler counts its points
            longest = max(self._points, default=0)
            if longest < stop:
                factors = copula_factors(
                    [unknown.path for unknown in self.scenario.inputs], self.scenario.correlations
                )
                self._points[stop] = correlated(self._sampler.points(0, stop), factors)
                longest = stop
            return self._points[longest]


def _forget(kept: dict[Any, Any], most: int) -> None:
    """Drop what was put there first until no more than so many are left."""
    while len(kept) > most:
        kept.pop(next(iter(kept)))
