"""Whether one test can tell anything: its formulas speak of its names, it has what its kind says, what it compares has one
unit, and it could come out either way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from typing import Final

from offramp.claims.claim import Simulated, Span, Test
from offramp.claims.names import Names
from offramp.claims.trials import empty
from offramp.claims.units import clash
from offramp.evidence import known_ids
from offramp.scenario.findings import Findings, Loc
from offramp.scenario.text import quoted

_BY_FIGURES: Final = ("figures", "history")


def fit(test: Test, names: Names, findings: Findings, loc: Loc) -> None:
    """Note what is wrong with a test."""
    for place, what, remedy in (*_formulas(test, findings.at(loc)), *_kind(test, names)):
        findings.add((*loc, *place), what, remedy)
    if not findings.at(loc):  # units and tautologies are looked for where all names stand for something
        for what, remedy in list(_units(test)) or _tautologies(test, names):
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


def _units(test: Test) -> Iterator[tuple[str, str]]:
    """What is added or compared has one unit, under every reading."""
    for reading in test.readings:
        if what := clash(test, reading):
            remedy = (
                "Name quantities of one unit; money and time are converted by a figure or a series alone, such as"
                " one in `RUB per USD`, and a share becomes percent by 100."
            )
            yield f"sets {what}", remedy
            return


def _tautologies(test: Test, names: Names) -> Iterator[tuple[str, str]]:
    """Policies that are one and the same, and tests that come out one way whatever the names stand for."""
    remedy = "Compare policies that differ in a programme, a lever, an off-ramp or a setting."
    for a, b in dict.fromkeys(
        pair for reading in test.readings for pair in combinations(reading.policies, 2)
    ):
        if names.alike(a, b):
            yield f"compares {quoted(a)} with itself: {quoted(b)} is the same policy", remedy
    for reading in test.readings:
        if what := empty(test, reading):
            yield what, "Compare two quantities that may lie either way."
            return
