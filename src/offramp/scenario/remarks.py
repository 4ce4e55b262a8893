"""What a valid file states that acts on nobody, or acts more than its author may think: not wrong, worth a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from offramp.scenario.quantities import Number, Quantity
from offramp.scenario.tables import Choice, Policy, Programme, Scenario
from offramp.scenario.text import quoted

_STATUS: Final = {"asylum": "asylum_utility", "citizenship": "citizenship_utility"}


def remarks(scenario: Scenario) -> tuple[str, ...]:
    """Sentences about a scenario that passed every check, in the order of the file; empty when nothing is odd."""
    found = [said for programme in scenario.offers for said in _of_offer(scenario, programme)]
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
    if not any(programme.name in policy.programmes for policy in scenario.policies):
        yield f"{at}: no policy names it, so it is never offered."


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
