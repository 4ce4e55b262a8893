"""`offramp claims`: what a person sees, what a machine reads, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from offramp import claims
from offramp.cli import uses
from offramp.cli.claims import app
from offramp.errors import InputError
from offramp.evidence import figure

OWN = """
[article]
key = "mine"
title = "A test"
[[claim]]
id = "mine.1"
says = "Some left [bold]."
kind = "figure"
refuted_by = "Fewer than a thousand who left."
[[claim.test]]
kind = "figures"
left = "gone"
relation = "above"
right = "1000"
names = { gone = "B-024" }
"""


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


def said(*arguments: str) -> str:
    done = run(*arguments)
    assert done.exit_code == 0, done.output
    return done.stdout


def answer(*arguments: str) -> Any:
    return json.loads(said(*arguments))


def refusal(*arguments: str) -> str:
    error = run(*arguments).exception
    assert isinstance(error, InputError)
    return str(error)


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no run was made."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def own(tmp_path: Path) -> str:
    path = tmp_path / "mine.toml"
    path.write_text(OWN, "utf-8")
    return str(path)


def test_list_has_every_claim() -> None:
    lines = said("list").splitlines()
    shipped = claims.shipped()
    for one in shipped.claims:
        (line,) = (line for line in lines if line.startswith(f"{one.id} "))
        assert one.says.split()[0] in line
    assert max(map(len, lines)) <= 120
    assert len(answer("list", "--json")) == len(shipped.claims)


def test_list_of_one_article() -> None:
    found = answer("list", "--article", "003", "--json")
    assert {one["article"] for one in found} == {"003"}
    assert found[0]["verdict"] == "holds"
    assert found[7]["verdict"] is None
    assert found[7]["status"] == "not run yet: needs a run"
    (spain,) = (one for one in answer("list", "--article", "000", "--json") if one["id"] == "000.16")
    missing = "nobody is punished in it afterwards, and no cited figure ties reprisals to aid from outside"
    assert spain["status"] == f"cannot be run: the model ends with the war: {missing}"
    assert spain["needs"] == ["aftermath"]
    assert "Did you mean 003?" in refusal("list", "--article", "0033")


def test_show_by_figures() -> None:
    shown = said("show", "001.5")
    assert "contradicted by figures" in shown
    assert "offer / paid = 0.403226 and times = 450: does not hold" in shown
    assert "rival, not used: B-169" in shown
    assert "refuted by" in shown


def test_show_what_was_not_run() -> None:
    shown = said("show", "001.11", "000.16")
    assert "no verdict rests on them yet" in shown
    assert "`offramp claims run` runs them" in shown
    assert "outcome `post_war_repression` (module aftermath)" in shown
    assert "because" not in shown


def test_show_a_value_judgement() -> None:
    shown = said("show", "000.14")
    assert "no verdict: a value judgement" in shown
    assert "civilian_deaths" in shown


def test_show_for_a_machine() -> None:
    (one,) = answer("show", "001.7", "--json")
    assert one["verdict"] is None
    assert one["status"] == "not run yet: needs a run"
    (by_draws,) = one["tests"]
    assert by_draws["run"] is False
    assert by_draws["readings"][0]["quantities"]["cost"]["outcome"] == "cost_usd"
    assert by_draws["readings"][0]["quantities"]["aid_per_loss"]["id"] == "K-002"
    (sum,) = answer("show", "002.26", "--json")[0]["tests"]
    assert sum["run"] is True
    (reading,) = sum["readings"]
    assert reading["settled"] == "holds"
    assert reading["left"] == {"low": 68.0, "central": 68.0, "high": 68.0}
    assert reading["right"] == {"low": 57.0, "central": 57.0, "high": 57.0}
    assert one["article"]["author"] == "Ilya Somin"
    (open_above,) = answer("show", "002.7", "--json")
    assert open_above["conditions"] == []


def test_own_claims_stand_beside_the_shipped(own: str) -> None:
    assert len(answer("list", "--claims", own, "--json")) == len(claims.shipped().claims) + 1
    assert "Some left [bold]." in said("show", "mine.1", "--claims", own)
    assert answer("list", "--claims", own, "--article", "mine", "--json")[0]["verdict"] == "holds"


def test_wrong_ids_are_told_together() -> None:
    text = refusal("show", "001.77", "999.9")
    assert "there is no claim '001.77'. Did you mean 001.7?" in text
    assert "there is no claim '999.9'" in text


def test_every_figure_of_a_claim_names_it_as_a_use() -> None:
    shipped = claims.shipped()
    cited = {(id, claim.id) for claim in shipped.claims for id in claim.cited}
    found = {(id, use.place) for use in uses.citations() if use.kind == "claim" for id in use.evidence}
    assert found == cited
    assert "004.3" in [use.place for use in uses.uses(figure("A09")) if use.kind == "claim"]


RUN = """
[article]
key = "dinner"
title = "What was said at dinner <script>"
[[variant]]
name = "cash alone"
of = "100,000 USD and citizenship"
settings."programme.cash and citizenship.legal_probability" = 0.0
settings."programme.cash and citizenship.enactment_probability" = 1.0
[[claim]]
id = "dinner.1"
says = "Cash alone brings fewer than nothing."
kind = "mechanism"
refuted_by = "As many departures for cash alone."
[[claim.test]]
kind = "contrast"
left = "paid"
relation = "below"
right = "0.5 * unpaid"
names = { paid = { outcome = "departures", policy = "cash alone" }, unpaid = { outcome = "departures", policy = "no offer" } }
[[claim]]
id = "dinner.2"
says = "Few believe in it."
kind = "prediction"
refuted_by = "A trust of a half or more."
[[claim.test]]
kind = "threshold"
left = "trust"
relation = "below"
right = "0.5"
names = { trust = { input = "trust.mean" } }
"""


@pytest.mark.slow
def test_own_claims_are_run_listed_and_shown(tmp_path: Path) -> None:
    """From a file to a page; the same command then says the same without simulating anew."""
    (tmp_path / "dinner.toml").write_text(RUN, "utf-8")
    words = ["run", "--claims", "dinner.toml", "--draws", "3", "--soldiers", "300", "--jobs", "2"]
    first = answer(*words, "--json")
    assert [row["id"] for row in first["claims"]] == ["dinner.1", "dinner.2"]
    assert first["run"]["draws"] == {"main": 3, "pessimist": 3, "optimist": 3}
    assert first["run"]["runs"] == 9 * 2
    worlds = first["claims"][0]["tests"][0]["worlds"]
    assert [one["holding"] for one in worlds] == [0, 0, 0]
    (folder,) = (tmp_path / "results").iterdir()
    assert sorted(path.name for path in folder.iterdir() if path.is_file()) == [
        "claims.html",
        "claims.json",
        "draws.parquet",
        "scenario.toml",
    ]
    page = (folder / "claims.html").read_text("utf-8")
    assert "What was said at dinner &lt;script&gt;" in page
    assert "What was said at dinner <script>" not in page
    again = said(*words)
    assert f"Results: {folder.relative_to(tmp_path)}" in again
    rows = answer("list", "--claims", "dinner.toml", "--article", "dinner", "--json")
    assert [row["verdict"] for row in rows] == ["cannot be told from the evidence"] * 2
    shown = said("show", "dinner.2", "--claims", "dinner.toml", "--run", str(folder))
    assert "main priors: holds in" in shown
    # the shipped claims were not part of it
    assert answer("show", "001.11", "--json")[0]["status"] == "not run yet: needs a run"


def test_a_run_refuses_bad_claims_before_anything_is_simulated(tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text(RUN.replace("cash and citizenship.legal", "cash and citizenry.legal"))
    assert "leads to nothing in the file" in refusal("run", "--claims", "bad.toml")
    assert "is not a whole number" in refusal("run", "--draws", "0")
    assert not (tmp_path / "results").exists()


def test_a_folder_without_judged_claims_is_told(tmp_path: Path) -> None:
    done = run("show", "001.7", "--run", str(tmp_path))
    assert "holds no judged claims" in str(done.exception)
