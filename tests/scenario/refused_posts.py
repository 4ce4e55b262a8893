"""Files whose posts or troubles at the top do not fit together, and what is said of them."""

from __future__ import annotations

from tests.scenario.refused_endings import CRISES, FOUGHT, RAMP

POST = '[[group]]\nname = "diplomats"\nplace = "post"\nsize = 100\n'
RESIGN = '[[route]]\nname = "resign"\ngroups = ["diplomats"]\nwindow_per_day = 0.01\ndistaste = 3\n'
CHOICE = "[choice]\nobedience = 0.1\n"
OWN = FOUGHT + CHOICE + POST + RESIGN

# The file, the place that must be named after the line, and words of the sentence.
REFUSED = {
    "post that nobody may leave": (FOUGHT + CHOICE + POST, "group.diplomats", "no route and no module uses"),
    "post without a choice": (
        FOUGHT + POST + RESIGN.replace("distaste", "utility"),
        "group.diplomats.place",
        "needs [choice]",
    ),
    "corps at the front": (
        FOUGHT.replace('name = "soldiers"', 'name = "soldiers"\ncorps = "guard"', 1),
        "group.soldiers.corps",
        "for groups at posts only",
    ),
    "battle at a post": (
        OWN.replace("size = 100", "size = 100\nrelative_risk = 2"),
        "group.diplomats.relative_risk",
        "for groups of the front only",
    ),
    "route for both": (
        OWN.replace('groups = ["diplomats"]', 'groups = ["diplomats", "soldiers"]'),
        "route.resign.groups",
        "simulated apart",
    ),
    "justice without a fall": (
        OWN.replace("size = 100", "size = 100\njustice_disutility = 2"),
        "group.diplomats.justice_disutility",
        "leadership.belief_days",
    ),
    "dependence without opinion": (
        OWN.replace("size = 100", "size = 100\ndependence_utility = 2"),
        "group.diplomats.dependence_utility",
        "opinion.integrity_weight",
    ),
    "example without a weight": (
        OWN.replace("size = 100", "size = 100\nknown_exits = 2"),
        "group.diplomats.known_exits",
        "`rank_weight`",
    ),
    "diplomats in the force": (
        OWN.replace('{ "soldiers" = 1.0 }', '{ "soldiers" = 0.5, "diplomats" = 0.5 }'),
        "force.initial_shares.diplomats",
        "a post, not in the theatre",
    ),
    "quarrels that nobody remembers": (
        FOUGHT + '[[lever]]\nname = "quarrel"\ndisarray_per_day = 0.1\n',
        "lever.quarrel.disarray_per_day",
        "leadership.disarray_memory_days",
    ),
    "purges that cost nothing": (
        FOUGHT + "[leadership]\npurge_setback_factor = 2\n",
        "leadership.purge_setback_factor",
        "`purge_disutility`",
    ),
    "signal without a bound": (
        FOUGHT + CRISES + RAMP + "early_log_odds = 0.1\n",
        "offramp.ramp.early_log_odds",
        "`early_probability`",
    ),
}
