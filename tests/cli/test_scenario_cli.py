"""`offramp scenario`: what a person sees, what a machine reads, and what is refused."""

from __future__ import annotations

import json
import shlex
import tomllib
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from offramp.cli.scenario import app
from offramp.errors import InputError
from offramp.scenario import load, shipped, template

VERBS = ("list", "show", "check", "new", "diff", "schema")
WRONG = 'title = "x"\nstart = 2022-02-24\ndayz = 5\n[[group]]\nname = "a"\nsize = -1\n'


def run(*arguments: str) -> Result:
    return CliRunner(env={"COLUMNS": "160"}).invoke(app, arguments)


def said(*arguments: str) -> str:
    done = run(*arguments)
    assert done.exit_code == 0, done.output
    return done.stdout


def answer(*arguments: str) -> Any:
    return json.loads(said(*arguments))


def refusal(*arguments: str) -> InputError:
    error = run(*arguments).exception
    assert isinstance(error, InputError)
    return error


@pytest.fixture
def wrong(tmp_path: Path) -> str:
    path = tmp_path / "wrong.toml"
    path.write_text(WRONG)
    return str(path)


def test_list() -> None:
    shown = said("list")
    for name in shipped():
        assert name in shown
    assert [one["scenario"] for one in answer("list", "--json")] == list(shipped())


def test_show() -> None:
    shown = said("show", "minimal")
    for words in ("One group, two doors", "soldiers", "100,000", "surrender", "reference", "2022-04-24"):
        assert words in shown
    assert answer("show", "minimal", "--json")["routes"][0]["utility"] == {"value": -1.0}


def test_show_tells_unknown_numbers_with_intervals_and_grounds(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(template())
    shown = said("show", str(path))
    (line,) = [line for line in shown.splitlines() if line.startswith("choice.money_weight")]
    assert "0.4 to 2.2" in line
    assert "judgement: nobody has measured" in line


def test_show_does_not_obey_markup(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(template().replace("My scenario", "[bold]My[/bold] scenario"))
    assert "[bold]My[/bold] scenario" in said("show", str(path))


def test_check_a_good_file() -> None:
    shown = said("check", "one-squad")
    assert (
        shown
        == "one-squad is a valid scenario: 1 group, 1 route, 0 programmes, 1 policy, 0 unknown numbers.\n"
    )
    war = load("ukraine-2022")  # those at posts are counted too
    counted = (
        f"{len(war.groups) + len(war.posts.groups)} groups, {len(war.routes) + len(war.posts.routes)} routes"
    )
    assert counted in said("check", "ukraine-2022")
    told = answer("check", "one-squad", "--json")
    assert (told["valid"], told["problems"], told["hash"]) == (True, [], load("one-squad").hash)


def test_check_a_bad_file_tells_everything(wrong: str) -> None:
    sentences = str(refusal("check", wrong)).splitlines()
    assert len(sentences) == 3
    assert (
        sentences[-1]
        == f"{wrong}:6: group.a.size: must be greater than 0, is -1. Check the number and its unit."
    )


def test_check_a_bad_file_for_a_machine(wrong: str) -> None:
    done = run("check", wrong, "--json")
    assert done.exit_code == 2
    told = json.loads(done.stdout)
    assert told["valid"] is False
    assert [set(problem) for problem in told["problems"]] == [{"place", "what", "remedy"}] * 3


def test_new_writes_a_file_that_passes(tmp_path: Path) -> None:
    path = tmp_path / "new.toml"
    assert f"Wrote {path}" in said("new", str(path))
    assert path.read_text("utf-8") == template()
    assert "is a valid scenario" in said("check", str(path))


def test_new_overwrites_nothing(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("precious")
    assert "was left as it is" in str(refusal("new", str(path)))
    assert path.read_text() == "precious"
    assert "cannot be written" in str(refusal("new", str(tmp_path / "none" / "x.toml")))


def test_diff() -> None:
    shown = said("diff", "minimal", "one-squad")
    assert "group.squad.influence" in shown
    rows = {row["path"]: (row["a"], row["b"]) for row in answer("diff", "minimal", "one-squad", "--json")}
    assert rows["days"] == (60, 365)
    assert rows["squad_size"] == (None, 10)
    assert said("diff", "minimal", "minimal") == "The two scenarios say the same.\n"


def test_schema_is_json() -> None:
    assert answer("schema")["title"] == "Offramp scenario"


@pytest.mark.parametrize("verb", VERBS)
def test_the_example_of_each_verb_works_as_pasted(
    verb: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shown = said(verb, "--help")
    example = next(line for line in shown.splitlines() if "Example:" in line).partition("Example:")[2]
    words = shlex.split(example.partition(">")[0])
    assert words[:3] == ["offramp", "scenario", verb]
    assert said(*words[2:])


def test_the_template_is_toml_that_explains_itself() -> None:
    text = template()
    assert tomllib.loads(text)
    comments = sum(1 for line in text.splitlines() if line.lstrip().startswith("#") or " # " in line)
    assert comments > 30
