"""What the pages need of a run: the tables of its results folder, and the facts of its manifest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

if TYPE_CHECKING:
    import polars as pl

    from offramp.scenario.tables import Scenario


class Run(Protocol):
    """A finished run. `offramp.ensemble.results.Results` is one.

    policies: those that were run, the reference first. draws: wide, columns policy, draw, input.*,
    outcome.*. daily: policy, day, group, state, mean and quantiles in persons. totals: the same by scope
    (force, home, all) in place of group. Day 0 is the initial state, day d the end of the d-th day.
    """

    @property
    def policies(self) -> tuple[str, ...]: ...
    @property
    def draws(self) -> pl.DataFrame: ...
    @property
    def daily(self) -> pl.DataFrame: ...
    @property
    def totals(self) -> pl.DataFrame: ...
    @property
    def manifest(self) -> Mapping[str, Any]: ...
    @property
    def out(self) -> Path: ...
    @property
    def scenario(self) -> Scenario: ...


@dataclass(frozen=True)
class Facts:
    """What one needs to judge a run, to run it again and to cite it. Empty where the manifest does not
    say."""

    version: str
    hash: str
    command: str
    seed: str
    draws: int
    daily_draws: int
    soldiers: str
    stands_for: str
    sampling: str
    prior: str
    engine: str
    platform: str
    libraries: str
    time: str
    verdict: str
    notes: tuple[str, ...]

    def rows(self) -> tuple[tuple[str, str], ...]:
        """Name and value of what is stated, for a list."""
        named = (
            ("Command", self.command),
            ("Scenario, content hash", self.hash),
            ("Version", self.version),
            ("Seed", self.seed),
            ("Draws", f"{self.draws:,}"),
            ("Simulated soldiers a draw", self.soldiers),
            ("One simulated soldier stands for", self.stands_for),
            ("Sampling", self.sampling),
            ("Priors", self.prior),
            ("Engine", self.engine),
            ("Platform", self.platform),
            ("Libraries", self.libraries),
            ("Written", self.time),
        )
        return tuple((name, value) for name, value in named if value)


def facts(run: Run) -> Facts:
    """The facts of the run's manifest; what is not stated there is left empty, never guessed."""
    manifest = run.manifest
    draws = run.draws["draw"].n_unique() if run.draws.height else 0
    soldiers = manifest.get("soldiers")
    convergence: Mapping[str, Any] = manifest.get("convergence") or {}
    libraries: Mapping[str, Any] = manifest.get("libraries") or {}
    return Facts(
        version=_text(manifest, "version"),
        hash=_text(manifest, "hash") or run.scenario.hash,
        command=_text(manifest, "command"),
        seed=_text(manifest, "seed"),
        draws=draws,
        daily_draws=int(manifest.get("daily_draws", draws)),
        soldiers=f"{soldiers:,}" if isinstance(soldiers, int) else "",
        stands_for=_stands_for(manifest.get("stands_for")),
        sampling=_text(manifest, "sampling"),
        prior=_text(manifest, "prior"),
        engine=_text(manifest, "engine"),
        platform=_text(manifest, "platform"),
        libraries=", ".join(f"{name} {number}" for name, number in libraries.items()),
        time=_text(manifest, "time"),
        verdict=str(convergence.get("sentence", "")),
        notes=tuple(str(note) for note in manifest.get("notes", ())),
    )


def _text(manifest: Mapping[str, Any], key: str) -> str:
    value = manifest.get(key)
    return "" if value is None else str(value)


def _stands_for(value: Any) -> str:
    """`12.5 persons`, or the range over groups."""
    if isinstance(value, Mapping):
        weights = [float(w) for w in cast("Mapping[str, float]", value).values()]
        if not weights:
            return ""
        low, high = min(weights), max(weights)
        return (
            f"{_count(low)} persons" if low == high else f"{_count(low)} to {_count(high)} persons, by group"
        )
    return f"{_count(value)} persons" if isinstance(value, int | float) else ""


def _count(value: float) -> str:
    return f"{value:,.0f}" if value >= 100.0 else f"{value:.3g}"


def messengers_of(run: Run) -> dict[str, str]:
    """By policy that makes an offer the policy of the run that has the same broadcasts and offers nothing: what news alone
    does is no doing of the offer. Where several do, the one that begins nearest to the day on which its offers are made.
    Offers with other broadcasts have none."""
    scenario = run.scenario
    made = {one.name: one.start_day for one in scenario.offers}
    policies = [policy for policy in scenario.policies if policy.name in run.policies]
    broadcasts = {
        policy.name: {one.name for one in scenario.channels if one.kind == "broadcast"} & set(policy.channels)
        for policy in policies
    }
    silent = {
        one.name: one.broadcasts_day
        for one in policies
        if one.broadcasts_day is not None and not (one.programmes or one.levers or one.offramp)
    }
    found: dict[str, str] = {}
    for policy in policies:
        same = [name for name in silent if broadcasts[name] and broadcasts[name] == broadcasts[policy.name]]
        if policy.programmes and same:
            start = min(made[name] for name in policy.programmes)
            found[policy.name] = min(same, key=lambda name: abs(silent[name] - start))
    return found
