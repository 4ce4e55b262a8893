"""A scenario that the explorer has open: its file, its handles, and the points from which its draws come.

Common random numbers: every state of the hands is sampled from the points of the unchanged file, so that a
line moves only by what the hand did.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from offramp.ensemble.draws import FloatArray, SobolSampler, copula_factors, correlated, input_names
from offramp.scenario import loads
from offramp.scenario.load import Unchanged, from_data
from offramp.scenario.tables import Scenario
from offramp.show.explorer.changes import NOTE, State, apply, checked, write
from offramp.show.explorer.handles import Handle, handles

SEED: Final = 1
KEPT_MOST: Final = 64
"""Changed scenarios that are kept: a state is asked for once more with each refinement, and worked at ahead."""


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
            found = from_data(apply(self.data, state, self.handles), self.scenario.name, self._unchanged)
            with self._lock:
                self._changed[state] = found
                while len(self._changed) > KEPT_MOST:
                    self._changed.pop(next(iter(self._changed)))
        return found

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
