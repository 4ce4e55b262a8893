"""The risk of nuclear use in words: its change with causes, its level only with its spread."""

from __future__ import annotations

import polars as pl

from offramp.analysis import describe
from offramp.show.harms import deaths_line
from offramp.show.layout import Table, tabulate
from offramp.show.risk import change_of, change_sentence, level_sentence

REFERENCE, OTHER = "no offer", "off-ramp"


def table(change: float, by_offer: float) -> Table:
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
    return tabulate(pl.DataFrame(rows), REFERENCE)


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{MINUS SIGN}", "-")


def test_the_change_is_told_with_its_interval() -> None:
    told = plain(change_of(table(-0.1, -0.12), OTHER))
    assert told == "risk of nuclear use -12 % (-13 to -10 %)"
    assert told in plain(deaths_line(table(-0.1, -0.12), OTHER)).replace("Risk", "risk")
    assert change_of(table(0.0, 0.0), OTHER) == "risk of nuclear use the same in every draw"
    assert change_of(table(-0.1, -0.12), REFERENCE) == ""


def test_who_moves_it_most() -> None:
    assert plain(change_sentence(table(-0.1, -0.12))) == (
        "The risk of nuclear use falls under “off-ramp” (-12 %, 90 % interval -13 to -10 %)."
    )
    assert "rises under “off-ramp” (+12 %" in plain(change_sentence(table(0.1, 0.12)))
    assert change_sentence(table(0.0, 0.0)) == ""


def test_the_level_never_stands_alone() -> None:
    found = table(-0.1, -0.12)
    shown = [outcome.name for section in found.sections for outcome in section.outcomes]
    assert "nuclear_probability" not in shown
    harmed = next(s for s in found.sections if s.title == "Who is harmed")
    assert "nuclear_change" in [outcome.name for outcome in harmed.outcomes]
    sentence = plain(level_sentence(found))
    assert "a factor of 26" in sentence
    assert "between 0.73 and 18 %" in sentence


def test_parts_describe_themselves() -> None:
    assert describe("ending.front collapse").unit == "share"
    part = describe("nuclear_change.war length")
    assert (part.unit, part.kind, part.better) == ("relative", "harm", "less")
