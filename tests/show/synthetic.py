"""Made-up results folders, shaped as product.md says, for pages that must not wait for the engine.

The numbers are invented: growth curves with a spread over draws, larger under offers. Nothing here is a
finding.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from offramp.scenario.laws import Law
from offramp.scenario.quantities import Dated, Number, Shares, Uncertain
from offramp.scenario.tables import Force, Group, Losses, Policy, Programme, Route, Scenario

START = datetime.date(2022, 2, 24)
POLICIES = (
    "no offer",
    "Ukrainian offer of 2022",
    "100,000 USD and legal status, with an off-ramp",  # longer than a line of a phone
    "family passage and capacity first",
    "a donor's 10 million USD",
)
THEATRE = ("conscripts", "contract soldiers", "minority recruits", "mobilised", "officers")
HOME = "mobilisable men"
FORCE_ROUTES = ("surrender", "desert", "accept offer")
HOME_ROUTES = ("hide", "flee")
# How much each policy adds to each route of the force, and what it costs: invented.
LIFT = {"surrender": (1, 1.05, 1.1, 1.2, 1.0), "desert": (1, 0.99, 0.97, 0.98, 1.0)}
OFFERED = (0.0, 220.0, 1_900.0, 3_100.0, 140.0)
UNIT_COST = (0.0, 52_000.0, 131_000.0, 38_000.0, 70_000.0)


@dataclass
class Results:
    """Stands in for offramp.ensemble.Results."""

    draws: pl.DataFrame
    daily: pl.DataFrame
    totals: pl.DataFrame
    manifest: dict[str, Any]
    out: Path
    scenario: Scenario

    @property
    def policies(self) -> tuple[str, ...]:
        return tuple(self.draws["policy"].unique(maintain_order=True).to_list())


def scenario(days: int = 676, **changes: Any) -> Scenario:
    """A scenario in the manner of ukraine-2022."""
    inputs = (
        Uncertain(
            "choice.present_bias", Law("beta", (20.0, 8.0), 0.0, 1.0), (), "judgement: as in other decisions"
        ),
        Uncertain(
            "choice.money_weight", Law("lognormal", (1.0, 0.5), 0.0), (), "judgement: nothing identifies it"
        ),
        Uncertain("route.desert.window_per_day", Law("lognormal", (0.004, 0.4), 0.0), ("B-024",), ""),
        Uncertain("losses.claim_factor", Law("beta", (7.0, 3.0), 0.0, 1.0), ("B-325",), ""),
        Uncertain("losses.wounded_out_per_killed", Law("lognormal", (1.7, 0.15), 0.0), ("B-330",), ""),
        Uncertain("force.scale", Law("lognormal", (1.0, 0.05), 0.0), ("B-291", "B-194"), ""),
        *(
            Uncertain(
                f"choice.term_{i}", Law("logit-normal", (0.0, 1.0), 0.0, 1.0), (), f"judgement: term {i}"
            )
            for i in range(14)
        ),
    )
    persons = Dated(
        (
            (0, Number(190_000.0)),
            (184, Number(160_000.0)),
            (476, Number(400_000.0)),
            (659, Number(450_000.0)),
        ),
        "log",
        None,
        ("B-291", "B-194", "B-195", "B-193"),
    )
    shares = Shares(
        "force.initial_shares",
        tuple(f"force.initial_shares.{g}" for g in THEATRE),
        THEATRE,
        (5.0, 14.0, 4.0, 1.0, 3.0),
        (),
        "judgement: orders of battle",
    )
    claimed = Number(400.0, ("B-066",), "")
    routes = (*(Route(r, THEATRE) for r in FORCE_ROUTES), *(Route(r, (HOME,)) for r in HOME_ROUTES))
    values: dict[str, Any] = {
        "name": "ukraine-2022",
        "title": "The war of 2022: who would have left?",
        "description": "Theatre groups and mobilisable men, driven by claimed losses. Made up.",
        "start": START,
        "days": days,
        "squad_size": None,
        "groups": (*(Group(g) for g in THEATRE), Group(HOME, "home", Number(2_000_000.0))),
        "routes": routes,
        "programmes": (
            Programme(
                "hotline", "accept offer", THEATRE, 206, days, cash_usd=Number(47_000.0, ("B-003",), "")
            ),
        ),
        "policies": tuple(Policy(p, ("hotline",) if i else ()) for i, p in enumerate(POLICIES)),
        "choice": None,
        "units": None,
        "force": Force(persons, Number(1.0), shares),
        "losses": Losses(claimed, inputs[3], Number(0.25), inputs[4]),
        "war": None,
        "mobilisation": None,
        "correlations": (),
        "inputs": inputs,
        "shares": (shares,),
        "evidence_ids": ("B-003", "B-024", "B-066", "B-193", "B-194", "B-195", "B-291", "B-325", "B-330"),
        "hash": "5f1d" * 16,
        "text": 'title = "The war of 2022: who would have left?"\nstart = 2022-02-24\ndays = 676\n',
    }
    return Scenario(**(values | changes))


def results(out: Path, *, draws: int = 200, seed: int = 1) -> Results:
    """A full run of five policies: every outcome, six groups, five routes."""
    sc = scenario()
    rng = np.random.default_rng(seed)
    inputs = {u.path: u.law.quantile(rng.uniform(size=draws)) for u in sc.inputs}
    size = inputs["force.scale"]
    lift = (
        inputs["route.desert.window_per_day"]
        / 0.004
        * (0.6 + inputs["choice.term_0"])
        * np.exp(0.1 * rng.normal(size=draws))
    )
    taste = inputs["choice.money_weight"] * (0.4 + inputs["choice.present_bias"])
    tables, daily, totals = [], [], []
    base: dict[str, NDArray[np.float64]] = {}
    for p, policy in enumerate(POLICIES):
        ends = _ends(p, lift, taste, inputs, rng)
        outcome = _outcomes(p, ends, inputs, base, rng)
        base = base or outcome
        columns = {f"input.{k}": v for k, v in inputs.items()} | {
            f"outcome.{k}": v for k, v in outcome.items()
        }
        tables.append(pl.DataFrame({"policy": [policy] * draws, "draw": np.arange(draws), **columns}))
        paths = _paths(ends, outcome, size, sc.days)
        daily.append(_quantiles(policy, paths, "group"))
        totals.append(_quantiles(policy, _summed(paths), "scope"))
    manifest = {
        "hash": sc.hash,
        "version": "0.1.0",
        "seed": seed,
        "draws": draws,
        "soldiers": 40_000,
        "stands_for": dict.fromkeys(THEATRE, 22.0) | {HOME: 3_125.0},
        "engine": "numba 0.65",
        "platform": "Linux, Python 3.11",
        "time": "2026-07-01T12:00:00Z",
        "command": f"offramp run ukraine-2022 --draws {draws} --seed {seed}",
    }
    return Results(pl.concat(tables), pl.concat(daily), pl.concat(totals), manifest, out, sc)


def bare(out: Path, *, draws: int = 1, names: Sequence[str] = ("soldiers", "surrender", "desert")) -> Results:
    """One group, two doors, one policy, nothing uncertain: only what such a file gives."""
    group, one, two = names
    routes = (
        Route(one, (group,), Number(0.05), Number(-1.0)),
        Route(two, (group,), Number(0.02), Number(0.5)),
    )
    sc = replace(
        scenario(60),
        name="minimal",
        title="One group, two doors",
        description="",
        groups=(Group(group, size=Number(100_000.0), casualty_per_day=Number(0.001)),),
        routes=routes,
        programmes=(),
        policies=(Policy("reference"),),
        force=None,
        losses=None,
        inputs=(),
        shares=(),
        evidence_ids=(),
    )
    noise = np.random.default_rng(3).normal(size=draws) * 40.0
    first, second, killed = 22_400.0 + noise, 40_060.0 - noise, 3_500.0 + 0.0 * noise
    outcomes = {
        "departures": first + second,
        f"departures.{one}": first,
        f"departures.{two}": second,
        "departures_net": 0.0 * noise,
        "attempts": first + second,
        "attempts_failed": 0.0 * noise,
        "killed": killed,
    }
    table = pl.DataFrame(
        {"policy": ["reference"] * draws, "draw": np.arange(draws)}
        | {f"outcome.{k}": v for k, v in outcomes.items()}
    )
    t = np.arange(61) / 60.0
    paths = {
        (group, one): first[:, None] * t,
        (group, two): second[:, None] * t,
        (group, "killed"): killed[:, None] * t,
    }
    paths[group, "serving"] = 100_000.0 - sum(paths.values())
    manifest = {"hash": sc.hash, "version": "0.1.0", "seed": 1, "draws": draws, "soldiers": 40_000}
    total = {("force", s): v for (_, s), v in paths.items()} | {("all", s): v for (_, s), v in paths.items()}
    return Results(
        table,
        _quantiles("reference", paths, "group"),
        _quantiles("reference", total, "scope"),
        manifest,
        out,
        sc,
    )


Ends = dict[tuple[str, str], NDArray[np.float64]]


def _ends(
    p: int,
    lift: NDArray[np.float64],
    taste: NDArray[np.float64],
    inputs: dict[str, NDArray[np.float64]],
    rng: np.random.Generator,
) -> Ends:
    weight = dict(zip(THEATRE, (0.2, 0.35, 0.2, 0.35, 0.02), strict=True))
    ends: Ends = {}
    for g in THEATRE:
        noise = 1.0 + 0.02 * rng.normal(size=lift.size)
        ends[g, "surrender"] = 1_500.0 * weight[g] * lift**0.5 * LIFT["surrender"][p] * noise
        ends[g, "desert"] = 15_000.0 * weight[g] * lift * LIFT["desert"][p] * noise
        ends[g, "accept offer"] = OFFERED[p] * weight[g] * taste * (0.3 + inputs["choice.term_1"]) * noise
    ends[HOME, "hide"] = 60_000.0 * (0.5 + inputs["choice.term_2"])
    ends[HOME, "flee"] = 420_000.0 * (0.5 + inputs["choice.term_3"])
    return ends


def _outcomes(
    p: int,
    ends: Ends,
    inputs: dict[str, NDArray[np.float64]],
    base: dict[str, NDArray[np.float64]],
    rng: np.random.Generator,
) -> dict[str, NDArray[np.float64]]:
    n = ends[HOME, "flee"].size
    by_route = {r: sum(ends[g, r] for g in THEATRE) for r in FORCE_ROUTES}
    left = sum(by_route.values())
    accepted = by_route["accept offer"]
    failed = 0.12 * by_route["desert"] + 0.05 * accepted
    dying = 90_000.0 * inputs["losses.claim_factor"] / 0.7
    cost = accepted * UNIT_COST[p] + (2e7 if p else 0.0)
    found = {"departures": left} | {f"departures.{r}": v for r, v in by_route.items()}
    found["departures_net"] = left - base.get("departures", left)
    found["departures_gross"] = accepted
    found["departures_displaced"] = accepted - found["departures_net"]
    found |= {
        "attempts": left + failed,
        "attempts_failed": failed,
        "killed": dying - 0.3 * accepted,
        "wounded": (dying - 0.3 * accepted) * inputs["losses.wounded_out_per_killed"],
        "caught": 0.8 * failed,
        "killed_trying": 0.2 * failed,
        "imprisoned": 0.5 * failed,
        "returned": 0.3 * failed,
        "cost_usd": cost,
        "families_harmed": 0.1 * left * (0.4 if p == 3 else 1.0),
        "families_evacuated": 0.5 * accepted if p == 3 else 0.0 * accepted,
        "waiting_end": 0.1 * accepted,
        "videos": accepted if p == 2 else 0.0 * accepted,
        "exchanged_back": 0.2 * by_route["surrender"],
        "refouled": 0.01 * accepted,
        "defrauded": 0.02 * accepted,
        "host_incidents": 0.0005 * accepted,
        "false_claims_paid": 0.01 * accepted,
        "front_collapsed": (rng.uniform(size=n) < 0.02 + 0.01 * p).astype(float),
        "tipped": np.zeros(n),
        "collapse_risk_max": 0.1 + 0.02 * rng.normal(size=n),
        "win_probability_end": np.full(n, 0.3) - 1e-6 * accepted,
    }
    for side, rate in (("invader", 0.3), ("defender", 0.05), ("civilians", -0.01)):
        found[f"deaths_averted.{side}"] = rate * accepted
    found["evasions.hide"], found["evasions.flee"] = ends[HOME, "hide"], ends[HOME, "flee"]
    found["evasions"] = found["evasions.hide"] + found["evasions.flee"]
    found["war_days_averted"] = 0.001 * accepted
    net = found["departures_net"]
    with np.errstate(divide="ignore", invalid="ignore"):
        found["cost_per_net_departure_usd"] = np.where(net > 0.0, cost / net, np.nan)
    return found


def _paths(
    ends: Ends, outcome: dict[str, NDArray[np.float64]], size: NDArray[np.float64], days: int
) -> dict[tuple[str, str], NDArray[np.float64]]:
    t = np.linspace(0.0, 1.0, days + 1)
    rise = np.clip((t - 0.1) / 0.9, 0.0, 1.0) ** 1.3
    exodus = np.clip((np.arange(days + 1) - 209.0) / 13.0, 0.0, 1.0)
    force = np.interp(np.arange(days + 1), (0, 184, 476, 659), (190e3, 160e3, 400e3, 450e3))
    paths: dict[tuple[str, str], NDArray[np.float64]] = {}
    share = dict(zip(THEATRE, (0.2, 0.4, 0.15, 0.2, 0.05), strict=True))
    for (group, route), end in ends.items():
        paths[group, route] = end[:, None] * (exodus if group == HOME else rise)[None, :]
    for group in THEATRE:
        left = sum(v for (g, _), v in paths.items() if g == group)
        paths[group, "serving"] = force * size[:, None] * share[group] - left
        paths[group, "killed"] = outcome["killed"][:, None] * t * share[group]
        paths[group, "wounded"] = 1.7 * paths[group, "killed"]
        paths[group, "imprisoned"] = outcome["imprisoned"][:, None] * rise * share[group]
        paths[group, "waiting"] = outcome["waiting_end"][:, None] * rise * share[group]
    paths[HOME, "inducted"] = np.full((size.size, 1), 300_000.0) * np.clip((exodus * 3.0), 0.0, 1.0)[None, :]
    paths[HOME, "serving"] = 2e6 - sum(v for (g, s), v in paths.items() if g == HOME)
    return paths


def _summed(paths: dict[tuple[str, str], NDArray[np.float64]]) -> dict[tuple[str, str], NDArray[np.float64]]:
    total: dict[tuple[str, str], NDArray[np.float64]] = {}
    for (group, state), path in paths.items():
        for scope in ("home" if group == HOME else "force", "all"):
            total[scope, state] = total.get((scope, state), 0.0) + path
    force = {state: path for (scope, state), path in total.items() if scope == "force"}
    total["force", "strength"] = force["serving"] + force["waiting"]
    total["force", "lost.desert"] = force["desert"] + 0.9 * force["imprisoned"]
    return total


def _quantiles(policy: str, paths: dict[tuple[str, str], NDArray[np.float64]], key: str) -> pl.DataFrame:
    frames = []
    for (name, state), path in paths.items():
        q = np.quantile(path, (0.05, 0.25, 0.5, 0.75, 0.95), axis=0)
        days = path.shape[1]
        columns = dict(zip(("q05", "q25", "q50", "q75", "q95"), q, strict=True))
        frames.append(
            pl.DataFrame(
                {
                    "policy": [policy] * days,
                    "day": np.arange(days),
                    key: [name] * days,
                    "state": [state] * days,
                }
                | {"mean": path.mean(axis=0)}
                | columns
            )
        )
    return pl.concat(frames)
