"""The forms in which a scenario file may write a quantity, as pydantic types: one annotated type per kind.

The forms fix the shape; whether a number lies in the range of its kind is checked in `settle`, where the key
path is known. A form is told by the key that only it has (`between`, `normal`, `points` ...).
"""

from __future__ import annotations

import datetime
import math
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal, cast

from pydantic import (
    AfterValidator,
    AllowInfNan,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    GetJsonSchemaHandler,
    Strict,
    Tag,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from offramp.scenario.text import date_in_range, printable_line, printable_text


@dataclass(frozen=True)
class Kind:
    """Range of a quantity: what every value it may take must satisfy."""

    name: str
    low: float
    high: float
    low_is_open: bool = False

    def admits(self, value: float) -> bool:
        """Whether the value lies in the range."""
        return (self.low < value if self.low_is_open else self.low <= value) and value <= self.high

    @property
    def words(self) -> str:
        """The range in words, to follow 'must be'."""
        if math.isinf(self.low):
            return "a number"
        if math.isinf(self.high):
            return "greater than 0" if self.low_is_open else "0 or more"
        return f"between {self.low:g} and {self.high:g}" + (", and not 0" if self.low_is_open else "")

    def __get_pydantic_json_schema__(
        self, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Tell an editor the range of the number in its short form."""
        schema = handler(core)
        for option in schema.get("oneOf", []):
            if option.get("type") == "number":
                if math.isfinite(self.low):
                    option["exclusiveMinimum" if self.low_is_open else "minimum"] = self.low
                if math.isfinite(self.high):
                    option["maximum"] = self.high
        return schema


REAL: Final = Kind("real", -math.inf, math.inf)
SUPPORT: Final = Kind("support", -1.0, 1.0)
NONNEGATIVE: Final = Kind("nonneg", 0.0, math.inf)
RATE: Final = Kind("rate", 0.0, 24.0)
"""Chances and hazards per person and day: an hourly one is the most, since each is an event that is simulated."""
POSITIVE: Final = Kind("positive", 0.0, math.inf, low_is_open=True)
SHARE: Final = Kind("share", 0.0, 1.0)
RISE: Final = Kind("rise", 0.0, 10.0)
FACTOR: Final = Kind("factor", 0.0, 10.0, low_is_open=True)
LOG_ODDS: Final = Kind("log-odds", -20.0, 20.0)
AGE: Final = Kind("age", 0.0, 120.0, low_is_open=True)
POSITIVE_SHARE: Final = Kind("share above 0", 0.0, 1.0, low_is_open=True)

Float = Annotated[float, Strict(), AllowInfNan(False)]
Int = Annotated[int, Strict()]
Flag = Annotated[bool, Strict()]
Date = Annotated[datetime.date, Strict(), AfterValidator(date_in_range)]
Line = Annotated[str, Strict(), Field(max_length=500), AfterValidator(printable_line)]
Text = Annotated[str, Strict(), Field(max_length=20_000), AfterValidator(printable_text)]
EvidenceIds = Annotated[tuple[Line, ...], Field(max_length=100)]
Pair = tuple[Float, Float]
Third = Literal["lowest", "middle", "highest"]
Family = Literal["normal", "lognormal", "logit-normal", "uniform", "log-uniform"]


class Table(BaseModel):
    """A table of the file: no key beyond those named here."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Sourced(Table):
    """A quantity in long form: it may cite its evidence."""

    evidence: EvidenceIds = Field((), description="Ids of the evidence rows that the number rests on.")
    note: Text = Field("", description="A remark; begin it with 'judgement' where no evidence is cited.")


class Plain(Sourced):
    """A known number in long form."""

    value: Float = Field(description="The number.")


class Unknown(Sourced):
    """One unknown number of the world: a law, of which one third may be kept."""

    third: Third | None = Field(
        None,
        description="Keep this third of the law, by probability: what a pessimist or an optimist takes for true.",
    )


class Between(Unknown):
    """One unknown number of the world, by its 90 % interval."""

    between: Pair = Field(
        description="5 % and 95 % quantiles; for uniform and log-uniform the least and greatest value."
    )
    family: Family | None = Field(
        None,
        description="Family of the law. Without it: logit-normal for shares, lognormal for quantities that "
        "cannot be negative, normal otherwise.",
    )


class Normal(Unknown):
    """One unknown number: normal, cut at the range of the quantity."""

    normal: Pair = Field(description="Mean and standard deviation.")


class Lognormal(Unknown):
    """One unknown number: lognormal."""

    lognormal: Pair = Field(description="Median and standard deviation of the natural log.")


class Beta(Unknown):
    """One unknown number: beta, between 0 and 1."""

    beta: Pair = Field(description="The two shape parameters, both above 0.")


class Uniform(Unknown):
    """One unknown number: uniform."""

    uniform: Pair = Field(description="Least and greatest value.")


class Loguniform(Unknown):
    """One unknown number: uniform in the log."""

    loguniform: Pair = Field(description="Least and greatest value, both above 0.")


class Rivals(Unknown):
    """One unknown number: one of several rival figures, which are never averaged."""

    rivals: tuple[Float, ...] = Field(min_length=2, max_length=100, description="The rival values.")
    weights: tuple[Float, ...] | None = Field(
        None, max_length=100, description="Weight of each rival; equal when absent. They need not sum to 1."
    )


class OfPrior(Sourced):
    """In a prior set alone: a third of the law that the number has in the rest of the file."""

    third: Third = Field(description="The third of the law that is kept, by probability.")


_UNKNOWN_FORMS = (
    Annotated[Between, Tag("<between>")]
    | Annotated[Normal, Tag("<normal>")]
    | Annotated[Lognormal, Tag("<lognormal>")]
    | Annotated[Beta, Tag("<beta>")]
    | Annotated[Uniform, Tag("<uniform>")]
    | Annotated[Loguniform, Tag("<loguniform>")]
    | Annotated[Rivals, Tag("<rivals>")]
)
_SCALAR_FORMS = Annotated[Float, Tag("<number>")] | Annotated[Plain, Tag("<value>")] | _UNKNOWN_FORMS

FORM_KEYS: Final = (
    "value",
    "between",
    "normal",
    "lognormal",
    "beta",
    "uniform",
    "loguniform",
    "rivals",
    "people",
    "points",
    "series",
    "dirichlet",
    "third",
)
FORM_TAGS: Final = frozenset(f"<{key}>" for key in (*FORM_KEYS, "number", "formula", "table"))
NOT_A_QUANTITY: Final = "not_a_quantity"
NOT_SHARES: Final = "not_shares"
NOT_A_FORMULA: Final = "not_a_formula"


def form_of(value: object) -> str | None:
    """The tag of the form in which the value is written, None when it is none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return "<number>"
    if isinstance(value, dict):
        table = cast(dict[str, Any], value)
        return next((f"<{key}>" for key in FORM_KEYS if key in table), None)
    # A model that is validated a second time carries its own form as its first own field.
    return next((f"<{key}>" for key in FORM_KEYS if hasattr(value, key)), None)


def _by_form(*forms: str) -> Discriminator:
    # The allowed forms travel as the message: a context, being a dict, would make the annotation unhashable.
    return Discriminator(form_of, custom_error_type=NOT_A_QUANTITY, custom_error_message=",".join(forms))


_SCALAR_KEYS: Final = FORM_KEYS[:8]
ScalarForm = Annotated[_SCALAR_FORMS, _by_form(*_SCALAR_KEYS)]
"""One number, known or unknown."""


class Spread(Table):
    """How a quantity differs between persons: exactly one family."""

    normal: tuple[ScalarForm, ScalarForm] | None = Field(None, description="Mean and standard deviation.")
    lognormal: tuple[ScalarForm, ScalarForm] | None = Field(
        None, description="Median and standard deviation of the natural log."
    )
    uniform: tuple[ScalarForm, ScalarForm] | None = Field(None, description="Least and greatest value.")
    bernoulli: tuple[ScalarForm, ScalarForm, ScalarForm] | None = Field(
        None, description="Probability of the second value, first value, second value."
    )


SPREADS: Final = ("normal", "lognormal", "uniform", "bernoulli")


class People(Sourced):
    """A known spread between persons: every soldier has his own value."""

    people: Spread = Field(description="The law between persons, cut at the range of the quantity.")


class Points(Sourced):
    """A path through dated points, held constant before the first and after the last."""

    points: tuple[tuple[Date, ScalarForm], ...] = Field(
        min_length=1, max_length=10_000, description="Pairs of date and value, dates increasing."
    )
    interpolation: Literal["step", "linear", "log"] = Field(
        "linear", description="Between points: the last value, a line, or a line in the log."
    )
    scale: ScalarForm | None = Field(None, description="The whole path is multiplied by this.")


class SeriesOf(Sourced):
    """A daily series that ships with the package."""

    series: Line = Field(description="Name of the series.")
    scale: ScalarForm | None = Field(None, description="The whole series is multiplied by this.")


class Dirichlet(Sourced):
    """Unknown shares that sum to 1."""

    dirichlet: Annotated[dict[str, Float], Field(min_length=2, max_length=200)] = Field(
        description="Parameter of each part; with `concentration`, only their proportions count."
    )
    concentration: Float | None = Field(
        None, gt=0.0, description="Sum of the Dirichlet parameters: the higher, the surer the shares."
    )


_PEOPLE_FORM = Annotated[People, Tag("<people>")]
_DATED_FORMS = Annotated[Points, Tag("<points>")] | Annotated[SeriesOf, Tag("<series>")]
PersonalForm = Annotated[_SCALAR_FORMS | _PEOPLE_FORM, _by_form(*_SCALAR_KEYS, "people")]
DailyForm = Annotated[_SCALAR_FORMS | _DATED_FORMS, _by_form(*_SCALAR_KEYS, "points", "series")]
AnyForm = Annotated[_SCALAR_FORMS | _PEOPLE_FORM | _DATED_FORMS, _by_form(*FORM_KEYS[:11])]


_UNKNOWN_KEYS: Final = FORM_KEYS[1:8]
PriorForm = Annotated[
    Annotated[OfPrior, Tag("<third>")] | _UNKNOWN_FORMS,
    _by_form("third", *_UNKNOWN_KEYS),
]
"""What a prior set puts in the place of an unknown number."""


def tiered_form_of(value: object) -> str | None:
    """One amount for everybody, or a table of amounts by group."""
    return form_of(value) or ("<table>" if isinstance(value, dict) else None)


TieredForm = Annotated[
    _SCALAR_FORMS | Annotated[dict[str, ScalarForm], Field(min_length=1, max_length=200), Tag("<table>")],
    Discriminator(
        tiered_form_of, custom_error_type=NOT_A_QUANTITY, custom_error_message=",".join(_SCALAR_KEYS)
    ),
]
"""One number, or one for each group by name."""

Real = Annotated[ScalarForm, REAL]
Positive = Annotated[ScalarForm, POSITIVE]
Nonnegative = Annotated[ScalarForm, NONNEGATIVE]
Rate = Annotated[ScalarForm, RATE]
Share = Annotated[ScalarForm, SHARE]
Rise = Annotated[ScalarForm, RISE]
LogOdds = Annotated[ScalarForm, LOG_ODDS]
PositiveShare = Annotated[ScalarForm, POSITIVE_SHARE]
RealOfPeople = Annotated[PersonalForm, REAL]
SupportOfPeople = Annotated[PersonalForm, SUPPORT]
NonnegativeOfPeople = Annotated[PersonalForm, NONNEGATIVE]
NonnegativeByGroup = Annotated[TieredForm, NONNEGATIVE]
DailyReal = Annotated[DailyForm, REAL]
DailyPositive = Annotated[DailyForm, POSITIVE]
DailyFactor = Annotated[DailyForm, FACTOR]
DailyNonnegative = Annotated[DailyForm, NONNEGATIVE]
DailyRate = Annotated[DailyForm, RATE]
DailyShare = Annotated[DailyForm, SHARE]
AnyReal = Annotated[AnyForm, REAL]


def shares_form_of(value: object) -> str | None:
    """Shares are a Dirichlet law or a plain table of numbers."""
    if isinstance(value, Dirichlet) or (isinstance(value, dict) and "dirichlet" in value):
        return "<dirichlet>"
    return "<table>" if isinstance(value, dict) else None


SharesForm = Annotated[
    Annotated[Dirichlet, Tag("<dirichlet>")]
    | Annotated[dict[str, Float], Field(min_length=1, max_length=200), Tag("<table>")],
    Discriminator(shares_form_of, custom_error_type=NOT_SHARES, custom_error_message="dirichlet"),
]

BY_TAG: Final[dict[str, type[Sourced]]] = {
    "<value>": Plain,
    "<between>": Between,
    "<normal>": Normal,
    "<lognormal>": Lognormal,
    "<beta>": Beta,
    "<uniform>": Uniform,
    "<loguniform>": Loguniform,
    "<rivals>": Rivals,
    "<people>": People,
    "<points>": Points,
    "<series>": SeriesOf,
    "<dirichlet>": Dirichlet,
    "<third>": OfPrior,
}
