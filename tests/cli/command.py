"""The command line in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

OFFRAMP = [sys.executable, "-c", "from offramp.cli import main; main()"]


def offramp(*words: str | Path, folder: Path, **more: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*OFFRAMP, *map(str, words)],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
        stdin=subprocess.DEVNULL,
        **more,
    )
