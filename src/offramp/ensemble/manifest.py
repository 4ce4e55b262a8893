"""The manifest: what was run, with what, how long it took, and the checksums of the files."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shlex
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

from offramp.ensemble.files import told

FORMAT: Final = 1
LIBRARIES: Final = ("numpy", "scipy", "numba", "polars")


def library_versions() -> dict[str, str]:
    """Versions of the libraries that compute and store."""
    found: dict[str, str] = {}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:  # a vendored build without metadata
            found[name] = "unknown"
    return found


def engine_sentence(package_version: str, code: str) -> str:
    """Which engine computed the values."""
    return f"offramp {package_version}, exact event simulation (code {code[:12]})"


def platform_sentence() -> str:
    """On what it ran: nothing that names the machine or its user."""
    return (
        f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, "
        f"{os.cpu_count() or 1} processors"
    )


def now() -> str:
    """The time in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def command(scenario: str, options: Sequence[tuple[str, object]]) -> str:
    """A command that gives the same values."""
    words = ["offramp", "run", scenario]
    for name, value in options:
        words += [f"--{name}", str(value)]
    return shlex.join(words)


def file_facts(folder: Path, names: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    """Bytes and SHA-256 of result files."""
    facts: dict[str, dict[str, Any]] = {}
    for name in names:
        path = folder / name
        with told(path), path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        facts[name] = {"bytes": path.stat().st_size, "sha256": digest}
    return facts


def unchanged(folder: Path, facts: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether the files are there as the manifest describes them."""
    if not all((folder / name).is_file() for name in facts):
        return False
    return file_facts(folder, tuple(facts)) == {name: dict(each) for name, each in facts.items()}


def as_bytes(manifest: Mapping[str, Any]) -> bytes:
    """The manifest as it stands in its file."""
    return json.dumps(manifest, indent=1, ensure_ascii=False, allow_nan=False).encode() + b"\n"
