"""Values by key path, prior sets, and the cells of experiments."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from offramp.analysis.outcomes import KNOWN
from offramp.errors import InputError
from offramp.scenario import changed, load, loads, under
from offramp.scenario.laws import THIRDS, Law
from offramp.scenario.override import cells
from offramp.scenario.quantities import Number
from offramp.scenario.schema_studies import StudiedOutcome
from offramp.scenario.tables import Scenario
from tests.scenario.refused_studies import ASKED, PRIOR, VARY

DOUBTER = PRIOR + '"route.desert.utility" = { third = "lowest", note = "men stay" }\n'
TEXT = (
    ASKED
    + VARY
    + 'key = "route.desert.utility"\nvalues = [0.5, 1]\n'
    + VARY
    + 'key = "programme.cash.cash_usd"\nvalues = [0, 5, 10]\n'
    + DOUBTER
    + '[[prior]]\nname = "other law"\ninputs = { "route.desert.utility" = { uniform = [3, 4], note = "seen" } }\n'
)

LAWS = st.sampled_from(
    [
        Law("normal", (1.0, 2.0)),
        Law("lognormal", (1.0, 0.5), 0.0, 2.0),
        Law("logit-normal", (0.0, 1.0), 0.0, 1.0),
        Law("uniform", (1.0, 3.0)),
        Law("log-uniform", (1.0, 3.0)),
        Law("beta", (2.0, 8.0), 0.0, 1.0),
        Law("rivals", (1.0, 0.25, 2.0, 0.5, 4.0, 0.25)),
    ]
)


@given(law=LAWS, third=st.sampled_from(sorted(THIRDS)), u=st.floats(0.0, 1.0))
def test_a_third_of_a_law_has_its_quantiles_within_the_law(law: Law, third: str, u: float) -> None:
    low, high = THIRDS[third]
    kept = Law(law.family, law.arguments, law.low, law.high, THIRDS[third])
    assert kept.quantile(u) == pytest.approx(law.quantile(low + (high - low) * u), rel=1e-6, abs=1e-6)
    assert law.quantile(low) <= kept.quantile(u) * (1 + 1e-12) + 1e-12
    assert kept.quantile(u) <= law.quantile(high) * (1 + 1e-12) + 1e-12


def test_thirds_together_are_the_law() -> None:
    law = Law("beta", (2.0, 8.0), 0.0, 1.0)
    u = (np.arange(3_000) + 0.5) / 3_000
    whole = np.concatenate(
        [
            Law("beta", (2.0, 8.0), 0.0, 1.0, THIRDS[third]).quantile(u)
            for third in ("lowest", "middle", "highest")
        ]
    )
    assert np.mean(whole) == pytest.approx(0.2, abs=1e-4)
    assert np.all(np.diff(whole) >= 0)
    assert law.median() == pytest.approx(float(whole[4_500]), rel=1e-3)


def test_a_prior_set_replaces_the_laws_that_it_names() -> None:
    scenario = loads(TEXT)
    doubter = under(scenario, "doubter")
    (main,), (low,) = scenario.inputs, doubter.inputs
    assert low.law.quantile(1.0) == main.law.quantile(1.0 / 3.0)
    assert low.note == "men stay"
    assert under(scenario, "other law").inputs[0].law.arguments == (3.0, 4.0)
    assert (doubter.prior, doubter.hash, doubter.text) == ("doubter", scenario.hash, scenario.text)
    assert under(doubter, "main") == scenario
    assert under(scenario, "main") is scenario
    with pytest.raises(InputError, match="Did you mean `doubter`"):
        under(scenario, "doubtr")


def test_cells_cross_the_values_and_keep_the_prior() -> None:
    scenario = loads(TEXT)
    found = cells(scenario, "cash")
    at = [(cell.routes[0].utility, cell.programmes[0].cash_usd) for cell in found]
    assert [(number(a), number(b)) for a, b in at] == list(scenario.experiments[0].cells)
    assert len(at) == 6
    assert not found[0].inputs
    one = TEXT.replace(
        'key = "route.desert.utility"\nvalues = [0.5, 1]',
        'key = "route.desert.window_per_day"\nvalues = [0.5, 1]',
    )
    believed = cells(under(loads(one), "doubter"), "cash")
    assert {cell.inputs[0].law.part for cell in believed} == {THIRDS["lowest"]}


def number(quantity: object) -> float:
    assert isinstance(quantity, Number)
    return quantity.value


def test_a_changed_scenario_is_what_its_text_says() -> None:
    scenario = loads("# why\n" + TEXT)
    other = changed(scenario, {"route.desert.utility": 2, "programme.cash.capacity_per_day": 5}, "tried")
    assert (number(other.routes[0].utility), number(other.programmes[0].capacity_per_day)) == (2, 5)
    assert other.text.startswith("# why\n")
    assert loads(other.text) == other
    assert other.priors == ()  # nobody can doubt a number that is known now
    law = changed(scenario, {"route.desert.utility": {"uniform": [0, 1]}})
    assert law.inputs[0].law.arguments == (0.0, 1.0)
    assert len(law.priors) == 2


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("route.desert.utilty", "Did you mean `utility`"),
        ("rout.desert.utility", "Did you mean `route.desert.utility`"),
        ("route.dessert.utility", "Did you mean `route.desert.utility`"),
        ("", "leads to nothing"),
        ("route", "leads to nothing"),
    ],
)
def test_a_wrong_path_is_refused_with_the_nearest(path: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        changed(loads(TEXT), {path: 1.0})


def test_every_input_of_the_shipped_scenario_can_be_set_by_its_path() -> None:
    scenario = load("ukraine-2022")
    medians = {one.path: one.law.median() for one in scenario.inputs}
    fixed = changed(scenario, medians)
    assert fixed.inputs == ()
    assert fixed.correlations == ()
    assert fixed.priors == ()


@pytest.fixture(scope="module")
def shipped() -> Scenario:
    return load("ukraine-2022")


def test_pessimist_and_optimist_mirror_each_other(shipped: Scenario) -> None:
    pessimist, optimist = ({one.path: one for one in prior.inputs} for prior in shipped.priors)
    assert set(pessimist) == set(optimist)
    opposite = {"lowest": "highest", "highest": "lowest"}
    for path, one in pessimist.items():
        assert optimist[path].third == opposite[one.third]
        assert one.note
        assert optimist[path].note


def test_outcomes_of_experiments_are_described() -> None:
    described = {one.name for one in KNOWN} | {"videos", "exchanged_back", "defrauded", "refouled"}
    assert set(StudiedOutcome.__args__) <= described
