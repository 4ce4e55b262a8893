"""The server asked without a browser: answers, refusals, agreement with `offramp run`, full runs."""

from __future__ import annotations

import http.client
import io
import json
import math
import multiprocessing
import os
import re
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import quote

import polars as pl
import pytest
from scipy import stats

import offramp
from offramp.analysis.outcomes import describe
from offramp.scenario import loads, template
from offramp.show.explorer import full_runs
from offramp.show.explorer.desk import SOLDIERS
from offramp.show.explorer.kept import LEVELS
from offramp.show.words import from_to
from tests.scenario import hostile
from tests.show.explorer.server import Server

pytestmark = pytest.mark.slow

POLICY = "cash and asylum"
CASH = "programme.cash and asylum.cash_usd"
FULL = len(LEVELS) - 1


def wish(changes: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return {"page": "test", "level": FULL, "state": {"policy": POLICY, "changes": changes or {}}, **more}


def test_a_frame_equals_the_run_of_its_export(served: Server, tmp_path: Path) -> None:
    """Nothing is set to a number that was unknown: the draws are those of `offramp run`, digit by digit."""
    asked = wish({CASH: 40_000, "route.desert.caught_probability": [0.2, 0.5]})
    status, frame = served.ask("api/frame", asked)
    assert (status, frame["draws"]) == (200, LEVELS[-1])
    text = served.ask("api/export", asked)[1]["text"]
    scenario = loads(text, "again")
    assert scenario.hash == frame["hash"]
    results = offramp.run(scenario, draws=LEVELS[-1], soldiers=SOLDIERS, out=tmp_path / "run")
    told = results.summary()["policies"][POLICY]
    for name in ("departures", "departures_net", "families_harmed", "cost_usd"):
        assert frame["outcomes"][name][POLICY]["mean"] == pytest.approx(told[name]["mean"], rel=1e-5)


def test_a_frame_with_a_number_set_agrees_within_its_errors(served: Server, tmp_path: Path) -> None:
    """The run draws what is left unknown from other points: six standard errors are one false alarm in 10^8."""
    asked = wish({"choice.money_weight": 2.0})
    frame = served.ask("api/frame", asked)[1]
    scenario = loads(served.ask("api/export", asked)[1]["text"], "again")
    results = offramp.run(scenario, draws=LEVELS[-1], soldiers=SOLDIERS, out=tmp_path / "run")
    told = results.summary()["policies"][POLICY]
    for name in ("departures", "families_harmed", "cost_usd"):
        here, there = frame["outcomes"][name][POLICY], told[name]
        assert abs(here["mean"] - there["mean"]) < 6 * math.hypot(here["error"], there["mc_error"])


SHIPPED = "100,000 USD and citizenship"


def test_the_shipped_scenario_agrees_with_its_run(tmp_path: Path) -> None:
    """As it is: the run's draws digit by digit. With a number set by hand the run draws from other points: one of its
    comparisons fails by chance once in ten million times, if means over draws are as good as normal."""
    draws, server = LEVELS[-2], Server(tmp_path, "ukraine-2022").start().ready()
    for changes in ({}, {"force.scale": 1.0}):
        asked = {"level": len(LEVELS) - 2, "page": "test", "state": {"policy": SHIPPED, "changes": changes}}
        frame = server.ask("api/frame", asked)[1]
        scenario = loads(server.ask("api/export", asked)[1]["text"], "ukraine-2022")
        assert scenario.hash == frame["hash"]
        out = tmp_path / f"run {len(changes)}"
        results = offramp.run(scenario, draws=draws, soldiers=SOLDIERS, policies=[SHIPPED], out=out)
        told = results.summary()["policies"][SHIPPED]
        for name in (
            "departures",
            "departures_net",
            "families_harmed",
            "evasions",
            "emigrations",
            "cost_usd",
        ):
            here, there = frame["outcomes"][name][SHIPPED], told[name]
            error = math.hypot(here["error"], there["mc_error"])
            bound = (
                float(stats.t.isf(0.5e-7, 2 * draws - 2)) * error if changes else 1e-5 * abs(there["mean"])
            )
            assert abs(here["mean"] - there["mean"]) <= bound, name
    assert server.stop() == 0


def test_lines_do_not_jitter_under_common_random_numbers(served: Server) -> None:
    """A lever of the offer leaves the reference exactly where it was. No other test of this server refines these states, so that
    as many draws are shown of both."""
    frames = [served.ask("api/frame", wish({CASH: cash}, level=0))[1] for cash in (1_230, 61_700)]
    assert frames[0]["draws"] == frames[1]["draws"] == LEVELS[0]
    lines = [frame["lines"]["all routes"]["no offer"] for frame in frames]
    assert lines[0] == lines[1]
    assert frames[0]["outcomes"]["departures"][POLICY] != frames[1]["outcomes"]["departures"][POLICY]


def test_data_are_the_draws(served: Server) -> None:
    asked = wish({CASH: 40_000})
    csv = pl.read_csv(io.BytesIO(served.ask("api/data", asked | {"format": "csv"})[1]))
    parquet = pl.read_parquet(io.BytesIO(served.ask("api/data", asked | {"format": "parquet"})[1]))
    assert csv.columns == parquet.columns
    assert csv.height == parquet.height == 2 * LEVELS[-1]
    mean = parquet.filter(pl.col("policy") == POLICY)["outcome.departures"].mean()
    frame = served.ask("api/frame", asked)[1]
    assert mean == pytest.approx(frame["outcomes"]["departures"][POLICY]["mean"], rel=1e-5)


def test_pessimist_and_optimist_lie_on_both_sides(served: Server) -> None:
    means = {}
    for kind in ("pessimist", "optimist"):
        made = served.ask("api/preset", wish(kind=kind))[1]
        assert made["changes"]
        frame = served.ask("api/frame", wish(made["changes"]))[1]
        means[kind] = frame["outcomes"]["departures_net"][POLICY]["mean"]
    usual = served.ask("api/frame", wish())[1]["outcomes"]["departures_net"][POLICY]["mean"]
    assert means["pessimist"] < usual < means["optimist"]


def test_one_preset_takes_the_place_of_the_other_and_leaves_what_a_hand_has_set(served: Server) -> None:
    hand = {"choice.money_weight": 2.0, CASH: 40_000, "route.desert.caught_probability": [0.2, 0.5]}
    made = {kind: served.ask("api/preset", wish(hand, kind=kind))[1] for kind in ("pessimist", "optimist")}
    assert all(
        one["changes"] and not one["dropped"] and not set(one["changes"]) & set(hand) for one in made.values()
    )
    after = served.ask("api/preset", wish(hand | made["pessimist"]["changes"], kind="optimist"))[1]
    assert set(after["dropped"]) == set(made["pessimist"]["changes"])
    assert after | {"dropped": []} == made["optimist"]


def test_a_preset_names_the_harm_that_moves_with_it(served: Server) -> None:
    before = served.ask("api/frame", wish())[1]
    made = served.ask("api/preset", wish(kind="optimist"))[1]
    after = served.ask("api/frame", wish(made["changes"]))[1]
    assert "departures, counting nothing else" in made["sentence"]
    told = made["sentence"].partition("Harm moves with it: ")[2].removesuffix(".").split("; ")
    harms = [known for known in map(describe, before["outcomes"]) if known.kind == "harm"]
    said: list[str] = []
    for known in harms:
        means = [frame["outcomes"][known.name][POLICY]["mean"] for frame in (before, after)]
        said.append(f"{known.label.lower()} {from_to(*means, known.unit)}")
    assert {one.partition(" (")[0] for one in told} <= set(said)
    assert all(re.search(r" \(.+ in 90.% of draws\)$", one) for one in told)
    assert any(one.startswith("failed attempts") for one in told)  # more leave, and more fail


def test_who_asks_for_two_files_gets_two(served: Server) -> None:
    """At once, of two states, without a word on whose page it is."""
    asked = [
        {key: value for key, value in wish({CASH: cash}, format=format).items() if key != "page"}
        for cash, format in ((41_000, "csv"), (42_000, "parquet"), (43_000, "csv"))
    ]
    with ThreadPoolExecutor(len(asked)) as pool:
        answers = list(pool.map(lambda one: served.ask("api/data", one), asked))
    assert [status for status, _ in answers] == [200, 200, 200]


@pytest.mark.parametrize(
    ("path", "body", "status", "words"),
    [
        ("api/frame", {"scenario": "no such"}, 404, "not open here"),
        ("api/frame", wish(level=9), 422, "no such level"),
        ("api/frame", wish({CASH: -1}), 422, "cannot be -1"),
        ("api/frame", wish({"route.desert.killed_probability": 0.9}), 422, "caught and killed may add up"),
        ("api/frame", [], 422, "not a JSON object"),
        ("api/open", {"scenario": "../../secret"}, 404, "not open here"),
        ("api/open", {"text": "title = 1", "name": "../../x.toml"}, 422, "x.toml"),
        ("api/preset", wish(kind="prophet"), 422, "no such preset"),
        ("api/frame", wish(level=True), 422, "no such level"),
        ("api/ahead", {"states": [{}] * 3}, 422, "too long"),
        ("api/ahead", {"states": "up"}, 422, "no list of states"),
        ("api/ahead", {"states": [wish({CASH: -1})["state"]]}, 422, "cannot be -1"),
        ("api/runs", wish(draws=True), 422, "whole number of draws"),
        ("api/runs", wish(draws=0), 422, "whole number of draws"),
        ("api/runs", wish(draws=10**9), 422, "`offramp run` takes more"),
        ("api/runs/99/cancel", {}, 404, "no such run"),
    ],
)
def test_refusals_are_sentences(served: Server, path: str, body: Any, status: int, words: str) -> None:
    told = served.ask(path, body)
    assert told[0] == status
    assert words in json.dumps(told[1])
    assert "Traceback" not in json.dumps(told[1])


@pytest.mark.parametrize(
    "path", ["/static/../app.py", "/static/%2e%2e/app.py", "/static/app.py", "/etc/passwd"]
)
def test_no_path_reaches_the_disk(served: Server, path: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", served.port)
    connection.request("GET", path)
    answer = connection.getresponse()
    assert answer.status == 404
    assert b"import" not in answer.read()
    connection.close()


@pytest.mark.parametrize("what", sorted(hostile.small()))
def test_hostile_files_are_refused(served: Server, what: str) -> None:
    text = hostile.small()[what]
    status, told = served.ask("api/open", {"text": text, "name": "hostile.toml"})
    assert status == 422
    assert all(problem["what"] and problem["remedy"] for problem in told["problems"])


@pytest.mark.parametrize(
    "what", ["a million groups", "an integer of millions of digits", "more than a file may hold"]
)
def test_large_hostile_files_are_refused_while_others_are_served(served: Server, what: str) -> None:
    status, told = served.ask("api/open", {"text": hostile.large()[what], "name": "hostile.toml"})
    assert status in (413, 422)
    assert "hostile.toml" in json.dumps(told) or "too large" in told["error"]
    assert served.ask("api/status")[0] == 200


@pytest.mark.parametrize("id", ["0", "-1", "x", "9" * 9, "9" * 5_000, "\u0663"])
def test_a_number_that_no_run_has_is_not_found(served: Server, id: str) -> None:
    for path, body in ((f"runs/{quote(id)}/report.html", None), (f"api/runs/{quote(id)}/cancel", {})):
        status, told = served.ask(path, body)
        assert (status, told["error"][:16]) == (404, "There is no such")


def follow(server: Server, id: int, until: tuple[str, ...]) -> dict[str, Any]:
    for _ in range(1200):
        run = next(run for run in server.ask("api/runs")[1] if run["id"] == id)
        if run["status"] in until:
            return run
        time.sleep(0.1)
    raise AssertionError(run)


def test_full_runs_queue_report_and_cancel(served: Server) -> None:
    first = served.ask("api/runs", wish({CASH: 5_000}, draws=6, link="set=1"))[1]
    second = served.ask("api/runs", wish({CASH: 6_000}, draws=5_000))[1]
    third = served.ask("api/runs", wish({CASH: 7_000}, draws=6))[1]
    # What is asked for twice is done once, whatever the policy in view.
    again = served.ask("api/runs", wish({CASH: 5_000}, draws=6) | {"state": {"changes": {CASH: 5_000}}})[1]
    assert again["id"] == first["id"]
    assert len({first["id"], second["id"], third["id"]}) == 3
    assert served.ask(f"api/runs/{third['id']}/cancel", {})[0] == 200
    done = follow(served, first["id"], ("done", "failed"))
    assert (done["status"], done["done"], done["link"]) == ("done", 6, "set=1")
    assert served.ask("api/runs", wish({CASH: 5_000}, draws=6))[1]["id"] == first["id"]
    status, page = served.ask(done["report"].removeprefix("/"))
    assert status == 200
    assert b"<!doctype html>" in page[:100]
    assert (
        loads((served.folder / done["out"] / "scenario.toml").read_text("utf-8"), "x").programmes[0].cash_usd
    )
    follow(served, second["id"], ("running",))
    while not next(run for run in served.ask("api/runs")[1] if run["id"] == second["id"])["done"]:
        time.sleep(0.05)
    served.ask(f"api/runs/{second['id']}/cancel", {})
    stopped = follow(served, second["id"], ("cancelled", "done", "failed"))
    assert stopped["status"] == "cancelled"
    assert "kept" in stopped["sentence"]
    on = served.ask("api/runs", wish({CASH: 6_000}, draws=5_000))[
        1
    ]  # what was stopped goes on as a run of its own
    assert on["id"] not in {first["id"], second["id"], third["id"]}
    served.ask(f"api/runs/{on['id']}/cancel", {})
    follow(served, on["id"], ("cancelled",))
    assert follow(served, third["id"], ("cancelled",))["done"] == 0
    assert served.ask(f"runs/{second['id']}/report.html")[0] == 404


def test_fewer_draws_of_the_same_take_the_folder_and_the_earlier_run_says_so(served: Server) -> None:
    """Both runs write the folder that `offramp run` would; an entry must not speak of a report that is another's."""
    asked = [served.ask("api/runs", wish({CASH: 5_500}, draws=draws))[1]["id"] for draws in (5, 3)]
    ends = [follow(served, id, ("done", "failed")) for id in asked]
    assert ends[0]["out"] == ends[1]["out"]
    first, second = (next(run for run in served.ask("api/runs")[1] if run["id"] == id) for id in asked)
    assert "those of a later run now, of 3" in first["sentence"]
    assert second["sentence"] == "3 draws, with a report."


def test_a_full_run_that_hangs_is_ended_when_it_is_cancelled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(full_runs, "STOP_MOST", 0.5)
    runs = full_runs.FullRuns(tmp_path / "results")
    others = set(multiprocessing.active_children())
    run = runs.add("hangs", loads(template(), "trial"), 9_000, "")
    while not run.done:
        assert run.status in full_runs.ACTIVE, run.sentence
        time.sleep(0.05)
    for process in set(multiprocessing.active_children()) - others:
        os.kill(process.pid or 0, signal.SIGSTOP)
    assert runs.cancel(run.id)
    while run.status in full_runs.ACTIVE:
        time.sleep(0.05)
    assert run.status == "cancelled"
    assert "what is done is kept" in run.sentence
    runs.close()
    assert set(multiprocessing.active_children()) <= others


def test_full_runs_outlive_the_server(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "trial.toml").write_text(template(), "utf-8")
    server = Server(tmp_path, "trial.toml").start().ready()
    done = follow(
        server, server.ask("api/runs", wish({}, draws=3, link="set=1"))[1]["id"], ("done", "failed")
    )
    assert done["status"] == "done"
    long = server.ask("api/runs", wish({}, draws=9_000))[1]
    listed = tmp_path / "results" / "explorer.json"
    while not json.loads(listed.read_bytes())[1]["done"]:  # told on disk while it runs
        assert follow(server, long["id"], ("running",))
        time.sleep(0.1)
    server.stop(signal.SIGKILL)
    server.start().ready()
    told = server.ask("api/runs")[1]
    assert [(run["status"], run["draws"], run["link"]) for run in told] == [
        ("done", 3, "set=1"), ("cancelled", 9_000, ""),
    ]  # fmt: skip
    assert "run it again" in told[1]["sentence"]
    assert 0 < told[1]["done"] < 9_000
    assert "Traceback" not in capfd.readouterr().err  # the run has ended too, and nobody is there to tell
    status, page = server.ask(told[0]["report"].removeprefix("/"))
    assert status == 200
    assert b"<!doctype html>" in page[:100]
    server.stop()


def test_ctrl_c_ends_server_and_workers(tmp_path: Path) -> None:
    server = Server(tmp_path, "minimal").start().ready()
    workers = server.workers()
    assert workers
    assert server.stop(signal.SIGINT) == 0
    for _ in range(100):
        if not any(Path(f"/proc/{worker}").exists() for worker in workers):
            return
        time.sleep(0.1)
    raise AssertionError("workers outlive the server")


def test_a_port_that_is_taken_is_refused(
    served: Server, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    from offramp.errors import InputError
    from offramp.scenario import load
    from offramp.show.explorer import serve

    with pytest.raises(InputError, match=r"--port: \d+ cannot be had"):
        serve(load("minimal"), port=served.port, browser=False)


@pytest.mark.parametrize(
    ("host", "what"),
    [
        ("", "is empty"),
        (" ", "is empty"),
        ("\u00e4..\u00f6", "cannot be had"),
        ("nosuch.invalid", "nosuch.invalid cannot be had"),
        ("203.0.113.9", "203.0.113.9 cannot be had"),
    ],
)
def test_a_host_that_is_none_is_refused(host: str, what: str) -> None:
    """One that is nothing is not every address."""
    from offramp.errors import InputError
    from offramp.scenario import load
    from offramp.show.explorer import serve

    with pytest.raises(InputError, match=rf"--host: .*{what}.* Give an address"):
        serve(load("minimal"), host=host, browser=False)


def test_who_is_told_to_end_gives_everything_back(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """As with Ctrl-C: no word of what was left behind, and a success."""
    (tmp_path / "trial.toml").write_text(template(), "utf-8")
    assert Server(tmp_path, "trial.toml").start().ready().stop(signal.SIGTERM) == 0
    assert capfd.readouterr().err == ""
