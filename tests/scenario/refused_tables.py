"""Files whose tables do not fit together, and what is said of them."""

from __future__ import annotations

from tests.scenario.texts import (
    BARE,
    CALL,
    CHOICE,
    FORCE,
    GROUP,
    HEAD,
    HOME,
    OFFICERS,
    PROGRAMME,
    ROUTE,
    correlated,
    quantity,
    with_group,
)

# The file, the place that must be named after the line, and words of the sentence.
REFUSED = {
    # names that look the same
    "two alphabets in one word": (
        BARE.replace('"soldiers"', '"s\u043eldiers"'),
        "group.s\u043eldiers.name",
        "`\u043e` is Cyrillic small letter o",
    ),
    "a reference in two alphabets": (
        BARE + 'groups = ["s\u043eldiers"]\n',
        "route.desert.groups.0",
        "`\u043e` is Cyrillic small letter o",
    ),
    "one accent in two codings": (
        HEAD + GROUP.replace("soldiers", "caf\u00e9") + GROUP.replace("soldiers", "cafe\u0301") + ROUTE,
        "group.cafe\u0301.name",
        "there is already a group",
    ),
    # groups and units
    "unused group": (
        HEAD + GROUP + OFFICERS + ROUTE + 'groups = ["soldiers"]\n',
        "group.officers",
        "no route and no module",
    ),
    "no size": (BARE.replace("size = 1000\n", ""), "group.soldiers", "has no size"),
    "influence without squads": (quantity("influence", "6"), "group.soldiers", "squad_size"),
    "influence and cohesion": (
        with_group("influence = 6\ncohesion = 1\nsquad_size = 10") + "[units]\n",
        "group.soldiers.influence",
        "one of the two",
    ),
    "cohesion without units": (
        with_group("cohesion = 1\nsquad_size = 10"),
        "group.soldiers.cohesion",
        "needs [units]",
    ),
    "money without wealth": (
        BARE + CHOICE + "money_weight = 1.0\n",
        "group.soldiers",
        "has no `wealth_usd`",
    ),
    "programme at a call-up": (
        HEAD
        + GROUP
        + HOME
        + CALL
        + ROUTE.replace("desert", "hide")
        + 'groups = ["soldiers", "men"]\non_call_up = true\n'
        + PROGRAMME.replace("desert", "hide"),
        "programme.cash.route",
        "is taken at a call-up",
    ),
    "broken company": (
        BARE + "[units]\nsquad_size = 7\n",
        "units.company_size",
        "squads of 7 do not fill a company of 100, the default that holds because the file states none. Make company_size a"
        " multiple of every squad size: write `company_size = 98` in [units]",
    ),
    "broken company, stated": (
        BARE + "[units]\nsquad_size = 7\ncompany_size = 3\n",
        "units.company_size",
        "squads of 7 do not fill a company of 3. Make company_size a multiple of every squad size: write `company_size = 7`",
    ),
    "two sizes of squads": (
        BARE.replace("days", "squad_size = 5\ndays") + "[units]\nsquad_size = 10\n",
        "units.squad_size",
        "the 5 at the top",
    ),
    "everybody": (BARE.replace("1000", "50_000_001"), "group", "50,000,000"),
    # routes
    "unknown group": (BARE + 'groups = ["soldirs"]\n', "route.desert.groups.0", "`soldiers`"),
    "group twice": (BARE + 'groups = ["soldiers", "soldiers"]\n', "route.desert.groups.1", "twice"),
    "no value": (BARE.replace("utility = 0.5\n", ""), "route.desert", "has no value"),
    "two values": (BARE + "distaste = 1\n" + CHOICE, "route.desert.distaste", "outright"),
    "terms without choice": (
        BARE.replace("utility = 0.5", "distaste = 1"),
        "route.desert.distaste",
        "needs [choice]",
    ),
    "never opens": (BARE.replace("window_per_day = 0.02\n", ""), "route.desert", "never opens"),
    "more than all": (
        BARE + "caught_probability = 0.7\nkilled_probability = 0.4\n",
        "route.desert.caught_probability",
        "1.1",
    ),
    "outcome twice": (
        BARE
        + "killed_probability = 0.1\noutcome = { dirichlet = { success = 2, caught = 1, killed = 1 } }\n",
        "route.desert.killed_probability",
        "one of the two",
    ),
    "unknown outcome": (
        BARE + "outcome = { dirichlet = { success = 2, caught = 1, killed = 1, lost = 1 } }\n",
        "route.desert.outcome.dirichlet.lost",
        "no outcome",
    ),
    "no outcome": (
        BARE + "outcome = { dirichlet = { success = 2, caught = 1 } }\n",
        "route.desert.outcome.dirichlet",
        "lacks `killed`",
    ),
    "no programme": (BARE + "needs_programme = true\n", "route.desert.needs_programme", "no programme"),
    "no call-up": (BARE + "on_call_up = true\n", "route.desert.on_call_up", "needs [mobilisation]"),
    # programmes and policies
    "unknown route": (
        BARE + PROGRAMME.replace("desert", "desrt"),
        "programme.cash.route",
        "`desert`",
    ),
    "end before start": (
        BARE + PROGRAMME + "start = 2022-03-02\nend = 2022-03-01\n",
        "programme.cash.end",
        "2022-03-01 is before",
    ),
    "after the run": (
        BARE + PROGRAMME + "start = 2023-03-02\n",
        "programme.cash.start",
        "after the last day",
    ),
    "closed to the group": (
        HEAD + GROUP + OFFICERS + ROUTE + 'groups = ["soldiers"]\n'
        '[[route]]\nname = "surrender"\nwindow_per_day = 1\nutility = 0\n'
        + PROGRAMME
        + 'groups = ["officers"]\n',
        "programme.cash.groups.0",
        "not open to `officers`",
    ),
    "payments out of order": (
        BARE + PROGRAMME + "schedule = [[30, 1], [30, 1]]\n",
        "programme.cash.schedule.1",
        "Order",
    ),
    "stipend for ever": (
        BARE + PROGRAMME + "stipend_usd_per_month = 5\n",
        "programme.cash",
        "stipend_months",
    ),
    "unknown programme": (
        BARE + PROGRAMME + '[[policy]]\nname = "p"\nprogrammes = ["cahs"]\n',
        "policy.p.programmes.0",
        "`cash`",
    ),
    # force, war, call-up
    "losses without force": (BARE + "[losses]\nclaimed_per_day = 1\n", "losses", "needs [force]"),
    "war without force": (BARE + "[war]\n", "war", "needs [force]"),
    "size twice": (BARE + FORCE, "group.soldiers.size", "one of the two"),
    "shares of more than all": (
        (BARE + FORCE).replace("size = 1000\n", "").replace("1.0 }", "0.9 }"),
        "force.initial_shares",
        "sum to 0.9",
    ),
    "half a rule of holding": (
        (BARE + FORCE).replace("size = 1000\n", "") + "[war]\nhold_ratio = 0.5\n",
        "war.hold_ratio",
        "`hold_days`",
    ),
    "called from the theatre": (
        BARE + CALL.replace("men", "soldiers"),
        "mobilisation.group",
        "theatre already",
    ),
    "inflow of men at home": (
        HEAD
        + GROUP.replace("size = 1000\n", "")
        + HOME
        + ROUTE
        + FORCE
        + '[[force.inflow]]\nfrom = 2022-03-01\nshares = { "soldiers" = 0.5, "men" = 0.5 }\n',
        "force.inflow.0.shares.men",
        "at home",
    ),
    "more than there are": (
        BARE + HOME + CALL.replace("quota = 10", "quota = 101"),
        "mobilisation.quota",
        "101 are to be called and `men` has 100",
    ),
    "a force of millions": (
        (BARE + FORCE).replace("size = 1000\n", "").replace("= 1000", "= 40_000_000\nscale = 2"),
        "force.persons",
        "50,000,000",
    ),
    # correlations
    "unknown input": (
        quantity("relative_risk", "{ between = [1, 2] }")
        + correlated("group.soldiers.relative_risk", "group.soldiers.relative_rsk", rho=0.5),
        "correlation.0.inputs.1",
        "`group.soldiers.relative_risk`",
    ),
    "not positive definite": (
        with_group(
            "relative_risk = { between = [1, 2] }\nstay_utility = { between = [1, 2] }\n"
            "support = { between = [0.1, 0.2] }"
        )
        + correlated(
            "group.soldiers.relative_risk", "group.soldiers.stay_utility", "group.soldiers.support", rho=-0.5
        ),
        "correlation.0.rho",
        "above -0.5",
    ),
}
