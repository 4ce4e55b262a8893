"""The risk of nuclear use in words: its change with causes, its level only with its spread."""

from __future__ import annotations

import numpy as np
import polars as pl

from offramp.analysis import describe
from offramp.show.harms import deaths_line
from offramp.show.layout import Table, tabulate
from offramp.show.report.ladder import harms
from offramp.show.risk import change_of, change_sentence, level_sentence, price_of, price_sentences

REFERENCE, OTHER = "no offer", "off-ramp"


def sampled(change: float, by_offer: float) -> pl.DataFrame:
    """Two policies in four draws in which the level spreads fortyfold."""
    rows: list[dict[str, object]] = []
    for draw, level in enumerate((0.005, 0.02, 0.1, 0.2)):
        for policy, factor in ((REFERENCE, 0.0), (OTHER, 1.0 + draw / 10)):
            rows.append(
                {
                    "policy": policy,
                    "draw": draw,
                    "outcome.caught": 10.0 + draw,
                    "outcome.nuclear_probability": level * (1.0 + change * factor),
                    "outcome.nuclear_change": change * factor,
                    "outcome.nuclear_change.off-ramp": by_offer * factor,
                    "outcome.nuclear_change.collapse": (change - by_offer) * factor,
                }
            )
    return pl.DataFrame(rows)


def table(change: float, by_offer: float) -> Table:
    return tabulate(sampled(change, by_offer), REFERENCE)


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{MINUS SIGN}", "-")


def test_the_change_is_told_with_its_interval() -> None:
    told = plain(change_of(table(-0.1, -0.12), OTHER))
    assert told == "risk of nuclear use -12 % (-13 to -10 %)"
    assert told in plain(deaths_line(table(-0.1, -0.12), OTHER)).replace("Risk", "risk")
    assert change_of(table(0.0, 0.0), OTHER) == "risk of nuclear use unchanged in every draw"
    assert change_of(table(-0.1, -0.12), REFERENCE) == ""


def test_a_mean_outside_its_interval_is_remarked() -> None:
    """One draw in 400 with a change of -40, the others of +0.01 %: what carries the mean is said."""
    rows = [
        {"policy": policy, "draw": draw, "outcome.departures": 10.0,
         "outcome.nuclear_change": change if policy == OTHER else 0.0}
        for policy in (REFERENCE, OTHER)
        for draw, change in enumerate([-0.4, *np.linspace(1e-4, 2e-4, 399)])
    ]  # fmt: skip
    told = plain(change_of(tabulate(pl.DataFrame(rows), REFERENCE), OTHER))
    assert told.endswith("; a few draws carry the mean)")
    assert "carry the mean" not in change_of(table(-0.1, -0.12), OTHER)


def test_who_moves_it_most() -> None:
    assert plain(change_sentence(table(-0.1, -0.12))) == (
        "The risk of nuclear use falls under “off-ramp” (-12 %, 90 % interval -13 to -10 %)."
    )
    assert "rises under “off-ramp” (+12 %" in plain(change_sentence(table(0.1, 0.12)))
    assert change_sentence(table(0.0, 0.0)) == ""


def test_an_off_ramp_is_never_told_without_its_price() -> None:
    """Wherever the change of the risk stands: in the sentence, in the policy's line, and beside it in the table."""
    draws = table(-0.1, -0.12).comparison
    assert price_of(table(-0.1, -0.12), OTHER) == ""  # nothing was stated
    rows = [
        {
            "policy": policy,
            "draw": draw,
            "outcome.caught": 10.0,
            "outcome.nuclear_probability": 0.1 + draw / 50,
            "outcome.families_harmed": 5.0 + draw,
            "outcome.nuclear_change": -0.1 * on * (1 + draw / 10),
            "outcome.concession_days": 200.0 * on,
            "outcome.occupied_person_days": 6e8 * on * (1 + draw / 10),
            "outcome.offramp_cost_usd.coalition": 1e9 * on * (1 + draw / 10),
            "outcome.offramp_cost_usd.defender": 0.0,
        }
        for draw in range(4)
        for policy, on in ((REFERENCE, 0.0), (OTHER, 1.0))
    ]
    found = tabulate(pl.DataFrame(rows), draws.reference)
    price = plain(price_of(found, OTHER))
    assert price.startswith("200 days of concession, 690 million person-days under occupation (")
    assert "$1.2 billion to the coalition" in price
    assert "defender" not in price
    (sentence,) = price_sentences(found)
    assert plain(sentence) == f"Under “off-ramp” the off-ramp costs {price}."
    assert price in plain(deaths_line(found, OTHER))
    # No price of a departure stands without what the policy concedes.
    assert plain(harms(OTHER, found)).endswith(f"; the off-ramp: {price}")
    assert harms(REFERENCE, found) == "reference"
    assert price_of(found, REFERENCE) == ""
    shown = [outcome.name for section in found.sections for outcome in section.outcomes]
    at = shown.index("nuclear_change")
    assert shown[at + 1 : at + 5] == [
        "concession_days",
        "occupied_person_days",
        "offramp_cost_usd.coalition",
        "offramp_cost_usd.defender",
    ]


def test_the_level_never_stands_alone() -> None:
    found = table(-0.1, -0.12)
    shown = [outcome.name for section in found.sections for outcome in section.outcomes]
    assert "nuclear_probability" not in shown
    harmed = next(s for s in found.sections if s.title == "Who is harmed")
    assert "nuclear_change" in [outcome.name for outcome in harmed.outcomes]
    sentence = plain(level_sentence(sampled(-0.1, -0.12), REFERENCE))
    assert "a factor of 40" in sentence  # the whole range, not the middle of it
    assert "between 0.5 and 20 %" in sentence


def test_parts_describe_themselves() -> None:
    assert describe("ending.front collapse").unit == "share"
    part = describe("nuclear_change.war length")
    assert (part.unit, part.kind, part.better) == ("relative", "harm", "less")
