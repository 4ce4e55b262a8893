"""A reader who does what a page says: writes its files, gives its commands, runs its Python, compares its output."""

from __future__ import annotations

import io
import shlex
import shutil
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from offramp.cli import main
from tests.docs.pages import ROOT, Block

LANGUAGES = {"sh", "toml", "diff", "python", "text", "r", "sql"}


class Reader:
    """Works in `folder`, which is the current one; remembers names of Python and the output of the last commands."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._folder = folder
        self._patch = monkeypatch
        self._names: dict[str, Any] = {"__name__": "docs"}
        self._output = ""

    def follow(self, block: Block) -> None:
        """Do what one block says."""
        word, _, name = block.remark.partition(" ")
        match block.language, word:
            case "toml", "file":
                (self._folder / name).write_text(block.text, "utf-8")
            case "diff", "edit":
                self._edit(self._folder / name, block)
            case "sh", "install":
                pass  # another test compares these lines with the scripts
            case "sh", "" | "fails":
                self._output = "".join(self._command(line, block) for line in block.text.splitlines())
            case "python", "":
                self._python(block)
            case "text", "output":
                self._compare(block)
            case "text" | "r" | "sql" | "toml", "":
                pass
            case _:
                pytest.fail(f"{block.place}: nobody knows what `{block.remark}` means for {block.language}")

    def _edit(self, path: Path, block: Block) -> None:
        text = path.read_text("utf-8")
        lines = block.text.splitlines()
        for old, new in zip(lines[0::2], lines[1::2], strict=True):
            assert (old[0], new[0]) == ("-", "+"), block.place
            found = text.count(f"\n{old[1:]}\n")
            assert found == 1, f"{block.place}: `{old[1:]}` stands {found} times in {path.name}"
            text = text.replace(f"\n{old[1:]}\n", f"\n{new[1:]}\n")
        path.write_text(text, "utf-8")

    def _command(self, line: str, block: Block) -> str:
        words = shlex.split(line)
        if words[0] == "cp":
            home = ROOT if words[1].startswith("docs/") else self._folder  # the reader has a clone
            shutil.copy(home / words[1], self._folder / words[2])
            return ""
        assert words[0] == "offramp", f"{block.place}: `{line}` is not run"
        self._patch.setattr("sys.argv", words)
        self._patch.setenv("COLUMNS", "200")
        said = io.StringIO()
        code: object = 0
        with redirect_stdout(said), redirect_stderr(said):
            try:
                main()
            except SystemExit as end:
                code = end.code or 0
        expected = 2 if block.remark == "fails" else 0
        assert code == expected, f"{block.place}: `{line}` ended with {code}\n{said.getvalue()}"
        return said.getvalue()

    def _python(self, block: Block) -> None:
        said = io.StringIO()
        with redirect_stdout(said):
            exec(compile(block.text, block.place, "exec", dont_inherit=True), self._names)
        self._output = said.getvalue()

    def _compare(self, block: Block) -> None:
        for line in block.text.splitlines():
            assert line in self._output, f"{block.place}: `{line}` is not in\n{self._output}"
