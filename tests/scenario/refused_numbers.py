"""Files whose keys, names, numbers or laws are wrong, and what is said of them."""

from __future__ import annotations

from tests.scenario.texts import BARE, GROUP, HEAD, PROGRAMME, ROUTE, quantity, with_group

# The file, the place that must be named after the line, and words of the sentence.
REFUSED = {
    # keys and shapes
    "unknown key": (HEAD.replace("days", "dayz") + GROUP + ROUTE, "dayz", "Did you mean `days`?"),
    "unknown unit": (
        with_group("casualty_per_week = 1"),
        "group.soldiers.casualty_per_week",
        "`casualty_per_day`",
    ),
    "a million chances a day": (
        BARE.replace("0.02", "1e6"),
        "route.desert.window_per_day",
        "must be between 0 and 24, is 1e+06",
    ),
    "unknown chances beyond the limit": (
        BARE.replace("0.02", "{ between = [1, 25] }"),
        "route.desert.window_per_day.between.1",
        "must be between 0 and 24",
    ),
    "a path of chances beyond the limit": (
        BARE.replace("0.02", "{ points = [[2022-03-01, 1], [2022-03-02, 25]] }"),
        "route.desert.window_per_day.points.1",
        "must be between 0 and 24",
    ),
    "a hazard beyond the limit": (
        quantity("casualty_per_day", "100"),
        "group.soldiers.casualty_per_day",
        "must be between 0 and 24",
    ),
    "a detection beyond the limit": (
        BARE + PROGRAMME + "detection_per_day = 1e4\n",
        "programme.cash.detection_per_day",
        "must be between 0 and 24",
    ),
    "window per week": (BARE + "window_per_week = 1\n", "route.desert.window_per_week", "`window_per_day`"),
    "unknown table": (BARE + "[weather]\n", "weather", "there is no such key"),
    "unknown form": (
        quantity("relative_risk", "{ betwen = [1, 2] }"),
        "group.soldiers.relative_risk",
        "`between`",
    ),
    "unknown key in a form": (
        quantity("relative_risk", "{ between = [1, 2], famly = 'normal' }"),
        "group.soldiers.relative_risk.famly",
        "`family`",
    ),
    "unknown family": (
        quantity("relative_risk", "{ between = [1, 2], family = 'lognorm' }"),
        "group.soldiers.relative_risk.family",
        'Did you mean "lognormal"?',
    ),
    "unknown place": (quantity("place", "'hme'"), "group.soldiers.place", '"home"'),
    "text for a number": (quantity("relative_risk", "'1'"), "group.soldiers.relative_risk", "without quotes"),
    "truth for a number": (quantity("relative_risk", "true"), "group.soldiers.relative_risk", "is `true`"),
    "truth in an interval": (
        quantity("relative_risk", "{ between = [true, 2] }"),
        "group.soldiers.relative_risk.between.0",
        "must be a number",
    ),
    "three ends": (
        quantity("relative_risk", "{ between = [1, 2, 3] }"),
        "group.soldiers.relative_risk.between",
        "3 entries",
    ),
    "one end": (
        quantity("relative_risk", "{ between = [1] }"),
        "group.soldiers.relative_risk.between.1",
        "at least 2",
    ),
    "date with a time": (
        HEAD.replace("02-24", "02-24T10:00:00") + GROUP + ROUTE,
        "start",
        "must be a date",
    ),
    "quoted date": (HEAD.replace("2022-02-24", "'2022-02-24'") + GROUP + ROUTE, "start", "without quotes"),
    "a date long ago": (HEAD.replace("2022-", "0001-") + GROUP + ROUTE, "start", "1800"),
    "a broken day": (HEAD.replace("60", "60.5") + GROUP + ROUTE, "days", "whole number"),
    "too many days": (HEAD.replace("60", "10001") + GROUP + ROUTE, "days", "10,000"),
    "no days": (HEAD.replace("60", "0") + GROUP + ROUTE, "days", "at least 1"),
    "single brackets": (HEAD + GROUP.replace("[[group]]", "[group]") + ROUTE, "group", "double brackets"),
    "double brackets": (BARE + "[[choice]]\n", "choice", "must be a table"),
    "missing key": (HEAD.replace("days = 60\n", "") + GROUP + ROUTE, "days", "Length of the run in days"),
    "people where none": (
        quantity("family_exposed_share", "{ people = { normal = [0, 1] } }"),
        "group.soldiers.family_exposed_share",
        "cannot differ between persons",
    ),
    "path where none": (
        quantity("relative_risk", "{ points = [[2022-03-01, 1]] }"),
        "group.soldiers.relative_risk",
        "cannot change with time",
    ),
    # names
    "empty name": (BARE.replace('"soldiers"', '""'), "group.0.name", "1 to 60"),
    "long name": (BARE.replace("soldiers", "s" * 61), "group.0.name", "61 characters"),
    "dot in a name": (BARE.replace("soldiers", "sold.iers"), "group.sold.iers.name", "holds ."),
    "control in a name": (BARE.replace("soldiers", "sol\\u0007"), "group.0.name", "control"),
    "escape in a title": (BARE.replace("A test", "\\u001b[31mA test"), "title", "control"),
    "twice the same name": (
        HEAD + GROUP + GROUP.replace("sol", "SOL") + ROUTE,
        "group.SOLdiers.name",
        "already",
    ),
    "name of a state": (BARE.replace("desert", "Killed"), "route.Killed.name", "name of a state"),
    # ranges and laws
    "share above one": (
        quantity("family_exposed_share", "1.2"),
        "group.soldiers.family_exposed_share",
        "between 0 and 1",
    ),
    "negative size": (BARE.replace("1000", "-1000"), "group.soldiers.size", "greater than 0"),
    "nobody": (BARE.replace("1000", "0.2"), "group.soldiers.size", "nobody"),
    "not a number": (quantity("relative_risk", "nan"), "group.soldiers.relative_risk", "finite"),
    "infinite": (quantity("relative_risk", "inf"), "group.soldiers.relative_risk", "finite"),
    "beyond double": (quantity("relative_risk", "1e999"), "group.soldiers.relative_risk", "finite"),
    "huge": (BARE.replace("1000", "1e308"), "group.soldiers.size", "1e+15"),
    "huge integer": (BARE.replace("1000", "1" + "0" * 400), "group.soldiers.size", "that large"),
    "support": (quantity("support", "-1.5"), "group.soldiers.support", "between -1 and 1"),
    "wealth of nothing": (quantity("wealth_usd", "0"), "group.soldiers.wealth_usd", "greater than 0"),
    "interval reversed": (
        quantity("relative_risk", "{ between = [2, 1] }"),
        "group.soldiers.relative_risk.between",
        "smaller number first",
    ),
    "interval of nothing": (
        quantity("relative_risk", "{ between = [1, 1] }"),
        "group.soldiers.relative_risk.between",
        "empty",
    ),
    "interval from 0": (
        quantity("relative_risk", "{ between = [0, 1] }"),
        "group.soldiers.relative_risk.between.0",
        "uniform",
    ),
    "share up to 1": (
        quantity("family_exposed_share", "{ between = [0.5, 1] }"),
        "group.soldiers.family_exposed_share.between",
        "uniform",
    ),
    "interval outside": (
        quantity("family_exposed_share", "{ uniform = [0.5, 2] }"),
        "group.soldiers.family_exposed_share.uniform.1",
        "between 0 and 1",
    ),
    "interval too wide for its family": (
        quantity("family_exposed_share", "{ between = [0.02, 0.98], family = 'normal' }"),
        "group.soldiers.family_exposed_share.between",
        "no normal law",
    ),
    "law elsewhere": (
        quantity("family_exposed_share", "{ normal = [5, 0.1] }"),
        "group.soldiers.family_exposed_share",
        "almost none",
    ),
    "people elsewhere": (
        quantity("support", "{ people = { normal = [9, 0.1] } }"),
        "group.soldiers.support.people.normal",
        "hardly anybody",
    ),
    "no spread": (
        quantity("relative_risk", "{ normal = [1, 0] }"),
        "group.soldiers.relative_risk.normal.1",
        "plain number",
    ),
    "two families of people": (
        quantity("support", "{ people = { normal = [0, 1], uniform = [0, 1] } }"),
        "group.soldiers.support.people",
        "names 2",
    ),
    "rivals with enormous weights": (
        quantity("relative_risk", "{ rivals = [1, 2], weights = [1e308, 1e-320] }"),
        "group.soldiers.relative_risk.weights.0",
        "more than a run can count",
    ),
    "an interval too wide for any law": (
        BARE.replace("0.02", "{ between = [5e-324, 0.1] }"),
        "route.desert.window_per_day.between",
        "no lognormal law",
    ),
    "rivals without weights": (
        quantity("relative_risk", "{ rivals = [1, 2], weights = [1] }"),
        "group.soldiers.relative_risk.weights",
        "2 rivals and 1 weights",
    ),
    "one rival": (
        quantity("relative_risk", "{ rivals = [1] }"),
        "group.soldiers.relative_risk.rivals",
        "at least 2",
    ),
    "rival twice": (
        quantity("relative_risk", "{ rivals = [1, 1] }"),
        "group.soldiers.relative_risk.rivals",
        "twice",
    ),
    "dates out of order": (
        quantity("wealth_usd", "{ points = [[2022-03-02, 1], [2022-03-01, 2]] }"),
        "group.soldiers.wealth_usd.points.1",
        "2022-03-01 is not after 2022-03-02",
    ),
    "no dates": (
        quantity("wealth_usd", "{ points = [] }"),
        "group.soldiers.wealth_usd.points",
        "at least 1",
    ),
    "log of nothing": (
        quantity("casualty_per_day", "{ points = [[2022-03-02, 0]], interpolation = 'log' }"),
        "group.soldiers.casualty_per_day.interpolation",
        "above 0",
    ),
    "unknown series": (
        quantity("casualty_per_day", "{ series = 'claimed-loses' }"),
        "group.soldiers.casualty_per_day.series",
        "claimed-losses",
    ),
    "series of other days": (
        quantity("casualty_per_day", "{ series = 'claimed-losses' }").replace("2022-02-24", "2021-02-24"),
        "group.soldiers.casualty_per_day.series",
        "2022-02-24",
    ),
    "unknown evidence": (
        quantity("relative_risk", "{ value = 1, evidence = ['NO-1'] }"),
        "group.soldiers.relative_risk.evidence.0",
        "there is no evidence `NO-1`",
    ),
}
