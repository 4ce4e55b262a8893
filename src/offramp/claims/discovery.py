"""What decides a test: a box of assumptions in which it holds or fails, and the inputs that tell most about it.

A box is one or two cuts: `trust above 0.3`, or `trust above 0.3 and the regime's gain below 0.05`. Every such box with
cuts at the deciles of the inputs is looked at, in the first half of the draws; the largest one in which the test as
good as always holds is then counted in the second half, which did not find it. This is the question of the Patient
Rule Induction Method (Friedman and Fisher 1999, Stat. Comput. 9:123; Bryant and Lempert 2010, Technol. Forecast. Soc.
Change 77:34), answered for boxes small enough to be said in a sentence, where all can be tried and none is missed.
Consecutive draws of a Sobol' sequence fill the cube evenly, so each half stands for the whole.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from offramp.analysis.sensitivity import FEWEST_DRAWS, Index, default_bins, given_data
from offramp.claims.verdict import HOLDS, LEAST_BOX, Box
from offramp.scenario.labels import input_in_words
from offramp.scenario.numbers import number, rounded

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

_CUTS: Final = 9
_STRICT: Final = 2.5
"""Standard errors by which a box must clear HOLDS where it is looked for: the best of many flatters itself."""
_WORTH: Final = 1.25
"""How much larger a box with a second cut must be to be worth the longer sentence."""
_RARE: Final = 0.02
"""Share of draws below which the lesser of the two answers is too rare to look for what decides it."""
_APART: Final = 2.5
"""Standard errors by which the shares in the outer thirds of an input must differ, in each half of the draws."""


@dataclass(frozen=True)
class Lesson:
    """An input that tells about a test: its index, and the share of draws in which the test holds by thirds of it."""

    index: Index
    lowest: float
    highest: float


@dataclass(frozen=True)
class _Cut:
    name: str
    at: float
    above: bool

    def inside(self, column: FloatArray) -> BoolArray:
        return column > self.at if self.above else column <= self.at

    def words(self) -> str:
        return f"`{input_in_words(self.name)}` is {'above' if self.above else 'below'} {number(self.at)}"


def box(x: FloatArray, names: Sequence[str], holds: BoolArray) -> Box | None:
    """The largest box of one or two cuts in which `holds` is as good as always true, counted in draws that did not find it.

    x: [n, inputs]; holds: [n]. None where no box of a tenth of the draws or more is found. Pass the complement to
    find where a test fails.
    """
    half = len(holds) // 2
    if half < FEWEST_DRAWS // 2 or holds[:half].mean() >= HOLDS:
        return None  # too few to look, or it holds wherever one looks
    cuts = _cuts(x[:half], names)
    chosen = _best(cuts, x[:half], names, holds[:half])
    if not chosen:
        return None
    inside = _inside(chosen, x[half:], names)
    return Box(
        tuple(one.words() for one in chosen),
        int((inside & holds[half:]).sum()),
        int(inside.sum()),
        len(holds) - half,
    )


def lessons(x: FloatArray, names: Sequence[str], holds: BoolArray, most: int = 3) -> tuple[Lesson, ...]:
    """The inputs that stand out from the noise in the first-order indices of `holds`, largest first, and do so in both halves
    of the draws: the test holds in other shares of the outer thirds of the input, in the same direction.

    The floor of the indices takes inputs for independent of each other, which draws of a net of sixty dimensions are not quite;
    what one half finds by chance the other does not repeat.
    """
    share = float(holds.mean())
    varied = np.ptp(x, axis=0) > 0.0
    if len(holds) < 2 * FEWEST_DRAWS or not _RARE <= share <= 1.0 - _RARE or not varied.any():
        return ()
    known = [name for name, moves in zip(names, varied, strict=True) if moves]
    bins = default_bins(len(holds))
    found = given_data(x[:, varied], holds.astype(np.float64), known, bins=bins)
    half = len(holds) // 2
    told: list[Lesson] = []
    for one in found:
        column = x[:, names.index(one.input)]
        signs = {_direction(column[part], holds[part]) for part in (slice(half), slice(half, None))}
        if one.above_noise and len(signs) == 1 and 0 not in signs:
            told.append(_lesson(one, column, holds))
    return tuple(told[:most])


def _direction(column: FloatArray, holds: BoolArray) -> int:
    """Whether the test holds more often in the highest third of an input than in the lowest, 1, less often, -1, or neither, 0."""
    low, high = np.quantile(column, (1.0 / 3.0, 2.0 / 3.0))
    ends = holds[column <= low], holds[column >= high]
    apart = float(ends[1].mean() - ends[0].mean())
    # One success and one failure more (Wilson's remedy): a third in which all agree is not known without error.
    error = math.sqrt(sum(p * (1.0 - p) / n for p, n in map(_softened, ends)))
    return int(math.copysign(1.0, apart)) if abs(apart) > _APART * error else 0


def _softened(holds: BoolArray) -> tuple[float, int]:
    n = holds.size + 2
    return (int(holds.sum()) + 1) / n, n


def _lesson(index: Index, column: FloatArray, holds: BoolArray) -> Lesson:
    low, high = np.quantile(column, (1.0 / 3.0, 2.0 / 3.0))
    return Lesson(index, float(holds[column <= low].mean()), float(holds[column >= high].mean()))


def _cuts(x: FloatArray, names: Sequence[str]) -> list[_Cut]:
    """Between neighbouring values at the deciles of every input, from both sides."""
    found: list[_Cut] = []
    for name, column in zip(names, x.T, strict=True):
        values = np.unique(column)
        if values.size < 2:
            continue
        places = np.unique(np.linspace(0, values.size - 1, _CUTS + 2).round().astype(int)[1:-1])
        between = (values[np.maximum(places - 1, 0)] + values[np.maximum(places, 1)]) / 2.0
        edges = sorted({rounded(float(at)) for at in between})  # what is counted is what is said
        found += [_Cut(name, at, above) for at in edges for above in (False, True)]
    return found


def _best(cuts: Sequence[_Cut], x: FloatArray, names: Sequence[str], holds: BoolArray) -> tuple[_Cut, ...]:
    """The largest box of one cut; of two where that is larger by _WORTH. Empty where none qualifies."""
    if not cuts:
        return ()
    member = np.array([one.inside(x[:, names.index(one.name)]) for one in cuts], dtype=np.float32)
    size = member @ member.T
    held = (member * holds.astype(np.float32)) @ member.T
    share = held / np.maximum(size, 1.0)
    # Wilson's lower bound (1927): as good as always, by more than the luck of the best of many
    z2 = _STRICT**2
    spread = _STRICT * np.sqrt(
        share * (1.0 - share) / np.maximum(size, 1.0) + z2 / (4.0 * np.maximum(size, 1.0) ** 2)
    )
    lower = (share + z2 / (2.0 * np.maximum(size, 1.0)) - spread) / (1.0 + z2 / np.maximum(size, 1.0))
    room = np.where((lower >= HOLDS) & (size >= LEAST_BOX * len(holds)), size, 0.0)
    single = np.diag(room)
    one, pair = int(single.argmax()), np.unravel_index(int(room.argmax()), room.shape)
    if room[pair] > _WORTH * single[one]:
        return tuple(cuts[at] for at in sorted(int(at) for at in pair))
    return (cuts[one],) if single[one] > 0.0 else ()


def _inside(cuts: Sequence[_Cut], x: FloatArray, names: Sequence[str]) -> BoolArray:
    inside = np.ones(len(x), dtype=np.bool_)
    for one in cuts:
        inside &= one.inside(x[:, names.index(one.name)])
    return inside
