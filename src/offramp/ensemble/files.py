"""Files that are there whole or not at all, and a lock that dies with its process."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final

from offramp.errors import OfframpError

TEMPORARY: Final = ".tmp"


@contextmanager
def told(path: Path) -> Generator[None]:
    """Turn a failure of the file system into a sentence."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error) or type(error).__name__
        raise OfframpError(
            f"{path} cannot be written: {reason}. What was done before is kept; "
            "make room or choose another folder with --out, then give the same command again."
        ) from error


@contextmanager
def replacing(path: Path) -> Generator[Path]:
    """A temporary path beside `path` that takes its place at the end, flushed to the disk; nothing stays on
    failure.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}{TEMPORARY}")
    try:
        with told(path):
            yield temporary
            with temporary.open("rb") as file:
                os.fsync(file.fileno())
            temporary.replace(path)
            flush_folder(path.parent)
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file atomically."""
    with replacing(path) as temporary:
        temporary.write_bytes(content)


def flush_folder(folder: Path) -> None:
    """Make names in a folder durable; not every system can."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def remove_temporaries(folder: Path) -> None:
    """Remove what a killed process left half written. Only the holder of the lock may."""
    for path in folder.glob(f".*{TEMPORARY}"):
        with suppress(OSError):
            path.unlink()


@contextmanager
def locked(path: Path) -> Generator[None]:
    """Hold the lock file `path`. The system frees it when the process ends, however it ends, so none goes
    stale.

    Raises OfframpError when another process holds it.
    """
    with told(path):
        file = path.open("a+b")
    with file:
        if not _try_lock(file):
            holder = _holder(file)
            raise OfframpError(
                f"Another run{holder} is writing {path.parent.parent}. "
                "Wait for it, or choose another folder with --out."
            )
        with told(path):
            file.seek(0)
            file.truncate()
            file.write(str(os.getpid()).encode())
            file.flush()
        try:
            yield
        finally:
            _unlock(file)


def _holder(file: IO[bytes]) -> str:
    try:
        file.seek(0)
        return f" (process {int(file.read(20))})"
    except (OSError, ValueError):
        return ""


if sys.platform == "win32":
    import msvcrt

    # Far behind the content, so that the holder's number can be read.
    _BYTE = 2**30

    def _try_lock(file: IO[bytes]) -> bool:
        file.seek(_BYTE)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _unlock(file: IO[bytes]) -> None:
        file.seek(_BYTE)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _try_lock(file: IO[bytes]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError as error:
            raise OfframpError(
                f"The file system of {file.name} cannot lock files ({error.strerror}). "
                "Choose a folder on another one with --out."
            ) from error
        return True

    def _unlock(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)
