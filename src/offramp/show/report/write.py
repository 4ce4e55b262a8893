"""The report: one file that opens anywhere and fetches nothing."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from importlib import import_module
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

from offramp.errors import OfframpError
from offramp.show.palette import style_sheet
from offramp.show.report.content import content
from offramp.show.report.panels import Columns, Panel
from offramp.show.run import Run

NAME = "report.html"


def write_report(run: Run) -> Path:
    """Write `report.html` into the run's folder and return its path.

    The file is complete when it appears under its name; a report that was there is replaced. Raises OfframpError
    when the folder cannot be written.
    """
    return write_page(run.out / NAME, render_report(run))


def write_page(path: Path, text: str) -> Path:
    """Write a page so that it is complete when it appears; raises OfframpError when it cannot be written."""
    try:
        _write(path, text)
    except OSError as error:
        raise OfframpError(f"{path} cannot be written: {error.strerror}") from error
    return path


def _write(path: Path, text: str) -> None:
    """Write a file that is complete when it appears under its name."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(text.encode())
        os.replace(part, path)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def render_report(run: Run) -> str:
    """The page as text."""
    page = content(run)
    panels: list[Panel] = page.pop("panels")
    specs: dict[str, dict[str, Any]] = page.pop("specs")
    return render("report.html.jinja", page, panels, specs, _text("report.js"), _text("report.css"))


def render(
    template: str,
    page: Mapping[str, Any],
    panels: Sequence[Panel],
    specs: Mapping[str, Any],
    script: str,
    sheet: str,
    folder: str = "offramp.show.report",
) -> str:
    """A page that is complete in itself, as text.

    template: its name in the package `folder`, which may import from those of the report. script: draws the panels with what
    `draw.js` has for all pages; left out where there are none. sheet: its style sheet, after the colours.
    """
    from jinja2 import Environment, FunctionLoader, StrictUndefined
    from markupsafe import Markup

    style = _colours() + sheet
    # Markup marks what is ours: the style sheet, the scripts and JSON that cannot end its own element.
    if panels:
        runtime, script = _runtime(), _text("draw.js") + script
        drawing = {
            "payload": Markup(_payload(panels, specs)),
            "runtime": Markup(runtime),
            "script": Markup(script),
            "policy": security_policy([runtime, script], style),
        }
    else:
        drawing = {"payload": "", "runtime": "", "script": "", "policy": security_policy([], style)}

    def load(name: str) -> str:
        return _text(name, folder if name == template else "offramp.show.report")

    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=FunctionLoader(load),
    )
    return environment.get_template(template).render({**page, **drawing, "style": Markup(style)})


def security_policy(scripts: list[str], style: str) -> str:
    """A content security policy that runs these scripts and this style sheet and nothing else, and loads
    nothing."""
    runs = " ".join(_digest(script) for script in scripts) or "'none'"
    return (
        f"default-src 'none'; script-src {runs}; style-src {_digest(style)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _payload(panels: Sequence[Panel], specs: Mapping[str, Any]) -> str:
    """Charts as JSON inside a script element: `<` is written as an escape, so no name can close the
    element."""
    listed = [
        {
            "id": panel.id,
            "spec": panel.spec,
            "follows": panel.follows,
            "tables": {name: packed(table) for name, table in panel.tables.items()},
        }
        for panel in panels
    ]
    text = json.dumps({"specs": specs, "panels": listed}, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def packed(table: Columns) -> dict[str, Any]:
    """Columns of repeated text as {of: values, at: places}; numbers as they are."""
    found: dict[str, Any] = {}
    for name, column in table.items():
        if column and all(isinstance(value, str) for value in column):
            values = list(dict.fromkeys(column))
            place = {value: i for i, value in enumerate(values)}
            found[name] = {"of": values, "at": [place[value] for value in column]}
        else:
            found[name] = column
    return found


def prepare() -> None:
    """Load what a report needs: seconds that can pass while draws are computed."""
    for module in ("polars", "altair", "jinja2"):
        import_module(module)
    _runtime()


@cache
def _runtime() -> str:
    """Vega, Vega-Lite and Vega-Embed with the expression interpreter, from inside a Python package.

    Bundling takes more than a second, during which no other thread runs: it is done once and kept beside compiled kernels.
    """
    import vl_convert

    from offramp.model.compiled import cache_folder

    kept = cache_folder() / f"vega-{version('vl-convert-python')}.js"
    with suppress(OSError):
        return kept.read_bytes().decode()
    bundle = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;")
    with suppress(OSError):
        _write(kept, bundle)
    return bundle


@cache
def _colours() -> str:
    # printed light, whatever the screen
    return style_sheet("screen and (prefers-color-scheme: dark)")


def _text(name: str, folder: str = "offramp.show.report") -> str:
    return (files(folder) / name).read_text(encoding="utf-8")
