"""Where figures are used: nothing that cites one is left out."""

from __future__ import annotations

import pytest

from offramp.cli import uses
from offramp.evidence import figure
from offramp.scenario import load, shipped
from offramp.show.targets import targets, uncompared


@pytest.mark.parametrize("name", shipped())
def test_every_citation_of_a_shipped_scenario_is_a_use(name: str) -> None:
    cited = {
        id
        for use in uses.citations()
        if use.scenario == name and use.kind in ("prior", "value")
        for id in use.evidence
    }
    assert cited == set(load(name).evidence_ids)


@pytest.mark.parametrize("name", shipped())
def test_every_cited_target_is_a_use(name: str) -> None:
    found = [use.place for use in uses.citations() if use.scenario == name and use.kind == "target"]
    assert found == [one.id for one in (*targets(name), *uncompared(name))]


def test_priors_are_told_from_known_values() -> None:
    kinds = {use.place: use.kind for use in uses.uses(figure("B-325"))}
    assert kinds["losses.kill_share"] == "prior"
    assert {use.kind for use in uses.uses(figure("E-001"))} == {"value"}


def test_a_use_under_an_alias_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    use = uses.Use("prior", "mine", "choice.scale", "", ("A09",))
    monkeypatch.setattr(uses, "citations", lambda: (use,))
    assert uses.uses(figure("B-024")) == [use]
    assert uses.uses(figure("B-291")) == []
