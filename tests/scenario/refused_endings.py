"""Files whose opinion, leadership, escalation or off-ramps do not fit together, and what is said of them."""

from __future__ import annotations

from tests.scenario.texts import BARE, FORCE, GROUP

WAR = "[war]\nwin_probability = 0.4\ncollapse_b0 = -4\ncollapse_b1 = 6\n"
FOUGHT = BARE.replace(GROUP, '[[group]]\nname = "soldiers"\n') + FORCE + WAR
CRISES = (
    "[escalation]\nprecision = 0.5\nreference_hazard_per_day = 1e-4\nreference_collapse_probability = 0.25\n"
)
OPINION = (
    '[opinion]\nintegrity_weight = 2\n[[opinion.class]]\nname = "all"\npersons = 1000\nsupport_mean = 0.1\n'
)
LEADER = "[leadership]\nage_years = 69\nmortality_at_70_per_year = 0.03\nmortality_growth_per_year = 0.09\n"
RAMP = '[[offramp]]\nname = "ramp"\nthreshold_probability = 0.2\nvalid_days = 90\n'
POLICY = '[[policy]]\nname = "nothing"\n[[policy]]\nname = "offer"\n'
VETO = "veto = { commanders = 3, refusals_needed = 2, succeed_utility = 1, punished_utility = -6, executed_utility = -4 }\n"

# The file, the place that must be named after the line, and words of the sentence.
REFUSED = {
    "crises without a war": (BARE + CRISES, "escalation", "needs war.collapse_b0"),
    "crises in a war without collapse": (
        FOUGHT.replace("collapse_b0 = -4\ncollapse_b1 = 6\n", "") + CRISES,
        "escalation",
        "needs war.collapse_b0",
    ),
    "payoff of no game": (
        FOUGHT + CRISES + "payoffs = { offrmp_value = 5 }\n",
        "escalation.payoffs.offrmp_value",
        "Did you mean `offramp_value`?",
    ),
    "more refusals than commanders": (
        FOUGHT + CRISES + VETO.replace("= 2", "= 4"),
        "escalation.veto.refusals_needed",
        "there are 3 commanders",
    ),
    "a concession that teaches nothing": (
        FOUGHT + CRISES + RAMP + "moral_hazard_factor = 1.1\n" + POLICY,
        "offramp.ramp.moral_hazard_factor",
        "says nothing without `renewal_hazard_per_day`",
    ),
    "rearmament that decides nothing": (
        FOUGHT + CRISES + RAMP + "renewal_hazard_per_day = 1e-4\nrearm_invader_share = 0.2\n" + POLICY,
        "offramp.ramp.rearm_invader_share",
        "says nothing without war.strength_elasticity",
    ),
    "competence without purges": (
        FOUGHT + LEADER + "competence_loss_share = 0.01\n",
        "leadership.competence_loss_share",
        "says nothing without `purge_disutility`",
    ),
    "surprises without opinion": (
        FOUGHT + LEADER + "disarray_per_exit = 0\ndisarray_memory_days = 60\ndisarray_per_dissent = 5\n",
        "leadership.disarray_per_dissent",
        "says nothing without opinion.class",
    ),
    "protest against no crackdown": (
        FOUGHT
        + OPINION.replace(
            "[[", "arrest_disutility = 1\nsecurity_persons = 9\nforces_per_dissenter = 0.1\n[["
        ),
        "opinion.forces_per_dissenter",
        "says nothing without regime.ceiling_share",
    ),
    "a certain interception is a share": (
        FOUGHT + CRISES + "interception_probability = 1.5\n",
        "escalation.interception_probability",
        "between 0 and 1",
    ),
    "precision below 0": (
        FOUGHT + CRISES.replace("0.5", "-1"),
        "escalation.precision",
        "0 or more",
    ),
    "a leader of a thousand years": (
        BARE + LEADER.replace("= 69", "= 1000"),
        "leadership.age_years",
        "between 0 and 120",
    ),
    "mortality that grows a thousandfold a year": (
        BARE + LEADER.replace("= 0.09", "= 7"),
        "leadership.mortality_growth_per_year",
        "between 0 and 1",
    ),
    "off-ramp without crises": (FOUGHT + RAMP, "offramp", "needs [escalation]"),
    "off-ramp that nobody knows": (
        FOUGHT + CRISES + RAMP + POLICY + 'offramp = "rmap"\n',
        "policy.offer.offramp",
        "Did you mean `ramp`?",
    ),
    "off-ramp for no day": (
        FOUGHT + CRISES + RAMP.replace("= 90", "= 0"),
        "offramp.ramp.valid_days",
        "at least 1",
    ),
    "two classes of a name": (
        BARE + OPINION + '[[opinion.class]]\nname = "All"\npersons = 5\nsupport_mean = 0\n',
        "opinion.class.All.name",
        "already a class `all`",
    ),
    "opinion of nobody": (BARE + "[opinion]\nscale = 0.5\n", "opinion.class", "is missing"),
    "class of a wrong key": (
        BARE + OPINION + "suport_sd = 0.2\n",
        "opinion.class.all.suport_sd",
        "Did you mean `support_sd`?",
    ),
    "support beyond 1": (
        BARE + OPINION.replace("0.1", "1.1"),
        "opinion.class.all.support_mean",
        "between -1 and 1",
    ),
    "arrests by nobody": (
        BARE + OPINION.replace("[[", "arrest_disutility = 1\n[["),
        "opinion.arrest_disutility",
        "`security_persons`",
    ),
    "harmless items of no list": (
        BARE + OPINION.replace("[[", "list_control_variance = 0.7\n[["),
        "opinion.list_control_variance",
        "`list_respondents`",
    ),
    "a concession of no length": (
        FOUGHT + CRISES + RAMP + "concession_days = 0\n" + POLICY,
        "offramp.ramp.concession_days",
        "greater than 0",
    ),
    "weight without a hazard": (
        FOUGHT + "[leadership]\nwar_weight = 1.5\n",
        "leadership.war_weight",
        "`removal_hazard_per_day`",
    ),
    "popularity without a poll": (
        FOUGHT + "[leadership]\nremoval_hazard_per_day = 1e-5\npopularity_weight = 1\n",
        "leadership.popularity_weight",
        "opinion.class",
    ),
    "mortality without an age": (
        BARE + "[leadership]\nmortality_at_70_per_year = 0.03\nmortality_growth_per_year = 0.09\n",
        "leadership.mortality_at_70_per_year",
        "`age_years`",
    ),
    "a worse successor without crises": (
        BARE + "[leadership]\nsuccessor_worse_share = 0.2\nworse_nuclear_factor = 3\nworse_days = 90\n",
        "leadership.worse_nuclear_factor",
        "escalation.precision",
    ),
    "rank without disarray": (
        BARE.replace("size = 1000", "size = 1000\nrank_weight = 5"),
        "group.soldiers.rank_weight",
        "leadership.disarray_per_exit",
    ),
    "victory that ends nothing": (
        FOUGHT + "victory_probability = 0.95\nvictory_days = 90\n",
        "war.victory_probability",
        "needs [leadership] or [escalation]",
    ),
}
