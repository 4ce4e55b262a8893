"""What a valid file states that acts on nobody, or acts more than its author may think: not wrong, worth a sentence."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator
from typing import Final

from offramp.scenario.numbers import number
from offramp.scenario.quantities import Number, Quantity
from offramp.scenario.tables import Choice, Policy, Programme, Scenario
from offramp.scenario.tables_world import Ledger
from offramp.scenario.text import quoted

_STATUS: Final = {"asylum": "asylum_utility", "citizenship": "citizenship_utility"}


def remarks(scenario: Scenario) -> tuple[str, ...]:
    """Sentences about a scenario that passed every check, in the order of the file; empty when nothing is odd."""
    found = [said for programme in scenario.offers for said in _of_offer(scenario, programme)]
    found += _early(scenario)
    found += [said for policy in scenario.policies for said in _unheard(scenario, policy)]
    if scenario.choice is not None:
        found += _of_choice(scenario.choice)
    return tuple(found)


def _of_offer(scenario: Scenario, programme: Programme) -> Iterator[str]:
    """Terms that cost money and that nobody weighs, and an offer that nobody makes."""
    at, choice = f"programme.{programme.name}", scenario.choice or Choice()
    pays = (programme.cash_usd, programme.stipend_usd_per_month, programme.testimony_bonus_usd)
    if (programme.schedule or any(_some(sum) for sum in pays)) and not _some(choice.money_weight):
        yield f"{at}: its money moves nobody, because no `money_weight` in [choice] weighs it."
    utility = _STATUS.get(programme.legal_status)
    if utility is not None and not _some(getattr(choice, utility)):
        yield f"{at}.legal_status: attracts nobody, because no `{utility}` in [choice] weighs it."
    if _some(programme.family_passage_share) and not _some(choice.family_passage_utility):
        yield (
            f"{at}.family_passage_share: protects families, but having them along attracts nobody,"
            " because no `family_passage_utility` in [choice] weighs it."
        )
    if _some(programme.safety_share) and not _some(choice.safety_utility):
        yield f"{at}.safety_share: attracts nobody, because no `safety_utility` in [choice] weighs it."
    yield from _never_at_work(scenario, programme, at)
    if not any(programme.name in policy.programmes for policy in scenario.policies):
        yield f"{at}: no policy names it, so it is never offered."


def _never_at_work(scenario: Scenario, programme: Programme, at: str) -> Iterator[str]:
    """An offer that admits or pays nobody, whoever comes, and terms that find nothing to act on."""
    delay, days = _least(programme.enactment_delay_days), programme.end_day - programme.start_day
    if days > 0 and delay >= days:
        yield (
            f"{at}.enactment_delay_days: {number(delay)} days outlast the {days} of the offer within the run, so it is never"
            " in force. Shorten the delay, or let the offer start earlier or end later."
        )
    if programme.conduct_exclusion_share == Number(1.0):
        yield f"{at}.conduct_exclusion_share: excludes everybody, so the offer admits nobody. State a share below 1."
    price = _least_price(scenario, programme)
    if programme.budget_usd is not None and _most(programme.budget_usd) < price:
        yield (
            f"{at}.budget_usd: pays for nobody, as the first person admitted costs at least {number(price)} US dollars."
            " Raise it, or leave it out for a budget without limit."
        )
    if _some(programme.family_leak_share) and not _some(programme.family_passage_share):
        yield (
            f"{at}.family_leak_share: acts on nobody, because the offer brings no family out. Add"
            " `family_passage_share`, or leave it out."
        )
    if _some(programme.guarantor_win_loss) and (scenario.war is None or scenario.war.win_probability is None):
        yield (
            f"{at}.guarantor_win_loss: takes nothing from the promise, because nothing says how likely the invader is to"
            " win. Add `win_probability` to [war], or leave it out."
        )


def _early(scenario: Scenario) -> Iterator[str]:
    """Offers and levers whose first day is before the run: it is cut, and an enactment delay counts from there."""
    for kind in ("programme", "lever"):
        for table in tomllib.loads(scenario.text).get(kind, []) if scenario.text else ():
            if "start" in table and table["start"] < scenario.start:
                yield (
                    f"{kind}.{table['name']}.start: {table['start']} is before the run and is read as its first day,"
                    f" {scenario.start}. Leave it out, or start the run earlier."
                )


def _least_price(scenario: Scenario, programme: Programme) -> float:
    """What the first person admitted costs at the least, US dollars: the lowest sum, less what is never paid, and reception."""
    cash = programme.cash_usd
    sums = [_least(one) for _, one in cash] if isinstance(cash, tuple) else [_least(cash)]
    bonus = _least(programme.testimony_bonus_usd) if programme.testimony == "mandatory" else 0.0
    ledger = scenario.ledger or Ledger()
    own = (programme.admission_cost_usd, programme.screening_cost_usd)
    general = (ledger.admission_cost_usd, ledger.screening_cost_usd)
    reception = sum(
        _least(mine if mine is not None else all_) for mine, all_ in zip(own, general, strict=True)
    )
    return (min(sums) + bonus) * max(0.0, 1.0 - _most(programme.default_share)) + reception


def _least(quantity: Quantity | None) -> float:
    """The value of a stated number; nought of what may be less."""
    return quantity.value if isinstance(quantity, Number) else 0.0


def _most(quantity: Quantity) -> float:
    """The value of a stated number; without limit of what may be more."""
    return quantity.value if isinstance(quantity, Number) else math.inf


def _unheard(scenario: Scenario, policy: Policy) -> Iterator[str]:
    """Offers of a policy that no channel of the same policy tells of."""
    if scenario.information is None:
        return  # without channels everybody knows
    told = {name for one in scenario.channels if one.name in policy.channels for name in one.programmes}
    for programme in scenario.offers:
        silent = programme.name in policy.programmes and programme.awareness_share is None
        if silent and programme.name not in told:
            yield f"policy.{policy.name}: nobody hears of {quoted(programme.name)}, as none of its channels tells of it."


def _of_choice(choice: Choice) -> Iterator[str]:
    endless = choice.war_end_per_day is None and not _some(choice.discount_per_day)
    if endless and _some(choice.death_disutility):
        yield (
            "choice.death_disutility: whoever serves in any danger counts on dying of it, however small it is, because"
            " no end of the war is expected. State `war_end_per_day` or `discount_per_day`."
        )


def _some(quantity: Quantity | tuple[tuple[str, Quantity], ...] | None) -> bool:
    """Whether a quantity may be anything but nought. A sum for each group is some when one of them is."""
    if isinstance(quantity, tuple):
        return any(_some(one) for _, one in quantity)
    return quantity is not None and not (isinstance(quantity, Number) and quantity.value == 0.0)
