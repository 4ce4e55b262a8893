"""The tables of one file of claims become frozen claims; whatever is wrong is noted, and nothing stops at the first."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from offramp.claims.bank import BETWEEN
from offramp.claims.claim import (
    Article,
    Beside,
    Cited,
    Claim,
    Decomposition,
    Drawn,
    Given,
    Quantity,
    Reading,
    Setting,
    Simulated,
    Span,
    Test,
    TradeOff,
    Variant,
)
from offramp.claims.fit import fit
from offramp.claims.joint import choices_of
from offramp.claims.names import Names
from offramp.claims.schema import (
    MAX_CHOICES,
    MAX_CLAIMS,
    MAX_LISTED,
    MAX_NAMES,
    MAX_READINGS,
    MAX_TESTS,
    ArticleTable,
    BesideTable,
    ClaimTable,
    DecompositionTable,
    DrawnTable,
    GivenTable,
    Inner,
    ReadingTable,
    SimulatedTable,
    SpanTable,
    TestTable,
    TradeOffTable,
    VariantTable,
)
from offramp.errors import InputError
from offramp.evidence import series_card
from offramp.games.expressions import Expression, parse
from offramp.scenario.door import admit_table
from offramp.scenario.findings import Findings, Loc, suggestion
from offramp.scenario.text import quoted

_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,59}")
_ID: Final = re.compile(r"[A-Za-z0-9][\w.-]{0,19}")
_TOP: Final = ("scenario", "article", "claim", "variant")


class Reader:
    """Reads the parsed content of one file. taken: ids of claims that are used already."""

    def __init__(self, data: Mapping[str, Any], names: Names, taken: set[str], findings: Findings) -> None:
        self._data = data
        self._names = names
        self._taken = taken
        self._findings = findings
        for key in data:
            if key not in _TOP:
                self._say((key,), "there is no such key", suggestion(key, _TOP, "keys here"))

    def article(self) -> Article | None:
        """The article, None when it is refused."""
        if "article" not in self._data:
            self._say(("article",), "is missing", "Say in [article] where the claims were made.")
            return None
        table = self._admit(ArticleTable, self._data["article"], ("article",))
        return None if table is None else Article(**table.model_dump())

    def variants(self) -> tuple[Variant, ...]:
        """The variants that could be read; tests may use them from now on."""
        found: list[Variant] = []
        for loc, value in self._items("variant", MAX_LISTED):
            table = self._admit(VariantTable, value, loc)
            if table is None:
                continue
            variant = Variant(
                table.name,
                table.of,
                table.programmes,
                table.levers,
                table.offramp,
                self._settings(table.settings, loc),
            )
            self._names.variant(variant, loc)
            self._names.add(variant)
            found.append(variant)
        return tuple(found)

    def _settings(self, given: Mapping[str, object], loc: Loc) -> dict[str, Setting]:
        found: dict[str, Setting] = {}
        for path, value in given.items():
            setting = _frozen(value)
            if setting is None:
                remedy = "Write a number, text, true or a list of numbers."
                self._say((*loc, "settings", path), "is no plain value", remedy)
            else:
                found[path] = setting
        return found

    def claims(self, article: str) -> tuple[Claim, ...]:
        """The claims that could be read."""
        items = self._items("claim", MAX_CLAIMS)
        if not items and "claim" not in self._data:
            self._say(("claim",), "the file has no claim", "Add a table [[claim]].")
        found = [self._claim(value, loc, article) for loc, value in items]
        return tuple(one for one in found if one is not None)

    def _claim(self, value: object, loc: Loc, article: str) -> Claim | None:
        table = cast("ClaimTable | None", self._admit(ClaimTable, value, loc))
        if table is None:
            return None
        self._id(table.id, (*loc, "id"))
        for id in table.evidence:
            self._names.evidence(id, (*loc, "evidence"))
        if len(table.test) > MAX_TESTS:
            self._say((*loc, "test"), f"has {len(table.test)} tests", f"At most {MAX_TESTS} are allowed.")
        tests = [self._test(test, (*loc, "test", at)) for at, test in enumerate(table.test[:MAX_TESTS])]
        trade_off = self._trade_off(table.trade_off, (*loc, "trade_off"))
        self._combined([test for test in tests if test is not None], loc)
        self._complete(table, loc)
        return Claim(
            table.id,
            article,
            " ".join(table.says.split()),
            table.kind,
            " ".join(table.refuted_by.split()),
            " ".join(table.untested.split()),
            " ".join(table.silent.split()),
            table.evidence,
            tuple(test for test in tests if test is not None),
            trade_off,
            " ".join(table.headline.split()),
            " ".join(table.why_this_test.split()),
            " ".join(table.missing.split()),
            table.could,
            " ".join(table.rests_on.split()),
            self._beside(table.beside, (*loc, "beside")),
            self._decomposition(table.decomposition, (*loc, "decomposition")),
        )

    def _combined(self, tests: list[Test], loc: Loc) -> None:
        choices = choices_of(tests)
        if choices > MAX_CHOICES:
            what = f"its tests can be read in {choices:,} ways together"
            remedy = f"At most {MAX_CHOICES} are allowed: give tests that are read alike readings of the same names."
            self._say((*loc, "test"), what, remedy)

    def _complete(self, table: ClaimTable, loc: Loc) -> None:
        """A value judgement has a trade-off and no test; every other claim has tests and can be refuted."""
        if table.kind == "value judgement":
            if table.test:
                self._say((*loc, "test"), "a value judgement has no test", "Give its trade-off instead.")
            if table.trade_off is None:
                self._say(loc, "a value judgement has no trade-off", "Add [claim.trade_off].")
            return
        if not table.test and not table.missing:
            remedy = "Add a table [[claim.test]], say in `missing` what one would need, or call it a value judgement."
            self._say(loc, "has no test", remedy)
        if table.trade_off is not None:
            self._say((*loc, "trade_off"), "only a value judgement has a trade-off", "Write a test instead.")
        if not table.refuted_by.strip():
            self._say(loc, "does not say what would refute it", "Add the key `refuted_by`.")

    def _id(self, id: str, loc: Loc) -> None:
        if _ID.fullmatch(id) is None:
            self._say(loc, f"is {quoted(id)}", "Use 1 to 20 letters, digits, dots and hyphens.")
        elif id in self._taken:
            self._say(loc, f"the id {id} is used twice", "Give each claim an id of its own.")
        self._taken.add(id)

    def _trade_off(self, value: Any, loc: Loc) -> TradeOff | None:
        table = None if value is None else self._admit(TradeOffTable, value, loc)
        if table is None:
            return None
        self._shown(table.outcomes, table.policies, loc)
        return TradeOff(" ".join(table.what.split()), table.outcomes, table.policies)

    def _beside(self, value: Any, loc: Loc) -> Beside:
        table = None if value is None else cast("BesideTable | None", self._admit(BesideTable, value, loc))
        if table is None:
            return Beside((), ())
        self._shown(table.outcomes, table.policies, loc)
        return Beside(table.outcomes, table.policies)

    def _decomposition(self, value: Any, loc: Loc) -> Decomposition | None:
        table = (
            None
            if value is None
            else cast("DecompositionTable | None", self._admit(DecompositionTable, value, loc))
        )
        if table is None:
            return None
        self._shown((table.outcome,), (table.base, *table.parts), loc)
        if table.by_sign_of:
            self._names.drawn(table.by_sign_of, (*loc, "by_sign_of"))
        why = " ".join(table.why.split())
        return Decomposition(table.outcome, table.base, table.parts, table.by_sign_of, why)

    def _shown(self, outcomes: Sequence[str], policies: Sequence[str], loc: Loc) -> None:
        for outcome in outcomes:
            self._names.check("outcome", outcome, (*loc, "outcomes"), "outcomes")
        for policy in policies:
            self._names.check("policy", policy, (*loc, "policies"), "policies")

    def _test(self, value: object, loc: Loc) -> Test | None:
        table = cast("TestTable | None", self._admit(TestTable, value, loc))
        if table is None:
            return None
        if (table.relation == "about") != (table.factor is not None):
            remedy = "Give `factor` with `about`, and only there."
            self._say((*loc, "factor"), f"does not fit the relation `{table.relation}`", remedy)
        left, right = self._formula(table.left, (*loc, "left")), self._formula(table.right, (*loc, "right"))
        readings = self._readings(table, loc)
        if left is None or right is None:
            return None
        given = self._given(table.given, (*loc, "given"))
        if table.given is not None and given is None:
            return None
        test = Test(table.kind, left, table.relation, right, table.factor, readings, given)
        fit(test, self._names, self._findings, loc)
        return test

    def _given(self, value: Inner | None, loc: Loc) -> Given | None:
        table = None if value is None else cast("GivenTable | None", self._admit(GivenTable, value, loc))
        if table is None:
            return None
        left, right = self._formula(table.left, (*loc, "left")), self._formula(table.right, (*loc, "right"))
        return None if left is None or right is None else Given(left, table.relation, right)

    def _formula(self, text: str, loc: Loc) -> Expression | None:
        try:
            return parse(text, "")
        except InputError as error:
            for problem in error.problems:
                self._say(loc, problem.what, problem.remedy)
            return None

    def _readings(self, table: TestTable, loc: Loc) -> tuple[Reading, ...]:
        for_all = self._quantities(table.names, (*loc, "names"))
        if not table.reading:
            return (Reading("the cited figures", for_all),)
        if len(table.reading) > MAX_READINGS:
            what = f"has {len(table.reading)} readings"
            self._say((*loc, "reading"), what, f"At most {MAX_READINGS} are allowed.")
        found: list[Reading] = []
        for at, value in enumerate(table.reading[:MAX_READINGS]):
            place = (*loc, "reading", at)
            reading = cast("ReadingTable | None", self._admit(ReadingTable, value, place))
            if reading is not None:
                own = self._quantities(reading.names, (*place, "names"))
                found.append(Reading(reading.name, {**for_all, **own}))
        return tuple(found)

    def _quantities(self, names: Mapping[str, Any], loc: Loc) -> dict[str, Quantity]:
        if len(names) > MAX_NAMES:
            self._say(loc, f"has {len(names)} names", f"At most {MAX_NAMES} are allowed.")
            return {}
        found: dict[str, Quantity] = {}
        for name, value in names.items():
            if _NAME.fullmatch(name) is None:
                self._say((*loc, name), "cannot stand in a formula", "Use letters, digits and underscores.")
            quantity = self._quantity(value, (*loc, name))
            if quantity is not None:
                found[name] = quantity
        return found

    def _quantity(self, value: object, loc: Loc) -> Quantity | None:
        if isinstance(value, str):
            self._names.evidence(value, loc)
            return Cited(value)
        table = cast("dict[str, Any]", value) if isinstance(value, dict) else {}
        if "outcome" in table:
            return self._simulated(table, loc)
        if "series" in table:
            return self._span(table, loc)
        if "input" in table:
            return self._drawn(table, loc)
        remedy = "Write the id of a figure, or a table with `outcome` and `policy`, `series`, or `input`."
        self._say(loc, f"stands for nothing that is known: {quoted(cast('object', value))}", remedy)
        return None

    def _drawn(self, value: dict[str, Any], loc: Loc) -> Drawn | None:
        table = cast("DrawnTable | None", self._admit(DrawnTable, value, loc))
        if table is None:
            return None
        self._names.number(table.input, loc)
        return Drawn(table.input)

    def _simulated(self, value: dict[str, Any], loc: Loc) -> Simulated | None:
        table = cast("SimulatedTable | None", self._admit(SimulatedTable, value, loc))
        if table is None:
            return None
        self._names.check("outcome", table.outcome, (*loc, "outcome"), "outcomes")
        self._names.check("policy", table.policy, (*loc, "policy"), "policies")
        if (table.from_ is None) != (table.until is None):
            self._say(loc, "has one date", "Give both `from` and `until`, or neither.")
        elif table.from_ is None and table.outcome in BETWEEN:
            self._say(loc, "has a value between two dates only", "Give both `from` and `until`.")
        elif table.from_ is not None and table.until is not None:
            self._names.window(table.outcome, (*loc, "outcome"))
            self._names.dates(table.from_, table.until, self._names.days(), loc)
        return Simulated(table.outcome, table.policy, table.from_, table.until)

    def _span(self, value: dict[str, Any], loc: Loc) -> Span | None:
        table = cast("SpanTable | None", self._admit(SpanTable, value, loc))
        if table is None or not self._names.series(table.series, (*loc, "series")):
            return None
        card = series_card(table.series)
        self._names.dates(table.from_, table.until, (card.start, card.end), loc)
        return Span(table.series, table.from_, table.until)

    def _items(self, key: str, most: int) -> list[tuple[Loc, object]]:
        """The tables of a list, each with its place; a list that is none or too long is noted."""
        value = self._data.get(key, [])
        if not isinstance(value, list):
            self._say((key,), "must be a list of tables", f"Write [[{key}]] with double brackets.")
            return []
        items = cast("list[object]", value)
        if len(items) > most:
            self._say((key,), f"has {len(items):,} entries", f"At most {most:,} are allowed.")
            return []
        return [((key, at), item) for at, item in enumerate(items)]

    def _admit(self, model: Any, value: object, loc: Loc) -> Any:
        return admit_table(model, value, loc, self._findings)

    def _say(self, loc: Loc, what: str, remedy: str) -> None:
        self._findings.add(loc, what, remedy)


def _frozen(value: object) -> Setting | None:
    """A plain value of a scenario, lists as tuples; None for tables, dates and what is nested too deeply."""
    if isinstance(value, str | int | float | bool):
        return value
    if not isinstance(value, list):
        return None
    rows: list[tuple[float, ...] | float] = []
    for item in cast("list[object]", value):
        numbers = cast("list[object]", item) if isinstance(item, list) else [item]
        if any(isinstance(one, bool) or not isinstance(one, int | float) for one in numbers):
            return None
        row = tuple(cast("list[float]", numbers))
        rows.append(row if isinstance(item, list) else row[0])
    return tuple(rows)
