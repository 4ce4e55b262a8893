"""Counted figures beside the model, the list of assumptions, and what is said to be missing."""

from __future__ import annotations

import datetime
from dataclasses import replace
from pathlib import Path

import pytest

from offramp.evidence import figure
from offramp.scenario import load, shipped
from offramp.scenario.laws import Law
from offramp.scenario.quantities import Dated, Number
from offramp.scenario.tables import Force
from offramp.scenario.tables_world import ZERO
from offramp.show.assumptions import fixed, law_text, uncertain
from offramp.show.limits import broadcasts_offers, not_modelled, pays_cash
from offramp.show.report.content import assumptions_summary, checks_summary
from offramp.show.targets import Persons, check, checks, note, read, targets, uncompared
from tests.show import synthetic

UKRAINE = "ukraine-2022"


def test_targets_rest_on_evidence_that_says_so() -> None:
    """Every counted value is printed in one of the figures that it cites; C4 is named in the note of its figure."""
    for target in targets(UKRAINE):
        cited = [figure(id) for id in target.evidence]
        printed = {v for one in cited for v in (one.low, one.central, one.high)}
        wanted = {v for v in (target.low, target.central, target.high) if v is not None}
        if target.id == "C4":
            assert any("1.7" in one.note + one.arithmetic + str(one.central) for one in cited)
        else:
            assert target.computed or wanted <= printed, target.measure
    assert {t.id for t in targets(UKRAINE)} == {
        "C1",
        "C2",
        "C3",
        "C4",
        "C5",
        "C6",
        "A09",
        "P1",
        "C8",
        "C9",
        "C10",
        "C12",
    }
    left = uncompared(UKRAINE)
    assert {one.id for one in left} == {"C6", "C7", "C8", "C11", "C13", "C14"}
    assert all(one.reason and [figure(id) for id in one.evidence] for one in left)
    assert note(UKRAINE)


def test_targets_name_states_and_policies_of_the_shipped_scenario() -> None:
    assert UKRAINE in shipped()
    scenario = load(UKRAINE)
    routes = {r.name for r in scenario.routes}
    states = routes | {f"lost.{r}" for r in routes} | {"strength", "waiting", "killed", "wounded", "inducted"}
    policies = {p.name for p in scenario.policies}
    for target in targets(UKRAINE):
        assert set(target.policies) <= policies
        assert set(target.policies.values()) <= states
        if isinstance(target.quantity, Persons):
            assert target.quantity.state in states
            day = (target.quantity.date - scenario.start).days
            assert 0 <= day < scenario.days


def test_checks_of_a_run(full: synthetic.Results) -> None:
    found = {(c.target.id, c.target.measure, c.policy): c for c in checks(full)}
    assert len(found) == 24  # 20 targets, four of them under a second policy as well
    unasked = [c for c in found.values() if c.target.id == "C12"]  # a run without opinion
    assert [c.verdict for c in unasked] == ["not compared"] * 2
    start = next(c for c in found.values() if "24 February" in c.target.measure)
    assert start.verdict == "given"
    assert start.median == pytest.approx(190_000, rel=0.05)
    missed = [c for c in found.values() if c.verdict == "misses"]
    assert {c.target.id for c in missed} == {"C3", "C6", "P1"}
    assert "too high: its median is 1.7 times the count" in missed[0].text
    deserted = next(c for c in found.values() if c.target.id == "A09")
    assert deserted.median == full.totals.filter(
        policy="no offer", scope="force", state="lost.desert", day=614
    ).item(0, "q50")  # fmt: skip


ROW = {
    "id": "X", "measure": "m", "unit": "persons", "evidence": [], "given": False, "note": "",
    "quantity": {"kind": "persons", "scope": "force", "state": "desert", "date": "2023-12-31"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("values", "verdict", "says"),
    [
        ({"central": 18_000}, "agrees", "inside"),
        ({"central": 1_000}, "misses", "too high"),
        ({"central": 900_000}, "misses", "too low"),
        ({"low": 300, "bound": "at least"}, "agrees", "bound"),
        ({"low": 500_000, "bound": "at least"}, "misses", "too low"),
        ({"low": 14_000, "high": 30_000}, "agrees", "inside"),
        ({"low": 1, "central": 2, "high": 3}, "misses", "too high"),
        ({"low": 30_000, "high": 90_000}, "off", "the median is 0.34 times the middle of the count (52,000)"),
        ({"low": 35_500, "central": 45_000, "high": 60_000}, "off", "the median is 0.4 times the count"),
        ({"low": 1, "high": 45_000}, "agrees", "inside"),
        ({"low": 25_000, "bound": "at least"}, "off", "the median does not"),
        ({"high": 100_000, "bound": "at most"}, "agrees", "bound"),
        ({"high": 15_000, "bound": "at most"}, "off", "the median does not"),
        ({"high": 100, "bound": "at most"}, "misses", "too high"),
    ],
)
def test_verdicts(full: synthetic.Results, values: dict[str, float], verdict: str, says: str) -> None:
    found = check(read(ROW | values), "no offer", full)
    assert found.verdict == verdict
    assert says in found.text


@pytest.mark.parametrize(
    ("above", "verdict", "says"),
    [
        (0, "agrees", "compatible with the bound: none of the draws lies above it"),
        (24, "agrees", "compatible with the bound: 24 % of the draws lie above it"),
        (25, "strained", "strains the bound: 25 % of the draws lie above it"),
        (49, "strained", "strains the bound: 49 % of the draws lie above it"),
        (51, "off", "the median does not: it is 2 times the bound; 51 % of the draws lie above it"),
        (94, "off", "94 % of the draws lie above it"),
        (96, "misses", "too high"),
    ],
)
def test_a_bound_tells_the_share_of_the_draws_beyond_it(
    full: synthetic.Results, above: int, verdict: str, says: str
) -> None:
    """Of a hundred draws so many are twice an upper bound of 1, or, turned round, a lower one of -1."""
    import polars as pl

    values = [2.0] * above + [0.5] * (100 - above)
    draws = pl.DataFrame({"policy": ["no offer"] * 100, "draw": range(100), "outcome.x": values})
    row_above = ROW | {"high": 1.0, "bound": "at most", "quantity": {"kind": "outcome", "outcome": "x"}}
    found = check(read(row_above), "no offer", replace(full, draws=draws))
    assert found.verdict == verdict
    assert says in found.text.replace("\N{NO-BREAK SPACE}", " ")
    turned = replace(full, draws=draws.with_columns(-pl.col("outcome.x")))
    row = ROW | {"low": -1.0, "bound": "at least", "quantity": {"kind": "outcome", "outcome": "x"}}
    assert check(read(row), "no offer", turned).verdict == verdict
    said = checks_summary((found,), ())
    assert ("a quarter of the draws or more lie beyond the bound: m" in said) == (verdict == "strained")
    assert (f"({above} % of the draws lie above it)" in said.replace("\N{NO-BREAK SPACE}", " ")) == (
        above >= 25
    )
    chosen = check(read(row_above | {"chosen": "it"}), "no offer", replace(full, draws=draws))
    assert chosen.verdict == (verdict if above >= 25 else "chosen")
    assert ("no test" in chosen.text) == (verdict != "misses")
    assert ("or beyond a bound: m" in said) == (verdict == "off")


@pytest.mark.parametrize(
    ("quantile", "factor", "verdict", "says"),
    [
        ("q95", 1.0, "agrees", "compatible with the bound: at most 5 % of the draws lie above it"),
        ("q75", 1.0, "agrees", "compatible with the bound: 5 to 25 % of the draws lie above it"),
        ("q75", 0.999, "strained", "strains the bound: 25 to 50 % of the draws lie above it"),
        ("q50", 0.999, "off", "50 to 75 % of the draws lie above it"),
        ("q25", 0.999, "off", "75 to 95 % of the draws lie above it"),
    ],
)
def test_of_persons_on_a_day_the_share_beyond_a_bound_is_known_between_quantiles(
    full: synthetic.Results, quantile: str, factor: float, verdict: str, says: str
) -> None:
    day = (datetime.date(2023, 12, 31) - full.scenario.start).days + 1
    rows = full.totals.filter(policy="no offer", scope="force", day=day, state="desert")
    bound = factor * rows[quantile].item()
    found = check(read(ROW | {"high": bound, "bound": "at most"}), "no offer", full)
    assert found.verdict == verdict
    assert says in found.text.replace("\N{NO-BREAK SPACE}", " ")


def test_a_wide_interval_agrees_weakly(full: synthetic.Results) -> None:
    import polars as pl

    wide = replace(full, totals=full.totals.with_columns(pl.col("q05") / 10.0))
    found = check(read(ROW | {"central": 18_000}), "no offer", wide)
    assert found.verdict == "weak"
    assert "spans a factor of" in found.text


def test_what_is_not_simulated_is_said(full: synthetic.Results) -> None:
    row = ROW | {"central": 5.0, "quantity": ROW["quantity"] | {"state": "flogged"}}
    assert check(read(row), "no offer", full).verdict == "not compared"
    late = ROW | {"central": 5.0, "quantity": ROW["quantity"] | {"date": "2030-01-01"}}
    assert check(read(late), "no offer", full).verdict == "not compared"
    ratio = ROW | {"central": 5.0, "quantity": {"kind": "ratio", "numerator": "a", "denominator": "killed"}}
    assert check(read(ratio), "no offer", full).verdict == "not compared"


def test_an_outcome_as_it_stands(full: synthetic.Results) -> None:
    import polars as pl

    polled = replace(full, draws=full.draws.with_columns(pl.lit(0.87).alias("outcome.poll")))
    support = next(target for target in targets(UKRAINE) if target.measure.startswith("Support"))
    found = check(support, "no offer", polled)
    assert (found.verdict, found.median, found.q05, found.q95) == ("misses", 0.87, 0.87, 0.87)
    assert "too high: its median is 1.1 times the count" in found.text


@pytest.mark.parametrize(
    "bad", [{}, {"low": 1.0, "bound": "at most"}, {"central": 1.0, "quantity": {"kind": "guess"}}]
)
def test_incomplete_targets_are_refused(bad: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"X|guess"):
        read(ROW | bad)


def test_one_draw_cannot_agree_or_miss(full: synthetic.Results) -> None:
    one = replace(full, draws=full.draws.filter(full.draws["draw"] == 0))
    assert {c.verdict for c in checks(one)} == {"not compared"}


def test_unknown_scenarios_have_no_targets(bare: synthetic.Results) -> None:
    assert checks(bare) == ()
    assert note("minimal") == ""


def test_assumptions_of_the_shipped_scenarios() -> None:
    """Every uncertain number cites evidence or says judgement; every stated number is listed once."""
    for name in shipped():
        scenario = load(name)
        rows = uncertain(scenario)
        parts = sum(len(s.names) for s in scenario.shares)
        assert len(rows) == len(scenario.inputs) + parts
        assert all(row.evidence or "judgement" in row.note for row in rows), name
        paths = [row.path for row in fixed(scenario)]
        assert len(paths) == len(set(paths))
        for row in [*rows, *fixed(scenario)]:
            assert all(figure(id) for id in row.evidence)


def test_laws_in_words() -> None:
    assert law_text(Law("lognormal", (0.03, 0.5), 0.0)) == "lognormal, median 0.03"
    assert law_text(Law("beta", (2.0, 8.0), 0.0, 1.0)) == "beta (2, 8), median 0.18"
    assert law_text(Law("rivals", (44.0, 0.5, 129.0, 0.5))) == "one of 44 (weight 0.5), 129 (weight 0.5)"


def test_dates_stand_in_place_of_days() -> None:
    points = tuple((d, Number(1.0)) for d in range(12))
    path = Dated(points, "step", None, ("B-291",), "")
    rows = {r.path: r for r in fixed(synthetic.scenario(force=Force(path, Number(1.0))))}
    assert rows["force.persons"].law.startswith("by date (step): 2022-02-24: 1; 2022-02-25: 1")
    assert rows["force.persons"].law.endswith("and 4 more points")


def test_missing_modules_are_named(tmp_path: Path) -> None:
    small = {gap.short for gap in not_modelled(synthetic.bare(tmp_path).scenario)}
    assert {"offers", "comrades", "the course of the war", "escalation", "opinion at home"} <= small
    large = {gap.short for gap in not_modelled(load(UKRAINE))}
    assert "the course of the war" not in large
    assert not {"escalation", "opinion at home"} & large
    assert "most of what politics does to soldiers" in large
    assert pays_cash(load(UKRAINE))
    assert not pays_cash(replace(load(UKRAINE), programmes=()))
    assert broadcasts_offers(load(UKRAINE))
    assert not broadcasts_offers(replace(load(UKRAINE), programmes=()))
    assert not broadcasts_offers(replace(load(UKRAINE), channels=()))


def test_what_soldiers_feel_of_politics_is_said_as_the_scenario_states_it() -> None:
    """R5 and O5 of the shipped war lower the ceiling of the crackdown; without them nothing reaches soldiers."""
    large = load(UKRAINE)
    assert large.regime is not None
    assert large.opinion is not None
    quiet = replace(large, opinion=replace(large.opinion, forces_per_dissenter=ZERO))
    apart = replace(quiet, regime=replace(large.regime, enforcers=(), enforcement_exponent=ZERO))
    both, one, none = (
        next(gap for gap in not_modelled(each) if "what politics does to soldiers" in gap.short)
        for each in (large, quiet, apart)
    )
    assert "ceiling of the crackdown, by protest and exits of those who enforce it" in both.sentence
    assert "ceiling of the crackdown, by exits of those who enforce it" in one.sentence
    assert "change no soldier's choice" in none.sentence
    assert both.short == one.short == f"most of {none.short}"
    for gap in (both, one):
        assert "no soldier's choice" not in gap.sentence


def test_every_measure_of_a_target_counts_by_itself(full: synthetic.Results) -> None:
    """Two measures under one id miss: both are named."""
    import polars as pl

    run = replace(
        full,
        draws=full.draws.with_columns(
            pl.lit(0.87).alias("outcome.poll"), pl.lit(0.33).alias("outcome.poll_gap")
        ),
    )
    said = checks_summary(checks(run), ())
    missed = {c.target.measure for c in checks(run) if c.verdict == "misses"}
    assert f" {len(missed)} lie outside" in said
    assert "support for the war told to pollsters" in said
    assert "poll less list experiment" in said


def test_what_was_chosen_by_a_count_is_no_test_of_it() -> None:
    emigrants = next(t for t in targets(UKRAINE) if t.measure.startswith("Emigrants"))
    assert emigrants.chosen
    assert {t.id for t in targets(UKRAINE) if t.chosen} == {"A09", "C5", "C10"}
    assert not any(t.chosen and t.given for t in targets(UKRAINE))
    assert "distaste for emigrating" in note(UKRAINE)


def test_inputs_say_by_which_count_their_medians_were_chosen() -> None:
    rows = {row.path: row for row in uncertain(load(UKRAINE))}
    for route, how, count in (
        ("surrender", "fitted", "A09"),
        ("desert", "fitted", "A09"),
        ("flee", "chosen", "B-109"),
    ):
        inputs = [
            row
            for path, row in rows.items()
            if path.startswith((f"route.{route}.window", f"route.{route}.distaste"))
        ]
        assert len(inputs) == 2
        assert all(f"median was {how}" in row.note and count in row.evidence for row in inputs)


@pytest.mark.parametrize(("central", "verdict"), [(18_000, "chosen"), (900_000, "misses"), (2_000, "misses")])
def test_agreement_with_what_numbers_were_chosen_by_is_no_test(
    full: synthetic.Results, central: float, verdict: str
) -> None:
    found = check(read(ROW | {"central": central, "chosen": "it"}), "no offer", full)
    assert found.verdict == verdict
    assert ("no test" in found.text) == (verdict == "chosen")
    said = checks_summary((found,), ())
    assert "By 1 more, numbers of the scenario were chosen" in said
    assert "could get wrong" not in said
    assert ("From 1 of these it is far all the same: m." in said) == (verdict == "misses")


def test_a_count_that_a_prior_cites_too_is_named(full: synthetic.Results) -> None:
    """Deaths by probate counts feed the share killed among losses; nobody's prior cites the queue of the hotline."""
    told = checks(full)
    cited = {one for unknown in full.scenario.inputs for one in unknown.evidence}
    said = checks_summary(told, cited)
    assert "of them a prior cites the same figures, so that agreement shows less: deaths in the force" in said
    leaning = said.split("shows less: ")[1].split(". ")[0]
    assert "waiting for a place" not in leaning
    assert "deserted" not in leaning
    assert "a prior cites" not in checks_summary(told, ())


def test_absences_were_not_what_medians_were_fitted_to_but_some_of_the_same_men() -> None:
    assert {t.chosen for t in targets(UKRAINE) if t.id == "C5"} == {
        "another count of some of the same men (A09)"
    }
    assert {t.chosen for t in targets(UKRAINE) if t.id in ("A09", "C10")} == {"it"}


@pytest.mark.parametrize(("above", "verdict"), [(30, "strained"), (51, "off"), (96, "misses")])
def test_what_was_chosen_is_counted_apart_however_it_came_out(
    full: synthetic.Results, above: int, verdict: str
) -> None:
    """A count by which numbers were chosen strains its bound, or is off, or is missed; another agrees: one was tested."""
    import polars as pl

    values = [2.0] * above + [0.5] * (100 - above)
    draws = pl.DataFrame({"policy": ["no offer"] * 100, "draw": range(100), "outcome.x": values})
    row = ROW | {"high": 1.0, "bound": "at most", "quantity": {"kind": "outcome", "outcome": "x"}}
    run = replace(full, draws=draws)
    chosen = check(read(row | {"chosen": "it"}), "no offer", run)
    tested = check(read(row | {"id": "Y", "high": 3.0}), "no offer", run)
    assert (chosen.verdict, tested.verdict) == (verdict, "agrees")
    said = checks_summary((chosen, tested), ())
    assert "Of 1 count that the model could get wrong, none lies outside" in said
    assert "From 1 of these it is far all the same: m (" in said
    assert "For 1 of them" not in said


def test_day_of_a_target_is_the_end_of_its_date(full: synthetic.Results) -> None:
    row = ROW | {"central": 1.0, "quantity": ROW["quantity"] | {"date": "2022-12-31"}}
    found = check(read(row), "no offer", full)
    day = (datetime.date(2022, 12, 31) - full.scenario.start).days + 1
    rows = full.totals.filter(
        (full.totals["policy"] == "no offer") & (full.totals["scope"] == "force")
        & (full.totals["state"] == "desert") & (full.totals["day"] == day)
    )  # fmt: skip
    assert found.median == rows["q50"][0]


def test_judgement_that_leans_on_a_figure_is_counted_as_judgement() -> None:
    rows = uncertain(load(UKRAINE))
    cited = [row for row in rows if row.evidence and "judgement" not in row.note]
    leaning = [row for row in rows if row.evidence and "judgement" in row.note]
    said = assumptions_summary(rows, fixed(load(UKRAINE)))
    assert f"{len(cited)} by cited figures, {len(leaning)} by judgement that leans on cited figures" in said
    assert f"{len(rows) - len(cited) - len(leaning)} by judgement alone" in said
    assert cited
    assert leaning
