"""The list of full runs outlives the server, and what else may stand in its file does no harm."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offramp.show.explorer import run_list
from offramp.show.explorer.full_runs import FullRuns

RUN: dict[str, Any] = {
    "title": "an offer",
    "draws": 7,
    "done": 7,
    "status": "done",
    "sentence": "7 draws.",
    "link": "set=1",
}


def folder(results: Path, name: str) -> Path:
    made = results / name
    made.mkdir(parents=True)
    (made / "report.html").write_text("<!doctype html>", "utf-8")
    return made


def test_what_is_kept_is_told_again(tmp_path: Path) -> None:
    out = folder(tmp_path, "trial-1")
    run_list.keep(tmp_path, [{**RUN, "out": str(out)}, {**RUN, "status": "running", "done": 3, "out": None}])
    first, second = FullRuns(tmp_path).all()
    assert (first.title, first.status, first.out, first.link) == ("an offer", "done", out, "set=1")
    assert first.told()["report"] == "/runs/1/report.html"
    # What ran when the server was killed has not ended, and says so.
    assert (second.status, second.done) == ("cancelled", 3)
    assert "stopped before its end" in second.sentence
    assert second.told()["report"] is None


def test_a_folder_that_is_gone_has_no_report(tmp_path: Path) -> None:
    run_list.keep(tmp_path, [{**RUN, "out": str(tmp_path / "gone")}])
    only = FullRuns(tmp_path).all()[0]
    assert only.told()["report"] is None
    assert "not there any more" in only.sentence


def test_runs_of_the_command_line_are_told_of_once(tmp_path: Path) -> None:
    ours, theirs = folder(tmp_path, "ours"), folder(tmp_path, "theirs")
    for each in (ours, theirs):
        (each / "manifest.json").write_text(json.dumps({"title": each.name, "draws": 12}), "utf-8")
    run_list.keep(tmp_path, [{**RUN, "out": str(ours)}])
    found = FullRuns(tmp_path).all()
    assert [(run.title, run.out) for run in found] == [("an offer", ours), ("theirs", theirs)]
    assert "command line" in found[1].sentence


@pytest.mark.parametrize("name", ["..", ".", "", "../elsewhere", "/etc", "a/b", 7, None, "a\x00b"])
def test_no_name_leads_out_of_the_results(tmp_path: Path, name: object) -> None:
    folder(tmp_path / "results" / "a", "b")
    folder(tmp_path, "elsewhere")
    (tmp_path / "results" / run_list.FILE).write_text(json.dumps([{**RUN, "out": name}]), "utf-8")
    assert [run["out"] for run in run_list.kept(tmp_path / "results")] == [None]


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from([*RUN, "out"]), inner),
    max_leaves=12,
)


@given(values | st.lists(st.fixed_dictionaries(dict.fromkeys([*RUN, "out"], values)), max_size=3))
def test_any_content_is_read_without_harm(tmp_path_factory: pytest.TempPathFactory, content: object) -> None:
    results = tmp_path_factory.mktemp("results")
    (results / run_list.FILE).write_text(json.dumps(content), "utf-8")
    for run in FullRuns(results).all():
        json.dumps(run.told(), allow_nan=False)


def test_what_is_no_json_gives_an_empty_list(tmp_path: Path) -> None:
    for text in ("", "[", "[" * 100_000, '[{"title": "a"}]', "\xff"):
        (tmp_path / run_list.FILE).write_text(text, "latin-1")
        assert FullRuns(tmp_path).all() == []


def test_draws_of_prior_sets_are_told_apart_after_a_restart(tmp_path: Path) -> None:
    """A run of twelve draws that does seventy-two with those of its prior sets; an older list tells of none."""
    run_list.keep(
        tmp_path,
        [{**RUN, "draws": 12, "done": 72, "total": 72, "out": None}, {**RUN, "done": 42, "out": None}],
    )
    first, second = (run.told() for run in FullRuns(tmp_path).all())
    assert (first["draws"], first["done"], first["total"]) == (12, 72, 72)
    assert (second["done"], second["total"]) == (42, 42)
