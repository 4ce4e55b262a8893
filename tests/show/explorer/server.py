"""A server of the explorer as a user starts it, and a plain way to ask it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PROGRAM = "from offramp.cli import main; main()"


@dataclass
class Server:
    """`offramp serve` in a process of its own; `folder` is where it was given."""

    folder: Path
    scenario: str
    port: int = 0
    host: str = "127.0.0.1"
    address: str = ""
    others: list[str] = field(default_factory=list[str])
    """Addresses for other machines."""
    process: subprocess.Popen[str] = field(init=False)

    def start(self) -> Server:
        """Start, and wait for the address."""
        where = ["--host", self.host, "--port", str(self.port)]
        command = ["serve", self.scenario, "--no-browser", "--jobs", "2", *where]
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, *command], cwd=self.folder, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        for line in self.process.stdout:
            found = re.match(r"(Explorer|From other machines): (http://[\d.]+:(\d+)/\S*)\n", line)
            if found and found[1] == "Explorer":
                self.address, self.port = found[2], int(found[3])
                return self
            if found:
                self.others.append(found[2])
        raise AssertionError("the server did not say its address")

    def stop(self, how: int = signal.SIGINT) -> int:
        """Stop as Ctrl-C does, or otherwise; the exit code."""
        self.process.send_signal(how)
        with self.process:  # closes the pipe
            return self.process.wait(timeout=30)

    def ready(self) -> Server:
        """Wait until the model is compiled."""
        for _ in range(6000):
            if self.ask("api/status")[1]["ready"]:
                return self
            time.sleep(0.1)
        raise AssertionError("the server was not ready within ten minutes")

    def ask(self, path: str, body: Any = None) -> tuple[int, Any]:
        """Status and JSON of an answer."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            self.address + path, data, {"content-type": "application/json"} if data is not None else {}
        )
        for _ in range(50):
            try:
                with urllib.request.urlopen(request, timeout=120) as answer:
                    content = answer.read()
                    json_there = answer.headers["content-type"] == "application/json"
                    return answer.status, json.loads(content) if json_there else content
            except urllib.error.HTTPError as error:
                return error.code, json.loads(error.read())
            except urllib.error.URLError:
                time.sleep(0.1)  # not listening yet
        raise AssertionError("the server does not answer")

    def workers(self) -> list[int]:
        """Process ids of the simulating processes: children of the server that Python spawned as workers."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        tasks = Path(f"/proc/{self.process.pid}/task").iterdir() if children.exists() else ()
        ids = {int(child) for task in tasks for child in (task / "children").read_text().split()}
        return sorted(i for i in ids if "spawn_main" in _command(i))


def _command(process: int) -> str:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def memory(process: int) -> int:
    """Resident bytes of a process."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
