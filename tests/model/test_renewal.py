"""N7: how soon a peace breaks, and what becomes of a war that is renewed."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from offramp.model.endings import Endings, competing_endings
from offramp.model.renewal import renewal_hazard, renewed

HAZARD = st.floats(0.0, 0.5)
DAYS = st.lists(st.tuples(HAZARD, HAZARD, HAZARD), min_size=1, max_size=20)


def settled_at_once(days: int) -> Endings:
    """A war that is settled on the first day for sure."""
    after = np.concatenate([[0.0], np.ones(days)])
    nobody = np.zeros(days + 1)
    return Endings({"settled": after, "nuclear": nobody}, 1.0 - after, 1.0 - after)


def test_the_hazard_by_hand() -> None:
    assert renewal_hazard(1e-4, 1.1, 1.0, 0.25, 0.3, 2.0) == pytest.approx(1.1e-4 * (1.25 / 1.3) ** 2)
    # nothing conceded and nobody rearmed, or both alike: the stated hazard
    assert renewal_hazard(1e-4, 1.7, 0.0, 0.0, 0.0, 2.0) == 1e-4
    assert renewal_hazard(1e-4, 1.0, 1.0, 0.4, 0.4, 2.0) == 1e-4


def test_a_peace_breaks_as_an_exponential_and_use_follows_it() -> None:
    """Settled on day one; after n further days it is broken with 1 - e^(-h n), and use is the second waiting time."""
    days, again, use = 50, 0.03, 0.01
    found = renewed(settled_at_once(days), "settled", np.full(days, again), np.full(days, use))
    n = np.arange(days)
    assert found.renewed is not None
    np.testing.assert_allclose(found.renewed[1:], -np.expm1(-again * n), rtol=1e-12)
    peace, war = np.exp(-again), np.exp(-use)
    # in whole days: what breaks on a day may end in use from the next
    going = (1.0 - peace) * (war**n - peace**n) / (war - peace)
    np.testing.assert_allclose(found.war_on[1:], going, rtol=1e-9, atol=1e-15)
    np.testing.assert_allclose(found.probability["nuclear"][1:], found.renewed[1:] - going, atol=1e-12)


@given(DAYS, st.floats(0.0, 0.2))
def test_everything_still_adds_to_one(path: list[tuple[float, ...]], more: float) -> None:
    settled, again, nuclear = np.array(path).T
    ends = competing_endings({"settled": settled, "nuclear": nuclear, "collapse": settled / 2})
    found = renewed(ends, "settled", again, nuclear)
    assert found.renewed is not None
    np.testing.assert_allclose(sum(found.probability.values()) + found.war_on, 1.0, rtol=0, atol=1e-12)
    assert (np.diff(found.renewed) >= 0).all()
    assert (found.probability["nuclear"] >= ends.probability["nuclear"]).all()
    np.testing.assert_array_equal(found.probability["collapse"], ends.probability["collapse"])
    # a peace that is less firm is broken no less often
    looser = renewed(ends, "settled", again + more, nuclear).renewed
    assert looser is not None
    assert (looser >= found.renewed - 1e-15).all()


def test_a_firm_peace_changes_nothing_and_many_paths_are_each_their_own() -> None:
    ends = competing_endings({"settled": [[0.1, 0.2]] * 2, "nuclear": [[0.01, 0.02]] * 2})
    firm, loose = renewed(ends, "settled", 0.0, 0.01), renewed(ends, "settled", [[0.0], [0.3]], 0.01)
    assert firm.renewed is not None
    assert loose.renewed is not None
    np.testing.assert_array_equal(firm.war_on, ends.war_on)
    np.testing.assert_array_equal(firm.probability["nuclear"], ends.probability["nuclear"])
    np.testing.assert_array_equal(loose.renewed[0], 0.0)
    assert loose.renewed[1, -1] == pytest.approx(
        (1.0 - math.exp(-0.3)) * float(ends.probability["settled"][1, 1])
    )


def test_a_hazard_below_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        renewed(settled_at_once(3), "settled", -0.1, 0.0)
