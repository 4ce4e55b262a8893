"""The comparison table as text cells: level, interval, error, and difference to the reference."""

from __future__ import annotations

from dataclasses import dataclass

from offramp.analysis import CostPerDeparture, Effect, Outcome
from offramp.show.layout import Table, is_difference
from offramp.show.words import NOT_DEFINED, amount, between, counted, error, share


@dataclass(frozen=True)
class Cell:
    """One cell. `difference` and `verdict` are empty for the reference and where no difference makes
    sense."""

    value: str
    interval: str = ""
    error: str = ""
    difference: str = ""
    verdict: str = ""
    clear: bool = False


@dataclass(frozen=True)
class Row:
    label: str
    meaning: str
    harm: bool
    part: bool
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Block:
    title: str
    rows: tuple[Row, ...]


def blocks(table: Table) -> tuple[Block, ...]:
    """Sections of the comparison, each row with one cell a policy in the order of the run."""
    found: list[Block] = []
    for section in table.sections:
        rows = [_row(outcome, table) for outcome in section.outcomes if _shown(outcome, table)]
        if any(outcome.name == "cost_usd" for outcome in section.outcomes) and table.costs:
            rows.append(_cost_row(table))
        if rows:
            found.append(Block(section.title, tuple(rows)))
    return tuple(found)


def _shown(outcome: Outcome, table: Table) -> bool:
    return bool(table.others) or not is_difference(outcome.name)


def _row(outcome: Outcome, table: Table) -> Row:
    cells = [_cell(table.comparison.get(p, outcome.name), outcome) for p in table.comparison.policies]
    stem, _, part = outcome.name.partition(".")
    nested = stem in ("departures", "evasions") and bool(part)
    label = f"by {part}" if nested else outcome.label
    return Row(label, outcome.meaning, outcome.kind == "harm", nested, tuple(cells))


def _cell(effect: Effect | None, outcome: Outcome) -> Cell:
    if effect is None:
        return Cell(NOT_DEFINED)
    level, unit = effect.level, outcome.unit
    if is_difference(outcome.name):
        if effect.difference is None:
            return Cell(NOT_DEFINED)
        value = amount(level.mean, unit, difference=True)
        interval = _interval(effect, outcome, difference=True)
        return Cell(value, interval, error(level.mc_error, unit), "", _verdict(effect), effect.resolved)
    if outcome.unit == "share" and level.draws > 1 and level.mean in (0.0, 1.0):
        which = "no draw" if level.mean == 0.0 else "every draw"
        return Cell(
            share(level.mean), "", which, _difference(effect, outcome), _verdict(effect), effect.resolved
        )
    interval = "" if outcome.unit == "share" else _interval(effect, outcome, difference=False)
    shown = amount(level.mean, unit)
    mc = error(level.mc_error, unit) if level.q05 != level.q95 or level.mc_error else ""
    mc = mc.replace(" %", " points")
    return Cell(shown, interval, mc, _difference(effect, outcome), _verdict(effect), effect.resolved)


def _interval(effect: Effect, outcome: Outcome, *, difference: bool) -> str:
    level = effect.level
    if level.draws == 1 or level.q05 == level.q95:
        return ""
    text = between(level.q05, level.q95, outcome.unit, difference=difference)
    return f"{text} (a few draws carry the mean)" if level.skewed else text


def _difference(effect: Effect, outcome: Outcome) -> str:
    d = effect.difference
    if d is None or effect.identical:
        return ""
    text = amount(d.mean, outcome.unit, difference=True)
    if d.draws == 1 or outcome.unit == "share" or d.q05 == d.q95:
        return text
    return f"{text} ({between(d.q05, d.q95, outcome.unit, difference=True)})"


def _verdict(effect: Effect) -> str:
    if effect.difference is None:
        return ""
    if effect.identical:
        return "same in every draw"
    if effect.difference.draws == 1:
        return ""
    if not effect.resolved:
        return "cannot be told from zero"
    if effect.better is None:
        return ""
    return f"better in {share(effect.better)} of draws"


def _cost_row(table: Table) -> Row:
    meaning = (
        "mean extra cost divided by mean extra departures; the interval is that of the draws' own ratios, in which a"
        " draw that adds no departure counts as dearer than any price"
    )
    cells = tuple(_cost_cell(table.costs.get(p), table) for p in table.comparison.policies)
    return Row("Cost per net departure", meaning, False, False, cells)


def _cost_cell(cost: CostPerDeparture | None, table: Table) -> Cell:
    if cost is None:
        return Cell(NOT_DEFINED)
    if cost.ratio is None:
        return Cell("none", "", "", "", cost.reason)
    low, _, high = cost.per_draw
    interval = ""
    if cost.cost.draws > 1 and low is not None:
        interval = (
            between(low, high, "usd") if high is not None else f"from {amount(low, 'usd')}, no upper limit"
        )
    fieller = ""
    if cost.low is not None and cost.high is not None:
        fieller = f"ratio of means {between(cost.low, cost.high, 'usd')}"
    return Cell(amount(cost.ratio, "usd"), interval, fieller, "", cost.reason)


def draws_text(table: Table, uncertain: bool) -> str:
    """`200 draws`, or replicates where nothing is uncertain."""
    return counted(table.comparison.draws, "draw" if uncertain else "replicate")
