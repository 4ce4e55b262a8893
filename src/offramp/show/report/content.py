"""Everything that the report's template shows, as plain values: the template formats nothing and decides
little."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable
from typing import Any

from offramp.claims.load import SCENARIO
from offramp.evidence.figure import GRADE_MEANING
from offramp.scenario.numbers import NOT_DEFINED, number
from offramp.scenario.tables import Scenario
from offramp.show.answer import Setting, answer, line_lead, setting_of
from offramp.show.assumptions import Assumption, fixed, uncertain
from offramp.show.coarse import coarse
from offramp.show.layout import tabulate
from offramp.show.limits import broadcasts_offers, not_modelled, pays_cash
from offramp.show.palette import DASHES, LIGHT
from offramp.show.report.cells import blocks, draws_text
from offramp.show.report.economics import section
from offramp.show.report.effects import Spread, effects, spreads
from offramp.show.report.panels import figures
from offramp.show.report.sources import cited, sources
from offramp.show.report.studies import believed, experimented
from offramp.show.run import Facts, Run, facts
from offramp.show.targets import Check, Uncompared, Verdict, checks, note, uncompared
from offramp.show.words import PERCENT, between, counted, listed, quoted, share

# A longer file would make the page heavy; it lies beside the page anyway.
_SCENARIO_TEXT_MOST = 200_000


def content(run: Run) -> dict[str, Any]:
    """Values by name for the template, and `panels` and `specs` for the charts."""
    scenario, known = run.scenario, facts(run)
    table = tabulate(run.draws, run.policies[0])
    setting = setting_of(run)
    drawn = figures(run, table)
    few = coarse(run, table)
    effect_panels, effect_specs = effects(table)
    money = section(run, table)
    spread_list, spread_specs = spreads(run, table, drawn.first)
    spread_panels = [s.panel for s in spread_list if s.panel is not None]
    belief, small = believed(run), experimented(run)
    studied = [*(belief.panels if belief else ()), *(panel for one in small for panel in one.panels)]
    study_specs = (belief.specs if belief else {}) | {k: v for one in small for k, v in one.specs.items()}
    checked, unchecked = checks(run), uncompared(scenario.name)
    uncertain_rows, fixed_rows = uncertain(scenario), fixed(scenario)
    compared = money.evidence if money else ()
    ids = list(
        dict.fromkeys([*_cited_ids(uncertain_rows, fixed_rows, checked, unchecked, scenario), *compared])
    )
    listed_sources = sources(ids)
    start = scenario.start
    page: dict[str, Any] = {
        "scenario": scenario,
        "scenario_text": scenario.text if len(scenario.text) <= _SCENARIO_TEXT_MOST else "",
        "verdict": re.sub(r"`([^`]*)`", lambda found: quoted(found[1]), known.verdict),
        "question": _question(run, setting),
        "facts": known,
        "setting": setting,
        "period": {"start": f"{start.day} {start:%B %Y}"},
        "policies": run.policies,
        "reference": run.policies[0],
        "others": table.others,
        "draws_text": draws_text(table, setting.uncertain),
        "answer": answer(table, run.draws, setting),
        "line_lead": line_lead(table, setting),
        "cash": pays_cash(scenario),
        "broadcast": broadcasts_offers(scenario),
        "blocks": blocks(table, few),
        "few": few.sentence(),
        "figures": drawn,
        "effect_panels": effect_panels,
        "spreads": spread_list,
        "spread_panels": spread_panels,
        "spread_note": _spread_note,
        "checks": checked,
        "unchecked": unchecked,
        "check_text": _check_text,
        "checks_summary": checks_summary(
            checked, {one for unknown in scenario.inputs for one in unknown.evidence}
        ),
        "checks_note": note(scenario.name),
        "uncertain_rows": uncertain_rows,
        "fixed_rows": fixed_rows,
        "assumptions_summary": assumptions_summary(uncertain_rows, fixed_rows),
        "cited": cited(ids),
        "grades": tuple(GRADE_MEANING.items()),
        "gaps": not_modelled(scenario),
        "debated": scenario.name == SCENARIO,
        "references": listed_sources,
        "citation": citation(known, scenario),
        "quoted": quoted,
        "none_text": NOT_DEFINED,
        "colours": len(LIGHT.series),
        "dashes": len(DASHES),
        "money": money,
        "belief": belief,
        "experiments": small,
        "panels": [*effect_panels, *drawn.panels, *(money.panels if money else ()), *studied, *spread_panels],
        "specs": effect_specs | drawn.specs | (money.specs if money else {}) | study_specs | spread_specs,
    }
    return page | {"contents": _contents(page)}


def citation(known: Facts, scenario: Scenario) -> str:
    """How to cite this run."""
    version = f", version {known.version}" if known.version else ""
    seed = f", seed {known.seed}" if known.seed else ""
    return (
        f"The Offramp maintainers. Offramp: an open laboratory for exit policies in war{version}. Run of the"
        f" scenario {quoted(scenario.name)} (content hash {known.hash[:16]}),"
        f" {counted(known.draws, 'draw')}{seed}."
    )


def _question(run: Run, setting: Setting) -> str:
    start, others = run.scenario.start, len(run.policies) - 1
    under = f" under {quoted(run.policies[0])}"
    if others:
        under += (
            f" and under each of {counted(others, 'other policy', 'other policies')}"
            if others > 1
            else (f" and under {quoted(run.policies[1])}")
        )
    harm = ", at what cost and with what harm" if run.scenario.programmes else ""
    return (
        f"How many leave between {start.day} {start:%B %Y} and {setting.until}, by which route{harm},{under}?"
    )


def _contents(page: dict[str, Any]) -> list[tuple[str, str]]:
    every = [
        ("answer", "The answer", True),
        ("comparison", "The policies compared" if page["others"] else "The numbers", True),
        ("beliefs", "If one believes otherwise", page["belief"] is not None),
        ("paths", "Who leaves, how and when", bool(page["figures"].panels)),
        ("money", "What it costs against fighting on", page["money"] is not None),
        ("experiments", "Small experiments", bool(page["experiments"])),
        ("spread", "What the spread follows", True),
        ("counted", "Does the reference agree with what was counted?", bool(page["checks"])),
        ("assumptions", "Assumptions", True),
        ("missing", "What is not simulated here", True),
        ("limits", "Limits and ethics", True),
        ("sources", "Sources", bool(page["references"])),
        ("rerun", "Run it again, cite it", True),
    ]
    return [(id, title) for id, title, there in every if there]


def _cited_ids(
    uncertain_rows: Iterable[Assumption],
    fixed_rows: Iterable[Assumption],
    checked: Iterable[Check],
    unchecked: Iterable[Uncompared],
    scenario: Scenario,
) -> list[str]:
    rows = [*uncertain_rows, *fixed_rows]
    ids = [id for row in rows for id in row.evidence] + [id for c in checked for id in c.target.evidence]
    ids += [id for one in unchecked for id in one.evidence]
    return list(dict.fromkeys([*ids, *scenario.evidence_ids]))


def _spread_note(spread: Spread) -> str:
    result = spread.result
    clear = sum(i.above_noise for i in result.indices)
    inputs = counted(len(result.indices), "input")
    where = counted(result.draws, "draw")
    if result.draws < spread.drawn:
        where = f"the {result.draws:,} of {counted(spread.drawn, 'draw')} in which the offer becomes law"
    if clear == 0:
        return f"With {where}, none of the {inputs} stands out from the noise."
    together = min(1.0, result.explained)
    return (
        f"With {where}, {clear} of {inputs} {'stands' if clear == 1 else 'stand'} out from the noise. Taken"
        f" one by one {'it accounts' if clear == 1 else 'they account'} for about {share(together)} of the"
        " variance; the rest is interplay, inputs too weak to see, and chance within a draw. Where inputs are"
        " correlated their shares overlap."
    )


def _check_text(check: Check) -> str:
    if math.isnan(check.median):
        return NOT_DEFINED
    if check.q05 == check.q95:
        return number(check.median)
    return f"{number(check.median)} ({between(check.q05, check.q95, 'other')})"


def checks_summary(every: tuple[Check, ...], cited: Collection[str]) -> str:
    """How many counts agree: every measure by itself, those of one target and each of its dates too, under the first
    policy that it is compared with. Those by which numbers were chosen are apart, whatever came of them. cited: the
    evidence of the priors; what a count shares with it tests less."""
    first = {(c.target.id, c.target.measure): c for c in reversed(every)}
    compared = [c for c in reversed(first.values()) if c.verdict != "not compared"]
    chosen = [c for c in compared if c.target.chosen]
    counts = [c for c in compared if not c.target.chosen]

    def having(verdict: Verdict) -> list[Check]:
        return [c for c in counts if c.verdict == verdict]

    misses, off, weak, strained = (
        having("misses"),
        having("off"),
        having("weak"),
        having("strained"),
    )
    given, missing = len(having("given")), len(first) - len(compared)
    tested = len(counts) - given
    text = ""
    if tested:
        text = f"Of {counted(tested, 'count')} that the model could get wrong, {len(misses) or 'none'} "
        text += f"{'lie' if len(misses) > 1 else 'lies'} outside its 90{PERCENT} interval{_named(misses)}."
    leaning = [c for c in counts if c.verdict != "given" and not set(cited).isdisjoint(c.target.evidence)]
    if leaning:
        text += f" For {len(leaning)} of them a prior cites the same figures, so that agreement shows less{_named(leaning)}."
    if off:
        text += f" For {len(off)} of them the interval holds the count, but the median is off by more than a factor of two,"
        text += f" or beyond a bound{_named(off)}."
    if strained:
        text += f" For {len(strained)} of them a quarter of the draws or more lie beyond the bound{_named(strained)}."
    if weak:
        text += f" For {len(weak)} of them the interval is so wide that agreement says little{_named(weak)}."
    if given:
        text += f" {given} more {'is' if given == 1 else 'are'} given to the model and agree by construction."
    if chosen:
        text += f" By {len(chosen)} more, numbers of the scenario were chosen: that the model agrees with them tests nothing."
        apart = [c for c in chosen if c.verdict != "chosen"]
        if apart:
            text += f" From {len(apart)} of these it is far all the same{_named(apart)}."
    if missing:
        text += f" {missing} could not be compared."
    return text.strip()


def _named(checks: list[Check]) -> str:
    named = [f"{_lower(c.target.measure)}{f' ({c.beyond})' if c.beyond else ''}" for c in checks]
    return f": {listed(named)}" if checks else ""


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def assumptions_summary(uncertain_rows: list[Assumption], fixed_rows: list[Assumption]) -> str:
    """How many inputs are uncertain and on what their laws rest."""
    if not uncertain_rows:
        return f"Nothing in this scenario is uncertain; it states {counted(len(fixed_rows), 'number')}."
    judged = sum(row.judged for row in uncertain_rows)
    leaning = sum(not row.judged and "judgement" in row.note for row in uncertain_rows)
    return (
        f"{counted(len(uncertain_rows), 'input')} {'is' if len(uncertain_rows) == 1 else 'are'} uncertain:"
        f" {len(uncertain_rows) - judged - leaning} by cited figures, {leaning} by judgement that leans on cited"
        f" figures, {judged} by judgement alone. {counted(len(fixed_rows), 'stated value')} beside them"
        f" {'is' if len(fixed_rows) == 1 else 'are'} fixed. Intervals are priors: what was assumed before the"
        " run, not what the run found."
    )
