"""A soldier's record as compiled code reads and moves it. Rows are unsigned, as indices are wherever many are made."""

# pyright: reportArgumentType=false, reportReturnType=false
# (NumPy's stubs take an element of an array for an array)

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from offramp.engine.inputs import CLASSES, Ints
from offramp.model.compiled import part

_CLASSES = np.uint64(CLASSES)


@part
def group_of(q: int) -> int:
    """The group of a soldier's class q, uint64."""
    return np.uint64(q) // _CLASSES


@part
def copy(source: Ints, i: int, target: Ints, k: int) -> None:
    """Put the record in row i of the source's words into row k of the target's; rows are uint64."""
    a, b, c, d = source[i, 0], source[i, 1], source[i, 2], source[i, 3]
    target[k, 0], target[k, 1], target[k, 2], target[k, 3] = a, b, c, d


def aligned(shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Room that begins at a border of the processor's lines of 64 bytes, so that no soldier's record lies on two of them."""
    size = math.prod(shape)
    space = np.empty(size + 16, np.float32)
    first = -space.ctypes.data % 64 // 4
    return space[first : first + size].reshape(shape)
