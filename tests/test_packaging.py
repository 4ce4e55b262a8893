"""What is published is what is tested: the installed wheel, its pins, and the words around it."""

from __future__ import annotations

import importlib.metadata
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import offramp

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
PINS = {
    path.name: {
        canonicalize_name(name): version
        for name, version in re.findall(r"^([\w.-]+)==([\w.]+)", path.read_text("utf-8"), re.MULTILINE)
    }
    for path in sorted((ROOT / "requirements").glob("*.txt"))
}


def test_ci_tests_the_installed_package() -> None:
    """In CI the package comes from site-packages and the source tree cannot be imported."""
    if os.environ.get("CI", "").lower() == "true":
        assert "site-packages" in Path(offramp.__file__).parts
        assert str(ROOT / "src") not in sys.path


def test_every_file_of_the_source_is_in_the_package() -> None:
    source = ROOT / "src" / "offramp"
    installed = Path(offramp.__file__).parent
    listed = subprocess.run(
        ["git", "ls-files", "-z", "src/offramp"], cwd=ROOT, capture_output=True, check=True, text=True
    ).stdout
    files = [ROOT / name for name in listed.split("\0") if name]
    missing = [str(path) for path in files if not (installed / path.relative_to(source)).is_file()]
    assert files
    assert not missing


def test_versions_agree() -> None:
    version = PROJECT["version"]
    assert importlib.metadata.version("offramp") == version
    assert f"version: {version}\n" in (ROOT / "CITATION.cff").read_text("utf-8")
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert "## [Unreleased]" in changelog or f"## [{version}]" in changelog


@pytest.mark.parametrize(
    ("pins", "ranges"),
    [
        ("requirements.txt", PROJECT["dependencies"]),
        ("requirements-dev.txt", PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"]),
    ],
)
def test_pins_satisfy_the_ranges(pins: str, ranges: list[str]) -> None:
    wrong = []
    for requirement in map(Requirement, ranges):
        pinned = PINS[pins].get(canonicalize_name(requirement.name))
        if pinned is None or not requirement.specifier.contains(pinned):
            wrong.append(f"{requirement} is pinned to {pinned}")
    assert not wrong
    assert "hatchling" in PINS[pins]


def test_both_sets_of_pins_agree() -> None:
    running, testing = PINS["requirements.txt"], PINS["requirements-dev.txt"]
    assert running.items() <= testing.items()


@pytest.mark.parametrize("pins", sorted(PINS))
def test_every_pin_has_hashes(pins: str) -> None:
    text = (ROOT / "requirements" / pins).read_text("utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    assert lines
    assert all(re.fullmatch(r"\S+==\S+( ; [^;]+?)?( +--hash=sha256:[0-9a-f]{64})+", line) for line in lines)


def test_ci_runs_the_command_of_the_readme() -> None:
    command = "sh scripts/setup --tests && sh scripts/check"
    assert f"```sh\n{command}\n```" in (ROOT / "README.md").read_text("utf-8")
    assert command in (ROOT / ".ci" / "run").read_text("utf-8").splitlines()
