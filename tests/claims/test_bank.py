"""The bank of runs: each pair once, in the worlds of an ordinary run, resumed bit for bit."""

from __future__ import annotations

import datetime
import json
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from offramp.claims import Claims, Judged, with_variant
from offramp.claims.bank import bank_of
from offramp.claims.claim import Claim, Drawn, Simulated, Variant
from offramp.claims.run import execute, latest, read
from offramp.engine import Baseline, DrawResult, Model, prepare
from offramp.ensemble.options import check_options
from offramp.ensemble.run import Interrupted
from offramp.ensemble.run import execute as execute_run
from offramp.ensemble.work import Flag
from offramp.errors import InputError, OfframpError
from offramp.scenario import Scenario, under
from tests.claims.scene import SCENARIO, asks, claim, claims, outcome, variant
from tests.ensemble.test_interrupts import StopsAfter

DAY = datetime.date(2022, 3, 1)
LAST = datetime.date(2022, 3, 25)
EASY = variant("easy", utility=2.0)
HARD = variant("hard", utility=-2.0)
EASY_TOO = replace(EASY, name="easy too")
FOUND = [
    claim("b.1", asks("a", "above", "b", a=outcome("departures", "easy"), b=outcome("departures", "nothing"))),
    claim("b.2", asks("b", "above", "a", a=outcome("departures", "hard"), b=outcome("departures", "nothing"))),
    claim("b.3", asks("a", "above", "b", a=outcome("departures", "easy"), b=outcome("departures", "hard"))),
    claim("b.4", asks("w", "above", "0.011", w=Drawn("route.desert.window_per_day"))),
    claim(
        "b.5",
        asks("a", "at most", "b", a=Simulated("departures", "easy too", DAY, LAST), b=outcome("departures", "easy too")),
    ),
]  # fmt: skip
CLAIMS = claims(FOUND, [EASY, HARD, EASY_TOO])


@dataclass(frozen=True)
class Counting:
    """The engine, which notes which policy of which scenario it ran in which draw."""

    inner: Model
    seen: list[tuple[str, float, int]]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def run_draw(
        self,
        draw: int,
        values: Mapping[str, float],
        policies: Sequence[str],
        stop: Flag | None = None,
        baseline: Baseline | None = None,
    ) -> DrawResult:
        window = values["route.desert.window_per_day"]
        self.seen.extend((name, window, draw) for name in policies)
        return self.inner.run_draw(draw, values, policies, stop, baseline)


def options(**changes: Any) -> Any:
    given: dict[str, Any] = {
        "draws": 24, "seed": 3, "soldiers": 500, "jobs": 2, "policies": None, "keep_paths": False,
        "executor": "threads", "draws_from": None, "out": None,
    }  # fmt: skip
    return check_options(SCENARIO, **(given | changes))


def judged(out: Path, asked: Claims = CLAIMS, chunk: int | None = None, **changes: Any) -> Judged:
    return execute(SCENARIO, asked, options(out=out, **changes), prepare=prepare, chunk=chunk)  # type: ignore[arg-type]


def row(found: Judged, id: str) -> dict[str, Any]:
    return next(one for one in found.answer["claims"] if one["id"] == id)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Judged:
    return judged(tmp_path_factory.mktemp("claims") / "whole")


def test_variants_that_change_the_same_share_a_cell() -> None:
    bank = bank_of(FOUND, CLAIMS.variants, SCENARIO, "bench")
    assert bank.columns == ("nothing", "easy", "hard", "easy too")
    assert [names for _, names in bank.cells(SCENARIO)] == [("nothing",), ("easy", "easy too"), ("hard",)]


def test_each_pair_of_policy_and_draw_is_simulated_once(tmp_path: Path) -> None:
    seen: list[tuple[str, float, int]] = []

    def counting(scenario: Scenario, *, soldiers: int, seed: int) -> Counting:
        return Counting(prepare(scenario, soldiers=soldiers, seed=seed), seen)

    execute(SCENARIO, CLAIMS, options(out=tmp_path / "r", jobs=1), prepare=counting)  # type: ignore[arg-type]
    assert max(Counter(seen).values()) == 1
    draws = Counter(name for name, _, _ in seen)
    assert draws == dict.fromkeys(("nothing", "easy", "hard", "easy too"), 24 + 12)


def test_the_force_between_two_dates_is_a_mean_over_days(tmp_path: Path) -> None:
    """On the last day alone it is who serves then, and over two days the mean of both."""
    end = SCENARIO.start + datetime.timedelta(days=SCENARIO.days - 1)
    before = end - datetime.timedelta(days=1)
    spans = {"both": (before, end), "first": (before, before), "last": (end, end)}
    names = {key: Simulated("serving", "easy", *span) for key, span in spans.items()}
    asked = [claim("b.9", asks("2 * both", "at most", "first + last", **names))]
    asked += [claim("b.10", asks("a", "at least", "0", a=outcome("serving_end", "easy")))]
    table = pl.read_parquet(judged(tmp_path / "r", claims(asked, [EASY])).out / "draws.parquet").filter(
        policy="easy"
    )
    both, first, last = (table[f"outcome.serving from {span[0]} to {span[1]}"] for span in spans.values())
    assert last.to_list() == table["outcome.serving_end"].to_list()
    assert both.to_list() == pytest.approx([(a + b) / 2 for a, b in zip(first, last, strict=True)])
    assert (first > last).any()


def test_outcomes_are_those_of_an_ordinary_run(whole: Judged, tmp_path: Path) -> None:
    plain = execute_run(SCENARIO, options(out=tmp_path / "plain"), prepare=prepare)
    table = pl.read_parquet(whole.out / "draws.parquet")
    for name in ("departures", "killed", "emigrations"):
        mine = table.filter(policy="nothing").sort("draw")[f"outcome.{name}"].to_list()
        assert mine == plain.outcomes(name)["nothing"].tolist()
    slow = pl.read_parquet(whole.out / "priors" / "slow.parquet").filter(policy="nothing")
    assert slow["outcome.departures"].to_list() == plain.prior("slow")["outcome.departures"].to_list()


def test_a_variant_is_that_of_the_scenario_with_its_values(whole: Judged) -> None:
    changed = with_variant(EASY, SCENARIO)
    model = prepare(changed, soldiers=500, seed=3)
    table = pl.read_parquet(whole.out / "draws.parquet").filter(policy="easy").sort("draw")
    for draw in range(5):
        values = {"route.desert.window_per_day": table["input.route.desert.window_per_day"][draw]}
        alone = model.run_draw(draw, values, ["easy"]).outcomes[0]
        assert table["outcome.departures"][draw] == alone["departures"]


def test_a_variant_under_another_prior_set_keeps_the_set(whole: Judged) -> None:
    slow = under(SCENARIO, "slow")
    law = next(one.law for one in slow.inputs if one.path == "route.desert.window_per_day")
    table = pl.read_parquet(whole.out / "priors" / "slow.parquet").filter(policy="easy")
    windows = table["input.route.desert.window_per_day"].to_numpy()
    assert windows.max() <= float(law.quantile(np.array([1.0 - 1e-9]))[0])


def test_departures_between_two_days(whole: Judged) -> None:
    """Counted from the end of the 1st to the end of the 25th of March by an ordinary run's paths."""
    changed = with_variant(EASY_TOO, SCENARIO)
    model = prepare(changed, soldiers=500, seed=3)
    table = pl.read_parquet(whole.out / "draws.parquet").filter(policy="easy too").sort("draw")
    values = {"route.desert.window_per_day": table["input.route.desert.window_per_day"][0]}
    paths = model.run_draw(0, values, ["easy too"]).paths[0]
    gone = paths[:, 0, model.states.index("desert")]
    days = [(day - SCENARIO.start).days + 1 for day in (DAY, LAST)]
    column = f"outcome.departures from {DAY} to {LAST}"
    assert table[column][0] == pytest.approx(gone[days[1]] - gone[days[0]])
    assert 0.0 < table[column][0] < table["outcome.departures"][0]


def test_verdicts(whole: Judged) -> None:
    assert row(whole, "b.1")["verdict"] == "cannot be told from the evidence"  # 24 draws settle nothing
    more = row(whole, "b.1")["tests"][0]["worlds"]
    assert [(one["set"], one["holding"], one["draws"]) for one in more] == [
        ("main", 24, 24),
        ("slow", 12, 12),
    ]
    window = row(whole, "b.4")["tests"][0]["worlds"]
    assert window[1]["holding"] == 0  # the lowest third of 0.002 .. 0.02 ends at 0.008
    assert window[0]["holding"] == 12  # half of a net in base 2 lies in either half of the cube


def test_nothing_is_run_again(whole: Judged, tmp_path: Path) -> None:
    again = judged(whole.out)
    assert again.new_draws == 0
    assert again.answer["claims"] == whole.answer["claims"]


def test_a_test_worded_anew_needs_no_new_run(whole: Judged) -> None:
    other = asks(
        "a", "above", "1000 * b", a=outcome("departures", "easy"), b=outcome("departures", "nothing")
    )
    changed = [replace(one, tests=(other,)) if one.id == "b.1" else one for one in FOUND]
    found = judged(whole.out, claims(changed, [EASY, HARD, EASY_TOO]))
    assert found.new_draws == 0
    assert row(found, "b.1")["tests"][0]["worlds"][0]["holding"] == 0


def test_ctrl_c_keeps_what_is_done_and_the_same_call_goes_on(whole: Judged, tmp_path: Path) -> None:
    out = tmp_path / "r"
    with pytest.raises(Interrupted, match="Stopped with 14 of 36 draws done"):
        judged(out, chunk=2, executor=StopsAfter(7))
    assert not (out / "claims.json").exists()
    with pytest.raises(OfframpError, match="holds no judged claims"):
        read(out)
    done = judged(out, chunk=3)
    assert done.answer["claims"] == whole.answer["claims"]
    for name in ("draws.parquet", "priors/slow.parquet"):
        assert pl.read_parquet(out / name).equals(pl.read_parquet(whole.out / name))


def test_more_draws_extend_the_run(whole: Judged, tmp_path: Path) -> None:
    out = tmp_path / "r"
    judged(out, draws=10)
    extended = judged(out)
    assert extended.new_draws == 14
    assert extended.answer["claims"] == whole.answer["claims"]


def test_another_bank_does_not_go_into_the_folder(whole: Judged) -> None:
    fewer = claims(FOUND[:1], [EASY])
    with pytest.raises(InputError, match="another run"):
        judged(whole.out, fewer)


def test_what_the_scenario_does_not_have_is_told_with_the_claim(tmp_path: Path) -> None:
    lost: list[Claim] = [
        claim("l.1", asks("a", "above", "0", a=outcome("departures", "a policy of another scenario"))),
        claim("l.2", asks("a", "above", "0", a=outcome("strength_end", "nothing"))),
        claim("l.3", asks("a", "above", "0", a=Drawn("war.hold_ratio"))),
    ]
    found = judged(tmp_path / "r", claims(lost, []), draws=4)
    assert [one["verdict"] for one in found.answer["claims"]] == [None] * 3
    told = [one["status"] for one in found.answer["claims"]]
    assert told[0] == "cannot be run: `bench` has no policy `a policy of another scenario`"
    assert told[1] == "cannot be run: no run of `bench` has the outcome strength_end under `nothing`"
    assert told[2] == "cannot be run: `bench` draws no input war.hold_ratio, and states none"


def test_a_variant_that_the_scenario_cannot_have_is_told(tmp_path: Path) -> None:
    """Claims that were made for another scenario: what is missing where, and nothing is blamed on the user's file."""
    levered = Variant("levered", "nothing", (), ("a lever",), "", {})
    elsewhere = replace(EASY, name="elsewhere", of="a policy of another scenario")
    policies = ("levered", "elsewhere", "nothing")
    far = Simulated("departures", "nothing", DAY, datetime.date(2030, 1, 1))
    lost = [
        claim(f"l.{at}", asks("a", "above", "0", a=outcome("departures", name)))
        for at, name in enumerate(policies)
    ]
    lost.append(claim("l.3", asks("a", "above", "0", a=far)))
    found = judged(tmp_path / "r", replace(claims(lost, [levered, elsewhere]), scenario="another"), draws=4)
    told = [one["status"] for one in found.answer["claims"]]
    assert told[0].startswith(
        "cannot be run: `bench` cannot have the variant `levered`: there is no lever `a lever`"
    )
    assert told[1] == (
        "cannot be run: `bench` cannot have the variant `elsewhere`: there is no policy `a policy of another scenario`"
    )
    assert told[2] == "cannot be told from the evidence"  # four draws
    assert told[3].startswith("cannot be run: no run of `bench` has the outcome departures from")
    none = replace(claims(lost[:2], [levered, elsewhere]), scenario="another")
    with pytest.raises(InputError, match="has none of the policies of which the claims speak"):
        judged(tmp_path / "none", none, draws=4)


def test_the_last_run_is_found(whole: Judged, tmp_path: Path) -> None:
    for age, (name, ids) in enumerate([("a", ["b.1"]), ("b", ["b.1", "b.2"])]):
        folder = tmp_path / f"claims-bench-{name}"
        folder.mkdir()
        (folder / "claims.json").write_text(json.dumps({"claims": [{"id": id} for id in ids]}))
        os.utime(folder / "claims.json", (age, age))
    assert latest("bench", ["b.1"], tmp_path) == tmp_path / "claims-bench-b"
    assert latest("bench", ["b.3"], tmp_path) is None
    assert latest("another", ["b.1"], tmp_path) is None
