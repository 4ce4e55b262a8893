"""N6 and T26: the veto of m out of n commanders."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from offramp.model import veto_equilibrium
from tests.model.judge import gambit_principal
from tests.model.test_quantal_response import two_by_two

T26 = {"succeed": 1.0, "punished": -6.0, "executed": -4.0, "obeyed": 0.0}
SIZES = st.integers(1, 9).flatmap(lambda n: st.tuples(st.just(n), st.integers(1, n)))
PAYOFF = st.floats(-10.0, 10.0)


@pytest.mark.parametrize(
    ("n", "m", "lam", "refuse", "veto"),
    [
        (3, 2, 0.25, 0.648675, 0.716440),
        (3, 2, 0.5, 0.758611, 0.853325),
        (3, 2, 1.0, 0.866616, 0.951372),
        (3, 2, 2.0, 0.944069, 0.990965),
        (5, 3, 0.25, 0.614069, 0.706574),
        (5, 3, 0.5, 0.709803, 0.849645),
        (5, 3, 1.0, 0.814737, 0.952774),
        (5, 5, 0.25, 0.386788, 0.008657),
        (5, 5, 0.5, 0.272768, 0.001510),
        (5, 5, 1.0, 0.119352, 2.4e-5),
        (1, 1, 1.0, 0.993307, 0.993307),
    ],
)
def test_t26_veto(n: int, m: int, lam: float, refuse: float, veto: float) -> None:
    found = veto_equilibrium(n, m, precision=lam, **T26)
    assert found.refuse == pytest.approx(refuse, abs=1e-6)
    assert found.veto == pytest.approx(veto, abs=1e-6)


def binomial(least: int, of: int, r: float) -> float:
    return math.fsum(math.comb(of, k) * r**k * (1 - r) ** (of - k) for k in range(least, of + 1))


@given(SIZES, st.floats(0.0, 3.0), PAYOFF, PAYOFF, PAYOFF, PAYOFF)
def test_refusal_answers_itself_and_no_root_lies_nearer_to_a_half(
    size: tuple[int, int], lam: float, succeed: float, punished: float, executed: float, obeyed: float
) -> None:
    n, m = size
    found = veto_equilibrium(
        n, m, precision=lam, succeed=succeed, punished=punished, executed=executed, obeyed=obeyed
    )

    def gap(r: float) -> float:
        """Log-odds of r less what the others' refusing with r calls for."""
        stopped, anyway = binomial(m - 1, n - 1, r), binomial(m, n - 1, r)
        refuse = stopped * succeed + (1 - stopped) * punished
        obey = anyway * obeyed + (1 - anyway) * executed
        return math.log(r / (1 - r)) - lam * (refuse - obey)

    r = float(found.refuse)
    assert found.veto == pytest.approx(binomial(m, n, r), rel=1e-9, abs=1e-300)
    if 1e-9 < r < 1 - 1e-9:
        assert gap(r) == pytest.approx(0.0, abs=1e-5)
    if 1e-3 < r < 1 - 1e-3:
        between = [0.5 + (r - 0.5) * share for share in np.linspace(0.02, 0.98, 49)]
        signs = {gap(x) > 0 for x in between if abs(gap(x)) > 1e-6}
        assert len(signs) <= 1


@pytest.mark.parametrize("lam", [0.2, 0.7, 1.5])
def test_gambit_agrees_on_two_commanders(lam: float) -> None:
    """Both must refuse; s is to refuse, h to obey."""
    game = two_by_two(ss=(1.0, 1.0), sh=(-6.0, -4.0), hs=(-4.0, -6.0), hh=(-4.0, -4.0))
    reached, judged = gambit_principal(game, {}, lam)
    found = veto_equilibrium(2, 2, precision=reached, **T26)
    assert found.refuse == pytest.approx(judged["row"]["s"], abs=1e-8)


def test_draws_are_solved_together() -> None:
    lam, punished = np.array([0.25, 0.5, 1.0]), np.array([[-6.0], [-3.0]])
    together = veto_equilibrium(5, 3, precision=lam, **(T26 | {"punished": punished}))
    assert together.veto.shape == (2, 3)
    for i in range(2):
        for j in range(3):
            alone = veto_equilibrium(5, 3, precision=lam[j], **(T26 | {"punished": float(punished[i, 0])}))
            assert together.veto[i, j] == pytest.approx(alone.veto, rel=1e-12)


@given(SIZES)
def test_no_precision_is_a_coin(size: tuple[int, int]) -> None:
    found = veto_equilibrium(*size, precision=0.0, **T26)
    assert found.refuse == pytest.approx(0.5, abs=1e-12)
    assert found.veto == pytest.approx(binomial(size[1], size[0], 0.5), rel=1e-9)


@given(st.floats(0.0, 2.0), st.floats(-12.0, 0.0), st.floats(0.0, 6.0))
def test_a_milder_punishment_never_weakens_the_veto(lam: float, punished: float, milder: float) -> None:
    harsh, mild = (
        veto_equilibrium(5, 3, precision=lam, **(T26 | {"punished": p}))
        for p in (punished, punished + milder)
    )
    assert mild.veto >= harsh.veto - 1e-9


@pytest.mark.parametrize(("n", "m"), [(3, 0), (3, 4), (0, 0)])
def test_impossible_numbers_are_refused(n: int, m: int) -> None:
    with pytest.raises(ValueError, match="needed"):
        veto_equilibrium(n, m, precision=1.0, **T26)


def test_negative_precision_is_refused() -> None:
    with pytest.raises(ValueError, match="precision"):
        veto_equilibrium(3, 2, precision=-1.0, **T26)
