"""The list of full runs on disk, so that it outlives the server: a small file beside the results folders.

Runs of the command line in the same place are told of as well, as far as they have a report.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final, cast

from offramp.ensemble.files import write_bytes

FILE: Final = "explorer.json"
BYTES_MOST: Final = 5_000_000
LINK_MOST: Final = 20_000
_MANIFEST: Final = "manifest.json"
_REPORT: Final = "report.html"


def kept(results: Path) -> list[dict[str, Any]]:
    """Runs that a page had started, oldest first: title, draws, done, total, status, sentence, link, and `out`, a folder.

    A folder that is gone, or that lies anywhere but in `results`, is None. A file that is none of ours gives nothing.
    """
    found = _read(results / FILE)
    rows: list[Any] = cast("list[Any]", found) if isinstance(found, list) else []
    runs: list[dict[str, Any]] = []
    for row in rows:
        if not isinstance(row, dict):
            continue
        run: dict[str, Any] = cast("dict[str, Any]", row)
        words = [run.get(key) for key in ("title", "status", "sentence", "link")]
        run.setdefault("total", run.get("draws"))  # as one that tells of no more
        counts = [run.get(key) for key in ("draws", "done", "total")]
        if all(isinstance(word, str) for word in words) and all(type(count) is int for count in counts):
            runs.append({**run, "link": run["link"][:LINK_MOST], "out": _folder(results, run.get("out"))})
    return runs


def keep(results: Path, runs: Iterable[dict[str, Any]]) -> None:
    """Write the list, whole or not at all."""
    results.mkdir(parents=True, exist_ok=True)
    rows = [{**run, "out": None if run["out"] is None else Path(run["out"]).name} for run in runs]
    write_bytes(results / FILE, json.dumps(rows, indent=1).encode())


def finished(results: Path, most: int) -> list[tuple[Path, str, int]]:
    """Folders of finished runs with a report, their titles and draws; the latest, oldest of them first."""
    files = [path for path in results.glob(f"*/{_MANIFEST}") if (path.parent / _REPORT).is_file()]
    latest = sorted(files, key=lambda path: path.stat().st_mtime)[-most:]
    runs: list[tuple[Path, str, int]] = []
    for path in latest:
        found = _read(path)
        facts = cast("dict[str, Any]", found) if isinstance(found, dict) else {}
        title, draws = facts.get("title"), facts.get("draws")
        if isinstance(title, str) and type(draws) is int:
            runs.append((path.parent, title, draws))
    return runs


def _folder(results: Path, name: object) -> Path | None:
    """The folder of this name in `results`; what else a name may hold leads nowhere."""
    if not isinstance(name, str) or name in ("", ".", "..") or Path(name).name != name:
        return None
    folder = results / name
    return folder if folder.is_dir() else None


def _read(path: Path) -> Any:
    try:
        if path.stat().st_size > BYTES_MOST:
            return None
        return json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
