"""A scenario file as bytes: bounded reading, and refusal of what is no text."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final

from offramp.errors import InputError, Problem
from offramp.scenario.findings import suggestion
from offramp.scenario.text import quoted

MAX_BYTES: Final = 5_000_000
MAX_LINES: Final = 100_000
"""Of a file, empty ones too: what keeps comments when a scenario is written takes a time that grows with their square."""
PRESETS: Final = Path(__file__).parent / "presets"


def shipped() -> tuple[str, ...]:
    """Names of the scenarios that come with the package."""
    return tuple(sorted(path.stem for path in PRESETS.glob("*.toml")))


def read(name_or_path: str | os.PathLike[str]) -> tuple[str, str]:
    """The name of a file for messages, and its text. A bare word may name a shipped scenario."""
    wanted = os.fsdecode(name_or_path)
    names = shipped()
    if wanted in names:
        return f"{wanted}.toml", decode((PRESETS / f"{wanted}.toml").read_bytes(), f"{wanted}.toml")
    remedy = suggestion(Path(wanted).name.removesuffix(".toml"), names, "shipped scenarios")
    return read_file(wanted, "there is no such file and no such scenario", remedy)


def read_file(path: str, absent: str, remedy: str) -> tuple[str, str]:
    """The path for messages, and the text of a file; `absent` and `remedy` are said when there is none."""
    shown = quoted(path, 200).strip("`")
    try:
        data = _bounded(path)
    except (FileNotFoundError, NotADirectoryError):
        raise _refused(shown, absent, remedy) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise _refused(shown, f"cannot be read: {reason}", "Name a TOML file that you may read.") from None
    if data is None:
        raise _refused(shown, "is not a file", "Name a TOML file, not a folder or a device.")
    return shown, decode(data, shown)


def _bounded(path: str) -> bytes | None:
    """At most MAX_BYTES + 1 bytes of a regular file; None when it is something else."""
    # O_NONBLOCK: opening a pipe must not wait for its writer. What was opened is examined, not the name.
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return None
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return file.read(MAX_BYTES + 1)
    finally:
        os.close(descriptor)


def decode(data: bytes, file: str) -> str:
    """The text of a file in UTF-8, with or without a byte-order mark."""
    if len(data) > MAX_BYTES:
        raise too_large(file)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _refused(f"{file}:{line}", "is not text in UTF-8", "Save the file as UTF-8.") from None


def too_large(file: str) -> InputError:
    """The refusal of a file beyond MAX_BYTES."""
    return _too_much(file, f"is larger than {MAX_BYTES // 1_000_000} MB")


def bounded(text: str, file: str) -> None:
    """Refuse a text beyond MAX_BYTES or MAX_LINES. Raises InputError."""
    if len(text) > MAX_BYTES:
        raise too_large(file)
    if text.count("\n") > MAX_LINES:
        raise _too_much(file, f"has more than {MAX_LINES:,} lines")


def _too_much(file: str, what: str) -> InputError:
    return _refused(file, what, "A scenario is a short text; name another file.")


def _refused(place: str, what: str, remedy: str) -> InputError:
    return InputError([Problem(place, what, remedy)])
