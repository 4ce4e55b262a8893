"""Files whose own game cannot be the leader's crisis, and what is said of them."""

from __future__ import annotations

from tests.scenario.refused_endings import CRISES, FOUGHT, POLICY, RAMP, VETO

GAME = """
[game]
players = ["leader"]
parameters = { calm = 2 }
[[game.node]]
name = "crisis"
player = "leader"
actions = { wait = "waits", settle = "settles", fire = "fires" }
[[game.end]]
name = "waits"
payoffs = { leader = "calm*(1 - p) - 5*p" }
[[game.end]]
name = "settles"
payoffs = { leader = "-4 + 3*o" }
outcome = "settlement"
[[game.end]]
name = "fires"
payoffs = { leader = -3 }
outcome = "use"
"""
OWN = FOUGHT + CRISES + GAME
DEEP = "(" * 40 + "p" + ")" * 40
COIN = """
[[game.node]]
name = "coin"
player = "chance"
actions = { heads = "fires", tails = "misses" }
chances = { heads = 0.5 }
[[game.end]]
name = "misses"
payoffs = { leader = 0 }
"""


def changed(old: str, new: str) -> str:
    """The file with one piece of its game changed."""
    assert OWN.count(old) >= 1, old
    return OWN.replace(old, new, 1)


# The file, the place that must be named after the line, and words of the sentence.
REFUSED = {
    "game without crises": (FOUGHT + GAME, "game", "needs [escalation]"),
    "payoffs of another game": (
        FOUGHT + CRISES + "payoffs = { relief = 2 }\n" + GAME,
        "escalation.payoffs",
        "belongs to the shipped game",
    ),
    "a number that nobody has given": (
        changed('"calm*(1 - p) - 5*p"', '"clam*(1 - p)"').replace("{ calm = 2 }", "{ calm = 2 }"),
        "game.end.waits.payoffs.leader",
        "`clam` is no parameter",
    ),
    "a formula that personal guarantees lead out of its range": (
        changed('"-4 + 3*o"', '"-4 + 1/(2 - o)"') + RAMP + "guarantee_share = 0.2\n" + POLICY,
        "game.end.settles.payoffs.leader",
        "divides by what can be zero at o = 2",
    ),
    "a number that nobody uses": (
        changed("calm = 2", "calm = 2, haste = 1"),
        "game.parameters.haste",
        "no formula names it",
    ),
    "a number that the run sets": (
        changed("calm = 2", "calm = 2, p = 0.5"),
        "game.parameters.p",
        "set by the run",
    ),
    "a word of the language": (
        changed("calm = 2", "calm = 2, value = 3"),
        "game.parameters.value",
        "Give it another name.",
    ),
    "code for a payoff": (
        changed('"-4 + 3*o"', "\"__import__('os')\""),
        "game.end.settles.payoffs.leader",
        "cannot be read",
    ),
    "a formula without end": (
        changed('"-4 + 3*o"', f'"{DEEP}"'),
        "game.end.settles.payoffs.leader",
        "nested too deeply",
    ),
    "a division by nothing": (
        changed('"-4 + 3*o"', '"-4 + 3/o"'),
        "game.end.settles.payoffs.leader",
        "`-4 + 3/o` divides by what can be zero at o = 0",
    ),
    "a division that meets zero between": (
        changed('"-4 + 3*o"', '"-4 + 3*o/(p - 0.25)"'),
        "game.end.settles.payoffs.leader",
        "divides by what can be zero at o = 0, p = 0.25",
    ),
    "a number too large": (
        changed('"-4 + 3*o"', '"o*1e99*1e99*1e99*1e99"'),
        "game.end.settles.payoffs.leader",
        "is not a finite number",
    ),
    "a chance above one": (
        changed('fire = "fires"', 'fire = "coin"')
        + COIN.replace("heads = 0.5", 'heads = 1.2, tails = "1 - 1.2"'),
        "game.node.coin.chances.heads",
        "the chance `1.2` is 1.2",
    ),
    "a chance that an unknown number may spoil": (
        changed('fire = "fires"', 'fire = "coin"').replace(
            "calm = 2", 'calm = 2, odds = { normal = [0.5, 0.5], note = "n" }'
        )
        + COIN.replace("heads = 0.5", 'heads = "odds", tails = "1 - odds"'),
        "game.node.coin.chances.heads",
        "the chance `odds` is -0.32",
    ),
    "chances that do not add up": (
        changed('fire = "fires"', 'fire = "coin"') + COIN.replace("heads = 0.5", 'heads = "p", tails = 0.5'),
        "game.node.coin.chances",
        "the chances (p) + (0.5) add up to 0.5 at p = 0",
    ),
    "a chance divided by nothing": (
        changed('fire = "fires"', 'fire = "coin"')
        + COIN.replace("heads = 0.5", 'heads = "0*p/o", tails = 1'),
        "game.node.coin.chances.heads",
        "divides by what can be zero at o = 0",
    ),
    "truth for a payoff": (
        changed("leader = -3", "leader = true"),
        "game.end.fires.payoffs.leader",
        "a number or a formula",
    ),
    "a payoff for nobody": (
        changed("leader = -3", "laeder = -3"),
        "game.end.fires.payoffs",
        "not one payoff for each player",
    ),
    "an ending that means nothing known": (
        changed('outcome = "use"', 'outcome = "war"'),
        "game.end.fires.outcome",
        'Write one of "settlement", "use", "order stopped"',
    ),
    "nothing that is use": (
        changed('outcome = "use"', 'outcome = "order stopped"'),
        "game.end",
        "no end is nuclear use",
    ),
    "an action into nothing": (
        changed('fire = "fires"', 'fire = "fries"'),
        "game.node.crisis.actions.fire",
        "does not exist",
    ),
    "a way round": (
        changed('wait = "waits"', 'wait = "crisis"'),
        "game.node.crisis.actions.wait",
        "reached twice",
    ),
    "a stranger": (
        changed('player = "leader"', 'player = "king"'),
        "game.node.crisis.player",
        "does not play",
    ),
    "an unknown key of a node": (
        changed('player = "leader"', 'player = "leader"\nmoves = 3'),
        "game.node.crisis.moves",
        "there is no such key",
    ),
    "chance that does not add up": (
        changed('fire = "fires"', 'fire = "coin"') + COIN,
        "game.node.coin.chances",
        "not one chance for each action",
    ),
    "an off-ramp that makes no difference": (
        changed('"-4 + 3*o"', "-4") + RAMP,
        "game.end",
        "no formula names `o`",
    ),
    "several commanders of no command": (
        FOUGHT + CRISES + VETO + GAME,
        "escalation.veto",
        "no choice `command`",
    ),
    "what happened before is not known": (
        changed(
            'actions = { wait = "waits", settle = "settles", fire = "fires" }',
            'information_set = "dark"\nactions = { a = "second", b = "third" }\n'
            '[[game.node]]\nname = "second"\nplayer = "general"\ninformation_set = "same"\n'
            'actions = { a = "waits", b = "settles" }\n'
            '[[game.node]]\nname = "third"\nplayer = "general"\ninformation_set = "same"\n'
            'actions = { a = "fires", b = "ends" }\n'
            '[[game.end]]\nname = "ends"\npayoffs = { leader = 0, general = 0 }\n',
        )
        .replace('players = ["leader"]', 'players = ["leader", "general"]')
        .replace('"calm*(1 - p) - 5*p" }', '"calm*(1 - p) - 5*p", general = 0 }')
        .replace('"-4 + 3*o" }', '"-4 + 3*o", general = 1 }')
        .replace("leader = -3 }", "leader = -3, general = 2 }"),
        "game.node.second.information_set",
        "stands at 2 nodes",
    ),
    "too many nodes": (
        OWN
        + "".join(
            f'[[game.node]]\nname = "n{i}"\nplayer = "leader"\nactions = {{ a = "waits" }}\n'
            for i in range(300)
        ),
        "game.node",
        "has 301 entries",
    ),
}
