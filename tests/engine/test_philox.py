"""Random numbers by address: published vectors, and what an address promises."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from offramp.engine.philox import FIELD, GROUP_EXIT, OUTCOME, PERSON, address, philox
from offramp.engine.population import uniforms

# Known answers of Philox4x32-10 in the authors' Random123 library: counter, key, result.
VECTORS = [
    ("00000000 00000000 00000000 00000000", "00000000 00000000", "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff", "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0", "d16cfe09 94fdcceb 5001e420 24126ea1"),
]


def words(text: str) -> list[np.uint64]:
    return [np.uint64(int(word, 16)) for word in text.split()]


@pytest.mark.parametrize(("counter", "key", "expected"), VECTORS)
def test_known_answers(counter: str, key: str, expected: str) -> None:
    assert list(philox(*words(counter), *words(key))) == words(expected)


def test_an_address_is_a_place_not_a_turn() -> None:
    """The same address gives the same numbers; any other seed, draw, purpose, event or second party others."""
    base = (1, 2, OUTCOME, 3, 4)
    assert address(*base) == address(*base)
    others = [(9, 2, OUTCOME, 3, 4), (1, 9, OUTCOME, 3, 4), (1, 2, FIELD, 3, 4), (1, 2, OUTCOME, 9, 4),
              (1, 2, OUTCOME, 3, 9), (1, 2, GROUP_EXIT, 3, 4), (1, 2, OUTCOME, 3 + 2**32, 4)]  # fmt: skip
    assert len({address(*where) for where in [base, *others]}) == len(others) + 1


def test_compiled_traits_are_the_addresses() -> None:
    """What the kernel fills in is what the plain function says."""
    traits = uniforms(np.empty((4, 5)), 11, 12, 1)
    for i in range(5):
        assert tuple(traits[:, i]) == address(11, 12, PERSON, i, 1)


def test_uniform_and_independent() -> None:
    """Kolmogorov-Smirnov of each of four numbers and their correlations, 40,000 soldiers; false alarm 1e-7 each."""
    traits = uniforms(np.empty((4, 40_000)), 1, 2, 0)
    assert ((traits > 0.0) & (traits < 1.0)).all()
    for column in traits:
        assert stats.kstest(column, "uniform").pvalue > 1e-7
    correlations = np.corrcoef(np.vstack([traits, uniforms(np.empty((4, 40_000)), 1, 3, 0)]))
    assert (np.abs(correlations[np.triu_indices(8, 1)]) < 5.33 / 200.0).all()
