"""One table of ratios."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """A line of the table: what was measured, the figure, what it is compared with, and the ratio."""

    what: str
    figure: str
    against: str = ""
    ratio: str = ""
    note: str = ""


HEAD = Row("What", "Figure", "Against", "Ratio", "Note")


def seconds(value: float, spread: float | None = None) -> str:
    """Three figures, in milliseconds where that reads better."""
    text = f"{value * 1000:.0f} ms" if value < 0.9995 else f"{value:.2f} s"
    return text if spread is None else f"{text} ± {spread:.0%}"


def times(ratio: float) -> str:
    return f"{ratio:.0f} ×" if ratio >= 20 else f"{ratio:.2g} ×" if ratio < 1 else f"{ratio:.1f} ×"


def markdown(rows: Sequence[Row]) -> str:
    cells = [(r.what, r.figure, r.against, r.ratio, r.note) for r in (HEAD, *rows)]
    widths = [max(len(row[c]) for row in cells) for c in range(len(cells[0]))]
    lines = [
        "| " + " | ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)) + " |" for row in cells
    ]
    lines.insert(1, "| " + " | ".join("-" * w for w in widths) + " |")
    return "\n".join(lines)


def document(facts: Mapping[str, str], rows: Sequence[Row], quick: bool) -> str:
    reading = (
        "Written by `python -m benchmarks`; never asserted in a test. Each figure is the median of repeats "
        "in one run on one machine, contenders in turn, ± half the range. On a shared machine read a ratio "
        "as ± 30 %."
    )
    scope = "\n\n**A quick run at reduced size: not for quoting.**" if quick else ""
    machine = "\n".join(f"- {name}: {value}" for name, value in facts.items())
    return f"# Benchmarks\n\n{reading}{scope}\n\n{markdown(rows)}\n\n## Machine\n\n{machine}\n"
