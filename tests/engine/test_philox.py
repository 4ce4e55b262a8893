"""Random numbers by address: published vectors, and what an address promises."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from offramp.engine.philox import (
    AHEAD,
    BLOCK,
    FIELD,
    GROUP_EXIT,
    OUTCOME,
    PERSON,
    address,
    fill_block,
    philox,
    rough_log,
)
from offramp.engine.population import uniforms
from offramp.engine.skim import SLACK

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


def test_the_first_test_leaves_room_for_rough_logarithms() -> None:
    """Over all sizes that a 24-bit uniform number can have, and for the bounds of whole blocks."""
    x: np.ndarray = np.logspace(-25.0, 0.0, 100_001, base=2.0, dtype=np.float32)
    with np.errstate(over="ignore"):  # whole numbers that run over are meant to
        found = np.array([rough_log(one) for one in x])
    assert np.abs(found - np.log(x.astype(np.float64))).max() < 1e-4
    width = BLOCK + AHEAD
    gap, bound, uniform = (np.zeros(width, np.float32) for _ in range(3))
    slot, mark = np.zeros(width, np.uint32), np.zeros(width, np.uint32)
    for block in range(40):
        fill_block(1, 2, block * BLOCK, gap, slot, mark, bound, uniform)
        u = uniform[:BLOCK].astype(np.float64)
        assert np.abs(bound[:BLOCK] - (np.log(u) - np.log1p(-u))).max() < SLACK / 4
