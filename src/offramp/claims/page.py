"""The generated parts of docs/claims.md: every claim in a table, and the words and variants that tests use."""

from __future__ import annotations

from collections import Counter

from offramp.claims.claim import TEST_KIND_MEANING, Claim, Claims
from offramp.claims.judge import Judgement, judge
from offramp.claims.load import shipped
from offramp.claims.schema import (
    MAX_BYTES,
    MAX_CHOICES,
    MAX_CLAIMS,
    MAX_LISTED,
    MAX_NAMES,
    MAX_READINGS,
    MAX_TESTS,
)
from offramp.claims.words import kinds_of, variant_text
from offramp.games.expressions import LONGEST


def claims_by_article() -> str:
    """A table for each article: the claim, how it is tested, what would refute it, and its verdict so far."""
    claims = shipped()
    parts: list[str] = []
    for article in claims.articles:
        note = f"\n\n{_plain(article.note)}" if article.note else ""
        rows = [_row(one, claims) for one in claims.claims if one.article == article.key]
        columns = (
            "id",
            "claim",
            "kind",
            "test",
            "refuted by",
            "verdict so far",
            "not tested, and what the model is silent on",
        )
        head = [f"| {' | '.join(columns)} |", "| --- " * len(columns) + "|"]
        table = "\n".join([*head, *(f"| {' | '.join(map(_plain, row))} |" for row in rows)])
        parts.append(
            f"### {article.key}: {_plain(article.title)}\n\n{_plain(article.citation())}{note}\n\n{table}\n"
        )
    return "\n".join(parts)


def counts() -> str:
    """How many claims there are, by kind and by what came of them so far."""
    claims = shipped()
    judged = [judge(one, claims) for one in claims.claims]
    kinds = Counter(one.kind for one in claims.claims)
    words = Counter(_status(one) for one in judged)
    told = ", ".join(f"{count} {kind}s" for kind, count in kinds.most_common())
    so_far = "; ".join(f"*{word}* {count}" for word, count in words.most_common())
    return f"{len(claims.claims)} claims of {len(claims.articles)} articles: {told}. So far: {so_far}.\n"


def kinds_of_tests() -> str:
    """What the kinds of tests are called."""
    return "\n".join(f"- `{kind}`: {meaning}" for kind, meaning in TEST_KIND_MEANING.items()) + "\n"


def variants() -> str:
    """Policies that only tests of claims need."""
    return "\n".join(f"- {_plain(variant_text(one))}" for one in shipped().variants) + "\n"


def limits() -> str:
    """What is refused for its size."""
    rows = [
        ("file", f"{MAX_BYTES // 1_000_000} MB of UTF-8"),
        ("claims", f"{MAX_CLAIMS}"),
        ("variants", f"{MAX_LISTED}"),
        ("tests of a claim", f"{MAX_TESTS}"),
        ("readings of a test", f"{MAX_READINGS}"),
        ("ways to read all tests of a claim together", f"{MAX_CHOICES}"),
        ("names of a reading", f"{MAX_NAMES}"),
        ("characters of a formula", f"{LONGEST}"),
    ]
    return (
        "\n".join(["| what | most |", "| --- | --- |", *(f"| {what} | {most} |" for what, most in rows)])
        + "\n"
    )


def _row(claim: Claim, claims: Claims) -> tuple[str, ...]:
    judgement = judge(claim, claims)
    trade_off = claim.trade_off
    test = kinds_of(claim) if trade_off is None else f"trade-off: {trade_off.what}"
    return (
        claim.id,
        claim.says,
        claim.kind,
        test,
        claim.refuted_by or "-",
        judgement.word,
        _beyond(claim),
    )


def _beyond(claim: Claim) -> str:
    untested = f"Not tested: {claim.untested} " if claim.untested else ""
    why = f" Why this test: {claim.why_this_test}" if claim.why_this_test else ""
    return f"{untested}{claim.silent}{why}".strip() or "-"


def _status(one: Judgement) -> str:
    if one.verdict is not None:
        return one.verdict.word
    return "a value judgement without verdict" if one.claim.kind == "value judgement" else "not run yet"


def _plain(text: str) -> str:
    """Text that Markdown shows as it is inside a table."""
    return text.replace("|", "\\|").replace("*", "\\*").replace("<", "&lt;")
