"""One picture for the page on uncertain inputs: what each does to departures, in the draws of a run.

`python -m offramp.show.inputs_chart RESULTS docs/uncertain-inputs.svg` draws it anew.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from offramp.analysis.compare import PREFIX
from offramp.analysis.sensitivity import INPUT
from offramp.show.charts import vega
from offramp.show.palette import LIGHT

if TYPE_CHECKING:
    import polars as pl

    from offramp.show.run import Run

FAR = 3.0
"""Standard errors from which a difference of two means is drawn as one that is not chance: sixty inputs are looked at, twice."""


def effects(draws: pl.DataFrame, policy: str, outcome: str) -> pl.DataFrame:
    """Mean outcome in the draws where an input lies in its lowest, and in its highest third, one row an input.

    Columns: input, low, high, told (whether the two differ by more than `FAR` standard errors). draws: the table of
    draws.parquet. Inputs that do not vary are left out.
    """
    import polars as pl

    rows = draws.filter(pl.col("policy") == policy)
    y = rows[PREFIX + outcome].cast(pl.Float64).to_numpy()
    found: list[dict[str, Any]] = []
    for column in (name for name in draws.columns if name.startswith(INPUT) and rows[name].n_unique() > 1):
        x = rows[column].cast(pl.Float64).to_numpy()
        least, most = np.quantile(x, (1 / 3, 2 / 3))
        low, high = y[x <= least], y[x >= most]
        error = np.sqrt(low.var(ddof=1) / low.size + high.var(ddof=1) / high.size)
        apart = abs(high.mean() - low.mean())
        found.append(
            {
                "input": column.removeprefix(INPUT),
                "low": low.mean(),
                "high": high.mean(),
                "told": bool(apart > FAR * error),
            }
        )
    return pl.DataFrame(found)


def chart(run: Run, panels: dict[str, tuple[str, str]]) -> Any:
    """Panels side by side, by title: (policy, outcome). A row an input, in the order of the file."""
    alt = vega()
    columns: list[Any] = []
    for title, (policy, outcome) in panels.items():
        table = effects(run.draws, policy, outcome)
        base = alt.Chart(alt.InlineData(values=table.to_dicts()))
        order = table["input"].to_list()
        names = (
            alt.Axis(title=None, labelLimit=420, domain=False, ticks=False, grid=True)
            if not columns
            else None
        )
        y = alt.Y("input:N", sort=order, axis=names)
        seen = alt.condition("datum.told", alt.value(1.0), alt.value(0.25))
        x = alt.X(
            "low:Q", axis=alt.Axis(format="~s", title="persons, mean"), scale=alt.Scale(zero=False, nice=True)
        )
        layers = [
            base.mark_rule(color=LIGHT.soft, strokeWidth=1.5).encode(x=x, x2="high:Q", y=y, opacity=seen),
            base.mark_point(size=45, color=LIGHT.ink, fill=LIGHT.paper, opacity=1).encode(
                x=x, y=y, opacity=seen
            ),
            base.mark_point(size=45, color=LIGHT.accent, filled=True).encode(
                x=alt.X("high:Q"), y=y, opacity=seen
            ),
        ]
        columns.append(alt.layer(*layers).properties(title=title, width=260, height=13 * len(order)))
    return alt.hconcat(*columns).configure(background=LIGHT.paper).configure_view(stroke=None)


if __name__ == "__main__":
    import vl_convert

    from offramp.ensemble.results import Results

    done = Results.open(Path(sys.argv[1]))
    best = max(
        done.policies[1:],
        key=lambda policy: float(
            done.draws.filter(policy=policy)[PREFIX + "departures_net"].to_numpy().mean()
        ),
    )
    both = {
        f"Departures under “{done.policies[0]}”": (done.policies[0], "departures"),
        f"Net departures under “{best}”": (best, "departures_net"),
    }
    Path(sys.argv[2]).write_text(vl_convert.vegalite_to_svg(chart(done, both).to_dict()), "utf-8")
