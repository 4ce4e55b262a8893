"""Colours and dashes of every chart and page, in one place, for light and dark.

The series colours are told apart with the common forms of colour blindness (they follow Okabe and Ito
2008, darkened on white and lightened on black until each has a contrast of at least 3:1), and never stand
alone: a dash pattern, a shape or a label always says the same.
"""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True)
class Theme:
    """Colours as CSS values. `series`: lines in order; `accent`: the policy in view; `alarm`: misses and
    harms."""

    paper: str
    surface: str
    line: str
    ink: str
    soft: str
    grid: str
    accent: str
    alarm: str
    good: str
    link: str
    series: tuple[str, ...]


LIGHT = Theme(
    paper="#ffffff",
    surface="#f5f4f0",
    line="#d9d6ce",
    ink="#1c1d1f",
    soft="#585a5e",
    grid="#e7e5df",
    accent="#0b62a4",
    alarm="#a8330b",
    good="#0a6a4b",
    link="#0b5a96",
    series=("#0b62a4", "#c14a00", "#00795a", "#a03d7c", "#8a6400", "#50555c"),
)
DARK = Theme(
    paper="#131619",
    surface="#1c2125",
    line="#3a4147",
    ink="#ebe9e4",
    soft="#b0b4b8",
    grid="#2a3035",
    accent="#62b5ee",
    alarm="#ff9a76",
    good="#5fd0a8",
    link="#85c4f2",
    series=("#62b5ee", "#ff9a5c", "#46c9a0", "#e59cc9", "#e2b93b", "#b3b9c0"),
)
# Second cue of a line, in the order of `series`; with the colours 30 lines differ before a pair repeats.
DASHES: tuple[tuple[int, ...], ...] = ((1, 0), (7, 3), (2, 2), (9, 3, 2, 3), (4, 4))


def page_theme() -> Theme:
    """Every colour as a CSS custom property: a chart drawn as SVG then follows the page, also on paper."""
    names = {f.name: f"var(--{f.name})" for f in fields(Theme) if f.name != "series"}
    return Theme(**names, series=tuple(f"var(--series-{i})" for i in range(len(LIGHT.series))))


def custom_properties(theme: Theme) -> str:
    """The theme as CSS declarations."""
    plain = [f"--{f.name}: {getattr(theme, f.name)};" for f in fields(Theme) if f.name != "series"]
    return " ".join([*plain, *(f"--series-{i}: {colour};" for i, colour in enumerate(theme.series))])


def style_sheet(dark: str) -> str:
    """CSS of both themes, and of lines by number: `series-0`, `dash-0` and so on. dark: the media query of the dark one."""
    series = "\n".join(f".series-{i} {{ stroke: var(--series-{i}); }}" for i in range(len(LIGHT.series)))
    dashes = "\n".join(
        f".dash-{i} {{ stroke-dasharray: {' '.join(str(d) for d in dash)}; }}"
        for i, dash in enumerate(DASHES)
    )
    return (
        f":root {{ {custom_properties(LIGHT)} }}\n"
        f"@media {dark} {{ :root {{ {custom_properties(DARK)} }} }}\n"
        f"{series}\n{dashes}\n"
    )


def line_styles(count: int, theme: Theme) -> tuple[list[str], list[list[int]]]:
    """Colours and dashes of `count` lines; both cycle, with different periods."""
    colours = [theme.series[i % len(theme.series)] for i in range(count)]
    return colours, [list(DASHES[i % len(DASHES)]) for i in range(count)]
