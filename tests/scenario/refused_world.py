"""Files whose channels, trust, regime, levers or money do not fit together, and what is said of them."""

from __future__ import annotations

from tests.scenario.texts import BARE, CHOICE, OFFICERS, PROGRAMME, with_group

OFFER = BARE + PROGRAMME
CHANNEL = '[[channel]]\nname = "radio"\nkind = "broadcast"\nreach_per_day = 0.001\n'
TRUST = "[trust]\nmean = 0.2\nweight = 50\n"
REGIME = "[regime]\ngain_per_week = 0.05\ntolerance_per_day = 30\n"
POLICY = '[[policy]]\nname = "offer"\nprogrammes = ["cash"]\n'

# The file, the place that must be named after the line, and words of the sentence.
REFUSED = {
    "enforcers at no post": (
        OFFER + REGIME + 'enforcers = ["soldiers"]\nenforcement_exponent = 2\n',
        "regime.enforcers.0",
        "is no group at a post",
    ),
    "exponent without enforcers": (
        OFFER + REGIME + "enforcement_exponent = 2\n",
        "regime.enforcement_exponent",
        "says nothing without `enforcers`",
    ),
    # channels and information
    "broadcasts after the end": (
        OFFER + CHANNEL + POLICY + 'channels = ["radio"]\nbroadcasts_from = 2032-01-01\n',
        "policy.offer.broadcasts_from",
        "is after the last day of the run",
    ),
    "broadcasts from a text": (
        OFFER + CHANNEL + POLICY + 'channels = ["radio"]\nbroadcasts_from = "2022-03-01"\n',
        "policy.offer.broadcasts_from",
        "must be a date",
    ),
    "broadcasts from a number": (
        OFFER + CHANNEL + POLICY + 'channels = ["radio"]\nbroadcasts_from = 0\n',
        "policy.offer.broadcasts_from",
        "must be a date",
    ),
    "broadcasts by an empty list of channels": (
        OFFER + CHANNEL + POLICY + "channels = []\nbroadcasts_from = 2022-03-01\n",
        "policy.offer.broadcasts_from",
        "has no channels",
    ),
    "broadcasts by no channel": (
        OFFER + CHANNEL + '[[policy]]\nname = "news"\nbroadcasts_from = 2022-03-01\n',
        "policy.news.broadcasts_from",
        "has no channels",
    ),
    "awareness twice": (
        OFFER + "awareness_share = 0.5\n" + CHANNEL,
        "programme.cash.awareness_share",
        "the channel `radio` tells of the programme too",
    ),
    "nobody tells": (
        OFFER + CHANNEL + "programmes = []\n",
        "programme.cash",
        "is told of by no channel",
    ),
    "information without a channel": (
        OFFER + "[information]\nword_of_mouth_per_day = 0.01\n",
        "programme.cash",
        "is told of by no channel",
    ),
    "channel of no programme": (
        OFFER + CHANNEL + 'programmes = ["cash", "csh"]\n',
        "channel.radio.programmes.1",
        "Did you mean `cash`?",
    ),
    "channel to nobody": (OFFER + CHANNEL + "groups = []\n", "channel.radio.groups", "reaches nobody"),
    "kind of channel": (
        OFFER + CHANNEL.replace('"broadcast"', '"brodcast"'),
        "channel.radio.kind",
        'Did you mean "broadcast"?',
    ),
    "channel of a policy": (
        OFFER + CHANNEL + POLICY + 'channels = ["raido"]\n',
        "policy.offer.channels.0",
        "Did you mean `radio`?",
    ),
    "credibility above 1": (
        OFFER + CHANNEL + "credibility = 1.2\n",
        "channel.radio.credibility",
        "between 0 and 1",
    ),
    "two channels of a name": (
        OFFER + CHANNEL + CHANNEL.replace("radio", "Radio"),
        "channel.Radio.name",
        "already a channel `radio`",
    ),
    # trust
    "trust twice": (
        OFFER + "trust = 0.3\n" + TRUST,
        "programme.cash.trust",
        "given path beside [trust]",
    ),
    "trust without counts": (OFFER + "trust_mean = 0.3\n", "programme.cash.trust_mean", "needs [trust]"),
    "trust without a mean": (OFFER + "[trust]\nweight = 50\n", "programme.cash", "has no `trust_mean`"),
    "half a ratio": (
        OFFER + TRUST + "video_sincere_probability = 0.6\n",
        "trust.video_sincere_probability",
        "`video_insincere_probability`",
    ),
    # support
    "testimony without half": (
        BARE + "[support]\nrate_per_day = 0.01\ntestimony_effect = 0.2\n",
        "support.testimony_effect",
        "`testimony_half_videos`",
    ),
    "support that nobody weighs": (
        BARE + CHOICE + "[support]\nrate_per_day = 0.01\n",
        "support.rate_per_day",
        "choice.support_weight",
    ),
    # the regime
    "a crackdown twice": (
        BARE + "[regime]\ncrackdown = 0.5\ndecay_per_week = 0.1\n",
        "regime.decay_per_week",
        "stands beside `crackdown`",
    ),
    "no crackdown": (BARE + "[regime]\nbarrier_share = 0.5\n", "regime", "has no crackdown"),
    "alarm without measure": (
        BARE + "[regime]\ngain_per_week = 0.05\n",
        "regime.gain_per_week",
        "`tolerance_per_day`",
    ),
    "log-odds without measure": (
        BARE + REGIME + "capture_log_odds = 50\n",
        "regime.capture_log_odds",
        "between -20 and 20",
    ),
    "grievance that nobody weighs": (
        BARE + CHOICE + REGIME + "grievance_per_thousand = 0.02\n",
        "regime.grievance_per_thousand",
        "choice.grievance_weight",
    ),
    "backfire without a regime": (
        with_group("backfire_factor = 2"),
        "group.soldiers.backfire_factor",
        "needs [regime]",
    ),
    "weight of testimony that nobody hears": (
        with_group("testimony_weight = 2"),
        "group.soldiers.testimony_weight",
        "needs [trust] or [channel] or [information]",
    ),
    # offers
    "safe passage twice": (
        OFFER + "caught_probability = 0.1\nsafe_passage_log_odds = 1\n",
        "programme.cash.caught_probability",
        "stands beside `safe_passage_log_odds`",
    ),
    "a tier for nobody": (
        OFFER + 'cash_usd = { "soldiers" = 5, "oficers" = 6 }\n' + OFFICERS,
        "programme.cash.cash_usd.oficers",
        "Did you mean `officers`?",
    ),
    "a group without a tier": (
        OFFER + 'cash_usd = { "soldiers" = 5 }\n' + OFFICERS,
        "programme.cash.cash_usd",
        "names no sum for `officers`",
    ),
    "a tier for those to whom it is not open": (
        OFFER + 'groups = ["soldiers"]\ncash_usd = { "soldiers" = 5, "officers" = 6 }\n' + OFFICERS,
        "programme.cash.cash_usd.officers",
        "is no group to which the programme is open",
    ),
    "a negative tier": (
        OFFER + 'cash_usd = { "soldiers" = -5 }\n',
        "programme.cash.cash_usd.soldiers",
        "0 or more",
    ),
    "places for no family": (
        OFFER + "family_places = 100\n",
        "programme.cash.family_places",
        "`family_passage_share`",
    ),
    "screening nobody": (
        OFFER + "screening_sensitivity = 0.8\n",
        "programme.cash.screening_sensitivity",
        "`fraud_share`",
    ),
    "no testimony to hide": (
        OFFER + "testimony_anonymised_share = 0.5\n",
        "programme.cash.testimony_anonymised_share",
        "without testimony",
    ),
    "a settlement that nobody expects": (
        OFFER + "guarantor_settlement_loss = 0.5\n",
        "programme.cash.guarantor_settlement_loss",
        "war.settlement_share",
    ),
    "more broken than given": (
        OFFER + "default_share = 0.6\nrefoulement_share = 0.5\n",
        "programme.cash.default_share",
        "may add up to 1.1, more than 1",
    ),
    # levers and money
    "a lever before the run": (
        BARE + '[[lever]]\nname = "sanctions"\nend = 2021-01-01\n',
        "lever.sanctions.end",
        "before the first day",
    ),
    "a lever beyond measure": (
        BARE + '[[lever]]\nname = "arms"\ndeath_hazard_factor = 1e9\n',
        "lever.arms.death_hazard_factor",
        "between 0 and 10, and not 0",
    ),
    "collateral without support": (
        BARE + '[[lever]]\nname = "sanctions"\ncollateral_share = 1\n',
        "lever.sanctions.collateral_share",
        "needs [support]",
    ),
    "a lever that is not there": (
        BARE + '[[policy]]\nname = "none"\nlevers = ["arms"]\n',
        "policy.none.levers.0",
        "there is no lever `arms`",
    ),
    "years of nothing": (
        BARE + "[ledger]\ncontribution_usd_per_year = 4000\n",
        "ledger.contribution_usd_per_year",
        "`contribution_years`",
    ),
    "a comparator of nothing": (
        BARE + '[[comparator]]\nname = "aid"\ncost_usd = 5\nper = ""\n',
        "comparator.aid.per",
        "is empty",
    ),
}
