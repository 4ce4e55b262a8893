"""The programme's world: what its tables become, and where they are neutral."""

from __future__ import annotations

from offramp.scenario import load, loads, template
from offramp.scenario.quantities import Number, Uncertain
from offramp.scenario.summary import summary
from offramp.scenario.tables_world import ONE, ZERO, Information, Lever
from tests.scenario.refused_endings import FOUGHT
from tests.scenario.refused_world import CHANNEL, OFFER, POLICY, REGIME, TRUST
from tests.scenario.texts import BARE, OFFICERS


def test_a_bare_file_has_no_world() -> None:
    scenario = loads(BARE)
    tables = (scenario.information, scenario.trust, scenario.support, scenario.regime, scenario.ledger)
    assert tables == (None,) * 5
    assert scenario.channels == scenario.levers == scenario.comparators == ()


def test_a_channel_tells_everybody_of_everything_unless_it_says_otherwise() -> None:
    second = '[[programme]]\nname = "asylum"\nroute = "desert"\n'
    narrow = CHANNEL.replace("radio", "leaflets") + 'groups = ["officers"]\nprogrammes = ["asylum"]\n'
    scenario = loads(OFFER + second + OFFICERS + CHANNEL + narrow)
    radio, leaflets = scenario.channels
    assert (radio.groups, radio.programmes) == (("soldiers", "officers"), ("cash", "asylum"))
    assert (leaflets.groups, leaflets.programmes) == (("officers",), ("asylum",))
    assert (radio.intensity, radio.credibility, radio.cost_usd_per_day) == (ONE, ONE, ZERO)
    assert scenario.information == Information()  # channels alone are enough


def test_a_policy_uses_the_channels_that_tell_of_its_programmes() -> None:
    news = CHANNEL.replace("radio", "news") + "programmes = []\n"
    own = POLICY.replace("offer", "with news") + 'channels = ["news", "radio"]\n'
    silent = POLICY.replace("offer", "silent") + "channels = []\n"
    scenario = loads(OFFER + CHANNEL + news + '[[policy]]\nname = "none"\n' + POLICY + own + silent)
    used = {policy.name: policy.channels for policy in scenario.policies}
    assert used == {"none": (), "offer": ("radio",), "with news": ("news", "radio"), "silent": ()}


def test_tiers_are_inputs_of_their_own() -> None:
    tiers = 'cash_usd = { "officers" = { between = [1e5, 2e5] }, "soldiers" = 50_000 }\n'
    scenario = loads(OFFER + tiers + OFFICERS)
    cash = scenario.programmes[0].cash_usd
    assert isinstance(cash, tuple)
    assert [name for name, _ in cash] == ["soldiers", "officers"]
    assert cash[0][1] == Number(50_000.0)
    assert isinstance(cash[1][1], Uncertain)
    assert [one.path for one in scenario.inputs] == ["programme.cash.cash_usd.officers"]
    assert any("50,000 USD to soldiers" in cell for row in rows(scenario, "Programmes") for cell in row)


def rows(scenario: object, heading: str) -> list[tuple[str, ...]]:
    """The rows of one table of a summary."""
    return next(found for name, _, found in summary(scenario) if name == heading)  # type: ignore[arg-type]


def test_levers_are_cut_to_the_run() -> None:
    lever = '[[lever]]\nname = "arms"\nkind = "arms"\nstart = 2022-02-26\ndeath_hazard_factor = 1.1\n'
    scenario = loads(BARE + lever + '[[policy]]\nname = "arms"\nlevers = ["arms"]\n')
    assert scenario.levers == (Lever("arms", "arms", 2, 60, death_hazard_factor=Number(1.1)),)
    assert scenario.policies[0].levers == ("arms",)


def test_a_given_crackdown_needs_no_answer() -> None:
    scenario = loads(BARE + "[regime]\ncrackdown = { points = [[2022-02-24, 0.0], [2022-03-24, 0.5]] }\n")
    assert scenario.regime is not None
    assert scenario.regime.gain_per_week is None
    answering = loads(BARE + REGIME).regime
    assert answering is not None
    assert (answering.crackdown, answering.ceiling_share, answering.barrier_share) == (None, ONE, ZERO)


def test_trust_of_one_programme_overrides_the_table() -> None:
    scenario = loads(OFFER + "trust_mean = 0.1\n" + TRUST)
    (programme,) = scenario.programmes
    assert programme.trust_mean == Number(0.1)
    assert (programme.trust, programme.trust_weight) == (None, None)
    assert scenario.trust is not None
    assert scenario.trust.mean == Number(0.2)


def test_the_template_shows_the_world_and_it_is_right() -> None:
    """Whoever uncomments the last part of the template, as it says, has a scenario that passes every check."""
    first, mark, rest = template().partition("# ---- The world of the programme")
    assert mark
    given = ("trust = ", "awareness_share = ")  # these give way, as the template says
    kept = [line for line in first.splitlines() if not line.startswith(given)]
    world, mark, after = rest.partition("# ---- What follows from a run")
    assert mark
    told, more = (
        [line[2:].lstrip() for line in part.splitlines() if line.startswith("#:")] for part in (world, after)
    )
    scenario = loads("\n".join(kept + told))
    later = loads("\n".join([FOUGHT, *more]))
    assert None not in (later.opinion, later.leadership, later.escalation)
    assert [one.name for one in later.offramps] == ["ten years"]
    tables = (scenario.information, scenario.trust, scenario.support, scenario.regime, scenario.ledger)
    assert None not in tables
    assert scenario.channels
    assert scenario.levers
    assert scenario.comparators
    assert [policy.channels for policy in scenario.policies] == [(), ("leaflets and short messages",), ()]


def test_contacts_of_the_shipped_war_saturate() -> None:
    """M3: its channels add up to less than the ceiling at their medians, and could not go beyond it with every one at work."""
    shipped = load("ukraine-2022")
    assert shipped.information is not None
    ceiling = shipped.information.reach_ceiling_per_day
    assert isinstance(ceiling, Number)
    reach = [one.reach_per_day for one in shipped.channels]
    together = sum(one.value for one in reach if isinstance(one, Number))
    assert 0.0 < together < ceiling.value < 1.0
    assert ceiling.note.startswith("judgement")
