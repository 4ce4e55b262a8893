"""What newcomers pay in, in sentences: a gain in the account of societies that rests on a rate and a number of years."""

from __future__ import annotations

from offramp.analysis import Spread
from offramp.scenario.tables import Scenario
from offramp.scenario.words import in_words
from offramp.show.layout import Table
from offramp.show.words import amount, between, listed, precision, quoted


def newcomers(scenario: Scenario, table: Table) -> tuple[str, ...]:
    """What newcomers pay in, policy by policy, where an offer is open to people at home; then what that rests on.

    The other policies bring so few that these draws cannot tell it; their cells say so.
    """
    said: list[str] = []
    for policy in table.emigrants:
        paid, account = (
            table.comparison.get(policy, name) for name in ("contributions_usd", "cost_usd.coalition_society")
        )
        if paid is None or account is None or paid.identical:
            continue
        said.append(
            f"Under {quoted(policy)} newcomers are expected to contribute {_level(paid.level)} to their hosts, less what"
            f" those contribute who come without an offer. The account of societies sets it against what the policy costs:"
            f" {_level(account.level)} with it, {_dollars(account.level.mean + paid.level.mean)} without."
        )
    ledger = scenario.ledger
    if not said or ledger is None:
        return ()
    own = [group for group in scenario.groups if group.contribution_usd_per_year is not None]
    rates = [ledger.contribution_usd_per_year, *(group.contribution_usd_per_year for group in own)]
    stated = [one for one in (*rates, ledger.contribution_years) if one is not None]
    first, *others = (in_words(one, scenario.start) for one in rates)
    apart = [f"{usd} for {group.name}" for usd, group in zip(others, own, strict=True)]
    rests = "All of it is judgement. " if not any(one.evidence for one in stated) else ""
    said.append(
        f"{rests}Contributions are counted for {in_words(ledger.contribution_years, scenario.start)} years at"
        f" {listed([f'{first} US dollars a year', *apart])}; who is expected to be handed or sent back contributes nothing."
    )
    return tuple(said)


def _level(value: Spread) -> str:
    """`$2 billion (0.4 to 5 billion)`."""
    mean = _dollars(value.mean, precision(value.q05, value.q95))
    return mean if value.draws == 1 or value.constant else f"{mean} ({between(value.q05, value.q95, 'usd')})"


def _dollars(value: float, digits: int = 2) -> str:
    return amount(value, "usd", digits=digits)
