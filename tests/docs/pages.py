"""The pages of docs/ as blocks: what stands in fences, and what a remark before a fence asks for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"

_FENCE = re.compile(
    r"^(?:<!-- (?P<remark>[^\n]*?) -->\n)?```(?P<language>\w*)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE
)


@dataclass(frozen=True)
class Block:
    """One fenced block. `remark` is the comment on the line before it, for example `file doors.toml`."""

    page: str
    line: int
    language: str
    remark: str
    text: str

    @property
    def place(self) -> str:
        return f"docs/{self.page}:{self.line}"


def blocks(page: str) -> list[Block]:
    """The fenced blocks of a page, in order."""
    text = (DOCS / page).read_text("utf-8")
    return [
        Block(
            page,
            text.count("\n", 0, found.start()) + 1,
            found["language"],
            found["remark"] or "",
            found["text"],
        )
        for found in _FENCE.finditer(text)
    ]


def pages() -> list[str]:
    """Names of all pages."""
    return sorted(path.name for path in DOCS.glob("*.md"))


def prose(page: str) -> str:
    """A page without its fenced blocks."""
    return _FENCE.sub("", (DOCS / page).read_text("utf-8"))
