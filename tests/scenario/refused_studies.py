"""Files whose prior sets or experiments do not fit, and what is said of them."""

from __future__ import annotations

from tests.scenario.texts import BARE, PROGRAMME

UNKNOWN = BARE.replace("utility = 0.5", "utility = { normal = [0.5, 0.2] }")
PRIOR = '[[prior]]\nname = "doubter"\n[prior.inputs]\n'
OFFER = UNKNOWN + PROGRAMME + '[[policy]]\nname = "none"\n[[policy]]\nname = "offer"\nprogrammes = ["cash"]\n'
ASKED = OFFER + '[[experiment]]\nname = "cash"\nquestion = "How far does it go?"\npolicies = ["offer"]\n'
VARY = "[[experiment.vary]]\n"

# The file, the place that must be named after the line, and words of the sentence.
REFUSED = {
    "a prior on a known number": (
        UNKNOWN + PRIOR + '"route.desert.window_per_day" = { third = "lowest", note = "rare" }\n',
        "prior.doubter.inputs.route.desert.window_per_day",
        "is no unknown number of the file",
    ),
    "a prior on nothing": (
        UNKNOWN + PRIOR + '"route.dessert.utility" = { third = "lowest", note = "rare" }\n',
        "prior.doubter.inputs.route.dessert.utility",
        "Did you mean `route.desert.utility`?",
    ),
    "a prior without a reason": (
        UNKNOWN + PRIOR + '"route.desert.utility" = { third = "lowest" }\n',
        "prior.doubter.inputs.route.desert.utility",
        "does not say why",
    ),
    "a prior outside the range": (
        BARE.replace("0.02", "{ between = [0.01, 0.1] }")
        + PRIOR
        + '"route.desert.window_per_day" = { uniform = [20, 30], note = "often" }\n',
        "prior.doubter.inputs.route.desert.window_per_day",
        "between 0 and 24, is 30",
    ),
    "no such third": (
        UNKNOWN + PRIOR + '"route.desert.utility" = { third = "lowset", note = "low" }\n',
        "prior.doubter.inputs.route.desert.utility.third",
        'Did you mean "lowest"?',
    ),
    "a prior that is sure": (
        UNKNOWN + PRIOR + '"route.desert.utility" = { value = 1, note = "sure" }\n',
        "prior.doubter.inputs.route.desert.utility",
        "Write a number, or a table with one of third, between",
    ),
    "a prior named main": (
        UNKNOWN
        + PRIOR.replace("doubter", "Main")
        + '"route.desert.utility" = { third = "lowest", note = "n" }\n',
        "prior.Main.name",
        "is the file as it stands",
    ),
    "an experiment that compares nothing": (ASKED, "experiment.cash", "compares nothing"),
    "an experiment on no policy": (
        ASKED.replace('policies = ["offer"]', 'policies = ["none", "ofer"]'),
        "experiment.cash.policies.1",
        "Did you mean `offer`?",
    ),
    "a key path to nothing": (
        ASKED + VARY + 'key = "programme.cash.cash_usd.x"\nvalues = [0, 5]\n',
        "experiment.cash.vary.0.key",
        "leads to nothing in the file",
    ),
    "a key that no table has": (
        ASKED + VARY + 'key = "programme.cash.cash_eur"\nvalues = [0, 5]\n',
        "experiment.cash.vary.0.values.0",
        "there is no such key (file.toml: programme.cash.cash_eur)",
    ),
    "a value outside the range": (
        ASKED + VARY + 'key = "route.desert.window_per_day"\nvalues = [0.5, 30]\n',
        "experiment.cash.vary.0.values.1",
        "between 0 and 24, is 30",
    ),
    "values out of order": (
        ASKED + VARY + 'key = "route.desert.utility"\nvalues = [1, 0.5, 2]\n',
        "experiment.cash.vary.0.values.1",
        "0.5 is not above 1",
    ),
    "one key twice": (
        ASKED + (VARY + 'key = "route.desert.utility"\nvalues = [1, 2]\n') * 2,
        "experiment.cash.vary",
        "varies `route.desert.utility` twice",
    ),
    "a number of nobody's programme": (
        ASKED.replace('policies = ["offer"]', 'policies = ["none"]')
        + VARY
        + 'key = "programme.cash.capacity_per_day"\nvalues = [1, 2]\n',
        "experiment.cash.vary.0.key",
        "belongs to the programme `cash`, which none of the policies has",
    ),
    "too many runs": (
        ASKED
        + VARY
        + f'key = "route.desert.utility"\nvalues = {list(range(12))}\n'
        + VARY
        + f'key = "route.desert.window_per_day"\nvalues = {list(range(11))}\n',
        "experiment.cash",
        "needs 132 runs a draw",
    ),
    "an outcome that there is not": (
        ASKED + 'outcomes = ["departure"]\n' + VARY + 'key = "route.desert.utility"\nvalues = [1, 2]\n',
        "experiment.cash.outcomes.0",
        'Did you mean "departures"?',
    ),
}
