"""The comparison table as text cells: level, interval, error, and difference to the reference."""

from __future__ import annotations

from dataclasses import dataclass, replace

from offramp.analysis import CostPerDeparture, Effect, Outcome
from offramp.analysis.outcomes import is_difference, is_event
from offramp.scenario.numbers import MINUS, NOT_DEFINED
from offramp.show.coarse import Coarse
from offramp.show.events import event_chance, event_change
from offramp.show.layout import Table
from offramp.show.words import PERCENT, amount, between, counted, error, precision, share

# Told of soldiers and of emigrants apart, under the sum of both.
_BY_WHOM = ("admitted", "refouled", "host_incidents")


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
    """A section of the table. `more`: details of the war and the force, which a page may fold away."""

    title: str
    rows: tuple[Row, ...]
    more: bool


def blocks(table: Table, few: Coarse) -> tuple[Block, ...]:
    """Sections of the comparison, each row with one cell a policy in the order of the run. few: figures that rest
    on few simulated soldiers, which their cells say."""
    found: list[Block] = []
    for section in table.sections:
        rows = [_row(outcome, table, few) for outcome in section.outcomes if _shown(outcome, table)]
        if any(outcome.name == "cost_usd" for outcome in section.outcomes) and table.costs:
            rows.append(_cost_row(table))
        if rows:
            found.append(Block(section.title, tuple(rows), section.more))
    return tuple(found)


def _shown(outcome: Outcome, table: Table) -> bool:
    return bool(table.others) or not is_difference(outcome.name)


def _row(outcome: Outcome, table: Table, few: Coarse) -> Row:
    comparison = table.comparison
    # The row of net departures tells that of departures; from a reference at zero it is the level itself.
    told = outcome.name == "departures" and "departures_net" in comparison.outcomes
    base = comparison.get(comparison.reference, outcome.name)
    told = told or (base is not None and base.level.constant and base.level.mean == 0.0)
    cells = [
        _warned(_cell(comparison.get(p, outcome.name), outcome, told), few.soldiers.get((p, outcome.name)))
        for p in comparison.policies
    ]
    stem, _, part = outcome.name.partition(".")
    by_route = stem in ("departures", "evasions", "emigrations", "imprisoned") and bool(part)
    while_waiting = outcome.name == "imprisoned.waiting"
    label = "found out while waiting" if while_waiting else f"by {part}" if by_route else outcome.label
    return Row(
        label,
        outcome.meaning,
        outcome.kind == "harm",
        by_route or (stem in _BY_WHOM and bool(part)),
        tuple(cells),
    )


def _cell(effect: Effect | None, outcome: Outcome, told: bool) -> Cell:
    if effect is None:
        return Cell(NOT_DEFINED)
    level, unit = effect.level, outcome.unit
    own = is_difference(outcome.name)
    if own and effect.difference is None:
        return Cell(NOT_DEFINED)
    value = amount(level.mean, unit, difference=own, digits=precision(level.q05, level.q95))
    difference = "" if own or told else _difference(effect, outcome)
    verdict = "" if told and not own else _verdict(effect, outcome)
    if is_event(outcome.name):
        return Cell(value, _chance(effect), "", difference, verdict, effect.resolved)
    return Cell(
        value, _interval(effect, outcome, own), _error(effect, outcome), difference, verdict, effect.resolved
    )


def _warned(cell: Cell, soldiers: float | None) -> Cell:
    """A cell says when few simulated soldiers stand behind it."""
    if soldiers is None:
        return cell
    about = (
        "less than one simulated soldier"
        if soldiers < 1.0
        else f"about {counted(round(soldiers), 'simulated soldier')}"
    )
    notes = [note for note in (cell.verdict, f"typically {about} a draw") if note]
    return replace(cell, verdict="; ".join(notes))


def _chance(effect: Effect) -> str:
    """`4 of 400 draws: 0.34 to 2.3 %`; what was never seen has an upper bound."""
    level = effect.level
    if level.draws == 1:
        return ""
    found = event_chance(effect)
    of = f"{found.count:,} of {counted(found.draws, 'draw')}"
    if found.count == 0:
        return f"{of}: below {share(found.high)}"
    if found.count == found.draws:
        return f"{of}: above {share(found.low)}"
    return f"{of}: {between(found.low, found.high, 'share')}"


def _error(effect: Effect, outcome: Outcome) -> str:
    level = effect.level
    if not level.mc_error:
        return ""
    return error(level.mc_error, outcome.unit).replace(PERCENT, " points")


def _interval(effect: Effect, outcome: Outcome, difference: bool) -> str:
    level = effect.level
    if level.draws == 1 or level.constant:
        return ""
    text = between(level.q05, level.q95, outcome.unit, difference=difference)
    if text == "0":  # of a mean below one person
        return ""
    if level.skewed and amount(level.q05, outcome.unit) == amount(level.q95, outcome.unit):
        return f"{text} in 90{PERCENT} of draws"
    return f"{text} (a few draws carry the mean)" if level.skewed else text


def _difference(effect: Effect, outcome: Outcome) -> str:
    d = effect.difference
    if d is None or effect.identical:
        return ""
    text = amount(d.mean, outcome.unit, difference=True, digits=precision(d.q05, d.q95))
    if text == "0" and d.mean != 0.0:  # of persons, of whom there are no tenths
        text = f"{'+' if d.mean > 0.0 else MINUS}<1"
    if is_event(outcome.name):
        bounds = event_change(effect)
        return text if bounds is None else f"{text} ({between(*bounds, outcome.unit, difference=True)})"
    if d.draws == 1 or d.constant:
        return text
    skew = "; a few draws carry the mean" if d.skewed else ""
    return f"{text} ({between(d.q05, d.q95, outcome.unit, difference=True)}{skew})"


def _verdict(effect: Effect, outcome: Outcome) -> str:
    if effect.difference is None:
        return ""
    if effect.identical:
        return "same in every draw"
    if effect.difference.draws == 1:
        return ""
    if not effect.resolved:
        return "cannot be told from zero"
    if effect.better is None or effect.sign_settled:
        return ""
    # Beside a harm that rises on average `better` would read as praise.
    good = "less harm" if outcome.kind == "harm" else "better"
    return f"{good} in {share(effect.better)} of draws"


def _cost_row(table: Table) -> Row:
    meaning = (
        "mean extra cost, without that for emigrants and at posts, divided by mean extra departures; the interval is that of"
        " the draws' own ratios, in which a draw that adds no departure counts as dearer than any price"
    )
    cells = tuple(_cost_cell(table.costs.get(p), table) for p in table.comparison.policies)
    return Row("Cost per net departure", meaning, False, False, cells)


def _cost_cell(cost: CostPerDeparture | None, table: Table) -> Cell:
    if cost is None:
        return Cell(NOT_DEFINED)
    if cost.ratio is None or not cost.determined:
        return Cell("none given", "", "", "", cost.reason)
    low, _, high = cost.per_draw
    interval = ""
    if cost.cost.draws > 1 and low is not None:
        interval = (
            between(low, high, "usd") if high is not None else f"from {amount(low, 'usd')}, no upper limit"
        )
    notes = [cost.reason]
    if cost.low is not None and cost.high is not None:
        notes.insert(0, f"Monte Carlo interval {between(cost.low, cost.high, 'usd')}")
    return Cell(amount(cost.ratio, "usd"), interval, "", "", "; ".join(note for note in notes if note))


def draws_text(table: Table, uncertain: bool) -> str:
    """`200 draws`, or replicates where nothing is uncertain."""
    return counted(table.comparison.draws, "draw" if uncertain else "replicate")
