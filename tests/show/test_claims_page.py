"""The page of judged claims: made of plain data, complete in itself, and honest about what has no verdict."""

from __future__ import annotations

import copy
import html
import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from offramp import claims
from offramp.claims.plain import answer, deciding, plain, status_of
from offramp.claims.sample import Sample
from offramp.claims.standing import REPEATS
from offramp.show.claims import render_claims_page, write_claims_page
from offramp.show.claims.page import _shares
from offramp.show.claims.panel import panel_of
from tests.claims.samples import sampled

SHIPPED = claims.shipped()
BY_ID = {one.id: one for one in SHIPPED.claims}


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    """Every shipped claim judged over draws that chance made: what the numbers are does not matter here."""
    samples: list[Sample] = [
        sampled(SHIPPED, name, draws) for name, draws in (("main", 120), ("pessimist", 60), ("optimist", 60))
    ]
    judged = [claims.judge(one, SHIPPED, samples) for one in SHIPPED.claims]
    about = {
        "scenario": "ukraine-2022", "title": "A <b>test</b>", "hash": "0" * 64, "version": "0", "engine": "none",
        "seed": 1, "soldiers": 10, "start": "2022-02-24", "days": 10, "reference": "no offer",
        "draws": {one.name: one.draws for one in samples}, "policies": 2, "variants": 3, "runs": 1200,
        "command": "offramp claims run", "time": "now",
    }  # fmt: skip
    return answer(judged, SHIPPED, samples, about)


@pytest.fixture(scope="module")
def page(found: dict[str, Any]) -> str:
    return render_claims_page(found)


def test_every_claim_is_there_once_with_its_verdict(page: str, found: dict[str, Any]) -> None:
    for row in found["claims"]:
        assert page.count(f'<article class="claim" id="claim-{row["id"].replace(".", "-")}"') == 1
    assert sum(len(ids) for ids in found["words"].values()) == len(SHIPPED.claims)
    assert page.count('<span class="verdict ') >= len(SHIPPED.claims)


def test_what_cannot_be_told_is_grouped_by_why(page: str, found: dict[str, Any]) -> None:
    untold = found["words"]["cannot be told from the evidence"]
    reasons: dict[str, list[str]] = {}
    for row in found["claims"]:
        assert bool(row["untold_for"]) == (row["id"] in untold)
        if row["untold_for"]:
            reasons.setdefault(row["untold_for"], []).append(row["id"])
    assert len(reasons) > 1
    for reason, ids in reasons.items():
        assert f"{reason}, {len(ids)}: " in page


def test_headlines_come_first(page: str, found: dict[str, Any]) -> None:
    questions = list(dict.fromkeys(row["headline"] for row in found["claims"] if row["headline"]))
    places = [page.index(f"<h3>{one}</h3>") for one in questions]
    assert places == sorted(places)
    assert max(places) < page.index('<article class="claim"')


def test_harms_stand_beside_every_benefit(page: str, found: dict[str, Any]) -> None:
    parts = re.split(r'<article class="claim" id="claim-', page)[1:]
    for row, part in zip(found["claims"], parts, strict=True):
        known = [name for name in row["policies"] if name in found["policies"]]
        if known and row["trade_off"] is None:
            assert "Families harmed" in part, row["id"]
            assert "Failed attempts" in part, row["id"]


def test_nothing_is_fetched_and_nothing_escapes(page: str) -> None:
    assert "A &lt;b&gt;test&lt;/b&gt;" in page
    document = page.split('<script type="application/json"')[0]
    assert not re.search(r'(?:src|href)="(?!#|https?://|data:)', document)
    assert "default-src &#39;none&#39;" in page
    assert not re.search(r"<(?:link|img|iframe|script)", document)


def test_a_claim_names_what_it_waits_for(page: str, found: dict[str, Any]) -> None:
    waiting = [row for row in found["claims"] if row["needs"] or row["lacks"]]
    for row in waiting:
        assert row["verdict"] is None or row["verdict"] in ("does not hold", "contradicted by figures")
    assert all(row["status"].split(" ")[0] in page for row in waiting)


def test_value_judgements_show_what_pulls_against_what(page: str) -> None:
    for one in SHIPPED.claims:
        if one.trade_off is not None:
            part = page.split(f'id="claim-{one.id.replace(".", "-")}"')[1].split("</article>")[0]
            assert "no verdict: a value judgement" in part
            assert html.escape(one.trade_off.what) in part.replace("&#39;", "&#x27;")


def test_no_probability_of_nuclear_use_without_its_range(found: dict[str, Any]) -> None:
    told = [
        line for row in found["claims"] for line in row["sentences"] if "Probability of nuclear use" in line
    ]
    assert told
    for line in told:
        assert "(anywhere from " in line  # over all draws, not the middle of them


def test_a_chart_shows_the_test_that_decides(found: dict[str, Any]) -> None:
    for row in found["claims"]:
        panel, test = panel_of(row), deciding(row)
        assert (panel is None) == (test is None)
        if panel is None or test is None:
            continue
        table = panel.tables["table"]
        assert len(table["row"]) == len(test["worlds"] or test["readings"])
        assert len(set(table["row"])) == len(table["row"])
        assert all(low <= high for low, high in zip(table["q05"], table["q95"], strict=True))
        assert all(low <= high for low, high in zip(table["asked_low"], table["asked_high"], strict=True))


def test_before_a_run_the_page_can_be_made_too() -> None:
    rows = [plain(claims.judge(one, SHIPPED), SHIPPED) for one in SHIPPED.claims[:8]]
    assert {status_of(row) for row in rows} >= {"not run yet"}


def part_of(page: str, id: str) -> str:
    return html.unescape(page.split(f'id="claim-{id.replace(".", "-")}"')[1].split("</article>")[0])


def test_what_each_obstacle_takes_is_shown(page: str) -> None:
    taken_apart = [claim for claim in SHIPPED.claims if claim.decomposition]
    assert [one.id for one in taken_apart] == ["000.13", "004.12"]
    for one in taken_apart:
        assert one.decomposition is not None
        part = part_of(page, one.id)
        assert "what each change adds to it" in part
        assert all(name in part for name in one.decomposition.parts)
        assert one.decomposition.why in page.split('<article class="claim"')[0]


def test_habit_is_told_by_the_sign_in_which_it_is_drawn(page: str, found: dict[str, Any]) -> None:
    """With intervals: in the table, and at the top of the page."""
    (row,) = (one for one in found["claims"] if one["id"] == "004.12")
    above, below = row["adds"]["halves"]
    assert above["draws"] + below["draws"] == 120
    assert [one["policy"] for one in above["parts"]] == [one["policy"] for one in row["adds"]["parts"]]
    top = html.unescape(page.split('<article class="claim"')[0])
    for part in (part_of(page, "004.12"), top):
        assert "is above 0" in part
        assert "is below 0" in part


def test_what_was_tested_and_what_stands_beside_is_in_the_table(page: str) -> None:
    late = part_of(page, "003.14")
    for label in (
        "Probability of nuclear use",
        "Days of concession expected",
        "War renewed",
        "Families harmed",
    ):
        assert label in late
    assert "Cost per further departure" in part_of(page, "001.7")
    polls = part_of(page, "002.25")
    assert all(
        label in polls
        for label in ("Private support", "Support told to a pollster", "Support by a list experiment")
    )
    assert "Beside the tests, in the model" in polls


def test_a_chart_gives_no_share_where_nothing_drawn_moves_the_test(found: dict[str, Any]) -> None:
    fixed = [row for row in found["claims"] if row["standing"] == REPEATS]
    assert {"003.9", "003.10", "003.13", "004.6", "002.9"} <= {row["id"] for row in fixed}
    for row in fixed:
        panel = panel_of(row)
        assert panel is not None
        assert all(one.startswith("Alike in every world: ") for one in panel.tables["table"]["row"])
        assert "olds in" not in panel.alternative


def test_claims_with_the_same_test_point_to_each_other(page: str) -> None:
    """One answer is not to be read as two."""
    told = [
        (id, re.findall(r'href="#claim-([\d-]+)">[\d.]+</a> asks the same', part_of(page, id)))
        for id in BY_ID
    ]
    assert [(id, others) for id, others in told if others] == [("000.3", ["002-8"]), ("002.8", ["000-3"])]


def test_what_a_test_asks_stands_in_words_and_as_a_formula(page: str) -> None:
    part = part_of(page, "001.15")
    assert "Departures under “tiered package, video optional, enacted” less the same under “allied" in part
    assert "As a formula: <code>optional - news clearly above mandatory - news</code>" in part
    assert "Five articles argue" in page


def test_a_claim_tells_on_which_judgement_it_rests(page: str) -> None:
    for one in SHIPPED.claims:
        assert ("<dt>Rests on</dt>" in part_of(page, one.id)) == bool(one.rests_on)


def test_no_identifier_of_an_input_stands_where_people_read(page: str, found: dict[str, Any]) -> None:
    paths = [one["input"] for row in found["claims"] for test in row["tests"] for one in test["learn"]]
    answers = re.findall(r"<dt>Learn first</dt><dd>(.*?)</dd>", page)
    assert not [path for path in paths if "." in path and any(path in one for one in answers)]


@pytest.mark.slow
@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_page_is_clean(
    browser: Browser, found: dict[str, Any], tmp_path: Path, width: int, scheme: str
) -> None:
    from axe_core_python.sync_playwright import Axe

    few = copy.deepcopy(found)
    kept = {row["id"] for row in few["claims"] if row["trade_off"] or row["headline"]} | {"001.5", "004.13"}
    few["claims"] = [row for row in few["claims"] if row["id"] in kept]
    few["words"] = {word: [id for id in ids if id in kept] for word, ids in few["words"].items()}
    (tmp_path / "claims.json").write_text(json.dumps(few))
    path = write_claims_page(tmp_path)
    page = browser.new_page(
        viewport={"width": width, "height": 900}, color_scheme="dark" if scheme == "dark" else "light"
    )
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    page.on("request", lambda request: None if request.url == path.as_uri() else told.append(request.url))
    page.goto(path.as_uri())
    page.wait_for_selector("html[data-charts=drawn]", timeout=60_000)
    assert told == []
    drawn = page.evaluate(
        "[...document.querySelectorAll('.chart')].every(c => c.querySelector('svg.marks path'))"
    )
    assert drawn
    page.evaluate("for (const d of document.querySelectorAll('details')) d.open = true")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    violations: list[Any] = Axe().run(page)["violations"]  # pyright: ignore[reportUnknownMemberType]
    assert [(v["id"], [n["target"] for n in v["nodes"]][:3]) for v in violations] == []
    page.close()


def test_a_link_to_a_claim_leads_there_and_leaves_the_reader_free(
    browser: Browser, found: dict[str, Any], tmp_path: Path
) -> None:
    """The charts above it are drawn after the page has opened, and take their room then."""
    (tmp_path / "claims.json").write_text(json.dumps(found))
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(f"{write_claims_page(tmp_path).as_uri()}#claim-002-20")
    page.wait_for_selector("html[data-charts=drawn]", timeout=60_000)
    at = "document.getElementById('claim-002-20').getBoundingClientRect().top"
    assert 0 <= page.evaluate(at) <= 60
    page.mouse.wheel(0, -2_000)
    page.wait_for_function(f"() => {at} > 1000")
    page.close()


def test_headlines_tell_shares_with_their_error_and_the_worlds_that_do_not_answer() -> None:
    """Of 250 worlds 10 are too fine, and 3 of 100 have nothing to compare; a set that was all undefined tells no share."""

    def of(name: str, share: float | None, draws: int, too_fine: int, undefined: int) -> dict[str, Any]:
        return {
            "set": name, "reading": "the cited figures", "draws": draws, "open": 0, "too_fine": too_fine,
            "undefined": undefined, "share": share, "low": 0.6, "high": 0.75,
        }  # fmt: skip

    worlds = [of("main", 0.68, 250, 10, 0), of("pessimist", 0.7, 97, 0, 3), of("optimist", None, 0, 0, 100)]
    row = {"together": {"worlds": worlds}, "standing": ""}
    assert _shares(row).replace("\N{NO-BREAK SPACE}", " ") == (
        "worlds in which it holds: 68 % (60 to 75 %) by the main priors and 70 % (60 to 75 %) by the pessimist priors;"
        " too fine to tell in 4 %, 0 % and 0 %; nothing to compare in 0 %, 3 % and 100 %"
    )
