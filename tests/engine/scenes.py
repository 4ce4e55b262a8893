"""Small scenarios and the bounds of statistical comparisons, shared by the tests of this room."""

from __future__ import annotations

import functools
from collections.abc import Sequence

import numpy as np

import offramp.engine
import offramp.scenario
from offramp.engine import DrawResult, Model, medians
from offramp.engine.inputs import down
from offramp.engine.kernel import run_days
from offramp.engine.menu import menu
from offramp.engine.offering import offers
from offramp.engine.setting import setting
from offramp.engine.state import Run, begin_run
from offramp.engine.top import front_top

ALARM = 1e-7
"""Probability that one comparison of a correct engine would fail, were its fixed seed drawn anew."""
Z = 5.33
"""The bound that goes with it for a normal error, in standard errors, on both sides."""


def head(days: int, squad_size: int | None = None) -> str:
    squads = "" if squad_size is None else f"squad_size = {squad_size}\n"
    return f'title = "A test"\nstart = 2022-02-24\ndays = {days}\n{squads}'


def table(kind: str, /, **keys: object) -> str:
    """One table of a file: `group(name="a")` style, values written as they stand unless they are text."""
    lines = [f"{key.rstrip('_')} = {written(value)}" for key, value in keys.items() if value is not None]
    return "\n".join([kind, *lines, ""])


def written(value: object) -> str:
    """A value as TOML; text that begins like a table, a date or a list is left as it is."""
    match value:
        case bool():
            return str(value).lower()
        case str() if value[:1] not in "{[" and not value[:4].isdigit():
            return f'"{value}"'
        case list() | tuple():
            return "[" + ", ".join(written(item) for item in value) + "]"
        case dict():
            return "{ " + ", ".join(f'"{key}" = {written(item)}' for key, item in value.items()) + " }"
        case _:
            return str(value)


def group(name: str = "soldiers", **keys: object) -> str:
    return table("[[group]]", name=name, **keys)


def route(name: str, **keys: object) -> str:
    return table("[[route]]", name=name, **keys)


def programme(name: str, **keys: object) -> str:
    return table("[[programme]]", name=name, **keys)


def policies(**named: Sequence[str]) -> str:
    """Policies by name, each with its programmes; the first is the reference."""
    return "".join(table("[[policy]]", name=name, programmes=list(p)) for name, p in named.items())


def prepared(text: str, soldiers: int, seed: int = 1) -> Model:
    return offramp.engine.prepare(offramp.scenario.loads(text), soldiers=soldiers, seed=seed)


def drawn(model: Model, draw: int = 0, names: Sequence[str] | None = None) -> DrawResult:
    """One draw at the medians of the inputs, under all policies unless some are named."""
    chosen = names or [policy.name for policy in model.scenario.policies]
    return model.run_draw(draw, offramp.engine.medians(model.scenario), chosen)


def outcome(model: Model, key: str, policy: int = -1, draws: int = 1) -> np.ndarray:
    """One outcome of one policy over draws, [draws]."""
    return np.array([drawn(model, draw).outcomes[policy][key] for draw in range(draws)])


def apart(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Distance of two sample means over the first axis, in standard errors; 0 where both are constant and equal."""
    error = np.sqrt(one.var(axis=0, ddof=1) / len(one) + other.var(axis=0, ddof=1) / len(other))
    distance = np.abs(one.mean(axis=0) - other.mean(axis=0))
    return np.where(distance < 1e-9, 0.0, distance / np.maximum(error, 1e-12))


@functools.cache
def ukraine(extra: str = "") -> Model:
    """The shipped scenario at 4,000 soldiers, with more tables at its end."""
    return prepared(offramp.scenario.load("ukraine-2022").text + "\n" + extra, 4000)


CHOICE = table(
    "[choice]",
    present_bias=0.7,
    discount_per_day=3e-4,
    death_disutility=10.0,
    arrest_disutility=1.5,
    prison_disutility_per_year=0.6,
    sentence_days=1200.0,
    family_disutility=4.0,
    support_weight=1.2,
    optimism=0.6,
    war_end_per_day=1 / 365,
    money_weight=1.0,
    asylum_utility=1.5,
    family_passage_utility=0.8,
    safety_utility=0.5,
    base_safety=0.4,
    nest_dissimilarity=0.5,
    video_reprisal_factor=2.0,
)
"""A decision with every term that the tests move."""


SUPPORT_STUB = table("[support]", rate_per_day=0.5)
REGIME_STUB = table("[regime]", crackdown=0.0, capture_log_odds=2.0, barrier_share=0.5, sentence_increase=3.0)
LEDGER_STUB = table("[ledger]", discount_per_year=0.5, admission_cost_usd=1.0)
LEVER_STUB = table("[[lever]]", name="idle", death_hazard_factor=1.0)
STUBS = SUPPORT_STUB + REGIME_STUB + LEDGER_STUB + LEVER_STUB
"""Modules of the programme's world that are there and do nothing."""


def begun(model: Model, policy: str = "offer", draw: int = 0) -> Run:
    """A run of one policy before its first day."""
    values, chosen = medians(model.scenario), model.scenario.policy(policy)
    world = model.world(draw, values)
    return begin_run(
        world.population, world.field, menu(model.scenario, chosen, values), offers(model.scenario, chosen, values),
        world.choice, world.units, world.war, world.mobilisation,
        setting(
            model.scenario, chosen, values, world.support, world.regime, front_top(model.scenario, chosen, values), 0.0
        ),
        None, model.seed, draw, True, down(),
    )  # fmt: skip


def finished(model: Model, policy: str = "offer", draw: int = 0) -> Run:
    """A whole run of one policy, with what it remembers on its last day."""
    run = begun(model, policy, draw)
    run_days(run)
    return run


def at_once(
    days: int, size: int, more: str = "", people: dict[str, object] | None = None, **offer: object
) -> str:
    """Everybody wants to leave by one offer, and nothing stands in his way but what the offer says."""
    of_route = {key: offer.pop(key) for key in ("reprisal_probability", "identified_share") if key in offer}
    worth = {"distaste": -40.0} if of_route else {"utility": 40.0}
    way = {"window_per_day": 24.0, "needs_programme": True} | worth | of_route
    return (
        head(days) + group(size=size, **(people or {})) + route("accept", **way)
        + programme("p", route="accept", **offer) + more + policies(none=[], offer=["p"])
    )  # fmt: skip
