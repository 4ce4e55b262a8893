"""The claims of the debate as a page shows them: each with its verdict, and its experiment as states of the hands."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from offramp.claims import Claim, Claims, judge, latest, read, variant_text
from offramp.claims.claim import Variant
from offramp.claims.plain import plain
from offramp.claims.reason import RANGED
from offramp.errors import InputError, Problem
from offramp.show.explorer.base import Base
from offramp.show.explorer.describe import at_the_end
from offramp.show.explorer.followed import followed

_KINDS: Final = ("programme", "lever", "offramp")


def debate(claims: Claims, base: Base, results: Path) -> dict[str, Any]:
    """Every claim with its verdict and its experiment. base: the open scenario of which the claims speak.

    results: where results folders are; verdicts are those of the last run of the claims there, and where there is
    none, those of figures alone.
    """
    seconds = {f"outcome:{name}": f"outcome:{name}" for name in at_the_end()}
    seconds |= {
        name: one.name for one in followed(base.scenario) for name in (one.name, *one.series.values())
    }
    variants = {one.name: one for one in claims.variants}
    ran = latest(claims.scenario, [one.id for one in claims.claims], results)
    judged = {} if ran is None else read(ran)
    rows = (
        judged["claims"] if ran is not None else [plain(judge(one, claims), claims) for one in claims.claims]
    )
    by_id = {row["id"]: row for row in rows}
    return {
        "scenario": claims.scenario,
        "run": "" if ran is None else f"Verdicts from {judged['run']['draws']:,} draws in {ran}.",
        "articles": [{"key": one.key, "citation": one.citation()} for one in claims.articles],
        "claims": [
            _told(by_id[one.id]) | {"experiment": _experiment(one, base, variants, seconds)}
            for one in claims.claims
        ],
    }


def _told(row: Mapping[str, Any]) -> dict[str, Any]:
    kept = (
        "id",
        "says",
        "kind",
        "verdict",
        "status",
        "sentences",
        "refuted_by",
        "why_this_test",
        "untested",
        "silent",
        "evidence",
    )
    return {
        **{key: row[key] for key in kept},
        "article": row["article"]["key"],
        "tests": [test["in_words"] for test in row["tests"]],
        "trade_off": "" if row["trade_off"] is None else row["trade_off"]["what"],
    }


def _experiment(
    claim: Claim, base: Base, variants: Mapping[str, Variant], seconds: Mapping[str, str]
) -> dict[str, Any]:
    """What a click loads: a state for each policy that the tests compare, and what the second chart shows.

    files: names of variants that change what has no slider; they open as scenarios of their own, see `variant_file`.
    hurdle: why there is nothing to load, or why a policy cannot be shown here.
    """
    states: list[dict[str, Any]] = []
    files: list[str] = []
    hurdles: list[str] = []
    for name in claim.policies:
        state = _state(name, base, variants)
        if state is not None:
            states.append({"name": name, "state": state})
        elif name in variants:
            files.append(name)
        else:
            hurdles.append(f"No run has the policy “{name}” yet.")
    if not claim.policies:
        hurdles.append("Its tests compare figures; there is nothing to simulate.")
    if (hurdles or files) and all(_is_reference(one["state"], base) for one in states):
        states = []
    # The reference is on the chart anyway; the policy that the claim is about comes first.
    states.sort(key=lambda one: _is_reference(one["state"], base))
    # What the first chart shows needs no second; a part of an outcome is shown by its whole.
    wanted = [name for name in claim.outcomes if name != "departures"]
    named = [each for name in wanted for each in (name, _whole(name))]
    tried = [key for name in named for key in (name, f"outcome:{name}")]
    second = next((seconds[key] for key in tried if key in seconds), None)
    if (
        second == "nuclear_change"
        and states
        and all(one["state"]["policy"] == base.policies[0] for one in states)
    ):
        hurdles.append(
            "The charts tell the risk of nuclear use against the reference alone, which is in view here."
        )
    return {"states": states, "files": files, "second": second, "hurdle": " ".join(hurdles)}


def _whole(outcome: str) -> str:
    """The outcome of which one is a part; of one whose level nobody knows, its change against the reference."""
    stem = outcome.partition(".")[0]
    return RANGED.get(stem, stem)


def variant_file(claims: Claims, base: Base, name: str) -> str:
    """The text of the scenario in which a variant is a policy and its values hold. Raises InputError."""
    found = next((one for one in claims.variants if one.name == name), None)
    if found is None:
        raise InputError(
            [Problem("name", "there is no such policy among the claims", "Open the page again.")]
        )
    return variant_text(found, base.scenario)


def _is_reference(state: Mapping[str, Any], base: Base) -> bool:
    return state["policy"] == base.policies[0] and not state["changes"] and state["mix"] is None


def _state(name: str, base: Base, variants: Mapping[str, Variant]) -> dict[str, Any] | None:
    """The state under which the policy in view is that policy or variant; None where no hand can make it."""
    if name in base.policies:
        return {"policy": name, "mix": None, "changes": {}}
    variant = variants.get(name)
    if variant is None or any(path not in base.handles for path in variant.settings):
        return None
    policy = base.scenario.policy(variant.of)
    mix = [
        f"{kind}:{part}"
        for kind, parts in zip(
            _KINDS,
            (
                (*policy.programmes, *variant.programmes),
                (*policy.levers, *variant.levers),
                () if not (variant.offramp or policy.offramp) else (variant.offramp or policy.offramp,),
            ),
            strict=True,
        )
        for part in parts
    ]
    own = variant.programmes or variant.levers or variant.offramp
    return {"policy": variant.of, "mix": mix if own else None, "changes": dict(variant.settings)}
