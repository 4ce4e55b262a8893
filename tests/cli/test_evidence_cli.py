"""`offramp evidence`: tables for people, JSON for machines, refusals with a remedy."""

from __future__ import annotations

import json
import re
import shlex
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from offramp import evidence
from offramp.cli.evidence import app
from offramp.errors import InputError


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


def answer(*arguments: str) -> Any:
    done = run(*arguments, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def refusal(*arguments: str) -> str:
    done = run(*arguments)
    assert isinstance(done.exception, InputError)
    return str(done.exception)


def test_list_shows_one_line_a_figure() -> None:
    done = run("list")
    assert done.exit_code == 0
    for one in evidence.figures():
        assert re.search(rf"^{one.id} .*{re.escape(one.value_text())}", done.stdout, re.MULTILINE)


def test_list_by_topic() -> None:
    rows = answer("list", "--topic", "force size")
    assert {row["topic"] for row in rows} == {"force size"}
    assert "B-291" in {row["id"] for row in rows}
    assert "Did you mean 'force size'" in refusal("list", "--topic", "force sizes")


def test_list_json_holds_every_figure() -> None:
    assert [row["id"] for row in answer("list")] == [one.id for one in evidence.figures()]


def test_show_tells_all_of_a_figure() -> None:
    done = run("show", "B-122")
    assert "38.5 (31 to 46) percent" in done.stdout
    assert "55 grants" in done.stdout
    assert "https://www.sueddeutsche.de" in done.stdout


def test_show_resolves_aliases() -> None:
    (row,) = answer("show", "A09")
    assert (row["id"], row["central"], row["low"]) == ("B-024", 17_000.0, None)
    assert row["period"] == {
        "text": "2022-02-24 to about 2023-10",
        "start": "2022-02-24",
        "end": "2023-10-31",
    }
    assert row["source"]["title"].startswith("Why do Russian soldiers")
    assert row["computed"] is False


def test_show_names_rivals_with_their_values() -> None:
    assert re.search(
        r"rivals +B-193: troops deployed .* at least 450,000 persons", run("show", "B-191").stdout
    )


def test_show_names_what_uses_a_figure() -> None:
    shown = run("show", "B-325").stdout
    assert "ukraine-2022, prior losses.kill_share: logit-normal, median 0.25, 90 % 0.19 to 0.33" in shown
    assert (
        "ukraine-2022, target C3: Deaths in the force to 27 May 2023: 47,000 (40,000 to 55,000) persons"
        in shown
    )
    (row,) = answer("show", "B-291")
    assert ("value", "force.persons") in {(use["kind"], use["place"]) for use in row["used_by"]}
    assert "no shipped scenario, prior, target or claim" in run("show", "HUK-002").stdout
    assert answer("show", "HUK-002")[0]["used_by"] == []


def test_show_tells_a_figure_once() -> None:
    assert [row["id"] for row in answer("show", "B-024", "A09")] == ["B-024"]


def test_show_refuses_unknown_ids_all_together() -> None:
    said = refusal("show", "B-291", "B-2911", "UGA-002")
    assert "Did you mean B-291" in said
    assert "contaminated source" in said


def test_search_finds_and_says_when_it_does_not() -> None:
    assert {"B-088", "B-089"} <= {row["id"] for row in answer("search", "hotline", "surrenders")}
    assert "B-088" in run("search", "hotline", "surrenders").stdout
    done = run("search", "zebra")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "No figure has all of: zebra" in done.stderr
    machine = run("search", "zebra", "--json")
    assert (machine.exit_code, json.loads(machine.stdout)) == (1, [])


def test_search_without_a_word_is_refused() -> None:
    assert "no word to search for" in refusal("search", "", " ")


def test_a_scenario_without_evidence_says_so() -> None:
    assert run("bibliography", "minimal").stdout == "minimal cites no figure.\n"
    assert answer("bibliography", "minimal") == []


def test_check_passes() -> None:
    assert "keep every rule" in run("check").stdout
    assert answer("check") == []


def test_check_fails_when_a_rule_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    from offramp.errors import Problem

    monkeypatch.setattr(evidence, "check", lambda: [Problem("figures.csv:2", "it is wrong", "Mend it.")])
    done = run("check")
    assert done.exit_code == 1
    assert "figures.csv:2: it is wrong. Mend it." in done.stdout


def test_bibliography_of_everything() -> None:
    assert len(answer("bibliography")) == len(evidence.bibliography(one.id for one in evidence.figures()))


@pytest.mark.parametrize(("form", "opening"), [("text", ""), ("bibtex", "@misc{"), ("csl", "[")])
def test_bibliography_forms(form: str, opening: str) -> None:
    done = run("bibliography", "--form", form)
    assert done.exit_code == 0
    assert done.stdout.startswith(opening)


@pytest.mark.parametrize("command", ["list", "show", "search", "check", "bibliography"])
def test_help_shows_an_example_that_works(command: str) -> None:
    shown = run(command, "--help").stdout
    example = re.search(r"Example: `?offramp evidence (.+?)`?\s*$", shown, re.MULTILINE)
    assert example is not None
    done = run(*shlex.split(example[1]))
    assert done.exit_code == 0, done.output
