"""Claims for the page: verdicts of the last run, and experiments that the hands can really make."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from offramp.claims import Claims, judge, shipped, with_variant
from offramp.claims.plain import plain
from offramp.errors import InputError
from offramp.scenario import Scenario, load, loads
from offramp.show.explorer.base import Base
from offramp.show.explorer.debate import debate, variant_file
from offramp.show.explorer.describe import description

NOWHERE = Path("no results here")


@cache
def base() -> Base:
    return Base.of("ukraine-2022", load("ukraine-2022"))


@cache
def told() -> dict[str, Any]:
    return debate(shipped(), base(), NOWHERE)


def experiments() -> list[tuple[str, dict[str, Any]]]:
    return [(one["id"], one["experiment"]) for one in told()["claims"]]


def shown(state: dict[str, Any]) -> tuple[Scenario, str]:
    """The scenario and the policy in view that the page would show of a state."""
    parts: list[str] | None = state["mix"]
    mixed: dict[str, Any] = {}
    if parts is not None:
        for key, kind in (("programmes", "programme:"), ("levers", "lever:"), ("offramps", "offramp:")):
            mixed[key] = [part.removeprefix(kind) for part in parts if part.startswith(kind)]
    checked = base().state({"policy": state["policy"], "changes": state["changes"], **mixed})
    return base().changed(checked), checked.shown


def test_every_claim_is_told_with_what_it_needs() -> None:
    claims: Claims = shipped()
    assert [one["id"] for one in told()["claims"]] == [one.id for one in claims.claims]
    assert told()["run"] == ""
    for id, experiment in experiments():
        assert experiment["states"] or experiment["files"] or experiment["hurdle"], id
    assert sum(bool(experiment["states"]) for _, experiment in experiments()) > len(claims.claims) / 2


def test_a_state_makes_the_policy_or_variant_of_its_name() -> None:
    """The same numbers and the same parts as the claims' own way to make a variant."""
    variants = {one.name: one for one in shipped().variants}
    made: set[str] = set()
    for _, experiment in experiments():
        for one in experiment["states"]:
            if one["name"] in made:
                continue
            made.add(one["name"])
            scenario, policy = shown(one["state"])
            there, expected = scenario.policy(policy), base().scenario
            if one["name"] in variants:
                expected = with_variant(variants[one["name"]], base().scenario)
            same = expected.policy(one["name"])
            assert (there.programmes, there.levers, there.offramp) == (
                same.programmes, same.levers, same.offramp,
            ), one["name"]  # fmt: skip
            assert scenario.inputs == expected.inputs, one["name"]
    assert len(made & set(variants)) > 20


def test_what_no_hand_can_make_opens_as_a_file() -> None:
    """Every policy of a claim can be shown, or is one that no run has yet; the file is the claims' own scenario."""
    files = sorted({name for _, experiment in experiments() for name in experiment["files"]})
    assert len(files) > 5
    assert all(
        "yet" in experiment["hurdle"] for _, experiment in experiments() if "“" in experiment["hurdle"]
    )
    variants = {one.name: one for one in shipped().variants}
    for name in files[:: len(files) // 3]:
        opened = loads(variant_file(shipped(), base(), name), name)
        assert opened.hash == with_variant(variants[name], base().scenario).hash
        assert name in {policy.name for policy in opened.policies}
    with pytest.raises(InputError, match="no such policy"):
        variant_file(shipped(), base(), "no offer")


def test_verdicts_are_those_of_the_last_run(tmp_path: Path) -> None:
    rows = [plain(judge(one, shipped()), shipped()) for one in shipped().claims]
    rows[2] |= {"verdict": "holds", "status": "holds", "sentences": ["In 480 of 500 worlds."]}
    folder = tmp_path / "claims-ukraine-2022-1a2b"
    folder.mkdir()
    (folder / "claims.json").write_text(json.dumps({"run": {"draws": 500}, "claims": rows}), "utf-8")
    found = debate(shipped(), base(), tmp_path)
    assert found["claims"][2]["verdict"] == "holds"
    assert found["claims"][2]["sentences"] == ["In 480 of 500 worlds."]
    assert "500 draws" in found["run"]


def test_the_second_chart_shows_what_a_claim_is_about() -> None:
    """A level that nobody knows by its change against the reference, a part of an outcome by its whole."""
    seconds = {id: experiment["second"] for id, experiment in experiments()}
    menu = description(base())
    known = {one["name"] for one in menu["followed"]} | {f"outcome:{one['name']}" for one in menu["outcomes"]}
    assert {second for second in seconds.values() if second} <= known
    for id in ("000.2", "003.14"):
        assert seconds[id] == "nuclear_change", id
    for one in shipped().claims:
        first = next((name for name in one.outcomes if name != "departures"), "")
        if first.startswith("resigned."):
            assert seconds[one.id] == "outcome:resigned", one.id
        if first in ("poll", "list_estimate", "private_support"):
            assert seconds[one.id] == "opinion", one.id
