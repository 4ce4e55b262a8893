"""Judged claims as plain data: for claims.json, for the command line, for pages. Numbers are exact, words are ready.

An answer is an object with `run` (what was simulated), `words` (verdict -> claims), `claims` (one object each) and
`policies` (benefits and harms of every policy that was compared). A number that is not finite is null.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from offramp.analysis.outcomes import describe
from offramp.claims.arithmetic import Range
from offramp.claims.claim import Claim, Claims, Decomposition, Drawn, Quantity, Simulated, Test
from offramp.claims.counting import Count, Counted, Decided, Spread, spread
from offramp.claims.joint import Joint
from offramp.claims.judge import Judgement, Sum
from offramp.claims.quantities import in_words
from offramp.claims.reason import RANGED, beside_in_words, decisive, sentences
from offramp.claims.sample import FloatArray, Sample
from offramp.claims.telling import told_in_full
from offramp.claims.verdict import Box, Worlds
from offramp.scenario.labels import input_in_words

BESIDE: Final = ("departures", "families_harmed", "attempts_failed", "killed", "cost_usd")
"""Outcomes shown beside every claim: a benefit never stands without its harms and its price."""


def answer(
    judged: Sequence[Judgement], claims: Claims, samples: Sequence[Sample], about: Mapping[str, Any]
) -> dict[str, Any]:
    """The whole of claims.json. about: what was run."""
    rows = [plain(one, claims, samples[0]) for one in judged]
    words: dict[str, list[str]] = {}
    for row in rows:
        words.setdefault(status_of(row), []).append(row["id"])
    used = dict.fromkeys(name for one in judged for name in one.claim.policies)
    shown: dict[str, list[str]] = {name: [] for name in used}
    for one in judged:
        for name in one.claim.policies:
            shown[name] += _shown(one.claim)
    main = samples[0]
    return {
        "format": 1,
        "run": dict(about),
        "words": words,
        "claims": rows,
        "policies": {
            name: _beside(main, name, tuple(dict.fromkeys(shown[name])))
            for name in used
            if name in main.policies
        },
        "variants": {one.name: asdict(one) for one in claims.variants if one.name in used},
    }


def _shown(claim: Claim) -> list[str]:
    """Outcomes that stand in the table of a claim: what its tests look at and what it names itself, with the harms beside."""
    if claim.trade_off is not None:
        return list(claim.trade_off.outcomes)
    tested = [
        RANGED.get(one.outcome.partition(".")[0], one.outcome)
        for test in claim.tests
        for one in test.quantities
        if isinstance(one, Simulated) and one.first is None
    ]
    return [name for name in dict.fromkeys([*tested, *claim.beside.outcomes, *BESIDE]) if name]


def status_of(row: Mapping[str, Any]) -> str:
    """The verdict of a claim, or which kind of no verdict it has."""
    if row["verdict"] is not None:
        return row["verdict"]
    if row["kind"] == "value judgement":
        return "value judgement, no verdict"
    return "cannot be run" if row["needs"] or row["lacks"] or not row["tests"] else "not run yet"


def deciding(row: Mapping[str, Any]) -> dict[str, Any] | None:
    """The test of a claim that decides it; None where none was worked out."""
    at = row["decided_by"]
    return None if at is None else row["tests"][at]


def in_brief(row: Mapping[str, Any]) -> dict[str, Any]:
    """A claim of `plain` as it stands in a list."""
    kept = ("id", "says", "kind", "verdict", "standing", "conditions", "status", "needs", "lacks")
    return {"article": row["article"]["key"], **{key: row[key] for key in kept}}


def plain(judgement: Judgement, claims: Claims, sample: Sample | None = None) -> dict[str, Any]:
    """All that is known of a claim. sample: draws of the main set of priors, for what each change adds; None without a run."""
    claim, found = judgement.claim, judgement.verdict
    worked = {id(test): each for test, each in judgement.sums}
    counted = {id(one.test): one for one in judgement.counts}
    article = claims.article(claim.article)
    return {
        "id": claim.id,
        "says": claim.says,
        "kind": claim.kind,
        "verdict": None if found is None else found.word,
        "conditions": [] if found is None else list(found.conditions),
        "status": judgement.word,
        "needs": list(judgement.modules),
        "lacks": list(judgement.lacks),
        "article": asdict(article) | {"citation": article.citation()},
        "reason": "" if found is None else found.reason,
        "untold_for": judgement.untold_for or "",
        "sentences": list(sentences(judgement)),
        "decided_by": _place(claim, decisive(judgement)),
        "together": None if judgement.joint is None else _together(judgement.joint),
        "tests": [_test(test, worked.get(id(test), ()), counted.get(id(test))) for test in claim.tests],
        "waits_for": [asdict(one) for one in judgement.needs],
        "variants": [asdict(one) for one in claims.variants if one.name in claim.policies],
        "trade_off": None if claim.trade_off is None else asdict(claim.trade_off),
        "policies": list(claim.policies),
        "shown": _shown(claim),
        "adds": None if sample is None or claim.decomposition is None else _adds(claim.decomposition, sample),
        "beside": "" if sample is None else beside_in_words(claim, sample),
        "standing": judgement.standing,
        "headline": claim.headline,
        "refuted_by": claim.refuted_by,
        "untested": claim.untested,
        "why_this_test": claim.why_this_test,
        "rests_on": claim.rests_on,
        "silent": claim.silent,
        "evidence": list(claim.cited),
    }


def _adds(one: Decomposition, sample: Sample) -> dict[str, Any] | None:
    """What each change adds, draw by draw; None where a run has not all of it."""
    base = sample.outcome(one.outcome, one.base)
    parts = {name: sample.outcome(one.outcome, name) for name in one.parts}
    if base is None or any(values is None for values in parts.values()):
        return None
    known = {name: values for name, values in parts.items() if values is not None}
    found: dict[str, Any] = {
        "outcome": one.outcome,
        "label": describe(one.outcome).label,
        "why": one.why,
        **_added(one, base, known, np.ones(sample.draws, np.bool_)),
        "halves": [],
    }
    drawn = sample.values(Drawn(one.by_sign_of)) if one.by_sign_of else None
    if drawn is not None:
        label = input_in_words(one.by_sign_of)
        for words, some in (
            (f"where `{label}` is above 0", drawn > 0.0),
            (f"where `{label}` is below 0", drawn < 0.0),
        ):
            if some.any():
                found["halves"].append(
                    {"where": words, "draws": int(some.sum()), **_added(one, base, known, some)}
                )
    return found


def _added(
    one: Decomposition, base: FloatArray, parts: Mapping[str, FloatArray], some: NDArray[np.bool_]
) -> dict[str, Any]:
    rows = [{"policy": name, **_summary((values - base)[some])} for name, values in parts.items()]
    return {"base": {"policy": one.base, **_summary(base[some])}, "parts": rows}


def _place(claim: Claim, test: Test | None) -> int | None:
    return next((at for at, one in enumerate(claim.tests) if one is test), None)


def _test(test: Test, worked: Sequence[Sum], counted: Counted | None) -> dict[str, Any]:
    sums = {one.reading.name: one for one in worked}
    readings: list[dict[str, Any]] = []
    for reading in test.readings:
        row: dict[str, Any] = {
            "name": reading.name,
            "quantities": {name: _quantity(quantity) for name, quantity in reading.quantities.items()},
        }
        one = sums.get(reading.name)
        if one is not None:
            row |= {
                "left": _ends(one.left),
                "right": _ends(one.right),
                "settled": one.settled,
                "rivals": [rival.id for rival in one.rivals],
            }
        readings.append(row)
    return {
        "kind": test.kind,
        "left": test.left.text,
        "relation": test.relation,
        "factor": test.factor,
        "right": test.right.text,
        "in_words": test.in_words(),
        "told": told_in_full(test),
        "run": bool(worked) or counted is not None,
        "readings": readings,
        "worlds": [] if counted is None else [_worlds(one) for one in counted.counts],
        **_decided(Decided(None, None, ()) if counted is None else counted.decided),
    }


def _decided(decided: Decided) -> dict[str, Any]:
    return {
        "holds_in": _box(decided.holds_in),
        "fails_in": _box(decided.fails_in),
        "learn": [_lesson(one) for one in decided.lessons],
    }


def _together(joint: Joint) -> dict[str, Any]:
    """All tests together; without worlds where only figures were asked."""
    worlds = [{"set": one.set, "reading": one.reading, **_share(one.worlds)} for one in joint.parts]
    return {"worlds": worlds, **_decided(joint.decided)}


def _quantity(quantity: Quantity) -> dict[str, Any]:
    stated = {
        key: value.isoformat() if isinstance(value, datetime.date) else value
        for key, value in asdict(quantity).items()
    }
    return stated | {"in_words": in_words(quantity)}


def _worlds(one: Count) -> dict[str, Any]:
    return {
        "set": one.set,
        "reading": one.reading,
        **_share(one.worlds),
        "margin": {
            "of": "ratio" if one.ratio else "difference",
            "asked": _spread(one.asked),
            **_spread(one.margin),
        },
        "values": {name: _spread(values) for name, values in one.values.items()},
        "other_way_round": None if one.mirrored is None else asdict(one.mirrored),
    }


def _share(worlds: Worlds) -> dict[str, Any]:
    """share: null where no draw has anything to compare."""
    return {
        "draws": worlds.draws,
        "holding": worlds.holding,
        "open": worlds.open,
        "too_fine": worlds.fine,
        "undefined": worlds.undefined,
        "share": _finite(worlds.share),
        "low": worlds.chance.low,
        "high": worlds.chance.high,
        "settled": worlds.settled,
        "beside": worlds.beside(),
    }


def _lesson(one: Any) -> dict[str, Any]:
    return {
        "input": one.index.input,
        "in_words": input_in_words(one.index.input),
        "index": one.index.index,
        "noise": one.index.noise_floor,
        "share_in_lowest_third": one.lowest,
        "share_in_highest_third": one.highest,
    }


def _box(one: Box | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {
        "conditions": list(one.conditions),
        "right": one.holding,
        "inside": one.inside,
        "of": one.of,
        "confirmed": one.holds,
    }


def _beside(sample: Sample, policy: str, outcomes: Sequence[str]) -> dict[str, Any]:
    """Benefits, harms and price of a policy over the draws of the main set of priors."""
    found: dict[str, Any] = {}
    for name in outcomes:
        values = sample.outcome(name, policy)
        if values is not None:
            event = bool(np.isin(values[np.isfinite(values)], (0.0, 1.0)).all())
            found[name] = {"label": describe(name).label, "event": event, **_summary(values)}
    return found


def _summary(values: FloatArray) -> dict[str, float | None]:
    known = values[np.isfinite(values)]
    return {"mean": float(known.mean()), **_spread(spread(known))}


def _spread(one: Spread) -> dict[str, float | None]:
    return {name: _finite(value) for name, value in asdict(one).items()}


def _ends(one: Range) -> dict[str, float | None]:
    """A range for a machine: an open end is null, because JSON has no infinity."""
    return {"low": _finite(one.low), "central": one.central, "high": _finite(one.high)}


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
