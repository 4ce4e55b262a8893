"""A refusal as whoever asked can read it: a page for a browser that goes somewhere, JSON for a page that asks."""

from __future__ import annotations

import html
from collections.abc import Iterable
from typing import Any, Final

from starlette.responses import HTMLResponse, JSONResponse, Response

from offramp.errors import Problem

NOT_FOUND: Final = 404


def refusal(status: int, sentence: str, accept: str, problems: Iterable[Problem] = ()) -> Response:
    """The answer with a status. accept: what the request says that it takes."""
    if "text/html" in accept:
        # Where the page itself would be refused a link to it leads nowhere.
        link = '<p><a href="/">To the explorer</a></p>' if status == NOT_FOUND else ""
        return HTMLResponse(_PAGE.format(status=status, sentence=html.escape(sentence), link=link), status)
    told: dict[str, Any] = {"error": sentence}
    found = [{"place": p.place, "what": p.what, "remedy": p.remedy} for p in problems]
    return JSONResponse(told | ({"problems": found} if found else {}), status)


_PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>Offramp explorer: {status}</title></head>
<body><main><h1>Offramp explorer</h1><p>{sentence}</p>{link}</main></body>
</html>
"""
