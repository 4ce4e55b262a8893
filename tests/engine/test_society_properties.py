"""What must hold in the programme's world whatever its modules: small scenarios, the same soldiers under every policy.

All comparisons are exact: common random numbers, and where a sign is claimed no feedback.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offramp.engine import DrawResult
from tests.engine.scenes import CHOICE, drawn, finished, group, head, prepared, programme, route, table

FEW = settings(max_examples=20, deadline=None, derandomize=True)
DAYS, PERSONS = 40, 600
CONFLICT = table("[choice]", pay_weight=0.5, hardship_weight=0.5, hardship=0.3, grievance_weight=0.8, returned_share=0.5,
                 belief_rate_per_day=0.05).split("\n", 1)[1]  # fmt: skip
PEOPLE = group("a", size=400, support="{ people = { normal = [0.2, 0.5] } }", family_exposed_share=0.7, wealth_usd=8000.0,
               casualty_per_day=0.004, information_bias_share=0.4, cohesion=0.4)  # fmt: skip
PEOPLE += group(
    "b", size=200, family_exposed_share=0.5, wealth_usd=20_000.0, casualty_per_day=0.002, backfire_factor=2.0
)
DESERT = route("desert", window_per_day=0.05, distaste=1.0, loyalty_share=0.2, caught_probability=0.3, killed_probability=0.05,
               reprisal_probability=0.1, identified_share=0.4)  # fmt: skip
ACCEPT = route("accept", window_per_day=0.08, distaste=1.5, loyalty_share=0.5, caught_probability=0.1,
               killed_probability=0.1, reprisal_probability=0.2, identified_share=0.3, needs_programme=True)  # fmt: skip
RADIO = table("[[channel]]", name="radio", kind="broadcast", reach_per_day=0.1, credibility=0.6, cordon_sensitivity=0.5,
              cost_usd_per_day=10.0)  # fmt: skip
MODULES = {
    "information": table("[information]", word_of_mouth_per_day=0.1, testimony_reach_per_day=1e-3, cordon=0.2,
                         testimony_decay_per_day=0.05, outside_awareness_share=0.2),
    "trust": table("[trust]", mean=0.4, weight=20.0, seen_share=0.5, loss_weight=2.0, counter_messages_per_day=0.1,
                   video_sincere_probability=0.6, video_insincere_probability=0.2, discovery_probability=0.5),
    "support": table("[support]", rate_per_day=0.05, testimony_effect=0.5, testimony_half_videos=20.0, losses_effect=1.0,
                     propaganda_effect=0.4, collateral_effect=0.2),
    "regime": table("[regime]", gain_per_week=0.3, tolerance_per_day=2.0, decay_per_week=0.1, ceiling_share=0.8,
                    detected_share=0.7, capture_log_odds=1.0, killed_log_odds=0.5, reprisal_log_odds=1.0, barrier_share=0.4,
                    detection_increase=1.0, death_hazard_increase=0.3, sentence_increase=1.0, cordon_increase=1.0,
                    propaganda_share=0.3, propaganda_increase=0.4, grievance_per_thousand=0.02, grievance_decay_per_day=0.02),
    "units": table("[units]", squad_size=8, company_size=40, contagion=2.0, loyalty=1.0, group_exit_probability=0.1),
    "ledger": table("[ledger]", discount_per_year=0.05, testimony_cost_usd=200.0),
}  # fmt: skip
TERMS: dict[str, Any] = {
    "cash_usd": '{ "a" = 20000.0, "b" = 60000.0 }', "testimony": "optional", "testimony_bonus_usd": 4000.0,
    "family_passage_share": 0.5, "family_leak_share": 0.2, "safety_share": 0.5, "default_share": 0.05,
    "conduct_exclusion_share": 0.1, "detection_per_day": 0.02, "admission_cost_usd": 300.0,
}  # fmt: skip
LEVER = table("[[lever]]", name="arms", death_hazard_factor=1.5, log_pay_shift=-0.2, cost_usd_per_day=7.0)


def scene(modules: frozenset[str] | set[str], *more: str, terms: dict[str, Any] | None = None) -> str:
    """A world with some modules, an offer, and the policies `none` and `offer`, both with the radio on."""
    offer = TERMS | ({} if "trust" in modules else {"trust": 0.5}) | (terms or {})
    people = PEOPLE if "units" in modules else PEOPLE.replace("cohesion = 0.4\n", "")
    people = people if "regime" in modules else people.replace("backfire_factor = 2.0\n", "")
    stated = "".join(MODULES[name] for name in sorted(modules))
    return (
        head(DAYS) + CHOICE + CONFLICT + people + DESERT + ACCEPT + programme("p", route="accept", **offer) + RADIO + stated
        + table("[[policy]]", name="none", channels=["radio"])
        + table("[[policy]]", name="offer", programmes=["p"], channels=["radio"]) + "".join(more)
    )  # fmt: skip


def same(
    one: dict[str, float],
    other: dict[str, float],
    but: tuple[str, ...] = ("cost", "departures_cost", "enacted"),
) -> bool:
    """Whether two results agree in all they both state, apart from keys that begin with one of `but`: an offer of nothing may
    cost its administration, and be law. Nobody displaced by it is as good as no number of them, where nothing is offered."""
    keys = [key for key in one if key in other and not key.startswith(but)]
    one, other = (
        {**x, "departures_displaced": np.nan_to_num(x.get("departures_displaced", 0.0))} for x in (one, other)
    )
    return all(one[key] == other[key] or (np.isnan(one[key]) and np.isnan(other[key])) for key in keys)


def run(text: str, draw: int = 0, names: list[str] | None = None) -> DrawResult:
    return drawn(prepared(text, PERSONS), draw, names)


SETS = st.sets(st.sampled_from(sorted(MODULES)))
LIMITS = st.sampled_from(
    [{}, {"capacity_per_day": 3.0}, {"budget_usd": 2e6}, {"family_places": 20.0, "testimony": "mandatory"},
     {"capacity_per_day": 2.0, "family_places_per_day": 0.5, "enactment_delay_days": 5.0}]
)  # fmt: skip


@FEW
@given(SETS, LIMITS, st.integers(0, 99))
def test_persons_and_attempts_add_up(modules: set[str], limits: dict[str, Any], draw: int) -> None:
    result = run(scene(modules, terms=limits), draw)
    assert (result.paths.sum(axis=3) == np.array([400, 200])).all()
    for values in result.outcomes:
        assert values["attempts"] == values["departures"] + values["attempts_failed"]
        assert values["caught"] == values["imprisoned"] + values["returned"]
        assert (
            0.0
            <= values["families_harmed"] + values["families_evacuated"]
            <= (values["departures"] + values["caught"]) * (1 + 1e-12)
        )
    assert result.outcomes[1]["admitted"] == result.outcomes[1]["departures.accept"] > 0.0


NONE = {
    "nobody reached": {"groups": '["b"]'},
    "nobody trusting": {"trust_mean": 0.0},
    "no capacity": {"capacity_per_day": 0.0},
    "no money": {"budget_usd": 0.0},
    "barred for conduct": {"conduct_exclusion_share": 1.0},
    "never enacted": {"enactment_probability": 0.0},
    "enacted too late": {"enactment_delay_days": float(DAYS)},
}  # fmt: skip


@pytest.mark.parametrize("which", NONE)
@FEW
@given(SETS, st.integers(0, 99))
def test_an_offer_of_nothing_is_no_offer(which: str, modules: set[str], draw: int) -> None:
    terms = dict(NONE[which])
    text = scene(modules, terms=terms)
    if which == "nobody reached":  # the radio tells of the offer in groups that it is not open to
        text = text.replace('groups = ["b"]\n', "").replace("reach_per_day = 0.1", "reach_per_day = 0.0")
    if which == "nobody trusting":
        text = scene(modules | {"trust"}, terms=terms)
    if which == "enacted too late":  # it is announced, and the radio that tells of it brings news of the war
        text = text.replace("information_bias_share = 0.4\n", "")
    result = run(text, draw)
    assert (result.paths[1] == result.paths[0]).all()
    assert same(*result.outcomes)
    acting = run(scene(modules), draw)
    assert (acting.paths[1] != acting.paths[0]).any()


ONLY_IF_ADMITTING = {
    key: NONE[key] for key in ("nobody trusting", "no capacity", "no money", "barred for conduct")
}


@pytest.mark.parametrize("which", ONLY_IF_ADMITTING)
@FEW
@given(SETS, st.integers(0, 99), st.sampled_from([-0.8, 0.8]))
def test_what_admits_nobody_is_not_told_of(which: str, modules: set[str], draw: int, backlash: float) -> None:
    """Its broadcasts bring no news of the war and cost nothing, and nobody takes offence at it."""

    def text(terms: dict[str, Any]) -> str:
        own = table("[support]", rate_per_day=0.5, backlash_effect=backlash) + MODULES["trust"]
        written = scene(modules - {"support", "trust"}, own, terms=terms | {"trust": None})
        return written.replace('channels = ["radio"]\n', "")

    result = run(text(ONLY_IF_ADMITTING[which]), draw)
    assert (result.paths[1] == result.paths[0]).all()
    assert same(*result.outcomes, but=())
    acting = run(text({}), draw)
    assert acting.outcomes[1]["cost_usd"] > 0.0


def test_a_broadcast_of_offers_is_heard_while_it_is_paid_for() -> None:
    """News of the war outside comes on the days on which an offer stands; people who talk bring it on every day."""

    def known(kind: str, **offer: Any) -> float:
        more = table("[[channel]]", name="told", kind=kind, reach_per_day=0.1) + table(
            "[information]", outside_awareness_share=0.2
        )
        text = (
            scene(set(), terms={"default_share": None} | offer)
            .replace(RADIO, more)
            .replace('"radio"', '"told"')
        )
        return float(finished(prepared(text, PERSONS), "offer").memory.outside[0])

    def after(days: float) -> float:
        return 1.0 - 0.8 * np.exp(-0.1 * days)

    assert known("broadcast") == pytest.approx(after(DAYS - 1))
    assert known("broadcast", start="2022-03-01", end="2022-03-10") == pytest.approx(after(10))
    assert known(
        "broadcast", start="2022-03-01", enactment_delay_days=7.0, enactment_probability=0.0
    ) == pytest.approx(after(7))
    assert known("broadcast", budget_usd=0.0) == pytest.approx(0.2)
    assert known("broadcast", capacity_per_day=0.0) == pytest.approx(0.2)
    assert known("personal", capacity_per_day=0.0) == pytest.approx(after(DAYS - 1))


@FEW
@given(SETS, LIMITS, st.integers(0, 99))
def test_others_change_nothing(modules: set[str], limits: dict[str, Any], draw: int) -> None:
    """Another programme, its policy and one that uses a lever: nobody else's numbers move, in whatever order they stand."""
    another = programme(
        "q", route="accept", cash_usd=9000.0, **({} if "trust" in modules else {"trust": 0.9})
    )
    rival = table("[[policy]]", name="rival", programmes=["p", "q"], channels=["radio"])
    armed = table("[[policy]]", name="armed", programmes=["q"], channels=["radio"], levers=["arms"])
    alone = run(scene(modules, LEVER, terms=limits), draw)
    beside = run(scene(modules, LEVER, another, armed, rival, terms=limits), draw)
    assert (beside.paths[:2] == alone.paths).all()
    turned = run(
        scene(modules, LEVER, another, rival, armed, terms=limits), draw, ["none", "armed", "rival", "offer"]
    )
    for place, name in enumerate(turned.policies):
        at = beside.policies.index(name)
        assert (turned.paths[place] == beside.paths[at]).all()
        assert same(turned.outcomes[place], beside.outcomes[at], but=())
        if at < 2:
            assert same(alone.outcomes[at], beside.outcomes[at], but=())
    assert (beside.paths[2] != beside.paths[0]).any()


@FEW
@given(SETS, st.sampled_from([2.0, 0.25]), st.integers(0, 99))
def test_the_currency_does_not_matter(modules: set[str], factor: float, draw: int) -> None:
    """Exact for powers of two: all money and wealth times a constant; costs follow."""

    def text(by: float) -> str:
        terms = {"cash_usd": f'{{ "a" = {20000.0 * by}, "b" = {60000.0 * by} }}', "testimony_bonus_usd": 4000.0 * by,
                 "admission_cost_usd": 300.0 * by, "budget_usd": 3e6 * by}  # fmt: skip
        written = scene(modules, terms=terms)
        for key, value in (("wealth_usd", 8000.0), ("wealth_usd", 20000.0), ("cost_usd_per_day", 10.0),
                           ("testimony_cost_usd", 200.0)):  # fmt: skip
            written = written.replace(f"{key} = {value}\n", f"{key} = {value * by}\n")
        return written

    plain, scaled = run(text(1.0), draw), run(text(factor), draw)
    assert (plain.paths == scaled.paths).all()
    for one, other in zip(plain.outcomes, scaled.outcomes, strict=True):
        assert same(one, other)
        assert other["cost_usd"] == factor * one["cost_usd"]


# What is there and does nothing ------------------------------------------------------------------------------

STUBS = {
    "support": table("[support]", rate_per_day=0.1),
    # its death_hazard_increase apart, which is a ceiling of the field of candidates
    "a calm regime": table("[regime]", crackdown=0.0, capture_log_odds=1.0, killed_log_odds=0.5, reprisal_log_odds=1.0,
                           barrier_share=0.4, sentence_increase=1.0, cordon_increase=1.0, propaganda_increase=0.4),
    "a regime that never starts": table("[regime]", gain_per_week=0.0, tolerance_per_day=5.0, barrier_share=0.9),
    "ledger": table("[ledger]", contribution_usd_per_year=0.0, contribution_years=3.0),
    "lever": table("[[lever]]", name="idle", death_hazard_factor=1.0, log_pay_shift=0.0, hardship_shift=0.0),
}  # fmt: skip
TERMS_STUBS = {
    "delay": {"enactment_delay_days": 0.4, "enactment_probability": 1.0},
    "safe passage": {"safe_passage_log_odds": 0.0},
    "places": {"family_places": 1e6, "family_places_per_day": 1e6},
    "tiers": {"cash_usd": '{ "a" = 20000.0, "b" = 20000.0 }'},
    "fraud": {"fraud_share": 0.0, "screening_sensitivity": 0.5},
    "shown faces": {"testimony_anonymised_share": 0.0},
    "kept": {"default_share": 0.0, "refoulement_share": 0.0},
}  # fmt: skip
OLD = {"cash_usd": 20_000.0, "default_share": None, "conduct_exclusion_share": None}


@pytest.mark.parametrize("which", [*STUBS, *TERMS_STUBS])
@FEW
@given(st.sets(st.sampled_from(["information", "trust", "units"])), st.integers(0, 99))
def test_a_stub_leaves_everything_as_it_was(which: str, modules: set[str], draw: int) -> None:
    plain = run(scene(modules, terms=OLD), draw)
    more = STUBS.get(which, "")
    used = (
        table("[[policy]]", name="idle", programmes=["p"], channels=["radio"], levers=["idle"])
        if which == "lever"
        else ""
    )
    stubbed = run(scene(modules, more, used, terms=OLD | TERMS_STUBS.get(which, {})), draw)
    for place in range(len(stubbed.policies)):
        assert (stubbed.paths[place] == plain.paths[min(place, 1)]).all()
        assert same(stubbed.outcomes[place], plain.outcomes[min(place, 1)], but=())


@FEW
@given(st.integers(0, 99))
def test_modules_that_form_nothing_are_the_stated_paths(draw: int) -> None:
    """Trust that no case moves is a stated trust; a channel for the outside alone leaves a stated awareness."""
    stated = scene(set(), terms=OLD | {"trust": 0.5, "awareness_share": 0.6})
    for told in (RADIO, 'channels = ["radio"]\n', "information_bias_share = 0.4\n"):
        stated = stated.replace(told, "")
    formed = stated.replace("trust = 0.5\n", "") + table("[trust]", mean=0.5, weight=8.0, seen_share=0.0)
    formed += RADIO.replace("reach_per_day", "programmes = []\nreach_per_day")
    plain, other = run(stated, draw), run(formed, draw)
    assert (plain.paths == other.paths).all()
    assert plain.outcomes[1]["admitted"] > 0


# Effects that have a sign ------------------------------------------------------------------------------------


def calm(crackdown: float = 0.0, regime: dict[str, float] | None = None, **terms: Any) -> str:
    """One way out and no feedback: nobody sees others' cases, the crackdown is given, who is caught is held."""
    law = table("[trust]", mean=0.4, weight=20.0, seen_share=0.0) + table(
        "[regime]", crackdown=crackdown, **(regime or {})
    )
    return scene(set(), law, terms={"trust": None, "conduct_exclusion_share": None, **terms}).replace(
        "returned_share = 0.5", "returned_share = 0.0"
    ).replace(DESERT, "")  # fmt: skip


UP = {
    "cash_usd": (0.0, 5000.0, 200_000.0), "trust_mean": (0.05, 0.4, 1.0), "family_passage_share": (0.0, 0.5, 1.0),
    "safe_passage_log_odds": (0.0, 1.0, 3.0), "testimony_anonymised_share": (0.0, 0.5, 1.0),
}  # fmt: skip
DOWN = {
    "reprisal_log_odds": (0.0, 1.5, 4.0),
    "sentence_increase": (0.0, 1.0, 9.0),
    "capture_log_odds": (0.0, 1.0, 3.0),
}


@pytest.mark.parametrize("key", [*UP, *DOWN])
@FEW
@given(draw=st.integers(0, 99), rule=st.sampled_from(["optional", "mandatory"]))
def test_attempts_rise_with_the_offer_and_fall_with_punishment(key: str, draw: int, rule: str) -> None:
    if key in UP:
        texts = [calm(testimony=rule, **{key: value}) for value in UP[key]]
    else:
        texts = [calm(1.0, {key: value}, testimony=rule) for value in DOWN[key]]
    attempts = np.array([run(text, draw, ["offer"]).outcomes[0]["attempts"] for text in texts])
    steps = np.diff(attempts) * (1.0 if key in UP else -1.0)
    assert (steps >= 0.0).all()
    # who may be silent need not hide his face
    assert steps.sum() > 0.0 or (key, rule) == ("testimony_anonymised_share", "optional")


@FEW
@given(
    st.integers(0, 99),
    st.floats(0.0, 50_000.0),
    st.floats(0.5, 6.0),
    st.floats(0.1, 1.0),
    st.floats(0.0, 1.0),
)
def test_a_choice_about_testimony_is_never_worse(
    draw: int, bonus: float, factor: float, nest: float, hidden: float
) -> None:
    """Whoever may choose tries no later than one who must, or one who may not; bonus or danger at any size."""

    def attempts(rule: str) -> float:
        terms = {"testimony_bonus_usd": bonus, "testimony_anonymised_share": hidden}
        if rule == "none":
            terms = dict.fromkeys(terms)
        text = calm(testimony=rule, **terms).replace(
            "video_reprisal_factor = 2.0", f"video_reprisal_factor = {factor}"
        )
        text = text.replace("nest_dissimilarity = 0.5", f"nest_dissimilarity = {nest}")
        return run(text, draw, ["offer"]).outcomes[0]["attempts"]

    optional = attempts("optional")
    assert optional >= attempts("mandatory")
    assert optional >= attempts("none")


@FEW
@given(st.integers(0, 99), st.floats(0.0, 0.9))
def test_families_are_harmed_the_more_the_more_testify(draw: int, hidden: float) -> None:
    """Everybody leaves, and nobody is brought out; a larger bonus only moves men from silence to a video."""
    harmed, videos = [], []
    for bonus in (0.0, 2000.0, 10_000.0, 100_000.0):
        text = calm(testimony="optional", testimony_bonus_usd=bonus, testimony_anonymised_share=hidden, family_passage_share=0.0,
                    family_leak_share=None)  # fmt: skip
        text = text.replace("distaste = 1.5", "distaste = -40.0").replace("caught_probability = 0.1", "")
        found = run(text.replace("killed_probability = 0.1", ""), draw, ["offer"]).outcomes[0]
        harmed.append(found["families_harmed"])
        videos.append(found["videos"])
    assert (np.diff(videos) >= 0.0).all()
    assert videos[-1] > videos[0]
    assert (np.diff(harmed) >= -1e-9).all()
    assert harmed[-1] > harmed[0]
