"""Facts about the machine and the versions that a table of times needs to mean anything."""

from __future__ import annotations

import datetime
import importlib.metadata
import os
import platform
from pathlib import Path


def processor() -> str:
    """Model name of the processor, as far as the system tells."""
    info = Path("/proc/cpuinfo")
    if info.is_file():
        for line in info.read_text("utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def memory_gib() -> float | None:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    except (ValueError, OSError, AttributeError):
        return None


def cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def load() -> str:
    return f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"


def facts() -> dict[str, str]:
    memory = memory_gib()
    return {
        "Processor": f"{processor()}, {cores()} cores for this process",
        "Memory": f"{memory:.0f} GiB" if memory else "unknown",
        "System": f"{platform.system()} {platform.release()}, {platform.machine()}",
        "Python": f"{platform.python_implementation()} {platform.python_version()}",
        "Packages": ", ".join(
            f"{name} {importlib.metadata.version(name)}" for name in ("offramp", "numpy", "numba", "polars")
        ),
        "Date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "Load before the run": load(),
    }
