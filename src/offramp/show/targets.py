"""Does the reference agree with what was counted? Counted figures beside the model's median and 90 %
interval.

A bound that was counted refutes every draw that lies beyond it, so its verdict tells their share. With less than a quarter of
the draws beyond it the model is compatible with the bound; from a quarter on the bound cuts into the middle half of the draws,
and the model strains it; then the median lies beyond it, and at 19 of 20 the interval.

What was counted is data (`targets.json`), keyed to a scenario by name; a scenario without an entry has no
such table. A target that is given to the model, and so agrees by construction, says so: it tests nothing. So
does one by which numbers of the scenario were chosen.
"""

from __future__ import annotations

import datetime
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from offramp.analysis.compare import PREFIX
from offramp.scenario.numbers import number
from offramp.show.run import Run
from offramp.show.words import between, share, times

if TYPE_CHECKING:
    import polars as pl

# An interval that spans more than this factor holds almost any count; agreement then says little.
_WIDE = 5.0
# A median further from the count than this factor is said, though the interval holds the count.
_OFF = 2.0
# A bound that refutes this share of the draws cuts into their middle half.
_STRAINED = 0.25
_QUANTILES = {"q05": 0.05, "q25": 0.25, "q50": 0.5, "q75": 0.75, "q95": 0.95}

Verdict = Literal["agrees", "weak", "strained", "off", "misses", "given", "chosen", "not compared"]


@dataclass(frozen=True)
class Persons:
    """Persons in a state, or a sum of states, of totals.parquet at the end of a day; at the start of the run on
    its first day."""

    scope: str
    state: str
    date: datetime.date


@dataclass(frozen=True)
class Ratio:
    """One outcome of a run over another, draw by draw."""

    numerator: str
    denominator: str


@dataclass(frozen=True)
class One:
    """One outcome of a run as it stands, draw by draw."""

    outcome: str


@dataclass(frozen=True)
class Target:
    """What was counted. `bound` is "at least" where only a lower bound is known, which `low` holds; "at most" where
    `high` holds an upper one.

    given: the model is told this, so that agreement tests nothing. chosen: numbers of the scenario were chosen by
    it, or by another count of the same, so that agreement is no test either. policies: further policies beside the
    reference, each with the state to count under it.
    """

    id: str
    measure: str
    quantity: Persons | Ratio | One
    low: float | None
    central: float | None
    high: float | None
    bound: str
    unit: str
    evidence: tuple[str, ...]
    given: bool
    policies: dict[str, str]
    note: str
    reference: bool
    """Whether the reference is compared too; not where only a policy has what was counted."""
    computed: bool
    """Whether the values follow from printed figures by the arithmetic of the note."""
    chosen: str
    """The count by which numbers were chosen, as a sentence names it; empty for none."""

    @property
    def ends(self) -> tuple[float, float]:
        """The counted value as a range; infinite above for a lower bound, from 0 for an upper one."""
        if self.bound == "at most":
            assert self.high is not None  # read() refuses it otherwise
            return 0.0, self.high
        low = self.low if self.low is not None else self.central
        high = self.high if self.high is not None else self.central
        assert low is not None  # read() refuses a target without a value
        return low, float("inf") if self.bound else (low if high is None else high)

    @property
    def centre(self) -> float:
        """The value to set a median beside: the central one, the geometric mean of a range, or the bound."""
        low, high = self.ends
        if self.central is not None:
            return self.central
        if self.bound:
            return high if self.bound == "at most" else low
        return low if low <= 0.0 else math.sqrt(low * high)

    @property
    def counted(self) -> str:
        """The counted value in words."""
        low, high = self.ends
        if self.bound:
            return f"{self.bound} {number(self.centre, 3)}"
        if self.central is None:
            return f"{number(low, 3)} to {number(high, 3)}"
        span = f" ({number(low, 3)} to {number(high, 3)})" if low != high else ""
        return f"{number(self.central, 3)}{span}"


@dataclass(frozen=True)
class Uncompared:
    """Something counted that the model has no outcome for, and why."""

    id: str
    measure: str
    evidence: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class Modelled:
    """What the model says of a quantity: quantiles over draws by their share, and the draws where they are known."""

    quantiles: Mapping[float, float]
    draws: NDArray[np.float64] | None = None

    @property
    def interval(self) -> tuple[float, float, float]:
        """The median, and the ends of the middle 90 %."""
        return self.quantiles[0.5], self.quantiles[0.05], self.quantiles[0.95]

    def below(self, bound: float) -> tuple[float, float]:
        """Least and largest share of the draws that may lie below a bound; the same where the draws are known."""
        if self.draws is not None:
            found = float((self.draws < bound).mean())
            return found, found
        least = max((q for q, x in self.quantiles.items() if x < bound), default=0.0)
        return least, min((q for q, x in self.quantiles.items() if x >= bound), default=1.0)

    def above(self, bound: float) -> tuple[float, float]:
        """The same for the share above it."""
        other = Modelled(
            {1.0 - q: -x for q, x in self.quantiles.items()}, None if self.draws is None else -self.draws
        )
        return other.below(-bound)


@dataclass(frozen=True)
class Check:
    """One target under one policy. beyond: of a bound that is strained or missed, the share of the draws beyond it, in words."""

    target: Target
    policy: str
    median: float
    q05: float
    q95: float
    verdict: Verdict
    text: str
    beyond: str = ""


def targets(scenario: str) -> tuple[Target, ...]:
    """What was counted for a scenario of this name; empty when nothing is known."""
    return tuple(read(row) for row in _file()[scenario]["targets"]) if scenario in _file() else ()


def note(scenario: str) -> str:
    """What a reader must know of the targets of this scenario; empty when nothing is known."""
    return str(_file()[scenario]["note"]) if scenario in _file() else ""


def uncompared(scenario: str) -> tuple[Uncompared, ...]:
    """What was counted for a scenario of this name and cannot be compared; empty when nothing is known."""
    rows = _file()[scenario]["not_compared"] if scenario in _file() else ()
    return tuple(Uncompared(r["id"], r["measure"], tuple(r["evidence"]), r["reason"]) for r in rows)


def read(row: Mapping[str, Any]) -> Target:
    """One target from its record. Raises KeyError or ValueError when the record is not complete."""
    quantity = row["quantity"]
    kind = quantity["kind"]
    if kind not in ("persons", "ratio", "outcome"):
        raise ValueError(f"unknown kind of quantity {kind!r}")
    value = "high" if row.get("bound") == "at most" else "low"
    if row.get(value) is None and row.get("central") is None:
        raise ValueError(f"target {row['id']} has no value")
    of: Persons | Ratio | One
    if kind == "ratio":
        of = Ratio(quantity["numerator"], quantity["denominator"])
    elif kind == "outcome":
        of = One(quantity["outcome"])
    else:
        date = datetime.date.fromisoformat(quantity["date"])
        of = Persons(quantity["scope"], quantity["state"], date)
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
        policies=dict(row.get("policies", {})),
        note=row["note"],
        reference=row.get("reference", True),
        computed=row.get("computed", False),
        chosen=row.get("chosen", ""),
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
        found = _ratio(quantity, policy, run)
    elif isinstance(quantity, One):
        found = _one(quantity, policy, run)
    else:
        state = target.policies.get(policy, quantity.state)
        found = _persons(replace(quantity, state=state), policy, run)
    if found is None:
        return Check(target, policy, np.nan, np.nan, np.nan, "not compared", "not simulated in this run")
    median, q05, q95 = found.interval
    if run.draws["draw"].n_unique() == 1:
        return Check(
            target, policy, median, q05, q95, "not compared", "one draw has no interval to compare with"
        )
    verdict, text = _judge(target, found)
    if target.chosen and verdict != "misses":
        text = f"{text}; numbers were chosen by {target.chosen}, so this is no test"
        # that the model is far from it all the same is no agreement by choice, and no test either
        verdict = verdict if verdict in ("strained", "off") else "chosen"
    beyond = _beyond(target, found) if target.bound and verdict in ("strained", "off", "misses") else ""
    return Check(target, policy, median, q05, q95, verdict, text, beyond)


def _judge(target: Target, found: Modelled) -> tuple[Verdict, str]:
    low, high = target.ends
    median, q05, q95 = found.interval
    if q95 < low or q05 > high:
        way = "too low" if q95 < low else "too high"
        factor = f": its median is {_against(target, median)}" if target.centre > 0.0 else ""
        return "misses", f"miss, the model is {way}{factor}"
    if target.given:
        return "given", "agrees, by construction"
    if target.bound:
        return _judge_bound(target, found)
    wide = q05 > 0.0 and q95 / q05 > _WIDE
    span = f"spans a factor of {number(q95 / q05)}" if wide else ""
    outside = not low <= median <= high
    if outside and target.centre > 0.0 and not 1.0 / _OFF <= median / target.centre <= _OFF:
        what = f"the interval holds the count{f' but {span}' if wide else ''}"
        return "off", f"{what}; the median is {_against(target, median)}"
    if wide:
        return "weak", f"agrees, but weakly: the interval {span}"
    return "agrees", "agrees, inside the interval"


def _judge_bound(target: Target, found: Modelled) -> tuple[Verdict, str]:
    low, high = target.ends
    median, *_ = found.interval
    upper = target.bound == "at most"
    least, _ = found.above(high) if upper else found.below(low)
    told = _beyond(target, found)
    if not low <= median <= high:
        where = f"it is {_against(target, median)}"
        return "off", f"the interval reaches the bound, the median does not: {where}; {told}"
    if least >= _STRAINED:
        return "strained", f"strains the bound: {told}"
    return "agrees", f"compatible with the bound: {told}"


def _beyond(target: Target, found: Modelled) -> str:
    """`39 % of the draws lie above it`."""
    low, high = target.ends
    upper = target.bound == "at most"
    return f"{_share_of_draws(*(found.above(high) if upper else found.below(low)))} {'above' if upper else 'below'} it"


def _share_of_draws(least: float, most: float) -> str:
    """`39 % of the draws lie`; a range where quantiles are all that is known of them."""
    if least == most:
        return "none of the draws lies" if most == 0.0 else f"{share(least)} of the draws lie"
    if least == 0.0:
        return f"at most {share(most)} of the draws lie"
    return f"{between(least, most, 'share')} of the draws lie"


def _against(target: Target, median: float) -> str:
    """`2.9 times the count`; of a range, its middle."""
    low, high = target.ends
    what = (
        "the bound"
        if target.bound
        else "the count"
        if target.central is not None or low == high
        else (f"the middle of the count ({number(target.centre)})")
    )
    return f"{times(median / target.centre)} {what}"


def _ratio(quantity: Ratio, policy: str, run: Run) -> Modelled | None:
    import polars as pl

    above, below = PREFIX + quantity.numerator, PREFIX + quantity.denominator
    if not {above, below} <= set(run.draws.columns):
        return None
    rows = run.draws.filter((pl.col("policy") == policy) & (pl.col(below) > 0.0))
    if rows.height == 0:
        return None
    return _over_draws(rows[above] / rows[below])


def _one(quantity: One, policy: str, run: Run) -> Modelled | None:
    import polars as pl

    column = PREFIX + quantity.outcome
    if column not in run.draws.columns:
        return None
    return _over_draws(run.draws.filter(pl.col("policy") == policy)[column])


def _over_draws(column: pl.Series) -> Modelled:
    draws = column.to_numpy().astype(np.float64)
    shares = tuple(_QUANTILES.values())
    return Modelled(dict(zip(shares, np.quantile(draws, shares).tolist(), strict=True)), draws)


def _persons(quantity: Persons, policy: str, run: Run) -> Modelled | None:
    import polars as pl

    # Day d is the end of the d-th day, so the end of the first date is day 1; its start is the initial state.
    offset = (quantity.date - run.scenario.start).days
    day = 0 if offset == 0 else offset + 1
    rows = run.totals.filter(
        (pl.col("policy") == policy)
        & (pl.col("scope") == quantity.scope)
        & (pl.col("day") == day)
        & (pl.col("state") == quantity.state)
    )
    if rows.height == 0:
        return None
    return Modelled({q: float(rows[name][0]) for name, q in _QUANTILES.items()})


@cache
def _file() -> dict[str, dict[str, Any]]:
    text = (files("offramp.show") / "targets.json").read_text(encoding="utf-8")
    return json.loads(text)
