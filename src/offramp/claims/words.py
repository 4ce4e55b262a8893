"""Claims in sentences for people: how a claim is tested, and what a variant changes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, cast

from offramp.claims.claim import TEST_KIND_MEANING, Claim, Variant


def variant_text(variant: Variant | Mapping[str, Any]) -> str:
    """`name`: the policy that it changes, and how. Also from plain data."""
    one = asdict(variant) if isinstance(variant, Variant) else variant
    named = [*one["programmes"], *one["levers"], *([one["offramp"]] if one["offramp"] else [])]
    changes = [f"with {name}" for name in named]
    changes += [f"{path} = {_setting(value)}" for path, value in one["settings"].items()]
    return f"`{one['name']}`: `{one['of']}`, {', '.join(changes)}"


def spoken(formula: str) -> str:
    """A formula or a name as it is read: with signs of multiplication, long numbers in groups, and no strokes between words."""
    text = formula.replace("*", "\N{MULTIPLICATION SIGN}").replace("_", " ")
    return re.sub(r"(?<![\w.])\d{5,}", lambda found: f"{int(found[0]):,}", text)


def kinds_of(claim: Claim) -> str:
    """The kinds of its tests in a few words; what is shown in place of one."""
    if claim.trade_off is not None:
        return "its trade-off, shown"
    if not claim.tests:
        shown = claim.beside.outcomes or claim.decomposition is not None
        return "none; numbers are shown" if shown else "none"
    return "; ".join(dict.fromkeys(TEST_KIND_MEANING[test.kind] for test in claim.tests))


def _setting(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple | list):
        return f"[{', '.join(_setting(one) for one in cast('tuple[object, ...]', value))}]"
    return f"{value:,g}" if isinstance(value, int | float) else str(value)
