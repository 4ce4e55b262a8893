"""The table of the frontier, from the cheapest policy up, and the harms that stand beside every ranking of policies."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from offramp.analysis import Step, describe
from offramp.analysis.outcomes import Unit
from offramp.show.economics import COST, Economics
from offramp.show.layout import Table
from offramp.show.report.panels import Grid
from offramp.show.risk import price_of
from offramp.show.words import NOT_DEFINED, PERCENT, amount, between, listed, precision, quoted, share

FloatArray = NDArray[np.float64]

_HARMS = {
    "families_harmed": "families harmed",
    "attempts_failed": "failed attempts",
    "killed_trying": "killed trying",
    "killed": "deaths in the force",
    "refouled": "sent back to danger",
    "defrauded": "promises not kept",
    "host_incidents": "incidents with hosts",
}


def ladder(found: Economics, table: Table) -> Grid:
    """Policies by mean extra cost, with status on the frontier, the cost of a further departure, and harms."""
    rows = [_rung(step, found, table) for step in sorted(found.frontier.steps, key=lambda s: s.cost)]
    label = describe(found.column).label
    by = "" if found.column == COST else f", by {label[0].lower()}{label[1:]}"
    head = (
        "Policy",
        "Extra cost",
        "Net departures",
        "Status",
        "Cost of a further departure",
        "On the frontier in",
        "Harms",
    )
    return Grid(
        f"The frontier{by}: means (middle 90{PERCENT} of draws), from the cheapest policy up",
        head,
        tuple(rows),
    )


def _rung(step: Step, found: Economics, table: Table) -> tuple[str, ...]:
    i = found.policies.index(step.policy)
    status: str = step.status
    if step.by:
        how = "by a mixture of " if step.status == "extendedly dominated" else "by "
        status = f"{step.status} {how}{listed([quoted(p) for p in step.by])}"
    if step.policy == found.reference:
        status = f"{status} (reference)"
    further = ""
    if step.icer is not None:
        further = amount(step.icer, "usd")
        if step.icer_low is not None and step.icer_high is not None:
            further += f" (Monte Carlo interval {between(step.icer_low, step.icer_high, 'usd')})"
        elif found.draws > 1:
            further += " (not bounded by these draws)"
    elif step.quadrant not in (None, "dearer, more leave"):
        further = f"no ratio: {step.quadrant}"
    own = NOT_DEFINED if step.share is None else share(step.share)
    return (
        step.policy,
        _with_spread(found.cost[:, i], "usd"),
        _with_spread(found.effect[:, i], "persons"),
        status,
        further or NOT_DEFINED,
        f"{own} of draws" if found.draws > 1 else NOT_DEFINED,
        harms(step.policy, table),
    )


def _with_spread(sample: FloatArray, unit: Unit) -> str:
    """The mean of a difference and the middle 90 % of its draws; the reference's is nothing."""
    low, _, high = quantiles(sample)
    mean = amount(float(sample.mean()), unit, difference=True, digits=precision(low, high))
    if len(sample) == 1 or (sample == sample[0]).all():
        return mean
    skew = "" if low <= sample.mean() <= high else "; a few draws carry the mean"
    return f"{mean} ({between(low, high, unit, difference=True)}{skew})"


def harms(policy: str, table: Table) -> str:
    """Mean differences in harms to the reference, with intervals, and what an off-ramp concedes: no ranking of policies stands
    without them."""
    if policy == table.comparison.reference:
        return "reference"
    said: list[str] = []
    for name, words in _HARMS.items():
        effect = table.comparison.get(policy, name)
        if effect is None or effect.difference is None:
            continue
        d, unit = effect.difference, describe(name).unit
        if name in ("refouled", "defrauded", "host_incidents") and effect.identical:
            continue  # it promises nothing of the kind
        text = f"{words} {amount(d.mean, unit, difference=True)}"
        span = "" if d.draws == 1 or d.constant else between(d.q05, d.q95, unit, difference=True)
        span += "; a few draws carry the mean" if span and d.skewed else ""
        theirs = table.comparison.get(policy, f"{name}.emigrants")
        if theirs is not None and theirs.difference is not None and not theirs.identical:
            part = amount(theirs.difference.mean, unit, difference=True)
            text += f", {'nearly all' if text.endswith(f' {part}') else part} of them emigrants"
        said.append(f"{text} ({span})" if span else text)
    price = price_of(table, policy)
    return "; ".join([*said, f"the off-ramp: {price}"] if price else said) or NOT_DEFINED


def quantiles(sample: FloatArray) -> list[float]:
    """The ends of the middle 90 % of a sample, and its median between them."""
    return [float(v) for v in np.quantile(sample, (0.05, 0.5, 0.95))]
