"""The bank's results as arrays: inputs and outcomes, draw by draw, under one set of priors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from offramp.claims.bank import Window
from offramp.claims.claim import Drawn, Simulated
from offramp.claims.grain import NONE, Grain
from offramp.ensemble.chunks import Chunk
from offramp.ensemble.tables import Labels, common_outcomes

FloatArray = NDArray[np.float64]

MAIN: Final = "main"
"""Name of the set of priors that the scenario states first."""


@dataclass(frozen=True)
class Sample:
    """The draws of one set of priors. inputs: [draws, inputs]; outcomes: [draws, policies, outcomes], NaN where undefined.

    grain: persons that one simulated person stands for. stated: numbers that the scenario states and no draw varies, by key path.
    """

    name: str
    input_names: tuple[str, ...]
    policies: tuple[str, ...]
    outcome_names: tuple[str, ...]
    inputs: FloatArray
    outcomes: FloatArray
    grain: Grain = NONE
    stated: Mapping[str, float] = field(default_factory=dict[str, float])

    @property
    def draws(self) -> int:
        """How many there are."""
        return len(self.inputs)

    def values(self, quantity: Simulated | Drawn) -> FloatArray | None:
        """What a name of a test stands for, [draws]; None where the runs have no such thing, or in no draw a value."""
        if isinstance(quantity, Drawn):
            if quantity.input in self.input_names:
                return self.inputs[:, self.input_names.index(quantity.input)]
            known = self.stated.get(quantity.input)
            return None if known is None else np.full(self.draws, known)
        return self.outcome(column_of(quantity), quantity.policy)

    def alike(self, one: str, other: str) -> bool:
        """Whether two policies came out alike in every outcome of every draw."""
        a, b = (self.outcomes[:, self.policies.index(name)] for name in (one, other))
        return bool(np.array_equal(a, b, equal_nan=True))

    def outcome(self, name: str, policy: str) -> FloatArray | None:
        """An outcome under a policy, [draws]; None where there is none."""
        if policy not in self.policies or name not in self.outcome_names:
            return None
        found = self.outcomes[:, self.policies.index(policy), self.outcome_names.index(name)]
        return None if np.isnan(found).all() else found


def column_of(quantity: Simulated) -> str:
    """The column that holds it: the outcome, or what was added to it between two dates."""
    if quantity.first is None or quantity.last is None:
        return quantity.outcome
    return Window(quantity.outcome, quantity.first, quantity.last).column


def sample(
    name: str, chunks: Sequence[Chunk], labels: Labels, draws: int, grain: Grain, stated: Mapping[str, float]
) -> Sample:
    """The first `draws` draws of these chunks, which are in order and cover them."""
    tables = [chunk.table() for chunk in chunks]
    return Sample(
        name,
        labels.inputs,
        labels.policies,
        common_outcomes(chunks),
        np.concatenate([inputs for inputs, _ in tables])[:draws],
        np.concatenate([outcomes for _, outcomes in tables])[:draws],
        grain,
        stated,
    )
