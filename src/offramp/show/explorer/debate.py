"""The claims of the debate as a page shows them: each with its verdict, and its experiment as states of the hands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from offramp.claims import Claim, Claims, Judgement, judge
from offramp.claims.claim import Variant
from offramp.show.explorer.base import Base
from offramp.show.explorer.followed import followed

_KINDS: Final = ("programme", "lever", "offramp")


def debate(claims: Claims, base: Base) -> dict[str, Any]:
    """Every claim with its verdict and its experiment. base: the open scenario of which the claims speak."""
    seconds = {name: one.name for one in followed(base.scenario) for name in (one.name, *one.series.values())}
    variants = {one.name: one for one in claims.variants}
    return {
        "scenario": claims.scenario,
        "articles": [{"key": one.key, "citation": one.citation()} for one in claims.articles],
        "claims": [
            _told(judge(one, claims)) | {"experiment": _experiment(one, base, variants, seconds)}
            for one in claims.claims
        ],
    }


def _told(judgement: Judgement) -> dict[str, Any]:
    claim = judgement.claim
    return {
        "id": claim.id,
        "article": claim.article,
        "says": claim.says,
        "kind": claim.kind,
        "verdict": None if judgement.verdict is None else judgement.verdict.word,
        "status": judgement.word,
        "reason": "" if judgement.verdict is None else judgement.verdict.reason,
        "tests": [test.in_words() for test in claim.tests],
        "trade_off": "" if claim.trade_off is None else claim.trade_off.what,
        "refuted_by": claim.refuted_by,
        "untested": claim.untested,
        "silent": claim.silent,
        "evidence": list(claim.cited),
    }


def _experiment(
    claim: Claim, base: Base, variants: Mapping[str, Variant], seconds: Mapping[str, str]
) -> dict[str, Any]:
    """What a click loads: a state for each policy that the tests compare, and what the second chart shows.

    hurdle: why there is nothing to load, or why a policy cannot be shown here.
    """
    states: list[dict[str, Any]] = []
    hurdles: list[str] = []
    for name in claim.policies:
        state, hurdle = _state(name, base, variants)
        if state is None:
            hurdles.append(hurdle)
        else:
            states.append({"name": name, "state": state})
    if not claim.policies:
        hurdles.append("Its tests compare figures; there is nothing to simulate.")
    if hurdles and all(_is_reference(one["state"], base) for one in states):
        states = []
    # The reference is on the chart anyway; the policy that the claim is about comes first.
    states.sort(key=lambda one: _is_reference(one["state"], base))
    known = next((seconds[name] for name in claim.outcomes if name in seconds), None)
    shown = known or next((f"outcome:{name}" for name in claim.outcomes if name != "departures"), None)
    return {"states": states, "second": shown, "hurdle": " ".join(dict.fromkeys(hurdles))}


def _is_reference(state: Mapping[str, Any], base: Base) -> bool:
    return state["policy"] == base.policies[0] and not state["changes"] and state["mix"] is None


def _state(name: str, base: Base, variants: Mapping[str, Variant]) -> tuple[dict[str, Any] | None, str]:
    """The state under which the policy in view is that policy or variant; None, and why, where no hand can make it."""
    if name in base.policies:
        return {"policy": name, "mix": None, "changes": {}}, ""
    variant = variants.get(name)
    if variant is None or variant.of not in base.policies:
        return None, f"No run has the policy “{name}” yet."
    policy = base.scenario.policy(variant.of)
    if any(path not in base.handles for path in variant.settings):
        return None, f"“{name}” changes what has no slider of its own."
    mix = [
        f"{kind}:{part}"
        for kind, parts in zip(
            _KINDS,
            (
                (*policy.programmes, *variant.programmes),
                (*policy.levers, *variant.levers),
                () if policy.offramp is None else (policy.offramp,),
            ),
            strict=True,
        )
        for part in parts
    ]
    own = variant.programmes or variant.levers
    return {"policy": variant.of, "mix": mix if own else None, "changes": dict(variant.settings)}, ""
