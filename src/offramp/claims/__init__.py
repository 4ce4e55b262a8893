"""The public debate as data: every claim with its test, what would refute it, and the rule that gives its verdict.

from offramp import claims
one = claims.shipped().claim("001.5")
claims.judge(one).verdict.word            # contradicted by figures
"""

from __future__ import annotations

from offramp.claims.claim import Article, Claim, Claims, Test
from offramp.claims.judge import Judgement, judge
from offramp.claims.load import load, loads, shipped
from offramp.claims.run import Judged, latest, read, run_claims
from offramp.claims.variants import variant_text, with_variant
from offramp.claims.verdict import Box, Figures, Finding, Verdict, Worlds, verdict

__all__ = [
    "Article",
    "Box",
    "Claim",
    "Claims",
    "Figures",
    "Finding",
    "Judged",
    "Judgement",
    "Test",
    "Verdict",
    "Worlds",
    "judge",
    "latest",
    "load",
    "loads",
    "read",
    "run_claims",
    "shipped",
    "variant_text",
    "verdict",
    "with_variant",
]
