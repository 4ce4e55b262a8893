"""Handles and changes: what is exported is what was seen, for every number of every shipped scenario."""

from __future__ import annotations

import tomllib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offramp.engine import medians, prepare
from offramp.errors import InputError
from offramp.scenario import load, loads, shipped, template
from offramp.scenario.override import under
from offramp.scenario.tables import Policy, Scenario
from offramp.show.explorer.base import Base
from offramp.show.explorer.changes import MOST_PROBLEMS, NOTE, OWN_POLICY
from offramp.show.explorer.handles import GROUPS, Handle, words_of

OFFRAMP = "ceasefire and ten years outside the alliance"
NAMES = (*shipped(), "template")


def opened(name: str) -> Base:
    scenario = loads(template(), name) if name == "template" else load(name)
    return Base.of(name, scenario)


BASES = {name: opened(name) for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_every_unknown_number_has_one_handle(name: str) -> None:
    base = BASES[name]
    unknown = {item.path for item in base.scenario.inputs}
    assert {path for path, handle in base.handles.items() if handle.interval is not None} == unknown
    for handle in base.handles.values():
        assert handle.label
        assert handle.group in GROUPS
        if handle.scale == "choice":
            assert handle.value in handle.options
            continue
        assert handle.least <= handle.low < handle.high <= handle.most
        assert handle.low > 0.0 or handle.scale == "linear"
        assert handle.low <= handle.value <= handle.high
        if handle.interval is not None:
            assert handle.low <= handle.interval[0] < handle.interval[1] <= handle.high


@pytest.mark.parametrize("name", NAMES)
def test_the_lower_end_of_every_slider_can_be_simulated(name: str) -> None:
    base = BASES[name]
    for handle in base.handles.values():
        if handle.scale != "choice":
            base.changed(base.state({"policy": base.policies[-1], "changes": {handle.path: handle.low}}))


def test_the_levers_that_the_debate_is_about_are_there() -> None:
    base = BASES["ukraine-2022"]
    family = "programme.family passage and capacity"
    for key in ("cash_usd", "capacity_per_day", "family_passage_share", "testimony"):
        assert f"{family}.{key}" in base.handles
    assert base.handles[f"{family}.family_passage_share"].group == "Families"
    assert base.handles["trust.mean"].group == "Information"
    assert base.handles["channel.allied broadcasts.reach_per_day"].group == "Information"
    assert base.handles["regime.gain_per_week"].group == "Regime"
    assert base.handles["losses.kill_share"].group == "War"
    assert base.handles["losses.kill_share"].evidence
    # Not stated means none of it, and can be added by hand.
    assert base.handles["programme.cash and citizenship.family_passage_share"].value == 0.0


def seen_and_exported(base: Base, changes: dict[str, object], programmes: list[str] | None = None) -> None:
    state = base.state({"policy": base.policies[-1], "changes": changes, "programmes": programmes})
    try:
        seen = base.changed(state)
    except InputError:
        with pytest.raises(InputError):
            base.text(state)
        return
    text = base.text(state)
    assert loads(text, "again").hash == seen.hash
    # Comments of the original stay, but for those of tables that go.
    lost = [line for line in base.scenario.text.splitlines() if line.startswith("# ") and line not in text]
    assert len(lost) <= len(base.scenario.correlations)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("end", ["low", "high"])
def test_every_handle_at_its_ends_exports_what_was_seen(name: str, end: str) -> None:
    """Handles by sixes: the text is parsed again for each set of changes."""
    base = BASES[name]
    every = list(base.handles.values())
    for first in range(0, len(every), 6):
        hands = every[first : first + 6]
        seen_and_exported(
            base,
            {h.path: h.options[-1] if h.scale == "choice" else getattr(h, end) for h in hands},
        )


def drawn(handle: Handle, share: float, pair: bool) -> object:
    if handle.scale == "choice":
        return handle.options[int(share * (len(handle.options) - 1))]
    value = handle.low + share * (handle.high - handle.low)
    if pair and handle.interval is not None:
        low, high = handle.interval
        return [low, low + (high - low) * (0.5 + share / 4)]
    return value


@settings(max_examples=20)
@given(
    hands=st.dictionaries(
        st.sampled_from(sorted(BASES["ukraine-2022"].handles)),
        st.tuples(st.floats(0.0, 1.0), st.booleans()),
        max_size=8,
    ),
    mix=st.none() | st.lists(st.sampled_from(["Ukrainian offer", "private purse"]), unique=True),
)
def test_any_hands_export_what_was_seen(hands: dict[str, tuple[float, bool]], mix: list[str] | None) -> None:
    base = BASES["ukraine-2022"]
    seen_and_exported(base, {path: drawn(base.handles[path], *hand) for path, hand in hands.items()}, mix)


def test_common_random_numbers() -> None:
    """A fixed number leaves the draws of all others as they were; nothing fixed gives the draws of a run."""
    from offramp.ensemble.draws import SobolSampler

    base = BASES["ukraine-2022"]
    untouched = base.values(base.scenario, 0, 40)
    assert (untouched == SobolSampler(base.scenario, 1).values(0, 40)).all()
    path = "choice.money_weight"
    changed = base.changed(base.state({"changes": {path: 0.5}}))
    names, kept = base.names(base.scenario), base.names(changed)
    assert path not in kept
    others = [names.index(name) for name in kept]
    assert (base.values(changed, 0, 40) == untouched[:, others]).all()


def test_a_number_set_by_hand_is_called_judgement_and_leaves_its_correlations() -> None:
    path, other = "route.surrender.distaste", "route.desert.distaste"
    coupled = f'\n[[correlation]]\ninputs = ["{path}", "{other}"]\nrho = 0.5\n'
    base = Base.of("own", loads(BASES["ukraine-2022"].scenario.text + coupled, "own"))
    text = base.text(base.state({"changes": {path: 3.0}}))
    data = tomllib.loads(text)
    assert data["route"][0]["distaste"] == {"value": 3.0, "note": NOTE}
    assert "correlation" not in data
    assert path in text.partition("\n\n")[0]


def test_a_mix_of_programmes_becomes_a_policy() -> None:
    base = BASES["ukraine-2022"]
    state = base.state(
        {
            "programmes": ["private purse", "Ukrainian offer"],
            "levers": ["a tenth more arms"],
            "offramps": [OFFRAMP],
        }
    )
    assert state.shown == OWN_POLICY
    mixed = base.changed(state).policies[-1]
    assert (mixed.name, mixed.programmes) == (OWN_POLICY, ("Ukrainian offer", "private purse"))
    assert (mixed.levers, mixed.offramp) == (("a tenth more arms",), OFFRAMP)


def mix_of(base: Base, policy: Policy) -> Scenario:
    """The scenario with a mix by hand of what a policy has."""
    ramp = [] if policy.offramp is None else [policy.offramp]
    parts = {"programmes": list(policy.programmes), "levers": list(policy.levers), "offramps": ramp}
    return base.changed(base.state({"policy": policy.name, **parts}))


def test_a_mix_is_told_of_as_the_policy_that_it_is_made_after() -> None:
    """Exact: ticking and unticking leads back to the policy, its broadcasts without an offer among what comes back."""
    base = BASES["ukraine-2022"]
    for policy in base.scenario.policies:
        mix = mix_of(base, policy).policies[-1]
        assert set(mix.channels) == set(policy.channels)
        assert mix.broadcasts_day == policy.broadcasts_day


def test_a_mix_made_from_a_mix_of_an_opened_file_keeps_its_channels() -> None:
    base = BASES["ukraine-2022"]
    speaking = next(policy for policy in base.scenario.policies if policy.broadcasts_day is not None)
    text = base.text(base.state({"policy": speaking.name, "programmes": [], "levers": ["a tenth more arms"]}))
    opened = Base.of("own", loads(text, "own"))
    asked = {"policy": OWN_POLICY, "programmes": [], "levers": ["broad sanctions"]}
    again = opened.changed(opened.state(asked)).policies[-1]
    assert (again.name, again.levers) == (OWN_POLICY, ("broad sanctions",))
    assert set(again.channels) == set(speaking.channels)
    assert again.broadcasts_day == speaking.broadcasts_day


def test_what_is_added_to_a_mix_brings_the_channels_that_tell_of_it() -> None:
    base = BASES["ukraine-2022"]
    silent = base.scenario.policies[0]
    for policy in base.scenario.policies:
        if policy.programmes:
            asked = {"policy": silent.name, "programmes": list(policy.programmes)}
            mix = base.changed(base.state(asked)).policies[-1]
            assert set(mix.channels) >= set(policy.channels) | set(silent.channels)


def test_no_more_problems_are_told_than_anybody_reads() -> None:
    """Each takes a search; a request may name thousands."""
    many = {
        "programmes": ["x"] * 100_000,
        "levers": ["y"] * 100_000,
        "changes": {f"a.{i}": 1 for i in range(900)},
    }
    with pytest.raises(InputError) as refused:
        BASES["ukraine-2022"].state(many)
    assert len(refused.value.problems) <= MOST_PROBLEMS


@pytest.mark.parametrize("broadcasts", [False, True])
def test_a_mix_of_nothing_is_the_reference_that_offers_nothing(broadcasts: bool) -> None:
    """Exact, draw by draw: every outcome, and every day of every state."""
    base = BASES["ukraine-2022"]
    if broadcasts:
        text = base.scenario.text
        speaking = next(policy.name for policy in base.scenario.policies if policy.broadcasts_day is not None)
        own = "[[policy]]" + next(part for part in text.split("[[policy]]") if f'"{speaking}"' in part)
        text = text.replace(own, "", 1).replace("[[policy]]", f"{own}\n[[policy]]", 1)
        base = Base.of("own", loads(text, "own"))
    reference = base.scenario.policies[0]
    assert (reference.broadcasts_day is not None) == broadcasts
    scenario = mix_of(base, reference)
    model = prepare(scenario, soldiers=1000, seed=1)
    for draw in range(3):
        result = model.run_draw(draw, medians(scenario), [reference.name, OWN_POLICY])
        np.testing.assert_array_equal(result.paths[0], result.paths[1])
        none, mix = result.outcomes
        assert none.keys() == mix.keys()
        np.testing.assert_array_equal(list(none.values()), list(mix.values()))


@pytest.mark.parametrize(
    ("asked", "place", "words"),
    [
        ({"policy": "no ofer"}, "policy", "Did you mean `no offer`?"),
        ({"programmes": ["purse"]}, "programmes", "there is no purse"),
        ({"programmes": "purse"}, "programmes", "there is no purse"),
        ({"changes": {"choice.money_wieght": 1}}, "choice.money_wieght", "Did you mean `choice.money_weight`?"),
        ({"changes": {"choice.money_weight": -1}}, "choice.money_weight", "Give a number of 0 or more"),
        ({"changes": {"choice.money_weight": True}}, "choice.money_weight", "cannot be True"),
        ({"changes": {"choice.money_weight": float("nan")}}, "choice.money_weight", "cannot be nan"),
        ({"changes": {"choice.money_weight": [2, 1]}}, "choice.money_weight", "the smaller first"),
        ({"changes": {"losses.kill_share": 1.2}}, "losses.kill_share", "from 0 to 1"),
        ({"changes": {"programme.private purse.testimony": "video"}}, "programme.private purse.testimony", "Choose"),
        ({"changes": []}, "changes", "must be a table"),
        ({"changes": dict.fromkeys(map(str, range(2000)), 1)}, "changes", "must be a table"),
    ],
)  # fmt: skip
def test_refusals_name_place_and_remedy(asked: dict[str, object], place: str, words: str) -> None:
    with pytest.raises(InputError) as refused:
        BASES["ukraine-2022"].state(asked)
    assert refused.value.problems[0].place == place
    assert words in str(refused.value)


def test_numbers_that_do_not_go_together_are_refused_like_a_file() -> None:
    base = BASES["ukraine-2022"]
    state = base.state({"changes": {"route.desert.killed_probability": 0.9}})
    with pytest.raises(InputError, match="caught and killed may add up"):
        base.changed(state)


@pytest.mark.parametrize("prior", ["pessimist", "optimist"])
def test_a_prior_set_is_the_same_here_as_in_a_run_and_exports_what_was_seen(prior: str) -> None:
    base = BASES["ukraine-2022"]
    state = base.state({"prior": prior})
    assert base.changed(state).inputs == under(base.scenario, prior).inputs
    moved = {"choice.obedience": 0.4, "trust.mean": 0.3}  # the second is one that the sets speak of
    for changes in ({}, moved):
        state = base.state({"prior": prior, "changes": changes})
        text = base.text(state)
        again = loads(text, "again")
        assert again.hash == base.changed(state).hash
        assert {one.path for one in base.scenario.inputs} - {one.path for one in again.inputs} == set(changes)
    with pytest.raises(InputError, match="there is no gloomy"):
        base.state({"prior": "gloomy"})


@pytest.mark.parametrize("name", NAMES)
def test_a_label_is_words_and_names_one_handle(name: str) -> None:
    """No two handles of one owner read alike, and no key of the file stands where words should."""
    every = list(BASES[name].handles.values())
    assert len({(handle.owner, handle.label) for handle in every}) == len(every)
    for handle in every:
        assert not set("_`(") & set(handle.label), handle.path
        assert len(handle.label) > 5, handle.path
    assert words_of("force.initial_shares") == "Share of each group at the start"


def test_what_is_inside_a_table_is_told_by_its_own_name() -> None:
    handles = BASES["ukraine-2022"].handles
    assert handles["opinion.class.young, metropolis.support_mean"].owner == "young, metropolis"
    assert handles["programme.cash and citizenship.cash_usd"].owner == "cash and citizenship"
    assert handles["choice.obedience"].owner == ""


def test_a_lever_at_nothing_has_the_range_of_its_like() -> None:
    """A tier of no money for diplomats is walked as far as that for others of the offer, not from nothing to one dollar."""
    handles = BASES["ukraine-2022"].handles
    tier = "programme.tiers for posts abroad, video optional.cash_usd"
    assert handles[f"{tier}.diplomats"].value == 0.0
    assert handles[f"{tier}.diplomats"].high == handles[f"{tier}.notable people"].high == 1_000_000.0
    assert (
        handles["programme.asylum.cash_usd"].high == handles["programme.cash and citizenship.cash_usd"].high
    )


def test_how_far_hands_have_gone() -> None:
    """Shares of the sliders' ways, added up; what is not known, or believed otherwise, is as far as can be."""
    base = BASES["ukraine-2022"]
    cash, weight = (
        base.handles["programme.cash and citizenship.cash_usd"],
        base.handles["choice.money_weight"],
    )

    def hashed(**raw: object) -> str:
        return base.changed(base.state(raw)).hash

    unmoved = hashed()
    half = hashed(changes={cash.path: cash.value + 0.5 * (cash.high - cash.low)})
    assert base.apart(unmoved, unmoved) == 0.0
    assert base.apart(unmoved, half) == base.apart(half, unmoved) == pytest.approx(0.5)
    both = hashed(changes={cash.path: cash.value + 0.1 * cash.high, weight.path: weight.high})
    expected = 0.1 + 1.0 - weight.place(weight.value)
    assert base.apart(unmoved, both) == pytest.approx(min(1.0, expected))
    assert weight.interval is not None
    wider = [weight.interval[0] * 0.9, weight.interval[1]]
    assert 0.0 < base.apart(unmoved, hashed(changes={weight.path: wider})) < 0.05
    assert base.apart(unmoved, hashed(prior="pessimist")) == 1.0
    assert base.apart(unmoved, "unheard of") == 1.0


def test_two_numbers_that_do_not_go_together_are_refused_at_one_of_them() -> None:
    """By its key path, so that the page can say it at the slider."""
    base, path = BASES["ukraine-2022"], "route.desert.caught_probability"
    with pytest.raises(InputError) as told:
        base.changed(base.state({"changes": {path: 1.0}}))
    assert [problem.place for problem in told.value.problems] == [path]
    assert path in base.handles
