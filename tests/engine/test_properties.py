"""What must hold in every run: persons conserved, labels and seeds, offers that are none, one-sided effects.

Comparisons marked exact use common random numbers: both policies meet the same soldiers and the same field.
"""

from __future__ import annotations

import pickle

import numpy as np
import pytest

import offramp.engine
import offramp.scenario
from offramp.engine.inputs import ABSENT, SERVING, WAITING
from tests.engine.scenes import (
    CHOICE,
    Z,
    apart,
    drawn,
    group,
    head,
    outcome,
    policies,
    prepared,
    programme,
    route,
    table,
    ukraine,
)

# A little of everything: spreads, deaths, squads of two sizes, exits in groups, a queue with detection, a budget.
UNITS = table("[units]", company_size=40, memory_days=20.0, group_exit_probability=0.2)
VOLUNTEERS = group(
    "volunteers", size=900, squad_size=8, stay_utility="{ people = { normal = [2.0, 0.8] } }",
    influence="{ people = { lognormal = [5.0, 0.3] } }", casualty_per_day=0.002,
)  # fmt: skip
CONSCRIPTS = group(
    "conscripts", size=601, squad_size=4, stay_utility="{ people = { uniform = [0.5, 2.5] } }", influence=3.0,
)  # fmt: skip
SURRENDER = route(
    "surrender", utility=-0.5, caught_probability=0.2, killed_probability=0.1,
    window_per_day='{ points = [[2022-02-24, 0.02], [2022-03-16, 0.06]], interpolation = "step" }',
)  # fmt: skip
DESERT = route(
    "desert", utility="{ people = { normal = [0.0, 0.5] } }", window_per_day=0.03, groups=["conscripts"]
)
ACCEPT = route("accept", utility=1.0, window_per_day=0.02, needs_programme=True, caught_probability=0.1)
PASSAGE = programme(
    "passage", route="accept", trust=0.5, awareness_share=0.6, capacity_per_day=4.0, detection_per_day=0.01,
    cash_usd=1000.0, budget_usd=90_000.0,
)  # fmt: skip
MIXED = (
    head(40) + UNITS + VOLUNTEERS + CONSCRIPTS + SURRENDER + DESERT + ACCEPT + PASSAGE
    + policies(none=[], offer=["passage"])
)  # fmt: skip


# Conservation ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scene", ["mixed", "ukraine"])
def test_persons_are_conserved_every_day_under_every_policy(scene: str) -> None:
    model = prepared(MIXED, 1501) if scene == "mixed" else ukraine()
    world = model.world(0, offramp.engine.medians(model.scenario))
    everybody = np.bincount(
        np.repeat(world.population.company_group, np.diff(world.population.company_start))
    )
    arrived = world.population.arrivals_start[1:]
    for policy in model.scenario.policies:
        paths = model.run(world, policy.name, None).paths
        assert (paths >= 0).all()
        assert (paths.sum(axis=2) == everybody).all()
        assert (everybody.sum() - paths[1:, :, ABSENT].sum(axis=1) == arrived).all()
        # nobody comes back from a state in which the run ends
        final = np.delete(paths, [ABSENT, SERVING, WAITING], axis=2)
        assert (np.diff(final, axis=0) >= 0).all()


def test_persons_add_up_in_the_results() -> None:
    result = drawn(ukraine())
    total = result.paths.astype(np.float64).sum(axis=3)
    assert total == pytest.approx(np.broadcast_to(total[:1], total.shape), rel=1e-6)
    assert (np.diff(total, axis=1) >= -1e-3 * total.max()).all()
    for policy, values in zip(result.policies, result.outcomes, strict=True):
        by_route = [value for key, value in values.items() if key.startswith("departures.")]
        assert values["departures"] == pytest.approx(sum(by_route)), policy
        # an attempt ends in a departure or fails, and whoever is found while he waits has set out as well
        assert values["attempts_failed"] <= values["attempts"] * (1 + 1e-12), policy
        tried = values["departures"] + values["attempts_failed"]
        assert values["attempts"] == pytest.approx(tried), policy
        held = [value for key, value in values.items() if key.startswith("imprisoned.")]
        assert values["imprisoned"] == pytest.approx(sum(held)), policy
        assert min(held) >= -1e-9, policy
        assert values["attempts_failed"] == pytest.approx(values["caught"] + values["killed_trying"]), policy
        assert values["caught"] == pytest.approx(values["imprisoned"] + values["returned"]), policy


# Seeds and labels --------------------------------------------------------------------------------------------


def test_same_seed_same_bytes() -> None:
    model = prepared(MIXED, 1501, seed=7)
    first = drawn(model, 3)
    for other in (
        drawn(model, 3),
        drawn(prepared(MIXED, 1501, seed=7), 3),
        drawn(pickle.loads(pickle.dumps(model)), 3),
    ):
        assert other.paths.tobytes() == first.paths.tobytes()
        assert repr(other.outcomes) == repr(first.outcomes)


def test_another_seed_or_draw_differs() -> None:
    first = drawn(prepared(MIXED, 1501, seed=7), 3).paths
    assert (first != drawn(prepared(MIXED, 1501, seed=8), 3).paths).any()
    assert (first != drawn(prepared(MIXED, 1501, seed=7), 4).paths).any()


def test_a_policy_does_not_depend_on_its_neighbours() -> None:
    names = [policy.name for policy in ukraine().scenario.policies]
    together = drawn(ukraine(), 1, names)
    for place in (1, 4):
        alone = drawn(ukraine(), 1, [names[0], names[place]])
        assert (alone.paths[1] == together.paths[place]).all()
        assert repr(alone.outcomes[1]) == repr(together.outcomes[place])


def test_names_do_not_matter() -> None:
    """Exact: other names for groups, routes, programmes and policies."""
    renamed = MIXED
    for old, new in (("volunteers", "Aa"), ("conscripts", "zulu"), ("surrender", "q"), ("desert", "b"),
                     ("accept", "Zz"), ("passage", "a b"), ("offer", "9")):  # fmt: skip
        renamed = renamed.replace(f'"{old}"', f'"{new}"')
    assert (drawn(prepared(MIXED, 1501)).paths == drawn(prepared(renamed, 1501)).paths).all()


@pytest.mark.slow
@pytest.mark.parametrize("what", ["groups", "routes"])
def test_order_does_not_matter(what: str) -> None:
    """In distribution: groups or routes in reverse; means and variances of every state on two days, 80 draws."""
    groups, routes = [VOLUNTEERS, CONSCRIPTS], [SURRENDER, DESERT, ACCEPT]
    (groups if what == "groups" else routes).reverse()
    turned = head(40) + UNITS + "".join(groups + routes) + PASSAGE + policies(none=[], offer=["passage"])
    samples = []
    for text, first in ((MIXED, 0), (turned, 500)):
        model = prepared(text, 1501)
        by_name = np.argsort(model.groups)
        states = np.argsort(model.states)
        paths = [drawn(model, first + draw).paths[1][[20, 40]] for draw in range(80)]
        samples.append(np.array(paths, dtype=np.float64)[:, :, by_name][:, :, :, states])
    assert (apart(*samples) < Z).all()
    squares = [(sample - sample.mean(axis=0)) ** 2 for sample in samples]
    assert (apart(*squares) < Z).all()


# Offers that are none ----------------------------------------------------------------------------------------

MONEY = ("cost", "departures_cost")
"""What an offer of nothing may still cost: its administration and its law."""

NONE = {
    "zero capacity": {"capacity_per_day": 0.0},
    "zero trust": {"trust": 0.0},
    "zero awareness": {"awareness_share": 0.0},
    "zero budget": {"budget_usd": 0.0},
    "a budget that pays for nobody": {"budget_usd": 49_999.0},
    "ended before the first window": {"end": "2022-02-28"},
    "begins after the last window": {"start": "2022-03-20"},
}
RICH = {"cash_usd": 50_000.0, "detection_per_day": 0.02}


def nothing(keys: dict[str, object], units: str, social: dict[str, object]) -> str:
    soldiers = {"stay_utility": "{ people = { normal = [1.0, 1.0] } }", "casualty_per_day": 0.002} | social
    window = '{ points = [[2022-02-24, 0.0], [2022-03-01, 0.1], [2022-03-20, 0.0]], interpolation = "step" }'
    return (
        head(40) + units + group(size=2000, **soldiers) + route("desert", window_per_day=window, utility=0.0)
        + route("accept", window_per_day=window, utility=3.0, needs_programme=True)
        + programme("p", route="accept", **(RICH | keys)) + policies(none=[], offer=["p"])
    )  # fmt: skip


@pytest.mark.parametrize("which", NONE)
@pytest.mark.parametrize("squads", [False, True])
def test_an_offer_of_nothing_is_no_offer(which: str, squads: bool) -> None:
    """Exact, path by path; with squads also under influence, memory and exits in groups."""
    units = table("[units]", squad_size=8, company_size=40, memory_days=15.0, group_exit_probability=0.3)
    social = {"influence": 4.0} if squads else {}
    model = prepared(nothing(NONE[which], units if squads else "", social), 2000)
    for draw in range(3):
        result = drawn(model, draw)
        assert (result.paths[1] == result.paths[0]).all()
        assert result.outcomes[1]["admitted"] == result.outcomes[1]["cost_usd"] == 0.0
        assert result.outcomes[0]["departures"] > 0
    # the same offer with nothing missing does act
    acting = drawn(prepared(nothing({}, units if squads else "", social), 2000))
    assert (acting.paths[1] != acting.paths[0]).any()


def test_a_purse_without_money_turns_no_head() -> None:
    """Exact: its rare windows would let it stand on the menu for days before the first one asked for payment."""
    text = (
        head(30) + group(size=20_000) + route("desert", window_per_day=0.05, utility=0.0)
        + route("accept", window_per_day=1e-5, utility=3.0, needs_programme=True)
        + programme("p", route="accept", cash_usd=100.0, budget_usd=99.0) + policies(none=[], offer=["p"])
    )  # fmt: skip
    result = drawn(prepared(text, 20_000))
    assert (result.paths[1] == result.paths[0]).all()


@pytest.mark.parametrize("which", ["zero capacity", "zero trust", "zero awareness", "zero budget"])
def test_an_offer_of_nothing_in_the_war(which: str) -> None:
    """Exact in the shipped scenario, beside a policy that brings the same news of the front and no offer."""
    news = [] if which == "zero awareness" else ["leaflets and short messages", "relatives on the phone"]
    missing = {"zero trust": {"trust_mean": 0.0}, "zero awareness": {}}.get(which, NONE[which])
    model = ukraine(
        programme("nothing", route="surrender", **(RICH | missing))
        + table("[[policy]]", name="news", channels=news)
        + table("[[policy]]", name="nothing", programmes=["nothing"], channels=news)
    )
    result = drawn(model, 0, ["news", "nothing"])
    assert (result.paths[1] == result.paths[0]).all()
    for key, value in result.outcomes[0].items():
        assert result.outcomes[1][key] == value or np.isnan(value) or key.startswith(MONEY), key


def test_no_influence_is_no_squads() -> None:
    """Exact: influence 0 and cohesion 0 are no influence."""
    bare = head(40) + group(size=1000, stay_utility=1.0) + route("desert", window_per_day=0.05, utility=0.0)
    plain = drawn(prepared(bare, 1000)).paths
    coupled = bare.replace("stay_utility", "influence = 0.0\nsquad_size = 10\nstay_utility")
    assert (drawn(prepared(coupled, 1000)).paths == plain).all()
    units = table("[units]", squad_size=10, contagion=3.0, loyalty=1.0)
    held = bare.replace("stay_utility", "cohesion = 0.0\nstay_utility")
    assert (drawn(prepared(held + units, 1000)).paths == plain).all()


# Effects that have a sign ------------------------------------------------------------------------------------


def ladder(choice: str = "", route_keys: dict[str, object] | None = None, **offer: object) -> str:
    """One way out under one offer; who is caught is not sent back, so that each soldier tries at most once."""
    way = {"window_per_day": 0.05, "distaste": 2.0, "loyalty_share": 0.5, "caught_probability": 0.1,
           "killed_probability": 0.05, "reprisal_probability": 0.2, "identified_share": 0.5}  # fmt: skip
    promise = {"trust": 0.5, "cash_usd": 20_000.0, "family_passage_share": 0.3, "family_leak_share": 0.2,
               "safety_share": 0.5, "legal_status": "asylum", "legal_probability": 0.5}  # fmt: skip
    decision = CHOICE
    for line in filter(None, choice.splitlines()):
        key = line.split(" = ")[0]
        decision = (
            "\n".join(line if old.startswith(f"{key} =") else old for old in decision.splitlines()) + "\n"
        )
    return (
        head(60)
        + group(size=3000, support="{ people = { normal = [0.2, 0.5] } }", family_exposed_share=0.6,
                wealth_usd=10_000.0, casualty_per_day=0.002)
        + decision + route("accept", needs_programme=True, **(way | (route_keys or {})))
        + programme("p", route="accept", **(promise | offer)) + policies(none=[], offer=["p"])
    )  # fmt: skip


OFFER_RUNGS = {
    "cash_usd": (0.0, 1000.0, 20_000.0, 500_000.0),
    "stipend_usd_per_month": (0.0, 100.0, 2000.0),
    "trust": (0.05, 0.3, 0.31, 1.0),
    "awareness_share": (0.1, 0.5, 1.0),
    "family_passage_share": (0.0, 0.4, 1.0),
    "legal_probability": (0.0, 0.5, 1.0),
    "safety_share": (0.0, 0.5, 1.0),
}
RISK_RUNGS = {
    "caught_probability": (0.0, 0.1, 0.4, 0.9),
    "killed_probability": (0.0, 0.05, 0.1, 0.3),
    "reprisal_probability": (0.0, 0.2, 1.0),
    "identified_share": (0.0, 0.5, 1.0),
    "exchange_probability": (0.0, 0.5, 1.0),
    "distaste": (0.0, 2.0, 5.0),
}
CHOICE_RUNGS = {
    "sentence_days": (0.0, 300.0, 3650.0),
    "prison_disutility_per_year": (0.0, 1.0, 5.0),
    "family_disutility": (0.0, 4.0, 10.0),
}


def climb(texts: list[str]) -> np.ndarray:
    """Attempts of each rung in three draws, [rung, draw]."""
    return np.array([outcome(prepared(text, 3000), "attempts", draws=3) for text in texts])


@pytest.mark.parametrize("key", OFFER_RUNGS)
def test_a_better_offer_is_tried_no_less(key: str) -> None:
    """Exact: no feedback, no limit of places, so every soldier tries no later."""
    more = {"stipend_months": 12.0} if key.startswith("stipend") else {}
    attempts = climb([ladder(**{key: value}, **more) for value in OFFER_RUNGS[key]])
    assert (np.diff(attempts, axis=0) >= 0).all()
    assert (attempts[-1] > attempts[0]).all()


@pytest.mark.parametrize("key", RISK_RUNGS)
def test_a_greater_risk_is_run_no_more(key: str) -> None:
    attempts = climb([ladder(route_keys={key: value}) for value in RISK_RUNGS[key]])
    assert (np.diff(attempts, axis=0) <= 0).all()
    assert (attempts[-1] < attempts[0]).all()


@pytest.mark.parametrize("key", CHOICE_RUNGS)
def test_a_harder_punishment_is_risked_no_more(key: str) -> None:
    attempts = climb([ladder(f"{key} = {value}") for value in CHOICE_RUNGS[key]])
    assert (np.diff(attempts, axis=0) <= 0).all()
    assert (attempts[-1] < attempts[0]).all()


def test_whoever_fears_the_front_more_tries_no_less() -> None:
    """Exact, with no compensation for death: the believed danger rises, the true one stands still."""
    attempts = climb([ladder(f"optimism = {value}") for value in (0.0, 0.3, 0.6, 3.0)])
    assert (np.diff(attempts, axis=0) >= 0).all()
    assert (attempts[-1] > attempts[0]).all()


@pytest.mark.parametrize("key", ["guarantor_win_loss", "exchange_probability"])
def test_a_weaker_guarantor_is_trusted_no_more(key: str) -> None:
    """What the guarantor cannot keep counts where a war is stated, whose outcome may be the invader's victory."""
    war = '[force]\npersons = 3000\ninitial_shares = { "soldiers" = 1.0 }\n[war]\nwin_probability = 0.6\n'
    attempts = climb([ladder(**{key: share}).replace("size = 3000\n", "") + war for share in (0.0, 0.5, 1.0)])
    assert (np.diff(attempts, axis=0) <= 0).all()
    assert (attempts[-1] < attempts[0]).all()


def test_a_leak_undoes_the_passage() -> None:
    attempts = climb([ladder(family_passage_share=1.0, family_leak_share=leak) for leak in (0.0, 0.5, 1.0)])
    assert (np.diff(attempts, axis=0) <= 0).all()
    assert (attempts[-1] < attempts[0]).all()


def test_net_departures_are_at_most_gross() -> None:
    """Exact, without feedback: whoever deserts beside an offer would have deserted without one."""
    text = ladder(route_keys={"caught_probability": 0.0, "killed_probability": 0.0})
    text += route("desert", window_per_day=0.04, distaste=0.5)
    for draw in range(3):
        none, offer = drawn(prepared(text, 3000), draw).outcomes
        assert offer["departures.desert"] < none["departures.desert"]
        assert 0 < offer["departures_net"] < offer["departures.accept"]


@pytest.mark.parametrize("scale", [2.0, 0.25])
def test_only_ratios_to_the_scale_matter(scale: float) -> None:
    """Exact for powers of two: every utility and the scale of the logit times a constant (D1)."""

    def text(by: float) -> str:
        units = table("[units]", squad_size=5, contagion=2.0 * by, loyalty=by, group_exit_probability=0.1)
        spread = f"{{ people = {{ normal = [{2.0 * by}, {by}] }} }}"
        return (
            head(40) + units + table("[choice]", scale=by, support_weight=1.5 * by, obedience=0.25 * by)
            + group("held", size=800, cohesion=0.5, support="{ people = { normal = [0.1, 0.5] } }")
            + group("moved", size=800, influence=4.0 * by, stay_utility=spread)
            + route("desert", window_per_day=0.05, distaste=0.5 * by, loyalty_share=0.5)
            + route("hide", window_per_day=0.05, utility=spread) + route("run", window_per_day=0.05, utility=by)
        )  # fmt: skip

    plain, scaled = (drawn(prepared(text(by), 1600)).paths for by in (1.0, scale))
    assert (plain == scaled).all()
    assert (plain[0, -1, :, 2:5] > 10).all()


@pytest.mark.parametrize("factor", [2.0, 0.125])
def test_the_currency_does_not_matter(factor: float) -> None:
    """Exact for powers of two: all money and wealth times a constant."""

    def text(by: float) -> str:
        keys = {"cash_usd": 20_000.0, "stipend_usd_per_month": 300.0, "admission_cost_usd": 3000.0,
                "budget_usd": 3e6, "testimony_bonus_usd": 5000.0, "family_cost_usd": 500.0}  # fmt: skip
        scaled = {key: by * value for key, value in keys.items()}
        choice = f"{CHOICE}compensation_weight = 0.5\ndeath_compensation_usd = {by * 1e5}\n"
        return ladder(stipend_months=6.0, testimony="optional", schedule=f"[[30, {by * 1e4}]]", **scaled).replace(
            "wealth_usd = 10000.0", f"wealth_usd = {by * 1e4}"
        ).replace(CHOICE.rstrip(), choice.rstrip())  # fmt: skip

    plain, scaled = (drawn(prepared(text(by), 3000)) for by in (1.0, factor))
    assert "death_compensation" in text(1.0)
    assert (plain.paths == scaled.paths).all()
    assert 0 < plain.outcomes[1]["cost_usd"] <= 3e6
    assert scaled.outcomes[1]["cost_usd"] == factor * plain.outcomes[1]["cost_usd"]
