"""The files of the page, by name: those of this folder, the palette as a sheet, and the runtime of the charts."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Final

from offramp.show.palette import DASHES, LIGHT, style_sheet

_FOLDER: Final = resources.files("offramp.show.explorer") / "static"
_MADE: Final = ("theme.css", "vega.js")
NAMES: Final = frozenset({*(entry.name for entry in _FOLDER.iterdir() if entry.is_file()), *_MADE})
"""Every name that may be asked for; nothing else of a request reaches the disk."""

_TYPES: Final = {"html": "text/html", "css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}

STYLES: Final = (len(LIGHT.series), len(DASHES))
"""How many colours and dashes the lines of a chart take turns in."""


@cache
def content(name: str) -> bytes:
    """The bytes of a file of the page; raises KeyError for a name that is none of NAMES."""
    if name not in NAMES:
        raise KeyError(name)
    if name == "theme.css":
        return style_sheet("(prefers-color-scheme: dark)").encode()
    if name == "vega.js":
        import vl_convert

        return vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;").encode()
    return (_FOLDER / name).read_bytes()


def media_type(name: str) -> str:
    """Media type of a file of the page."""
    return _TYPES[name.rsplit(".", 1)[-1]]
