"""Why an input is uncertain and on what its prior rests, said from notes and cited figures."""

from __future__ import annotations

from offramp.scenario import load, loads
from offramp.show import uncertain_inputs
from offramp.show.assumptions import Assumption


def row(evidence: tuple[str, ...] = (), note: str = "") -> Assumption:
    return Assumption("force.scale", "lognormal, median 1", "0.9 to 1.2", evidence, note)


def test_the_note_says_why() -> None:
    assert uncertain_inputs.why(row(note="judgement: nobody counts them.")) == "Nobody counts them."
    assert uncertain_inputs.why(row(note="judgement; nobody counts them")) == "Nobody counts them."
    assert uncertain_inputs.why(row(("B-291",), "the split is not known")) == "The split is not known."
    assert uncertain_inputs.why(row(note="judgement on the range: it is disputed")) == "It is disputed."


def test_without_a_note_nothing_is_made_up() -> None:
    assert uncertain_inputs.why(row(note="judgement")) == "Nothing that measures it was found."
    assert uncertain_inputs.why(row(("B-291",))) == "The cited figures leave a range."


def test_rivals_stand_beside_each_other_once() -> None:
    assert uncertain_inputs.why(row(("B-138", "B-320"))).endswith(" Rivals: B-138 and B-320.")
    assert uncertain_inputs.why(row(("B-325",))).endswith(" Rivals: B-077 and B-325; B-315 and B-325.")


def test_a_prior_rests_on_graded_figures_or_judgement() -> None:
    assert uncertain_inputs.rests_on(row(("B-325", "B-062"))) == "B-325 (A), B-062 (C)"
    assert uncertain_inputs.rests_on(row(("B-325",), "judgement: a middle")) == "B-325 (A), *judgement*"
    assert uncertain_inputs.rests_on(row()) == "*judgement*"


def test_an_alias_is_named_as_its_figure() -> None:
    assert uncertain_inputs.rests_on(row(("A09", "B-024"))) == "B-024 (C)"


def test_every_input_of_the_shipped_scenario_has_a_row_with_a_reason_of_its_own() -> None:
    scenario = load("ukraine-2022")
    rows = uncertain_inputs.rows(scenario)
    parts = sum(len(shares.names) for shares in scenario.shares)
    assert len(rows) == len(scenario.inputs) + parts
    fallbacks = {uncertain_inputs.why(row(note="judgement")), uncertain_inputs.why(row(("B-291",)))}
    assert not [path for path, why, *_ in rows if why in fallbacks]
    assert all(len(cells) == len(uncertain_inputs.COLUMNS) and all(cells) for cells in rows)


def test_parts_of_shares_are_rows_too() -> None:
    text = """
        title = "Two ways and unknown shares"
        start = 2022-02-24
        days = 10
        group = [{ name = "a" }, { name = "b" }]
        route = [{ name = "desert", window_per_day = 0.1, utility = 0 }]
        [force]
        persons = 1000
        initial_shares = { dirichlet = { a = 1, b = 3 }, concentration = 8, note = "judgement: a guess" }
    """
    rows = uncertain_inputs.rows(loads(text))
    assert [(cells[1], cells[4]) for cells in rows] == [("A guess.", "Dirichlet")] * 2
