"""How the model's plain functions become machine code, and where that code is kept.

numba keys its cache on a function's own file, so a kernel that calls functions of other files would go stale when those
change. The cache folder is therefore named by a hash of every file that can end up inside a kernel. Kernels allocate nothing and
count no references (`_nrt=False`): with arrays handed from function to function, counting them took nine tenths of the time.
"""

# pyright: reportUnknownVariableType=false, reportUnknownMemberType=false, reportAttributeAccessIssue=false
# (numba is untyped)

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import numba
from numba import config
from numba.core.types import unliteral
from numba.extending import register_jitable

F = TypeVar("F", bound=Callable[..., Any])


def mechanism(function: F) -> F:
    """Mark a plain function of the model as part of the kernel: the same text runs in Python and compiled."""
    return register_jitable(error_model="numpy", _nrt=False)(function)


def part(function: F) -> F:
    """Compile a part of a kernel that Python itself never calls; far cheaper to build in than a `mechanism` with many arrays.

    One version serves all callers of the same types; numba would make another for every constant that is handed over.
    """
    return _part(function, False)


def hot(function: F) -> F:
    """As `part`, and built into every caller: for what comes with most events, of which a tenth of the time went into calls."""
    return _part(function, True)


def _part(function: F, built_in: bool) -> F:
    compiled: Any = numba.njit(nogil=True, error_model="numpy", _nrt=False, forceinline=built_in)(function)  # pyright: ignore
    resolve: Callable[[Any, Any], Any] = compiled.get_call_template

    def resolve_type(arguments: Any, named: Any) -> Any:
        plain: list[Any] = [unliteral(argument) for argument in arguments]
        return resolve(tuple(plain), named)

    compiled.get_call_template = resolve_type
    return compiled


def inlined(function: F) -> F:
    """As `part`, for functions whose many arrays would cost more to hand over than the work they do."""
    return numba.njit(nogil=True, error_model="numpy", _nrt=False, inline="always")(function)  # pyright: ignore


@cache
def cache_folder() -> Path:
    """Folder of compiled kernels for this version of the code; made when it does not exist.

    OFFRAMP_CACHE names another place. Falls back to the temporary folder where the user's cache cannot be written.
    """
    digest = hashlib.sha256(f"{numba.__version__} {sys.version}".encode())
    package = Path(__file__).parent.parent
    for room in ("model", "engine"):
        for file in sorted((package / room).glob("*.py")):
            digest.update(file.name.encode() + file.read_bytes())
    root = os.environ.get("OFFRAMP_CACHE") or os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    for base in (Path(root), Path(tempfile.gettempdir())):
        folder = base / "offramp" / digest.hexdigest()[:16]
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                return folder
        except OSError:
            continue
    return Path(tempfile.mkdtemp(prefix="offramp-"))


def kernel(function: F) -> F:
    """Compile a whole run, or another entry point, once for this machine; releases the interpreter lock."""
    before = config.CACHE_DIR
    config.CACHE_DIR = str(cache_folder())
    try:
        return numba.njit(cache=True, nogil=True, error_model="numpy", _nrt=False)(function)  # pyright: ignore
    finally:
        config.CACHE_DIR = before
