"""Where the product uses a cited figure: in the shipped scenarios, in what their runs are compared with, in claims."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from offramp.evidence import Figure


@dataclass(frozen=True)
class Use:
    """One place that cites figures.

    kind: `prior` an unknown number of a scenario, `value` a known one, `target` a count that its runs are
    compared with, or that they cannot be compared with, `claim` a claim of the debate. scenario: its name. place:
    key path, or the name of the target or claim. text: what stands there.
    """

    kind: Literal["prior", "value", "target", "claim"]
    scenario: str
    place: str
    text: str
    evidence: tuple[str, ...]


def uses(one: Figure) -> list[Use]:
    """Every use of a figure under its id or an alias, scenario by scenario."""
    names = {one.id, *one.aliases}
    return [use for use in citations() if names & set(use.evidence)]


@cache
def citations() -> tuple[Use, ...]:
    """Every place that cites a figure. A further kind of place is one more source in this list."""
    from offramp.scenario import shipped

    sources = (_of_scenario, _of_targets, _of_claims)
    return tuple(use for name in shipped() for source in sources for use in source(name))


def _of_scenario(name: str) -> Iterator[Use]:
    from offramp.scenario import load
    from offramp.show.assumptions import fixed, uncertain

    scenario = load(name)
    for row in uncertain(scenario):
        if row.evidence:
            yield Use("prior", name, row.path, f"{row.law}, 90 % {row.interval}", row.evidence)
    for row in fixed(scenario):
        if row.evidence:
            yield Use("value", name, row.path, row.law, row.evidence)


def _of_targets(name: str) -> Iterator[Use]:
    from offramp.show.targets import targets, uncompared

    for target in targets(name):
        text = f"{target.measure}: {target.counted} {target.unit}"
        yield Use("target", name, target.id, text, target.evidence)
    for one in uncompared(name):
        yield Use("target", name, one.id, f"{one.measure}: not compared, {one.reason}", one.evidence)


def _of_claims(name: str) -> Iterator[Use]:
    from offramp.claims import shipped

    claims = shipped()
    for claim in claims.claims:
        if claims.scenario == name and claim.cited:
            yield Use("claim", name, claim.id, claim.says, claim.cited)
