"""The house rules that a machine can check: one-way imports, no circles, small files, nothing private."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "offramp"

# A room may import the rooms before it and itself.
ROOMS = (
    "errors",
    "evidence",
    "games",
    "scenario",
    "model",
    "engine",
    "ensemble",
    "analysis",
    "claims",
    "show",
    "cli",
)
# The rooms that may call the public face, as a user of the library would.
FACE_USERS = {"cli"}
# The science stays free of the frameworks around it.
THIRD_PARTY_OF_MODEL = {"numpy", "numba", "llvmlite", "scipy"}
NO_ROOM = {"utils", "util", "common", "helpers", "helper", "misc"}
LINES = 400

MODULES = {
    ".".join(("offramp", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__"): path
    for path in sorted(PACKAGE.rglob("*.py"))
}


def imported_names(module: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and dotted target of every import in a module, also inside functions and under TYPE_CHECKING.

    `from a.b import c` gives `a.b.c` where that is a module, and `a.b` otherwise.
    """
    is_package = MODULES[module].name == "__init__.py"
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                own = module.split(".") if is_package else module.split(".")[:-1]
                parents = own[: len(own) - node.level + 1]
                base = ".".join([*parents, *([node.module] if node.module else [])])
            for alias in node.names:
                name = f"{base}.{alias.name}"
                yield node.lineno, name if name in MODULES or base == "offramp" else base
        elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in ("import_module", "__import__") and isinstance(node.args[0].value, str):
                yield node.lineno, node.args[0].value


IMPORTS = {
    module: tuple(imported_names(module, ast.parse(path.read_text("utf-8"), str(path))))
    for module, path in MODULES.items()
}


def room_of(dotted: str) -> str:
    """The room of a dotted name inside the package; empty for the public face itself."""
    return dotted.split(".")[1] if "." in dotted else ""


def wrong_direction(module: str, target: str) -> str | None:
    """Why this import goes the wrong way, or None. The public face may import everything (lazily)."""
    source = room_of(module)
    if source == "":
        return None
    if target.split(".")[0] != "offramp":
        foreign = target.split(".")[0]
        if source == "model" and foreign not in THIRD_PARTY_OF_MODEL and not is_standard(foreign):
            return "the model needs numerical libraries only"
        return None
    room = room_of(target)
    if room not in ROOMS:
        allowed = source in FACE_USERS or target == "offramp.__version__"
        return None if allowed else "only the command line uses the public face"
    if ROOMS.index(room) > ROOMS.index(source):
        return f"{source} stands before {room}"
    if source == "model" and room not in ("errors", "games", "model"):
        return "the model knows nothing of files and scenarios"
    return None


def is_standard(top: str) -> bool:
    return top in sys.stdlib_module_names


def test_every_module_stands_in_a_known_room() -> None:
    unknown = [module for module in MODULES if room_of(module) not in ("", *ROOMS)]
    assert not unknown, f"give these a place in ROOMS: {unknown}"


def test_imports_go_one_way() -> None:
    wrong = [
        f"{MODULES[module].relative_to(ROOT)}:{line}: imports {target}: {reason}"
        for module, targets in IMPORTS.items()
        for line, target in targets
        if (reason := wrong_direction(module, target)) is not None
    ]
    assert not wrong, "\n".join(wrong)


def test_no_circular_imports() -> None:
    """Depth-first search over the graph of modules; the public face is left out, nothing may depend on it."""
    graph = {
        module: sorted(
            {target for _, target in targets if target in MODULES and target not in (module, "offramp")}
        )
        for module, targets in IMPORTS.items()
    }
    done: set[str] = set()
    circles: list[str] = []

    def visit(module: str, path: tuple[str, ...]) -> None:
        if module in path:
            circles.append(" -> ".join((*path[path.index(module) :], module)))
        elif module not in done:
            for target in graph[module]:
                visit(target, (*path, module))
            done.add(module)

    for module in graph:
        visit(module, ())
    assert not circles, "\n".join(circles)


def test_no_room_for_leftovers() -> None:
    bad = [module for module in MODULES if NO_ROOM & set(module.split("."))]
    assert not bad


@pytest.mark.parametrize("folder", ["src", "tests", "benchmarks"])
def test_files_are_small(folder: str) -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in sorted((ROOT / folder).rglob("*.py"))
        if (lines := len(path.read_text("utf-8").splitlines())) >= LINES
    }
    assert not long, f"at or over {LINES} lines: {long}"


# Written in pieces, so that this file does not find itself.
PRIVATE = re.compile(
    "|".join(
        (
            r"py" r"pi\.org",
            r"python" r"hosted\.org",
            r"registry\.npm" r"js",
            r"deb\." r"debian\.org",
            r"proxy\.golang" r"\.org",
            r"\bcrates" r"\.io",
            # A path that starts at the root of a machine, not one inside a web address.
            r"(?<![\w.:/~-])/(?:work|root|home|Users|opt)" r"/\w",
            r"(?<![\w.:/~-])/tmp" r"/(?:plan|v|h)\b",
        )
    )
)


def tracked_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def test_nothing_private_in_tracked_files() -> None:
    found: list[str] = []
    for path in tracked_files():
        content = path.read_bytes()
        if b"\0" in content:
            continue
        for number, line in enumerate(content.decode("utf-8", "replace").splitlines(), 1):
            if PRIVATE.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:120]}")
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("module", "target"),
    [
        ("offramp.model", "offramp.engine"),
        ("offramp.model", "offramp.evidence"),
        ("offramp.model", "polars"),
        ("offramp.scenario", "offramp.model.choice"),
        ("offramp.errors", "offramp.evidence"),
        ("offramp.show", "offramp"),
        ("offramp.analysis", "offramp.cli.run"),
    ],
)
def test_the_rule_catches(module: str, target: str) -> None:
    assert wrong_direction(module, target) is not None


@pytest.mark.parametrize(
    ("module", "target"),
    [
        ("offramp.engine", "offramp.scenario"),
        ("offramp.model", "numba"),
        ("offramp.model", "offramp.games"),
        ("offramp.scenario", "offramp.games"),
        ("offramp.cli", "offramp"),
        ("offramp", "offramp.cli"),
        ("offramp.ensemble", "offramp.__version__"),
        ("offramp.scenario", "pydantic"),
    ],
)
def test_the_rule_allows(module: str, target: str) -> None:
    assert wrong_direction(module, target) is None
