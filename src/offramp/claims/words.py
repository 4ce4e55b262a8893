"""Claims in sentences for people: tests with their sums, and what a test that was not run waits for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from offramp.claims.claim import TEST_KIND_MEANING, Claim, Claims, Test, Variant
from offramp.claims.judge import Judgement, Sum
from offramp.claims.quantities import in_words, range_text

_SETTLED = {"holds": "holds", "fails": "does not hold", "open": "may hold or not"}


def lines_of(test: Test, worked: Sequence[Sum]) -> list[str]:
    """A test, line by line: its kind, its formula, what the names stand for, and its sums where it has any."""
    lines = [f"{TEST_KIND_MEANING[test.kind]}: {test.in_words()}"]
    results = {one.reading.name: one for one in worked}
    for reading in test.readings:
        single = len(test.readings) == 1
        lines += [] if single else [f"  with {reading.name}"]
        lines += [f"    {name} = {in_words(quantity)}" for name, quantity in reading.quantities.items()]
        if reading.name in results:
            lines += [f"    {line}" for line in _sum_lines(results[reading.name], test)]
    return lines


def waiting_lines(judgement: Judgement, claims: Claims) -> list[str]:
    """What the tests that were not run wait for: a run under these policies, and what no run has yet."""
    if not judgement.waits:
        return []
    waiting = {one.name for one in judgement.needs}
    policies = list(dict.fromkeys(name for test in judgement.waits for name in test.policies))
    ready = [name for name in policies if name not in waiting]
    lines = ["The tests below were not run: no verdict rests on them yet."]
    if ready:
        lines.append(f"They need a run of {claims.scenario} under: {'; '.join(ready)}.")
    lines += [f"  {variant_text(one)}" for one in claims.variants if one.name in ready]
    for module in judgement.modules:
        lines.append(f"They need the module {module}, which no run has yet:")
        lines += [
            f"  {one.what} `{one.name}`: {one.meaning}" for one in judgement.needs if one.module == module
        ]
    return lines


def variant_text(variant: Variant) -> str:
    """`name`: the policy that it changes, and how."""
    changes = [f"with {name}" for name in (*variant.programmes, *variant.levers)]
    changes += [f"{path} = {_setting(value)}" for path, value in variant.settings.items()]
    return f"`{variant.name}`: `{variant.of}`, {', '.join(changes)}"


def kinds_of(claim: Claim) -> str:
    """The kinds of its tests in a few words; the trade-off of a value judgement."""
    if claim.trade_off is not None:
        return "its trade-off, shown"
    return "; ".join(dict.fromkeys(TEST_KIND_MEANING[test.kind] for test in claim.tests))


def _sum_lines(one: Sum, test: Test) -> list[str]:
    sides = [f"{test.left.text} = {range_text(one.left)}"]
    sides += [f"{test.right.text} = {range_text(one.right)}"] if test.right.names else []
    rivals = [f"rival, not used: {rival.label()}" for rival in one.rivals]
    return [f"{' and '.join(sides)}: {_SETTLED[one.settled]}", *rivals]


def _setting(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return f"[{', '.join(_setting(one) for one in cast('tuple[object, ...]', value))}]"
    return f"{value:,g}" if isinstance(value, int | float) else str(value)
