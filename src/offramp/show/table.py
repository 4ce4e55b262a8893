"""The comparison on a terminal: departures, harms beside them, costs and the war, each with interval and
error."""

from __future__ import annotations

from typing import TYPE_CHECKING

from offramp.analysis import CostPerDeparture, Effect, Outcome
from offramp.analysis.outcomes import Unit, is_difference, is_event
from offramp.scenario.numbers import MINUS, NOT_DEFINED
from offramp.show.answer import Setting, answer, line_lead, setting_of
from offramp.show.coarse import coarse
from offramp.show.events import event_chance
from offramp.show.layout import Table, tabulate
from offramp.show.limits import not_modelled
from offramp.show.run import Run, facts
from offramp.show.words import (
    COUNTS,
    amount,
    between,
    counted,
    error_digits,
    listed,
    precision,
    quoted,
    short,
)

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table as Grid
    from rich.text import Text

# The rest is in the report and in the results folder.
_OUTCOMES = (
    "departures",
    "departures_gross",
    "departures_displaced",
    "departures_net",
    "enacted",
    "evasions",
    "emigrations",
    "attempts_failed",
    "caught",
    "imprisoned",
    "returned",
    "killed_trying",
    "families_harmed",
    "families_evacuated",
    "waiting_end",
    "exchanged_back",
    "refouled",
    "refouled.emigrants",
    "defrauded",
    "videos",
    "host_incidents",
    "host_incidents.emigrants",
    "false_claims_paid",
    "crackdown_mean",
    "resignations_failed",
    "killed",
    "nuclear_change",
    "concession_days",
    "occupied_person_days",
    "offramp_cost_usd.coalition",
    "offramp_cost_usd.defender",
    "cost_usd",
    "departures_cost_usd",
    "emigrants_cost_usd",
    "posts_cost_usd",
    "front_collapsed",
    "tipped",
    "deaths_averted.invader",
    "deaths_averted.defender",
    "deaths_averted.civilians",
)
_LABEL_WIDTH = 16
_GAP = 1
_CELL_WIDTH = 11  # holds `−450 to 770`
_WIDEST_CELL = 24


def render_table(run: Run, console: Console, *, verdict: str = "") -> None:
    """Print the comparison of a run's policies.

    verdict: one sentence on whether the draws suffice; by default the one that the run left in its manifest.
    Policies that do not fit beside each other are printed in further tables, each with the reference first.
    """
    from rich.padding import Padding
    from rich.text import Text

    table = tabulate(run.draws, run.policies[0])
    setting = setting_of(run)
    console.print(Text(run.scenario.title, style="bold"))
    console.print(Text(_subtitle(run, setting), style="dim"))
    console.print()
    told = answer(table, run.draws, setting)
    for sentence in (*told.sentences, *told.chances):
        console.print(Padding(Text(sentence), (0, 0, 1, 0)))
    if told.lines:
        console.print(Padding(Text(line_lead(table, setting)), (0, 0, 1, 0)))
    for line in told.lines:
        harm = f" Harm: {line.harm}" if line.harm else ""
        beyond = f" {line.beyond}" if line.beyond else ""
        console.print(Padding(Text(f"{quoted(line.policy)}: {line.added}{harm}{beyond}"), (0, 0, 1, 2)))
    for policies in _pages(table, console.width):
        console.print(_grid(table, policies, console.width))
    said = verdict or facts(run).verdict
    gaps = listed([gap.short for gap in not_modelled(run.scenario)])
    few = coarse(run, table).sentence()
    for line in (_legend(setting, table), _footnotes(table), few, said, f"Not modelled here: {gaps}."):
        if line:
            console.print(Padding(Text(line), (1, 0, 0, 0)))


def _subtitle(run: Run, setting: Setting) -> str:
    what = "draw" if setting.uncertain else "replicate"
    start = run.scenario.start
    return f"{start.day} {start:%B %Y} to {setting.until}, {counted(setting.draws, what)}"


def _legend(setting: Setting, table: Table) -> str:
    if setting.draws == 1:
        return "One draw: no interval and no Monte Carlo error can be given."
    chance = "" if setting.uncertain else " (replicates: nothing is uncertain, the spread is chance alone)"
    text = (
        f"Mean ± Monte Carlo error; below it the middle 90 % of the draws{chance}. Below a share of draws stand"
        " the bounds of the chance, each with 95 % confidence."
    )
    if table.others:
        text += (
            " Net departures are paired with the reference, draw by draw; in brackets where the mean cannot"
            " be told from zero with these draws."
        )
    return text


def _pages(table: Table, width: int) -> list[tuple[str, ...]]:
    """Columns that fit side by side; the reference leads every page."""
    others, reference = table.others, table.comparison.reference
    step = max(1, (width - _LABEL_WIDTH - _GAP) // (_CELL_WIDTH + _GAP) - 1)
    return [(reference, *others[i : i + step]) for i in range(0, len(others), step)] or [(reference,)]


def _grid(table: Table, policies: tuple[str, ...], width: int) -> Grid:
    from rich import box
    from rich.table import Table as Grid
    from rich.text import Text

    room = (width - _LABEL_WIDTH - _GAP) // len(policies) - _GAP
    cell = min(_WIDEST_CELL, max(_CELL_WIDTH, room))
    grid = Grid(box=box.HORIZONTALS, padding=(0, _GAP, 0, 0), show_edge=False, pad_edge=False)
    grid.add_column("", width=_LABEL_WIDTH, overflow="fold")
    for policy in policies:
        reference = policy == table.comparison.reference and bool(table.others)
        heading = Text(policy + ("\n(reference)" if reference else ""))
        grid.add_column(heading, justify="right", width=cell, overflow="fold")
    for section in table.sections:
        shown = [o for o in section.outcomes if in_terminal(o.name, table)]
        for outcome in shown:
            effects = [table.comparison.get(p, outcome.name) for p in policies]
            grid.add_row(Text(_label(outcome)), *[_cell(e, outcome, table) for e in effects])
        if section.title == "What it costs" and table.costs:
            grid.add_row(Text("Cost per net departure"), *[_cost_cell(table.costs.get(p)) for p in policies])
        if shown:
            grid.add_section()
    return grid


def _label(outcome: Outcome) -> str:
    route = outcome.name.removeprefix("departures.")
    return outcome.label if route == outcome.name else f"  by {route}"


def in_terminal(name: str, table: Table) -> bool:
    """Whether the terminal shows an outcome; the rest is in the report."""
    if is_difference(name) and not table.others:
        return False
    return name in _OUTCOMES or name.startswith("departures.")


def _cell(effect: Effect | None, outcome: Outcome, table: Table) -> Text:
    from rich.text import Text

    if effect is None:
        return Text(NOT_DEFINED)
    if is_difference(outcome.name) and effect.difference is None and table.others:
        return Text(NOT_DEFINED)  # the reference differs from itself by nothing
    level = effect.level
    if is_event(outcome.name):
        return Text(_rate(effect))
    if outcome.unit == "relative":
        return Text(_relative(effect))
    unit = outcome.unit
    digits = precision(level.q05, level.q95)
    mean = _short(level.mean, unit, digits)
    if level.draws == 1:
        return Text(mean)
    if is_difference(outcome.name) and not effect.resolved:
        mean = f"({mean})"
    if level.constant:
        return Text(mean)
    error = "" if level.mc_error is None else f" ±{_error(level.mc_error, unit)}"
    return Text(f"{mean}{error}\n{_span(level.q05, level.q95, unit)}")


def _rate(effect: Effect) -> str:
    """The share of draws in which something happens, and the bounds of its chance."""
    level = effect.level
    if level.draws == 1:
        return "yes" if level.mean == 1.0 else "no"
    found = event_chance(effect)
    value = f"{short(found.share * 100.0)} %"
    if found.count == 0:
        return f"{value}\n<{short(found.high * 100.0)} %"
    if found.count == found.draws:
        return f"{value}\n>{short(found.low * 100.0)} %"
    return f"{value}\n{short(found.low * 100.0)}\N{EN DASH}{short(found.high * 100.0)} %"


def _relative(effect: Effect) -> str:
    """A change in per cent of the reference, and the middle 90 % of the draws; in brackets where it may be none."""
    level = effect.level
    mean = amount(level.mean, "relative", difference=True, digits=precision(level.q05, level.q95))
    if level.draws > 1 and not effect.resolved:
        mean = f"({mean})"
    if level.draws == 1 or level.constant:
        return mean
    return f"{mean}\n{between(level.q05, level.q95, 'relative', difference=True)}"


def _cost_cell(cost: CostPerDeparture | None) -> Text:
    from rich.text import Text

    if cost is None:
        return Text(NOT_DEFINED)
    if cost.ratio is None or not cost.determined:
        return Text("none*")
    low, _, high = cost.per_draw
    if cost.cost.draws == 1:
        return Text(_short(cost.ratio, "usd"))
    if low is None:
        return Text(_short(cost.ratio, "usd"))
    span = f"over {_short(low, 'usd')}" if high is None else _span(low, high, "usd")
    return Text(f"{_short(cost.ratio, 'usd')}\n{span}")


def _span(low: float, high: float, unit: Unit) -> str:
    """`8k–17k`; with a word between the ends where a minus sign could be read as a dash."""
    digits = precision(low, high)
    if low < 0.0:
        return f"{_short(low, unit, digits)} to {_short(high, unit, digits)}"
    last = short(high, digits) if unit == "usd" else _short(high, unit, digits)
    return f"{_short(low, unit, digits)}\N{EN DASH}{last}"


def _error(value: float, unit: Unit) -> str:
    """A Monte Carlo error, without the mark of a currency that its mean bears."""
    digits = error_digits(value)
    return _short_count(value, digits) if unit in (*COUNTS, "usd") else short(value, digits)


def _short(value: float, unit: Unit, digits: int = 2) -> str:
    if unit in COUNTS:
        return _short_count(value, digits)
    text = short(value, digits)
    if unit != "usd":
        return text
    return f"{MINUS}${text.removeprefix(MINUS)}" if text.startswith(MINUS) else f"${text}"


def _short_count(value: float, digits: int = 2) -> str:
    if 0.0 < value < 0.5:
        return "<1"
    return short(float(round(value)) if abs(value) < 10.0 else value, digits)


def _footnotes(table: Table) -> str:
    """Why a policy has no cost per net departure."""
    reasons = [f"{quoted(p)} {c.reason}" for p, c in table.costs.items() if not c.determined]
    return f"* No cost per net departure: {'; '.join(reasons)}." if reasons else ""
