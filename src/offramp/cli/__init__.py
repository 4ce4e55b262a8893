"""The command line: one file per verb, thin. A verb is imported when it is called."""

from __future__ import annotations

import os

INTERRUPTED = 130  # as in `program`, which is not loaded yet where this is needed

# Loading libraries takes longer than a hasty Ctrl-C, and nothing is begun yet that could be kept: until all are
# there, it ends the process at once. What comes before this line is Python's own start.
try:
    import signal
except KeyboardInterrupt:
    os._exit(INTERRUPTED)


def main() -> None:
    """The command `offramp`. Exit codes: 0 done, 1 failed, 2 the input is wrong, 130 stopped by Ctrl-C."""
    meant = signal.signal(signal.SIGINT, _end)
    from offramp.cli.program import program

    program(meant)


def _end(_number: int, _frame: object) -> None:
    os._exit(INTERRUPTED)
