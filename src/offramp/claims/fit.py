"""Whether one test can tell anything: its formulas speak of its names, it has what its kind says, and it is no tautology."""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from itertools import combinations
from typing import Any, Final

import numpy as np

from offramp.claims.claim import Reading, Relation, Simulated, Span, Test
from offramp.claims.names import Names
from offramp.errors import InputError
from offramp.evidence import known_ids
from offramp.scenario.findings import Findings, Loc
from offramp.scenario.text import quoted

_BY_FIGURES: Final = ("figures", "history")
_TRIALS: Final = 400
"""Sets of values that are put into the formulas of a test to see whether it can come out either way."""
_SIZES: Final = (-6.0, 12.0)
"""Powers of ten between which these values lie, from small probabilities to the cost of a war."""
_ASKED: Final[Mapping[Relation, Callable[[Any, Any], Any]]] = {
    "above": operator.gt,
    "at least": operator.ge,
    "at most": operator.le,
    "below": operator.lt,
}


def fit(test: Test, names: Names, findings: Findings, loc: Loc) -> None:
    """Note what is wrong with a test."""
    before = len(findings)
    for place, what, remedy in (*_formulas(test, findings.at(loc)), *_kind(test, names)):
        findings.add((*loc, *place), what, remedy)
    if len(findings) == before:  # a tautology is looked for where all names stand for something
        for what, remedy in _tautologies(test, names):
            findings.add(loc, what, remedy)


def _formulas(test: Test, told: bool) -> Iterator[tuple[Loc, str, str]]:
    """The names of the formulas and those of every reading are the same."""
    used = Counter(str(s) for side in test.formulas for s in side.steps if s in side.names)
    for name, times in used.items():
        if times > 1 and test.kind in _BY_FIGURES:
            remedy = "Rewrite the formulas so that each name stands once: only then is their range exact."
            yield (), f"the name {quoted(name)} stands {times} times", remedy
    if not used and not told:
        yield (), "its formulas hold no name", "A test speaks of something."
    for reading in test.readings:
        if not told:
            for name in sorted(used.keys() - reading.quantities.keys()):
                what = f"{quoted(name)} stands for nothing in the reading {quoted(reading.name)}"
                yield (), what, "Add it to `names`."
        for name in sorted(reading.quantities.keys() - used.keys()):
            yield ("names", name), "is in no formula", "Remove it, or use it."


def _kind(test: Test, names: Names) -> Iterator[tuple[Loc, str, str]]:
    """A test has what the name of its kind says."""
    kind = f"a test of the kind `{test.kind}`"
    by_figures, most = (
        test.kind in _BY_FIGURES,
        max((len(one.policies) for one in test.readings), default=0),
    )
    if by_figures and test.given is not None:
        yield ("given",), f"{kind} has no draws", "Remove `given`."
    if by_figures and test.simulated:
        yield (), f"{kind} cites figures and series only", "Name another kind."
    elif not by_figures and not test.simulated:
        yield (), f"{kind} needs an outcome", "Name an outcome and a policy, or call it `figures`."
    elif test.kind == "contrast" and most < 2:
        yield (), f"{kind} names {most or 'no'} polic{'y' if most == 1 else 'ies'}", "Call it `threshold`."
    elif test.kind == "threshold" and most > 1:
        yield (), f"{kind} names {most} policies", "Call it `contrast`."
    dated = any(
        isinstance(one, Span) or (isinstance(one, Simulated) and one.first) for one in test.quantities
    )
    if test.kind == "history" and not any(
        one in known_ids() and names.before_the_war(one) for one in test.evidence
    ):
        yield (), f"{kind} cites no figure of a time before the scenario", "Cite one, or call it `figures`."
    elif test.kind == "pattern" and not dated:
        remedy = "Give an outcome `from` and `until`, or name another kind."
        yield (), f"{kind} counts nothing between two dates", remedy
    elif test.kind == "ablation" and len(test.policies) == 1 and test.policies[0] not in names.variants:
        remedy = "Name a second policy or a variant, or another kind."
        yield (), f"{kind} names one policy, from which nothing is removed", remedy


def _tautologies(test: Test, names: Names) -> Iterator[tuple[str, str]]:
    """Policies that are one and the same, and sides that come out alike whatever the names stand for."""
    remedy = "Compare policies that differ in a programme, a lever, an off-ramp or a setting."
    for a, b in dict.fromkeys(
        pair for reading in test.readings for pair in combinations(reading.policies, 2)
    ):
        if names.alike(a, b):
            yield f"compares {quoted(a)} with itself: {quoted(b)} is the same policy", remedy
    for reading in test.readings:
        if what := _empty(test, reading):
            yield what, "Compare two quantities that may lie either way."
            return


def _empty(test: Test, reading: Reading) -> str:
    """Why a reading tells nothing, by trial; empty where it may come out either way. Quantities take values of every size,
    of both signs; two names for one quantity take the same."""
    quantities = list(dict.fromkeys(reading.quantities.values()))
    rng = np.random.default_rng(1)
    values = 10.0 ** rng.uniform(*_SIZES, (len(quantities), _TRIALS))
    values *= rng.choice((-1.0, 1.0), values.shape)
    known = {name: values[quantities.index(one)] for name, one in reading.quantities.items()}
    try:
        left, right = test.left.evaluate(known), test.right.evaluate(known)
    except InputError:
        return "one of its sides has no value, whatever its names stand for"
    apart = np.broadcast_to(left - right, _TRIALS)
    if np.ptp(apart) == 0.0:
        return "its two sides are as far apart whatever its names stand for"
    # Two sides of any size seldom lie within a factor of each other: for `about` one would have to try far more.
    if test.relation != "about" and len(set(_ASKED[test.relation](apart, 0.0).tolist())) == 1:
        return "it comes out the same whatever its names stand for"
    return ""
