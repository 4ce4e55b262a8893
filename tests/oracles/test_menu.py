"""The choice oracle against T03 and T31-like arithmetic worked out by hand."""

from __future__ import annotations

import pytest

from tests.oracles import menu


def test_t03_probabilities_and_hazards() -> None:
    p = menu.logit(0.0, [-1.0, 0.5])
    assert p == pytest.approx([0.331498960, 0.121951652, 0.546549387], abs=1e-9)
    assert menu.logit(0.0, [-1.0, 0.5], scale=0.5) == pytest.approx([0.259496, 0.035119, 0.705385], abs=1e-6)
    assert menu.hazards(0.0, [-1.0, 0.5], [0.05, 0.02]) == pytest.approx(
        [0.006097582615, 0.010930987745], abs=1e-12
    )
    assert menu.inclusive_value([0.0, -1.0, 0.5], 1.0) == pytest.approx(1.104130605, abs=1e-9)


def test_a_nest_of_one_is_a_plain_route() -> None:
    stay, inside = menu.nested_logit(0.3, {"a": [-1.0], "b": [0.7]}, dissimilarity=0.4)
    assert [stay, inside["a"][0], inside["b"][0]] == pytest.approx(menu.logit(0.3, [-1.0, 0.7]), abs=1e-14)


def test_two_variants_of_a_route() -> None:
    """The route is worth its best variant; equal ones are taken by half each, and near 0 the better takes all."""
    stay, inside = menu.nested_logit(0.0, {"offer": [0.0, 0.0]}, dissimilarity=0.5)
    assert [stay, *inside["offer"]] == pytest.approx([0.5, 0.25, 0.25], abs=1e-14)
    stay, inside = menu.nested_logit(0.0, {"offer": [0.0, -0.1]}, dissimilarity=1e-3)
    assert [stay, *inside["offer"]] == pytest.approx([0.5, 0.5, 0.0], abs=1e-14)
