"""Does the reference agree with what was counted? Counted figures beside the model's median and 90 %
interval.

What was counted is data (`targets.json`), keyed to a scenario by name; a scenario without an entry has no
such table. A target that is given to the model, and so agrees by construction, says so: it tests nothing.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import numpy as np

from offramp.analysis.compare import PREFIX
from offramp.show.run import Run
from offramp.show.words import number, times

# An interval that spans more than this factor holds almost any count; agreement then says little.
_WIDE = 5.0

Verdict = Literal["agrees", "weak", "misses", "given", "not compared"]


@dataclass(frozen=True)
class Persons:
    """Persons in one or several states at the end of a day; at the start of the run on its first day."""

    scope: str
    states: tuple[str, ...]
    date: datetime.date


@dataclass(frozen=True)
class Ratio:
    """One outcome of a run over another, draw by draw."""

    numerator: str
    denominator: str


@dataclass(frozen=True)
class Target:
    """What was counted. `bound` is "at least" where only a lower bound is known; then `low` holds it.

    given: the model is told this, so that agreement tests nothing. policies: further policies beside the
    reference, each with the states to count under it.
    """

    id: str
    measure: str
    quantity: Persons | Ratio
    low: float | None
    central: float | None
    high: float | None
    bound: str
    unit: str
    evidence: tuple[str, ...]
    given: bool
    policies: dict[str, tuple[str, ...]]
    note: str
    reference: bool
    """Whether the reference is compared too; not where only a policy has what was counted."""
    computed: bool
    """Whether the values follow from printed figures by the arithmetic of the note."""

    @property
    def ends(self) -> tuple[float, float]:
        """The counted value as a range; infinite above for a lower bound."""
        low = self.low if self.low is not None else self.central
        high = self.high if self.high is not None else self.central
        assert low is not None  # read() refuses a target without a value
        return low, float("inf") if self.bound else (low if high is None else high)

    @property
    def counted(self) -> str:
        """The counted value in words."""
        low, high = self.ends
        if self.bound:
            return f"{self.bound} {number(low, 3)}"
        if self.central is None:
            return f"{number(low, 3)} to {number(high, 3)}"
        span = f" ({number(low, 3)} to {number(high, 3)})" if low != high else ""
        return f"{number(self.central, 3)}{span}"


@dataclass(frozen=True)
class Check:
    """One target under one policy. `summed`: the states' quantiles were added, as if they moved together."""

    target: Target
    policy: str
    median: float
    q05: float
    q95: float
    verdict: Verdict
    text: str
    summed: bool = False


def targets(scenario: str) -> tuple[Target, ...]:
    """What was counted for a scenario of this name; empty when nothing is known."""
    return tuple(read(row) for row in _file()[scenario]["targets"]) if scenario in _file() else ()


def note(scenario: str) -> str:
    """What a reader must know of the targets of this scenario; empty when nothing is known."""
    return str(_file()[scenario]["note"]) if scenario in _file() else ""


def read(row: Mapping[str, Any]) -> Target:
    """One target from its record. Raises KeyError or ValueError when the record is not complete."""
    quantity = row["quantity"]
    kind = quantity["kind"]
    if kind not in ("persons", "ratio"):
        raise ValueError(f"unknown kind of quantity {kind!r}")
    if row.get("low") is None and row.get("central") is None:
        raise ValueError(f"target {row['id']} has no value")
    of: Persons | Ratio
    if kind == "ratio":
        of = Ratio(quantity["numerator"], quantity["denominator"])
    else:
        date = datetime.date.fromisoformat(quantity["date"])
        of = Persons(quantity["scope"], tuple(quantity["states"]), date)
    return Target(
        id=row["id"],
        measure=row["measure"],
        quantity=of,
        low=row.get("low"),
        central=row.get("central"),
        high=row.get("high"),
        bound=row.get("bound", ""),
        unit=row["unit"],
        evidence=tuple(row["evidence"]),
        given=row["given"],
        policies={policy: tuple(states) for policy, states in row.get("policies", {}).items()},
        note=row["note"],
        reference=row.get("reference", True),
        computed=row.get("computed", False),
    )


def checks(run: Run) -> tuple[Check, ...]:
    """Every target of the run's scenario, under the reference and under the policies that the target
    names."""
    found: list[Check] = []
    for target in targets(run.scenario.name):
        if target.reference:
            found.append(check(target, run.policies[0], run))
        found += [check(target, policy, run) for policy in target.policies if policy in run.policies[1:]]
    return tuple(found)


def check(target: Target, policy: str, run: Run) -> Check:
    """Set one target beside the model."""
    quantity = target.quantity
    if isinstance(quantity, Ratio):
        values, summed = _ratio(quantity, policy, run), False
    else:
        states = target.policies.get(policy, quantity.states)
        values, summed = _persons(replace(quantity, states=states), policy, run)
    if values is None:
        return Check(target, policy, np.nan, np.nan, np.nan, "not compared", "not simulated in this run")
    median, q05, q95 = values
    if run.draws["draw"].n_unique() == 1:
        return Check(
            target, policy, median, q05, q95, "not compared", "one draw has no interval to compare with"
        )
    verdict, text = _judge(target, median, q05, q95)
    return Check(target, policy, median, q05, q95, verdict, text, summed)


def _judge(target: Target, median: float, q05: float, q95: float) -> tuple[Verdict, str]:
    low, high = target.ends
    inside = q95 >= low and q05 <= high
    if not inside:
        centre = target.central if target.central is not None else (low if median < low else high)
        if np.isinf(centre):
            centre = low
        way = "too low" if median < centre else "too high"
        factor = f": its median is {times(median / centre)} the count" if centre > 0.0 else ""
        return "misses", f"miss, the model is {way}{factor}"
    if target.given:
        return "given", "agrees, by construction"
    if target.bound:
        return "agrees", "compatible with the bound"
    if q05 > 0.0 and q95 / q05 > _WIDE:
        return "weak", f"agrees, but weakly: the interval spans a factor of {number(q95 / q05)}"
    return "agrees", "agrees, inside the interval"


def _ratio(quantity: Ratio, policy: str, run: Run) -> tuple[float, float, float] | None:
    import polars as pl

    above, below = PREFIX + quantity.numerator, PREFIX + quantity.denominator
    if not {above, below} <= set(run.draws.columns):
        return None
    rows = run.draws.filter((pl.col("policy") == policy) & (pl.col(below) > 0.0))
    if rows.height == 0:
        return None
    values = (rows[above] / rows[below]).cast(pl.Float64).to_numpy()
    low, median, high = np.quantile(values, (0.05, 0.5, 0.95))
    return float(median), float(low), float(high)


def _persons(quantity: Persons, policy: str, run: Run) -> tuple[tuple[float, float, float] | None, bool]:
    import polars as pl

    # Day d is the end of the d-th day, so the end of the first date is day 1; its start is the initial state.
    offset = (quantity.date - run.scenario.start).days
    day = 0 if offset == 0 else offset + 1
    rows = run.totals.filter(
        (pl.col("policy") == policy)
        & (pl.col("scope") == quantity.scope)
        & (pl.col("day") == day)
        & pl.col("state").is_in(list(quantity.states))
    )
    wanted = len(quantity.states)
    if rows.height < wanted and not _may_lack(quantity, rows["state"].to_list()):
        return None, False
    if rows.height == 0:
        return None, False
    moving = int((rows["q95"] > 0.0).sum())
    totals = [float(rows[name].cast(pl.Float64).sum()) for name in ("q50", "q05", "q95")]
    return (totals[0], totals[1], totals[2]), moving > 1


def _may_lack(quantity: Persons, present: list[str]) -> bool:
    """Nobody waits where there is no programme, so the state `waiting` may be absent."""
    return set(quantity.states) - set(present) <= {"waiting"}


@cache
def _file() -> dict[str, dict[str, Any]]:
    text = (files("offramp.show") / "targets.json").read_text(encoding="utf-8")
    return json.loads(text)
