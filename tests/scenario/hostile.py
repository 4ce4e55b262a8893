"""Texts made to hurt: too large, too deep, too many, not text at all. Each is refused, and quickly."""

from __future__ import annotations

import json
import random

from tests.scenario.texts import BARE, GROUP, HEAD, ROUTE, with_group

SIZE = 4_900_000


def fill(piece: str) -> str:
    """Five megabytes of one piece, just within the limit of a file."""
    return piece * (SIZE // len(piece))


def large() -> dict[str, str]:
    """Texts of some megabytes."""
    grouped = "".join(
        f'[[group]]\nname = "g{i}"\nsize = 1\ncasualty_per_day = {{ points = [{{}}] }}\n' for i in range(200)
    )
    unknown = json.dumps([f"programme {i}" for i in range(200)])
    return {
        "a million groups": fill("[[group]]\n"),
        "a million groups in one line": HEAD + "group = [" + fill("{},") + "]",
        "a million keys": fill("k=1\n"),
        "a million keys in one table": "a={" + ",".join(f"k{i}=1" for i in range(400_000)) + "}",
        "a million unknown keys in a quantity": HEAD
        + "[choice]\npresent_bias={"
        + ",".join(f"k{i}=1" for i in range(400_000))
        + "}",
        "a million tables": "".join(f"[a{i}]\n" for i in range(400_000)),
        "a million empty tables": "".join(f"k{i}={{}}\n" for i in range(400_000)),
        "a long list": "a=[" + fill("1,") + "]",
        "a long list of lists": "a=[" + fill("[],") + "]",
        "points without dates": HEAD + grouped.replace("{}", ",".join(["[1,{}]"] * 3000)) + ROUTE,
        "points in disorder": HEAD + grouped.replace("{}", ",".join(["[2022-01-01,1]"] * 1600)) + ROUTE,
        "intervals in disorder": HEAD
        + grouped.replace("{}", ",".join(["[2022-01-01,{between=[0.02,0.98],family='normal'}]"] * 450))
        + ROUTE,
        "unknown names": BARE
        + "".join(f'[[policy]]\nname="p{i}"\nprogrammes={unknown}\n' for i in range(100)),
        "a string without end": 'a="""' + fill("x"),
        "quotes and backslashes": fill('"""\\'),
        "single quotes": "a='''" + fill("''\n"),
        "backslashes": 'a="' + fill("\\"),
        "empty lines": fill("\n"),
        "commas": fill(","),
        "closing brackets": fill("]"),
        "one long comment": "#" + fill("x"),
        "an integer of millions of digits": "days=" + fill("9"),
        "a hexadecimal integer": "days=0x" + fill("f"),
        "underscores": "days=1" + fill("_1"),
        "a long title": 'title="' + fill("x") + '"',
        "a long key": fill("x") + "=1",
        "a long quoted key": '"' + fill("\\u0001") + '"=1',
        "more than a file may hold": "#" + "x" * 5_000_000,
    }


def small() -> dict[str, str]:
    """Texts of some kilobytes."""
    noise = random.Random(20220224)
    return {
        "nothing": "",
        "a word": "scenario",
        "brackets 20,000 deep": "a=" + "[" * 20_000 + "]" * 20_000,
        "tables 20,000 deep": "a=" + "{a=" * 20_000 + "1" + "}" * 20_000,
        "a key of 20,000 parts": "a" + ".a" * 20_000 + "=1",
        "a quoted key of 20,000 parts": '"a"' + '."a"' * 20_000 + "=1",
        "a header of 20,000 parts": "[a" + ".a" * 20_000 + "]",
        "brackets 20,000 deep over lines": "a=" + "[\n" * 20_000,
        "zeros": "\0" * 1000,
        "escape codes": HEAD.replace("A test", "\x1b[2J") + GROUP + ROUTE,
        "a lone half of a pair": HEAD.replace("A test", "\ud800") + GROUP + ROUTE,
        "text that reads from right to left": HEAD.replace("A test", "\u202egp.exe") + GROUP + ROUTE,
        "an integer of 4,000 digits": HEAD.replace("60", "1" + "0" * 3_999) + GROUP + ROUTE,
        "a size of 400 digits": BARE.replace("1000", "1" + "0" * 400),
        "1e308 soldiers": BARE.replace("1000", "1e308"),
        "a group that is a number": HEAD + "group = 3\nroute = [1, 'a', []]\n",
        "tables that are lists": HEAD + "choice = []\nunits = 1\nforce = 'x'\nwar = [[]]\nlosses = nan\n",
        "names that are tables": HEAD + "[[group]]\nname = { a = 1 }\n[[route]]\nname = []\n",
        "a path": with_group("stay_utility = { series = '../../secret' }"),
        "shares beyond all measure": BARE
        + "[force]\npersons = 1\ninitial_shares = { dirichlet = { soldiers = 1e308, a = 1e308 } }\n",
        "a day that is not": HEAD.replace("02-24", "02-30") + GROUP + ROUTE,
        "the end of time": HEAD.replace("2022", "9999").replace("60", "10000") + GROUP + ROUTE,
        **{f"noise {i}": noise.randbytes(400).decode("latin-1") for i in range(20)},
    }
