"""News without an offer: broadcasts that speak anyway, and what an offer that is over leaves behind."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from offramp.engine import DrawResult
from tests.engine.scenes import table
from tests.engine.test_society_properties import DAYS, FEW, SETS, run, scene


def offended(modules: set[str], draw: int, **terms: Any) -> DrawResult:
    """An offer at which people take offence as soon as they hear of it, and hardly any may take."""
    own = table("[support]", rate_per_day=0.5, backlash_effect=0.8)
    return run(scene(modules - {"support"}, own, terms={"conduct_exclusion_share": 0.99} | terms), draw)


@FEW
@given(SETS, st.integers(0, 99))
def test_what_is_over_moves_no_support(modules: set[str], draw: int) -> None:
    """Exact: an offer that is given up on the third day is as one that ends then, to those too whom it offended."""
    given_up = offended(modules, draw, enactment_delay_days=3.0, enactment_probability=0.0)
    ended = offended(modules, draw, enactment_delay_days=3.0, end="2022-02-26")
    assert (given_up.paths == ended.paths).all()


def test_what_stands_moves_support() -> None:
    """The offence of the test above is felt: for longer, by more."""
    for end in ("2022-03-05", "2022-03-15"):
        results = [offended(set(), draw, enactment_delay_days=300.0, end=end) for draw in range(10)]
        assert any((one.paths[0] != one.paths[1]).any() for one in results)


def test_broadcasts_may_speak_where_there_is_no_offer() -> None:
    """Exact: `broadcasts_from` is news of the outside world from that day, heard and paid for as from a channel of news alone."""
    news = table("[[channel]]", name="news", kind="broadcast", reach_per_day=0.1, credibility=0.6,
                 cordon_sensitivity=0.5, cost_usd_per_day=10.0, programmes=[],
                 intensity="{ points = [[2022-02-24, 0.0], [2022-03-06, 1.0]], interpolation = \"step\" }")  # fmt: skip
    more = table("[information]", outside_awareness_share=0.2) + news
    more += table("[[policy]]", name="told", channels=["radio"], broadcasts_from="2022-03-06")
    more += table("[[policy]]", name="heard", channels=["news"])
    more += table("[[policy]]", name="early", channels=["radio"], broadcasts_from="2021-01-01")
    more += table(
        "[[policy]]", name="both", programmes=["p"], channels=["radio"], broadcasts_from="2021-01-01"
    )
    result = run(
        scene({"support", "regime"}, more), names=["none", "told", "heard", "early", "offer", "both"]
    )
    none, told, heard, early, offer, both = result.outcomes
    assert (result.paths[1] == result.paths[2]).all()
    assert (result.paths[0] != result.paths[1]).any()
    assert none["cost_usd"] == 0.0
    assert told["cost_usd"] == heard["cost_usd"] == 10.0 * (DAYS - 10)
    assert early["cost_usd"] == 10.0 * DAYS
    # while an offer stands its broadcasts speak anyway
    assert (result.paths[4] == result.paths[5]).all()
    assert offer["cost_usd"] == both["cost_usd"]
