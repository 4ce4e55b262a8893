"""What a run leaves: labelled tables, the manifest, and the folder that holds them."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self

import numpy as np
from numpy.typing import NDArray

from offramp.ensemble.convergence import Estimate, estimate, estimate_ratio
from offramp.ensemble.tables import STATISTICS
from offramp.errors import OfframpError
from offramp.scenario.tables import Scenario

if TYPE_CHECKING:
    import polars as pl
    import xarray as xr

FloatArray = NDArray[np.float64]

MANIFEST: Final = "manifest.json"
REPORT: Final = "report.html"
INPUT: Final = "input."
OUTCOME: Final = "outcome."
PRICE: Final = "cost_per_net_departure_usd"


class Results:
    """A finished run. Tables are read from the folder when they are first asked for.

    Persons, days, US dollars of the scenario's start year throughout. Day 0 is the initial state, day d the
    end of the d-th day.
    """

    write_report: ClassVar[Callable[[Results], Path] | None] = None
    """Writes report.html. The public face sets it: the room that writes reports stands after this one."""

    prepare_report: ClassVar[Callable[..., None] | None] = None
    """Loads what tables and report need; a run does it while its workers simulate."""

    def __init__(self, out: Path, manifest: dict[str, Any], new_draws: int = 0) -> None:
        """Use `offramp.run` or `Results.open`."""
        self.out = out
        self.manifest = manifest
        self._tables: dict[str, pl.DataFrame] = {}
        self._scenario: Scenario | None = None
        self.new_draws = new_draws
        """Draws that were simulated for this call; the others were in the folder already."""

    @classmethod
    def open(cls, path: str | Path) -> Self:
        """Results in a folder. Raises OfframpError when no finished run is there."""
        folder = Path(path)
        try:
            manifest: Any = json.loads((folder / MANIFEST).read_bytes())
        except (OSError, ValueError) as error:
            raise OfframpError(
                f"{folder} holds no finished run: {MANIFEST} cannot be read. `offramp run` makes one."
            ) from error
        return cls(folder, manifest)

    def __repr__(self) -> str:
        return (
            f"Results({self.manifest.get('scenario')}, {self.manifest.get('draws')} draws, "
            f"{len(self.policies)} policies, out={str(self.out)!r})"
        )

    @property
    def policies(self) -> tuple[str, ...]:
        """Policies compared, the reference first."""
        return tuple(self.manifest["policies"])

    @property
    def scenario(self) -> Scenario:
        """The scenario as run."""
        from offramp.scenario import loads, under

        if self._scenario is None:
            text = (self.out / "scenario.toml").read_text("utf-8")
            read = loads(text, name=self.manifest["scenario"])
            self._scenario = under(read, self.manifest.get("prior_set", "main"))
        return self._scenario

    @property
    def draws(self) -> pl.DataFrame:
        """One row a draw and policy: policy, draw, input.<key path>, outcome.<name>. Undefined outcomes are
        null.
        """
        return self._table("draws")

    @property
    def daily(self) -> pl.DataFrame:
        """Persons by policy, day, group and state: mean and quantiles over draws."""
        return self._table("daily")

    @property
    def totals(self) -> pl.DataFrame:
        """Persons by policy, scope, day and state: the same for sums over groups. Scope is `force` (groups at
        the theatre), `home` or `all`; or `money`, and dollars: `cost_usd` and its payers, up to each day.
        """
        return self._table("totals")

    def prior(self, name: str) -> pl.DataFrame:
        """`draws` under another prior set, on fewer draws. Raises OfframpError when the run has none of that name."""
        return self._study("prior", name)

    def experiment(self, name: str) -> pl.DataFrame:
        """Draws of an experiment: as `draws`, with a column `set.<key path>` for each number that is varied.

        Where nothing is varied, the draws of the run under its policies. Raises OfframpError when the run has none of that name.
        """
        for one in self.scenario.experiments:
            if one.name == name and not one.vary and set(one.policies) <= set(self.policies):
                return self.draws.filter(self.draws["policy"].is_in([self.policies[0], *one.policies]))
        return self._study("experiment", name)

    def _study(self, kind: str, name: str) -> pl.DataFrame:
        for study in self.manifest.get("studies", ()):
            if (study["kind"], study["name"]) == (kind, name):
                return self._table(study["file"].removesuffix(".parquet"))
        raise OfframpError(f"the run has no {kind} named {name!r}")

    def _table(self, name: str) -> pl.DataFrame:
        import polars as pl

        if name in self._tables:
            return self._tables[name]
        try:
            table = pl.read_parquet(self.out / f"{name}.parquet", glob=False)
        except (OSError, pl.exceptions.PolarsError) as error:
            raise OfframpError(
                f"{self.out / name}.parquet cannot be read: {error}. The command that made it writes it anew."
            ) from error
        self._tables[name] = table
        return table

    def report(self) -> Path:
        """Path of the HTML report, which is written when it is not there."""
        path = self.out / REPORT
        if not path.is_file():
            if Results.write_report is None:
                raise OfframpError("Import `offramp` itself to write reports.")
            Results.write_report(self)
        return path

    def outcomes(self, name: str) -> dict[str, FloatArray]:
        """One outcome by policy over draws, [draws] each in the order of draws, the reference first;
        undefined as NaN.
        """
        import polars as pl

        table = pl.read_parquet(
            self.out / "draws.parquet", columns=["policy", "draw", OUTCOME + name], glob=False
        )
        by_policy: dict[str, FloatArray] = {}
        for policy in self.policies:
            column = table.filter(pl.col("policy") == policy).sort("draw").get_column(OUTCOME + name)
            by_policy[policy] = column.fill_null(math.nan).to_numpy().astype(np.float64)
        return by_policy

    @property
    def outcome_names(self) -> tuple[str, ...]:
        """Names of the outcomes."""
        import polars as pl

        schema = pl.read_parquet_schema(self.out / "draws.parquet")
        return tuple(name.removeprefix(OUTCOME) for name in schema if name.startswith(OUTCOME))

    def summary(self) -> dict[str, Any]:
        """Means, Monte Carlo errors and quantiles of every outcome, and of its paired difference to the
        reference.

        This is the object that `offramp run --json` prints. What is undefined is None: the error of a single
        draw, an outcome that no draw defines. `draws` beside an outcome counts the draws that define it,
        where not all do. A price is a ratio of means, see `estimate_ratio`.
        """
        policies: dict[str, dict[str, Any]] = {policy: {} for policy in self.policies}
        for name in self.outcome_names:
            samples = self.outcomes(name)
            reference = samples[self.policies[0]]
            prices = self._prices() if name == PRICE else None
            for policy, sample in samples.items():
                difference = np.where(
                    np.isfinite(sample) & np.isfinite(reference), sample - reference, np.nan
                )
                found = estimate(sample) if prices is None else prices[policy]
                policies[policy][name] = {
                    **_figures(found, len(sample)),
                    "difference_to_reference": _figures(estimate(difference), len(sample)),
                }
        return {
            "scenario": self.manifest["scenario"],
            "hash": self.manifest["hash"],
            "seed": self.manifest["seed"],
            "draws": self.manifest["draws"],
            "policies": policies,
            "out": str(self.out),
        }

    def _prices(self) -> dict[str, Estimate]:
        """Extra cost over extra departures by policy, as the report and the terminal tell it."""
        name = "departures_cost_usd" if "departures_cost_usd" in self.outcome_names else "cost_usd"
        cost, left, reference = self.outcomes(name), self.outcomes("departures"), self.policies[0]
        return {
            policy: estimate_ratio(cost[policy] - cost[reference], left[policy] - left[reference])
            for policy in self.policies
        }

    def to_xarray(self) -> xr.Dataset:
        """Outcomes over (draw, policy), inputs as `input.<key path>` over draw, and persons over (policy,
        day, group, state, statistic), where statistic is the mean or a quantile over draws.
        """
        import polars as pl
        import xarray as xr

        frame = self.draws.sort("draw")
        first = frame.filter(pl.col("policy") == self.policies[0])
        data: dict[str, Any] = {}
        for column in frame.columns:
            if column.startswith(INPUT):
                data[column] = ("draw", first.get_column(column).to_numpy())
        for name in self.outcome_names:
            by_policy = self.outcomes(name)
            data[name] = (
                ("draw", "policy"),
                np.stack([by_policy[policy] for policy in self.policies], axis=1),
            )
        axes = {"policy": self.policies, "group": self._labels("groups"), "state": self._labels("states")}
        days = self.manifest["days"] + 1
        # Rows of daily.parquet are in the order policy, group, state, day.
        persons = self.daily.select(STATISTICS).to_numpy().reshape(*map(len, axes.values()), days, -1)
        data["persons"] = (
            ("policy", "day", "group", "state", "statistic"),
            persons.transpose(0, 3, 1, 2, 4),
        )
        coordinates: dict[str, Any] = {
            "draw": first.get_column("draw").to_numpy(),
            "day": np.arange(days),
            "statistic": list(STATISTICS),
            **{axis: list(labels) for axis, labels in axes.items()},
        }
        facts = {key: self.manifest[key] for key in ("scenario", "hash", "seed", "version")}
        return xr.Dataset(data, coords=coordinates, attrs=facts)

    def _labels(self, key: str) -> tuple[str, ...]:
        return tuple(self.manifest[key])


def _figures(found: Estimate, draws: int) -> dict[str, float | int | None]:
    figures: dict[str, float | int | None] = {
        "mean": found.mean,
        "mc_error": found.mc_error,
        "q05": found.q05,
        "q50": found.q50,
        "q95": found.q95,
    }
    if found.draws < draws:
        figures["draws"] = found.draws
    return figures
