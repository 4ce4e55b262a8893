"""How `offramp` starts: help, version, a wrong verb, and what must not be loaded before it is needed."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.command import offramp


@pytest.mark.parametrize("words", [(), ("run",), ("scenario",), ("evidence",)])
def test_help_shows_an_example(tmp_path: Path, words: tuple[str, ...]) -> None:
    found = offramp(*words, "--help", folder=tmp_path)
    assert found.returncode == 0
    assert "Example: " in found.stdout


def test_version(tmp_path: Path) -> None:
    import offramp as package

    assert offramp("--version", folder=tmp_path).stdout == f"offramp {package.__version__}\n"


def test_an_unknown_verb_is_told(tmp_path: Path) -> None:
    found = offramp("rum", folder=tmp_path)
    assert found.returncode == 2
    assert "rum" in found.stderr


@pytest.mark.parametrize(
    ("output", "code", "words"),
    [
        ("| head -1 > /dev/null", "0", ""),  # the table is longer than a pipe holds
        ("> /dev/full", "1", "the output cannot be written: No space left on device"),
        (">&-", "0", ""),
    ],
)
def test_an_output_that_nobody_takes(tmp_path: Path, output: str, code: str, words: str) -> None:
    program = f"{sys.executable} -c 'from offramp.cli import main; main()' scenario show ukraine-2022"
    found = subprocess.run(
        ["bash", "-c", f"{program} {output}; echo ${{PIPESTATUS[0]}}"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert found.stdout.strip() == code
    assert found.stderr.strip() == (f"offramp: {words}." if words else "")


def test_ctrl_c_while_a_library_is_loaded(tmp_path: Path) -> None:
    """Some compiled libraries tell it as a failure to load."""
    (tmp_path / "interrupted.py").write_text(
        "raise ImportError('initialization failed') from KeyboardInterrupt()\n"
    )
    program = (
        "import offramp.cli.program, sys\n"
        "sys.path.insert(0, '')\n"
        "offramp.cli.program.VERBS['scenario'] = 'interrupted'\n"
        "sys.argv = ['offramp', 'scenario', 'list']\n"
        "offramp.cli.main()\n"
    )
    found = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True)
    assert (found.returncode, found.stderr) == (130, "")


STARTS = {
    "import": "import offramp",
    "help": "from offramp.cli import main; import sys; sys.argv = ['offramp', '--help']; main()",
    "version": "from offramp.cli import main; import sys; sys.argv = ['offramp', '--version']; main()",
    "run": "from offramp.cli import main; import sys; sys.argv = ['offramp', 'run', '--help']; main()",
}


@pytest.mark.parametrize("start", STARTS)
def test_nothing_heavy_is_imported_at_the_start(start: str) -> None:
    """The stopwatch is in benchmarks; here the cause: what a name or a page of help must not load."""
    watch = (
        "import sys, atexit\n"
        "heavy = {'numpy', 'polars', 'numba', 'scipy', 'altair', 'xarray', 'pandas'}\n"
        "atexit.register(lambda: print(sorted(heavy & set(sys.modules)), file=sys.stderr))\n"
    )
    found = subprocess.run(
        [sys.executable, "-c", watch + STARTS[start]], capture_output=True, text=True, check=True
    )
    assert found.stderr.strip() == "[]"


def test_the_public_face() -> None:
    import offramp as package

    for name in package.__all__:
        assert getattr(package, name) is not None
        assert name in dir(package)
    with pytest.raises(AttributeError, match="no attribute `nonsense`"):
        _ = package.nonsense


@pytest.mark.parametrize("seconds", [0.0, 0.01, 0.03, 0.06, 0.1, 0.2, 0.4, 0.8, 1.6, 3.0])
def test_ctrl_c_at_any_moment_is_told_by_its_code_alone(tmp_path: Path, seconds: float) -> None:
    """From where the command takes Ctrl-C over, its first act; what comes before is Python's own start."""
    program = (
        "import signal\n"
        "taken = signal.signal\n"
        "def tell(*call):\n"
        "    meant, signal.signal = taken(*call), taken\n"
        "    print('begun', flush=True)\n"
        "    return meant\n"
        "signal.signal = tell\n"
        "from offramp.cli import main\n"
        "main()\n"
    )
    words = ["run", "minimal", "--draws", "1000000", "--out", str(tmp_path / "out")]
    with subprocess.Popen(
        [sys.executable, "-c", program, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        time.sleep(seconds * random.Random(seconds).uniform(0.5, 1.0))
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=120)
    assert process.returncode == 130
    # on a busy machine a draw may be under way for long enough that the run says it waits for it
    assert all(
        line.startswith(("offramp: Stopped with ", "offramp: Stopping. ")) for line in told.splitlines()
    )
