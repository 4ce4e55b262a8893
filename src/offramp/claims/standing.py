"""What a word is worth: whether draws or figures earned it, or a judgement that no draw varies.

| the test that decides | the word |
| --- | --- |
| is moved by nothing that is drawn: it repeats what the scenario states | none is earned: *cannot be told from the evidence* |
| is moved, and the claim names a fixed judgement from which its answer follows | stands, with RESTS beside it |
| any other, also one that cited figures settle | stands |

A share of worlds that differ in nothing is no share: were *holds* said there, the scenario's author would have said it.
"""

from __future__ import annotations

from typing import Final, Literal

from offramp.claims.verdict import UNTOLD, Verdict

Standing = Literal["earned", "rests on a fixed judgement", "repeats a fixed judgement", "no word"]

RESTS: Final = "rests on a fixed judgement"
REPEATS: Final = "repeats a fixed judgement"
WHY_NONE: Final = (
    "Nothing that is drawn moves the test, so that it repeats what the scenario states by judgement: another judgement would give"
    " another answer."
)


def standing(found: Verdict | None, unmoved: bool, rests_on: str) -> Standing:
    """What stands behind the word that the tests would have. unmoved: nothing drawn moves the test that decides; rests_on: the
    fixed judgement that the claim names, empty for none."""
    if found is None:
        return "no word"
    if unmoved:
        return REPEATS
    if found.word == UNTOLD:
        return "no word"
    return RESTS if rests_on else "earned"


def earned(found: Verdict | None, stands: Standing) -> Verdict | None:
    """The verdict that may be said: of a test that repeats a fixed judgement none, whichever way it came out."""
    if found is None or stands != REPEATS:
        return found
    return Verdict(UNTOLD, (), f"{found.reason} {WHY_NONE}")
